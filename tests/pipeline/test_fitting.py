"""How much of an edition each channel shows, and where the rest is; the editions are invented."""

from dataclasses import replace

import editions
import pytest

from tidings.pipeline.fitting import fit_to
from tidings.render.html import to_html
from tidings.render.slack import PARTS_MAX, to_slack
from tidings.render.text import to_text
from tidings.stages.compose import HTML_BYTES_MAX, unfolded

pytestmark = pytest.mark.slow

SITE = "https://desk.example/editions/1.html"


@pytest.mark.parametrize("channel", ["email", "file"])
def test_a_flood_is_folded_and_its_file_is_named(channel):
    """A flood is told whole; what is read in two minutes is shown, and the text names the file that shows it all."""
    flood = editions.flood()
    fitted = fit_to(channel, flood)
    assert (fitted.development_count, fitted.left_count) == (editions.FLOOD_COUNT, 0)
    assert fitted.folded_count > 150
    assert fitted.full_file == "2020-02-19-0700-morning_desk-a7a0e089-full.html"
    assert fitted.full_file in to_text(fitted)
    assert len(to_html(fitted).encode()) <= HTML_BYTES_MAX
    assert unfolded(fitted) == unfolded(flood)


@pytest.mark.parametrize("channel", ["email", "file", "slack"])
def test_with_a_site_the_page_is_linked(channel):
    """Where the site shows editions, a folded one links its page, on Slack too, and names no file."""
    fitted = fit_to(channel, editions.flood(), SITE)
    assert (fitted.full_url, fitted.full_file, fitted.left_count) == (SITE, "", 0)
    assert fitted.folded_count > 0


def test_on_slack_alone_nothing_is_folded():
    """Without a site nothing can stand beside a message of Slack: all that fits into its parts is shown, the rest waits."""
    fitted = fit_to("slack", editions.flood())
    assert (fitted.folded_count, fitted.full_url, fitted.full_file) == (0, "", "")
    assert fitted.development_count + fitted.left_count == editions.FLOOD_COUNT
    assert len(to_slack(fitted)) <= PARTS_MAX


@pytest.mark.parametrize("day", [editions.quiet_day, editions.normal_day], ids=["quiet", "normal"])
def test_what_is_shown_whole_names_no_other_place(day):
    """A quiet day and a normal one are whole: nothing is attached, nothing is linked."""
    for url in ("", SITE):
        fitted = fit_to("email", day(), url)
        assert (fitted.is_folded, fitted.full_url, fitted.full_file) == (False, "", "")
        assert replace(fitted, corrections_shown=None) == day()
