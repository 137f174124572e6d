"""Prove that a feed of somebody else is held, and that a publisher's own changes are not."""

from dataclasses import replace

import pytest
from polled import DAY, FEED, HOUR, NOW, REASONABLE, answer, entry, poll

from tidings.model import FeedState, ParsedFeed
from tidings.stages._owners import is_parked, led_to, link_hosts
from tidings.stages.schedule import Poll, conclude

BACK = replace(REASONABLE, failing_since=NOW - 40 * DAY, failures_in_row=50, failure="dns", last_error="dns")


def document(title: str, *urls: str) -> ParsedFeed:
    return ParsedFeed("rss20", title, tuple(entry(n, url=url) for n, url in enumerate(urls)))


def read(state: FeedState, parsed: ParsedFeed, known: frozenset[str] = frozenset()) -> Poll:
    return conclude(poll(state, answer(), parsed), known, NOW)


OWN, ELSEWHERE = "https://wire.example/9", "https://shoes.example/9"


@pytest.mark.parametrize(
    ("state", "parsed", "known"),
    [
        pytest.param(REASONABLE, document("Cheap Shoes", ELSEWHERE), (), id="another title, other hosts, nothing known (pythondotorg#2787)"),
        pytest.param(BACK, document("Cheap Shoes", ELSEWHERE), (), id="the same after weeks"),
        pytest.param(BACK, document("Cheap Shoes", OWN), (), id="after weeks of failures the domain is there again, with links to itself"),
        pytest.param(BACK, document("Cheap Shoes", ""), (), id="entries without links, after weeks"),
        pytest.param(replace(REASONABLE, title=""), document("", ELSEWHERE), (), id="never a title, and other hosts"),
        pytest.param(replace(BACK, hosts=()), document("Cheap Shoes", ELSEWHERE), (), id="links to many, after weeks"),
        pytest.param(BACK, document("Cheap Shoes"), (), id="nothing yet, after weeks: the new owner has just begun"),
        pytest.param(BACK, document(""), (), id="nothing, not even a title, after weeks"),
        pytest.param(
            replace(BACK, title="\u65b0\u534e\u7f51"), document("\u8d2d\u7269\u5546\u57ce", OWN), (), id="another title without spaces, after weeks"
        ),
    ],
)  # fmt: skip
def test_a_feed_of_somebody_else_is_held(state: FeedState, parsed: ParsedFeed, known: tuple[str, ...]) -> None:
    """Its entries are not taken as this publisher's, the poll failed, and it says why."""
    found = read(state, parsed, frozenset(known))
    assert (found.outcome, found.entries, found.state.failure) == ("failed", (), "other_feed")
    assert found.state.last_error == "other_feed: none of its entries and no word of its title is as before"
    assert (found.state.title, found.state.hosts, found.state.etag) == (state.title, state.hosts, state.etag)
    assert found.state.answered_at == NOW


@pytest.mark.parametrize(
    ("state", "parsed", "known"),
    [
        pytest.param(REASONABLE, document("The Wire", ELSEWHERE), (), id="links to another house, as before by title"),
        pytest.param(REASONABLE, document("Wire Service International", ELSEWHERE), (), id="renamed"),
        pytest.param(REASONABLE, document("Agency Twelve", OWN), (), id="renamed altogether, links as ever"),
        pytest.param(REASONABLE, document("Agency Twelve", ELSEWHERE), ("entry-0",), id="all new but for one entry"),
        pytest.param(BACK, document("THE WIRE - Home", ELSEWHERE), (), id="back after weeks on another host"),
        pytest.param(BACK, document("", OWN), (), id="back without a title"),
        pytest.param(replace(BACK, failing_since=NOW - 6 * DAY), document("Agency Twelve", OWN), (), id="out for six days, and renamed"),
        pytest.param(replace(REASONABLE, hosts=()), document("Cheap Shoes", ELSEWHERE), (), id="links to many: no judgement"),
        pytest.param(replace(REASONABLE, title="Latest News"), document("Home", OWN), (), id="titles that say nothing"),
        pytest.param(FeedState(FEED.id), document("Cheap Shoes", ELSEWHERE), (), id="the first poll"),
        pytest.param(replace(REASONABLE, title="", hosts=()), document("Cheap Shoes", ELSEWHERE), (), id="nothing remembered"),
        pytest.param(REASONABLE, document("Cheap Shoes"), (), id="no entries"),
        pytest.param(BACK, document("The Wire"), (), id="no entries, but its title, after weeks"),
        pytest.param(
            replace(BACK, title="\u65b0\u534e\u7f51"),
            document("\u65b0\u534e\u7f51\u56fd\u9645", OWN),
            (),
            id="a longer title without spaces, after weeks",
        ),
        pytest.param(REASONABLE, document("Agency Twelve", *[ELSEWHERE] * 3, OWN), (), id="a quarter of the links is its own"),
    ],
)
def test_a_publisher_may_change(state: FeedState, parsed: ParsedFeed, known: tuple[str, ...]) -> None:
    """Something in common is enough: feeds are renamed, redesigned and moved far more often than they are bought."""
    assert read(state, parsed, frozenset(known)).outcome == "polled"


