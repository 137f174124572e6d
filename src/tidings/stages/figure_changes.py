"""Compare figures: whether two speak of the same quantity, and whether they then differ."""

from tidings.model import Figure
from tidings.stages.figure_nouns import common_noun

_TOTALS = frozenset({"", "toll", "total", "tally", "number", "figure", "count", "other"})
_NAMED_TOTALS = _TOTALS - {"", "other"}
_ANYONE = _TOTALS | {
    "people",
    "person",
    "death",
    "fatality",
    "victim",
    "casualty",
    "injury",
    "wounded",
    "dead",
    "life",
    "body",
    "arrest",
    "civilian",
    "case",
    "patient",
    "infection",
    "sick",
}
_TOLLS = frozenset({"killed", "injured", "missing", "displaced", "detained", "affected"})
_SINGULARS = {
    "lives": "life",
    "persons": "person",
    "men": "man",
    "women": "woman",
    "children": "child",
    "others": "other",
    "police": "officer",
}
_ROUNDING = 0.1  # what "about", "nearly" and "more than" leave open, as a share of the value


def same_quantity(a: Figure, b: Figure) -> bool:
    """Tell whether two figures can be compared: same measure and unit, compatible nouns, and no two different speakers.

    Nouns are compatible when their head words agree, when one names only a total ("death toll"), or, in a toll, when both mean
    people at large. What two bodies say stands side by side and is never a change.
    """
    if a.measure != b.measure or a.unit != b.unit:
        return False
    if a.said_by and b.said_by and a.said_by.casefold() != b.said_by.casefold():
        return False
    first, second = _head_word(a.of), _head_word(b.of)
    if first == second:
        return bool(first) or a.measure != "other"
    if a.measure not in _TOLLS:
        return False
    return first in _TOTALS or second in _TOTALS or (first in _ANYONE and second in _ANYONE)


def is_toll(figure: Figure) -> bool:
    """Tell whether a figure fills a total of the dead, and no noun of its own: "the death toll rose to 29" (English only)."""
    return figure.measure == "killed" and _head_word(figure.of) in _NAMED_TOTALS


def differs(a: Figure, b: Figure) -> bool:
    """Tell whether two comparable figures differ beyond their qualifiers.

    Qualifiers that round leave a tenth open ("more than 1,800" upwards, "nearly" downwards, "about" both ways). "At least 22" and
    "29" do differ: a toll is said that way while it grows. A vague figure ("dozens") differs from none.
    """
    first, second = _bounds(a), _bounds(b)
    if first is None or second is None:
        return False
    return first[1] < second[0] or second[1] < first[0]


def _bounds(figure: Figure) -> tuple[float, float] | None:
    if figure.value_low is None or figure.value_high is None:
        return None
    down = _ROUNDING if figure.qualifier in {"about", "nearly", "less_than", "up_to"} else 0.0
    up = _ROUNDING if figure.qualifier in {"about", "more_than"} else 0.0
    return figure.value_low * (1 - down), figure.value_high * (1 + up)


def _head_word(of: str) -> str:
    words = of.casefold().split()
    if not words:
        return ""
    known = common_noun(of)
    if known or not words[-1].isascii():
        return known  # a noun of another language that is not known may be any
    word = _SINGULARS.get(words[-1], words[-1])
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
