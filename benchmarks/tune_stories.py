"""Print how the constants of stages/stories.py trade on TIDINGS_DATA/stories, and the points to choose.

As the pipeline does it: each article, in order, is compared with the 12 earlier ones that share the heaviest rare terms and with the
first articles of their stories; idf counts the articles seen so far. What is alike depends on the order, not on the constants: it is
measured once. Each constant is moved alone; then all are fitted, a step at a time, on one file and tried on the other, and on half of
each file's stories and tried on the other half.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from tidings.evaluation.measures import adjusted_rand, article_of, bcubed, data_folder, read_rows, steps
from tidings.evaluation.story_stream import Index
from tidings.model import Article
from tidings.stages import bounds, dedupe, stories

SETS = ("ecbplus", "allsides")
SEEDS = (0, 1, 2, 3)  # 0: the order of the file
AS_SET = {
    "least": bounds.SAME_STORY_MIN,
    "names": stories.NAMES_WEIGHT,
    "same_year": stories.SAME_YEAR,
    "other_year": stories.OTHER_YEAR,
    "other_names": stories.OTHER_NAMES,
}
TRIED = {
    "least": steps(0.21, 0.37, 0.02),
    "names": steps(0.0, 0.30, 0.05),
    "same_year": steps(0.0, 0.15, 0.03),
    "other_year": steps(-0.20, 0.0, 0.05),
    "other_names": steps(-0.90, 0.0, 0.30),
}
Point = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Stream:
    """Hold one order of a file's articles: gold stories, and what each was like among the earlier ones (by place)."""

    gold: Sequence[str]
    likenesses: Sequence[Sequence[tuple[int, stories.Likeness]]]


def stream_of(articles: Sequence[Article], gold: Mapping[str, str]) -> Stream:
    """Compare each article with the earlier ones near it."""
    index = Index()
    members: dict[str, stories.Member] = {}
    places: dict[str, int] = {}
    found = []
    for place, article in enumerate(articles):
        mark = dedupe.fingerprint(article)
        idf = index.idf()
        own = stories.member_of(article, "", mark.terms, first=False)
        own_length = stories.length(mark.terms, idf)
        near = sorted(index.nearest(mark.terms, idf))
        found.append([(places[other], stories.compare(own, members[other], idf, own_length)) for other in near])
        members[article.id], places[article.id] = own, place
        index.add(article.id, mark.terms)
    return Stream([gold[article.id] for article in articles], found)


def score(found: stories.Likeness, point: Point) -> float:
    """Return Likeness.score with other constants."""
    named = stories.NAMES_UNKNOWN if found.names is None else found.names
    year = point["same_year"] if found.year > 0 else point["other_year"] if found.year < 0 else 0.0
    return found.words + point["names"] * named + year + (point["other_names"] if found.other_names else 0.0)


def measure(stream: Stream, point: Point) -> tuple[float, float]:
    """Return BCubed F1 and adjusted Rand index of a stream."""
    story_of: list[int] = []
    for place, near in enumerate(stream.likenesses):
        per_story: dict[int, list[float]] = {}
        for other, found in near:
            per_story.setdefault(story_of[other], []).append(score(found, point))
        best, story = max(((sum(each) / len(each), -one) for one, each in per_story.items()), default=(-1.0, 0))
        story_of.append(-story if best >= point["least"] else place)
    labels = list(map(str, story_of))
    return bcubed(stream.gold, labels)[2], adjusted_rand(stream.gold, labels)


def mean(streams: Sequence[Stream], point: Point) -> tuple[float, float]:
    """Return the means over streams."""
    found = [measure(stream, point) for stream in streams]
    return sum(f1 for f1, _ in found) / len(found), sum(ari for _, ari in found) / len(found)


def fit(streams: Sequence[Stream]) -> Point:
    """Return the point with the best mean of both measures that moving one constant, and the least score with it, leads to."""
    point, best = dict(AS_SET), sum(mean(streams, AS_SET))
    for name, values in TRIED.items():
        for value in values:
            for least in TRIED["least"]:
                tried = {**point, name: value, "least": least}
                if (found := sum(mean(streams, tried))) > best + 1e-4:
                    point, best = tried, found
    return point


def confirmed(streams: Sequence[Stream], least: float) -> tuple[float, float, float]:
    """Return how many of the articles that continue a story, and of those that open one, score `least` with the right, or any, story.

    Then the share of right ones among those that continue a story and score `least` with any.
    """
    counts = {True: [0, 0], False: [0, 0]}  # continues a story: reached, all
    reached = 0
    for stream in streams:
        for place, near in enumerate(stream.likenesses):
            per_story: dict[str, list[float]] = {}
            for other, found in near:
                per_story.setdefault(stream.gold[other], []).append(found.score)
            best, story = max(((sum(each) / len(each), one) for one, each in per_story.items()), default=(-1.0, ""))
            continues = stream.gold[place] in stream.gold[:place]
            counts[continues][1] += 1
            counts[continues][0] += best >= least and (not continues or story == stream.gold[place])
            reached += continues and best >= least
    (right, old), (wrong, new) = counts[True], counts[False]
    return right / max(old, 1), wrong / max(new, 1), right / max(reached, 1)


def load(name: str, half: int | None = None) -> list[Stream]:
    """Return a file's streams, of all its stories or of one half of them (look-alike groups stay together)."""
    rows = list(read_rows(data_folder() / "stories" / f"{name}.jsonl.gz"))
    groups = sorted({row["story"].rstrip("ab") for row in rows})
    Random(5).shuffle(groups)
    kept = set(groups) if half is None else set(groups[half::2])
    pairs = [(article_of(row, f"{place:06d}"), row["story"]) for place, row in enumerate(rows) if row["story"].rstrip("ab") in kept]
    result = []
    for seed in SEEDS if half is None else SEEDS[:2]:
        ordered = list(pairs)
        if seed:
            Random(seed).shuffle(ordered)
        result.append(stream_of([article for article, _ in ordered], {article.id: story for article, story in pairs}))
    return result


def main() -> None:
    """Print the curves, the fits and what they reach on what they have not seen."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    whole = {name: load(name) for name in SETS}
    for name, values in TRIED.items():
        for value in sorted({*values, AS_SET[name]}):
            shown = ", ".join("{} F1 {:.3f} ARI {:.3f}".format(each, *mean(whole[each], {**AS_SET, name: value})) for each in SETS)
            print(f"{name:>12} {value:>6.2f}: {shown}{'  <- as set' if value == AS_SET[name] else ''}", flush=True)
    for least in steps(0.29, 0.57, 0.02):  # bounds.CONFIRM_MIN
        print(
            f"     confirm {least:>6.2f}: "
            + ", ".join("{} right {:.3f} wrong {:.3f} sure {:.3f}".format(each, *confirmed(whole[each], least)) for each in SETS)
        )
    for name, other in (SETS, SETS[::-1]):
        point = fit(whole[other][:2])
        print(f"fitted on {other}, measured on {name}: F1 {mean(whole[name], point)[0]:.3f} ARI {mean(whole[name], point)[1]:.3f} {point}")
    for half in (0, 1):
        point = fit([stream for name in SETS for stream in load(name, half)])
        for name in SETS:
            unseen, as_set = mean(load(name, 1 - half), point), mean(load(name, 1 - half), AS_SET)
            print(
                f"fitted on half {half}, {name}, other half: F1 {unseen[0]:.3f} ARI {unseen[1]:.3f}; as set {as_set[0]:.3f} {as_set[1]:.3f} {point}"
            )


if __name__ == "__main__":
    main()
