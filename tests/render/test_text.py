from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidings.render import to_text
from tidings.render.columns import WIDTH, width, wrap


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
