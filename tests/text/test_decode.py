"""Bytes to text: what is declared, unless the bytes know better."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.decode import decode

WORDS = "Çavuşoğlu İdlib’i görüştü"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        pytest.param(WORDS.encode(), "", WORDS, id="UTF-8, undeclared"),
        pytest.param(WORDS.encode(), "text/html; charset=iso-8859-1", WORDS, id="UTF-8 under a wrong name"),
        pytest.param(b"\xef\xbb\xbf" + WORDS.encode(), "", WORDS, id="UTF-8 with a mark"),
        pytest.param(WORDS.encode("utf-16"), "", WORDS, id="UTF-16 with a mark"),
        pytest.param(WORDS.encode("utf-16-le"), "text/html; charset=utf-16le", WORDS, id="UTF-16 without"),
        pytest.param("Çavuşoğlu".encode("windows-1254"), "text/html; charset=windows-1254", "Çavuşoğlu", id="in the header"),
        pytest.param(
            '<meta charset="windows-1251">Порт'.encode("windows-1251"),
            "text/html",
            '<meta charset="windows-1251">Порт',
            id="in a meta element",
        ),
        pytest.param(
            "<meta http-equiv=x content='text/html; charset=gb2312'>港口镕".encode("gb18030"),
            "",
            "<meta http-equiv=x content='text/html; charset=gb2312'>港口镕",
            id="GB 2312 is read as its superset",
        ),
        pytest.param(b"caf\xe9 \x93x\x94", "text/html; charset=iso-8859-1", "café “x”", id="Latin 1 is read as Windows does"),
        pytest.param(b"caf\xe9", "text/html; charset=unicode_escape", "café", id="a program is no charset"),
        pytest.param(b"caf\xe9", "text/html; charset=nonsense", "café", id="unknown name"),
        pytest.param(b"", "", "", id="nothing"),
    ],
)
def test_decode(body: bytes, content_type: str, text: str) -> None:
    """Mark, valid UTF-8, header, meta element, guess: the first that fits."""
    assert decode(body, content_type) == text


def test_undeclared_bytes_are_guessed() -> None:
    """Without a declaration the charset is guessed from the text itself."""
    text = "Порт вновь открылся в воскресенье после недели штормов, и первые суда вышли в море до полудня. " * 3
    assert decode(text.encode("windows-1251")) == text


@given(st.binary(max_size=200), st.text(max_size=20))
def test_nothing_raises(body: bytes, name: str) -> None:
    """Any bytes under any charset name give text."""
    assert isinstance(decode(body, f"text/html; charset={name}"), str)
