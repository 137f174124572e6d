"""Write answers to questions (why, status, feeds, runs) as lines of plain text for a terminal. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tidings.model import RunReport
from tidings.render.escape import plain
from tidings.stages.report import in_words

Row = Mapping[str, Any]

_DECISIONS = {"development": "NEW", "told": "told", "known": "known", "seed": "seed"}


def moment(value: datetime | None) -> str:
    """Write a time in UTC, to the minute."""
    return f"{value:%Y-%m-%d %H:%M} UTC" if value else "never"


def run_lines(report: RunReport) -> Iterator[str]:
    """Write a run report: counts that add up, and notes."""
    if report.outcome == "locked":
        yield report.notes[0]
        return
    feeds = report.feeds
    polled = sum(feeds.get(name, 0) for name in ("polled", "unchanged", "failed"))
    parts = [f"{feeds[name]} {name.replace('_', ' ')}" for name in ("polled", "unchanged", "failed", "not_due") if feeds.get(name)]
    yield f"{polled} feeds asked ({', '.join(parts) or 'none configured'})"
    yield in_words(report.entries, report.outcomes, report.developments)
    for reason, count in report.reasons.items():
        yield f"    {count:>5}  {plain(reason)}"
    for note in report.notes:
        yield f"note: {plain(note)}"


def why_lines(answer: Row) -> Iterator[str]:
    """Write what became of a URL, with the evidence."""
    yield plain(answer["url"])
    if answer["feed"]:
        feed = answer["feed"]
        yield f"  feed of {plain(feed['publisher'])}: {feed['state']}, {plain(feed['note'])}; last success {moment(feed['last_success_at'])}"
    if answer["seed"]:
        yield f"  seed {plain(answer['seed']['id'])}: what it says counts as told"
    for entry in answer["entries"]:
        yield f"  entry in {plain(entry['feed'] or '?')} ({plain(entry['publisher'] or '?')}), first seen {moment(entry['first_seen_at'])}"
        yield f"    {plain(entry['title'] or '(no title)')}"
        reason = f": {plain(entry['reason'])}" if entry["reason"] else ""
        yield f"    outcome: {entry['outcome']}{reason}"
        if entry["next_attempt_at"]:
            yield f"    tried {entry['attempt_count']} times; next {moment(entry['next_attempt_at'])}"
    article = answer["article"]
    if article:
        yield f"  article by {plain(article['publisher'])}, origin {plain(article['origin'])}, {article['language'] or '?'}, page {article['verdict']}"
    yield from _links(answer)
    yield from _statements(answer)


def _links(answer: Row) -> Iterator[str]:
    copy = answer["duplicate"]
    if copy:
        of = f"{plain(copy['of_publisher'] or '')}: {plain(copy['of_title'] or copy['of_id'])}"
        yield f"  {copy['relation']} copy of {copy['of_kind']} {plain(str(copy['of_id']))} ({of})"
        yield f"    score {copy['score']:.2f}: {plain(copy['evidence'] or '')}"
    story = answer["story"]
    if story:
        yield f"  story: {plain(story['title'])} ({story['article_count']} reports, {story['origin_count']} independent origins)"


def _statements(answer: Row) -> Iterator[str]:
    for one in answer["statements"]:
        kind = f" {one['kind']}" if one["kind"] else ""
        yield f"  [{_DECISIONS.get(one['decision'] or '', 'undecided')}{kind}] {one['topic']}: {plain(one['text'])}"
        score = f" {one['score']:.2f}" if one["score"] is not None else ""
        evidence = f" ({plain(one['evidence'])})" if one["evidence"] else ""
        yield f"      {plain(one['reason'] or '')}{score}{evidence}"
        if one["against"]:
            yield f"      nearest told ({plain(one['against_publisher'] or '?')}): {plain(one['against'])}"
        if one["recipients"]:
            yield f"      told to: {', '.join(map(plain, one['recipients']))}"


def status_lines(answer: Row) -> Iterator[str]:
    """Write how store, feeds, editions and deliveries stand."""
    yield ", ".join(f"{count} {name}" for name, count in answer["counts"].items())
    feeds = ", ".join(f"{count} {state}" for state, count in answer["feeds"].items())
    yield f"feeds: {feeds or 'none polled yet'}"
    for feed in answer["ailing"]:
        yield f"  {feed['state']}: {plain(feed['publisher'])} {plain(feed['feed'])} - {plain(feed['note'])}"
    for run in answer["runs"]:
        yield f"run {moment(run['started_at'])} {run['flow']}: {run['outcome']}, {run['entries']} entries, {run['developments']} developments"
    for edition in answer["editions"]:
        yield f"edition {moment(edition['window_end'])} for {plain(edition['recipient'])}: {edition['development_count']} developments, {edition['state']}"
    for one in answer["undelivered"]:
        yield f"UNDELIVERED {one['state']}: {plain(one['recipient'])} by {one['channel']}, tried {one['attempt_count']} times: {plain(one['last_error'] or '')}"
    if not answer["undelivered"]:
        yield "deliveries: nothing waits, nothing failed"


def feed_lines(found: list[dict[str, Any]]) -> Iterator[str]:
    """Write one line for each feed."""
    for row in found:
        yield f"{row['state']:<8} {plain(row['publisher']):<28} {plain(row['feed'])}  {plain(row['note'] or '')}"
