"""Hold what was told in the topics at hand, and find the told statements nearest to a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise
from math import fsum

from tidings.model import Figure, Id, Statement
from tidings.text.terms import names, sentence_terms, terms
from tidings.text.when import CALENDAR

NEAREST_MAX = 12  # told statements looked at, best first
LONG_LIST = 32  # told statements that hold one term: from here on it pays to ask whether they are worth reading
LIST_MAX = 100  # of a longer list what was told last is read, and only where rarer words have not found enough
_MARGIN = 1e-8  # sums of the same numbers in another order differ by less

Idf = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class ToldStatement:
    """Hold what was told, with what comparing needs."""

    id: Id
    topic: str
    article_id: Id
    story_id: Id
    text: str
    terms: frozenset[str]
    figures: tuple[Figure, ...]
    development_id: Id = ""  # empty: told by a seed or recorded as known
    language: str = ""
    event_date: str = ""  # ISO date or ""
    said_on: str = ""  # ISO date of its article, or ""

    @property
    def names(self) -> frozenset[str]:
        """Return the names; read when they are asked for, as of most told statements they never are."""
        return names_in(self.text, self.language)

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Return the terms that follow each other."""
        return _pairs(self.text, self.language)


Near = tuple[float, ToldStatement]  # the share of a sentence's terms, by weight, that a told one holds


def as_told(statement: Statement, language: str, story_id: Id, development: Id = "", said_on: str = "") -> ToldStatement:
    """Prepare a statement for being compared with; `said_on` is the ISO date of its article."""
    return ToldStatement(
        id=statement.id,
        topic=statement.topic,
        article_id=statement.article_id,
        story_id=story_id,
        text=statement.text,
        terms=frozenset(sentence_terms(statement.text, language)),
        figures=statement.figures,
        development_id=development,
        language=language,
        event_date=statement.event_date,
        said_on=said_on,
    )


@lru_cache(maxsize=5_000)
def _pairs(text: str, language: str) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(sentence_terms(text, language)))


@lru_cache(maxsize=5_000)
def names_in(text: str, language: str) -> frozenset[str]:
    """Return the names in a sentence that are no days or months."""
    return names(text, language) - _calendar(language)


@lru_cache(maxsize=64)
def _calendar(language: str) -> frozenset[str]:
    """Return the terms of days and months: that a day is named is no news, that it is another one is (stages._differences)."""
    return frozenset(term for word in CALENDAR for term in terms(word, language))


@dataclass(slots=True)
class Told:
    """Hold what was told in the topics at hand, by term and by article: grows as articles are decided, in order."""

    by_term: dict[str, dict[str, list[ToldStatement]]] = field(default_factory=dict)  # topic -> term -> what was told with it
    by_article: dict[tuple[str, Id], list[ToldStatement]] = field(default_factory=dict)
    ids: set[tuple[str, Id]] = field(default_factory=set)
    nearest_max: int = NEAREST_MAX  # so many are near a sentence at most,
    share_min: float = 0.0  # and each covers so much of it at least

    def add(self, statement: ToldStatement) -> None:
        """Count a statement as told from now on."""
        if (statement.topic, statement.id) in self.ids:
            return
        self.ids.add((statement.topic, statement.id))
        self.by_article.setdefault((statement.topic, statement.article_id), []).append(statement)
        by_term = self.by_term.setdefault(statement.topic, {})
        for term in statement.terms:
            by_term.setdefault(term, []).append(statement)

    def nearest(self, topic: str, words: frozenset[str], idf: Idf) -> list[Near]:
        """Return the told statements that cover the words best, best first, with the share they cover; ties by article and id."""
        worth = {word: idf(word) for word in words}
        weight = fsum(worth.values())
        if not weight:
            return []
        found = self._candidates(topic, worth, self.share_min * weight)
        shared = {key: fsum(worth[word] for word in words & told.terms) for key, told in found.items()}
        best = sorted(shared, key=lambda key: (-round(shared[key], 9), found[key].article_id, key))[: self.nearest_max]
        return [(shared[key] / weight, found[key]) for key in best if shared[key] / weight >= self.share_min]

    def _candidates(self, topic: str, worth: Mapping[str, float], enough: float) -> dict[Id, ToldStatement]:
        """Return the told statements that may be among the best; one that shares less than `enough` is not.

        Rare words first: once the words left cannot lift a new statement among the best, their lists, the long ones, stay
        unread (Turtle and Flood, 1995), and lists of thousands do so as soon as there are enough candidates.
        """
        shared: dict[Id, float] = {}
        found: dict[Id, ToldStatement] = {}
        rest, unread = fsum(worth.values()), set(worth)
        by_term = self.by_term.get(topic, {})
        lists = {word: by_term.get(word, ()) for word in worth}
        for word in sorted(worth, key=lambda word: (-worth[word], len(lists[word]), word)):
            if rest < enough - _MARGIN:
                break
            known = lists[word]
            many = len(known) > LONG_LIST and len(shared) >= NEAREST_MAX
            if many and (len(known) > LIST_MAX or rest < self._least(shared, enough) - _MARGIN):
                break
            whole = len(known) <= LIST_MAX  # of a list read in part, who else holds the word is asked at the end
            gain = worth[word] if whole else 0.0
            for told in known[-LIST_MAX:]:
                shared[told.id] = shared.get(told.id, 0.0) + gain
                found[told.id] = told
            if whole:
                rest -= gain
                unread.remove(word)

        def whole_share(key: Id) -> float:
            return shared[key] + sum(map(worth.__getitem__, unread & found[key].terms))

        # What the best so far share in all, others have to share too, with all that is left to them.
        first = {key: whole_share(key) for key in nlargest(self.nearest_max, shared, key=shared.__getitem__)}
        least = self._least(first, enough)
        # Those kept are added up again exactly, in no order: this sum depends on the order in which they were read.
        about = {key: whole_share(key) for key, value in shared.items() if value + rest >= least - _MARGIN}
        least = self._least(about, enough)
        return {key: found[key] for key, value in about.items() if value >= least - _MARGIN}

    def _least(self, shared: Mapping[Id, float], enough: float) -> float:
        """Return what a told statement has to share in order to be among the best of these."""
        return max(enough, nlargest(self.nearest_max, shared.values())[-1]) if len(shared) >= self.nearest_max else enough
