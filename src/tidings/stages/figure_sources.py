"""Read who gives a figure and as of when: "according to the ministry", "the UN says", "as of Monday"."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from tidings.text.tokens import Token, word_set
from tidings.text.uncounted import MONTHS, SHORT_MONTHS

_SAYS = word_set(
    "says said say reports reported report claims claimed claim estimates estimated estimate announces announced confirms confirmed states stated"
    " adds added told warns warned",
)
_NAME_MAX = 14
_SOURCES_MAX = 40
_BODIES = word_set(
    "un authorities officials police government ministry state local health army military media sources activists rescuers"
    " monitors doctors witnesses official agency observatory spokesman spokeswoman spokesperson minister president",
)
_CLAIMED = word_set("responsibility at the a an its their his her life lives")
_PRONOUNS = word_set("it he she they we this that the a an")
_ENDS = word_set("that who which after when while as with where following during since and but in on at from killing")
_NOT_SPEAKERS = word_set(
    "are were is was been be have has had being with of by the a an if to no some any his her its their these those amid"
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_said_by(text: str, tokens: Sequence[Token], first: int, last: int, numbers: Sequence[int]) -> list[str]:
    """Give, for the figure at each token index of `numbers`, the words that name who says it; "" when nobody is named.

    The nearest attribution of the sentence `first:last` counts; one that leads the sentence counts for what follows it.
    """
    spans = _according(tokens, first, last) + _saying(tokens, first, last)
    named = [(start, end, text[tokens[start].start : tokens[end - 1].end]) for start, end in spans]
    return [_nearest(named, number) for number in numbers]


def _nearest(named: Sequence[tuple[int, int, str]], number: int) -> str:
    near = [(abs(number - (end if end <= number else start)), name) for start, end, name in named if not start <= number < end]
    return min(near)[1] if near else ""


def _according(tokens: Sequence[Token], first: int, last: int) -> list[tuple[int, int]]:
    spans = []
    for index in range(first, last - 2):
        if tokens[index].lower == "according" and tokens[index + 1].lower == "to":
            start = index + 2
            end = start
            while end < min(last, start + _NAME_MAX) and not _ends_name(tokens, end):
                end += 1
            if end > start:
                spans.append((start, end))
    return spans


def _ends_name(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    dotted = token.text in {".", "-"} and index > 0 and tokens[index - 1].end == token.start
    inner = dotted and index + 1 < len(tokens) and tokens[index + 1].start == token.end and tokens[index + 1].kind == "word"
    if inner:
        return False
    if token.text == "." and index > 0 and len(tokens[index - 1].text) == 1:
        return False  # "U.S. officials": the end of the sentence bounds it anyway
    return token.kind != "word" or token.lower in _ENDS or (token.lower in _SAYS and not token.capital)


def _saying(tokens: Sequence[Token], first: int, last: int) -> list[tuple[int, int]]:
    spans = []
    for index in range(first + 1, last):
        word = tokens[index].lower
        before = tokens[index - 1]
        if word not in _SAYS or tokens[index].capital or before.kind != "word" or before.lower in _NOT_SPEAKERS:
            continue
        start = index
        while start > max(first, index - _NAME_MAX) and not _before_name(tokens, start - 1):
            start -= 1
        if start == index - _NAME_MAX and not _before_name(tokens, start - 1):
            continue  # too long to be a name: nothing is better than half of one
        named = not _relative(tokens, start, first) and any(
            (token.capital or token.lower in _BODIES) and token.lower not in _PRONOUNS for token in tokens[start:index]
        )
        if word.startswith("stat") and (index + 1 >= last or tokens[index + 1].lower != "that"):
            continue
        if word.startswith("claim") and index + 1 < last and tokens[index + 1].lower in _CLAIMED:
            continue
        if before.lower in {"he", "she"}:
            spans.append((index - 1, index))
            continue
        if word.startswith("announc") and index + 1 < last and tokens[index + 1].lower in {"plans", "a", "an", "its", "their"}:
            continue
        follows = (
            index + 1 >= last or tokens[index + 1].kind != "word" or tokens[index + 1].lower not in {"dead", "missing", "killed", "injured"}
        )
        if start < index and named and follows and word not in {"report", "claim", "estimate", "state"} - _plural(tokens[index - 1]):
            spans.append((start, index))
    return spans


def _plural(token: Token) -> frozenset[str]:
    """Allow base forms after a plural: "officials say", but not "the police report"."""
    return frozenset({"report", "claim", "estimate", "state"}) if token.lower.endswith("s") else frozenset()


def _relative(tokens: Sequence[Token], start: int, first: int) -> bool:
    """Tell words that end a relative clause from a name: "a charity that ships tents to Oslo said"; but "said that the UN reported"."""
    if start <= first or tokens[start - 1].lower not in {"that", "which", "who"}:
        return False
    return not tokens[start].capital and tokens[start].lower not in _BODIES | _PRONOUNS


def _before_name(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    inner = token.text == "." and index > 0 and len(tokens[index - 1].text) == 1
    inner |= token.text in {"-", "–"} and tokens[index + 1].start == token.end
    return not inner and (
        token.kind != "word" or token.lower in {"that", "and", "but", "if", "as", "when", "while", "after", "which", "who"}
    )


def read_as_of(tokens: Sequence[Token], first: int, last: int, published: date | None) -> str:
    """Read "as of Monday", "as of 21 February 2020" as an ISO date; "" when there is none or it cannot be resolved."""
    for index in range(first, last - 2):
        if tokens[index].lower == "as" and tokens[index + 1].lower == "of":
            resolved = _resolve([token for token in tokens[index + 2 : min(last, index + 7)] if token.text != ","], published)
            if resolved is not None:
                return resolved.isoformat()
    return ""


def _resolve(words: Sequence[Token], published: date | None) -> date | None:
    lower = [word.lower for word in words if word.lower not in {"the", "late", "early", "last"}]
    if not lower:
        return None
    if published is not None:
        if lower[0] in {"today", "now"}:
            return published
        if lower[0] == "yesterday":
            return published - timedelta(days=1)
        if lower[0] in _WEEKDAYS:
            return published - timedelta(days=(published.weekday() - _WEEKDAYS.index(lower[0])) % 7)
    return _calendar(lower, published)


def _calendar(words: Sequence[str], published: date | None) -> date | None:
    month, day, year = 0, 0, 0
    for word in words[:3]:
        number = int(word) if word.isascii() and word.isdigit() and len(word) <= 4 else 0
        month = month or MONTHS.get(word, 0) or SHORT_MONTHS.get(word, 0)
        if 1 <= number <= 31 and not day:
            day = number
        elif 1900 <= number <= 2200 and not year:
            year = number
    if not (month and day) or not (year or published):
        return None
    try:
        if year or published is None:
            return date(year, month, day)
        return max(found for found in _years(published, month, day) if found <= published)
    except ValueError:
        return None


def _years(published: date, month: int, day: int) -> list[date]:
    """Give the last two such days; 29 February may have only one or none of them."""
    found = []
    for year in (published.year - 1, published.year):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return found


_OTHER_SOURCES: Mapping[str, Sequence[re.Pattern[str]]] = {
    "fr": (re.compile(r"\b(?:selon|d['’]après) ([^,.;:]{2,80})", re.IGNORECASE),),
    "ru": (re.compile(r"\b(?:по (?:данным|словам|информации|сведениям)|как сообщил[аи]?|как заявил[аи]?) ([^,.;:]{2,80})", re.IGNORECASE),),
    "ar": (re.compile(r"\b(?:بحسب|حسب|وفقا لما ذكرته|وفقا ل|وفق) ?([^،,.؛:]{2,80})"),),
    "tr": (re.compile(r"([^,.;:]{2,80}?)(?:['’]?(?:[ıiuüaey]|n[ae]|y[ae]))? göre\b", re.IGNORECASE),),
    "zh": (
        re.compile(r"(?:据|根据)([^，,。；]{2,30}?)(?:报道|消息|称|说|通报|统计|的)"),
        re.compile(r"(?:^|[，。；])([^，,。；]{2,16}?)(?:表示|宣布|称)"),
    ),
}


def other_sources(text: str, language: str) -> list[tuple[int, int, str]]:
    """Return who is named as saying something in a text of another language: the offsets of the words, and the words."""
    if language == "tr" and "göre" not in text.casefold():
        return []
    found = [match for pattern in _OTHER_SOURCES.get(language, ()) for match in pattern.finditer(text)]
    return [(match.start(1), match.end(1), match.group(1).strip()) for match in found[:_SOURCES_MAX]]


def nearest_source(sources: Sequence[tuple[int, int, str]], start: int) -> str:
    """Return the words of the source nearest to a figure at offset `start`; "" when there is none."""
    return min(((abs(first - start), name) for first, end, name in sources if not first <= start < end), default=(0, ""))[1]
