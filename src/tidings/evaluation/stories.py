"""Measure stories: articles fed one at a time through the product's own fingerprint, retrieval and `stories.assign`.

A file of `{"id", "title", "text", "published", "publisher", "language", "story"}` is a stream of its own, a new store. Each is
fed in the order of its lines and in three seeded shuffles: the measure is the mean over the orders, then over the files
(`bcubed_f1`, `ari`); `.worst` is the lowest of all, `.<file>` a file's mean, `.<file>.<order>` one stream. Nothing is sorted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tidings.errors import LabelledFileError
from tidings.evaluation.measures import adjusted_rand, article_of, bcubed, bootstrap, names_of, numbered_rows
from tidings.evaluation.story_stream import feed
from tidings.evaluation.suites import Measured
from tidings.model import Article
from tidings.stages.stories import Assignment

SHUFFLES = (1, 2, 3)
ERRORS_MAX = 200
SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Stream:
    """Hold the articles of one file in one order, with the story each belongs to and the one it was given."""

    name: str  # of the file, with its folder where names repeat
    order: str  # "file" or "shuffle <seed>"
    articles: Sequence[Article]
    gold: Sequence[str]
    placed: Sequence[Assignment]

    @property
    def found(self) -> list[str]:
        """Return the story given to each article."""
        return [one.story_id for one in self.placed]


def evaluate(files: Sequence[Path]) -> Measured:
    """Measure the stories of each file's articles. Raises LabelledFileError for a file that is none of this form."""
    streams = [stream for path, name in zip(files, names_of(files), strict=True) for stream in streams_of(path, name)]
    measures, intervals = _measures(streams)
    counts = {"articles": 0, "stories": 0, "orders": 1 + len(SHUFFLES)}
    for stream in streams:
        if stream.order == "file":
            counts["articles"] += len(stream.gold)
            counts["stories"] += len(set(stream.gold))
        counts[f"stories_found.{stream.name}.{_key(stream.order)}"] = len(set(stream.found))
    errors = [line for stream in streams if stream.order == "file" for line in _errors(stream)]
    return Measured(counts, measures, intervals, errors[:ERRORS_MAX])


def streams_of(path: Path, name: str) -> list[Stream]:
    """Feed the articles of a file, in each order."""
    numbered = list(numbered_rows(path))
    rows = [row for _, row in numbered]
    missing = next((number for number, row in numbered if not isinstance(row.get("text"), str) or row.get("story") in {None, ""}), 0)
    if missing or not rows:
        raise LabelledFileError(f"{path}, line {missing}: an article needs a text and a story" if missing else f"{path}: no articles")
    # The row's own id must not decide anything: in these files it spells the story.
    articles = [article_of(row, f"{place:06d}") for place, row in enumerate(rows)]
    gold = {article.id: str(row["story"]) for article, row in zip(articles, rows, strict=True)}
    result = []
    for seed in (0, *SHUFFLES):
        ordered = list(articles)
        if seed:
            Random(seed).shuffle(ordered)  # noqa: S311 - an order, not a secret
        order = f"shuffle {seed}" if seed else "file"
        result.append(Stream(name, order, ordered, [gold[one.id] for one in ordered], feed(ordered)))
    return result


def _measures(streams: Sequence[Stream]) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    found: dict[str, float] = {}
    of_file: dict[str, list[str]] = {}
    for stream in streams:
        key = f"{stream.name}.{_key(stream.order)}"
        of_file.setdefault(stream.name, []).append(key)
        precision, recall, f1 = bcubed(stream.gold, stream.found)
        found |= {f"bcubed_precision.{key}": precision, f"bcubed_recall.{key}": recall, f"bcubed_f1.{key}": f1}
        found[f"ari.{key}"] = adjusted_rand(stream.gold, stream.found)
    result: dict[str, float] = {}
    for measure in ("bcubed_f1", "ari", "bcubed_precision", "bcubed_recall"):
        per_file = {name: _mean([found[f"{measure}.{key}"] for key in keys]) for name, keys in of_file.items()}
        result[measure] = _mean(list(per_file.values()))
        result |= {f"{measure}.{name}": value for name, value in per_file.items()}
        result[f"{measure}.worst"] = min(found[f"{measure}.{key}"] for keys in of_file.values() for key in keys)
    return result | found, _intervals(streams)


