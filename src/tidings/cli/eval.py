"""Offer `eval`: how good the stages are, measured on labelled files."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from sys import maxsize
from typing import TYPE_CHECKING, Annotated

import typer

from tidings.cli.common import DEFAULT_CONFIG, ConfigDir, Json, settings_of, write, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidings.evaluation.suites import Measured
    from tidings.model import Topic

app = typer.Typer()


@app.command("eval")
def evaluate(
    suite: Annotated[str, typer.Argument(help="topics, copies, stories, novelty, figures or extraction")],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="labelled files: JSON Lines, gzipped or not; for extraction an archive of pages", show_default=False
        ),
    ],
    errors: Annotated[int, typer.Option("--errors", min=0, help="also show so many of the worst errors")] = 0,
    config: ConfigDir = DEFAULT_CONFIG,
    as_json: Json = False,
) -> None:
    """Measure how good the stages are on labelled files; needs neither a store nor a configuration.

    The suite of topics takes them from the configuration where there is one, and else those that come with the program. Intervals are of 95 %, by bootstrap.
    """
    from tidings.evaluation.suites import run_suite

    measured = run_suite(suite, files, _topics(config) if suite == "topics" else None)
    if as_json:
        measures = {name: float(value) for name, value in measured.measures.items()}
        write_json({"suite": suite, "files": [str(file) for file in files], "counts": dict(measured.counts), "measures": measures})
    else:
        write(_lines(measured))
    shown = list(measured.errors)[:errors]
    if shown and not as_json:
        write(_error_lines(shown, len(measured.errors)))
    elif shown:
        print("\n".join(_error_lines(shown, len(measured.errors))), file=sys.stderr)  # noqa: T201 - the program's voice


def _topics(config: Path) -> "Sequence[Topic] | None":
    """Return the configured topics; None where the folder was not named and is none of ours."""
    if config == DEFAULT_CONFIG and not (config / "topics.toml").is_file():
        return None
    return settings_of(config).topics


def _lines(measured: "Measured") -> Iterator[str]:
    from tidings.render.tables import table_lines

    width = shutil.get_terminal_size((maxsize, 24)).columns
    rows = []
    for name, value in measured.measures.items():
        low, high = measured.intervals.get(name, (None, None))
        rows.append((name, f"{value:.4f}", "" if low is None else f"{low:.4f} to {high:.4f}"))
    yield from table_lines(("measure", "value", "95 % interval"), rows, width)
    yield ""
    yield from table_lines(("count of", "number"), list(measured.counts.items()), width)


def _error_lines(shown: list[str], count: int) -> Iterator[str]:
    from tidings.render.escape import plain

    yield ""
    yield f"the {len(shown)} worst of {count} errors:"
    yield from (f"  {plain(line)}" for line in shown)
