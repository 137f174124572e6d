"""Write an edition for a bot on Slack: one overview for the channel, a message a story, and the rest in the overview's thread.

A story that the channel has a thread for is continued there, and shown in the channel, too, where it overturns what was told or
changes a toll. The weightiest others open a message of their own, which is the thread of what comes later. The light ones, and
what the edition rests on, stand in the thread of the overview. So a channel sees at most `STORIES_MAX` stories and an overview, however
much is new. Which thread a message goes into is looked up when it is sent; here is decided only what it says.

Every message says in its fallback text all that its blocks say.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from tidings.model import Coverage, Edition, EditionKind, Id, Kind, ReportedDevelopment, ReportedStory
from tidings.render import words
from tidings.render.slack import article_groups, coverage_groups, story_groups, story_lines, to_slack
from tidings.render.slack_blocks import (
    BOLD,
    FALLBACK_MAX,
    ITALIC,
    PART_BYTES_MAX,
    Block,
    Group,
    Line,
    Run,
    SlackMessage,
    block_size,
    fallback,
    fallback_size,
    header,
    line,
    linked,
    packed,
    placed,
    title,
)
from tidings.render.view import EditionView, StoryView, TopicView, view

STORIES_MAX = 8  # shown in the channel by themselves, as new messages or as replies that are shown there, too
REPLIES_MAX = 20  # stories of an edition that are continued in their threads
MESSAGES_MAX = 40  # of an edition, with all that stands in threads only
THREADS_BYTES_MAX = MESSAGES_MAX * PART_BYTES_MAX
_HEADLINES = (8, 5, 3, 1, 0)  # a topic, in the overview: the most that fit into one message
_NAMED_MAX = 3
_TEXT_MAX = FALLBACK_MAX - 100
_TOLLS = frozenset({"killed", "injured", "missing"})
_NO_COVERAGE = Coverage(0, (), (), ())


@dataclass(frozen=True, slots=True)
class _Told:
    """Hold one story as it is shown, under each of its topics, and what decides where."""

    stories: tuple[ReportedStory, ...]
    views: tuple[tuple[TopicView, StoryView], ...]
    weight: float
    weighty: bool

    @property
    def id(self) -> Id:
        return self.stories[0].story_id


def to_threads(edition: Edition, threaded: Collection[Id]) -> tuple[SlackMessage, ...]:
    """Return the messages in the order in which they are to go out; `threaded` are the stories that the channel has a thread for."""
    told = _told(edition)
    if not told:
        return to_slack(edition)
    shown = view(edition)
    alone, light = _divide(told, threaded, alert=edition.kind is EditionKind.ALERT)
    messages = [message for one, broadcast in alone for message in _story(one, broadcast=broadcast)]
    if edition.kind is EditionKind.ALERT:
        return tuple(messages)
    brief = _sectioned(f"Tidings: {shown.day}, in brief", _brief(edition, light)) if light else ()
    rests = _sectioned("", coverage_groups(shown))
    return (*_overview(edition, shown, told, {one.id for one in light}), *messages, *brief, *rests)


def bytes_of_threads(edition: Edition, threaded: Collection[Id]) -> int:
    """Measure an edition by the room that its messages take; it may take at most `THREADS_BYTES_MAX`."""
    return len(to_threads(edition, threaded)) * PART_BYTES_MAX


def is_weighty(one: ReportedDevelopment) -> bool:
    """Tell whether a development is worth telling a whole channel: it overturns what was told, or a toll has changed."""
    if one.kind in {Kind.REVERSAL, Kind.CORRECTION}:
        return True
    return one.kind is Kind.CHANGED_FIGURE and any(figure.measure in _TOLLS for figure in one.figures)


# ---------------------------------------------------------------- which story where


def _told(edition: Edition) -> list[_Told]:
    """Return the stories of which something is shown, the weightiest first."""
    by_id: dict[Id, list[ReportedStory]] = {}
    for story in edition.stories:
        if story.shown:
            by_id.setdefault(story.story_id, []).append(story)
    told = [
        _Told(
            tuple(stories),
            tuple(_view(edition, story) for story in stories),
            max(story.weight for story in stories),
            any(map(is_weighty, (one for story in stories for one in story.shown))),
        )
        for stories in by_id.values()
    ]
    return sorted(told, key=lambda one: -one.weight)


def _view(edition: Edition, story: ReportedStory) -> tuple[TopicView, StoryView]:
    alone = replace(edition, stories=(story,), corrections=(), coverage=_NO_COVERAGE)
    [topic] = [topic for topic in view(alone).topics if topic.stories]
    return topic, topic.stories[0]


def _divide(told: Iterable[_Told], threaded: Collection[Id], *, alert: bool) -> tuple[list[tuple[_Told, bool]], list[_Told]]:
    """Divide stories into those with messages of their own, and whether these are broadcast, and the light ones."""
    alone: list[tuple[_Told, bool]] = []
    light = []
    visible_count = reply_count = 0
    for one in told:
        is_reply = one.id in threaded
        broadcast = is_reply and (alert or (one.weighty and visible_count < STORIES_MAX))
        if alert or (reply_count < REPLIES_MAX if is_reply else visible_count < STORIES_MAX):
            alone.append((one, broadcast))
            visible_count += broadcast or not is_reply
            reply_count += is_reply
        else:
            light.append(one)
    return alone, light


# ---------------------------------------------------------------- the overview


def _overview(edition: Edition, shown: EditionView, told: list[_Told], light: Collection[Id]) -> list[SlackMessage]:
    """Say what is new where: one message, with as many headlines as fit; more only where the topics alone are too many."""
    for headlines_max in _HEADLINES:
        groups = list(_overview_groups(edition, shown, told, light, headlines_max))
        messages = list(_sectioned(f"Tidings: {shown.day}", groups, words.subject(edition)))
        if len(messages) == 1:
            break
    return messages


def _overview_groups(edition: Edition, shown: EditionView, told: list[_Told], light: Collection[Id], headlines_max: int) -> Iterator[Group]:
    note = (line(shown.note, ITALIC),) if shown.note else ()
    outage = (line(shown.outage, BOLD),) if shown.outage else ()
    yield Group((line(shown.period), line(shown.summary), *note, *outage))
    for topic in shown.topics:
        here = [(one, found) for one in told for where, found in one.views if where.name == topic.name]
        if topic.quiet:
            continue
        counts = words.counts_of(story for story in edition.stories if story.topic == topic.name)
        lines = [Line((Run(topic.title, BOLD), Run(f" · {words.kinds_line(counts)}")))]
        lines += [_headline(one, found, topic.name, light) for one, found in here[:headlines_max]]
        if left := len(here[headlines_max:]):
            lines.append(line(f"and {words.many(left, 'more story', 'more stories')}"))
        if topic.more:
            lines.append(line(topic.more))
        yield Group(tuple(lines))
    if quiet := [topic.title for topic in shown.topics if topic.quiet]:
        yield Group((line(f"Nothing new: {words.listed(quiet)}."),))
    yield Group(tuple(_rests(shown)))
    if edition.full_url:
        yield Group((Line((Run("The full edition", None, linked(edition.full_url)),)),))


def _headline(one: _Told, found: StoryView, topic: str, light: Collection[Id]) -> Line:
    badge = (Run(f"{found.badge}: "),) if found.badge else ()
    kinds = words.kinds_line(words.counts_of(story for story in one.stories if story.topic == topic))
    where = " · in this thread" if one.id in light else ""
    return Line((Run("• "), *badge, Run(found.headline, BOLD), Run(f" · {kinds}{where}")))


def _rests(shown: EditionView) -> Iterator[Line]:
    """Say in short what the edition rests on; the thread says it in full."""
    yield Line((Run("What this rests on: ", BOLD), Run(shown.feeds_line)))
    if named := shown.feeds[:_NAMED_MAX]:
        runs = [run for feed in named for run in (Run(", "), Run(feed.publisher))][1:]
        left = len(shown.feeds) - len(named)
        yield Line((Run("Named in this thread: "), *runs, *((Run(f" and {words.number(left)} more"),) if left else ())))
    for note in shown.undelivered[:_NAMED_MAX]:
        yield line(f"Not delivered: {note}")
    if left := len(shown.undelivered[_NAMED_MAX:]):
        yield line(f"and {words.number(left)} more not delivered")
    yield line(f"Quotations and headlines are the exact words of the linked reports. Edition {shown.id[:8]}.")


# ---------------------------------------------------------------- stories


def _story(one: _Told, *, broadcast: bool) -> Iterator[SlackMessage]:
    """Say a story in one message, or in several where it is long: they go into its thread."""
    headline = one.views[0][1].headline
    lead = _continued(headline, 99, 99)
    parts = packed(placed(_story_groups(one)), block_size(lead), _TEXT_MAX - fallback_size(f"{headline} (99/99)"))
    for number, blocks in enumerate(parts, 1):
        own = tuple(each.block for each in blocks)
        if number == 1:
            yield SlackMessage(fallback("", blocks), own, one.id, broadcast)
        else:
            first = f"{headline} ({number}/{len(parts)})"
            yield SlackMessage(fallback(first, blocks), (_continued(headline, number, len(parts)), *own), one.id)


def _story_groups(one: _Told) -> Iterator[Group]:
    for position, (topic, story) in enumerate(one.views):
        where = Line((Run(topic.title, BOLD), Run(f" · {topic.line}")))
        lines = (where,) if position else (line(story.headline, BOLD), where, *story_lines(story))
        yield Group(lines, leads=bool(story.articles))
        yield from article_groups(story)


def _continued(headline: str, number: int, count: int) -> Block:
    [block] = placed([Group((Line((Run(headline, BOLD), Run(f" ({number}/{count})"))),))])
    return block.block


def _brief(edition: Edition, light: Collection[_Told]) -> Iterator[Group]:
    for name, _ in edition.topics:
        here = [(topic, story) for one in light for topic, story in one.views if topic.name == name]
        if here:
            yield title(here[0][0].title)
        for _, story in here:
            yield from story_groups(story)


def _sectioned(heading: str, groups: Iterable[Group], first: str = "") -> Iterator[SlackMessage]:
    """Say groups in as many messages as they take, each under the heading, numbered where there are several."""
    room = block_size(header(f"{heading} (99/99)")) if heading else 0
    parts = packed(placed(groups), room, _TEXT_MAX - fallback_size(f"{first or heading} (99/99)"))
    for number, blocks in enumerate(parts, 1):
        which = f" ({number}/{len(parts)})" if len(parts) > 1 else ""
        own = tuple(each.block for each in blocks)
        heads = (header(f"{heading}{which}"),) if heading else ()
        text = f"{first or heading}{which}" if heading else ""
        yield SlackMessage(fallback(text, blocks), (*heads, *own))
