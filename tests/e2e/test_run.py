"""The command line from end to end, as cron and a person use it: real processes, feeds and mail on loopback, one store a scenario."""

import csv
import json
import os
import re
import signal
from types import SimpleNamespace

import duckdb
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")]  # loopback only

FIRST, NEXT, THIRD, LATER = "2020-02-17T18:00:00Z", "2020-02-18T06:00:00Z", "2020-02-19T06:00:00Z", "2020-02-19T06:10:00Z"
REWRITE = "http://meridian.example/a/4104-turkey-urges-moscow-halt-assaults"
OFF_TOPIC = "http://levantwire.example/news/2020/02/17/virus-deaths-1770"
GONE = "http://northgate.example/world/storm-floods-river-valleys.html"  # our world answers 404 for it
COPY = "http://northgate.example/world/winter-exodus-from-idlib-largest-of-war.html"


@pytest.fixture(scope="module")
def week(make_desk):
    """Run at four times: the first poll, the same minute again, twice with nothing new, the last of them without a mail server."""
    desk = make_desk("week")
    desk.world.gone = GONE
    first = desk("run", "--now", FIRST)
    developments = desk("export", "developments").out
    asked = len(desk.world.asked)
    again = desk("run", "--now", FIRST)
    asked_again = desk.world.asked[asked:]
    mails = len(desk.mail.mails)
    empty = desk("run", "--now", NEXT, "--strict")
    mails_empty = len(desk.mail.mails)
    desk.mail.down()
    down = desk("run", "--now", THIRD)
    status_down = desk("status")
    waiting = [json.loads(line) for line in desk("export", "--canonical").out.splitlines()]
    desk.mail.up()
    later = desk("deliver", "--now", LATER)
    return SimpleNamespace(
        desk=desk, first=first, developments=developments, again=again, asked_again=asked_again, mails=mails, empty=empty,
        mails_empty=mails_empty, down=down, status_down=status_down, waiting=waiting, later=later,
    )  # fmt: skip


def data(desk):
    """Return a desk's data folder."""
    [found] = [path.parent for path in desk.folder.rglob("tidings.duckdb")]
    return found


def parts(mail):
    """Return the plain and the HTML part of a mail."""
    return mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


def test_the_first_run_sends_one_mail_with_both_parts(week):
    """One mail reaches the recipient: text and HTML as alternatives, both with the new statements in the source's words, and the full edition beside."""
    assert week.first.code == 0
    assert week.mails == 1
    mail = week.desk.mail.read(0)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["multipart/alternative", "text/html"]
    assert [part.get_content_type() for part in next(mail.iter_parts()).iter_parts()] == ["text/plain", "text/html"]
    [attached] = mail.iter_attachments()
    assert re.fullmatch(r"2020-02-17-1800-reader-[0-9a-f]{8}-full\.html", attached.get_filename())
    text, html = parts(mail)
    [told] = [json.loads(line) for line in week.developments.splitlines() if '"new_story"' in line][:1]
    for piece in (told["headline"], told["publisher"]):
        assert piece in text
    assert "<p" in html
    assert "<" not in text
    assert "virus" not in text.lower()


def test_the_same_run_again_sends_nothing_and_says_so(week):
    """A second run at the same time asks no feed, sends no mail, and says both."""
    assert week.again.code == 0
    assert week.asked_again == []
    assert week.mails == 1
    assert "nothing new" in week.again.out
    assert "no edition is due for reader; next 2020-02-18 06:00 UTC" in week.again.out
    assert "nothing to deliver" in week.again.out


def test_an_edition_without_news_says_so_and_what_was_watched(week):
    """With nothing new at the next due time the mail says so and names the feeds that were watched, failing ones too."""
    assert week.mails_empty == 2
    text, html = parts(week.desk.mail.read(1))
    for part in (text, html):
        assert "nothing new" in part.lower()
        assert "11 feeds" in part
        assert "Levant Wire" in part  # its moved feed fails
    assert "edition for reader: nothing new, and says so" in week.empty.out


def test_a_feed_that_fails_matters_only_when_asked_to(week):
    """A failed feed leaves the run a success (0), but for --strict (3)."""
    assert "1 failed" in week.first.out
    assert week.first.code == 0
    assert "1 failed" in week.empty.out
    assert week.empty.code == 3


