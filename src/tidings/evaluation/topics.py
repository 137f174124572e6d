"""Measure which topics an article is about, against labelled sentences with their headings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tidings.config import load
from tidings.config.delivered import delivered_folder
from tidings.evaluation.measures import article_of, bootstrap, names_of, numbered_rows
from tidings.evaluation.suites import Measured
from tidings.model import Rejection, Topic
from tidings.stages.match import Matcher, compile_topics, match_topics

SHOWN_CHARS_MAX = 160  # of a sentence in an error line
HEADINGS_BETWEEN = " / "  # headings are lines of a page: together they are its title


@dataclass(frozen=True, slots=True)
class Judged:
    """Hold what a labelled sentence is about, what it only mentions, and what our stage says it is about."""

    id: str
    about: frozenset[str]
    passing: frozenset[str]
    found: frozenset[str]
    reason: str  # why our stage found none
    text: str


def evaluate(files: Sequence[Path], topics: Sequence[Topic] | None = None) -> Measured:
    """Measure precision, recall and F1 of "about" per topic, and the mean F1, with the given topics or else the delivered ones.

    A sentence is an article of its own, its headings are the title; it is about a topic when the stage takes a statement
    of it for the topic. A topic that is labelled but not configured has recall 0; one that is configured but not labelled is
    not in the mean: `topics_not_configured` and `topics_not_labelled` count them.
    Raises LabelledFileError when a file cannot be read.
    """
    matcher = compile_topics(load(delivered_folder(), {}).topics if topics is None else topics)
    judged = [
        judge(row, matcher, f"{name}, line {number}")
        for file, name in zip(files, names_of(files), strict=True)
        for number, row in numbered_rows(file)
    ]
    configured = {topic.name for topic in matcher.topics}
    labelled = {topic for one in judged for topic in one.about | one.passing}
    names = sorted(configured | labelled)
    counts = {
        "sentences": len(judged),
        "topics_not_configured": len(labelled - configured),
        "topics_not_labelled": len(configured - labelled),
    }
    for topic in names:
        counts[f"about.{topic}"] = sum(topic in one.about for one in judged)
        counts[f"passing.{topic}"] = sum(topic in one.passing for one in judged)
        counts[f"found.{topic}"] = sum(topic in one.found for one in judged)
    return Measured(
        counts=counts,
        measures=measure(judged, names),
        intervals=bootstrap(judged, lambda sample: measure(sample, names)) if judged else {},
        errors=[line for one in judged for line in _errors(one)],
    )


def judge(row: Mapping[str, Any], matcher: Matcher, place: str = "") -> Judged:
    """Let the stage read one labelled sentence: `text`, `date`, `headings`, `topics`, `passing`; without `id` it is called by its place."""
    title = HEADINGS_BETWEEN.join(map(str, row.get("headings") or ()))
    shown = place if row.get("id") is None else str(row["id"])
    matched = match_topics(article_of({**row, "title": title, "published": row.get("date")}, shown), matcher)
    return Judged(
        id=shown,
        about=frozenset(map(str, row["topics"])),
        passing=frozenset(map(str, row.get("passing") or ())),
        found=frozenset() if isinstance(matched, Rejection) else frozenset(one.topic for one in matched.statements),
        reason=matched.reason if isinstance(matched, Rejection) else "",
        text=row["text"],
    )


def measure(judged: Sequence[Judged], topics: Sequence[str]) -> dict[str, float]:
    """Return F1, precision and recall of each topic, and the mean F1. Nothing to find and nothing found is 1.

    The mean is over the topics that some sentence is labelled to be about; where there are none, over those found.
    """
    measures: dict[str, float] = {}
    for topic in topics:
        hits = sum(topic in one.about & one.found for one in judged)
        found = sum(topic in one.found for one in judged)
        about = sum(topic in one.about for one in judged)
        measures[f"f1.{topic}"] = 2 * hits / (found + about) if found + about else 1.0
        measures[f"precision.{topic}"] = hits / found if found else float(not about)
        measures[f"recall.{topic}"] = hits / about if about else 1.0
    meant = {topic for one in judged for topic in one.about} or {topic for one in judged for topic in one.found}
    counted = [measures[f"f1.{topic}"] for topic in topics if topic in meant]
    measures["f1.macro"] = sum(counted) / len(counted) if counted else 1.0
    return measures


def _errors(one: Judged) -> list[str]:
    """Name each topic that was wrongly found or missed."""
    shown = one.text[:SHOWN_CHARS_MAX]
    wrong = [
        f"{one.id}: {topic} found, {'only in passing' if topic in one.passing else 'not meant'}: {shown}"
        for topic in sorted(one.found - one.about)
    ]
    missed = [f"{one.id}: {topic} missed ({one.reason or 'another topic only'}): {shown}" for topic in sorted(one.about - one.found)]
    return wrong + missed
