"""Print how DUPLICATE_SCORE_MIN and NEAR_CONTAINMENT_MIN (stages/dedupe.py) trade on TIDINGS_DATA/copies, and the points to choose.

Measured with the stage's own likeness, b against a; idf as the pipeline counts it, over all texts of the sets. A pair labelled
exact, near or rewrite is a copy; same_event and different are none; changed_facts are copies in which facts differ.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from tidings.evaluation.measures import article_of, data_folder, read_rows, share, steps
from tidings.model import Article, Fingerprint
from tidings.pipeline.decide import Frequency, hash_term
from tidings.stages import dedupe

SETS = ("fakes", "ecbplus", "rewrites_llmfake", "allsides", "semeval_en", "changed_facts")
COPIES = frozenset({"exact", "near", "rewrite"})
OTHERS = frozenset({"same_event", "different"})
PRECISION_MIN = 0.99


@dataclass(frozen=True, slots=True)
class Pair:
    """Hold one labelled pair, measured."""

    name: str  # of the set
    label: str
    likeness: dedupe.Likeness
    sentence_count: int  # of the text with fewer


def measure(rows: Sequence[tuple[str, str, Article, Article]]) -> list[Pair]:
    """Measure (set, label, a, b) pairs."""
    marks = {article.id: dedupe.fingerprint(article) for _, _, a, b in rows for article in (a, b)}
    frequency = Frequency(0, {})
    for mark in marks.values():
        frequency.add(frozenset(map(hash_term, mark.terms)))
    idf = _remembered(frequency)
    return [Pair(name, label, _likeness(a, b, marks, idf), min(map(_sentence_count, (a, b)))) for name, label, a, b in rows]


def _sentence_count(article: Article) -> int:
    return len(dedupe.sentence_terms(article.text, article.language))


def _likeness(a: Article, b: Article, marks: dict[str, Fingerprint], idf: dedupe.Idf) -> dedupe.Likeness:
    candidate = dedupe.as_candidate(a, marks[a.id], "article")
    return dedupe.likeness(marks[b.id], dedupe.sentence_terms(b.text, b.language), candidate, idf)


def _remembered(frequency: Frequency) -> dedupe.Idf:
    known: dict[str, float] = {}

    def idf(term: str) -> float:
        if term not in known:
            known[term] = frequency.idf(term)
        return known[term]

    return idf


def choose_score(pairs: Sequence[Pair]) -> tuple[float, float]:
    """Return the least score from which on PRECISION_MIN of the pairs called copies are copies, and its recall."""
    ranked = sorted(((pair.likeness.score, pair.label in COPIES) for pair in pairs if pair.label in COPIES | OTHERS), reverse=True)
    copies = sum(is_copy for _, is_copy in ranked)
    best, right = (1.0, 0.0), 0
    for place, (score, is_copy) in enumerate(ranked, 1):
        right += is_copy
        ends = place == len(ranked) or ranked[place][0] < score
        if ends and right / place >= PRECISION_MIN:
            best = (score, right / copies)
    return best


def choose_containment(pairs: Sequence[Pair]) -> tuple[float, float]:
    """Return the containment that best tells near from rewrite among copies called so, and its balanced accuracy."""
    called = [pair for pair in pairs if pair.label in {"near", "rewrite"} and pair.likeness.score >= dedupe.DUPLICATE_SCORE_MIN]
    near = [pair.likeness.copied for pair in called if pair.label == "near"]
    rewrite = [pair.likeness.copied for pair in called if pair.label == "rewrite"]
    scored = [((share(near, least) + 1 - share(rewrite, least)) / 2, least) for least in steps(0.2, 0.8, 0.01)]
    accuracy = max(scored)[0]
    good = [least for value, least in scored if value == accuracy]
    return good[len(good) // 2], accuracy


def score_lines(pairs: Sequence[Pair]) -> list[str]:
    """Write the curve of DUPLICATE_SCORE_MIN."""
    groups = {label: [pair.likeness.score for pair in pairs if pair.label == label] for label in sorted({pair.label for pair in pairs})}
    lines = ["share of each label called a copy, by DUPLICATE_SCORE_MIN"]
    lines.append(
        f"{'least':>7}" + "".join(f"{f'{label} {len(found)}':>20}" for label, found in groups.items()) + f"{'precision':>11}{'recall':>8}"
    )
    for least in (*steps(0.20, 0.60, 0.025), dedupe.DUPLICATE_SCORE_MIN):
        shares = "".join(f"{share(found, least):>20.3f}" for found in groups.values())
        copies = [pair.likeness.score for pair in pairs if pair.label in COPIES]
        others = [pair.likeness.score for pair in pairs if pair.label in OTHERS]
        right, wrong = share(copies, least) * len(copies), share(others, least) * len(others)
        lines.append(f"{least:>7.3f}{shares}{right / max(right + wrong, 1):>11.3f}{share(copies, least):>8.3f}")
    lines[-1] += "  <- as set"
    return lines


def short_lines(pairs: Sequence[Pair]) -> list[str]:
    """Write what it would change if a text of few sentences could be an exact or near copy, but no rewrite."""
    lines = ["if a rewrite needed so many sentences on both sides: the least score with that precision"]
    lines.append(f"{'sentences':>11}{'least':>7}{'recall':>8}{'rewrites':>10}{'same_event':>12}")
    for needed in range(5):
        able = [pair for pair in pairs if pair.sentence_count >= needed or pair.likeness.copied >= dedupe.NEAR_CONTAINMENT_MIN]
        least, _ = choose_score(able)
        found = {label: [pair for pair in able if pair.label == label] for label in {pair.label for pair in pairs}}
        called = {label: sum(pair.likeness.score >= least for pair in group) for label, group in found.items()}
        total = {label: sum(pair.label == label for pair in pairs) for label in found}
        recall = sum(called.get(label, 0) for label in COPIES) / max(sum(total.get(label, 0) for label in COPIES), 1)
        rewrites = called.get("rewrite", 0) / max(total.get("rewrite", 0), 1)
        lines.append(f"{needed:>11}{least:>7.3f}{recall:>8.3f}{rewrites:>10.3f}{called.get('same_event', 0):>12}")
    return lines


def set_lines(pairs: Sequence[Pair]) -> list[str]:
    """Write, by set and label, how many are called copies with the constants as they are."""
    lines = ["called a copy as set, by set and label"]
    for name, label in sorted({(pair.name, pair.label) for pair in pairs}):
        found = [pair.likeness for pair in pairs if (pair.name, pair.label) == (name, label)]
        relations = [str(dedupe.relation(one) or "none") for one in found]
        counts = ", ".join(f"{relations.count(each)} {each}" for each in ("exact", "near", "rewrite", "none"))
        lines.append(f"  {name:18}{label:15}{counts}")
    return lines


def main() -> None:
    """Print the curves and the chosen points."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    folder = data_folder() / "copies"
    rows = []
    for name in SETS:
        for number, row in enumerate(read_rows(folder / f"{name}.jsonl.gz")):
            rows.append((name, row["relation"], article_of(row["a"], f"{name}{number}a"), article_of(row["b"], f"{name}{number}b")))
    pairs = measure(rows)
    print("\n".join([*score_lines(pairs), "", *set_lines(pairs), "", *short_lines(pairs), ""]))
    least, recall = choose_score(pairs)
    print(f"DUPLICATE_SCORE_MIN: {least:.3f} gives precision {PRECISION_MIN} and recall {recall:.3f}; set: {dedupe.DUPLICATE_SCORE_MIN}")
    for left_out in SETS[:-1]:
        other_least, other_recall = choose_score([pair for pair in pairs if pair.name != left_out])
        print(f"  without {left_out:18} {other_least:.3f}, recall {other_recall:.3f}")
    containment, accuracy = choose_containment(pairs)
    print(
        f"NEAR_CONTAINMENT_MIN: {containment:.2f} tells near from rewrite best, balanced accuracy {accuracy:.3f}; set: {dedupe.NEAR_CONTAINMENT_MIN}"
    )


if __name__ == "__main__":
    main()
