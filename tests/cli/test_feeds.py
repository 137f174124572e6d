"""`tidings feeds check|find|import|export`: what they say, what they ask of servers, and that nothing hostile gets through."""

import json
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from fakes import HOUR, NOW, Piece, rss
from hypothesis import given
from hypothesis import strategies as st

from tidings.config import load
from tidings.config.feed_tables import Wanted, feed_table, judge_feeds
from tidings.model import Feed
from tidings.pipeline.feed_lists import export_list, judge_list
from tidings.text.opml import Outline, OutlineList, read_opml

pytestmark = pytest.mark.slow  # most calls start children in which feeds are read
AT = ("--now", NOW.isoformat())
ESCAPE = "\x1b[31mred"
FLOOD = Piece(
    "http://wire.example/flood",
    "Camp near Saraqib floods",
    ("Rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.",) * 2,
)
SOAP = Piece("http://wire.example/soap", "Soap wins prize", ("A soap factory in the valley has won a prize for its bars this year.",))
OLD = Piece("http://wire.example/old", "Ariha mill", ("A mill in Ariha in Idlib ground its first wheat.",), NOW - 90 * HOUR)
GONE = Piece("http://wire.example/gone", "Strike in Tripoli", ("x",))
NEWS = rss([FLOOD, SOAP, Piece(FLOOD.url, "Camp floods, edited", FLOOD.paragraphs, guid="other"), OLD, GONE])


def page(piece):
    return f"<html><head><title>{piece.title}</title></head><body><article>{''.join(f'<p>{p}</p>' for p in piece.paragraphs)}</article></body></html>"


