"""Make the edition that a recipient gets now, if any: the scheduled one, or between two of them an alert."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from tidings.config import Settings
from tidings.ids import alert_id
from tidings.model import AlertRule, Edition, EditionKind, Overdue, Recipient
from tidings.stages.alerts import crossing
from tidings.stages.compose import Material, compose
from tidings.stages.due import due_at, is_quiet, times_between
from tidings.store import editions, runs, windows
from tidings.store.database import Connection

IDLE_MIN = timedelta(hours=3)  # a shorter time without a run is no outage, even if an edition was due in it


def gathering_now(connection: Connection, recipients: Iterable[Recipient], now: datetime, *, force: bool = False) -> editions.Gathering:
    """Return what reads, for all at once, what the editions of those recipients are made of who may get one at `now`."""
    last_ends = windows.last_window_ends(connection, now)
    ends = [(one, last_ends.get(one.name)) for one in recipients]
    return editions.Gathering(connection, [(one, last, now) for one, last in ends if _may_get_one(one, last, now, force=force)])


def _may_get_one(recipient: Recipient, last: datetime | None, now: datetime, *, force: bool) -> bool:
    if last is not None and last >= now:
        return (
            False  # told up to now already, or by a clock that was a little ahead: what is recorded meanwhile comes with the next edition
        )
    return force or due_at(recipient, last, now) is not None or not (recipient.alert is None or last is None or is_quiet(recipient, now))


def edition_now(
    connection: Connection, settings: Settings, recipient: Recipient, now: datetime, gathering: editions.Gathering, *, force: bool = False
) -> Edition | None:
    """Return the edition to compose at `now`, not yet fitted to its channel; None: there is none. Writes nothing.

    `gathering` reads for this recipient, too. With `force` the scheduled edition is made whether or not it is due, where there is anything new.
    """
    window = gathering.window(recipient)
    if window is None:
        return None
    _, last, _ = window
    is_due = due_at(recipient, last, now) is not None
    if not is_due and not force:
        if recipient.alert is None or last is None:
            return None
        return _alert(connection, titles_of(settings), recipient, recipient.alert, last, now, gathering)
    material = gathering.material(recipient)
    if not _has_news(material) and last is not None and not (is_due and recipient.at):
        return None  # at every run, or by force, only an edition of what is new: "nothing new" is said at the set times
    if last is None and not material.selected and not force and not runs.has_ingested(connection):
        return None  # the first edition would say "nothing new" of feeds that nobody has asked yet
    return scheduled(connection, settings, recipient, last, now, material)


def scheduled(
    connection: Connection, settings: Settings, recipient: Recipient, last: datetime | None, now: datetime, material: Material | None = None
) -> Edition:
    """Return the scheduled edition whose window ends at `now`, with what its time has to say: alerts since, other languages, an outage."""
    gathered = editions.gather(connection, recipient, last, now) if material is None else material
    return replace(
        compose(recipient, titles_of(settings), last, now, gathered),
        languages=recipient.languages,
        alerted_count=0 if last is None else windows.alerted_count(connection, recipient.name, last),
        other_languages_count=windows.other_languages_count(connection, recipient, last, now),
        overdue=None if last is None else _overdue(connection, recipient, last, now),
    )


def titles_of(settings: Settings) -> dict[str, str]:
    """Return the titles of topics by name."""
    return {topic.name: topic.title for topic in settings.topics}


def _has_news(material: Material) -> bool:
    return bool(material.selected or material.corrections)


def _overdue(connection: Connection, recipient: Recipient, last: datetime, now: datetime) -> Overdue | None:
    """Return how many editions' time a window takes, and when nothing ran; None when it is the time of one."""
    times = times_between(recipient, last, now) if recipient.at else ()
    if len(times) < 2:
        return None
    since, until = windows.longest_pause(connection, last, now)
    if until - since < IDLE_MIN or not any(since < time <= until for time in times):
        return Overdue(len(times))
    return Overdue(len(times), since, until)


def _alert(
    connection: Connection,
    titles: Mapping[str, str],
    recipient: Recipient,
    rule: AlertRule,
    last: datetime,
    now: datetime,
    gathering: editions.Gathering,
) -> Edition | None:
    """Return an alert of the stories that cross the threshold with something untold; None: nothing does, or there were enough alerts."""
    if windows.alert_count(connection, recipient.name, now) >= rule.a_day_max:
        return None
    if not gathering.may_cross(recipient, rule):
        return None
    owed = gathering.owed(recipient)
    stories = crossing(compose(recipient, titles, last, now, owed), rule)
    if not stories:
        return None
    material = gathering.material(recipient)
    chosen = replace(material, selected=tuple(one for one in material.selected if one.story_id in stories), corrections=())
    edition = compose(recipient, titles, last, now, chosen)
    told = (one.development_id for story in edition.stories for one in story.developments)
    return replace(edition, id=alert_id(recipient.name, told), kind=EditionKind.ALERT, languages=recipient.languages)
