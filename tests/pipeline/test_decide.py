"""Prove that deciding does not depend on how the list is cut, and that new feeds start cold."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from fakes import DAY, HOUR, NOW, Piece, Web, World, feed, settings
from storm import DESK, OWN_REPORT, POST, STORM, WIRE, report

from tidings.config import load
from tidings.config.models import News
from tidings.demo.server import WeekServer, answer
from tidings.demo.show import polls, write_configuration
from tidings.demo.week import load_week
from tidings.model import Figure, Request, Response
from tidings.pipeline.decide import Frequency, first_difference
from tidings.pipeline.run import Batches
from tidings.stages.novelty import OWN_WORDS_MAX
from tidings.store.neighbours import FILE_NAME as INDEX_NAME

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

# ---------------------------------------------------------------- however the list is cut

SENTENCES = [
    "Shelling of Nairab near Saraqib killed {n} civilians, doctors in Idlib said.",
    "The Idlib health office counted {n} closed clinics by the end of the week.",
    "Trucks carried {n} tons of flour to Ariha through the snow on Tuesday.",
    "Haftar met engineers of the oil terminal near Misrata and {n} tribal elders.",
    "Libya exported {n} tankers of oil before the blockade of the ports was lifted.",
    "Libya again imposed a blockade of its oil ports after {n} days of talks.",
    "Fighters left Idlib for Libya by ship with {n} others, a trader in both countries said.",
    "Most of the {n} trainees near Ariha have graduated, the school in Idlib said.",
    "All of the {n} trainees near Ariha have graduated, the school in Idlib said.",
    "A bakery in Saraqib raised the price of bread by {n} pounds after the storm.",
]


def random_pieces(seed: int, count: int = 18) -> list[Piece]:
    """Make articles that repeat, vary and contradict each other, over six weeks."""
    random = Random(seed)
    pieces = []
    for number in range(count):
        if pieces and random.random() < 0.2:
            paragraphs = random.choice(pieces).paragraphs[: random.randint(1, 6)]  # a copy, perhaps cut
        else:
            paragraphs = tuple(sentence.format(n=random.randint(2, 5)) for sentence in random.sample(SENTENCES, random.randint(2, 5)))
        published_at = NOW - timedelta(hours=random.randint(1, 1000))
        pieces.append(Piece(f"https://wire.example/{number}", f"Report {number}: {paragraphs[0][:30]}", paragraphs, published_at))
    return pieces


@pytest.mark.parametrize(
    ("seed", "batches"),
    [
        pytest.param(1, Batches(articles=4, pages=5), id="four", marks=pytest.mark.slow),
        *[pytest.param(seed, Batches(articles=1), id=f"one by one, {seed}", marks=pytest.mark.slow) for seed in range(2, 5)],
        *[pytest.param(seed, Batches(articles=7), id=f"seven, {seed}", marks=pytest.mark.slow) for seed in range(8, 10)],
    ],
)
def test_the_size_of_batches_changes_nothing(tmp_path: Path, seed: int, batches: Batches) -> None:
    """Articles of six weeks that copy and contradict each other: all decided at once, or few at a time, give the same store."""
    stores = []
    for name, size in (("whole", Batches()), ("cut", batches)):
        one = World(settings(tmp_path / name, [feed(WIRE)], first_window_h=8760), Web(feeds={WIRE: random_pieces(seed)}), batches=size)
        one.ingest()
        stores.append(one.canonical())
    assert stores[0] == stores[1]


@pytest.mark.parametrize(("seed", "size"), [(11, 1), (12, 3)])
def test_the_size_of_batches_changes_nothing_when_news_is_weighed(tmp_path: Path, seed: int, size: int) -> None:
    """With a bound on what news is worth, part of it is left out, and the same part however the list is cut."""
    stores = []
    for name, batches in (("whole", Batches()), ("cut", Batches(articles=size))):
        one = World(
            settings(tmp_path / name, [feed(WIRE)], first_window_h=8760), Web(feeds={WIRE: random_pieces(seed, 30)}), batches=batches
        )
        one.change(novelty=News(news_min=0.2))
        one.ingest()
        stores.append(one.canonical())
    reasons = {row["reason"] for row in one.rows("SELECT DISTINCT reason FROM core.statements WHERE decision IN ('development', 'told')")}
    assert {"says_little", "not_covered"} <= reasons
    assert stores[0] == stores[1]


def test_the_size_of_batches_changes_nothing_among_equals(tmp_path: Path) -> None:
    """Of more told statements that share as much of a sentence than are compared, the same ones are, however the list is cut."""
    texts = [
        (f"The {number}th street of Ariha smells of {name} {tree}.",)
        for number, (name, tree) in enumerate(
            (name, tree) for name in ("warm", "sour", "wet") for tree in ("cedar", "fig", "olive", "plum", "lime")
        )
    ]
    pieces = [
        Piece(f"https://wire.example/{n}", f"{n} {text[0][-20:]}", text, NOW - HOUR * (50 - n))
        for n, text in enumerate([*texts, *((f"Ariha was {word}.",) for word in ("asleep", "flooded", "quiet", "painted"))])
    ]
    stores = []
    for name, size in (("whole", Batches()), ("cut", Batches(articles=1))):
        one = World(settings(tmp_path / name, [feed(WIRE)], first_window_h=8760), Web(feeds={WIRE: pieces}), batches=size)
        one.ingest()
        stores.append(one.canonical())
    assert stores[0] == stores[1]


@pytest.mark.parametrize(("seed", "lost"), [(0, False), (2, False), (0, True)], ids=["0", "2", "index lost every day"])
def test_the_size_of_batches_changes_nothing_when_articles_are_edited(tmp_path: Path, seed: int, lost: bool) -> None:
    """Three publishers repeat, vary and edit each other's reports for three days: one at a time gives the store that all at once give.

    So it does when each day begins without the index: it is made anew before what was edited is read.
    """
    stores = []
    for name, size in (("whole", Batches()), ("cut", Batches(1, 1, 1))):
        random, held = Random(seed), {WIRE: [], POST: [], DESK: []}
        one = World(settings(tmp_path / name, [feed(url) for url in held]), Web(feeds=held), batches=size)
        for day in range(3):
            for url, pieces in held.items():
                edited = [replace(piece, summary=f"edit {day}", paragraphs=(*piece.paragraphs, sentence(random))) for piece in pieces[:2]]
                texts = [tuple(sentence(random) for _ in range(random.randint(2, 5))) for _ in range(4)]
                new = [
                    Piece(f"{url[:-4]}/{day}-{n}", text[0][:50], text, NOW + day * DAY - timedelta(hours=random.randint(1, 20)))
                    for n, text in enumerate(texts)
                ]
                held[url] = new + edited
            for path in one.settings.data.glob(f"{INDEX_NAME}*") if lost and name == "cut" else ():
                path.unlink()
            one.ingest(NOW + day * DAY)
            report(one)
        stores.append(one.canonical())
    assert stores[0] == stores[1]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_size_of_batches_changes_nothing_when_more_is_kin_than_is_compared(tmp_path: Path, seed: int) -> None:
    """Dozens of articles with nearly the same words: which of them stand for a story does not depend on who was decided with whom."""
    random = Random(seed)
    pieces = []
    for number in range(45):
        said = [
            f"Some {random.choice(('bakers', 'masons', 'nurses', 'drivers', 'farmers'))} {random.choice(('rebuilt', 'closed', 'counted'))} "
            f"{random.choice(('a bridge', 'two wells', 'the mill', 'nine schools'))} near {random.choice(('Saraqib', 'Ariha', 'Idlib'))} "
            f"with {random.randrange(2, 90)} {random.choice(('carts', 'ropes', 'lamps', 'tents'))}."
            for _ in range(6)
        ]
        paragraphs = tuple(" ".join(said[first : first + 2]) for first in (0, 2, 4))
        pieces.append(Piece(f"https://wire.example/{number}", f"Idlib report {number}", paragraphs, NOW - timedelta(minutes=99 - number)))
    stores = []
    for size in (100, 20, 1):
        one = World(settings(tmp_path / str(size), [feed(WIRE)]), Web(feeds={WIRE: pieces}), batches=Batches(articles=size))
        one.ingest()
        stores.append(one.canonical())
    assert stores[0] == stores[1] == stores[2]


def sentence(random: Random) -> str:
    return random.choice(SENTENCES).format(n=random.randint(2, 4))


@pytest.mark.parametrize("size", [1, 100])
def test_an_edited_article_is_an_origin_by_all_that_it_says(tmp_path: Path, size: int) -> None:
    """One sentence of its own does not make a report of told ones an origin: another report by the same publisher still confirms."""
    wire = [Piece("https://wire.example/a", "Storm tears roofs off schools near Saraqib", STORM)]
    one = World(settings(tmp_path, [feed(WIRE), feed(POST)]), Web(feeds={WIRE: wire, POST: []}), batches=Batches(articles=size))
    one.ingest()
    report(one)
    spliced = (
        "On Monday night nine schools between Saraqib and Ariha had roofs torn off, a storm tore them.",
        "Money for timber, Idlib's governor promised, before the week has its end.",
    )
    mash = Piece("https://post.example/1", "Storm tears roofs off schools near Saraqib", spliced, NOW + HOUR)
    one.web.feeds[POST] = [mash]
    one.ingest(NOW + 2 * HOUR)
    edited = replace(
        mash, summary="more", paragraphs=(*spliced, "A goat stood in Ariha's last blackboard room."), published_at=NOW + 3 * HOUR
    )
    own = Piece("https://post.example/2", "Storm near Saraqib leaves schools without roofs", OWN_REPORT, NOW + 4 * HOUR)
    one.web.feeds[POST] = [edited, own]
    one.ingest(NOW + 5 * HOUR)
    [mean] = one.rows(
        "SELECT avg(score) AS of FROM core.statements AS s JOIN core.articles AS a ON a.id = s.article_id WHERE url LIKE '%post%/1'"
    )
    assert mean["of"] > OWN_WORDS_MAX
    assert [words for kind, words in one.told() if kind == "new_origin"] == ["post.example"]


class Week:
    """Serve the sample week without a network: a `Sender` that follows redirects, in an order of its own."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def send_all(self, requests: list[Request], now: datetime):
        for request in self.random.sample(list(requests), len(list(requests))):
            url = request.url
            status, headers, body = self._get(url, now)
            if status == 302:
                url = headers["Location"]
                status, headers, body = self._get(url, now)
            yield Response(request.url, url, status, {name.lower(): value for name, value in headers.items()}, body, now)

    @staticmethod
    def _get(url: str, now: datetime) -> tuple[int, dict[str, str], bytes]:
        host, _, path = url.removeprefix("http://").partition("/")
        return answer(host, f"/{path}", now)


