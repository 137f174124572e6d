"""Prove what a recording answers: the run's own answers, then the nearest, and never what nobody could know then."""

import gzip
from datetime import datetime, timedelta

import brotli
import pytest

from tidings.errors import UsageError
from tidings.model import Request
from tidings.pipeline.replay import decode
from tidings.recording.answer import RecordedSender
from tidings.recording.form import RunFacts, about, fields, info_of
from tidings.recording.read import known_feeds, read_recording

URL = "http://news.example/a"
HOUR = timedelta(hours=1)


def sender_of(folder, *feeds):
    """Open a recording as a sender."""
    return RecordedSender(read_recording(folder), feeds, decode)


def ask(sender, place, now, *requests):
    """Play a run, and ask."""
    sender.begin(place)
    return list(sender.send_all(requests, now))


def poll(feed, **headers):
    """Poll a feed."""
    return Request(feed.url, "feed", tuple((name.replace("_", "-"), value) for name, value in headers.items()), feed.id)


def page(url=URL):
    """Ask for a page."""
    return Request(url, "page")


@pytest.fixture
def feed(tape):
    return tape.feed("http://news.example/feed.xml")


def test_each_run_gets_its_own_answers(tmp_path, tape):
    """Where two runs were told different things, each is told the same again, with its own time; asked twice, both answers in order."""
    tape.record(tmp_path, [tape.page(URL, b"first"), tape.page(URL, b"first again")])
    tape.record(tmp_path, [tape.page(URL, b"second")], now=tape.now + HOUR)
    sender = sender_of(tmp_path)
    assert [one.body for one in ask(sender, 0, tape.now, page(), page(), page())] == [b"first", b"first again", b"first again"]
    [answer] = ask(sender, 1, tape.now + HOUR, page())
    assert (answer.body, answer.fetched_at) == (b"second", tape.now + HOUR)
    assert sender.counts == {"as_recorded": 4}


def test_failures_are_answered_too(tmp_path, tape):
    """A request that failed fails again, with the same reason and redirects."""
    failed = tape.page(URL, b"", 0, failure="timeout", detail="after 20 s", redirects=((302, URL + "b"),), headers={"retry-after": "60"})
    tape.record(tmp_path, [failed])
    assert ask(sender_of(tmp_path), 0, tape.now, page()) == [failed]


def test_a_page_of_another_run(tmp_path, tape):
    """A page that the run did not ask for is answered by the nearest run before, else by the first after, else fails, and is counted."""
    for n, body in ((1, b"one"), (3, b"three"), (4, b"four")):
        tape.record(tmp_path, [tape.page(URL, body)], now=tape.now + n * HOUR)
    for n in (0, 2):
        tape.record(tmp_path, [], now=tape.now + n * HOUR)
    sender = sender_of(tmp_path)
    assert [ask(sender, place, tape.now, page())[0].body for place in range(5)] == [b"one", b"one", b"one", b"three", b"four"]
    [answer] = ask(sender, 2, tape.now, page("http://news.example/unknown"))
    assert (answer.failure, answer.status, answer.url) == ("not_recorded", 0, "http://news.example/unknown")
    assert sender.counts == {"as_recorded": 3, "from_another_run": 2, "not_recorded": 1}


def test_a_feed_that_was_not_polled_is_not_answered(tmp_path, tape, feed):
    """A run that did not poll a feed is given nothing for it: neither an old body, nor one from the future."""
    tape.record(tmp_path, [], feeds=[feed])
    tape.record(tmp_path, [tape.page(feed.url, b"<rss/>")], feeds=[feed], now=tape.now + HOUR)
    tape.record(tmp_path, [], now=tape.now + 2 * HOUR)
    sender = sender_of(tmp_path, feed)
    assert [len(ask(sender, place, tape.now, poll(feed))) for place in range(3)] == [0, 1, 0]