def test_a_mail_server_that_is_down_costs_nothing_but_time(week):
    """The run exits with 1 and says what waits; `deliver` sends that very mail later."""
    assert week.down.code == 1
    assert "reader by email: pending" in week.down.out
    assert "UNDELIVERED pending: reader by email" in week.status_down.out
    assert week.later.code == 0
    assert "1 sent" in week.later.out
    assert len(week.desk.mail.mails) == 3
    [kept] = [row for row in week.waiting if row["table"] == "deliveries" and row["state"] == "pending"]
    assert week.desk.mail.read(2)["Message-ID"] == kept["message_id"]
    assert len({week.desk.mail.read(position)["Message-ID"] for position in range(3)}) == 3


# name: (URL, what the answer says)
WHY = {
    "rewrite of a seed": (REWRITE, ["outcome: duplicate: rewrite", "rewrite copy of seed turkey-russia-idlib", "score 1."]),
    "copy of an article": (COPY, ["outcome: duplicate: exact", "exact copy of article", "Winter exodus"]),
    "page that is gone": (GONE, ["outcome: rejected: not_found"]),
    "off topic": (OFF_TOPIC, ["outcome: off_topic: no_term"]),
    "feed": ("http://easternledger.example/index.rdf", ["feed of Eastern Ledger: fine"]),
}


@pytest.mark.parametrize(("url", "said"), WHY.values(), ids=WHY.keys())
def test_why_tells_what_became_of_a_url(week, url, said):
    """Each kind of URL has its outcome, reason and evidence."""
    answer = week.desk("why", url)
    assert answer.code == 0
    for piece in said:
        assert piece in answer.out


def test_why_of_an_unknown_url(week):
    """A URL that was never seen is said to be unknown, with exit code 1."""
    answer = week.desk("why", "http://nowhere.example/x")
    assert answer.code == 1
    assert "never seen" in answer.err


def test_topics_test_shows_what_matches(week):
    """Each sentence is shown with its topic and the words that made it so; from a file as from the command line."""
    path = week.desk.folder / "note.txt"
    path.write_text("Shells fell on Saraqeb in Idlib overnight. The cat sat on the mat.", encoding="utf-8")
    answer = week.desk("topics", "test", str(path))
    assert answer.code == 0
    assert "[idlib] Shells fell" in answer.out
    assert "[-] The cat sat" in answer.out
    assert "Idlib" in answer.out.splitlines()[2]


# name: (SQL, what is said)
REFUSED = {
    "write": ("DELETE FROM developments", "a statement that reads"),
    "read a file": ("SELECT * FROM read_text('/etc/passwd')", "file system"),
    "write a file": ("COPY developments TO 'stolen.csv'", "a statement that reads"),
}


