"""Read the figures of a sentence: what is counted, how many, who says so and as of when, each with its exact words.

Kinds of numbers that count nothing (years, ages, distances) are left out. English is read in full; of other languages, tolls,
per cent and sums of money.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from tidings.model import Figure
from tidings.stages.figure_changes import differs, same_quantity
from tidings.stages.figure_measures import Clause
from tidings.stages.figure_phrases import LEVELS, Place, phrase_end
from tidings.stages.figure_sources import read_as_of, read_said_by
from tidings.stages.figure_tolls import read_tolls
from tidings.stages.figure_words import NOUNS, PEOPLE, TOTALS
from tidings.text.number_words import TENS, UNITS
from tidings.text.qualifiers import read_qualifier
from tidings.text.quantities import Quantity, read_quantities
from tidings.text.tokens import Token, adjacent, word_set
from tidings.text.uncounted import DURATIONS, uncounted
from tidings.text.when import as_of_date

__all__ = ["differs", "read_figures", "same_quantity"]

_SENTENCE_CHARS_MAX = 8_000
_FIGURES_MAX = 200
_ABBREVIATIONS = word_set(
    "mr mrs ms dr st gen no lt col sgt co inc jr sr sen rep gov vs maj capt prof approx jan feb mar apr jun jul aug sep sept oct nov dec"
)
_CREDIT = re.compile(r"\(([^()]{1,80})\)")
_OTHER_ONE = frozenset({("the", "other"), ("and", "another"), ("another", "in"), ("another", "at")})
_NOTES = word_set("bills bill notes note banknotes banknote coins coin")  # "50 dollar bills" are not fifty dollars
_NEGATIONS = frozenset({"no", "not"})


def read_figures(sentence: str, language: str = "en", published: date | None = None) -> tuple[Figure, ...]:
    """Read all figures of `sentence` (one or a few sentences), in the order of the text.

    `published` resolves "as of Monday". Text beyond 8,000 characters is not read. Linear in the length; never raises.
    """
    text = sentence[:_SENTENCE_CHARS_MAX]
    tokens, quantities = read_quantities(text, language)
    if language != "en":
        as_of = as_of_date(text, language, published)
        return tuple(replace(figure, as_of=as_of) for figure in read_tolls(text, tokens, quantities, language))
    credits_at = _credits(text)
    figures: list[Figure] = []
    at = 0
    for first, last in _sentences(tokens):
        inside: list[Quantity] = []
        while at < len(quantities) and quantities[at].first < last:
            if not _repeats(tokens, inside[-1] if inside else None, quantities[at]):
                inside.append(quantities[at])
            at += 1
        places = [place for place in (_place(tokens, found, first, last, credits_at) for found in inside) if place]
        figures += _figures(text, tokens, places[:_FIGURES_MAX], first, last, published, figures[-1] if figures else None)
    return tuple(figures[:_FIGURES_MAX])


def _sentences(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Part tokens into sentences, as index ranges."""
    bounds = [0]
    for index, (token, following) in enumerate(pairwise(tokens)):
        if token.text not in {".", "!", "?"} or index == 0:
            continue
        before = tokens[index - 1]
        ends = following.start > token.end or following.text in {"(", '"', "”"}
        starts = following.text[0].isupper() or following.kind != "word"
        short = len(before.text) == 1 or before.lower in _ABBREVIATIONS
        if ends and starts and not (short and adjacent(before, token)):
            bounds.append(index + 1)
    bounds.append(len(tokens))
    return [(first, last) for first, last in pairwise(bounds) if first < last]


def _repeats(tokens: Sequence[Token], before: Quantity | None, quantity: Quantity) -> bool:
    """Tell a number that only says the one before again in brackets: "sixteen (16) people"."""
    if before is None or before.low != quantity.low or quantity.first != before.last + 1 or quantity.last >= len(tokens):
        return False
    return (tokens[before.last].text, tokens[quantity.last].text) == ("(", ")")


