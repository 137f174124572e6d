"""Gather what a batch of articles is compared with: near articles, their stories, told statements, how rare terms are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache, partial
from heapq import nsmallest
from math import fsum, log
from typing import TYPE_CHECKING, Any

from tidings.errors import IndexDamaged
from tidings.model import Article, Fingerprint, Id
from tidings.stages import dedupe, novelty, stories
from tidings.store import decisions as store
from tidings.store.database import Connection
from tidings.store.decisions import StoredArticle, StoredStory, Undecided
from tidings.store.indexed import StoredStatement, hash_term, hashed_terms
from tidings.store.labels import Labels, labels_of
from tidings.store.neighbours import GRAMS_ASKED_MAX, SHARED_GRAMS_MIN, Frequencies, Index, kept_grams
from tidings.store.postings import minute, stored_weight
from tidings.text.shingles import grams, text_hash
from tidings.text.terms import sentence_terms, tokens

if TYPE_CHECKING:
    from tidings.pipeline.comparison import Comparison

NEAR_MAX = 12  # told articles near by terms: kin for stories
NEAR_ASKED_MAX = 2 * NEAR_MAX  # asked of the index: how rare terms are, and so which are nearest, shifts within a batch
RUNS_NEAR_MAX = 6  # told articles near by word runs
TOLD_MAX = 8  # told statements compared, per statement
COMPARED_MAX = 5  # of the articles near by word runs or terms, those compared word for word
COMPARED_MIN = 0.15  # share of word runs, or of the weight of terms, below which a text copies nothing
TOLD_SHARE_MIN = 0.2  # of the weight of a statement's terms: told statements that hold less are not near
CANDIDATES_MAX = (
    100  # articles kept ready for comparing, a quarter of a megabyte each: in a story the same ones are asked for again and again
)
ARTICLES_PRIOR = 10  # articles counted besides, that hold none of the terms: the first few articles have all in common
NONE = Labels()
IDF_MIN = 0.05  # what stands in nearly every text tells next to nothing
_PRIOR = 50  # how many articles' worth of doubt there is about how rare a term is


class Weights(dict[str, float]):
    """Remember how much terms tell: what was asked before is answered without running any Python.

    Hundreds of terms are asked for in each article, and the weights of all change with it. So those of a count are worked out once.
    """

    def __init__(self, total: int, counts: Mapping[int, int]) -> None:
        super().__init__()
        self._counts = counts
        self._of_count: dict[int, float] = {}
        self._texts = total + _PRIOR

    def begin(self, total: int) -> None:
        """Forget what holds no longer: there are so many texts now."""
        self.clear()
        self._of_count.clear()
        self._texts = total + _PRIOR

    def __missing__(self, term: str) -> float:
        """Work out how much a term tells, once."""
        found = self[term] = self.of_hash(hash_term(term))
        return found

    def of_hash(self, term: int) -> float:
        """Return how much a hashed term tells."""
        try:
            count = self._counts[term]
        except KeyError:
            count = 0
        try:
            return self._of_count[count]
        except KeyError:
            found = self._of_count[count] = max(log(self._texts / (count + 1)), IDF_MIN)
            return found


@dataclass(slots=True)
class Frequency:
    """Count in how many texts each term stands: loaded for the terms at hand, and growing as texts are decided, in order."""

    total: int
    counts: dict[int, int]
    idf: Callable[[str], float] = field(init=False)  # how much a term tells: the rarer, the more
    _weights: Weights = field(init=False)  # as they are until the next text is added

    def __post_init__(self) -> None:
        self._weights = Weights(self.total, self.counts)
        self.idf = self._weights.__getitem__

    def add(self, hashes: frozenset[int], instead_of: frozenset[int] = frozenset()) -> None:
        """Count one text more, or the new version of a text instead of the one before; a text without terms is none."""
        self.total += bool(hashes) - bool(instead_of)
        self._weights.begin(self.total)
        for term in hashes - instead_of:
            self.counts[term] = self.counts.get(term, 0) + 1
        for term in instead_of - hashes:
            self.counts[term] = self.counts.get(term, 1) - 1

    def idf_of_hash(self, term: int) -> float:
        """Return how much a hashed term tells."""
        return self._weights.of_hash(term)


class Counts(dict[int, int]):
    """Count terms; what is not known yet is asked of the index."""

    def __init__(self, known: Mapping[int, int], ask: Callable[[Iterable[int]], Frequencies]) -> None:
        super().__init__(known)
        self._ask = ask

    def get(self, term: int, default: Any = 0) -> Any:  # noqa: ARG002 - what no text holds stands in none
        """Return in how many texts a term stands."""
        return self[term]

    def __missing__(self, term: int) -> int:
        """Ask for a term, once."""
        found = self[term] = self._ask([term]).counts.get(term, 0)
        return found


class Articles(dict[Id, StoredArticle]):
    """Hold decided articles with their texts; what was not loaded for the whole batch is loaded when it is asked for."""

    def __init__(self, load: Callable[[Iterable[Id]], Mapping[Id, StoredArticle]]) -> None:
        super().__init__()
        self._load = load

    def load(self, ids: Iterable[Id]) -> None:
        """Load those of the articles that are not at hand."""
        self.update(self._load([one for one in ids if one not in self]))

    def __missing__(self, article: Id) -> StoredArticle:
        """Load one article. Raises IndexDamaged for one that the index names and the store does not know."""
        self.load([article])
        if article not in self:
            raise IndexDamaged("the index of neighbours names an article that is not in the store; the next run makes it anew")
        return self[article]


@dataclass(slots=True)
class Neighbours:
    """Hold the told articles, stories and statements that a batch is compared with; grows as its articles are decided."""

    index: Index
    articles: Articles
    members: dict[Id, stories.Member]
    near_grams: dict[Id, frozenset[Id]]
    near_terms: dict[Id, frozenset[Id]]
    known_stories: dict[Id, StoredStory]
    told: novelty.Told
    article_frequency: Frequency
    statement_frequency: Frequency
    topic_starts: Mapping[str, datetime]
    reported_at: Mapping[Id, datetime] = field(default_factory=dict)  # of the batch's articles
    copies: dict[Id, Id] = field(default_factory=dict)  # copy -> what it copies
    off_topics: dict[Id, frozenset[str]] = field(default_factory=dict)  # of those that users took off a topic
    kept_grams: dict[Id, frozenset[int]] = field(default_factory=dict)  # of the articles at hand and of those decided since
    holders: dict[int, set[Id]] = field(default_factory=dict)  # of those decided since, by word run
    weighed: dict[str, dict[Id, float]] = field(default_factory=dict)  # of those decided since, by term, with its weight there
    is_reported: Callable[[Id], bool] = bool  # of stories that were not looked up
    nearest: dict[Id, frozenset[Id]] = field(default_factory=dict)  # near_by_terms of the articles at hand, once they were asked for
    kept_terms: Mapping[Id, frozenset[int]] = field(default_factory=dict)  # of the earlier versions of the batch's articles
    comparison: "Comparison | None" = None  # across languages, where a model is configured

    def candidate(self, article_id: Id) -> dedupe.Candidate:
        """Prepare a told article for comparing, or remember how it was prepared."""
        known = self.articles[article_id]
        return _candidate(known.article, known.of_kind)


@lru_cache(maxsize=CANDIDATES_MAX)
def _candidate(article: Article, of_kind: str) -> dedupe.Candidate:
    # Without the weighed terms, which comparing does not ask for.
    mark = Fingerprint(article.id, text_hash(article.text), grams(tokens(article.text)), {})
    return dedupe.as_candidate(article, mark, of_kind)


def common(articles: Frequency, term: str) -> float:
    """Return the share of articles that hold a term; few articles give a low one."""
    return float(articles.counts.get(hash_term(term), 0)) / (articles.total + ARTICLES_PRIOR)


def gather(
    connection: Connection,
    index: Index,
    batch: Sequence[Undecided],
    marks: Mapping[Id, Fingerprint],
    comparison: "Comparison | None" = None,
    *,
    weighs_news: bool = False,
) -> Neighbours:
    """Load what the batch's articles are compared with; `weighs_news`: it will be asked how common the terms of statements are, too."""
    edited = {one.article.id: one.story_id for one in batch if one.story_id}
    # What is edited in this batch is found by its earlier version: it must not take the place of another.
    most = NEAR_ASKED_MAX + len(edited)
    by_grams = {one: index.near_by_grams(mark, RUNS_NEAR_MAX + len(edited)) for one, mark in marks.items()}
    by_terms = {one.article.id: index.near_by_terms(marks[one.article.id], one.reported_at, stories.WINDOW_DAYS, most) for one in batch}
    wanted = {other for near in (*by_grams.values(), *by_terms.values()) for other in near} | set(edited.values())
    wanted |= {other for one in batch for other in one.labels.same_story}
    wanted |= comparison.article_ids() if comparison else frozenset()
    found = index.marks(wanted)
    # A story is judged by its first article too, whether or not that one is near.
    found |= index.marks({one.member.story_id for one in found.values()} - found.keys())
    labels, waiting = labels_of(connection, found), store.waiting(connection, found)
    members = {one: replace(mark.member, first=True) if labels.get(one, NONE).same_story else mark.member for one, mark in found.items()}
    # Every term whose weight will be asked for: those that stand for the batch's articles and for the articles they are compared with.
    asked = {term for mark in marks.values() for term in mark.terms} | {term for member in members.values() for term in member.terms}
    if weighs_news:
        asked |= {term for one in batch for said in one.statements for term in sentence_terms(said.text, one.article.language)}
    article_frequency = index.article_frequencies(map(hash_term, asked))
    told, statement_frequency = _gather_told(index, batch)
    near_stories = {one.story_id for one in members.values()} | {story for story in edited.values() if story}
    known_stories = store.stored_stories(connection, near_stories)
    neighbours = Neighbours(
        index=index,
        articles=Articles(partial(store.stored_articles, connection)),
        members=members,
        near_grams={one: near & found.keys() for one, near in by_grams.items()},
        near_terms={one: (near & found.keys()) - waiting for one, near in by_terms.items()},
        known_stories=known_stories,
        told=told,
        article_frequency=Frequency(article_frequency.total, Counts(article_frequency.counts, index.article_frequencies)),
        statement_frequency=statement_frequency,
        topic_starts=store.topic_starts(connection),
        reported_at={one.article.id: one.reported_at for one in batch},
        is_reported=lambda story: store.is_reported(connection, story),
        copies={one: mark.copy_of for one, mark in found.items() if mark.copy_of},
        off_topics={one: label.off_topics for one, label in labels.items() if label.off_topics},
        kept_grams={one: mark.grams for one, mark in found.items()},
        kept_terms={one: frozenset(map(hash_term, mark.member.terms)) for one, mark in index.marks(edited).items()},
        comparison=comparison,
    )
    likely = {
        other
        for one, mark in marks.items()
        for other in compared(mark, neighbours.near_grams[one] | neighbours.near_terms[one], neighbours)
    }
    neighbours.articles.load(likely | (comparison.article_ids() if comparison else frozenset()))
    return neighbours


