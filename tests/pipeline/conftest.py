"""Fill a store with a made-up story, as ingest would, and make settings up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tidings import ids
from tidings.config import Slack
from tidings.config.models import Digest, Site
from tidings.model import Recipient, Topic
from tidings.store import runs
from tidings.store.database import insert_rows, open_store, transaction

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
STORE = SimpleNamespace(wait_s=10.0)
RECORDING = SimpleNamespace(keep=False)


def recipient(name="desk", **more):
    """Make a recipient of all topics, by file, every day at 07:00 in UTC."""
    values = {"channel": "file", "topics": ("idlib", "libya"), "at": ("07:00",), "time_zone": "UTC", "when_empty": "send"}
    return Recipient(name=name, **{**values, **more})


def settings(data, *recipients, email=None):
    """Make the part of the settings that digests and deliveries read."""
    topics = tuple(Topic(name, title, (title,), ()) for name, title in (("idlib", "Idlib"), ("libya", "Libya")))
    return SimpleNamespace(
        data=data,
        store=STORE,
        recording=RECORDING,
        recipients=recipients or (recipient(),),
        email=email,
        slack=Slack(),
        topics=topics,
        site=Site(),
        folder=data / "config",
        digest=Digest(),
    )


class Writer:
    """Record articles with developments as a run of ingest would."""

    def __init__(self, folder):
        self.folder = folder

    def article(self, url, statements, at, topic="idlib", kind="new_statement", story=None, **more):
        """Record an article whose statements are all developments of one kind; return (article id, development ids)."""
        article = ids.article_id(url)
        story = story or article
        values = {
            "title": f"Report at {url}",
            "publisher": "harbour.example",
            "language": "en",
            "recorded_at": at,
            "figures": {},
            "replaces": {},
            **more,
        }
        developments = []
        with open_store(self.folder, 10) as con, transaction(con):
            insert_rows(
                con, "core.articles",
                ("id", "seed_id", "version_id", "url", "title", "text", "publisher", "origin", "language", "authors", "published_at", "verdict", "correction",
                 "fetched_at", "first_seen_at", "reported_at", "text_hash", "decided", "story_id", "run_id"),
                [(article, "", ids.version_id(article, url), url, values["title"], " ".join(statements), values["publisher"], values["publisher"],
                  values["language"], [], at, "full", False, at, at, at, url, True, story, "r")],
            )  # fmt: skip
            if story == article:
                insert_rows(con, "core.stories", ("id", "title", "topics", "seeded", "first_seen_at", "last_seen_at"),
                            [(story, values["title"], [topic], False, at, at)])  # fmt: skip
            for position, text in enumerate(statements):
                statement = ids.statement_id(article, text, 0)
                insert_rows(
                    con, "core.statements",
                    ("id", "topic", "article_id", "version_id", "text", "start", "end", "position", "event_date", "place", "decision", "reason", "evidence",
                     "against_id", "first_seen_at", "decided_at", "run_id"),
                    [(statement, topic, article, ids.version_id(article, url), text, 0, len(text), position, "", "", "development", "", "",
                      values["replaces"].get(text), at, at, "r")],
                )  # fmt: skip
                for words, value in values["figures"].get(text, ()):
                    insert_rows(
                        con, "core.figures",
                        ("id", "statement_id", "topic", "measure", "value_low", "value_high", "qualifier", "of", "unit", "as_of", "said_by", "words", "start", "end", "first_seen_at"),
                        [(ids.make_id("figure", statement, words), statement, topic, "killed", value, value, "exact", "people", "", "", "", words, 0, len(words), at)],
                    )  # fmt: skip
                developments.append(ids.development_id(topic, kind, statement))
                insert_rows(
                    con, "core.developments",
                    ("id", "topic", "kind", "story_id", "article_id", "statement_id", "origin", "warning", "recorded_at", "run_id"),
                    [(developments[-1], topic, kind, story, article, statement, "", values.get("warning", ""), values["recorded_at"], "r")],
                )  # fmt: skip
        return article, developments


@pytest.fixture
def asked(tmp_path):
    """Make a store whose feeds an ingest has asked once."""
    with open_store(tmp_path, 10) as con:
        runs.begin(con, "r", "ingest", NOW - timedelta(days=30))
        runs.end(con, "r", NOW - timedelta(days=30), "done", "{}")


@pytest.fixture
def writer(tmp_path):
    """Give a writer of a fresh store."""
    return Writer(tmp_path)


@pytest.fixture
def world():
    """Give what makes settings and recipients up, and the time it is."""
    return SimpleNamespace(now=NOW, recipient=recipient, settings=settings, hour=timedelta(hours=1), day=timedelta(days=1), replace=replace)
