"""Carry answers out of the jail as JSON, built anew by the types that a function says it returns.

What comes out of a child may have been written by whoever broke it, and unpickling runs code. So nothing of an
answer chooses what is made of it: the caller's own annotations do, down to the last field, and what does not
fit them is refused. Known are None, bool, int, float, str, bytes, dates, enums, frozen dataclasses, tuples, lists, dicts
with keys of text, unions of these, and `object` or `Any` for plain JSON.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Turn = Callable[[Any], Any]


class NotOfTypeError(Exception):
    """A value is not what the function says it returns."""


def pack(hint: Any, value: Any) -> bytes:
    """Write a value of the type; raises NotOfTypeError, in the child."""
    return json.dumps(_packer(hint)(value), separators=(",", ":"), allow_nan=True).encode("ascii")


def unpack(hint: Any, answer: bytes) -> Any:
    """Build a value of the type; raises NotOfTypeError for whatever else the bytes are."""
    try:
        return _unpacker(hint)(json.loads(answer))
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise NotOfTypeError(f"unreadable: {type(error).__name__}") from error


def returned(function: Callable[..., Any]) -> Any:
    """Return the type that a function, or a partial of one, says it returns."""
    while isinstance(function, partial):
        function = function.func
    return get_type_hints(function).get("return", object)


def _is(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise NotOfTypeError(f"{type(value).__name__} is not {kind.__name__}")
    return value


def _as_str(value: Any) -> str:
    """Pass text, also of libraries' own kinds (lxml has one)."""
    if not isinstance(value, str):
        raise NotOfTypeError(f"{type(value).__name__} is not str")
    return value


def _as_float(value: Any) -> float:
    if type(value) not in (int, float):
        raise NotOfTypeError(f"{type(value).__name__} is not float")
    return float(value)


def _as_moment(found: Any) -> datetime:
    """Build a time; without a zone it could not be held against any of ours."""
    moment = datetime.fromisoformat(_is(str, found))
    if moment.tzinfo is None:
        raise NotOfTypeError("a time without a zone")
    return moment


def _plain(value: Any) -> Any:
    """Pass what JSON itself can say; sequences become tuples."""
    if isinstance(value, list | tuple):
        return tuple(map(_plain, value))
    if isinstance(value, dict):
        return {_is(str, key): _plain(one) for key, one in value.items()}
    if value is None or type(value) in (bool, int, float) or isinstance(value, str):
        return value
    raise NotOfTypeError(f"{type(value).__name__} cannot cross")


_LEAVES: Mapping[Any, tuple[Turn, Turn]] = {
    Any: (_plain, _plain),
    object: (_plain, _plain),
    NoneType: (partial(_is, NoneType), partial(_is, NoneType)),
    bool: (partial(_is, bool), partial(_is, bool)),
    int: (partial(_is, int), partial(_is, int)),
    float: (_as_float, _as_float),
    str: (_as_str, _as_str),
    bytes: (lambda value: _is(bytes, value).decode("latin-1"), lambda found: _is(str, found).encode("latin-1")),
    datetime: (lambda value: _is(datetime, value).isoformat(), _as_moment),
    date: (lambda value: _is(date, value).isoformat(), lambda found: date.fromisoformat(_is(str, found))),
}


@cache
def _packer(hint: Any) -> Turn:
    return _turn(hint, 0)


@cache
def _unpacker(hint: Any) -> Turn:
    return _turn(hint, 1)


def _turn(hint: Any, way: int) -> Turn:
    """Make what turns a value of the type into JSON (way 0), or JSON into a value of the type (way 1)."""
    if hint in _LEAVES:
        return _LEAVES[hint][way]
    origin, inner = get_origin(hint) or hint, get_args(hint)
    part = _unpacker if way else _packer
    if origin in (Union, UnionType):
        kinds = [(get_origin(one) or one, part(one)) for one in inner]
        return partial(_choose if way else _tag, kinds)
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        return partial(_each, tuple, part(inner[0]))
    if origin is tuple and inner:
        return partial(_in_turn, list(map(part, inner)))
    if origin in (list, frozenset, set, Sequence):
        return partial(_each, list if way == 0 else (tuple if origin is Sequence else origin), part(inner[0] if inner else object))
    if origin in (tuple, dict, Mapping) and not inner:
        return _plain
    if origin in (dict, Mapping):
        return partial(_by_key, part(inner[1]))
    if isinstance(origin, type) and issubclass(origin, Enum):
        return origin if way else (lambda value: _is(origin, value).value)
    if isinstance(origin, type) and is_dataclass(origin):
        hints = get_type_hints(origin)
        names = [one.name for one in fields(origin)]
        return partial(_make if way else _take, origin, names, [part(hints[name]) for name in names])
    raise NotOfTypeError(f"{hint} cannot cross")


def _each(kind: type, turn: Turn, values: Any) -> Any:
    if not isinstance(values, list | tuple | frozenset | set):
        raise NotOfTypeError(f"{type(values).__name__} is not {kind.__name__}")
    return kind(map(turn, values))


def _in_turn(turns: Sequence[Turn], values: Any) -> Any:
    if not isinstance(values, list | tuple) or len(values) != len(turns):
        raise NotOfTypeError("another number of parts")
    return tuple(turn(value) for turn, value in zip(turns, values, strict=True))


def _by_key(turn: Turn, values: Any) -> Any:
    return {_is(str, key): turn(value) for key, value in _is(dict, dict(values)).items()}


def _tag(kinds: Sequence[tuple[Any, Turn]], value: Any) -> Any:
    for number, (kind, turn) in enumerate(kinds):
        if type(value) is kind or kind in (object, Any) or (kind is str and isinstance(value, str)):
            return [number, turn(value)]
    raise NotOfTypeError(f"{type(value).__name__} is none of {len(kinds)} kinds")


def _choose(kinds: Sequence[tuple[Any, Turn]], found: Any) -> Any:
    number, value = _is(list, found)
    return kinds[abs(_is(int, number))][1](value)


def _take(kind: type, names: Sequence[str], turns: Sequence[Turn], value: Any) -> Any:
    _is(kind, value)
    return [turn(getattr(value, name)) for name, turn in zip(names, turns, strict=True)]


def _make(kind: type, names: Sequence[str], turns: Sequence[Turn], found: Any) -> Any:
    if len(_is(list, found)) != len(names):
        raise NotOfTypeError("another number of fields")
    return kind(**{name: turn(value) for name, turn, value in zip(names, turns, found, strict=True)})
