"""Word everything that an edition says itself: fixed templates of counts, names and dates, nothing else."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tidings.model import Coverage, Edition, EditionKind, FeedNote, Kind, ReportedDevelopment, ReportedStory
from tidings.render.escape import plain
from tidings.render.languages import language_name

# Not strftime: its names follow the machine's locale.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS_LONG = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS_LONG = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip

NEW_STORY = "New story"  # said once, of the story
CHANGED_STATEMENT = "changed_statement"  # a new statement that takes the place of a told one: most, then all
_BADGES: Mapping[str, str] = {  # everything in an edition is new: only what is more than that has a badge
    Kind.CHANGED_FIGURE: "Changed figure",
    CHANGED_STATEMENT: "Changed statement",
    Kind.REVERSAL: "Reversal",
    Kind.CORRECTION: "Correction",
    Kind.NEW_ORIGIN: "Confirmed by",
}
# (kinds, one, many), in the order in which a line names them.
_COUNTED: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({Kind.NEW_STORY, Kind.NEW_STATEMENT}), "new", "new"),
    (frozenset({Kind.CHANGED_FIGURE}), "changed figure", "changed figures"),
    (frozenset({CHANGED_STATEMENT}), "changed statement", "changed statements"),
    (frozenset({Kind.REVERSAL}), "reversal", "reversals"),
    (frozenset({Kind.CORRECTION}), "correction", "corrections"),
    (frozenset({Kind.NEW_ORIGIN}), "confirmation", "confirmations"),
)
_UNREAD = {  # outcome -> in words; the order is that of the funnel
    "same_article": "of an article read already",
    "rejected": "not readable",
    "deferred": "to be tried again",
    "pending": "not read yet",
}
_OFF_TOPIC = {"off_topic": "off topic"}
_NOT_NEW = {"duplicate": "copies", "nothing_new": "nothing new in them", "known": "recorded as known"}
FEEDS_NAMED_MAX = 15
LANGUAGES_NAMED_MAX = 6
ORIGINS_NAMED_MAX = 6


def number(count: int) -> str:
    """Write a count with thousands apart."""
    return f"{count:,}"


def many(count: int, one: str, more: str | None = None) -> str:
    """Write a count with its noun."""
    return f"{number(count)} {one if count == 1 else more or one + 's'}"


def listed(names: Iterable[str]) -> str:
    """Join names as a sentence does."""
    all_names = list(names)
    if len(all_names) < 2:
        return "".join(all_names)
    return ", ".join(all_names[:-1]) + " and " + all_names[-1]


# ---------------------------------------------------------------- dates


def long_day(moment: datetime, zone: str) -> str:
    """Write the local day in full: "Wednesday 19 February 2020"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{_DAYS_LONG[local.weekday()]} {local.day} {_MONTHS_LONG[local.month - 1]} {local.year}"


def day(value: date, year: int) -> str:
    """Write a day, "Tue 18 Feb", with the year where it is not `year`."""
    short = f"{_DAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]}"
    return short if value.year == year else f"{short} {value.year}"


def clock(moment: datetime, edition: Edition) -> str:
    """Write a local time, "Tue 18 Feb 07:00"."""
    zone = ZoneInfo(edition.time_zone)
    local = moment.astimezone(zone)
    return f"{day(local.date(), edition.window_end.astimezone(zone).year)} {local:%H:%M}"


def claimed(moment: datetime, edition: Edition) -> str:
    """Write when something was published as it says: midnight in UTC is a date without a time."""
    utc = moment.astimezone(UTC)
    if (utc.hour, utc.minute, utc.second) == (0, 0, 0):
        return day(utc.date(), edition.window_end.year)
    return clock(moment, edition)


# ---------------------------------------------------------------- counts


def badge(development: ReportedDevelopment) -> str:
    """Name what a development is beside new; empty when it is no more than that."""
    return _BADGES.get(_counted(development), "")


