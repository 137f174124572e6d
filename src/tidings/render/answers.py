"""Write answers to questions (why, status, feeds, runs) as lines of plain text for a terminal. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tidings.model import RunReport
from tidings.render.escape import plain
from tidings.render.pages import pages_line
from tidings.render.words import many
from tidings.stages.report import in_words

Row = Mapping[str, Any]
FEEDS_NAMED_MAX = 12


def moment(value: datetime | None) -> str:
    """Write a time in UTC, to the minute."""
    return f"{value:%Y-%m-%d %H:%M} UTC" if value else "never"


def run_lines(report: RunReport) -> Iterator[str]:
    """Write a run report: counts that add up, and notes."""
    if report.outcome in {"locked", "failed"}:
        yield from map(plain, report.notes)
        return
    feeds = report.feeds
    polled = sum(feeds.get(name, 0) for name in ("polled", "unchanged", "failed"))
    parts = [f"{feeds[name]} {name.replace('_', ' ')}" for name in ("polled", "unchanged", "failed", "not_due") if feeds.get(name)]
    yield f"{polled} feeds asked ({', '.join(parts) or 'none configured'})"
    yield from (f"  {line}" for line in failed_lines(report))
    if pages := pages_line(report.pages.items()):
        yield f"pages: {pages}"
    if report.reread:
        yield f"read again: {reread_words(report.reread)}"
    yield in_words(report.entries, report.outcomes, report.developments)
    for reason, count in report.reasons.items():
        yield f"    {count:>5}  {plain(reason)}"
    for note in report.notes:
        yield f"note: {plain(note)}"


_REREAD = {
    "changed": "edited",
    "same": "as before",
    "gone": "withdrawn",
    "off_topic": "about something else now",
    "unread": "not to be read this time",
}


def reread_words(counts: Mapping[str, int]) -> str:
    """Say what came of the pages that were looked at again: "2 edited, 31 as before"."""
    return ", ".join(f"{counts[word]:,} {said}" for word, said in _REREAD.items() if counts.get(word))


def failed_lines(report: RunReport) -> Iterator[str]:
    """Name the feeds that failed in a run, or gave only a part, and count those there is no room for."""
    for one in report.failed_feeds[:FEEDS_NAMED_MAX]:
        again = f", {one.failures_in_row} times in a row since {moment(one.failing_since)}" if one.failures_in_row > 1 else ""
        said = f" ({plain(one.detail, 200)})" if one.detail else ""
        yield f"{plain(one.publisher, 80)} {plain(one.feed, 200)} {plain(one.trouble)}{again}{said}"
    if (left := sum(report.failures.values()) - len(report.failed_feeds[:FEEDS_NAMED_MAX])) > 0:
        reasons = ", ".join(f"{count} {plain(reason)}" for reason, count in report.failures.items())
        yield f"and {left} more: `tidings status --all` names them; in all {reasons}"


_UPKEEP = {  # what an upkeep counts
    "feed_events": "old polls forgotten",
    "runs": "old runs forgotten",
    "entries": "old texts of entries emptied",
    "robots": "robots.txt of sites forgotten",
    "stalled": "kept bodies forgotten",
    "recordings": "recordings forgotten",
    "former_texts": "former texts of articles emptied",
    "bytes_won": "bytes won by writing the store anew",
    "backup_rows": "rows in the backup of today, read through",
    "backups_forgotten": "older backups forgotten",
    "snapshot_rows": "rows of the snapshot read through",
    "snapshot_repaired": "snapshots repaired",
    "vectors_made": "statements made ready for search by meaning",
}


def upkeep_lines(counts: Mapping[str, int]) -> Iterator[str]:
    """Write what an upkeep did."""
    for name, count in counts.items():
        yield f"{count} {_UPKEEP.get(name, plain(name.replace('_', ' ')))}"


def status_lines(answer: Row, named_max: int = FEEDS_NAMED_MAX) -> Iterator[str]:
    """Write how store, feeds, editions and deliveries stand, and what of the configuration can hardly be meant."""
    yield from (f"warning: {plain(one)}" for one in answer.get("warnings", ()))
    yield ", ".join(f"{count} {name}" for name, count in answer["counts"].items())
    yield from health_lines(answer, named_max)
    for run in answer["runs"]:
        counts = ", ".join(
            upkeep_lines(run["counts"]) if run["flow"] == "upkeep" else (f"{n} {plain(name)}" for name, n in run["counts"].items())
        )
        yield f"run {moment(run['started_at'])} {run['flow']}: {run['outcome']}{', ' + counts if counts else ''}"
    for edition in answer["editions"]:
        yield f"{'alert' if edition['kind'] == 'alert' else 'edition'} {moment(edition['window_end'])} for {plain(edition['recipient'])}: {edition['development_count']} developments, {edition['delivery']}"
    for one in answer.get("recipients", ()):
        yield f"edition for {plain(one['recipient'])} by {one['channel']}: {one['line']}"
    for one in answer.get("expected", ()):
        if one["missed"]:
            yield f"MISSED {_missed(one)}"
    for one in answer["undelivered"]:
        tried = f"tried {many(one['attempt_count'], 'time')}: {plain(one['last_error'] or '')}"
        yield f"UNDELIVERED {one['state']}: {plain(one['recipient'])} by {one['channel']}{_which(one)}, {tried}"
    if lake := answer.get("lake"):
        yield plain(lake["line"], 500)
    waiting = answer["waiting"]
    if waiting["messages"]:
        yield f"deliveries: {waiting['messages']} wait, the oldest since {moment(waiting['since'])}; {_next_try(waiting)}"
    elif not answer["undelivered"]:
        yield "deliveries: nothing waits, nothing failed"


def _missed(one: Row) -> str:
    whose = f" for {plain(one['recipient'])}" if one["recipient"] else ""
    last = f"the last was {moment(one['last_at'])}" if one["last_at"] else "there was none yet"
    return f"{one['what']}{whose}: due {moment(one['due_at'])}, missed since {moment(one['missed_at'])}; {last}"


def health_lines(answer: Row, named_max: int = FEEDS_NAMED_MAX) -> Iterator[str]:
    """Write how the feeds stand: counts, those with something the matter, the gravest first, and what the pages of the last days came to."""
    ailing = [feed for feed in answer["ailing"] if feed["concern"] != "unchecked"]
    counts = ", ".join(f"{count} {state}" for state, count in answer["feeds"].items())
    yield f"feeds: {counts or 'none polled yet'}{'' if ailing or not counts else '; there is nothing the matter with them'}"
    if outage := answer["own_outage"]:
        begun, over = moment(outage["since"]), outage["until"]
        yield (
            f"  our own network reached nobody from {begun} to {moment(over)}"
            if over
            else f"  our own network reaches nobody since {begun}: look after it first"
        )
    for feed in ailing[:named_max]:
        yield f"  {_state(feed)}: {plain(feed['publisher'], 80)} {plain(feed['feed'], 200)} - {plain(feed['note'], 400)}"
    if len(ailing) > named_max:
        yield f"  and {len(ailing) - named_max} more: `tidings status --all` names them"
    excepted = [plain(feed["feed"], 200) for feed in answer["ailing"] if feed["tls_exception"]]
    if excepted:
        more = f" and {len(excepted) - named_max} more" if len(excepted) > named_max else ""
        yield f"  certificates trusted by their fingerprint alone: {', '.join(excepted[:named_max])}{more}"
    if pages := pages_line(answer["pages"].items()):
        yield f"pages of the last 7 days: {pages}"


def _state(feed: Row) -> str:
    since = feed.get("failing_since") or feed.get("silent_since")
    if since:
        return f"{feed['state']} since {moment(since)}"
    return "fine, but" if feed["state"] == "fine" and feed["concern"] else str(feed["state"])


def outbox_lines(found: list[dict[str, Any]]) -> Iterator[str]:
    """Write two lines for each message: what became of it, and the id by which it is sent again."""
    for row in found:
        edition = f"edition {moment(row['window_end'])} for {plain(row['recipient'])} by {row['channel']}{_which(row)}"
        yield f"{row['state']:<9} {edition}"
        again = f"; {_next_try(row)}" if row["state"] == "pending" else ""
        yield f"{'':<9} {row['id']}  {_tried(row)}{again}"
    if not found:
        yield "nothing waits, nothing failed"


def _tried(row: Row) -> str:
    count, said = row["attempt_count"], plain(row["last_error"] or "")
    times = f"tried {many(count, 'time')}" if count else "not tried yet"
    return f"{times}: {said}" if said else times


def _next_try(row: Row) -> str:
    if row.get("behind"):
        return "waits for the part before it"
    at = row["next_attempt_at"]
    return f"next try at {moment(at)}" if at else "next try with the next `tidings deliver`"


def _which(row: Row) -> str:
    return f", part {row['part']} of {row['part_count']}" if row["part_count"] > 1 else ""


def feed_lines(found: list[dict[str, Any]]) -> Iterator[str]:
    """Write one line for each feed."""
    for row in found:
        at = row.get("failing_since") or row.get("silent_since")
        since = f"since {moment(at)}: " if at else ""
        yield f"{row['state']:<8} {plain(row['publisher']):<28} {plain(row['feed'])}  {since}{plain(row['note'] or '')}"


def label_lines(found: list[dict[str, Any]]) -> Iterator[str]:
    """Write one line for each thing that was said."""
    for row in found:
        yield f"{moment(row['labelled_at'])}  {label_words(row)}"
    if not found:
        yield "nothing was marked"


def label_words(row: Row) -> str:
    """Say what a label says."""
    what = row["kind"].replace("_", " ")
    other = plain(row["topic"] or row["other_url"] or (f"seed {row['other_seed_id']}" if row["other_seed_id"] else row["other_id"]) or "")
    between = {"not_duplicate": "of", "same_story": "as", "not_on_topic": ":"}[row["kind"]]
    return f"{plain(row['url'] or row['article_id'])}  {what} {between} {other}".replace(" : ", " ")
