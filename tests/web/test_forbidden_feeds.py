"""Forbidden addresses as they may be written, in what feeds and pages say, through the whole pipeline: polled, parsed, fetched, extracted, stored."""

import json
from datetime import timedelta
from html import escape
from types import SimpleNamespace

import pytest
from connections import connections
from fakes import HOUR, NOW, OpenJail, World, feed, settings
from spellings import SPELLINGS

from tidings.text.urls import absolute, parse
from tidings.web.client import Client

pytestmark = pytest.mark.slow  # two runs over some 500 feeds and entries, and their controls
NAMES = list(SPELLINGS)
TEXT = (
    "Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said, and some 400 families carried their tents to a school yard. "
    "The road to the camp is under water and lorries with blankets wait at the crossing, the council said in a statement on Tuesday evening. "
)
OTHERS = """<?xml version="1.0"?><?xml-stylesheet href="{url}"?><!DOCTYPE rss SYSTEM "{url}" [<!ENTITY x SYSTEM "{url}">]>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:base="{url}"><channel><title>&x;</title>
<atom:link rel="self" href="{url}"/><atom:link rel="next" href="{url}"/><atom:link rel="hub" href="{url}"/><link>{url}</link><docs>{url}</docs>
<image><url>{url}</url></image><cloud domain="127.0.0.1" port="{port}" path="/" registerProcedure="" protocol="http-post"/>
<item><title>Camp near Saraqib</title><guid isPermaLink="false">o</guid><comments>{url}</comments><source url="{url}">x</source><enclosure url="{url}" type="text/html"/>
<media:content url="{url}"/><description>&lt;img src="{url}"&gt;Idlib&lt;iframe src="{url}"&gt;</description></item></channel></rss>"""
PAGE = """<html><head><title>Camp floods</title><link rel="canonical" href="{url}"><meta property="og:url" content="{url}"><base href="{url}">
<link rel="amphtml" href="{url}"><link rel="alternate" type="application/rss+xml" href="{url}"><meta http-equiv="refresh" content="0;url={url}">
<script type="application/ld+json">{ld}</script></head><body><article><h1>Camp floods</h1><p>{text}</p><p>{text}</p><img src="{url}"><iframe src="{url}"></iframe></article></body></html>"""