class Site:
    """Answer for any host from a table of `host/path`; note what was asked."""

    def __init__(self):
        self.answers, self.asked = {}, []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                url = self.headers["Host"].partition(":")[0] + self.path
                site.asked.append((url, self.headers.get("If-None-Match", "")))
                status, headers, body = site.answers.get(url, (404, {}, "<html>nothing</html>"))
                if headers.get("ETag") and headers["ETag"] == self.headers.get("If-None-Match"):
                    status, body = 304, ""
                body = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                for name, value in ({"Content-Type": "text/html"} | headers | {"Content-Length": str(len(body))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def paths(self):
        return [url for url, _ in self.asked]


HOSTS = ("wire.example", "other.example", "robots.example", "www.many.example")


@pytest.fixture
def site():
    """Serve a feed with five entries and their pages."""
    site = Site()
    xml = {"Content-Type": "application/rss+xml"}
    site.answers = {
        "wire.example/rss": (200, xml | {"ETag": '"one"'}, NEWS),
        "wire.example/plain": (200, xml, NEWS),
        "wire.example/": (200, {}, '<html><link rel="alternate" type="application/rss+xml" href="/rss"><a href="/rss.html">x</a></html>'),
        "wire.example/moved": (301, {"Location": "http://wire.example/rss"}, ""),
        "wire.example/for-now": (302, {"Location": "http://wire.example/rss"}, ""),
        "wire.example/secret?u=s3cr3t-word": (302, {"Location": "http://10.0.0.1/x?u=s3cr3t-word"}, ""),
        "wire.example/inside": (302, {"Location": "http://169.254.169.254/"}, ""),
        "wire.example/empty": (200, xml, ""),
        "wire.example/locked": (401, {}, ""),
        "wire.example/broken": (503, {}, ""),
        "wire.example/hostile": (200, xml, rss([Piece("http://wire.example/h", f"{ESCAPE}\u202e", ("x",))])),
        **{f"wire.example/{one.url.rpartition('/')[2]}": (200, {}, page(one)) for one in (FLOOD, SOAP, OLD)},
    }
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def desk(fresh, site):
    """Give a folder whose hosts are played by the site."""
    return at_site(fresh, site)


def at_site(desk, site):
    address = f"127.0.0.1:{site.server.server_address[1]}"
    hosts = "".join(f'"{host}" = "{address}"\n' for host in HOSTS)
    network = f'[store]\ndata = "data"\n\n[network]\npause_s = 0\nallow_private = ["{address}"]\n[network.connect_to]\n{hosts}'
    (desk.config / "settings.toml").write_text(network, encoding="utf-8")
    return desk


# ---------------------------------------------------------------- check


def test_check_explains_a_feed(desk, site):
    """A feed's format, counts, validators and robots are said, and for each entry what would become of it; three pages are read, nothing is stored."""
    answer = desk("feeds", "check", "http://wire.example/rss", *AT)
    assert (answer.code, answer.err) == (0, "")
    for said in (
        "in feeds.toml, publisher Wire",
        "RSS 2.0",
        "5 entries, dated 2020-02-15 12:00 UTC to 2020-02-19 05:00 UTC",
        "link 5, guid 5, date 5",
        "ETag: a second request is answered with 304",
        "robots.txt lets us read http://wire.example/flood",
        "its page would be read",
        "page: on topic; ",
        "first statement: Rain flooded a camp near Saraqib in Idlib on Tuesday",
        "page: off topic: no_term",
        "not read again: an entry before it leads to the same page",
        "would count as told, not be reported: older than ingest.first_window_h",
        "words of libya in the feed: Tripoli (not enough by themselves)",
    ):
        assert said in answer.out
    assert site.asked[:2] == [("wire.example/rss", ""), ("wire.example/rss", '"one"')]
    assert sorted(site.paths()[2:]) == ["wire.example/flood", "wire.example/robots.txt", "wire.example/soap"]
    assert not desk.data.exists()


def test_check_in_json(desk):
    """A script gets the same as one document; entries and pages are as many as asked for, and an address needs no configuration."""
    answer = desk("feeds", "check", "http://wire.example/plain", "--entries", "2", "--pages", "0", "--json", *AT).json
    assert (answer["configured"], answer["feed"]["entries"], len(answer["entries"])) == (False, 5, 2)
    assert answer["validators"] == {"etag": "", "last_modified": "", "status": None, "failure": ""}
    assert answer["entries"][0]["words"] == {"idlib": {"found": ["Saraqib"], "enough": True}}
    assert answer["entries"][0]["page"] is None
    assert len(desk("feeds", "check", "http://wire.example/plain", "--all", "--pages", "0", "--json", *AT).json["entries"]) == 5


def test_check_reads_a_page_as_a_run_does(desk):
    """A page that is not there is rejected with the run's own reason; the outcome of each page is what a run records."""
    answer = desk("feeds", "check", "http://wire.example/rss", "--pages", "5", "--json", *AT).json
    assert [(one["would"], one["page"]["outcome"], one["page"]["reason"]) for one in answer["entries"]] == [
        ("read", "on_topic", ""), ("read", "off_topic", "no_term"), ("same_article", "on_topic", ""), ("known", "on_topic", ""), ("read", "rejected", "not_found"),
    ]  # fmt: skip


def test_check_after_a_run(used, site):
    """What the store knows is said with its outcome; a feed that was polled before does not count its old entries as told."""
    used = at_site(used, site)
    assert used("ingest", *AT).code == 0
    site.answers["wire.example/rss"] = (
        200,
        {"Content-Type": "application/rss+xml"},
        rss([FLOOD, SOAP, Piece("http://wire.example/late", "Late", ("x",), OLD.published_at)]),
    )
    answer = used("feeds", "check", "http://wire.example/rss", "--pages", "0", "--json", *AT).json
    assert [one["would"] for one in answer["entries"]] == ["seen", "seen", "read"]
    assert answer["entries"][1]["why"] == "off_topic: no_term"
    elsewhere = used("feeds", "check", "http://wire.example/plain", "--entries", "1", "--pages", "0", "--json", *AT).json
    assert (elsewhere["entries"][0]["would"], elsewhere["entries"][0]["why"]) == ("same_article", "read already, from Wire")


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("moved", 0, "moved for good: put this address into feeds.toml: http://wire.example/rss"),
        ("for-now", 0, "answered by http://wire.example/rss"),
        ("inside", 1, "is no public one"),
        ("empty", 1, "The answer is empty"),
        ("", 1, "It is a web page. Its feeds: tidings feeds find http://wire.example/"),
        ("locked", 1, "from the environment"),
        ("broken", 1, "try again later"),
        ("nowhere", 1, "tidings feeds find"),
    ],
    ids=["301", "302", "private", "empty", "a page", "401", "503", "404"],
)
def test_check_says_what_to_do(desk, path, code, said):
    """Each way a feed can fail is a sentence with what to do, and an exit code."""
    answer = desk("feeds", "check", f"http://wire.example/{path}", "--pages", "0", *AT)
    assert answer.code == code
    assert said in answer.out


