"""Chunks that go out to workers, and what becomes of those that do not come back as they should."""

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor

import hostile
import pytest

from tidings.errors import JailError
from tidings.jail import Jail, JailFailure
from tidings.jail.answers import pack
from tidings.jail.far import CHUNK_BYTES_MAX, FarJail, JailLimits, Patience, work_off

pytestmark = pytest.mark.slow  # real children

LIMITS = JailLimits(cpu_s=5, memory_mb=512, wall_s=10, recycle_count=1_000, children=1, preload=("hostile",))
RAISED = JailFailure("error", "ValueError: 13")


class Near:
    """Work chunks off in threads of this process, after `spoil` has had its way with the answer."""

    def __init__(self, spoil: Callable[[list[bytes]], object] = lambda answer: answer) -> None:
        self._spoil = spoil
        self._pool = ThreadPoolExecutor(2)
        self.sizes: list[int] = []

    def send(self, words: bytes) -> "Future[list[bytes]]":
        self.sizes.append(len(pickle.loads(words)[3]))
        return self._pool.submit(lambda: self._spoil(work_off(words)))  # type: ignore[arg-type, return-value]

    def thread_count(self) -> int:
        return 2


@pytest.fixture(scope="module")
def home() -> Iterator[Jail]:
    with LIMITS.jail() as jail:
        yield jail


def by_number(far: FarJail, count: int) -> list[tuple[int, object]]:
    """Have so many numbers given back by a function that raises at 13; every tenth comes without arguments."""
    items = ((number, None if number % 10 == 9 else ("raise" if number == 13 else "", number)) for number in range(count))
    return sorted(far.each(hostile.die, items), key=lambda found: found[0])


def expected(count: int) -> list[tuple[int, object]]:
    """Return what comes of them."""
    return [(number, None if number % 10 == 9 else RAISED if number == 13 else number) for number in range(count)]


def test_each_item_comes_back_once_in_few_chunks_that_grow(home: Jail) -> None:
    """A thousand items come back as from a jail, failures with them; chunks double after eight, so that a thousand need less than forty."""
    workers = Near()
    far = FarJail(workers, home, LIMITS)
    assert by_number(far, 1000) == expected(1000)
    assert workers.sizes[:9] == [16] * 8 + [32]
    assert far.sent_count == len(workers.sizes) < 40
    assert far.trouble() == ""
    assert far.call(hostile.die, "raise", 13) == RAISED
    assert list(far.each(hostile.double, [])) == []


