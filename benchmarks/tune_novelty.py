"""Print how TOLD_COVERAGE_MIN (stages/novelty.py) trades on TIDINGS_DATA/novelty/background_*, and the point to choose.

Every line is measured with the stage's own coverage against every earlier line of its stream; lines said before word for word
are left out. `update` lines are new; `retold` (the same update in another's words) and `background` are not.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from tidings.evaluation.measures import article_of, auc, data_folder, read_rows, share, steps
from tidings.model import Statement
from tidings.pipeline.decide import Frequency, first_difference, hash_term
from tidings.stages import novelty
from tidings.stages.figures import read_figures
from tidings.text.fold import squeeze

KINDS = ("update", "retold", "background")
Scores = dict[str, list[float]]


def score_stream(rows: Iterable[Mapping[str, Any]]) -> Scores:
    """Return the coverage of each line by the best earlier one, by kind."""
    told = novelty.Told()
    frequency = Frequency(0, {})
    said: set[str] = set()
    scores: Scores = {kind: [] for kind in KINDS}
    for number, row in enumerate(rows):
        words = squeeze(row["text"])
        if words in said:
            continue
        said.add(words)
        line = novelty.as_told(_statement(row["text"], number), "en", "")
        if len(line.terms) < novelty.TERMS_MIN:
            continue
        nearest = told.nearest(line.topic, line.terms, frequency.idf)
        scores[row["kind"]].append(nearest[0][0] if nearest else 0.0)
        told.add(line)
        frequency.add(frozenset(map(hash_term, line.terms)))
    return scores


def _statement(text: str, number: int) -> Statement:
    return Statement(
        id=f"{number:06d}", article_id="", version_id="", topic="stream", text=text, start=0, end=len(text), position=number
    )  # fmt: skip


def choose(streams: Sequence[Scores]) -> float:
    """Return the threshold at which as many updates are called told as retold lines are called new, on the mean of the streams."""
    return min(steps(0.2, 0.9, 0.01), key=lambda least: abs(_mean(streams, "update", least) - (1 - _mean(streams, "retold", least))))


def _mean(streams: Sequence[Scores], kind: str, least: float) -> float:
    return sum(share(scores[kind], least) for scores in streams) / len(streams)


def judge_stream(rows: Iterable[Mapping[str, Any]], thresholds: Sequence[float]) -> dict[float, dict[str, float]]:
    """Return, by threshold, the share of each kind of line that the whole stage calls told: figures, opposites and names count too."""
    counts: dict[str, int] = dict.fromkeys(KINDS, 0)
    told_counts = {least: dict.fromkeys(KINDS, 0) for least in thresholds}
    told, frequency, said = novelty.Told(), Frequency(0, {}), set[str]()
    context = novelty.Context(
        article=article_of({"text": ""}, "stream"), story_id="", story_is_new=False, seeded=False, duplicate=None, cold_topics=frozenset()
    )
    for number, row in enumerate(rows):
        words = squeeze(row["text"])
        if words in said:
            continue
        said.add(words)
        statement = _statement(row["text"], number)
        statement = replace(statement, figures=read_figures(statement.text, "en", date.fromisoformat(row["date"])))
        line = novelty.as_told(statement, "en", "")
        if len(line.terms) < novelty.TERMS_MIN:
            continue
        counts[row["kind"]] += 1
        near = novelty.Told()
        for _, other in told.nearest(line.topic, line.terms, frequency.idf):
            near.add(other)
        for least in thresholds:
            with threshold(least):
                found = novelty.find([statement], copy(near), context, frequency.idf, first_difference)
            told_counts[least][row["kind"]] += not found.developments
        told.add(line)
        frequency.add(frozenset(map(hash_term, line.terms)))
    return {least: {kind: told_counts[least][kind] / counts[kind] for kind in KINDS} for least in thresholds}


@contextmanager
def threshold(least: float) -> Iterator[None]:
    """Let the stage decide by another threshold for a while."""
    kept = novelty.TOLD_COVERAGE_MIN
    novelty.TOLD_COVERAGE_MIN = least
    try:
        yield
    finally:
        novelty.TOLD_COVERAGE_MIN = kept


def copy(told: novelty.Told) -> novelty.Told:
    """Copy what was told: the stage adds to it what it finds new."""
    return novelty.Told({key: list(found) for key, found in told.by_term.items()}, set(told.ids))


def main() -> None:
    """Print the areas under the curve, the error rates, and the chosen point."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    streams: dict[str, Scores] = {}
    print(f"{'stream':20}{'update':>8}{'retold':>8}{'background':>12}{'auc_retold':>12}{'auc_background':>16}")
    paths = sorted((data_folder() / "novelty").glob("background_*.jsonl.gz"))
    for path in paths:
        name = path.name.removeprefix("background_").removesuffix(".jsonl.gz")
        scores = streams[name] = score_stream(read_rows(path))
        counts = "".join(f"{len(scores[kind]):>{width}}" for kind, width in zip(KINDS, (8, 8, 12), strict=True))
        print(
            f"{name:20}{counts}{auc(scores['retold'], scores['update']):>12.3f}{auc(scores['background'], scores['update']):>16.3f}",
            flush=True,
        )
    found = list(streams.values())
    print("\nmean of the streams; told: an update called told (news lost), new: a line that is not new called new (repeated)")
    print(f"{'least':>7}{'update told':>13}{'retold new':>12}{'background new':>16}")
    for least in (*steps(0.30, 0.85, 0.05), novelty.TOLD_COVERAGE_MIN):
        told, retold, background = (_mean(found, kind, least) for kind in KINDS)
        mark = "  <- as set" if least == novelty.TOLD_COVERAGE_MIN else ""
        print(f"{least:>7.2f}{told:>13.3f}{1 - retold:>12.3f}{1 - background:>16.3f}{mark}")
    least = choose(found)
    print(
        f"TOLD_COVERAGE_MIN: {least:.2f} makes the two errors equal ({_mean(found, 'update', least):.3f}); set: {novelty.TOLD_COVERAGE_MIN}"
    )
    print("  by stream: " + ", ".join(f"{name} {choose([scores]):.2f}" for name, scores in streams.items()))
    thresholds = [*steps(0.40, 0.70, 0.05), novelty.TOLD_COVERAGE_MIN]
    judged = [judge_stream(read_rows(path), thresholds) for path in paths]
    print("\nthe whole stage: what is covered but differs in a figure, a name, an opposite, a quantifier is new")
    print(f"{'least':>7}{'update told':>13}{'retold new':>12}{'background new':>16}")
    for least in thresholds:
        told, retold, background = (sum(one[least][kind] for one in judged) / len(judged) for kind in KINDS)
        mark = "  <- as set" if least == novelty.TOLD_COVERAGE_MIN else ""
        print(f"{least:>7.2f}{told:>13.3f}{1 - retold:>12.3f}{1 - background:>16.3f}{mark}")


if __name__ == "__main__":
    main()
