"""Find the fact that sets a sentence apart from the told ones that it nearly repeats."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import fsum

from tidings.model import Figure, Kind
from tidings.stages._fact_words import TITLES
from tidings.stages._facts import NEAR_BEST, Differ, changed_figure, opposite, other_names, other_numbers
from tidings.stages._told import Idf, Near, ToldStatement
from tidings.stages.figure_changes import is_toll
from tidings.text.opposites import done_again, opposed, other_agent, other_side, quantified, same_deed
from tidings.text.when import dates_speech, possible_days

# A sentence so near to a told one that says the opposite is its reversal.
OPPOSITE_MIN = 0.50
# From here on a told statement speaks of the same thing closely enough for its figures to be compared,
COMPARABLE_MIN = 0.45
# and from here on in full: every other fact.
COVERED_MIN = 0.62
# Of a toll that stands for itself less need be shared, within a story. Not fitted: in the labelled files no story has two such tolls.
TOLL_MIN = 0.20
_PERIOD = re.compile(r"\b(?:since|so far this|(?:year|month|week|decade)s?|overall|altogether)\b", re.IGNORECASE)
# What goes on for weeks or years has a toll of its own: it is spoken of in both sentences, or they count different things.
_LASTING = re.compile(r"\b(?:war|conflict|offensive|campaign|uprising|revolution|unrest|pandemic|epidemic|outbreak)s?\b", re.IGNORECASE)
NEW_NAME_IDF_SHARE = 0.12  # a name that no near statement holds, of this weight in the sentence, is another actor or place


@dataclass(frozen=True, slots=True)
class Difference:
    """Say what a sentence puts otherwise than a told one."""

    kind: Kind
    reason: str
    against: ToldStatement
    evidence: str


def difference(
    subject: ToldStatement, nearest: Sequence[Near], idf: Idf, differ: Differ, *, told: bool, correction: bool
) -> Difference | None:
    """Return the first decisive fact in which a sentence differs from the nearest told ones, most alike first, each with its coverage.

    `told`: all in all it is told, so smaller differences decide.
    """
    coverage, best = nearest[0]
    enough = COMPARABLE_MIN if told or correction else COVERED_MIN
    if found := _figure(subject, [near for near in nearest if near[0] >= enough], differ, correction=correction):
        return found
    if found := _toll(subject, nearest, differ, correction=correction):
        return found
    if coverage >= OPPOSITE_MIN and (words := opposite(subject, [other for _, other in nearest], idf)):
        return Difference(Kind.CORRECTION if correction else Kind.REVERSAL, "opposite", best, words)
    if turn := _next_turn(subject, [other for share, other in nearest if share >= OPPOSITE_MIN], correction=correction):
        return turn
    if not told and coverage < COVERED_MIN:
        return None
    near = [other for share, other in nearest if share >= coverage - NEAR_BEST]
    if words := _changed_numbers(subject, near):
        if not correction and (days := _elsewhere(subject, best)):
            return Difference(Kind.NEW_STATEMENT, "day", best, days)
        return Difference(Kind.CORRECTION if correction else Kind.CHANGED_FIGURE, "figure", best, words)
    return _other_happening(subject, near, idf)


def _figure(subject: ToldStatement, comparable: Sequence[Near], differ: Differ, *, correction: bool) -> Difference | None:
    """Return what has another figure: another story's, of another day, is another happening's, and replaces nothing.

    A figure that any near statement states already is not changed, whatever the others say; but another happening's toll that
    is the same by chance states nothing of this one.
    """
    here = [near for near in comparable if correction or not _elsewhere(subject, near[1])]
    found = changed_figure(subject, here, differ)
    if found is None and len(here) < len(comparable) and (apart := changed_figure(subject, comparable, differ)):
        return Difference(Kind.NEW_STATEMENT, "day", apart[0], _elsewhere(subject, apart[0]))
    if found is None:
        return None
    other, (mine, theirs) = found
    words = f"{theirs.words} -> {mine.words} ({mine.measure})"
    return Difference(Kind.CORRECTION if correction else Kind.CHANGED_FIGURE, "figure", other, words)


def _toll(subject: ToldStatement, nearest: Sequence[Near], differ: Differ, *, correction: bool) -> Difference | None:
    """Return the toll told in other words by the same story, where a sentence gives another: "killed 24", then "the death toll is 29".

    The sentence names nobody and no place that the told one does not, and no period: the toll of a year or of a war is another.
    Of sentences so little alike a lower toll counts a part ("children"), or other dead: only a higher one replaces.
    """
    tolls = tuple(filter(is_toll, subject.figures))
    if not tolls or _PERIOD.search(subject.text):
        return None
    same = [
        (share, other)
        for share, other in nearest
        if share >= TOLL_MIN and other.story_id == subject.story_id and subject.names <= other.terms and not _lasts_longer(subject, other)
    ]
    found = _figure(replace(subject, figures=tolls), same, differ, correction=correction)
    return found if found and (correction or _risen(tolls, found.against)) else None


def _lasts_longer(subject: ToldStatement, other: ToldStatement) -> bool:
    """Tell whether a sentence speaks of something that lasts, which the told one does not name."""
    return any(word[0].lower() not in other.text.lower() for word in _LASTING.finditer(subject.text))


def _risen(tolls: Sequence[Figure], other: ToldStatement) -> bool:
    """Tell whether one of the tolls is higher than all of the dead that a told statement counts."""
    told = [figure.value_high for figure in other.figures if figure.measure == "killed" and figure.value_high is not None]
    return any(toll.value_low is not None and toll.value_low > max(told, default=0.0) for toll in tolls)


def _elsewhere(subject: ToldStatement, other: ToldStatement) -> str:
    """Return the days of what another story told and of a sentence, where these are others."""
    return _other_day(subject, [other]) if subject.story_id != other.story_id else ""


def _next_turn(subject: ToldStatement, near: Sequence[ToldStatement], *, correction: bool) -> Difference | None:
    """Return what undoes the turn told last, though an older statement says the same: taken, lost, taken again."""
    turns = [(_day_of(other), words, reason, other) for other in near for words, reason in [_turned(subject, other)] if words]
    alike = [_day_of(other) for other in near if _is_same_turn(subject, other)]
    if not turns or not alike:
        return None
    day, words, reason, other = max(turns, key=lambda turn: (turn[0], turn[3].id))
    if not min(alike) or not max(alike) < day < _day_of(subject):
        return None
    if reason == "actor":
        return Difference(Kind.NEW_STATEMENT, reason, other, words)
    return Difference(Kind.CORRECTION if correction else Kind.REVERSAL, reason, other, words)


def _turned(subject: ToldStatement, other: ToldStatement) -> tuple[str, str]:
    """Return how a told statement is undone, and the reason: it says the opposite, or the same deed is the other side's."""
    if words := opposed(subject.text, other.text):
        return words, "opposite"
    words = other_side(subject.text, other.text)
    return (words, "actor") if words and same_deed(subject.text, other.text) else ("", "")


