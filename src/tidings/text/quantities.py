"""Read the quantities of a text: digits, number words, ranges, sums of money, per cent and vague counts.

Knows numbers, not what they tell: years, dates and ages are found here too and left to `uncounted`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tidings.text.han_numerals import han_value, split_numerals, tenths
from tidings.text.number_words import OTHER_SCALES, SCALES, SHORT_SCALES, TENS, UNITS, digits_value, words_value
from tidings.text.numerals import is_dual, other_words_value
from tidings.text.tokens import Token, adjacent, tokenize, word_set
from tidings.text.units import CODES, CURRENCIES, PERCENT_SIGNS, SIGN_PREFIXES, SIGNS, currency, percent_after, percent_before
from tidings.text.vague import BEGINNINGS, read_vague

_DASHES = frozenset({"-", "–", "—", "‒", "‑", "−"})
_PERIODS = word_set("hour day week month year decade century season game match period time hours days weeks months years distance way")
_SMALL_PARTS = {("1", "/", "2"): 0.5, ("1", "/", "4"): 0.25, ("3", "/", "4"): 0.75}
_FRACTIONS = {"half": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5, "tenth": 10, "tenths": 10}


# In English no other word begins a quantity: most words of a text are passed over by one look.
_BEGINNINGS = BEGINNINGS | UNITS.keys() | TENS.keys() | {"a", "an", "dozen", "half"}
_WORDS = frozenset({"word", "symbol"})
_ALL_SCALES = {language: {**SCALES, **scales} for language, scales in OTHER_SCALES.items()}
_RANGES = {"zh": "至 到", "fr": "à", "ru": "", "ar": "", "tr": "ile"}  # what joins two numbers to a range without more
_BETWEEN = {"en": ("between", "and"), "fr": ("entre", "et"), "ru": ("от", "до"), "ar": ("بين", "و")}


@dataclass(frozen=True, slots=True)
class Quantity:
    """Hold a number with the span of its words: characters `start:end`, tokens `first:last`.

    `unit` is "%" for per cent, a currency's name for money, else empty. `plain` marks bare digits, which may be a year.
    """

    start: int
    end: int
    first: int
    last: int
    low: float | None
    high: float | None
    unit: str = ""
    plain: bool = False

    @property
    def vague(self) -> bool:
        """Tell whether the words name no number ("dozens")."""
        return self.low is None


def read_quantities(text: str, language: str = "en") -> tuple[list[Token], list[Quantity]]:
    """Read all quantities of `text` in order; returns its tokens as well. Linear in the length of the text; never raises."""
    tokens = tokenize(text, language)
    if language == "zh":
        tokens = split_numerals(tokens)
    found: list[Quantity] = []
    at = 0
    english = language == "en"
    while at < len(tokens):
        if english and tokens[at].lower not in _BEGINNINGS and tokens[at].kind in _WORDS:
            at += 1
            continue
        quantity = _quantity(tokens, at, language)
        if quantity is None:
            at += 1
            continue
        found.append(quantity)
        at = max(quantity.last, at + 1)
    return tokens, found


def _quantity(tokens: Sequence[Token], at: int, language: str) -> Quantity | None:
    after = read_vague(tokens, at, language)
    if after > at:
        return _unknown(tokens, at, after)
    share = _fraction(tokens, at) if language == "en" else None
    if share is not None:
        return share
    quantity = _number(tokens, at, language)
    if quantity is None:
        return None
    quantity = _range(tokens, quantity, language)
    return _money_or_percent(tokens, quantity, language)


def _number(tokens: Sequence[Token], at: int, language: str) -> Quantity | None:
    token = tokens[at]
    if token.kind == "number":
        value = digits_value(token.text, language)
        if value is None or _part_of_name(tokens, at):
            return None
        after, part = _mixed(tokens, at + 1)
        scale, last = _scale(tokens, after, language)
        return _make(tokens, at, last, (value + part) * scale, plain=last == at + 1 and token.text.isdigit())
    if token.kind == "han":
        return _han(tokens, at)
    if token.kind != "word" or (at and tokens[at - 1].text in _DASHES and adjacent(tokens[at - 1], token)):
        return None
    if language == "ar" and is_dual(token.lower):
        return _make(tokens, at, at + 1, 2.0)
    read = words_value(tokens, at) if language == "en" else other_words_value(tokens, at, language)
    return None if read is None else _make(tokens, at, read[1], read[0])


def _han(tokens: Sequence[Token], at: int) -> Quantity | None:
    value, last = han_value(tokens[at].text), at + 1
    if value is None:
        return None
    if last < len(tokens) and tokens[last].text == "成" and value < 10:
        digit, last = tenths(tokens, last)
        return replace(_make(tokens, at, last, value * 10 + digit), unit="%")
    return _make(tokens, at, last, value)


def _mixed(tokens: Sequence[Token], at: int) -> tuple[int, float]:
    """Read the fraction of a mixed number, "3 1/2 million"; returns the index after it and its value, 0 when there is none."""
    texts = tuple(token.text for token in tokens[at : at + 3])
    part = _SMALL_PARTS.get(texts) if len(texts) == 3 and adjacent(tokens[at], tokens[at + 1]) else None
    return (at, 0.0) if part is None else (at + 3, part)


def _make(tokens: Sequence[Token], first: int, last: int, value: float, *, plain: bool = False) -> Quantity:
    value = round(value, 6)
    return Quantity(tokens[first].start, tokens[last - 1].end, first, last, value, value, plain=plain)


def _part_of_name(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether digits hang on letters: "F-16", "MH370", "PC-12/47", "3D", "7/7", "10:30"."""
    token = tokens[at]
    if at and adjacent(tokens[at - 1], token):
        before = tokens[at - 1]
        signed = before.lower in CODES or before.lower == "rs"
        if (before.kind == "word" and not signed and before.text.isascii()) or before.text in {"/", ":", "#", "_"}:
            return True
        joined = before.text in {*_DASHES, "."} and at > 1 and adjacent(tokens[at - 2], before)
        if joined and (tokens[at - 2].kind == "number" or tokens[at - 2].text[-1:].isalpha()):
            return True
    if at + 1 < len(tokens) and adjacent(token, tokens[at + 1]):
        after = tokens[at + 1]
        if after.text in {"/", ":"}:
            return at + 2 < len(tokens) and adjacent(after, tokens[at + 2]) and tokens[at + 2].kind == "number"
        if after.kind == "word" and after.text.isascii():
            return after.lower not in SHORT_SCALES and after.lower not in {"c", "f", "km", "kg", "mm", "cm", "am", "pm", "ft", "mph", "pc"}
    return False


