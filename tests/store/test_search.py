"""What a scan with the same folding finds, the terms find; in every script, in head and archive, whatever is asked."""

import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib import resources
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.errors import UsageError
from tidings.store.asked import read_asked
from tidings.store.database import open_memory, open_store
from tidings.store.marking import marked, units_of
from tidings.store.publish import HeadMax, publish
from tidings.store.query import open_snapshot, query
from tidings.store.rows import rows, storable
from tidings.store.search import search

pytestmark = pytest.mark.slow  # published files of a real store


def uid(number: int) -> str:
    """Return a readable id."""
    return str(uuid.UUID(int=number))


WORDS = [
    "Idlib",
    "İdlib",
    "IDLIB",
    "ıdlib",
    "Erdoğan",
    "erdogan",
    "naïve",
    "NAIVE",
    "straße",
    "STRASSE",
    "İstanbul'da",
    "École",
    "ecole",
    "l'école",
    "1,200",
    "1200",
    "№7",
    "Ёлка",
    "елка",
    "МОСКВА",
    "москвы",
    "إدلب",
    "ادلب",
    "وإدلب",
    "النفط",
    "نفط",
    "والنفط",
    "للنفط",
    "لله",
    "الأمم",
    "ٱلأُمَم",
    "ليـــبيا",
    "ليبيا",
    "٣٤",
    "34",
    "۳۴",
    "利比亚",
    "利比",
    "比亚",
    "亚利",
    "石油公司",
    "abc利比亚",
    "新疆",
    "ひらがな",
    "カタカナ",
    "한국",
    "ไทย",
    "हिन्दी",
    ".",
    "%",
    "_",
    "'",
    "\\",
    "😀",
]


