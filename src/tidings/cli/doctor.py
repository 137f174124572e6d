"""Offer the command that checks a deployment."""

import shutil
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from tidings.cli.common import DEFAULT_CONFIG, FAILED, ConfigDir, Json, progress_bars, settings_of, write, write_json

app = typer.Typer()


@app.command()
def doctor(
    config_only: Annotated[
        bool, typer.Option("--config-only", help="show the whole configuration in force, and ask and check nothing")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="name every feed and site, also where many are fine")] = False,
    config: ConfigDir = DEFAULT_CONFIG,
    as_json: Json = False,
) -> None:
    """Show the configuration in force and check all that it touches, without sending or storing; exit with 1 when there is a fault."""
    from tidings.config import hidden
    from tidings.pipeline.doctor import State, examine
    from tidings.pipeline.run import open_doors
    from tidings.render.doctor import configuration_lines, finding_lines

    settings = settings_of(config)
    shown = hidden(settings)
    if config_only:
        write_json({"configuration": shown}) if as_json else write(configuration_lines(shown, whole=True))
        return
    if not as_json:
        write(["configuration in force:", *configuration_lines(shown, whole=False), "checks:"])
    with progress_bars() as progress, open_doors(settings) as doors:
        findings = examine(settings, doors, progress=progress)
    rows = [asdict(one) for one in findings]
    write_json({"configuration": shown, "findings": rows}) if as_json else write(finding_lines(rows, whole=verbose, width=_width()))
    if any(one.state is State.FAULT for one in findings):
        raise typer.Exit(FAILED)


def _width() -> int:
    """Return the columns of the terminal; 0 elsewhere: what is searched by a program is one line a finding."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
