"""Write an edition as Slack messages: parts of blocks under every limit of Slack's; none of them cuts anything.

Everything from outside stands in `rich_text`, whose text elements hold text and nothing else: no markup, no mention, no
escape, so that what is copied from Slack is the exact words. Headers hold our own words and configured titles only.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tidings.model import Edition
from tidings.render.view import ArticleView, DevelopmentView, EditionView, FigureView, StoryView, TopicView, view
from tidings.render.words import subject

BLOCKS_MAX = 50  # of one message
SECTION_MAX = 3_000  # of one block's text
HEADER_MAX = 150
FALLBACK_MAX = 4_000
URL_MAX = 3_000
# Slack refuses a message of more than about 13,200 characters of blocks in all, markup included. Nobody outside knows how
# it counts. So a part is under both: 11,000 bytes, which leaves room for the 50 block ids that it adds, and 13,000 characters
# of JSON in ASCII (`\u65b0`), which no way to count exceeds.
PART_BYTES_MAX = 11_000
PART_ESCAPED_MAX = 13_000
PARTS_MAX = 20  # of an edition: at a part a second, more would fill a channel for longer than anybody reads it
EDITION_BYTES_MAX = PARTS_MAX * PART_BYTES_MAX
_PIECE_ESCAPED_MAX = 12_000  # of one line, its links included: with markup it fits into a part
_HEADER_ROOM = 400  # bytes that the header of a part takes at most

_BOLD = {"bold": True}
_ITALIC = {"italic": True}
_WORD_JOINER = "\u2060"  # invisible; keeps "@here" from being read as a mention, should anything read the fallback text as markup

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SlackPart:
    """Hold one message: its blocks, and the text for where blocks are not shown (notifications, screen readers)."""

    text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """Hold text in one style, with a link or without."""

    text: str
    style: dict[str, bool] | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """Hold a paragraph of runs; `kind` is section, quote or header."""

    runs: tuple[_Run, ...]
    kind: str = "section"


@dataclass(frozen=True, slots=True)
class _Group:
    """Hold lines that belong together; `leads` says that they mean nothing without what follows, `title` is for the fallback text."""

    lines: tuple[_Line, ...]
    leads: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class _Placed:
    """Hold a block with what decides where it may stand."""

    block: Block
    size: int  # as `_json_size` measures it
    leads: bool
    title: str


def to_slack(edition: Edition) -> tuple[SlackPart, ...]:
    """Return the parts in the order in which they are to arrive; at least one."""
    shown = view(edition)
    parts = _packed(_Placed(block, _json_size(block), group.leads, title) for group in _groups(shown) for block, title in _blocks(group))
    return tuple(_part(edition, shown, placed, number, len(parts)) for number, placed in enumerate(parts, 1))


def bytes_of_parts(edition: Edition) -> int:
    """Measure an edition by the room that its parts take; it may take at most `EDITION_BYTES_MAX`."""
    return len(to_slack(edition)) * PART_BYTES_MAX


def _part(edition: Edition, shown: EditionView, placed: Sequence[_Placed], number: int, count: int) -> SlackPart:
    which = f" ({number}/{count})" if count > 1 else ""
    header = _header(f"Tidings: {shown.day}{which}")
    titles = [one.title for one in placed if one.title]
    return SlackPart(_fallback(f"{subject(edition)}{which}", titles), (header, *(one.block for one in placed)))


# ---------------------------------------------------------------- what is said


def _groups(edition: EditionView) -> Iterator[_Group]:
    head = [_line(edition.period), _line(edition.summary)]
    if edition.note:
        head.append(_Line((_Run(edition.note, _ITALIC),)))
    yield _Group(tuple(head))
    for topic in edition.topics:
        yield from _topic(topic)
    yield from _coverage(edition)


def _topic(topic: TopicView) -> Iterator[_Group]:
    yield _title(topic.title)
    yield _Group((_line(topic.line),), leads=bool(topic.stories))
    for story in topic.stories:
        yield from _story(story)
    if topic.more:
        yield _Group((_line(topic.more),))


def _story(story: StoryView) -> Iterator[_Group]:
    badge = (_Run(f"{story.badge} · ", _BOLD),) if story.badge else ()
    lines = [_Line((_Run(story.headline, _BOLD),)), _Line((*badge, _Run(story.line)))]
    lines += [_Line((_Run(origin.name, None, _slack_url(origin.url)),)) for origin in story.origins]
    lines += [_line(story.origins_more)] if story.origins_more else []
    yield _Group(tuple(lines), leads=bool(story.articles), title=story.headline)
    for article in story.articles:
        yield _Group(tuple(_article(article)))
    if story.more:
        yield _Group((_line(story.more),))


def _slack_url(url: str) -> str:
    return url if len(url) <= URL_MAX else ""  # a longer one, Slack refuses, and the whole part with it


def _article(article: ArticleView) -> Iterator[_Line]:
    if article.title:
        yield _Line((_Run(article.title, _BOLD, _slack_url(article.url)),))
    for one in article.developments:
        yield from _development(one)
    for warning in article.warnings:
        yield _Line((_Run("Take care: ", _BOLD), _Run(warning)))
    yield _Line((_Run(article.publisher, None, _slack_url(article.url)), _Run(f" · {article.attribution}")))


def _development(one: DevelopmentView) -> Iterator[_Line]:
    if one.badge:
        yield _Line((_Run(one.badge, _BOLD), *((_Run(f" {one.origin}"),) if one.origin else ())))
    for figure in one.figures:
        yield _figure(figure)
    if one.statement:
        yield _Line((_Run(one.statement),), "quote")
    if one.event:
        yield _line(f"({one.event})")
    if one.was:
        yield _line("Before:")
        yield _Line((_Run(one.was),), "quote")


def _figure(figure: FigureView) -> _Line:
    when = f" ({figure.was_when})" if figure.was_when else ""
    return _Line((_Run(figure.words, _BOLD), _Run(f" · was {figure.was}{when}")))


def _coverage(edition: EditionView) -> Iterator[_Group]:
    yield _title("What this rests on")
    feeds = [_Line((_Run(feed.publisher, _BOLD), _Run(f" — {feed.line} {feed.shown_url}"))) for feed in edition.feeds]
    feeds += [_line(edition.feeds_more)] if edition.feeds_more else []
    outage = (_Line((_Run(edition.outage, _BOLD),)),) if edition.outage else ()
    yield _Group((_line(edition.feeds_line), *outage, *feeds))
    pages = (_line(f"Pages: {edition.pages_line}."),) if edition.pages_line else ()
    funnel = (_Line((_Run(f"{row.shown}  {row.label}", _ITALIC if row.less else None),)) for row in edition.funnel)
    yield _Group((*funnel, *pages))
    if edition.undelivered:
        yield _Group((_line("Not delivered:"), *map(_line, edition.undelivered)))
    yield _Group((_line(f"Quotations and headlines are the exact words of the linked reports. Edition {edition.id[:8]}."),))


def _line(text: str) -> _Line:
    return _Line((_Run(text),))


def _title(text: str) -> _Group:
    kind = "header" if 0 < _size(text) <= HEADER_MAX else "section"
    return _Group((_Line((_Run(text, _BOLD if kind == "section" else None),), kind),), leads=True)


# ---------------------------------------------------------------- blocks


def _blocks(group: _Group) -> Iterator[tuple[Block, str]]:
    """Turn a group into blocks of at most 3,000 characters; the fallback's title goes with the first."""
    title = group.title
    for elements in _filled(group.lines):
        yield ({"type": "rich_text", "elements": elements} if isinstance(elements, list) else elements), title
        title = ""


