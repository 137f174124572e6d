"""What the flows may know of."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

FLOWS = Path(__file__).parents[2] / "flows"
ALLOWED = {
    "prefect",
    "prefect_dask",  # Prefect's runner on Dask, an extra
    "flows",
    "tidings.config",
    "tidings.errors",
    "tidings.model",
    "tidings.pipeline",
    "tidings.render.answers",  # the words for failed feeds, the same as on the terminal
    "tidings.render.escape",
    "tidings.stages.report",
}


def imported(path: Path) -> set[str]:
    """List the modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", sorted(FLOWS.glob("*.py")), ids=lambda path: path.stem)
def test_flows_know_only_prefect_and_the_pipeline(path: Path) -> None:
    """Beside Prefect and the standard library a flow imports the pipeline, what it takes and gives, and nothing of how it works."""
    outside = {name for name in imported(path) if name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name for name in outside if not any(name == one or name.startswith(f"{one}.") for one in ALLOWED)} == set()


def test_usage_data_is_off_before_prefect_comes_in() -> None:
    """Importing the package sets both switches, without importing Prefect, and leaves a choice that somebody made."""
    code = "import flows, flows.start, flows.words, os, sys; print(os.environ['DO_NOT_TRACK'], os.environ['PREFECT_SERVER_ANALYTICS_ENABLED'], 'prefect' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env={"DO_NOT_TRACK": "yes"}, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["yes", "false", "False"]
