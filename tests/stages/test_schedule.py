"""Prove what a poll means, when feeds are due, and which pages are read. Cases named after what feeds were seen to do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Entry, Feed, FeedState, ParsedFeed, Rejection, Response, Stage
from tidings.stages import schedule
from tidings.stages.schedule import (
    PageDue,
    Poll,
    content_hash,
    due_feeds,
    due_pages,
    entry_hash,
    needs_parsing,
    read_poll,
    retry_at,
    with_overlap,
)

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = Feed("feed-1", "https://wire.example/rss?key=${KEY}", "https://wire.example/rss", "Wire", every_s=1800)
BODY = b"<rss>"
NEW_BODY = b"<rss>more"
REASONABLE = FeedState(
    FEED.id, etag='"1"', last_modified="Tue, 18 Feb 2020 06:00:00 GMT", body_hash=content_hash(BODY), polled_at=NOW - HOUR, next_due_at=NOW,
    last_success_at=NOW - HOUR, first_polled_at=NOW - 30 * DAY, unconditional_at=NOW - DAY,
)  # fmt: skip


def entry(number: int = 1, published_at: datetime | None = NOW, **more: str) -> Entry:
    values = {"guid": f"g{number}", "url": f"https://wire.example/{number}", "title": f"Title {number}", "summary": "", "content": ""}
    return Entry(id=f"entry-{number}", feed_id=FEED.id, published_at=published_at, **{**values, **more})


def answer(status: int = 200, body: bytes = NEW_BODY, **more: object) -> Response:
    headers = {"etag": '"2"', "last-modified": "Wed, 19 Feb 2020 05:00:00 GMT"}
    return Response(FEED.url, FEED.url, status, headers, body, NOW, **more)  # type: ignore[arg-type]


def poll(
    state: FeedState, response: Response, parsed: ParsedFeed | Rejection | None = None, *, conditional: bool = True, **more: float
) -> Poll:
    return read_poll(FEED, state, response, parsed, conditional=conditional, now=NOW, **more)


WHOLE = ParsedFeed("rss20", "Wire", (entry(1), entry(2)))

# ---------------------------------------------------------------- which feeds are due


@pytest.mark.parametrize(
    ("state", "due"),
    [
        pytest.param(None, True, id="never polled"),
        pytest.param(REASONABLE, True, id="due just now"),
        pytest.param(replace(REASONABLE, next_due_at=NOW - DAY), True, id="overdue"),
        pytest.param(replace(REASONABLE, next_due_at=NOW + timedelta(seconds=1)), False, id="due in a second"),
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
    found = poll(replace(REASONABLE, last_error="cut: the document ends too early"), answer(304, b""))
    assert (found.outcome, found.entries) == ("unchanged", ())
    assert (found.state.etag, found.state.body_hash) == (REASONABLE.etag, REASONABLE.body_hash)
    assert found.state.last_error == "cut: the document ends too early"
    assert found.state.next_due_at == NOW + timedelta(seconds=FEED.every_s)
    assert found.state.unconditional_at == REASONABLE.unconditional_at


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
    ],
)
def test_a_document_that_was_not_read_whole_leaves_no_validators(parsed: ParsedFeed) -> None:
    """Otherwise the entries that were lost would hide behind 304 for good; those that are there are kept."""
    found = poll(REASONABLE, answer(), parsed)
    assert found.entries == WHOLE.entries
    assert (found.state.etag, found.state.last_modified, found.state.body_hash) == ("", "", "")
    assert found.state.last_error
    assert due_feeds([FEED], {FEED.id: found.state}, NOW + DAY)[0].headers == ()


@pytest.mark.parametrize(
    ("response", "parsed", "error"),
    [
        pytest.param(answer(500), None, "http_500", id="server error"),
        pytest.param(answer(404), None, "http_404", id="not found: never given up"),
        pytest.param(answer(410), None, "http_410", id="gone"),
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
    assert found.state.failures_in_row == 1
    kept = ("etag", "last_modified", "body_hash", "last_success_at", "first_polled_at", "unconditional_at")
    assert [getattr(found.state, name) for name in kept] == [getattr(REASONABLE, name) for name in kept]


def waits(count: int, response: Response, **more: float) -> list[float]:
    """Return the seconds to the next poll after each of so many failures in a row."""
    state, found = REASONABLE, []
    for _ in range(count):
        state = read_poll(FEED, state, response, None, conditional=True, now=NOW, **more).state
        assert state.next_due_at is not None
        found.append((state.next_due_at - NOW).total_seconds())
    return found


def test_back_off_doubles_up_to_a_day() -> None:
    """Feeds come back: the wait doubles from the usual interval to 24 hours and stays there."""
    assert waits(9, answer(503)) == [1800, 3600, 7200, 14400, 28800, 57600, 86400, 86400, 86400]
    assert waits(400, answer(404))[-1] == 86400


@pytest.mark.parametrize(
    ("retry_after_s", "wait_s"),
    [(-5, 1800), (1, 1800), (7200, 7200), (1e12, 86400)],
    ids=["past", "shorter than our own", "longer", "absurd"],
)
def test_retry_after_can_only_lengthen_the_wait_up_to_a_day(retry_after_s: float, wait_s: float) -> None:
    """The server's wish counts between a minute and 24 hours, and never shortens our own wait."""
    assert waits(1, answer(429), retry_after_s=retry_after_s) == [wait_s]


