from dataclasses import replace

import editions
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidings.render.columns import END, LEFT, RIGHT, WIDTH, isolated, width, wrap
from tidings.render.text import to_text
from tidings.stages.compose import shorten


def test_no_line_is_wide(rich_edition):
    """No line is wider than 72 columns, Chinese characters counting two; links alone stand as they are."""
    wide = [line for line in to_text(rich_edition).splitlines() if width(line) > WIDTH and "https://" not in line]
    assert wide == []


def test_every_part_is_there(rich_edition):
    """The text has what the page has: kinds in words, previous values, replaced words, warnings, links and the coverage note."""
    text = " ".join(to_text(rich_edition).split())
    for part in (
        "CHANGED FIGURE: 29 people, was 22 people (Tue 18 Feb 11:00)", "REVERSAL", "CORRECTION", "Confirmed by Meridian Press Agency",
        "Before: “Government troops have taken full control", "! Take care: copies a report of Harbour Post", "https://harbour-post.example/",
        "Northern Courier: failing since", "9 reports, 4 independent origins, in Arabic, English and Turkish", "With something new 19",
    ):  # fmt: skip
        assert part in text


@given(st.text(), st.sampled_from(["", "  ", "     "]))
def test_wrap_loses_nothing(text, indent):
    """Breaking lines changes white space only, and no line is wider than 72 columns."""
    text = " ".join(text.split())
    lines = list(wrap(text, indent))
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= WIDTH for line in lines)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_control_characters(hostile, data):
    """No control character from outside reaches the text; its only line breaks are ours."""
    edition, _ = data.draw(hostile)
    assert all(char == "\n" or char.isprintable() or ord(char) > 0x9F for char in to_text(edition))


DAYS = pytest.mark.parametrize("day", [editions.quiet_day, editions.normal_day, editions.flood], ids=["quiet", "normal", "flood"])


@DAYS
def test_the_three_days_are_72_columns_wide(day):
    """Whatever the day, no line is wider than 72 columns but a link, none ends in a space, and at most two in a row are empty."""
    text = to_text(replace(shorten(day()), full_url="https://desk.example/editions/1.html"))
    lines = text.splitlines()
    assert [line for line in lines if width(line) > WIDTH and "https://" not in line] == []
    assert [line for line in lines if line != line.rstrip()] == []
    assert "\n\n\n\n" not in text


@DAYS
def test_each_line_is_a_paragraph_of_its_own_direction(day):
    """Every isolate that a line opens is closed on it, and no line of Arabic stands outside one."""
    for line in to_text(shorten(day())).splitlines():
        assert line.count(RIGHT) + line.count(LEFT) == line.count(END)
        outside = line.split(RIGHT)[0].split(LEFT)[0]
        assert not [char for char in outside if "\u0600" <= char <= "\u06ff"]


def test_a_quiet_day_is_short():
    """When nothing is new that is said first, and all of it fits on a screen or two."""
    text = to_text(editions.quiet_day())
    assert text.splitlines()[3].startswith("Nothing new since Tuesday. Watched: Idlib, Libya and Xinjiang")
    assert len(text.splitlines()) < 45


def test_a_flood_says_what_is_where():
    """Topics first, then how much is shown and where the rest is; stories are numbered through, the lighter ones a line each, the rest a count."""
    text = to_text(replace(shorten(editions.flood()), full_file="all.html"))
    words = " ".join(text.split())
    assert (
        words.index("* Idlib: 45 new")
        < words.index("of 200 developments are shown here; all of them are in the file all.html")
        < words.index("IDLIB =====")
    )
    assert "1.  Rockets strike" in text
    assert "In short:" in text
    assert "in 16 stories" in words
    assert "in the store" not in words


def test_corrections_come_before_the_news():
    """What was told wrongly is said first: when, under which topic, in which words, and what has become of them."""
    words = " ".join(to_text(editions.normal_day()).split())
    assert words.index("CORRECTIONS TO EARLIER EDITIONS") < words.index("IDLIB =====")
    assert (
        "Told on Mon 17 Feb, under Idlib: “The convoy carried 90 tonnes of flour, the agency said.” The same report says now: “The convoy carried 19 tonnes"
        in words
    )
    assert "The report does not say so any more." in words
    assert "it should not have been told. - Le Quai" in words


def test_who_else_says_it_stands_under_the_source():
    """What another report says nearly alike is not said again; its publisher and link stand under the one shown."""
    text = to_text(editions.normal_day())
    assert text.count("flour for four days") == 1
    assert "    - Also in Lantern Daily\n      https://lantern-daily.example/2020/02/18/2200-report\n" in text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("新" * 33 + "，" + "闻" * 3, ["新" * 33 + "，" + "闻" * 2, "闻"], id="it fits"),
        pytest.param("新" * 36 + "，闻", ["新" * 35, "新，闻"], id="a comma does not begin a line"),
        pytest.param("新" * 36 + "。”", ["新" * 35, "新。”"], id="nor do two marks"),
        pytest.param("new " * 18 + "新闻", [("new " * 18).rstrip(), "新闻"], id="two scripts"),
    ],
)
def test_chinese_lines(text, lines):
    """Chinese is broken between characters, two columns each, and no line begins with a closing mark."""
    assert list(wrap(text)) == lines


@pytest.mark.parametrize(
    ("text", "set_apart"),
    [
        ("plain", "plain"),
        ("新闻", "新闻"),
        ("سلام", f"{RIGHT}سلام{END}"),
        ("He said سلام twice", f"{LEFT}He said سلام twice{END}"),
        ("سلام للجميع (ok)", f"{RIGHT}سلام للجميع (ok){END}"),
    ],
    ids=["Latin", "Chinese", "Arabic", "a word of Arabic", "a word of Latin"],
)
def test_only_what_runs_from_right_to_left_is_set_apart(text, set_apart):
    """Other text stays as it is; which way the isolate runs goes by most of the letters."""
    assert isolated(text) == set_apart
