"""Lay an edition out for reading: what is shown, what is counted, in which words. The sinks only escape and mark up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tidings.model import CORRECTIONS, NOT_REACHED, Edition, EditionKind, Id, Kind, ReportedCorrection, ReportedDevelopment, ReportedStory
from tidings.render import notes, words
from tidings.render.escape import TITLE_MAX, language_tag, plain, safe_url
from tidings.render.languages import language_name
from tidings.render.pages import pages_line
from tidings.render.timing import timing_note
from tidings.text.terms import tokens

BRIEFS_MAX = 5  # stories of a topic of which only the headline and counts are shown
NO_TITLE = "A report without a title"
NO_PUBLISHER = "unnamed publisher"
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
    also: tuple["OriginView", ...] = ()  # other reports that say the same, or nearly


@dataclass(frozen=True, slots=True)
class OriginView:
    """Hold one who reports a story independently, or a report that says the same as another."""

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
class BriefView:
    """Hold a story of which only the headline and counts are shown."""

    headline: str
    lang: str
    url: str  # of the report with its weightiest development; safe, or empty
    line: str


@dataclass(frozen=True, slots=True)
class TopicView:
    """Hold a topic's part of an edition."""

    name: str
    title: str
    line: str
    stories: tuple[StoryView, ...]
    more: str
    quiet: bool
    briefs: tuple[BriefView, ...] = ()  # between the stories and `more`
    overview: str = ""  # what is in it, for the overview of a folded edition


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """Hold what an earlier edition told, and what has become of it; `told` and `now` are words from outside."""

    line: str  # when it was told, under which topic
    told: str
    told_lang: str
    verdict: str
    now: str  # or empty
    lang: str
    headline: str  # of the story, or empty
    headline_lang: str
    publisher: str
    url: str  # safe, or empty
    attribution: str


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
    outage: str  # what is the matter with ourselves, such as our own network, else empty
    pages_line: str
    funnel: tuple[words.FunnelRow, ...]
    undelivered: tuple[str, ...]
    corrections: tuple[CorrectionView, ...] = ()
    corrections_more: str = ""
    overview: tuple[TopicView, ...] = ()  # topics with something new, of a folded edition; else empty
    whole: str = ""  # where all of a folded edition is shown; else empty
    whole_url: str = ""  # safe: where the site shows it, or empty


def view(edition: Edition) -> EditionView:
    """Lay out the edition."""
    coverage = edition.coverage
    is_alert = edition.kind is EditionKind.ALERT
    troubled = (
        *(note for note in coverage.feeds_failing if note.state != NOT_REACHED), *coverage.feeds_silent, *coverage.feeds_losing,
        *coverage.feeds_thin, *coverage.feeds_recovered,
    )  # fmt: skip
    named = troubled[: words.FEEDS_NAMED_MAX]
    left = len(troubled) - len(named)
    topics = tuple(_topic(edition, name, title) for name, title in edition.topics)
    news = tuple(topic for topic in topics if not topic.quiet)
    topics = news if is_alert else topics  # an alert says nothing of what it is not about
    return EditionView(
        id=edition.id,
        day=f"{'Alert, ' if is_alert else ''}{words.long_day(edition.window_end, edition.time_zone)}",
        period=_period(edition),
        summary=words.summary(edition),
        note=" ".join(filter(None, (notes.note(edition), timing_note(edition)))),
        topics=topics,
        feeds_line=words.feeds_line(coverage),
        feeds=tuple(FeedView(plain(note.publisher, 80), plain(note.shown_url, 200), words.feed_line(note, edition)) for note in named),
        feeds_more=f"and {words.number(left)} more, named by `tidings status --all`" if left else "",
        outage=" ".join(filter(None, (words.outage_line(edition), *coverage.own_notes))),
        pages_line=pages_line(coverage.pages),
        funnel=tuple(words.funnel_rows(edition)),
        undelivered=tuple(plain(note, 300) for note in coverage.delivery_notes[:20]),
        corrections=tuple(_correction(edition, one) for one in edition.shown_corrections),
        corrections_more=_corrections_more(edition),
        overview=news if edition.folded_count and len(news) > 1 else (),
        whole=notes.whole_line(edition),
        whole_url=safe_url(edition.full_url),
    )


def _period(edition: Edition) -> str:
    start = f"{words.clock(edition.window_start, edition)} to " if edition.window_start else "Until "
    return f"{start}{words.clock(edition.window_end, edition)} ({edition.time_zone})"


def _topic(edition: Edition, name: str, title: str) -> TopicView:
    stories = [story for story in edition.stories if story.topic == name]
    seen = _seen(edition)
    shown = [story for story in stories if story.shown]
    folded = [story for story in stories if not story.shown and _folded_count(story, seen)]
    return TopicView(
        name=name,
        title=plain(title, 120),
        line=words.topic_line(edition, name),
        stories=tuple(_story(edition, story, seen) for story in shown),
        more=_more_line(edition, folded[BRIEFS_MAX:], stories, seen),
        quiet=not stories,
        briefs=tuple(_brief(story) for story in folded[:BRIEFS_MAX]),
        overview=words.counted(stories),
    )


def _seen(edition: Edition) -> frozenset[Id]:
    """Return the developments that are shown in stories or among the corrections."""
    shown = {one.development_id for story in edition.stories for one in story.shown}
    return frozenset(shown | {one.by_id for one in edition.shown_corrections} - {""})


def _folded_count(story: ReportedStory, seen: frozenset[Id]) -> int:
    """Count the developments of a story that are neither shown nor repeat what is."""
    return sum(one.development_id not in seen and one.repeats_id not in seen for one in story.developments)


