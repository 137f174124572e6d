"""Lay what a search found out for a terminal, with the words marked; strings from outside are plain text. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from tidings.render.escape import TITLE_MAX, plain, safe_url
from tidings.render.words import many

Row = Mapping[str, Any]

_MARKED = "bold"
_STATES = {"told": "told before", "known": "known from the start", "seed": "said by a seed", "off_topic": "off topic, as was marked"}


def state_words(hit: Row) -> str:
    """Say what was decided about the sentence of a hit, or why there is none."""
    if hit["kind"] == "entry":
        return "only its title is kept: its page gave no article on a topic"
    if hit["kind"] == "seed":
        return "a seed: given in advance"
    if hit["of"]:
        return f"copy of {plain(hit['of'])}"
    if hit["recorded_at"]:
        return f"reported {hit['recorded_at']:%Y-%m-%d}"
    if hit["earlier"]:
        return "in a text that it had before"
    return _STATES.get(hit["decision"]) or (
        "not decided yet" if hit["topics"] and hit["is_statement"] else "in its text, beside the topics"
    )


def to_found(found: Row) -> RenderableType:
    """Return what `rich.console.Console.print` shows."""
    return Group(*_parts(found))


def _parts(found: Row) -> Iterator[RenderableType]:
    for hit in found["hits"]:
        yield from _hit(hit)
        for copy in hit["copies"]:
            yield Padding(Group(*_copy(copy)), (0, 0, 0, 4))
        yield Text("")
    yield Text(foot(found), style="dim")


def _hit(hit: Row) -> Iterator[Text]:
    topics = f" · {', '.join(map(plain, hit['topics']))}" if hit["topics"] else ""
    yield Text.assemble(_day(hit), f" · {plain(hit['publisher'], TITLE_MAX)}", (topics, "dim"))
    yield _marked(hit["title"], hit["title_marks"], "underline")
    if hit["sentence"]:
        yield _marked(hit["sentence"], hit["marks"])
    yield Text(state_words(hit) + (f" · likeness {hit['likeness']:.2f}" if hit["likeness"] is not None else ""), style="dim")
    yield from _link(hit)


def _copy(hit: Row) -> Iterator[Text]:
    yield Text.assemble("copy: ", _day(hit), f" · {plain(hit['publisher'], TITLE_MAX)} · ", plain(hit["title"], TITLE_MAX), style="dim")
    yield from _link(hit)


def _link(hit: Row) -> Iterator[Text]:
    if url := safe_url(hit["url"]):
        yield Text(url, style="dim", overflow="fold")


def _day(hit: Row) -> str:
    return f"{hit['published_at'] or hit['first_seen_at']:%Y-%m-%d}"


def _marked(text: str, marks: Sequence[tuple[int, int]], style: str = "") -> Text:
    shown, at = Text(style=style), 0
    for start, end in marks:
        shown.append(_part(text[at:start]))
        shown.append(_part(text[start:end]), style=_MARKED)
        at = end
    shown.append(_part(text[at:]))
    return shown


def _part(text: str) -> str:
    """Escape a part of a sentence, keeping the spaces by which it is set apart from its neighbours."""
    words = plain(text)
    if not words:
        return " " if text else ""
    return f"{' ' if text[:1].isspace() else ''}{words}{' ' if text[-1:].isspace() else ''}"


def foot(found: Row) -> str:
    """Say how much was found, in what, and of when the answer is."""
    shown = sum(1 + len(hit["copies"]) for hit in found["hits"])
    line = f"nothing found{_seldom(found['seldom'])}" if not found["count"] else f"{many(found['count'], 'thing')} found"
    if found["count"] > shown:
        line += f", {shown} shown (--limit)"
    when = found["published_at"]
    published = f", as published {when:%Y-%m-%d %H:%M} UTC" if when else ""
    if found["covered"]:
        return f"{line} · by meaning, in {_covered(found['covered'])}{published}"
    if not found["complete"]:
        line += "; only the newest were ranked: one word more finds better"
    return f"{line} · in articles on the topics and in titles of entries{published}" if when else line


def _covered(covered: Row) -> str:
    """Say in how many statements was searched, and which are still to come."""
    if covered["lacking_until"] is None:
        return f"{covered['of_count']:,} statements that are no repetitions"
    return (
        f"{covered['count']:,} of {covered['of_count']:,} statements that are no repetitions: of those first seen up to "
        f"{covered['lacking_until']:%Y-%m-%d %H:%M} some are still to be read, by the upkeep of each day or by searching again"
    )


def _seldom(words: Sequence[Row]) -> str:
    """Say of a search that found nothing which words are to blame."""
    unknown = [one for one in words if not one["document_count"]]
    if not unknown:
        return f" with all of {_counted([(one['word'], one['document_count']) for one in words])}" if len(words) > 1 else ""
    near = [f"{plain(one['word'])} is in nothing" + (f" ({_counted(one['spelled'])})" if one["spelled"] else "") for one in unknown]
    return f": {'; '.join(near)}"


def _counted(words: Sequence[Sequence[Any]]) -> str:
    return ", ".join(f"{plain(word)}: {count:,}" for word, count in words)
