"""Fit the weights of the copy score (stages/dedupe.py) on TIDINGS_DATA/copies and print how its thresholds trade, and the points to choose.

Measured with the stage's own alignment of b with a and of a with b. A pair labelled exact, near or rewrite is a copy; same_event and
different are none; changed_facts are copies in which facts differ, and take no part in the fit. Printed for the weights as set, as
fitted on all pairs (development), on nine tenths of the texts for the tenth left out, and on all files for the file left out.
"""

import argparse
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tidings.evaluation.copies import COPIES, OTHERS, PRECISION_MIN, Pair, read_pairs, recall_at_precision
from tidings.evaluation.measures import auc, data_folder, share, steps
from tidings.stages import bounds, dedupe

SETS = ("fakes", "ecbplus", "rewrites_llmfake", "allsides", "semeval_en", "changed_facts")
RIDGE = 0.1
FOLDS = 10
ROUNDS_MAX = 6
Model = NDArray[np.float64]  # the weights, then the intercept


@dataclass(frozen=True, slots=True)
class Measured:
    """Hold one labelled pair: the features of both alignments, the closer one first."""

    name: str  # of the set
    label: str
    fold: int
    equal: bool  # exact by the stage's rules, or too short: not scored by the weights
    copied: float
    score: float  # by the weights as set
    ways: tuple[tuple[float, ...], ...]

    def log_odds(self, model: Model) -> float:
        """Return the score by other weights."""
        if self.equal:
            return 99.0 if self.score > 0.5 else -99.0
        return max(float(np.dot(model[:-1], way)) + float(model[-1]) for way in self.ways)


def measure(name: str, pairs: Sequence[Pair]) -> list[Measured]:
    """Measure the pairs of one set; pairs that share a text fall into one fold."""
    folds = _folds(pairs)
    return [_measure(name, pair, folds[pair.name]) for pair in pairs]


def _measure(name: str, pair: Pair, fold: int) -> Measured:
    mark, original = dedupe.fingerprint(pair.b), dedupe.as_candidate(pair.a, dedupe.fingerprint(pair.a), "article")
    own = dedupe.aligned_text(pair.b.text, pair.b.language)
    likeness = dedupe.likeness(mark, own, original)
    found = (dedupe.align(own, original.text), dedupe.align(original.text, own, reverse=True))
    ways = tuple(way.features for way in found if way)
    return Measured(name, pair.relation, fold, likeness.alignment is None, likeness.copied, likeness.score, ways)


def _folds(pairs: Sequence[Pair]) -> dict[str, int]:
    parent: dict[int, int] = {}

    def root(key: int) -> int:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    keys = {pair.name: (zlib.crc32(pair.a.text.encode()), zlib.crc32(pair.b.text.encode())) for pair in pairs}
    for one, other in keys.values():
        parent[root(one)] = root(other)
    return {name: root(one) * 2_654_435_761 % FOLDS for name, (one, _) in keys.items()}


def fit(pairs: Iterable[Measured]) -> Model:
    """Fit the weights by logistic regression: copies by their closer way, others by both ways; ways are chosen anew until none changes."""
    scored = [pair for pair in pairs if not pair.equal]
    others = [way for pair in scored if pair.label in OTHERS for way in pair.ways]
    copies = [pair for pair in scored if pair.label in COPIES]
    chosen = [pair.ways[0] for pair in copies]
    for _ in range(ROUNDS_MAX):
        model = _logistic(np.array(chosen + others), np.array([1.0] * len(chosen) + [0.0] * len(others)))
        closer = [max(pair.ways, key=lambda way: float(np.dot(model[:-1], way))) for pair in copies]
        if closer == chosen:
            break
        chosen = closer
    return model


def _logistic(features: NDArray[np.float64], labels: NDArray[np.float64]) -> Model:
    """Return weights and intercept by Newton's method, with a small ridge on the standardised features."""
    mean, spread = features.mean(0), features.std(0) + 1e-9
    rows = np.c_[(features - mean) / spread, np.ones(len(features))]
    ridge = np.diag([RIDGE] * features.shape[1] + [0.0])
    weights = np.zeros(rows.shape[1])
    for _ in range(60):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (labels - chance) - ridge @ weights
        step = np.linalg.solve((rows * (chance * (1 - chance))[:, None]).T @ rows + ridge, slope)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    plain = weights[:-1] / spread
    return np.append(plain, weights[-1] - plain @ mean)


