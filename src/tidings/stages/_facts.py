"""Compare what two aligned sentences say, fact by fact: figures, numbers, names, opposites, words put in place of others."""

from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from math import fsum
from typing import Protocol, TypeVar

from tidings.model import Figure
from tidings.stages._fact_words import (
    ARTICLES,
    BODIES,
    CEASE_FIRE,
    CEASEFIRE,
    DAYS,
    OTHER_NAMES,
    RELATIVE_DAYS,
    SAME_DAYS,
    SAME_EVENT,
    TITLES,
)
from tidings.text.opposites import opposed
from tidings.text.terms import terms

ALIGNED_MAX = 3  # told sentences that one sentence may be put together from
ALIGNED_SHARE_MIN = 0.10  # of a sentence's weight: a further told sentence has to cover so much more
NEAR_BEST = 0.10  # told statements that cover as much as the best one, but for this, speak of the same
REPLACED_TERMS_MAX = 200
REPLACED_SHARED_MIN = 0.70  # of the terms of either sentence: only then is one copied from the other, but for a word

Idf = Callable[[str], float]
Differ = Callable[[Sequence[Figure], Sequence[Figure]], tuple[Figure, Figure] | None]


class Said(Protocol):
    """Describe a sentence ready for comparing: its words, terms, names and figures."""

    @property
    def id(self) -> str: ...
    @property
    def article_id(self) -> str: ...
    @property
    def story_id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def terms(self) -> frozenset[str]: ...
    @property
    def names(self) -> frozenset[str]: ...
    @property
    def figures(self) -> tuple[Figure, ...]: ...
    @property
    def language(self) -> str: ...
    @property
    def event_date(self) -> str: ...
    @property
    def said_on(self) -> str: ...


Sentence = TypeVar("Sentence", bound=Said)


def weigh(words: Iterable[str], idf: Idf) -> float:
    """Return the summed idf of terms; fsum, so that the order of a set changes nothing."""
    return fsum(map(idf, words))


def aligned(subject: Said, near: Sequence[Sentence], idf: Idf) -> tuple[list[Sentence], float]:
    """Return the few told sentences that together cover a sentence best (it may be put together from two), and the share they cover."""
    whole = weigh(subject.terms, idf)
    chosen: list[Sentence] = []
    covered: frozenset[str] = frozenset()
    while near and whole and len(chosen) < ALIGNED_MAX:
        best = max(near, key=lambda one: round(weigh((subject.terms & one.terms) - covered, idf), 9))  # the nearest of equals
        gained = weigh((subject.terms & best.terms) - covered, idf)
        if gained <= 0 or (chosen and gained < ALIGNED_SHARE_MIN * whole):
            break
        chosen.append(best)
        covered |= subject.terms & best.terms
    return chosen, weigh(covered, idf) / whole if whole else 0.0


def changed_figure(
    subject: Said, comparable: Sequence[tuple[float, Sentence]], differ: Differ
) -> tuple[Sentence, tuple[Figure, Figure]] | None:
    """Return the near sentence that gives another value for a figure; None when one of them states them all.

    It is the nearest, or of those about as near (each comes with its share, best first) the one told last: 22, then 29, then 33.
    Where the same story told another figure under all the names of a sentence, another story that lacks one of them states the
    figure by chance (`make soak`: a toll rose from 4 to 7, and 7 had died in another fire of that town).
    """
    found: list[tuple[float, Sentence, tuple[Figure, Figure]]] = []
    stating: list[Sentence] = []
    for share, other in comparable if subject.figures else ():
        if not other.figures:
            continue
        pair = differ(subject.figures, other.figures)
        if pair is not None:
            found.append((share, other, pair))
        elif _states(subject.figures, other.figures):
            stating.append(other)
    if stating:
        found = [one for one in found if one[1].story_id == subject.story_id and subject.names <= one[1].terms]
    if any(other.story_id == subject.story_id or subject.names <= other.terms for other in stating):
        return None
    return _told_last(found) if found else None


def _told_last(found: Sequence[tuple[float, Sentence, tuple[Figure, Figure]]]) -> tuple[Sentence, tuple[Figure, Figure]]:
    share, first, (figure, _) = found[0]
    same = [
        (other, pair)
        for near, other, pair in found
        if near >= share - NEAR_BEST and pair[0].measure == figure.measure and other.story_id == first.story_id
    ]
    return max(same, key=lambda one: (one[0].said_on, -_distance(*one[1])))


