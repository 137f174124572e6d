"""Offer the command that writes what the snapshot shows, or the whole store, for other programs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from tidings.cli.common import DEFAULT_CONFIG, ConfigDir, settings_of
from tidings.errors import UsageError

if TYPE_CHECKING:
    from tidings.store.exported import Selection

_SUFFIXES = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}

app = typer.Typer()


@app.command()
def export(
    view: Annotated[
        str,
        typer.Argument(
            help="a view of docs/reference/schema.md, a macro with its arguments, or all: every view, into the folder --out",
            show_default=False,
        ),
    ] = "",
    query: Annotated[str, typer.Option("--query", help="what one SQL statement gives, instead of a view", show_default=False)] = "",
    topic: Annotated[str, typer.Option("--topic", help="only rows of this topic", show_default=False)] = "",
    since: Annotated[str, typer.Option("--since", help="only rows known since this time (ISO, UTC)", show_default=False)] = "",
    form: Annotated[
        str, typer.Option("--format", help="csv, jsonl or parquet", show_default="by the name of the file, else jsonl; parquet for all")
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", help="a file instead of the standard output", show_default=False)] = None,
    canonical: Annotated[
        bool, typer.Option("--canonical", help="all core tables as sorted JSON Lines: equal stores give equal bytes")
    ] = False,
    config: ConfigDir = DEFAULT_CONFIG,
) -> None:
    """Write a view, or with --canonical the whole store, for other programs.

    A file is there whole or not at all, readable by its group. In CSV a text that a spreadsheet would run as a formula gets a ' before it.
    """
    from tidings.store.exported import EVERY, Selection

    if [bool(view), bool(query), canonical].count(True) != 1:
        raise UsageError("expected a view, --query or --canonical")
    if (topic or since) and (canonical or view == EVERY):
        raise UsageError("expected --topic and --since with one view only")
    if canonical and form not in ("", "jsonl"):
        raise UsageError("expected --canonical without --format: it is JSON Lines")
    if canonical:
        _canonical(config, out)
        return
    if view == EVERY:
        _all(config, form or "parquet", out)
        return
    selection = Selection(view, query, topic, _moment(since) if since else None)
    _selection(config, selection, form or (_SUFFIXES.get(out.suffix.lower(), "") if out else "") or "jsonl", out)


def _selection(config: Path, selection: "Selection", form: str, out: Path | None) -> None:
    from tidings.store.exported import export_file, export_text

    data = settings_of(config).data
    count = export_file(data, selection, form, out) if out else export_text(data, selection, form, sys.stdout)
    _tell(f"{count} row{'' if count == 1 else 's'}")


def _all(config: Path, form: str, out: Path | None) -> None:
    from tidings.store.exported import export_all

    if out is None:
        raise UsageError("expected --out FOLDER: every view becomes a file in it")
    count = export_all(settings_of(config).data, form, out, datetime.now(UTC))
    _tell(f"{count} views and their manifest in {out}")


def _canonical(config: Path, out: Path | None) -> None:
    from tidings.store.database import open_store
    from tidings.store.export import export_canonical

    settings = settings_of(config)
    with _written_whole(out) as target, open_store(settings.data, settings.store.wait_s, read_only=True) as connection:
        count = export_canonical(connection, target)
    _tell(f"{count} rows")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--since: expected a day or a time such as 2020-02-17 or 2020-02-17T18:00:00Z, found {text!r}") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _tell(line: str) -> None:
    sys.stdout.flush()  # before the count is told: the reader may have gone away
    print(line, file=sys.stderr)  # noqa: T201 - the program's voice


@contextmanager
def _written_whole(path: Path | None) -> Iterator[TextIO]:
    """Yield the standard output, or a file that takes the place of `path` only once all is written."""
    if path is None:
        yield sys.stdout
        return
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as target:
            yield target
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
