"""Resolve the day a sentence speaks of against the day it was published.

Days of the week mean the latest such day not after publication, as news agencies write them, if that is at
most three days back: of the names further back about half meant a day ahead ("talks open on Wednesday", said
on a Sunday), in the sample week and its seeds. A sentence without a day, or whose day cannot be told, gives nothing: the date of publication is shown anyway.
"""

import re
from collections.abc import Mapping
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
_NEXT = re.compile(r"\b(?:next|coming|until|by|before|from) (?:on )?$")


def event_date(sentence: str, language: str, published: date | None) -> str:
    """Return the ISO date of the first day that a sentence names, or an empty string."""
    folded = fold(sentence)
    if language == "en":
        for pattern, month_group, day_group in ((_MONTH_DAY, 1, 2), (_DAY_MONTH, 2, 1)):
            match = pattern.search(sentence)
            if match:
                found = _calendar_day(match.group(month_group), int(match.group(day_group)), match.group(3), published)
                if found:
                    return found.isoformat()
    if published is None:
        return ""
    named = [
        (match.start(), back)
        for pattern, back in _relative(language)
        if (match := pattern.search(folded)) and not _NEXT.search(folded[: match.start()])
    ]
    if not named:
        return ""
    back = min(named)[1]
    days = back if back >= 0 else (published.weekday() - (-back - 1)) % 7
    if back < 0 and days > _WEEKDAY_BACK_MAX:
        return ""
    return (published - timedelta(days=days)).isoformat()


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
