"""Prove what a poll means, when feeds are due, and which pages are read. Cases named after what feeds were seen to do."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from polled import BODY, DAY, FEED, HOUR, NEW_BODY, NOW, REASONABLE, URL, WHOLE, answer, entry, poll

from tidings.model import Feed, FeedState, ParsedFeed, Rejection, Response, Stage
from tidings.stages.schedule import conclude, content_hash, due_feeds, needs_parsing, shared

# ---------------------------------------------------------------- which feeds are due


@pytest.mark.parametrize(
    ("state", "due"),
    [
        pytest.param(None, True, id="never polled"),
        pytest.param(REASONABLE, True, id="due just now"),
        pytest.param(replace(REASONABLE, next_due_at=NOW - DAY), True, id="overdue"),
        pytest.param(
            replace(REASONABLE, next_due_at=NOW + timedelta(seconds=59)), True, id="due within a minute: cron is not on the second"
        ),
        pytest.param(replace(REASONABLE, next_due_at=NOW + timedelta(seconds=61)), False, id="due in more than a minute"),
        pytest.param(replace(REASONABLE, next_due_at=NOW + timedelta(seconds=1), failures_in_row=1), False, id="a server asked for time"),
        pytest.param(replace(REASONABLE, next_due_at=NOW + DAY, polled_at=NOW + HOUR), True, id="polled by a clock that was ahead"),
        pytest.param(replace(REASONABLE, next_due_at=NOW + 400 * DAY), True, id="put off by a clock that was ahead"),
        pytest.param(
            replace(REASONABLE, next_due_at=NOW - 12 * FEED.every_s * timedelta(seconds=1)), True, id="twelve times late: asked once"
        ),
    ],
)
def test_feeds_are_due_when_their_time_has_come(state: FeedState | None, due: bool) -> None:
    """A feed is polled at its time or later, and at once when it was never polled."""
    requests = due_feeds([FEED], {state.feed_id: state} if state else {}, NOW)
    assert [request.subject_id for request in requests] == ([FEED.id] if due else [])
    assert all((request.kind, request.url) == ("feed", FEED.url) for request in requests)


@pytest.mark.parametrize(
    ("state", "names"),
    [
        pytest.param(REASONABLE, ["if-none-match", "if-modified-since"], id="both validators"),
        pytest.param(replace(REASONABLE, etag=""), ["if-modified-since"], id="only a date"),
        pytest.param(replace(REASONABLE, etag="", last_modified=""), [], id="the server gave none"),
        pytest.param(replace(REASONABLE, unconditional_at=NOW - 7 * DAY), [], id="seven days since we asked without: ETags lie"),
        pytest.param(
            replace(REASONABLE, unconditional_at=NOW - 7 * DAY + HOUR), ["if-none-match", "if-modified-since"], id="not yet seven days"
        ),
        pytest.param(replace(REASONABLE, unconditional_at=None), [], id="never asked without"),
        pytest.param(
            replace(REASONABLE, failure="not_a_feed", failures_in_row=1), [], id="the last body was a login page: a 304 would hide it"
        ),
        pytest.param(replace(REASONABLE, failure="other_feed", failures_in_row=1), [], id="the last body was somebody else's"),
        pytest.param(
            replace(REASONABLE, failure="timeout", failures_in_row=1),
            ["if-none-match", "if-modified-since"],
            id="out of reach: they still hold",
        ),
        pytest.param(
            replace(REASONABLE, failure="http_503", failures_in_row=1),
            ["if-none-match", "if-modified-since"],
            id="an error page is no body",
        ),
        pytest.param(
            replace(REASONABLE, moved_url=f"{URL}2", moved_at=NOW - DAY, failures_in_row=1), [], id="moved, and asked at the old address"
        ),
    ],
)
def test_validators_are_sent_but_not_believed_for_ever(state: FeedState, names: list[str]) -> None:
    """Media Cloud and NetNewsWire both met servers that say 304 for ever: every seven days we ask without."""
    assert [name for name, _ in due_feeds([FEED], {FEED.id: state}, NOW)[0].headers] == names


# ---------------------------------------------------------------- what a poll meant


def test_a_new_body_gives_its_entries_and_its_validators() -> None:
    """After a whole document the new ETag, date and body hash are kept, and errors are over."""
    found = poll(replace(REASONABLE, failures_in_row=3, last_error="http_500", gone_count=2), answer(), WHOLE)
    assert (found.outcome, found.entries) == ("polled", WHOLE.entries)
    state = found.state
    assert (state.etag, state.last_modified) == ('"2"', "Wed, 19 Feb 2020 05:00:00 GMT")
    assert state.body_hash == content_hash(NEW_BODY)
    assert (state.failures_in_row, state.last_error, state.gone_count) == (0, "", 0)
    assert (state.polled_at, state.last_success_at, state.next_due_at) == (NOW, NOW, NOW + timedelta(seconds=FEED.every_s))
    assert state.first_polled_at == REASONABLE.first_polled_at


def test_the_first_poll_is_remembered() -> None:
    """Cold start is judged from the first poll that succeeded."""
    assert poll(FeedState(FEED.id), answer(), WHOLE, conditional=False).state.first_polled_at == NOW
    assert poll(FeedState(FEED.id), answer(500)).state.first_polled_at is None


def test_304_changes_nothing_but_the_time() -> None:
    """The validators stay, the feed answered, and what was wrong with the last body is not forgotten."""
    found = poll(replace(REASONABLE, failure="cut", last_error="cut: the document ends too early"), answer(304, b""))
    assert (found.outcome, found.entries) == ("unchanged", ())
    assert (found.state.etag, found.state.body_hash) == (REASONABLE.etag, REASONABLE.body_hash)
    assert found.state.last_error == "cut: the document ends too early"
    assert found.state.next_due_at == NOW + timedelta(seconds=FEED.every_s)
    assert found.state.unconditional_at == REASONABLE.unconditional_at


@pytest.mark.parametrize(
    ("failure", "response", "left"),
    [
        pytest.param("timeout", answer(304, b""), "", id="out of reach, now there"),
        pytest.param("http_500", answer(304, b""), "", id="an error page, now there"),
        pytest.param("parser_timeout", answer(304, b""), "parser_timeout", id="a body that could not be read: 304 says nothing of it"),
        pytest.param("not_a_feed", answer(200, BODY), "", id="the body that we read before is back"),
    ],
)
def test_304_clears_only_what_it_can_know_of(failure: str, response: Response, left: str) -> None:
    """Media Cloud (rss-fetcher 0.12.3) cleared every error by "no change"; a 304 tells that the server is there, not that a body was right."""
    state = poll(replace(REASONABLE, failure=failure, last_error=failure, failures_in_row=2, failing_since=NOW - DAY), response).state
    assert (state.failure, state.last_error, state.failures_in_row, state.failing_since) == (left, left, 0, None)


def test_304_without_validators_is_a_failure() -> None:
    """A server that says "not modified" to a request that did not ask hides its entries: that is named."""
    found = poll(REASONABLE, answer(304, b""), conditional=False)
    assert found.outcome == "failed"
    assert found.state.last_error.startswith("not_modified_unasked")


def test_the_same_body_is_not_parsed_again_and_its_new_validators_are_kept() -> None:
    """New tag, same body: nothing is read twice. Asked without validators, the seven days begin anew."""
    same = answer(200, BODY)
    assert not needs_parsing(REASONABLE, same)
    found = poll(REASONABLE, same, conditional=False)
    assert (found.outcome, found.state.etag, found.state.unconditional_at) == ("unchanged", '"2"', NOW)


def test_the_same_tag_with_a_new_body_is_read() -> None:
    """Old tag, new body: the body decides."""
    assert needs_parsing(REASONABLE, replace(answer(), headers={"etag": REASONABLE.etag}))


@pytest.mark.parametrize("response", [answer(404), answer(304, b""), answer(0, b"", failure="timeout")])
def test_only_a_whole_body_needs_parsing(response: Response) -> None:
    """Errors and failures hold nothing to read."""
    assert not needs_parsing(REASONABLE, response)


@pytest.mark.parametrize(
    "parsed",
    [
        pytest.param(replace(WHOLE, cut=True), id="cut in the middle"),
        pytest.param(replace(WHOLE, entries_dropped=1), id="more entries than we take"),
        pytest.param(None, id="206, a part that nobody asked for"),
    ],
)
def test_a_document_that_was_not_read_whole_leaves_no_validators(parsed: ParsedFeed | None) -> None:
    """Otherwise the entries that were lost would hide behind 304 for good; those that are there are kept."""
    found = poll(REASONABLE, answer(200 if parsed else 206), parsed or WHOLE)
    assert found.entries == WHOLE.entries
    assert found.state.failure in ("cut", "dropped", "partial")
    assert (found.state.etag, found.state.last_modified, found.state.body_hash) == ("", "", "")
    assert found.state.last_error
    assert due_feeds([FEED], {FEED.id: found.state}, NOW + DAY)[0].headers == ()


@pytest.mark.parametrize(
    ("response", "parsed", "error"),
    [
        pytest.param(answer(500), None, "http_500", id="server error"),
        pytest.param(answer(404), None, "http_404", id="not found: never given up"),
        pytest.param(answer(410), None, "http_410", id="gone"),
        pytest.param(answer(401), None, "http_401", id="wants a password"),
        pytest.param(answer(402), None, "http_402", id="wants money from robots"),
        pytest.param(answer(403), None, "http_403", id="does not let us in"),
        pytest.param(
            answer(200, b"<h1>This Domain Is Expired.</h1>"), Rejection(Stage.PARSE, "not_a_feed"), "parked", id="expired (intelmq#1031)"
        ),
        pytest.param(
            answer(200, b"<html>", final_url="https://login.portal.example/"),
            Rejection(Stage.PARSE, "not_a_feed", "text/html"),
            "not_a_feed: text/html; led to login.portal.example",
            id="led elsewhere",
        ),
        pytest.param(answer(0, b"", failure="timeout", detail="20 s"), None, "timeout: 20 s", id="no answer"),
        pytest.param(answer(0, b"", failure="refused_address"), None, "refused_address", id="private address"),
        pytest.param(answer(), Rejection(Stage.PARSE, "not_a_feed", "text/html"), "not_a_feed: text/html", id="challenge page"),
        pytest.param(answer(), Rejection(Stage.PARSE, "parser_timeout"), "parser_timeout", id="the parser was killed"),
    ],
)
def test_failures_keep_the_validators_and_say_why(response: Response, parsed: Rejection | None, error: str) -> None:
    """A failed poll counts, names its reason, and touches nothing that was known of the last good body."""
    found = poll(REASONABLE, response, parsed)
    assert (found.outcome, found.entries, found.state.last_error) == ("failed", (), error)
    assert (found.state.failures_in_row, found.state.failing_since, found.state.failure) == (1, NOW, error.partition(":")[0])
    assert found.state.answered_at == (NOW if response.status else None)
    kept = ("etag", "last_modified", "body_hash", "last_success_at", "first_polled_at", "unconditional_at")
    assert [getattr(found.state, name) for name in kept] == [getattr(REASONABLE, name) for name in kept]


@pytest.mark.parametrize(
    ("response", "parsed"), [(answer(304, b""), None), (answer(200, BODY), None), (answer(), WHOLE)], ids=["304", "same body", "read"]
)
def test_a_feed_that_answers_again_is_not_gone(response: Response, parsed: ParsedFeed | None) -> None:
    """After any success the pause for gone feeds starts from nothing."""
    assert poll(replace(REASONABLE, gone_count=3, failures_in_row=3), response, parsed).state.gone_count == 0


@pytest.mark.parametrize(
    ("known", "overlap", "fresh"),
    [(frozenset(), 0.0, True), (frozenset({"entry-1"}), 0.5, True), (frozenset({"entry-1", "entry-2"}), 1.0, False)],
)
def test_overlap_is_the_share_that_was_known(known: frozenset[str], overlap: float, fresh: bool) -> None:
    """Media Cloud's measure of completeness; and an unseen entry sets the time of the last new one."""
    state = conclude(poll(REASONABLE, answer(), WHOLE), known, NOW).state
    assert state.overlap == overlap
    assert state.last_new_at == (NOW if fresh else REASONABLE.last_new_at)


