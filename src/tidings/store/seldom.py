"""Say, where a search found nothing, how many documents each of its words is in, and which words there are that are spelled nearly so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from tidings.store.rows import rows

_LETTERS = ("abcdefghijklmnopqrstuvwxyz", "ابتثجحخدذرزسشصضطظعغفقكلمنهويء", "абвгдежзийклмнопрстуфхцчшщъыьэюя")  # as words are folded
_CHARS = range(4, 21)  # of a shorter word nearly everything is one letter away
_WORDS_MAX = 3  # whose spelling is looked at: some 600 words for each, looked up together
_SPELLED_MAX = 3


@dataclass(frozen=True, slots=True)
class Seldom:
    """Hold a word that was asked for. `spelled`: words one letter away, with the documents they are in, most first; only where it is in none."""

    word: str
    document_count: int
    spelled: tuple[tuple[str, int], ...] = ()


def seldom_words(connection: duckdb.DuckDBPyConnection, words: Sequence[str]) -> tuple[Seldom, ...]:
    """Return each word of folded words and phrases with the number of documents that have it, whatever else was asked for."""
    single = list(dict.fromkeys(one for word in words for one in ([word.strip()] if _is_apart(word) else word.split())))
    counts = {one: _count(connection, one) for one in single}
    unknown = [one for one in single if not counts[one]][:_WORDS_MAX]
    known = _known(connection, {near for one in unknown for near in near_words(one)})
    return tuple(
        Seldom(
            one, counts[one], tuple(sorted(((near, known[near]) for near in near_words(one) if near in known), key=_most)[:_SPELLED_MAX])
        )
        for one in single
    )


def near_words(word: str) -> list[str]:
    """Return what a word can be with one letter more, fewer, other, or two turned round."""
    return sorted(set(_near(word)) - {word})


def _near(word: str) -> Iterator[str]:
    letters = next((one for one in _LETTERS if set(word) <= set(one)), "")
    if not letters or len(word) not in _CHARS:
        return
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield from (before + letter + after for letter in letters)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in letters)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def _is_apart(word: str) -> bool:
    """Tell whether it is of characters that stand for themselves: they are looked up together."""
    return all(len(one) == 1 for one in word.split())


def _most(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _count(connection: duckdb.DuckDBPyConnection, word: str) -> int:
    codes = rows(connection, "SELECT DISTINCT core.term_code(unnest(core.sought($word))) AS code", {"word": f" {word} "})
    terms = ", ".join(str(row["code"]) for row in codes)
    sql = f"""SELECT count(*) AS n FROM (SELECT part, number FROM core.postings WHERE term IN ({terms})
              GROUP BY part, number HAVING count(DISTINCT term) = {len(codes)})"""  # noqa: S608 - numbers of our own
    return int(rows(connection, sql)[0]["n"])


def _known(connection: duckdb.DuckDBPyConnection, words: set[str]) -> dict[str, int]:
    if not words:
        return {}
    sql = """WITH near AS (SELECT word, core.term_code(word) AS term FROM (SELECT unnest($words) AS word))
             SELECT n.word, count(*) AS n FROM near AS n JOIN core.postings AS p ON p.term = n.term GROUP BY n.word"""
    return {row["word"]: row["n"] for row in rows(connection, sql, {"words": sorted(words)})}
