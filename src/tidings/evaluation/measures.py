"""Read labelled files, make articles of their rows, and measure: what the suites and the tuning scripts share."""

import gzip
import json
import os
import sys
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tarfile import TarError
from typing import Any, TextIO, TypeVar

from tidings.errors import LabelledFileError
from tidings.evaluation import page_sets
from tidings.model import Article, Verdict

GZIP_MAGIC = b"\x1f\x8b"
SET_TIME = datetime(2020, 1, 1, tzinfo=UTC)  # the stages look at the clock only through their arguments


def data_folder() -> Path:
    """Return the folder of the measuring sets, or end the program."""
    if "TIDINGS_DATA" not in os.environ:
        sys.exit("TIDINGS_DATA names the folder of the measuring sets; it is not set")
    return Path(os.environ["TIDINGS_DATA"])


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Read a file of JSON lines, gzipped or not. Raises LabelledFileError, naming the file and the line."""
    return (row for _, row in numbered_rows(path))


def numbered_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Do the same, each row with the number of its line, from 1."""
    try:
        with _opened(path) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _row(path, number, line)
    except (OSError, EOFError, UnicodeDecodeError, TarError, zlib.error) as error:
        raise LabelledFileError(f"{path}: cannot be read: {error}") from error


def _opened(path: Path) -> TextIO:
    """Open a text, gzipped or not as its first bytes say, or the labels of an archive: names tell nothing. A byte order mark is no part of it."""
    with path.open("rb") as raw:
        zipped = raw.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    with gzip.open(path) if zipped else path.open("rb") as raw:
        if page_sets.is_archive(raw.read(page_sets.HEAD_BYTES)):
            return page_sets.open_labels(path)
    return gzip.open(path, "rt", encoding="utf-8-sig") if zipped else path.open(encoding="utf-8-sig")


def names_of(files: Sequence[Path]) -> list[str]:
    """Name each file for people: its stem; where stems repeat with the folder, and where these do too with the file's place."""
    stems = [file.name.partition(".")[0] for file in files]
    names = [f"{file.absolute().parent.name}/{stem}" if stems.count(stem) > 1 else stem for file, stem in zip(files, stems, strict=True)]
    return [f"{name}#{place}" if names.count(name) > 1 else name for place, name in enumerate(names, 1)]


def time_of(value: object) -> datetime | None:
    """Read an ISO date or time as UTC; null and "" are none. Raises LabelledFileError: who knows the line names it."""
    if value is None or value == "":
        return None
    try:
        read = datetime.fromisoformat(str(value))
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise LabelledFileError(f"expected a date or time like 2020-02-01T08:30:00Z, found {str(value)[:40]!r}") from error


def _row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LabelledFileError(f"{path}, line {number}: not JSON: {error}") from error
    if not isinstance(row, dict):
        raise LabelledFileError(f"{path}, line {number}: expected one JSON object a line")
    return row


def article_of(row: Mapping[str, Any], article_id: str) -> Article:
    """Make an article of a row that has a text and may have a title, a publisher, a language and a date."""
    return Article(
        id=article_id,
        version_id="",
        url="",
        title=row.get("title") or "",
        text=row["text"],
        publisher=row.get("publisher") or "",
        origin=row.get("publisher") or "",
        language=row.get("language") or "en",
        published_at=time_of(row.get("published")),
        fetched_at=SET_TIME,
        first_seen_at=SET_TIME,
        verdict=Verdict.FULL,
    )


Unit = TypeVar("Unit")


def bootstrap(
    units: Sequence[Unit], measure: Callable[[Sequence[Unit]], Mapping[str, float]], rounds: int = 200, seed: int = 1
) -> dict[str, tuple[float, float]]:
    """Return the 95 % interval of each measure: percentiles over resamples of the units (Efron, 1979).

    Units must be independent of each other: a pair, a sentence, a story, a stream; not the lines of one stream.
    """
    random = Random(seed)  # noqa: S311 - resampling, not a secret
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, value in measure(random.choices(units, k=len(units))).items():
            found.setdefault(name, []).append(value)
    return {name: _middle(sorted(values)) for name, values in found.items()}


def _middle(ordered: Sequence[float]) -> tuple[float, float]:
    cut = round(len(ordered) * 0.025)  # of what there is: a resample may lack what a measure counts
    return ordered[cut], ordered[-cut - 1]


def auc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """Return the chance that one of `higher` scores above one of `lower`; ties count half (Mann-Whitney)."""
    ordered = sorted(lower)
    wins = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in higher)
    return wins / 2 / (len(higher) * len(lower)) if higher and lower else 0.0


def bcubed(gold: Sequence[str], found: Sequence[str]) -> tuple[float, float, float]:
    """Return BCubed precision, recall and F1 of clusters given as one label an item (Bagga and Baldwin, 1998)."""
    of_gold, of_found = _members(gold), _members(found)
    pairs = [(len(of_gold[g] & of_found[f]), len(of_found[f]), len(of_gold[g])) for g, f in zip(gold, found, strict=True)]
    precision = sum(both / in_found for both, in_found, _ in pairs) / len(pairs)
    recall = sum(both / in_gold for both, _, in_gold in pairs) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def adjusted_rand(gold: Sequence[str], found: Sequence[str]) -> float:
    """Return the adjusted Rand index of two clusterings (Hubert and Arabie, 1985); without pairs they agree, 1."""
    if len(gold) <= 1:
        return 1.0
    of_gold, of_found = _members(gold), _members(found)
    joint = _members([f"{g}\0{f}" for g, f in zip(gold, found, strict=True)])
    same = _pairs(joint.values())
    in_gold, in_found, every = _pairs(of_gold.values()), _pairs(of_found.values()), len(gold) * (len(gold) - 1) / 2
    by_chance = in_gold * in_found / every
    most = (in_gold + in_found) / 2
    return (same - by_chance) / (most - by_chance) if most != by_chance else 1.0


def _members(labels: Sequence[str]) -> dict[str, set[int]]:
    members: dict[str, set[int]] = {}
    for place, label in enumerate(labels):
        members.setdefault(label, set()).add(place)
    return members


def _pairs(groups: Iterable[set[int]]) -> float:
    return sum(len(group) * (len(group) - 1) / 2 for group in groups)


def steps(first: float, last: float, step: float) -> list[float]:
    """List thresholds from first to last."""
    return [round(first + step * number, 4) for number in range(round((last - first) / step) + 1)]


def share(values: Sequence[float], least: float) -> float:
    """Return the share of values that reach a threshold."""
    return sum(value >= least for value in values) / len(values) if values else 0.0
