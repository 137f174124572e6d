"""Write an edition for a bot on Slack: one overview for the channel, a message a story, and the rest in the overview's thread.

A story that the channel has a thread for is continued there, and shown in the channel, too, where it overturns what was told or
changes a toll. The weightiest others open a message of their own, which is the thread of what comes later. The light ones, and
what the edition rests on, stand in the thread of the overview. So a channel sees at most `STORIES_MAX` stories and an overview, however
much is new. Which thread a message goes into is looked up when it is sent; here is decided only what it says.

Every message says in its fallback text all that its blocks say.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from tidings.model import Edition, EditionKind, Id, Kind, ReportedDevelopment, ReportedStory
from tidings.render import words
from tidings.render.slack import (
    article_groups,
    brief_line,
    correction_groups,
    coverage_groups,
    head_lines,
    heading,
    story_groups,
    story_lines,
    to_slack,
    whole_lines,
)
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


@dataclass(frozen=True, slots=True)
class _Told:
    """Hold one story of which something is shown, under each of its topics."""

    members: tuple[tuple[ReportedStory, TopicView, StoryView], ...]

    @property
    def id(self) -> Id:
        return self.members[0][0].story_id

    @property
    def headline(self) -> str:
        return self.members[0][2].headline

    @property
    def weight(self) -> float:
        return max(story.weight for story, _, _ in self.members)

    @property
    def weighty(self) -> bool:
        return any(map(is_weighty, (one for story, _, _ in self.members for one in story.shown)))


def to_threads(edition: Edition, threaded: Collection[Id]) -> tuple[SlackMessage, ...]:
    """Return the messages in the order in which they are to go out; `threaded` are the stories that the channel has a thread for."""
    shown = view(edition)
    told = _told(edition, shown)
    if not told:
        return to_slack(edition)
    is_alert = edition.kind is EditionKind.ALERT
    alone, light = _divide(told, threaded, alert=is_alert)
    lead = (title(heading(edition, shown)), *((Group((line(shown.note, ITALIC),), leads=True),) if shown.note else ())) if is_alert else ()
    messages = [message for one, broadcast in alone for message in _story(edition, one, lead, broadcast=broadcast)]
    if is_alert:
        return tuple(messages)
    overview = _overview(edition, shown, told, {one.id for one in light})
    corrections = list(_sectioned("", correction_groups(shown))) if shown.corrections else []
    corrections[:1] = [replace(one, broadcast=True) for one in corrections[:1]]
    brief = _sectioned(f"{heading(edition, shown)}, in brief", _brief(shown, light)) if light else ()
    return (*overview, *corrections, *messages, *brief, *_sectioned("", coverage_groups(shown)))


def bytes_of_threads(edition: Edition, threaded: Collection[Id]) -> int:
    """Measure an edition by the room that its messages take; it may take at most `THREADS_BYTES_MAX`."""
    return len(to_threads(edition, threaded)) * PART_BYTES_MAX


def is_weighty(one: ReportedDevelopment) -> bool:
    """Tell whether a development is worth telling a whole channel: it overturns what was told, or a toll has changed."""
    if one.kind in {Kind.REVERSAL, Kind.CORRECTION}:
        return True
    changed = [figure for figure in one.figures if figure.previous_words] or one.figures
    return one.kind is Kind.CHANGED_FIGURE and any(figure.measure in _TOLLS for figure in changed)


# ---------------------------------------------------------------- which story where


def _told(edition: Edition, shown: EditionView) -> list[_Told]:
    """Return the stories of which something is shown, the weightiest first."""
    by_id: dict[Id, list[tuple[ReportedStory, TopicView, StoryView]]] = {}
    for topic in shown.topics:
        here = (story for story in edition.stories if story.topic == topic.name and story.shown)
        for story, seen in zip(here, topic.stories, strict=True):
            by_id.setdefault(story.story_id, []).append((story, topic, seen))
    told = [_Told(tuple(members)) for members in by_id.values()]
    return sorted(told, key=lambda one: -one.weight)


def _divide(told: list[_Told], threaded: Collection[Id], *, alert: bool) -> tuple[list[tuple[_Told, bool]], list[_Told]]:
    """Divide stories into those with messages of their own, each with whether it is broadcast, and the light ones.

    Places go to the weightiest of each topic first, so that one topic does not take them all.
    """
    places: dict[Id, bool] = {}
    visible_count = reply_count = 0
    for one in _in_turn(told):
        is_reply = one.id in threaded
        broadcast = is_reply and (alert or (one.weighty and visible_count < STORIES_MAX))
        if alert or (reply_count < REPLIES_MAX if is_reply else visible_count < STORIES_MAX):
            places[one.id] = broadcast
            visible_count += broadcast or not is_reply
            reply_count += is_reply
    return [(one, places[one.id]) for one in told if one.id in places], [one for one in told if one.id not in places]


def _in_turn(told: Iterable[_Told]) -> list[_Told]:
    """Put the weightiest story of each topic before all others."""
    first: list[_Told] = []
    others: list[_Told] = []
    topics: set[str] = set()
    for one in told:
        here = {topic.name for _, topic, _ in one.members}
        (others if here <= topics else first).append(one)
        topics |= here
    return [*first, *others]


# ---------------------------------------------------------------- the overview


def _overview(edition: Edition, shown: EditionView, told: list[_Told], light: Collection[Id]) -> list[SlackMessage]:
    """Say what is new where: one message, with as many headlines as fit; more only where the topics alone are too many."""
    for headlines_max in _HEADLINES:
        groups = list(_overview_groups(shown, told, light, headlines_max))
        messages = list(_sectioned(heading(edition, shown), groups, words.subject(edition)))
        if len(messages) == 1:
            break
    return messages


def _overview_groups(shown: EditionView, told: list[_Told], light: Collection[Id], headlines_max: int) -> Iterator[Group]:
    outage = (line(shown.outage, BOLD),) if shown.outage else ()
    yield Group((*head_lines(shown), *outage, *whole_lines(shown)))
    for topic in shown.topics:
        if not topic.quiet:
            yield Group(tuple(_topic(topic, told, light, headlines_max)))
    if quiet := [topic.title for topic in shown.topics if topic.quiet]:
        yield Group((line(f"Nothing new: {words.listed(quiet)}."),))
    yield Group(tuple(_rests(shown)))


def _topic(topic: TopicView, told: list[_Told], light: Collection[Id], headlines_max: int) -> Iterator[Line]:
    yield Line((Run(topic.title, BOLD), Run(f": {topic.overview}")))
    here = [_headline(story, seen, one.id in light) for one in told for story, where, seen in one.members if where.name == topic.name]
    here += [brief_line(brief) for brief in topic.briefs]
    yield from here[:headlines_max]
    if left := len(here[headlines_max:]):
        yield line(f"and {words.many(left, 'more story', 'more stories')} below")
    if topic.more:
        yield line(topic.more)


def _headline(story: ReportedStory, seen: StoryView, is_light: bool) -> Line:
    badge = (Run(f"{seen.badge}: "),) if seen.badge else ()
    where = ", in this thread" if is_light else ""
    return Line((Run("• "), *badge, Run(seen.headline, BOLD), Run(f" ({_kinds(story)}{where})")))


def _kinds(story: ReportedStory) -> str:
    return words.kinds_line(words.counts_of((story,)))


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


def _story(edition: Edition, one: _Told, lead: tuple[Group, ...], *, broadcast: bool) -> Iterator[SlackMessage]:
    """Say a story in one message, or in several where it is long: they go into its thread."""
    room = block_size(_continued(one.headline, 99, 99))
    blocks = placed((*lead, *_story_groups(edition, one)))
    parts = packed(blocks, room, _TEXT_MAX - fallback_size(f"{one.headline} (99/99)"))
    for number, part in enumerate(parts, 1):
        own = tuple(each.block for each in part)
        if number == 1:
            yield SlackMessage(fallback("", part), own, one.id, broadcast)
        else:
            first = f"{one.headline} ({number}/{len(parts)})"
            yield SlackMessage(fallback(first, part), (_continued(one.headline, number, len(parts)), *own), one.id)


def _story_groups(edition: Edition, one: _Told) -> Iterator[Group]:
    for position, (story, topic, seen) in enumerate(one.members):
        where = Line((Run(topic.title, BOLD), Run(f" · {_kinds(story)} {words.since(edition)}")))
        lines = (where,) if position else (line(seen.headline, BOLD), where, *story_lines(seen))
        yield Group(lines, leads=bool(seen.articles))
        yield from article_groups(seen)


def _continued(headline: str, number: int, count: int) -> Block:
    [block] = placed([Group((Line((Run(headline, BOLD), Run(f" ({number}/{count})"))),))])
    return block.block


def _brief(shown: EditionView, light: Collection[_Told]) -> Iterator[Group]:
    for topic in shown.topics:
        here = [seen for one in light for _, where, seen in one.members if where.name == topic.name]
        if here:
            yield title(topic.title)
        for seen in here:
            yield from story_groups(seen)


def _sectioned(heads: str, groups: Iterable[Group], first: str = "") -> Iterator[SlackMessage]:
    """Say groups in as many messages as they take, each under the heading, numbered where there are several."""
    room = block_size(header(f"{heads} (99/99)")) if heads else 0
    parts = packed(placed(groups), room, _TEXT_MAX - fallback_size(f"{first or heads} (99/99)"))
    for number, blocks in enumerate(parts, 1):
        which = f" ({number}/{len(parts)})" if len(parts) > 1 else ""
        own = tuple(each.block for each in blocks)
        over = (header(f"{heads}{which}"),) if heads else ()
        text = f"{first or heads}{which}" if heads else ""
        yield SlackMessage(fallback(text, blocks), (*over, *own))
