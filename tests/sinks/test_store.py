"""What outsiders write stays words in every answer from the store: CSV, JSON, tables, Markdown, `why`, and the lists of feeds."""

import csv
import io
import json
import re
import unicodedata
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from outside_strings import ALL

from tidings.cli import call
from tidings.config import load
from tidings.pipeline.site import write_site
from tidings.render.tables import markdown_lines, table_lines
from tidings.render.why import why_lines
from tidings.store.database import column_types, insert_rows, open_store
from tidings.store.exported import export_table
from tidings.store.publish import publish
from tidings.store.query import query
from tidings.store.rows import storable
from tidings.store.why import why
from tidings.text.opml import Outline, read_opml, write_opml

pytestmark = pytest.mark.slow
NOW = datetime(2020, 2, 19, 4, 0, tzinfo=UTC)
EMPTY = {"VARCHAR": "", "VARCHAR[]": [], "BOOLEAN": False, "INTEGER": 0, "DOUBLE": 0.0, "JSON": "{}"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
URL = "https://harbour.example/{}"


def uid(kind: int, number: int) -> str:
    return str(uuid.UUID(int=kind << 32 | number))


def tables(number: int, text: str) -> Iterator[tuple[str, dict]]:
    """Yield the rows of one article every word of which is the text."""
    article, version, statement, development = (uid(kind, number) for kind in range(1, 5))
    words = {"title": text, "text": text, "publisher": text, "origin": text, "authors": [text], "story_evidence": text}
    yield "entries", {"id": uid(5, number), "feed_id": uid(6, 0), "guid": text, "url": URL.format(number), "title": text, "summary": text, "content": text,
                      "authors": [text], "outcome": "new", "detail": text, "article_id": article}  # fmt: skip
    yield "articles", {"id": article, "entry_id": uid(5, number), "version_id": version, "url": URL.format(number), "verdict": "full", "story_id": article,
                       "decided": True, "language": "en", **words}  # fmt: skip
    yield "versions", {"id": version, "article_id": article, "title": text, "text": text, "added": [text], "removed": [text]}
    yield "stories", {"id": article, "title": text, "topics": ["idlib"]}
    yield "statements", {"id": statement, "topic": "idlib", "article_id": article, "version_id": version, "text": text, "end": len(text), "place": text,
                         "decision": "development", "reason": "uncovered", "evidence": text}  # fmt: skip
    yield "figures", {"id": uid(7, number), "statement_id": statement, "topic": "idlib", "measure": "killed", "of": text, "unit": text, "said_by": text,
                      "words": text, "value_low": 3.0, "value_high": 3.0, "qualifier": "exact"}  # fmt: skip
    yield "developments", {"id": development, "topic": "idlib", "kind": "new_statement", "story_id": article, "article_id": article,
                           "statement_id": statement, "warning": text}  # fmt: skip
    yield "told", {"edition_id": uid(8, 0), "development_id": development, "recipient": "desk", "position": number}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Give a folder whose published store holds every string in every column that outsiders can write to."""
    folder = tmp_path_factory.mktemp("hostile")
    with open_store(folder, 5.0) as connection:
        rows: dict[str, list[dict]] = {
            "feeds": [
                {"id": uid(6, 0), "shown_url": "https://harbour.example/rss", "publisher": "Harbour", "title": ALL[0], "configured": True}
            ]
        }
        rows["editions"] = [{"id": uid(8, 0), "recipient": "desk", "topics": ["idlib"], "state": "composed", "kind": "scheduled"}]
        for number, text in enumerate(ALL):
            for table, row in tables(number, storable(text)):
                rows.setdefault(table, []).append(row)
        for table, found in rows.items():
            types = column_types(connection, f"core.{table}")
            types.pop("change", None)  # filled by whoever writes
            needed = {row[0] for row in connection.execute(f"DESCRIBE core.{table}").fetchall() if row[2] == "NO"}
            base = {
                name: NOW if kind.startswith("TIMESTAMP") and name in needed else EMPTY.get(kind) if name in needed else None
                for name, kind in types.items()
            }
            insert_rows(connection, f"core.{table}", tuple(types), [tuple((base | row).values()) for row in found])
        publish(connection, folder)
    return folder


@pytest.mark.parametrize(
    "view", ["entries", "articles", "developments", "statements", "stories", "figures", "versions", "decisions", "feed_health"]
)
def test_csv(folder, view):
    """Read back, a CSV has as many rows and cells as the view, and no cell that a spreadsheet runs."""
    columns, found = query(folder, f"FROM {view}", 100_000)
    out = io.StringIO(newline="")
    export_table(folder, view, "csv", out)
    read = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert len(read) == len(found) + 1
    assert {len(row) for row in read} == {len(columns)}
    texts = [cell for row in read[1:] for cell in row]
    assert not [cell for cell in texts if cell.startswith(FORMULA) and not is_number(cell)]


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_every_string_is_kept(folder):
    """The store gives every string back as it came, but for halves of characters."""
    _, found = query(folder, "SELECT statement FROM developments", 100_000)
    assert {text for (text,) in found} == {storable(text) for text in ALL}


@pytest.fixture(scope="module")
def config(folder, tmp_path_factory) -> Path:
    """Give a configuration for that store."""
    config = tmp_path_factory.mktemp("configured") / "config"
    (config / "seeds").mkdir(parents=True)
    for name in ("feeds", "topics", "channels", "seeds"):
        (config / f"{name}.toml").write_text(FILES[name], encoding="utf-8")
    (config / "settings.toml").write_text(f'[store]\ndata = "{folder}"\n', encoding="utf-8")
    return config


@pytest.mark.parametrize("form", ["json", "csv"])
def test_query(config, form, capsys):
    """The command's answer, read back, holds every statement; as CSV a formula has a ' before it."""
    assert call(["query", "SELECT statement FROM developments", "--limit", "100000", "--format", form, "--config", str(config)]) == 0
    said = capsys.readouterr().out
    if form == "json":
        assert sorted(row["statement"] for row in json.loads(said)) == sorted(map(storable, ALL))
    else:
        cells = [cell for [cell] in csv.reader(io.StringIO(said, newline=""))][1:] if said else []
        assert sorted(cell.removeprefix("'") for cell in cells) == sorted(storable(text).removeprefix("'") for text in ALL)
        assert not [cell for cell in cells if cell.startswith(FORMULA)]


FILES = {
    "feeds": '[[feed]]\nurl = "https://harbour.example/rss"\npublisher = "Harbour"\nlanguage = "en"\n',
    "topics": '[[topic]]\nname = "idlib"\ntitle = "Idlib"\n[topic.names]\nen = ["Idlib*"]\n',
    "channels": '[[recipient]]\nname = "desk"\nchannel = "file"\nat = "06:00"\n',
    "seeds": "",
}


def test_tables():
    """On a terminal and in Markdown each stays in its cell: one line a row, no escape sequence, no markup."""
    rows = [(text, 1) for text in ALL]
    lines = list(table_lines(("text", "n"), rows))
    assert len(lines) == len(rows) + 2
    assert not [line for line in lines if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in line)]
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse("\n".join(markdown_lines(("text", "n"), rows)))
    assert sum(token.type == "tr_open" for token in tokens) == len(rows) + 1
    assert {child.type for token in tokens for child in token.children or ()} <= {"text"}


@pytest.mark.parametrize("part", range(10))
def test_why(folder, part):
    """`why` shows each as characters that show themselves, a line each."""
    for number in range(part, len(ALL), 97):
        lines = list(why_lines(why(folder, URL.format(number))))
        assert not [line for line in lines if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in line)]


def test_opml():
    """A list of feeds given away is well-formed XML with no element of theirs, and our own reader takes it back."""
    outlines = [Outline(f"https://harbour.example/{number}", text) for number, text in enumerate(ALL)]
    written = write_opml("Feeds", [("en", outlines)])
    tree = etree.fromstring(written.encode())
    assert {one.tag for one in tree.iter()} == {"opml", "head", "title", "body", "outline"}
    assert len(read_opml(written.encode()).outlines) == len(ALL)


@pytest.fixture(scope="module")
def site(config, tmp_path_factory) -> Path:
    """Give the archive site of that store."""
    folder = tmp_path_factory.mktemp("sites") / "site"
    write_site(load(config, {}), folder)
    return folder


def test_site(site):
    """On the site they make no tag, no attribute, no file name and no link; every page keeps its policy."""
    pages = {path: lxml_html.document_fromstring(path.read_bytes()) for path in sorted(site.rglob("*.html"))}
    assert len(pages) > len(ALL)
    assert {re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|idlib-2020-02-[0-9]+", "ID", str(path.relative_to(site))) for path in pages} <= {
        "index.html", "search.html", "editions/index.html", "editions/ID.html", "stories/ID.html", "topics/ID.html", "topics/idlib.html",
    }  # fmt: skip
    for path, page in pages.items():
        assert not [one for one in page.iter() if not isinstance(one.tag, str)], path
        assert not {one.tag for one in page.iter()} & {"img", "iframe", "object", "embed", "base", "math", "plaintext"}, path
        assert path.name == "search.html" or not list(page.iter("form")), path
        assert not [name for one in page.iter() for name in one.keys() if name.startswith("on") or name in {"style", "srcdoc"}], path  # noqa: SIM118
        assert {one.get("href") for one in page.iter("a") if ":" in one.get("href")} <= {
            URL.format(number) for number in range(len(ALL))
        }, path
        assert page.xpath("//meta[@http-equiv='Content-Security-Policy']"), path


def test_feeds_of_editions(site):
    """In Atom and JSON Feed they are text: well-formed, no element of theirs, and what is escaped within has only our tags."""
    [atom], [listed] = site.glob("feeds/*.atom"), site.glob("feeds/*.json")
    tree = etree.fromstring(atom.read_bytes())
    assert {etree.QName(one).localname for one in tree.iter()} <= {"feed", "id", "title", "updated", "published", "author", "name", "generator", "link", "entry", "summary", "content", "subtitle"}  # fmt: skip
    [item] = json.loads(listed.read_text(encoding="utf-8"))["items"]
    content = lxml_html.fragments_fromstring(item["content_html"])
    tags = {one.tag for outer in content if not isinstance(outer, str) for one in outer.iter()}
    assert tags <= {"p", "h2", "h3", "bdi", "a", "strong", "blockquote", "br"}