def _gather_told(index: Index, batch: Sequence[Undecided]) -> tuple[novelty.Told, Frequency]:
    """Load the told statements near those of the batch, and how rare the terms of these are."""
    said = [[(statement.topic, hashed_terms(statement.text, one.article.language)) for statement in one.statements] for one in batch]
    named = {
        hash_term(name) for one in batch for statement in one.statements for name in novelty.names_in(statement.text, one.article.language)
    }
    frequency = index.statement_frequencies(named.union(*(words for each in said for _, words in each)))
    places = set().union(*(index.near_told(each, frequency, TOLD_MAX + 2, TOLD_SHARE_MIN - 0.01) for each in said))
    # Those that share next to nothing with a sentence are not near it, as in the index.
    told, found = novelty.Told(nearest_max=TOLD_MAX, share_min=TOLD_SHARE_MIN), index.told(places)
    for known in found:
        told.add(as_told(known))
    known_terms = index.statement_frequencies({term for known in found for term in known.terms} - frequency.counts.keys())
    counts = Counts({**frequency.counts, **known_terms.counts}, index.statement_frequencies)
    return told, Frequency(frequency.total, counts)


def as_told(known: StoredStatement) -> novelty.ToldStatement:
    """Prepare a told statement for being compared with."""
    return novelty.as_told(known.statement, known.language, known.story_id, known.development_id, known.said_on)


