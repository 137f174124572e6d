"""Word what an edition says of itself: what it covers, what is folded and where that stands, what earlier editions told wrongly."""

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from tidings.model import Correcting, Edition, ReportedCorrection
from tidings.render.escape import plain
from tidings.render.words import day, many, number

CORRECTIONS_TITLE = "Corrections to earlier editions"
# What is said of the words told before, by how it became known that they do not stand.
VERDICTS: Mapping[Correcting, str] = {
    Correcting.CORRECTED: "A report that says it is a correction says now:",
    Correcting.REWORDED: "The same report says now:",
    Correcting.WITHDRAWN: "The report does not say so any more.",
    Correcting.GONE: "The publisher took the report down.",
    Correcting.MARKED: "The report was marked by a person as not on this topic: it should not have been told.",
}


def note(edition: Edition) -> str:
    """Say what a reader has to know of this edition before the news: that it is the first, what it covers, what is not in it; else ""."""
    return " ".join(_notes(edition))


def _notes(edition: Edition) -> Iterator[str]:
    if edition.window_start is None:
        yield f"This is the first edition for {plain(edition.recipient)}."
        if edition.folded and edition.stories:
            yield "It shows the weightiest stories of each topic and counts the rest."
        if count := edition.known_count:
            yield f"{many(count, 'article')} from before {'was' if count == 1 else 'were'} recorded as known."
    if count := edition.left_count:
        yield f"{many(count, 'development')} more did not fit and {'waits' if count == 1 else 'wait'} for the next edition."


# ---------------------------------------------------------------- folded


def more_line(edition: Edition, count: int, what: str = "") -> str:
    """Write "and 14 more of this story"; with "in the store" where no full edition comes with this one."""
    at_hand = edition.full_url or edition.full_file
    return f"and {number(count)} more{what}{'' if at_hand else ' in the store'}"


def whole_line(edition: Edition) -> str:
    """Say where all of a folded edition is shown: on the site, behind `full_url`, or in a file; else ""."""
    if not edition.is_folded:
        return ""
    count = edition.development_count
    shown = f"{number(count - edition.folded_count)} of {many(count, 'development')} are shown here"
    if edition.full_url:
        return f"{shown}; all of them are on the site:"
    return f"{shown}; all of them are in the file {edition.full_file}, which comes with this edition." if edition.full_file else f"{shown}."


# ---------------------------------------------------------------- corrections


def told_line(edition: Edition, one: ReportedCorrection) -> str:
    """Write "Told on Mon 17 Feb, under Idlib:"."""
    zone = ZoneInfo(edition.time_zone)
    on = day(one.told_at.astimezone(zone).date(), edition.window_end.astimezone(zone).year)
    return f"Told on {on}, under {plain(dict(edition.topics).get(one.topic, one.topic), 120)}:"


def verdict_line(one: ReportedCorrection) -> str:
    """Say what has become of the words told."""
    return VERDICTS[one.how]