@pytest.mark.parametrize(
    ("times", "rate"),
    [
        pytest.param([NOW - 2 * DAY, NOW - DAY, NOW], 1.5, id="three in two days"),
        pytest.param([NOW, NOW], None, id="too few to tell"),
        pytest.param([NOW] * 12, 288.0, id="all at one moment"),
        pytest.param([None, None, None, NOW], None, id="without dates"),
    ],
)
def test_entries_per_day_come_from_claimed_times(times: list[datetime | None], rate: float | None) -> None:
    """Feeds without usable dates have no rate."""
    entries = tuple(entry(number, when) for number, when in enumerate(times))
    assert poll(REASONABLE, answer(), ParsedFeed("rss20", "Wire", entries)).state.entries_per_day == rate


# ---------------------------------------------------------------- gone


@pytest.mark.parametrize(
    ("hours", "paused"),
    [
        pytest.param((0, 1, 3), [False, False, True], id="three in three hours"),
        pytest.param((0, 24, 48), [False, False, True], id="three in 48 hours"),
        pytest.param((0, 24, 49), [False, False, False], id="the third an hour too late: counted anew"),
        pytest.param((0, 1, 3, 171, 339), [False, False, True, True, True], id="still gone in the weeks after"),
    ],
)
def test_gone_three_times_in_48_hours_is_probed_weekly(hours: tuple[int, ...], paused: list[bool]) -> None:
    """RFC 9110, 15.5.11 calls it likely permanent; FreshRSS#3561 stops for good at the first. Servers say it by mistake: probe weekly."""
    state, found = REASONABLE, []
    for hour in hours:
        now = NOW + hour * HOUR
        state = poll(state, answer(410), now=now).state
        assert state.next_due_at is not None
        found.append(state.next_due_at - now == 7 * DAY)
    assert found == paused


