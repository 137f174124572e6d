"""Print how well figures are read, and a sample of the errors, from labelled JSON-lines files.

Usage: python benchmarks/figures_errors.py FILE... [--limit N]. Without files: figures/figures_dev.jsonl under TIDINGS_DATA.
"""

import argparse
import os
from collections import Counter
from datetime import date
from pathlib import Path

from tidings.evaluation.figures import evaluate, found_key, labelled_key
from tidings.evaluation.measures import read_rows
from tidings.stages.figures import read_figures


def main() -> None:
    """Print the measures and up to `--limit` sentences with their wrong figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--limit", type=int, default=20)
    options = parser.parse_args()
    files = options.files or [Path(os.environ["TIDINGS_DATA"]) / "figures" / "figures_dev.jsonl"]
    for name, value in evaluate(files).measures.items():
        print(f"{name:32} {value:.3f}")
    shown = 0
    for record in (row for file in files for row in read_rows(file)):
        ours = Counter(found_key(figure) for figure in read_figures(record["text"], "en", date.fromisoformat(record["date"])))
        theirs = Counter(labelled_key(figure) for figure in record["figures"])
        if ours == theirs or shown >= options.limit:
            continue
        shown += 1
        print(f"\n{record['id']}  {record['text']}")
        for sign, keys in (("- missed", theirs - ours), ("+ wrong ", ours - theirs)):
            for key in keys.elements():
                print(f"   {sign} {key}")


if __name__ == "__main__":
    main()
