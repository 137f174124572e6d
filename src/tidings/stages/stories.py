"""Put an article into the story that reports the same happening, or open a new one.

Single pass over the articles in order of deciding, as in topic detection and tracking (Allan et al., 1998). Each article of the open
stories at hand is compared with the new one: cosine of idf-weighted terms, how much of each lead's names the other text holds, years.
A story's score is the mean over its articles at hand (average link, UPGMA: Sokal and Michener, 1958), so that no chain of likenesses
joins what is not alike itself. Two leads that share none of their names are kept apart, however alike their words: two strikes in two
towns. Tolls do not keep apart: they change within a story.

Across languages only names, numbers and, where given, the likeness of meaning are compared.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, sqrt
from operator import mul

from tidings.model import Article, Fingerprint, Id
from tidings.stages._story_terms import lead_names, lead_of, years
from tidings.stages.bounds import SAME_STORY_MIN

# Fitted as SAME_STORY_MIN was, on the same data.
NAMES_WEIGHT = 0.10
SAME_YEAR = 0.05
OTHER_YEAR = -0.10
OTHER_NAMES = -0.90  # a veto: -0.1 and -0.9 measure the same; copies do not come here
NAMES_UNKNOWN = 0.4  # the middle of what is found where both leads hold names
ACROSS_NAMES_MIN = 2  # shared between languages, besides a number: names of a topic alone stand in all its stories
ACROSS_NUMBERS_MIN = 1
NAME_LETTERS = 4  # by which names of two languages are compared
# Not fitted: no labelled set holds more than one language. A cosine of meaning from here on speaks for the same happening.
ALIKE_MIN = 0.5
ALIKE_ACROSS_MIN = 0.7
ALIKE_WEIGHT = 0.3
WINDOW_DAYS = 10  # a story without a new article for so long is closed

NAMES_SHOWN_MAX = 3

Idf = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Member:
    """Hold one article of an open story, as far as comparing needs."""

    article_id: Id
    story_id: Id
    first: bool  # it opened the story
    terms: Mapping[str, float]
    lead: str = ""
    language: str = ""
    published_year: str = ""
    years: frozenset[str] = field(init=False)  # that it speaks of

    def __post_init__(self) -> None:
        """Look for the years once: a member is compared with many."""
        object.__setattr__(self, "years", years(self.terms))


@dataclass(frozen=True, slots=True)
class Assignment:
    """Say which story an article belongs to, and why. A new story has the article's own id."""

    story_id: Id
    is_new: bool
    score: float
    nearest_id: Id = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Hold what speaks for and against one happening behind two articles."""

    words: float  # cosine
    names: float | None = None  # mean share of one lead's names that the other article holds; None: one has none
    other_names: tuple[str, str] | None = None  # theirs, ours, where none is shared
    year: int = 0  # 1 one year in both, but for that of publication; -1 other years; 0 not told
    meaning: float | None = None
    across: bool = False  # two languages

    @property
    def score(self) -> float:
        """Return one number, about 0 to 1.3."""
        if self.across:
            by_meaning = SAME_STORY_MIN + ALIKE_WEIGHT * (self.meaning - ALIKE_ACROSS_MIN) if self.meaning is not None else 0.0
            return max(self.words, by_meaning)
        named = NAMES_UNKNOWN if self.names is None else self.names
        found = self.words + NAMES_WEIGHT * named + (SAME_YEAR if self.year > 0 else OTHER_YEAR if self.year < 0 else 0.0)
        if self.meaning is not None:
            found += ALIKE_WEIGHT * (self.meaning - ALIKE_MIN)
        return found + (OTHER_NAMES if self.other_names else 0.0)

    @property
    def shown(self) -> str:
        """Return the evidence in words."""
        parts = [f"{'names and numbers' if self.across else 'words'} {self.words:.2f}"]
        if self.other_names:
            parts.append(f"other names ({self.other_names[0]} / {self.other_names[1]})")
        elif self.names is not None:
            parts.append(f"names of the lead {self.names:.2f}")
        if self.year:
            parts.append("same year" if self.year > 0 else "other year")
        if self.meaning is not None:
            parts.append(f"meaning {self.meaning:.2f}")
        return ", ".join(parts)


def member_of(article: Article, story_id: Id, terms: Mapping[str, float], *, first: bool) -> Member:
    """Make a member of a decided article; `terms` are its fingerprint's."""
    return Member(article.id, story_id, first, terms, lead_of(article), article.language, _year_of(article))


def length(vector: Mapping[str, float], idf: Idf) -> float:
    """Return the length of a term vector weighted by idf."""
    weighed = list(map(mul, vector.values(), map(idf, vector)))
    return sqrt(fsum(map(mul, weighed, weighed)))


