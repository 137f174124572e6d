"""Tell the numbers that count nothing: years, dates, times, ages, durations, distances, names and scores."""

from collections.abc import Sequence

from tidings.text.function_words import FUNCTION_WORDS
from tidings.text.number_words import TENS, UNITS
from tidings.text.quantities import Quantity
from tidings.text.tokens import Token, adjacent, word_set

_MONTHS = "january february march april may june july august september october november december"
MONTHS = {name: number for number, name in enumerate(_MONTHS.split(), start=1)}
SHORT_MONTHS = {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
DURATIONS = word_set(
    "second seconds minute minutes hour hours day days night nights week weeks weekend weekends fortnight month months year years decade decades"
    " century centuries generations",
)
_DISTANCES = word_set(
    "km kilometre kilometres kilometer kilometers mile miles metre metres meter meters m feet foot ft cm centimetre centimetres centimeter"
    " centimeters mm millimetres millimeters inch inches yards yard knots mph kph degrees degree celsius fahrenheit c f light-years"
    " magnitude fathoms nautical hpa mbar millibars megapixels watts gigabytes terabytes mhz ghz rpm caliber calibre",
)
_RATIOS = frozenset({"time", "times", "fold"})
_CLOCK = frozenset({"am", "pm", "gmt", "utc", "bst", "est", "edt", "cet", "o'clock", "hrs"})
_LABELS = word_set(
    "flight resolution article category magnitude level stage phase chapter section route highway number no nos day week page part version channel"
    " type mark model class formula grade line gate room season episode round group unit block platform apartment windows aged age ages"
    " lap lane zone sector district ward terminal reactor proposition amendment protocol directive volume junction",
)
_LOWER_STARTS = word_set(
    "a an the at about around over under nearly almost some up only just approximately roughly more less fewer another all these those of and"
    " or to by with including as both who kills killing kill killed least than",
)
_DAYTIMES = frozenset({"morning", "afternoon", "evening"})
_HOURS_AFTER = word_set("at after before by until till from since past to")  # not "killing five in the morning"
_PEOPLE = word_set(
    "people persons civilians children women men soldiers troops police refugees migrants homes houses families more others dead injured wounded"
    " casualties cases deaths workers prisoners",
)


def uncounted(tokens: Sequence[Token], quantity: Quantity, *, compared: bool = False) -> str:
    """Name why a quantity counts nothing ("year", "date", "time", "age", "duration", "distance", "name", "score", "ratio"), or "".

    `compared` says that words such as "more than" stand before it, so that it cannot be a year.
    """
    if quantity.unit:
        return ""
    checks = (_duration, _date, _clock, _score, _ratio, _name)
    for check in checks:
        reason = check(tokens, quantity)
        if reason:
            return reason
    return "year" if not compared and _is_year(tokens, quantity) else ""


def _after(tokens: Sequence[Token], quantity: Quantity, count: int) -> list[str]:
    words = [token.lower for token in tokens[quantity.last : quantity.last + count]]
    return words + [""] * (count - len(words))


def _before(tokens: Sequence[Token], quantity: Quantity) -> str:
    return tokens[quantity.first - 1].lower if quantity.first else ""


def _duration(tokens: Sequence[Token], quantity: Quantity) -> str:
    words = _after(tokens, quantity, 5)
    if words[0] in {"-", "‑", "‐", "–"} and adjacent(tokens[quantity.last - 1], tokens[quantity.last]) and words[1].isalpha():
        return "age" if words[1:4] == ["year", "-", "old"] else "duration"  # "two-day", "41-year", "50-strong": part of an adjective
    if words[0] in {"sq", "square", "cubic"}:
        return "distance"
    skip = (
        1
        if words[0]
        in {"more", "consecutive", "full", "straight", "or", "of", "and", "different", "separate", "whole", "long", "successive"}
        else 0
    )
    skip = 2 if words[0] == "of" and words[1] in {"the", "its", "their"} else skip
    if words[0] in DURATIONS or (words[skip] in DURATIONS and words[0] not in {"of", "or", "and"}):
        old = "old" in words[:4] or "age" in words[:4]
        return "age" if old else "duration"
    if words[0] == "and" and words[1] == "a" and words[2] == "half":
        return "duration" if words[3] in DURATIONS else ""
    if words[0] in _DISTANCES or words[0] == "°":
        return "distance"
    if words[0] in _RATIOS and words[1] != "square":
        return "ratio"
    return "distance" if _before(tokens, quantity) in {"magnitude", "richter"} or "richter" in words else ""


def _month(token: Token) -> bool:
    return token.capital and (token.lower in MONTHS or token.lower in SHORT_MONTHS)


def _date(tokens: Sequence[Token], quantity: Quantity) -> str:
    if quantity.vague or quantity.low is None:
        return ""
    first, last = quantity.first, quantity.last
    day = quantity.low <= 31 and quantity.plain
    if day and last < len(tokens) and _month(tokens[last]):
        return "date"
    dotted = first > 1 and tokens[first - 1].text == "." and _month(tokens[first - 2]) and adjacent(tokens[first - 2], tokens[first - 1])
    if first and (dotted or _month(tokens[first - 1])) and (day or _in_years(quantity)):
        return "date"
    near = tokens[max(0, first - 4) : first]
    if day and any(_month(token) for token in near) and _all_dates(near):
        return "date"
    following = tokens[last : last + 3]
    if day and len(following) == 3 and following[0].lower in {"and", "to", "or", ",", "–", "-"} and following[1].kind == "number":
        return "date" if _month(following[2]) else ""
    return ""


def _all_dates(near: Sequence[Token]) -> bool:
    """Tell whether only days and joining words follow the last month: "August 8 to 26", "May 3, 4 and 5"."""
    last = max(index for index, token in enumerate(near) if _month(token))
    joined = near[last + 1 :]
    # A comma alone does not go on: "on May 3, 20 people" counts people.
    return all(token.kind == "number" or token.lower in {"and", "to", "or", "–", "-"} for token in joined)


def _in_years(quantity: Quantity) -> bool:
    return quantity.low is not None and 1000 <= quantity.low <= 2100 and quantity.low == int(quantity.low)


def _clock(tokens: Sequence[Token], quantity: Quantity) -> str:
    words = _after(tokens, quantity, 3)
    if words[0] in _CLOCK or (words[0] in {"a", "p"} and words[1] == "." and words[2] == "m"):
        return "time"
    if words[0] == "in" and words[1] == "the" and words[2] in _DAYTIMES and _before(tokens, quantity) in _HOURS_AFTER:
        return "time" if quantity.low is not None and quantity.low <= 12 else ""
    if words[0] == ":" and quantity.last + 1 < len(tokens) and tokens[quantity.last + 1].kind == "number":
        return "time"
    near = [token.lower for token in tokens[max(0, quantity.first - 3) : quantity.first]]
    if (
        near[-2:] == ["age", "of"]
        or near[-1:] in (["turning"], ["turned"], ["turns"])
        or near[-2:] == ["who", "is"]
        or near == ["who", "is", "now"]
    ):
        return "age"
    if words[0] in {"and", "or"} and words[1] in {"older", "over", "younger", "above"} and quantity.plain:
        return "age"
    before_last = tokens[quantity.first - 2] if quantity.first > 1 else None
    if _before(tokens, quantity) in {"is", "was"} and before_last and (before_last.lower in {"he", "she"} or before_last.capital):
        return "age" if quantity.plain and words[0] in {".", ",", "", "when"} else ""
    between = _before(tokens, quantity) == "," and words[0] in {",", ")"} and quantity.plain
    if between and quantity.low is not None and 10 <= quantity.low <= 105 and quantity.first > 1 and tokens[quantity.first - 2].capital:
        return "age"  # "Name Surname, 34, ..."
    return ""


def _score(tokens: Sequence[Token], quantity: Quantity) -> str:
    words = _after(tokens, quantity, 2)
    if quantity.plain and words[0] in {"-", "–", "/"} and quantity.last + 1 < len(tokens) and tokens[quantity.last + 1].kind == "number":
        return "score"
    if words[0] == "°":
        return "distance"
    return ""


def _ratio(tokens: Sequence[Token], quantity: Quantity) -> str:
    """Tell both numbers of "nine in ten of them" and "four in five women"; "two in three villages" may count."""
    first = quantity.first
    if _after(tokens, quantity, 1)[0] == "in" and quantity.last + 1 < len(tokens):
        part, whole = tokens[first], quantity.last + 1
    elif _before(tokens, quantity) == "in" and first > 1:
        part, whole = tokens[first - 2], first
    else:
        return ""
    values = _small(part), _small(tokens[whole])
    following = tokens[whole + 1].lower if whole + 1 < len(tokens) else ""
    return "ratio" if 0 < values[0] < values[1] and (following == "of" or following in _PEOPLE) else ""


def _small(token: Token) -> int:
    """Read a number of one word or of few digits; 0 for any other token."""
    if token.kind == "number":
        return int(token.text) if token.text.isascii() and token.text.isdigit() and len(token.text) <= 3 else 0
    return UNITS.get(token.lower) or TENS.get(token.lower, 0)


def _name(tokens: Sequence[Token], quantity: Quantity) -> str:
    """Tell numbers in names: "Flight 370", "Formula One", "Group of Eight", "Article 5", "No. 10"."""
    first = quantity.first
    token, before = tokens[first], tokens[first - 1] if first else None
    if before is None:
        return ""
    label = before if before.text != "." or first < 2 else tokens[first - 2]
    if label.lower in _LABELS and (quantity.plain or quantity.low is not None) and (label is before or label.lower in {"no", "nos"}):
        return "age" if label.lower in {"aged", "age", "ages"} else "name"
    named = before.kind == "word" and before.capital and before.lower not in _LOWER_STARTS | FUNCTION_WORDS
    if quantity.plain and named and not _counts_next(tokens, quantity):
        return "name"
    spelled = token.kind == "word" and token.capital and token.lower in {*UNITS, *TENS}
    if spelled and (named or before.text in {"-", "–"}):
        return "name"
    if before.lower == "of" and first > 1 and tokens[first - 2].lower == "round":
        return "name"  # "the round of 16"
    return "name" if spelled and before.lower == "of" and first > 1 and tokens[first - 2].capital else ""


def _counts_next(tokens: Sequence[Token], quantity: Quantity) -> bool:
    return _after(tokens, quantity, 1)[0] in _PEOPLE


def _is_year(tokens: Sequence[Token], quantity: Quantity) -> bool:
    if not quantity.plain or not _in_years(quantity):
        return False
    if _after(tokens, quantity, 2) == ["'", "s"] or _after(tokens, quantity, 2) == ["’", "s"]:
        return True  # "the 1430's"
    if quantity.low is not None and quantity.low < 1500:
        return _before(tokens, quantity) in {"in", "since"} and not _counts_next(tokens, quantity)
    return _before(tokens, quantity) in {"the", "in", "since"} or not _counts_next(tokens, quantity)
