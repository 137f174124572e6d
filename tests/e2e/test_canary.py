"""Secrets of feed addresses, said back by every server in every way, are in nothing that the program says, keeps or sends."""

import gzip
import os
from types import SimpleNamespace

import duckdb
import echo_town
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")]  # loopback only
FIRST, NEXT = "2020-02-17T18:00:00Z", "2020-02-18T06:00:00Z"
TOKEN, KEY = echo_town.ENV["PATH_TOKEN"], echo_town.ENV["QUERY_TOKEN"]
ARTICLE = f"http://good.example/a/{TOKEN}/1?key={KEY}"
COMMANDS = {
    "run": ["run", "--now", FIRST],
    "run again": ["run", "--now", NEXT, "--strict"],
    "status": ["status"],
    "status as JSON": ["status", "--json"],
    "feeds": ["feeds"],
    "feeds as JSON": ["feeds", "--json"],
    "feeds check": ["feeds", "check", echo_town.FEEDS["header"]],
    "why an article": ["why", ARTICLE],
    "why a feed": ["why", "http://good.example/", "--json"],
    "doctor": ["doctor"],
    "doctor as JSON": ["doctor", "--json"],
    "query": ["query", "SELECT * FROM entries"],
    "query feed_health": ["query", "FROM feed_health", "--json"],
    "export": ["export", "--canonical"],
    "preview": ["digest", "--preview"],
    "replay": ["replay", "archive", "--into", "again"],
}


@pytest.fixture(scope="module")
def canary(make_desk):
    """Run every command of the table on a desk whose feeds all have secrets."""
    desk = make_desk("canary")
    town = echo_town.EchoTown()
    for name, text in town.configuration(desk.mail.port).items():
        (desk.config / f"{name}.toml").write_text(text, encoding="utf-8")
    os.environ.update(echo_town.ENV, WEBHOOK=f"http://127.0.0.1:{town.port}/services/T/B/x")
    try:
        said = {name: desk(*words) for name, words in COMMANDS.items()}
    finally:
        for name in (*echo_town.ENV, "WEBHOOK"):
            del os.environ[name]
    yield SimpleNamespace(desk=desk, town=town, said=said)
    town.close()


def leaks(text):
    """Return the secrets that a text gives away, each with what stands around it."""
    text = text.decode("latin-1") if isinstance(text, bytes) else text
    low = text.lower()
    return [(one, text[max(low.find(one.lower()) - 60, 0) :][:160]) for one in echo_town.spellings() if one.lower() in low]


def opened(path):
    """Return the bytes of a file, and of a recording what it holds."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def test_the_secrets_reached_the_servers(canary):
    """Positive control: paths, queries and passwords were sent, a link behind a token was followed, and the servers said all of it back."""
    asked = canary.town.asked
    assert f"http://good.example/t/{TOKEN}/feed.xml?key={KEY}" in asked
    assert f"http://query.example/feed.xml?key={KEY}" in asked
    assert f"Basic {echo_town.PAIR}" in canary.town.authorized
    assert ARTICLE in asked
    assert f"http://query.example/a/{TOKEN}/1?key={KEY}" not in asked  # one of the two is not this server's secret
    assert f"http://new.example/t/{TOKEN}/feed.xml?key={KEY}" in asked
    assert leaks(echo_town.said_back())
    assert len({one for one, _ in leaks(echo_town.said_back() + echo_town.ENV["FEED_USER"].encode().hex())}) >= 12


def test_every_way_to_fail_was_met(canary):
    """The feeds came to what they were made for; each that failed is named by its reason."""
    with duckdb.connect(str(canary.desk.folder / "tidings.duckdb"), read_only=True) as snapshot:
        notes = dict(snapshot.execute("SELECT publisher, coalesce(note, '') FROM feed_health").fetchall())
    assert len(notes) == len(echo_town.FEEDS)
    failed = {name for name, note in notes.items() if note}
    assert failed >= {f"{name.title()} Post" for name in ("tls", "gone", "html", "slow", "inside", "garbage", "header", "circle", "large")}
    assert list((canary.desk.folder / "archive" / "stalled").glob("*.bin"))


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_says_a_secret(canary, name):
    """Neither output nor errors of any command hold one, in any spelling."""
    one = canary.said[name]
    assert leaks(one.out + one.err) == []
    assert one.code in (0, 1, 3), one.err
    assert one.out or one.err


def test_no_view_shows_a_secret(canary):
    """No value of any column of any view of the snapshot holds one, and neither do the bytes of the file."""
    path = canary.desk.folder / "tidings.duckdb"
    with duckdb.connect(str(path), read_only=True) as snapshot:
        views = [
            name for [name] in snapshot.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'").fetchall()
        ]
        dumps = {name: repr(snapshot.execute(f'FROM "{name}"').fetchall()) for name in views}
    assert len(views) > 12
    assert "Saraqib" in dumps["entries"]
    assert {name: found for name, dump in dumps.items() if (found := leaks(dump))} == {}
    assert leaks(path.read_bytes()) == []


def test_no_file_keeps_a_secret(canary):
    """Store, recordings, kept bodies, editions, reports of runs, the replay's own: none of their bytes holds one."""
    files = [path for path in canary.desk.folder.rglob("*") if path.is_file() and canary.desk.config not in path.parents]
    kinds = {path.suffix for path in files}
    assert {".duckdb", ".gz", ".bin", ".html"} <= kinds
    assert {str(path.relative_to(canary.desk.folder)): found for path in files if (found := leaks(opened(path)))} == {}


def test_no_message_tells_a_secret(canary):
    """Mails, as they went over the wire and as they are read, and what Slack was sent hold none."""
    mails = canary.desk.mail
    assert mails.mails
    assert canary.town.posted
    read = [part.get_content() for n in range(len(mails.mails)) for part in mails.read(n).walk() if not part.is_multipart()]
    assert "Saraqib" in "".join(read)
    for text in (*mails.mails, *read, *canary.town.posted, *(str(mails.read(n)["Subject"]) for n in range(len(mails.mails)))):
        assert leaks(text) == []
