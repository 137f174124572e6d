"""Offer the commands to begin with: a configuration of one's own, and the sample week."""

from pathlib import Path
from typing import Annotated

import typer

from tidings.cli.common import DEFAULT_CONFIG, ConfigDir, progress_bars, show_editions, write
from tidings.errors import TidingsError, UsageError

app = typer.Typer()


@app.command()
def init(
    folder: Annotated[Path | None, typer.Argument(help="where the configuration goes; else what --config says", show_default=False)] = None,
    config: ConfigDir = DEFAULT_CONFIG,
) -> None:
    """Copy the delivered configuration (Idlib, Libya, Xinjiang) into a folder, to edit; files that are there stay.

    Data will be kept beside that folder: for mydesk/config in mydesk/data.
    """
    from tidings.config.delivered import delivered_folder

    folder = folder or config
    source = delivered_folder()
    if source.resolve() == folder.resolve():
        raise UsageError(f"{folder} is the delivered configuration itself: edit it, or name another folder")
    for path in sorted(source.rglob("*")):
        target = folder / path.relative_to(source)
        if path.is_dir() or target.exists():
            if not path.is_dir():
                write([f"kept {target}"])
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(path, target)
        write([f"wrote {target}"])
    write([f"next: edit {folder}/channels.toml, then: tidings run --config {folder}"])


def _copy(source: Path, target: Path) -> None:
    """Copy a file whole or not at all: half of one would be kept by the next `init`."""
    part = target.with_name(f"{target.name}.part")
    try:
        part.write_bytes(source.read_bytes())
        part.replace(target)
    except OSError as error:
        raise TidingsError(f"{target} could not be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


@app.command()
def demo(
    data: Annotated[Path, typer.Option("--data", help="folder for the demo's store and editions; emptied first")] = Path("data/demo"),
    quiet: Annotated[bool, typer.Option("--quiet", help="do not show the editions")] = False,
    config: Annotated[
        Path | None, typer.Option("--config", help="take topics and seeds from here", show_default="the delivered ones")
    ] = None,
) -> None:
    """Show what the program does on a sample week of invented publishers: two editions, without any network."""
    from tidings.demo.show import show_week

    with progress_bars() as progress:
        shown = show_week(data, base=config, say=lambda line: write([line]), progress=progress)
    if not quiet:
        show_editions(shown.editions)
    write(
        [
            f"store: {data}/tidings.duckdb",
            f"ask it: tidings query --config {data}/config 'FROM developments', or why, status, export",
            f"read it as pages: tidings site --config {data}/config",
        ]
    )
    write(f"edition: {path}" for path in sorted((data / "editions").iterdir()))
