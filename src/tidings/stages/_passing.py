"""Tell what a sentence is about from what it mentions in passing: one name in a list, the way people leave, a comparison.

The names of a topic are replaced by one sign, and a few frames are looked for around it. Nothing here knows a topic. Lists, ends of
roads and neighbours are told in several languages, the rest in English; a frame that is not known costs precision, not news.
"""

import re
from collections.abc import Iterator
from datetime import date

from tidings.stages._topic_words import Matcher, find_mentions
from tidings.text.fold import fold
from tidings.text.terms import terms

READ_CHARS_MAX = 1_200  # of a sentence or a title: none worth reading is longer
OTHERS_MIN = 2  # so many other names beside it make a list
_M = "\ue000"  # stands for the topic's words
_LOOSE = re.compile(rf"{_M} (?=[^\w\s({_M}])")  # a sign parted from the comma after it
_UPPER = "A-ZÀ-ÖØ-ÞĀĆČĎĐĒĞĢİĪĶĻŁŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŹŻŽА-ЯЁ"
_NAME = rf"(?:[{_UPPER}][\w'’.-]*)(?: (?:of |al-|el-)?[{_UPPER}][\w'’.-]*){{0,3}}"
_MEANT = rf"{_M}(?:[-'’]\w+)?(?: [{_UPPER}]\w*){{0,2}}"
_DETERMINED = r"(?:(?:the|northern|southern|eastern|western|central|neighbou?ring|rural|la|le|les|l'|(?:the )?(?:city|town|suburbs|outskirts|province|governorate|state|countryside) of|parts of) ){0,2}"
_ITEM = rf"(?:[\w-]+ in )?{_DETERMINED}(?:{_MEANT}|{_NAME})(?: (?:governorate|province|region|city|county)s?)?"
_AND = r"(?:and|or|as well as|et|ou|und|oder|y|o|e|ve|veya|и|или|&)"
_LIST = re.compile(rf"{_ITEM}(?:, {_ITEM})+(?P<last>,? {_AND} (?:in |to |from )?{_ITEM})?")
_BETWEEN_ITEMS = re.compile(rf",? {_AND} |, ")
_HAN_LIST = re.compile(r"(?:[^\s、，。；：（）“”]{1,12}、){2,}[^\s、，。；：（）“”]{1,12}")
_OPENS_SENTENCE = re.compile(r"\W*(?:In|Near|Around|Across|Over|From|At|Inside|Outside|En|Dans|À|Au|В|На)\W*\Z")
# One place after the other, from small to large, or a person with his country: "Benghazi, Libya", "Libyan leader Muammar Gaddafi".
_CHAIN = re.compile(
    rf"{_M}(?:'s|’s|s)?(?:,? (?:(?:in|of|near|from|the|and|city|town|district|province|governorate|region|leader|dictator|ruler|leaders?|[{_UPPER}][\w'-]+) ){{0,3}}{_M})+"
)

# Words that may stand between "to" and the name of a place, so that "to leave" and "due to the siege of" are no ways there.
_PLACE_WORDS = (
    r"(?:the|their|its|his|her|either|nearby|of|in|and|(?:rebel|opposition|insurgent|militant|jihadist|government|regime)s?|[\w-]+-(?:held|controlled|run)|(?:north|south|west|east)[\w-]*"
    r"|central|rural|parts?|areas?|territor\w+|province|city|town|village|countryside|strongholds?|bastion|enclave|region|governorate|camps?|leader|ruler|dictator"
    rf"|(?-i:[{_UPPER}])[\w'’-]*)"
)
_TO_PLACE = rf"(?:{_PLACE_WORDS} ){{0,7}}?{_M}"
_ELSEWHERE = re.compile(
    rf"\b(?i:in|at|near|off|on|to|into|from|against|outside)(?: the| a| an)?(?: (?!{_M})[a-z][\w'-]*){{0,3}} "
    rf"(?!(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b)[{_UPPER}]\w"
)
_PLACED = re.compile(
    rf"\b(?i:in|at|near|off|across|outside|au|aux|en|à|près de|bei|nach|в|на|nel|nella|cerca de) (?:the |la |le |l'|der )?(?:(?!{_M})[a-z][\w'-]* ){{0,2}}"
    rf"((?!(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b){_NAME})"
)
_STRIKES = re.compile(r"\b(?:launch|fir(?:e|es|ed|ing)\b|str(?:ike|uck)|bomb|attack|shell|raid|missile|air ?strike|drone)", re.IGNORECASE)
_EVACUATES = re.compile(
    r"\b(?:evacu|surrender|exile|(?:safe |humanitarian )?passage|preferred destination|relocat|capitulat|green buses|lay down (?:their )?arms)",
    re.IGNORECASE,
)
_DEPLOYS = re.compile(
    r"\b(?:deploy|reinforc|mobili[sz]|mass(?:es|ed|ing) |sends? (?:its |the )?(?:army|troops|tanks|soldiers))", re.IGNORECASE
)
_ROAD = re.compile(r"\b(?:road|highway|motorway|corridor|railway|rail|railroad|pipeline|route|line)s?\b", re.IGNORECASE)
_ARMS = re.compile(r"\b(?:arms|weapon|ammunition|munition|missile|rocket|rifle|explosive)", re.IGNORECASE)


