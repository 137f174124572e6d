from dataclasses import replace
from datetime import UTC, datetime

import editions
import pytest

from tidings.model import NOT_REACHED, FeedNote, Kind, OwnOutage
from tidings.render.notes import note
from tidings.render.words import (
    badge,
    counts_of,
    feeds_line,
    funnel_rows,
    kinds_line,
    listed,
    many,
    outage_line,
    reported,
    since,
    story_line,
    subject,
    topic_line,
)

SINCE, UNTIL = datetime(2020, 2, 18, 4, 0, tzinfo=UTC), datetime(2020, 2, 18, 6, 0, tzinfo=UTC)


def test_subject_has_counts_and_names_only(rich_edition):
    """The subject of a mail is made of our own words, counts and topic titles."""
    assert subject(rich_edition) == "Tidings, Wed 19 Feb 07:00: 9 in Idlib, 6 in Libya, 5 in Xinjiang"


def test_subject_never_holds_outside_text(make):
    """Headlines and statements never reach the subject, and no control character does."""
    story = make["story"]("idlib", "Bcc: x@evil.example", [make["development"](Kind.NEW_STATEMENT, "evil\r\nBcc: x")])
    line = subject(make["edition"]([story], topics=(("idlib", "Idlib\r\nBcc: x"),)))
    assert line == "Tidings, Wed 19 Feb 07:00: 1 in Idlib Bcc: x"


def test_subject_of_an_empty_edition(make):
    """Nothing new is said in the subject already."""
    assert subject(make["edition"]([])) == "Tidings, Wed 19 Feb 07:00: nothing new"


@pytest.mark.parametrize(
    ("start", "zone", "line"),
    [
        pytest.param("2020-02-18T04:00", "Europe/Istanbul", "since Tuesday", id="yesterday"),
        pytest.param("2020-02-18T22:30", "Europe/Istanbul", "since 01:30", id="the same day there, though not in UTC"),
        pytest.param("2020-02-18T22:30", "UTC", "since Tuesday", id="the same moment, another zone"),
        pytest.param("2020-02-13T04:00", "Europe/Istanbul", "since Thursday", id="six days back"),
        pytest.param("2020-02-12T04:00", "Europe/Istanbul", "since Wednesday 12 February", id="seven days back, the same weekday"),
        pytest.param("2019-12-31T04:00", "Europe/Istanbul", "since Tuesday 31 December 2019", id="last year"),
        pytest.param("2020-02-19T03:30", "Asia/Kathmandu", "since 09:15", id="a zone of three quarters"),
    ],
)
def test_since_when(make, start, zone, line):
    """Counts are since a weekday, on the same day since an hour, and with the date when it is more than six days back, in the reader's zone."""
    start = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert since(make["edition"]([], window_start=start, time_zone=zone)) == line


def test_the_line_of_a_topic(make):
    """A topic's line counts by kind and says since when."""
    kinds = (Kind.NEW_STORY, Kind.NEW_STATEMENT, Kind.NEW_STATEMENT, Kind.CHANGED_FIGURE, Kind.CHANGED_FIGURE, Kind.REVERSAL)
    told = make["story"]("idlib", "x", [make["development"](kind, f"Statement {number}.") for number, kind in enumerate(kinds)])
    edition = make["edition"]([told])
    assert topic_line(edition, "idlib") == "3 new, 2 changed figures, 1 reversal since Tuesday"
    assert topic_line(edition, "libya") == "Nothing new since Tuesday"


def test_corrections_are_in_the_subject():
    """A correction is announced by its count, also where nothing else is new."""
    assert subject(editions.normal_day()).endswith("3 in Xinjiang, 4 corrections to earlier editions")
    alone = replace(editions.quiet_day(), corrections=editions.normal_day().corrections[:1])
    assert subject(alone) == "Tidings, Wed 19 Feb 07:00: nothing new, 1 correction to earlier editions"


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        ({}, "nothing new"),
        ({Kind.NEW_STORY: 1, Kind.NEW_STATEMENT: 2, Kind.CHANGED_FIGURE: 1}, "3 new, 1 changed figure"),
        ({Kind.NEW_ORIGIN: 2, Kind.REVERSAL: 1, Kind.CORRECTION: 1}, "1 reversal, 1 correction, 2 confirmations"),
    ],
    ids=["none", "some", "others"],
)
def test_kinds_line(counts, line):
    """Kinds are counted in words, new stories and new statements together."""
    assert kinds_line(counts) == line


