import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.render.escape import CUT, language_tag, markdown, plain, safe_url


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\x1b[31mred\x1b[0m", "a [31mred [0m", id="terminal escape"),
        pytest.param("one\r\ntwo\u2028three", "one two three", id="every line break"),
        pytest.param("pay \u202eesrever\u202c now", "pay esrever now", id="direction override"),
        pytest.param("\ud800x", "\ufffd\ufffd\ufffdx", id="lone surrogate"),
        pytest.param("می\u200cخواهم \u200fمن", "می\u200cخواهم \u200fمن", id="joiners and marks that Persian and Arabic need"),
        pytest.param("x\U000e0041\ufeffy", "xy", id="invisible tags"),
    ],
)
def test_plain(text, shown):
    """Control, steering and invisible tag characters go; the words stay."""
    assert plain(text) == shown


@given(st.text(), st.integers(1, 50))
def test_plain_is_one_clean_line(text, limit):
    """What comes out has no control character, is one line, and a cut is always visible."""
    shown = plain(text, limit)
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in shown)
    assert len(shown) <= limit or (shown.endswith(CUT) and len(shown) <= limit + len(CUT))


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        pytest.param("https://a.example/x?y=1&z=%20#f", "https://a.example/x?y=1&z=%20#f", id="ordinary"),
        pytest.param("http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080/", id="address"),
        pytest.param(
            "https://a.example/(x)'<y>\"", "https://a.example/%28x%29%27%3Cy%3E%22", id="what ends an attribute or a Markdown link"
        ),
        pytest.param("https://a.example/خبر", "https://a.example/%D8%AE%D8%A8%D8%B1", id="path not in ASCII"),
        pytest.param("https://güney.example/", "https://xn--gney-0ra.example/", id="host not in ASCII"),
        pytest.param("javascript:alert(1)", "", id="javascript"),
        pytest.param("JaVaScRiPt://a.example/%0aalert(1)", "", id="javascript that looks like a link"),
        pytest.param("data:text/html,x", "", id="data"),
        pytest.param("//a.example/", "", id="no scheme"),
        pytest.param("https:///path", "", id="no host"),
        pytest.param("https://bank.example@evil.example/", "", id="user name that looks like a host"),
        pytest.param("https://a.example\\@evil.example/", "", id="backslash"),
        pytest.param("https://a.example/\nx", "", id="line break"),
        pytest.param("https://a.example/\u202egpj", "", id="direction override"),
        pytest.param("https://[broken/", "", id="broken"),
        pytest.param("https://a.example:port/", "", id="port"),
        pytest.param("https://a.example/" + "x" * 3000, "", id="endless"),
    ],
)
def test_safe_url(url, safe):
    """Only http and https links with a plain host come out, and nothing in them can end what they stand in."""
    assert safe_url(url) == safe


@given(st.one_of(st.text(), st.text().map(lambda rest: "https://a.example/" + rest)))
def test_safe_url_has_safe_characters(url):
    """A link that comes out is printable ASCII without quotes, angle brackets, parentheses, backslashes and spaces."""
    safe = safe_url(url)
    assert not set(safe) & set("\"'<>()\\ `{}|^")
    assert safe.isascii()
    assert safe.isprintable()


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        pytest.param(
            "At 07:00, 29 people (7 children) were killed.",
            "At 07:00, 29 people (7 children) were killed.",
            id="ordinary words stay readable",
        ),
        pytest.param("# 1. - x", "\\# 1. - x", id="heading"),
        pytest.param("1. x", "1\\. x", id="list"),
        pytest.param("2.1 billion", "2.1 billion", id="a number is no list"),
        pytest.param("[a](http://b)", "\\[a\\](http\\://b)", id="link"),
        pytest.param("www.b.example", "www\\.b.example", id="link without a scheme"),
        pytest.param("a@b.example", "a@\u2060b.example", id="address"),
        pytest.param("<b>&amp;", "\\<b\\>\\&amp;", id="HTML"),
    ],
)
def test_markdown(text, escaped):
    """What would mean something in Markdown is escaped, and nothing else."""
    assert markdown(text) == escaped


@pytest.mark.parametrize(("code", "tag"), [("ar", "ar"), ("zh-Hant", "zh-Hant"), ("", ""), ('"><b>', ""), ("en\n", ""), ("EN", "")])
def test_language_tag(code, tag):
    """Only language codes get into the lang attribute."""
    assert language_tag(code) == tag
