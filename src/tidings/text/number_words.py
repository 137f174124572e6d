"""Give the values of number words and of digit groups."""

from collections.abc import Mapping, Sequence

from tidings.text.tokens import Token

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
UNITS: Mapping[str, int] = {word: value for value, word in enumerate(_UNITS.split())}
TENS: Mapping[str, int] = {word: 10 * value for value, word in enumerate(_TENS.split(), start=2)}
SCALES: Mapping[str, int] = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}
SHORT_SCALES: Mapping[str, int] = {"millions": 10**6, "billions": 10**9, "k": 1_000, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12}
# Scale words of other languages, after digits only.
OTHER_SCALES: Mapping[str, Mapping[str, int]] = {
    "ar": {"ألف": 1_000, "آلاف": 1_000, "الف": 1_000, "ألفا": 1_000, "مليون": 10**6, "ملايين": 10**6, "مليونا": 10**6, "مليار": 10**9},
    "tr": {"bin": 1_000, "milyon": 10**6, "milyar": 10**9, "trilyon": 10**12},
    "zh": {"百": 100, "千": 1_000, "万": 10**4, "萬": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "億": 10**8, "万亿": 10**12},
    "ru": {"тыс": 1_000, "тысяч": 1_000, "тысячи": 1_000, "тысяча": 1_000, "млн": 10**6, "миллион": 10**6, "миллиона": 10**6, "миллионов": 10**6,
           "млрд": 10**9, "миллиард": 10**9, "миллиарда": 10**9, "миллиардов": 10**9},
    "fr": {"mille": 1_000, "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9},
}  # fmt: skip
_DECIMAL_COMMA = frozenset({"tr", "ru", "fr"})
_DIGITS_MAX = 15  # more cannot be a count, and a float would not hold it exactly


def digits_value(text: str, language: str = "en") -> float | None:
    """Read digits of any script with their separators; None when they are no number ("1.2.3", "12,34,5").

    A separator before exactly three digits groups thousands, else it marks decimals; where the comma is the decimal mark
    (Turkish, Russian, French) the point groups instead.
    """
    text = text.translate({0x66C: ",", 0x66B: ".", 0xA0: None, 0x202F: None, 0x2009: None, 0x20: None})
    if sum(char.isdigit() for char in text) > _DIGITS_MAX:
        return None
    group, point = (".", ",") if language in _DECIMAL_COMMA else (",", ".")
    whole, _, decimals = text.partition(point)
    parts = whole.split(group)
    grouped = len(parts) > 1
    if grouped and (not 1 <= len(parts[0]) <= 3 or any(len(part) != 3 for part in parts[1:])):
        indian = all(len(part) == 2 for part in parts[1:-1]) and len(parts[-1]) == 3 and 1 <= len(parts[0]) <= 2
        if not indian:
            return None
    if decimals and not decimals.isdigit():
        return None
    return float(f"{int(''.join(parts) or '0')}.{decimals or '0'}")


def words_value(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """Read English number words from index `at` ("two hundred and five", "seventy-eight", "a dozen").

    Returns the value and the index after the last word used, or None. One pass, no backtracking.
    """
    first = tokens[at].lower
    total, current, used = 0.0, 0.0, 0
    index, smallest = at, float("inf")
    if first in {"a", "an"}:
        return _with_article(tokens, at)
    if first not in UNITS and first not in TENS:
        return (12.0, at + 1) if first == "dozen" else None
    while index < len(tokens):
        word = tokens[index].lower
        if word in UNITS and smallest > 1 and (UNITS[word] < 10 or smallest > 10):
            current, smallest = current + UNITS[word], 1
        elif word in TENS and smallest > 10:
            current, smallest = current + TENS[word], 10
        elif word == "hundred" and 0 < current < 100:
            current, smallest = current * 100, 100
        elif word in SCALES and word != "hundred" and current > 0:
            total, current, smallest = total + current * SCALES[word], 0.0, float("inf")
        elif not _joins(tokens, index, smallest):
            break
        index += 1
        if tokens[index - 1].kind == "word" and tokens[index - 1].lower != "and":
            used = index
    return total + current, used


def _joins(tokens: Sequence[Token], index: int, smallest: float) -> bool:
    """Tell whether a hyphen or an "and" at `index` goes on to more of the same number."""
    if index + 1 >= len(tokens):
        return False
    word, following = tokens[index], tokens[index + 1].lower
    if word.text in {"-", "‐", "‑"} and word.start == tokens[index - 1].end and tokens[index + 1].start == word.end:
        return following in UNITS or following in SCALES
    after_hundred = tokens[index - 1].lower in SCALES and tokens[index - 1].lower != "dozen" and smallest >= 100
    return word.lower == "and" and after_hundred and (following in UNITS or following in TENS) and _small(tokens, index + 1)


def _small(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether the number at `index` stays under a hundred: "five hundred and two hundred" are two numbers."""
    return all(token.lower != "hundred" for token in tokens[index + 1 : index + 3])


def _with_article(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    if at + 1 >= len(tokens) or tokens[at + 1].lower not in SCALES:
        return None
    value, end = float(SCALES[tokens[at + 1].lower]), at + 2
    if end < len(tokens) and tokens[end].lower in {"thousand", "million", "billion"} and tokens[at + 1].lower == "hundred":
        return value * SCALES[tokens[end].lower], end + 1
    return value, end
