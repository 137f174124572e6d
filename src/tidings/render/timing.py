"""Word what the time of an edition has to say: that it is an alert, that it stands for several, what was told since, what is in other languages."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tidings.model import AlertRule, Edition, EditionKind, Recipient
from tidings.render import words
from tidings.render.escape import plain
from tidings.render.languages import language_name
from tidings.stages.due import next_due


def timing_note(edition: Edition) -> str:
    """Return the sentences, fixed templates of counts, times and names of languages; empty when there is nothing to say."""
    return " ".join(_sentences(edition))


def next_line(recipient: Recipient, upcoming: datetime | None) -> str:
    """Write "next 2020-02-19 07:00 Europe/Berlin; quiet 22:00-07:00; alerts from 3 origins or 50 killed on"."""
    zone = ZoneInfo(recipient.time_zone)
    days = f" on {words.listed(recipient.days)}" if recipient.days else ""
    line = f"next {upcoming.astimezone(zone):%Y-%m-%d %H:%M} {zone}" if upcoming else f"one at every run{days} that finds something"
    quiet = f"quiet {recipient.quiet}" if recipient.quiet else ""
    return "; ".join(filter(None, (line, quiet, _alert_rule(recipient.alert) if recipient.alert else "")))


def recipient_facts(recipients: Iterable[Recipient], window_ends: Mapping[str, datetime]) -> list[dict[str, Any]]:
    """Return, for each recipient, when the edition after their last falls due, by itself and in words; no clock is asked."""
    facts = []
    for one in recipients:
        last = window_ends.get(one.name)
        upcoming = next_due(one, last) if last else None
        line = next_line(one, upcoming) if last else "none yet: the first run makes one"
        facts.append({"recipient": one.name, "channel": one.channel, "next_due_at": upcoming, "line": line})
    return facts


def _alert_rule(rule: AlertRule) -> str:
    thresholds = (f"{rule.origins} origins" if rule.origins else "", f"{rule.toll} killed" if rule.toll else "")
    return f"alerts from {' or '.join(filter(None, thresholds))} on, at most {rule.a_day_max} a day"


def _sentences(edition: Edition) -> Iterator[str]:
    if edition.kind is EditionKind.ALERT:
        yield "An alert: it crosses a threshold set for this recipient. The next edition comes at its time and does not repeat it."
    if edition.overdue:
        yield _overdue(edition)
    if count := edition.alerted_count:
        yield f"{words.many(count, 'development')} {'was' if count == 1 else 'were'} told by alert since, and {'is' if count == 1 else 'are'} not repeated."
    if count := edition.other_languages_count:
        names = words.listed(plain(language_name(code), 40) for code in edition.languages)
        yield f"{words.many(count, 'development')} in other languages than {names} {'is' if count == 1 else 'are'} not told."


def _overdue(edition: Edition) -> str:
    """Write "Covers Tue 18 Feb 07:00 to Fri 21 Feb 07:00, the time of 3 editions: nothing ran from ... to ..."."""
    overdue = edition.overdue
    if overdue is None or edition.window_start is None:
        return ""
    span = f"{words.clock(edition.window_start, edition)} to {words.clock(edition.window_end, edition)}"
    line = f"Covers {span}, the time of {words.many(overdue.edition_count, 'edition')}"
    if overdue.idle_since is None or overdue.idle_until is None:
        return f"{line}."
    return f"{line}: nothing ran from {words.clock(overdue.idle_since, edition)} to {words.clock(overdue.idle_until, edition)}."
