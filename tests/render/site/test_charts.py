"""Charts: values where they belong, nothing but shapes and ticks, and a table that says the same."""

from datetime import date

import pytest
from archives import point
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from tidings.render.site.charts import KEYS_MAX, OTHERS, draw
from tidings.render.site.figures import charts
from tidings.stages.archive import VALUE_MAX, FigureSeries

SVG = "{http://www.w3.org/2000/svg}"


def series(*points):
    return FigureSeries("killed", "", "", tuple(points))


def dots(chart):
    """Return (colour, is hollow, x, y) of each dot of the wide picture."""
    root = etree.fromstring(chart.wide)
    found = []
    for group in root.iter(f"{SVG}g"):
        if (group.get("class") or "").startswith("series"):
            color = int(group.get("class").rpartition("-")[2])
            found += [(color, "open" in dot.get("class"), float(dot.get("cx")), float(dot.get("cy"))) for dot in group.iter(f"{SVG}circle")]
    return found


def test_a_larger_value_stands_higher_and_a_later_day_further_right():
    """Days run to the right, values up."""
    chart = draw(series(point("s", "t", "2020-02-18", 20, "A"), point("s", "t", "2020-02-20", 30, "A")), "Killed")
    (_, _, x1, y1), (_, _, x2, y2) = dots(chart)
    assert x1 < x2
    assert y1 > y2


def test_bounds_are_hollow_and_ranges_are_lines():
    """A value that is exact is full, "at least" is hollow, and a range has two dots and a line."""
    points = [
        point("s", "t", "2020-02-18", 20, "A"),
        point("s", "t", "2020-02-19", 30, "A", qualifier="at_least"),
        point("s", "t", "2020-02-20", 60, "A", low=40, qualifier="about"),
    ]
    chart = draw(series(*points), "Killed")
    assert [hollow for _, hollow, _, _ in dots(chart)] == [False, True, True, True]
    lines = [one for one in etree.fromstring(chart.wide).iter(f"{SVG}path") if "reactive" in one.get("class", "")]
    assert len(lines) == 1


def test_who_says_most_has_a_colour_and_the_rest_share_one():
    """No more colours than can be told apart; those who say least are the others."""
    points = [point("s", "t", "2020-02-18", 20 + number + place, f"P{number}") for number in range(9) for place in range(9 - number)]
    keys = draw(series(*points), "Killed").keys
    assert [key.name for key in keys] == ["P0", "P1", "P2", "P3", "P4", OTHERS]
    assert len({key.color for key in keys}) == KEYS_MAX
    assert sum(key.count for key in keys) == len(points)


def test_very_different_values_stand_on_a_scale_of_powers():
    """From 3 to 1,800 is told by powers of ten, 20 to 60 from nothing."""
    far = draw(series(point("s", "t", "2020-02-18", 3, "A"), point("s", "t", "2020-02-19", 1800, "A")), "Killed")
    near = draw(series(point("s", "t", "2020-02-18", 20, "A"), point("s", "t", "2020-02-19", 60, "A")), "Killed")
    ticks = [text.text for text in etree.fromstring(far.wide).iter(f"{SVG}text")]
    assert (far.is_log, near.is_log) == (True, False)
    assert {"1", "10", "100", "1,000"} <= set(ticks)
    assert "0" in [text.text for text in etree.fromstring(near.wide).iter(f"{SVG}text")]


values = st.one_of(st.integers(0, 10**15).map(float), st.floats(0, VALUE_MAX))


@example([(date(2000, 1, 1), 1.0, 5e-324, "", "exact")] * 2)
@example([(date(2000, 1, 1), 5e-324, 5e-324, "", "exact"), (date(2000, 1, 2), 0.0, 0.0, "", "exact")])
@given(
    st.lists(
        st.tuples(
            st.dates(date(1, 1, 1), date(9999, 12, 31)),
            values,
            values,
            st.text(max_size=5),
            st.sampled_from(["exact", "at_least", "vague"]),
        ),
        min_size=2,
        max_size=12,
    )
)
def test_any_series_is_drawn(rows):
    """Whatever days, numbers and names a series holds, a chart comes of it: well-formed, of shapes and ticks, without a text from outside."""
    points = [
        point("s", "t", day, max(low, high), "P", low=min(low, high), said_by=f"<b>{name}", qualifier=qualifier)
        for day, low, high, name, qualifier in rows
    ]
    chart = draw(series(*sorted(points, key=lambda one: one.day)), "Killed")
    for picture in (chart.wide, chart.narrow):
        root = etree.fromstring(picture)
        assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {"svg", "g", "path", "rect", "circle", "text"}
        assert not {"id", "style", "href", "onclick"} & {name for one in root.iter() for name in one.attrib}
        assert "<b>" not in "".join(root.itertext())
        assert "nan" not in picture.lower()


def test_the_same_series_is_drawn_the_same():
    """No name by chance, no date of drawing: unchanged figures leave a page unchanged."""
    made = series(point("s", "t", "2020-02-18", 20, "A"), point("s", "t", "2020-02-19", 30, "B"))
    assert draw(made, "Killed") == draw(made, "Killed")


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({}, "60"),
        ({"qualifier": "at_least"}, "at least 60"),
        ({"low": 40, "qualifier": "about"}, "about 40 to 60"),
        ({"measure": "percent", "of": "turnout", "unit": "%"}, "60%"),
    ],
    ids=["exact", "bound", "range", "share"],
)
def test_the_table_says_qualifiers_and_ranges(more, shown):
    """The table says every value with its qualifier, its range and its unit, its words, who said it and where."""
    other = point("s", "t", "2020-02-17", 10, "A", **{key: value for key, value in more.items() if key in {"measure", "of", "unit"}})
    (view,) = charts([other, point("s", "t", "2020-02-18", 60, "Harbour Post", said_by="the ministry", **more)])
    row = view.rows[0]
    assert (row.day, row.number, row.words, row.said_by, row.publisher) == ("Tue 18 Feb 2020", shown, "60", "the ministry", "Harbour Post")