def test_not_modified_is_only_for_who_has_the_last_body(tmp_path, tape, feed):
    """A recorded 304 is given to validators of the last recorded body; whoever has none, or older ones, is given that body."""
    for n, (status, body, etag) in enumerate([(200, b"old", '"1"'), (200, b"new", '"2"'), (304, b"", '"2"')]):
        tape.record(tmp_path, [tape.page(feed.url, body, status, headers={"etag": etag})], feeds=[feed], now=tape.now + n * HOUR)
    sender = sender_of(tmp_path, feed)
    asked = [poll(feed), poll(feed, if_none_match='"1"'), poll(feed, if_none_match='"2"')]
    assert [(one.status, one.body) for request in asked for one in ask(sender, 2, tape.now, request)] == [
        (200, b"new"),
        (200, b"new"),
        (304, b""),
    ]


def test_not_modified_since_before_the_recording(tmp_path, tape, feed):
    """Where the recording has no body for a 304, whoever asks without validators is not answered, and that is counted."""
    tape.record(tmp_path, [tape.page(feed.url, b"", 304)], feeds=[feed])
    sender = sender_of(tmp_path, feed)
    assert ask(sender, 0, tape.now, poll(feed)) == []
    assert [one.status for one in ask(sender, 0, tape.now, poll(feed, if_none_match='"1"'))] == [304]
    assert sender.counts == {"unchanged_since_before": 1}


def test_feeds_are_known_by_their_configured_address(tmp_path, tape):
    """A feed with another token, or the token under another name, is the same feed; one that is not configured is not known."""
    recorded = tape.feed("http://news.example/feed.xml?token=${TOKEN}", tape.token)
    stray = tape.feed("http://other.example/feed.xml")
    tape.record(tmp_path, [tape.page(one.url) for one in (recorded, stray)], feeds=[recorded, stray])
    recording = read_recording(tmp_path)
    other_token = tape.feed("http://news.example/feed.xml?token=${TOKEN}", "another-token")
    other_name = tape.feed("http://news.example/feed.xml?token=${FEED_TOKEN}", tape.token)
    unknown = tape.feed("http://news.example/feed.xml")
    for feed in (recorded, other_token, other_name):
        assert list(known_feeds(recording, [feed, unknown]).values()) == [feed]
    assert recording.feed_key(unknown) == ""


RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n%s\r\n%s"
FOREIGN = {
    "as it is": RESPONSE % (b"", b"<p>told</p>"),
    "gzip": RESPONSE % (b"Content-Encoding: gzip\r\n", gzip.compress(b"<p>told</p>")),
    "brotli": RESPONSE % (b"Content-Encoding: br\r\n", brotli.compress(b"<p>told</p>")),
    "chunked": RESPONSE % (b"Transfer-Encoding: chunked\r\n", b"b\r\n<p>told</p>\r\n0\r\n\r\n"),
}


def foreign(block, date=b"2020-02-19T05:00:00Z"):
    """Write a response record as another program would."""
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: %s\r\nWARC-Date: %s\r\nContent-Length: %d\r\n\r\n"
    return head % (URL.encode(), date, len(block)) + block + b"\r\n\r\n"


@pytest.mark.parametrize("block", FOREIGN.values(), ids=FOREIGN)
def test_files_of_other_programs(tmp_path, tape, block):
    """A WARC file that another program made is one run at the time of its last response; bodies are decoded."""
    (tmp_path / "crawl.warc").write_bytes(foreign(block))
    sender = sender_of(tmp_path)
    [answer] = ask(sender, 0, tape.now, page())
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"<p>told</p>", "text/html")
    assert read_recording(tmp_path).runs[0].now == tape.now - HOUR


@pytest.mark.slow
def test_a_bomb_in_a_file_of_another_program(tmp_path, tape):
    """A body that grows beyond the cap when it is decoded counts as not recorded."""
    bomb = gzip.compress(b"\0" * 70_000_000)
    (tmp_path / "crawl.warc").write_bytes(foreign(FOREIGN["gzip"].partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + bomb))
    [answer] = ask(sender_of(tmp_path), 0, tape.now, page())
    assert answer.failure == "not_recorded"


