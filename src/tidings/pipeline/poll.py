"""Poll the feeds that are due and keep their entries."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tidings.jail import JailFailure
from tidings.model import Entry, Feed, FeedState, Id, ParsedFeed, Rejection, Request, Response, Stage
from tidings.pipeline import stalled
from tidings.pipeline.run import Run
from tidings.stages import identity, schedule
from tidings.stages.parse import parse_feed
from tidings.store import polls as store
from tidings.store.database import Connection, open_store
from tidings.store.known_entries import known_entries
from tidings.text.retry_after import retry_after_s
from tidings.text.urls import host_of
from tidings.web.failures import RETRY_LATER, RUN_OVER

_OVER = "the time for asking servers was over (ingest.fetch_s_max): feeds wait for the next run"


@dataclass(frozen=True, slots=True)
class _Asked:
    """Hold what one feed's request gave."""

    feed: Feed
    state: FeedState
    request: Request
    response: Response


def poll_feeds(run: Run) -> dict[str, int]:
    """Poll the due feeds; return how many were polled, unchanged, failed and not due, and `spared` when our own network was down."""
    settings = run.settings
    feeds = {feed.id: feed for feed in settings.feeds}
    with open_store(settings.data, settings.store.wait_s) as connection:
        states = store.feed_states(connection)
    due = schedule.due_feeds(settings.feeds, states, run.now)
    counts = Counter({"not_due": len(feeds) - len(due)})
    sent = schedule.shared(due)
    feed_count = sum(len(ids) for _, ids in sent)
    batch: list[schedule.Poll] = []
    entry_count = 0
    lost: list[tuple[schedule.Poll, schedule.Lost]] = []
    answered: set[str] = set()
    for done, (asked, parsed) in enumerate(run.jail.each(parse_feed, _to_parse(run, sent, feeds, states)), start=1):
        poll = _read(run, asked, parsed)
        if loss := schedule.lost(asked.state, poll.state, asked.response):
            lost.append((poll, loss))
        else:
            batch.append(poll)
            entry_count += len(poll.entries)
            answered.add(host_of(asked.response.url))
        run.progress("feeds", done, feed_count)
        if len(batch) >= run.batches.polls or entry_count >= run.batches.entries:
            counts.update(_record(run, batch))
            batch, entry_count = [], 0
    counts.update(_record(run, batch))
    answered |= schedule.just_answered(settings.feeds, states, run.now) - {loss.host for _, loss in lost}
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


def _to_parse(
    run: Run, sent: Sequence[tuple[Request, Sequence[Id]]], feeds: Mapping[Id, Feed], states: Mapping[Id, FeedState]
) -> Iterator[tuple[_Asked, tuple[Response, Feed, int] | None]]:
    """Fetch; yield what was answered for each feed, with the arguments of its parsing where it needs any."""
    asked = {request.url: (request, ids) for request, ids in sent}
    for response in run.send_all([request for request, _ in sent]):
        if response.failure == RETRY_LATER and response.detail == RUN_OVER:
            if _OVER not in run.notes:
                run.notes.append(_OVER)
            continue  # nothing was asked: they stay due
        request, ids = asked[response.url]
        for feed_id in ids:
            state = states.get(feed_id, FeedState(feed_id))
            needs = schedule.needs_parsing(state, response)
            yield _Asked(feeds[feed_id], state, request, response), (response, feeds[feed_id], state.read_from) if needs else None


def _read(run: Run, asked: _Asked, parsed: ParsedFeed | Rejection | JailFailure | None) -> schedule.Poll:
    return schedule.read_poll(
        asked.feed,
        asked.state,
        asked.response,
        _without_secrets(run, asked, parsed),
        conditional=bool(asked.request.headers),
        now=run.now,
        retry_after_s=retry_after_s(asked.response.headers, run.now),
    )


def _without_secrets(run: Run, asked: _Asked, parsed: ParsedFeed | Rejection | JailFailure | None) -> ParsedFeed | Rejection | None:
    if parsed is None:
        return None
    return run.hidden.parsed(_jailed(run, asked.feed, asked.response, parsed) if isinstance(parsed, JailFailure) else parsed)


def _jailed(run: Run, feed: Feed, response: Response, failure: JailFailure) -> Rejection:
    return Rejection(Stage.PARSE, f"parser_{failure.reason}", stalled.keep(run, "feed", feed.shown_url, response, failure))


def _record(run: Run, batch: list[schedule.Poll]) -> Mapping[str, int]:
    return run.step("polls", partial(_record_batch, run, batch)) if batch else {}


def _record_batch(run: Run, batch: Sequence[schedule.Poll]) -> Mapping[str, int]:
    with open_store(run.settings.data, run.settings.store.wait_s) as connection:
        polls, moved, known = _concluded(run, batch, connection)
        store.record_polls(
            connection,
            [(poll.state, poll.outcome, poll.detail, poll.entries) for poll in polls],
            {entry.id: schedule.entry_hash(entry) for poll in polls for entry in poll.entries},
            known,
            now=run.now,
            run_id=run.id,
            learn=run.learn_days > 0,
            moved=moved,
        )
    return Counter(poll.outcome for poll in polls)


def _concluded(run: Run, batch: Sequence[schedule.Poll], connection: Connection) -> tuple[list[schedule.Poll], list[Entry], dict[Id, str]]:
    """Recognise the entries that are known, under whatever id, and bring each poll to its end; return those that came under another, too, and what the known ones last said."""
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
    return polls, moved, {one.id: one.content_hash for of_feed in known.values() for one in of_feed}
