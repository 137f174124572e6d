"""Write an edition as Markdown (CommonMark): statements as quotations, links only where we made them."""

from collections.abc import Iterable, Iterator

from tidings.model import Edition
from tidings.render.columns import isolated
from tidings.render.escape import markdown
from tidings.render.notes import CORRECTIONS_TITLE
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
from tidings.render.words import FunnelRow


def to_markdown(edition: Edition) -> str:
    """Return the edition as Markdown; every block is one line, so nothing from outside can start another."""
    return "\n\n".join(_blocks(view(edition))) + "\n"


def md(text: str) -> str:
    """Escape a text; one that runs from right to left is set apart, so that its punctuation reads right among ours."""
    return isolated(markdown(text))


def _blocks(edition: EditionView) -> Iterator[str]:
    yield f"# Tidings: {md(edition.day)}"
    yield md(edition.period)
    yield md(edition.summary)
    if edition.note:
        yield f"*{md(edition.note)}*"
    yield from _overview(edition)
    yield from _corrections(edition)
    for topic in edition.topics:
        yield from _topic(topic)
    yield from _coverage(edition)


def _overview(edition: EditionView) -> Iterator[str]:
    if edition.overview:
        yield "\n".join(f"- **{md(topic.title)}**: {md(topic.overview)}" for topic in edition.overview)
    if edition.whole:
        yield f"{md(edition.whole)} <{edition.whole_url}>" if edition.whole_url else md(edition.whole)


def _topic(topic: TopicView) -> Iterator[str]:
    yield f"## {md(topic.title)}"
    yield md(topic.line)
    for story in topic.stories:
        yield from _story(story)
    if topic.briefs:
        yield "\n".join(f"- {_brief(brief)}" for brief in topic.briefs)
    if topic.more:
        yield md(topic.more)


def _story(story: StoryView) -> Iterator[str]:
    yield f"### {md(story.headline)}"
    line = f"**{story.badge}** · {md(story.line)}" if story.badge else md(story.line)
    yield f"{line} · {_names(story.origins)} {md(story.origins_more)}".rstrip() if story.origins else line
    for article in story.articles:
        yield from _article(article)
    if story.more:
        yield md(story.more)


def _brief(brief: BriefView) -> str:
    return f"{_linked(brief.headline, brief.url)} ({md(brief.line)})"


def _article(article: ArticleView) -> Iterator[str]:
    if article.title:
        yield f"**{_linked(article.title, article.url)}**"
    for one in article.developments:
        yield from _development(one)
    for warning in article.warnings:
        yield f"**Take care:** {md(warning)}"
    yield _source(article.publisher, article.attribution, article.url)


def _source(publisher: str, attribution: str, url: str) -> str:
    return f"— {_linked(publisher, url)} · {md(attribution)}"


def _names(origins: Iterable[OriginView]) -> str:
    return ", ".join(_linked(origin.name, origin.url) for origin in origins)


def _linked(words: str, url: str) -> str:
    return f"[{md(words)}](<{url}>)" if url else md(words)


def _development(one: DevelopmentView) -> Iterator[str]:
    figures = [_figure(figure) for figure in one.figures]
    if one.badge:
        yield " ".join(part for part in (f"**{one.badge}**", md(one.origin), *figures[:1]) if part)
        figures = figures[1:]
    yield from figures
    if one.statement or one.was:
        said = (md(one.statement), f"*Before:* {md(one.was)}" if one.was else "")
        yield "\n>\n".join(f"> {words}" for words in said if words)  # one quotation: a paragraph each
    if one.event:
        yield f"({md(one.event)})"
    if one.also:
        yield f"Also in {_names(one.also)}"


def _figure(figure: FigureView) -> str:
    when = f" ({md(figure.was_when)})" if figure.was_when else ""
    return f"**{md(figure.words)}** · was {md(figure.was)}{when}"


# ---------------------------------------------------------------- corrections, coverage


def _corrections(edition: EditionView) -> Iterator[str]:
    if edition.corrections:
        yield f"## {CORRECTIONS_TITLE}"
    for one in edition.corrections:
        yield from _correction(one)
    if edition.corrections_more:
        yield md(edition.corrections_more)


def _correction(one: CorrectionView) -> Iterator[str]:
    yield f"**{md(one.headline)}** · {md(one.line)}" if one.headline else md(one.line)
    yield f"> {md(one.told)}"
    yield f"**{md(one.verdict)}**"
    if one.now:
        yield f"> {md(one.now)}"
    yield _source(one.publisher, one.attribution, one.url)


def _label(row: FunnelRow) -> str:
    return f"*{row.label}*" if row.less else row.label


def _coverage(edition: EditionView) -> Iterator[str]:
    yield "---"
    yield "## What this rests on"
    yield md(edition.feeds_line)
    if edition.outage:
        yield f"**{md(edition.outage)}**"
    feeds = [f"- **{md(feed.publisher)}** — {md(feed.line)} {md(feed.shown_url)}" for feed in edition.feeds]
    feeds += [f"- {md(edition.feeds_more)}"] if edition.feeds_more else []
    if feeds:
        yield "\n".join(feeds)
    yield "\n".join(
        (
            "| From entries to what is new, all topics together | |",
            "| --- | ---: |",
            *(f"| {_label(row)} | {row.shown} |" for row in edition.funnel),
        )
    )
    if edition.pages_line:
        yield f"Pages: {md(edition.pages_line)}."
    if edition.undelivered:
        yield "\n".join(("Not delivered:", "", *(f"- {md(note)}" for note in edition.undelivered)))
    yield f"Quotations and headlines are the exact words of the linked reports. Edition {edition.id[:8]}."