def test_a_bad_file_among_good_ones(tmp_path, tape):
    """Files that cannot be read are named, and the rest is used; files of ours without a run's own words count as such."""
    tape.record(tmp_path, [tape.page(URL)])
    (tmp_path / "bad.warc.gz").write_bytes(b"nothing")
    (tmp_path / "none.warc.gz").write_bytes(b"")
    (tmp_path / "undated.warc").write_bytes(foreign(FOREIGN["as it is"], b"once"))
    recording = read_recording(tmp_path)
    assert len(recording.runs) == 1
    assert recording.notes == (
        "bad.warc.gz: is not a WARC file",
        "none.warc.gz: holds no responses",
        "undated.warc: holds no responses",
    )


@pytest.mark.parametrize("names", [(), ("bad.warc.gz",)], ids=["empty", "bad"])
def test_nothing_to_replay(tmp_path, names):
    """A folder without a recording is one clear error, which names the files that were tried."""
    for name in names:
        (tmp_path / name).write_bytes(b"nothing")
    with pytest.raises(UsageError) as told:
        read_recording(tmp_path)
    assert all(name in str(told.value) for name in names)
    assert str(tmp_path) in str(told.value)


def test_the_data_folder_is_not_the_recording(tmp_path):
    """Whoever names the data folder is told of the archive in it."""
    (tmp_path / "archive").mkdir()
    with pytest.raises(UsageError, match=r"did you mean .*archive"):
        read_recording(tmp_path)


IMPOSSIBLE = {
    "an endless status": {"status": float("inf")},
    "a status of many digits": {"status": 10**30},
    "no number of seconds": {"elapsed_s": float("nan")},
    "seconds without end": {"elapsed_s": float("inf")},
    "bytes without end": {"wire_bytes": 10**30},
    "less than no bytes": {"wire_bytes": -5},
    "the year 1": {"fetched_at": "0001-01-01T00:00:00+14:00"},
    "the year 9999": {"fetched_at": "9999-12-31T23:59:59-14:00"},
    "no zone": {"fetched_at": "2020-02-19"},
    "a failure that is none of ours": {"failure": "\ud800 <b>"},
    "redirects that are none": {"redirects": [[float("inf"), "x"]]},
}


@pytest.mark.parametrize("over", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_an_answer_that_cannot_be(tmp_path, tape, over):
    """What no server can have said is left out with a note, and the other answers are used."""
    file = tape.record(tmp_path, [tape.page(URL)], close=False)
    request = Request(URL + "b", "page", subject_id="entry")
    file.add(about(request, tape.page(URL + "b"), URL + "b") | over, b"body")
    file.close()
    recording = read_recording(tmp_path)
    assert list(recording.answers) == [URL]
    [note] = recording.notes
    assert note.endswith("1 answers that cannot be")


@pytest.mark.parametrize(
    ("now", "learn_days"), [("0001-01-01T00:00:00+14:00", 0), ("9999-12-31T23:59:59-14:00", 0), (None, 999_999)], ids=["1", "9999", "learn"]
)
def test_a_run_that_cannot_be(tmp_path, tape, now, learn_days):
    """A run of no time that can be reckoned with is told of, and the others are used."""
    tape.record(tmp_path, [tape.page(URL)])
    moment = datetime.fromisoformat(now) if now else tape.now
    info = info_of(RunFacts("ingest", "0" * 32, tape.now, learn_days)) | {"tidings-now": moment.isoformat()}
    block = fields(info)
    head = f"WARC/1.1\r\nWARC-Type: warcinfo\r\nContent-Length: {len(block)}\r\n\r\n".encode()
    (tmp_path / "bad.warc").write_bytes(head + block + b"\r\n\r\n")
    recording = read_recording(tmp_path)
    assert [facts.now for facts in recording.runs] == [tape.now]
    assert recording.notes == ("bad.warc: holds no responses; tells of a run that cannot be",)


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "soon"])
def test_a_foreign_response_of_no_time(tmp_path, tape, date):
    """Another program's response without a time that can be makes no run."""
    tape.record(tmp_path, [tape.page(URL)])
    block = b"HTTP/1.1 200 OK\r\n\r\nbody"
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {URL}\r\nWARC-Date: {date}\r\nContent-Length: {len(block)}\r\n\r\n"
    (tmp_path / "bad.warc").write_bytes(head.encode() + block + b"\r\n\r\n")
    assert len(read_recording(tmp_path).runs) == 1
