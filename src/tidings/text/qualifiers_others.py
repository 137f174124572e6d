"""Read the words that qualify a number in Arabic, Turkish, Russian, Chinese and French, before and after it."""

from collections.abc import Mapping

_BEFORE: Mapping[str, Mapping[str, str]] = {
    "ar": {
        "على الأقل": "at_least", "ما لا يقل عن": "at_least", "لا يقل عن": "at_least", "لا تقل عن": "at_least", "أكثر من": "more_than", "اكثر من": "more_than",
        "ما يزيد على": "more_than", "ما يزيد عن": "more_than", "يزيد على": "more_than", "يزيد عن": "more_than", "تزيد على": "more_than", "يفوق": "more_than",
        "ما يربو على": "more_than", "تجاوز": "more_than", "يتجاوز": "more_than", "فوق": "more_than", "نحو": "about", "حوالي": "about", "حوالى": "about",
        "زهاء": "about", "تقريبا": "about", "قرابة": "nearly", "ما يقارب": "nearly", "ما يقرب من": "nearly", "يقارب": "nearly", "أقل من": "less_than",
        "يصل إلى": "up_to", "ما يصل إلى": "up_to", "كحد أقصى": "up_to", "لا يزيد عن": "up_to", "لا يزيد على": "up_to", "لا يتجاوز": "up_to",
    },
    "tr": {
        "en az": "at_least", "en azından": "at_least", "asgari": "at_least", "yaklaşık": "about", "tahminen": "about", "aşağı yukarı": "about",
        "en fazla": "up_to", "en çok": "up_to", "azami": "up_to", "neredeyse": "nearly",
    },
    "zh": {
        "至少": "at_least", "最少": "at_least", "不少于": "at_least", "起码": "at_least", "至少有": "at_least", "超过": "more_than", "超過": "more_than",
        "逾": "more_than", "多于": "more_than", "超": "more_than", "约": "about", "约有": "about", "约为": "about", "約為": "about", "約": "about", "大约": "about", "大約": "about", "大约有": "about",
        "大概": "about", "估计": "about", "近": "nearly", "将近": "nearly", "接近": "nearly", "最多": "up_to", "不超过": "up_to", "多达": "up_to", "高达": "up_to",
        "不到": "less_than", "少于": "less_than", "不足": "less_than",
    },
    "ru": {
        "не менее": "at_least", "не меньше": "at_least", "как минимум": "at_least", "по меньшей мере": "at_least", "по крайней мере": "at_least",
        "минимум": "at_least", "более": "more_than", "более чем": "more_than", "больше": "more_than", "свыше": "more_than", "около": "about",
        "примерно": "about", "приблизительно": "about", "порядка": "about", "почти": "nearly", "до": "up_to", "не более": "up_to", "не больше": "up_to",
        "максимум": "up_to", "менее": "less_than", "меньше": "less_than", "менее чем": "less_than",
    },
    "fr": {
        "au moins": "at_least", "pas moins de": "at_least", "au minimum": "at_least", "plus de": "more_than", "plus d'": "more_than", "environ": "about",
        "quelque": "about", "autour de": "about", "à peu près": "about", "près de": "nearly", "près d'": "nearly", "presque": "nearly", "jusqu'à": "up_to",
        "au plus": "up_to", "au maximum": "up_to", "pas plus de": "up_to", "moins de": "less_than", "moins d'": "less_than",
    },
}  # fmt: skip
_AFTER: Mapping[str, Mapping[str, str]] = {
    "ar": {"على الأقل": "at_least", "على الأكثر": "up_to", "تقريبا": "about", "أو أكثر": "at_least"},
    "tr": {"'den fazla": "more_than", "'dan fazla": "more_than", "'ten fazla": "more_than", "'tan fazla": "more_than", "den fazla": "more_than",
           "dan fazla": "more_than", "ten fazla": "more_than", "tan fazla": "more_than", "'i aşkın": "more_than", "'ı aşkın": "more_than",
           "'ü aşkın": "more_than", "'u aşkın": "more_than", "i aşkın": "more_than", "'yi aşkın": "more_than", "'e yakın": "nearly", "'a yakın": "nearly",
           "'ye yakın": "nearly", "e yakın": "nearly", "kadar": "about", "'e kadar": "up_to", "'a kadar": "up_to", "'ye kadar": "up_to", "civarında": "about",
           "dolayında": "about", "küsur": "more_than", "'den az": "less_than", "'dan az": "less_than", "'ten az": "less_than", "'tan az": "less_than"},
    "zh": {"多": "more_than", "余": "more_than", "餘": "more_than", "左右": "about", "上下": "about", "以上": "at_least", "以下": "up_to"},
    "ru": {"или более": "at_least", "с лишним": "more_than", "и более": "at_least"},
    "fr": {"au moins": "at_least", "environ": "about", "ou plus": "at_least", "au plus": "up_to"},
}  # fmt: skip
_COUNTERS = "人名个個位家间間座处處条條辆輛架艘枚起场場头頭件户戶"
_REACH = 20  # characters
_ROUND = ("dizaine", "douzaine", "quinzaine", "vingtaine", "trentaine", "quarantaine", "cinquantaine", "soixantaine", "centaine", "millier")


def read_other_qualifier(text: str, start: int, end: int, language: str) -> str:
    """Read the qualifier right before offset `start` or right after `end`; "exact" when there is none."""
    before = text[max(0, start - _REACH) : start].rstrip(' "«“').casefold().replace("’", "'")
    found = [phrase for phrase in _BEFORE.get(language, {}) if before.endswith(phrase) and _whole(before, phrase, language)]
    if found:
        return _BEFORE[language][max(found, key=len)]
    after = text[end : end + _REACH].casefold().replace("’", "'").lstrip()
    words = text[start:end].casefold()
    if language == "zh" and any(char in words for char in "多余餘"):
        return "more_than"
    bare = after.lstrip(_COUNTERS) if language == "zh" and after[:2] not in {"以上", "以下", "左右"} else after
    found = [phrase for phrase in _AFTER.get(language, {}) if bare.startswith(phrase) or after.startswith(phrase)]
    if found:
        return _AFTER[language][max(found, key=len)]
    return "about" if language == "fr" and words.endswith(_ROUND) else "exact"


def _whole(before: str, phrase: str, language: str) -> bool:
    """Tell whether a phrase is not the end of a longer word; Chinese parts no words, Arabic may write "and" before one."""
    if language == "zh" or len(before) == len(phrase):
        return True
    edge = before[-len(phrase) - 1]
    return not edge.isalpha() or (language == "ar" and edge in "وبفل")
