"""Write the pages of the archive site: which there are, what each is made of, and its text when it is asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from tidings.model import Edition, EditionKind, Id
from tidings.render import words
from tidings.render.escape import plain
from tidings.render.site import Page, edition_path, feed_path, is_id, is_name, topic_path
from tidings.render.site.figures import charts
from tidings.render.site.templates import template
from tidings.render.site.views import (
    Link,
    edition_links,
    edition_name,
    edition_sections,
    edition_summary,
    headline,
    moment,
    origin_view,
    reports,
    story_line,
    story_view,
)
from tidings.stages.archive import (
    Archive,
    ArchivedDevelopment,
    ArchivedStory,
    ArchivedTopic,
    FigurePoint,
    TimelinePage,
    origins_of,
    timeline,
)

LATEST_EDITIONS_MAX = 12  # on the first page
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


@dataclass(frozen=True, slots=True)
class TopicLink:
    """Hold a topic as every page names it at its head."""

    name: str
    title: str
    path: str


class Site:
    """Hold the archive and what all pages share; `pages` yields them."""

    def __init__(self, archive: Archive, zone: str) -> None:
        self._archive = archive
        self._zone = zone
        self._editions = tuple(one for one in archive.editions if is_id(one.id))
        self._topics = tuple(
            TopicLink(one.name, plain(one.title, 120) or one.name, topic_path(one.name)) for one in archive.topics if is_name(one.name)
        )
        self._by_topic = _grouped(archive.developments, lambda one: one.topic)
        self._by_story = _grouped(archive.developments, lambda one: one.story_id)
        self._corrected_in: dict[Id, list[ArchivedDevelopment]] = {}
        for one in archive.developments:
            for edition in {each.edition_id: None for each in one.corrections}:
                self._corrected_in.setdefault(edition, []).append(one)
        self._points_by_topic = _grouped(archive.points, lambda one: one.topic)
        self._points_by_story = _grouped(archive.points, lambda one: one.story_id)

    def pages(self) -> Iterator[Page]:
        """Yield every page but search."""
        yield self._index()
        yield self._edition_list()
        for recipient in sorted({one.recipient for one in self._editions}):
            yield from self._edition_pages([one for one in self._editions if one.recipient == recipient])
        for topic in self._archive.topics:
            if is_name(topic.name):
                yield from self._topic_pages(topic)
        for story in self._archive.stories.values():
            if is_id(story.id) and story.id in self._by_story:
                yield self._story_page(story)
        yield Page("search.html", self._topics, lambda: self._text("search", "", "search", {}))

    def _text(self, name: str, root: str, here: str, context: Mapping[str, Any]) -> str:
        return template(name).render(root=root, here=here, topics=self._topics, **context)

    # ---------------------------------------------------------------- the first page and the list of editions

    def _index(self) -> Page:
        cards = [self._card(topic) for topic in self._topics]
        latest = [_edition_row(one, "") for one in self._editions[:LATEST_EDITIONS_MAX]]
        recipients = [name for name in dict.fromkeys(one.recipient for one in self._editions) if is_name(name)]
        feeds = [
            {"name": name, "title": f"Tidings for {name}", "atom": feed_path(name, "atom"), "json": feed_path(name, "json")}
            for name in sorted(recipients)
        ]
        stories = len(self._by_story)
        line = f"{words.many(len(self._archive.developments), 'development')} in {words.many(stories, 'story', 'stories')}, {words.many(len(self._editions), 'edition')}."
        context = {"cards": cards, "editions": latest, "edition_count": len(self._editions), "feeds": feeds, "line": line}
        return Page("index.html", (self._topics, context), lambda: self._text("index", "", "", context))

    def _card(self, topic: TopicLink) -> dict[str, str]:
        found = self._by_topic.get(topic.name, ())
        stories = len({one.story_id for one in found})
        line = f"{words.many(len(found), 'development')} in {words.many(stories, 'story', 'stories')}" if found else "Nothing yet"
        latest = f"Latest: {moment(found[0].at, self._zone)}" if found else ""
        return {"href": topic.path, "title": topic.title, "line": line, "latest": latest}

    def _edition_list(self) -> Page:
        months: dict[str, list[dict[str, str]]] = {}
        for one in self._editions:
            local = one.window_end.astimezone(ZoneInfo(one.time_zone))
            months.setdefault(f"{_MONTHS[local.month - 1]} {local.year}", []).append(_edition_row(one, "../"))
        context = {"months": [{"name": name, "editions": rows} for name, rows in months.items()]}
        return Page("editions/index.html", (self._topics, context), lambda: self._text("editions", "../", "editions", context))

    # ---------------------------------------------------------------- editions

    def _edition_pages(self, editions: list[Edition]) -> Iterator[Page]:
        """Yield the pages of one recipient's editions, each with a way to the one before and after."""
        by_id = {one.reported.development_id: one for one in self._archive.developments}
        neighbours = [None, *editions, None]
        for (newer, edition), (_, older) in pairwise(pairwise(neighbours)):
            assert edition is not None
            links = tuple(
                Link(moment(one.window_end, one.time_zone), f"../{edition_path(one.id)}") if one else None for one in (older, newer)
            )
            yield self._edition_page(edition, by_id, links)

    def _edition_page(self, edition: Edition, by_id: Mapping[Id, ArchivedDevelopment], links: tuple[Link | None, ...]) -> Page:
        corrected = tuple(self._corrected_in.get(edition.id, ()))
        told = tuple(by_id[one.development_id] for story in edition.stories for one in story.developments)
        shown = tuple(
            self._archive.stories.get(one) for one in [*(story.story_id for story in edition.stories), *(one.story_id for one in corrected)]
        )
        material = (self._topics, self._zone, edition, links, corrected, told, shown)

        def write() -> str:
            sections = edition_sections(edition, by_id, self._archive.stories, "../")
            stories = _grouped(corrected, lambda one: one.story_id)
            corrections = [
                story_view(self._archive.stories.get(one), members, edition.time_zone, "../") for one, members in stories.items()
            ]
            start = f"{moment(edition.window_start, edition.time_zone)} to " if edition.window_start else "Until "
            context = {
                "id": edition.id,
                "what": "Alert" if edition.kind is EditionKind.ALERT else "Edition", "name": edition_name(edition), "recipient": plain(edition.recipient, 40),
                "day": words.long_day(edition.window_end, edition.time_zone), "summary": edition_summary(edition),
                "period": f"{start}{moment(edition.window_end, edition.time_zone)} ({edition.time_zone})",
                "sections": sections, "corrections": corrections, "older": links[0], "newer": links[1],
            }  # fmt: skip
            return self._text("edition", "../", "editions", context)

        return Page(edition_path(edition.id), material, write)

    # ---------------------------------------------------------------- topics

    def _topic_pages(self, topic: ArchivedTopic) -> Iterator[Page]:
        developments = self._by_topic.get(topic.name, ())
        pages = timeline(developments, self._zone)
        stories = len({one.story_id for one in developments})
        line = (
            f"{words.many(len(developments), 'development')} in {words.many(stories, 'story', 'stories')}."
            if developments
            else "Nothing yet."
        )
        names = [(_page_name(page), topic_path(topic.name, page.suffix)) for page in pages]
        yield self._topic_page(topic, pages[0] if pages else None, line, names)
        for page in pages[1:]:
            yield self._topic_page(topic, page, f"{_span(page)}: {words.many(sum(day.count for day in page.days), 'development')}.", names)

    def _topic_page(self, topic: ArchivedTopic, page: TimelinePage | None, line: str, names: list[tuple[str, str]]) -> Page:
        path = topic_path(topic.name, page.suffix if page else "")
        points = tuple(self._points_by_topic.get(topic.name, ())) if not page or not page.suffix else ()
        shown = {story.story_id for day in page.days for story in day.stories} if page else set()
        shown |= {one.story_id for one in points}
        stories = {one: self._archive.stories[one] for one in sorted(shown) if one in self._archive.stories}
        material = (self._topics, self._zone, topic, page, line, names, points, stories)

        def write() -> str:
            days = [
                {
                    "name": words.day(day.day, 0),
                    "line": words.many(day.count, "development"),
                    "stories": [story_view(stories.get(one.story_id), one.developments, self._zone, "../") for one in day.stories],
                }
                for day in (page.days if page else ())
            ]
            context = {
                "title": plain(topic.title, 120) or topic.name, "line": line, "span": _span(page) if page and page.suffix else "", "days": days,
                "pages": [{"words": name, "href": f"../{where}", "here": where == path} for name, where in names],
                "charts": charts(points, lambda story: self._story_link(stories.get(story))),
            }  # fmt: skip
            return self._text("topic", "../", topic.name, context)

        return Page(path, material, write)

    def _story_link(self, story: ArchivedStory | None) -> tuple[str, str]:
        if story is None or story.id not in self._by_story:
            return "", ""
        found = story_view(story, (), self._zone, "../")
        return plain(found.headline, 80), found.href

    # ---------------------------------------------------------------- stories

    def _story_page(self, story: ArchivedStory) -> Page:
        developments = tuple(sorted(self._by_story[story.id], key=lambda one: one.at))  # stable: an article's stay in its order
        articles = self._archive.articles.get(story.id, ())
        points: tuple[FigurePoint, ...] = tuple(self._points_by_story.get(story.id, ()))
        told = {one.reported.development_id: self._archive.told_in.get(one.reported.development_id, ()) for one in developments}
        told_ids = {edition for ids in told.values() for edition in ids}
        links = edition_links((one for one in self._editions if one.id in told_ids), told, "../")
        topics = tuple(one for one in self._topics if any(each.topic == one.name for each in developments))
        material = (self._topics, self._zone, story, developments, articles, points, links)

        def write() -> str:
            by_topic = _grouped(developments, lambda one: one.topic)
            sections = [
                {"title": topic.title, "reports": reports(by_topic[topic.name], story.title, self._zone, "../", links)} for topic in topics
            ]
            groups = [(group, origin_view(group, self._zone)) for group in origins_of(articles)]
            context = {
                "headline": headline(story.title), "lang": story_view(story, (), self._zone, "").lang, "line": f"{story_line(story)}.",
                "seen": _seen(story.first_seen_at, story.last_seen_at, self._zone),
                "story_topics": [Link(topic.title, f"../{topic.path}") for topic in topics],
                "origins": [{"article": one.article, "copies": one.copies, "copies_line": _copies(len(one.copies))} for _, one in groups],
                "charts": charts(_once(points)), "sections": sections,
            }  # fmt: skip
            return self._text("story", "../", "", context)

        return Page(f"stories/{story.id}.html", material, write)


