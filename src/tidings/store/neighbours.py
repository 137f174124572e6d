"""Find what an article is near to: an index beside the store, in SQLite, made of what the store holds.

DuckDB reads columns: asked what holds one of a thousand terms it reads them all, and the cost of deciding would grow with the
archive. A B-tree answers in microseconds, whatever its size (docs/decisions/0023). The index can be thrown away: it names the last
change of the store that it knows, and what it lacks is added by `pipeline.catch_up`. Lists are capped to the newest postings
(postings.py), so that a question has a bounded cost.
"""

import json
import sqlite3
import sys
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from heapq import nsmallest
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tidings.errors import IndexDamaged
from tidings.ids import stable_hash
from tidings.model import Fingerprint, Id
from tidings.stages.novelty import OWN_WORDS_MAX, loose
from tidings.store import postings
from tidings.store.index_file import border, connect, drop
from tidings.store.indexed import (
    Indexed,
    Marks,
    StoredStatement,
    from_row,
    hash_term,
    packed_id,
    to_row,
    unpacked_id,
    unpacked_marks,
    unpacked_told,
)

if TYPE_CHECKING:
    from types import ModuleType

    from tidings.store.ranking import Numbers

FILE_NAME = "neighbours.sqlite"
GRAMS_KEPT_MAX = 32  # word runs by which an article is found: those with the smallest hashes, a fair sample (Broder, 1997)
GRAMS_ASKED_MAX = 64  # looked up for an article: more, so that a short text is found inside one that is longer
GRAM_ARTICLES_MAX = 100  # a word run that more articles hold is an idiom, and leads nowhere
SHARED_GRAMS_MIN = 2  # articles that share fewer are not near
ARTICLES_OF_TERM_MAX = 256  # the newest articles with a term; those of the last days are asked for
TOLD_OF_TERM_MAX = 128  # the newest told statements with a term, per topic
_PRIOR = 50  # how many texts' worth of doubt there is about how rare a term is
_ASKED_MAX = 250  # keys in one question
# All word runs in one question: each would cost as much as its answer.
_HOLDERS = """SELECT (SELECT json_group_array(article) FROM (SELECT article FROM grams WHERE gram = asked.value LIMIT ?))
FROM json_each(?) AS asked"""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Hold how many articles or statements hold each term (by hash), and how many there are in all."""

    total: int
    counts: Mapping[int, int]

    def idf(self, term: int) -> float:
        """Return how much a term tells: the rarer, the more."""
        return max(log((self.total + _PRIOR) / (self.counts.get(term, 0) + 1)), 0.05)


def kept_grams(mark: Fingerprint, most: int = GRAMS_KEPT_MAX) -> list[int]:
    """Return the word runs by which an article is found later: a fixed sample of a long text, all of a short one."""
    return list(_smallest(mark.grams)[:most])


@lru_cache(maxsize=200)  # an article is asked for it some five times while its batch is decided; each holds all runs of its words, 90 KB
def _smallest(grams: frozenset[int]) -> tuple[int, ...]:
    return tuple(nsmallest(GRAMS_ASKED_MAX, grams))


class Index:
    """Answer what is near, and take in what was decided."""

    @border()
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.change_id, self._articles, self._statements = database.execute("SELECT change_id, articles, statements FROM state").fetchone()

    # ------------------------------------------------------------ asking

    @border()
    def article_frequencies(self, terms: Iterable[int]) -> Frequencies:
        """Return how many decided articles hold each of the terms."""
        return Frequencies(self._articles, self._counts("SELECT term, articles FROM terms WHERE term IN", terms))

    @border()
    def statement_frequencies(self, terms: Iterable[int]) -> Frequencies:
        """Return how many told statements hold each of the terms, in all topics."""
        return Frequencies(self._statements, self._counts("SELECT term, statements FROM terms WHERE term IN", terms))

    @border()
    def near_by_grams(self, mark: Fingerprint, most: int) -> frozenset[Id]:
        """Return the few articles that share most of the sampled word runs."""
        asked = json.dumps(kept_grams(mark, GRAMS_ASKED_MAX))
        shared: Counter[int] = Counter()
        for (holders,) in self._database.execute(_HOLDERS, (GRAM_ARTICLES_MAX + 1, asked)):
            numbers = json.loads(holders)
            if len(numbers) <= GRAM_ARTICLES_MAX:
                shared.update(numbers)
        near = [(float(count), number) for number, count in shared.items() if count >= SHARED_GRAMS_MIN]
        return self._best(near, most, mark.article_id)

    @border()
    def near_by_terms(self, mark: Fingerprint, reported_at: datetime, window_days: int, most: int) -> frozenset[Id]:
        """Return the few articles of the last days, and seeds, that share the heaviest, rarest terms."""
        terms = {hash_term(term): weight for term, weight in mark.terms.items()}
        held = {row[0]: row[1:] for row in self._by_key("SELECT term, articles, newest FROM terms WHERE articles > 0 AND term IN", terms)}
        frequencies = Frequencies(self._articles, {term: count for term, (count, _) in held.items()})
        weights = {term: terms[term] * frequencies.idf(term) ** 2 for term in held}
        since = max(postings.minute(reported_at) - window_days * 24 * 60, 0)
        lists = {term: newest for term, (_, newest) in held.items()}
        return self._best(_ranking().heaviest_articles(weights, lists, since, 3 * most), most, mark.article_id)

    @border()
    def near_told(
        self, said: Sequence[tuple[str, Collection[int]]], frequencies: Frequencies, most: int, least: float
    ) -> set[tuple[int, int]]:
        """Return where told statements stand that are near what is said (topic, terms): the few that hold most of its weight, `least` of it."""
        weighed = [
            {term ^ key: frequencies.idf(term) for key in [_topic_key(topic)] for term in sorted(set(terms))} for topic, terms in said
        ]
        rows = self._by_key("SELECT term_in_topic, newest FROM told WHERE term_in_topic IN", {key for asked in weighed for key in asked})
        lists = {key: _ranking().unpacked(newest) for key, newest in rows}
        return {place for asked in weighed for place in self._nearest_told(asked, lists, most, least * sum(asked.values()))}

    def _nearest_told(self, asked: Mapping[int, float], lists: Mapping[int, "Numbers"], most: int, least: float) -> list[tuple[int, int]]:
        best = _ranking().heaviest_subjects(asked, lists, 3 * most, least)
        split = [(-score, postings.split(subject)) for score, subject in best]
        if len(split) > most:  # of equals the smaller ids
            ids = self._ids({number for _, (number, _) in split})
            split.sort(key=lambda pair: (pair[0], ids[pair[1][0]], pair[1][1]))
        # Of one article's equal statements the smaller ids are chosen (novelty.Told), which stand anywhere in it.
        last = (split[most - 1][0], split[most - 1][1][0]) if len(split) > most else None
        return [place for at, (score, place) in enumerate(split) if at < most or (score, place[0]) == last]

    @border()
    def told(self, places: Iterable[tuple[int, int]]) -> list[StoredStatement]:
        """Return told statements by where they stand, in order of topic and id."""
        wanted: dict[int, set[int]] = {}
        for number, place in places:
            wanted.setdefault(number, set()).add(place)
        rows = self._by_key("SELECT number, id, story_id, told FROM articles WHERE number IN", wanted)
        found = [
            one
            for number, own, story, packed in rows
            for one in unpacked_told(packed, unpacked_id(own), unpacked_id(story), wanted[number])
        ]
        return sorted(found, key=lambda one: (one.statement.topic, one.statement.id))

    @border()
    def told_by(self, articles: Iterable[Id]) -> dict[Id, tuple[StoredStatement, ...]]:
        """Return all that articles told."""
        rows = self._by_key("SELECT id, story_id, told FROM articles WHERE id IN", map(packed_id, articles))
        return {(one := unpacked_id(own)): tuple(unpacked_told(packed, one, unpacked_id(story))) for own, story, packed in rows}

    @border()
    def marks(self, articles: Iterable[Id]) -> dict[Id, Marks]:
        """Return what finds decided articles."""
        sql = "SELECT id, story_id, copy_of, grams, terms, lead, language, year FROM articles WHERE id IN"
        found = map(unpacked_marks, self._by_key(sql, map(packed_id, articles)))
        return {one.member.article_id: one for one in found}

    @border()
    def indexed(self, articles: Iterable[Id]) -> dict[Id, Indexed]:
        """Return all that is kept of decided articles."""
        return {one.id: one for _, one in self._rows(map(packed_id, articles))}

    @border()
    def origins(self, stories: Iterable[Id]) -> dict[Id, frozenset[str]]:
        """Return who reports each story: the origin of its opener, of what copies copy, and of all others but the repeating and the loose."""
        sql = "SELECT story_id, id, origin, copy_of, mean_score, story_score FROM articles WHERE story_id IN"
        rows = self._by_key(sql, map(packed_id, stories))
        copied = dict(self._by_key("SELECT id, origin FROM articles WHERE id IN", {row[3] for row in rows if row[3]}))
        result: dict[Id, set[str]] = {}
        for story, own, origin, copy_of, mean_score, story_score in rows:
            repeats = mean_score is not None and round(mean_score, 6) > OWN_WORDS_MAX
            if own == story or copy_of or not (repeats or loose(story_score)):
                result.setdefault(unpacked_id(story), set()).add(copied.get(copy_of) or origin)
        return {story: frozenset(found) for story, found in result.items()}

    def _best(self, scored: Sequence[tuple[float, int]], most: int, own: Id) -> frozenset[Id]:
        """Return the ids of the best, without one's own; of equals the smaller ids."""
        ranked = sorted(scored, reverse=True)
        if len(ranked) > 2 * most:  # ids are looked up for those only that can be among the best
            ranked = [pair for pair in ranked if pair[0] >= ranked[most][0]]
        ids, excepted = self._ids(number for _, number in ranked), packed_id(own)
        others = [(-score, ids[number]) for score, number in ranked if ids[number] != excepted]
        return frozenset(unpacked_id(one) for _, one in sorted(others)[:most])

    def _ids(self, numbers: Iterable[int]) -> dict[int, bytes]:
        """Return the packed ids of articles; they have the order of ids."""
        return dict(self._by_key("SELECT number, id FROM articles WHERE number IN", numbers))

    def _counts(self, sql: str, terms: Iterable[int]) -> dict[int, int]:
        """Return how many hold each of the terms: of those that nothing holds, 0."""
        asked = dict.fromkeys(terms, 0)
        asked.update(self._by_key(sql, asked))
        return asked

    def _rows(self, ids: Iterable[bytes]) -> Iterator[tuple[int, Indexed]]:
        for row in self._by_key("SELECT * FROM articles WHERE id IN", ids):
            yield row[0], from_row(row)

    def _by_key(self, sql: str, keys: Iterable[Any]) -> list[Any]:
        """Ask for rows by key, some hundred keys at a time."""
        asked = sorted(set(keys))
        found: list[Any] = []
        for first in range(0, len(asked), _ASKED_MAX):
            some = asked[first : first + _ASKED_MAX]
            found += self._database.execute(f"{sql} ({','.join('?' * len(some))})", some).fetchall()
        return found

    # ------------------------------------------------------------ taking in

    @border()
    def clear(self) -> None:
        """Forget everything."""
        self._database.execute("BEGIN IMMEDIATE")
        for table in ("articles", "grams", "terms", "told"):
            self._database.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        self._database.execute("UPDATE state SET change_id = '', articles = 0, statements = 0")
        self._database.execute("COMMIT")
        self.change_id, self._articles, self._statements = "", 0, 0

    @border()
    def take_in(self, change_id: str, changed: Mapping[Id, Indexed | None]) -> None:
        """Take in decided articles instead of what was known of them (None: nothing any more), in one transaction."""
        before = {one.id: (number, one) for number, one in self._rows(map(packed_id, changed))}
        (last,) = self._database.execute("SELECT coalesce(max(number), 0) FROM articles").fetchone()
        batch = _Batch()
        rows = []
        for article, one in sorted(changed.items()):
            number, old = before.get(article, (0, None))
            if not number and one is not None:
                last += 1
                number = last
                if number > postings.ARTICLE_MAX:  # made anew it is without the numbers of those taken out
                    raise IndexDamaged("the index of neighbours has no number left for an article; the next run makes it anew")
            if old is not None:
                batch.take(number, old, -1)
            if one is not None:
                batch.take(number, one, 1)
                rows.append(to_row(number, one))
        gone = [(before[article][0],) for article, one in changed.items() if one is None and article in before]
        self._write(batch, rows, gone, change_id)

    def _write(self, batch: "_Batch", rows: Sequence[tuple[Any, ...]], gone: Sequence[tuple[int]], change_id: str) -> None:
        write = self._database.executemany
        self._database.execute("BEGIN IMMEDIATE")
        try:
            write("DELETE FROM articles WHERE number = ?", gone)
            write(f"INSERT OR REPLACE INTO articles VALUES ({','.join('?' * 14)})", rows)  # noqa: S608
            write("DELETE FROM grams WHERE gram = ? AND article = ?", sorted(pair for pair, sign in batch.grams.items() if sign < 0))
            write("INSERT OR IGNORE INTO grams VALUES (?, ?)", sorted(pair for pair, sign in batch.grams.items() if sign > 0))
            write("INSERT OR REPLACE INTO terms VALUES (?, ?, ?, ?)", self._terms_after(batch))
            write("INSERT OR REPLACE INTO told VALUES (?, ?)", self._told_after(batch))
            self._articles += batch.articles
            self._statements += batch.statements
            self._database.execute(
                "UPDATE state SET change_id = ?, articles = ?, statements = ?", (change_id, self._articles, self._statements)
            )
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:  # a full disk has ended it already
                self._database.execute("ROLLBACK")
            raise
        self.change_id = change_id

    def _terms_after(self, batch: "_Batch") -> list[tuple[int, int, int, bytes]]:
        touched = batch.in_articles.keys() | batch.in_statements.keys()
        there = {row[0]: row[1:] for row in self._by_key("SELECT * FROM terms WHERE term IN", touched)}
        result = []
        for term in sorted(touched):
            articles, statements, newest = there.get(term, (0, 0, b""))
            change = batch.in_articles.get(term)
            if change is not None:
                articles += change.count
                newest = change.applied(newest, ARTICLES_OF_TERM_MAX)
            result.append((term, articles, statements + batch.in_statements.get(term, 0), newest))
        return result

    def _told_after(self, batch: "_Batch") -> list[tuple[int, bytes]]:
        there = dict(self._by_key("SELECT * FROM told WHERE term_in_topic IN", batch.told))
        return [(key, change.applied(there.get(key, b""), TOLD_OF_TERM_MAX)) for key, change in sorted(batch.told.items())]


