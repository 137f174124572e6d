"""Compare what two replays told, and write replays and comparisons for a terminal. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tidings.render.escape import plain

Row = Mapping[str, Any]
_STATEMENT_CHARS = 300


@dataclass(frozen=True, slots=True)
class TopicCompared:
    """Hold what was told of a topic: rows as the store gives them, each in order of telling."""

    topic: str
    both: tuple[Row, ...]  # as the first told them
    only_first: tuple[Row, ...]
    only_second: tuple[Row, ...]


def compare_told(first: Iterable[Row], second: Iterable[Row]) -> tuple[TopicCompared, ...]:
    """Divide what two replays told, by topic: told by both, only by the first, only by the second.

    The same is told when the topic and the statement are the same, or, where there is none, the story and who confirms it. A
    statement may be a development of another kind or in another edition: it is told all the same.
    """
    ones, others = _by_topic(first), _by_topic(second)
    return tuple(
        TopicCompared(
            topic,
            tuple(row for key, row in ones.get(topic, {}).items() if key in others.get(topic, {})),
            tuple(row for key, row in ones.get(topic, {}).items() if key not in others.get(topic, {})),
            tuple(row for key, row in others.get(topic, {}).items() if key not in ones.get(topic, {})),
        )
        for topic in sorted({*ones, *others})
    )


def _by_topic(rows: Iterable[Row]) -> dict[str, dict[tuple[str, ...], Row]]:
    found: dict[str, dict[tuple[str, ...], Row]] = {}
    for row in rows:
        key = (row["statement_id"],) if row["statement_id"] else (row["story_id"], row["origin"] or "")
        found.setdefault(row["topic"], {}).setdefault(key, row)
    return found


def comparison_plain(compared: Sequence[TopicCompared]) -> dict[str, Any]:
    """Return a comparison as plain values."""
    return {
        "topics": [
            {
                "topic": one.topic,
                "both_count": len(one.both),
                "only_first_count": len(one.only_first),
                "only_second_count": len(one.only_second),
                "both": [dict(row) for row in one.both],
                "only_first": [dict(row) for row in one.only_first],
                "only_second": [dict(row) for row in one.only_second],
            }
            for one in compared
        ]
    }


def comparison_lines(compared: Sequence[TopicCompared], first: str, second: str) -> Iterator[str]:
    """Write a comparison: counts of each topic, then what only one of the two told."""
    if not compared:
        yield "neither told anything"
    for one in compared:
        yield f"{one.topic}: {len(one.both)} told by both, {len(one.only_first)} only by {first}, {len(one.only_second)} only by {second}"
    for name, side in ((first, "only_first"), (second, "only_second")):
        for one in compared:
            rows: tuple[Row, ...] = getattr(one, side)
            if rows:
                yield f"\nonly by {name}, {one.topic}:"
            for row in rows:
                yield from _row_lines(row)


def _row_lines(row: Row) -> Iterator[str]:
    said = plain(row["statement"] or f"confirmed by {row['origin']}")
    yield f"  {_day(row['published_at'] or row['first_seen_at'])} {plain(row['headline'])} ({plain(row['publisher'] or row['origin'] or '')})"
    yield f"      {row['kind']}: {said[:_STATEMENT_CHARS]}{'…' if len(said) > _STATEMENT_CHARS else ''}"
    yield f"      edition of {row['told_at']:%Y-%m-%d %H:%M} UTC"


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "(no date)"


def replay_lines(report: Row) -> Iterator[str]:
    """Write what a replay found and made, from its plain values."""
    first, last = report["first"], report["last"]
    yield f"{report['runs']} runs from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC, {report['feeds']} feeds"
    outcomes = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report["outcomes"].items())
    yield f"{report['entries']} entries: {outcomes or 'none'}"
    kinds = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report["developments"].items())
    yield f"developments: {kinds or 'none'}; {report['editions']} editions tell {report['told']}"
    answers = report["answers"]
    if answers.get("from_another_run"):
        yield f"note: {answers['from_another_run']} pages were not asked for in the run that wanted them: the nearest recording was taken"
    if answers.get("not_recorded"):
        yield f"note: {answers['not_recorded']} pages are not in the recording: the feed's own text stands for them"
    if answers.get("unchanged_since_before"):
        yield f"note: {answers['unchanged_since_before']} polls say only that a feed had not changed since before the recording: left out"
    if report["feeds_ignored"]:
        yield f"note: {len(report['feeds_ignored'])} recorded feeds are not configured: left out"
    for url in report["feeds_not_recorded"]:
        yield f"note: not in the recording, so not polled: {plain(url)}"
    for note in report["notes"]:
        yield f"note: {plain(note)}"
    yield f"store: {plain(str(report['into']))}/tidings.duckdb, editions: {plain(str(report['into']))}/editions"
