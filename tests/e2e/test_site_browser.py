"""Open the archive site in a browser as a reader does, from a folder: with and without script, and search it in five languages."""

import json
import random
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from archives import SAID, archive
from browser import browse

from tidings.pipeline.site_files import write_pages
from tidings.render.site.feeds import feeds
from tidings.render.site.pages import Site
from tidings.render.site.search import assets
from tidings.text.terms import tokens

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--virtual-time-budget=8000",
)  # fmt: skip
# Fails over anything that is asked for outside, a broken policy, or a script's error.
CHECK = """
const told = {{wide: [], errors: []}};
addEventListener("error", (event) => told.errors.push(String(event.message)));
addEventListener("securitypolicyviolation", (event) => told.errors.push(event.violatedDirective));
addEventListener("load", () => {{
  told.tokens = {texts}.map((text) => window.tidings ? window.tidings.tokens(text) : []);
  const out = document.createElement("pre");
  out.id = "told";
  out.textContent = JSON.stringify(told);
  document.body.append(out);
}});
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a site of three days in five languages into a folder whose name needs care in an address."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt.txt)")
    folder, made = tmp_path_factory.mktemp("a folder #1 ä") / "site", archive(days=3)
    write_pages(folder, (*Site(made, "UTC").pages(), *feeds(made, ""), *assets(made)), "1", "")
    return folder


def opened(page: str, profile: Path, *flags: str) -> str:
    """Return the document as it stands once a page is loaded."""
    command = [str(CHROMIUM), *FLAGS, *flags, f"--user-data-dir={profile}", "--dump-dom", page]
    return subprocess.run(command, capture_output=True, text=True, timeout=180, check=True).stdout


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Saraqib flour", "en"), ("FLOUR", "en"), ("saraqip", "en"), ("سراقب", "ar"), ("الطحين", "ar"), ("إدلب", "ar"), ("伊德利卜", "zh"),
        ("面粉车队", "zh"), ("卜", "zh"), ("мукой", "ru"), ("идлиб", "ru"), ("IDLIB'de un", "tr"), ("ulasti", "tr"),
    ],
)  # fmt: skip
def test_words_are_found_in_every_language(site, tmp_path, words, language):
    """Case, diacritics, hamza, the article, an ending and a small mistake do not matter, nor do Chinese words that nothing sets apart."""
    found = opened(f"{site.joinpath('search.html').as_uri()}#q={quote(words)}", tmp_path)
    titles = re.findall(r'<h2 class="title" dir="auto" lang="(\w+)"><a href="stories/[0-9a-f-]{36}\.html">([^<]+)</a>', found)
    assert (language, SAID[language][0].replace("'", "'")) in titles
    assert "Search needs script" not in found


def test_what_is_not_there_is_not_found(site, tmp_path):
    """A word of no statement finds nothing, and says so; markup in the question stays text."""
    found = opened(f"{site.joinpath('search.html').as_uri()}#q={quote('<img src=x onerror=alert(1)> zzzzqqqq')}", tmp_path)
    assert "Nothing found" in found
    assert "<img" not in found


def test_without_script_everything_but_search_is_there(site, tmp_path):
    """With script switched off a story is shown whole, and the search page says what it needs and where else to look; nothing outside is asked."""
    with browse(tmp_path) as tab:
        tab.call("Emulation.setScriptExecutionDisabled", value=True)
        for name in ("stories", "search.html"):
            path = next(site.glob("stories/*.html")) if name == "stories" else site / name
            tab.open(path, 360)
            shown = tab.call("DOM.getOuterHTML", nodeId=tab.call("DOM.getDocument")["root"]["nodeId"])["outerHTML"]
            assert "Search needs script" in shown if name == "search.html" else "<blockquote" in shown
            assert all(url.startswith("file://") for url in tab.asked)
            assert not any(url.endswith(".js") for url in tab.asked)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1200])
def test_no_page_is_wider_than_the_screen(site, tmp_path, width, dark):
    """From a phone to a desk no page scrolls sideways, and its style sheet is there."""
    pages = [
        site / "index.html",
        site / "search.html",
        *(next(site.glob(f"{folder}/*-*.html")) for folder in ("editions", "stories")),
        site / "topics/idlib.html",
    ]
    with browse(tmp_path) as tab:
        for page in pages:
            tab.open(page, width, dark=dark)
            assert tab.run("document.documentElement.scrollWidth") <= width, page
            assert tab.run("getComputedStyle(document.body).backgroundColor") == ("rgb(21, 23, 26)" if dark else "rgb(246, 243, 238)")
            assert all(url.startswith("file://") for url in tab.asked)


def test_the_browser_folds_and_cuts_as_the_program_does(site, tmp_path):
    """Tokens in the browser are those of text/terms.py, for texts of many scripts and for signs taken at random."""
    chance = random.Random(5)
    signs = "aZıİğÇßςΣéÉøłđæœﬁ’'`´-–—0123٣۴५３,.، أإآىئؤةکھـًّ伊德利卜カタひらがな가힣йЙёЁҐ\u200b\u200f\u0301\u202e½Ⅳ²_#@ \n"
    texts = [one for _, (title, statements) in SAID.items() for one in (title, *statements)]
    texts += ["Çavuşoğlu’nun İdlib'deki 1.200 km² l’Union O'Brien 3,5 ٣٬٠٠٠ ２０２０年", "ΟΔΟΣ Straße ﬁn Ma´arat al-Numan", ""]
    texts += ["".join(chance.choice(signs) for _ in range(40)) for _ in range(400)]
    (site / "check.html").write_text((site / "search.html").read_text().replace("<title>", '<script src="check.js"></script>\n<title>', 1))
    (site / "check.js").write_text(CHECK.format(texts=json.dumps(texts)))
    found = opened(site.joinpath("check.html").as_uri(), tmp_path)
    told = json.loads(
        re.search(r'<pre id="told">(.*?)</pre>', found, re.DOTALL)[1].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    )
    assert told["errors"] == []
    differing = [(text, mine, theirs) for text, theirs in zip(texts, told["tokens"], strict=True) if (mine := tokens(text)) != theirs]
    assert differing == []
