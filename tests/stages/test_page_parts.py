"""The parts of reading a page: its running text, the choice among texts, its headline, its dates."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import trafilatura
from harbour_page import BODY, SILENT, article, html

from tidings.model import Verdict
from tidings.stages._choice import choose_text, is_littered, is_missed, is_whole
from tidings.stages._headline import choose_headline, without_site
from tidings.stages._page import headings
from tidings.stages._prose import Prose, find_prose
from tidings.text.written_days import read_day

STORY = tuple(f"{one} This is part {part} of the story of the harbour of Baytown." for part in range(6) for one in BODY)
NEWS = "".join(f"<p>{one}</p>" for one in STORY)


def prose(body: str) -> Prose:
    tree = trafilatura.load_html(f"<html><head><title>Harbour</title></head><body>{body}</body></html>")
    assert tree is not None
    return find_prose(tree)


AROUND = {
    "menu": f"<nav><p>{BODY[0]}</p></nav>",
    "footer": f"<footer><p>{BODY[0]}</p></footer>",
    "beside it": f"<aside><p>{BODY[0]}</p></aside>",
    "comments by class": "<div class='comments-list'><p>I was there myself, and it was not at all as the mayor of the town says it was.</p></div>",
    "related by id": "<div id='related-stories'><p>Another story with a sentence that is long enough to be taken for the running text of this one.</p></div>",
    "a list of links": "<ul><li><a href='/a'>A story about ships that is long enough to look like a sentence, but is all link.</a></li></ul>",
    "a script": "<script>var text = 'A sentence of a script that is long enough to look like the running text of a page.';</script>",
    "the same again, for small screens": f"<div class='mobile'>{NEWS}</div>",
}  # fmt: skip


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_what_stands_around_an_article_is_not_its_prose(around: str) -> None:
    """Menus, comments, teasers, scripts and second copies are outside."""
    found = prose(f"<div><div class='story'>{NEWS}</div>{around}</div>")
    assert found.text.split("\n") == list(STORY)
    assert not found.is_page


def test_prose_needs_no_paragraphs() -> None:
    """Text that stands in divisions, or between breaks, is found; a page without any has none."""
    assert prose("<div>" + "".join(f"<div>{one}</div>" for one in STORY) + "</div>").words > 400
    assert prose(f"<article>{'<br>'.join(STORY)}</article>").words > 400
    assert prose("<div><a href='/'>Home</a></div>") == Prose()


def test_names_are_not_believed_against_the_whole_page() -> None:
    """Where a class that stands for teasers or forms holds the only text, it is the article; comments never are."""
    assert prose(f"<div class='social-page'>{NEWS}</div>").words > 400
    assert prose(f"<form><div>{NEWS}</div></form>").words > 400
    assert prose(f"<div class='comments'>{NEWS}</div>") == Prose()


def test_an_article_is_no_aside_though_one_that_was_never_closed_holds_it() -> None:
    """Where all prose stands in an aside, that in the page's article is the text; an aside within the article is none."""
    within = f"<main><article>{NEWS}<aside><p>{BODY[0]}</p></aside></article></main>"
    assert prose(f"<aside class='popup'><p>Subscribe.</p><div>{within}</div>").text.split("\n") == list(STORY)
    assert prose(f"<aside><p>{BODY[0]}</p></aside>") == Prose()


MISSED = {
    "most of it": (100, Prose("x", words=900, text_words=1_000), True),
    "a little of it": (800, Prose("x", words=900, text_words=1_000), False),
    "comments under a short report": (100, Prose("x", words=300, text_words=320), False),
    "paragraphs all over the page": (100, Prose("x", words=900, text_words=1_000, is_page=True), False),
    "a list with some prose": (100, Prose("x", words=900, text_words=4_000), False),
    "lists and headings of it": (600, Prose("x", words=620, text_words=1_400), True),
    "nothing": (0, Prose(), False),
}


@pytest.mark.parametrize(("words", "found", "expected"), MISSED.values(), ids=MISSED)
def test_when_extraction_missed_an_article(words: int, found: Prose, *, expected: bool) -> None:
    """Only where most of one part of the page is missing does that part stand in."""
    assert is_missed(words, found) is expected


def test_a_short_page_is_its_article_and_not_its_menu() -> None:
    """Extraction that took all that a short page shows gives way to the part with the prose."""
    part = Prose(BODY[0], words=24, text_words=24)
    assert is_littered(f"Home\nShips\n{BODY[0]}", 26, part)
    assert not is_littered("Another text of so many words.", 26, part)
    assert choose_text(f"Home\n{BODY[0]}", part, "") == BODY[0]


