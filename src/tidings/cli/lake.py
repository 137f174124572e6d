"""Offer the command that brings the lake up to what is published, and what the commands that publish do about it."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidings.cli.common import DEFAULT_CONFIG, FAILED, ConfigDir, Json, Now, complain, settings_of, time_of, write, write_json
from tidings.errors import UsageError

if TYPE_CHECKING:
    from tidings.config import Settings

app = typer.Typer()


@app.command()
def lake(
    upkeep: Annotated[
        bool,
        typer.Option("--upkeep", help="compare it with what is published, merge small files, let old versions go; done once a day anyway"),
    ] = False,
    sql: Annotated[bool, typer.Option("--sql", help="only write how a reader attaches it, without a password")] = False,
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
    as_json: Json = False,
) -> None:
    """Bring the lake for readers elsewhere up to what is published, and say how it stands; runs do so by themselves."""
    from tidings.pipeline.lake import publish_lake, reader_sql

    settings = settings_of(config)
    if settings.lake is None:
        raise UsageError("there is no lake: name its catalog in [lake] of settings.toml (docs/how-to/ducklake.md)")
    if sql:
        write(reader_sql(settings.lake))
        return
    state = publish_lake(settings, time_of(now), upkeep=upkeep, again=True)
    if state is None:
        raise UsageError("nothing is published yet, or another process is writing the lake: try again after a run")
    write_json(_facts(state)) if as_json else write([state.line, *(f"  {name.replace('_', ' ')}: {n}" for name, n in state.counts.items())])
    if state.trouble:
        raise typer.Exit(FAILED)


def bring_lake(settings: "Settings", now: datetime, *, upkeep: bool = False) -> tuple[dict[str, Any] | None, str]:
    """Bring the lake up after something was published; return how it stands, for scripts, and what was wrong."""
    from tidings.pipeline.lake import publish_lake

    state = publish_lake(settings, now, upkeep=upkeep)
    return (_facts(state), state.trouble) if state else (None, "")


def end_with_lake(settings: "Settings", now: datetime, *, upkeep: bool = False) -> None:
    """Do the same at the end of a command, and write the metrics; it fails when either could not be done."""
    from tidings.pipeline.metrics import write_metrics

    _, trouble = bring_lake(settings, now, upkeep=upkeep)
    if troubles := [*filter(None, (trouble, write_metrics(settings, now)))]:
        complain(*troubles)
        raise typer.Exit(FAILED)


def _facts(state: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(state).items() if name != "made_of"}
