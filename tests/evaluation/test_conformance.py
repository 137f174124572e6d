"""The report of conformance: what is taken from a suite, how it is compared, and that the committed page is true."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tidings.evaluation import conformance
from tidings.evaluation.stated import SUITES, Stated, _of_expression, _of_json

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "conformance.md"


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        pytest.param("not bozo and entries[0]['id'] == 'x'", [Stated("id", 0, "x")], id="id"),
        pytest.param("entries[0].link == entries[1].link == 'l'", [Stated("link", 0, "l"), Stated("link", 1, "l")], id="two at once"),
        pytest.param("feed['title'] == 't' and entries[2].title == 'u'", [Stated("title", -1, "t"), Stated("title", 2, "u")], id="titles"),
        pytest.param(
            "entries[0]['updated_parsed'] == (2004, 1, 1, 19, 48, 21, 3, 1, 0)",
            [Stated("date", 0, datetime(2004, 1, 1, 19, 48, 21, tzinfo=UTC))],
            id="date",
        ),
        pytest.param("entries[0]['links'][0] == {'rel': 'alternate', 'href': 'l'}", [Stated("link", 0, "l")], id="one of several links"),
        pytest.param("entries[0].links[0].rel == 'license' and entries[0].links[0].href == 'l'", [], id="a licence is no page"),
        pytest.param("__import__('os').system('x') == 'y'", [], id="a call"),
        pytest.param("entries[0].title == open('x').read()", [], id="no constant"),
        pytest.param("1 and (", [], id="broken"),
    ],
)
def test_expressions_are_read_and_never_run(text: str, stated: list[Stated]) -> None:
    """Comparisons of an entry's trait with a constant are taken, and nothing else is looked at."""
    assert list(_of_expression(text)) == stated


def test_json_of_entries_is_read() -> None:
    """Guids, links, titles and dates are found in each of gofeed's forms."""
    found = {
        "items": [{"guid": {"value": "g"}, "link": "l", "links": ["k", "l"], "title": "t", "pubDateParsed": "2014-07-06T12:56:00Z"}],
        "title": "f",
    }
    assert list(_of_json(found)) == [
        Stated("title", -1, "f"), Stated("id", 0, "g"), Stated("link", 0, "l", ("l", "k", "l")), Stated("title", 0, "t"),
        Stated("date", 0, datetime(2014, 7, 6, 12, 56, tzinfo=UTC)),
    ]  # fmt: skip
    assert list(_of_json({"entries": [{"links": [{"rel": "self", "href": "s"}, {"href": "l"}]}]})) == [Stated("link", 0, "l", ("l",))]


@pytest.mark.slow
@pytest.mark.skipif("TIDINGS_DATA" not in os.environ, reason="TIDINGS_DATA is not set")
def test_the_page_is_what_the_suites_give() -> None:
    """Of 4,636 documents none breaks the reader or its limits; 99 % of the values stated are ours, and each difference has a reason."""
    reports = conformance.measure(Path(os.environ["TIDINGS_DATA"]) / "feeds")
    assert [failure for one in reports for failure in one.failures] == []
    assert sum(one.documents for one in reports) == 4_636
    assert sum(one.equal.total() for one in reports) >= 0.99 * sum(one.stated.total() for one in reports)
    assert [one for report in reports for one in report.differences if one.reason == conformance.UNEXPLAINED] == []
    assert [(one.suite, one.valid - one.valid_read) for one in reports] == [(suite, 0) for suite in SUITES]
    assert conformance.page(reports) == PAGE.read_text(encoding="utf-8")
