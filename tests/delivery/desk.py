"""Make a desk of three readers whose editions are composed and wait, and call the command line on it."""

import json
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from tidings import ids
from tidings.cli import call
from tidings.config import load
from tidings.model import DeliveryState
from tidings.pipeline.digest import compose_due
from tidings.store import outbox, runs
from tidings.store.database import insert_rows, open_store, transaction

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
NAMES = ("one", "two", "three")
USER, PASSWORD = "desk-login", "canary-mail-83aa61"
TOPICS = '[[topic]]\nname = "idlib"\ntitle = "Idlib"\n[topic.names]\nen = ["Idlib"]\n'
FEED = '[[feed]]\nurl = "https://wire.example/rss"\npublisher = "Wire"\nlanguage = "en"\n'
MAIL = """
[email]
host = "127.0.0.1"
port = {port}
security = "{security}"
from = "tidings@desk.example"
timeout_s = {timeout_s}
{more}
"""
READER = '[[recipient]]\nname = "{name}"\nchannel = "{channel}"\nat = "06:00"\ntime_zone = "UTC"\n{where}\n'


@dataclass(frozen=True)
class Said:
    """Hold what a command said."""

    code: int
    out: str

    @property
    def json(self):
        return json.loads(self.out)


@dataclass(frozen=True)
class Desk:
    """Hold a folder with a configuration and a store."""

    folder: Path

    @property
    def config(self):
        return self.folder / "config"

    @property
    def data(self):
        return self.folder / "data"

    @property
    def settings(self):
        return load(self.config, os.environ)

    def __call__(self, *words):
        """Call a command in this process."""
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = call([*words, "--config", str(self.config)])
        assert "Traceback" not in err.getvalue()
        return Said(code, out.getvalue())

    def deliver(self, at=timedelta(0)):
        """Call `tidings deliver` at a time after the editions were composed."""
        return self("deliver", "--now", (NOW + at).isoformat())

    def rows(self):
        """Return the whole outbox."""
        with open_store(self.data, 10) as connection:
            return outbox.load(connection, DeliveryState)

    def copied(self, folder):
        """Return a desk of one's own in the same state."""
        shutil.copytree(self.folder, folder)
        return Desk(folder)


def write(desk, channels, data="data"):
    """Write the configuration; `channels` is the whole channels.toml."""
    desk.config.mkdir(parents=True, exist_ok=True)
    desk.config.joinpath("seeds").mkdir(exist_ok=True)
    settings = f'[store]\ndata = "{data}"\nwait_s = 30\n\n[recording]\nkeep = false\n\n[schedule]\nexpected = false\n'
    files = {"settings.toml": settings, "feeds.toml": FEED, "topics.toml": TOPICS, "channels.toml": channels, "seeds.toml": ""}
    for name, text in files.items():
        desk.config.joinpath(name).write_text(text, encoding="utf-8")


def by_mail(port, security="none", timeout_s=5, names=NAMES, more=""):
    """Return a channels.toml with readers by mail."""
    readers = (READER.format(name=name, channel="email", where=f'address = "{name}@news.example"') for name in names)
    return MAIL.format(port=port, security=security, timeout_s=timeout_s, more=more) + "\n".join(readers)


def by_slack(desk, base, *, bot=False, timeout_s=5, names=NAMES):
    """Return a channels.toml with readers on Slack, and write the secrets it names."""
    desk.config.mkdir(parents=True, exist_ok=True)
    (desk.config / "token").write_text("xoxb-canary-5e2d91")
    head = f'[slack]\napi = "{base}/api"\ntimeout_s = {timeout_s}\n' + ('token_file = "token"\n' if bot else "")
    readers = []
    for name in names:
        (desk.config / f"webhook_{name}").write_text(f"{base}/services/T0CANARY/B0CANARY/{name}")
        where = f'slack_channel = "C0{name.upper()}"' if bot else f'webhook_file = "webhook_{name}"'
        readers.append(READER.format(name=name, channel="slack", where=where))
    return head + "\n".join(readers)


def record(data, number=1, at=NOW - timedelta(hours=1)):
    """Record an article with one development, as a run of ingest would."""
    url, text = f"https://wire.example/{number}", f"Report {number}: the road to the camp in Idlib is shut."
    article, statement = ids.article_id(url), ids.statement_id(ids.article_id(url), text, 0)
    version = ids.version_id(article, text)
    with open_store(data, 10) as con, transaction(con):
        insert_rows(
            con, "core.articles",
            ("id", "seed_id", "version_id", "url", "title", "text", "publisher", "origin", "language", "authors", "published_at", "verdict", "correction",
             "fetched_at", "first_seen_at", "reported_at", "text_hash", "decided", "story_id", "run_id"),
            [(article, "", version, url, f"Road shut, report {number}", text, "wire.example", "wire.example", "en", [], at, "full", False, at, at, at,
              url, True, article, "r")],
        )  # fmt: skip
        insert_rows(con, "core.stories", ("id", "title", "topics", "seeded", "first_seen_at", "last_seen_at"),
                    [(article, f"Road shut, report {number}", ["idlib"], False, at, at)])  # fmt: skip
        insert_rows(
            con, "core.statements",
            ("id", "topic", "article_id", "version_id", "text", "start", "end", "position", "event_date", "place", "decision", "reason", "evidence",
             "against_id", "first_seen_at", "decided_at", "run_id"),
            [(statement, "idlib", article, version, text, 0, len(text), 0, "", "", "development", "", "", None, at, at, "r")],
        )  # fmt: skip
        insert_rows(
            con, "core.developments",
            ("id", "topic", "kind", "story_id", "article_id", "statement_id", "origin", "warning", "recorded_at", "run_id"),
            [(ids.development_id("idlib", "new_statement", statement), "idlib", "new_statement", article, article, statement, "", "", at, "r")],
        )  # fmt: skip


def begin(folder, channels):
    """Make a desk with a store that an ingest has filled, and nothing composed. `channels` is given the desk."""
    desk = Desk(folder)
    write(desk, channels(desk))
    with open_store(desk.data, 10) as con:
        runs.begin(con, "r", "ingest", NOW - timedelta(days=30))
        runs.end(con, "r", NOW - timedelta(days=30), "done", "{}")
    record(desk.data)
    return desk


def composed(folder, channels):
    """Make a desk whose editions are composed and wait."""
    desk = begin(folder, channels)
    assert len(compose_due(desk.data, desk.settings, NOW)) == len(NAMES)
    return desk
