"""The cross-language sets have the form their README states."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tidings.evaluation.measures import article_of, read_rows

FOLDER = Path(__file__).parent
SCRIPTS = {"ar": r"[\u0600-\u06ff]", "tr": r"[a-zA-ZçğıöşüÇĞİÖŞÜâîû]", "zh": r"[\u4e00-\u9fff]", "ru": r"[\u0400-\u04ff]"}
TURKISH_LETTER = re.compile(r"[çğıöşüÇĞİÖŞÜ]")
RELATIONS = {"rewrite", "same_event", "changed_facts", "different"}
REASONS_OLD = {"translated", "paraphrased"}
NEAR_MISSES = {"other_number", "reversal", "other_place", "other_actor"}
REASONS_NEW = NEAR_MISSES | {"adds", "other_event"}
HALVES = {"choose", "report"}
AT_LEAST = 60

languages = pytest.mark.parametrize("language", sorted(SCRIPTS))


def rows_of(kind: str, language: str) -> list[dict[str, Any]]:
    """Read one file of the folder."""
    return list(read_rows(FOLDER / f"{kind}_{language}.jsonl"))


def share_in_script(text: str, language: str) -> float:
    """Return the share of a text's letters that belong to the language's script."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum(bool(re.match(SCRIPTS[language], letter)) for letter in letters) / len(letters)


@languages
def test_every_pair_has_the_keys_of_the_copies_format(language: str) -> None:
    """A pair holds an English article, one of the other language, a relation and a half; a changed one says what."""
    for row in rows_of("pairs", language):
        expected = {"id", "a", "b", "relation", "half"} | ({"changed"} if row["relation"] == "changed_facts" else set())
        assert set(row) == expected, row["id"]
        assert row["relation"] in RELATIONS
        assert row["half"] in HALVES
        assert (row["a"]["language"], row["b"]["language"]) == ("en", language)
        assert all(set(row[side]) == {"title", "text", "language"} and all(row[side].values()) for side in "ab")
        assert row.get("changed", "said") != ""
        assert [article_of(row[side], f"{row['id']}-{side}").language for side in "ab"] == ["en", language]


@languages
def test_every_statement_has_its_keys_and_a_reason_that_fits(language: str) -> None:
    """A statement is new exactly when its reason is one of those that make it new."""
    for row in rows_of("statements", language):
        assert set(row) == {"id", "told", "text", "new", "why", "half"}, row["id"]
        assert row["half"] in HALVES
        assert row["why"] in (REASONS_NEW if row["new"] else REASONS_OLD), row["id"]
        assert row["told"]
        assert row["text"]


@languages
def test_there_are_enough_of_each(language: str) -> None:
    """At least 60 pairs and 60 statements a language, evenly halved, half of the new statements near misses."""
    for kind in ("pairs", "statements"):
        halves = Counter(row["half"] for row in rows_of(kind, language))
        assert sum(halves.values()) >= AT_LEAST
        assert halves["choose"] == halves["report"]
    reasons = Counter(row["why"] for row in rows_of("statements", language))
    new_count = sum(reasons[reason] for reason in REASONS_NEW)
    assert new_count * 2 == sum(reasons.values())
    assert sum(reasons[reason] for reason in NEAR_MISSES) * 2 >= new_count
    relations = Counter(row["relation"] for row in rows_of("pairs", language))
    assert set(relations) == RELATIONS


def test_ids_and_texts_are_said_once() -> None:
    """No id occurs twice over all files, and no text of another language stands in two rows of its kind."""
    for kind, text_of in (("pairs", lambda row: row["b"]["text"]), ("statements", lambda row: row["text"])):
        rows = [row for language in SCRIPTS for row in rows_of(kind, language)]
        assert len({row["id"] for row in rows}) == len(rows)
        assert len({text_of(row) for row in rows}) == len(rows)


def test_an_english_base_is_in_one_half_only() -> None:
    """What chose a threshold is not met again in the report: over all languages an English event has one half."""
    halves: dict[str, set[str]] = {}
    for language in SCRIPTS:
        for row in rows_of("pairs", language):
            halves.setdefault(row["a"]["text"], set()).add(row["half"])
            halves.setdefault(row["id"].split("-")[1], set()).add(row["half"])
        for row in rows_of("statements", language):
            halves.setdefault(row["told"], set()).add(row["half"])
            halves.setdefault(row["id"].split("-")[1], set()).add(row["half"])
    assert {base: found for base, found in halves.items() if len(found) > 1} == {}


@languages
def test_the_script_is_that_of_the_language(language: str) -> None:
    """Titles, texts and statements are written in the script of their language; the English side has none of it."""
    pairs, statements = rows_of("pairs", language), rows_of("statements", language)
    foreign = [(row["id"], row["b"][key]) for row in pairs for key in ("title", "text")] + [(row["id"], row["text"]) for row in statements]
    for row_id, text in foreign:
        assert share_in_script(text, language) > 0.9, row_id
    if language == "tr":
        assert [row["id"] for row in pairs if not TURKISH_LETTER.search(row["b"]["text"])] == []
    for row in pairs:
        assert (row["a"]["title"] + row["a"]["text"]).isascii(), row["id"]
    assert all(row["told"].isascii() for row in statements)
