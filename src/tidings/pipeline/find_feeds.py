"""Find the feeds of a site: those its page names, or the well-known addresses; each is read before it is shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tidings.config import Settings
from tidings.jail import JailFailure
from tidings.model import Feed, ParsedFeed, Request, Response
from tidings.pipeline.feeds import Doors, configured_feed, describe, open_doors, read_feed, summary
from tidings.stages.find_feeds import FeedLink, find_feeds, guesses
from tidings.text.urls import HIDDEN, identity, parse, registrable_domain, without_secrets

TRIED_MAX = 6  # with the page, and its http twin where no scheme was given, at most 8 requests and a robots.txt
COMPARED_MAX = 2  # configured feeds of the site that are asked besides, where a new one may be one of them under another address
PUBLISHER_CHARS_MAX = 200
_Met = dict[tuple[str, ...], dict[str, Any]]  # what a feed holds -> what is said about it
_NO_HTTPS = ("connect", "tls", "timeout", "protocol")
_HOPELESS = ("dns", "refused_address", "tls", "connect")  # nobody there: well-known addresses will not answer either


def find_site_feeds(settings: Settings, site: str, now: datetime) -> dict[str, Any]:
    """Return the feeds found at a site, what was tried in vain, and what was left untried. Nothing is stored."""
    with open_doors(settings) as doors:
        response, instead_of = _page(doors, site, now)
        answer: dict[str, Any] = {
            "site": without_secrets(response.url),
            "page": describe(response),
            "https": instead_of,
            "feeds": [],
            "tried": [],
            "untried": [],
        }
        if response.ok:
            own = read_feed(doors.jail, response, _feed(response.url))
            if isinstance(own, ParsedFeed):
                met: _Met = {_content(own): _found(settings, FeedLink(response.url, how="given"), response, own)}
                answer["feeds"] += met.values()
                _compare(doors, settings, {response.url}, now, met, answer)
                return answer
        _try_links(doors, settings, _links(doors, response), now, answer)
    return answer


def _content(parsed: ParsedFeed) -> tuple[str, ...]:
    """Return what two addresses of one feed have in common."""
    return (parsed.title, *(identity(one.url) or one.guid or one.title for one in parsed.entries))


def _page(doors: Doors, site: str, now: datetime) -> tuple[Response, str]:
    """Fetch the site's page: as given, or by https and then by http where no scheme is given; return also why not by https."""
    if "://" in site:
        return doors.client.send(Request(site, "page"), now), ""
    response = doors.client.send(Request(f"https://{site}", "page"), now)
    if response.failure in _NO_HTTPS:
        plain = doors.client.send(Request(f"http://{site}", "page"), now)
        return (plain, response.failure) if plain.status else (response, "")
    return response, ""


def _links(doors: Doors, response: Response) -> Sequence[FeedLink]:
    named = _named(doors, response) if response.ok else ()
    return named or (() if response.failure in _HOPELESS else guesses(response.final_url))


def _named(doors: Doors, response: Response) -> Sequence[FeedLink]:
    named = doors.jail.call(find_feeds, response)
    return () if isinstance(named, JailFailure) else named


def _try_links(doors: Doors, settings: Settings, links: Sequence[FeedLink], now: datetime, answer: dict[str, Any]) -> None:
    """Read the first candidates, and where one is a page that lists feeds, some of these; one feed behind several addresses is shown once."""
    waiting = {one.url: one for one in links}
    tried: dict[str, FeedLink] = {}
    met: _Met = {}
    while waiting and len(tried) < TRIED_MAX:
        batch = dict(list(waiting.items())[: TRIED_MAX - len(tried)])
        waiting = {url: one for url, one in waiting.items() if url not in batch}
        tried |= batch
        order = list(batch)
        for response in sorted(doors.client.send_all([Request(url, "feed") for url in batch], now), key=lambda one: order.index(one.url)):
            why = _look(doors, settings, batch[response.url], response, met, answer)
            if why:
                answer["tried"].append({"address": without_secrets(response.url), "why": why})
            if why == "not_a_feed" and batch[response.url].how == "link":
                waiting |= {one.url: one for one in _named(doors, response) if one.url not in tried}
    answer["untried"] = [without_secrets(url) for url in waiting]
    _compare(doors, settings, set(tried), now, met, answer)


def _look(doors: Doors, settings: Settings, link: FeedLink, response: Response, met: _Met, answer: dict[str, Any]) -> str:
    """Read a candidate; note the feed, or return why there is none. Of one feed behind several addresses the configured one is noted."""
    parsed = read_feed(doors.jail, response, _feed(response.url))
    if not isinstance(parsed, ParsedFeed):
        return parsed.reason
    found = _found(settings, link, response, parsed)
    earlier = met.setdefault(_content(parsed), found)
    if earlier is found:
        answer["feeds"].append(found)
        return ""
    if not found["configured"] or earlier["configured"]:
        return "same_feed"
    answer["tried"].append({"address": earlier["address"], "why": "same_feed"})
    earlier.update(found)
    return ""


def _compare(doors: Doors, settings: Settings, tried: set[str], now: datetime, met: _Met, answer: dict[str, Any]) -> None:
    """Ask configured feeds of the site whether a new one is one of them: then the configured address is shown, not another."""
    domains = {_domain(one["address"]) for one in answer["feeds"] if not one["configured"]}
    others = [one for one in settings.feeds if one.url == one.shown_url and one.url not in tried and _domain(one.url) in domains]
    requests = [Request(one.url, "feed", tls_sha256=one.tls_sha256) for one in others[:COMPARED_MAX]]
    for response in doors.client.send_all(requests, now):
        parsed = read_feed(doors.jail, response, _feed(response.url))
        if isinstance(parsed, ParsedFeed) and _content(parsed) in met:
            _look(doors, settings, FeedLink(response.url, how="configured"), response, met, answer)


def _domain(url: str) -> str:
    parts = parse(url)
    return registrable_domain(parts.host) if parts else "unnamed"


def _feed(url: str) -> Feed:
    return Feed("", url, without_secrets(url), publisher="")


def _found(settings: Settings, link: FeedLink, response: Response, parsed: ParsedFeed) -> dict[str, Any]:
    about = describe(response)
    url = about["moved_to"] if about["moved_to"] and about["moved_to"] == about["final_address"] else without_secrets(link.url)
    domain = _domain(url)
    configured = configured_feed(settings, url) or configured_feed(settings, response.final_url)
    url = configured.shown_url if configured else url
    return {
        "address": url,
        "how": link.how,
        "publisher": configured.publisher
        if configured
        else settings.families.get(domain) or parsed.title[:PUBLISHER_CHARS_MAX].strip() or domain,
        "configured": configured is not None,
        "secret": HIDDEN in url,
        **{
            name: value for name, value in summary(parsed).items() if name in ("title", "format", "entries", "language", "oldest", "newest")
        },
        "named": link.title,
    }