def _credits(text: str) -> list[tuple[int, int]]:
    """Find publishers named in brackets after a sentence, "(Channel 9)": a number there is part of a name."""
    spans = []
    for match in _CREDIT.finditer(text):
        words = [word for word in match.group(1).split() if word[0].isalpha()]
        named = bool(words) and all(word[0].isupper() or len(word) <= 3 for word in words)
        before = text[max(0, match.start() - 3) : match.start()].rstrip()
        if named and (before[-1:] in {".", ")", ",", "!", "?", '"', "”"} or match.end() >= len(text.rstrip())):
            spans.append((match.start(), match.end()))
    return spans


def _place(tokens: Sequence[Token], quantity: Quantity, first: int, last: int, credits_at: Sequence[tuple[int, int]]) -> Place | None:
    """Place a quantity in its sentence; None when it counts nothing."""
    qualifier, lead = read_qualifier(tokens, quantity)
    if any(start <= quantity.start < end for start, end in credits_at):
        return None
    if quantity.unit and quantity.last < last and tokens[quantity.last].lower in _NOTES:
        return None
    if uncounted(tokens, quantity, compared=qualifier != "exact") or _negated(tokens, quantity) or _idiom(tokens, quantity):
        return None
    after = quantity.last
    if after < last and tokens[after].lower == "of":
        after += 1
        after += after < last and tokens[after].lower in {"the", "its", "their", "these", "those", "his", "her", "a"}
    end = phrase_end(tokens, after, last) if after < last else quantity.last
    end = max(end, quantity.last)
    if _pronoun(tokens, quantity, end) or (after < end and tokens[end - 1].lower in DURATIONS and not quantity.unit):
        return None
    return Place(quantity, max(lead, first), end)


def _pronoun(tokens: Sequence[Token], quantity: Quantity, end: int) -> bool:
    """Tell a number that only points back: "the two deny it"."""
    if not quantity.first or tokens[quantity.first - 1].lower != "the" or tokens[quantity.first].kind == "number" or quantity.unit:
        return False
    following = tokens[quantity.last : end]
    return not any(token.lower.endswith("s") or token.capital or token.lower in PEOPLE or token.lower in NOUNS for token in following)


def _negated(tokens: Sequence[Token], quantity: Quantity) -> bool:
    return quantity.first > 0 and tokens[quantity.first - 1].lower in _NEGATIONS


