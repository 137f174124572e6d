"""Faults of feeds: what is served is no feed, or a feed that lies, lacks or floods."""

import json
from dataclasses import replace

from fakes import rss
from faults.fault import Fault, absorbed
from faults.server import ENTRY_COUNT, Strike, Visit

FLOOD_COUNT = 10_000
KEPT_MAX = 2_000  # what one poll takes of a feed
_LOGIN = b"<html><head><title>Sign in</title></head><body><p>Please sign in to read on.</p><form><input type=password></form></body></html>"
_CHALLENGE = b"<html><title>Just a moment...</title><body>Checking your browser before you may enter.</body></html>"
_PARKED = b"<html><title>lapsed.example</title><body>This domain may be for sale. <a href='/buy'>Buy it</a></body></html>"
_ITEM = "<item><title>{0}</title><link>{1}</link>{2}</item>"


def _body(body: bytes, kind: str = "text/html") -> Strike:
    return lambda visit: visit.reply(body, Content_Type=kind)


def _channel(items: str, head: str = '<?xml version="1.0"?>') -> bytes:
    return f'{head}<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'.encode()


def _cut(visit: Visit) -> None:
    body = rss(visit.site.pieces)
    visit.reply(body[: body.rindex(b"<item>") + 40])


def _flood(visit: Visit) -> None:
    items = "".join(f"<item><title>Note {n}</title><guid isPermaLink='false'>note-{n}</guid></item>" for n in range(FLOOD_COUNT))
    visit.reply(_channel(items))


def _huge(visit: Visit) -> None:
    """Serve 9 MB of ordinary entries: below the limit of the network, beyond that of the jail of these tests."""
    visit.reply(_channel("".join(_ITEM.format(f"Note {n}", f"/n/{n}", "") for n in range(150_000))))


def _one_guid(visit: Visit) -> None:
    visit.reply(rss(replace(piece, guid="the-same") for piece in visit.site.pieces))


def _no_ids(visit: Visit) -> None:
    visit.reply(_channel("".join(_ITEM.format(one.title, one.url, "") for one in visit.site.pieces)))


def _nothing(visit: Visit) -> None:
    visit.reply(_channel("".join(f"<item><description>{one.title}</description></item>" for one in visit.site.pieces) + "<item/>"))


def _dates(*written: str) -> Strike:
    def strike(visit: Visit) -> None:
        pairs = zip(visit.site.pieces, written, strict=True)
        visit.reply(_channel("".join(_ITEM.format(one.title, one.url, f"<pubDate>{date}</pubDate>") for one, date in pairs)))

    return strike


def _recoded(encoding: str, said: str) -> Strike:
    """Serve a feed in one encoding that says it is in another."""

    def strike(visit: Visit) -> None:
        named = (replace(piece, title=f"{piece.title}: çğış") for piece in visit.site.pieces)
        text = rss(named).decode().replace('version="1.0"', f'version="1.0" encoding="{said}"')
        visit.reply(text.encode(encoding), Content_Type=f"application/rss+xml; charset={said}")

    return strike


def _undeclared(visit: Visit) -> None:
    visit.reply(rss(visit.site.pieces).replace(b"Garden show", b"Garden&nbsp;show &undeclared; &"))


