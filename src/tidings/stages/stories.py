"""Put an article into the story that reports the same happening, or open a new one.

Single pass over the articles in order of deciding, as in topic detection and tracking (Allan et al., 1998): cosine of
idf-weighted terms, title and lead counted double, against the articles of the open stories. An article joins the story
whose nearest members it resembles, never by a chain alone: the mean with the nearest member and with the story's first article must hold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from tidings.model import Article, Fingerprint, Id

# benchmarks/tune_stories.py on TIDINGS_DATA/stories (ecbplus and allsides, development data): F1 is flat from 0.24 to 0.34.
# Chosen above the middle: happenings of one topic share its words, and a wrong join costs a headline and makes a false confirmation.
SAME_STORY_MIN = 0.33
WINDOW_DAYS = 10  # a story without a new article for so long is closed

Idf = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Member:
    """Hold one article of an open story, as far as comparing needs."""

    article_id: Id
    story_id: Id
    first: bool  # it opened the story
    terms: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Assignment:
    """Say which story an article belongs to, and why. A new story has the article's own id."""

    story_id: Id
    is_new: bool
    score: float
    nearest_id: Id = ""


def length(vector: Mapping[str, float], idf: Idf) -> float:
    """Return the length of a term vector weighted by idf."""
    return sqrt(fsum((weight * idf(term)) ** 2 for term, weight in vector.items()))


def similarity(one: Mapping[str, float], other: Mapping[str, float], idf: Idf, one_length: float | None = None) -> float:
    """Return the cosine of two term vectors weighted by idf, 0 to 1. `one_length` is the first one's `length`, when it is known."""
    dot = fsum(weight * other[term] * idf(term) ** 2 for term, weight in one.items() if term in other)
    if not dot:
        return 0.0
    return dot / ((length(one, idf) if one_length is None else one_length) * length(other, idf))


def assign(article: Article, mark: Fingerprint, open_members: Sequence[Member], idf: Idf, copy_of: Id = "") -> Assignment:
    """Return the story for an article. A copy goes where its original is."""
    others = [member for member in open_members if member.article_id != article.id]
    for member in others:
        if copy_of and member.article_id == copy_of:
            return Assignment(member.story_id, is_new=False, score=1.0, nearest_id=copy_of)
    own_length = length(mark.terms, idf)
    return choose(article.id, [(similarity(mark.terms, member.terms, idf, own_length), member) for member in others])


def choose(article_id: Id, scored: Sequence[tuple[float, Member]], least: float = SAME_STORY_MIN) -> Assignment:
    """Return the story whose nearest and first members an article resembles most, or a new one below `least`."""
    per_story: dict[Id, list[tuple[float, Member]]] = {}
    for score, member in scored:
        per_story.setdefault(member.story_id, []).append((score, member))
    best = Assignment(article_id, is_new=True, score=0.0)
    for story_id in sorted(per_story):
        ranked = sorted(per_story[story_id], key=lambda pair: (-pair[0], pair[1].article_id))
        nearest = ranked[0]
        opener = next((score for score, member in ranked if member.first), nearest[0])
        score = (nearest[0] + opener) / 2
        if score > best.score:
            best = Assignment(story_id, is_new=False, score=round(score, 4), nearest_id=nearest[1].article_id)
    if best.is_new or best.score < least:
        return Assignment(article_id, is_new=True, score=best.score, nearest_id=best.nearest_id)
    return best
