"""Keep a Prometheus text file of how everything stands in the data folder: docs/how-to/operate.md names each metric."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from typing import Any

from tidings.config import Settings
from tidings.errors import TidingsError
from tidings.pipeline.expected import Expected, expected
from tidings.pipeline.lake import lake_state
from tidings.render.metrics import Metric, seconds, to_text
from tidings.store import answers
from tidings.store.files import FILE_NAME, free_bytes, put_in_place, size_of
from tidings.store.head import SNAPSHOT_NAME
from tidings.store.query import is_published

METRICS_NAME = "tidings.prom"
_MODE = 0o640  # as what is published
_FEEDS = ("fine", "failing", "silent", "new")
_UNDELIVERED = ("pending", "uncertain", "refused", "held", "expired")


def write_metrics(settings: Settings, now: datetime) -> str:
    """Write the file anew from what is published, whole or not at all; return what hindered it, for no run fails for it.

    Nothing is written before anything is published. What is said is true until the next run: times, to be held against a clock.
    """
    if not is_published(settings.data):
        return ""
    part = settings.data / f"{METRICS_NAME}.part"  # the collector reads *.prom only
    try:
        answer = answers.status(settings.data, now)
        part.write_text(to_text(_metrics(settings, answer)), encoding="utf-8")
        part.chmod(_MODE)
        put_in_place(part, settings.data / METRICS_NAME)
    except (OSError, TidingsError) as error:
        return f"the metrics were not written: {error}"
    return ""


def _metrics(settings: Settings, answer: dict[str, Any]) -> Iterator[Metric]:
    watched = answer["watched"]
    ends = {"ingest": watched.ingest_at, "upkeep": watched.upkeep_at, "edition": max(watched.window_ends.values(), default=None)}
    counts, feeds = answer["counts"], answer["feeds"]
    missed_at, due_at = _earliest(expected(settings, watched))
    states = Counter(one["state"] for one in answer["undelivered"])
    waiting = answer["waiting"]
    yield Metric("tidings_info", "The version that wrote this file.", "version", {version("tidings"): 1})
    yield Metric(
        "tidings_last_success_timestamp_seconds",
        "When the last ingest and upkeep came to their ends, and the last edition's window.",
        "what",
        {what: at.timestamp() for what, at in ends.items() if at},
    )
    yield Metric(
        "tidings_due_timestamp_seconds", "When the next should come, by the configured schedule; of editions the first.", "what", due_at
    )
    yield Metric("tidings_missed_from_timestamp_seconds", "From when on it is missed if it has not come.", "what", missed_at)
    yield Metric(
        "tidings_last_run_failed",
        "Whether the newest run of this kind failed or was killed.",
        "flow",
        {run["flow"]: float(run["outcome"] in ("failed", "killed")) for run in reversed(answer["runs"])},
    )
    for name in ("articles", "statements", "stories", "developments", "seeds"):
        yield Metric(f"tidings_{name}", f"{name.capitalize()} in the store.", "", {"": counts[name]})
    yield Metric("tidings_feeds", "Configured feeds by state.", "state", {state: feeds.get(state, 0) for state in _FEEDS})
    yield Metric("tidings_network_down", "Whether no host could be reached lately.", "", {"": float(_is_down(answer["own_outage"]))})
    yield Metric(
        "tidings_undelivered_messages",
        "Messages that were tried and did not arrive, or may not have, of the last two weeks, by state.",
        "state",
        {state: states[state] for state in _UNDELIVERED},
    )
    yield Metric("tidings_waiting_messages", "Messages that wait to be sent.", "", {"": waiting["messages"]})
    yield Metric("tidings_waiting_since_timestamp_seconds", "Since when the oldest of them waits.", "", seconds(waiting["since"]))
    yield Metric("tidings_store_bytes", "Size of the store's file.", "", {"": size_of(settings.data / FILE_NAME)})
    yield Metric(
        "tidings_published_bytes", "Size of what is published: the newest file of it.", "", {"": size_of(settings.data / SNAPSHOT_NAME)}
    )
    yield Metric("tidings_free_bytes", "What is free on the disk of the data folder.", "", {"": free_bytes(settings.data)})
    yield Metric(
        "tidings_free_bytes_min", "With less free no feeds are read (store.free_mb_min).", "", {"": settings.store.free_mb_min * 1_000_000}
    )
    if settings.lake:
        yield Metric(
            "tidings_lake_behind", "Whether the lake could not be brought up.", "", {"": float(bool(lake_state(settings).trouble))}
        )


def _earliest(found: tuple[Expected, ...]) -> tuple[dict[str, float], dict[str, float]]:
    """Return, for each kind, when it is missed and when it is due; of several editions the one that is missed first."""
    first: dict[str, Expected] = {}
    for one in sorted(found, key=lambda one: one.missed_at, reverse=True):
        first[one.what] = one
    kinds = sorted(first)
    return {what: first[what].missed_at.timestamp() for what in kinds}, {what: first[what].due_at.timestamp() for what in kinds}


def _is_down(outage: dict[str, Any] | None) -> bool:
    return outage is not None and outage["until"] is None