def _counted(development: ReportedDevelopment) -> str:
    """Return the kind that a development is named and counted as."""
    return CHANGED_STATEMENT if development.kind is Kind.NEW_STATEMENT and development.replaces else development.kind


def kinds_line(counts: Mapping[str, int]) -> str:
    """Write "3 new, 1 changed figure", or "nothing new"."""
    parts = []
    for kinds, one, more in _COUNTED:
        count = sum(counts.get(kind, 0) for kind in kinds)
        if count:
            parts.append(many(count, one, more))
    return ", ".join(parts) or "nothing new"


def counts_of(stories: Iterable[ReportedStory]) -> Counter[str]:
    """Count the developments of stories by kind, those apart that replace a statement without another figure."""
    return Counter(_counted(development) for story in stories for development in story.developments)


def counted(stories: Iterable[ReportedStory]) -> str:
    """Write "3 new, 1 changed figure in 2 stories"."""
    some = [story for story in stories if story.developments]
    return f"{kinds_line(counts_of(some))} in {many(len(some), 'story', 'stories')}"


def since(edition: Edition) -> str:
    """Write "since Tuesday", "since 07:00" of the same day, "since Tuesday 11 February" of one more than six days back; or what it is instead.

    Days and times are the reader's.
    """
    if edition.kind is EditionKind.ALERT:
        return "in this alert"
    if edition.window_start is None:
        return "in this first edition"
    zone = ZoneInfo(edition.time_zone)
    start, end = edition.window_start.astimezone(zone), edition.window_end.astimezone(zone)
    if start.date() == end.date():
        return f"since {start:%H:%M}"
    if (end.date() - start.date()).days <= 6:
        return f"since {_DAYS_LONG[start.weekday()]}"
    year = "" if start.year == end.year else f" {start.year}"
    return f"since {_DAYS_LONG[start.weekday()]} {start.day} {_MONTHS_LONG[start.month - 1]}{year}"


def topic_line(edition: Edition, topic: str) -> str:
    """Write "3 new, 1 changed figure since Tuesday"."""
    line = kinds_line(counts_of(story for story in edition.stories if story.topic == topic))
    return f"{line[0].upper()}{line[1:]} {since(edition)}"


def reported(article_count: int, origin_count: int) -> str:
    """Write "3 reports, 2 independent origins"."""
    return f"{many(article_count, 'report')}, {many(origin_count, 'origin' if origin_count == 1 else 'independent origin')}"


def story_line(story: ReportedStory) -> str:
    """Write "3 reports, 2 independent origins, in Arabic and English"."""
    line = reported(story.article_count, story.origin_count)
    names = [plain(language_name(code), 40) for code in story.languages[:LANGUAGES_NAMED_MAX]]
    if len(story.languages) > LANGUAGES_NAMED_MAX:
        names.append(f"{len(story.languages) - LANGUAGES_NAMED_MAX} more")
    return line if names in ([], ["English"]) else f"{line}, in {listed(names)}"


def subject(edition: Edition) -> str:
    """Word the subject of a mail: names and counts of ours, never a word from outside."""
    if edition.kind is EditionKind.ALERT:
        return f"Alert: {', '.join(_topic_counts(edition))}"
    parts = list(_topic_counts(edition))
    local = edition.window_end.astimezone(ZoneInfo(edition.time_zone))
    when = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local:%H:%M}"
    corrected = f", {many(len(edition.corrections), 'correction')} to earlier editions" if edition.corrections else ""
    return f"Tidings, {when}: {', '.join(parts[:6]) if parts else 'nothing new'}{corrected}"


def _topic_counts(edition: Edition) -> Iterator[str]:
    """Write "3 in Libya" for each topic that has anything."""
    for name, title in edition.topics:
        if count := sum(len(story.developments) for story in edition.stories if story.topic == name):
            yield f"{number(count)} in {plain(title, 40)}"