def choose_score(scored: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Return the least score from which on PRECISION_MIN of the pairs called copies are copies, and its recall."""
    copies = [score for score, is_copy in scored if is_copy]
    others = [score for score, is_copy in scored if not is_copy]
    recall = recall_at_precision(copies, others, PRECISION_MIN)
    reached = sorted(copies, reverse=True)[: round(recall * len(copies))]
    return (reached[-1] if reached else 1.0), recall


def choose_containment(pairs: Sequence[Measured]) -> tuple[float, float]:
    """Return the containment that best tells near from rewrite among copies called so, and its balanced accuracy."""
    called = [pair for pair in pairs if pair.label in {"near", "rewrite"} and pair.score >= bounds.DUPLICATE_SCORE_MIN]
    near = [pair.copied for pair in called if pair.label == "near"]
    rewrite = [pair.copied for pair in called if pair.label == "rewrite"]
    scored = [((share(near, least) + 1 - share(rewrite, least)) / 2, least) for least in steps(0.2, 0.8, 0.01)]
    accuracy = max(scored)[0]
    good = [least for value, least in scored if value == accuracy]
    return good[len(good) // 2], accuracy


def score_lines(pairs: Sequence[Measured]) -> list[str]:
    """Write the curve of DUPLICATE_SCORE_MIN with the weights as set."""
    groups = {label: [pair.score for pair in pairs if pair.label == label] for label in sorted({pair.label for pair in pairs})}
    lines = ["share of each label called a copy, by DUPLICATE_SCORE_MIN"]
    heads = "".join(f"{f'{label} {len(found)}':>20}" for label, found in groups.items())
    lines.append(f"{'least':>7}{heads}{'precision':>11}{'recall':>8}")
    for least in (*steps(0.05, 0.95, 0.05), bounds.DUPLICATE_SCORE_MIN):
        shares = "".join(f"{share(found, least):>20.3f}" for found in groups.values())
        copies = [pair.score for pair in pairs if pair.label in COPIES]
        others = [pair.score for pair in pairs if pair.label in OTHERS]
        right, wrong = share(copies, least) * len(copies), share(others, least) * len(others)
        lines.append(f"{least:>7.3f}{shares}{right / max(right + wrong, 1):>11.3f}{share(copies, least):>8.3f}")
    lines[-1] += "  <- as set"
    return lines


def set_lines(pairs: Sequence[Measured]) -> list[str]:
    """Write, by set and label, how many are called copies with the constants as they are."""
    lines = ["called a copy as set, by set and label"]
    for name, label in sorted({(pair.name, pair.label) for pair in pairs}):
        found = [pair.score for pair in pairs if (pair.name, pair.label) == (name, label)]
        lines.append(f"  {name:18}{label:15}{sum(score >= bounds.DUPLICATE_SCORE_MIN for score in found):>5} of {len(found)}")
    return lines


def left_out(pairs: Sequence[Measured], part: Callable[[Measured], object]) -> list[tuple[Measured, Measured]]:
    """Score every pair by a model fitted without its part: pairs as measured, and with that score."""
    found = []
    for each in sorted({str(part(pair)) for pair in pairs}):
        model = fit(pair for pair in pairs if str(part(pair)) != each)
        found += [(pair, replace(pair, score=pair.log_odds(model))) for pair in pairs if str(part(pair)) == each]
    return found


def file_lines(pairs: Sequence[Measured]) -> list[str]:
    """Write what a model and a threshold from the other files do on each file."""
    lines = ["weights and threshold from the other files:"]
    for name in SETS[:-1]:
        rest, own = [pair for pair in pairs if pair.name != name], [pair for pair in pairs if pair.name == name]
        model = fit(rest)
        least, _ = choose_score([(pair.log_odds(model), pair.label in COPIES) for pair in rest])
        for kind, labels in (("copies", COPIES), ("others", OTHERS)):
            found = [pair.log_odds(model) for pair in own if pair.label in labels]
            lines.append(f"  {name:18}{kind}: {share(found, least):.3f} of {len(found)} called copies")
    return lines


def main() -> None:
    """Print the fit, the curves and the chosen points."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    folder = data_folder() / "copies"
    every = [one for name in SETS for one in measure(name, list(read_pairs(folder / f"{name}.jsonl.gz")))]
    pairs = [pair for pair in every if pair.label in COPIES | OTHERS]
    model = fit(pairs)
    print("weights fitted: " + ", ".join(f"{name} {value:.2f}" for name, value in zip([*dedupe.WEIGHTS, "intercept"], model, strict=True)))
    print(
        "weights as set: " + ", ".join(f"{name} {value:.2f}" for name, value in {**dedupe.WEIGHTS, "intercept": dedupe.INTERCEPT}.items())
    )
    for title, scored in (
        ("as set", [(pair.score, pair.label in COPIES) for pair in pairs]),
        ("fitted on all", [(pair.log_odds(model), pair.label in COPIES) for pair in pairs]),
        (
            f"a {FOLDS}th of the texts left out",
            [(again.score, pair.label in COPIES) for pair, again in left_out(pairs, lambda pair: pair.fold)],
        ),
    ):
        least, recall = choose_score(scored)
        area = auc([score for score, is_copy in scored if is_copy], [score for score, is_copy in scored if not is_copy])
        print(f"{title}: recall {recall:.3f} at precision {PRECISION_MIN}, from {least:.3f} on; auc {area:.4f}")
    print("\n".join([*file_lines(pairs), "", *score_lines(every), "", *set_lines(every), ""]))
    containment, accuracy = choose_containment(every)
    print(
        f"NEAR_CONTAINMENT_MIN: {containment:.2f} tells near from rewrite, balanced accuracy {accuracy:.3f}; set: {dedupe.NEAR_CONTAINMENT_MIN}"
    )


if __name__ == "__main__":
    main()
