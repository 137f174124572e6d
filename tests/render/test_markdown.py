from dataclasses import replace
from itertools import pairwise

import editions
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tidings.render.escape import safe_url
from tidings.render.markdown import to_markdown
from tidings.stages.compose import shorten

BLOCKS = {"heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "blockquote_open", "blockquote_close", "hr",
          "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "table_open", "table_close", "thead_open", "thead_close",
          "tbody_open", "tbody_close", "tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close"}  # fmt: skip
INLINE = {"text", "strong_open", "strong_close", "em_open", "em_close", "link_open", "link_close", "softbreak"}


def read(text):
    """Parse Markdown as common programs do: CommonMark with tables and strike-through, HTML let through."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    return tokens, [child for token in tokens for child in token.children or ()]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_outside_text_makes_no_markup(hostile, data):
    """Whatever outsiders write, the file read back has our blocks only: no HTML, image, code or link but to the one safe URL."""
    edition, url = data.draw(hostile)
    tokens, inline = read(to_markdown(edition))
    assert {token.type for token in tokens} <= BLOCKS
    assert {token.type for token in inline} <= INLINE
    links = [token.attrs["href"] for token in inline if token.type == "link_open"]
    assert len(links) == (1 if safe_url(url) else 0)
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h2", "h3", "h2", "h2", "h2"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_links_by_themselves(hostile, data):
    """Programs that turn bare addresses into links find none: every scheme, www and @ from outside is broken up in the source."""
    edition, url = data.draw(hostile)
    source = to_markdown(edition).replace(f"(<{safe_url(url)}>)", "")
    assert not [scheme for scheme in ("http://", "https://", "mailto:") if scheme in source]
    assert "www." not in source.lower()
    assert all(after == "\u2060" for before, after in pairwise(source) if before == "@")


def test_statements_arrive_exactly(rich_edition):
    """Read back, every statement and headline is there word for word."""
    _, inline = read(to_markdown(rich_edition))
    text = "".join(token.content for token in inline)
    for story in rich_edition.stories:
        assert story.headline in text
        for one in story.developments:
            assert one.statement in text


@pytest.mark.parametrize("day", [editions.quiet_day, editions.normal_day, editions.flood], ids=["quiet", "normal", "flood"])
def test_the_three_days_read_back(day):
    """Headings are the edition, its corrections, its topics, their stories and the note; quotations are the statements shown, and nothing else."""
    edition = replace(shorten(day()), full_url="https://desk.example/editions/1.html")
    tokens, _ = read(to_markdown(edition))
    headings = [token.tag for token in tokens if token.type == "heading_open"]
    shown = [one for story in edition.stories for one in story.shown]
    assert headings.count("h3") == sum(1 for story in edition.stories if story.shown)
    assert headings.count("h2") == 4 + bool(edition.corrections)
    quotations = sum(1 for token in tokens if token.type == "blockquote_open")
    assert quotations == sum(1 for one in shown if one.statement) + sum(1 + bool(one.now) for one in edition.corrections)


def test_what_was_before_stands_in_the_quotation():
    """A statement and what it replaces are one quotation, so that nobody takes the old words for the next statement."""
    assert "\n> All trainees have graduated, the regional spokesman said.\n>\n> *Before:* Most trainees have graduated" in to_markdown(
        editions.normal_day()
    )