def test_who_waits_does_not_get_in() -> None:
    """After a year of the same foreign feed it is still held; when the old one is back it is taken at once."""
    state = BACK
    for days in range(0, 365, 5):
        now = NOW + days * DAY
        found = conclude(poll(state, answer(body=str(days).encode()), document("Cheap Shoes", OWN), now=now), frozenset(), now)
        state = found.state
        assert (found.outcome, state.failing_since) == ("failed", BACK.failing_since)
        assert HOUR / 2 <= state.next_due_at - now <= DAY  # type: ignore[operator]
    assert read(state, document("The Wire", OWN)).outcome == "polled"


def test_without_an_interruption_links_to_itself_are_believed() -> None:
    """What cannot be seen, written down: a domain sold overnight to somebody who serves another feed with links to itself."""
    assert read(REASONABLE, document("Cheap Shoes", OWN)).outcome == "polled"


def test_what_a_feed_is_known_by_follows_it() -> None:
    """Title and hosts are those of the last poll with entries; after few links an old host is kept beside."""
    few = document("The Wire Daily", "https://new.wire.example/1", "https://house.example/2", "https://house.example/3")
    state = read(REASONABLE, few).state
    assert (state.title, state.hosts) == ("The Wire Daily", ("house.example", "wire.example"))
    assert read(state, document("The Wire Daily")).state.hosts == state.hosts
    assert read(state, document("The Wire Daily", *[f"https://house.example/{n}" for n in range(9)])).state.hosts == ("house.example",)


@pytest.mark.parametrize(
    ("urls", "hosts"),
    [
        pytest.param([OWN] * 8 + [ELSEWHERE], ("wire.example",), id="one link in passing"),
        pytest.param(
            [OWN, "https://www.wire.example/2", "https://live.wire.example/3", ELSEWHERE, ELSEWHERE],
            ("wire.example", "shoes.example"),
            id="two",
        ),
        pytest.param([f"https://h{n}.example/" for n in range(20)], (), id="many: none of its own"),
        pytest.param(["nonsense:[", "", "mailto:a@b.example"], (), id="no addresses"),
    ],
)
def test_hosts_are_those_that_a_fifth_links_to(urls: list[str], hosts: tuple[str, ...]) -> None:
    """What everybody links to now and then says nothing of whose feed it is."""
    assert link_hosts([entry(n, url=url) for n, url in enumerate(urls)]) == hosts


@pytest.mark.parametrize(
    ("body", "parked"),
    [
        (b"<title>wire.example</title><p>This domain is expired. Click here to renew it.", True),
        (b"<h1>WIRE.EXAMPLE</h1> The domain name is for sale", True),
        (b"<script src=//sedoparking.example/x.js>", True),
        (b"<h1>Log in</h1>", False),
        (b"", False),
        (b" " * 70_000 + b"this domain is for sale", False),
    ],
    ids=["expired", "for sale", "a parking service", "a log-in page", "nothing", "only far down"],
)
def test_parked_pages_are_told_apart(body: bytes, parked: bool) -> None:
    """intelmq#1031: a feed had become "this domain is expired"."""
    assert is_parked(answer(200, body)) is parked


def test_where_redirects_led() -> None:
    """Only another registrable domain is worth a word."""
    assert led_to(answer(final_url="https://parking.example/x")) == "parking.example"
    assert led_to(answer(final_url="https://www.wire.example/x")) == ""
