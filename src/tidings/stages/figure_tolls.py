"""Read tolls, per cent and sums of money in languages other than English, from one small table of stems."""

from collections.abc import Mapping, Sequence

from tidings.model import Figure
from tidings.stages.figure_words import LOOK_BACK_FIRST, OTHER_LANGUAGES
from tidings.text.qualifiers import read_other_qualifier
from tidings.text.quantities import Quantity
from tidings.text.tokens import Token, word_set

_REACH = 9  # tokens between a number and its verb
_BREAKS = word_set(". ; : ! ? 。 ； ！ ？ ؛ ؟")
_COMMAS = word_set(", ، ， 、")


def read_tolls(text: str, tokens: Sequence[Token], quantities: Sequence[Quantity], language: str) -> tuple[Figure, ...]:
    """Read the figures of a sentence whose language has a table; a number with no known verb near it is left out."""
    stems = {stem: measure for measure, words in OTHER_LANGUAGES.get(language, {}).items() for stem in words.split()}
    if not stems:
        return ()
    heads = {stem[:1] for stem in stems}
    marks = [_measure_of(token, stems, heads, anywhere=language == "zh") for token in tokens]
    found = []
    for number, quantity in enumerate(quantities):
        left = quantities[number - 1].last if number else 0
        right = quantities[number + 1].first if number + 1 < len(quantities) else len(tokens)
        measure = _unit_measure(quantity) or _near(tokens, marks, quantity, (left, right), language)
        if measure:
            words = text[quantity.start : quantity.end]
            found.append(
                Figure(
                    quantity.low,
                    quantity.high,
                    read_other_qualifier(text, quantity.start, language),
                    measure,
                    "",
                    quantity.unit,
                    words,
                    quantity.start,
                    quantity.end,
                ),
            )
    return tuple(found)


def _unit_measure(quantity: Quantity) -> str:
    if not quantity.unit:
        return ""
    return "percent" if quantity.unit == "%" else "money"


def _measure_of(token: Token, stems: Mapping[str, str], heads: set[str], *, anywhere: bool) -> str:
    if token.kind != "word":
        return ""
    word = token.lower.removeprefix("و").removeprefix("ال") if not token.lower.isascii() else token.lower
    if not anywhere and word[:1] not in heads:
        return ""
    found = [stem for stem in stems if (stem in word if anywhere else word.startswith(stem))]
    if anywhere and found:
        return stems[min(found, key=word.index)]
    return stems[max(found, key=len)] if found else ""


def _near(tokens: Sequence[Token], marks: Sequence[str], quantity: Quantity, bounds: tuple[int, int], language: str) -> str:
    left, right = bounds
    after = _walk(tokens, marks, range(quantity.last, min(right, quantity.last + _REACH)))
    before = _walk(tokens, marks, range(quantity.first - 1, max(left, quantity.first - _REACH) - 1, -1))
    if after is None or before is None:
        nearest = after or before
        return nearest[1] if nearest else ""
    if language in LOOK_BACK_FIRST:
        return before[1] if before[0] <= after[0] + 1 else after[1]
    return after[1] if after[0] <= before[0] + 1 else before[1]


def _walk(tokens: Sequence[Token], marks: Sequence[str], indices: range) -> tuple[int, str] | None:
    """Find the nearest stem; a full stop ends the search and a comma makes it farther."""
    distance = 0
    for index in indices:
        if tokens[index].text in _BREAKS:
            return None
        distance += 4 if tokens[index].text in _COMMAS else 1
        if marks[index]:
            return distance, marks[index]
    return None