def test_a_statement_that_takes_the_place_of_another_is_named_and_counted(make):
    """One word can overturn: without another figure it is a changed statement, with a badge and a count of its own."""
    changed = make["development"](Kind.NEW_STATEMENT, "All trainees have left.", replaces="Most trainees have left.")
    plain = make["development"](Kind.NEW_STATEMENT, "A school was opened.")
    assert [badge(one) for one in (changed, plain)] == ["Changed statement", ""]
    story = make["story"]("idlib", "x", [plain, changed])
    assert kinds_line(counts_of([story])) == "1 new, 1 changed statement"


def test_a_first_edition_that_knows_nothing_from_before_does_not_say_so(make):
    """The sentence stands where there is something to count."""
    said = {count: note(make["edition"]([], window_start=None, known_count=count)) for count in (0, 1)}
    assert "recorded as known" not in said[0]
    assert said[1].endswith(" 1 article from before was recorded as known.")


def test_small_words(make):
    """Plurals and lists read as a person would write them."""
    assert (many(1, "entry", "entries"), many(1200, "entry", "entries")) == ("1 entry", "1,200 entries")
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert story_line(make["story"]("idlib", "x", [])) == "2 reports, 1 origin"
    assert [reported(1, 1), reported(3, 2)] == ["1 report, 1 origin", "3 reports, 2 independent origins"]


def test_funnel_adds_up(rich_edition):
    """Each step of the funnel is the one before less the rows between them, down to the developments of the edition."""
    rows = funnel_rows(rich_edition)
    left = rows[0].count
    for row in rows[1:-1]:
        left = left - row.count if row.less else left
        assert row.less or row.count == left, row.label
    assert [(row.label, row.count) for row in rows if not row.less] == [
        ("Entries seen", 1307),
        ("Articles read", 1288),
        ("On a watched topic", 84),
        ("With something new", 19),
        ("Developments in this edition", rich_edition.development_count),
    ]


def test_funnel_leaves_no_outcome_out(rich_edition):
    """An outcome that the funnel has no words for is named as it is, and taken away like the others."""
    coverage = replace(rich_edition.coverage, funnel=(*rich_edition.coverage.funnel, ("strange", 3)))
    rows = funnel_rows(replace(rich_edition, coverage=coverage))
    assert rows[0].count == 1310
    assert ("strange", "\u22123") in [(row.label, row.shown) for row in rows]
    assert ("Articles read", 1288) in [(row.label, row.count) for row in rows]


def test_feeds_line(make):
    """Feeds are counted by what is the matter with them; one never polled is not called silent."""
    unpolled = FeedNote("Late Post", "https://late.example/rss", "not polled yet", None, "")
    losing = FeedNote("Quick Post", "https://quick.example/rss", "fine", None, "entries may be lost between polls")
    back = FeedNote("Old Post", "https://old.example/rss", "recovered", None, "failed for 5 h")
    assert feeds_line(make["coverage"](feeds_silent=(unpolled,), feeds_losing=(losing,), feeds_recovered=(back,))) == (
        "41 feeds fine, 2 failing, 0 silent, 1 not polled yet; 1 of the fine may lose entries; 1 failed for a time"
    )


def test_what_else_is_the_matter_is_counted(make):
    """Feeds read in part, not reached for our own outage, and certificates trusted by exception are counted beside the states."""
    thin = FeedNote("Wall Post", "https://wall.example/rss", "read in part", None, "8 of its 10 pages were behind a wall")
    lost = FeedNote("Far Post", "https://far.example/rss", NOT_REACHED, None, "cannot be reached")
    assert feeds_line(make["coverage"](feeds_failing=(lost,), feeds_silent=(), feeds_thin=(thin,), feeds_unchecked=("Wire", "Echo"))) == (
        "41 feeds fine, 0 failing, 0 silent, 1 not reached; 1 could be read only in part; the certificate of 2 is trusted by its fingerprint alone: Echo, Wire"
    )


@pytest.mark.parametrize(
    ("outage", "line"),
    [
        (None, ""),
        (
            OwnOutage(3, SINCE, None),
            "Our own network reaches nobody since Tue 18 Feb 07:00: what was published since then is not in this edition.",
        ),
        (
            OwnOutage(1, SINCE, UNTIL),
            "Our own network reached nobody from Tue 18 Feb 07:00 to Tue 18 Feb 09:00: the feeds were asked again afterwards.",
        ),
        (
            OwnOutage(4, SINCE, UNTIL),
            "Our own network reached nobody from Tue 18 Feb 07:00 to Tue 18 Feb 09:00, 4 runs in all: the feeds were asked again afterwards.",
        ),
    ],
    ids=["none", "it lasts", "one run", "several runs"],
)
def test_our_own_outage_is_said(make, rich_edition, outage, line):
    """Readers are told when nobody could be reached, in their own time."""
    assert outage_line(replace(rich_edition, coverage=make["coverage"](own_outage=outage))) == line