def _idiom(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """Tell "one" that counts nothing: "one of the richest", "no one", "one another", "the one that"."""
    if quantity.first > 1 and [token.lower for token in tokens[quantity.first - 2 : quantity.first]] == ["one", "in"]:
        return True
    if [token.lower for token in tokens[quantity.first : quantity.last + 1]] == ["1", "in"] and tokens[
        quantity.last + 1 : quantity.last + 2
    ]:
        return tokens[quantity.last + 1].kind == "number"  # "1 in 5"
    if quantity.first > 1 and [token.lower for token in tokens[quantity.first - 2 : quantity.first]] == ["1", "in"]:
        return True
    if tokens[quantity.first].lower != "one" or quantity.last != quantity.first + 1:
        return False
    following = [token.lower for token in tokens[quantity.last : quantity.last + 2]] + ["", ""]
    before = tokens[quantity.first - 1].lower if quantity.first else ""
    if (
        following[0] == "in"
        and quantity.last + 1 < len(tokens)
        and tokens[quantity.last + 1].lower in {*UNITS, *TENS, "10", "100", "1,000"}
    ):
        return True  # "one in five"
    if following[0] == "of":
        return following[1] not in {"them", "whom", "these", "those"}
    if following[0] in {"in", "at", "near", "on", "against"} and _other_follows(tokens, quantity.last):
        return True  # "two blasts, one in a market and the other near a school"
    if before in {"in", "from", "at", "on", "into", "to"}:
        return following[0] not in NOUNS
    return following[0] in {"another", "on", "who", "that", "which", "-", "'s", "by", ""} or before in {
        "the",
        "this",
        "that",
        "any",
        "every",
        "each",
        "another",
    }


def _other_follows(tokens: Sequence[Token], at: int) -> bool:
    return any((token.lower, after.lower) in _OTHER_ONE for token, after in pairwise(tokens[at : at + 16]))


def _figures(
    text: str, tokens: Sequence[Token], places: Sequence[Place], first: int, last: int, published: date | None, before: Figure | None
) -> list[Figure]:
    if not places:
        return []
    clause = Clause(tokens, places, first, last)
    qualifiers = _qualifiers(tokens, places, clause)
    said_by = read_said_by(text, tokens, first, last, [place.quantity.first for place in places])
    as_of = read_as_of(tokens, first, last, published)
    found: list[Figure] = []
    for number, place in enumerate(places):
        of = _of(text, tokens, place, clause, found[-1] if found else before)
        quantity = place.quantity
        found.append(
            Figure(
                value_low=quantity.low, value_high=quantity.high, qualifier=qualifiers[number], measure=clause.measures[number], of=of,
                unit=quantity.unit, words=text[quantity.start : quantity.end], start=quantity.start, end=quantity.end,
                as_of=as_of, said_by=said_by[number],
            ),
        )  # fmt: skip
    return found


def _qualifiers(tokens: Sequence[Token], places: Sequence[Place], clause: Clause) -> list[str]:
    """Read each qualifier and carry it over to nouns joined in one phrase: "at least 20 men and 27 women"."""
    names: list[str] = []
    for number, place in enumerate(places):
        name = read_qualifier(tokens, place.quantity)[0]
        carried = name == "exact" and number > 0 and clause.joined[number] and names[-1] not in {"exact", "vague"}
        if carried and _carries(tokens, places, number, clause):
            name = names[-1]
        names.append(name)
    return names


def _carries(tokens: Sequence[Token], places: Sequence[Place], number: int, clause: Clause) -> bool:
    before, place = places[number - 1], places[number]
    gap = {token.lower for token in tokens[before.head_end : place.quantity.first]}
    after = tokens[place.quantity.last].lower if place.quantity.last < len(tokens) else ""
    if (
        gap & {"including", "among", "another", "them", "includes", "total"}
        or after in {"others", "more", "other"}
        or not gap & {"and", "or", ","}
    ):
        return False
    if not gap & {"and", "or"} and not _list_goes_on(tokens, places, number, clause):
        return False  # set apart by commas: "at least 40 men, 12 armed, were held"
    if clause.measures[number] != clause.measures[number - 1] and place.head_end == place.quantity.last:
        return False  # "at least 13 people and 56 wounded": a new predicate
    return not _parts_of_whole(places, number)


def _list_goes_on(tokens: Sequence[Token], places: Sequence[Place], number: int, clause: Clause) -> bool:
    """Tell whether a later number closes the list with "and"."""
    for later in range(number + 1, len(places)):
        if not clause.joined[later]:
            return False
        if tokens[places[later].lead - 1].lower in {"and", "or"}:
            return True
    return False


def _parts_of_whole(places: Sequence[Place], number: int) -> bool:
    """Tell whether the numbers after an earlier one add up to it: "13 miners, eleven from the north and two from abroad"."""
    values = [place.quantity.high or 0.0 for place in places]
    for whole in range(max(0, number - 4), number):
        for last in range(number + 1, min(len(values), whole + 6) + 1):
            if last - whole > 2 and values[whole] and sum(values[whole + 1 : last]) == values[whole]:
                return True
    return False


def _of(text: str, tokens: Sequence[Token], place: Place, clause: Clause, before: Figure | None) -> str:
    """Read the thing counted: the noun phrase after the number, else the total it fills, else what the figure before counted."""
    quantity = place.quantity
    if quantity.last < place.head_end:
        start = quantity.last
        while start < place.head_end and tokens[start].lower in {
            "of",
            "the",
            "its",
            "their",
            "these",
            "those",
            "his",
            "her",
            "a",
            "more",
            "them",
        }:
            start += 1
        end = place.head_end
        while end - 1 > start and tokens[end - 1].lower in {"dead", "wounded", "missing"}:
            end -= 1
        if start < place.head_end:
            return text[tokens[start].start : tokens[end - 1].end]
    filled = (place.lead > clause.first and tokens[place.lead - 1].lower in LEVELS) or place.lead < quantity.first
    for index in range(place.lead - 1, max(clause.first, place.lead - 25) - 1 if filled else place.lead, -1):
        if tokens[index].lower in TOTALS:
            first = index - 1 if index and tokens[index - 1].lower in {"death", "casualty"} else index
            return text[tokens[first].start : tokens[index].end]
    return before.of if before and not quantity.unit and before.measure != "money" else ""