def _distance(mine: Figure, theirs: Figure) -> float:
    """Return how far a figure is from a told one: of those told on one day the nearest is the latest, as long as a toll only grows."""
    return abs((mine.value_low or 0.0) - (theirs.value_low or 0.0))


def _states(figures: Sequence[Figure], told: Sequence[Figure]) -> bool:
    values = {(figure.measure, figure.value_low) for figure in told}
    return all((figure.measure, figure.value_low) in values for figure in figures if figure.value_low is not None)


def opposite(subject: Said, near: Sequence[Said], idf: Idf) -> str:
    """Return how a sentence contradicts the nearest one, unless another as near says the same as it."""
    best = near[0]
    found = opposed(subject.text, best.text)
    if found and any(_as_close(subject, other, best, idf) and not opposed(subject.text, other.text) for other in near[1:]):
        return ""
    return found


def _as_close(subject: Said, other: Said, best: Said, idf: Idf) -> bool:
    return weigh(subject.terms & other.terms, idf) >= 0.95 * weigh(subject.terms & best.terms, idf)


def other_numbers(subject: Said, known: Sequence[Said]) -> list[str]:
    """Return the numbers of a sentence that none of the known ones holds, in digits, in words, or in thousands or millions."""
    told = {number for other in known for number in numbers(other)}
    stated = {term for other in known for term in _stated_numbers(subject, other)}
    missing = numbers(subject) - told - stated - ARTICLES
    return sorted(number for number in missing if not any(_same_number(number, other) for other in told))


def _same_number(one: str, other: str) -> bool:
    """Tell whether two numbers differ only in thousands or millions written as a word, or in what a page glued to one ("1987.7")."""
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter) and (
        longer[len(shorter) :] in {"000", "000000"} or (len(shorter) >= 4 and longer[len(shorter)] == ".")
    )


def other_bound(subject: Said, told: Iterable[Said]) -> str:
    """Return how a sentence gives a told figure the other bound ("almost 70 -> over 70"), or an empty string."""
    for figure in subject.figures:
        same = [
            figure_told
            for other in told
            for figure_told in other.figures
            if figure.value_low is not None and figure_told.value_low == figure.value_low and figure_told.measure == figure.measure
        ]
        bounds = {bound for one in same for bound in (_bound(one),)}
        if same and _bound(figure) and bounds == {-_bound(figure)}:
            return f"{same[0].words} -> {figure.words} ({figure.measure})"
    return ""


def _bound(figure: Figure) -> int:
    """Return 1 for a figure that is a lower bound, -1 for an upper one, 0 for none."""
    return (figure.qualifier in {"at_least", "more_than"}) - (figure.qualifier in {"nearly", "up_to", "less_than"})


def changed_numbers(subject: Said, near: Sequence[Said]) -> str:
    """Return the number that a sentence puts where the nearest one has another, whatever it counts, in any language."""
    best = near[0]
    mine = numbers(subject) - numbers(best) - _stated_numbers(subject, best)
    theirs = numbers(best) - numbers(subject) - _stated_numbers(best, subject)
    told = {number for other in near for number in numbers(other)}
    if not mine or not theirs or mine <= told:
        return ""
    return f"{' '.join(sorted(theirs))} -> {' '.join(sorted(mine - told))}"


def numbers(said: Said) -> frozenset[str]:
    """Return the numbers of a sentence, as digits."""
    return frozenset(term for term in said.terms if term[0].isdigit())


def _stated_numbers(one: Said, other: Said) -> frozenset[str]:
    """Return the numbers of the figures that the other states too, in whatever words: 41 and forty-one."""
    values = {(figure.measure, figure.value_low) for figure in other.figures if figure.value_low is not None}
    return frozenset(term for figure in one.figures if (figure.measure, figure.value_low) in values for term in terms(figure.words))


