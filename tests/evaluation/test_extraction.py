"""Prove that the suite `extraction` measures what the stage makes of labelled pages."""

import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from harbour_page import BODY, URL, html

from tidings.errors import LabelledFileError
from tidings.evaluation.extraction import evaluate, read_page, same_authors, same_title, word_f1
from tidings.evaluation.suites import run_suite

TIMED = '<meta property="article:published_time" content="2020-02-09T14:30:00Z"><meta name="author" content="Ayla Demir">'
GOOD = {"file": "html/a.html", "url": URL, "title": "Harbour of Baytown reopens", "text": "\n\n".join(BODY), "published": "2020-02-09", "authors": ["Ayla Demir"], "language": "en-GB"}  # fmt: skip
BARE = {"file": "html/b.html", "url": URL + "-2", "title": None, "text": BODY[0], "published": None, "authors": None, "language": None}


def archive(folder: Path, rows: list[Mapping[str, object]], pages: Mapping[str, str], root: str = "") -> Path:
    path = folder / "set.tar.gz"
    files = {"pages.jsonl": "".join(json.dumps(row) + "\n" for row in rows), **pages}
    with tarfile.open(path, "w:gz") as made:
        for name, text in files.items():
            member = tarfile.TarInfo(root + name)
            member.size = len(text.encode())
            made.addfile(member, io.BytesIO(text.encode()))
    return path


@pytest.mark.parametrize("root", ["", "./", "set/"], ids=["flat", "dotted", "in a folder"])
def test_a_set_is_measured(tmp_path: Path, root: str) -> None:
    """Text, day, title and author of a page that states them are right, and what nobody labelled is not counted."""
    pages = {"html/a.html": html(head=TIMED), "html/b.html": html()}
    measured = run_suite("extraction", [archive(tmp_path, [GOOD, BARE], pages, root)])
    assert measured.measures["date_accuracy"] == measured.measures["title_accuracy"] == measured.measures["author_accuracy"] == 1
    assert measured.measures["word_f1.en"] == 1
    assert measured.measures["word_f1.unknown"] < 1
    assert measured.measures["word_f1"] == pytest.approx((1 + measured.measures["word_f1.unknown"]) / 2)
    assert measured.measures["date_accuracy.en"] == measured.measures["title_accuracy.en"] == measured.measures["author_accuracy.en"] == 1
    assert "date_accuracy.unknown" not in measured.measures
    assert measured.measures.keys() >= {"word_f1.trafilatura", "word_f1.trafilatura.en", "date_accuracy.stated"}
    assert (measured.counts["pages"], measured.counts["date.labelled"], measured.counts["date.stated"]) == (2, 1, 1)


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    """An error line says which page, what was found, what was labelled, and whether the page states it."""
    row = {**GOOD, "published": "2019-05-01", "authors": ["Bora Kaya"]}
    measured = evaluate([archive(tmp_path, [row], {"html/a.html": html(head=TIMED)})])
    assert measured.measures["date_accuracy"] == measured.measures["author_accuracy"] == 0
    assert [line.partition(": ")[2] for line in measured.errors] == [
        "date '2020-02-09', labelled '2019-05-01' (not stated)",
        "author 'Ayla Demir', labelled 'Bora Kaya' (not stated)",
    ]


UPDATED = '<meta property="article:modified_time" content="2020-02-09T16:00:00Z">'
STATED = {
    "said": (TIMED, "", (True, True, False)),
    "said in words": ("", "<p>February 9th, 2020</p>", (True, True, False)),
    "nowhere": ("", "", (False, False, False)),
    "only as that of an update": (TIMED.replace("-09T", "-07T") + UPDATED, "", (False, True, True)),
    "of an update, and said": (TIMED + UPDATED, "", (True, True, False)),
}


@pytest.mark.parametrize(("head", "behind", "expected"), STATED.values(), ids=STATED)
def test_when_a_page_states_a_day(head: str, behind: str, expected: tuple[bool, bool, bool]) -> None:
    """A day is stated where it occurs at all, and disputed where the page gives it only as that of an update."""
    day = read_page({**GOOD, "feed_published": None}, html(head=head).replace("</h1>", f"</h1>{behind}").encode()).date
    assert (day.is_right, day.is_stated, day.is_disputed) == expected


