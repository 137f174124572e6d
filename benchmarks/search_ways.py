"""Measure ways of finding words in many articles: build time, size, memory, and the time of queries of several kinds.

Usage: python benchmarks/search_ways.py [--articles 100000] [--into FOLDER] [--way NAME]. Texts are put together from the sentences of
$TIDINGS_DATA/current_events (a tenth each of Arabic and Chinese words of our own), about 1,700 characters an article. Times are those of
the processor where `cpu` is said (other work on the machine does not count), else of the clock. Each way runs in a process of its own.
"""

import argparse
import gzip
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from tidings.store.terms import BATCH_MAX

ARABIC = [
    "ليبيا",
    "النفط",
    "طرابلس",
    "الحكومة",
    "رئيس",
    "مجلس",
    "الأمن",
    "قوات",
    "المدينة",
    "وزير",
    "الخارجية",
    "إدلب",
    "سوريا",
    "القصف",
    "المدنيين",
    "مساعدات",
    "معبر",
    "الحدود",
    "تركيا",
    "روسيا",
    "اتفاق",
    "وقف",
    "إطلاق",
    "النار",
    "قتلى",
    "جرحى",
    "مستشفى",
    "مدرسة",
    "نازحون",
]
CHINESE = (
    "利比亚石油公司宣布新疆乌鲁木齐政府外交部发言人表示叙利亚伊德利卜停火协议联合国安理会平民医院学校难民援助边境土耳其俄罗斯战斗死亡受伤"
)
QUERIES = {
    "rare word": ["Überlingen"],
    "common word": ["government"],
    "two words": ["earthquake", "rebels"],
    "phrase": ["prime minister of"],
    "Arabic": ["نفط", "إدلب"],
    "Chinese": ["石油"],
    "in no text": ["zzyzx"],
}
TRIES = 1


def make_texts(path: Path, count: int) -> None:
    """Write the articles into a DuckDB file, once."""
    random.seed(7)
    source = Path(os.environ["TIDINGS_DATA"]) / "current_events" / "2002-2018.jsonl.gz"
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        known = [json.loads(line)["text"] for line in lines]

    def text(number: int) -> str:
        if number % 10 == 8:
            return ". ".join(" ".join(random.choices(ARABIC, k=14)) for _ in range(16))
        if number % 10 == 9:
            return "。".join("".join(random.choices(CHINESE, k=30)) for _ in range(20))
        return " ".join(known[int(random.random() ** 1.5 * len(known))] for _ in range(11))

    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE articles (number INTEGER, text VARCHAR)")
        for first in range(0, count, 5_000):
            numbers = list(range(first, min(count, first + 5_000)))
            connection.execute("INSERT INTO articles SELECT unnest(?), unnest(?)", [numbers, [text(one) for one in numbers]])


def scan(connection: duckdb.DuckDBPyConnection, _path: Path) -> Callable[[list[str]], Any]:
    """Look at each text, as it is: spelling has to be the same."""
    sql = "SELECT count(*) FROM t.articles WHERE "
    return lambda words: connection.execute(sql + " AND ".join("text ILIKE ?" for _ in words), [f"%{one}%" for one in words]).fetchone()


def scan_folded(connection: duckdb.DuckDBPyConnection, _path: Path) -> Callable[[list[str]], Any]:
    """Look at each text, folded while searching."""
    return lambda words: connection.execute(
        "SELECT count(*) FROM (SELECT core.folded(text) AS f FROM t.articles) WHERE "
        + " AND ".join("contains(f, (SELECT core.folded(?)))" for _ in words),
        words,
    ).fetchone()


def extension(connection: duckdb.DuckDBPyConnection, path: Path) -> Callable[[list[str]], Any]:
    """Use DuckDB's extension fts, from its package; the whole index is made anew for one more row."""
    connection.close()
    with duckdb.connect(str(path)) as own:
        _load_fts(own)
        own.execute(f"ATTACH '{path.with_name('texts.duckdb')}' AS t (READ_ONLY)")
        own.execute("CREATE TABLE articles AS FROM t.articles")
        own.execute("PRAGMA create_fts_index('articles', 'number', 'text', stemmer='none', stopwords='none', ignore='[^\\p{L}\\p{N}]+')")
    own = duckdb.connect(str(path))
    _load_fts(own)
    sql = "SELECT count(*) FROM (SELECT fts_main_articles.match_bm25(number, ?, conjunctive := 1) AS s FROM articles) WHERE s IS NOT NULL"
    return lambda words: own.execute(sql, [" ".join(words)]).fetchone()


def _load_fts(connection: duckdb.DuckDBPyConnection) -> None:
    import duckdb_extension_fts  # type: ignore[import-not-found]  # noqa: PLC0415 - not a dependency: only where it is measured

    [file] = Path(duckdb_extension_fts.__file__).parent.rglob("fts.duckdb_extension")
    connection.execute(f"LOAD '{file}'")


