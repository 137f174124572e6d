"""Answer for the sites of a soak: two hundred feeds, each with its fault, and the pages behind them. A plain object in place of the web.

The faults are those of issue 9, one to each paper by its number; every one of them ends, so that it is seen how a feed comes back. The
wires never fail. At times nobody can be reached at all.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from soak_news import BEGIN, WIRES, News, Report, host

from tidings.model import Request, Response

FAULTS = (
    "fine", "etag", "lying_etag", "always_new_body", "http_500", "http_429", "http_404", "http_410", "challenge", "cut", "too_large",
    "wrong_dates", "guid_with_title", "all_guids_new", "moved", "edited", "deleted", "wall", "timeout", "dns", "json", "atom", "no_entries",
    "parked", "doctype", "no_guid", "home_page", "empty_body", "other_etag_same_body", "no_dates",
)  # fmt: skip
DOWN_EVERY_D, DOWN_AT_H, DOWN_H = 4, 13, 2  # our own network
_BROKEN_H, _SOUND_H = 20, 52  # a fault of a whole feed: so many hours of each turn, from an hour that depends on the feed
_WALL = "Please subscribe to read on. Members see every report of this paper without limits, at home and on the road."
CORRECTED_AFTER = timedelta(hours=3)
CORRECTED = "Correction: an earlier version of this report gave another number of dead."
_LETTERS = "The reader asks for this page too often and has to show that it is a person before it goes on to the site."


@dataclass(slots=True)
class Sites:
    """Answer requests. `time` is the world's own, whatever clock the run goes by."""

    news: News
    time: datetime = BEGIN
    broken: Counter[str] = field(default_factory=Counter)  # faults that were met, by name

    def send_all(self, requests: Iterable[Request], now: datetime) -> Iterator[Response]:
        """Yield a response for each request."""
        for request in requests:
            yield replace(self._answer(request), fetched_at=now)

    def is_down(self) -> bool:
        """Tell whether our own network is down."""
        since = self.time - BEGIN
        return since.days % DOWN_EVERY_D == DOWN_EVERY_D - 1 and DOWN_AT_H <= self.time.hour < DOWN_AT_H + DOWN_H

    def is_broken(self, feed: int) -> bool:
        """Tell whether the fault of a feed shows now."""
        hours = (self.time - BEGIN).total_seconds() / 3600 + feed * 7
        return hours % (_BROKEN_H + _SOUND_H) < _BROKEN_H

    def fault(self, feed: int) -> str:
        """Name the fault of a feed."""
        return "fine" if feed < WIRES else FAULTS[feed % len(FAULTS)]

    def _answer(self, request: Request) -> Response:
        if self.is_down():
            self.broken["down"] += 1
            return _failed(request.url, "connect")
        if request.url.endswith(("/feed", "/new-feed")):
            feed = int("".join(filter(str.isdigit, request.url.split("/")[2].split(".")[0])))
            return self._feed(request, feed)
        return self._page(request.url)

    # ------------------------------------------------------------ feeds

    def _feed(self, request: Request, feed: int) -> Response:
        fault = self.fault(feed)
        if self.is_broken(feed) and (failed := self._failing(request.url, fault)):
            self.broken[fault] += 1
            return failed
        reports = self.news.shown(feed, self.time)
        body = write_feed(reports, feed, fault, self.time, is_broken=self.is_broken(feed))
        if self.is_broken(feed) and fault == "cut":
            self.broken[fault] += 1
            body = body[: len(body) * 2 // 3]
        tag = hashlib.sha256(body).hexdigest()[:16]
        if fault == "lying_etag":
            tag = str((self.time - BEGIN).days)
        if fault == "other_etag_same_body":
            tag = self.time.isoformat()
        headers = {"content-type": "application/json" if fault == "json" else "application/rss+xml", "etag": f'"{tag}"'}
        if feed % 3 == 2 and fault != "etag":
            del headers["etag"]
        asked = dict(request.headers).get("If-None-Match", dict(request.headers).get("if-none-match"))
        if asked and asked == headers.get("etag"):
            return Response(request.url, request.url, 304, headers, b"", self.time)
        redirects = ((301, f"https://{host(feed)}/new-feed"),) if fault == "moved" and request.url.endswith("/feed") else ()
        final = redirects[0][1] if redirects and "new-feed" not in request.url else request.url
        return Response(request.url, final, 200, headers, body, self.time, redirects=redirects if final != request.url else ())

    def _failing(self, url: str, fault: str) -> Response | None:
        """Return what comes in place of a feed, for faults of which nothing can be read."""
        if fault in {"http_500", "http_404", "http_410", "http_429"}:
            waits = ("3600", "99999999", "-5", "soon", "Wed, 21 Oct 2015 07:28:00 GMT")
            headers = {"retry-after": waits[self.time.hour % len(waits)]} if fault == "http_429" else {}
            return Response(url, url, int(fault[5:]), headers, b"", self.time)
        if fault in {"timeout", "dns", "too_large"}:
            return _failed(url, fault)
        bodies = {
            "challenge": f"<html><head><title>Just a moment</title></head><body><p>{_LETTERS}</p></body></html>".encode(),
            "parked": b"<html><head><title>This domain is for sale</title></head><body><p>Buy this domain today.</p></body></html>",
            "doctype": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
            "empty_body": b"",
            "no_entries": b'<?xml version="1.0"?><rss version="2.0"><channel><title>Nothing</title></channel></rss>',
        }
        return Response(url, url, 200, {"content-type": "text/html"}, bodies[fault], self.time) if fault in bodies else None

    # ------------------------------------------------------------ pages

    def _page(self, url: str) -> Response:
        report = self.news.at(url)
        if report is None or report.at > self.time:
            return Response(url, url, 404, {}, b"", self.time)
        fault, age = self.fault(report.feed), self.time - report.at
        if fault == "deleted" and age > timedelta(hours=10) and report.number % 2:
            self.broken["page_gone"] += 1
            return Response(url, url, 410, {}, b"", self.time)
        if fault == "home_page" and self.is_broken(report.feed):
            self.broken["page_home"] += 1
            home = f"https://{host(report.feed)}/"
            return Response(url, home, 200, {"content-type": "text/html"}, _html("Home", (_LETTERS,)), self.time, redirects=((302, home),))
        if fault == "wall":
            self.broken["page_wall"] += 1
            return Response(url, url, 200, {"content-type": "text/html"}, _html(report.title, (_WALL,)), self.time)
        if fault == "timeout" and self.is_broken(report.feed):
            self.broken["page_timeout"] += 1
            return _failed(url, "timeout")
        return Response(
            url, url, 200, {"content-type": "text/html; charset=utf-8"}, _html(report.title, words(report, self.time, fault)), self.time
        )


def words(report: Report, time: datetime, fault: str) -> tuple[str, ...]:
    """Return what the page of a report says at a time: some change a figure in silence, some of these say so."""
    changes = report.corrected and time - report.at > CORRECTED_AFTER and (report.feed < WIRES or fault == "edited")
    if not changes or report.corrected is None:
        return report.paragraphs
    before, after = report.corrected
    changed = tuple(after if one == before else one for one in report.paragraphs)
    return (*changed, CORRECTED) if report.number % 2 else changed


def _html(title: str, paragraphs: Iterable[str]) -> bytes:
    text = "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
    return (
        f"<html><head><title>{escape(title)}</title></head><body><article><h1>{escape(title)}</h1>{text}</article></body></html>".encode()
    )


def _failed(url: str, failure: str) -> Response:
    return Response(url, url, 0, {}, b"", BEGIN, failure=failure)


def write_feed(reports: Iterable[Report], feed: int, fault: str, time: datetime, *, is_broken: bool) -> bytes:
    """Write a feed in its own manner."""
    title = f"Reports of {host(feed)}"
    if fault == "json":
        items = [{"id": one.url, "url": one.url, "title": one.title, "date_published": one.at.isoformat()} for one in reports]
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": title, "items": items}).encode()
    if fault == "atom":
        entries = "".join(
            f'<entry><id>{escape(one.url)}</id><title>{escape(one.title)}</title><link href="{escape(one.url)}"/><updated>{one.at.isoformat()}</updated></entry>'
            for one in reports
        )
        return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>{title}</id><title>{title}</title>{entries}</feed>'.encode()
    rows = "".join(_item(one, fault, time, is_broken=is_broken) for one in reports)
    mark = f"<lastBuildDate>{format_datetime(time)}</lastBuildDate>" if fault == "always_new_body" else ""
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{mark}{rows}</channel></rss>'.encode()


def _item(report: Report, fault: str, time: datetime, *, is_broken: bool) -> str:
    title, guid = report.title, report.url
    age = time - report.at
    if fault == "guid_with_title" and age > timedelta(hours=5):
        title = f"{report.title} (updated)"
        guid = hashlib.sha256(title.encode()).hexdigest()[:12]
    if fault == "all_guids_new":
        guid = f"{report.url}?life={(time - BEGIN).days // 5}"
    date = format_datetime(report.at)
    if fault == "wrong_dates" and is_broken:
        dates = (
            "Mon, 01 Jan 0001 00:00:00 GMT",
            "Fri, 31 Dec 9999 23:59:59 GMT",
            "1700000000",
            format_datetime(report.at + timedelta(days=400)),
        )
        date = dates[report.number % len(dates)]
    shown = "" if fault == "no_dates" else f"<pubDate>{date}</pubDate>"
    named = "" if fault == "no_guid" else f'<guid isPermaLink="false">{escape(guid)}</guid>'
    return f"<item><title>{escape(title)}</title><link>{escape(report.url)}</link>{named}<description>{escape(report.paragraphs[0])}</description>{shown}</item>"
