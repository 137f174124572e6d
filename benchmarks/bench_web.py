"""Make the web of `make bench`: real-size pages that all differ, on disk, and the server that plays their sites on one loopback port.

Each page is one of TIDINGS_DATA/pages (English, or no language stated) with its markup as it is. Its running text is replaced by
sentences drawn from all of them, with other figures, so that no two pages are copies; a share gets configured terms into the title and
every 16th sentence: six or seven of its article, as real articles on a topic have (6.2 on average, 18 at most, in 190 of TIDINGS_DATA/copies). All of it follows from the seed. Without TIDINGS_DATA the pages are made up. `python bench_web.py FOLDER` serves.
"""

import asyncio
import gzip
import hashlib
import json
import os
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from pathlib import Path

from loopback import LOOPBACK, Item, write_rss

from tidings.evaluation.measures import read_rows
from tidings.evaluation.page_sets import read_bodies

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
EACH = 16  # sentences of a page on topic for one that names it
COUNTS_HOST = "counts.example"  # asked for what was served since the last such question
TERMS = ("Idlib", "Libya", "Xinjiang")  # of config/topics.toml; each overrules what rules a passage out
_ALL_TERMS = re.compile(r"idl[ie]b|saraqib|syria|libya|tripoli|benghazi|xinjiang|uyg?h?ur|kashgar", re.IGNORECASE)
_HIDDEN = re.compile(r"<(script|style|noscript|template)\b.*?</\1\s*>|<!--.*?-->|<title.*?</title>", re.IGNORECASE | re.DOTALL)
_BODY_IN_DATA = re.compile(r'"articleBody"\s*:\s*"(?:[^"\\]|\\.)*"')
_RUNNING = re.compile(r">([^<>]{60,})<")  # text between two tags that is long enough to be a sentence
_HEADING = re.compile(r"<h1\b[^>]*>(?:\s*<[^>]+>)*\s*([^<]{10,}?)\s*<", re.IGNORECASE)
_DAY = re.compile(
    r"\b(?:19|20)\d\d-[01]\d-[0-3]\d\b"
)  # what a page dates itself by: old ones would all count as known before the first run
_TITLE = re.compile(r"<title[^>]*>\s*(.*?)\s*</title>", re.IGNORECASE | re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_LEVEL = 4  # of gzip: between what servers send on the fly and what they keep


@dataclass(frozen=True, slots=True)
class Place:
    """Say where a page stands and what its feed says of it."""

    url: str
    host: str
    target: str
    feed: int
    title: str
    on_topic: bool
    file: str


def templates() -> list[str]:
    """Return the pages that all others are made of, without the text that some repeat in their data."""
    if "TIDINGS_DATA" not in os.environ:
        return [_made_up(number) for number in range(40)]
    found = []
    for path in sorted((Path(os.environ["TIDINGS_DATA"]) / "pages").glob("*.tar.gz")):
        for row, body in read_bodies(path, list(read_rows(path))):
            if (row["language"] or "en").lower().startswith("en"):
                try:
                    found.append(_DAY.sub(f"{NOW:%Y-%m-%d}", _BODY_IN_DATA.sub('"articleBody":""', body.decode("utf-8"))))
                except UnicodeDecodeError:
                    continue  # a drawn sentence must be writable in it
    return found


def _made_up(number: int) -> str:
    chance = random.Random(number)
    words = (
        "harbour",
        "storm",
        "ship",
        "pilot",
        "crane",
        "quay",
        "rope",
        "tide",
        "bridge",
        "lamp",
        "engineer",
        "captain",
        "ferry",
        "cargo",
        "light",
        "anchor",
        "council",
        "vote",
        "water",
    )
    said = lambda: " ".join(chance.choices(words, k=18)).capitalize() + f" {chance.randrange(900)}."  # noqa: E731
    menu = "".join(f'<li class="menu-entry level-{n % 3}"><a href="/section/{n}">{chance.choice(words)} {n}</a></li>' for n in range(300))
    text = "".join(f"<p>{said()} {said()} {said()}</p>" for _ in range(14))
    return (
        f"<html lang=en><head><title>{said()}</title></head><body><nav><ul>{menu}</ul></nav>"
        f"<article><h1>Report {number} of it</h1>{text}</article></body></html>"
    )


class Writer:
    """Write pages by number; the same seed writes the same pages."""

    def __init__(self, share: float, seed: int = 5) -> None:
        self._share = share
        self._seed = seed
        self._templates = templates()
        self._pool = sorted({one for page in self._templates for one in _sentences(page)})

    def page(self, number: int) -> tuple[str, str, bool]:
        """Return a page, its title, and whether it is on topic."""
        chance = random.Random(f"{self._seed} {number}")
        template = self._templates[number % len(self._templates)]
        on_topic = chance.random() < self._share
        term = TERMS[number % len(TERMS)]
        words = self._pool[chance.randrange(len(self._pool))].split()[:9]
        title = " ".join([f"{term}:" if on_topic else "Report:", *words, str(number)])
        count = 0

        def other(found: re.Match[str]) -> str:
            nonlocal count
            length, said = len(found[1]), []
            while sum(map(len, said)) < length * 0.9:
                count += 1
                sentence = re.sub(r"\d", lambda _: str(chance.randrange(1, 10)), chance.choice(self._pool))
                said.append(f"In {term}, {sentence}" if on_topic and count % EACH == 1 else sentence)
            return f">{escape(' '.join(said), quote=False)}<"

        text = _outside_hidden(template, other)
        heading = _HEADING.search(template) or _TITLE.search(template)
        if heading:
            text = text.replace(heading[1], escape(title))
        return _TITLE.sub(lambda _: f"<title>{escape(title)}</title>", text, count=1), title, on_topic


def _outside_hidden(page: str, other: Callable[[re.Match[str]], str]) -> str:
    """Replace running text, but not in scripts, styles and comments."""
    parts, at = [], 0
    for hidden in _HIDDEN.finditer(page):
        parts += [_RUNNING.sub(other, page[at : hidden.start()]), hidden[0]]
        at = hidden.end()
    return "".join([*parts, _RUNNING.sub(other, page[at:])])


def _sentences(page: str) -> Iterator[str]:
    for found in _RUNNING.finditer(_HIDDEN.sub(" ", page)):
        for one in _SENTENCE_END.split(" ".join(unescape(found[1]).split())):
            if 40 <= len(one) <= 400 and one[0].isupper() and one[-1] in ".!?" and not _ALL_TERMS.search(one):
                yield one


def write_web(folder: Path, count: int, feeds: int, hosts: int, share: float) -> list[Place]:
    """Write `count` pages and their list into the folder; return the list."""
    folder.mkdir(parents=True)
    writer, places = Writer(share), []
    for number in range(count):
        text, title, on_topic = writer.page(number)
        feed = number % feeds
        host, target, file = f"site{feed % hosts}.example", f"/2026/{number}.html", f"{number}.gz"
        (folder / file).write_bytes(gzip.compress(text.encode(), _LEVEL, mtime=0))
        places.append(Place(f"http://{host}{target}", host, target, feed, title, on_topic, file))
    listed = [[getattr(one, name) for name in Place.__slots__] for one in places]
    (folder / "places.json").write_text(json.dumps({"feeds": feeds, "hosts": hosts, "places": listed}), "utf-8")
    return places


def read_web(folder: Path) -> tuple[int, int, list[Place]]:
    """Return the number of feeds and hosts, and the pages."""
    listed = json.loads((folder / "places.json").read_text("utf-8"))
    return listed["feeds"], listed["hosts"], [Place(*one) for one in listed["places"]]


def feed_urls(feeds: int, hosts: int) -> list[tuple[str, str]]:
    """Return host and address of each feed."""
    return [(host, f"http://{host}/feed{one}.xml") for one in range(feeds) for host in [f"site{one % hosts}.example"]]


class Sites:
    """Answer requests; count them and what was sent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        feeds, hosts, places = read_web(folder)
        self._files = {(one.host, one.target): one.file for one in places}
        shown: list[list[Item]] = [[] for _ in range(feeds)]
        for place in places:
            shown[place.feed].append(Item(place.url, place.title, "", NOW - timedelta(hours=1)))
        self._feeds = {
            tuple(url.removeprefix("http://").partition("/")[::2]): gzip.compress(write_rss(host, items), _LEVEL, mtime=0)
            for (host, url), items in zip(feed_urls(feeds, hosts), shown, strict=True)
        }
        self._counts = {"requests": 0, "connections": 0, "bytes": 0, "not_modified": 0}

    async def attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer on one connection until the other side ends it."""
        self._counts["connections"] += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
                answer = self._answer(headers.get("host", "").partition(":")[0], head[0].split()[1], headers)
                writer.write(answer)
                await writer.drain()
                if headers.get("connection", "").lower() == "close":
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, host: str, target: str, headers: dict[str, str]) -> bytes:
        if host == COUNTS_HOST:
            body, self._counts = json.dumps(self._counts).encode(), dict.fromkeys(self._counts, 0)
            self._counts["connections"] = 0
            return _written(200, "application/json", body)
        answer = self._of_site(host, target, headers)
        self._counts["requests"] += 1
        self._counts["bytes"] += len(answer)
        return answer

    def _of_site(self, host: str, target: str, headers: dict[str, str]) -> bytes:
        if target == "/robots.txt":
            return _written(200, "text/plain", b"User-agent: *\nAllow: /\n")
        if feed := self._feeds.get((host, target.removeprefix("/"))):
            kind, body = "application/rss+xml", feed
        elif file := self._files.get((host, target)):
            kind, body = "text/html; charset=utf-8", (self._folder / file).read_bytes()
        else:
            return _written(404, "text/plain", b"nothing here\n")
        etag = f'ETag: "{hashlib.blake2b(body, digest_size=8).hexdigest()}"\r\n'
        if headers.get("if-none-match") == etag[6:-2]:
            self._counts["not_modified"] += 1
            return _written(304, kind, None, etag)
        if "gzip" not in headers.get("accept-encoding", ""):
            return _written(200, kind, gzip.decompress(body), etag)
        return _written(200, kind, body, etag + "Content-Encoding: gzip\r\n")


def _written(status: int, kind: str, body: bytes | None, more: str = "") -> bytes:
    length = "" if body is None else f"Content-Length: {len(body)}\r\n"
    return f"HTTP/1.1 {status} said\r\nContent-Type: {kind}\r\n{more}{length}\r\n".encode() + (body or b"")


async def serve(folder: Path) -> None:
    """Serve the folder; print the port."""
    server = await asyncio.start_server(Sites(folder).attend, LOOPBACK, 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


def main(words: Sequence[str] | None = None) -> None:
    """Serve until the process is ended."""
    (folder,) = sys.argv[1:] if words is None else words
    asyncio.run(serve(Path(folder)))


if __name__ == "__main__":
    main()