def test_gone_three_times_is_probed_weekly() -> None:
    """410 pauses a feed after the third time, without giving it up."""
    assert waits(4, answer(410)) == [1800, 3600, 7 * 86400, 7 * 86400]


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
    state = with_overlap(poll(REASONABLE, answer(), WHOLE), known, NOW)
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


STATUSES = st.sampled_from(
    [answer(), answer(200, BODY), answer(304, b""), answer(404), answer(410), answer(500), answer(0, b"", failure="dns")]
)


@given(st.lists(STATUSES, max_size=30), st.booleans())
def test_whatever_a_feed_does_it_is_polled_again_within_a_week(responses: list[Response], conditional: bool) -> None:
    """No sequence of answers ends polling, and the next time always lies ahead."""
    state = FeedState(FEED.id)
    for response in responses:
        parsed = WHOLE if needs_parsing(state, response) else None
        state = read_poll(FEED, state, response, parsed, conditional=conditional, now=NOW).state
        assert state.next_due_at is not None
        assert timedelta(0) < state.next_due_at - NOW <= 7 * DAY
        assert state.failures_in_row >= 0


# ---------------------------------------------------------------- which pages are read


def waiting(one: Entry, known_title: str | None = None, *, reread: bool = False) -> PageDue:
    return PageDue(one, "Wire", "en", NOW, 0, known_title, reread)


@pytest.mark.parametrize(
    ("dues", "read"),
    [
        pytest.param([waiting(entry(1)), waiting(entry(2))], [0, 1], id="two pages"),
        pytest.param(
            [waiting(entry(1)), waiting(entry(2, url="https://wire.example/1"))], [0, 1], id="two entries, one URL: both are judged"
        ),
        pytest.param([waiting(entry(1, url="")), waiting(entry(2, url=""))], [0, 1], id="entries without a link stand for themselves"),
        pytest.param([waiting(entry(1), "Title 1")], [], id="the article is known under this title"),
        pytest.param([waiting(entry(1), "Another title")], [0], id="known under another title: it may have changed"),
        pytest.param([waiting(entry(1), "Title 1", reread=True)], [0], id="the entry changed since its page was read"),
    ],
)
def test_each_page_is_read_once(dues: list[PageDue], read: list[int]) -> None:
    """Every waiting entry is either read or stood for by another, none by both."""
    to_read, stood_for = due_pages(dues)
    assert to_read == [dues[place] for place in read]
    assert [due for due in dues if due in to_read or due in stood_for] == dues
    assert len(to_read) + len(stood_for) == len(dues)


