"""Write an edition as Markdown (CommonMark): statements as quotations, links only where we made them."""

from collections.abc import Iterator

from tidings.model import Edition
from tidings.render.escape import markdown as md
from tidings.render.view import DevelopmentView, EditionView, StoryView, TopicView, view


def to_markdown(edition: Edition) -> str:
    """Return the edition as Markdown; every block is one line, so nothing from outside can start another."""
    return "\n\n".join(_blocks(view(edition))) + "\n"


def _blocks(edition: EditionView) -> Iterator[str]:
    yield f"# Tidings: {md(edition.day)}"
    yield md(edition.period)
    yield md(edition.summary)
    if edition.note:
        yield f"*{md(edition.note)}*"
    for topic in edition.topics:
        yield from _topic(topic)
    yield from _coverage(edition)


def _topic(topic: TopicView) -> Iterator[str]:
    yield f"## {md(topic.title)}"
    yield md(topic.line)
    for story in topic.stories:
        yield from _story(story)
    if topic.more:
        yield md(topic.more)


def _story(story: StoryView) -> Iterator[str]:
    yield f"### {md(story.headline)}"
    yield md(story.line)
    for one in story.developments:
        yield from _development(one)
    if story.more:
        yield md(story.more)


def _development(one: DevelopmentView) -> Iterator[str]:
    yield f"**{one.badge}** {md(one.origin)}".rstrip()
    if one.statement:
        yield f"> {md(one.statement)}"
    for figure in one.figures:
        when = f" ({md(figure.was_when)})" if figure.was_when else ""
        yield f"**{md(figure.words)}** · was: {md(figure.was)}{when}"
    if one.was:
        yield f"Before:\n\n> {md(one.was)}"
    if one.warning:
        yield f"**Take care:** {md(one.warning)}"
    publisher = f"[{md(one.publisher)}](<{one.url}>)" if one.url else md(one.publisher)
    yield f"{publisher} · {md(one.attribution)}"


def _coverage(edition: EditionView) -> Iterator[str]:
    yield "---"
    yield "## What this rests on"
    yield md(edition.feeds_line)
    feeds = [f"- **{md(feed.publisher)}** — {md(feed.line)} {md(feed.shown_url)}" for feed in edition.feeds]
    feeds += [f"- {md(edition.feeds_more)}"] if edition.feeds_more else []
    if feeds:
        yield "\n".join(feeds)
    yield "\n".join(
        (
            "| From entries to what is new, all topics together | |",
            "| --- | ---: |",
            *(f"| {label} | {count:,} |" for label, count in edition.funnel),
        )
    )
    yield md(edition.funnel_line)
    if edition.undelivered:
        yield "\n".join(("Not delivered:", "", *(f"- {md(note)}" for note in edition.undelivered)))
    yield f"Quotations and headlines are the exact words of the linked reports. Edition {edition.id[:8]}."
