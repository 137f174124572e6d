"""Name the suites of `tidings eval`: each runs the product's own stages over labelled files of one form."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import UnionType
from typing import Any

from tidings.errors import LabelledFileError, UsageError
from tidings.evaluation.measures import numbered_rows, time_of
from tidings.model import Topic


@dataclass(frozen=True, slots=True)
class Measured:
    """Hold what a suite measured: counts of what it read, measures by name, their 95 % intervals, and what went wrong, a line each."""

    counts: Mapping[str, int]
    measures: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    errors: Sequence[str] = ()  # examples for people, the worst first; ids and our own words, texts cut short


Suite = Callable[[Sequence[Path]], Measured]
Form = Mapping[str, type | UnionType]  # the fields that every line must have, and what they hold

# Suite -> the forms that its lines may have. What else a line holds may be missing or null.
FORMS: Mapping[str, tuple[Form, ...]] = {
    "topics": ({"text": str, "topics": list},),
    "copies": ({"a": dict, "b": dict, "relation": str},),
    "stories": ({"text": str, "story": str | int},),
    "novelty": (
        {"stream": str, "text": str, "kind": str},
        {"stream": str, "text": str, "event": str | None, "nuggets": list},
        {"stream": str, "nugget": str},  # the gold beside a stream of sentences: read with it
    ),
    "figures": ({"text": str, "figures": list},),
    "extraction": ({"file": str, "text": str},),
}
# The same of what stands inside a line.
INNER: Mapping[str, tuple[str, Form]] = {
    "copies": ("a b", {"text": str}),
    "figures": (
        "figures",
        {"value_low": float | int | None, "value_high": float | int | None, "qualifier": str, "measure": str, "words": str},
    ),
}
# What else the suite reads of a line, form by form, where it is there: a text, a list of names, a date or a time.
ARTICLE: Form = {"title": str, "publisher": str, "language": str, "published": datetime}
SENTENCE: Form = {"title": str, "publisher": str, "language": str}
FEED_WORDS: Form = {"feed_title": str, "feed_summary": str, "feed_content": str, "feed_published": datetime}
READ: Mapping[str, tuple[Form, ...]] = {
    "topics": ({"date": datetime, "headings": list, "topics": list, "passing": list, "publisher": str, "language": str},),
    "copies": ({},),
    "stories": (ARTICLE,),
    "novelty": ({**SENTENCE, "date": datetime}, {**SENTENCE, "time": datetime, "nuggets": list}, {}),
    "figures": ({"date": datetime, "language": str},),
    "extraction": ({"url": str, "title": str, "published": str, "authors": list, "language": str, **FEED_WORDS},),
}
EXPECTED: Mapping[type | UnionType, str] = {
    str: "a text or null",
    list: "a list of names or null",
    datetime: "a date or time like 2020-02-01T08:30:00Z or null",
}
FOUND_CHARS_MAX = 40


def run_suite(name: str, files: Sequence[Path], topics: Sequence[Topic] | None = None) -> Measured:
    """Run a suite over files of its form; `topics` instead of the delivered ones. Raises UsageError for what it cannot read."""
    if name not in FORMS:
        nearest = difflib.get_close_matches(name, FORMS, n=1)
        hint = f" (did you mean {nearest[0]}?)" if nearest else ""
        raise UsageError(f"expected one of {', '.join(FORMS)} as the suite, found {name!r}{hint}")
    for file in files:
        check_form(name, file)
    suite: Callable[..., Measured] = import_module(f"tidings.evaluation.{name}").evaluate
    measured = suite(files, topics) if name == "topics" and topics is not None else suite(files)
    if not measured.measures:
        raise LabelledFileError(f"{', '.join(map(str, files))}: nothing to measure in {'it' if len(files) == 1 else 'them'}")
    return measured


def check_form(suite: str, file: Path) -> None:
    """Raise LabelledFileError unless every line of the file has the suite's form; a file of another suite is named as such."""
    if not file.is_file():
        raise LabelledFileError(f"{file}: {'a folder, expected a file' if file.is_dir() else 'no such file'}")
    number, fitting = 0, tuple(zip(FORMS[suite], READ[suite], strict=True))
    for number, row in numbered_rows(file):
        before, fitting = fitting, tuple(pair for pair in fitting if _fits(row, pair[0]))
        if not fitting:
            raise LabelledFileError(f"{file}, line {number}: expected {_wanted(suite, before)}{_found(row)}")
        if wrong := _wrong_inside(suite, row) or _wrong_field(row, fitting[0][1]):
            raise LabelledFileError(f"{file}, line {number}: {wrong}")
    if not number:
        raise LabelledFileError(f"{file}: no lines, expected {_wanted(suite, fitting)}")


def _fits(row: Any, form: Form) -> bool:
    return isinstance(row, dict) and all(isinstance(row.get(name), kind) for name, kind in form.items())


def _wrong_inside(suite: str, row: Mapping[str, Any]) -> str:
    names, form = INNER.get(suite, ("", {}))
    for name in names.split():
        parts = row[name] if isinstance(row[name], list) else [row[name]]
        if not all(_fits(part, form) for part in parts):
            return f"expected objects with {', '.join(form)} in {name}"
        wrong = next((wrong for part in parts if suite == "copies" and (wrong := _wrong_field(part, ARTICLE))), "")
        if wrong:
            return f"in {name}: {wrong}"
    return ""


def _wrong_field(row: Mapping[str, Any], read: Form) -> str:
    for name, kind in read.items():
        if row.get(name) is not None and not _is(row[name], kind):
            return f"expected {EXPECTED[kind]} as {name}, found {str(row[name])[:FOUND_CHARS_MAX]!r}"
    return ""


def _is(value: Any, kind: type | UnionType) -> bool:
    if kind is list:
        return isinstance(value, list) and all(isinstance(one, str | int) for one in value)
    if kind is not datetime:
        return isinstance(value, kind)
    try:
        time_of(value)
    except LabelledFileError:
        return False
    return isinstance(value, str)


def _wanted(suite: str, forms: Sequence[tuple[Form, Form]]) -> str:
    return f"a line of {suite}: an object with " + " or ".join(", ".join(form) for form, _ in forms)


def _found(row: Mapping[str, Any]) -> str:
    other = next((name for name, forms in FORMS.items() if any(_fits(row, form) for form in forms)), "")
    return f", found one of {other}" if other else f", found one with {', '.join(sorted(row)[:8]) or 'nothing'}"
