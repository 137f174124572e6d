"""Lay an edition out for reading: what is shown, what is counted, in which words. The sinks only escape and mark up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tidings.model import NOT_REACHED, Edition, Kind, ReportedDevelopment, ReportedStory
from tidings.render import words
from tidings.render.escape import TITLE_MAX, language_tag, plain, safe_url
from tidings.render.languages import language_name
from tidings.render.pages import pages_line
from tidings.text.terms import tokens

TITLES_ALIKE_MIN = 0.75  # share of words that two titles have in common


@dataclass(frozen=True, slots=True)
class FigureView:
    """Hold a figure that changed: its words now and before."""

    words: str
    was: str
    was_when: str


@dataclass(frozen=True, slots=True)
class DevelopmentView:
    """Hold one development in words; `statement` and `was` come from outside."""

    kind: str
    badge: str  # empty where the kind says no more than that it is new
    statement: str
    lang: str  # for the lang attribute; may be empty
    origin: str  # who confirms; empty for every kind but new_origin
    event: str  # the day it speaks of; empty when the article's line says it
    was: str
    figures: tuple[FigureView, ...]


@dataclass(frozen=True, slots=True)
class OriginView:
    """Hold one who reports a story independently."""

    name: str
    url: str  # safe, or empty


@dataclass(frozen=True, slots=True)
class ArticleView:
    """Hold what is shown of one article: its title where it is another than the story's, its developments, and one line of where they are from."""

    developments: tuple[DevelopmentView, ...]
    warnings: tuple[str, ...]
    publisher: str
    url: str  # safe, or empty: then there is no link
    attribution: str  # what stands after the publisher: time, language, places and day
    title: str  # the exact title, where it says something else than the headline; else empty
    lang: str  # of the title


@dataclass(frozen=True, slots=True)
class StoryView:
    """Hold a story with the developments that are shown, article by article."""

    headline: str
    lang: str
    badge: str  # of a new story, else empty
    line: str
    origins: tuple[OriginView, ...]  # where there are several
    origins_more: str
    articles: tuple[ArticleView, ...]
    more: str


@dataclass(frozen=True, slots=True)
class TopicView:
    """Hold a topic's part of an edition."""

    name: str
    title: str
    line: str
    stories: tuple[StoryView, ...]
    more: str
    quiet: bool


@dataclass(frozen=True, slots=True)
class FeedView:
    """Hold one feed that is named in the coverage note."""

    publisher: str
    shown_url: str
    line: str


@dataclass(frozen=True, slots=True)
class EditionView:
    """Hold a whole edition in words."""

    id: str
    day: str
    period: str
    summary: str
    note: str
    topics: tuple[TopicView, ...]
    feeds_line: str
    feeds: tuple[FeedView, ...]
    feeds_more: str
    outage: str  # of our own network, else empty
    pages_line: str
    funnel: tuple[words.FunnelRow, ...]
    undelivered: tuple[str, ...]


def view(edition: Edition) -> EditionView:
    """Lay out the edition."""
    coverage = edition.coverage
    troubled = (
        *(note for note in coverage.feeds_failing if note.state != NOT_REACHED), *coverage.feeds_silent, *coverage.feeds_losing,
        *coverage.feeds_thin, *coverage.feeds_recovered,
    )  # fmt: skip
    named = troubled[: words.FEEDS_NAMED_MAX]
    left = len(troubled) - len(named)
    return EditionView(
        id=edition.id,
        day=words.long_day(edition.window_end, edition.time_zone),
        period=_period(edition),
        summary=words.summary(edition),
        note=words.note(edition),
        topics=tuple(_topic(edition, name, title) for name, title in edition.topics),
        feeds_line=words.feeds_line(coverage),
        feeds=tuple(FeedView(plain(note.publisher, 80), plain(note.shown_url, 200), words.feed_line(note, edition)) for note in named),
        feeds_more=f"and {words.number(left)} more, named by `tidings status --all`" if left else "",
        outage=words.outage_line(edition),
        pages_line=pages_line(coverage.pages),
        funnel=tuple(words.funnel_rows(edition)),
        undelivered=tuple(plain(note, 300) for note in coverage.delivery_notes[:20]),
    )


def _period(edition: Edition) -> str:
    start = f"{words.clock(edition.window_start, edition)} to " if edition.window_start else "Until "
    return f"{start}{words.clock(edition.window_end, edition)} ({edition.time_zone})"


def _topic(edition: Edition, name: str, title: str) -> TopicView:
    stories = [story for story in edition.stories if story.topic == name]
    shown = [story for story in stories if _shown(story)]
    hidden = [story for story in stories if not _shown(story)]
    return TopicView(
        name=name,
        title=plain(title, 120),
        line=words.topic_line(edition, name),
        stories=tuple(_story(edition, story) for story in shown),
        more=_hidden_line(edition, hidden),
        quiet=not stories,
    )


