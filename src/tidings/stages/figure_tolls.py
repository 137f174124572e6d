"""Read figures in languages other than English: numbers, what they measure by the stems near them, and the noun they count."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from tidings.model import Figure
from tidings.stages.figure_nouns import common_noun
from tidings.stages.figure_sources import nearest_source, other_sources
from tidings.stages.figure_stems import DISEASES, LOOK_BACK_FIRST, STEMS, WHOLE_WORDS
from tidings.text.fold import fold
from tidings.text.function_words import FUNCTION_WORDS
from tidings.text.numerals import ARTICLES, fold_word, is_dual
from tidings.text.qualifiers_others import read_other_qualifier
from tidings.text.quantities import Quantity
from tidings.text.tokens import Token, word_set
from tidings.text.uncounted_others import uncounted_other

_FIGURES_MAX = 200
_REACH = 12  # tokens between a number and its verb
_BREAKS = word_set(". ; : ! ? 。 ； ！ ？ ؛ ؟")
_COMMAS = word_set(", ، ， 、")
_NOUN_WORDS = 3
_HAN_NOUN = 6
_PREPOSED = word_set(
    "' ’ den dan ten tan e a ye ya i ı u ü yi yı den fazla aşkın yakın kadar civarında az de des d' autres من new yeni daha ещё еще"
)
_COMPARED = frozenset({"fazla", "aşkın", "yakın", "kadar", "civarında", "az"})
_HAN_COUNTERS = frozenset("名个個位家间間座处處条條辆輛架艘枚起场場头頭只隻件户戶支批份台套项項块塊张張片棵部具")
_HAN_STOPS = frozenset("在被从因于周昨今已死遇受的和与对将列，。、进失丧伤")
_PEOPLE = frozenset(
    {"people", "civilian", "child", "woman", "man", "soldier", "officer", "dead", "wounded", "victim", "student", "worker", "journalist"}
)


def read_tolls(text: str, tokens: Sequence[Token], quantities: Sequence[Quantity], language: str) -> tuple[Figure, ...]:
    """Read the figures of a sentence whose language has a table; without a table there are none."""
    if language not in STEMS:
        return ()
    counted = [one for one in quantities if not uncounted_other(tokens, one, language)][:_FIGURES_MAX]
    marks = [_measure_of(token.lower, language) if _tells(tokens, index) else "" for index, token in enumerate(tokens)]
    if language == "tr":
        marks = _lives_lost(tokens, marks)
    ill = any(token.lower in DISEASES.get(language, ()) for token in tokens)
    sources = other_sources(text, language)
    found = []
    for number, quantity in enumerate(counted):
        of = _of(text, tokens, quantity, marks, language)
        if _article(tokens, quantity, of):
            continue
        left = counted[number - 1].last if number else 0
        right = counted[number + 1].first if number + 1 < len(counted) else len(tokens)
        measure = _unit_measure(quantity) or _near(tokens, marks, quantity, (left, right), language)
        measure = "affected" if ill and measure == "injured" else measure or "other"
        qualifier = "vague" if quantity.vague else read_other_qualifier(text, quantity.start, quantity.end, language)
        words = text[quantity.start : quantity.end]
        said_by = nearest_source(sources, quantity.start)
        found.append(
            Figure(
                quantity.low, quantity.high, qualifier, measure, of, quantity.unit, words, quantity.start, quantity.end, said_by=said_by,
            ),
        )  # fmt: skip
    return tuple(found)


def _lives_lost(tokens: Sequence[Token], marks: Sequence[str]) -> list[str]:
    """Read "hayatını kaybeden" as one: who lost a life is not missing."""
    lost = [token.lower.startswith("kayb") and index > 0 and marks[index - 1] == "killed" for index, token in enumerate(tokens)]
    return ["killed" if of_life else mark for of_life, mark in zip(lost, marks, strict=True)]


def _tells(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a word may say what happened: a name in the middle of a sentence does not."""
    inside = index > 0 and tokens[index - 1].text not in _BREAKS
    return tokens[index].kind == "word" and not (inside and tokens[index].capital)