def summary(edition: Edition) -> str:
    """Word the first sentence of an edition."""
    if edition.development_count:
        return f"{counted(edition.stories)} {since(edition)}."
    entries = sum(count for _, count in edition.coverage.funnel)
    watched = listed(title for _, title in edition.topics)
    feeds = feed_count(edition.coverage)
    start = f"Nothing new {since(edition)}." if edition.window_start else "Nothing new yet: this is the first edition."
    return f"{start} Watched: {watched}; {many(feeds, 'feed')}; {many(entries, 'entry', 'entries')} seen."


# ---------------------------------------------------------------- coverage


def feed_count(coverage: Coverage) -> int:
    """Count the feeds an edition rests on."""
    return coverage.feeds_fine + len(coverage.feeds_failing) + len(coverage.feeds_silent)


def feeds_line(coverage: Coverage) -> str:
    """Write "38 feeds fine, 2 failing, 1 silent", and what else is the matter."""
    states = Counter({"failing": 0, "silent": 0})
    states.update(plain(note.state, 40) for note in (*coverage.feeds_failing, *coverage.feeds_silent))
    parts = [f"{many(coverage.feeds_fine, 'feed')} fine", *(f"{number(count)} {state}" for state, count in states.items())]
    return "; ".join((", ".join(parts), *_besides(coverage)))


def _besides(coverage: Coverage) -> Iterator[str]:
    """Count what else is the matter with feeds, whatever their state."""
    if count := len(coverage.feeds_losing):
        yield f"{number(count)} of the fine may lose entries"
    if count := len(coverage.feeds_recovered):
        yield f"{number(count)} failed for a time"
    if count := len(coverage.feeds_thin):
        yield f"{number(count)} could be read only in part"
    if count := len(coverage.feeds_unchecked):
        names = ", ".join(plain(name, 80) for name in sorted(set(coverage.feeds_unchecked)))
        yield f"the certificate of {number(count)} is trusted by its fingerprint alone: {names}"


def outage_line(edition: Edition) -> str:
    """Say when no host could be reached, so that nobody takes our silence for theirs; empty when that did not happen."""
    outage = edition.coverage.own_outage
    if outage is None:
        return ""
    start = clock(outage.since, edition)
    if outage.until is None:
        return f"Our own network reaches nobody since {start}: what was published since then is not in this edition."
    runs = "" if outage.run_count == 1 else f", {many(outage.run_count, 'run')} in all"
    return f"Our own network reached nobody from {start} to {clock(outage.until, edition)}{runs}: the feeds were asked again afterwards."


def feed_line(note: FeedNote, edition: Edition) -> str:
    """Write what is the matter with a feed, since when and why, without its name."""
    parts = [plain(note.state, 40)]
    if note.since:
        parts.append(f"since {clock(note.since, edition)}")
    line = " ".join(parts)
    return f"{line}: {plain(note.note, 300)}" if note.note else line


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """Hold a row of the funnel: what is left, or with `less` what left before it."""

    label: str
    count: int
    less: bool = False

    @property
    def shown(self) -> str:
        """Write the count, with a minus where it is taken away."""
        return f"{'−' if self.less else ''}{number(self.count)}"


def funnel_rows(edition: Edition) -> list[FunnelRow]:
    """Give the funnel from entries to developments: each step is the one before less the rows between them."""
    counts = dict(edition.coverage.funnel)
    left = sum(counts.values())
    rows = [FunnelRow("Entries seen", left)]
    others = {outcome: outcome for outcome in counts if outcome != "new" and not any(outcome in words for words in _STEPS.values())}
    for step, words in _STEPS.items():
        gone = [FunnelRow(label, counts[outcome], less=True) for outcome, label in {**words, **others}.items() if counts.get(outcome)]
        others = {}
        left -= sum(row.count for row in gone)
        rows += [*gone, FunnelRow(step, left)]
    return [
        *rows,
        FunnelRow(f"Developments in this {'alert' if edition.kind is EditionKind.ALERT else 'edition'}", edition.development_count),
    ]


_STEPS: Mapping[str, Mapping[str, str]] = {"Articles read": _UNREAD, "On a watched topic": _OFF_TOPIC, "With something new": _NOT_NEW}