@pytest.mark.parametrize(("sql", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_query_refuses(week, sql, said):
    """A query neither writes nor touches any other file: exit 2, and nothing happened."""
    answer = week.desk("query", sql)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""
    assert not (week.desk.folder / "stolen.csv").exists()


# name: words of a command with --json
JSON = {
    "query": ["query", "SELECT topic, count(*) AS n FROM developments GROUP BY topic ORDER BY topic"],
    "status": ["status"],
    "feeds": ["feeds"],
    "seeds": ["seeds"],
    "topics": ["topics"],
    "topics test": ["topics", "test", "Shells fell on Idlib overnight."],
    "why": ["why", REWRITE],
    "deliver": ["deliver", "--now", LATER],
}


@pytest.mark.parametrize("words", JSON.values(), ids=JSON.keys())
def test_json_parses(week, words):
    """What a script asks for is JSON and nothing else, and holds something."""
    answer = week.desk(*words, "--json")
    assert answer.code == 0
    value = json.loads(answer.out)
    assert isinstance(value, dict if words[0] in {"status", "why", "deliver"} or "test" in words else list)
    assert value or words[0] == "deliver"


def test_what_a_person_reads(week):
    """`feeds`, `seeds`, `topics`, `status` and `query` write a line for each thing they know of."""
    feeds, seeds, topics, status = (week.desk(words).out for words in ("feeds", "seeds", "topics", "status"))
    assert len(feeds.splitlines()) == 11
    assert sum(line.startswith("failing") for line in feeds.splitlines()) == 1
    assert "turkey-russia-idlib: " in seeds
    assert "statements told" in seeds
    assert [line.partition(",")[0] for line in topics.splitlines()] == ["name: idlib", "name: libya", "name: xinjiang"]
    assert "deliveries: nothing waits, nothing failed" in status
    assert "xinjiang" in week.desk("query", "SELECT name FROM (VALUES ('xinjiang')) AS t(name)").out


def test_exports(week):
    """The canonical export gives the same bytes twice; a view as CSV has a row for each development that was told."""
    once, twice = week.desk("export", "--canonical"), week.desk("export", "--canonical")
    assert (once.code, twice.code) == (0, 0)
    assert once.out == twice.out
    assert len(once.out.splitlines()) > 100
    out = week.desk.folder / "developments.csv"
    assert week.desk("export", "developments", "--format", "csv", "--out", str(out)).code == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["id"] for row in rows} == {json.loads(line)["id"] for line in week.developments.splitlines()}


def test_secrets_stay_where_they_are(week):
    """Token, password and address are in nothing the program said, keeps for readers, exports or sends; they were used, though."""
    desk = week.desk
    assert f"{desk.private_feed}?token={desk.token}" in desk.world.asked
    with duckdb.connect(str(data(desk) / "tidings.duckdb"), read_only=True) as snapshot:
        views = [
            name for [name] in snapshot.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'").fetchall()
        ]
        dumps = [repr(snapshot.execute(f'FROM "{name}"').fetchall()) for name in views]
    assert len(views) > 12
    places = {
        "output": "\n".join([*desk.said, desk("status", "--json").out, desk("why", desk.private_feed).out, desk("feeds", "--json").out]),
        "export": desk("export", "--canonical").out,
        "views": "\n".join(dumps),
        "editions": "\n".join(path.read_text(encoding="utf-8") for path in (data(desk) / "editions").rglob("*") if path.is_file()),
        "mails": "\n".join("\n".join(parts(desk.mail.read(position))) for position in range(len(desk.mail.mails))),
    }
    assert all("Idlib" in text for text in places.values())  # each was read, and holds something
    for secret in (desk.token, desk.password, desk.address):
        assert [place for place, text in places.items() if secret in text] == []
        kept = [path.name for path in data(desk).rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
        assert kept == []


def test_a_wrong_configuration_fetches_nothing(make_desk):
    """Every mistake is told at once, each with file and key; exit 2, no request, no store."""
    desk = make_desk("wrong")
    (desk.config / "settings.toml").write_text('[netwrok]\npause_s = 1\n[store]\nwait_s = "long"\n', encoding="utf-8")
    with (desk.config / "feeds.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[feed]]\nurl = "ftp://a.example/x?token=hunter2-hunter2"\npublisher = "A"\nlanguage = "en"\n')
    channels = (desk.config / "channels.toml").read_text(encoding="utf-8")
    (desk.config / "channels.toml").write_text(channels.replace('"SMTP_PASSWORD"', '"NO_SUCH_VARIABLE"'), encoding="utf-8")
    answer = desk("run", "--now", FIRST)
    assert answer.code == 2
    lines = answer.err.splitlines()
    for file, key in (
        ("settings.toml", "netwrok"),
        ("settings.toml", "store.wait_s"),
        ("feeds.toml", "feed[12].url"),
        ("channels.toml", "email.password_env"),
    ):
        assert any(file in line and f" {key}: expected " in line for line in lines), key
    assert "did you mean network?" in answer.err
    assert "hunter2" not in answer.err
    assert lines[-1].endswith("4 problem(s) in the configuration; nothing was fetched")
    assert desk.world.asked == []
    assert not list(desk.folder.rglob("*.duckdb"))


def test_a_stopped_run_says_so_and_the_next_goes_on(week, make_desk):
    """SIGTERM and Ctrl-C in the middle of a run end it with a message; the next run ends where an unbroken one does, mail included."""
    desk = make_desk("stopped")
    desk.world.gone = GONE
    desk.world.held = "/news/2020/02/17/eu-naval-mission"
    for number in (signal.SIGTERM, signal.SIGINT):
        process = desk.start("run", "--now", FIRST)
        assert desk.world.waiting.wait(60)
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        stopped = desk.finish(process)
        assert stopped.code == 128 + number
        assert stopped.err.splitlines() == ["tidings: stopped; the next run goes on where this one was"]
        desk.world.waiting.clear()
    desk.world.gate.set()
    assert desk.mail.mails == []
    assert desk("run", "--now", FIRST).code == 0
    assert desk("export", "developments").out == week.developments
    assert desk.mail.mails == week.desk.mail.mails[:1]