HARBOUR = "Harbour of Baytown reopens"
NAMED = {  # the title element, the heading, the label
    "everywhere": (HARBOUR, HARBOUR, HARBOUR, (True, True, False)),
    "with the site behind": (f"{HARBOUR} | Baytown Post", HARBOUR, HARBOUR, (True, True, False)),
    "otherwise in the title": ("Harbour of Baytown: all ships", HARBOUR, HARBOUR, (True, True, True)),
    "otherwise in the heading": (HARBOUR, "Harbour of Baytown: all ships", HARBOUR, (False, True, True)),
    "a part of what the page says": (HARBOUR, HARBOUR, "Harbour of Baytown", (False, True, True)),
    "nowhere": (HARBOUR, HARBOUR, "Pier closes", (False, False, True)),
}


@pytest.mark.parametrize(("title", "heading", "labelled", "expected"), NAMED.values(), ids=NAMED)
def test_when_a_page_states_a_title(title: str, heading: str, labelled: str, expected: tuple[bool, bool, bool]) -> None:
    """A title is stated where it occurs at all, and disputed where the page names itself otherwise as well."""
    body = html(title=title).replace(f"<h1>{title}", f"<h1>{heading}")
    named = read_page({**GOOD, "title": labelled}, body.encode()).title
    assert (named.is_right, named.is_stated, named.is_disputed) == expected


def test_a_page_that_is_missing_is_named(tmp_path: Path) -> None:
    """A row whose page is not in the archive ends the suite; so does an archive without labels."""
    with pytest.raises(LabelledFileError, match=r"html/a\.html is not in it"):
        evaluate([archive(tmp_path, [GOOD], {})])
    with tarfile.open(tmp_path / "none.tar", "w"):
        pass
    with pytest.raises(LabelledFileError, match=r"none\.tar"):
        evaluate([tmp_path / "none.tar"])


def test_the_feeds_own_words_may_stand_in_the_row() -> None:
    """Where the page yields nothing the feed's content that the row brings is the text."""
    read = read_page({**GOOD, "feed_content": GOOD["text"]}, b"<html><body></body></html>")
    assert (read.verdict, read.word_f1) == ("empty", 1)


@pytest.mark.parametrize(
    ("labelled", "found", "f1"),
    [
        ("", "", 1.0),
        ("One ship", "", 0.0),
        ("One ship", "ONE SHIP", 1.0),
        ("one one two", "one two two", pytest.approx(2 / 3)),
        ("港口重开", "港口", pytest.approx(2 / 3)),
    ],
    ids=["nothing", "nothing found", "case", "a bag", "characters"],
)
def test_word_f1(labelled: str, found: str, f1: float) -> None:
    """Words count as often as they stand, in any order and case."""
    assert word_f1(labelled, found) == f1


@pytest.mark.parametrize(
    ("labelled", "found", "same"),
    [
        ("Harbour reopens", "harbour  REOPENS", True),
        ("“Harbour” reopens", '"Harbour" reopens', True),
        ("Harbour & pier reopen", "Harbour and pier reopen", True),
        ("Harbour – reopened", "Harbour - Reopened", True),
        ("Harbour reopens", "Harbour reopens | Baytown Post", False),
        ("Harbour reopens - Baytown Post", "Harbour reopens", False),
        ("Harbour reopens", "Harbour closes", False),
        ("Harbour reopens", "", False),
    ],
)
def test_titles_are_the_same_but_for_marks(labelled: str, found: str, same: bool) -> None:
    """Case, spaces and quotation marks make no other title; the site's name does."""
    assert same_title(labelled, found) is same


@pytest.mark.parametrize(
    ("labelled", "found", "same"),
    [
        (["Ayla Demir"], ["By Ayla Demir"], True),
        (["Ayla Demir", "Bora Kaya"], ["Bora Kaya"], True),
        (["Ayla Demir"], ["Bora Kaya"], False),
        (["Ayla Demir"], [], False),
    ],
)
def test_one_author_in_common_is_enough(labelled: list[str], found: list[str], same: bool) -> None:
    """Names are compared by their letters."""
    assert same_authors(labelled, found) is same