def _brief(story: ReportedStory) -> BriefView:
    origins = f", {words.many(story.origin_count, 'independent origin')}" if story.origin_count > 1 else ""
    return BriefView(
        headline=plain(story.headline, TITLE_MAX) or NO_TITLE,
        lang=language_tag(story.headline_language),
        url=safe_url(story.developments[0].url),
        line=f"{words.kinds_line(words.counts_of([story]))}{origins}",
    )


def _more_line(edition: Edition, folded: list[ReportedStory], stories: list[ReportedStory], seen: frozenset[Id]) -> str:
    """Count the topic's stories of which nothing is shown, and what stands elsewhere in the edition."""
    parts = []
    if folded:
        count = sum(_folded_count(story, seen) for story in folded)
        parts.append(notes.more_line(edition, count, f" in {words.many(len(folded), 'story', 'stories')}"))
    elsewhere = [one for story in stories for one in story.developments if one.shown_in not in {"", story.topic} and one.repeats_id in seen]
    if elsewhere:
        titles = {**dict(edition.topics), CORRECTIONS: notes.CORRECTIONS_TITLE}
        places = sorted({titles.get(one.shown_in, one.shown_in) for one in elsewhere})
        start = "" if folded else "and "
        parts.append(f"{start}{words.number(len(elsewhere))} shown under {plain(words.listed(places), 200)}")
    return "; ".join(parts)


def _story(edition: Edition, story: ReportedStory, seen: frozenset[Id]) -> StoryView:
    also: dict[Id, list[ReportedDevelopment]] = {}
    for one in story.developments:
        if one.repeats_id and one.shown_in == story.topic:
            also.setdefault(one.repeats_id, []).append(one)
    by_article: dict[tuple[object, ...], list[ReportedDevelopment]] = {}
    for one in story.shown:  # the weightiest of an article decides where the article stands
        by_article.setdefault((one.url, one.publisher, one.published_at, one.language), []).append(one)
    named = tuple(OriginView(plain(one.name, 80), safe_url(one.url)) for one in story.origins) if len(story.origins) > 1 else ()
    left = _folded_count(story, seen)
    return StoryView(
        headline=plain(story.headline, TITLE_MAX) or NO_TITLE,
        lang=language_tag(story.headline_language),
        badge=words.NEW_STORY if story.is_new else "",
        line=words.story_line(story),
        origins=named[: words.ORIGINS_NAMED_MAX],
        origins_more=f"and {words.number(others)} more" if (others := len(named) - words.ORIGINS_NAMED_MAX) > 0 else "",
        articles=tuple(_article(edition, story.headline, members, also) for members in by_article.values()),
        more=notes.more_line(edition, left, " of this story") if left else "",
    )


def _article(
    edition: Edition, headline: str, members: list[ReportedDevelopment], also: Mapping[Id, list[ReportedDevelopment]]
) -> ArticleView:
    """Lay out what is shown of one article; what all its statements share is said once, in its line."""
    first = members[0]
    events = {_event(edition, one) for one in members if one.statement}
    shared = events.pop() if len(events) == 1 else ""
    places = dict.fromkeys(plain(one.place, 60) for one in members if one.place)
    return ArticleView(
        developments=tuple(
            _development(edition, one, "" if shared else _event(edition, one), also.get(one.development_id, [])) for one in members
        ),
        warnings=tuple(dict.fromkeys(plain(one.warning, 300) for one in members if plain(one.warning, 300))),
        publisher=plain(first.publisher, 120) or NO_PUBLISHER,
        url=safe_url(first.url),
        attribution=" · ".join(part for part in (*_when_and_language(edition, first), ", ".join(places), shared) if part),
        title="" if _alike(first.title, headline) else plain(first.title, TITLE_MAX),
        lang=language_tag(first.language),
    )


def _when_and_language(edition: Edition, one: ReportedDevelopment | ReportedCorrection) -> tuple[str, str]:
    when = words.claimed(one.published_at, edition) if one.published_at else f"seen {words.clock(one.first_seen_at, edition)}"
    return when, plain(language_name(one.language), 40) if one.language else ""


def _alike(title: str, headline: str) -> bool:
    """Tell whether a title says what the headline says: nearly the same words, and the same numbers. A headline's toll may be outdated."""
    one, other = frozenset(tokens(title)), frozenset(tokens(headline))
    numbers = [{token for token in found if token[0].isdigit()} for found in (one, other)]
    return not one or (numbers[0] == numbers[1] and len(one & other) >= TITLES_ALIKE_MIN * len(one | other))


def _development(edition: Edition, one: ReportedDevelopment, event: str, also: list[ReportedDevelopment]) -> DevelopmentView:
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
        also=tuple(OriginView(plain(other.publisher, 80) or NO_PUBLISHER, safe_url(other.url)) for other in also),
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


# ---------------------------------------------------------------- corrections


def _correction(edition: Edition, one: ReportedCorrection) -> CorrectionView:
    return CorrectionView(
        line=notes.told_line(edition, one),
        told=plain(one.told),
        told_lang=language_tag(one.told_language),
        verdict=notes.verdict_line(one),
        now=plain(one.now),
        lang=language_tag(one.language),
        headline=plain(one.headline, TITLE_MAX),
        headline_lang=language_tag(one.headline_language),
        publisher=plain(one.publisher, 120) or NO_PUBLISHER,
        url=safe_url(one.url),
        attribution=" · ".join(part for part in _when_and_language(edition, one) if part),
    )


def _corrections_more(edition: Edition) -> str:
    left = len(edition.corrections) - len(edition.shown_corrections)
    return notes.more_line(edition, left) if left else ""
