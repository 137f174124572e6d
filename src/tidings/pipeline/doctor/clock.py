"""Compare this machine's clock with those of the feeds' servers and with the store."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median
from zoneinfo import TZPATH, ZoneInfo

from tidings.model import Recipient
from tidings.pipeline.doctor.feeds import Asked
from tidings.pipeline.doctor.finding import Finding, fault, ok, warning
from tidings.render.answers import moment

OFF_S, FAR_OFF_S = 5 * 60.0, 3600.0
BEHIND_S_MAX = 60.0  # behind the newest run
_SET_IT = "set the clock, and let it be kept by NTP (chrony, systemd-timesyncd): windows and schedules go by it"


def clock_findings(asked: Iterable[Asked], now: datetime, newest_run_at: datetime | None) -> Iterator[Finding]:
    """Say how far the clock is off by the answers of the feeds, and whether the last run is still to come."""
    offsets = [offset for one in asked if (offset := offset_s(one)) is not None]
    if newest_run_at is not None and newest_run_at > now + timedelta(seconds=BEHIND_S_MAX):
        yield fault("clock", f"it is {moment(now)}, and the last run was at {moment(newest_run_at)}", _SET_IT)
    if not offsets:
        yield warning("clock", f"it is {moment(now)}; no feed's answer says otherwise, or anything", "see the feeds above")
        return
    ahead_s = -median(offsets)
    said = f"{_span(abs(ahead_s))} {'ahead' if ahead_s > 0 else 'behind'}, by the answers of {len(offsets)} feeds"
    if abs(ahead_s) > FAR_OFF_S:
        yield fault("clock", said, _SET_IT)
    elif abs(ahead_s) > OFF_S:
        yield warning("clock", said, _SET_IT)
    else:
        yield ok("clock", f"right to {_span(max(1.0, abs(ahead_s)))}, by the answers of {len(offsets)} feeds")


def offset_s(one: Asked) -> float | None:
    """Return by how many seconds a server is ahead of us; None when it does not say. A cache adds the age of its copy."""
    if one.response is None or one.answered_at is None:
        return None
    return (date - one.answered_at).total_seconds() if (date := _date(one.response.headers)) else None


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        date = parsedate_to_datetime(headers["date"])
        age_s = int(headers.get("age", "0"))
        return (date if date.tzinfo else date.replace(tzinfo=UTC)) + timedelta(seconds=age_s)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return (
        f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"
    )


def zone_findings(recipients: Iterable[Recipient]) -> Iterator[Finding]:
    """Say where the data of time zones come from; a zone that cannot be loaded breaks this check."""
    names = sorted({ZoneInfo(recipient.time_zone).key for recipient in recipients} | {ZoneInfo("UTC").key})
    yield ok("time zones", f"{', '.join(names)} (from {next(iter(TZPATH), '') or 'the package tzdata'})")
