"""Print the curves by which a statement counts as told in another language, and what the chosen points give.

    python benchmarks/tune_meaning.py [use|fastembed:NAME] [--half choose|report] [--errors]

Sets: tests/corpus/statements_* (our own words; Arabic, Turkish, Chinese and Russian against English). Half of the told ones are
translated, half say it in other words; of the new ones nearly all differ from the told one in one fact. Thresholds are chosen on the
half `choose`, told on `report`. tests/corpus/pairs_* (articles): how many are linked as translations, and of what is linked the mean
share of sentences that are reported, and the share of pairs with changed facts of which a sentence is reported. What is measured is the product's own: pipeline.comparison's likeness and stages._translated.
"""

import argparse
from collections import Counter
from typing import Any

import numpy as np
from meaning_models import LANGUAGES, model_of, read

from tidings.meaning.besides import besides
from tidings.meaning.embedding import Meaning
from tidings.pipeline import comparison as pipeline
from tidings.stages import _translated
from tidings.stages._told import ToldStatement
from tidings.text.sentences import sentences

COPY_STEPS = (0.20, 0.30, 0.40, 0.50, 0.65)
STEPS = (0.45, 0.50, 0.55, 0.60, 0.65, 0.70)


def statement(text: str, language: str, identity: str) -> ToldStatement:
    return ToldStatement(identity, "topic", identity, identity, text, frozenset(), (), language=language)


def pairs(model: Meaning, half: str) -> list[tuple[str, dict[str, Any], ToldStatement, ToldStatement, float]]:
    """Return (language, row, statement, told, likeness)."""
    found = []
    for language in LANGUAGES:
        rows = read("statements", language, half)
        mine, theirs = model.embed([row["text"] for row in rows]), model.embed([row["told"] for row in rows])
        for row, cosine in zip(rows, (mine * theirs).sum(axis=1), strict=True):
            likeness = float(cosine)
            if likeness >= pipeline.BESIDES_MIN:
                likeness -= pipeline.BESIDES_WEIGHT * besides(model, row["text"], row["told"])
            found.append((language, row, statement(row["text"], language, "new"), statement(row["told"], "en", "told"), likeness))
    return found


def linked(model: Meaning, half: str) -> list[tuple[str, str, float, list[tuple[ToldStatement, list[tuple[float, ToldStatement]]]]]]:
    """Return (language, relation, translation score, sentences with their likenesses) of each pair of articles."""
    found = []
    for language in LANGUAGES:
        for pair in read("pairs", language, half):
            left, right = split(pair["a"]), split(pair["b"])
            cosines = model.embed(right) @ model.embed(left).T
            score = _translated.translation_score([(float(row.max()), int(row.argmax())) for row in cosines])
            said = []
            for text, row in zip(right, cosines, strict=True):
                alike = []
                for place in np.argsort(-row)[: pipeline.ALIKE_MAX]:
                    likeness = float(row[place])
                    if likeness >= pipeline.BESIDES_MIN:
                        likeness -= pipeline.BESIDES_WEIGHT * besides(model, text, left[place])
                    if row[place] >= pipeline.ALIKE_MIN:
                        alike.append((likeness, statement(left[place], pair["a"]["language"], "told")))
                said.append((statement(text, language, "new"), sorted(alike, key=lambda one: -one[0])))
            found.append((language, pair["relation"], score, said))
    return found


def split(article: dict[str, str]) -> list[str]:
    return [article["text"][span.start : span.end] for span in sentences(article["text"], article["language"])]


def show_pairs(model: Meaning, half: str) -> None:
    rows = linked(model, half)
    chosen = _translated.SAME_IN_COPY_MIN
    for relation in ("rewrite", "changed_facts", "same_event", "different"):
        parts = [
            f"{key} {sum(score > 0 for language, kind, score, _ in rows if kind == relation and key in (language, 'all'))}"
            f"/{sum(kind == relation and key in (language, 'all') for language, kind, _, _ in rows)}"
            for key in (*LANGUAGES, "all")
        ]
        print(f"linked as translation: {relation:13} {'  '.join(parts)}")
    for least in sorted({*COPY_STEPS, chosen}):
        _translated.SAME_IN_COPY_MIN = least
        for key in (*LANGUAGES, "all") if least == chosen else ("all",):
            shares, kept = [], []
            for language, relation, score, said in rows:
                if key not in (language, "all") or relation not in ("rewrite", "changed_facts"):
                    continue
                verdicts = [_translated.translated(new, alike, "told" if score else "") for new, alike in said]
                new_count = sum(verdict is None or bool(verdict.numbers) for verdict in verdicts)
                if relation == "rewrite":
                    shares.append(new_count / len(verdicts))
                else:
                    kept.append(new_count > 0)
            mark = "  <- chosen" if least == chosen else ""
            print(
                f"in a copy >= {least:.2f} {key:3} new in a translation {np.mean(shares):.2f}  changed facts kept {sum(kept)}/{len(kept)}{mark}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="use")
    parser.add_argument("--half", default="choose", choices=["choose", "report"])
    parser.add_argument("--errors", action="store_true")
    arguments = parser.parse_args()
    model = model_of(arguments.model)
    show_pairs(model, arguments.half)
    rows = pairs(model, arguments.half)
    chosen = _translated.SAME_MIN
    for least in sorted({*STEPS, chosen}):
        _translated.SAME_MIN = least  # the curve of the product's own decision
        counts: Counter[tuple[str, str]] = Counter()
        for language, row, new, told, likeness in rows:
            verdict = _translated.translated(new, [(likeness, told)])
            is_told = verdict is not None and not verdict.numbers
            kind = row["why"] if not row["new"] else "new"
            for key in (language, "all"):
                counts[key, kind] += 1
                counts[key, f"{kind} told"] += is_told
                counts[key, "number"] += row["why"] == "other_number"
                counts[key, "number seen"] += row["why"] == "other_number" and verdict is not None and bool(verdict.numbers)
            if arguments.errors and least == chosen and is_told == row["new"]:
                print(f"  {language} {'LOST' if row['new'] else 'repeated'} {row['why']} {likeness:.2f} {row['told']} | {row['text']}")
        mark = "  <- chosen" if least == chosen else ""
        print(f"likeness >= {least:.2f}{mark}")
        for key in (*LANGUAGES, "all") if least == chosen else ("all",):
            parts = [f"{kind} told {counts[key, kind + ' told']}/{counts[key, kind]}" for kind in ("translated", "paraphrased")]
            lost, of = counts[key, "new told"], counts[key, "new"]
            print(
                f"  {key:3} {'  '.join(parts)}  new lost {lost}/{of}  changed numbers seen {counts[key, 'number seen']}/{counts[key, 'number']}"
            )


if __name__ == "__main__":
    main()
