"""Patterns that meet long runs of one kind end, and their work grows with the length: a quadratic one would need hours for these."""

from collections.abc import Callable

import pytest
from lxml.html import document_fromstring

from tidings.model import Entry
from tidings.stages import _credits, _glance, _walls, _xmlfeed, extract, parse
from tidings.text import markup, opposites, urls

MANY = 500_000
DATA = '<script type="application/ld+json">'
ENTRY = Entry("e", "f", "e", "https://baytown.example/1", "", "", "", None)


def at_every(pattern, text: str, word: str) -> bool:
    """Match a pattern after each occurrence of a word, as the actors of a sentence are looked at."""
    return any(pattern.match(text, at + len(word)) for at in range(0, len(text), len(word)))


def is_kept(body: str, words: str = "khan sheikhun") -> bool:
    """Glance at an article that holds part of a phrase as often as it can, and never the phrase: it is not kept."""
    page_html = f"<html><head><title>T</title></head><body><p>{'The harbour opened again. ' * 60}</p>{body}</body></html>"
    return not _glance.is_spared(words, document_fromstring(page_html), page_html, ENTRY)


# what is tried, on an input that it ends by refusing
HOSTILE: dict[str, Callable[[], object]] = {
    "actors without a gap, who speaks": lambda: at_every(opposites._SPEAKS, "叛军" * (MANY // 2), "叛军"),
    "actors without a gap, by whom": lambda: at_every(opposites._BY_AFTER, "叛军" * (MANY // 2), "叛军"),
    "blanks before a dateline": lambda: _credits._DATELINE_DASH.match(" " * MANY + "(Northwire)" + " " * MANY),
    "blanks in the last line": lambda: _credits._LAST_LINE.fullmatch("(" + " " * MANY),
    "blanks and dashes at the end": lambda: _credits._after_dash("It ended." + " — " * MANY + "!"),
    "full stops before the last dash": lambda: _credits._after_dash("." * MANY + "—" + " " * MANY),
    "full stops and quotation marks": lambda: extract._STOPPED.fullmatch((".”" * MANY + "x").rstrip(extract._CLOSING)[-2:]),
    "letters that are no key": lambda: urls._looks_secret("z" * MANY) or urls._looks_secret("zZ" * MANY),
    "beginnings of tokens": lambda: urls._looks_secret("eyJ" * MANY) or urls._looks_secret("eyJ-" * MANY),
    "comments never closed": lambda: markup.to_text("<!-- " * MANY).strip("<!- "),
    "ampersands and CDATA": lambda: _xmlfeed._escaped(b"&a" * MANY + b"<![CDATA[" * MANY) == b"",
    "links without an end": lambda: _xmlfeed._AT_LINK.search(b"<link " * MANY + b' uri="at:'),
    "declarations before nothing": lambda: parse._ROOT.match(b"<!--" + b"- " * MANY) or parse._ROOT.match(b"<?x " * MANY + b"<!D [" * MANY),
    "tags through every word": lambda: is_kept("sheik<b>hun</b> " * (MANY // 16)),
    "a tag before every word": lambda: is_kept("khan x <b>y</b>sheikhun " * (MANY // 24)),
    "entities that decode to entities": lambda: is_kept("&amp;" + "amp;" * (MANY // 4)),
    "entities that tags divide": lambda: is_kept("&amp;<b>#</b>" * (MANY // 13)),
    "escapes in data": lambda: is_kept(DATA + "\\" * MANY + "</script>"),
    "brackets in data": lambda: is_kept(DATA + "<" * MANY + "</script>"),
    "letters that cannot be printed": lambda: is_kept("\x85\u200b" * (MANY // 2)),
    "signs of a paywall": lambda: _walls.may_be_teaser("subscribe to see our members to continue readin " * (MANY // 48), ""),
    "blanks without a line end": lambda: markup._BLANK_LINES.search("a" + " " * MANY + "b"),
}


@pytest.mark.parametrize("tried", HOSTILE.values(), ids=HOSTILE)
def test_half_a_million_characters_come_to_an_end(tried: Callable[[], object]) -> None:
    """Nothing is found, and that is found out."""
    assert not tried()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("It ended. — Reuters", "Reuters"),
        ("It ended.” –– Northwire News  ", "Northwire News"),
        ("— AFP", "AFP"),
        ("The harbour — a ruin", None),
        ("It ended. — ", None),
        ("It ended. — At noon. ", None),
        ("It ended. — — AFP", None),
    ],
)
def test_a_name_after_the_last_dash_is_read_after_a_whole_sentence_only(text: str, name: str | None) -> None:
    """A dash inside a sentence sets no name apart."""
    found = _credits._after_dash(text)
    assert (found and found["name"].strip()) == name


@pytest.mark.parametrize(
    ("value", "secret"),
    [
        ("abcdefghij0123456789", False),
        ("Abcdefghij0123456789", True),
        ("Abcdefghij012345678", False),
        ("-Abcdefghij_0123456789", False),
        ("x-eyJhbGciOiJIUz.payload", True),
        ("eyJhbGciOiJIUzI1NiIsInR5", True),
        ("eyJ-_-_-_-_-_-_", False),
        ("eyJ-_-_-_-_-_-_.x", True),
    ],
)
def test_what_looks_like_a_key_or_a_signed_token(value: str, secret: bool) -> None:
    """Twenty letters and digits of all three kinds in a row, or the beginning of a token up to its full stop."""
    assert urls._looks_secret(value) is secret
