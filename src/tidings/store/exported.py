"""Write what the snapshot shows for other programs: a view, a macro's answer, a query's, or all views with a manifest.

Rows are streamed: memory does not grow with them. A file, or the folder of an export of all, is there whole or not at all.
"""
# ruff: noqa: S608 - views are checked against the snapshot's, queries go through the guard

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import duckdb

from tidings.errors import StoreError, UsageError
from tidings.store.database import literal, rows, storable
from tidings.store.forms import csv_line, distinct, json_line, json_of, json_value
from tidings.store.guard import described, interruptible, one_line, reading, told
from tidings.store.migrate import View
from tidings.store.query import open_snapshot
from tidings.store.shown import nearest, shown_macros, shown_views

FORMATS = ("csv", "jsonl", "parquet")
EVERY = "all"
_ASKED = "temp.main.tidings_asked"
MANIFEST = "manifest.json"
_ROWS_MAX = 5_000  # held in memory at once
_ROW_GROUP_MAX = 20_480  # rows that DuckDB holds in memory for Parquet: whole articles, a few kB each, in each thread
_CALL = re.compile(r"\s*(\w+)\s*\(.*\)\s*", re.DOTALL)
# When a row came to be known, by our clock: the first of these that a view has.
_KNOWN_AT = ("recorded_at", "changed_at", "last_seen_at", "first_seen_at", "decided_at", "composed_at", "created_at", "told_at",
             "delivered_at", "labelled_at", "started_at", "reported_at")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Selection:
    """Say what is exported: a view or a macro with its arguments, or a query; and which of its rows."""

    what: str = ""
    query: str = ""
    topic: str = ""
    since: datetime | None = None


def export_table(folder: Path, what: str, form: str, out: TextIO) -> int:
    """Write one view as csv or jsonl and return how many rows. `out` is opened with newline=""."""
    return export_text(folder, Selection(what), form, out)


def export_text(folder: Path, selection: Selection, form: str, out: TextIO) -> int:
    """Write a selection as csv or jsonl and return how many rows; raises UsageError for what there is not."""
    _check_form(form, FORMATS[:2])
    with tempfile.TemporaryDirectory(prefix="tidings-") as spill, open_snapshot(folder, Path(spill)) as connection:
        return _write_text(connection, _sql_of(connection, selection), form, out)


def export_file(folder: Path, selection: Selection, form: str, path: Path) -> int:
    """Write a selection into a file, mode 0640, that takes the place of `path` once it is whole; return how many rows."""
    _check_form(form, FORMATS)
    with _beside(path) as work, open_snapshot(folder, work) as connection:
        part = work / "part"
        count = _write_file(connection, _sql_of(connection, selection), form, part, _about(connection, selection.what))
        _sync(part)
        _renamed(part, path)
    return count


def export_all(folder: Path, form: str, path: Path, now: datetime) -> int:
    """Write every view into a folder that takes the place of `path`, with a manifest; return how many files.

    Raises UsageError where `path` is there and is not an earlier export.
    """
    _check_form(form, FORMATS)
    if path.exists() and not (path / MANIFEST).is_file() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"{path} is there and is not an earlier export (it has no {MANIFEST}): name another folder")
    with _beside(path) as work, open_snapshot(folder, work) as connection:
        made = work / "all"
        made.mkdir(mode=0o750)
        made.chmod(0o750)
        published = _published(connection)
        files = [_write_view(connection, view, published, form, made) for view in shown_views(connection)]
        manifest = {"format": form, "exported_at": now.isoformat(), "published": published, "files": files}
        _write_manifest(made / MANIFEST, manifest)
        _sync(made)
        if path.exists():
            path.rename(work / "old")
        _renamed(made, path)
    return len(files)


def _check_form(form: str, known: Sequence[str]) -> None:
    if form not in FORMATS:
        raise UsageError(f"expected one of {', '.join(FORMATS)} as format, found {form!r}")
    if form not in known:
        raise UsageError(f"expected --out with --format {form}: it goes into a file only")


def _sql_of(connection: duckdb.DuckDBPyConnection, selection: Selection) -> str:
    """Return the SELECT of a selection, which is made a temporary view; raises UsageError for names that there are not."""
    sql = selection.query or _source(connection, selection.what)

    def run() -> tuple[tuple[str, ...], tuple[str, ...]]:
        reading(connection, sql)
        connection.execute(f"CREATE TEMP VIEW {_ASKED} AS\n{storable(sql)}")  # whatever ends it: a semicolon, a comment
        return described(connection.execute(f"FROM {_ASKED} LIMIT 0"))

    columns, types = told(connection, sql, run, lines_before=1)()
    which = [*_on_topic(connection, selection, dict(zip(columns, types, strict=True))), *_known_since(selection, columns)]
    return f"FROM {_ASKED} WHERE {' AND '.join(which)}" if which else f"FROM {_ASKED}"


def _source(connection: duckdb.DuckDBPyConnection, what: str) -> str:
    views = [view.name for view in shown_views(connection)]
    if what in views:
        return f'FROM "{what}"'
    macros = [macro.name for macro in shown_macros(connection)]
    call = _CALL.fullmatch(what)
    if call and call[1] in macros:
        return f"FROM {what}"
    if what in macros:
        [macro] = [one for one in shown_macros(connection) if one.name == what]
        raise UsageError(f"{what} takes arguments: {what}({', '.join(macro.parameters)}), in quotes for the shell")
    name = call[1] if call else what
    raise UsageError(f"expected a view, a macro with its arguments, or {EVERY}, found {what!r}: {nearest(name, [*views, *macros])}")


