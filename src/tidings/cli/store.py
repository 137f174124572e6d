"""Offer the commands that look after the store: backup, restore, check, size."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidings.cli.common import DEFAULT_CONFIG, FAILED, ConfigDir, Json, Now, settings_of, time_of, write, write_json

if TYPE_CHECKING:
    from tidings.pipeline.keeping import Checked, Sizes
    from tidings.store.backup import Backup
    from tidings.store.restore import Restored

app = typer.Typer()


@app.command()
def backup(
    file: Annotated[
        Path | None,
        typer.Argument(help="where to; a backup that is there is replaced", show_default="a name of its own in store.backup_folder"),
    ] = None,
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
    as_json: Json = False,
) -> None:
    """Write the store to one file, and read that through before it counts.

    The configuration, the editions and the recordings are not in it: they are files, to be copied as such. The upkeep makes a backup a day, see store.backups.
    """
    from tidings.pipeline.backup import make_backup
    from tidings.render.keeping import backup_line

    made = make_backup(settings_of(config), time_of(now), file)
    facts = _facts(made)
    write_json(facts) if as_json else write([backup_line(facts)])


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="a backup, or a plain copy of a store")],
    replace: Annotated[bool, typer.Option("--replace", help="move the store that is there aside")] = False,
    nothing_since: Annotated[
        bool, typer.Option("--nothing-sent-since", help="I know that nothing was sent since the backup was made: hold nothing back")
    ] = False,
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the store, after reading it through. Stop the schedule first.

    What was told since the backup is taken over from the store that goes, or from what was published, so that it is not told again. Where neither is there, what waits in the outbox is held.
    """
    from tidings.pipeline.backup import restore as put_back
    from tidings.render.keeping import restore_lines

    done = put_back(settings_of(config), file, time_of(now), replaces=replace, nothing_since=nothing_since)
    facts = _facts(done)
    write_json(facts) if as_json else write(restore_lines(facts))


@app.command()
def check(config: ConfigDir = DEFAULT_CONFIG, as_json: Json = False) -> None:
    """Read the store, what is published and the backups to their end, and say what of them cannot be right; exit with 1 when anything is."""
    from tidings.pipeline.keeping import check_all
    from tidings.render.keeping import check_lines

    found = [_facts(one) for one in check_all(settings_of(config))]
    write_json(found) if as_json else write(check_lines(found))
    if any(one["trouble"] for one in found):
        raise typer.Exit(FAILED)


@app.command()
def size(config: ConfigDir = DEFAULT_CONFIG, as_json: Json = False) -> None:
    """Say what takes how much room, how fast it grows, and how long the disk lasts."""
    from tidings.pipeline.keeping import sizes
    from tidings.render.keeping import size_lines

    measured = sizes(settings_of(config))
    found = _facts(measured) | {"days_left": measured.days_left}
    write_json(found) if as_json else write(size_lines(found))


def _facts(one: "Backup | Restored | Checked | Sizes") -> dict[str, Any]:
    """Return what a script wants to know; the note of an answer is nobody's business."""
    return {name: value for name, value in asdict(one).items() if name != "answered"}