@dataclass(frozen=True, slots=True)
class Share:
    """Hold what one gold story adds to the measures of a stream; `found_pairs` are halved: each pair has two sides."""

    article_count: int
    precision: float  # sums over its articles
    recall: float
    both_pairs: float
    gold_pairs: float
    found_pairs: float


def _intervals(streams: Sequence[Stream]) -> dict[str, tuple[float, float]]:
    """Resample whole gold stories, the independent units, with what each adds to every order of its file; the files stay."""
    shares = [(stream.name, _shares(stream)) for stream in streams]
    units = sorted({(stream.name, story) for stream in streams for story in stream.gold})

    def measure(drawn: Sequence[tuple[str, str]]) -> Mapping[str, float]:
        of_file: dict[str, list[tuple[float, float]]] = {}
        for name, per_story in shares:
            if mine := [per_story[story] for file, story in drawn if file == name]:
                of_file.setdefault(name, []).append(_of_shares(mine))
        means = [(_mean([f1 for f1, _ in values]), _mean([ari for _, ari in values])) for values in of_file.values()]
        return {"bcubed_f1": _mean([f1 for f1, _ in means]), "ari": _mean([ari for _, ari in means])}

    return bootstrap(units, measure)


def _shares(stream: Stream) -> dict[str, Share]:
    in_gold, in_found, in_both = Counter(stream.gold), Counter(stream.found), Counter(zip(stream.gold, stream.found, strict=True))
    result = {}
    for story, size in in_gold.items():
        parts = [(count, in_found[found]) for (gold, found), count in in_both.items() if gold == story]
        result[story] = Share(
            article_count=size,
            precision=sum(both * both / found for both, found in parts),
            recall=sum(both * both / size for both, _ in parts),
            both_pairs=sum(both * (both - 1) / 2 for both, _ in parts),
            gold_pairs=size * (size - 1) / 2,
            found_pairs=sum(both * (found - 1) / 2 for both, found in parts),
        )
    return result


def _of_shares(shares: Sequence[Share]) -> tuple[float, float]:
    """Return BCubed F1 and adjusted Rand index of the stories drawn."""
    count = sum(one.article_count for one in shares)
    precision, recall = sum(one.precision for one in shares) / count, sum(one.recall for one in shares) / count
    in_gold, in_found = sum(one.gold_pairs for one in shares), sum(one.found_pairs for one in shares)
    by_chance = in_gold * in_found / (count * (count - 1) / 2) if count > 1 else 0.0
    most = (in_gold + in_found) / 2
    ari = (sum(one.both_pairs for one in shares) - by_chance) / (most - by_chance) if most != by_chance else 1.0
    return 2 * precision * recall / (precision + recall), ari


def _errors(stream: Stream) -> list[str]:
    """Name each article that was put into another gold story's story, or apart from its own, the surest mistakes first."""
    gold_of = {article.id: gold for article, gold in zip(stream.articles, stream.gold, strict=True)}
    seen: set[str] = set()
    lines: list[tuple[float, str]] = []
    for article, gold, placed in zip(stream.articles, stream.gold, stream.placed, strict=True):
        shown = f"{stream.name}: {gold}: {(article.title or article.text)[:SHOWN_CHARACTERS]!r}"
        if not placed.is_new and gold_of[placed.story_id] != gold:
            lines.append((placed.score, f"joined {gold_of[placed.story_id]} ({placed.score:.2f}) {shown}"))
        elif placed.is_new and gold in seen:
            lines.append((1 - placed.score, f"opened another story ({placed.score:.2f}) {shown}"))
        seen.add(gold)
    return [line for _, line in sorted(lines, reverse=True)]


def _key(order: str) -> str:
    return order.replace(" ", "_")


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