@pytest.fixture(scope="module")
def memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty store in memory: it has the macros."""
    with open_memory() as connection:
        yield connection


FOLDING = (resources.files("tidings.store") / "sql" / "search_terms.sql").read_text(encoding="utf-8")
TEXTS = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=12).map(" ".join)


@cache
def folding() -> duckdb.DuckDBPyConnection:
    """Open a connection that has the macros of folding, once."""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA core")
    connection.execute(FOLDING)
    return connection


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, words=st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=4)), min_size=1, max_size=3).map(" ".join))
def test_terms_miss_nothing_that_a_scan_finds(text: str, words: str) -> None:
    """Where the folded words follow each other in the folded text, all terms of the words are among those of the text."""
    sql = """SELECT contains(core.folded($text), core.folded($words)) AS scanned,
             list_has_all(core.terms(core.folded($text)), core.sought(core.folded($words))) AS indexed, len(core.terms(core.folded($words))) AS n"""
    [row] = rows(folding(), sql, {"text": storable(text), "words": storable(words)})
    assert row["indexed"] or not row["scanned"]
    if row["n"] == 1:
        assert row["indexed"] == row["scanned"]


CASES = {
    "case": ("The IDLIB front", "idlib"),
    "Turkish capital dotted i": ("İdlib'de çatışma", "idlib"),
    "Turkish dotless i": ("ıssız köy", "issiz"),
    "Turkish soft g": ("Erdoğan geldi", "erdogan"),
    "French accents": ("L'École fut évacuée", "ecole evacuee"),
    "French elision": ("l’armée libanaise", "armée"),
    "German sharp s": ("Der Fußball", "fußball"),
    "Russian yo": ("Её самолёт", "самолет"),
    "Russian case": ("МОСКВА", "москва"),
    "Arabic hamza": ("قصف إدلب أمس", "ادلب"),
    "Arabic article": ("قال وزير النفط", "نفط"),
    "Arabic article asked": ("صادرات نفط", "النفط"),
    "Arabic and with article": ("الغاز والنفط", "نفط"),
    "Arabic for with article": ("وزارة للنفط", "النفط"),
    "Arabic vowel signs": ("ٱلْأُمَم", "الأمم"),
    "Arabic tatweel": ("ليـــبيا", "ليبيا"),
    "Arabic ta marbuta": ("مدرسة", "مدرسه"),
    "Arabic digits": ("قتل ٣٤ شخصا", "34"),
    "Persian letters": ("كابل یک", "يك"),
    "Chinese within a run": ("利比亚石油公司宣布", "石油"),
    "Chinese one character": ("利比亚石油公司", "亚"),
    "Chinese next to Latin": ("BBC利比亚", "利比亚"),
    "Chinese over a break": ("利比\n亚", "利比亚"),
    "Japanese": ("シリアの石油", "シリア"),
    "Hindi": ("हिन्दी समाचार", "हिन्दी"),
    "figure": ("some 1,200 people", "1,200"),
    "apostrophe": ("Gaza’s port", "Gaza's"),
    "percent": ("up 5% a day", "5%"),
}


@pytest.mark.parametrize("name", CASES)
def test_spelling_makes_no_difference(memory: duckdb.DuckDBPyConnection, name: str) -> None:
    """Each word of the query is found in the text, and marked there."""
    text, words = CASES[name]
    [units] = units_of(memory, [text])
    asked = units_of(memory, words.split())
    assert all(one in units for one in asked)
    spans = marked(memory, text, asked)
    assert spans
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)


@pytest.mark.parametrize(
    ("text", "words"),
    [("利比亚石油", "亚利"), ("Idlibs", "idlib"), ("الله", "له"), ("oil field", "field oil"), ("12000", "1200")],
    ids=["other order", "part of a word", "no article", "phrase turned round", "part of a figure"],
)
def test_other_words_are_not_found(memory: duckdb.DuckDBPyConnection, text: str, words: str) -> None:
    """What only looks alike is not found."""
    [units, asked] = units_of(memory, [text, words])
    assert asked not in units


def test_marks_are_exact(memory: duckdb.DuckDBPyConnection) -> None:
    """Marks are offsets in the text as it is; words that follow each other have one mark."""
    text = "Heavy\x1b rain, HEAVY 利比亚石油 ٱلْأُمَم."
    found = [text[start:end] for start, end in marked(memory, text, units_of(memory, ["heavy", "石油", "امم"]))]
    assert found == ["Heavy", "HEAVY", "石油 ٱلْأُمَم"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, add: Callable[..., None]) -> Path:
    """Sixty articles of words in many scripts: the first in the archive, the others in the head, some changed and one gone since."""
    path, chance = tmp_path_factory.mktemp("searched"), random.Random(7)

    def article(number: int) -> None:
        text = " ".join(chance.choices(WORDS, k=9)) + ". " + " ".join(chance.choices(WORDS, k=9))
        add(
            store, "articles", id=uid(number), version_id=uid(1000 + number), title=" ".join(chance.choices(WORDS, k=2)), text=text,
            publisher="Wire", origin="Wire", verdict="full", language="en", decided=True,
        )  # fmt: skip

    with open_store(path, 0) as store:
        add(store, "topics", name="idlib", title="Idlib")
        for number in range(1, 31):
            article(number)
        add(store, "entries", id=uid(500), title="Zeppelin über Idlib", outcome="off_topic", feed_id=uid(1))
        publish(store, path, head_max=HeadMax(articles=0))
        for number in range(31, 61):
            article(number)
        store.execute("UPDATE core.articles SET text = 'Zeppelin alone', change = core.change_now() WHERE id = ?", [uid(3)])
        publish(store, path)
    assert (path / "tidings_archive.duckdb").exists()
    return path


@pytest.mark.parametrize("word", [one for one in WORDS if any(char.isalnum() for char in one)])
def test_head_and_archive_give_what_a_scan_gives(folder: Path, word: str) -> None:
    """In archive and head together, for each word, the macro, the command and a scan of all texts agree."""
    with open_snapshot(folder) as connection:
        sql = """SELECT a.id FROM core.articles AS a
                 WHERE contains(core.folded(a.title), core.folded($word)) OR contains(core.folded(a.text), core.folded($word))"""
        scanned = {row["id"] for row in rows(connection, sql, {"word": word})}
        asked = "SELECT article_id AS id FROM search($word) WHERE kind = 'article'"
        assert {row["id"] for row in rows(connection, asked, {"word": f'"{word}"'})} == scanned
    found = search(folder, read_asked(f'"{word}"'), 1_000)
    assert {hit.article_id for hit in found.hits} - {""} == scanned
    assert all(hit.marks or hit.title_marks for hit in found.hits)


def test_what_changed_is_found_as_it_is(folder: Path) -> None:
    """An archived article that changed since is found by its present words, once; so is the title of an entry."""
    found = search(folder, read_asked("zeppelin"), 10)
    assert {(hit.kind, hit.article_id) for hit in found.hits} == {("article", uid(3)), ("entry", "")}
    assert found.count == 2


def test_no_article_is_found_twice(folder: Path) -> None:
    """However a word is spread over head and archive, each article is one row of the macro."""
    _, found = query(folder, "SELECT count(*), count(DISTINCT article_id) FROM search('idlib') WHERE kind = 'article'", None)
    assert found[0][0] == found[0][1] > 0


@pytest.mark.parametrize(
    "line",
    ["'", "''; DROP TABLE x; --", "%", "_", ".*", "a|b", "(", "\\", "\x00 a", "{terms}", "$count", "\u202e", "é" * 900, "-a b", "-- b"],
)
def test_hostile_queries_are_words_or_refused(folder: Path, line: str) -> None:
    """Signs of SQL, of patterns and of terminals are no more than what stands between words."""
    with suppress(UsageError):  # refused in one line: see the tests of the command
        assert search(folder, read_asked(line), 5).count >= 0


@pytest.mark.parametrize("line", ["'", "%", ".*", "()", '"', "", "?!"])
def test_the_macro_finds_nothing_where_no_word_is(folder: Path, line: str) -> None:
    """Without a letter or digit the macro gives no row, and no error."""
    with open_snapshot(folder) as connection:
        assert rows(connection, "SELECT * FROM search($line)", {"line": line}) == []
        assert rows(connection, "SELECT * FROM search_statements($line)", {"line": line}) == []
