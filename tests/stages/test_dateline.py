"""The day beside a headline: which of several it is, and when it is believed against the page's data."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import trafilatura
from harbour_page import BODY, ENTRY, NOW, article

from tidings.stages._dateline import Dateline, read_byline, read_dateline

HEADLINE = "Harbour of Baytown reopens"
TEXT = "".join(f"<p>{one}</p>" for one in BODY)
THIRD, FIFTH = datetime(2020, 2, 3, tzinfo=UTC), datetime(2020, 2, 5, tzinfo=UTC)
NOWHERE = Dateline()
STATED = '<meta property="article:published_time" content="{}">'


def body(behind: str = "", *, before: str = "", text: str = TEXT, heading: str = f"<h1>{HEADLINE}</h1>") -> str:
    return f"<div>{before}{heading}{behind}{text}</div>"


def dateline(inner: str) -> Dateline:
    return read_dateline(trafilatura.load_html(f"<html><head><title>x</title></head><body>{inner}</body></html>"), HEADLINE)


SHOWN = {
    "behind the headline": (body("<p>By Ann Lee</p><p>3 February 2020</p>"), Dateline(THIRD)),
    "before the headline": (body(before="<p>3 February 2020</p>"), Dateline(THIRD)),
    "that behind comes first": (body("<p>3 February 2020</p>", before="<p>5 February 2020</p>"), Dateline(THIRD)),
    "beside it, without an element": (body("3 February 2020"), Dateline(THIRD)),
    "with a link": (body("<div><a href='/1'>Feb 3, 2020</a></div>"), Dateline(THIRD)),
    "after a standfirst": (body(f"<p>{BODY[0]}</p><span>3 Feb 2020</span>"), Dateline(THIRD)),
    "in a time without its machine's spelling": (body("<span>On</span><time>3 Feb 2020</time>"), Dateline(THIRD)),
    "with the machine's spelling": (body("<time datetime='2020-02-03T00:00Z'>two days ago</time>"), Dateline(THIRD)),
    "in parts": (body("<div class='post-date'><b>3</b> <i>February</i> <b>2020</b></div>"), Dateline(THIRD)),
    "of an update": (body("<p>Updated 5 February 2020</p>"), Dateline(updated=FIFTH)),
    "of an update, by the words before": (body("<p>Last updated:</p><p>5 February 2020</p>"), Dateline(updated=FIFTH)),
    "of an update, by its name": (body("<span class='date-modified'>5 February 2020</span>"), Dateline(updated=FIFTH)),
    "of an update, in French": (body("<p>Mis à jour le 5 février 2020</p>"), Dateline(updated=FIFTH)),
    "of both": (body("<p>Published 3 Feb 2020</p><p>Updated 5 Feb 2020</p>"), Dateline(THIRD, FIFTH)),
    "of both, in two elements": (
        body("<div class='meta'>Updated <time>5 Feb 2020</time>, first published <time>3 Feb 2020</time></div>"),
        Dateline(THIRD, FIFTH),
    ),
    "named as both": (body("<time class='published updated' datetime='2020-02-03'>3 Feb</time>"), Dateline(THIRD)),
    "below another heading": (body("<p>3 February 2020</p>", heading=f"<h2>{HEADLINE}</h2>"), Dateline(THIRD)),
    "in the running text": (body("<p>They had been waiting for it since a storm on 3 February 2020, when the pier broke.</p>"), NOWHERE),
    "behind the running text": (body(text=TEXT + "<p>3 February 2020</p>"), NOWHERE),
    "in a menu": (body("<nav><time>3 February 2020</time></nav>"), NOWHERE),
    "not whole": (body("<p>February 2020</p><p>03/02/2020</p>"), NOWHERE),
    "beside another headline": (body("<p>3 February 2020</p>", heading="<h1>Ferries to Seaford stop</h1>"), NOWHERE),
}  # fmt: skip


@pytest.mark.parametrize(("inner", "expected"), SHOWN.values(), ids=SHOWN)
def test_the_day_beside_the_headline(inner: str, expected: Dateline) -> None:
    """A short text beside the headline that is a day is its dateline; that of an update is told apart."""
    assert dateline(inner) == expected


def test_without_a_headline_there_is_none() -> None:
    """A page that shows no headline, and one that could not be parsed, have no dateline."""
    assert read_dateline(None, HEADLINE) == read_dateline(trafilatura.load_html("<html><p>3 Feb 2020</p></html>"), "") == NOWHERE


NAMED = {
    "by somebody": ("<p>By Ayla Demir</p>", "Ayla Demir"),
    "in two elements": ("<span>Written by</span><a href='/ayla'>Ayla Demir</a>", "Ayla Demir"),
    "with a day behind": ("<p>By Ayla Demir | 3 February 2020</p>", "Ayla Demir"),
    "in German": ("<p>Von Ayla Demir</p>", "Ayla Demir"),
    "no name": ("<p>By clicking here you agree.</p>", ""),
    "no by": ("<p>Ayla Demir</p>", ""),
    "in a sentence": (f"<p>By {BODY[0]}</p>", ""),
    "behind the running text": (TEXT + "<p>By Ayla Demir</p>", ""),
}  # fmt: skip


@pytest.mark.parametrize(("behind", "expected"), NAMED.values(), ids=NAMED)
def test_the_name_beside_the_headline(behind: str, expected: str) -> None:
    """A short text behind the headline that begins with "by" names the author."""
    tree = trafilatura.load_html(f"<html><body>{body(behind)}</body></html>")
    assert read_byline(tree, HEADLINE) == expected


def page(inner: str, head: str = "") -> str:
    return f"<html><head><title>{HEADLINE}</title>{head}</head><body>{inner}</body></html>"


AGAINST = {
    "an earlier day than the data's": (STATED.format("2020-02-05T10:00:00Z"), "<p>3 February 2020</p>", THIRD),
    "a later day than the data's": (STATED.format("2020-02-03"), "<p>5 February 2020</p>", THIRD),
    "an earlier day, of an update": (STATED.format("2020-02-05"), "<p>Updated 3 February 2020</p>", FIFTH),
    "the day before, elsewhere": (STATED.format("2020-02-05"), "<p>4 February 2020</p>", FIFTH),
    "no data, only an update": ("", "<p>Updated 5 February 2020</p>", FIFTH),
    "no data": ("", "<p>3 February 2020</p><p>Updated 5 February 2020</p>", THIRD),
    "only the data of an update": ('<script type="application/ld+json">{"@type":"Article","dateModified":"2020-02-05"}</script>', "", FIFTH),
}  # fmt: skip


@pytest.mark.parametrize(("head", "behind", "expected"), AGAINST.values(), ids=AGAINST)
def test_the_dateline_and_the_data(head: str, behind: str, expected: datetime) -> None:
    """Data is believed, unless the page shows a day before it; without data the dateline is, before what is guessed."""
    made = article(page(body(behind), head), entry=replace(ENTRY, published_at=None))
    assert made.published_at == expected


def test_a_guess_in_the_month_of_the_address_comes_before_an_update() -> None:
    """An address keeps the month in which it was made: a day of that month, wherever it stood, is the better one."""
    head = '<meta name="last-modified" content="2020-02-04">'
    behind = "<p>Updated 5 February 2020</p>"
    made = article(page(body(behind), head), entry=replace(ENTRY, published_at=None))
    assert made.published_at == datetime(2020, 2, 4, tzinfo=UTC)
    elsewhere = article(page(body(behind), head), entry=replace(ENTRY, published_at=None), final_url="https://www.baytown.example/harbour")
    assert elsewhere.published_at == FIFTH


def test_the_feed_and_the_data_together_outweigh_the_dateline() -> None:
    """Where the feed names the day that the page's data names, an earlier one beside the headline changes nothing."""
    claimed = NOW - timedelta(days=1)
    made = article(page(body("<p>3 February 2020</p>"), STATED.format(f"{claimed:%Y-%m-%d}")), entry=replace(ENTRY, published_at=claimed))
    assert made.published_at == claimed


def test_a_page_of_dates_comes_to_an_end() -> None:
    """Thousands of headlines and nested dates are not all walked."""
    nested = "<div class='date'>" * 200 + "</div>" * 200
    made = dateline(f"<h1>{HEADLINE}</h1>{nested}" * 500)
    assert made == NOWHERE
