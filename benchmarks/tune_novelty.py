"""Print how TOLD_MIN (stages/bounds.py) trades on TIDINGS_DATA/novelty/background_*, and refit the weights of the two sums behind it.

Every line is judged by the stage itself against every earlier line of its stream; lines said before word for word are left out.
`update` lines are new; `retold` (the same update in another's words) and `background` are not. With --fit the weights of
stages/_coverage.py are fitted with each stream left out in turn, and those of stages/_substance.py on trects_* by fourths.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tidings.evaluation.measures import auc, data_folder, read_rows, steps
from tidings.evaluation.novelty import (
    KINDS,
    LineStream,
    NuggetStream,
    Row,
    by_stream,
    context_of,
    let_through,
    read_pages,
    score_stream,
    shares,
)
from tidings.pipeline.decide import Frequency, common, first_difference, hash_term
from tidings.stages import bounds, novelty
from tidings.stages._coverage import WEIGHTS, Parts, weigh
from tidings.stages._substance import INTERCEPT, Traits, traits
from tidings.stages._substance import WEIGHTS as TRAIT_WEIGHTS

NEWS_MIN = 0.25  # the bound at which the weights of news are fitted: near the precision asked for
Numbers = NDArray[np.float64]
Examples = tuple[Numbers, Numbers]  # a row of numbers for each example; 1 where it is told, or carries a nugget


def told_shares(stream: LineStream) -> dict[str, float]:
    """Return the share of each kind of line that the whole stage calls told: facts that differ count too."""
    told_of = {}
    for kind in KINDS:
        told = [verdict.kind is None for of_kind, verdict in stream.judged if of_kind == kind]
        told_of[kind] = sum(told) / len(told) if told else 0.0
    return told_of


def judge_streams(streams: Mapping[str, Sequence[Row]], least: float) -> dict[str, float]:
    """Return those shares as means of the streams, were the threshold another."""
    with threshold(least):
        found = [told_shares(score_stream(name, rows)) for name, rows in streams.items()]
    return {kind: sum(one[kind] for one in found) / len(found) for kind in KINDS}


@contextmanager
def threshold(least: float) -> Iterator[None]:
    """Let the stage decide by another threshold for a while."""
    kept = bounds.TOLD_MIN
    bounds.TOLD_MIN = least
    try:
        yield
    finally:
        bounds.TOLD_MIN = kept


def line_parts(rows: Sequence[Row]) -> Examples:
    """Return the parts of each line's likeness to what was told, and whether it was told."""
    found: list[Parts] = []

    def note(subject: novelty.ToldStatement, told: novelty.Told, frequency: Frequency) -> None:
        found.append(weigh(subject, told.nearest(subject.topic, subject.terms, frequency.idf), frequency.idf).parts)

    stream = score_stream("", rows, note)
    return np.array(found, float), np.array([kind != "update" for kind, _ in stream.judged], float)


def page_traits(stream: NuggetStream, news_min: float) -> Examples:
    """Return the traits of each statement of a stream against what is told at a bound, and whether its row carries a nugget not told yet."""
    told, frequency, articles = novelty.Told(), Frequency(0, {}), Frequency(0, {})
    found: list[Traits] = []
    fresh: list[bool] = []
    reached: set[str] = set()
    for page in read_pages(stream):
        context = replace(context_of(page.article), commonness=partial(common, articles), news_min=news_min)
        for row, one in page.statements:
            subject = novelty.as_told(one, page.article.language, "", said_on=context.said_on)
            nearest = told.nearest(subject.topic, subject.terms, frequency.idf)
            found.append(traits(subject, nearest, weigh(subject, nearest, frequency.idf), frequency.idf, partial(common, articles)))
            carried = {str(nugget) for nugget in stream.rows[row]["nuggets"]}
            fresh.append(bool(carried - reached))
            if novelty.judge(subject, told, context, frequency.idf, first_difference).kind is not None:
                told.add(subject)
                frequency.add(frozenset(map(hash_term, subject.terms)))
                reached |= carried
        articles.add(page.terms)
    return np.array(found, float).reshape(len(found), len(TRAIT_WEIGHTS)), np.array(fresh, float)


def fit(examples: Sequence[Examples], ridge: float = 0.01, rounds: int = 40) -> Numbers:
    """Return intercept and weights of a logistic regression: each stream counts alike, and told as much as new (Newton's method)."""
    rows = np.vstack([one for one, _ in examples])
    labels = np.concatenate([said for _, said in examples])
    worth = np.concatenate([np.where(said > 0, 0.5 / max(1, said.sum()), 0.5 / max(1, (1 - said).sum())) for _, said in examples])
    scale = rows.std(axis=0) + 1e-9
    full = np.c_[np.ones(len(rows)), rows / scale]
    weights = np.zeros(full.shape[1])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-full @ weights))
        slope = full.T @ (worth * (chance - labels)) + ridge * weights
        curve = (full * (worth * chance * (1 - chance))[:, None]).T @ full + ridge * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    return np.concatenate([weights[:1], weights[1:] / scale])


def left_out(examples: Sequence[Examples], folds: int) -> list[float]:
    """Return the area under the curve of each stream, with weights fitted on the other folds."""
    areas = []
    for number, (rows, labels) in enumerate(examples):
        weights = fit([one for other, one in enumerate(examples) if other % folds != number % folds])
        areas.append(area(rows @ weights[1:], labels))
    return areas


