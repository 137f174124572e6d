"""Markup to text: tags out, entities once, nothing that could harm a reader, and in linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.markup import one_line, plain, scrub, to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("<p>One</p><p>Two</p>", "One\n\nTwo", id="paragraphs"),
        pytest.param("One<br/>Two", "One\n\nTwo", id="line break"),
        pytest.param("One\nline", "One line", id="line ends are spaces"),
        pytest.param("<b>O</b>ne <a href='x'>two</a>", "One two", id="inline tags join"),
        pytest.param("<img alt='a > b' src=x>One", "One", id="greater-than in an attribute"),
        pytest.param("2 < 3 and 5 > 4", "2 < 3 and 5 > 4", id="comparisons"),
        pytest.param("Tom &amp; Jerry &#8212; &lt;b&gt;", "Tom & Jerry — <b>", id="entities"),
        pytest.param("&amp;lt;b&amp;gt;", "&lt;b&gt;", id="entities once"),
        pytest.param(f"a &#{'9' * 5_000}; b &#{'0' * 5_000}38 c", "a \ufffd b \ufffd c", id="references of thousands of digits"),
        pytest.param("<script>x()</script><style>p{}</style>One", "One", id="scripts and styles"),
        pytest.param("One<script>x()", "One", id="unclosed script"),
        pytest.param("One<!-- two -->Three", "One Three", id="comment"),
        pytest.param("One <!-- two", "One", id="unclosed comment"),
        pytest.param("<!-- one -->Two <!-- three <b>four</b> five", "Two four five", id="unclosed comment before more"),
        pytest.param("One <!-- <script>two()</script> three", "One three", id="script behind an unclosed comment"),
        pytest.param("<![CDATA[One]]>", "One", id="CDATA"),
        pytest.param("One <a href=", "One <a href=", id="cut tag stays"),
        pytest.param("<p\u00a0>One&nbsp;two", "One two", id="hard spaces"),
    ],
)
def test_to_text(markup: str, text: str) -> None:
    """Each trait of feed markup gives the text that a reader would see."""
    assert to_text(markup) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        pytest.param("a\x00b\x1bc\x9b", "a\ufffdb\ufffdc\ufffd", id="controls"),
        pytest.param("a\ud800b", "a\ufffdb", id="lone surrogate"),
        pytest.param("a\u202eb\u2066c\ufeff", "abc", id="direction overrides"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="Persian's joiner stays"),
        pytest.param("a\r\nb\rc\u2028d", "a\nb\nc\nd", id="line ends"),
    ],
)
def test_scrub(text: str, clean: str) -> None:
    """Characters that a terminal or a mail reader would obey are replaced or removed."""
    assert scrub(text) == clean


def test_one_line_has_no_line_ends() -> None:
    """Titles stand on one line."""
    assert one_line(" a\n\n b\tc ") == "a b c"
    assert plain(" a \n\n b ") == "a\n\nb"


@given(st.text(max_size=300))
def test_any_text_comes_out_encodable(text: str) -> None:
    """Whatever goes in, what comes out can be written as UTF-8 and holds no control characters."""
    out = to_text(text)
    out.encode("utf-8")
    assert not any(ord(character) < 32 and character != "\n" for character in out)


@pytest.mark.parametrize("piece", ["<", "<a", '<a "', "<p '", "<!--", "<script", "</", "&", "&#", "<![CDATA[", "<p ", "\n "])
def test_repetition_costs_no_more_than_its_length(piece: str) -> None:
    """Half a million characters of unfinished markup come back at once (a quadratic reader would take minutes)."""
    assert isinstance(to_text(piece * (500_000 // len(piece))), str)
