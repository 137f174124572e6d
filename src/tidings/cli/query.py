"""Offer the command that asks the published snapshot in SQL."""

import csv
import shutil
import sys
from collections.abc import Sequence
from enum import StrEnum
from sys import maxsize
from typing import Annotated, Any

import typer

from tidings.cli.common import DEFAULT_CONFIG, ConfigDir, Json, complain, settings_of, write, write_json
from tidings.errors import UsageError

ROWS_MAX = 1_000

app = typer.Typer()


class Form(StrEnum):
    """Name the forms in which an answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="one statement over the views; docs/reference/schema.md lists them")],
    config: ConfigDir = DEFAULT_CONFIG,
    limit: Annotated[int, typer.Option("--limit", min=1, help="rows at most")] = ROWS_MAX,
    form: Annotated[
        Form | None, typer.Option("--format", help="how it is written", show_default="table on a terminal, csv elsewhere")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run one SQL statement on the published snapshot, read-only.

    A table that is wider than the terminal is shown one record a block; nothing is cut. In CSV a text that a spreadsheet would run as a formula gets a ' before it.
    """
    from tidings.store.query import query as ask

    form = _form(form, as_json=as_json)
    columns, found = ask(settings_of(config).data, sql, limit + 1)
    more, rows = len(found) > limit, found[:limit]
    _write(form, columns, rows)
    if more:
        sys.stdout.flush()  # the answer comes first, and a reader who went away is met before a word about it
        complain(f"there are more rows than the {limit} shown: see --limit")
    elif form is Form.TABLE:
        write([f"({len(rows)} row{'' if len(rows) == 1 else 's'})"])


def _form(form: Form | None, *, as_json: bool) -> Form:
    if as_json and form not in (None, Form.JSON):
        raise UsageError(f"expected --json or --format {form}, not both")
    if as_json:
        return Form.JSON
    return form or (Form.TABLE if sys.stdout.isatty() else Form.CSV)


def _write(form: Form, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    from tidings.render.tables import markdown_lines, table_lines
    from tidings.store.export import csv_cell, json_value

    match form:
        case Form.JSON:
            names = _distinct(columns)
            write_json([dict(zip(names, map(json_value, row), strict=True)) for row in rows])
        case Form.CSV:
            plain = csv.writer(sys.stdout, lineterminator="\n")
            quoted = csv.writer(sys.stdout, lineterminator="\n", quoting=csv.QUOTE_ALL)
            for row in (columns, *rows):
                cells = list(map(csv_cell, row))
                # Before Python 3.13 a carriage return alone is not quoted where lines end in "\n", and readers end the row there.
                (quoted if any("\r" in cell for cell in cells if isinstance(cell, str)) else plain).writerow(cells)
        case Form.MARKDOWN:
            write(markdown_lines(columns, rows))
        case Form.TABLE:
            write(table_lines(columns, rows, shutil.get_terminal_size((maxsize, 24)).columns))


def _distinct(columns: Sequence[str]) -> list[str]:
    """Give columns of the same name names of their own, as DuckDB does in a subquery: an object of JSON holds each once."""
    names: list[str] = []
    for column in columns:
        name, number = column, 0
        while name in names:
            number += 1
            name = f"{column}_{number}"
        names.append(name)
    return names
