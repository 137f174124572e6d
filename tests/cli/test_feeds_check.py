"""`tidings feeds check`: what it says of a feed and its entries, what it asks of servers, and that nothing hostile gets through."""

import pytest
from fakes import Piece, rss
from feed_site import AT, FLOOD, OLD, SOAP, at_site

from tidings.config import load
from tidings.pipeline.publish import republish
from tidings.store.database import open_store

pytestmark = pytest.mark.slow  # most calls start children in which feeds are read


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


def test_check_says_that_a_feed_is_held(used, site):
    """What would become of its entries holds only once a person accepts the feed: that is said first."""
    used = at_site(used, site)
    assert used("feeds", "check", "http://wire.example/rss", "--entries", "0", "--pages", "0", "--json", *AT).json["held"] is False
    with open_store(used.data, 1) as connection:
        connection.execute("UPDATE core.feeds SET failure = 'other_feed', failures_in_row = 1")
    republish(load(used.config, {}))
    answer = used("feeds", "check", "http://wire.example/rss", "--entries", "0", "--pages", "0", *AT)
    assert "no run takes its entries until `tidings feeds accept`" in answer.out
