"""Offer the program as commands. Thin: each reads the configuration, calls one function and writes what it gave.

Exit codes: 0 done (single feeds may have failed), 1 failed or undelivered, 2 configuration or usage, 3 with --strict when a feed failed,
128 and the signal's number when stopped.
"""

import os
import signal
import sys
from types import FrameType
from typing import Annotated

import typer

from tidings.cli import ask, begin, work
from tidings.cli.common import FAILED, MISUSED, complain
from tidings.errors import ConfigError, TidingsError, UsageError

app = typer.Typer(
    name="tidings",
    help="Watch feeds for a few topics and be told only what is new.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (begin.app, work.app, ask.app):
    app.add_typer(part)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="say the version", is_eager=True)] = False,
) -> None:
    """Watch feeds for a few topics and be told only what is new."""
    if show:
        from importlib.metadata import version as installed

        print(f"tidings {installed('tidings')}")  # noqa: T201 - the program's voice
        raise typer.Exit


class _Stopped(BaseException):
    """Carry a signal out of whatever is going on: no `except Exception` on the way holds it up, and click knows it not."""


def _stop_on_signals() -> list[int]:
    """Turn Ctrl-C and SIGTERM into an orderly end; return the list in which the signal will stand. A second one kills at once."""
    heard: list[int] = []
    mine = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) is not signal.SIG_IGN]

    def stop(number: int, _frame: FrameType | None) -> None:
        heard.append(number)
        for each in mine:
            signal.signal(each, signal.SIG_DFL)
        raise _Stopped

    for number in mine:
        signal.signal(number, stop)
    return heard


def main() -> None:
    """Run the command line; every expected error is one clear message and an exit code."""
    os.umask(0o077)  # what we write is ours; what is published is opened to the group where it is made
    heard = _stop_on_signals()
    try:
        _run()
    except (_Stopped, RuntimeError):  # DuckDB, interrupted in the middle of a query, raises RuntimeError
        if not heard:
            raise
        complain("stopped; the next run goes on where this one was")
        sys.exit(128 + heard[0])


def _run() -> None:
    try:
        app(standalone_mode=True)
    except ConfigError as error:
        complain(
            *[f"{problem}" for problem in error.problems], f"{len(error.problems)} problem(s) in the configuration; nothing was fetched"
        )
        sys.exit(MISUSED)
    except UsageError as error:
        complain(str(error))
        sys.exit(MISUSED)
    except TidingsError as error:
        complain(str(error))
        sys.exit(FAILED)
    except PermissionError as error:
        complain(f"{error.filename}: may not be read or written by this user")
        sys.exit(FAILED)
    except (FileExistsError, FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        complain(f"{error.filename}: {error.strerror}")
        sys.exit(FAILED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader went away: nothing to say, nowhere to say it
        sys.exit(FAILED)