def _hidden_line(edition: Edition, hidden: list[ReportedStory]) -> str:
    """Count the stories of which nothing is shown, and what they hold."""
    if not hidden:
        return ""
    count = sum(len(story.developments) for story in hidden)
    elsewhere = sum(1 for story in hidden for development in story.developments if development.shown_in)
    line = words.more_line(count, f" in {words.many(len(hidden), 'story', 'stories')}")
    if not elsewhere:
        return line
    titles = dict(edition.topics)
    places = sorted({titles.get(one.shown_in, one.shown_in) for story in hidden for one in story.developments if one.shown_in})
    return f"{line}; {words.number(elsewhere)} of them in the same words as under {plain(words.listed(places), 200)}"


def _shown(story: ReportedStory) -> tuple[ReportedDevelopment, ...]:
    """Return the developments of a story that are shown."""
    fresh = [development for development in story.developments if not development.shown_in]
    return tuple(fresh if story.shown_count is None else fresh[: story.shown_count])


def _story(edition: Edition, story: ReportedStory) -> StoryView:
    shown = _shown(story)
    left = len(story.developments) - len(shown)
    by_article: dict[tuple[object, ...], list[ReportedDevelopment]] = {}
    for one in shown:  # the weightiest of an article decides where the article stands
        by_article.setdefault((one.url, one.publisher, one.published_at, one.language), []).append(one)
    named = tuple(OriginView(plain(one.name, 80), safe_url(one.url)) for one in story.origins) if len(story.origins) > 1 else ()
    return StoryView(
        headline=plain(story.headline, TITLE_MAX) or "A report without a title",
        lang=language_tag(story.headline_language),
        badge=words.NEW_STORY if story.is_new else "",
        line=words.story_line(story),
        origins=named[: words.ORIGINS_NAMED_MAX],
        origins_more=f"and {words.number(others)} more" if (others := len(named) - words.ORIGINS_NAMED_MAX) > 0 else "",
        articles=tuple(_article(edition, story.headline, members) for members in by_article.values()),
        more=words.more_line(left, " of this story") if left else "",
    )


def _article(edition: Edition, headline: str, members: list[ReportedDevelopment]) -> ArticleView:
    """Lay out what is shown of one article; what all its statements share is said once, in its line."""
    first = members[0]
    when = words.claimed(first.published_at, edition) if first.published_at else f"seen {words.clock(first.first_seen_at, edition)}"
    language = "" if first.language in {"en", ""} else plain(language_name(first.language), 40)
    events = {_event(edition, one) for one in members if one.statement}
    shared = events.pop() if len(events) == 1 else ""
    places = dict.fromkeys(plain(one.place, 60) for one in members if one.place)
    return ArticleView(
        developments=tuple(_development(edition, one, "" if shared else _event(edition, one)) for one in members),
        warnings=tuple(dict.fromkeys(plain(one.warning, 300) for one in members if plain(one.warning, 300))),
        publisher=plain(first.publisher, 120) or "unnamed publisher",
        url=safe_url(first.url),
        attribution=" · ".join(part for part in (when, language, ", ".join(places), shared) if part),
        title="" if _alike(first.title, headline) else plain(first.title, TITLE_MAX),
        lang=language_tag(first.language),
    )


def _alike(title: str, headline: str) -> bool:
    """Tell whether a title says what the headline says: nearly the same words, and the same numbers. A headline's toll may be outdated."""
    one, other = frozenset(tokens(title)), frozenset(tokens(headline))
    numbers = [{token for token in found if token[0].isdigit()} for found in (one, other)]
    return not one or (numbers[0] == numbers[1] and len(one & other) >= TITLES_ALIKE_MIN * len(one | other))


def _development(edition: Edition, one: ReportedDevelopment, event: str) -> DevelopmentView:
    figures = tuple(_figures(edition, one))
    return DevelopmentView(
        kind=one.kind.value,
        badge=words.badge(one),
        statement=plain(one.statement),
        lang=language_tag(one.language),
        origin=plain(one.origin or one.publisher, 120) if one.kind is Kind.NEW_ORIGIN else "",
        event=event,
        was="" if figures else plain(one.replaces),
        figures=figures,
    )


def _figures(edition: Edition, one: ReportedDevelopment) -> Iterator[FigureView]:
    for figure in one.figures:
        if figure.previous_words:
            when = words.claimed(figure.previous_at, edition) if figure.previous_at else ""
            yield FigureView(plain(figure.words, 120), plain(figure.previous_words, 120), when)


def _event(edition: Edition, one: ReportedDevelopment) -> str:
    """Write the day a statement speaks of, where it is not the day of the report."""
    try:
        spoken = date.fromisoformat(one.event_date)
    except ValueError:
        return ""
    reported = (one.published_at or one.first_seen_at).date()
    return "" if spoken == reported else f"speaks of {words.day(spoken, edition.window_end.year)}"
