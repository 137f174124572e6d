"""Resolve the day a sentence speaks of against the day it was published.

Days of the week mean the latest such day not after publication, as news agencies write them, if that is at
most three days back: of the names further back about half meant a day ahead ("talks open on Wednesday", said
on a Sunday), in the sample week and its seeds. A day that only bounds a period ("since January 17", "until Friday", "by Monday") is
not the day of what is told. A sentence without a day, or whose day cannot be told, gives nothing: the date of publication is shown anyway.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache

from tidings.text.fold import fold

_WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "tr": ("pazartesi", "sali", "carsamba", "persembe", "cuma", "cumartesi", "pazar"),
    "ru": ("понедельник", "вторник", "среду|среда", "четверг", "пятницу|пятница", "субботу|суббота", "воскресенье"),
    "ar": ("الاثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "السبت", "الاحد"),
    "zh": ("星期一|周一", "星期二|周二", "星期三|周三", "星期四|周四", "星期五|周五", "星期六|周六", "星期日|星期天|周日"),
}
_BACK: Mapping[str, tuple[tuple[str, int], ...]] = {
    "en": ((r"yesterday|last night|previous day", 1), (r"today|this morning|tonight", 0)),
    "fr": ((r"hier", 1), (r"aujourd'hui", 0)),
    "tr": ((r"dun", 1), (r"bugun", 0)),
    "ru": ((r"вчера", 1), (r"сегодня", 0)),
    "ar": ((r"امس", 1), (r"اليوم", 0)),
    "zh": ((r"昨天|昨日", 1), (r"今天|今日", 0)),
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Read in the words as written: in lower case "5 may have died", and "approximately 20" is no day in April.
_MONTH = r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
_MONTH_DAY = re.compile(rf"\b{_MONTH}\.? (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?\b(?![\d,]*\d)")
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? {_MONTH}\b\.?(?: (\d{{4}}))?\b")
_WEEKDAY_BACK_MAX = 3  # days
# What stands before or after a day (folded) that begins or ends a period, or lies ahead.
_BOUND_BEFORE: Mapping[str, str] = {
    "en": r"\b(?:(?:since|until|till) (?:[\w'-]+ ){0,5}|(?:by|before|from|to|through|between|as of|next|coming) (?:(?:on|the|late|early|last|this) )*)$",
    "fr": r"(?:\b(?:depuis|avant|des|a partir d[eu]|a compter d[eu]|entre)|\bjusqu'(?:a|au)|\bd'ici(?: a)?) (?:(?:le|ce) )?$",
    "tr": r"\b(?:gelecek|onumuzdeki) $",
    "ru": r"\b(?:с|со|до|по|к|ко|начиная со?|после|перед|следующ\w+|по состоянию на) $",
    "ar": r"(?:\bمنذ|\bحتي|\bقبل|\bالي غايه|\bلغايه|\bابتداء من|\bاعتبارا من|\bبحلول)(?: يوم)? $",
    "zh": r"(?:自|从|到|至|下|截止|起自)$",
}
_BOUND_AFTER: Mapping[str, str] = {
    "fr": r"^ prochain",
    "tr": r"^(?:'\w+)?(?: (?:gun|aksam|sabah|gece)\w*)? (?:beri|bu yana|itibaren|itibari?yla|itibariyle|kadar|dek|degin|once)\b",
    "ar": r"^ (?:المقبل|القادم)",
    "zh": r"^(?:以来|起|之前|以前|为止|前(?![往去来线后]))",
}
_AS_OF: Mapping[str, str] = {  # what says that a count holds for a day: before it, for Turkish after it
    "zh": r"截(?:至|止)(?:到)?$",
    "ru": r"\bпо состоянию на (?:\w+ )?$",
    "tr": r"^(?:'\w+)?(?: (?:gun|aksam|sabah)\w*)? itibari?yla\b|^(?:'\w+)?(?: (?:gun|aksam|sabah)\w*)? itibariyle\b",
}


def event_date(sentence: str, language: str, published: date | None) -> str:
    """Return the ISO date of the first day that a sentence names as that of a happening, or an empty string."""
    if language == "en":
        found = next(_calendar_days(sentence, published), None)
        if found:
            return found.isoformat()
    if published is None:
        return ""
    folded = fold(sentence)
    named = [(match.start(), back) for match, back in _named(folded, language) if not _bounds(folded, match, language)]
    if not named:
        return ""
    days = _days_back(min(named)[1], published)
    return "" if days > _WEEKDAY_BACK_MAX else (published - timedelta(days=days)).isoformat()


def as_of_date(sentence: str, language: str, published: date | None) -> str:
    """Return the ISO date for which a sentence says that its counts hold ("截至周日", "pazar itibarıyla"), or an empty string.

    Such a day is never ahead. English is read with its figures (stages.figure_sources); where nothing says so, nothing is guessed.
    """
    said = _AS_OF.get(language)
    if said is None or published is None:
        return ""
    folded = fold(sentence)
    for match, back in _named(folded, language):
        around = folded[match.end() :] if said.startswith("^") else folded[: match.start()]
        if re.search(said, around):
            return (published - timedelta(days=_days_back(back, published))).isoformat()
    return ""


def _calendar_days(sentence: str, published: date | None) -> Iterator[date]:
    """Yield the days written out with their month in English that bound no period."""
    for pattern, month_group, day_group in ((_MONTH_DAY, 1, 2), (_DAY_MONTH, 2, 1)):
        for match in pattern.finditer(sentence):
            if not re.search(_BOUND_BEFORE["en"], sentence[: match.start()].lower()):
                found = _calendar_day(match.group(month_group), int(match.group(day_group)), match.group(3), published)
                if found:
                    yield found


def _named(folded: str, language: str) -> Iterator[tuple[re.Match[str], int]]:
    """Yield each day that a folded sentence names in relation to its publication: (match, days back), as `_relative` codes them."""
    for pattern, back in _relative(language):
        for match in pattern.finditer(folded):
            yield match, back


def _bounds(folded: str, match: re.Match[str], language: str) -> bool:
    """Tell whether a day only says where a period begins or ends, or lies ahead."""
    before, after = _BOUND_BEFORE.get(language), _BOUND_AFTER.get(language)
    return bool((before and re.search(before, folded[: match.start()])) or (after and re.search(after, folded[match.end() :])))


def _days_back(back: int, published: date) -> int:
    return back if back >= 0 else (published.weekday() - (-back - 1)) % 7


@lru_cache(maxsize=16)
def _relative(language: str) -> tuple[tuple[re.Pattern[str], int], ...]:
    """Return (pattern, days back) pairs; a weekday is coded as -1 (Monday) to -7 (Sunday)."""
    bounded = (lambda words: words) if language == "zh" else (lambda words: rf"\b(?:{words})\b")
    pairs = [(bounded(words), back) for words, back in _BACK.get(language, ())]
    pairs += [(bounded(words), -1 - day) for day, words in enumerate(_WEEKDAYS.get(language, ()))]
    return tuple((re.compile(pattern), back) for pattern, back in pairs)


def _calendar_day(month: str, day: int, year: str | None, published: date | None) -> date | None:
    if year is None and published is None:
        return None
    number = _MONTHS.index(month[:3].lower()) + 1
    try:
        found = date(int(year) if year else published.year if published else 1, number, day)
        if year is None and published and found > published + timedelta(days=60):
            found = found.replace(year=found.year - 1)
    except ValueError:
        return None
    return found