@pytest.mark.parametrize(
    ("response", "gone_count"),
    [
        pytest.param(answer(404), 0, id="another status: somebody works there"),
        pytest.param(answer(0, b"", failure="dns"), 3, id="no answer says nothing"),
        pytest.param(answer(410), 4, id="gone"),
    ],
)
def test_only_an_answer_ends_the_pause(response: Response, gone_count: int) -> None:
    """A feed that is gone stays so until its server says something else."""
    state = poll(replace(REASONABLE, gone_count=3, gone_since=NOW - 30 * DAY, failures_in_row=3), response).state
    assert state.gone_count == gone_count


# ---------------------------------------------------------------- over the limit


def test_what_is_over_the_limit_is_read_part_by_part() -> None:
    """Five entries, two at a time: each is read by one of three polls, then it begins anew; a cap with a 304 behind it lost them for good."""
    state, read = REASONABLE, []
    for _ in range(4):
        part = tuple(entry(n) for n in range(state.read_from, min(state.read_from + 2, 5)))
        read.append([one.guid for one in part])
        state = poll(state, answer(), ParsedFeed("rss20", "The Wire", part, entries_dropped=3)).state
        assert (state.etag, state.body_hash) == ("", "")
    assert read == [["g0", "g1"], ["g2", "g3"], ["g4"], ["g0", "g1"]]
    shrunk = poll(state, answer(), WHOLE).state
    assert (shrunk.read_from, shrunk.etag) == (0, "")  # its beginning was passed over: no 304 may hide it
    assert poll(shrunk, answer(), WHOLE).state.etag == '"2"'


