"""Prove that nothing a server does, in whatever order and for however long, ends polling or makes it raise."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polled import BODY, DAY, FEED, HOUR, NOW, WHOLE, answer, entry

from tidings.model import FeedState, ParsedFeed, Rejection, Stage
from tidings.stages.schedule import conclude, content_hash, due_feeds, lost, needs_parsing, not_theirs, read_poll, spare

TARGETS = (
    "https://wire.example/rss2", "https://feeds.wire.example/", "https://wire.example/", "https://other.example/rss", "", "nonsense", "http://[",
)  # fmt: skip
BODIES = st.sampled_from([BODY, b"", b"<html>log in", b"this domain is for sale", b"<rss>more", b"<rss>again"])
WORDS = st.sampled_from(["", "The Wire", "Cheap Shoes", "\u0436\u0443\u0440\u043d\u0430\u043b"])
RESPONSES = st.one_of(
    st.builds(
        answer,
        st.sampled_from([200, 200, 200, 200, 203, 204, 206, 304, 304, 400, 401, 402, 403, 404, 410, 410, 429, 500, 503, 511, 999]),
        BODIES,
        final_url=st.sampled_from(TARGETS),
        redirects=st.lists(st.tuples(st.sampled_from([301, 302, 303, 307, 308]), st.sampled_from(TARGETS)), max_size=3).map(tuple),
        headers=st.sampled_from(
            [{}, {"etag": '"1"'}, {"last-modified": "x" * 500}, {"cache-control": "max-age=99999999"}, {"retry-after": "9"}]
        ),
    ),
    st.builds(
        answer,
        st.just(0),
        st.just(b""),
        failure=st.sampled_from(
            ["dns", "timeout", "tls", "connect", "protocol", "incomplete", "too_large", "retry_later", "refused_address"]
        ),
    ),
)
ENTRIES = st.lists(st.integers(0, 30), max_size=6, unique=True).map(
    lambda numbers: tuple(entry(number, url=f"https://h{number}.example/") for number in numbers)
)
PARSED = st.one_of(
    st.builds(ParsedFeed, st.just("rss20"), WORDS, ENTRIES, st.booleans(), st.integers(0, 9)),
    st.sampled_from(
        [Rejection(Stage.PARSE, "not_a_feed"), Rejection(Stage.PARSE, "parser_timeout", "x" * 999), Rejection(Stage.PARSE, "empty_body")]
    ),
)
WAITS = st.none() | st.floats(-1e12, 1e12)
STEPS = st.tuples(RESPONSES, PARSED, WAITS, st.sets(st.integers(0, 30)), st.sampled_from([0, 0, 0, 1, 400, -400]), st.booleans())


def step(state: FeedState, given: tuple, now) -> FeedState:  # type: ignore[no-untyped-def,type-arg]
    """Poll once, as the pipeline does."""
    response, parsed, wait_s, numbers, _, _ = given
    requests = due_feeds([FEED], {FEED.id: state}, now)
    request = requests[0] if requests else None
    response = replace(response, url=request.url if request else FEED.url)
    read = parsed if needs_parsing(state, response) else None
    found = read_poll(FEED, state, response, read, conditional=bool(request and request.headers), now=now, retry_after_s=wait_s)
    if loss := lost(state, found.state, response):
        not_theirs([loss], [], [state])
        found = spare(found, now) if loss.feed_id == "spared" else found
    return conclude(found, frozenset(f"entry-{number}" for number in numbers), now).state


def is_sound(state: FeedState, now) -> None:  # type: ignore[no-untyped-def]
    """Check what holds after every poll."""
    assert state.next_due_at is not None
    wait = state.next_due_at - now
    assert timedelta(minutes=1) <= wait <= (7 * DAY if state.gone_count >= 3 else DAY)
    assert state.failures_in_row >= 0
    assert state.overlap is None or 0 <= state.overlap <= 1
    assert state.interval_s is None or 300 <= state.interval_s <= 4 * FEED.every_s
    assert len(state.last_error) <= 300
    assert len(state.hosts) <= 8
    assert (state.failing_since is None) == (state.failures_in_row == 0)
    assert state.moved_at is None or state.moved_url
    if state.body_hash:
        assert state.body_hash in {
            content_hash(body) for body in (BODY, b"", b"<html>log in", b"this domain is for sale", b"<rss>more", b"<rss>again")
        }


@settings(max_examples=60)
@given(st.lists(STEPS, max_size=40))
def test_no_sequence_of_answers_ends_polling(steps: list) -> None:  # type: ignore[type-arg]
    """Random answers, also with a clock that jumps by 400 days: the next time lies ahead, within a day, or a week for what is gone."""
    state, now = FeedState(FEED.id), NOW
    for given_step in steps:
        now += given_step[4] * DAY
        state = step(state, given_step, now)
        is_sound(state, now)
        now = max(now, state.next_due_at) if given_step[5] else now + HOUR  # type: ignore[type-var]


CALM = [
    answer(), answer(200, b"<rss>again"), answer(304, b""), answer(404), answer(410), answer(410), answer(429), answer(500),
    answer(206), answer(0, b"", failure="dns"), answer(0, b"", failure="retry_later"), answer(200, b"<html>log in"),
    answer(redirects=((301, "https://wire.example/rss2"),)),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_decade_of_anything(seed: int) -> None:
    """Thousands of polls in a row, each at the time that the last one set: they never stop, and good days bring the usual interval back."""
    chance = random.Random(seed)
    state, now, count, last = FeedState(FEED.id), NOW, 0, timedelta()
    while now < NOW + 3650 * DAY:
        response = chance.choice(CALM)
        parsed = Rejection(Stage.PARSE, "not_a_feed") if response.body.startswith(b"<html>") else WHOLE
        numbers = set(chance.sample(range(1, 3), chance.randint(0, 2)))
        state = step(state, (response, parsed, chance.choice([None, 30.0, 9e9]), numbers, 0, True), now)
        is_sound(state, now)
        assert state.next_due_at is not None
        last, now, count = state.next_due_at - now, state.next_due_at, count + 1
    assert count > 5000
    assert last <= 7 * DAY
    for _ in range(40):
        state = step(state, (answer(200, str(chance.random()).encode()), WHOLE, None, {1}, 0, True), now)
        assert state.next_due_at is not None
        now = state.next_due_at
    assert (state.failures_in_row, state.failure, state.interval_s) == (0, "", None)
