"""Print how SAME_STORY_MIN (stages/stories.py) trades on TIDINGS_DATA/stories, and the point to choose.

As the pipeline does it: each article, in order, is compared with the earlier ones that share the heaviest rare terms and with the
first articles of their stories; idf counts the articles seen so far. The order is that of the file (a story's articles together)
and a seeded shuffle. What is alike does not depend on the threshold, so it is measured once.
"""

import argparse
import random
from collections.abc import Callable, Mapping, Sequence
from heapq import nsmallest

from tidings.evaluation.measures import adjusted_rand, article_of, bcubed, data_folder, read_rows, steps
from tidings.model import Article
from tidings.pipeline.decide import NEAR_MAX, Frequency, hash_term
from tidings.stages import dedupe, stories

SETS = ("ecbplus", "allsides")
SHUFFLE_SEED = 1


def cluster(articles: Sequence[Article], thresholds: Sequence[float]) -> dict[float, list[str]]:
    """Return each article's story by threshold. All thresholds go through the stream together: what is alike is measured once."""
    frequency = Frequency(0, {})
    postings: dict[str, list[tuple[str, float]]] = {}
    marks: dict[str, Mapping[str, float]] = {}
    found: dict[float, dict[str, str]] = {least: {} for least in thresholds}
    for article in articles:
        own = marks[article.id] = dedupe.fingerprint(article).terms
        idf = remembered(frequency)
        near = _nearest(own, postings, idf)
        own_length = stories.length(own, idf)
        scores: dict[str, float] = {}
        for least, story_of in found.items():
            members = sorted(near | {story_of[other] for other in near})  # a story has the id of its first article
            for other in members:
                if other not in scores:
                    scores[other] = stories.similarity(own, marks[other], idf, own_length)
            scored = [(scores[other], stories.Member(other, story_of[other], story_of[other] == other, {})) for other in members]
            story_of[article.id] = stories.choose(article.id, scored, least).story_id
        for term, weight in own.items():
            postings.setdefault(term, []).append((article.id, weight))
        frequency.add(frozenset(map(hash_term, own)))
    return {least: list(story_of.values()) for least, story_of in found.items()}


def remembered(frequency: Frequency) -> Callable[[str], float]:
    """Return the idf of this moment, each term's worked out once."""
    known: dict[str, float] = {}

    def idf(term: str) -> float:
        if term not in known:
            known[term] = frequency.idf(term)
        return known[term]

    return idf


def _nearest(own: Mapping[str, float], postings: Mapping[str, Sequence[tuple[str, float]]], idf: Callable[[str], float]) -> frozenset[str]:
    """Return the earlier articles that share the heaviest rare terms, as the store's query near_by_terms finds them."""
    shared: dict[str, float] = {}
    for term, weight in own.items():
        by_rarity = weight * idf(term) ** 2
        for other, other_weight in postings.get(term, ()):
            shared[other] = shared.get(other, 0.0) + by_rarity * other_weight
    return frozenset(nsmallest(NEAR_MAX, shared, key=lambda other: (-shared[other], other)))


def main() -> None:
    """Print the curve for each set and order, and the chosen point."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    thresholds = sorted({*steps(0.16, 0.40, 0.02), stories.SAME_STORY_MIN})
    sums: dict[float, list[float]] = {least: [] for least in thresholds}
    for name in SETS:
        rows = list(read_rows(data_folder() / "stories" / f"{name}.jsonl.gz"))
        for order in ("file", "shuffled"):
            if order == "shuffled":
                random.Random(SHUFFLE_SEED).shuffle(rows)
            gold = [row["story"] for row in rows]
            articles = [article_of(row, f"{number:06d}") for number, row in enumerate(rows)]
            print(f"\n{name}, {order}: {len(rows)} articles in {len(set(gold))} stories")
            print(f"{'least':>7}{'precision':>11}{'recall':>8}{'F1':>7}{'ARI':>7}{'stories':>9}")
            for least, found in cluster(articles, thresholds).items():
                precision, recall, f1 = bcubed(gold, found)
                sums[least].append(f1)
                mark = "  <- as set" if least == stories.SAME_STORY_MIN else ""
                shown = f"{adjusted_rand(gold, found):>7.3f}{len(set(found)):>9}{mark}"
                print(f"{least:>7.2f}{precision:>11.3f}{recall:>8.3f}{f1:>7.3f}{shown}", flush=True)
    means = {least: sum(values) / len(values) for least, values in sums.items()}
    best = max(means, key=lambda least: means[least])
    print("\nmean F1: " + ", ".join(f"{least:.2f} {mean:.3f}" for least, mean in means.items()))
    print(
        f"SAME_STORY_MIN: {best:.2f} has the best mean F1, {means[best]:.3f}; set: {stories.SAME_STORY_MIN} ({means[stories.SAME_STORY_MIN]:.3f})"
    )


if __name__ == "__main__":
    main()