# ---------------------------------------------------------------- whom one request serves


def test_who_waited_longest_is_asked_first() -> None:
    """Where a run has no time for all of them, the others come first in the next."""
    feeds = [feed(n, f"{URL}?{n}") for n in range(4)]
    ages = (2 * HOUR, 5 * HOUR, None, HOUR)
    states = {one.id: replace(REASONABLE, feed_id=one.id, next_due_at=age and NOW - age) for one, age in zip(feeds, ages, strict=True)}
    assert [request.subject_id for request in due_feeds(feeds, states, NOW)] == ["feed-2", "feed-1", "feed-0", "feed-3"]


def test_an_accepted_certificate_is_one_of_the_configured_address() -> None:
    """Not of where the feed has moved; and not for a feed with the same address whose user accepts none."""
    pinned = replace(feed(1, URL), tls_sha256="ab" * 32)
    moved = replace(REASONABLE, feed_id="feed-1", moved_url=f"{URL}2", moved_at=NOW - DAY)
    assert due_feeds([pinned], {}, NOW)[0].tls_sha256 == pinned.tls_sha256
    assert due_feeds([pinned], {"feed-1": moved}, NOW)[0].tls_sha256 == ""
    assert [request.tls_sha256 for request, _ in shared(due_feeds([pinned, feed(2, URL)], {}, NOW))] == [""]
    assert [request.tls_sha256 for request, _ in shared(due_feeds([pinned, replace(pinned, id="feed-2")], {}, NOW))] == [pinned.tls_sha256]