def _scale(tokens: Sequence[Token], at: int, language: str) -> tuple[float, int]:
    """Read the scale words after digits ("5.2 million", "2 bn", "30 万"); returns the factor and the index after them."""
    factor, scales = 1.0, _ALL_SCALES.get(language, SCALES)
    while at < len(tokens):
        at += language == "zh" and tokens[at].text in {"多", "余", "餘"} and at + 1 < len(tokens) and tokens[at + 1].text in scales
        hyphen = tokens[at].text == "-" and at + 1 < len(tokens) and tokens[at + 1].lower in SCALES
        word = tokens[at + hyphen].lower
        if word in scales:
            factor *= scales[word]
        elif word in SHORT_SCALES and (word != "m" or adjacent(tokens[at - 1], tokens[at])) and word != "k":
            factor *= SHORT_SCALES[word]
        else:
            break
        at += 1 + hyphen
        if tokens[at - 1].lower == "dozen":
            break
    return factor, at


def _range(tokens: Sequence[Token], low: Quantity, language: str) -> Quantity:
    """Join "13-15", "15 to 20", "between 13 and 15"; only upwards, since "3-2" is a score and "from 20 to 15" a change."""
    at = low.last
    at += at + 1 < len(tokens) and tokens[at].text in PERCENT_SIGNS and tokens[at + 1].lower in {*_DASHES, "to", "and"}  # "5% to 7%"
    if at + 1 >= len(tokens):
        return low
    sign_gap = 1 if tokens[at + 1].text in SIGNS else 0
    before = tokens[low.first - 1].lower if low.first else ""
    before = tokens[low.first - 2].lower if before in SIGNS and low.first > 1 else before
    dash = tokens[at].text in _DASHES
    joined = (
        dash
        or (language == "en" and tokens[at].lower == "to" and before not in {"from", "in", "since"})
        or (before, tokens[at].lower) == _BETWEEN.get(language)
        or (tokens[at].lower in _RANGES.get(language, "").split() and before not in {"de", "从"})
    )
    if not joined or at + 1 + sign_gap >= len(tokens):
        return low
    high = _number_after_dash(tokens, at + 1 + sign_gap, language) if dash else _number(tokens, at + 1 + sign_gap, language)
    if high is None or high.low is None or low.low is None:
        return low
    bottom = low.low
    if low.plain and high.low >= 1_000 and bottom < 1_000 and not high.plain:
        scale = _scale(tokens, at + 2 + sign_gap, language)[0]
        bottom = bottom * scale if bottom * scale < high.low else bottom
    elif low.high == low.low and bottom < 1_000 <= high.low and not high.plain and tokens[low.last - 1].kind == "number":
        bottom *= _scale(tokens, at + 2 + sign_gap, language)[0]
    if bottom >= high.low:
        return low
    return replace(low, low=bottom, high=high.low, end=high.end, last=high.last, plain=low.plain and high.plain)


