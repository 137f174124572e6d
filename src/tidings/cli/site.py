"""Offer the command that writes the archive site."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidings.cli.common import DEFAULT_CONFIG, ConfigDir, Json, settings_of, write, write_json

if TYPE_CHECKING:
    from tidings.pipeline.site_files import SiteReport

app = typer.Typer()


@app.command()
def site(
    into: Annotated[Path | None, typer.Option("--into", help="folder; site.folder where it is left out", show_default=False)] = None,
    config: ConfigDir = DEFAULT_CONFIG,
    as_json: Json = False,
) -> None:
    """Write the archive as a small static site: editions, topics, stories, figures and search, for any browser and without a server."""
    from tidings.pipeline.site import write_site

    report = write_site(settings_of(config), into)
    write_json(asdict(report)) if as_json else write([site_line(report), f"open {_from_here(report.folder / 'index.html')}"])


def site_line(report: "SiteReport") -> str:
    """Say what was written."""
    if not report.written and not report.removed:
        return "site: nothing changed"
    removed = f", {report.removed} removed" if report.removed else ""
    return f"site: {report.written} files written, {report.unchanged} unchanged{removed}"


def _from_here(path: Path) -> Path:
    """Name a file as short as it is found from the working folder."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
