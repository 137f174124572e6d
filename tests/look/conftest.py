"""What a person looks at, in headless Chromium; without it, or without the npm tools, the tests skip and say so."""

import json
import shutil
import subprocess
from pathlib import Path

import editions
import pytest
from browser import CHROMIUM, browse

from tidings.pipeline.fitting import fit_to
from tidings.render.html import to_html

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
DAYS = {"quiet": editions.quiet_day, "normal": editions.normal_day, "flood": editions.flood}
WIDTHS = (360, 768, 1200)


@pytest.fixture(scope="session")
def tab(tmp_path_factory):
    """Give one tab of a browser."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with browse(tmp_path_factory.mktemp("browser")) as tab:
        yield tab


@pytest.fixture(scope="session")
def tools():
    """Give the folder of the npm tools."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not (MODULES / "axe-core").is_dir() or not (MODULES / "caniemail").is_dir():
        pytest.skip("the npm tools are not installed: npm ci in tests/look")
    return MODULES


@pytest.fixture(scope="session", params=DAYS)
def mail(request, tmp_path_factory):
    """Give the mail of one day as a file."""
    path = tmp_path_factory.mktemp("mails") / f"{request.param}.html"
    path.write_text(to_html(fit_to("email", DAYS[request.param]())), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def violations(tools):
    """Give a function that runs axe-core over what a tab shows, and says what is wrong where."""
    axe = (tools / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

    def found(tab):
        tab.run(axe)
        ran = tab.run("axe.run().then(found => JSON.stringify(found.violations.map(one => [one.id, one.nodes.map(node => node.html)])))")
        return {name: nodes[:3] for name, nodes in json.loads(ran)}

    return found


@pytest.fixture(scope="session")
def unsupported(tools):
    """Give a function that names what of a mail is not supported by which of the mail programs that match."""

    def found(page, *programs):
        said = subprocess.run(
            ["node", str(HERE / "lint.mjs"), str(page), *programs], capture_output=True, text=True, check=True, timeout=120
        )
        return {name: set(kinds.get("errors", ())) for name, kinds in json.loads(said.stdout).items() if kinds.get("errors")}

    return found
