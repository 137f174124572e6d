"""Prove that number words of six languages are read as the number they say."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.quantities import read_quantities

_EN = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_EN_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_TR = ["_", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz"]
_TR_TENS = ["_", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan"]
_FR = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_FR_TENS = ["_", "_", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt"]
_RU = [
    "_",
    "один",
    "два",
    "три",
    "четыре",
    "пять",
    "шесть",
    "семь",
    "восемь",
    "девять",
    "десять",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
]
_RU_TENS = ["_", "_", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"]
_RU_HUNDREDS = ["_", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"]
_AR = ["_", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"]
_AR_TENS = ["_", "_", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]
_AR_HUNDREDS = ["_", "مئة", "مئتان", "ثلاثمئة", "أربعمئة", "خمسمئة", "ستمئة", "سبعمئة", "ثمانمئة", "تسعمئة"]
_ZH = "零一二三四五六七八九"


def english(value: int) -> str:
    def small(part: int) -> str:
        if part >= 100:
            rest = f" and {small(part % 100)}" if part % 100 else ""
            return f"{_EN[part // 100]} hundred{rest}"
        if part < 20:
            return _EN[part]
        return _EN_TENS[part // 10] + (f"-{_EN[part % 10]}" if part % 10 else "")

    return _scaled(value, small, ("million", "thousand"))


def turkish(value: int) -> str:
    def small(part: int) -> str:
        hundred = ([_TR[part // 100]] if part >= 200 else []) + (["yüz"] if part >= 100 else [])
        ten = [_TR_TENS[part % 100 // 10]] if part % 100 >= 10 else []
        return " ".join(hundred + ten + ([_TR[part % 10]] if part % 10 else []))

    words = _scaled(value, small, ("milyon", "bin"))
    return (
        words.replace("milyon bir bin", "milyon bin")
        if value % 1_000_000 < 2_000
        else words.removeprefix("bir ")
        if value < 2_000
        else words
    )


def french(value: int) -> str:
    def small(part: int) -> str:
        if part >= 100:
            lead = f"{_FR[part // 100]} cent" if part >= 200 else "cent"
            return f"{lead} {small(part % 100)}" if part % 100 else lead
        if part < 20:
            return _FR[part]
        base, rest = (part // 20 * 20, part % 20) if part >= 60 else (part // 10 * 10, part % 10)
        if not rest:
            return _FR_TENS[base // 10]
        joint = " et " if rest in {1, 11} and base < 80 else "-"
        return _FR_TENS[base // 10] + joint + _FR[rest]

    words = _scaled(value, small, ("millions", "mille"))
    return words.replace(" un mille", " mille").removeprefix("un ") if value < 2_000 else words.replace(" un mille", " mille")


def russian(value: int) -> str:
    def small(part: int) -> str:
        words = [_RU_HUNDREDS[part // 100]] if part >= 100 else []
        part %= 100
        if part >= 20:
            words.append(_RU_TENS[part // 10])
            part %= 10
        return " ".join(words + ([_RU[part]] if part else []))

    return _scaled(value, small, ("миллионов", "тысяч"))


def arabic(value: int) -> str:
    def small(part: int) -> str:
        words = [_AR_HUNDREDS[part // 100]] if part >= 100 else []
        part %= 100
        if 10 < part < 20:
            words.append(("أحد" if part == 11 else "اثنا" if part == 12 else _AR[part % 10]) + " عشر")
        elif part >= 20:
            words += ([_AR[part % 10]] if part % 10 else []) + [_AR_TENS[part // 10]]
        elif part:
            words.append(_AR[part])
        return " و".join(words)

    words = _scaled(value, small, ("ملايين", "ألف"), " و")
    return words.removeprefix("واحد ") if value < 2_000 else words


def chinese(value: int) -> str:
    def small(part: int) -> str:
        text, gap = "", False
        for unit, char in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit = part // unit % 10
            if digit:
                text += ("零" if gap and text else "") + _ZH[digit] + char
            gap = not digit
        return text

    high, low = divmod(value, 10_000)
    if not high:
        return small(low)
    return f"{small(high)}万" + (("零" if low < 1_000 else "") + small(low) if low else "")


def _scaled(value: int, small: Callable[[int], str], scales: tuple[str, str], joint: str = " ") -> str:
    parts = []
    for factor, name in ((1_000_000, scales[0]), (1_000, scales[1])):
        if value >= factor:
            parts.append(f"{small(value // factor)} {name}")
            value %= factor
    return joint.join(parts + ([small(value)] if value else []))


_SAY = {"en": english, "tr": turkish, "fr": french, "ru": russian, "ar": arabic, "zh": chinese}


@pytest.mark.parametrize("language", sorted(_SAY))
@given(value=st.integers(min_value=2, max_value=9_999_999) | st.integers(min_value=2, max_value=1_999))
def test_number_words_round_trip(language: str, value: int) -> None:
    """A number spelled out in any of the six languages is read as itself, and all of its words belong to it."""
    words = _SAY[language](value)
    _, found = read_quantities(words + ("人" if language == "zh" else " x"), language)
    assert [(one.low, one.end) for one in found] == [(value, len(words))]


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        pytest.param("fr", "quatre-vingt-dix blessés", 90, id="four twenties and ten"),
        pytest.param("fr", "soixante-dix-sept blessés", 77, id="sixty and seventeen"),
        pytest.param("fr", "une vingtaine de blessés", 20, id="about a score"),
        pytest.param("fr", "un million deux cent mille habitants", 1_200_000, id="un million"),
        pytest.param("tr", "bin dört yüz işçi", 1_400, id="a thousand without one"),
        pytest.param("tr", "İki asker", 2, id="dotted capital"),
        pytest.param("ru", "шести десятков машин", 60, id="tens of things"),
        pytest.param("ru", "пятеро солдат", 5, id="collective"),
        pytest.param("ru", "двадцать одна тысяча жителей", 21_000, id="feminine before thousand"),
        pytest.param("ar", "خمسة وعشرون جريحا", 25, id="units before tens"),
        pytest.param("ar", "تسعة عشر شخصا", 19, id="teens"),
        pytest.param("ar", "ألفان وخمسمئة عائلة", 2_500, id="dual thousand"),
        pytest.param("ar", "قُتل ثلاثة", 3, id="vowel signs"),
        pytest.param("ar", "وقتيلان في القصف", 2, id="dual noun"),
        pytest.param("zh", "三十五万六千人", 356_000, id="ten thousands"),
        pytest.param("zh", "1.2亿元", 1.2e8, id="digits and yi"),
        pytest.param("zh", "一百二十多人", 120, id="and more"),
    ],
)
def test_forms_of_number_words(language: str, text: str, value: float) -> None:
    """Each way of putting a number is read; what follows stays out of it."""
    _, found = read_quantities(text, language)
    assert [(one.low, one.high) for one in found] == [(value, value)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("ar", "يوم الاثنين", id="Monday is not two"),
        pytest.param("ar", "يوم الأحد", id="Sunday is not one"),
        pytest.param("ar", "المدنيين", id="a plural is no dual"),
        pytest.param("zh", "一些人在一起", id="some, together"),
        pytest.param("zh", "第二机场", id="ordinal"),
        pytest.param("zh", "周一开始", id="day of the week"),
        pytest.param("zh", "三亚和四川", id="places"),
        pytest.param("ru", "семью эвакуировали", id="a family is not seven"),
        pytest.param("fr", "les centres", id="begins like a hundred"),
    ],
)
def test_words_that_are_no_number(language: str, text: str) -> None:
    """Words that look like numbers but count nothing are left alone."""
    assert read_quantities(text, language)[1] == []