def test_check_hides_what_the_environment_filled_in(desk, monkeypatch):
    """A secret in a configured address is not shown, not even where the server repeats it."""
    monkeypatch.setenv("WORD", "s3cr3t-word")
    (desk.config / "feeds.toml").write_text(
        '[[feed]]\nurl = "http://wire.example/secret?u=${WORD}"\npublisher = "W"\nlanguage = "en"\n', encoding="utf-8"
    )
    for words in (["http://wire.example/secret?u=${WORD}"], ["http://wire.example/secret?u=s3cr3t-word", "--json"]):
        answer = desk("feeds", "check", *words, *AT)
        assert answer.code == 1
        assert "s3cr3t-word" not in answer.out + answer.err
        assert "${WORD}" in answer.out


def test_check_obeys_the_topics_of_a_feed(desk):
    """Words and pages of a topic that the feed is not watched for do not count, as in a run; a variable that no feed names is not filled in."""
    path = desk.config / "feeds.toml"
    path.write_text(path.read_text(encoding="utf-8") + 'topics = ["libya"]\n', encoding="utf-8")
    (entry,) = desk("feeds", "check", "http://wire.example/rss", "--entries", "1", "--pages", "1", "--json", *AT).json["entries"]
    assert (entry["words"], entry["page"]["outcome"], entry["page"]["reason"]) == ({}, "off_topic", "not_this_feed's_topic")
    assert desk("feeds", "check", "http://wire.example/${HOME}").code == 2


def test_find_shows_no_key(desk, site):
    """A feed whose address holds a key is shown without it, and not as a table to paste."""
    site.answers["other.example/"] = (200, {}, '<link rel="alternate" type="application/rss+xml" href="/f?apikey=hunter2">')
    site.answers["other.example/f?apikey=hunter2"] = (200, {}, NEWS)
    answer = desk("feeds", "find", "http://other.example/", *AT)
    assert answer.code == 0
    assert "it holds a key" in answer.out
    assert "hunter2" not in answer.out
    assert "[[feed]]" not in answer.out


def test_check_escapes_what_a_feed_says(desk):
    """A title cannot steer the terminal."""
    answer = desk("feeds", "check", "http://wire.example/hostile", "--pages", "0", *AT)
    assert "red" in answer.out
    assert not any(sign in answer.out for sign in ("\x1b", "\u202e"))


@pytest.mark.parametrize(
    "words",
    [
        ["check", "wire.example"],
        ["check", "file:///etc/passwd"],
        ["find", "ftp://x.example"],
        ["find", "a b"],
        ["import", "x", "--language", "english"],
    ],
)
def test_usage(desk, words):
    """What is no address, and a language that is none, are errors of usage."""
    assert desk("feeds", *words).code == 2


# ---------------------------------------------------------------- find


def test_find_reads_what_the_page_names(desk, site):
    """A feed named in the page's head is read and shown; one that is configured needs no table."""
    answer = desk("feeds", "find", "http://wire.example/", *AT)
    assert answer.code == 0
    assert "http://wire.example/rss (in feeds.toml already)" in answer.out
    assert "[[feed]]" not in answer.out
    assert site.paths() == ["wire.example/robots.txt", "wire.example/", "wire.example/rss"]


def test_find_gives_a_table_to_paste(desk, site):
    """A new feed comes with a table that can be pasted, whatever its title says."""
    site.answers["other.example/"] = (200, {}, "<html>no feeds named</html>")
    item = "<item><title>t</title><link>http://other.example/1</link></item>"
    feed = f'<rss version="2.0"><channel><title>A "x" {ESCAPE}\n[[feed]]</title><language>tr-TR</language>{item}</channel></rss>'
    site.answers["other.example/rss"] = (200, {}, feed)
    answer = desk("feeds", "find", "http://other.example/news", *AT)
    site.answers["other.example/feed"] = site.answers["other.example/rss"]
    assert answer.code == 0
    assert tomllib.loads(answer.out[answer.out.index("[[feed]]\n"):])["feed"] == [
        {"url": "http://other.example/rss", "publisher": 'A "x" \ufffd[31mred [[feed]]', "language": "tr"}
    ]  # fmt: skip
    assert "\x1b" not in answer.out
    both = desk("feeds", "find", "http://other.example/", "--json", *AT).json
    assert [one["address"] for one in both["feeds"]] == ["http://other.example/feed"]
    assert {"address": "http://other.example/rss", "why": "same_feed"} in both["tried"]


