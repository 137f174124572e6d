"""Put what a pipeline function returned into one line and a few tables of counts. No Prefect here.

Names and reasons are escaped as text: a server on the way may have had a say in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tidings.model import Edition, RunReport
from tidings.pipeline.deliver import DeliveryReport
from tidings.render.answers import failed_lines
from tidings.render.escape import markdown
from tidings.stages.report import in_words

_REASON_MAX = 200  # characters of one reason
_FEEDS_MAX = 100  # in the table: a thousand would be 10 MB a day at the server
_HEALTH = ("state", "publisher", "feed", "last_success_at", "failures_in_row", "entries_per_day", "note")


@dataclass(frozen=True, slots=True)
class Words:
    """Hold what is said of a run: a line for the log and the state, tables for the artifact; `failed` ends the run Failed."""

    line: str
    tables: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    notes: Sequence[str] = ()
    failed: bool = False


def of_ingest(report: RunReport) -> Words:
    """Say what an ingest took in."""
    if report.outcome == "locked":
        return Words("did nothing: another ingest is at work on this data folder", notes=report.notes)
    line = in_words(report.entries, report.outcomes, report.developments)
    tables = {
        "feeds": report.feeds,
        "failures": report.failures,
        "pages": report.pages,
        "pages read again": report.reread,
        "entries": report.outcomes,
        "reasons": report.reasons,
        "developments": report.developments,
    }
    return Words("; ".join((line, *report.notes)), tables, tuple(failed_lines(report)), failed=report.outcome == "failed")


def of_digest(editions: Sequence[Edition], trouble: str = "") -> Words:
    """Say which editions were composed; failed with `trouble`, which says why the site they link to was not written."""
    if not editions:
        return Words("no edition was due")
    counts = {f"{one.recipient} until {one.window_end:%Y-%m-%d %H:%M} UTC": one.development_count for one in editions}
    line = ", ".join(f"{one.recipient} ({one.development_count} developments)" for one in editions)
    said = f"{len(editions)} composed: {line}"
    return Words(f"{said}; {trouble}" if trouble else said, {"developments by edition": counts}, failed=bool(trouble))


def of_delivery(report: DeliveryReport) -> Words:
    """Say what became of what waited; failed when something did not arrive, or may not have."""
    if report.locked:
        return Words("did nothing: another process is delivering from this data folder")
    if not report.deliveries:
        return Words("nothing waited")
    open_still = [f"{one.recipient} by {one.channel}: {one.state.value} ({one.last_error[:_REASON_MAX]})" for one in report.undelivered]
    states = ", ".join(f"{count} {state}" for state, count in sorted(report.counts.items()))
    return Words("; ".join((states, *open_still)), {"deliveries": report.counts}, failed=bool(open_still))


def of_upkeep(counts: Mapping[str, int]) -> Words:
    """Say what was forgotten and checked."""
    return Words(", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in counts.items()), {"upkeep": counts})


def with_trouble(words: Words, trouble: str) -> Words:
    """Say beside it what went wrong after it, which ends the run Failed; with nothing wrong return the words as they are."""
    return replace(words, line=f"{words.line}; {trouble}", failed=True) if trouble else words


def with_note(words: Words, note: str) -> Words:
    """Say something beside it that fails nothing; with nothing to say return the words as they are."""
    return replace(words, line=f"{words.line}; {note}") if note else words


def health_table(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Write the first of the feeds' health as rows of text, which a page may take for Markdown."""
    return [{name: markdown(_text(row.get(name))) for name in _HEALTH} for row in rows[:_FEEDS_MAX]]


def _text(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else "" if value is None else str(value)


def to_markdown(words: Words) -> str:
    """Write the line, the notes and the tables that have rows as Markdown."""
    parts = [markdown(words.line, limit=5_000), *(f"- {markdown(note)}" for note in words.notes)]
    for title, counts in words.tables.items():
        if counts:
            rows = [f"| {markdown(name)} | {count} |" for name, count in counts.items()]
            parts.append("\n".join([f"| {title} | |", "| --- | ---: |", *rows]))
    return "\n\n".join(parts) + "\n"
