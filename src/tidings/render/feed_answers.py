"""Write what was found out about feeds (check, find, import) as lines of plain text for a terminal. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tidings.render.escape import plain

Row = Mapping[str, Any]

_FORMATS = {
    "rss20": "RSS 2.0", "rss10": "RSS 1.0 (RDF)", "rss090": "RSS 0.90", "rss091n": "RSS 0.91", "rss091u": "RSS 0.91", "rss092": "RSS 0.92",
    "rss093": "RSS 0.93", "rss094": "RSS 0.94", "rss": "RSS", "atom10": "Atom 1.0", "atom03": "Atom 0.3", "atom": "Atom", "cdf": "CDF",
    "rss11": "RSS 1.1", "json1": "JSON Feed 1.0", "json10": "JSON Feed 1.0", "json11": "JSON Feed 1.1", "sitemap": "news sitemap",
}  # fmt: skip
# Why a request or a feed gave nothing, and what to do about it.
_FAILURES = {
    "timeout": "No complete answer came in time. Try again; if it stays so, raise network.timeout_s in settings.toml.",
    "too_large": "The answer is larger than network.feed_bytes_max in settings.toml allows. Raise it, if the feed is worth it.",
    "incomplete": "The connection ended before the answer did. Try again; if it stays so, the server is at fault.",
    "refused_address": "We do not go to this address: it, or where it redirects to, is no public one. A private one must stand in network.allow_private.",
    "dns": "The name of the host is not known. Look for a typing error, and whether this machine can resolve names at all.",
    "tls": "No secure connection: the server's certificate is not valid for this host, or out of date. One that you know to be right can be accepted: tls_sha256 in feeds.toml.",
    "connect": "The server cannot be reached. Is it down, or does this machine have no way to the network?",
    "protocol": "The answer is not proper HTTP. Is this the address of a web server?",
    "too_many_redirects": "The address redirects in a circle, or too often. Open it in a browser, and take the address it ends at.",
    "robots": "The site's robots.txt asks programs not to fetch this page.",
    "retry_later": "The host asked us to stay away for now. Try again later.",
    "http_401": "The server asks for a user name and password: write them into the address as ${NAME}, from the environment.",
    "http_403": "The server refuses us. It may refuse programs: say in network.contact who you are, or ask the publisher.",
    "http_404": "There is nothing at this address. Feeds move: try `tidings feeds find` with the site.",
    "http_410": "The server says that this feed is gone for good. Try `tidings feeds find` with the site.",
    "http_429": "The server says that we ask too often. Try again later; see every_m in feeds.toml.",
    "empty_body": "The answer is empty.",
    "not_a_feed": "The answer is no feed that we can read: neither RSS, Atom, JSON Feed nor a news sitemap.",
    "sitemap_index": "This is a list of sitemaps, which is not followed: configure the one that holds the news.",
    "sitemap_without_news": "This sitemap lists pages and does not say which are news: look for the site's news sitemap or a feed.",
    "parser_timeout": "Reading it took too long and was stopped (jail.cpu_s, jail.wall_s in settings.toml).",
    "parser_memory": "Reading it took too much memory and was stopped (jail.memory_mb in settings.toml).",
    "parser_output": "What was read from it is over the limit of one answer.",
    "parser_crash": "Reading it broke the reader. Nothing is harmed; please report the address.",
    "parser_error": "Reading it broke the reader. Nothing is harmed; please report the address.",
    "too_large_list": "The file is larger than 5 MB: split it.",
    "empty": "The file is empty.",
    "not_opml": "The file is no OPML: export the list of feeds from your reader as OPML.",
    "document_type": "The file declares a document type or entities, which no list of feeds needs: it is refused.",
    "too_deep": "Its folders are nested deeper than 100 levels, or outlines are not closed.",
    "too_many_outlines": "It holds more than 10,000 feeds or 50,000 outlines: split it.",
}
_WOULD = {
    "seen": "known already",
    "same_article": "not read again",
    "known": "would count as told, not be reported",
    "read": "its page would be read",
}
_WHY = {
    "older_than_first_window": "older than ingest.first_window_h, and the feed is new",
    "no_link": "it has no link: its own text counts",
}


def failure_sentence(reason: str, detail: str = "") -> str:
    """Say in a sentence why something gave nothing, and what to do."""
    status = reason.removeprefix("http_")
    said = _FAILURES.get(reason) or (f"The server answered with status {plain(status)}." if status != reason else plain(reason))
    if reason.startswith("http_5"):
        said += " The server is in trouble: try again later."
    return f"{said} ({plain(detail)})" if detail else said


def format_name(name: str) -> str:
    """Write feedparser's short name of a format as people do."""
    return _FORMATS.get(name, plain(name))


