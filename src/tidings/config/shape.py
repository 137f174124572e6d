"""Check the shape of each file against its model, and put what pydantic says into our words."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tidings.config import checks
from tidings.config.models import FILES, Table
from tidings.config.source import Loc, Source
from tidings.errors import Problem

HIDDEN = "a value that is not shown"
_SHOWN_MAX = 60
_PRIVATE_KEYS = ("address", "from", "slack_channel")  # who reads is nobody's business, not even a log's
_EXPECTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "date_type": "a date without quotes, such as 2020-02-16",
    "missing": "this key",
    "literal_error": "{expected}",
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "at least {min_length} characters",
    "too_short": "at least {min_length} in the list",
    "finite_number": "a finite number",
}
_PATTERNS = {  # what a pattern of models.py means
    r"^[a-z][a-z0-9_]{0,31}$": "a name of small letters, digits and _, beginning with a letter, at most 32",
    r"^[a-z0-9][a-z0-9-]{0,63}$": "an id of small letters, digits and -, at most 64",
    r"^[a-z0-9.-]{1,253}$": "a host in lower case",
    r"^[a-z]{2,3}$": "a language code such as en, ar, tr, zh, ru, fr",
    r"^[A-Z]{2}$": "two capital letters such as GB",
    r"^([01]\d|2[0-3]):[0-5]\d$": "a time of day such as 07:00",
    r"^[CDGU][A-Z0-9]{2,30}$": "the id of a channel, such as C0123456789 (its settings show it; not its name)",
    r"^[A-Z_][A-Z0-9_]*$": "the name of a variable of the environment, in capital letters",
}


def check(source: Source) -> Table | list[Problem]:
    """Return the file as its model, or every problem of its shape."""
    secrets = list(_literal_secrets(source.raw, ()))
    problems = [source.problem(loc, f"no secret in the file: use {_instead(loc)}", HIDDEN) for loc in secrets]
    try:
        table = FILES[source.name].model_validate(source.raw)
    except ValidationError as error:
        problems += [_problem(source, detail) for detail in error.errors(include_url=False) if tuple(detail["loc"]) not in secrets]
        return problems
    return problems or table


def _literal_secrets(value: Any, loc: Loc) -> Iterator[Loc]:
    """Find the keys that, by their names, hold a secret in the file itself."""
    if isinstance(value, list):
        for index, element in enumerate(value):
            yield from _literal_secrets(element, (*loc, index))
    elif isinstance(value, Mapping):
        for key, element in value.items():
            if checks.is_secret_key(key):
                yield (*loc, key)
            else:
                yield from _literal_secrets(element, (*loc, key))


def _instead(loc: Loc) -> str:
    key = str(loc[-1])
    if loc[0] in ("email", "slack") or key == "webhook":
        return f"{key}_env or {key}_file"
    return "${NAME} in the URL, or a key that ends in _env or _file"


def _problem(source: Source, detail: ErrorDetails) -> Problem:
    """Put one finding of pydantic into our words."""
    loc: Loc = tuple(part for part in detail["loc"] if part != "[key]")
    if detail["type"] == "extra_forbidden":
        known = _known_keys(FILES[source.name], loc[:-1])
        near = difflib.get_close_matches(str(loc[-1]), known, n=1, cutoff=0.5)
        return source.problem(loc, f"one of the keys {', '.join(known)}", "an unknown key", near[0] if near else "")
    value = str(loc[-1]) if loc != detail["loc"] else detail["input"]
    return source.problem(loc, expected(detail), _found(detail, loc, value), value=value)


def expected(detail: ErrorDetails) -> str:
    """Say in our words what was expected where pydantic found something else."""
    context = detail.get("ctx", {})
    if detail["type"] == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], "text on one line, without control characters")
    template = _EXPECTED.get(detail["type"])
    return template.format(**context) if template else detail["msg"]


def _found(detail: ErrorDetails, loc: Loc, value: Any) -> str:
    if detail["type"] == "missing":
        return "nothing"
    key = next((part for part in reversed(loc) if isinstance(part, str)), "")
    if detail["type"] == "secret" or key in _PRIVATE_KEYS or key.endswith(("_env", "_file")):
        return HIDDEN
    return display(value)


def display(value: Any) -> str:
    """Show a value in a message: short, on one line, and of a URL neither query nor fragment."""
    if isinstance(value, str):
        if "://" in value:
            value = value.partition("?")[0].partition("#")[0].rpartition("@")[2]
        return repr(value if len(value) <= _SHOWN_MAX else value[: _SHOWN_MAX - 1] + "…")
    if isinstance(value, Mapping | BaseModel):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    return str(value).lower() if isinstance(value, bool) else str(value)[:_SHOWN_MAX]


def _known_keys(model: type[BaseModel], loc: Loc) -> list[str]:
    """List the keys that the table at `loc` may hold."""
    for part in loc:
        if isinstance(part, str):
            model = next(_models(_field(model, part)), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _field(model: type[BaseModel], key: str) -> Any:
    return next((field.annotation for name, field in model.model_fields.items() if (field.alias or name) == key), None)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Find the models inside an annotation such as `list[FeedTable]` or `EmailTable | None`."""
    if get_origin(annotation) is None and isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