def test_heavy_items_travel_in_more_chunks(home: Jail) -> None:
    """A chunk is sent as soon as it holds 2 MB, later 8: no message grows with the number of items."""
    workers = Near()
    far = FarJail(workers, home, LIMITS)
    items = ((number, (b"y" * (CHUNK_BYTES_MAX // 4),)) for number in range(3))
    assert dict(far.each(hostile.size_of, items)) == dict.fromkeys(range(3), CHUNK_BYTES_MAX // 4)
    assert workers.sizes == [1, 1, 1]


def fail(_answer: list[bytes]) -> object:
    raise OSError("the worker is gone")


def forget(_answer: list[bytes]) -> object:
    raise CancelledError


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (fail, "OSError: the worker is gone"),
        (forget, "CancelledError"),
        (lambda answer: answer[:-1], "an answer that is none"),
        (tuple, "an answer that is none"),
        (lambda answer: [*answer[:-1], bytearray(b"1")], "an answer that is none"),
        (lambda answer: [*answer[:-1], hostile.double], "an answer that is none"),
        (lambda _answer: None, "an answer that is none"),
    ],
)
def test_what_comes_back_undone_is_done_here_and_told(home: Jail, spoil: Callable[[list[bytes]], object], said: str) -> None:
    """Whatever goes wrong with a chunk, its items come back as from the jail at home, once; after three in a row no more is sent."""
    workers = Near(spoil)
    far = FarJail(workers, home, LIMITS)
    assert by_number(far, 200) == expected(200)
    assert 3 <= len(workers.sizes) <= 7  # those on their way when the third came back
    assert (
        far.trouble()
        == f"{len(workers.sizes)} of {len(workers.sizes)} chunks were not done by the workers but here: {said} ({len(workers.sizes)})"
    )


def test_an_answer_of_another_type_is_refused(home: Jail) -> None:
    """Words of a worker are read by the type that the function returns: text in the place of a number is a failure of that item alone; no words are done here."""
    spoilt = {0: pack(str, "rm -rf"), 1: b"{", 2: b""}
    workers = Near(lambda answer: [spoilt.get(place, words) for place, words in enumerate(answer)])
    found = dict(FarJail(workers, home, LIMITS).each(hostile.double, [(number, (number,)) for number in range(5)]))
    none = JailFailure("error", "an answer that is none")
    assert found == {0: none, 1: none, 2: 4, 3: 6, 4: 8}


class Deaf(Near):
    """Take nothing."""

    def send(self, words: bytes) -> "Future[list[bytes]]":
        raise ConnectionError

    def thread_count(self) -> int:
        return 0


def test_without_a_way_to_the_workers_all_is_done_here(home: Jail) -> None:
    """Where nothing can be sent, everything is done by the jail at home."""
    far = FarJail(Deaf(), home, LIMITS)
    assert by_number(far, 100) == expected(100)
    assert far.trouble() == "3 of 3 chunks were not done by the workers but here: ConnectionError (3)"


def test_who_stops_reading_cancels_what_is_on_its_way(home: Jail) -> None:
    """Closing the stream cancels chunks that nobody has begun."""
    waiting: list[Future[list[bytes]]] = []

    class Slow(Near):
        def send(self, words: bytes) -> "Future[list[bytes]]":
            waiting.append(Future() if waiting else super().send(words))
            return waiting[-1]

    stream = FarJail(Slow(), home, LIMITS).each(hostile.double, [(number, (number,)) for number in range(200)])
    next(stream)
    stream.close()
    assert [future.cancelled() for future in waiting[1:]] == [True] * (len(waiting) - 1)


class Silent(Near):
    """Take everything and answer nothing; two threads are there, or none after the first look."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.sent: list[Future[list[bytes]]] = []
        self._threads = iter([2])
        self._then = threads

    def send(self, words: bytes) -> "Future[list[bytes]]":
        self.sent.append(Future())
        return self.sent[-1]

    def thread_count(self) -> int:
        return next(self._threads, self._then)


@pytest.mark.parametrize(
    ("threads", "patience"),
    [(0, Patience(look_s=0.01, deserted_s=0.03, chunk_s=900)), (2, Patience(look_s=0.01, deserted_s=900, chunk_s=0.03))],
    ids=["all workers are gone", "a chunk takes too long"],
)
def test_nobody_is_waited_for_for_ever(home: Jail, threads: int, patience: Patience) -> None:
    """Without any worker, or without an answer, for long enough, what is out is called back and done here, and no more is sent."""
    workers = Silent(threads)
    far = FarJail(workers, home, LIMITS, patience=patience)
    assert by_number(far, 200) == expected(200)
    assert {one.cancelled() for one in workers.sent} == {True}
    assert 1 <= len(workers.sent) <= 7
    assert far.trouble().endswith(f"not done by the workers but here: no answer in time ({len(workers.sent)})")


def test_a_worker_of_another_version_does_nothing() -> None:
    """Work sent by another version is refused, before anything of it is built."""
    with pytest.raises(JailError, match=r"was sent work by version 0\.0\.9"):
        work_off(pickle.dumps(("0.0.9", {}, b"not a function", [])))


def test_answers_that_have_no_room_are_left_to_the_flow(home: Jail) -> None:
    """A chunk's answers hold 64 MB at most; items beyond come back without one, and are done here."""
    far = FarJail(Near(), home, LIMITS)
    size = 30 * 1024 * 1024
    assert {number: len(result) for number, result in far.each(hostile.shout, [(number, (size,)) for number in range(3)])} == dict.fromkeys(
        range(3), size
    )  # type: ignore[arg-type]