def _number_after_dash(tokens: Sequence[Token], at: int, language: str) -> Quantity | None:
    token = tokens[at]
    value = digits_value(token.text, language) if token.kind == "number" else None
    if value is None:
        read = words_value(tokens, at) if token.kind == "word" and language == "en" and token.lower in {*UNITS, *TENS} else None
        return None if read is None else _make(tokens, at, read[1], read[0])
    scale, last = _scale(tokens, at + 1, language)
    return _make(tokens, at, last, value * scale, plain=last == at + 1 and token.text.isdigit())


def _money_or_percent(tokens: Sequence[Token], quantity: Quantity, language: str) -> Quantity:
    at = quantity.last
    after = percent_after(tokens, at, language)
    if after > at:
        return replace(quantity, unit="%", end=tokens[after - 1].end, last=after)
    if percent_before(tokens, quantity.first, language):
        return replace(quantity, unit="%")
    following = [token.lower for token in tokens[at : at + 3]] + ["", "", ""]
    first = quantity.first
    if first and (tokens[first - 1].text in SIGNS or tokens[first - 1].lower in CODES):
        return _signed(tokens, quantity)
    if following[0] in SIGNS and not (at + 1 < len(tokens) and tokens[at + 1].kind == "number"):
        return replace(quantity, unit=SIGNS[following[0]], end=tokens[at].end, last=at + 1)
    if language != "en":
        gap = int(following[0] in {"de", "д", "млн"})
        name = currency(following[gap], language)
        return replace(quantity, unit=name, last=at + gap + 1) if name else quantity
    for skipped in (0, 1):
        if following[skipped] in CURRENCIES or following[skipped] in CODES:
            if following[skipped : skipped + 2] == ["pounds", "of"] or (skipped and not (tokens[at].capital or tokens[at].text == "-")):
                break
            return replace(quantity, unit=CURRENCIES.get(following[skipped], following[skipped]), last=at + skipped + 1)
    return quantity


def _signed(tokens: Sequence[Token], quantity: Quantity) -> Quantity:
    first = quantity.first - 1
    unit = SIGNS.get(tokens[first].text, tokens[first].lower)
    if first and adjacent(tokens[first - 1], tokens[first]) and tokens[first - 1].lower in SIGN_PREFIXES:
        first -= 1
    return replace(quantity, unit=unit, start=tokens[first].start, first=first)


def _unknown(tokens: Sequence[Token], first: int, last: int) -> Quantity:
    return Quantity(tokens[first].start, tokens[last - 1].end, first, last, None, None)


def _fraction(tokens: Sequence[Token], at: int) -> Quantity | None:
    """Read "a third", "two-thirds", "three quarters" before "of"; the value is the share of one, the unit "share"."""
    if tokens[at].lower == "half":
        before = tokens[at - 1].lower if at else ""
        of = at + 1 < len(tokens) and tokens[at + 1].lower in {"of", "the", "its", "their", "all"}
        whole = any(token.lower in _PERIODS for token in tokens[at + 1 : at + 5])
        plain = of and not whole and before not in {"a", "the", "first", "second", "last", "other", "latter", "this", "-"}
        return Quantity(tokens[at].start, tokens[at].end, at, at + 1, 0.5, 0.5, unit="share") if plain else None
    if tokens[at].lower not in UNITS and tokens[at].lower != "a":
        return None
    index = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].text == "-")
    if index + 1 >= len(tokens) or tokens[index].lower not in _FRACTIONS or tokens[index + 1].lower != "of":
        return None
    value = round(UNITS.get(tokens[at].lower, 1) / _FRACTIONS[tokens[index].lower], 6)
    return Quantity(tokens[at].start, tokens[index].end, at, index + 1, value, value, unit="share")