def test_a_whole_body_holds_what_was_read() -> None:
    """A body that is clearly longer is taken when it holds the text; word for word but for spaces and marks."""
    read = "\n".join(STORY[:12])
    assert is_whole(" ".join(STORY), read)
    assert not is_whole(" ".join(STORY[:13]), read)
    assert not is_whole(" ".join(f"Soup number {number} needs salt, pepper and an onion or two." for number in range(90)), read)


def test_extraction_that_misses_the_article_is_made_good() -> None:
    """A page whose first part is marked as its text is read whole."""
    body = "".join(
        f"<div class='chunk'><div class='grid'>{''.join(f'<p>{one}</p>' for one in STORY[at : at + 8])}</div></div>" for at in (0, 8, 16)
    )
    one = article(html(()).replace("</article>", f"</article><div class='story'>{body}</div>"), entry=SILENT)
    assert one.verdict is Verdict.FULL
    assert all(paragraph in one.text for paragraph in STORY)


HEADLINES = {
    "as its data says": (["Harbour reopens"], ["Harbour reopens"], [], "Harbour reopens"),
    "shown in other words than for sharing": (["Harbour of Baytown reopens"], ["Baytown harbour reopens: what to know"], [], "Harbour of Baytown reopens"),
    "the site's name is shown first": (["Baytown Post", "Harbour reopens"], ["Harbour reopens"], [], "Harbour reopens"),
    "only the site's name is shown": (["Baytown Post"], [], ["Harbour reopens | Baytown Post"], "Harbour reopens"),
    "the section is shown": (["World"], ["Harbour reopens after storms"], [], "Harbour reopens after storms"),
    "with the site behind": (["Harbour reopens | Baytown Post"], [], [], "Harbour reopens"),
    "nothing is shown": ([], [], ["Harbour reopens - News - Baytown Post"], "Harbour reopens - News"),
    "nothing is known but the site": (["Baytown Post"], [], ["Baytown Post"], "Baytown Post"),
    "no spaces between words": (["港口重新开放"], ["港口周日重新开放"], [], "港口重新开放"),
    "set in capitals": (["HARBOUR OF BAYTOWN REOPENS"], ["Harbour of Baytown reopens"], [], "Harbour of Baytown reopens"),
    "in capitals everywhere": (["HARBOUR OF BAYTOWN REOPENS"], ["HARBOUR OF BAYTOWN REOPENS"], [], "HARBOUR OF BAYTOWN REOPENS"),
    "shown with letters lost": (["What?s open: Baytown?s harbour"], ["What’s open: Baytown’s harbour"], [], "What’s open: Baytown’s harbour"),
    "shown with an unknown character": (["Baytown\ufffds harbour reopens"], [], ["Baytown’s harbour reopens | Baytown Post"], "Baytown’s harbour reopens"),
    "shown as a question": (["Harbour open? Not yet"], ["Harbour open: not yet"], [], "Harbour open? Not yet"),
    "garbled in other words": (["Baytown? Its harbour? Reopens"], ["Ships sail from the Baytown harbour"], [], "Baytown? Its harbour? Reopens"),
    "behind the site's address": ([], [], ["www.baytownpost.example Harbour reopens"], "Harbour reopens"),
    "a paragraph is marked as the headline": (["Harbour of Baytown reopens. " * 9], ["Baytown harbour reopens"], [], "Baytown harbour reopens"),
    "nothing at all": ([], [], [], ""),
}  # fmt: skip


@pytest.mark.parametrize(("shown", "data", "titles", "expected"), HEADLINES.values(), ids=HEADLINES)
def test_the_headline_is_what_a_reader_sees(shown: list[str], data: list[str], titles: list[str], expected: str) -> None:
    """What is shown counts when the page's data speaks of the same; the site's name is no headline."""
    assert choose_headline(shown, data, titles, "Baytown Post", "www.baytownpost.example") == expected


def test_the_lines_of_a_headline_are_apart() -> None:
    """No word of one line runs into the next; a comment says nothing."""
    tree = trafilatura.load_html(
        "<html><body><h1>Harbour<br>of <b>Bay</b>town<!-- x --><div>reopens</div>today</h1><p>Ships sail.</p></body></html>"
    )
    assert headings(tree) == ["Harbour of Baytown reopens today"]