# name: (links of the page, what is configured, the site asked for)
ANOTHER_ADDRESS = {
    "named after": (["/plain", "/rss"], "http://wire.example/rss", "http://wire.example/"),
    "not named": (["/plain"], "http://wire.example/rss", "http://wire.example/"),
    "leads to it": (["/for-now"], "http://wire.example/rss", "http://wire.example/"),
    "given": ([], "http://wire.example/rss", "http://wire.example/plain"),
}


@pytest.mark.parametrize("name", ANOTHER_ADDRESS)
def test_find_prefers_the_configured_address(desk, site, name):
    """A feed that is configured is not offered again under another of its addresses: the configured one is shown, and that it is."""
    links, configured, asked = ANOTHER_ADDRESS[name]
    site.answers["wire.example/"] = (200, {}, "".join(f'<link rel="alternate" type="application/rss+xml" href="{one}">' for one in links))
    answer = desk("feeds", "find", asked, *AT)
    assert answer.code == 0
    assert f"{configured} (in feeds.toml already)" in answer.out
    assert "[[feed]]" not in answer.out
    assert len([url for url in site.paths() if url == "wire.example/rss"]) == 1


def test_find_offers_what_is_really_new(desk, site):
    """Another feed of a site of which one is configured is offered."""
    site.answers["wire.example/"] = (200, {}, '<link rel="alternate" type="application/rss+xml" href="/sport">')
    site.answers["wire.example/sport"] = (200, {}, rss([SOAP]))
    answer = desk("feeds", "find", "http://wire.example/", *AT)
    assert tomllib.loads(answer.out[answer.out.index("[[feed]]\n") :])["feed"][0]["url"] == "http://wire.example/sport"


def test_find_is_polite(desk, site):
    """Of many feeds a page names the first six are read, the others are listed; the whole costs at most eight requests and a robots.txt."""
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/f{n}">' for n in range(30))
    site.answers["www.many.example/"] = (200, {}, f"<html>{links}</html>")
    answer = desk("feeds", "find", "http://www.many.example", "--json", *AT).json
    assert (len(answer["tried"]), len(answer["untried"])) == (6, 24)
    assert len(site.asked) <= 9


def test_find_follows_a_list_of_feeds(desk, site):
    """A link that leads to a page which lists feeds is followed once; its feeds are read within the same limit."""
    site.answers["other.example/"] = (200, {}, '<a href="/rss/">Our feeds</a>')
    site.answers["other.example/rss/"] = (200, {}, "".join(f'<a href="/rss/{n}.xml">{n}</a>' for n in range(9)))
    site.answers["other.example/rss/0.xml"] = (200, {}, NEWS)
    answer = desk("feeds", "find", "http://other.example/", "--json", *AT).json
    assert [one["address"] for one in answer["feeds"]] == ["http://other.example/rss/0.xml"]
    assert (len(answer["tried"]), len(answer["untried"]), len(site.asked)) == (5, 4, 8)


def test_find_asks_the_well_known_addresses_where_robots_forbids_the_page(desk, site):
    """A page that robots.txt keeps from us is not fetched; feeds are for programs and may be."""
    site.answers["robots.example/robots.txt"] = (200, {}, "User-agent: *\nDisallow: /")
    site.answers["robots.example/feed"] = (200, {}, NEWS)
    answer = desk("feeds", "find", "http://robots.example/", *AT)
    assert answer.code == 0
    assert "robots.txt asks programs not to fetch this page" in answer.out
    assert "robots.example/" not in site.paths()


def test_find_nothing(desk, site):
    """Without any feed the exit code is 1, and what was tried is said; a bare domain is asked by https and then http, a dead host not again."""
    answer = desk("feeds", "find", "other.example", *AT)
    assert answer.code == 1
    assert "no feed found at" in answer.out
    assert "https gave nothing (tls), asked by http" in answer.out
    assert "tried http://other.example/feed: http 404" in answer.out
    dead = desk("feeds", "find", "http://10.0.0.1/", "--json", *AT)
    assert (dead.code, dead.json["page"]["failure"], dead.json["tried"]) == (1, "refused_address", [])


# ---------------------------------------------------------------- import and export

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


# ---------------------------------------------------------------- health


def test_the_listing_stays(read):
    """`tidings feeds` alone still lists the feeds' health, for people and for scripts; what it shows is escaped."""
    assert "http://wire.example/rss" in read("feeds").out
    (row,) = read("feeds", "--json").json
    assert (row["publisher"], row["feed"]) == ("Wire", "http://wire.example/rss")
    assert json.dumps(row)