def _is_same_turn(subject: ToldStatement, other: ToldStatement) -> bool:
    return same_deed(subject.text, other.text) and not _turned(subject, other)[0]


def _day_of(one: ToldStatement) -> str:
    return one.event_date or one.said_on


def _other_happening(subject: ToldStatement, near: Sequence[ToldStatement], idf: Idf) -> Difference | None:
    """Return what makes a sentence tell of more, of others or of another day, in nearly the same words."""
    best = near[0]
    if words := quantified(subject.text, best.text):
        return Difference(Kind.NEW_STATEMENT, "quantifier", best, words)
    sides = [other_side(subject.text, other.text) or other_agent(subject.text, other.text) for other in near]
    if all(sides):
        return Difference(Kind.NEW_STATEMENT, "actor", best, sides[0])
    if words := _other_day(subject, near):
        return Difference(Kind.NEW_STATEMENT, "day", best, words)
    if (words := done_again(subject.text)) and all(_was_before(other, subject) for other in near):
        return Difference(Kind.NEW_STATEMENT, "day", best, f"{_day_of(best)} -> {words}")
    weight = fsum(map(idf, subject.terms))
    heavy = frozenset(name for name in subject.names if idf(name) >= NEW_NAME_IDF_SHARE * weight)
    if found := other_names(subject, near, TITLES | (subject.names - heavy)):
        return Difference(Kind.NEW_STATEMENT, "name", best, f"names {found[0]}")
    return None


def _was_before(other: ToldStatement, subject: ToldStatement) -> bool:
    """Tell whether a told statement tells of such a deed on an earlier day and does not say "again" itself."""
    return same_deed(subject.text, other.text) and not done_again(other.text) and "" < _day_of(other) < _day_of(subject)


def _changed_numbers(subject: ToldStatement, near: Sequence[ToldStatement]) -> str:
    """Return the number that a sentence puts where the nearest one has another, whatever it counts, in any language."""
    mine, theirs = other_numbers(subject, near), other_numbers(near[0], [subject])
    return f"{' '.join(theirs)} -> {' '.join(mine)}" if mine and theirs else ""


def _other_day(subject: ToldStatement, near: Sequence[ToldStatement]) -> str:
    """Return the day of a sentence with the told one's, where none of the near ones can have told of that day."""
    mine = _days(subject)
    if not mine or not all(_not_of(mine, other) for other in near):
        return ""
    told = sorted(_days(near[0]))
    return f"{' or '.join(told) or near[0].said_on} -> {' or '.join(sorted(mine))}"


def _not_of(days: frozenset[str], other: ToldStatement) -> bool:
    """Tell whether a told statement speaks of another day, or was told before any of these came."""
    if theirs := _days(other):
        return not theirs & days
    return bool(other.said_on) and other.said_on < min(days)


def _days(one: ToldStatement) -> frozenset[str]:
    """Return the days, one or two, that a statement may give to its deed; none where it only says when it was said."""
    if dates_speech(one.text, one.language):
        return frozenset()
    if one.event_date or not one.said_on:
        return frozenset({one.event_date} - {""})
    return possible_days(one.text, one.language, date.fromisoformat(one.said_on))
