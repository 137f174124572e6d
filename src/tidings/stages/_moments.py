"""Tell which of the moments that a page names can be that of its publication, and whether they leave anything to guess."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from tidings.text import dates


def is_settled(claimed: datetime | None, times: Sequence[datetime], marked: Sequence[datetime], now: datetime) -> bool:
    """Tell whether feed and page name the time of publication: then it does not matter what else on the page looks like its day (`extract.page_time`).

    `claimed` is what the feed names, `times` what the page's data states, `marked` what the page marks for machines.
    """
    if dates.plausible(claimed, now) is not None and not (times or marked):
        return True
    return stated_time(times, now) is not None


def believed(when: datetime | None, now: datetime) -> datetime | None:
    """Return the moment unless it is none that a page can have been published at."""
    return when if when is not None and dates.plausible(when, now) and when <= now else None


def stated_time(times: Sequence[datetime], now: datetime) -> datetime | None:
    """Return the first moment of those that is plausible, with the hour where another statement of that day has it."""
    kept = [one for one in times if believed(one, now)]
    return next((when for when in kept if when.time() != time.min and _is_day_of(when, kept[0])), kept[0] if kept else None)


def _is_day_of(when: datetime, day: datetime) -> bool:
    """Tell whether a moment falls on a day: one without an hour is written in the page's own zone, so half a day either way is the same."""
    if day.time() != time.min:
        return when == day
    return -timedelta(hours=14) <= when - day < timedelta(hours=38)
