"""Ask robots.txt of each feed's site whether the newest article may be fetched; the article is not."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from tidings.config import Settings
from tidings.model import ParsedFeed, Request, Response
from tidings.pipeline.doctor.feeds import Asked
from tidings.pipeline.doctor.finding import Finding, ok, warning
from tidings.pipeline.doctor.pump import within
from tidings.pipeline.run import Doors, Progress
from tidings.text.urls import parse, without_secrets
from tidings.web.failures import REFUSED_ADDRESS, ROBOTS, FetchError
from tidings.web.limits import Deadline
from tidings.web.pins import pin_for_page
from tidings.web.robots import Robots

ASK_S_MAX = 120.0


def robots_findings(
    settings: Settings, asked: Collection[Asked], now: datetime, doors: Doors, clock: Callable[[], datetime], progress: Progress
) -> Iterator[Finding]:
    """Say of each site that the feeds link to whether we may fetch its articles."""
    if not settings.network.robots:
        yield warning("robots", "not asked: `network.robots` is false", "set it to true, unless every publisher has agreed")
        return
    links = article_links(asked)
    pins = _pins(asked, links)
    answers: dict[str, Response] = {}
    requests = [Request(f"{origin}/robots.txt", "robots", tls_sha256=pins.get(origin, "")) for origin in links]
    for response, _ in within(doors.client.send_all(requests, now), ASK_S_MAX, clock):
        answers[response.url] = response
        progress("robots.txt", len(answers), len(requests))

    def fetch(url: str, _now: datetime, _deadline: Deadline | None) -> Response:
        return answers.get(url) or Response(url, url, 0, {}, b"", now, failure="retry_later", detail="not asked: the time was over")

    robots = Robots(fetch, settings.network.user_agent)
    for origin, urls in links.items():
        yield _finding(robots, origin, urls, now)


def article_links(asked: Iterable[Asked]) -> dict[str, list[str]]:
    """Return one article of each feed, by origin."""
    links: dict[str, list[str]] = {}
    for one in asked:
        entries = one.parsed.entries if isinstance(one.parsed, ParsedFeed) else ()
        url = next((entry.url for entry in entries if entry.url), "")
        if parts := parse(url):
            links.setdefault(parts.origin, []).append(url)
    return links


def _pins(asked: Iterable[Asked], origins: Collection[str]) -> dict[str, str]:
    """Return the certificates that are accepted for pages of these origins: robots.txt is asked over the same."""
    feeds = [one.feed for one in asked if one.feed.tls_sha256]
    return {origin: pin for origin in origins for feed in feeds if (pin := pin_for_page(origin, feed.url, feed.tls_sha256))}


def _finding(robots: Robots, origin: str, urls: Iterable[str], now: datetime) -> Finding:
    for url in urls:
        try:
            robots.check(url, now)
        except FetchError as error:
            if error.reason == REFUSED_ADDRESS:
                said = f"its articles are never fetched: {error.detail} ({error.reason})"
                return warning("robots", said, "only what the feed itself holds is read; see whether this is the feed you want", origin)
            if error.reason != ROBOTS:
                return warning("robots", f"{error.detail} ({error.reason})", "its articles wait until it answers; try again later", origin)
            said = f"robots.txt asks us not to fetch {without_secrets(url)}"
            return warning("robots", said, "ask the publisher, or remove the feed: only what the feed itself holds is read", origin)
    return ok("robots", "articles may be fetched", origin)
