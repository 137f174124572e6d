"""Lay out in words what the site's pages show: the same words, dates and quotations as in editions. Templates only mark up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tidings.model import Edition, EditionKind, Id, Kind, ReportedDevelopment
from tidings.render import notes, words
from tidings.render.escape import STATEMENT_MAX, TITLE_MAX, language_tag, plain, safe_url
from tidings.render.languages import language_name
from tidings.render.site import edition_path, is_id, is_name, story_path
from tidings.stages.archive import ArchivedArticle, ArchivedDevelopment, ArchivedStory, OriginGroup

NO_TITLE = "A report without a title"
_RELATIONS: Mapping[str, str] = {"exact": "word for word", "near": "nearly word for word", "rewrite": "rewritten"}


@dataclass(frozen=True, slots=True)
class Link:
    """Hold a link to a page of ours: its words and where it leads, seen from the page it stands on."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class FigureView:
    """Hold a figure that changed: its words now and before."""

    words: str
    was: str
    was_when: str


@dataclass(frozen=True, slots=True)
class FateView:
    """Say that words told before do not stand: why, what takes their place, and the edition that said so."""

    verdict: str
    now: str
    href: str


@dataclass(frozen=True, slots=True)
class DevelopmentView:
    """Hold one development in words."""

    id: str
    kind: str
    badge: str
    statement: str
    lang: str
    origin: str  # who confirms
    event: str
    was: str
    was_href: str  # where the replaced words stand on the site, or empty
    figures: tuple[FigureView, ...]
    fates: tuple[FateView, ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """Hold what one article newly said, and one line of where it is from."""

    developments: tuple[DevelopmentView, ...]
    title: str  # where it says something else than the story's
    lang: str
    publisher: str
    url: str
    attribution: tuple[str, ...]  # when, language, places, day: each isolated, as places may be written from right to left
    warnings: tuple[str, ...]
    told: tuple[Link, ...]  # the editions that told it


@dataclass(frozen=True, slots=True)
class StoryView:
    """Hold a story and the reports of it that are shown."""

    headline: str
    lang: str
    href: str
    line: str
    is_new: bool
    reports: tuple[ReportView, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """Hold a topic's part of an edition."""

    name: str
    title: str
    line: str
    stories: tuple[StoryView, ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """Hold an article in the list of who reports a story."""

    title: str
    lang: str
    publisher: str
    url: str
    line: str
    copy: str  # of what, and how near; empty for an origin


@dataclass(frozen=True, slots=True)
class OriginView:
    """Hold an independent report and its copies."""

    article: ArticleView
    copies: tuple[ArticleView, ...]


# ---------------------------------------------------------------- dates


def moment(when: datetime, zone: str) -> str:
    """Write a local time with its year, "Tue 18 Feb 2020 07:00"."""
    local = when.astimezone(ZoneInfo(zone))
    return f"{words.day(local.date(), 0)} {local:%H:%M}"


def claimed(when: datetime, zone: str) -> str:
    """Write when something was published as it says: midnight in UTC is a date without a time."""
    utc = when.astimezone(UTC)
    return words.day(utc.date(), 0) if (utc.hour, utc.minute, utc.second) == (0, 0, 0) else moment(when, zone)


def reported(published_at: datetime | None, first_seen_at: datetime, zone: str) -> str:
    """Write when an article was published, or that we saw it."""
    return claimed(published_at, zone) if published_at else f"seen {moment(first_seen_at, zone)}"


def edition_name(edition: Edition) -> str:
    """Name an edition by its day and time, and for whom it is."""
    alert = "Alert, " if edition.kind is EditionKind.ALERT else ""
    return f"{alert}{moment(edition.window_end, edition.time_zone)}, for {plain(edition.recipient, 40)}"


# ---------------------------------------------------------------- stories and reports


def headline(title: str) -> str:
    """Return a title as it is shown."""
    return plain(title, TITLE_MAX) or NO_TITLE


def story_line(story: ArchivedStory) -> str:
    """Write "3 reports, 2 independent origins"."""
    return words.reported(story.article_count, story.origin_count)


def story_view(
    story: ArchivedStory | None,
    developments: Sequence[ArchivedDevelopment],
    zone: str,
    root: str | None,
    told: Mapping[Id, tuple[Link, ...]] | None = None,
) -> StoryView:
    """Lay out developments of one story; `root` is the way from the page to the site's folder (None: there is none), `told` names the editions of each."""
    return StoryView(
        headline=headline(story.title if story else ""),
        lang=language_tag(story.language) if story else "",
        href=root + story_path(story.id) if root is not None and story and is_id(story.id) else "",
        line=story_line(story) if story else "",
        is_new=any(one.reported.kind is Kind.NEW_STORY for one in developments),
        reports=reports(developments, story.title if story else "", zone, root, told or {}),
    )


def reports(
    developments: Iterable[ArchivedDevelopment], title: str, zone: str, root: str | None, told: Mapping[Id, tuple[Link, ...]]
) -> tuple[ReportView, ...]:
    """Put developments together by article, in the order in which articles come first."""
    groups: dict[Id, list[ArchivedDevelopment]] = {}
    for one in developments:
        groups.setdefault(one.article_id, []).append(one)
    return tuple(_report(members, title, zone, root, told) for members in groups.values())


def _report(
    members: Sequence[ArchivedDevelopment], title: str, zone: str, root: str | None, told: Mapping[Id, tuple[Link, ...]]
) -> ReportView:
    first = members[0].reported
    events = {_event(one.reported) for one in members if one.reported.statement}
    shared = events.pop() if len(events) == 1 else ""
    places = dict.fromkeys(plain(one.reported.place, 60) for one in members if one.reported.place)
    parts = (reported(first.published_at, first.first_seen_at, zone), _language(first.language), ", ".join(places), shared)
    own = plain(first.title, TITLE_MAX)
    return ReportView(
        developments=tuple(_development(one, "" if shared else _event(one.reported), root) for one in members),
        title=own if own and own.casefold() != plain(title, TITLE_MAX).casefold() else "",
        lang=language_tag(first.language),
        publisher=plain(first.publisher, 120) or "unnamed publisher",
        url=safe_url(first.url),
        attribution=tuple(part for part in parts if part),
        warnings=tuple(dict.fromkeys(plain(one.reported.warning, 300) for one in members if one.reported.warning)),
        told=tuple(dict.fromkeys(link for one in members for link in told.get(one.reported.development_id, ()))),
    )


def _development(one: ArchivedDevelopment, event: str, root: str | None) -> DevelopmentView:
    shown = one.reported
    known = root is not None and is_id(one.replaces_id) and is_id(one.replaces_story_id)
    return DevelopmentView(
        id=shown.development_id if is_id(shown.development_id) else "",
        kind=shown.kind.value,
        badge=words.badge(shown),
        statement=plain(shown.statement, STATEMENT_MAX),
        lang=language_tag(shown.language),
        origin=plain(shown.origin, 120) if shown.kind is Kind.NEW_ORIGIN else "",
        event=event,
        was=plain(shown.replaces, STATEMENT_MAX),
        was_href=f"{root}{story_path(one.replaces_story_id)}#d-{one.replaces_id}" if known else "",
        figures=tuple(
            FigureView(plain(one.words, 120), plain(one.previous_words, 120), claimed(one.previous_at, "UTC") if one.previous_at else "")
            for one in shown.figures
        ),
        fates=tuple(
            FateView(
                notes.VERDICTS[one.how],
                plain(one.words, STATEMENT_MAX),
                root + edition_path(one.edition_id) if root is not None and is_id(one.edition_id) else "",
            )
            for one in one.corrections
        ),
    )


def _event(one: ReportedDevelopment) -> str:
    """Write the day that a statement speaks of, where it is not that of its report."""
    try:
        day = date.fromisoformat(one.event_date)
    except ValueError:
        return ""
    return "" if one.published_at and day == one.published_at.date() else f"of {words.day(day, 0)}"


def _language(code: str) -> str:
    return "" if code in {"en", ""} else plain(language_name(code), 40)


# ---------------------------------------------------------------- editions


def edition_summary(edition: Edition) -> str:
    """Word what an edition says in one sentence; what its feeds gave is not at hand."""
    if edition.development_count:
        return words.summary(edition)
    return f"Nothing new {words.since(edition)}." if edition.window_start else "Nothing new yet: this is the first edition."


def edition_sections(
    edition: Edition,
    developments: Mapping[Id, ArchivedDevelopment],
    stories: Mapping[Id, ArchivedStory],
    root: str | None,
    most: int | None = None,
) -> tuple[SectionView, ...]:
    """Lay out an edition by topic, whole or its first `most` developments."""
    left = edition.development_count if most is None else most
    sections = []
    for name, title in edition.topics:
        views = []
        for story in edition.stories:
            members = [developments[one.development_id] for one in story.developments][: max(left, 0)] if story.topic == name else []
            if members:
                views.append(story_view(stories.get(story.story_id), members, edition.time_zone, root))
                left -= len(members)
        if views and is_name(name):
            sections.append(SectionView(name, plain(title, 120), words.topic_line(edition, name), tuple(views)))
    return tuple(sections)


# ---------------------------------------------------------------- who reports a story


def origin_view(group: OriginGroup, zone: str) -> OriginView:
    """Lay out an independent report and its copies."""
    return OriginView(article_view(group.article, zone), tuple(article_view(one, zone) for one in group.copies))


def article_view(article: ArchivedArticle, zone: str) -> ArticleView:
    """Lay out one article: who credits whom, who copies whom, and in which facts the copy differs."""
    credit = plain(article.origin, 80)
    parts = [reported(article.published_at, article.first_seen_at, zone), _language(article.language)]
    if article.gone_since:
        parts.append(f"taken down, found {moment(article.gone_since, zone)}")
    if credit and article.origin != article.publisher:
        parts.append(f"credits {credit}")
    copy = ""
    if article.relation:
        own = article.copy_of_publisher == article.publisher
        copied = "repeats its own report" if own else f"copies {plain(article.copy_of_publisher, 80) or 'another report'}"
        copy = f"{copied}, {_RELATIONS.get(article.relation, 'in other words')}"
        if article.differs_in:
            copy += f"; differs in: {plain(', '.join(article.differs_in), 120)}"
    return ArticleView(
        title=headline(article.title),
        lang=language_tag(article.language),
        publisher=plain(article.publisher, 120) or "unnamed publisher",
        url=safe_url(article.url),
        line=" · ".join(part for part in parts if part),
        copy=copy,
    )


def edition_links(editions: Iterable[Edition], told_in: Mapping[Id, Sequence[Id]], root: str) -> dict[Id, tuple[Link, ...]]:
    """Return for each development the links to the editions that told it."""
    links = {one.id: Link(edition_name(one), root + edition_path(one.id)) for one in editions if is_id(one.id)}
    return {one: tuple(links[edition] for edition in ids if edition in links) for one, ids in told_in.items()}
