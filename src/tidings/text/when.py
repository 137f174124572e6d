"""Resolve the day a sentence speaks of against the day it was published.

Days of the week mean the latest such day not after publication, as news agencies write them, if that is at
most three days back: of the names further back about half meant a day ahead ("talks open on Wednesday", said
on a Sunday), in the sample week and its seeds. A day that only bounds a period ("since January 17", "until Friday", "by Monday") or
is one of several ("between Thursday and Saturday") is not the day of what is told, nor is a day of a sentence that tells what will or
may happen ("will vote on Friday"), unless it is the day on which somebody said so. A date written out long ago is mostly that of a law,
an attack or a treaty spoken of. A sentence without a day, or whose day cannot be told, gives nothing: the date of publication is shown
anyway, and no date is better than a false one.
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
# Folded words of the calendar as they are written with capitals: names of days, not of somebody.
CALENDAR = frozenset(word for language in ("en", "tr") for words in _WEEKDAYS[language] for word in words.split("|")) | frozenset(
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Read in the words as written: in lower case "5 may have died", and "approximately 20" is no day in April.
_MONTH = r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
_MONTH_DAY = re.compile(rf"\b{_MONTH}\.? (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?\b(?![\d,]*\d)")
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? {_MONTH}\b\.?(?: (\d{{4}}))?\b")
_WEEKDAY_BACK_MAX = 3  # days
_CALENDAR_BACK_MAX = 60  # days
_DATE_JOINED_BEFORE = re.compile(
    rf"(?:\b{_MONTH}\.? \d{{1,2}}|\b\d{{1,2}}(?: {_MONTH})?)(?: |-)(?:to|through|until|and|or|-)?(?: |-)?$", re.IGNORECASE
)
_DATE_JOINED_AFTER = re.compile(rf"^ ?(?:-|\u2013|to|through|until|and|or) ?(?:\d{{1,2}}\b(?!:)|{_MONTH}\b)", re.IGNORECASE)
# "Resolution 9 of 18 December", "the January 19 truce"; but "on the night of January 19" is a day
_OF_NAME = re.compile(r"\b(?:the|dated|(?<!day )(?<!night )(?<!morning )(?<!evening )(?<!afternoon )(?<!hours )of) $")
# What stands before or after a day (folded) that begins or ends a period, or lies ahead.
_BOUND_BEFORE: Mapping[str, str] = {
    "en": r"\b(?:(?:since|until|till) (?:[\w'-]+ ){0,5}|(?:by|before|from|to|through|between|as of|next|coming|starting|beginning) (?:(?:on|the|late|early|last|this) )*)$",
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
# What joins two days: neither is the day.
_JOINT: Mapping[str, str] = {
    "en": r" ?(?:-|to|through|until|till|and|or|,) ?(?:(?:on|the|late|early) )*",
    "fr": r" (?:au|a|et|ou) (?:le )?",
    "tr": r"(?:'\w+)? ?(?:ve|ile|veya|-) ?",
    "ru": r" ?(?:и|или|по|-) ?(?:в )?",
    "ar": r" (?:و|الي |حتي |او )(?:يوم )?",
    "zh": r"(?:至|到|和|与|及|、|-)",
}
# What says that a sentence tells of something that will, may or should happen (folded). Present tenses only of words that are
# seldom used of the past.
_AHEAD: Mapping[str, str] = {
    "en": r"\b(?:will|won't|would|shall|should|must|can|could|might|(?<!\d )(?<!in )(?<!of )(?<!last )(?<!since )may(?! \d))\b(?! (?:not )?have\b)|\w'll\b"
    r"|\b(?:(?:is|are|was|were|be|been) due|due on|scheduled|slated|expected|tomorrow|upcoming|deadline|about to|going to|set (?:to|for)|(?:is|are|was|were|be) to)\b"
    r"|\b(?:plan|hope|intend|want|vow|agree|promise|threaten|decide|propose|ask|invite|urge)(?:e?s|e?d|n?ed|ing)?(?: (?!\w+day\b)\w+){0,3} to\b|\bplann(?:ed|ing)\b"
    r"|\b(?:open|start|begin|resume|reopen|expire|meet|convene|depart)s?(?: \w+){0,3} (?=(?:on )?\w+day\b)|\bexpires\b|\btakes? effect\b|\bcomes? into (?:force|effect)\b",
    "fr": r"\b(?!camera|opera|libera)\w+[deituvrn]ra\b|\b(?:au|se|sau|fe|pour|devr)ra?\b|\bira\b|\b(?!(?:af)?front\b)\w+ront\b"
    r"|\b(?:devrai|pourrai|doi|doive|devai|devaie|peu|peuve)(?:t|nt|ent)\b|\b(?:va|vont) \w+(?:er|ir|re)\b|\b(?:prevue?s?|attendue?s?|demain|prochaine?s?|expire)\b",
    "tr": r"\w{2}(?:acak|ecek|acag|eceg)|\b(?:planla|beklen|ongorul|hedeflen)\w*yor|\byarin\b",
    "ru": r"\b(?!сообща|отмеча|говор|явля|наход|утвержда|счита|остае)\w+(?:ется|ится|утся|ются|ятся|атся)\b|\b(?!сове|совету)\w{2,}у[ею]т\b"
    r"|\b(?:буд[еу]т|начн[еу]т|проид[еу]т|провед[еу]т|прибуд[еу]т|при[ею]д[еу]т|посет[ия]т|вступ[ия]т|откро[ею]т|встрет[ия]т|истека[ею]т|може[тм]?|могут|намерен\w*|планир\w+|должн\w+|завтра|предсто[ия]т)\b",
    "ar": r"\b[وف]?س[يتن](?!ار|اس|طر|نا|د|ف|ول|ري|را|رت|ون|ين|وا|ه|غا|تر|ما)\w{3,}|\bسوف\b|\b(?:المقرر|المتوقع|المرتقب|المنتظر|يعتزم|تعتزم|غدا|المقبله?|القادمه?)\b",
    "zh": r"[将將](?![军軍领領士近])|计划|預計|预计|打算|有望|可能|拟于|明天|明日|即将",
}
# Who said it on that day, and where what was said begins.
_SAID: Mapping[str, str] = {
    "en": r"\b(?:said|told|warned|announced|added|stated|confirmed|declared|tweeted|vowed|pledged|reported|agreed|met|signed|launched|ended|killed|died|struck)\b",
    "fr": r"\b(?:dit|declare|annonce|affirme|indique|precise|averti|assure|confirme)\b",
    "tr": r"\b(?:soyle|acikla|bildir|belirt|duyur|kaydet)[dt]i\b|\bdedi\b",
    "ru": r"\b(?:заявил|сообщил|сказал|отметил|подчеркнул|объявил|предупредил)[аи]?\b",
    "ar": r"\b[وف]?(?:قال|اعلن|اكد|افاد|ذكر|صرح|اضاف|حذر)ت?\b",
    "zh": r"表示|说|說|宣布|称|稱|指出|警告",
}
# Who says so beside a day (folded): "said on Tuesday that the road is shut" dates the saying, not the road.
_SPEECH: Mapping[str, str] = {
    "en": r"\b(?:said|says|told|warned|announced|added|stated|confirmed|declared|tweeted|reported|according)\b",
    "fr": r"\b(?:dit|declare|annonce|affirme|indique|precise|averti|assure|confirme|selon)\b",
    "tr": r"\b(?:soyle|acikla|bildir|belirt|duyur|kaydet)\w*[dt]i\b|\bdedi\b|\bgore\b",
    "ru": r"\b(?:заявил|сообщил|сказал|отметил|подчеркнул|объявил|предупредил)[аи]?\b",
    "ar": r"\b[وف]?(?:قال|اعلن|اكد|افاد|ذكر|صرح|اضاف|حذر)ت?\b",
    "zh": r"表示|说|說|宣布|称|稱|指出|警告",
}
_SPEECH_CHARS_MAX = 28  # between the word and the day
_LEAD_CHARS_MAX = 8  # before a day that leads the sentence ("late on ")
# A word of saying, and what may stand between it and its day (folded): whom it was said to and where, not what was said.
_SAID_THEN = re.compile(
    r"(?:told(?: [\w'-]+){0,3}|\w+(?: (?:in|to|at|during|via|from|after|here|also|again)\b[^,;:]*)?)(?: (?:late|early|on|last|this))* $"
)
_CLAUSE: Mapping[str, str] = {
    "en": r"[,;:]| - |\b(?:that|but|whether|because|which|who)\b",
    "fr": r"[,;:]| - |\bqu(?:e\b|')",
    "tr": r"[,;:]| - ",
    "ru": r"[,;:]| - ",
    "ar": r"[،,؛:]| - |\bانه?ا?\b",
    "zh": r"[，,；：:]",
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
    days = _first_day_back(sentence, language, published)
    return "" if published is None or days is None or days > _WEEKDAY_BACK_MAX else (published - timedelta(days=days)).isoformat()


def possible_days(sentence: str, language: str, published: date | None) -> frozenset[str]:
    """Return the ISO dates that the first day of a sentence may mean: `event_date`, or of a weekday further back that day and the one ahead."""
    if found := event_date(sentence, language, published):
        return frozenset({found})
    days = _first_day_back(sentence, language, published)
    if published is None or days is None:
        return frozenset()
    return frozenset((published + timedelta(days=shift)).isoformat() for shift in (-days, 7 - days))


def _first_day_back(sentence: str, language: str, published: date | None) -> int | None:
    """Return how many days before its publication the first day lies that a sentence names as that of a happening."""
    if published is None:
        return None
    folded = fold(sentence)
    named = [(match.start(), back) for match, back in _named(folded, language) if not _bounds(folded, match, language)]
    if not named or _points_ahead(folded, min(named)[0], language):
        return None
    return _days_back(min(named)[1], published)


def dates_speech(sentence: str, language: str) -> bool:
    """Tell whether every day that a sentence names in relation to its publication stands directly with a word of saying.

    "Said on Saturday" and "on Saturday, the ministry said" date the saying; "bombed the town on Saturday, a monitor said" dates the deed.
    """
    if language not in _SPEECH:
        return False
    folded = fold(sentence)
    days = [match for match, _ in _named(folded, language)]
    return bool(days) and all(_is_of_speech(folded, day, language) for day in days)


def _is_of_speech(folded: str, day: re.Match[str], language: str) -> bool:
    """Tell whether a day stands in the clause of a word of saying, with no deed between them."""
    clause, speech = re.compile(_CLAUSE[language]), re.compile(_SPEECH[language])
    before = clause.split(folded[max(0, day.start() - _SPEECH_CHARS_MAX) : day.start()])[-1]
    leads = day.start() <= _LEAD_CHARS_MAX
    after = folded[day.end() : day.end() + _SPEECH_CHARS_MAX]
    after = clause.split(after.removeprefix(",") if leads else after)[0]
    earlier, later = list(speech.finditer(before)), speech.search(after)
    if language != "en":
        return bool(earlier or later)
    if later and (leads or not after[: later.start()].strip()):
        return True
    return bool(earlier) and bool(_SAID_THEN.match(before[earlier[-1].start() :]))


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
    lowered = sentence.lower()
    for pattern, month_group, day_group in ((_MONTH_DAY, 1, 2), (_DAY_MONTH, 2, 1)):
        for match in pattern.finditer(sentence):
            before, after = lowered[: match.start()], lowered[match.end() :]
            if re.search(_BOUND_BEFORE["en"], before) or _DATE_JOINED_BEFORE.search(before) or _DATE_JOINED_AFTER.search(after):
                continue
            found = _calendar_day(match.group(month_group), int(match.group(day_group)), match.group(3), published)
            if found and (
                published is None
                or _is_of_now(found, published, of_name=bool(_OF_NAME.search(before)), ahead=_points_ahead(lowered, match.start(), "en"))
            ):
                yield found


def _is_of_now(found: date, published: date, *, of_name: bool, ahead: bool) -> bool:
    """Tell whether a date written out is that of what is told: not of long ago, not part of a name, not behind in a sentence that looks ahead."""
    return not of_name and published - found <= timedelta(days=_CALENDAR_BACK_MAX) and not (ahead and found < published)


def _named(folded: str, language: str) -> Iterator[tuple[re.Match[str], int]]:
    """Yield each day that a folded sentence names in relation to its publication: (match, days back), as `_relative` codes them."""
    if not _any_day(language).search(folded):  # most sentences name none
        return
    for pattern, back in _relative(language):
        for match in pattern.finditer(folded):
            yield match, back


def _bounds(folded: str, match: re.Match[str], language: str) -> bool:
    """Tell whether a day only says where a period begins or ends, or lies ahead."""
    before, after = folded[: match.start()], folded[match.end() :]
    return any(pattern.search(before) for pattern in _bounds_before(language)) or any(
        pattern.search(after) for pattern in _bounds_after(language)
    )


@lru_cache(maxsize=16)
def _bounds_before(language: str) -> tuple[re.Pattern[str], ...]:
    days, joint = "|".join(_WEEKDAYS.get(language, ())), _JOINT.get(language)
    return tuple(re.compile(one) for one in (_BOUND_BEFORE.get(language), joint and rf"(?:{days}){joint}$") if one)


@lru_cache(maxsize=16)
def _bounds_after(language: str) -> tuple[re.Pattern[str], ...]:
    days, joint = "|".join(_WEEKDAYS.get(language, ())), _JOINT.get(language)
    return tuple(re.compile(one) for one in (_BOUND_AFTER.get(language), joint and rf"^{joint}(?:{days})") if one)


def _points_ahead(folded: str, start: int, language: str) -> bool:
    """Tell whether the sentence of a day tells what is to come. The day on which somebody said so, in a clause of its own, does not."""
    ahead, said, clause = _AHEAD.get(language), _SAID.get(language, ""), _CLAUSE.get(language, "")
    if ahead is None or not re.search(ahead, folded):
        return False
    ends = [match.start() for match in re.finditer(clause, folded)]
    around = folded[max((end for end in ends if end <= start), default=0) : min((end for end in ends if end > start), default=len(folded))]
    return bool(re.search(ahead, around)) or not re.search(said, around)


def _days_back(back: int, published: date) -> int:
    return back if back >= 0 else (published.weekday() - (-back - 1)) % 7


@lru_cache(maxsize=16)
def _relative(language: str) -> tuple[tuple[re.Pattern[str], int], ...]:
    """Return (pattern, days back) pairs; a weekday is coded as -1 (Monday) to -7 (Sunday)."""
    bounded = (lambda words: words) if language == "zh" else (lambda words: rf"\b(?:{words})\b")
    pairs = [(bounded(words), back) for words, back in _BACK.get(language, ())]
    pairs += [(bounded(words), -1 - day) for day, words in enumerate(_WEEKDAYS.get(language, ()))]
    return tuple((re.compile(pattern), back) for pattern, back in pairs)


@lru_cache(maxsize=16)
def _any_day(language: str) -> re.Pattern[str]:
    return re.compile("|".join(pattern.pattern for pattern, _ in _relative(language)))


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