def _entities(visit: Visit) -> None:
    """Serve entities that unfold to 30 MB (the classical laugh, cut short)."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 7))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "thirty bytes of hearty laughter">{lines}]>'
    items = "".join(_ITEM.format(one.title, one.url, "<description>&l6;</description>") for one in visit.site.pieces)
    visit.reply(_channel(items, head))


def _foreign_entity(visit: Visit) -> None:
    head = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY passwords SYSTEM "file:///etc/passwd">]>'
    items = "".join(_ITEM.format(one.title, one.url, "<description>&passwords;</description>") for one in visit.site.pieces)
    visit.reply(_channel(items, head))


def _junk_ahead(visit: Visit) -> None:
    visit.reply(b"\n\n<!-- cached -->\n" + rss(visit.site.pieces))


def _nulls(visit: Visit) -> None:
    visit.reply(rss(visit.site.pieces).replace(b"Garden", b"Gar\x00den\x1b[31m"))


def _as_html(visit: Visit) -> None:
    visit.reply(rss(visit.site.pieces), Content_Type="text/html")


def _relative(visit: Visit) -> None:
    visit.reply(rss(replace(piece, url=piece.url.partition(".example")[2], guid=piece.url) for piece in visit.site.pieces))


def _bad_links(visit: Visit) -> None:
    links = ("javascript:alert(1)", "file:///etc/passwd", "http://[::1")
    visit.reply(
        rss(replace(one, url=link, guid=one.url.replace("http:", "tag:")) for one, link in zip(visit.site.pieces, links, strict=True))
    )


def _hostile_words(visit: Visit) -> None:
    visit.reply(rss(replace(one, title=f"\u202e<!channel> <img src=x onerror=alert(1)> {one.title}") for one in visit.site.pieces))


def _deep(visit: Visit) -> None:
    """Nest elements five thousand deep in the text of the first entry."""
    nested = "&lt;div&gt;" * 5_000 + "<i>" * 5_000 + "roses" + "</i>" * 5_000
    visit.reply(rss(visit.site.pieces).replace(b"<description></description>", f"<description>{nested}</description>".encode(), 1))


def _long_title(visit: Visit) -> None:
    visit.reply(rss(replace(one, title=f"{one.title} {'x' * 1_000_000}") for one in visit.site.pieces))


def _utf16(visit: Visit) -> None:
    visit.reply(rss(visit.site.pieces).decode().encode("utf-16-le"), Content_Type="application/rss+xml")


def _odd_json(visit: Visit) -> None:
    items = [{"id": one.url, "url": one.url, "title": one.title, "authors": 7} for one in visit.site.pieces]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": [], "items": [None, 1, "two", [], *items, {"id": {"a": 1}}]}
    visit.reply(json.dumps(document).encode(), Content_Type="application/json")


NO_FEEDS = (
    Fault("empty_body", "feed", "a body of no byte", _body(b""), "empty_body"),
    Fault("blank_body", "feed", "a body of blanks", _body(b" \r\n\t\r\n"), "empty_body"),
    Fault("login_page", "feed", "status 200 with a login page", _body(_LOGIN), "not_a_feed"),
    Fault("challenge_page", "feed", "status 200 with a challenge page", _body(_CHALLENGE), "not_a_feed"),
    Fault("challenge_as_feed", "feed", "a challenge page that claims to be RSS", _body(_CHALLENGE, "application/rss+xml"), "not_a_feed"),
    Fault("parked", "feed", "a lapsed domain with a page of its seller", _body(_PARKED), "parked"),
    Fault("json", "feed", "JSON that is no JSON Feed", _body(b'{"error": "quota"}', "application/json"), "not_a_feed"),
    Fault("picture", "feed", "a picture", _body(b"\x89PNG\r\n\x1a\n" + bytes(200), "image/png"), "not_a_feed"),
    Fault("a_path", "feed", "a body that is the path of a file", _body(b"/etc/passwd", "text/plain"), "not_a_feed"),
    Fault("an_address", "feed", "a body that is an address", _body(b"http://10.0.0.1/feed.xml", "text/plain"), "not_a_feed"),
)
LOSSES = (
    Fault("cut_feed", "feed", "a document that ends within an entry", _cut, "cut", "polled", kept_count=ENTRY_COUNT - 1),
    Fault("flood", "feed", "ten thousand entries", _flood, "dropped", "polled", kept_count=KEPT_MAX),
    Fault("huge", "feed", "9 MB of entries", _huge, "parser_timeout"),
)
CONTENTS = (
    absorbed("one_guid", "all entries with one id", _one_guid),
    absorbed("no_ids", "entries without ids and dates", _no_ids),
    absorbed("nothing", "entries without title, link, id and date", _nothing, ENTRY_COUNT + 1),
    absorbed(
        "far_dates",
        "dates in the years 1, 9999 and 1699",
        _dates("Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "1700000000"),
    ),
    absorbed("future_dates", "dates of next week, and no dates", _dates("Wed, 26 Feb 2020 06:00:00 GMT", "yesterday", "32 Foo 2020")),
    absorbed("not_utf8", "says UTF-8 and is Windows-1254", _recoded("cp1254", "utf-8")),
    absorbed("not_latin", "says ISO-8859-1 and is UTF-8", _recoded("utf-8", "iso-8859-1")),
    absorbed("undeclared", "entities that nobody declared", _undeclared),
    absorbed("entities", "entities that unfold without measure", _entities),
    absorbed("foreign_entity", "an entity that names a file", _foreign_entity),
    absorbed("junk_ahead", "lines before the declaration", _junk_ahead),
    absorbed("nulls", "null and control bytes", _nulls),
    absorbed("as_html", "a feed that says it is HTML", _as_html),
    absorbed("relative", "relative links", _relative),
    absorbed("bad_links", "links that are no addresses", _bad_links),
    absorbed("deep", "elements five thousand deep", _deep),
    absorbed("long_title", "titles of a million signs", _long_title),
    absorbed("utf16", "UTF-16 that nothing announces", _utf16),
    absorbed("odd_json", "a JSON Feed with values of every type", _odd_json, ENTRY_COUNT + 1),
    absorbed("hostile_words", "markup and reversed writing in titles", _hostile_words),
)
