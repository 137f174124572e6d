"""Offer the commands that do the work: what cron calls, and its parts."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidings.cli.common import (
    DEFAULT_CONFIG,
    FAILED,
    FEED_FAILED,
    ConfigDir,
    Json,
    Now,
    Strict,
    complain,
    progress_bars,
    settings_of,
    time_of,
    write,
    write_json,
)
from tidings.cli.lake import bring_lake, end_with_lake

if TYPE_CHECKING:
    from tidings.config import Settings
    from tidings.model import Edition, RunReport
    from tidings.pipeline.deliver import DeliveryReport

app = typer.Typer()


@app.command()
def run(config: ConfigDir = DEFAULT_CONFIG, now: Now = "", strict: Strict = False, as_json: Json = False) -> None:
    """Do all there is to do: ingest, compose the digests that are due, deliver what waits.

    This is what cron calls. Once a day it does the upkeep, too. With nothing to do it says so.
    """
    from tidings.cli.site import site_line
    from tidings.config import doubts
    from tidings.pipeline.metrics import write_metrics
    from tidings.pipeline.site import write_linked_site

    settings, moment = settings_of(config), time_of(now)
    report = _ingest(settings, moment)
    editions = compose(settings, moment)
    site_report, site_trouble = write_linked_site(settings)
    deliveries = _deliver(settings, moment)
    upkept, trouble = _upkeep_if_due(settings, moment, report)
    lake_facts, lake_trouble = bring_lake(settings, moment, upkeep=bool(upkept))
    trouble = "; ".join(filter(None, (site_trouble, trouble, lake_trouble, write_metrics(settings, moment))))
    if as_json:
        done = {"run": asdict(report), "editions": [edition_facts(one) for one in editions], "deliveries": _delivery_facts(deliveries)}
        site_facts = asdict(site_report) if site_report else None
        write_json(
            done
            | {"site": site_facts, "lake": lake_facts, "upkeep": upkept, "warnings": doubts(settings)}
            | ({"error": trouble} if trouble else {})
        )
    else:
        write(f"warning: {one}" for one in doubts(settings))
        _write_run(report)
        write_editions(settings, editions, moment)
        if site_report:
            write([site_line(site_report)])
        _write_deliveries(deliveries)
    if trouble:
        complain(trouble)
        raise typer.Exit(FAILED)
    _exit(report, deliveries, strict=strict)


@app.command()
def ingest(config: ConfigDir = DEFAULT_CONFIG, now: Now = "", strict: Strict = False, as_json: Json = False) -> None:
    """Poll the feeds, read the articles behind them, record what is new."""
    settings, moment = settings_of(config), time_of(now)
    report = _ingest(settings, moment)
    write_json(asdict(report)) if as_json else _write_run(report)
    end_with_lake(settings, moment)
    _exit(report, None, strict=strict)


@app.command()
def learn(
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="how far back entries are read")] = 30,
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
    as_json: Json = False,
) -> None:
    """Record what the feeds have now as known, without telling anybody: before the first run."""
    settings, moment = settings_of(config), time_of(now)
    report = _ingest(settings, moment, learn_days=days)
    write_json(asdict(report)) if as_json else _write_run(report)
    end_with_lake(settings, moment)
    _exit(report, None)


@app.command()
def upkeep(config: ConfigDir = DEFAULT_CONFIG, now: Now = "", as_json: Json = False) -> None:
    """Forget what is older than [retention] says, and read the snapshot through; `tidings run` does it once a day."""
    from tidings.pipeline.upkeep import upkeep as keep_up
    from tidings.render.answers import upkeep_lines

    settings, moment = settings_of(config), time_of(now)
    counts = keep_up(settings, moment)
    write_json(counts) if as_json else write(upkeep_lines(counts))
    end_with_lake(settings, moment, upkeep=True)


@app.command()
def deliver(config: ConfigDir = DEFAULT_CONFIG, now: Now = "", as_json: Json = False) -> None:
    """Send what waits in the outbox."""
    settings, moment = settings_of(config), time_of(now)
    report = _deliver(settings, moment)
    write_json(_delivery_facts(report)) if as_json else _write_deliveries(report)
    end_with_lake(settings, moment)
    _exit(None, report)


def _ingest(settings: "Settings", now: datetime, learn_days: int = 0) -> "RunReport":
    from tidings.pipeline.ingest import ingest as ingest_all

    with progress_bars() as progress:
        return ingest_all(settings, now, progress=progress, learn_days=learn_days)


def compose(settings: "Settings", now: datetime, *, only: str | None = None, force: bool = False) -> "tuple[Edition, ...]":
    """Compose and publish the editions that are due, or with `force` all that have something to tell."""
    from tidings.pipeline.digest import compose_due
    from tidings.pipeline.publish import republish

    editions = compose_due(settings.data, settings, now, only=only, force=force)
    republish(settings)
    return editions


def _deliver(settings: "Settings", now: datetime) -> "DeliveryReport":
    from tidings.pipeline.deliver import deliver as deliver_all
    from tidings.pipeline.edition_feeds import write_feeds_of
    from tidings.pipeline.publish import republish

    report = deliver_all(settings.data, settings, now)
    republish(settings)
    write_feeds_of(settings, report)
    return report


def _upkeep_if_due(settings: "Settings", now: datetime, report: "RunReport") -> tuple[dict[str, int], str]:
    """Do the upkeep unless somebody else is at work; return its counts and what went wrong with it, which takes nothing from the run."""
    from tidings.errors import StoreError
    from tidings.pipeline.upkeep import upkeep_if_due

    if report.outcome in {"locked", "failed"}:
        return {}, ""
    try:
        return upkeep_if_due(settings, now), ""
    except StoreError as error:
        return {}, f"the upkeep failed: {error}"


def _exit(report: "RunReport | None", deliveries: "DeliveryReport | None", *, strict: bool = False) -> None:
    if deliveries is not None and (deliveries.undelivered or deliveries.locked):
        raise typer.Exit(FAILED)
    if report is not None and report.outcome == "failed":
        raise typer.Exit(FAILED)
    if strict and report is not None and report.feeds.get("failed", 0):
        raise typer.Exit(FEED_FAILED)


def _write_run(report: "RunReport") -> None:
    from tidings.render.answers import run_lines

    write(run_lines(report))


def write_editions(settings: "Settings", editions: "tuple[Edition, ...]", now: datetime, *, waiting: bool = True, only: str = "") -> None:
    """Say who gets an edition and, of those `waiting`, when their next is due."""
    from tidings.model import EditionKind
    from tidings.render.timing import next_line
    from tidings.stages.due import next_due

    for one in editions:
        said = f"{one.development_count} developments" if one.development_count else "nothing new, and says so"
        write([f"{'alert' if one.kind is EditionKind.ALERT else 'edition'} for {one.recipient}: {said}"])
    due = {one.recipient for one in editions}
    for recipient in settings.recipients if waiting else ():
        if recipient.name not in due and only in ("", recipient.name):
            write([f"no edition is due for {recipient.name}; {next_line(recipient, next_due(recipient, now))}"])


def _write_deliveries(report: "DeliveryReport") -> None:
    from tidings.render.answers import moment
    from tidings.render.escape import plain

    if report.locked:
        write(["another process is delivering"])
    elif not report.deliveries:
        write(["nothing to deliver"])
    else:
        write([f"deliveries: {', '.join(f'{count} {state}' for state, count in report.counts.items())}"])
    for one in report.undelivered:
        which = f", part {one.part} of {one.part_count}" if one.part_count > 1 else ""
        when = f"at {moment(report.at)}" if one.id in report.tried else "earlier"
        again = f"; next try at {moment(one.next_attempt_at)}" if one.next_attempt_at else ""
        write([f"  {one.recipient} by {one.channel}{which}: {one.state.value}: {plain(one.last_error)} ({when}{again})"])


def _delivery_facts(report: "DeliveryReport") -> dict[str, Any]:
    undelivered = [
        {
            "id": one.id,
            "recipient": one.recipient,
            "channel": one.channel,
            "part": one.part,
            "part_count": one.part_count,
            "state": one.state,
            "last_error": one.last_error,
            "tried_at": report.at if one.id in report.tried else None,
            "next_attempt_at": one.next_attempt_at,
        }
        for one in report.undelivered
    ]
    return {"counts": dict(report.counts), "undelivered": undelivered, "locked": report.locked}


def edition_facts(edition: "Edition") -> dict[str, Any]:
    """Return what a script wants to know of an edition."""
    return {
        "id": edition.id, "recipient": edition.recipient, "kind": edition.kind, "window_start": edition.window_start, "window_end": edition.window_end,
        "developments": edition.development_count, "topics": [name for name, _ in edition.topics],
    }  # fmt: skip
