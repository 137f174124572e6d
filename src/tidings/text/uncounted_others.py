"""Tell the numbers that count nothing in Arabic, Turkish, Russian, Chinese and French: years, dates, ages, durations, distances, magnitudes."""

from collections.abc import Mapping, Sequence

from tidings.text.numerals import fold_word
from tidings.text.quantities import Quantity
from tidings.text.tokens import Token, adjacent, word_set


def _starts(words: str) -> tuple[str, ...]:
    return tuple(sorted(fold_word(word) for word in word_set(words)))


# Beginnings of the words after a number that make it a span of time, a distance, an age, a magnitude or a ratio.
_AFTER: Mapping[str, tuple[str, ...]] = {
    "tr": _starts(
        "yıl günü günlü günd saat dakika saniye yaşın yüzyıl kilometre santim hektar büyüklü şiddetin haftal haftad aylık ayda ayın"
        " ncı nci ncu ncü inci ıncı uncu üncü"
    ),
    "ru": _starts(
        "недел месяц минут секунд километр градус гектар летн кратн январ феврал апрел июня июля август сентябр октябр ноябр декабр"
    ),
    "zh": _starts(
        "年 天 夜 小时 周 分钟 秒 岁 歲 度 公里 千米 米 英里 级 級 次 届 屆 倍 月 日 号 世纪 点 个月 个小时 个星期 个多月 多年 多天 时"
    ),
    "ar": (),
    "fr": (),
}
_AFTER_WHOLE = {
    "ar": frozenset(
        map(
            fold_word,
            word_set(
                "سنة سنوات سنين عام عاما أعوام يوم يوما أيام شهر شهرا شهور أشهر أسبوع أسابيع ساعة ساعات دقيقة دقائق ثانية ثوان كيلومتر كم متر"
                " أمتار ميل أميال درجة درجات مرة مرات قرن يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
            ),
        )
    ),
    "ru": word_set(
        "год года году годам лет дня дней дню день дням сутки суток час часа часов часам век века веков км м см мм метр метра метров миль мили балл"
        " балла баллов раз раза марта мая"
    ),
    "tr": word_set(
        "ay gün hafta yaş asır km metre mil deniz derece kat kere kez defa mm cm dönüm ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık"
    ),
    "fr": word_set(
        "an ans année années jour jours mois semaine semaines heure heures h minute minutes seconde secondes siècle siècles km kilomètre kilomètres"
        " mètre mètres m degré degrés fois hectares janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
        " e er ème ième"
    ),
}
_BEFORE = {
    "tr": word_set("saat madde büyüklüğü"),
    "ru": word_set("магнитудой магнитуда магнитуду магнитуде магнитуды статья статьи статье статью номер году"),
    "ar": frozenset(map(fold_word, ("بقوة", "عام", "سنة", "العام", "المادة", "الساعة", "رقم", "عامي"))),
    "fr": word_set("magnitude article vol en numéro chapitre depuis rue no"),
    "zh": frozenset(),
}
_MAGNITUDE = {"ru": ("достиг", "магнитуд"), "fr": ("magnitude",), "ar": ("ريختر",), "tr": ("büyüklü", "richter"), "zh": ("地震",)}
_MARKS = frozenset({"-", "‑", "–", "'", "’"})


def uncounted_other(tokens: Sequence[Token], quantity: Quantity, language: str) -> str:
    """Name why a quantity counts nothing ("span", "year", "label", "adjective", "score", "magnitude", "name"), or ""."""
    if quantity.unit or quantity.vague:
        return ""
    after, before = _word(tokens, quantity.last), _word(tokens, quantity.first - 1)
    if language == "tr" and _son_of(tokens, quantity):
        return "name"
    if after.startswith(_AFTER.get(language, ())) or after.partition("'")[0] in _AFTER_WHOLE.get(language, ()):
        return "span"
    if after in {"-", "‑"} and adjacent(tokens[quantity.last - 1], tokens[quantity.last]):
        return "score" if _kind(tokens, quantity.last + 1) == "number" else "adjective"
    if after in _MARKS and _word(tokens, quantity.last + 1).startswith(_AFTER.get(language, ())):
        return "span"
    if before in _BEFORE.get(language, ()) and not (language == "fr" and before in {"en", "depuis"} and not _year(quantity)):
        return "label"
    if quantity.low is not None and quantity.low < 10 and quantity.low != int(quantity.low) and _quake(tokens, quantity, language):
        return "magnitude"
    return "year" if _year(quantity) and not _unqualified_count(tokens, quantity) else ""


def _word(tokens: Sequence[Token], index: int) -> str:
    return fold_word(tokens[index].lower) if 0 <= index < len(tokens) else ""


def _son_of(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """Tell "Bin" within a name, "Salih Bin Osman", from the Turkish thousand."""
    if quantity.last != quantity.first + 1 or not 0 < quantity.first < len(tokens) - 1:
        return False
    inside = tokens[quantity.first - 1 : quantity.last + 1]
    return inside[1].lower == "bin" and all(token.kind == "word" and token.capital for token in inside)


def _kind(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].kind if index < len(tokens) else ""


def _quake(tokens: Sequence[Token], quantity: Quantity, language: str) -> bool:
    near = range(max(0, quantity.first - 4), min(len(tokens), quantity.last + 4))
    return any(_word(tokens, index).startswith(_MAGNITUDE.get(language, ("richter",))) for index in near)


def _year(quantity: Quantity) -> bool:
    return quantity.plain and quantity.low is not None and 1900 <= quantity.low <= 2100


def _unqualified_count(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """Tell whether a noun follows at once, which a year does not have."""
    return _kind(tokens, quantity.last) == "word" and adjacent(tokens[quantity.last - 1], tokens[quantity.last])
