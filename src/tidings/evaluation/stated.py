"""Read what public suites of feeds state about entries: the Python expressions of feedparser, the JSON of gofeed.

Nothing of a suite is run: expressions are parsed, and only comparisons of a path with a constant are taken.
"""

import ast
import json
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tidings.text.dates import from_struct, parse_date

SUITES = ("feedparser", "feedvalidator", "gofeed")
_FILE_BYTES_MAX = 20_000_000
_HEADER = re.compile(r"^\s*Header:\s*([\w-]+):[ \t]*(.*?)\s*$", re.MULTILINE | re.IGNORECASE)
_NAMES = {
    "id": "id", "guid": "id", "link": "link", "title": "title", "published_parsed": "date", "updated_parsed": "date",
    "created_parsed": "date", "issued_parsed": "date", "modified_parsed": "date",
}  # fmt: skip
_DATES = ("publishedParsed", "pubDateParsed", "date_published", "updatedParsed", "date_modified")

Value = str | datetime


@dataclass(frozen=True, slots=True)
class Stated:
    """Hold what a suite says of one trait of an entry; `index` -1 is the feed itself."""

    trait: str  # id | link | title | date
    index: int
    value: Value
    as_good: tuple[str, ...] = ()  # links of the same rank that it lists beside


@dataclass(frozen=True, slots=True)
class Document:
    """Hold one document of a suite, with the headers it is to be served with and what is stated of it."""

    suite: str
    file: str
    body: bytes
    headers: Mapping[str, str]
    stated: tuple[Stated, ...]
    is_valid: bool  # the suite says that nothing is wrong with it


def read_suite(path: Path) -> Iterator[Document]:
    """Read the documents of `<suite>.tar.gz` in the order of its own list."""
    with tarfile.open(path) as archive:
        files = {one.name: archive.extractfile(one).read() for one in archive if one.isfile() and one.size <= _FILE_BYTES_MAX}  # type: ignore[union-attr]
    for line in files["expected.jsonl"].decode().splitlines():
        row = json.loads(line)
        body = files[row["file"]]
        expect = row["expect"] or ""
        stated: list[Stated] = []
        if row["suite"] == "feedparser":
            stated = list(_of_expression(expect))
        elif row["expected_file"]:
            stated = list(_of_json(json.loads(files[row["expected_file"]])))
        yield Document(row["suite"], row["file"], body, _headers(body), tuple(stated), expect.startswith("!Error"))


def _headers(body: bytes) -> dict[str, str]:
    """Read the headers that a document of feedparser's suite asks for in its first comment."""
    comment = body.decode("latin-1").partition("-->")[0]
    return {name.lower(): value for name, value in _HEADER.findall(comment)}


def _of_expression(text: str) -> Iterator[Stated]:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    if _is_of_other_links(parts):
        return
    for part in parts:
        if isinstance(part, ast.Compare) and all(isinstance(operator, ast.Eq) for operator in part.ops):
            sides = [part.left, *part.comparators]
            for value in (_constant(side) for side in sides):
                if value is not None:
                    yield from (stated for side in sides for stated in _of_path(_path(side), value))


def _is_of_other_links(parts: Sequence[ast.expr]) -> bool:
    """Tell whether an expression is about links that are not the entry's page: licences, enclosures."""
    comparisons = [part for part in parts if isinstance(part, ast.Compare) and _path(part.left)[-1:] == ["rel"]]
    return any(_constant(comparison.comparators[0]) != "alternate" for comparison in comparisons)


def _constant(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None


def _path(node: ast.expr) -> list[str | int]:
    """Take `entries[0]['link'].x` apart; empty for anything else."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (before := _path(node.value)):
        return [*before, node.attr]
    if isinstance(node, ast.Subscript) and (before := _path(node.value)) and isinstance(key := _constant(node.slice), str | int):
        return [*before, key]
    return []


def _of_path(path: Sequence[str | int], value: Any) -> Iterator[Stated]:
    """Say what `path == value` states of an entry or, for its title, of the feed."""
    match path:
        case ["feed", "title"] | ["feed", "title_detail", "value"] if isinstance(value, str):
            yield Stated("title", -1, value)
        case ["entries", int(index), "title_detail", "value"] if isinstance(value, str):
            yield Stated("title", index, value)
        case ["entries", int(index), str(name)] if name in _NAMES:
            yield from _typed(_NAMES[name], index, value)
        case ["entries", int(index), "links", int()] if isinstance(value, dict) and value.get("rel") == "alternate":
            yield from _typed("link", index, value.get("href"))
        case ["entries", int(index), "links", 0, "href"]:
            yield from _typed("link", index, value)


def _typed(trait: str, index: int, value: Any) -> Iterator[Stated]:
    if trait == "date" and isinstance(value, tuple) and (when := from_struct(value)):  # type: ignore[arg-type]
        yield Stated(trait, index, when)
    elif trait != "date" and isinstance(value, str):
        yield Stated(trait, index, value)


def _of_json(found: Mapping[str, Any]) -> Iterator[Stated]:
    if isinstance(found.get("title"), str):
        yield Stated("title", -1, found["title"])
    for index, item in enumerate(found.get("items") or found.get("entries") or ()):
        guid = item.get("guid", item.get("id"))
        yield from _typed("id", index, guid.get("value") if isinstance(guid, dict) else guid)
        links = _alternates(item)
        yield from (Stated("link", index, link, tuple(links)) for link in links[:1])
        yield from _typed("title", index, item.get("title"))
        dates = (parse_date(str(item[name])) for name in _DATES if item.get(name))
        if when := next(filter(None, dates), None):
            yield Stated("date", index, when.astimezone(UTC))


def _alternates(item: Mapping[str, Any]) -> list[str]:
    """Return the links of an entry, the one that the suite takes first, and those of the same rank."""
    named = item.get("link", item.get("url"))
    listed = [link if isinstance(link, str) else _alternate(link) for link in item.get("links") or ()]
    return [link for link in (named, *listed) if isinstance(link, str) and link]


def _alternate(link: Mapping[str, Any]) -> str:
    return str(link.get("href") or "") if link.get("rel", "alternate") == "alternate" else ""
