"""Reading feeds whose encoding is not what header or declaration say."""

from dataclasses import replace

import pytest
from feed_documents import FEED, entries, rss

TURKISH = "Çavuşoğlu köprüde: üç gün sonra köşkte görüşüldü"
RUSSIAN = "Мост открыт снова после девяти дней, сообщили власти города"
ARABIC = "أعيد فتح الميناء بعد تسعة أيام من الإغلاق وعادت السفن"
CHINESE = "港口重新开放，船只进入，居民返回家园，学校复课"


def feed(title: str, declared: str = "", head: str = "") -> str:
    return rss(f"<item><title>{title}</title><link>/a</link></item>", encoding=declared, head=head)


@pytest.mark.parametrize(
    ("body", "content_type", "title"),
    [
        pytest.param(feed(TURKISH).encode(), "text/xml; charset=iso-8859-1", TURKISH, id="UTF-8, the header says Latin-1"),
        pytest.param(feed(TURKISH, "iso-8859-1").encode(), "", TURKISH, id="UTF-8, the declaration says Latin-1"),
        pytest.param(feed(TURKISH, "utf-16").encode(), "", TURKISH, id="UTF-8, the declaration says UTF-16"),
        pytest.param(feed(TURKISH).encode(), "text/xml", TURKISH, id="UTF-8, text/xml means ASCII"),
        pytest.param(
            b"\xef\xbb\xbf" + feed(TURKISH, "windows-1254").encode(), "text/xml; charset=koi8-r", TURKISH, id="UTF-8 with mark, all lie"
        ),
        pytest.param(feed(RUSSIAN, "windows-1251").encode("cp1251"), "", RUSSIAN, id="as declared"),
        pytest.param(feed(RUSSIAN, "windows-1251").encode("cp1251"), "text/xml; charset=utf-8", RUSSIAN, id="the header says UTF-8"),
        pytest.param(feed(RUSSIAN, "windows-1251").encode("cp1251"), "text/xml; charset=iso-8859-1", RUSSIAN, id="header by default"),
        pytest.param(feed(RUSSIAN, "utf-8").encode("cp1251"), "text/xml; charset=windows-1251", RUSSIAN, id="only the header is right"),
        pytest.param(feed(RUSSIAN).encode("koi8-r"), "text/xml; charset=koi8-r", RUSSIAN, id="only the header says it"),
        pytest.param(feed(RUSSIAN, "utf-8", "<language>ru-RU</language>").encode("cp1251"), "", RUSSIAN, id="told by the language"),
        pytest.param(feed(TURKISH, "", "<language>tr</language>").encode("cp1254"), "", TURKISH, id="told by the language, Turkish"),
        pytest.param(feed(ARABIC, "utf-8").encode("cp1256"), "text/xml", ARABIC, id="guessed, Arabic"),
        pytest.param(feed(CHINESE).encode("gb18030"), "text/xml", CHINESE, id="guessed, Chinese"),
        pytest.param(feed(CHINESE, "gb2312").encode("gb18030"), "text/xml", CHINESE, id="more than the charset that is named"),
        pytest.param(feed(TURKISH).encode("utf-16"), "", TURKISH, id="UTF-16 with mark"),
        pytest.param(feed(TURKISH, "utf-8").encode("utf-16"), "text/xml; charset=utf-8", TURKISH, id="UTF-16, all say UTF-8"),
        pytest.param(feed(TURKISH, "utf-16").encode("utf-16-be"), "", TURKISH, id="UTF-16 without mark"),
        pytest.param(feed(TURKISH).encode("utf-32"), "", TURKISH, id="UTF-32"),
        pytest.param(feed(TURKISH, "utf-32").encode("utf-32-be"), "", TURKISH, id="UTF-32 without mark"),
        pytest.param(
            feed(TURKISH).encode().replace(b"</title><link>", b" \xe9</title><link>"),
            "",
            f"{TURKISH} \ufffd",
            id="UTF-8 with a broken letter",
        ),
        pytest.param(feed("Café rouvert").encode("latin-1"), "", "Café rouvert", id="Latin-1, undeclared"),
        pytest.param(feed("“Ships” – boats", "iso-8859-1").encode("cp1252"), "", "“Ships” – boats", id="Windows-1252 called Latin-1"),
        pytest.param(feed(TURKISH, "rot13").encode(), "text/xml; charset=unicode_escape", TURKISH, id="names of no charsets"),
        pytest.param(
            feed(TURKISH, "idna").encode("cp1254"), "text/xml; charset=windows-1254", TURKISH, id="name of no charset, header right"
        ),
    ],
)
def test_a_feed_is_read_in_its_real_encoding(body: bytes, content_type: str, title: str) -> None:
    """What the bytes show counts more than header, declaration and the default of a media type."""
    assert [one.title for one in entries(body, content_type)] == [title]


def test_the_configured_language_tells_the_charset() -> None:
    """Where nothing is declared, the language that the user gave the feed does."""
    (entry,) = entries(feed("Открыт мост").encode("cp1251"), "", replace(FEED, language="ru"))
    assert entry.title == "Открыт мост"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        pytest.param(TURKISH.encode().decode("latin-1"), TURKISH, id="by way of Latin-1"),
        pytest.param("CafÃ© â€œolÃ©â€\u009d", "Café “olé”", id="by way of Windows-1252"),
        pytest.param("Ø£Ø¹ÙŠ \ufffd", "Ø£Ø¹ÙŠ \ufffd", id="letters lost: left alone"),
        pytest.param("Ärzte über Öl – “Ça va”", "Ärzte über Öl – “Ça va”", id="ordinary accents"),
        pytest.param("São Paulo, ÂNCORA", "São Paulo, ÂNCORA", id="accents that begin such pairs"),
        pytest.param("Â© 2020 Мост", "Â© 2020 Мост", id="beside other letters: left alone"),
    ],
)
def test_text_that_was_encoded_twice_is_read(written: str, title: str) -> None:
    """UTF-8 taken for another encoding and encoded again is undone where the whole text shows it, and nowhere else."""
    (entry,) = entries(feed(written).encode())
    assert entry.title == title
