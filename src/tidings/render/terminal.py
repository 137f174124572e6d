"""Lay an edition out for a terminal with rich; strings from outside are plain text, never markup or escape sequences."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from tidings.model import Edition
from tidings.render.notes import CORRECTIONS_TITLE
from tidings.render.view import ArticleView, CorrectionView, DevelopmentView, EditionView, StoryView, TopicView, view

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
    for topic in edition.overview:
        yield Text.assemble((f"  {topic.title}", "bold"), f": {topic.overview}")
    if edition.whole:
        yield Text(f"{edition.whole} {edition.whole_url}".rstrip(), overflow="fold")
    if edition.corrections:
        yield from _title(CORRECTIONS_TITLE)
    for one in edition.corrections:
        yield from _correction(one)
    if edition.corrections_more:
        yield Text(edition.corrections_more, style="italic dim")
    for topic in edition.topics:
        yield from _topic(topic)
    yield from _coverage(edition)


def _title(title: str) -> Iterator[RenderableType]:
    yield Text("")
    yield Rule(Text(title, style="bold"), align="left")


def _topic(topic: TopicView) -> Iterator[RenderableType]:
    yield from _title(topic.title)
    yield Text(topic.line, style="dim")
    for story in topic.stories:
        yield from _story(story)
    if topic.briefs:
        yield Text("\nIn short", style="bold")
    for brief in topic.briefs:
        yield Text.assemble("  · ", brief.headline, (f" ({brief.line})", "dim"))
    if topic.more:
        yield Text(f"\n{topic.more}", style="italic dim")


def _correction(one: CorrectionView) -> Iterator[RenderableType]:
    yield Text("")
    if one.headline:
        yield Text(one.headline, style="bold underline")
    yield Text(one.line, style="dim")
    yield Padding(Text(_quoted(one.told), style="strike"), (0, 0, 0, 2))
    yield Text(one.verdict, style="bold magenta")
    if one.now:
        yield Padding(Text(_quoted(one.now)), (0, 0, 0, 2))
    yield from _source(one.publisher, one.attribution, one.url)


def _source(publisher: str, attribution: str, url: str) -> Iterator[RenderableType]:
    yield Text.assemble((publisher, "bold"), (f" · {attribution}", "dim"))
    if url:
        yield Text(url, style="dim", overflow="fold")


def _story(story: StoryView) -> Iterator[RenderableType]:
    yield Text(f"\n{story.headline}", style="bold underline")
    badge = (f"{story.badge} · ", "bold cyan") if story.badge else ""
    yield Text.assemble(badge, (story.line, "dim"))
    for origin in story.origins:
        line = Text.assemble((origin.name, "dim bold"), (f" {origin.url}", "dim"), overflow="fold")
        yield Padding(line, (0, 0, 0, 2))  # a link that takes a line of its own stands under its name
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
    yield from _source(article.publisher, article.attribution, article.url)


def _development(one: DevelopmentView) -> Iterator[RenderableType]:
    if one.badge:
        yield Text.assemble((one.badge, _STYLES.get(one.kind, "bold")), f" {one.origin}" if one.origin else "")
    for figure in one.figures:
        when = f" ({figure.was_when})" if figure.was_when else ""
        yield Text.assemble((figure.words, "bold"), (f"  was {figure.was}{when}", "dim"))
    if one.statement:
        yield Text.assemble(_quoted(one.statement), (f"  ({one.event})", "dim") if one.event else "")
    if one.was:
        yield Text(f"Before: {_quoted(one.was)}", style="dim")
    for other in one.also:
        yield Text.assemble(("Also in ", "dim"), (other.name, "dim bold"), (f" {other.url}", "dim"), overflow="fold")


def _quoted(words: str) -> str:
    """Set words from outside apart from ours where colours do not, as in a pipe."""
    return f"\u201c{words}\u201d"


def _coverage(edition: EditionView) -> Iterator[RenderableType]:
    yield from _title("What this rests on")
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