def check_lines(answer: Row) -> Iterator[str]:
    """Write what `feeds check` found out."""
    yield plain(answer["address"])
    if answer["configured"]:
        yield f"  in feeds.toml, publisher {plain(answer['publisher'])}"
    if answer["held"]:
        yield "  held: it seems to be another feed than before, and no run takes its entries until `tidings feeds accept`"
    if answer["moved_to"]:
        yield f"  moved for good: put this address into feeds.toml: {plain(answer['moved_to'])}"
    if answer["redirects"] and answer["final_address"] != answer["moved_to"]:
        yield f"  answered by {plain(answer['final_address'])}"
    if answer["feed"] is None:
        yield f"  {failure_sentence(answer['reason'], answer['detail'])}"
        if answer["html"]:
            yield f"  It is a web page. Its feeds: tidings feeds find {plain(answer['address'])}"
        return
    yield from _feed_lines(answer)
    for entry in answer["entries"]:
        yield from _entry_lines(entry)
    left = answer["feed"]["entries"] - len(answer["entries"])
    if left:
        yield f"{left} more entries: --all shows them"


def _feed_lines(answer: Row) -> Iterator[str]:
    feed = answer["feed"]
    yield f"  status {answer['status']}, {answer['bytes']} bytes, {format_name(feed['format'])}: {plain(feed['title']) or '(no title)'}"
    yield f"  language declared: {feed['language'] or 'none'}"
    yield f"  {feed['entries']} entries, {_span(feed['oldest'], feed['newest'])}"
    yield "  of these with " + ", ".join(f"{name} {count}" for name, count in feed["with"].items())
    if feed["cut"]:
        yield "  the document ends too early: the entries before the cut are read, the rest is lost"
    if feed["dropped"]:
        yield f"  {feed['dropped']} entries beyond the limit: the next polls read on from there"
    yield f"  {_validator_words(answer['validators'])}"
    if not feed["entries"]:
        yield "  the feed is empty: nothing would be read"
    if robots := answer["robots"]:
        said = "lets us read" if robots["allowed"] else "forbids, or could not be asked about (only the feed's own text would count):"
        yield f"  robots.txt {said} {plain(robots['address'])}" if robots["obeyed"] else "  robots.txt is not asked (network.robots)"


def _validator_words(row: Row) -> str:
    names = [name for name, value in (("ETag", row["etag"]), ("Last-Modified", row["last_modified"])) if value]
    if not names:
        return "no ETag and no Last-Modified: each poll fetches the whole feed"
    if row["status"] == 304:
        return f"{' and '.join(names)}: a second request is answered with 304, polls are cheap"
    said = f"status {row['status']}" if row["status"] else row["failure"]
    return f"{' and '.join(names)}, but a second request is answered with {said} instead of 304: each poll fetches the whole feed"


def _entry_lines(entry: Row) -> Iterator[str]:
    yield f"- {plain(entry['title']) or '(no title)'} ({_day(entry['published_at'])})"
    if entry["address"]:
        yield f"    {plain(entry['address'])}"
    why = _WHY.get(entry["why"], plain(entry["why"]))
    yield f"    {_WOULD[entry['would']]}" + (f": {why}" if why else "")
    for topic, words in entry["words"].items():
        enough = "" if words["enough"] else " (not enough by themselves)"
        yield f"    words of {topic} in the feed: {', '.join(map(plain, words['found']))}{enough}"
    if not entry["words"] and entry["page"] is None:
        yield "    no words of a topic in the feed: the page decides"
    if entry["page"] is not None:
        yield from _page_lines(entry["page"])


def _page_lines(page: Row) -> Iterator[str]:
    outcome = page["outcome"].replace("_", " ")
    said = f"{outcome}: {plain(page['reason'])}" if page["reason"] else outcome
    if "verdict" not in page:
        detail = f" ({plain(page['detail'])})" if page["detail"] else ""
        yield f"    page: {said}{detail}"
        return
    yield f"    page: {said}; {page['verdict']}, {page['characters']} characters, language {page['language'] or 'unknown'}"
    for topic, words in page.get("topics", {}).items():
        yield f"      {topic}: {', '.join(map(plain, words)) or '(by its title)'}"
    if page.get("statement"):
        yield f"      first statement: {plain(page['statement'])}"


def found_lines(answer: Row) -> Iterator[str]:
    """Write what `feeds find` found, and what was tried in vain."""
    page = answer["page"]
    if answer["https"]:
        yield f"https gave nothing ({answer['https']}), asked by http: what follows came unprotected"
    if page["failure"] or not 200 <= page["status"] < 300:
        yield f"{plain(answer['site'])}: {failure_sentence(page['failure'] or 'http_' + str(page['status']), page['detail'])}"
    for one in answer["feeds"]:
        known = " (in feeds.toml already)" if one["configured"] else ""
        yield f"{plain(one['address'])}{known}"
        if one["secret"]:
            yield "  it holds a key: write the address yourself, with ${NAME} in its place and the key in the environment"
        yield f"  {format_name(one['format'])}: {plain(one['title']) or '(no title)'}, {one['entries']} entries, newest {_day(one['newest'])}"
    for one in answer["tried"]:
        yield f"tried {plain(one['address'])}: {plain(one['why']).replace('_', ' ')}"
    if answer["untried"]:
        yield f"not tried, the page names too many: {', '.join(map(plain, answer['untried']))}"
    if not answer["feeds"]:
        yield f"no feed found at {plain(answer['site'])}"


def _span(oldest: datetime | None, newest: datetime | None) -> str:
    return f"dated {_day(oldest)} to {_day(newest)}" if oldest else "none with a date"


def _day(value: datetime | None) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC" if value else "no date"
