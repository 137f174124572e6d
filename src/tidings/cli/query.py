"""Offer the command that asks the published snapshot in SQL."""

import os
import re
import shutil
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from sys import maxsize
from typing import TYPE_CHECKING, Annotated

import typer

from tidings.cli.common import DEFAULT_CONFIG, ConfigDir, Json, complain, settings_of, write, write_json
from tidings.errors import QueryError, UsageError

if TYPE_CHECKING:
    from tidings.store.guard import Answer

ROWS_MAX = 1_000
TIMEOUT_S = 60.0
_SQL_BYTES_MAX = 1_000_000
_LINE_MAX = 120  # cells of a line of prose

app = typer.Typer()


class Form(StrEnum):
    """Name the forms in which an answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"


@app.command()
def query(
    sql: Annotated[
        str,
        typer.Argument(help="one statement over the views, the name of a view or macro, or - for the standard input", show_default=False),
    ] = "",
    file: Annotated[Path | None, typer.Option("--file", help="a file that holds the statement", show_default=False)] = None,
    config: ConfigDir = DEFAULT_CONFIG,
    limit: Annotated[int, typer.Option("--limit", min=1, help="rows at most")] = ROWS_MAX,
    timeout_s: Annotated[float, typer.Option("--timeout", min=0, help="seconds it may take; 0: as long as it takes")] = TIMEOUT_S,
    form: Annotated[
        Form | None, typer.Option("--format", help="how it is written", show_default="table on a terminal, csv elsewhere")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="write CSV")] = False,
    as_json: Json = False,
    as_jsonl: Annotated[bool, typer.Option("--jsonl", help="write JSON Lines")] = False,
) -> None:
    """Run one SQL statement on the published snapshot, read-only; without one, list the views and macros there are.

    The name of a view or macro alone lists its columns. A table that would be too narrow or too high on the terminal is shown one record a block; nothing is cut. In CSV a text that a spreadsheet would run as a formula gets a ' before it.
    """
    shown = _form(form, {Form.CSV: as_csv, Form.JSON: as_json, Form.JSONL: as_jsonl})
    asked = _statement(sql, file)
    data = settings_of(config).data
    if _looked_up(data, asked.strip(), shown):
        return
    answer = _asked(data, asked, limit, timeout_s)
    more = len(answer.rows) > limit
    if more:
        del answer.rows[limit:]
    _write(shown, answer)
    if shown is Form.TABLE:
        write([_foot(answer, more=more)])
    elif more:
        sys.stdout.flush()  # the answer comes first, and a reader who went away is met before a word about it
        complain(f"there are more rows than the {limit} shown: see --limit, or `tidings export --query` for all")


def _statement(sql: str, file: Path | None) -> str:
    """Return the text of the statement, from wherever it is to come; raises UsageError where that is two places, or no text."""
    if sql and file:
        raise UsageError("expected a statement or --file, not both")
    if not file and sql != "-":
        return sql
    content = file.read_bytes() if file else sys.stdin.buffer.read(_SQL_BYTES_MAX + 1)
    name = str(file) if file else "the standard input"
    if len(content) > _SQL_BYTES_MAX:
        raise UsageError(f"{name}: expected a statement of {_SQL_BYTES_MAX} bytes at most")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: expected a text in UTF-8, found other bytes at offset {error.start}") from error
    if not text.strip():
        raise UsageError(f"{name} holds no statement")
    return text


def _looked_up(data: Path, asked: str, form: Form) -> bool:
    """Write what there is to ask, where that is the question; return whether it was."""
    from tidings.store.overview import entry, overview

    if not asked and form is Form.TABLE:
        from tidings.render.tables import table_lines

        rows = [(name, _first_words(comment)) for name, _, comment in overview(data).rows]
        write(table_lines(("name", "what it shows"), rows, _width()))
        write(["", "The columns of one: tidings query developments", 'To ask: tidings query "FROM developments LIMIT 5"'])
        return True
    if not asked:
        _write(form, overview(data))
        return True
    found = entry(data, asked) if asked.isidentifier() else None
    if not found:
        return False
    if form is Form.TABLE:
        from tidings.render.columns import wrap

        write([*wrap(f"{found.call}: {found.comment}", limit=min(_width(), _LINE_MAX)), ""])
    _write(form, found.columns)
    return True


def _first_words(comment: str) -> str:
    """Return what a comment says first, up to the end of a sentence or of what needs no more."""
    return re.split(r"[.:;](?:\s|$)", comment, maxsplit=1)[0]


def _width() -> int:
    return shutil.get_terminal_size((maxsize, 24)).columns


def _asked(data: Path, sql: str, limit: int, timeout_s: float) -> "Answer":
    from tidings.store.query import ask

    try:
        return ask(data, sql, limit + 1, timeout_s or None)
    except QueryError as error:
        show_place(error)
        raise


def show_place(error: QueryError) -> None:
    """Show where in the query something is wrong: its line, and a mark below."""
    for line in error.excerpt:
        print("".join(char if char.isprintable() else " " for char in line), file=sys.stderr)  # noqa: T201 - the program's voice


def _form(form: Form | None, flags: dict[Form, bool]) -> Form:
    wanted = {one for one, given in flags.items() if given} | ({form} if form else set())
    if len(wanted) > 1:
        raise UsageError(f"expected one form, found {' and '.join(sorted(wanted))}")
    return next(iter(wanted), Form.TABLE if sys.stdout.isatty() else Form.CSV)


def _write(form: Form, answer: "Answer") -> None:
    from tidings.render.tables import markdown_lines, table_lines
    from tidings.store.forms import csv_line, distinct, json_line, json_of

    names, turns = distinct(answer.columns), list(map(json_of, answer.types))
    match form:
        case Form.JSON:
            write_json(
                [dict(zip(names, (turn(value) for turn, value in zip(turns, row, strict=True)), strict=True)) for row in answer.rows]
            )
        case Form.JSONL:
            sys.stdout.writelines(json_line(names, turns, row) for row in answer.rows)
        case Form.CSV:
            sys.stdout.writelines(map(csv_line, (answer.columns, *answer.rows)))
        case Form.MARKDOWN:
            write(markdown_lines(answer.columns, answer.rows))
        case Form.TABLE:
            styled = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
            write(table_lines(answer.columns, answer.rows, _width(), styled=styled))


def _foot(answer: "Answer", *, more: bool) -> str:
    """Say how many rows there are, and what the times in them mean."""
    count = len(answer.rows)
    said = f"the first {count} rows; there are more: see --limit" if more else f"{count} row{'' if count == 1 else 's'}"
    timed = any(isinstance(value, datetime) and value.tzinfo for row in answer.rows for value in row)
    return f"({said}{'; times are UTC' if timed else ''})"
