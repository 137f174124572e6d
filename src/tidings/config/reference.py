"""Write the reference page of the configuration from the models, so that it cannot say anything else than the code."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tidings.config.models import FILES, REQUIRED

_TYPE_NAMES = {str: "text", int: "whole number", float: "number", bool: "true or false", date: "date"}
_HEAD = """# Configuration

Every key of every file in the configuration folder, made from the code. An unknown key, a wrong type or a secret in a file is an error:
all errors are shown at once, with file, line and key, and nothing is fetched.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """Describe one key for the reference page."""

    file: str
    key: str
    type: str
    default: str  # as written in TOML; empty: required, or nothing where it is left out
    meaning: str


def schema_rows() -> Iterator[Row]:
    """Yield every key of every file, in the order of the models."""
    for file, model in FILES.items():
        yield from _rows(file, model, "")


def reference_markdown() -> str:
    """Return the reference page."""
    parts = [_HEAD]
    for file, model in FILES.items():
        parts.append(f"\n## {file}\n\n{'Required.' if file in REQUIRED else 'May be left out.'}\n")
        for name, field in model.model_fields.items():
            table = _model(field.annotation)
            assert table is not None  # a file holds tables only
            head = f"[[{name}]]" if get_origin(field.annotation) is list else f"[{name}]"
            parts.append(f"\n### `{head}`\n\n{_doc(table)}\n\n| key | type | default | meaning |\n|---|---|---|---|\n")
            parts.extend(_line(row) for row in _rows(file, table, ""))
    return "".join(parts)


def _doc(table: type[BaseModel]) -> str:
    return " ".join((table.__doc__ or "").split())


def _line(row: Row) -> str:
    default = f"`{row.default}`" if row.default else ""
    return f"| `{row.key}` | {_cell(row.type)} | {_cell(default)} | {_cell(row.meaning)} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _rows(file: str, model: type[BaseModel], prefix: str) -> Iterator[Row]:
    for name, field in model.model_fields.items():
        key = prefix + (field.alias or name)
        inner = _model(field.annotation)
        if inner is not None:
            mark = "[]" if get_origin(field.annotation) is list else ""
            yield from _rows(file, inner, f"{key}{mark}.")
        else:
            yield Row(file, key, _type(field.annotation), _default(field), field.description or "")


def _model(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a table or an array of tables holds, if it is one."""
    candidates = [annotation, *get_args(annotation)]
    return next((part for part in candidates if isinstance(part, type) and issubclass(part, BaseModel)), None)


def _type(annotation: Any) -> str:
    """Name a type as people who write TOML would."""
    if annotation in _TYPE_NAMES:
        return _TYPE_NAMES[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0])
    if origin is Literal:
        return " or ".join(json.dumps(choice) for choice in arguments)
    if origin in (list, tuple):
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"table of {_type(arguments[1])}"
    return " or ".join(_type(part) for part in arguments if part is not type(None))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    value = field.default
    return "" if value is None else json.dumps(value, ensure_ascii=False)