def test_a_heading_escaped_twice_is_what_it_stands_for() -> None:
    """No reader is shown the spelling of a character."""
    tree = trafilatura.load_html("<html><body><h1>Ships &amp;amp; cranes &amp;#x26; more</h1><p>Ships sail.</p></body></html>")
    assert headings(tree) == ["Ships & cranes & more"]


def test_a_guessed_first_of_january_gives_way_to_what_the_page_shows() -> None:
    """The year of a copyright is no day: the date beside the headline is."""
    shown = html(around="<footer>&copy; 2014 Baytown Post</footer>").replace(
        "</h1>", "</h1><div class='posted'>3 de diciembre de 2019</div>"
    )
    one = article(shown, entry=replace(SILENT, published_at=None))
    assert one.published_at == datetime(2019, 12, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Storm - Baytown Post", "Storm"),
        ("Baytown Post | Storm", "Storm"),
        ("Storm - a report", "Storm - a report"),
        ("baytownpost: x", "baytownpost: x"),
    ],
)
def test_only_the_sites_name_is_cut_off(title: str, expected: str) -> None:
    """What stands behind a dash is part of the headline, unless it names the site."""
    assert without_site(title, "Baytown Post", "www.baytownpost.example") == expected


DAYS = {
    "English": "December 3, 2019", "English, short": "3 Dec. 2019", "English, ordinal": "3rd of December 2019", "Turkish": "3 Aralık 2019",
    "Arabic": "3 ديسمبر 2019", "Arabic, digits": "٣ ديسمبر ٢٠١٩", "Levantine": "3 كانون الأول 2019", "Chinese": "2019年12月3日", "Japanese": "2019年12月3日（火）",
    "Korean": "2019년 12월 3일", "Russian": "3 декабря 2019 г.", "Ukrainian": "3 грудня 2019", "French": "3 décembre 2019", "German": "3. Dezember 2019",
    "Spanish": "3 de diciembre de 2019", "Portuguese": "3 de dezembro de 2019", "Italian": "3 dicembre 2019", "Dutch": "3 december 2019", "Polish": "3 grudnia 2019",
    "Spanish, short, with dashes": "el 03-dic-2019 5:11:10", "dots": "03.12.2019", "ISO with words": "Published: 2019-12-03", "slashes": "2019/12/03", "compact": "20191203",
}  # fmt: skip


@pytest.mark.parametrize("text", DAYS.values(), ids=DAYS)
def test_a_written_day_is_read(text: str) -> None:
    """Days are read as people of many languages write them."""
    assert read_day(text) == datetime(2019, 12, 3, tzinfo=UTC)


YEARS = {
    "English": "January February March April May June July August September October November December",
    "English, short": "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "German": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november december",
    "Swedish": "januari februari mars april maj juni juli augusti september oktober november december",
    "Indonesian": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "Turkish": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "Russian": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "Ukrainian": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "Polish": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "Czech": "ledna února března dubna května června července srpna září října listopadu prosince",
    "Romanian": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "Arabic": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
}


@pytest.mark.parametrize("months", YEARS.values(), ids=YEARS)
def test_every_month_is_known(months: str) -> None:
    """Each month of the year is read, in each language."""
    read = [read_day(f"3 {name} 2019") for name in months.split()]
    assert read == [datetime(2019, month, 3, tzinfo=UTC) for month in range(1, 13)]


@pytest.mark.parametrize("text", ["02/03/2020", "3 Foo 2019", "31 February 2019", "2019", "December 2019", "", "9" * 400, "3 may 20191"])
def test_what_could_be_another_day_is_none(text: str) -> None:
    """Half dates, impossible ones, and those whose day and month could be exchanged are not read."""
    assert read_day(text) is None


@pytest.mark.parametrize(("text", "expected"), [("4/24/2000", (2000, 4, 24)), ("13/11/2025", (2025, 11, 13)), ("05-05-2020", (2020, 5, 5))])
def test_numbers_are_read_where_only_one_reading_is_left(text: str, expected: tuple[int, int, int]) -> None:
    """A number beyond twelve is the day."""
    assert read_day(text) == datetime(*expected, tzinfo=UTC)


def test_a_machines_time_keeps_its_hour() -> None:
    """A zone behind a space, as some systems write it, is read."""
    assert read_day("2019-12-03 10:30:00 +0300") == datetime(2019, 12, 3, 7, 30, tzinfo=UTC)