def _filled(lines: Iterable[_Line]) -> Iterator[list[Block] | Block]:
    """Yield the elements of one block after the other, and headers, which are blocks of their own."""
    elements: list[Block] = []
    size = json_size = 0
    for line in lines:
        if line.kind == "header":
            yield _header(line.runs[0].text)
            continue
        for piece in _pieces(line):
            element = {"type": f"rich_text_{piece.kind}", "elements": [_element(run) for run in piece.runs]}
            piece_size, piece_json_size = sum(_size(run.text) for run in piece.runs), _json_size(element)
            if elements and (size + piece_size > SECTION_MAX or json_size + piece_json_size > PART_BYTES_MAX // 2):
                yield elements
                elements, size, json_size = [], 0, 0
            elements.append(element)
            size += piece_size
            json_size += piece_json_size
    if elements:
        yield elements


def _pieces(line: _Line) -> Iterator[_Line]:
    """Cut a line into lines that fit into a block; joined they are the line.

    A link's URL counts by its bytes, three to a character, and as it is in JSON: so every piece fits into a part.
    """
    runs: list[_Run] = []
    left, escaped_left = SECTION_MAX, _PIECE_ESCAPED_MAX
    for run in line.runs:
        text, url_size = run.text, len(run.url) // 3
        while text:
            end = cut(text, left - url_size, escaped_left - len(run.url))
            if runs and end < len(text):  # rather a new line than a run in two
                yield _Line(tuple(runs), line.kind)
                runs, left, escaped_left = [], SECTION_MAX, _PIECE_ESCAPED_MAX
                continue
            runs.append(_Run(text[:end], run.style, run.url))
            left -= _size(text[:end]) + url_size
            escaped_left -= _escaped_size(text[:end]) + len(run.url)
            text = text[end:]
    if runs:
        yield _Line(tuple(runs), line.kind)


def cut(text: str, limit: int, escaped_max: int = PART_ESCAPED_MAX) -> int:
    """Return where to cut: the whole length when it fits, else behind a sentence or a space, else between two characters as people see them.

    What fits is at most `limit` characters as Slack counts them, and `escaped_max` of JSON in ASCII. 0 when nothing fits. The pieces
    joined are the text.
    """
    end = _fitting(text, limit, escaped_max)
    if end == len(text):
        return end
    for mark in (". ", " "):
        behind = text.rfind(mark, end // 2, end) + len(mark)
        if behind >= len(mark) and not _joined(text[behind - 1], text[behind]):
            return behind
    for start in range(end, max(end - _CLUSTER_MAX, 0), -1):
        if not _joined(text[start - 1], text[start]):
            return start
    return end


def _fitting(text: str, limit: int, escaped_max: int) -> int:
    """Count the characters that fit into the limits."""
    if _size(text) <= limit and _escaped_size(text) <= escaped_max:
        return len(text)
    size = escaped_size = 0
    for position, char in enumerate(text):
        size += _ESCAPED_SIZES.get(char) or (2 if char > "\uffff" else 1)
        escaped_size += _escaped_size(char)
        if size > limit or escaped_size > escaped_max:
            return position
    return len(text)


_ESCAPED_SIZES = {"&": 5, "<": 4, ">": 4}
_CLUSTER_MAX = 64  # a pile of marks longer than this is no writing
_JOINER = "\u200d"


def _joined(before: str, after: str) -> bool:
    """Tell whether two characters are seen as one: marks, joiners, variation selectors, flags, skin tones."""
    return (
        _JOINER in {before, after}
        or unicodedata.category(after) in {"Mn", "Mc", "Me"}
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or ("\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff")
    )


def _element(run: _Run) -> Block:
    element: Block = {"type": "link", "url": run.url, "text": run.text} if run.url else {"type": "text", "text": run.text}
    return element | ({"style": run.style} if run.style else {})


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _size(text: str) -> int:
    """Measure text as the strictest reader of Slack's limits would: in UTF-16 units, with & < > escaped."""
    return _units(text) + 4 * text.count("&") + 3 * text.count("<") + 3 * text.count(">")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _escaped_size(text: str) -> int:
    return len(json.dumps(text)) - 2  # without the quotation marks


def _json_size(block: Block) -> int:
    """Measure a block with a comma so that what is at most `PART_BYTES_MAX` keeps both limits of a part."""
    size = len(json.dumps(block, ensure_ascii=False, separators=(",", ":")).encode()) + 1
    escaped_size = len(json.dumps(block, separators=(",", ":"))) + 1
    return max(size, -(-escaped_size * PART_BYTES_MAX // PART_ESCAPED_MAX))


# ---------------------------------------------------------------- parts


def _packed(blocks: Iterable[_Placed]) -> list[list[_Placed]]:
    """Fill one part after the other; a title is not left behind at the end of one where it fits in with what follows."""
    room = PART_BYTES_MAX - _HEADER_ROOM
    parts: list[list[_Placed]] = [[]]
    for one in blocks:
        part = parts[-1]
        if part and (len(part) + 1 >= BLOCKS_MAX or sum(each.size for each in part) + one.size > room):
            kept, moved = len(part), one.size
            while kept and part[kept - 1].leads and moved + part[kept - 1].size <= room:
                kept -= 1
                moved += part[kept].size
            kept = kept or len(part)
            parts[-1:] = [part[:kept], part[kept:]]
        parts[-1].append(one)
    return parts


def _fallback(first: str, titles: Sequence[str]) -> str:
    """Write our own summary and the headlines, as many as fit, the rest counted; nothing in it is markup or a mention."""
    lines = [inert(first)]
    room = FALLBACK_MAX - 100 - _units(lines[0])
    for position, title in enumerate(titles):
        line = inert(title)
        if _units(line) + 1 > room:
            lines.append(f"and {len(titles) - position} more")
            break
        room -= _units(line) + 1
        lines.append(line)
    return "\n".join(lines)


def inert(text: str) -> str:
    """Escape for text that Slack may read as mrkdwn: it shows the text, links nothing and calls nobody."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("@", "@" + _WORD_JOINER)