def _on_topic(connection: duckdb.DuckDBPyConnection, selection: Selection, types: dict[str, str]) -> Iterator[str]:
    if not selection.topic:
        return
    known = [str(row[0]) for row in connection.execute("SELECT name FROM topics").fetchall()]
    if selection.topic not in known:
        raise UsageError(f"--topic: a topic {selection.topic!r} is not known: {nearest(selection.topic, known)}")
    if "topic" in types:
        yield f"topic = {literal(selection.topic)}"
    elif types.get("topics") == "VARCHAR[]":
        yield f"list_contains(topics, {literal(selection.topic)})"
    else:
        raise UsageError(f"--topic: {selection.what or 'the query'} has no column topic")


def _known_since(selection: Selection, columns: Sequence[str]) -> Iterator[str]:
    if selection.since is None:
        return
    column = next((name for name in _KNOWN_AT if name in columns), "")
    if not column:
        raise UsageError(
            f"--since: {selection.what or 'the query'} does not say when a row came to be known (none of {', '.join(_KNOWN_AT)})"
        )
    yield f'"{column}" >= {literal(selection.since.isoformat())}::TIMESTAMPTZ'


def _about(connection: duckdb.DuckDBPyConnection, what: str) -> dict[str, Any]:
    """Return what a file says of its view: comments of view and columns, and which publication it was taken from."""
    view = next((one for one in shown_views(connection) if one.name == what), None)
    return {"published": _published(connection)} | ({} if view is None else _described(view))


def _published(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return number, time and versions of the publication that is read."""
    return {name: json_value(value) for name, value in rows(connection, "FROM published")[0].items()}


def _described(view: View) -> dict[str, Any]:
    return {"view": view.name, "comment": view.comment, "columns": [asdict(column) for column in view.columns]}


def _write_view(connection: duckdb.DuckDBPyConnection, view: View, published: dict[str, Any], form: str, folder: Path) -> dict[str, Any]:
    """Write one view of an export of all, and return its part of the manifest."""
    path = folder / f"{view.name}.{form}"
    about = _described(view)
    count = _write_file(connection, f'FROM "{view.name}"', form, path, {"published": published} | about)
    _sync(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"file": path.name, "rows": count, "bytes": path.stat().st_size, "sha256": digest} | about


def _write_file(connection: duckdb.DuckDBPyConnection, sql: str, form: str, path: Path, about: dict[str, Any]) -> int:
    if form == "parquet":
        count = _write_parquet(connection, sql, path, about)
    else:
        with path.open("w", encoding="utf-8", newline="") as out:
            count = _write_text(connection, sql, form, out)
    path.chmod(0o640)
    return count


def _write_text(connection: duckdb.DuckDBPyConnection, sql: str, form: str, out: TextIO) -> int:
    """Stream the rows of a query into `out`."""

    def run() -> int:
        cursor = connection.execute(sql)
        columns, types = described(cursor)
        line = _csv(columns, out) if form == "csv" else _jsonl(columns, types)
        count = 0
        while batch := cursor.fetchmany(_ROWS_MAX):
            out.write("".join(map(line, batch)))
            count += len(batch)
        return count

    return interruptible(connection, told(connection, sql, run), None)


def _csv(columns: Sequence[str], out: TextIO) -> Callable[[Sequence[Any]], str]:
    out.write(csv_line(columns))
    return csv_line


def _jsonl(columns: Sequence[str], types: Sequence[str]) -> Callable[[Sequence[Any]], str]:
    names, turns = distinct(columns), list(map(json_of, types))
    return lambda row: json_line(names, turns, row)


def _write_parquet(connection: duckdb.DuckDBPyConnection, sql: str, path: Path, about: dict[str, Any]) -> int:
    """Let DuckDB write the rows as Parquet; `about` goes into the file's metadata under `tidings`."""
    metadata = literal(json.dumps(about, ensure_ascii=False))
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP_MAX}, KV_METADATA {{tidings: {metadata}}}"

    def run() -> int:
        columns, types = described(connection.execute(f"FROM ({sql}) LIMIT 0"))
        # Parquet has no integers of 128 bits: DuckDB would round them. Ids as sixteen bytes are read as text by few.
        other = {"HUGEINT": "DECIMAL(38, 0)", "UHUGEINT": "DECIMAL(38, 0)", "UUID": "VARCHAR"}
        turned = [f'"{name}"::{other[kind]} AS "{name}"' for name, kind in zip(columns, types, strict=True) if kind in other]
        whole = f"SELECT * REPLACE ({', '.join(turned)}) FROM ({sql})" if turned else sql
        return int(connection.execute(f"COPY ({whole}) TO {literal(str(path))} ({options})").fetchall()[0][0])

    try:
        return interruptible(connection, told(connection, sql, run), None)
    except duckdb.IOException as error:
        if str(path.parent) in str(error) or "No space" in str(error):
            raise StoreError(f"the export could not be written: {one_line(error)}") from error
        raise


def _write_manifest(path: Path, manifest: dict[str, Any]) -> None:
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    path.chmod(0o640)
    _sync(path)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a folder beside `path` to write in, which is gone afterwards; nothing else may be reached by DuckDB."""
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{path.parent}: no such folder")
    work = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.absolute().parent))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _renamed(part: Path, path: Path) -> None:
    part.replace(path)
    _sync(path.absolute().parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