def member_of(known: StoredArticle, weighed: Mapping[str, float]) -> stories.Member:
    """Make a decided article a member of its story; one that a label placed there stands for it as the first one does."""
    opens = known.story_id == known.article.id or bool(known.labels.same_story)
    return stories.member_of(known.article, known.story_id, weighed, first=opens)


def compared(mark: Fingerprint, near: frozenset[Id], neighbours: Neighbours) -> list[Id]:
    """Return those of the near articles that the text may copy: the few that share most word runs or are most alike in terms."""
    asked, idf = frozenset(kept_grams(mark, GRAMS_ASKED_MAX)), neighbours.article_frequency.idf
    weights = {term: (weight * idf(term)) ** 2 for term, weight in mark.terms.items()}
    whole = fsum(weights.values())
    alike = {}
    for other in near & neighbours.members.keys():
        theirs = neighbours.kept_grams.get(other, frozenset())
        shared = len(theirs & asked) / max(1, min(len(theirs), len(asked)))
        alike[other] = round(
            max(shared, fsum(weights[term] for term in weights.keys() & neighbours.members[other].terms.keys()) / (whole or 1)), 6
        )
    likely = (other for other, share in alike.items() if share >= COMPARED_MIN)
    return sorted(likely, key=lambda other: (-alike[other], other))[:COMPARED_MAX]


