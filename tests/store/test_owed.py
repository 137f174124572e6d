"""A mark spares looking everything up, and changes nothing of what is owed: whatever came, was told, was changed, or a clock said."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.model import EditionKind, Recipient
from tidings.store.database import insert_rows, open_memory, rows, transaction
from tidings.store.editions import record_edition
from tidings.store.owed import find_owed
from tidings.store.tracked import count_publication, remove_rows
from tidings.store.windows import last_window_end

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
COLUMNS = ("id", "topic", "kind", "story_id", "article_id", "origin", "warning", "recorded_at", "run_id")


def uid(number: int) -> str:
    return str(UUID(int=number))


def reader(name: str = "desk", topics: tuple[str, ...] = ("idlib",), languages: tuple[str, ...] = ()) -> Recipient:
    return Recipient(name, "file", topics, ("06:00",), "UTC", "send", languages=languages)


class Desk:
    """Record developments and editions, and ask what is owed with the marks and without any."""

    def __init__(self, store: duckdb.DuckDBPyConnection) -> None:
        self.store, self.now, self.count = store, NOW, 0

    def record(self, topic: str = "idlib", at: datetime | None = None) -> str:
        """Record a development at a time (now, unless a clock says something else)."""
        self.count += 1
        row = (uid(self.count), topic, "new_statement", uid(0), uid(0), "", "", at or self.now, "r")
        insert_rows(self.store, "core.developments", COLUMNS, [row])
        return uid(self.count)

    def owed(self, recipient: Recipient) -> set[str]:
        """Return what is owed now; it is the same without marks."""
        asked = [(recipient, last_window_end(self.store, recipient.name, self.now), self.now)]
        found = find_owed(self.store, asked).ids[recipient.name]
        self.store.begin()
        self.store.execute("UPDATE core.editions SET owed_from = NULL")
        plain = find_owed(self.store, asked).ids[recipient.name]
        self.store.rollback()
        assert sorted(found) == sorted(plain)
        return set(found)

    def tell(self, recipient: Recipient, told: set[str], kind: EditionKind = EditionKind.SCHEDULED) -> None:
        """Record an edition that tells some of what is owed, as composing does."""
        last = last_window_end(self.store, recipient.name, self.now)
        owed = find_owed(self.store, [(recipient, last, self.now)])
        developments = [SimpleNamespace(development_id=one) for one in sorted(told)]
        edition: Any = SimpleNamespace(
            id=uid(10**6 + int(self.now.timestamp())), recipient=recipient.name, kind=kind, topics=[(topic, topic) for topic in recipient.topics],
            languages=list(recipient.languages), window_start=last, window_end=self.now, development_count=len(told), folded=False, known_count=0,
            stories=[SimpleNamespace(developments=developments)], corrections=[],
        )  # fmt: skip
        with transaction(self.store):
            record_edition(self.store, edition, "composed", self.now, owed.mark(self.store, edition))

    def mark(self) -> int | None:
        """Return the mark of the newest edition."""
        return rows(self.store, "SELECT owed_from FROM core.editions ORDER BY window_end DESC LIMIT 1")[0]["owed_from"]


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_memory() as store:
        yield Desk(store)


def begin(desk: Desk, recipient: Recipient) -> None:
    """Tell a recipient something in a first edition, and publish."""
    desk.record()
    desk.tell(recipient, desk.owed(recipient))
    count_publication(desk.store)
    desk.now += HOUR


def test_an_edition_leaves_a_mark_at_the_number_of_change(desk: Desk) -> None:
    """What came later is owed, and nothing that was told."""
    begin(desk, reader())
    assert desk.mark() == 1
    assert desk.owed(reader()) == set()
    new = desk.record()
    assert desk.owed(reader()) == {new}


def test_what_was_left_over_holds_the_mark_back(desk: Desk) -> None:
    """What did not fit into an edition is owed in the next, however much was published meanwhile."""
    begin(desk, reader())
    left, told = desk.record(), desk.record()
    count_publication(desk.store)
    desk.tell(reader(), {told})
    assert desk.mark() == 2
    count_publication(desk.store)
    desk.now += HOUR
    assert desk.owed(reader()) == {left}


def test_what_was_recorded_after_the_window_holds_the_mark_back(desk: Desk) -> None:
    """An edition is composed after its window ends: what was recorded between the two comes with the next."""
    begin(desk, reader())
    between = desk.record(at=desk.now + timedelta(minutes=1))
    count_publication(desk.store)
    desk.tell(reader(), desk.owed(reader()))
    count_publication(desk.store)
    desk.now += HOUR
    assert desk.owed(reader()) == {between}


def test_a_clock_that_was_set_back_hides_nothing(desk: Desk) -> None:
    """What is recorded with a time that an edition covered already is owed: marks are numbers, not times."""
    begin(desk, reader())
    assert desk.owed(reader()) == set()
    late = desk.record(at=desk.now - timedelta(hours=2))
    assert desk.owed(reader()) == {late}


def test_another_topic_is_owed_from_its_own_start(desk: Desk) -> None:
    """A mark says nothing of a topic that the edition did not have: for that, all is looked up."""
    begin(desk, reader())
    other = desk.record("libya")
    count_publication(desk.store)
    desk.tell(reader(), set())
    count_publication(desk.store)
    desk.now += HOUR
    both = reader(topics=("idlib", "libya"))
    desk.record("libya")
    assert other not in desk.owed(both)
    desk.tell(both, desk.owed(both))
    desk.now += HOUR
    assert desk.owed(both) == set()


def test_who_names_languages_leaves_no_mark(desk: Desk) -> None:
    """The language of an article may turn out to be another: then what was not wanted is owed, though nothing of it changed."""
    begin(desk, reader(languages=("en",)))
    assert desk.mark() is None


def test_an_alert_leaves_no_mark(desk: Desk) -> None:
    """It tells a part of what is owed, between two editions."""
    begin(desk, reader())
    new = {desk.record(), desk.record()}
    desk.tell(reader(), {min(new)}, EditionKind.ALERT)
    desk.now += HOUR
    assert desk.owed(reader()) == {max(new)}


@pytest.mark.slow
@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32))
def test_whatever_happens_marks_change_nothing(seed: int) -> None:
    """Developments, editions, alerts, publications, marks, removals and wrong clocks in any order: `owed` compares at every step."""
    random = Random(seed)
    readers = [reader("one"), reader("two", ("libya", "idlib"))]
    with open_memory() as store:
        desk = Desk(store)
        for _ in range(20):
            recipient = random.choice(readers)
            match random.randrange(8):
                case 0 | 1 | 2:
                    desk.record(random.choice(["idlib", "libya"]), desk.now + random.choice([0, 0, 0, 1, -1, -30]) * HOUR)
                case 3 | 4:
                    owed = desk.owed(recipient)
                    kind = random.choice([EditionKind.SCHEDULED, EditionKind.SCHEDULED, EditionKind.ALERT])
                    desk.tell(recipient, owed if random.random() < 0.7 else {one for one in owed if random.random() < 0.5}, kind)
                case 5:
                    count_publication(store)
                case 6:
                    touched = "UPDATE core.developments SET warning = warning || '!', change = core.change_now() WHERE abs(hash(id)::HUGEINT) % 3 = ?"
                    store.execute(touched, [random.randrange(3)])
                case 7:
                    untold = "id NOT IN (SELECT development_id FROM core.told) AND abs(hash(id)::HUGEINT) % 4 = 0"
                    remove_rows(store, "developments", untold)
                    readers = [reader("one"), reader("two", random.choice([("libya", "idlib"), ("libya",)]))]
            desk.now += HOUR
            desk.owed(random.choice(readers))
