"""Check the shape of each file against its model, and put what pydantic says into our words."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tidings.config import checks
from tidings.config.models import FILES
from tidings.config.source import Loc, Source, shown
from tidings.config.values import Table
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
_OTHER_WORDS = {  # what a key is called elsewhere: ours
    "date": ("published",), "every": ("every_m",), "hours": ("quiet",), "href": ("url",), "interval": ("every_m",), "killed": ("toll",), "lang": ("language", "languages"), "link": ("url",),
    "mail": ("email", "address"), "name": ("publisher",), "path": ("file",), "quiet_hours": ("quiet",), "sender": ("from",), "smtp": ("email",), "source": ("publisher",), "sources": ("origins",),
    "terms": ("names",), "text": ("file",), "to": ("address",), "weekdays": ("days",), "words": ("names",),
}  # fmt: skip
_OTHER_VALUES = {"ssl": "tls", "ssl/tls": "tls", "never": "skip", "always": "send", "smtp": "email"}
_PATTERNS = {  # what a pattern of models.py means
    r"^[a-z][a-z0-9_]{0,31}$": "a name of small letters, digits and _, beginning with a letter, at most 32",
    r"^[a-z0-9][a-z0-9-]{0,63}$": "an id of small letters, digits and -, at most 64",
    r"^[a-z0-9.-]{1,253}$": "a host in lower case",
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
    if loc[0] in ("email", "slack", "lake") or key == "webhook":
        return f"{key}_env or {key}_file"
    return "${NAME} in the URL, or a key that ends in _env or _file"


def _problem(source: Source, detail: ErrorDetails) -> Problem:
    """Put one finding of pydantic into our words."""
    loc: Loc = tuple(part for part in detail["loc"] if part != "[key]")
    if detail["type"] == "extra_forbidden":
        known = _known_keys(FILES[source.name], loc[:-1])
        return source.problem(loc, f"one of the keys {', '.join(known)}", "an unknown key", _meant(loc, known))
    value = str(loc[-1]) if loc != detail["loc"] else detail["input"]
    return source.problem(loc, expected(detail, loc), _found(detail, loc, value), _nearest(detail, value), value=value)


def _meant(loc: Loc, known: list[str]) -> str:
    """Name the key that an unknown one stands for: in other letters, by another word, in another file, or mistyped."""
    key = str(loc[-1])
    by_case = [name for name in known if name.lower() == key.lower()]
    by_word = [name for name in _OTHER_WORDS.get(key.lower(), ()) if name in known]
    elsewhere = [
        f"{f'[[{key}]]' if get_origin(field.annotation) is list else f'[{key}]'} in {file}"
        for file, model in FILES.items()
        for name, field in model.model_fields.items()
        if len(loc) == 1 and name == key
    ]
    return next(iter([*by_case, *by_word, *elsewhere, *difflib.get_close_matches(key, known, n=1, cutoff=0.5)]), "")


def _nearest(detail: ErrorDetails, value: Any) -> str:
    """Name the value that may be meant, where that can be told."""
    context = detail.get("ctx", {})
    if detail["type"] == "literal_error" and isinstance(value, str):
        choices = re.findall(r"'([^']+)'", context["expected"])
        word = _OTHER_VALUES.get(value.lower(), value.lower())
        return next(iter(difflib.get_close_matches(word, choices, n=1)), "")
    return str(context.get("nearest", ""))


def expected(detail: ErrorDetails, loc: Loc = ()) -> str:
    """Say in our words what was expected where pydantic found something else."""
    context = detail.get("ctx", {})
    if len(loc) == 1 and detail["type"] in ("missing", "too_short"):
        return f"at least one [[{loc[0]}]]"
    if loc[-1:] == ("at",) and detail["type"] == "list_type":
        return 'a time of day in quotes such as "07:00", or a list of them'
    if loc[-1:] == ("days",) and detail["type"] == "list_type":
        return 'a weekday in quotes such as "mon", or a list of them'
    if detail["type"] == "list_type" and isinstance(detail["input"], Mapping):
        return f"a list of tables: write [[{shown(loc)}]]"
    if detail["type"] in ("model_type", "dict_type") and isinstance(detail["input"], list):
        return f"a table: write [{shown(loc)}]"
    if detail["type"] == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], "text on one line, without control characters")
    template = _EXPECTED.get(detail["type"])
    return template.format(**context) if template else detail["msg"]


def _found(detail: ErrorDetails, loc: Loc, value: Any) -> str:
    if detail["type"] == "missing":
        return "nothing"
    if detail["type"] == "wrong" and isinstance(value, Mapping | BaseModel):
        return ""  # of a whole table there is nothing to show
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
