"""Prove that the index finds what is near, forgets what is gone, costs the same whatever the archive, and depends on no order."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.errors import IndexDamaged, StoreError
from tidings.ids import article_id, statement_id
from tidings.model import Figure, Fingerprint, Id, Statement
from tidings.store import neighbours
from tidings.store.indexed import Indexed, StoredStatement, hash_term
from tidings.store.neighbours import Frequencies, Index, kept_grams, open_index
from tidings.store.postings import ALWAYS, minute

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RAIN = "Rain fell on Idlib."


def told(article: Id, text: str = RAIN, topic: str = "idlib") -> StoredStatement:
    figure = Figure(9.0, None, "at_least", "killed", "people", "", "nine", 3, 7)
    said = Statement(statement_id(article, text, 0), article, article, topic, text, 0, len(text), 0, "2020-02-18", "Idlib", (figure,))
    return StoredStatement(said, "en", article, "", "2020-02-19")


def indexed(name: str, *said: str, grams: range = range(0), when: datetime = NOW, seed: bool = False, **terms: float) -> Indexed:
    id_ = article_id(name)
    at = ALWAYS if seed else minute(when)
    return Indexed(id_, id_, "Wire", "", None, None, at, tuple(grams), terms, tuple(told(id_, text) for text in said))


def mark(name: str, grams: range = range(0), **terms: float) -> Fingerprint:
    return Fingerprint(article_id(name), name, frozenset(grams), terms)


def ids(*names: str) -> frozenset[Id]:
    return frozenset(map(article_id, names))


def keep(index: Index, *articles: Indexed) -> None:
    index.take_in("change", {one.id: one for one in articles})


def words(*texts: str) -> list[int]:
    return [hash_term(text) for text in texts]


def near_told(index: Index, *asked: str, topic: str = "idlib", most: int = 9, least: float = 0.0) -> list[StoredStatement]:
    terms = words(*asked)
    return index.told(index.near_told([(topic, terms)], index.statement_frequencies(terms), most, least))


@pytest.fixture
def index() -> Iterator[Index]:
    """Give an empty index."""
    with open_index(None) as made:
        yield made


# ---------------------------------------------------------------- what is near


def test_near_by_word_runs_are_those_that_share_at_least_two(index: Index) -> None:
    """The closest few, of any age; not the article itself; one run in common is chance."""
    keep(
        index,
        indexed("old", grams=range(5), when=NOW - 400 * DAY),
        indexed("one run", grams=range(4, 9)),
        indexed("other", grams=range(20, 30)),
    )
    assert index.near_by_grams(mark("new", range(5)), 12) == ids("old")
    assert index.near_by_grams(mark("new", range(9)), 1) == ids("old")
    assert index.near_by_grams(mark("old", range(5)), 12) == frozenset()


def test_a_word_run_that_many_texts_hold_leads_nowhere(index: Index) -> None:
    """An idiom does not make a hundred articles near."""
    many = [indexed(f"a{number}", grams=range(2)) for number in range(neighbours.GRAM_ARTICLES_MAX + 1)]
    keep(index, *many[:-1])
    assert index.near_by_grams(mark("new", range(2)), 12)
    keep(index, many[-1])
    assert index.near_by_grams(mark("new", range(2)), 12) == frozenset()


def test_near_by_terms_are_those_of_the_last_days_and_seeds(index: Index) -> None:
    """Heavy, rare terms in common; older than the window only seeds; equals by id."""
    old = NOW - 30 * DAY
    keep(
        index,
        indexed("fresh", when=NOW - 3 * DAY, rain=2.0, idlib=1.0),
        indexed("stale", when=old, rain=2.0, idlib=1.0),
        indexed("seed", when=old, seed=True, rain=2.0, idlib=1.0),
    )
    assert index.near_by_terms(mark("new", rain=1.0), NOW, 10, 12) == ids("fresh", "seed")
    assert index.near_by_terms(mark("new", snow=1.0), NOW, 10, 12) == frozenset()
    assert index.near_by_terms(mark("new", rain=1.0), NOW, 10, 1) == {min(ids("fresh", "seed"))}


def test_near_told_statements_are_of_the_same_topic_and_come_back_whole(index: Index) -> None:
    """With figures, language, story and dates; one that holds too little of the weight is not near."""
    keep(index, indexed("one", RAIN, "Snow fell on Ariha."))
    assert near_told(index, "rain", "idlib") == [told(article_id("one"))]
    assert near_told(index, "rain", topic="libya") == []
    assert near_told(index, "rain", "goat", "horse", "cow", least=0.5) == []


def test_who_reports_a_story(index: Index) -> None:
    """Its opener, copies with the origin of what they copy, and others but those that only repeat or joined loosely."""
    first, other = indexed("first"), article_id("elsewhere")
    keep(
        index,
        first,
        replace(indexed("elsewhere"), origin="Agency"),
        replace(indexed("copy"), story_id=first.id, origin="Post", copy_of=other),
        replace(indexed("own"), story_id=first.id, origin="Own", mean_score=0.55),
        replace(indexed("repeats"), story_id=first.id, origin="Echo", mean_score=0.56),
        replace(indexed("sure"), story_id=first.id, origin="Sure", story_score=0.43),
        replace(indexed("loose"), story_id=first.id, origin="Loose", story_score=0.4299),
        replace(indexed("loose copy"), story_id=first.id, origin="Post", copy_of=first.id, story_score=0.2),
    )
    assert index.origins([first.id]) == {first.id: frozenset({"Wire", "Agency", "Own", "Sure"})}


# ---------------------------------------------------------------- what is counted and forgotten


def test_frequencies_count_articles_and_told_statements(index: Index) -> None:
    """A term is counted once an article, and once a told statement of any topic."""
    both = replace(indexed("two", rain=1.0), told=(told(article_id("two")), told(article_id("two"), topic="libya")))
    keep(index, indexed("one", RAIN, rain=2.0, sun=1.0), both)
    assert index.article_frequencies(words("rain", "sun", "snow")) == Frequencies(
        2, dict(zip(words("rain", "sun", "snow"), (2, 1, 0), strict=True))
    )
    assert index.statement_frequencies(words("rain")) == Frequencies(3, {hash_term("rain"): 3})


def test_an_article_taken_out_leaves_nothing(index: Index) -> None:
    """Neither its marks nor what it told; and a new version takes the place of the old one."""
    keep(index, indexed("one", RAIN, grams=range(5), rain=1.0))
    keep(index, indexed("one", grams=range(10, 15), snow=1.0))
    assert index.near_by_grams(mark("new", range(5)), 12) == frozenset()
    assert index.near_by_grams(mark("new", range(10, 15)), 12) == ids("one")
    assert index.near_by_terms(mark("new", rain=1.0), NOW, 10, 12) == frozenset()
    assert near_told(index, "rain") == []
    index.take_in("change", {article_id("one"): None})
    assert index.near_by_grams(mark("new", range(10, 15)), 12) == frozenset()
    assert index.article_frequencies(words("rain", "snow")) == Frequencies(0, dict.fromkeys(words("rain", "snow"), 0))


NAMES = [f"a{number}" for number in range(5)]
TEXTS = [RAIN, "Snow fell on Ariha.", "Nine people died near Saraqib.", "The blockade of Libya's ports was lifted."]
ARTICLES = st.builds(
    lambda name, said, first, days, term: indexed(
        name, *said, grams=range(first, first + 6), when=NOW - days * DAY, **{term: 1.0, "common": 2.0}
    ),
    st.sampled_from(NAMES), st.lists(st.sampled_from(TEXTS), unique=True, max_size=3), st.integers(0, 20), st.integers(0, 20), st.sampled_from(["rain", "snow"]),
)  # fmt: skip


@given(st.lists(ARTICLES, max_size=12), st.randoms(use_true_random=False), st.lists(st.sampled_from(NAMES), max_size=2))
def test_what_the_index_answers_depends_on_no_order(versions: list[Indexed], random: Random, gone: list[str]) -> None:
    """One article at a time with edits and removals, or the last versions at once in any order: the same answers, counts too."""
    last = {one.id: one for one in versions if one.id not in ids(*gone)}
    shuffled = list(last.values())
    random.shuffle(shuffled)
    with open_index(None) as one_by_one, open_index(None) as at_once:
        for one in versions:
            keep(one_by_one, one)
        for name in gone:
            one_by_one.take_in("change", {article_id(name): None})
        keep(at_once, *shuffled)
        for index, other in ((one_by_one, at_once), (at_once, one_by_one)):
            for one in versions:
                asked = Fingerprint("", "", frozenset(one.grams), one.terms)
                assert index.near_by_grams(asked, 3) == other.near_by_grams(asked, 3)
                assert index.near_by_terms(asked, NOW, 10, 3) == other.near_by_terms(asked, NOW, 10, 3)
        for text in ("rain", "snow", "idlib", "common", "nine"):
            assert near_told(one_by_one, text) == near_told(at_once, text)
            for asked_of in (Index.article_frequencies, Index.statement_frequencies):
                one, other = (asked_of(index, words(text)) for index in (one_by_one, at_once))
                assert (one.total, one.counts.get(hash_term(text), 0)) == (other.total, other.counts.get(hash_term(text), 0))


# ---------------------------------------------------------------- bounds


def archive(random: Random, count: int) -> list[Indexed]:
    """Make articles over time, with common and rare terms, runs and sentences."""
    result = []
    for number in range(count):
        said = " ".join(f"w{min(int(random.paretovariate(0.6)), 5000)}" for _ in range(10))
        runs = random.randrange(10**6) * 100
        result.append(
            indexed(f"n{number}", said, grams=range(runs, runs + 32), when=NOW - number * DAY / 50, **{f"t{random.randrange(50)}": 1.0})
        )
    return result


def test_what_is_touched_has_a_bound_when_the_archive_grows_tenfold() -> None:
    """The same questions read as many postings and return as many candidates once lists are full."""
    random = Random(1)
    made = archive(random, 2000)
    sizes = []
    for count in (200, 2000):
        with open_index(None) as index:
            keep(index, *made[:count])
            database = index._database
            longest = [database.execute(f"SELECT max(length(newest)) / 8 FROM {table}").fetchone()[0] for table in ("terms", "told")]
            found = [
                len(near_told(index, *map(str, range(1, 12)), most=8)),
                len(index.near_by_terms(mark("x", t1=1.0), NOW, 10, 12)),
            ]
            sizes.append((longest, found))
    assert sizes[1][0][0] <= neighbours.ARTICLES_OF_TERM_MAX
    assert sizes[1][0][1] <= neighbours.TOLD_OF_TERM_MAX
    assert sizes[0][1][0] == sizes[1][1][0] == 8
    assert sizes[1][1][1] <= 12


def test_copies_of_any_age_are_found_among_many() -> None:
    """Of texts that share half or more of their runs with an old one, all are found; of those that share a fifth, nine in ten."""
    random = Random(2)
    texts = {f"n{number}": [random.getrandbits(62) for _ in range(400)] for number in range(200)}
    with open_index(None) as index:
        keep(
            index,
            *(replace(indexed(name), grams=tuple(kept_grams(Fingerprint("", "", frozenset(runs), {})))) for name, runs in texts.items()),
        )
        found = {}
        for share in (1.0, 0.5, 0.2):
            hits = 0
            for name, runs in texts.items():
                own = int(len(runs) * share)
                copy = Fingerprint("", "", frozenset(runs[:own] + [random.getrandbits(62) for _ in range(400 - own)]), {})
                hits += article_id(name) in index.near_by_grams(copy, 12)
            found[share] = hits / len(texts)
    assert found[1.0] == found[0.5] == 1.0
    assert found[0.2] >= 0.9


def test_retrieval_of_told_statements_agrees_with_looking_at_all() -> None:
    """In a small store the best told statement by weight of shared terms is among those returned, for every question."""
    random = Random(3)
    made = archive(random, 400)
    with open_index(None) as index:
        keep(index, *made)
        for one in random.sample(made, 50):
            asked = sorted(random.sample(sorted(one.told[0].terms), min(6, len(one.told[0].terms))))
            frequencies = index.statement_frequencies(asked)
            worth = {term: frequencies.idf(term) for term in asked}
            best = max(round(sum(worth[term] for term in other.told[0].terms & worth.keys()), 6) for other in made)
            found = index.told(index.near_told([("idlib", asked)], frequencies, 8, 0.2))
            assert best == max(round(sum(worth[term] for term in other.terms & worth.keys()), 6) for other in found)


# ---------------------------------------------------------------- the file


def test_the_index_stays_in_its_file(tmp_path: Path) -> None:
    """What was taken in is there the next time, with the name of the change; nobody else may read it."""
    with open_index(tmp_path) as index:
        keep(index, indexed("one", RAIN, grams=range(5), rain=1.0))
    with open_index(tmp_path) as index:
        assert index.change_id == "change"
        assert index.near_by_grams(mark("new", range(5)), 12) == ids("one")
    assert (tmp_path / neighbours.FILE_NAME).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["text", "form"])
def test_a_file_that_cannot_be_used_is_made_anew(tmp_path: Path, damage: str) -> None:
    """Damaged, or of another version: it begins empty, and says that it knows nothing."""
    with open_index(tmp_path) as index:
        keep(index, indexed("one", rain=1.0))
    path = tmp_path / neighbours.FILE_NAME
    if damage == "text":
        path.write_bytes(b"not a database" * 1000)
    else:
        with sqlite3.connect(path) as database:
            database.execute("UPDATE state SET form = 'other'")
        database.close()
    with open_index(tmp_path) as index:
        assert index.change_id == ""
        assert index.article_frequencies(words("rain")) == Frequencies(0, {hash_term("rain"): 0})


def spoil(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / neighbours.FILE_NAME) as database:
        database.execute(statement)
    database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE terms",
        "UPDATE articles SET told = x'00'",
        "UPDATE articles SET terms = x'789c4b02000062'",
        "UPDATE terms SET newest = substr(newest, 1, 5) WHERE length(newest) > 0",
        "DELETE FROM articles",
    ],
    ids=["a table gone", "told is no packed value", "terms cut off", "a posting cut off", "rows gone"],
)
def test_damage_that_shows_in_use_is_named_and_the_next_opening_begins_anew(tmp_path: Path, statement: str) -> None:
    """Whatever the bad content raises is one error of the index, and what is damaged does not stay."""
    with open_index(tmp_path) as index:
        keep(index, indexed("one", RAIN, grams=range(5), rain=1.0))
    spoil(tmp_path, statement)
    with pytest.raises(IndexDamaged, match="makes it anew"), open_index(tmp_path) as index:  # noqa: PT012 - whichever shows it
        index.near_by_terms(mark("new", rain=1.0), NOW, 10, 12)
        index.indexed(ids("one"))
    with open_index(tmp_path) as index:
        assert index.change_id == ""


def test_an_error_of_the_caller_is_not_taken_for_damage(tmp_path: Path) -> None:
    """A KeyError from elsewhere goes through, and the index stays."""
    with open_index(tmp_path) as index:
        keep(index, indexed("one", rain=1.0))
    with pytest.raises(KeyError), open_index(tmp_path):
        raise KeyError("elsewhere")
    with open_index(tmp_path) as index:
        assert index.change_id == "change"


@pytest.mark.parametrize("name", [neighbours.FILE_NAME, f"{neighbours.FILE_NAME}-wal"])
def test_a_folder_in_the_place_of_the_file_is_told_plainly(tmp_path: Path, name: str) -> None:
    """It is not deleted, and the error says what to look for."""
    (tmp_path / name).mkdir()
    with pytest.raises(StoreError, match=r"cannot be used.*a folder of this name"), open_index(tmp_path):
        pass
    assert (tmp_path / name).is_dir()


def test_a_lock_or_a_full_disk_does_not_delete_the_index(tmp_path: Path) -> None:
    """What passes is no damage: what was taken in is there afterwards."""
    with open_index(tmp_path) as index:
        keep(index, indexed("one", rain=1.0))
        index._database.execute("PRAGMA max_page_count = 1")  # as a full disk: no more pages
        with pytest.raises(StoreError, match="full") as full:
            keep(index, *archive(Random(4), 300))
        index._database.execute("PRAGMA busy_timeout = 0")
        with sqlite3.connect(tmp_path / neighbours.FILE_NAME, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="locked") as locked:
                keep(index, indexed("two", rain=1.0))
        other.close()
    assert not isinstance(full.value, IndexDamaged)
    assert not isinstance(locked.value, IndexDamaged)
    with open_index(tmp_path) as index:
        assert index.article_frequencies(words("rain")) == Frequencies(1, {hash_term("rain"): 1})


def test_what_a_long_article_tells_late_is_found_again(index: Index) -> None:
    """A list of thousands of casualties or villages is one article: its last statement is told as its first one is."""
    spelled = ["".join("abcdefghkl"[int(digit)] for digit in str(number)) for number in range(10_000, 12_000)]
    said = [f"Waters reached {name}." for name in spelled]
    keep(index, indexed("long", *said))
    for text in (said[0], said[1100], said[-1]):
        terms = told(article_id("long"), text).terms
        found = index.told(index.near_told([("idlib", terms)], index.statement_frequencies(terms), 1, 0.9))
        assert [one.statement.text for one in found] == [text]
