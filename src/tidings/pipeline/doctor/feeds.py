"""Ask each feed once, as an ingest would, and say what it gave. Nothing of it is kept."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tidings.config import Settings
from tidings.jail import JailFailure
from tidings.model import Entry, Feed, ParsedFeed, Rejection, Request, Response
from tidings.pipeline.doctor.finding import Finding, fault, ok, warning
from tidings.pipeline.doctor.pump import within
from tidings.pipeline.run import Doors, Progress
from tidings.render.languages import language_name
from tidings.stages.language import identify
from tidings.stages.parse import parse_feed
from tidings.text.dates import FUTURE_MAX
from tidings.text.urls import without_secrets

ASK_S_MAX = 300.0  # for all feeds together; those that wait longer are named as not asked
QUIET_DAYS = 30
_LATE = datetime(9000, 1, 1, tzinfo=UTC)  # a day by which every date lies in the past
SAMPLE_ENTRIES, SAMPLE_LETTERS_MIN = 30, 300
_ALIKE = (frozenset({"bs", "hr", "sr", "sl"}), frozenset({"no", "nb", "nn", "da"}), frozenset({"id", "ms"}), frozenset({"cs", "sk"}),
          frozenset({"ku", "ckb"}), frozenset({"ru", "uk", "be"}), frozenset({"kk", "ky"}), frozenset({"az", "tr"}))  # fmt: skip
_PERMANENT = (301, 308)
_OUT_OF_REACH = frozenset({"timeout", "dns", "connect", "tls"})

_FAILURES = {
    "timeout": "try again later; `network.timeout_s` says how long we wait",
    "dns": "correct the address, or look after this machine's name server",
    "connect": "correct the address, or try again later",
    "tls": "open it in a browser to see its certificate; if you know the one above to be right, write `tls_sha256` beside its address",
    "refused_address": "correct the address; one of your own network must stand in `network.allow_private`",
    "too_large": "look at it in a browser; `network.feed_bytes_max` is the limit",
    "incomplete": "try again later",
    "too_many_redirects": "open it in a browser, and write the address where it ends into feeds.toml",
    "protocol": "correct the address: what answers there does not speak HTTP as it should",
}
_STATUSES = {
    401: "correct the user, password or key in its address in feeds.toml",
    403: "the site does not let us in: ask the publisher, and name yourself in `network.contact`",
    404: "correct the address in feeds.toml; the site's own page usually links the new one",
    410: "gone for good: remove it from feeds.toml, or look for another feed of the site",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what one feed gave: `response` is None when the time was over before it answered."""

    feed: Feed
    response: Response | None = None  # without its body
    answered_at: datetime | None = None  # by our clock
    parsed: ParsedFeed | Rejection | JailFailure | None = None


def ask_feeds(
    settings: Settings, now: datetime, doors: Doors, clock: Callable[[], datetime], progress: Progress, time_max_s: float = ASK_S_MAX
) -> list[Asked]:
    """Ask every feed once, within the limits of an ingest; return what each gave, in the order of the configuration."""
    waiting: dict[str, list[Feed]] = {}
    for feed in settings.feeds:
        waiting.setdefault(feed.url, []).append(feed)
    requests = [Request(feed.url, "feed", subject_id=feed.id, tls_sha256=feed.tls_sha256) for feed in settings.feeds]
    given: dict[str, Asked] = {}
    for response, answered_at in within(doors.client.send_all(requests, now), time_max_s, clock):
        feed = waiting[response.url].pop()
        parsed = _smaller(_parsed(doors, response, feed)) if response.ok else None
        given[feed.id] = Asked(feed, replace(response, body=b""), answered_at, parsed)
        progress("feeds", len(given), len(requests))
    return [given.get(feed.id, Asked(feed)) for feed in settings.feeds]


def _parsed(doors: Doors, response: Response, feed: Feed) -> ParsedFeed | Rejection | JailFailure:
    """Read a feed as an ingest does. Dates ahead are not believed there: where no other is left, they are read to be shown."""
    parsed = doors.jail.call(parse_feed, response, feed)
    if isinstance(parsed, ParsedFeed) and parsed.entries and not any(entry.published_at for entry in parsed.entries):
        again = doors.jail.call(parse_feed, replace(response, fetched_at=_LATE), feed)
        return again if isinstance(again, ParsedFeed) else parsed
    return parsed


def _smaller(parsed: ParsedFeed | Rejection | JailFailure) -> ParsedFeed | Rejection | JailFailure:
    """Keep of the entries what is looked at: hundreds of feeds are held at once."""
    if not isinstance(parsed, ParsedFeed):
        return parsed
    return replace(
        parsed, entries=tuple(replace(entry, summary=entry.summary[:500], content=entry.content[:500]) for entry in parsed.entries)
    )


def feed_findings(asked: Iterable[Asked], now: datetime) -> Iterator[Finding]:
    """Say of each feed what it gave; where none could be reached, that the trouble is likely ours."""
    asked = list(asked)
    for one in asked:
        yield _finding(one, now)
    failures = [one.response.failure for one in asked if one.response]
    if len(asked) > 1 and len(failures) == len(asked) and all(failure in _OUT_OF_REACH for failure in failures):
        yield fault("network", "no feed could be reached", "look after this machine's own network, name server and firewall first")


