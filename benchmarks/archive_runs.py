"""Do what a run does with the store, with made-up feeds and pages: the material of archive_scale.py."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from archive_store import LAST_AT, TOPICS

from tidings import ids
from tidings.model import (
    Article,
    Decision,
    Delivery,
    DeliveryState,
    Development,
    DuplicateLink,
    Entry,
    FeedState,
    Figure,
    Fingerprint,
    Id,
    Kind,
    Novelty,
    Recipient,
    Relation,
    Statement,
    Topic,
    Verdict,
)
from tidings.pipeline.run import Batches
from tidings.stages.compose import compose
from tidings.store import decisions, editions, outbox, pages, polls, runs
from tidings.store.database import Connection, open_store, rows, transaction
from tidings.store.known_entries import known_entries
from tidings.store.pages import Looked, Read
from tidings.store.record import record_decisions
from tidings.store.tracked import count_publication
from tidings.store.windows import last_window_end

GIVING, SHOWN, NEW, ON_TOPIC = 170, 30, 250, 100
READERS = tuple(Recipient(f"reader{n}", "file", (TOPICS[n % 6], TOPICS[(n * 5 + 1) % 6]), (), "UTC", "send") for n in range(8))


@dataclass(frozen=True, slots=True)
class Material:
    """Hold what the world would give one run."""

    number: int
    now: datetime
    shown: dict[Id, tuple[Entry, ...]]  # what each feed that gives anything shows: known entries and new ones
    hashes: dict[Id, str]  # of what the known entries say
    feeds: tuple[Id, ...]
    near: tuple[Id, ...]  # articles that the new ones are compared with
    stories: tuple[Id, ...]
    texts: tuple[str, ...]


def prepare(connection: Connection, count: int) -> list[Material]:
    """Make the material of some runs, from what the store knows of the last days."""
    chance = random.Random(3)
    feeds = [row["id"] for row in rows(connection, "SELECT id FROM core.feeds ORDER BY id")]
    known = rows(
        connection,
        """SELECT id, feed_id, guid, url, title, summary, content, published_at, language, authors, content_hash FROM core.entries
        WHERE first_seen_at > $since QUALIFY row_number() OVER (PARTITION BY feed_id ORDER BY first_seen_at DESC, id) <= $most""",
        {"since": LAST_AT - timedelta(days=13), "most": SHOWN},
    )
    of_feed: dict[Id, list[Entry]] = {}
    hashes = {row["id"]: row.pop("content_hash") for row in known}
    for row in known:
        of_feed.setdefault(row["feed_id"], []).append(Entry(**row | {"authors": tuple(row["authors"])}))
    near = [
        row["id"]
        for row in rows(connection, "SELECT id FROM core.articles WHERE first_seen_at > ? ORDER BY id", [LAST_AT - timedelta(days=13)])
    ]
    texts = [row["text"] for row in rows(connection, "SELECT text FROM core.articles ORDER BY first_seen_at DESC, id LIMIT 200")]
    stories = [row["id"] for row in rows(connection, "SELECT id FROM core.stories ORDER BY first_seen_at DESC, id LIMIT 500")]
    made = []
    count_publication(connection)  # of what the store holds already
    for number in range(count):
        giving = chance.sample(feeds, GIVING)
        shown = {feed: [*of_feed.get(feed, ())] for feed in giving}
        for one in range(NEW):
            feed = giving[one % GIVING]
            shown[feed].append(entry_of(feed, number, one, chance))
        now = LAST_AT + timedelta(minutes=30 * (number + 1))
        listed = {feed: tuple(entries[-SHOWN:]) for feed, entries in shown.items()}
        made.append(
            Material(
                number, now, listed, hashes, tuple(feeds), tuple(chance.sample(near, 500)), tuple(chance.sample(stories, 60)), tuple(texts)
            )
        )
    return made


def entry_of(feed: Id, number: int, one: int, chance: random.Random) -> Entry:
    """Make a new entry of a feed."""
    url = f"https://news.example/{number}/{one}-{chance.randrange(10**9)}"
    published = LAST_AT + timedelta(minutes=30 * number)
    return Entry(ids.entry_id(feed, url, url, "", ""), feed, url, url, f"Title {number} {one}", "Summary of it. " * 15, "", published, "en")


class RunOf:
    """Do the steps of one run; each opens the store as the product does."""

    def __init__(self, folder: Path, material: Material) -> None:
        self.folder, self.given, self.now = folder, material, material.now
        self.id = f"run-{material.number}-{material.now:%H%M}"

    def begin(self) -> None:
        """Begin a run and make its feeds and topics known."""
        with open_store(self.folder, 10) as connection:
            runs.begin(connection, self.id, "ingest", self.now)
            topics = [Topic(name, name.title(), (name,), ()) for name in TOPICS]
            polls.record_configuration(connection, [], topics, self.now)
            connection.execute("UPDATE core.feeds SET configured = true")

    def poll(self) -> None:
        """Record polls of all feeds, batch by batch."""
        with open_store(self.folder, 10) as connection:
            states = polls.feed_states(connection)
        for batch in self._batches():
            with open_store(self.folder, 10) as connection:
                entries = {feed: self.given.shown.get(feed, ()) for feed in batch}
                found = known_entries(connection, [one for some in entries.values() for one in some])
                known = {one.id: one.content_hash for of_feed in found.values() for one in of_feed}
                done = [(self._polled(states[feed], entries[feed]), "polled", "", entries[feed]) for feed in batch]
                hashes = {
                    one.id: ids.make_id("said", one.title, one.summary) if self._new(one) else self.given.hashes[one.id]
                    for some in entries.values()
                    for one in some
                }
                polls.record_polls(connection, done, hashes, known, now=self.now, run_id=self.id)

    def _batches(self) -> Iterator[list[Id]]:
        """Put the feeds into the batches that a run records."""
        most, batch, entry_count = Batches(), [], 0
        for feed in self.given.feeds:
            batch.append(feed)
            entry_count += len(self.given.shown.get(feed, ()))
            if len(batch) >= most.polls or entry_count >= most.entries:
                yield batch
                batch, entry_count = [], 0
        if batch:
            yield batch

    def _new(self, entry: Entry) -> bool:
        return entry.url.startswith("https://news.example/")

    def _polled(self, state: FeedState, entries: tuple[Entry, ...]) -> FeedState:
        return replace(state, polled_at=self.now, answered_at=self.now, last_success_at=self.now, overlap=0.9 if entries else state.overlap)

    def read(self) -> None:
        """Record what the pages behind the waiting entries gave, chunk by chunk."""
        while True:
            with open_store(self.folder, 10) as connection:
                waiting = pages.entries_waiting(connection, self.now, Batches().pages)
                if not waiting:
                    return
                reads = [self._read(pages.entry_of(row), place) for place, row in enumerate(waiting)]
                pages.same_texts(connection, [one.text_hash for one in reads if one.article])
                pages.known_articles(connection, [one.article.id for one in reads if one.article])
                looks = [Looked(one.article.id, self.now + timedelta(hours=6)) for one in reads if one.article]
                pages.record_reads(connection, reads, now=self.now, run_id=self.id, looks=looks)

    def _read(self, entry: Entry, place: int) -> Read:
        if place % 5 > 1:
            return Read(entry.id, "off_topic", "", "", verdict="full")
        text = f"{entry.title} of {self.given.number}. " + self.given.texts[place % len(self.given.texts)]
        article = ids.article_id(entry.url)
        version = ids.version_id(article, text)
        at = self.now
        made = Article(article, version, entry.url, entry.title, text, "news.example", "news.example", "en", at, at, at, Verdict.FULL)
        sentences = text.replace("\n\n", " ").split(". ")[:10]
        figure = Figure(9.0, 9.0, "exact", "killed", "people", "", "9", 0, 1)
        topic = TOPICS[place % len(TOPICS)]
        said = tuple(
            Statement(
                ids.statement_id(article, words, 0),
                article,
                version,
                topic,
                words,
                0,
                len(words),
                n,
                "",
                "",
                (figure,) if n % 4 == 0 else (),
            )
            for n, words in enumerate(sentences)
        )
        return Read(entry.id, "pending", "", "", article, made, text_hash=version, statements=said, verdict="full")

    def decide(self) -> None:
        """Decide about the articles that wait: a fifth are copies, half open a story, each tells something."""
        with open_store(self.folder, 10) as connection:
            while batch := decisions.undecided(connection, 100):
                decisions.stored_articles(connection, self.given.near)
                decisions.stored_stories(connection, self.given.stories)
                record_decisions(connection, [self._decided(one, n) for n, one in enumerate(batch)], now=self.now, run_id=self.id)

    def _decided(self, one: decisions.Undecided, place: int) -> decisions.Decided:
        article, topic = one.article, one.statements[0].topic
        opens = place % 2 == 0
        story = article.id if opens else self.given.stories[place % len(self.given.stories)]
        copy = (
            DuplicateLink(article.id, self.given.near[place], "article", Relation.NEAR, 0.8, "shares word runs") if place % 5 == 1 else None
        )
        new = one.statements[:1] if copy is None else ()
        kind = Kind.NEW_STORY if opens else Kind.NEW_STATEMENT
        return decisions.Decided(
            article=article, entry_id=one.entry_id, fingerprint=Fingerprint(article.id, "", frozenset(), {}), outcome="duplicate" if copy else "new",
            reason="", story_id=story, story_is_new=opens, topics=(topic,), reported_at=one.reported_at, duplicate=copy,
            decisions=tuple(
                Decision(said.id, topic, Novelty.DEVELOPMENT if said in new else Novelty.TOLD, "covered", "", 0.5, "words") for said in one.statements
            ),
            developments=tuple(
                Development(ids.development_id(topic, kind, said.id), topic, kind, story, article.id, said.id) for said in new
            ),
            told=(), story_score=0.5, story_evidence="names",
        )  # fmt: skip

    def compose(self) -> None:
        """Compose an edition for each reader, and put its message of 30 KB into the outbox."""
        titles = {name: name.title() for name in TOPICS}
        with open_store(self.folder, 10) as connection:
            ends = {reader: last_window_end(connection, reader.name, self.now) for reader in READERS}
            gathering = editions.Gathering(connection, [(reader, last, self.now) for reader, last in ends.items()])
            for reader, last in ends.items():
                edition = compose(reader, titles, last, self.now, gathering.material(reader))
                with transaction(connection):
                    editions.record_edition(connection, edition, "composed", self.now, gathering.mark(edition))
                    payload = random.Random(reader.name).randbytes(7_500).hex().encode() * 2
                    one = ids.make_id("delivery", edition.id)
                    outbox.add(
                        connection, Delivery(one, edition.id, "file", reader.name, DeliveryState.PENDING, payload, one, created_at=self.now)
                    )

    def deliver(self) -> None:
        """Send what waits: written down before and after."""
        with open_store(self.folder, 10) as connection:
            waiting = outbox.load(connection, [DeliveryState.PENDING])
        for one in waiting:
            with open_store(self.folder, 10) as connection, transaction(connection):
                outbox.save(connection, replace(outbox.find(connection, one.id), state=DeliveryState.SENDING))
                outbox.payload(connection, one.id)
            with open_store(self.folder, 10) as connection, transaction(connection):
                outbox.save(connection, replace(one, state=DeliveryState.SENT), sent_at=self.now)

    def end(self) -> None:
        """Count what the run did, and end it."""
        with open_store(self.folder, 10) as connection:
            runs.defer_unread(connection, self.id)
            runs.touched_entries(connection, self.id)
            runs.development_counts(connection, self.id)
            runs.duplicate_count(connection, self.id)
            runs.failed_polls(connection, self.id)
            runs.end(connection, self.id, self.now, "done", "{}")
            count_publication(connection)  # what publishing does to the store; what it costs is measured in publish_scale.py
