"""Reading the times that feeds claim, as the standards have them and otherwise."""

import json
import time
from datetime import UTC, datetime

import pytest
from feed_documents import atom_entry, entries, rss_entry

from tidings.stages._claimed import read_claimed
from tidings.text import dates

TEN, SEVEN, DAY = (datetime(2020, 2, 9, hour, tzinfo=UTC) for hour in (10, 7, 0))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Sun, 09 Feb 2020 10:00:00 GMT", TEN, id="RFC 822"),
        pytest.param("Sun, 9 Feb 20 10:00 UT", TEN, id="RFC 822, two digits, no seconds"),
        pytest.param("9 Feb 2020 05:00 EST", TEN, id="American zone"),
        pytest.param("Sun, 09 Feb 2020 10:00:00 MSK", SEVEN, id="zone by its name"),
        pytest.param("Sun, 09 Feb 2020 10:00:00 +0300 (MSK)", SEVEN, id="zone twice"),
        pytest.param("Sunday, 09 February 2020 10:00:00 GMT", TEN, id="names in full"),
        pytest.param("Tue, 09 Feb 2020 10:00:00 GMT", TEN, id="wrong day of the week"),
        pytest.param("Sun Feb  9 10:00:00 2020", TEN, id="as C writes it"),
        pytest.param("2020-02-09T10:00:00Z", TEN, id="RFC 3339"),
        pytest.param("2020-02-09T10:00:00.25+03:00", SEVEN.replace(microsecond=250_000), id="parts of a second"),
        pytest.param("2020-02-09T10:00:00+0300", SEVEN, id="zone without colon"),
        pytest.param("2020-02-09 10:00", TEN, id="space between"),
        pytest.param("20200209T100000Z", TEN, id="basic form"),
        pytest.param("2020-W06-7", DAY, id="week"),
        pytest.param("2020/02/09 10:00:00", TEN, id="slashes"),
        pytest.param("2020-02-09", DAY, id="day"),
        pytest.param("2020-02", datetime(2020, 2, 1, tzinfo=UTC), id="month"),
        pytest.param("Sun, 09 Feb 2020 24:00:00 GMT", datetime(2020, 2, 10, tzinfo=UTC), id="24 o'clock"),
        pytest.param("9 Şubat 2020 10:00", TEN, id="Turkish"),
        pytest.param("Вс, 09 фев 2020 10:00:00 +0300", SEVEN, id="Russian"),
        pytest.param("09 فبراير 2020", DAY, id="Arabic"),
        pytest.param("dim., 09 févr. 2020 08:00:00 +0100", SEVEN, id="French"),
        pytest.param("Κυρ, 09 Φεβ 2020 10:00:00 GMT", TEN, id="Greek"),
        pytest.param("2020年02月09日 10:00", TEN, id="Chinese"),
        pytest.param("2020년 02월 09일 10:00:00", TEN, id="Korean"),
        pytest.param("09/02/2020 10:00", None, id="day or month first"),
        pytest.param("Sun, 29 Feb 2021 10:00:00 GMT", None, id="no such day"),
        pytest.param("-0001-11-30T00:00:00+00:00", None, id="before the first year"),
        pytest.param("0000-00-00 00:00:00", None, id="nothing, as a database writes it"),
        pytest.param("2020-02-09T10:00:00+99:99", None, id="no such zone"),
        pytest.param("9999-12-31T23:59:59Z", None, id="the last year"),
        pytest.param("1398/11/20 10:00", None, id="Persian calendar"),
        pytest.param("1581242400", None, id="seconds since 1970"),
        pytest.param("soon" * 5_000, None, id="long"),
    ],
)
def test_times_are_read_in_every_format(text: str, expected: datetime | None) -> None:
    """A time is read alike in RSS, Atom and JSON Feed; what can be meant in two ways, or names no moment, is none."""
    body = {"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "date_published": text}]}
    found = [
        rss_entry(f"<title>x</title><pubDate>{text}</pubDate>").published_at,
        atom_entry(f"<title>x</title><updated>{text}</updated>").published_at,
        entries(json.dumps(body))[0].published_at,
    ]
    if found[2] is None and expected:  # feedparser knows forms that only feeds in XML have
        found.pop()
    assert set(found) == {expected}


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        pytest.param(
            "<published>2020-02-09T10:00:00Z</published><updated>2020-02-10T10:00:00Z</updated>", TEN, id="published before updated"
        ),
        pytest.param("<published>yesterday</published><updated>2020-02-09T10:00:00Z</updated>", TEN, id="the first that can be read"),
        pytest.param(
            "<published>2021-01-01T00:00:00Z</published><updated>2020-02-09T10:00:00Z</updated>", TEN, id="the first that can be true"
        ),
        pytest.param("<created>2020-02-09T10:00:00Z</created>", TEN, id="created"),
        pytest.param("<modified>2020-02-09T10:00:00Z</modified>", TEN, id="modified"),
        pytest.param("<expired>2020-02-09T10:00:00Z</expired>", None, id="expired is no time of publishing"),
    ],
)
def test_the_best_of_several_times_is_taken(inner: str, expected: datetime | None) -> None:
    """Published comes before updated, and that before created; what cannot be read or true is passed over."""
    assert atom_entry(f"<title>x</title>{inner}").published_at == expected


def test_a_zone_is_taken_off_once() -> None:
    """A name behind an offset changes nothing, a name alone does."""
    assert read_claimed("09 Feb 2020 10:00:00 CET") == datetime(2020, 2, 9, 9, tzinfo=UTC)
    assert read_claimed("09 Feb 2020 10:00:00 +0100 CET") == datetime(2020, 2, 9, 9, tzinfo=UTC)


@pytest.mark.parametrize("year", ["0001", "9999"])
@pytest.mark.parametrize("zone", ["", " MSK", " EST"])
@pytest.mark.parametrize("text", ["{}-01-01T00:00:00", "{}-12-31T23:59:59", "Mon, 01 Jan {} 00:00:00", "31 декабря {} 23:59"])
def test_the_edges_of_the_calendar_are_no_time(year: str, zone: str, text: str) -> None:
    """Year 1 and year 9999, which software writes for "never", raise nothing, whatever would be added to them."""
    struct = (int(year), 1 if year == "0001" else 12, 1 if year == "0001" else 31, 0, 0, 0, 0, 1, 0)
    said = text.format(year) + zone
    read = [read_claimed(said, time.struct_time(parsed) if parsed else None) for parsed in (struct, None)]
    assert [dates.plausible(when, TEN) for when in read] == [None, None]