def test_an_edit_changes_the_hash_of_an_entry() -> None:
    """Title, summary and content count; a new date alone does not."""
    assert entry_hash(entry(1)) == entry_hash(entry(1, published_at=NOW + DAY))
    assert len({entry_hash(entry(1, **{name: "x"})) for name in ("title", "summary", "content")} | {entry_hash(entry(1))}) == 4
    assert entry_hash(entry(1, title="ab", summary="c")) != entry_hash(entry(1, title="a", summary="bc"))


def test_pages_are_tried_again_ever_later() -> None:
    """The waits grow, and with the five attempts that are usual the last comes at least three days after the first."""
    waits = [retry_at(count, NOW) - NOW for count in range(12)]
    assert waits == sorted(waits)
    assert waits[0] == HOUR / 2
    assert sum(waits[1:5], timedelta()) >= 3 * DAY


def lost(failure: str, host: str = "wire.example") -> Response:
    return replace(answer(0, b"", failure=failure), url=f"https://{host}/rss")


def lost_poll(response: Response, last_success_at: datetime | None = NOW - HOUR) -> tuple[schedule.Poll, Response]:
    return poll(replace(REASONABLE, last_success_at=last_success_at), response), response


@pytest.mark.parametrize(
    ("responses", "down"),
    [
        pytest.param([lost("dns"), lost("connect", "b.example"), lost("timeout", "c.example")], True, id="no host reached"),
        pytest.param([lost("dns"), lost("dns", "b.example"), lost("retry_later"), lost("tls", "c.example")], True, id="one not asked"),
        pytest.param([lost("dns"), lost("connect", "b.example")], False, id="two hosts may be dead"),
        pytest.param([lost("dns")] * 3, False, id="one host only"),
        pytest.param([lost("dns"), lost("dns", "b.example"), lost("retry_later", "c.example")], False, id="two asked"),
        pytest.param([], False, id="none due"),
    ],
)
def test_the_network_is_down_when_no_host_can_be_reached(responses: list[Response], down: bool) -> None:
    """At least three hosts that all cannot be reached are our fault; two are not."""
    assert schedule.network_is_down(map(lost_poll, responses), [REASONABLE]) is down


@pytest.mark.parametrize(
    ("ago", "latest_ago", "down"),
    [
        pytest.param((72, 60, 50), 1, False, id="dead ones beside one that answers"),
        pytest.param((72, 60, 20), 1, True, id="one answered a day ago"),
        pytest.param((172, 160, 150), 150, True, id="none answered for days, and no other did"),
        pytest.param((None, None, None), None, True, id="never anybody"),
        pytest.param((None, None, None), 100, False, id="never these"),
    ],
)
def test_dead_feeds_are_not_our_network(ago: tuple[int | None, ...], latest_ago: int | None, down: bool) -> None:
    """The fault is ours only while one of those asked answered within a day of the last answer of any feed."""

    def at(hours: int | None) -> datetime | None:
        return None if hours is None else NOW - hours * HOUR

    asked = [lost_poll(lost("dns", f"{n}.example"), at(hours)) for n, hours in enumerate(ago)]
    assert schedule.network_is_down(asked, [replace(REASONABLE, last_success_at=at(latest_ago))]) is down


@pytest.mark.parametrize(
    ("response", "gone_count", "wait_h"),
    [
        pytest.param(lost("dns"), 0, 0.5, id="out of reach"),
        pytest.param(replace(lost("timeout"), headers={"retry-after": "21600"}), 0, 24, id="it asked for time"),
        pytest.param(replace(lost("retry_later"), headers={"retry-after": "21600"}), 0, 6, id="not asked"),
        pytest.param(lost("dns"), 3, 168, id="gone"),
    ],
)
def test_what_was_not_the_feeds_fault_does_not_put_it_off(response: Response, gone_count: int, wait_h: float) -> None:
    """The failure is counted, and the feed is due at its usual time, unless its server asked for more."""
    before = replace(REASONABLE, failures_in_row=6, gone_count=gone_count)
    failed = poll(before, response, retry_after_s=21600 if "retry-after" in response.headers else None)
    spared = schedule.spare(failed, response, NOW).state
    failures = 6 if response.failure == "retry_later" else 7
    assert (spared.failures_in_row, spared.next_due_at) == (failures, NOW + wait_h * HOUR)
