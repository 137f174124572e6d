"""Twenty thousand broken feeds and pages: no reader raises, and nothing that comes out breaks a limit."""

from dataclasses import replace
from datetime import datetime

import pytest
from fuzz import Tally, fuzz
from fuzz_cases import ENTRY, FEED, NOW, broken, outcome_of, read_case, try_cases
from fuzz_mutations import BYTES_MAX, groups_of, make_case
from fuzz_seeds import own_seeds, public_seeds

from tidings.model import ParsedFeed, Rejection, Stage

CASES = 20_000
SEED = 5


@pytest.mark.slow
def test_twenty_thousand_broken_documents() -> None:
    """No exception leaves a reader and no result breaks a promise; what the jail has to end is a rare outcome."""
    tally = Tally()
    for tally in fuzz(SEED, 0, CASES, groups_of((*own_seeds(), *public_seeds()))):
        assert tally.findings == []
    assert tally.case_count == CASES
    assert len(tally.stopped) <= CASES // 1000, tally.stopped
    assert {"feed: read", "feed: cut", "feed: not_a_feed", "page: full", "page: teaser", "page: wall", "page: empty"} <= set(tally.outcomes)


def test_a_case_is_known_by_its_number() -> None:
    """The same seed and number make the same document, another number another; none is over the limit."""
    groups = groups_of(own_seeds())
    cases = [make_case(SEED, number, groups) for number in range(300)]
    assert cases == [make_case(SEED, number, groups) for number in range(300)]
    assert len({case.body for case in cases}) > 250
    assert max(len(case.body) for case in cases) <= BYTES_MAX


def test_whole_documents_keep_every_promise() -> None:
    """The documents as they are, before they are broken, are read: what is fuzzed is more than rejections."""
    groups = groups_of(own_seeds())
    whole = [replace(make_case(SEED, 1, groups), kind=one.kind, content_type=one.content_type, body=one.body) for one in own_seeds()]
    results = [read_case(case) for case in whole]
    assert [broken(result) for result in results] == [[]] * len(results)
    assert sum(not isinstance(result, Rejection) for result in results) >= len(results) * 2 // 3


def test_what_raises_and_what_breaks_a_promise_is_found() -> None:
    """The measure itself: a case that cannot be read is named, and so is each kind of broken promise."""
    case = replace(make_case(SEED, 0, groups_of(own_seeds())), number=7, kind="feed", body=None)  # type: ignore[arg-type]
    _, findings, _ = try_cases((case,))
    assert [(number, what) for number, what, _ in findings] == [(7, "uncaught")]
    entry = replace(
        ENTRY,
        url="javascript:alert(1)",
        title="two\nlines",
        summary="\ud800",
        published_at=datetime(2020, 1, 1),  # noqa: DTZ001 - naive on purpose
        authors=("x" * 101,),
        language="English",
    )
    troubles = broken(ParsedFeed("rss20", "x" * 501, (entry, entry)))
    assert len(troubles) >= 7, troubles
    assert broken(Rejection(Stage.PARSE, "Not a reason")) != []
    assert broken(ParsedFeed("rss20", FEED.publisher, (replace(ENTRY, published_at=NOW),))) == []
    assert outcome_of("feed", ParsedFeed("rss20", "", ())) == "feed: read, no entries"
