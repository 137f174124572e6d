"""Offer the program as commands. Thin: each reads the configuration, calls one function and writes what it gave.

Exit codes: 0 done (single feeds may have failed), 1 failed or undelivered, 2 configuration or usage, 3 with --strict when a feed failed,
128 and the signal's number when stopped; 141 is such a number: whoever read the output went away, as `head` does.
With --json the output is one JSON document whenever the code is 0 or 1; `{"error": "..."}` says why there is nothing else. Output that is no
terminal is written in UTF-8.
"""

import os
import re
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tidings.cli import ask, begin, digest, doctor, export, feeds, lake, mark, outbox, query, replay, search, site, status, store, work
from tidings.cli.common import FAILED, MISUSED, complain, speak_to_anyone, write_json
from tidings.cli.eval import app as eval_app
from tidings.errors import ConfigError, TidingsError, UsageError

_PANELS = {  # the order in which somebody needs them
    "To begin with": ("init", "doctor", "demo"),
    "The work": ("run", "learn", "ingest", "digest", "deliver", "outbox", "site", "lake", "upkeep"),
    "To ask": ("status", "why", "search", "query", "feeds", "topics", "seeds", "export", "replay"),
    "To keep": ("backup", "restore", "check", "size"),
    "To judge": ("mark", "eval"),
}


_GO_ON = frozenset({"run", "learn", "ingest", "digest", "deliver", "upkeep", "lake"})  # what a later call does the rest of


class _Panels(TyperGroup):
    """List the commands by what they are for, each with its whole first sentence."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as the class above has it
        """Write one section for each panel; commands of no panel come last."""
        named = {name for names in _PANELS.values() for name in names}
        panels = {**_PANELS, "Others": tuple(name for name in self.commands if name not in named)}
        for title, names in panels.items():
            found = [(name, _first_sentence(self.commands[name].help or "")) for name in names if name in self.commands]
            if found:
                with formatter.section(title):
                    formatter.write_dl(found)


def _first_sentence(text: str) -> str:
    """Return the first sentence of a text, or what comes before a semicolon in it."""
    return re.split(r"(?<=[^.])\.(\s|$)|;", " ".join(text.split()))[0]


app = typer.Typer(
    name="tidings",
    cls=_Panels,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (
    begin.app,
    work.app,
    digest.app,
    ask.app,
    status.app,
    doctor.app,
    feeds.app,
    outbox.app,
    query.app,
    search.app,
    export.app,
    site.app,
    lake.app,
    store.app,
    replay.app,
    mark.app,
    eval_app,
):
    app.add_typer(part)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="say the version", is_eager=True)] = False,
) -> None:
    """Watch feeds for a few topics and be told only what is new.

    Begin with `tidings demo`, which needs no network. Then `tidings init mydesk/config`, edit the files in that folder, and `tidings run --config mydesk/config`, by hand or from cron. Each command explains itself with --help.
    """
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
    speak_to_anyone()
    heard = _stop_on_signals()
    try:
        code = call(sys.argv[1:])
    except (_Stopped, RuntimeError):  # DuckDB, interrupted in the middle of a query, raises RuntimeError
        if not heard:
            raise
        complain("stopped; the next run goes on where this one was" if sys.argv[1:2] and sys.argv[1] in _GO_ON else "stopped")
        code = 128 + heard[0]
    sys.exit(code)


def call(words: Sequence[str]) -> int:
    """Run one command and return its exit code; every error that was expected is said in one line each."""
    try:
        return _call(words)
    except BrokenPipeError:
        return _end_quietly()
    except ConfigError as error:
        count = len(error.problems)
        complain(*map(str, error.problems), f"{count} problem(s) in the configuration; nothing was fetched")
        return MISUSED
    except UsageError as error:
        complain(str(error))
        return MISUSED
    except TidingsError as error:
        return _failed(words, str(error))
    except PermissionError as error:
        return _failed(words, f"{error.filename}: may not be read or written by this user")
    except OSError as error:
        return _failed(words, f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _call(words: Sequence[str]) -> int:
    command = typer.main.get_command(app)
    try:
        with command.make_context("tidings", list(words)) as context:  # not command.main: it has its own idea of a reader who went away
            command.invoke(context)
        sys.stdout.flush()  # here, where that can be caught
    except typer.Exit as leaving:
        sys.stdout.flush()
        return leaving.exit_code
    except Exception as error:
        if not isinstance(error, typer.BadParameter.__bases__[0]):
            raise
        error.show()  # type: ignore[attr-defined]  # typer's error of usage: its class has no public name
        return MISUSED
    return 0


def _failed(words: Sequence[str], message: str) -> int:
    """Say why a command failed, to a script too."""
    from tidings.render.escape import plain

    complain(message)
    if "--json" in words:
        write_json({"error": plain(message)})
    return FAILED


def _end_quietly() -> int:
    """End as a program that SIGPIPE ends. We do not let it end us: a mail server that hangs up raises it, too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())  # what is still in the buffers goes nowhere, without a word about it
    return 128 + signal.SIGPIPE