def similarity(one: Mapping[str, float], other: Mapping[str, float], idf: Idf, one_length: float | None = None) -> float:
    """Return the cosine of two term vectors weighted by idf, 0 to 1. `one_length` is the first one's `length`, when it is known."""
    dot = fsum([one[term] * other[term] * idf(term) ** 2 for term in one.keys() & other.keys()])
    if not dot:
        return 0.0
    return dot / ((length(one, idf) if one_length is None else one_length) * length(other, idf))


def assign(
    article: Article,
    mark: Fingerprint,
    open_members: Sequence[Member],
    idf: Idf,
    copy_of: Id = "",
    alike: Mapping[Id, float] | None = None,
) -> Assignment:
    """Return the story for an article. A copy goes where its original is.

    `alike` gives, by article id, the cosine of meaning of the article and a member, where it is known.
    """
    others = [member for member in open_members if member.article_id != article.id]
    for member in others:
        if copy_of and member.article_id == copy_of:
            return Assignment(member.story_id, is_new=False, score=1.0, nearest_id=copy_of, evidence="a copy goes with its original")
    own = member_of(article, "", mark.terms, first=False)
    own_length = length(mark.terms, idf)
    return choose(article.id, [(compare(own, member, idf, own_length, (alike or {}).get(member.article_id)), member) for member in others])


def compare(own: Member, other: Member, idf: Idf, own_length: float | None = None, meaning: float | None = None) -> Likeness:
    """Measure how alike a new article and a member are."""
    if own.language and other.language and own.language != other.language:
        return Likeness(_across(own, other), meaning=meaning, across=True)
    words = similarity(own.terms, other.terms, idf, own_length)
    ours, theirs = lead_names(own.lead, own.language), lead_names(other.lead, other.language)
    year = _same_year(own, other)
    if not (ours and theirs):
        return Likeness(words, year=year, meaning=meaning)
    forward, backward = _share(ours, theirs, other.terms, idf), _share(theirs, ours, own.terms, idf)
    apart = (_named(theirs, idf), _named(ours, idf)) if not (forward or backward) else None
    return Likeness(words, (forward + backward) / 2, apart, year, meaning)


def choose(article_id: Id, scored: Sequence[tuple[Likeness, Member]], least: float = SAME_STORY_MIN) -> Assignment:
    """Return the story whose members at hand an article resembles most, on the mean, or a new one below `least`."""
    per_story: dict[Id, list[tuple[float, Likeness, Member]]] = {}
    for found, member in scored:
        per_story.setdefault(member.story_id, []).append((found.score, found, member))
    best = Assignment(article_id, is_new=True, score=0.0)
    most = -1.0  # a veto makes a score negative
    for story_id in sorted(per_story):
        ranked = sorted(per_story[story_id], key=lambda each: (-each[0], each[2].article_id))
        score = round(fsum(each[0] for each in ranked) / len(ranked), 4)
        if score > most:
            most, shown = score, ranked[0][1].shown
            if len(ranked) > 1:
                shown += f"; mean of {len(ranked)} articles {score:.2f}"
            best = Assignment(story_id, is_new=False, score=max(score, 0.0), nearest_id=ranked[0][2].article_id, evidence=shown)
    if best.is_new or most >= least:
        return best
    return Assignment(article_id, is_new=True, score=best.score, nearest_id=best.nearest_id, evidence=f"kept apart: {best.evidence}")


def _year_of(article: Article) -> str:
    return str((article.published_at or article.first_seen_at).year)


def _same_year(own: Member, other: Member) -> int:
    """Return 1 for one year in both, -1 for other years, 0 where it is not told: the year of publication is everybody's."""
    ours, theirs = own.years, other.years
    if not (ours and theirs):
        return 0
    shared = ours & theirs
    return 0 if shared and shared <= {own.published_year, other.published_year} else 1 if shared else -1


def _across(own: Member, other: Member) -> float:
    """Return the share of names and numbers, which translation leaves, that two languages share; nothing where they are too few."""
    ours, theirs = _lasting(own), _lasting(other)
    shared = ours & theirs
    numbers = frozenset(key for key in shared if key[0].isdigit())
    if len(numbers - years(numbers)) < ACROSS_NUMBERS_MIN or len(shared - numbers) < ACROSS_NAMES_MIN:
        return 0.0
    return len(shared) / min(len(ours), len(theirs))


def _lasting(one: Member) -> frozenset[str]:
    """Return the numbers of an article and the beginnings of its lead's names: endings and stems differ from language to language."""
    named = {name[:NAME_LETTERS] for name in lead_names(one.lead, one.language)}
    return frozenset(named | {term for term in one.terms if term[0].isdigit()})


def _share(named: frozenset[str], lead: frozenset[str], terms: Mapping[str, float], idf: Idf) -> float:
    """Return how much of the names stands in a lead or among the terms."""
    held = [idf(name) for name in named if name in lead or name in terms]
    return fsum(held) / fsum(map(idf, named)) if held else 0.0


def _named(found: frozenset[str], idf: Idf) -> str:
    return " ".join(sorted(found, key=lambda name: (-idf(name), name))[:NAMES_SHOWN_MAX])
