"""The notebook opens what is published and draws its three charts."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tidings.demo.show import show_week

PAGE = Path(__file__).resolve().parents[1] / "docs" / "notebooks" / "first_look.ipynb"


def sources() -> list[str]:
    """Return the code of the notebook, cell by cell."""
    cells = json.loads(PAGE.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_it_is_small_and_holds_no_output() -> None:
    """What somebody saw once is not in the repository."""
    cells = json.loads(PAGE.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
    assert PAGE.stat().st_size < 20_000


@pytest.mark.slow
def test_its_cells_run_in_order_and_draw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the sample week each cell runs in one namespace after the other, as a kernel would, and three charts are pictures with marks in them."""
    show_week(tmp_path)
    monkeypatch.setenv("TIDINGS_DATA", str(tmp_path))
    told: dict[str, object] = {}
    for number, source in enumerate(sources()):
        exec(compile(source, f"{PAGE.name}:{number}", "exec"), told)
    charts = told["charts"]
    assert isinstance(charts, dict)
    assert sorted(charts) == ["developments", "figure", "origins"]
    for picture in charts.values():
        root = ET.fromstring(picture)
        assert root.tag.endswith("svg")
        assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) + len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) > 5