def feed(number: int, url: str) -> Feed:
    return replace(FEED, id=f"feed-{number}", url=url)


def test_one_url_in_two_spellings_is_asked_for_once() -> None:
    """Each feed gets the answer. A user name makes another address."""
    urls = ("https://wire.example/rss", "https://WIRE.example:443/rss#top", "https://wire.example/RSS", "https://me:pw@wire.example/rss")
    sent = shared(due_feeds([feed(n, url) for n, url in enumerate(urls)], {}, NOW))
    assert [ids for _, ids in sent] == [("feed-0", "feed-1"), ("feed-2",), ("feed-3",)]
    assert sent[0][0].url == urls[0]


def test_who_shares_an_answer_must_agree_on_the_validators() -> None:
    """With the same ones they are sent; a 304 to the one would tell the other nothing."""
    feeds = [feed(1, URL), feed(2, URL)]
    states = {one.id: replace(REASONABLE, feed_id=one.id) for one in feeds}
    [(request, _)] = shared(due_feeds(feeds, states, NOW))
    assert len(request.headers) == 2
    states["feed-2"] = replace(states["feed-2"], etag='"7"')
    [(request, ids)] = shared(due_feeds(feeds, states, NOW))
    assert (request.headers, ids) == ((), ("feed-1", "feed-2"))


# ---------------------------------------------------------------- clocks and storms


def test_times_that_lie_ahead_bind_nobody() -> None:
    """A run with a clock years ahead, then the right time: nothing waits for that day."""
    year = NOW + 4000 * DAY
    ahead = poll(REASONABLE, answer(410), now=year).state
    ahead = replace(ahead, unconditional_at=year, last_success_at=year, last_new_at=year, moved_since=year)
    assert [one.subject_id for one in due_feeds([FEED], {FEED.id: ahead}, NOW)] == [FEED.id]
    state = poll(ahead, answer(), WHOLE).state
    times = ("polled_at", "last_success_at", "last_new_at", "unconditional_at", "answered_at", "failing_since", "gone_since")
    assert all(getattr(state, name) is None or getattr(state, name) <= NOW for name in times)
    assert state.next_due_at is not None
    assert state.next_due_at - NOW <= DAY


@pytest.mark.parametrize("storm", [True, False])
def test_a_storm_of_changed_ids_is_noted(storm: bool) -> None:
    """feedbin/support#515: http became https in every id. The entries are recognised elsewhere; here it is said when."""
    known = frozenset({"entry-1", "entry-2"})
    state = conclude(poll(REASONABLE, answer(), WHOLE), known, NOW, storm=storm).state
    assert state.storm_at == (NOW if storm else None)


def test_a_host_that_was_not_asked_costs_the_feed_nothing() -> None:
    """What the client answers by itself (`retry_later`) is no failure of the feed: it comes back when the host may be asked."""
    found = poll(REASONABLE, answer(0, b"", failure="retry_later"), retry_after_s=600)
    assert found.state == replace(REASONABLE, next_due_at=NOW + timedelta(minutes=10))
