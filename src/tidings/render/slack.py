"""Write an edition for a webhook on Slack: parts of blocks in order, under every limit of Slack's; none of them cuts anything.

What a message is made of stands in `slack_blocks.py`; what a bot posts, a message a story, in `slack_threads.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tidings.model import Edition
from tidings.render.slack_blocks import (
    BOLD,
    ITALIC,
    PART_BYTES_MAX,
    Group,
    Line,
    Placed,
    Run,
    SlackMessage,
    fallback,
    header,
    line,
    linked,
    packed,
    placed,
    title,
)
from tidings.render.view import ArticleView, DevelopmentView, EditionView, FigureView, StoryView, TopicView, view
from tidings.render.words import subject

PARTS_MAX = 20  # of an edition: at a part a second, more would fill a channel for longer than anybody reads it
EDITION_BYTES_MAX = PARTS_MAX * PART_BYTES_MAX
_HEADER_ROOM = 400  # bytes that the header of a part takes at most


def to_slack(edition: Edition) -> tuple[SlackMessage, ...]:
    """Return the parts in the order in which they are to arrive; at least one."""
    shown = view(edition)
    parts = packed(placed(_groups(shown)), _HEADER_ROOM)
    return tuple(_part(edition, shown, blocks, number, len(parts)) for number, blocks in enumerate(parts, 1))


def bytes_of_parts(edition: Edition) -> int:
    """Measure an edition by the room that its parts take; it may take at most `EDITION_BYTES_MAX`."""
    return len(to_slack(edition)) * PART_BYTES_MAX


def _part(edition: Edition, shown: EditionView, blocks: Sequence[Placed], number: int, count: int) -> SlackMessage:
    which = f" ({number}/{count})" if count > 1 else ""
    head = header(f"Tidings: {shown.day}{which}")
    return SlackMessage(fallback(f"{subject(edition)}{which}", blocks), (head, *(one.block for one in blocks)))


# ---------------------------------------------------------------- what is said


def _groups(edition: EditionView) -> Iterator[Group]:
    head = [line(edition.period), line(edition.summary)]
    if edition.note:
        head.append(line(edition.note, ITALIC))
    yield Group(tuple(head))
    for topic in edition.topics:
        yield from topic_groups(topic)
    yield from coverage_groups(edition)


def topic_groups(topic: TopicView) -> Iterator[Group]:
    """Say a topic's part of an edition."""
    yield title(topic.title)
    yield Group((line(topic.line),), leads=bool(topic.stories))
    for story in topic.stories:
        yield from story_groups(story)
    if topic.more:
        yield Group((line(topic.more),))


def story_groups(story: StoryView) -> Iterator[Group]:
    """Say a story with its developments, under its headline."""
    yield Group((line(story.headline, BOLD), *story_lines(story)), leads=bool(story.articles))
    yield from article_groups(story)


def story_lines(story: StoryView) -> Iterator[Line]:
    """Say what a story rests on."""
    yield Line((*((Run(f"{story.badge} · ", BOLD),) if story.badge else ()), Run(story.line)))
    if story.origins:
        runs = [run for origin in story.origins for run in (Run(", "), Run(origin.name, None, linked(origin.url)))][1:]
        more = (Run(f" {story.origins_more}"),) if story.origins_more else ()
        yield Line((Run("Reported by "), *runs, *more))


def article_groups(story: StoryView) -> Iterator[Group]:
    """Say a story's developments, article by article."""
    for article in story.articles:
        yield Group(tuple(_article(article)))
    if story.more:
        yield Group((line(story.more),))


def _article(article: ArticleView) -> Iterator[Line]:
    if article.title:
        yield Line((Run(article.title, BOLD, linked(article.url)),))
    for one in article.developments:
        for number, said in enumerate(_development(one)):
            yield replace(said, tells=not number)
    for warning in article.warnings:
        yield Line((Run("Take care: ", BOLD), Run(warning)))
    yield Line((Run(article.publisher, None, linked(article.url)), Run(f" · {article.attribution}")))


def _development(one: DevelopmentView) -> Iterator[Line]:
    if one.badge:
        yield Line((Run(one.badge, BOLD), *((Run(f" {one.origin}"),) if one.origin else ())))
    for figure in one.figures:
        yield _figure(figure)
    if one.statement:
        yield Line((Run(one.statement),), "quote")
    if one.event:
        yield line(f"({one.event})")
    if one.was:
        yield line("Before:")
        yield Line((Run(one.was),), "quote")


def _figure(figure: FigureView) -> Line:
    when = f" ({figure.was_when})" if figure.was_when else ""
    return Line((Run(figure.words, BOLD), Run(f" · was {figure.was}{when}")))


def coverage_groups(edition: EditionView) -> Iterator[Group]:
    """Say what the edition rests on."""
    yield title("What this rests on")
    feeds = [Line((Run(feed.publisher, BOLD), Run(f" — {feed.line}"), Run(f" {feed.shown_url}", spoken=False))) for feed in edition.feeds]
    feeds += [line(edition.feeds_more)] if edition.feeds_more else []
    outage = (line(edition.outage, BOLD),) if edition.outage else ()
    yield Group((line(edition.feeds_line), *outage, *feeds))
    pages = (line(f"Pages: {edition.pages_line}."),) if edition.pages_line else ()
    funnel = (line(f"{row.shown}  {row.label}", ITALIC if row.less else None) for row in edition.funnel)
    yield Group((*funnel, *pages))
    if edition.undelivered:
        yield Group((line("Not delivered:"), *map(line, edition.undelivered)))
    yield Group((line(f"Quotations and headlines are the exact words of the linked reports. Edition {edition.id[:8]}."),))
