"""`tidings feeds` and its `import` and `export`: lists of feeds, hostile ones too."""

import json
import tomllib
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.config import load
from tidings.config.feed_tables import Wanted, feed_table, judge_feeds
from tidings.model import Feed
from tidings.pipeline.feed_lists import export_list, judge_list
from tidings.text.opml import Outline, OutlineList, read_opml

pytestmark = pytest.mark.slow  # most calls start children in which feeds are read
LIST = """<opml version="2.0"><body>
<outline text="folder"><outline text='x"&#10;[[feed]]&#10;url = "http://evil.example/"' xmlUrl="https://new.example/rss" language="ar-EG"/></outline>
<outline text="There" xmlUrl="http://WIRE.example:80/rss"/>
<outline text="Again" xmlUrl="https://new.example:443/rss"/>
<outline xmlUrl="https://www.domain.co.uk/feed"/>
<outline text="Script" xmlUrl="javascript:alert(1)"/>
<outline text="File" xmlUrl="file:///etc/passwd"/>
<outline text="Private" xmlUrl="http://169.254.169.254/latest"/>
<outline text="Thief" xmlUrl="https://thief.example/?x=${SMTP_PASSWORD}"/>
<outline text="Token \x1b[31m" xmlUrl="https://t.example/?token=hunter2"/>
</body></opml>"""


@pytest.fixture
def opml(tmp_path):
    path = tmp_path / "list.opml"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_import_shows_tables(fresh, opml):
    """New feeds are shown as tables, what is bad is named with its line and without secrets, and nothing is written."""
    before = (fresh.config / "feeds.toml").read_bytes()
    answer = fresh("feeds", "import", str(opml), "--language", "fr")
    assert answer.code == 0
    assert tomllib.loads(answer.out)["feed"] == [
        {"url": "https://new.example/rss", "publisher": 'x" [[feed]] url = "http://evil.example/"', "language": "ar"},
        {"url": "https://www.domain.co.uk/feed", "publisher": "domain.co.uk", "language": "fr"},
    ]
    assert "feeds: 2 new, 1 there already, 1 repeated, 5 bad" in answer.err
    for line, said in (
        (6, "http://"),
        (7, "http://"),
        (8, "cloud metadata"),
        (9, "variable of the environment"),
        (10, "no secret in the file"),
    ):
        assert any(row.startswith(f"tidings: line {line}: ") and said in row for row in answer.err.splitlines()), said
    assert "hunter2" not in answer.err
    assert "\x1b" not in answer.err
    assert (fresh.config / "feeds.toml").read_bytes() == before


def test_import_writes(fresh, opml):
    """--write appends the new feeds; a second import finds all of them there."""
    before = (fresh.config / "feeds.toml").read_bytes()
    assert fresh("feeds", "import", str(opml), "--write").code == 0
    assert (fresh.config / "feeds.toml").read_bytes().startswith(before)
    assert [one.url for one in load(fresh.config, {}).feeds[1:]] == ["https://new.example/rss", "https://www.domain.co.uk/feed"]
    again = fresh("feeds", "import", str(opml), "--write", "--json")
    assert (again.code, len(again.json["new"]), again.json["already_count"]) == (0, 0, 4)


def test_import_names_what_is_bad_and_adds_the_rest(fresh, opml):
    """An address of this machine or in an odd spelling is named with its line; the others are added."""
    bad = ("http://localhost/feed", "http://2130706433/", "http://0x7f.1/", "http://127.0.0.1:8001/rss")
    rows = "\n".join(f'<outline text="B" xmlUrl="{url}"/>' for url in bad)
    opml.write_text(f'<opml><outline text="A" xmlUrl="https://a.example/rss"/>\n{rows}</opml>', encoding="utf-8")
    answer = fresh("feeds", "import", str(opml), "--write")
    assert (answer.code, "feeds: 1 new and added to feeds.toml, 0 there already, 0 repeated, 4 bad" in answer.err) == (0, True)
    assert [row.partition(": B: ")[0] for row in answer.err.splitlines()[:4]] == [f"tidings: line {line}" for line in (2, 3, 4, 5)]
    assert load(fresh.config, {}).feeds[-1].url == "https://a.example/rss"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("feed://a.example/rss", "https://a.example/rss"),
        ("FEED:https://a.example/rss", "https://a.example/rss"),
        ("feed:http://a.example/rss", "http://a.example/rss"),
        ("feed://https://a.example/rss", "https://a.example/rss"),
        ("https://a.example/?u=feed://b.example", "https://a.example/?u=feed://b.example"),
    ],
)
def test_addresses_marked_for_readers(tmp_path, written, read):
    """The old scheme of feeds is read as the web address that it stands for; elsewhere in an address it is nothing."""
    found = judge_list(OutlineList((Outline(written, "A"),)), tmp_path, "en").judged
    assert ([one.url for one in found.new], found.bad) == ([read], ())


