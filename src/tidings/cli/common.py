"""Hold what the commands share: options, exit codes, the program's voice, progress bars."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidings.errors import UsageError

if TYPE_CHECKING:
    from tidings.config import Settings
    from tidings.model import Edition
    from tidings.pipeline.run import Progress

FAILED, MISUSED, FEED_FAILED = 1, 2, 3

ConfigDir = Annotated[Path, typer.Option("--config", envvar="TIDINGS_CONFIG", help="folder of the configuration")]
Json = Annotated[bool, typer.Option("--json", help="write JSON for a script")]
Now = Annotated[str, typer.Option("--now", help="run as if it were this time (ISO, UTC): to replay and to test", show_default=False)]
Strict = Annotated[bool, typer.Option("--strict", help="exit with 3 when any feed failed")]
DEFAULT_CONFIG = Path("config")


def speak_to_anyone() -> None:
    """Make every character writable: pipes and files get UTF-8, whatever the locale; a terminal that lacks one shows its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def complain(*lines: str) -> None:
    """Write errors, escaped, to the error output."""
    from tidings.render.escape import plain

    for line in lines:
        print(f"tidings: {plain(line)}", file=sys.stderr)  # noqa: T201 - this is the program's voice


def write(lines: Iterable[str]) -> None:
    """Write lines to the output."""
    for line in lines:
        print(line)  # noqa: T201 - as above


def write_json(value: Any) -> None:
    """Write a value as JSON to the output."""
    ascii_only = not (sys.stdout.encoding or "").lower().startswith("utf")  # a terminal that would show codes which are no JSON
    print(json.dumps(value, ensure_ascii=ascii_only, indent=2, default=_as_text))  # noqa: T201 - as above


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)  # a datetime is a date, too


def settings_of(config: Path) -> "Settings":
    """Read the configuration; raises ConfigError with everything that is wrong with it."""
    from tidings.config import load

    return load(config, os.environ)


def time_of(now: str) -> datetime:
    """Return the time that a run takes as its own: the clock, or what `--now` says."""
    if not now:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(now)
    except ValueError as error:
        raise UsageError(f"--now: expected an ISO time such as 2026-02-17T18:00:00Z, found {now!r}") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@contextmanager
def progress_bars() -> Iterator["Progress"]:
    """Show progress bars on a terminal, and nothing elsewhere."""
    from rich.console import Console

    from tidings.pipeline.run import no_progress

    console = Console(stderr=True)
    if not console.is_terminal:
        yield no_progress
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console, transient=True
    ) as bars:
        tasks = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what)
            bars.update(tasks[what], completed=done, total=total)

        yield show


def show_editions(editions: "Iterable[Edition]") -> None:
    """Show editions on the terminal."""
    from rich.console import Console

    from tidings.render.terminal import to_terminal

    console = Console()
    for one in editions:
        console.print(to_terminal(one))