def _ranking() -> "ModuleType":
    """Bring numpy in, at the first question: an index that is only brought up to date does without."""
    from tidings.store import ranking  # noqa: PLC0415

    return ranking


def _topic_key(topic: str) -> int:
    return stable_hash(topic)


@dataclass(slots=True)
class _Change:
    """Hold what happens to one list."""

    count: int = 0
    added: list[int] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def applied(self, newest: bytes, most: int) -> bytes:
        if not self.taken and int.from_bytes(newest[-8:], sys.byteorder) < min(self.added):  # nearly always: what comes is the newest
            return (newest + array("Q", sorted(set(self.added))).tobytes())[-8 * most :]
        values = array("Q", newest)
        if self.taken:
            values = array("Q", [one for one in values if one not in self.taken])
        values.extend(self.added)
        return array("Q", sorted(set(values))[-most:]).tobytes()


@dataclass(slots=True)
class _Batch:
    """Gather what a batch of changes does to each list, so that each is written once."""

    articles: int = 0
    statements: int = 0
    in_articles: dict[int, _Change] = field(default_factory=dict)
    in_statements: dict[int, int] = field(default_factory=dict)
    told: dict[int, _Change] = field(default_factory=dict)
    grams: dict[tuple[int, int], int] = field(default_factory=dict)

    def take(self, number: int, one: Indexed, sign: int) -> None:
        """Count an article in (1) or out (-1)."""
        self.articles += sign * bool(one.terms)
        for gram in one.grams:
            self.grams[gram, number] = self.grams.get((gram, number), 0) + sign
        for word, weight in one.terms.items():
            self._list(self.in_articles, hash_term(word), postings.posting(one.at, number, postings.weight_detail(weight)), sign)
        for place, told in enumerate(one.told[: postings.DETAIL_MAX + 1]):
            topic = _topic_key(told.statement.topic)
            self.statements += sign * bool(told.terms)
            for term in told.terms:
                self.in_statements[term] = self.in_statements.get(term, 0) + sign
                self._list(self.told, term ^ topic, postings.posting(one.at, number, place), sign)

    @staticmethod
    def _list(lists: dict[int, _Change], key: int, posting: int, sign: int) -> None:
        change = lists.setdefault(key, _Change())
        change.count += sign
        if sign > 0:
            change.added.append(posting)
            change.taken.discard(posting)
        else:
            change.taken.add(posting)


@contextmanager
def open_index(folder: Path | None) -> Iterator[Index]:
    """Open the index of the store in a folder (None: in memory), made on first use. One that cannot be read is made anew, empty.

    One that turns out to be damaged in use raises IndexDamaged, and is deleted: the next opening begins anew.
    """
    path = folder / FILE_NAME if folder else None
    try:
        database = connect(path)
    except IndexDamaged:
        assert path is not None
        drop(path)
        database = connect(path)
    try:
        with closing(database):
            yield Index(database)
    except IndexDamaged:
        if path:
            drop(path)
        raise
