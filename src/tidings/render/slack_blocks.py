"""Build Slack's blocks out of lines of text: every limit of Slack's is kept, nothing is cut, and nothing calls or links by itself.

Everything from outside stands in `rich_text`, whose text elements hold text and nothing else: no markup, no mention, no
escape, so that what is copied from Slack is the exact words. Headers hold our own words and configured titles only.

The fallback text of a message (notifications, screen readers) is made of the very blocks it stands for.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from tidings.render import words

BLOCKS_MAX = 50  # of one message
SECTION_MAX = 3_000  # of one block's text
HEADER_MAX = 150
FALLBACK_MAX = 4_000  # Slack's advice; from 40,000 on it cuts
URL_MAX = 3_000
# Slack refuses a message of more than about 13,200 characters of blocks in all, markup included. Nobody outside knows how
# it counts. So a part is under both: 11,000 bytes, which leaves room for the 50 block ids that it adds, and 13,000 characters
# of JSON in ASCII (`\u65b0`), which no way to count exceeds.
PART_BYTES_MAX = 11_000
PART_ESCAPED_MAX = 13_000
_PIECE_ESCAPED_MAX = 12_000  # of one line, its links included: with markup it fits into a part
_TAIL_ROOM = 100  # of the fallback text, for the line that counts what is left

BOLD = {"bold": True}
ITALIC = {"italic": True}
_WORD_JOINER = "\u2060"  # invisible; keeps "@here" from being read as a mention, should anything read the fallback text as markup
_ISOLATED = ("\u2068", "\u2069")

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """Hold one message: its blocks, and the text for where blocks are not shown. `story_id` names the story it is about, if it is about one.

    With `broadcast` it is shown in the channel, too, when it goes out as a reply in a thread.
    """

    text: str
    blocks: tuple[Block, ...]
    story_id: str = ""
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Hold text in one style, with a link or without. What is not `spoken` is left out of the fallback text."""

    text: str
    style: dict[str, bool] | None = None
    url: str = ""
    spoken: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """Hold a paragraph of runs; `kind` is section, quote, preformatted or header. `tells` marks the first line of a development."""

    runs: tuple[Run, ...]
    kind: str = "section"
    tells: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Hold lines that belong together; `leads` says that they mean nothing without what follows."""

    lines: tuple[Line, ...]
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """Hold a block with what decides where it may stand."""

    block: Block
    size: int  # as `block_size` measures it
    leads: bool
    group: int  # the place of its group among all
    text: str  # what it says in the fallback text
    tells: int  # developments that begin in it


def line(text: str, style: dict[str, bool] | None = None) -> Line:
    """Make a line of one run."""
    return Line((Run(text, style),))


def title(text: str) -> Group:
    """Make a heading: a header block where it fits into one."""
    kind = "header" if 0 < _size(text) <= HEADER_MAX else "section"
    return Group((Line((Run(text, BOLD if kind == "section" else None),), kind),), leads=True)


def linked(url: str) -> str:
    """Return a URL that may stand in a link, or "": a longer one, Slack refuses, and the whole message with it."""
    return url if len(url) <= URL_MAX else ""


# ---------------------------------------------------------------- blocks


def placed(groups: Iterable[Group]) -> Iterator[Placed]:
    """Turn groups into blocks of at most 3,000 characters."""
    for number, group in enumerate(groups):
        for block, text, tells in _filled(group.lines):
            yield Placed(block, block_size(block), group.leads, number, text, tells)


def _filled(lines: Iterable[Line]) -> Iterator[tuple[Block, str, int]]:
    """Yield one block after the other, with its words and how many developments begin in it; headers are blocks of their own."""
    elements: list[Block] = []
    texts: list[str] = []
    tells = size = json_size = 0
    for one in lines:
        if one.kind == "header":
            yield header(one.runs[0].text), one.runs[0].text, 0
            continue
        begins = int(one.tells)
        for piece in _pieces(_apart(one)):
            element = {"type": f"rich_text_{piece.kind}", "elements": [_element(run) for run in piece.runs]}
            piece_size, piece_json_size = sum(_size(run.text) for run in piece.runs), block_size(element)
            if elements and (size + piece_size > SECTION_MAX or json_size + piece_json_size > PART_BYTES_MAX // 2):
                yield {"type": "rich_text", "elements": elements}, "\n".join(texts), tells
                elements, texts, tells, size, json_size = [], [], 0, 0, 0
            elements.append(element)
            texts.append(_spoken(piece))
            tells, begins = tells + begins, 0
            size += piece_size
            json_size += piece_json_size
    if elements:
        yield {"type": "rich_text", "elements": elements}, "\n".join(texts), tells


def _apart(one: Line) -> Line:
    """Keep runs that stand in one line from turning each other round."""
    return one if len(one.runs) == 1 else replace(one, runs=tuple(replace(run, text=isolated(run.text)) for run in one.runs))


def _spoken(piece: Line) -> str:
    """Write a line as it is read aloud: a quotation in quotation marks, no links."""
    text = "".join(run.text for run in piece.runs if run.spoken)
    return f"“{isolated(text)}”" if piece.kind == "quote" else text


def _pieces(whole: Line) -> Iterator[Line]:
    """Cut a line into lines that fit into a block; joined they are the line.

    A link's URL counts by its bytes, three to a character, and as it is in JSON: so every piece fits into a part.
    """
    runs: list[Run] = []
    left, escaped_left = SECTION_MAX, _PIECE_ESCAPED_MAX
    for run in whole.runs:
        text, url_size = run.text, len(run.url) // 3
        while text:
            end = cut(text, left - url_size, escaped_left - len(run.url))
            if runs and end < len(text):  # rather a new line than a run in two
                yield Line(tuple(runs), whole.kind)
                runs, left, escaped_left = [], SECTION_MAX, _PIECE_ESCAPED_MAX
                continue
            runs.append(replace(run, text=text[:end]))
            left -= _size(text[:end]) + url_size
            escaped_left -= _escaped_size(text[:end]) + len(run.url)
            text = text[end:]
    if runs:
        yield Line(tuple(runs), whole.kind)


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


def _element(run: Run) -> Block:
    element: Block = {"type": "link", "url": run.url, "text": run.text} if run.url else {"type": "text", "text": run.text}
    return element | ({"style": run.style} if run.style else {})


def header(text: str) -> Block:
    """Make a block that heads what follows."""
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _size(text: str) -> int:
    """Measure text as the strictest reader of Slack's limits would: in UTF-16 units, with & < > escaped."""
    return _units(text) + 4 * text.count("&") + 3 * text.count("<") + 3 * text.count(">")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _escaped_size(text: str) -> int:
    return len(json.dumps(text)) - 2  # without the quotation marks


