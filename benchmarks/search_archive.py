"""Time the searches of a published archive: `python benchmarks/search_archive.py FOLDER [--meaning]`, FOLDER with tidings.duckdb and its archive.

The words are taken from the archive itself: by how many documents have them. Each search is `tidings.store.search`, whole (opening, ranking, 20 hits).
"""

import argparse
import dataclasses
import random
import resource
import time
from collections import Counter
from pathlib import Path

from tidings.config import load
from tidings.config.delivered import delivered_folder
from tidings.pipeline.by_meaning import search_by_meaning
from tidings.store.asked import read_asked
from tidings.store.query import open_snapshot
from tidings.store.rows import rows
from tidings.store.search import search


def queries(folder: Path) -> dict[str, str]:
    """Choose words from a sample of texts."""
    with open_snapshot(folder) as connection:
        found = rows(connection, "SELECT language, text FROM core.articles USING SAMPLE 600 ROWS (reservoir, 7)")
        counts = {language: Counter[str]() for language in ("en", "ar", "zh")}
        for row in found:
            if row["language"] in counts:
                counts[row["language"]].update(
                    {word.strip(".,\u3002") for word in row["text"].lower().split() if word.strip(".,\u3002").isalpha()}
                )
        english = [word for word, _ in counts["en"].most_common()]
        line = next(row["text"] for row in found if row["language"] == "en").split(". ")[1].split()
        chinese = next((row["text"] for row in found if row["language"] == "zh"), "")
    random.seed(7)
    return {
        "rare word": english[-1],
        "common word": english[0],
        "two words": " ".join(english[20:22]),
        "phrase": f'"{line[1]} {line[2]}"',
        "Arabic": counts["ar"].most_common()[20][0],
        "Chinese": "".join(one for one in chinese if "\u4e00" <= one <= "\u9fff")[10:12],
        "in nothing, misspelt": english[30][:-1] + "zq",
    }


def main() -> None:
    """Print a row for each query."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--meaning", action="store_true")
    given = parser.parse_args()
    print("| query | found | first, ms (cpu ms) | again, ms (cpu ms) |\n|---|---|---|---|")
    for name, line in queries(given.folder).items():
        cells, count = [], 0
        for _ in range(2):
            cpu, began = time.process_time(), time.monotonic()
            count = search(given.folder, read_asked(line), 20).count
            cells.append(f"{(time.monotonic() - began) * 1e3:.0f} ({(time.process_time() - cpu) * 1e3:.0f})")
        print(f"| {name} | {count:,} | {' | '.join(cells)} |", flush=True)
    if given.meaning:
        settings = dataclasses.replace(load(delivered_folder(), {}), data=given.folder.absolute())
        for name in ("by meaning, first (2,000 vectors made)", "by meaning (2,000 more)", "by meaning, none made"):
            cpu, began = time.process_time(), time.monotonic()
            found = search_by_meaning(settings, read_asked("hospital bombed"), 20, added_max=0 if "none" in name else 2_000)
            covered = found.covered
            assert covered is not None
            took = f"{(time.monotonic() - began) * 1e3:.0f} ({(time.process_time() - cpu) * 1e3:.0f})"
            print(f"| {name} | {found.count:,} of {covered.count:,} of {covered.of_count:,} | {took} | |", flush=True)
    print(f"\nat most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB of memory")


if __name__ == "__main__":
    main()