def json_feed(urls):
    items = [
        {"id": name, "url": url, "title": f"Camp {n} near Saraqib", "content_text": TEXT} for n, (name, url) in enumerate(urls.items())
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Links", "items": items}).encode()


def rss(urls):
    items = "".join(
        f"<item><title>Camp</title><guid>{escape(url)}</guid><link>{escape(url)}</link></item>"
        for url in urls.values()
        if "\x00" not in url
    )
    return f'<rss version="2.0"><channel><title>Links</title>{items}</channel></rss>'.encode()


def page(url):
    ld = json.dumps({"@type": "NewsArticle", "url": url, "mainEntityOfPage": url}).replace("<", "\\u003c")
    return PAGE.format(url=escape(url), ld=ld, text=TEXT).encode()


def answer(web, urls, port):
    """Answer for two hosts: one with feeds, one with pages."""
    pages = {f"http://pages.example/{n}": name for n, name in enumerate(urls)}
    bodies = {
        "/links.json": json_feed(urls),
        "/links.rss": rss(urls),
        "/pages.json": json_feed({name: url for url, name in pages.items()}),
        "/others.rss": OTHERS.format(url=f"http://127.0.0.1:{port}/other", port=port).encode(),
    }

    def give(connection, head):
        path = head.split(" ")[1]
        number = path.rpartition("/")[2]
        if path.startswith("/moved/") and number.isdigit():
            location = urls[NAMES[int(number)]].translate({0: "%00", 10: None, 13: None})
            data = web.reply(b"", "301 Moved Permanently").replace(b"\r\n\r\n", b"\r\nLocation: " + location.encode() + b"\r\n\r\n", 1)
        elif path in bodies:
            data = web.reply(bodies[path], content_type="application/json" if path.endswith("json") else "application/rss+xml")
        elif number.isdigit():
            data = web.reply(page(urls[NAMES[int(number)]]), content_type="text/html; charset=utf-8")
        else:
            data = web.reply(b"", "404 Not Found")
        connection.sendall(data)

    return give


def run(trap, web, folder, urls, feeds, *, allowed=False):
    """Run twice, two hours apart; return the world, and the connections begun beyond those to the site that serves the feeds."""
    answers = {parts.host: spelling.answers for spelling in SPELLINGS.values() if (parts := parse(spelling.at(trap.port)))}
    site = web.serve(answer(web, urls, trap.port))
    limits = trap.limits(
        allow_private=frozenset({site.pair}) | (trap.pairs if allowed else set()),
        connect_to={"feeds.example": site.pair, "pages.example": site.pair},
    )
    with (
        connections() as seen,
        Client(limits, resolver=trap.resolve if allowed else lambda host, _: answers.get(host, ["127.0.0.1"])) as client,
    ):
        world = World(
            settings(folder, [feed(url, f"Feed {n}") for n, url in enumerate(feeds)], pages_per_run_max=1_000), client, OpenJail()
        )
        world.ingest(NOW)
        world.ingest(NOW + 2 * HOUR + timedelta(minutes=1))
    return SimpleNamespace(world=world, seen=[pair for pair in seen if pair != site.pair], site=site)


def feeds_of(urls):
    """List every feed of the first run: those that speak of the spellings, those that moved to them, and the spellings themselves."""
    spoken = ["links.json", "links.rss", "pages.json", "others.rss", *(f"moved/{n}" for n in range(len(urls)))]
    return [f"http://feeds.example/{path}" for path in spoken] + list(urls.values())


@pytest.fixture(scope="module")
def forbidden(trap, lasting_web, tmp_path_factory):
    """Run over everything, and allow nothing but the site that serves the feeds."""
    urls = {name: spelling.at(trap.port) for name, spelling in SPELLINGS.items()}
    return run(trap, lasting_web, tmp_path_factory.mktemp("forbidden"), urls, feeds_of(urls))


@pytest.fixture(scope="module")
def allowed(trap, lasting_web, tmp_path_factory):
    """Run over the links and pages where everything is allowed, in the same spellings or as plain numbers, each to a page of its own."""
    urls = {name: f"{trap.control(one).at(trap.port).rstrip(chr(92) + '/ ')}/{n}" for n, (name, one) in enumerate(SPELLINGS.items())}
    return run(trap, lasting_web, tmp_path_factory.mktemp("allowed"), urls, ["http://feeds.example/links.json"], allowed=True)


def test_two_runs_connect_to_nobody_but_the_site(forbidden):
    """Feeds at forbidden addresses, feeds that moved there, links, canonical links and everything else a feed or page names: 0 connections."""
    assert forbidden.seen == []
    assert len(forbidden.site.heads) > 2 * len(SPELLINGS)


def test_every_feed_and_entry_has_its_outcome(forbidden):
    """No feed was reached but by the site, none is forgotten, and every entry with a link that may not be followed says so."""
    failed = forbidden.world.rows("SELECT id, last_error FROM core.feeds WHERE failures_in_row > 0")
    assert len(failed) >= 2 * len(SPELLINGS) - 10  # some spellings lead back to the site that said them
    outcomes = forbidden.world.rows("SELECT outcome, reason, count(*) AS n FROM core.entries GROUP BY ALL")
    assert sum(row["n"] for row in outcomes) >= 3 * len(SPELLINGS) - 5
    assert "pending" not in {row["outcome"] for row in outcomes}
    assert sum(row["n"] for row in outcomes if row["reason"] == "refused_address") > 50


@pytest.mark.parametrize("name", NAMES)
def test_a_link_is_not_followed(forbidden, trap, name):
    """The entry with this link has no text but what its feed says; where the link leads home, the site was asked, and nobody else."""
    [entry] = forbidden.world.rows(
        f"SELECT url, outcome, reason FROM core.entries WHERE guid = '{name}' AND url NOT LIKE '%pages.example%'"
    )
    home = absolute("http://feeds.example/links.json", SPELLINGS[name].at(trap.port)).startswith("http://feeds.example/")
    assert entry["url"] == "" or home or entry["reason"] == "refused_address" or entry["outcome"] != "rejected", entry


@pytest.mark.parametrize("name", NAMES)
def test_a_page_does_not_become_another_sites(forbidden, name):
    """The article of a page that calls itself by this address keeps the page's own."""
    [page_entry] = forbidden.world.rows(f"SELECT article_id FROM core.entries WHERE guid = '{name}' AND url LIKE '%pages.example%'")
    [article] = forbidden.world.rows(f"SELECT url, text FROM core.articles WHERE id = '{page_entry['article_id']}'")
    assert article["url"].startswith("http://pages.example/")
    assert "Heavy rain" in article["text"]


def test_the_control_follows_every_link(allowed, trap):
    """Positive control: where they are allowed, the links of one feed are followed in the same spellings, each once."""
    links = allowed.world.rows("SELECT DISTINCT url FROM core.entries")
    assert len(links) == len(SPELLINGS)
    assert len(allowed.seen) == len(SPELLINGS)
    assert set(allowed.seen) <= trap.pairs