def _article(tokens: Sequence[Token], quantity: Quantity, of: str) -> bool:
    """Tell "one" that may only be an article: it counts where a person follows."""
    if quantity.unit or quantity.low != 1 or quantity.last != quantity.first + 1:
        return False
    return fold_word(tokens[quantity.first].lower) in ARTICLES and common_noun(of) not in _PEOPLE


def _unit_measure(quantity: Quantity) -> str:
    if not quantity.unit:
        return ""
    return "percent" if quantity.unit == "%" else "money"


@lru_cache(maxsize=8)
def _stems(language: str) -> Mapping[str, str]:
    return {fold_word(stem): measure for measure, words in STEMS[language].items() for stem in words.split()}


_WHOLE = frozenset(map(fold_word, WHOLE_WORDS))


@lru_cache(maxsize=20_000)
def _measure_of(word: str, language: str) -> str:
    """Return what a word measures by the longest stem it begins with; in Chinese by the first stem in it."""
    stems, word = _stems(language), fold_word(word)
    if language == "zh":
        found = [stem for stem in stems if stem in word]
        return stems[min(found, key=word.index)] if found else ""
    forms = [word]
    if language == "ar":
        forms += [word.removeprefix("و"), word.removeprefix("و").removeprefix("ب").removeprefix("ل").removeprefix("ال")]
    for form in forms:
        for size in range(min(len(form), 14), 1, -1):
            if form[:size] in stems and (form[:size] not in _WHOLE or form == form[:size]):
                return stems[form[:size]]
    return ""


def _near(tokens: Sequence[Token], marks: Sequence[str], quantity: Quantity, bounds: tuple[int, int], language: str) -> str:
    if language == "ar" and is_dual(tokens[quantity.first].lower) and marks[quantity.first]:
        return marks[quantity.first]
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


def _of(text: str, tokens: Sequence[Token], quantity: Quantity, marks: Sequence[str], language: str) -> str:
    """Read the noun counted: a few words after the number, up to a small word, a name, a mark or a verb of the tables."""
    if quantity.unit:
        return ""
    if language == "ar" and quantity.last == quantity.first + 1 and is_dual(tokens[quantity.first].lower):
        return text[quantity.start : quantity.end]
    if language == "zh":
        return _han_noun(tokens, quantity.last)
    index = quantity.last
    while index < len(tokens) and index < quantity.last + 4 and tokens[index].lower in _PREPOSED:
        index += 1
    if language == "tr" and _inflected(tokens, quantity.last, index):
        return ""
    start = index
    while index < min(len(tokens), start + _NOUN_WORDS):
        token = tokens[index]
        stops = token.kind != "word" or fold(token.lower) in FUNCTION_WORDS or token.capital
        if stops or (index > start and (marks[index] or common_noun(tokens[index - 1].lower))):
            break
        index += 1
    return text[tokens[start].start : tokens[index - 1].end] if index > start else ""


def _inflected(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Tell a Turkish number with an ending of its own, "15'e çıktı", from one that is compared: "15'ten fazla kişi"."""
    return first < len(tokens) and tokens[first].text in {"'", "’"} and not _COMPARED & {token.lower for token in tokens[first:last]}


def _han_noun(tokens: Sequence[Token], index: int) -> str:
    while index < len(tokens) and tokens[index].text in {"多", "余", "餘"}:
        index += 1
    if index >= len(tokens) or tokens[index].kind != "word":
        return ""
    text = tokens[index].text
    text = text[1:] if text[0] in _HAN_COUNTERS and len(text) > 1 else text
    end = next((at for at, char in enumerate(text) if char in _HAN_STOPS), len(text))
    phrase = text[: min(end, _HAN_NOUN)]
    known = [at for at in range(1, len(phrase) + 1) if common_noun(phrase[:at])]
    return phrase[: known[0]] if known and phrase[0] == "人" else phrase
