"""The notebook opens what is published and draws its three charts."""

import ast
import json
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tidings.demo.show import show_week

PAGE = Path(__file__).resolve().parents[1] / "docs" / "notebooks" / "first_look.ipynb"
SHOWN = ("_repr_html_", "_repr_svg_", "_repr_png_", "_repr_jpeg_", "_repr_markdown_", "_repr_latex_", "_repr_json_")  # asked by a kernel

pytestmark = pytest.mark.slow  # shows the sample week


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Show the sample week and return its folder."""
    folder = tmp_path_factory.mktemp("week")
    show_week(folder)
    return folder


def sources() -> list[str]:
    """Return the code of the notebook, cell by cell."""
    cells = json.loads(PAGE.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def run(source: str, told: dict[str, Any]) -> Any:
    """Run a cell and return what its last line is, as a kernel would show it."""
    *before, last = ast.parse(source).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(before, []), PAGE.name, "exec"), told)
    return eval(compile(ast.Expression(last.value), PAGE.name, "eval"), told)


def test_it_is_small_and_holds_no_output() -> None:
    """What somebody saw once is not in the repository."""
    cells = json.loads(PAGE.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
    assert PAGE.stat().st_size < 20_000


def test_its_cells_run_in_order_and_draw(week: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the sample week each cell runs and can be shown in every form that a kernel asks for; three charts are pictures that load nothing.

    By exec, as the lock has no nbclient: with ipykernel that is 27 packages and 66 MB, a debugger and a shell among them. The test below
    is of a kernel, where one is installed.
    """
    monkeypatch.setenv("TIDINGS_DATA", str(week))
    told: dict[str, Any] = {}
    for source in sources():
        shown = run(source, told)
        assert all(getattr(shown, form)() for form in SHOWN if hasattr(shown, form))
    assert sorted(told["charts"]) == ["developments", "figure", "origins"]
    for picture in told["charts"].values():
        root = ET.fromstring(picture._repr_svg_())
        svg = "{http://www.w3.org/2000/svg}"
        assert root.tag == f"{svg}svg"
        assert len(list(root.iter(f"{svg}circle"))) + len(list(root.iter(f"{svg}rect"))) > 5
        assert not any(value.startswith(("http:", "https:", "//")) for node in root.iter() for key, value in node.items() if "href" in key)
    figure = ET.fromstring(told["charts"]["figure"]._repr_svg_())
    assert any("(" in (node.text or "") for node in figure.iter(f"{svg}title"))


def test_a_kernel_shows_three_pictures(week: Path) -> None:
    """In a kernel no cell fails, also where it is shown, and three cells show a picture."""
    wanted = "nbclient and ipykernel are not installed (pip install nbclient ipykernel)"
    nbclient, nbformat = pytest.importorskip("nbclient", reason=wanted), pytest.importorskip("nbformat", reason=wanted)
    pytest.importorskip("ipykernel", reason=wanted)
    notebook = nbformat.read(PAGE, as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute(env={**os.environ, "TIDINGS_DATA": str(week)})
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert sum("image/svg+xml" in output.get("data", {}) for output in outputs) == 3
