"""Cut a text into paragraphs and sentences, as spans: `text[start:end]` is the exact words.

Boundaries come from the sentencex library (rules of 300 Wikipedias); what is added here is what news pages need: white
space trimmed off, a limit so that one endless sentence cannot become one endless statement, and a way to tell the pointers, credits
and captions that stand among the paragraphs.
"""

import re
from dataclasses import dataclass

import sentencex

from tidings.text.fold import fold

SENTENCE_CHARS_MAX = 1_200  # longer ones are cut at a space: nobody reads them as one statement
SENTENCES_MAX = 5_000

# How much longer the same is in Latin script, roughly, in news in several languages.
_HAN_WORTH, _ARABIC_WORTH = 2.5, 1.25
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f]")

_BLANK_LINE = re.compile(r"\n\s*\n|\n")
# A title that the rules take for the end of a sentence: "Mme Dupont et M. Salamé sont partis."
_UNFINISHED = {"fr": re.compile(r"\bMM?\.\s*\Z")}

# What points to, credits or captions something else (folded): by its first words; in short lines only, as sentences may begin so too.
_FURNITURE_CHARS_MAX = 120
_FURNITURE = re.compile(
    r"\W*(?:(?:additional |further )?(?:reporting|writing|editing|compiled|edited|translated|photographs?|photos?|pictures?|images?|video) (?:by|courtesy|credit)\b"
    r"|(?:read|see|find|learn|discover|watch|hear|listen|click|tap|for)(?: (?:out|here|to))? (?:more\b(?! than)|also|here|our|the (?:video|full|latest|live))\b"
    r"|more (?:on|from|about|stories|news)\b|follow (?:our|us|the latest|live)\b|(?:file|stock|archive) (?:photo|picture|image)|getty images\b"
    r"|(?:read|watch|listen|related|photos?|pictures?|images?|video|audio|map|graphic|gallery|caption|source|credit|tags?|topics?|keywords|category|filed under|live|podcast|opinion|analysis"
    r"|voir aussi|lire aussi|a lire|photos?|carte|legende|credit|mots-cles|fotograf|foto|kaynak|harita|etiketler|ilgili haber\w*|фото|видео|источник|теги|карта|читаите также|по теме"
    r"|صوره|الصوره|فيديو|المصدر|اقرا ايضا|شاهد|图片来源|图片|图|来源|视频|资料图|标签|相关新闻|延伸阅读) ?[:：|]"
    r"|reporting (?:from|in)(?: [\w'-]+){1,4}[.!]?$|lire (?:aussi|la suite|egalement)\b|voir (?:aussi|egalement)\b|en savoir plus\b|(?:avec|par) (?:afp|reuters)\b"
    r"|(?:haberin )?devamini oku|daha fazla(?: bilgi| haber)|ayrica (?:okuyun|bakiniz)|читаите (?:также|подробнее)|подробнее (?:о|об|на|в)\b|смотрите также"
    r"|اقرا (?:ايضا|المزيد)|(?:ل)?لمزيد|شاهد ايضا|تابع(?:وا)? (?:ايضا|المزيد)|(?:更多|阅读更多|相关|延伸)(?:新闻|阅读|报道|内容|信息)|点击(?:查看|阅读|这里))"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Hold the place of a sentence in its text. `paragraph` counts from 0."""

    start: int
    end: int
    paragraph: int


def sentences(text: str, language: str = "en") -> tuple[Span, ...]:
    """Return the sentences of a text in order, at most SENTENCES_MAX of them."""
    found: list[Span] = []
    for number, (begin, end) in enumerate(_paragraphs(text)):
        for start, stop in _within(text, begin, end, language):
            found.append(Span(start, stop, number))
            if len(found) == SENTENCES_MAX:
                return tuple(found)
    return tuple(found)


def latin_length(text: str) -> float:
    """Return how long a text would be in Latin letters: ten Chinese characters make a full sentence, ten Latin ones a caption."""
    return len(text) + len(_HAN.findall(text)) * (_HAN_WORTH - 1) + len(_ARABIC.findall(text)) * (_ARABIC_WORTH - 1)


def is_furniture(text: str) -> bool:
    """Tell a pointer to other pages, a credit or a labelled caption ("Read more on ...", "Editing by ...", "Photo: ...") from a sentence."""
    return len(text) <= _FURNITURE_CHARS_MAX and _FURNITURE.match(fold(text)) is not None


def _paragraphs(text: str) -> list[tuple[int, int]]:
    spans, begin = [], 0
    for gap in _BLANK_LINE.finditer(text):
        spans.append((begin, gap.start()))
        begin = gap.end()
    spans.append((begin, len(text)))
    return [(begin, end) for begin, end in spans if text[begin:end].strip()]


def _within(text: str, begin: int, end: int, language: str) -> list[tuple[int, int]]:
    spans = []
    for start, stop in _boundaries(text, begin, end, language):
        for piece_start, piece_stop in _cut(text, start, stop):
            trimmed = _trim(text, piece_start, piece_stop)
            if trimmed[0] < trimmed[1]:
                spans.append(trimmed)
    return spans


def _boundaries(text: str, begin: int, end: int, language: str) -> list[tuple[int, int]]:
    unfinished = _UNFINISHED.get(language)
    found: list[tuple[int, int]] = []
    for mark in sentencex.get_sentence_boundaries(language or "en", text[begin:end]):
        start, stop = begin + mark["start_index"], begin + mark["end_index"]
        if found and unfinished and unfinished.search(text, max(found[-1][0], found[-1][1] - 10), found[-1][1]):
            start = found.pop()[0]
        found.append((start, stop))
    return found


def _cut(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    pieces = []
    while stop - start > SENTENCE_CHARS_MAX:
        space = text.rfind(" ", start + SENTENCE_CHARS_MAX // 2, start + SENTENCE_CHARS_MAX)
        middle = space if space > start else start + SENTENCE_CHARS_MAX
        pieces.append((start, middle))
        start = middle
    pieces.append((start, stop))
    return pieces


def _trim(text: str, start: int, stop: int) -> tuple[int, int]:
    while start < stop and text[start].isspace():
        start += 1
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    return start, stop
