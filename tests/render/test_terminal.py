import io

import editions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from tidings.model import Kind
from tidings.render.terminal import to_terminal
from tidings.render.view import view
from tidings.stages.compose import shorten


def shown(edition, colour):
    out = io.StringIO()
    Console(file=out, width=100, force_terminal=colour, color_system="standard" if colour else None).print(to_terminal(edition))
    return out.getvalue()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_escape_sequence_from_outside(hostile, data):
    """Without colours nothing but text and line breaks is printed, whatever outsiders write."""
    edition, _ = data.draw(hostile)
    assert all(char == "\n" or (ord(char) >= 32 and not 0x7F <= ord(char) <= 0x9F) for char in shown(edition, colour=False))


def test_markup_from_outside_is_text(make):
    """What looks like rich's own markup is shown as it is, and makes no link."""
    one = make["development"](Kind.NEW_STATEMENT, "[bold]x[/bold] [link=http://evil.example]y[/link]")
    output = shown(make["edition"]([make["story"]("idlib", "[red]headline[/red]", [one])]), colour=True)
    assert "[bold]x[/bold] [link=http://evil.example]y[/link]" in output
    assert "\x1b]8;" not in output


def test_every_statement_is_shown(rich_edition):
    """The terminal shows the statements and the coverage note."""
    output = " ".join(shown(rich_edition, colour=False).split())
    assert "All trainees have graduated, the regional spokesman said." in output
    assert "Not delivered: the edition of 2020-02-18 06:30 for night_desk: refused" in output


def test_the_three_days_are_shown_whole():
    """What is folded is said, corrections stand first, and who else says it stands with the statement."""
    normal = " ".join(shown(editions.normal_day(), colour=False).split())
    assert (
        normal.index("Corrections to earlier editions")
        < normal.index("The same report says now: “The convoy carried 19 tonnes")
        < normal.rindex("Toll of strike")
    )
    assert "Also in Lantern Daily" in normal
    flood = " ".join(shown(shorten(editions.flood()), colour=False).split())
    assert "Idlib: 45 new, 4 changed figures" in flood
    assert "of 200 developments are shown here" in flood


def test_without_colours_it_is_plain_what_is_quoted_and_what_was_corrected():
    """In a pipe a correction names its story, statements stand in quotation marks, and stories of one line are a list of their own."""
    normal = " ".join(shown(editions.normal_day(), colour=False).split())
    [one] = view(editions.normal_day()).corrections[:1]
    assert one.headline
    assert f"{one.headline} {one.line} “{one.told}” {one.verdict}" in normal
    flood = shorten(editions.flood())
    brief = view(flood).topics[0].briefs[0]
    assert f"In short · {brief.headline} ({brief.line})" in " ".join(shown(flood, colour=False).split())


def test_a_link_that_is_folded_stays_below_its_name():
    """On a narrow terminal the link of an origin does not begin at the edge, where headlines do."""
    out = io.StringIO()
    Console(file=out, width=40).print(to_terminal(editions.normal_day()))
    lines = out.getvalue().splitlines()
    names = [number for number, text in enumerate(lines) if text.rstrip() in {"  Harbour Post", "  Relief Monitor"}]
    assert names
    assert all(lines[number + 1].startswith("  http") for number in names)
