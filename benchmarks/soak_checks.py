"""Hold a soak's store against the promises: what changed after each run, everything once a simulated day."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from soak_doors import Ledger
from soak_news import BEGIN, WIRES, News, Report
from soak_web import CORRECTED, CORRECTED_AFTER

from tidings.model import Edition, EditionKind, Recipient, RunReport
from tidings.store.database import Connection, rows

LATE = timedelta(hours=8)  # a wire is asked every half hour, and the network comes back within two hours; asleep or killed a few more


@dataclass(slots=True)
class Promises:
    """Count what was checked, and keep what was found broken."""

    ledger: Ledger
    news: News
    recipients: Sequence[Recipient]
    checked: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    taken_until: datetime = BEGIN  # what wires reported by then has been looked for

    def _hold(self, promise: str, held: bool, what: str) -> None:
        self.checked[promise] += 1
        if not held:
            self.broken[promise] += 1
            if self.broken[promise] <= 5:
                self.examples.append(f"{promise}: {what}")

    # ------------------------------------------------------------ after each run

    def after_run(self, connection: Connection, report: RunReport, now: datetime) -> None:
        """Check that everything that entered left with one outcome; what the run recorded is in the exact words of what it stored."""
        self._hold("counts add up", sum(report.outcomes.values()) == report.entries, f"{now} {report.outcomes} of {report.entries}")
        waiting = rows(
            connection,
            "SELECT (SELECT count(*) FROM core.entries WHERE outcome = 'pending') AS entries,"
            " (SELECT count(*) FROM core.articles WHERE NOT decided) AS articles",
        )[0]
        self._hold("nothing is left undecided", waiting == {"entries": 0, "articles": 0}, f"{now} {waiting}")
        if report.developments:
            self._words(connection, report.run_id, now)

    def _words(self, connection: Connection, run_id: str, now: datetime) -> None:
        found = rows(
            connection,
            'SELECT s.text, a.text AS article, s."start" AS first, s."end" AS last, a.url, t.title, f.title AS headline FROM core.developments AS d'
            " JOIN core.statements AS s ON s.id = d.statement_id AND s.topic = d.topic JOIN core.articles AS a ON a.id = d.article_id"
            " JOIN core.stories AS t ON t.id = d.story_id JOIN core.articles AS f ON f.id = d.story_id WHERE d.run_id = $run",
            {"run": run_id},
        )
        for row in found:
            exact = row["article"][row["first"] : row["last"]] == row["text"]
            self._hold("exact words at their place", exact, f"{now} {row['url']}: {row['text']!r}")
            report = self.news.at(row["url"])
            known = report is not None and any(row["text"] in one for one in _said(report))
            self._hold("words that the world said", known, f"{now} {row['url']}: {row['text']!r}")
            self._hold(
                "headline is the first article's title", row["title"] == row["headline"], f"{now} {row['title']!r} {row['headline']!r}"
            )

    # ------------------------------------------------------------ after each composing

    def after_digest(self, connection: Connection, editions: Iterable[Edition]) -> None:
        """Check that each edition joins the one before, tells each reader what is owed once, and names the feeds that fail."""
        for edition in editions:
            recipient = next(one for one in self.recipients if one.name == edition.recipient)
            self._not_twice(edition)
            if edition.kind is EditionKind.SCHEDULED:
                self._window(connection, edition)
                self._no_gap(connection, edition, recipient)
                self._failing_named(connection, edition)

    def _not_twice(self, edition: Edition) -> None:
        for story in edition.stories:
            for one in story.developments:
                if not one.statement:
                    continue
                key = hashlib.sha256(f"{edition.recipient}\0{story.topic}\0{one.statement}".encode()).digest()[:12]
                at = edition.window_end.isoformat()
                fresh = self.ledger.db.execute(
                    "INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?)", (edition.recipient, story.topic, key, at)
                ).rowcount
                self._hold("no words twice to a reader", fresh == 1, f"{at} {edition.recipient} {one.kind} {one.url}: {one.statement!r}")

    def _window(self, connection: Connection, edition: Edition) -> None:
        before = rows(
            connection,
            "SELECT max(window_end) AS stop FROM core.editions WHERE recipient = $who AND kind = 'scheduled' AND id <> $id",
            {"who": edition.recipient, "id": edition.id},
        )[0]["stop"]
        self._hold("windows join", before == edition.window_start, f"{edition.recipient}: {before} and {edition.window_start}")

    def _no_gap(self, connection: Connection, edition: Edition, recipient: Recipient) -> None:
        untold = rows(
            connection,
            "SELECT count(*) AS n, min(recorded_at) AS first, any_value(kind) AS kind FROM core.developments WHERE list_contains($topics, topic)"
            " AND recorded_at <= $stop::TIMESTAMPTZ AND id NOT IN (SELECT development_id FROM core.told WHERE recipient = $who)",
            {"topics": list(recipient.topics), "stop": edition.window_end.isoformat(), "who": recipient.name},
        )[0]
        self._hold("no gap in what a reader is told", untold["n"] <= edition.left_count, f"{edition.window_end} {recipient.name}: {untold}")

    def _failing_named(self, connection: Connection, edition: Edition) -> None:
        failing = rows(connection, "SELECT shown_url FROM core.feeds WHERE configured AND failures_in_row > 0")
        cover = edition.coverage
        named = {one.shown_url for one in (*cover.feeds_failing, *cover.feeds_silent)}
        missing = [row["shown_url"] for row in failing if row["shown_url"] not in named]
        self._hold("failing feeds are named", not missing, f"{edition.window_end} {edition.recipient}: {missing[:3]}")

    # ------------------------------------------------------------ once a day

    def daily(self, connection: Connection, world: datetime, *, awake: bool = True) -> None:
        """Look through everything: nothing lost on the way in, nothing told twice, ids stay, windows cover once, deliveries at most once."""
        if awake:
            self._taken_in(connection, world)
        self._told_once(connection)
        self._ids_stay(connection)
        self._windows(connection)
        self._delivered(connection)
        self._all_words(connection)

    def _taken_in(self, connection: Connection, world: datetime) -> None:
        """Check that every fact that a wire reported is in the store in its words, and was judged; what came while asleep, later."""
        until = world - LATE
        for report in (
            one for day in range((self.taken_until - BEGIN).days - 2, (world - BEGIN).days + 1) for one in self.news.of_day(day)
        ):
            if report.feed >= WIRES or not self.taken_until < report.at <= until:
                continue
            for fact in report.facts:
                found = _judged(connection, fact) or _corrected_before(connection, report, fact)
                self._hold("what a wire says is taken in", found, f"{world} {report.url}: {fact!r}")
                self.checked[f"a wire's fact judged {found}"] += 1
        self.taken_until = until

    def _told_once(self, connection: Connection) -> None:
        twice = rows(connection, "SELECT recipient, development_id, count(*) AS n FROM core.told GROUP BY ALL HAVING n > 1 LIMIT 3")
        self._hold("a development is told once", not twice, str(twice))
        nowhere = rows(
            connection,
            "SELECT development_id FROM core.told WHERE development_id NOT IN (SELECT id FROM core.developments)"
            " AND development_id NOT IN (SELECT id FROM core.earlier_developments) LIMIT 3",
        )
        self._hold("what was told is in the store", not nowhere, str(nowhere))

    def _ids_stay(self, connection: Connection) -> None:
        for name in ("entries", "articles", "stories", "editions", "deliveries"):
            now = {row["id"] for row in rows(connection, f"SELECT id::VARCHAR AS id FROM core.{name}")}
            before = {id_ for (id_,) in self.ledger.db.execute("SELECT id FROM ids WHERE name = ?", (name,))}
            gone = before - now
            self._hold("ids stay", not gone, f"{name}: {len(gone)} gone, {sorted(gone)[:2]}")
            self._hold("ids are one each", len(now) == rows(connection, f"SELECT count(*) AS n FROM core.{name}")[0]["n"], name)
            self.ledger.db.execute("BEGIN")
            self.ledger.db.executemany("INSERT INTO ids VALUES (?, ?)", [(name, id_) for id_ in now - before])
            self.ledger.db.execute("COMMIT")

    def _windows(self, connection: Connection) -> None:
        for one in self.recipients:
            found = rows(
                connection,
                "SELECT window_start, window_end FROM core.editions WHERE recipient = $who AND kind = 'scheduled' ORDER BY window_end",
                {"who": one.name},
            )
            ends = [None, *(row["window_end"] for row in found)]
            self._hold("windows cover the time once", [row["window_start"] for row in found] == ends[:-1], one.name)

    def _delivered(self, connection: Connection) -> None:
        """Check that a message is taken once; a mail whose answer was lost twice at most; what the books call sent was taken."""
        taken: Counter[tuple[str, str]] = Counter()
        for channel, digest, unsure in self.ledger.db.execute("SELECT channel, digest, sum(unsure) FROM accepted GROUP BY channel, digest"):
            count = self.ledger.db.execute("SELECT count(*) FROM accepted WHERE channel = ? AND digest = ?", (channel, digest)).fetchone()[
                0
            ]
            taken[channel, digest] = count
            self._hold(
                "delivered at most once",
                count == 1 or (channel == "email" and count == 2),
                f"{channel} {digest[:8]}: {count}, {unsure} unsure",
            )
        sent = rows(
            connection,
            "SELECT id::VARCHAR AS id, channel, sha256(payload) AS digest FROM core.deliveries WHERE state = 'sent' AND channel <> 'file'",
        )
        for row in sent:
            self._hold("what is sent was taken", taken[row["channel"], row["digest"]] > 0, row["id"])

    def _all_words(self, connection: Connection) -> None:
        wrong = rows(
            connection,
            "SELECT a.url, s.text FROM core.statements AS s JOIN core.articles AS a ON a.id = s.article_id AND a.version_id = s.version_id"
            ' WHERE substring(a.text, s."start" + 1, s."end" - s."start") <> s.text LIMIT 3',
        )
        self._hold("all statements stand at their place", not wrong, str(wrong))


def _said(report: Report) -> tuple[str, ...]:
    """Return all that a report ever says."""
    return (report.title, *report.paragraphs, *(report.corrected or ()), CORRECTED)


def _judged(connection: Connection, words: str) -> bool:
    [found] = rows(connection, "SELECT any_value(decision) AS said FROM core.statements WHERE text = $words", {"words": words})
    return bool(found["said"])


def _corrected_before(connection: Connection, report: Report, fact: str) -> bool:
    """Tell whether the page already said something else when it was first read, after a sleep, and that was judged."""
    if report.corrected is None or fact != report.corrected[0]:
        return False
    [page] = rows(connection, "SELECT min(first_seen_at) AS at FROM core.articles WHERE url = $url", {"url": report.url})
    return page["at"] is not None and page["at"] - report.at > CORRECTED_AFTER and _judged(connection, report.corrected[1])