@pytest.mark.slow
@pytest.mark.parametrize("batches", [Batches(1, 1, 1), Batches(4, 9, 13)], ids=["one by one", "small"])
def test_the_sample_week_comes_out_the_same_however_it_is_cut(tmp_path: Path, batches: Batches) -> None:
    """The first days of the week, pages in any order and transactions of any size: the same store."""
    with WeekServer() as server:
        write_configuration(tmp_path / "config", server)
    delivered = load(tmp_path / "config", {})
    stores = []
    for seed, size in ((1, Batches()), (2, batches)):
        one = World(replace(delivered, data=tmp_path / str(seed)), Week(seed), batches=size)  # type: ignore[arg-type]
        for now in list(polls())[:5]:
            one.ingest(now)
        stores.append(one.canonical())
    assert len(load_week().articles) > 70
    assert stores[0] == stores[1]


# ---------------------------------------------------------------- cold start


def test_a_new_feed_starts_cold_and_a_known_one_does_not(tmp_path: Path) -> None:
    """A feed added later tells only what is younger than the window before its first poll; its older entries count as known."""
    later = NOW + 10 * DAY
    old = Piece("https://post.example/old", "Timber for Idlib", STORM[1:], later - 3 * DAY)
    young = Piece(
        "https://post.example/young", "Oil terminal", ("Haftar met engineers of the oil terminal near Misrata on Monday.",), later - HOUR
    )
    delayed = Piece("https://wire.example/delayed", "Roofs", STORM[:1], later - 5 * DAY)
    one = World(settings(tmp_path, [feed(WIRE)]), Web(feeds={WIRE: [], POST: [old, young]}))
    one.ingest()
    one.web.feeds[WIRE] = [delayed]
    one.change(feeds=(feed(WIRE), feed(POST)))
    one.ingest(later)
    assert one.outcomes() == {
        old.url: ("known", "older_than_first_window"),
        young.url: ("new", "new_story"),
        delayed.url: ("new", "new_story"),
    }


