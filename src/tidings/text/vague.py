"""Find counts that name no number: "dozens", "tens of thousands", "onlarca", "сотни", "عشرات الآلاف", "数百"."""

from collections.abc import Mapping, Sequence

from tidings.text.number_words import SCALES
from tidings.text.numerals import fold_word
from tidings.text.tokens import Token, word_set

_COUNTS = word_set("dozens hundreds thousands millions billions tens scores")
_LEADS = word_set("several many")
_AFTER_SCORES = {"of", "more", "were", "are", "have", '"', "”"}
_OTHERS: Mapping[str, frozenset[str]] = {
    "tr": word_set("onlarca yüzlerce binlerce binler yüzler milyonlarca milyonlar düzinelerce"),
    "ru": word_set("десятки десятками десятков сотни сотнями сотен тысячи тысячами тысяч миллионы миллионами миллионов"),
    "fr": word_set("dizaines douzaines centaines milliers millions milliards"),
    "ar": word_set("عشرات مئات الاف ملايين مءات"),
}
BEGINNINGS = _COUNTS | _LEADS | {"a"}  # in English no other word begins one
_LEADS_OF = {"tr": word_set("on yüz"), "ru": word_set("несколько нескольких многие"), "fr": word_set("plusieurs quelques")}
_JOINTS = {"fr": word_set("de d'")}


def read_vague(tokens: Sequence[Token], at: int, language: str) -> int:
    """Return the index after a vague count that begins at token `at`; `at` itself when there is none there."""
    if tokens[at].kind == "vague":
        return at + 1
    return _english(tokens, at) if language == "en" else _other(tokens, at, language)


def _english(tokens: Sequence[Token], at: int) -> int:
    word = tokens[at].lower
    following = [token.lower for token in tokens[at + 1 : at + 3]] + ["", ""]
    if word in _LEADS or (word == "a" and following[0] == "few"):
        skip = 2 if word == "a" else 1
        scale = tokens[at + skip].lower if at + skip < len(tokens) else ""
        return at + skip + 1 if scale in SCALES else at
    named = at > 0 and tokens[at].capital and tokens[at - 1].capital  # "Mega Millions"
    if word not in _COUNTS or named:
        return at
    if following[0] == "of" and following[1] in _COUNTS:
        return at + 3
    hurt = at > 0 and tokens[at - 1].lower.endswith("ing")  # "injuring scores in a market"; but "he scores in the first half"
    if word == "tens" or (word == "scores" and following[0] not in _AFTER_SCORES and not hurt):
        return at
    return at + 1


def _other(tokens: Sequence[Token], at: int, language: str) -> int:
    words = _OTHERS.get(language, frozenset())
    lead = _form(tokens[at], language) in _LEADS_OF.get(language, frozenset()) and at + 1 < len(tokens)
    index = at + lead
    if _form(tokens[index], language) not in words:
        return at
    if at and tokens[at - 1].kind == "number":
        return at  # "20 тысяч": a scale
    index += 1
    joint = index + 1 < len(tokens) and tokens[index].lower in _JOINTS.get(language, frozenset())
    if index + joint < len(tokens) and _form(tokens[index + joint], language) in words:
        index += joint + 1
    return index


def _form(token: Token, language: str) -> str:
    word = fold_word(token.lower)
    if language == "ar" and word not in _OTHERS["ar"]:
        word = word.removeprefix("و").removeprefix("ب").removeprefix("ل").removeprefix("ال")
    return word.removeprefix("d'") if language == "fr" else word
