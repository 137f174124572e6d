"""Look at the digest as a reader's browser does: it fits a phone and a desk, and asks nobody for anything."""

import json
import shutil
import subprocess
from html import escape
from pathlib import Path

import pytest

from tidings.demo.show import show_week
from tidings.render.html import to_html

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# The digest in a frame of the width at hand: a headless window itself is never narrower than 500 px.
FRAME = """<!doctype html><body style="margin:0"><iframe id="digest" style="border:0" width="{width}" height="2000" srcdoc="{page}"></iframe>
<script>
document.getElementById("digest").onload = function () {{
  var inner = this.contentDocument, wide = [];
  inner.querySelectorAll("body *").forEach(function (one) {{
    var box = one.getBoundingClientRect();
    if (box.right > {width} + 1 && box.width > 0 && getComputedStyle(one).position !== "absolute") wide.push(one.tagName + "." + one.className);
  }});
  var found = {{scroll: inner.documentElement.scrollWidth, wide: wide, height: inner.documentElement.scrollHeight,
    loaded: this.contentWindow.performance.getEntriesByType("resource").length}};
  document.title = "measured";
  document.body.innerHTML = "<pre id=found>" + JSON.stringify(found) + "</pre>";
}};
</script></body>"""


@pytest.fixture(scope="module")
def digests(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Make the sample week's two editions."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt.txt)")
    return tuple(map(to_html, show_week(tmp_path_factory.mktemp("week")).editions))


def measure(folder: Path, page: str, width: int) -> dict[str, object]:
    """Open a page in a frame of this width and return what the browser measured."""
    wrapper = folder / "frame.html"
    wrapper.write_text(FRAME.format(width=width, page=escape(page, quote=True)), encoding="utf-8")
    command = [
        str(CHROMIUM),
        *FLAGS,
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={max(width, 500)},2000",
        "--virtual-time-budget=5000",
    ]
    result = subprocess.run([*command, "--dump-dom", wrapper.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    found = result.stdout.split('<pre id="found">')[1].split("</pre>")[0]
    return dict(json.loads(found))


@pytest.mark.parametrize("width", [360, 768, 1200])
@pytest.mark.parametrize("nth", [0, 1], ids=["first edition", "second edition"])
def test_fits_the_width_and_loads_nothing(digests: tuple[str, ...], tmp_path: Path, nth: int, width: int) -> None:
    """At the width of a phone, a tablet and a desk nothing sticks out to the side, and no other resource is asked for."""
    found = measure(tmp_path, digests[nth], width)
    assert found["wide"] == []
    assert found["scroll"] <= width
    assert found["loaded"] == 0
    assert found["height"] > 1000


def test_the_frame_sees_what_sticks_out(digests: tuple[str, ...], tmp_path: Path) -> None:
    """The measure itself works: a page with a bar of 900 px does not fit 360."""
    found = measure(tmp_path, '<body><div class="bar" style="width:900px;height:9px">x</div></body>', 360)
    assert found["scroll"] > 360
    assert found["wide"] == ["DIV.bar"]
