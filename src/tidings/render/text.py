"""Write an edition as plain text, 72 columns wide: what a mail program without HTML shows."""

import unicodedata
from collections.abc import Iterator

from tidings.model import Edition
from tidings.render.view import ArticleView, DevelopmentView, EditionView, StoryView, TopicView, view

WIDTH = 72


def to_text(edition: Edition) -> str:
    """Return the edition as text; no line is wider than 72 columns but for links."""
    return "\n".join(_lines(view(edition))) + "\n"


def _lines(edition: EditionView) -> Iterator[str]:
    yield "TIDINGS"
    yield edition.day
    yield edition.period
    yield ""
    yield from wrap(edition.summary)
    if edition.note:
        yield ""
        yield from wrap(edition.note)
    for topic in edition.topics:
        yield from _topic(topic)
    yield from _coverage(edition)


def _topic(topic: TopicView) -> Iterator[str]:
    yield from ("", "")
    title = topic.title.upper()
    yield from wrap(title)
    yield "=" * min(_width(title), WIDTH)
    yield from wrap(topic.line)
    for story in topic.stories:
        yield from _story(story)
    if topic.more:
        yield ""
        yield from wrap(topic.more)


def _story(story: StoryView) -> Iterator[str]:
    yield ""
    yield from wrap(story.headline)
    yield "-" * min(_width(story.headline), WIDTH)
    yield from wrap(f"{story.badge}: {story.line}" if story.badge else story.line)
    for origin in story.origins:
        yield from wrap(f"{origin.name} {origin.url}", "  * ", "    ")
    if story.origins_more:
        yield from wrap(story.origins_more, "  * ", "    ")
    for article in story.articles:
        yield from _article(article)
    if story.more:
        yield ""
        yield from wrap(story.more, "  ")


def _article(article: ArticleView) -> Iterator[str]:
    if article.title:
        yield ""
        yield from wrap(f"Its headline: {article.title}", "  ")
    for one in article.developments:
        yield from _development(one)
    for warning in article.warnings:
        yield from wrap(f"Take care: {warning}", "  ! ", "    ")
    yield from wrap(f"{article.publisher} · {article.attribution}", "  -- ", "     ")
    if article.url:
        yield f"     {article.url}"


def _development(one: DevelopmentView) -> Iterator[str]:
    yield ""
    if one.badge:
        yield from wrap(f"[{one.badge}] {one.origin}" if one.origin else f"[{one.badge}]", "  ")
    for figure in one.figures:
        when = f" ({figure.was_when})" if figure.was_when else ""
        yield from wrap(f"{figure.words} - was {figure.was}{when}", "  * ", "    ")
    if one.statement:
        yield from wrap(one.statement, "  ")
    if one.event:
        yield from wrap(f"({one.event})", "     ")
    if one.was:
        yield from wrap(f"Before: {one.was}", "  | ")


def _coverage(edition: EditionView) -> Iterator[str]:
    yield from ("", "", "WHAT THIS RESTS ON", "==================")
    yield from wrap(edition.feeds_line)
    if edition.outage:
        yield from wrap(edition.outage, "  ! ", "    ")
    for feed in edition.feeds:
        yield from wrap(f"{feed.publisher} - {feed.line} {feed.shown_url}", "  * ", "    ")
    if edition.feeds_more:
        yield from wrap(edition.feeds_more, "  * ", "    ")
    yield ""
    labels = [f"  {row.label}" if row.less else row.label for row in edition.funnel]
    label_width = min(max(map(len, labels)), WIDTH - 14)
    for label, row in zip(labels, edition.funnel, strict=True):
        yield f"  {label:<{label_width}}  {row.shown:>9}"
    if edition.pages_line:
        yield ""
        yield from wrap(f"Pages: {edition.pages_line}.")
    if edition.undelivered:
        yield from ("", "Not delivered:")
        for note in edition.undelivered:
            yield from wrap(note, "  * ", "    ")
    yield ""
    yield from wrap(f"Quotations and headlines are the exact words of the linked reports. Edition {edition.id[:8]}.")


def wrap(text: str, first: str = "", rest: str | None = None) -> Iterator[str]:
    """Break text at spaces into lines of at most 72 columns; scripts without spaces break between characters."""
    rest = first if rest is None else rest
    line, width, empty = first, _width(first), True
    for word in text.split(" "):
        for piece in _pieces(word, WIDTH - max(_width(first), _width(rest))):
            gap = 0 if empty else (1 if piece.starts else 0)
            if not empty and width + gap + piece.width > WIDTH:
                yield line.rstrip()
                line, width, gap = rest, _width(rest), 0
            line += " " * gap + piece.text
            width += gap + piece.width
            empty = False
    yield line.rstrip()


class _Piece:
    """Hold a part of a word that is not broken, and whether a space stands before it."""

    __slots__ = ("starts", "text", "width")

    def __init__(self, text: str, starts: bool) -> None:
        self.text, self.starts, self.width = text, starts, _width(text)


def _pieces(word: str, room: int) -> Iterator[_Piece]:
    """Cut a word into pieces that fit; wide characters (Chinese, Japanese, Korean) are pieces of their own."""
    start, text, width = True, "", 0
    for char in word:
        wide = _char_width(char) == 2
        if text and (wide or width + 1 > room):
            yield _Piece(text, start)
            start, text, width = False, "", 0
        text += char
        width += _char_width(char)
        if wide:
            yield _Piece(text, start)
            start, text, width = False, "", 0
    if text:
        yield _Piece(text, start)


def _char_width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _width(text: str) -> int:
    return sum(map(_char_width, text))