# ---------------------------------------------------------------- parts


def figure(value: float, measure: str = "killed") -> Figure:
    return Figure(value, value, "exact", measure, "civilians", "", str(value), 0, 1)


@pytest.mark.parametrize(
    ("new", "told", "found"),
    [
        pytest.param([figure(9)], [figure(9)], None, id="the same"),
        pytest.param([figure(14)], [figure(9)], (14, 9), id="another"),
        pytest.param([figure(14)], [figure(9), figure(14)], None, id="one of two told"),
        pytest.param([figure(14)], [figure(9, "injured")], None, id="another measure"),
        pytest.param([], [figure(9)], None, id="none"),
    ],
)
def test_the_first_figure_that_differs_from_all_comparable_ones(
    new: list[Figure], told: list[Figure], found: tuple[float, float] | None
) -> None:
    """A pair of new and told, or nothing."""
    pair = first_difference(new, told)
    assert (pair and (pair[0].value_low, pair[1].value_low)) == found


def test_rare_terms_weigh_more() -> None:
    """Weight falls with each text that holds the term, never below a little."""
    frequency = Frequency(0, {})
    unseen = frequency.idf("idlib")
    for _ in range(400):
        frequency.add(frozenset({1}))
    assert frequency.idf_of_hash(1) == pytest.approx(0.115, abs=0.01)
    assert frequency.idf("idlib") > unseen > frequency.idf_of_hash(1) > 0
