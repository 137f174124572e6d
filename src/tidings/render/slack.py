"""Write an edition for a webhook on Slack: parts of blocks in order, under every limit of Slack's; none of them cuts anything.

What a message is made of stands in `slack_blocks.py`; what a bot posts, a message a story, in `slack_threads.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tidings.model import Edition, EditionKind
from tidings.render.notes import CORRECTIONS_TITLE
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
from tidings.render.view import (
    ArticleView,
    BriefView,
    CorrectionView,
    DevelopmentView,
    EditionView,
    FigureView,
    OriginView,
    StoryView,
    TopicView,
    view,
)
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
    head = header(f"{heading(edition, shown)}{which}")
    return SlackMessage(fallback(f"{subject(edition)}{which}", blocks), (head, *(one.block for one in blocks)))


def heading(edition: Edition, shown: EditionView) -> str:
    """Word what stands over an edition."""
    return f"{'Alert' if edition.kind is EditionKind.ALERT else 'Tidings'}: {shown.day}"


# ---------------------------------------------------------------- what is said


def _groups(edition: EditionView) -> Iterator[Group]:
    overview = (Line((Run(topic.title, BOLD), Run(f": {topic.overview}"))) for topic in edition.overview)
    yield Group((*head_lines(edition), *overview, *whole_lines(edition)))
    yield from correction_groups(edition)
    for topic in edition.topics:
        yield from topic_groups(topic)
    yield from coverage_groups(edition)


def head_lines(edition: EditionView) -> Iterator[Line]:
    """Say what the edition covers and counts."""
    yield line(edition.period)
    yield line(edition.summary)
    if edition.note:
        yield line(edition.note, ITALIC)


def whole_lines(edition: EditionView) -> Iterator[Line]:
    """Say where all of a folded edition is shown."""
    if edition.whole:
        url = linked(edition.whole_url)
        yield Line((Run(edition.whole), *((Run(" "), Run("the full edition", None, url)) if url else ())))


def correction_groups(edition: EditionView) -> Iterator[Group]:
    """Say what earlier editions told that does not stand."""
    if edition.corrections:
        yield title(CORRECTIONS_TITLE)
    for one in edition.corrections:
        yield Group(tuple(_correction(one)))
    if edition.corrections_more:
        yield Group((line(edition.corrections_more),))


def _correction(one: CorrectionView) -> Iterator[Line]:
    if one.headline:
        yield line(one.headline, BOLD)
    yield line(one.line)
    yield Line((Run(one.told),), "quote", tells=True)
    yield line(one.verdict)
    if one.now:
        yield Line((Run(one.now),), "quote")
    yield _source(one.publisher, one.url, one.attribution)


def topic_groups(topic: TopicView) -> Iterator[Group]:
    """Say a topic's part of an edition."""
    yield title(topic.title)
    yield Group((line(topic.line),), leads=bool(topic.stories))
    for story in topic.stories:
        yield from story_groups(story)
    if topic.briefs:
        yield Group((line("Also:"), *map(brief_line, topic.briefs)))
    if topic.more:
        yield Group((line(topic.more),))


def brief_line(brief: BriefView) -> Line:
    """Name a story of which only the headline and counts are shown."""
    return Line((Run("• "), Run(brief.headline, None, linked(brief.url)), Run(f" ({brief.line})")))


def story_groups(story: StoryView) -> Iterator[Group]:
    """Say a story with its developments, under its headline."""
    yield Group((line(story.headline, BOLD), *story_lines(story)), leads=bool(story.articles))
    yield from article_groups(story)


def story_lines(story: StoryView) -> Iterator[Line]:
    """Say what a story rests on."""
    yield Line((*((Run(f"{story.badge} · ", BOLD),) if story.badge else ()), Run(story.line)))
    if story.origins:
        more = (Run(f" {story.origins_more}"),) if story.origins_more else ()
        yield Line((Run("Independently: "), *_listed(story.origins), *more))


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
    yield _source(article.publisher, article.url, article.attribution)


def _source(publisher: str, url: str, attribution: str) -> Line:
    return Line((Run(publisher, None, linked(url)), Run(f" · {attribution}")))


def _listed(origins: Sequence[OriginView]) -> Iterator[Run]:
    for number, origin in enumerate(origins):
        if number:
            yield Run(", ")
        yield Run(origin.name, None, linked(origin.url))


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
    if one.also:
        yield Line((Run("Also in "), *_listed(one.also)))


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
    yield Group((_funnel(edition), *pages))
    if edition.undelivered:
        yield Group((line("Not delivered:"), *map(line, edition.undelivered)))
    yield Group((line(f"Quotations and headlines are the exact words of the linked reports. Edition {edition.id[:8]}."),))


def _funnel(edition: EditionView) -> Line:
    """Set the counts under each other: only text of one width does that on Slack."""
    width = max(len(row.shown) for row in edition.funnel)
    return Line((Run("\n".join(f"{row.shown:>{width}}  {row.label}" for row in edition.funnel)),), "preformatted")
