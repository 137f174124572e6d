"""Offer `replay`: recorded days once more, offline, into a store of their own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidings.cli.common import DEFAULT_CONFIG, ConfigDir, Json, progress_bars, settings_of, write, write_json

if TYPE_CHECKING:
    from tidings.config import Settings

app = typer.Typer()


@app.command()
def replay(
    folder: Annotated[
        Path,
        typer.Argument(help="the recording: a folder of WARC files, such as data/archive; or one kept body, data/archive/stalled/NAME.bin"),
    ],
    into: Annotated[
        Path | None,
        typer.Option("--into", help="folder for store and editions, emptied first", show_default="replay/NAME in the data folder"),
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option("--compare", help="replay this configuration too, and show what only one of the two tells", show_default=False),
    ] = None,
    config: ConfigDir = DEFAULT_CONFIG,
    as_json: Json = False,
) -> None:
    """Run the whole pipeline over a recording: offline, at the recorded times, into a store of its own. Editions become files.

    Of a kept body (what a parser did not survive) it says what comes of it now.
    """
    from tidings.pipeline.replay import check_target
    from tidings.render.replays import compare_told, comparison_lines, comparison_plain, replay_lines
    from tidings.store.told import told

    settings = settings_of(config)
    if folder.suffix == ".bin":
        _read_again(settings, folder, as_json=as_json)
        return
    target = into or settings.data / "replay" / (folder.resolve().name or "recording")
    second = settings_of(compare) if compare else None
    other = target.parent / f"{target.resolve().name}-compared"
    for one, place in ((settings, target), *(((settings, other), (second, other)) if second else ())):
        check_target(one, folder, place)  # both before the first replay, which may take minutes
    first_report = _replay(settings, folder, target)
    if second is None:
        write_json(first_report) if as_json else write(replay_lines(first_report))
        return
    second_report = _replay(second, folder, other)
    compared = compare_told(told(target), told(other))
    if as_json:
        write_json({"first": first_report, "second": second_report, **comparison_plain(compared)})
        return
    for name, report in ((str(config), first_report), (str(compare), second_report)):
        write([f"== {name}"])
        write(replay_lines(report))
    write(["== compared"])
    write(comparison_lines(compared, str(config), str(compare)))


def _read_again(settings: "Settings", file: Path, *, as_json: bool) -> None:
    from datetime import UTC, datetime

    from tidings.pipeline.stalled import read_again

    found = read_again(settings, file, datetime.now(UTC))
    write_json(found) if as_json else write([f"{name}: {value}" for name, value in found.items()])


def _replay(settings: "Settings", folder: Path, into: Path) -> dict[str, Any]:
    from tidings.pipeline.replay import replay as replay_all

    with progress_bars() as progress:
        return replay_all(settings, folder, into, progress=progress).plain()