def area(scores: Numbers, labels: Numbers) -> float:
    """Return the chance that a labelled example scores above another."""
    return auc(list(scores[labels > 0]), list(scores[labels <= 0]))


def print_fit(name: str, fields: Sequence[str], examples: Sequence[Examples], as_set: Sequence[float], folds: int) -> None:
    """Print the weights fitted on all, and how well they, those of folds left out, and those set order the examples."""
    weights = fit(examples)
    mean: Callable[[Sequence[float]], float] = lambda values: sum(values) / len(values)  # noqa: E731
    print(f"\n{name}: intercept {weights[0]:.2f}")
    for field, fitted, kept in zip(fields, weights[1:], as_set, strict=True):
        print(f"  {field:10} fitted {fitted:6.2f}   as set {kept:6.2f}")
    inside = mean([area(rows @ weights[1:], labels) for rows, labels in examples])
    kept = mean([area(rows @ np.array(as_set), labels) for rows, labels in examples])
    print(f"  area under the curve: fitted {inside:.4f}, left out {mean(left_out(examples, folds)):.4f}, as set {kept:.4f}")


def main() -> None:
    """Print the areas under the curve and the error rates by threshold; with --fit the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="refit the weights (minutes)")
    chosen = parser.parse_args()
    folder = data_folder() / "novelty"
    streams = {name: rows for path in sorted(folder.glob("background_*")) for name, rows in by_stream(read_rows(path))}
    print(f"{'stream':20}{'update':>8}{'retold':>8}{'background':>12}{'auc_retold':>12}{'auc_background':>16}")
    for name, rows in streams.items():
        scores = score_stream(name, rows).scores
        counts = "".join(f"{len(scores[kind]):>{width}}" for kind, width in zip(KINDS, (8, 8, 12), strict=True))
        print(f"{name:20}{counts}{auc(scores['retold'], scores['update']):>12.3f}{auc(scores['background'], scores['update']):>16.3f}")
    print("\nmean of the streams; told: an update called told (news lost), new: a line that is not new called new (repeated)")
    print(f"{'least':>7}{'update told':>13}{'retold new':>12}{'background new':>16}")
    for least in sorted({*steps(0.38, 0.70, 0.04), bounds.TOLD_MIN}):
        told = judge_streams(streams, least)
        mark = "  <- as set" if least == bounds.TOLD_MIN else ""
        print(f"{least:>7.2f}{told['update']:>13.3f}{1 - told['retold']:>12.3f}{1 - told['background']:>16.3f}{mark}", flush=True)
    print_later(streams)
    nuggets = _nugget_streams(folder)
    print_news(nuggets)
    if chosen.fit:
        examples = [line_parts(rows) for rows in streams.values()]
        print_fit("told", Parts._fields, examples, WEIGHTS, len(examples))
        print_fit("worth", Traits._fields, [page_traits(stream, NEWS_MIN) for stream in nuggets], TRAIT_WEIGHTS, 4)
        print(f"  intercept as set {INTERCEPT}")


def print_later(streams: Mapping[str, Sequence[Row]]) -> None:
    """Print what another threshold for what resembles something told days before would trade."""
    print(f"\n{'days':>7}{'least':>7}{'update told':>13}{'retold new':>12}{'background new':>16}")
    kept = bounds.LATER_DAYS, bounds.LATER_MIN
    for days, least in ((10_000, bounds.TOLD_MIN), (3, 0.55), (3, 0.60), (3, 0.65), (7, 0.55), (7, 0.60), (7, 0.65), (14, 0.60)):
        bounds.LATER_DAYS, bounds.LATER_MIN = days, least
        told = judge_streams(streams, bounds.TOLD_MIN)
        mark = "  <- as set" if (days, least) == kept else ""
        print(f"{days:>7}{least:>7.2f}{told['update']:>13.3f}{1 - told['retold']:>12.3f}{1 - told['background']:>16.3f}{mark}", flush=True)
    bounds.LATER_DAYS, bounds.LATER_MIN = kept


def print_news(streams: Sequence[NuggetStream]) -> None:
    """Print what `news_min` trades: facts reached against what is read."""
    pages = [read_pages(stream) for stream in streams]
    print(f"\n{'news_min':>8}{'let through':>13}{'nugget_recall':>15}{'nugget_precision':>18}{'redundancy':>12}")
    for least in steps(0.0, 0.40, 0.05):
        units = [let_through(stream, read, least) for stream, read in zip(streams, pages, strict=True)]
        found = shares(units)
        columns = f"{found['nugget_recall']:>15.3f}{found['nugget_precision']:>18.3f}{found['redundancy']:>12.3f}"
        print(f"{least:>8.2f}{sum(one.sentences for one in units):>13}{columns}", flush=True)


def _nugget_streams(folder: Path) -> list[NuggetStream]:
    files = [list(read_rows(path)) for path in sorted(folder.glob("trects_*"))]
    return [NuggetStream(name, tuple(of_one), 0) for rows in files if rows and "nuggets" in rows[0] for name, of_one in by_stream(rows)]


if __name__ == "__main__":
    main()