def other_names(subject: Said, known: Iterable[Said], besides: frozenset[str] = TITLES, days: frozenset[str] = frozenset()) -> list[str]:
    """Return the names (and days, if given) of a sentence that none of the known ones holds: in no spelling, as no people of a country, as no abbreviation."""
    said = list(known)
    words = {term for other in said for term in other.terms}
    missing = sorted(((subject.names | days) & subject.terms) - words - besides)
    if not missing:
        return []
    initials, spelled_out = [_initials(other.text) for other in said], _initials(subject.text)
    # "SDF" for the Syrian Democratic Forces, and the Department of Natural Resources for the DNR
    short = {word for word in words if 3 <= len(word) <= 6 and word in spelled_out}
    return [
        name
        for name in missing
        if not OTHER_NAMES.get(name, frozenset()) & words
        and not any(name in letters for letters in initials if 2 <= len(name) <= 6)
        and not any(name[0] in word for word in short)
        and not any(spelled_alike(name, other) for other in words)
    ]


def new_name(subject: Said, near: Iterable[Said]) -> str:
    """Return a name that none of the near sentences holds in any form."""
    known = {term for other in near for term in other.terms}
    return next((name for name in sorted(subject.names - known) if not any(_respelled(name, other) for other in known)), "")


def _respelled(one: str, other: str) -> bool:
    """Tell whether two names differ only in vowels or in a short ending: Saraqib and Saraqeb, Syria and Syrias."""
    if one[:1] != other[:1]:
        return False
    shorter, longer = sorted((one, other), key=len)
    return _skeleton(one) == _skeleton(other) or (longer.startswith(shorter) and len(shorter) >= 4 and len(longer) - len(shorter) <= 2)


def _initials(text: str) -> str:
    """Return the first letters of a text's capitalised words, run together: "Syrian Democratic Forces" holds "sdf"."""
    return "".join(word[0].lower() for word in text.replace("-", " ").split() if word[0].isupper())


def spelled_alike(one: str, other: str) -> bool:
    """Tell whether two words differ only in vowels or in a short ending: Saraqib and Saraqeb, Syria and Syrian."""
    if one[:1] != other[:1]:
        return False
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= 4 and longer.startswith(shorter[: max(4, len(shorter) - 2)]) and len(longer) - len(shorter) <= 5:
        return True
    return _skeleton(one) == _skeleton(other)


def _skeleton(word: str) -> str:
    plain = word.replace("q", "k").replace("ch", "c").replace("z", "s")
    return "".join(char for char in plain if char not in "aeiouyw'h")


def replaced(subject: Said, told: Sequence[Said]) -> str:
    """Return the words that a copied sentence puts where the one it copies has others ("airstrike -> shelling"), or an empty string.

    What only moved, is told in one of the other sentences given, or is spelled in another way is no difference.
    """
    best = told[0]
    if len(subject.terms & best.terms) < REPLACED_SHARED_MIN * max(len(subject.terms), len(best.terms)):
        return ""
    mine, theirs = (terms(said.text, said.language)[:REPLACED_TERMS_MAX] for said in (subject, best))
    known = {term for other in told for term in other.terms} | (DAYS | RELATIVE_DAYS if same_day(subject, told) else frozenset())
    for kind, start, end, from_, to in SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes():
        if kind != "replace":
            continue
        gone = [term for term in theirs[start:end] if term not in subject.terms]
        new = [term for term in mine[from_:to] if term not in known and not any(_alike(term, other) for other in gone)]
        if gone and new:
            return f"{' '.join(gone[:4])} -> {' '.join(new[:4])}"
    return ""


def _alike(one: str, other: str) -> bool:
    return other in SAME_DAYS.get(one, ()) or spelled_alike(one, other)


def same_day(subject: Said, told: Iterable[Said]) -> bool:
    """Tell whether a sentence and one of the told ones speak of the same day, in whatever words: yesterday, and on Tuesday."""
    return bool(subject.event_date) and any(other.event_date == subject.event_date for other in told)


def own_facts(subject: Said, known: Sequence[Said]) -> list[str]:
    """Return what makes a fact of a rewritten sentence and stands in none of the known ones: names, numbers, happenings."""
    words = {term for other in known for term in other.terms}
    if words >= CEASE_FIRE:
        words |= CEASEFIRE
    happened = sorted(term for term in subject.terms if term in SAME_EVENT and not SAME_EVENT[term] & words)
    days = frozenset() if same_day(subject, known) else DAYS
    return other_names(subject, known, TITLES | BODIES, days) + other_numbers(subject, known) + happened