def near_by_grams(article_id: Id, mark: Fingerprint, neighbours: Neighbours) -> frozenset[Id]:
    """Return the few articles that share most word runs, of those from the store and those decided since."""
    asked = frozenset(kept_grams(mark, GRAMS_ASKED_MAX))
    near = neighbours.near_grams.get(article_id, frozenset()).union(*(neighbours.holders.get(gram, ()) for gram in asked)) - {article_id}
    shared = {other: count for other in near if (count := len(neighbours.kept_grams[other] & asked)) >= SHARED_GRAMS_MIN}
    return frozenset(sorted(shared, key=lambda other: (-shared[other], other))[:RUNS_NEAR_MAX])


def near_by_terms(article_id: Id, mark: Fingerprint, neighbours: Neighbours) -> frozenset[Id]:
    """Return the few articles that share the heaviest, rarest terms: of those from the store and those decided since, as one query would."""
    if article_id in neighbours.nearest:  # asked for copies, and asked again for the story
        return neighbours.nearest[article_id]
    idf = neighbours.article_frequency.idf
    weights = {term: weight * idf(term) ** 2 for term, weight in mark.terms.items()}
    worth: dict[Id, list[float]] = {}
    for term in weights.keys() & neighbours.weighed.keys():
        for other, weight in neighbours.weighed[term].items():
            worth.setdefault(other, []).append(weights[term] * weight)
    oldest = minute(neighbours.reported_at[article_id]) - stories.WINDOW_DAYS * 24 * 60
    worth = {other: each for other, each in worth.items() if minute(neighbours.reported_at[other]) >= oldest}
    for other in neighbours.near_terms.get(article_id, frozenset()) - worth.keys():
        theirs = neighbours.members[other].terms
        if shared := weights.keys() & theirs.keys():  # otherwise the index would not have found it
            worth[other] = [weights[term] * stored_weight(theirs[term]) for term in shared]  # as the index weighs them
    scores = {other: round(fsum(each), 6) for other, each in worth.items() if other != article_id}
    neighbours.nearest[article_id] = frozenset(nsmallest(NEAR_MAX, scores, key=lambda other: (-scores[other], other)))
    return neighbours.nearest[article_id]