def block_size(block: Block) -> int:
    """Measure a block with a comma so that what is at most `PART_BYTES_MAX` keeps both limits of a part."""
    size = len(json.dumps(block, ensure_ascii=False, separators=(",", ":")).encode()) + 1
    escaped_size = len(json.dumps(block, separators=(",", ":"))) + 1
    return max(size, -(-escaped_size * PART_BYTES_MAX // PART_ESCAPED_MAX))


# ---------------------------------------------------------------- messages


def packed(blocks: Iterable[Placed], lead: int, text_max: int = 0) -> list[list[Placed]]:
    """Fill one message after the other; a title is not left behind at the end of one where it fits in with what follows.

    `lead` bytes of each are kept free. With `text_max` what a message says fits into so many characters of fallback text, too.
    """
    room = PART_BYTES_MAX - lead
    parts: list[list[Placed]] = [[]]
    for one in blocks:
        part = parts[-1]
        if part and (len(part) + 1 >= BLOCKS_MAX or not _fits([*part, one], room, text_max)):
            kept = len(part)
            while kept and part[kept - 1].leads and _fits([*part[kept - 1 :], one], room, text_max):
                kept -= 1
            kept = kept or len(part)
            parts[-1:] = [part[:kept], part[kept:]]
        parts[-1].append(one)
    return parts


def _fits(blocks: Sequence[Placed], room: int, text_max: int) -> bool:
    return sum(one.size for one in blocks) <= room and (not text_max or sum(fallback_size(one.text) for one in blocks) <= text_max)


def fallback(first: str, blocks: Sequence[Placed]) -> str:
    """Say in plain words what the blocks say, after a first line of ours; nothing in it is markup or a mention.

    What does not fit is left out by whole groups, from the first that does not on, and its developments are counted.
    """
    lines = [inert(first)] if first else []
    room = FALLBACK_MAX - _TAIL_ROOM - sum(map(_units, lines))
    groups = [list(members) for _, members in groupby(blocks, key=lambda one: one.group)]
    for position, members in enumerate(groups):
        text = inert("\n".join(one.text for one in members))
        room -= _units(text) + 1
        if room < 0:
            left = sum(one.tells for rest in groups[position:] for one in rest)
            lines.append(
                f"and {words.many(left, 'more development', 'more developments')} in the message" if left else "and more in the message"
            )
            break
        lines.append(text)
    return "\n".join(lines)


def fallback_size(text: str) -> int:
    """Measure what a text takes of the fallback text, with the line end behind it."""
    return _units(inert(text)) + 1


def inert(text: str) -> str:
    """Escape for text that Slack may read as mrkdwn: it shows the text, links nothing and calls nobody."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("@", "@" + _WORD_JOINER)


def isolated(text: str) -> str:
    """Keep text that runs from right to left from turning round what stands beside it."""
    return text.join(_ISOLATED) if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text) else text
