"""Lay an edition out for a terminal with rich; strings from outside are plain text, never markup or escape sequences."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from tidings.model import Edition
from tidings.render.view import ArticleView, DevelopmentView, EditionView, StoryView, view

_STYLES = {
    "changed_figure": "bold yellow",
    "reversal": "bold red",
    "correction": "bold magenta",
    "new_origin": "bold green",
}


def to_terminal(edition: Edition) -> RenderableType:
    """Return what `rich.console.Console.print` shows."""
    return Group(*_parts(view(edition)))


def _parts(edition: EditionView) -> Iterator[RenderableType]:
    yield Text(f"Tidings · {edition.day}", style="bold")
    yield Text(edition.period, style="dim")
    yield Text(f"\n{edition.summary}")
    if edition.note:
        yield Text(edition.note, style="italic")
    for topic in edition.topics:
        yield Text("")
        yield Rule(Text(topic.title, style="bold"), align="left")
        yield Text(topic.line, style="dim")
        for story in topic.stories:
            yield from _story(story)
        if topic.more:
            yield Text(f"\n{topic.more}", style="italic dim")
    yield from _coverage(edition)


def _story(story: StoryView) -> Iterator[RenderableType]:
    yield Text(f"\n{story.headline}", style="bold underline")
    badge = (f"{story.badge} · ", "bold cyan") if story.badge else ""
    yield Text.assemble(badge, (story.line, "dim"))
    for origin in story.origins:
        yield Text.assemble(("  " + origin.name, "dim bold"), (f" {origin.url}", "dim"), overflow="fold")
    if story.origins_more:
        yield Text(f"  {story.origins_more}", style="dim")
    for article in story.articles:
        yield Padding(Group(*_article(article)), (1, 0, 0, 2))
    if story.more:
        yield Padding(Text(story.more, style="italic dim"), (1, 0, 0, 2))


def _article(article: ArticleView) -> Iterator[RenderableType]:
    if article.title:
        yield Text(article.title, style="bold")
    for one in article.developments:
        yield from _development(one)
    for warning in article.warnings:
        yield Text(f"Take care: {warning}", style="yellow")
    yield Text.assemble((article.publisher, "bold"), (f" · {article.attribution}", "dim"))
    if article.url:
        yield Text(article.url, style="dim", overflow="fold")


def _development(one: DevelopmentView) -> Iterator[RenderableType]:
    if one.badge:
        yield Text.assemble((one.badge, _STYLES.get(one.kind, "bold")), f" {one.origin}" if one.origin else "")
    for figure in one.figures:
        when = f" ({figure.was_when})" if figure.was_when else ""
        yield Text.assemble((figure.words, "bold"), (f"  was {figure.was}{when}", "dim"))
    if one.statement:
        yield Text.assemble(one.statement, (f"  ({one.event})", "dim") if one.event else "")
    if one.was:
        yield Text(f"Before: {one.was}", style="dim")


def _coverage(edition: EditionView) -> Iterator[RenderableType]:
    yield Text("")
    yield Rule(Text("What this rests on", style="bold"), align="left")
    yield Text(edition.feeds_line)
    if edition.outage:
        yield Text(edition.outage, style="bold yellow")
    for feed in edition.feeds:
        yield Text(f"  {feed.publisher} — {feed.line} {feed.shown_url}", style="dim")
    if edition.feeds_more:
        yield Text(f"  {edition.feeds_more}", style="dim")
    for row in edition.funnel:
        yield Text(f"  {row.shown:>7}  {row.label}", style="dim" if row.less else "")
    if edition.pages_line:
        yield Text(f"Pages: {edition.pages_line}.", style="dim")
    for note in edition.undelivered:
        yield Text(f"Not delivered: {note}", style="yellow")