def _frame(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Frames that end with the mention and are enough by themselves.
_FRAMES = (
    # a neighbour
    _frame(rf"\b(?:neighbou?r(?:ing|s)?|bordering|voisine?|benachbarten?|komşu|соседн\w+|vecin[ao]|vicina) (?:\w+ )?{_M}"),
    # a comparison, an exception
    _frame(rf"\b(?:compar\w+|liken\w*|equat\w+)\b[^;]{{0,80}}?\b(?:to|with)\b[^;]{{0,80}}?{_M}"),
    _frame(rf"\b(?:similar to|akin to|reminiscent of|unlike|(?<!looks )(?<!look )like(?: in)?|another|the next|a new|a second) (?:the )?{_M}(?!\w*(?: \w+){{0,2}} (?:government|prime minister|president|parliament|constitution))"),
    _frame(rf"\b(?:outside(?: of)?|except(?: for| in)?|excluding|other than|apart from) (?:the )?{_M}"),
    # an example of something wider
    _frame(
        rf"\b(?:across|throughout|countries|states|cities|nations|regions|provinces|governorates|towns|dictators|places|nationalit\w+)\b[^;]{{0,120}}?"
        rf"\b(?:including|such as|among them|like|(?:especially|notably|primarily|mainly|mostly|particularly) (?:in|at|from))\b[^;]{{0,80}}?{_M}"
    ),
    # where someone comes from
    _frame(rf"{_M}(?=[\w'’]*-born\b)"),
    _frame(rf"\bborn in (?:\w+, )?{_M}"),
    # whence the successor comes
    _frame(rf"\b(?:succeeded|replaced|followed)\b[^;]{{0,80}}? by (?:the |former )?{_M}(?=[\w'’]*(?: [\w-]+){{1,6}})"),
)  # fmt: skip
# Near its border: there others have their own affairs, unless they send their army.
_NEAR_BORDER = (
    _frame(rf"\b(?:near|along|close to|by|at) (?:the |its |their |\w+'s )?(?:\w+ ){{0,2}}(?:borders?|frontier) (?:with|of) {_M}"),
    _frame(rf"\b(?:near|close to|along|at) (?:the )?{_M}(?=[\w'’]*(?: |–)(?:\w+ )?border\b)"),
)
# Frames that end with the mention and need another sign in the sentence.
_TO = _frame(rf"(?<!due )\b(?:to|towards?|for|into|exiled? (?:in|to)|reach(?:ed|es)?|arrived? (?:in|at)) {_TO_PLACE}")
_AGO = _frame(rf"\b(?:in|at|near|off|on) {_TO_PLACE}(?=[\w'’]*(?: [\w-]+){{1,3}} (?:years?|months?|decades?) (?:ago|earlier|before)\b)")
_BECAUSE = _frame(
    rf"\b(?:in|as) (?:response|retaliation|reprisal|revenge)s? (?:to|for|against|over)\b[^;]{{0,200}}?{_M}|\b(?:retaliat\w+|avenge|revenge) (?:\w+ )?(?:for|against)?\b[^;]{{0,120}}?{_M}"
)
_WHO = _frame(
    rf"\bwho (?:\w+ )?(?:was|were|had|has|have|control\w*|trained|fought|came|fled|escaped|returned|left|operate\w*) [^;,]{{0,100}}?{_M}"
)
_SINCE = _frame(
    rf"\b(?:since|after|before) (?:the )?(?:\w+ )?(?:demise|fall|death|overthrow|ouster|ousting|toppling|downfall) of {_TO_PLACE}"
)
_ROAD_END = _frame(rf"\b(?:connect|link|stretch|run|lead|extend)\w*\b[^;]{{0,120}}?\b(?:to|with|and) (?:\w[\w'’-]* ){{0,3}}{_M}")
_CARGO = re.compile(
    rf"\bfrom (?:the )?{_M}[^;]{{0,120}}?\b(?:bound for|destined for|headed (?:for|to)|en route to|on (?:its|their) way to) (?:\w+ ){{0,5}}[{_UPPER}]\w"
)


def only_mentioned(matcher: Matcher, topic: str, text: str, around: str = "", day: date | None = None) -> bool:
    """Tell whether every naming of the topic in a sentence stands in a frame that makes it a side matter. `around` is what was said before.

    False where the topic is not named at all.
    """
    marked = _mark(matcher, topic, text[:READ_CHARS_MAX], day)
    places = {found.start() for found in re.finditer(_M, marked)}
    return bool(places) and places <= set(_side_matters(marked, around))


def goes_elsewhere(text: str, language: str, known: set[str]) -> bool:
    """Tell whether a sentence says that something is in, at or near a name that is none of the known terms."""
    return any(not known.issuperset(terms(found.group(1), language)) for found in _PLACED.finditer(text[:READ_CHARS_MAX]))


def _side_matters(marked: str, around: str) -> Iterator[int]:
    """Yield the places of the mentions that are side matters."""
    yield from _listed(marked)
    for frame in _FRAMES if _DEPLOYS.search(marked) else (*_FRAMES, *_NEAR_BORDER):
        yield from _ends(frame, marked)
    if _EVACUATES.search(marked) or _EVACUATES.search(around):
        yield from _ends(_TO, marked)
    if _ROAD.search(marked):
        yield from _ends(_ROAD_END, marked)
    if _ARMS.search(marked):
        yield from (marked.index(_M, found.start()) for found in _CARGO.finditer(marked))
    for frame in (_WHO, _SINCE, _AGO):
        yield from (found.end() - 1 for found in frame.finditer(marked) if _elsewhere(marked, found))
    for found in _BECAUSE.finditer(marked):
        if _STRIKES.search(marked, 0, found.start()) and _elsewhere(marked, found):
            yield found.end() - 1


def _ends(frame: re.Pattern[str], marked: str) -> Iterator[int]:
    """Yield where the mentions of a frame stand: it ends with one, and looks at most beyond it."""
    yield from (found.end() - 1 for found in frame.finditer(marked))


def _elsewhere(marked: str, frame: re.Match[str]) -> bool:
    """Tell whether the sentence, without the frame, names another place."""
    return _ELSEWHERE.search(marked[: frame.start()]) is not None or _ELSEWHERE.search(marked[frame.end() :]) is not None


def _listed(marked: str) -> Iterator[int]:
    """Yield the mentions that are one of several names in a row."""
    for found in _LIST.finditer(marked):
        items = _BETWEEN_ITEMS.split(found.group())
        opens = _M in items[0] and _OPENS_SENTENCE.match(marked[: found.start()])  # In Idlib, Syrian and Russian aircraft ...
        others = sum(_M not in item for item in items)
        if not opens and others >= (OTHERS_MIN if found["last"] else OTHERS_MIN + 1):  # without an "and" it may be a place in its country
            yield from (found.start() + sign.start() for sign in re.finditer(_M, found.group()))
    for found in _HAN_LIST.finditer(marked):
        if sum(_M not in item for item in found.group().split("、")) >= OTHERS_MIN:
            yield from (found.start() + sign.start() for sign in re.finditer(_M, found.group()))


def _mark(matcher: Matcher, topic: str, text: str, day: date | None) -> str:
    """Put the sign for the topic's words, a chain of them as one; the words around keep their capitals."""
    pieces: list[tuple[int, int, str]] = []  # start and end in the folded text, and the word
    begin = 0
    for word in text.split():
        folded = fold(word)
        if folded.strip():
            pieces.append((begin, begin + len(folded), word))
            begin += len(folded) + 1
    mentions = find_mentions(matcher, topic, " ".join(fold(word) for _, _, word in pieces), day)
    marked = _LOOSE.sub(_M, " ".join(_marked_words(pieces, mentions)))
    return _CHAIN.sub(_M, marked)


def _marked_words(pieces: list[tuple[int, int, str]], mentions: list[tuple[int, int]]) -> Iterator[str]:
    """Yield the words; of those in a mention the first is marked, the rest is left out."""
    at = 0
    for start, end, word in pieces:
        while at < len(mentions) and mentions[at][1] <= start:
            at += 1
        kept, last = "", start
        while at < len(mentions) and mentions[at][0] < end:
            first, stop = mentions[at]
            kept += _part(word, start, end, last, max(first, start)) + (_M if first >= start else "")
            last = min(stop, end)
            if stop > end:
                break
            at += 1
        kept += _part(word, start, end, last, end)
        if kept:
            yield kept


def _part(word: str, start: int, end: int, first: int, last: int) -> str:
    """Return the letters of a word between two places of the folded text; of a word whose length folding changes, nothing."""
    return word[first - start : last - start] if len(word) == end - start else "" if (first, last) != (start, end) else word
