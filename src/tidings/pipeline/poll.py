"""Poll the feeds that are due and keep their entries."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tidings.jail import JailFailure
from tidings.model import Entry, Feed, FeedState, Id, ParsedFeed, Rejection, Request, Response, Stage
from tidings.pipeline.run import Run
from tidings.recording.keep import keep_body
from tidings.stages import identity, schedule
from tidings.stages.parse import parse_feed
from tidings.store import polls as store
from tidings.store.database import Connection, open_store
from tidings.store.known_entries import known_entries
from tidings.text.retry_after import retry_after_s


def poll_feeds(run: Run) -> dict[str, int]:
    """Poll the due feeds; return how many were polled, unchanged, failed and not due, and `spared` when our own network was down."""
    settings = run.settings
    feeds = {feed.id: feed for feed in settings.feeds}
    with open_store(settings.data, settings.store.wait_s) as connection:
        states = store.feed_states(connection)
    due = schedule.due_feeds(settings.feeds, states, run.now)
    counts = Counter({"not_due": len(feeds) - len(due)})
    sent = schedule.shared(due)
    asked = {request.url: (request, ids) for request, ids in sent}
    batch: list[schedule.Poll] = []
    lost: list[tuple[schedule.Poll, schedule.Lost]] = []
    answered: set[str] = set()
    for done, response in enumerate(run.client.send_all([request for request, _ in sent], run.now), start=1):
        request, ids = asked[response.url]
        for feed_id in ids:
            before = states.get(feed_id, FeedState(feed_id))
            poll = _read(run, feeds[feed_id], before, request, response)
            if loss := schedule.lost(before, poll.state, response):
                lost.append((poll, loss))
            else:
                batch.append(poll)
                answered.add(schedule.host_of(response.url))
        run.progress("feeds", done, len(sent))
        if len(batch) >= run.batches.polls:
            counts.update(_record(run, batch))
            batch = []
    counts.update(_record(run, batch))
    counts.update(_record_lost(run, lost, answered, states.values()))
    return dict(counts)


def _record_lost(
    run: Run, lost: Sequence[tuple[schedule.Poll, schedule.Lost]], answered: set[str], states: Iterable[FeedState]
) -> Mapping[str, int]:
    """Record the polls that reached nobody, all at once: until nothing better came, a kill leaves the feeds as they were."""
    ours = schedule.not_theirs([loss for _, loss in lost], answered, states)
    polls = [schedule.spare(poll, run.now) if poll.feed.id in ours else poll for poll, _ in lost]
    counts = Counter(_record(run, polls))
    spared_count = sum(after is not before for after, (before, _) in zip(polls, lost, strict=True))
    return counts + Counter(spared=spared_count)


def _read(run: Run, feed: Feed, state: FeedState, request: Request, response: Response) -> schedule.Poll:
    parsed: ParsedFeed | Rejection | None = None
    if schedule.needs_parsing(state, response):
        answer = run.jail.call(parse_feed, response, feed, state.read_from)
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
    with open_store(run.settings.data, run.settings.store.wait_s) as connection:
        polls, moved = _concluded(run, batch, connection)
        store.record_polls(
            connection,
            [(poll.state, poll.outcome, poll.detail, poll.entries) for poll in polls],
            {entry.id: schedule.entry_hash(entry) for poll in polls for entry in poll.entries},
            now=run.now,
            run_id=run.id,
            learn=run.learn_days > 0,
            moved=moved,
        )
    return Counter(poll.outcome for poll in polls)


def _concluded(run: Run, batch: Sequence[schedule.Poll], connection: Connection) -> tuple[list[schedule.Poll], list[Entry]]:
    """Recognise the entries that are known, under whatever id, and bring each poll to its end; return those that came under another, too."""
    known = known_entries(connection, [entry for poll in batch for entry in poll.entries])
    polls: list[schedule.Poll] = []
    moved: list[Entry] = []
    for poll in batch:
        of_feed = known.get(poll.feed.id, ())
        found = identity.recognise(poll.entries, of_feed)
        ids: frozenset[Id] = frozenset(one.id for one in of_feed)
        concluded = schedule.conclude(replace(poll, entries=found.entries), ids, run.now, storm=found.storm)
        polls.append(concluded)
        moved += found.moved if concluded.entries else ()
    return polls, moved
