"""`tidings feeds find`: which feeds of a site it shows, with how few requests, and that nothing hostile gets through."""

import tomllib

import pytest
from fakes import rss
from feed_site import AT, ESCAPE, NEWS, SOAP

pytestmark = pytest.mark.slow  # most calls start children in which feeds are read


def test_find_shows_no_key(desk, site):
    """A feed whose address holds a key is shown without it, and not as a table to paste."""
    site.answers["other.example/"] = (200, {}, '<link rel="alternate" type="application/rss+xml" href="/f?apikey=hunter2">')
    site.answers["other.example/f?apikey=hunter2"] = (200, {}, NEWS)
    answer = desk("feeds", "find", "http://other.example/", *AT)
    assert answer.code == 0
    assert "it holds a key" in answer.out
    assert "hunter2" not in answer.out
    assert "[[feed]]" not in answer.out


def test_find_reads_what_the_page_names(desk, site):
    """A feed named in the page's head is read and shown; one that is configured needs no table."""
    answer = desk("feeds", "find", "http://wire.example/", *AT)
    assert answer.code == 0
    assert "http://wire.example/rss (in feeds.toml already)" in answer.out
    assert "[[feed]]" not in answer.out
    assert site.paths() == ["wire.example/robots.txt", "wire.example/", "wire.example/rss"]


def test_find_gives_a_table_to_paste(desk, site):
    """A new feed comes with a table that can be pasted, whatever its title says."""
    site.answers["other.example/"] = (200, {}, "<html>no feeds named</html>")
    item = "<item><title>t</title><link>http://other.example/1</link></item>"
    feed = f'<rss version="2.0"><channel><title>A "x" {ESCAPE}\n[[feed]]</title><language>tr-TR</language>{item}</channel></rss>'
    site.answers["other.example/rss"] = (200, {}, feed)
    answer = desk("feeds", "find", "http://other.example/news", *AT)
    site.answers["other.example/feed"] = site.answers["other.example/rss"]
    assert answer.code == 0
    assert tomllib.loads(answer.out[answer.out.index("[[feed]]\n"):])["feed"] == [
        {"url": "http://other.example/rss", "publisher": 'A "x" [31mred [[feed]]', "language": "tr"}
    ]  # fmt: skip
    assert "\x1b" not in answer.out
    both = desk("feeds", "find", "http://other.example/", "--json", *AT).json
    assert [one["address"] for one in both["feeds"]] == ["http://other.example/feed"]
    assert {"address": "http://other.example/rss", "why": "same_feed"} in both["tried"]


# name: (links of the page, what is configured, the site asked for)
ANOTHER_ADDRESS = {
    "named after": (["/plain", "/rss"], "http://wire.example/rss", "http://wire.example/"),
    "not named": (["/plain"], "http://wire.example/rss", "http://wire.example/"),
    "leads to it": (["/for-now"], "http://wire.example/rss", "http://wire.example/"),
    "given": ([], "http://wire.example/rss", "http://wire.example/plain"),
}


@pytest.mark.parametrize("name", ANOTHER_ADDRESS)
def test_find_prefers_the_configured_address(desk, site, name):
    """A feed that is configured is not offered again under another of its addresses: the configured one is shown, and that it is."""
    links, configured, asked = ANOTHER_ADDRESS[name]
    site.answers["wire.example/"] = (200, {}, "".join(f'<link rel="alternate" type="application/rss+xml" href="{one}">' for one in links))
    answer = desk("feeds", "find", asked, *AT)
    assert answer.code == 0
    assert f"{configured} (in feeds.toml already)" in answer.out
    assert "[[feed]]" not in answer.out
    assert len([url for url in site.paths() if url == "wire.example/rss"]) == 1


def test_find_offers_what_is_really_new(desk, site):
    """Another feed of a site of which one is configured is offered."""
    site.answers["wire.example/"] = (200, {}, '<link rel="alternate" type="application/rss+xml" href="/sport">')
    site.answers["wire.example/sport"] = (200, {}, rss([SOAP]))
    answer = desk("feeds", "find", "http://wire.example/", *AT)
    assert tomllib.loads(answer.out[answer.out.index("[[feed]]\n") :])["feed"][0]["url"] == "http://wire.example/sport"


def test_find_is_polite(desk, site):
    """Of many feeds a page names the first six are read, the others are listed; the whole costs at most eight requests and a robots.txt."""
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/f{n}">' for n in range(30))
    site.answers["www.many.example/"] = (200, {}, f"<html>{links}</html>")
    answer = desk("feeds", "find", "http://www.many.example", "--json", *AT).json
    assert (len(answer["tried"]), len(answer["untried"])) == (6, 24)
    assert len(site.asked) <= 9


def test_find_follows_a_list_of_feeds(desk, site):
    """A link that leads to a page which lists feeds is followed once; its feeds are read within the same limit."""
    site.answers["other.example/"] = (200, {}, '<a href="/rss/">Our feeds</a>')
    site.answers["other.example/rss/"] = (200, {}, "".join(f'<a href="/rss/{n}.xml">{n}</a>' for n in range(9)))
    site.answers["other.example/rss/0.xml"] = (200, {}, NEWS)
    answer = desk("feeds", "find", "http://other.example/", "--json", *AT).json
    assert [one["address"] for one in answer["feeds"]] == ["http://other.example/rss/0.xml"]
    assert (len(answer["tried"]), len(answer["untried"]), len(site.asked)) == (5, 4, 8)


def test_find_asks_the_well_known_addresses_where_robots_forbids_the_page(desk, site):
    """A page that robots.txt keeps from us is not fetched; feeds are for programs and may be."""
    site.answers["robots.example/robots.txt"] = (200, {}, "User-agent: *\nDisallow: /")
    site.answers["robots.example/feed"] = (200, {}, NEWS)
    answer = desk("feeds", "find", "http://robots.example/", *AT)
    assert answer.code == 0
    assert "robots.txt asks programs not to fetch this page" in answer.out
    assert "robots.example/" not in site.paths()


def test_find_nothing(desk, site):
    """Without any feed the exit code is 1, and what was tried is said; a bare domain is asked by https and then http, a dead host not again."""
    answer = desk("feeds", "find", "other.example", *AT)
    assert answer.code == 1
    assert "no feed found at" in answer.out
    assert "https gave nothing (tls), asked by http" in answer.out
    assert "tried http://other.example/feed: http 404" in answer.out
    dead = desk("feeds", "find", "http://10.0.0.1/", "--json", *AT)
    assert (dead.code, dead.json["page"]["failure"], dead.json["tried"]) == (1, "refused_address", [])
