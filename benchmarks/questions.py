"""Time the twenty questions of docs/how-to/query.md on published archives: `python benchmarks/questions.py FOLDER [FOLDER ...]`.

Each folder holds a published snapshot (with its archive, where it has one), such as those of benchmarks/archive_store.py. Topics and days
of the page are replaced by those that the archive has. Prints wall and processor seconds of the better of two, asked as `tidings query` asks.
"""

import argparse
import re
import resource
import time
from datetime import timedelta
from pathlib import Path

from tidings.store.query import open_snapshot

PAGE = Path(__file__).resolve().parents[1] / "docs" / "how-to" / "query.md"
QUESTIONS = re.findall(r"^## (\d+)\. ([^\n]+)\n.*?^```sql\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
# Days before the newest article that stand for the days of the page.
DAYS = {"2020-01-01": 30, "2020-02-01": 30, "2020-02-17": 10, "2020-02-18": 9, "2020-02-20": 7, "2020-02-25": 2, "2020-03-01": -1}


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    for folder in parser.parse_args().folders:
        ask(folder)


def ask(folder: Path) -> None:
    """Ask all questions of one archive."""
    with open_snapshot(folder) as connection:
        [(newest, count)] = connection.execute("SELECT newest_article_at::DATE, (SELECT count(*) FROM articles) FROM published").fetchall()
        topics = [name for (name,) in connection.execute("SELECT name FROM topics ORDER BY name LIMIT 2").fetchall()]
        here = {f"'{day}'": f"'{newest - timedelta(days=ago)}'" for day, ago in DAYS.items()}
        here |= dict(zip(("'libya'", "'idlib'"), (f"'{name}'" for name in topics), strict=False))
        print(f"{folder}: {count:,} articles")
        for number, title, written in QUESTIONS:
            sql = re.sub(r"'[^'\n]*'", lambda found: here.get(found[0], found[0]), written)
            best = (float("inf"), float("inf"), 0)
            for _ in range(2):
                start, before = time.perf_counter(), _processor_s()
                rows = len(connection.execute(sql).fetchall())
                best = min(best, (time.perf_counter() - start, _processor_s() - before, rows))
            print(f"{number:>3} {title:<52} {best[0]:7.2f} s {best[1]:7.2f} s {best[2]:7,} rows")


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
