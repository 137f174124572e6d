"""Poll the feeds that are due and keep their entries."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tidings.jail import JailFailure
from tidings.model import Feed, FeedState, Id, ParsedFeed, Rejection, Request, Response, Stage
from tidings.pipeline.run import Run
from tidings.recording.keep import keep_body
from tidings.stages import schedule
from tidings.stages.parse import parse_feed
from tidings.store import polls as store
from tidings.store.database import open_store
from tidings.text.retry_after import retry_after_s


def poll_feeds(run: Run) -> dict[str, int]:
    """Poll the due feeds; return how many were polled, unchanged, failed and not due, and `spared` when our own network was down."""
    settings = run.settings
    feeds = {feed.id: feed for feed in settings.feeds}
    with open_store(settings.data, settings.store.wait_s) as connection:
        states = store.feed_states(connection)
    requests = schedule.due_feeds(settings.feeds, states, run.now)
    counts = Counter({"not_due": len(feeds) - len(requests)})
    # Two feeds may be configured with one URL in two spellings: answers are matched by the URL asked for.
    waiting: dict[str, list[Request]] = {}
    for request in requests:
        waiting.setdefault(request.url, []).append(request)
    batch: list[schedule.Poll] = []
    lost: list[tuple[schedule.Poll, Response]] = []
    for done, response in enumerate(run.client.send_all(requests, run.now), start=1):
        request = waiting[response.url].pop()
        feed = feeds[request.subject_id]
        poll = _read(run, feed, states.get(feed.id, FeedState(feed.id)), request, response)
        run.progress("feeds", done, len(requests))
        if schedule.is_lost(response):
            lost.append((poll, response))
            continue
        batch.append(poll)
        if len(batch) == run.batches.polls:
            counts.update(_record(run, batch))
            batch = []
    counts.update(_record(run, batch))
    counts.update(_record_lost(run, lost, states.values(), alone=len(lost) == len(requests)))
    return dict(counts)


def _record_lost(
    run: Run, lost: Sequence[tuple[schedule.Poll, Response]], states: Iterable[FeedState], *, alone: bool
) -> Mapping[str, int]:
    """Record the polls that reached nobody, all at once: until nothing better came, a kill leaves the feeds as they were."""
    if not (alone and schedule.network_is_down(lost, states)):
        return _record(run, [poll for poll, _ in lost])
    polls = [schedule.spare(poll, response, run.now) for poll, response in lost]
    spared_count = sum(after is not before for after, (before, _) in zip(polls, lost, strict=True))
    return {**_record(run, polls), "spared": spared_count}


def _read(run: Run, feed: Feed, state: FeedState, request: Request, response: Response) -> schedule.Poll:
    parsed: ParsedFeed | Rejection | None = None
    if schedule.needs_parsing(state, response):
        answer = run.jail.call(parse_feed, response, feed)
        parsed = _jailed(run, feed, response, answer) if isinstance(answer, JailFailure) else answer
    return schedule.read_poll(
        feed,
        state,
        response,
        parsed,
        conditional=bool(request.headers),
        now=run.now,
        retry_after_s=retry_after_s(response.headers, run.now),
    )


def _jailed(run: Run, feed: Feed, response: Response, failure: JailFailure) -> Rejection:
    keep_body(run.settings.data, "feed", feed.shown_url, response, run.settings.feeds)
    return Rejection(Stage.PARSE, f"parser_{failure.reason}", failure.detail)


def _record(run: Run, batch: list[schedule.Poll]) -> Mapping[str, int]:
    if not batch:
        return {}
    hashes: dict[Id, str] = {entry.id: schedule.entry_hash(entry) for poll in batch for entry in poll.entries}
    with open_store(run.settings.data, run.settings.store.wait_s) as connection:
        known = store.entry_hashes(connection, hashes)
        store.record_polls(
            connection,
            [(schedule.with_overlap(poll, frozenset(known), run.now), poll.outcome, poll.detail, poll.entries) for poll in batch],
            hashes,
            now=run.now,
            run_id=run.id,
            learn=run.learn_days > 0,
        )
    return Counter(poll.outcome for poll in batch)
