"""Give the values of number words in Arabic, Turkish, Russian and French.

One pass over the words of a number: each adds its value where the number still has room for it, hundreds multiply, scales close a group.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tidings.text.tokens import Token

_MARKS = re.compile("[\u0640\u064b-\u0652\u0670\u0307]")
_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ё": "е"})


def fold_word(word: str) -> str:
    """Fold a lower-case word for look-ups: without vowel signs, alef and yeh in one form, "ё" as "е"."""
    return _MARKS.sub("", word).translate(_LETTERS)


@dataclass(frozen=True, slots=True)
class _Words:
    """Hold the number words of a language: `adds` have a value, `scales` multiply what stands before them.

    `lone` are scales that are a number on their own ("bin", "mille"); `hundreds` multiply a digit before them.
    """

    adds: Mapping[str, int]
    scales: Mapping[str, int]
    lone: frozenset[str] = frozenset()
    hundreds: frozenset[str] = frozenset()
    room: Mapping[int, int] = field(default_factory=dict)  # what may follow a value, where it is not the usual


def _table(text: str) -> dict[str, int]:
    """Read "value: form form; value: form" as a mapping of folded forms."""
    table = {}
    for entry in text.split(";"):
        value, _, forms = entry.partition(":")
        table.update({fold_word(form): int(value) for form in forms.split()})
    return table


_TURKISH = _Words(
    _table(
        "0: sıfır; 1: bir; 2: iki ikisi; 3: üç üçü; 4: dört dördü; 5: beş beşi; 6: altı altısı; 7: yedi yedisi; 8: sekiz sekizi; 9: dokuz dokuzu;"
        "10: on; 20: yirmi; 30: otuz; 40: kırk; 50: elli; 60: altmış; 70: yetmiş; 80: seksen; 90: doksan"
    ),
    _table("1000: bin; 1000000: milyon; 1000000000: milyar; 1000000000000: trilyon; 12: düzine"),
    lone=frozenset({"bin"}),
    hundreds=frozenset({"yüz"}),
    room={10: 10},
)
_RUSSIAN = _Words(
    _table(
        "0: ноль нуль; 1: один одна одно одного одной одному одним одну; 2: два две двух двум двумя двое двоих; 3: три трех трем тремя трое троих;"
        "4: четыре четырех четырем четырьмя четверо четверых; 5: пять пяти пятью пятеро пятерых; 6: шесть шести шестью шестеро шестерых;"
        "7: семь семи семеро семерых; 8: восемь восьми восемью восьмью; 9: девять девяти девятью; 10: десять десяти десятью;"
        "11: одиннадцать одиннадцати; 12: двенадцать двенадцати; 13: тринадцать тринадцати; 14: четырнадцать четырнадцати; 15: пятнадцать пятнадцати;"
        "16: шестнадцать шестнадцати; 17: семнадцать семнадцати; 18: восемнадцать восемнадцати; 19: девятнадцать девятнадцати; 20: двадцать двадцати;"
        "30: тридцать тридцати; 40: сорок сорока; 50: пятьдесят пятидесяти; 60: шестьдесят шестидесяти; 70: семьдесят семидесяти;"
        "80: восемьдесят восьмидесяти; 90: девяносто девяноста; 100: сто ста; 200: двести двухсот двумстам; 300: триста трехсот тремстам;"
        "400: четыреста четырехсот; 500: пятьсот пятисот; 600: шестьсот шестисот; 700: семьсот семисот; 800: восемьсот восьмисот; 900: девятьсот девятисот"
    ),
    _table(
        "1000: тысяча тысячи тысяч тысячу тысячей тысячам тысячами; 1000000: миллион миллиона миллионов миллионам; 1000000000: миллиард миллиарда"
        " миллиардов; 10: десяток десятка десятков; 12: дюжина дюжины дюжин"
    ),
    lone=frozenset({"тысяча", "тысячу", "миллион", "миллиард", "десяток", "дюжина"}),
)
_FRENCH = _Words(
    _table(
        "0: zéro; 1: un une; 2: deux; 3: trois; 4: quatre; 5: cinq; 6: six; 7: sept; 8: huit; 9: neuf; 10: dix dizaine; 11: onze; 12: douze douzaine;"
        "13: treize; 14: quatorze; 15: quinze quinzaine; 16: seize; 20: vingt vingts vingtaine; 30: trente trentaine; 40: quarante quarantaine;"
        "50: cinquante cinquantaine; 60: soixante soixantaine; 70: septante; 80: octante; 90: nonante; 100: centaine"
    ),
    _table("1000: mille millier; 1000000: million millions; 1000000000: milliard milliards"),
    lone=frozenset({"mille"}),
    hundreds=frozenset({"cent", "cents"}),
    room={10: 10, 60: 20, 80: 20},
)
_ROUND = frozenset(
    {"dizaine", "douzaine", "quinzaine", "vingtaine", "trentaine", "quarantaine", "cinquantaine", "soixantaine", "centaine", "millier"}
)
_ARABIC = _Words(
    _table(
        "0: صفر; 1: واحد واحدة احد احدى إحدى; 2: اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي; 3: ثلاث ثلاثة; 4: أربع أربعة; 5: خمس خمسة;"
        "6: ست ستة; 7: سبع سبعة; 8: ثمان ثماني ثمانية ثمانيا; 9: تسع تسعة; 10: عشر عشرة; 20: عشرون عشرين; 30: ثلاثون ثلاثين; 40: أربعون أربعين;"
        "50: خمسون خمسين; 60: ستون ستين; 70: سبعون سبعين; 80: ثمانون ثمانين; 90: تسعون تسعين; 200: مئتان مئتين مائتان مائتين مئتا مئتي مائتا مائتي;"
        "300: ثلاثمئة ثلاثمائة; 400: أربعمئة أربعمائة; 500: خمسمئة خمسمائة; 600: ستمئة ستمائة; 700: سبعمئة سبعمائة; 800: ثمانمئة ثمانمائة ثمانيمئة"
        " ثمانيمائة; 900: تسعمئة تسعمائة"
    ),
    _table(
        "1000: ألف ألفا آلاف; 2000: ألفان ألفين ألفا ألفي; 1000000: مليون مليونا ملايين; 2000000: مليونان مليونين مليوني; 1000000000: مليار مليارا"
        " مليارات; 2000000000: ملياران مليارين ملياري"
    )
    | {"الفا": 1_000},
    lone=frozenset(
        {
            "الف",
            "الفا",
            "الفان",
            "الفين",
            "الفي",
            "مليون",
            "مليونا",
            "مليوني",
            "ملياري",
            "مليونان",
            "مليونين",
            "مليار",
            "مليارا",
            "ملياران",
            "مليارين",
        }
    ),
    hundreds=frozenset({"مئة", "مائة"}),
)
_LANGUAGES: Mapping[str, _Words] = {"tr": _TURKISH, "ru": _RUSSIAN, "fr": _FRENCH, "ar": _ARABIC}
_HYPHENS = frozenset({"-", "‐", "‑"})
ARTICLES = frozenset(
    {"一", "bir", "un", "une", "один", "одна", "одно", "одного", "одной", "одному", "одним", "одну", "واحد", "واحدة", "احد", "احدى"}
)

# Nouns whose dual cannot be taken for a plural, without its ending.
_DUAL_NOUNS = frozenset(
    fold_word(noun)
    for noun in [
        "شخص",
        "رجل",
        "طفل",
        "قتيل",
        "جريح",
        "شهيد",
        "جندي",
        "ضابط",
        "شاب",
        "طالب",
        "عامل",
        "عنصر",
        "أسير",
        "رهينت",
        "ضحيت",
        "جثت",
        "امرأت",
        "سيدت",
        "فتات",
        "طفلت",
        "شرطي",
        "صحفي",
        "مدني",
        "مسلح",
        "قذيفت",
        "عبوت",
        "سيارت",
        "شاحنت",
        "طائرت",
        "صاروخ",
        "انفجار",
        "هجوم",
        "حي",
        "قريت",
        "مدينت",
        "بلدت",
        "منزل",
        "مدرست",
        "مستشفى",
        "سفينت",
        "قارب",
        "بلد",
        "دولت",
        "حزب",
        "طرف",
        "حادث",
        "قنبلت",
        "غارت",
    ]
)
_ONLY_IN_AN = frozenset({"شرطي", "صحفي", "مدني", "مسلح"})  # in "-ين" these are plurals


def is_dual(word: str) -> bool:
    """Tell an Arabic dual that counts two by its ending ("قتيلان", "طفلين"), for nouns in which it is no plural."""
    word = fold_word(word)
    stem = word[:-2].removeprefix("و") if word[:-2] not in _DUAL_NOUNS else word[:-2]
    return (word.endswith("ان") and stem in _DUAL_NOUNS) or (word.endswith("ين") and stem in _DUAL_NOUNS - _ONLY_IN_AN)


@dataclass(slots=True)
class _Sum:
    """Add up a number word by word."""

    total: float = 0.0
    current: float = 0.0
    room: float = float("inf")  # what is added next must be less
    scale: float = float("inf")
    last: str = ""

    @property
    def begun(self) -> bool:
        return bool(self.last)

    def take(self, word: str, words: _Words, *, joined: bool) -> bool:
        """Add a word; returns whether it belonged to the number."""
        if word in words.hundreds:
            taken = self._hundred()
        elif word in words.scales:
            taken = self._scaled(words.scales[word], lone=word in words.lone)
        else:
            taken = word in words.adds and self._add(words.adds[word], words, joined=joined)
        self.last = word if taken else self.last
        return taken

    def _hundred(self) -> bool:
        if self.current >= 10 or (self.begun and not self.current and self.room != float("inf")):
            return False
        self.current = max(self.current, 1) * 100
        self.room = 100
        return True

    def _scaled(self, factor: int, *, lone: bool) -> bool:
        dual = factor in {2_000, 2_000_000, 2_000_000_000}
        if factor // (2 if dual else 1) >= self.scale or (not self.current and not lone) or (dual and self.current):
            return False
        self.total += max(self.current, 1) * factor
        self.scale = factor // (2 if dual else 1)
        self.current, self.room = 0.0, float("inf") if factor >= 1_000 else 0
        return True

    def _add(self, value: int, words: _Words, *, joined: bool) -> bool:
        unit = self.current % 10 if self.room == 0 else 0
        if words is _ARABIC and unit and ((value == 10 and not joined) or (joined and 20 <= value < 100)):
            self.current += value  # "three ten", "five and twenty"
            return True
        if words is _FRENCH and value == 20 and self.current % 100 == 4 and self.last == "quatre":
            self.current, self.room = self.current + 76, 20  # "four twenties"
            return True
        if value >= self.room or value >= self.scale or (value == 0 and self.begun):
            return False
        self.current += value
        size = value if value >= 10 else 1
        usual = 100 if value >= 100 else 10 if value >= 20 and value % 10 == 0 else 0
        self.room = words.room.get(size, usual)
        return True


def other_words_value(tokens: Sequence[Token], at: int, language: str) -> tuple[float, int] | None:
    """Read number words of `language` from index `at`; returns the value and the index after them, or None. One pass."""
    words = _LANGUAGES.get(language)
    if words is None or tokens[at].kind != "word":
        return None
    found, index, used = _Sum(), at, at
    if (
        language == "fr"
        and tokens[at].lower in {"un", "une"}
        and at + 1 < len(tokens)
        and tokens[at + 1].lower in {*_ROUND, "million", "milliard"}
    ):
        index = at + (tokens[at + 1].lower in _ROUND)
    while index < len(tokens):
        word, joined = _form(tokens, index, words, begun=found.begun)
        if tokens[index].kind == "word" and found.take(word, words, joined=joined):
            index += 1
            used = index
        elif found.begun and _links(tokens, index, language):
            index += 1
        else:
            break
    if not found.begun:
        return None
    return found.total + found.current, used


def _form(tokens: Sequence[Token], index: int, words: _Words, *, begun: bool) -> tuple[str, bool]:
    """Fold a word and take off what Arabic writes before it: "and", and the article of a number that begins."""
    word = fold_word(tokens[index].lower)
    if words is not _ARABIC:
        return word, False
    known = word in words.adds or word in words.scales or word in words.hundreds
    joined = begun and not known and word.startswith("و")
    word = word[1:] if joined else word
    bare = word.removeprefix("ال")
    known = word in words.adds or word in words.scales or word in words.hundreds
    return (word if known or words.adds.get(bare, 3) < 3 else bare), joined  # with the article they are days: Sunday, Monday


def _links(tokens: Sequence[Token], index: int, language: str) -> bool:
    """Tell whether a hyphen or "et" goes on to more of the number."""
    if language != "fr" or index + 1 >= len(tokens):
        return False
    following = tokens[index + 1].lower
    if tokens[index].text in _HYPHENS:
        return following in {*_FRENCH.adds, *_FRENCH.hundreds, "et"} and tokens[index + 1].start == tokens[index].end
    return tokens[index].lower == "et" and following in {"un", "une", "onze"} and fold_word(tokens[index - 1].lower) in _FRENCH.adds
