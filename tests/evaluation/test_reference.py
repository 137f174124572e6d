"""The reference pages are made from the code, and a page that differs is named."""

from pathlib import Path
from typing import Annotated

import pytest
import typer

from tidings.evaluation.reference import commands_page, main, pages, stale_pages


@pytest.mark.slow
def test_written_pages_are_not_stale_and_changed_ones_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before writing all pages are stale, after it none; a changed one is named, and the check writes nothing."""
    assert stale_pages(tmp_path) == list(pages())
    assert main([str(tmp_path)]) == 0
    assert stale_pages(tmp_path) == []
    assert main(["--check", str(tmp_path)]) == 0
    page = tmp_path / "schema.md"
    page.write_text("something else", encoding="utf-8")
    assert main(["--check", str(tmp_path)]) == 1
    assert "schema.md" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == "something else"


def test_the_views_page_names_every_view_once() -> None:
    """Each view has a heading, its comment and a table of its columns."""
    page = pages()["schema.md"]
    assert page.count("\n## developments\n") == 1
    assert "| `headline` | VARCHAR |" in page


def test_commands_and_their_options_are_described() -> None:
    """Commands of groups show with all words that call them; arguments, options, defaults and help too; hidden ones do not."""
    app = typer.Typer(help="Watch feeds.")
    feeds = typer.Typer(help="Ask about feeds.")
    app.add_typer(feeds, name="feeds")

    @app.command()
    def run(
        folder: Annotated[Path, typer.Option("--config", help="where | the files are")] = Path("config"), *, strict: bool = False
    ) -> None:
        """Do the whole job."""

    @app.command(hidden=True)
    def secret() -> None:
        """Stay unseen."""

    @feeds.command("show")
    def show(name: Annotated[str, typer.Argument(help="which one")]) -> None:
        """Show one."""

    page = commands_page(app)
    assert "## `tidings run`\n\nDo the whole job." in page
    assert "| `--config` | `config` | where \\| the files are |" in page
    assert "## `tidings feeds show`" in page
    assert "| `NAME` | required | which one |" in page
    assert "unseen" not in page
