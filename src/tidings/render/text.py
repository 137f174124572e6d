"""Write an edition as plain text, 72 columns wide: what a mail program without HTML shows, and what is read aloud.

Stories are numbered, so that people can talk about them. What is quoted stands in quotation marks and nothing else does; where it comes
from stands under it, then the link on a line of its own, so that programs recognise it whole.
"""

from collections.abc import Iterator
from itertools import count

from tidings.model import Edition
from tidings.render.columns import WIDTH, isolated, width, wrap
from tidings.render.notes import CORRECTIONS_TITLE
from tidings.render.view import ArticleView, BriefView, CorrectionView, DevelopmentView, EditionView, StoryView, TopicView, view

INDENT = "    "


def to_text(edition: Edition) -> str:
    """Return the edition as text; no line is wider than 72 columns but for links."""
    return "\n".join(_lines(view(edition))) + "\n"


def _lines(edition: EditionView) -> Iterator[str]:
    yield f"TIDINGS · {edition.day}"
    yield edition.period
    yield ""
    yield from wrap(edition.summary)
    if edition.note:
        yield ""
        yield from wrap(edition.note)
    yield from _overview(edition)
    yield from _corrections(edition)
    numbers = count(1)
    for topic in edition.topics:
        yield from _topic(topic, numbers, links=not edition.whole)
    yield from _coverage(edition)


def _heading(title: str) -> Iterator[str]:
    yield from ("", "")
    yield from wrap(isolated(title.upper()))
    yield "=" * min(width(title.upper()), WIDTH)


def _overview(edition: EditionView) -> Iterator[str]:
    """Write what each topic has, and where the whole is, of an edition of which not all is shown."""
    if edition.overview:
        yield ""
    for topic in edition.overview:
        yield from wrap(f"{isolated(topic.title)}: {topic.overview}", "  * ", "    ")
    if edition.whole:
        yield ""
        yield from wrap(edition.whole)
        if edition.whole_url:
            yield edition.whole_url


def _topic(topic: TopicView, numbers: Iterator[int], *, links: bool) -> Iterator[str]:
    """Write a topic; `links` says whether the origins of its stories are linked. In a folded edition that is left to the whole one."""
    yield from _heading(topic.title)
    yield from wrap(topic.line)
    for story in topic.stories:
        yield from _story(story, next(numbers), links=links)
    if topic.briefs:
        yield from ("", "In short:")
    for brief in topic.briefs:
        yield from _brief(brief, next(numbers))
    if topic.more:
        yield ""
        yield from wrap(topic.more)


def _story(story: StoryView, number: int, *, links: bool) -> Iterator[str]:
    yield ""
    yield from wrap(isolated(story.headline), f"{number}.".ljust(len(INDENT)), INDENT)
    yield from _reported(story, links=links)
    for article in story.articles:
        yield from _article(article)
    if story.more:
        yield ""
        yield from wrap(story.more, INDENT)


def _brief(brief: BriefView, number: int) -> Iterator[str]:
    yield from wrap(f"{isolated(brief.headline)} ({brief.line})", f"{number}.".ljust(len(INDENT)), INDENT)


def _reported(story: StoryView, *, links: bool) -> Iterator[str]:
    """Write how many reported it and name the independent origins; those whose report is not linked below stand with their link."""
    line = f"{story.badge}: {story.line}" if story.badge else story.line
    below = {article.url for article in story.articles}
    linked = [origin for origin in story.origins if links and origin.url not in below]
    names = ", ".join(isolated(origin.name) for origin in story.origins if origin not in linked)
    more = story.origins_more if not linked else ""
    yield from wrap(": ".join(filter(None, (line, f"{names}, and" if linked and names else f"{names} {more}".strip()))), INDENT)
    for origin in linked:
        yield from _linked(isolated(origin.name), origin.url, f"{INDENT}* ")
    if linked and story.origins_more:
        yield from wrap(story.origins_more, f"{INDENT}* ")


def _linked(words: str, url: str, first: str = INDENT) -> Iterator[str]:
    """Write words and a link, in one line where they fit."""
    rest = " " * len(first)
    if url and width(words) + len(url) + len(first) + 1 <= WIDTH:
        yield f"{first}{words} {url}"
        return
    yield from wrap(words, first, rest)
    if url:
        yield f"{rest}{url}"


def _article(article: ArticleView) -> Iterator[str]:
    if article.title:
        yield ""
        yield from wrap(f"Its headline: {isolated(article.title)}", INDENT)
    several = len(article.developments) > 1
    for one in article.developments:
        yield from _development(one)
        if several:
            yield from _also(one)
    for warning in article.warnings:
        yield from wrap(f"Take care: {warning}", f"{INDENT}! ", f"{INDENT}  ")
    yield from _source(article.publisher, article.attribution, article.url)
    if not several:
        yield from _also(article.developments[0])


def _source(publisher: str, attribution: str, url: str) -> Iterator[str]:
    yield from wrap(f"{isolated(publisher)} · {attribution}", f"{INDENT}- ", f"{INDENT}  ")
    if url:
        yield f"{INDENT}  {url}"


def _development(one: DevelopmentView) -> Iterator[str]:
    yield ""
    badge = f"{one.badge} {isolated(one.origin)}" if one.origin else one.badge.upper()
    changes = [
        f"{isolated(figure.words)}, was {isolated(figure.was)}{f' ({figure.was_when})' if figure.was_when else ''}"
        for figure in one.figures
    ]
    if badge or changes:
        yield from wrap(": ".join(part for part in (badge, "; ".join(changes)) if part), INDENT)
    if one.statement:
        yield from quoted(one.statement)
    if one.event:
        yield from wrap(f"({one.event})", INDENT)
    if one.was:
        yield from wrap("Before:", INDENT)
        yield from quoted(one.was)


def quoted(words: str) -> Iterator[str]:
    """Write words from outside as a quotation."""
    yield from wrap(isolated(f"\u201c{words}\u201d"), INDENT)


def _also(one: DevelopmentView) -> Iterator[str]:
    for other in one.also:
        yield from _linked(f"Also in {isolated(other.name)}", other.url, f"{INDENT}- ")


# ---------------------------------------------------------------- corrections, coverage


def _corrections(edition: EditionView) -> Iterator[str]:
    if not edition.corrections:
        return
    yield from _heading(CORRECTIONS_TITLE)
    for one in edition.corrections:
        yield from _correction(one)
    if edition.corrections_more:
        yield ""
        yield from wrap(edition.corrections_more)


def _correction(one: CorrectionView) -> Iterator[str]:
    yield ""
    if one.headline:
        yield from wrap(isolated(one.headline), "", INDENT)
    yield from wrap(one.line, INDENT)
    yield from quoted(one.told)
    yield from wrap(one.verdict, INDENT)
    if one.now:
        yield from quoted(one.now)
    yield from _source(one.publisher, one.attribution, one.url)


def _coverage(edition: EditionView) -> Iterator[str]:
    yield from _heading("What this rests on")
    yield from wrap(edition.feeds_line)
    if edition.outage:
        yield from wrap(edition.outage, "  ! ", "    ")
    for feed in edition.feeds:
        yield from wrap(f"{isolated(feed.publisher)}: {feed.line}", "  * ", "    ")
        yield f"    {feed.shown_url}"
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
