"""Measure what the archive site costs: a made-up store, the first writing, one with nothing new, and one after another day of news.

`python benchmarks/site.py [--developments N]` prints a table; nothing is fetched, all texts are made up.
"""

import argparse
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from tidings import ids
from tidings.config.models import Digest, Site, Store
from tidings.model import Recipient, Topic
from tidings.pipeline.site import site_folder, write_site
from tidings.pipeline.site_files import SiteReport
from tidings.store.database import insert_rows, open_store, transaction
from tidings.store.publish import publish

FIRST = datetime(2020, 1, 1, 6, tzinfo=UTC)
TOPICS = ("idlib", "libya", "xinjiang")
A_STORY, AN_ARTICLE, A_DAY = 6, 3, 120  # developments
WORDS = (
    "aid",
    "convoy",
    "reached",
    "camp",
    "north",
    "road",
    "families",
    "shelling",
    "ceasefire",
    "talks",
    "officials",
    "border",
    "hospital",
    "water",
)


def main() -> None:
    """Build, write three times, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--developments", type=int, default=10_000)
    count = parser.parse_args().developments
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        recipient = Recipient("desk", "file", TOPICS, ("06:00",), "UTC", "send")
        topics = tuple(Topic(one, one.title(), (one,), ()) for one in TOPICS)
        settings = SimpleNamespace(
            data=data, folder=data / "config", store=Store(), digest=Digest(), site=Site(), recipients=(recipient,), topics=topics
        )
        fill(data, 0, count)
        rows = [("first writing", *timed(settings)), ("nothing new", *timed(settings))]
        fill(data, count, count + A_DAY)
        rows.append(("a day more", *timed(settings)))
        size = sum(file.stat().st_size for file in site_folder(settings).rglob("*") if file.is_file())
        print(f"{count:,} developments; the site has {size / 1e6:.1f} MB")
        print("| | seconds | written | unchanged |\n|---|---|---|---|")
        for what, seconds, report in rows:
            print(f"| {what} | {seconds:.2f} | {report.written:,} | {report.unchanged:,} |")


def timed(settings: SimpleNamespace) -> tuple[float, SiteReport]:
    """Write the site; return how long it took and what it did."""
    start = time.process_time()
    report = write_site(settings)
    return time.process_time() - start, report


def fill(data: Path, first: int, last: int) -> None:
    """Record developments `first` to `last` with their stories, articles, figures and editions, as runs would have."""
    tables: dict[str, list[tuple]] = {
        name: [] for name in ("articles", "stories", "statements", "developments", "figures", "editions", "told")
    }
    for number in range(first, last):
        place(tables, number)
    with open_store(data, 10) as connection, transaction(connection):
        for name, rows in tables.items():
            insert_rows(connection, f"core.{name}", COLUMNS[name], rows)
        if not first:
            insert_rows(connection, "core.topics", ("name", "title", "first_seen_at"), [(one, one.title(), FIRST) for one in TOPICS])
    with open_store(data, 10) as connection:
        publish(connection, data)


def place(tables: dict[str, list[tuple]], number: int) -> None:
    """Add one development, and what it is the first of."""
    at = FIRST + timedelta(days=number // A_DAY, minutes=number % A_DAY)
    url = f"https://publisher{number // AN_ARTICLE % 40}.example/news/{number // AN_ARTICLE}"
    article, topic = ids.article_id(url), TOPICS[number // A_STORY % 3]
    story = ids.article_id(
        f"https://publisher{number // A_STORY * A_STORY // AN_ARTICLE % 40}.example/news/{number // A_STORY * A_STORY // AN_ARTICLE}"
    )
    text = f"In case {number} " + " ".join(WORDS[(number * 7 + each * 3) % len(WORDS)] for each in range(22)) + "."
    statement = ids.statement_id(article, text, 0)
    kind = "new_story" if number % A_STORY == 0 else "changed_figure" if number % 5 == 0 else "new_statement"
    development = ids.development_id(topic, kind, statement)
    if number % AN_ARTICLE == 0:
        title = f"Report {number // AN_ARTICLE} of what happened in {topic.title()}"
        tables["articles"].append(
            (article, "", ids.version_id(article, url), url, title, text * 9, f"Publisher {number // AN_ARTICLE % 40}", f"Publisher {number // AN_ARTICLE % 40}",
             "en", [], at, "full", False, at, at, at, url, True, story, "r")
        )  # fmt: skip
    if number % A_STORY == 0:
        tables["stories"].append((story, f"Story {number // A_STORY} of {topic.title()}", [topic], False, at, at))
    tables["statements"].append(
        (
            statement,
            topic,
            article,
            ids.version_id(article, url),
            text,
            0,
            len(text),
            number % AN_ARTICLE,
            "",
            "",
            "development",
            "",
            "",
            None,
            at,
            at,
            "r",
        )
    )
    tables["developments"].append((development, topic, kind, story, article, statement, "", "", at, "r"))
    if number % 4 == 0:
        figure = (
            statement,
            topic,
            "killed" if number % 8 else "displaced",
            float(number % 90 + 2),
            float(number % 90 + 2),
            "at_least",
            "people",
        )
        tables["figures"].append((ids.make_id("figure", statement), *figure, "", "", "", str(number % 90 + 2), 0, 2, at))
    edition = ids.make_id("edition", str(number // A_DAY))
    if number % A_DAY == 0:
        start = at - timedelta(days=1) if number else None
        tables["editions"].append(
            (edition, "desk", list(TOPICS), start, at + timedelta(hours=23), A_DAY, False, 0, "composed", at, "scheduled", [])
        )
    tables["told"].append((edition, development, "desk", number % A_DAY))


COLUMNS = {
    "articles": ("id", "seed_id", "version_id", "url", "title", "text", "publisher", "origin", "language", "authors", "published_at", "verdict", "correction",
                 "fetched_at", "first_seen_at", "reported_at", "text_hash", "decided", "story_id", "run_id"),
    "stories": ("id", "title", "topics", "seeded", "first_seen_at", "last_seen_at"),
    "statements": ("id", "topic", "article_id", "version_id", "text", "start", "end", "position", "event_date", "place", "decision", "reason", "evidence",
                   "against_id", "first_seen_at", "decided_at", "run_id"),
    "developments": ("id", "topic", "kind", "story_id", "article_id", "statement_id", "origin", "warning", "recorded_at", "run_id"),
    "figures": ("id", "statement_id", "topic", "measure", "value_low", "value_high", "qualifier", "of", "unit", "as_of", "said_by", "words", "start", "end",
                "first_seen_at"),
    "editions": ("id", "recipient", "topics", "window_start", "window_end", "development_count", "folded", "known_count", "state", "composed_at",
                 "kind", "languages"),
    "told": ("edition_id", "development_id", "recipient", "position"),
}  # fmt: skip

if __name__ == "__main__":
    main()