def _edition_row(edition: Edition, root: str) -> dict[str, str]:
    return {"href": root + edition_path(edition.id), "name": edition_name(edition), "line": edition_summary(edition)}


def _page_name(page: TimelinePage) -> str:
    """Name a page of a timeline by its month, and its part of it; of the first page only that it is the latest."""
    if not page.suffix:
        return "Latest"
    part = page.suffix.split("-")[3:]
    return f"{_MONTHS[page.first.month - 1]} {page.first.year}" + (f", part {part[0]}" if part else "")


def _span(page: TimelinePage) -> str:
    first, last = words.day(page.first, 0), words.day(page.last, 0)
    return first if first == last else f"{first} to {last}"


def _seen(first: datetime, last: datetime, zone: str) -> str:
    start, end = moment(first, zone), moment(last, zone)
    return f"First seen {start}" + (f", the latest report {end} ({zone})" if end != start else f" ({zone})")


def _copies(count: int) -> str:
    return f"{words.many(count, 'copy', 'copies')} of it:" if count else ""


def _once(points: Iterable[FigurePoint]) -> list[FigurePoint]:
    """Leave out what two topics share: on a story's page a figure stands once."""
    return list({(one.measure, one.day, one.words, one.of, one.url): one for one in points}.values())


def _grouped(items: Iterable[Any], key: Callable[[Any], str]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for one in items:
        groups.setdefault(key(one), []).append(one)
    return groups