def _finding(one: Asked, now: datetime) -> Finding:
    subject = f"{one.feed.publisher} {one.feed.shown_url}"
    response = one.response
    if response is None:
        return warning("feed", "not asked: the time for all feeds was over", "run `tidings doctor` again", subject)
    if response.failure == "retry_later":
        return warning(
            "feed", f"not asked: {response.detail or 'its host is to be left alone'}", "wait; see the other feeds of this host", subject
        )
    if response.failure:
        detail = f": {response.detail}" if response.detail else ""
        return fault("feed", f"no answer ({response.failure}{detail})", _FAILURES.get(response.failure, "try again later"), subject)
    if not response.ok:
        return _refused(subject, response.status)
    if isinstance(one.parsed, ParsedFeed):
        return _read(one, response, one.parsed, now, subject)
    return _unreadable(one, subject)


def _refused(subject: str, status: int) -> Finding:
    if status == 429:
        return warning("feed", "asks us to come later (HTTP 429)", "nothing now; if it stays so, raise `every_m` of this feed", subject)
    if status == 503:
        return warning("feed", "its server is in trouble (HTTP 503)", "nothing now; if it stays so, open it in a browser", subject)
    to_do = _STATUSES.get(
        status, "try again later; if it stays so, correct the address" if status >= 500 else "correct the address in feeds.toml"
    )
    return fault("feed", f"answers with HTTP {status}", to_do, subject)


def _unreadable(one: Asked, subject: str) -> Finding:
    if isinstance(one.parsed, JailFailure):
        return fault(
            "feed", f"reading it was stopped ({one.parsed.reason})", "report it with the address; until then set `enabled = false`", subject
        )
    if isinstance(one.parsed, Rejection) and one.parsed.reason == "empty_body":
        return fault("feed", "the answer is empty", "try again later; if it stays so, correct the address", subject)
    kind = f" ({one.parsed.detail})" if isinstance(one.parsed, Rejection) and one.parsed.detail else ""
    site = urlsplit(one.feed.shown_url)
    return fault(
        "feed", f"a page, not a feed{kind}", f"`tidings feeds find {site.scheme}://{site.netloc.rpartition('@')[2]}/` looks for the site's feeds", subject
    )  # fmt: skip


def _read(one: Asked, response: Response, parsed: ParsedFeed, now: datetime, subject: str) -> Finding:
    """Judge a feed that could be read: the first thing that wants a look is the one that is told."""
    dates = [entry.published_at for entry in parsed.entries if entry.published_at]
    newest = f"newest of {max(dates):%Y-%m-%d %H:%M} UTC" if dates else "without dates"
    found = f"{parsed.format}, {len(parsed.entries)} entries, {newest}" if parsed.entries else f"{parsed.format}, no entries"
    if moved := moved_to(response):
        return warning("feed", f"{found}; moved for good to {moved}", "write that address into feeds.toml", subject)
    if not parsed.entries:
        return warning("feed", found, "look at it in a browser: it may be left for another feed of the site", subject)
    if parsed.cut:
        return warning("feed", f"{found}; the document ends too early", "nothing now; if it stays so, tell the publisher", subject)
    if dates and max(dates) < now - timedelta(days=QUIET_DAYS):
        days = (now - max(dates)).days
        return warning("feed", f"{found}: nothing new for {days} days", "look for a newer feed of the site, or remove this one", subject)
    if dates and min(dates) > now + FUTURE_MAX:
        days = (min(dates) - now).days
        return warning(
            "feed",
            f"{found}: every date lies ahead, the first by {days} days, and none is believed",
            "see the clock below; if it is right, tell the publisher",
            subject,
        )
    if other := other_language(one.feed, parsed.entries):
        said = f"{found}; looks {language_name(other)}, configured as {language_name(one.feed.language)}"
        return warning("feed", said, "correct `language` of this feed in feeds.toml, if it is wrong", subject)
    return ok("feed", f"{found}, {language_name(one.feed.language)}", subject)


def moved_to(response: Response) -> str:
    """Return where the first redirects, as long as they are for good, lead; empty when there is none."""
    target = ""
    for status, to in response.redirects:
        if status not in _PERMANENT:
            break
        target = to
    return without_secrets(target) if target else ""


def other_language(feed: Feed, entries: Iterable[Entry]) -> str:
    """Return the language that the entries seem to be in, when it is clearly not the configured one; else empty."""
    sample = " ".join(f"{entry.title} {entry.content or entry.summary}" for entry in list(entries)[:SAMPLE_ENTRIES])
    if not feed.language or sum(map(str.isalpha, sample)) < SAMPLE_LETTERS_MIN:
        return ""
    found = identify(sample)
    alike = any({found, feed.language} <= group for group in _ALIKE)
    return "" if found == feed.language or alike else found