def fts5(tokenizer: str) -> Callable[[duckdb.DuckDBPyConnection, Path], Callable[[list[str]], Any]]:
    """Use a file of SQLite beside the snapshot."""

    def build(connection: duckdb.DuckDBPyConnection, path: Path) -> Callable[[list[str]], Any]:
        own = sqlite3.connect(path)
        own.execute(f"CREATE VIRTUAL TABLE f USING fts5(text, content='', tokenize='{tokenizer}')")
        cursor = connection.execute("SELECT number, text FROM t.articles")
        while batch := cursor.fetchmany(2_000):
            own.executemany("INSERT INTO f(rowid, text) VALUES (?, ?)", batch)
        own.execute("INSERT INTO f(f) VALUES ('optimize')")
        own.commit()
        return lambda words: own.execute("SELECT count(*) FROM f WHERE f MATCH ?", [" ".join(f'"{one}"' for one in words)]).fetchone()

    return build


def postings(connection: duckdb.DuckDBPyConnection, path: Path) -> Callable[[list[str]], Any]:
    """Use a sorted table of terms and numbers, as tidings.store.terms makes it; a phrase is held against the texts."""
    connection.execute(f"ATTACH '{path}' AS p (STORAGE_VERSION 'v1.2.0')")
    connection.execute("CREATE TABLE p.postings (term BIGINT, number INTEGER)")
    [(count,)] = connection.execute("SELECT count(*) FROM t.articles").fetchall()
    for first in range(0, count, BATCH_MAX):
        connection.execute(
            """INSERT INTO p.postings SELECT DISTINCT core.term_code(x.term), x.number FROM (
                SELECT number, unnest(list_distinct(core.terms(units))) AS term
                FROM (SELECT number, core.folded(text) AS units FROM t.articles WHERE number BETWEEN ? AND ?)
            ) AS x ORDER BY 1, 2""",
            [first, first + BATCH_MAX - 1],
        )
    connection.execute("CHECKPOINT p")

    def ask(words: list[str]) -> Any:
        units = [connection.execute("SELECT core.folded(?)", [one]).fetchall()[0][0] for one in words]
        terms = {row[0] for one in units for row in connection.execute("SELECT core.term_code(unnest(core.sought(?)))", [one]).fetchall()}
        found = f"""SELECT number FROM p.postings WHERE term IN ({", ".join(map(str, terms))}) GROUP BY number
                    HAVING count(*) = {len(terms)}"""
        phrases = [one for one in units if " " in one.strip()]
        if not phrases:
            return connection.execute(f"SELECT count(*) FROM ({found})").fetchone()
        sql = f"""SELECT count(*) FROM (SELECT core.folded(text) AS f FROM t.articles WHERE number IN (FROM ({found}) ORDER BY 1 DESC LIMIT 2000))
                  WHERE {" AND ".join("contains(f, ?)" for _ in phrases)}"""
        return connection.execute(sql, phrases).fetchone()

    return ask


WAYS: dict[str, Callable[[duckdb.DuckDBPyConnection, Path], Callable[[list[str]], Any]]] = {
    "scan, ILIKE": scan,
    "scan, folded": scan_folded,
    "DuckDB fts": extension,
    "SQLite FTS5 unicode61": fts5("unicode61 remove_diacritics 2"),
    "SQLite FTS5 trigram": fts5("trigram"),
    "postings": postings,
}


def measure(way: str, folder: Path) -> None:
    """Build and ask one way, and print a row of the table."""
    path = folder / "way.db"
    for leftover in folder.glob("way.db*"):
        leftover.unlink()
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "1GB", "temp_directory": str(folder / "spill")})
    connection.execute("CREATE SCHEMA core")
    connection.execute((resources.files("tidings.store") / "sql" / "search_terms.sql").read_text(encoding="utf-8"))
    connection.execute(f"ATTACH '{folder / 'texts.duckdb'}' AS t (READ_ONLY)")
    began = time.process_time()
    ask = WAYS[way](connection, path)
    cells = [way, f"{time.process_time() - began:.0f}", f"{sum(one.stat().st_size for one in folder.glob('way.db*')) / 1e6:.0f}"]
    for words in QUERIES.values():
        times, answer = [], None
        for _ in range(TRIES):
            began = time.process_time()
            answer = ask(words)
            times.append(time.process_time() - began)
        cells.append(f"{min(times) * 1e3:.0f} ({answer[0] if answer else '-'})")
    cells.append(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f}")
    print("| " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    """Measure each way in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--into", type=Path, default=Path("search_ways"))
    parser.add_argument("--way", choices=WAYS)
    given = parser.parse_args()
    given.into.mkdir(exist_ok=True)
    if given.way:
        measure(given.way, given.into)
        return
    if not (given.into / "texts.duckdb").exists():
        make_texts(given.into / "texts.duckdb", given.articles)
    print("| way | build, cpu s | MB | " + " | ".join(f"{one}, cpu ms (found)" for one in QUERIES) + " | peak MB |")
    print("|" + "---|" * (len(QUERIES) + 4), flush=True)
    for way in WAYS:
        subprocess.run([sys.executable, __file__, "--articles", str(given.articles), "--into", str(given.into), "--way", way], check=False)


if __name__ == "__main__":
    main()