def test_import_that_would_not_load(fresh, opml):
    """When the configuration would not load with the feeds, the errors are shown and nothing changes."""
    opml.write_text('<opml><outline text="A" xmlUrl="https://a.example/${NOT_SET}"/></opml>', encoding="utf-8")
    before = (fresh.config / "feeds.toml").read_bytes()
    answer = fresh("feeds", "import", str(opml), "--write", "--with-variables")
    assert answer.code == 2
    assert "a variable NOT_SET" in answer.err
    assert "feeds.toml is left as it was" in answer.err
    assert (fresh.config / "feeds.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"http://wire.example/rss", "no OPML"),
        (
            b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/hostname">]><opml><outline text="&x;" xmlUrl="http://a.example/"/></opml>',
            "refused",
        ),
        (b"<opml>" + b"<outline>" * 3_000, "nested deeper"),
        (b"<opml>" + b" " * 5_000_001, "larger than 5 MB"),
        (b"<opml>" + b"<a b=" * 900_000, "stopped"),
    ],
    ids=["empty", "address", "entity", "deep", "large", "a stall"],
)
def test_import_refuses(fresh, tmp_path, content, said):
    """A hostile file is one sentence and exit code 1, also for a script; what would stall the parser is stopped."""
    path = tmp_path / "bad.opml"
    path.write_bytes(content)
    answer = fresh("feeds", "import", str(path), "--json")
    assert answer.code == 1
    assert said in answer.json["error"]


def test_import_without_a_file(fresh):
    """A file that is not there, or is a folder, is one line."""
    for name in ("nowhere.opml", "."):
        answer = fresh("feeds", "import", name)
        assert (answer.code, len(answer.err.splitlines())) == (1, 1)


def test_export_and_import_again(fresh, tmp_path):
    """What is exported can be imported into an empty configuration; variables stay variables."""
    url = "https://paid.example/rss?key=${WORD}"
    text = (fresh.config / "feeds.toml").read_text(encoding="utf-8") + feed_table(url, "Paid & <Co>", "ar")
    (fresh.config / "feeds.toml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORD", "s3cr3t-word")
        exported = fresh("feeds", "export")
        assert fresh("feeds", "export", "--to", str(tmp_path / "out.opml")).code == 0
        assert (tmp_path / "out.opml").read_text(encoding="utf-8") == exported.out
        assert "s3cr3t-word" not in exported.out
        (fresh.config / "feeds.toml").write_text("# none\n", encoding="utf-8")
        assert fresh("feeds", "import", str(tmp_path / "out.opml"), "--write").code == 0
        assert "paid.example" not in (fresh.config / "feeds.toml").read_text(encoding="utf-8")
        assert fresh("feeds", "import", str(tmp_path / "out.opml"), "--write", "--with-variables").code == 0
        assert sorted(one.shown_url for one in load(fresh.config, {"WORD": "x"}).feeds) == ["http://wire.example/rss", url]


_HOSTS = st.from_regex(r"[a-z]{1,8}\.(example|org)", fullmatch=True)
_PATHS = st.from_regex(r"(/[A-Za-z0-9._~%&=+-]{0,8}){1,3}(\?[a-z]{1,3}=[A-Za-z0-9&=+'()]{0,8})?", fullmatch=True)
_PUBLISHERS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" "), min_size=1, max_size=60).filter(
    lambda text: text == " ".join(text.split())
)


@given(st.lists(st.tuples(_HOSTS, _PATHS, _PUBLISHERS, st.sampled_from(["en", "ar", "zh", "kmr"])), max_size=6))
def test_round_trip(tmp_path_factory, rows):
    """Export, then import into an empty configuration, gives the same addresses, publishers and languages."""
    empty = tmp_path_factory.getbasetemp()
    wanted = judge_feeds(empty, [Wanted(f"https://{host}{path}", publisher, language) for host, path, publisher, language in rows]).new
    feeds = tuple(Feed(str(n), one.url, one.url, one.publisher, one.language) for n, one in enumerate(wanted))
    found = read_opml(export_list(SimpleNamespace(feeds=feeds)).encode())
    assert isinstance(found, OutlineList)
    imported = judge_list(found, empty, "xx").judged
    assert {(one.url, one.publisher, one.language) for one in imported.new} == {(one.url, one.publisher, one.language) for one in wanted}
    assert (imported.bad, imported.already_count, imported.repeated_count) == ((), 0, 0)


def test_the_listing_stays(read):
    """`tidings feeds` alone still lists the feeds' health, for people and for scripts; what it shows is escaped."""
    assert "http://wire.example/rss" in read("feeds").out
    (row,) = read("feeds", "--json").json
    assert (row["publisher"], row["feed"]) == ("Wire", "http://wire.example/rss")
    assert json.dumps(row)
