"""Read pages again behind entries that stay as they are: edits are silent, and some pages go.

What a look finds takes the place of the text that is there only if it is a better one or an edit of it (stages.versions). A look that
finds a wall, an error or nothing changes nothing but when the next one is due, and is no fault of the feed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tidings.model import Id
from tidings.pipeline.fetch_pages import Answer, fetch
from tidings.pipeline.read import OF_A_PAGE, Rules, judged, merge, next_looks, rules_of, unrepeated
from tidings.pipeline.run import Run
from tidings.stages import schedule
from tidings.store import pages as store
from tidings.store.database import Connection, open_store
from tidings.store.pages import Looked, Read

Row = Mapping[str, Any]


def look_again(run: Run, read_count: int) -> None:
    """Work off the list of pages to look at again, chunk by chunk, after a run has read `read_count` new ones. `run.reread` counts them."""
    settings = run.settings
    left = schedule.looks_max(settings.ingest.pages_per_run_max, read_count) if settings.ingest.reread_h else 0
    rules = rules_of(run)
    while left > 0:
        most = min(run.batches.pages, left)
        with open_store(settings.data, settings.store.wait_s) as connection:
            rows = {row["id"]: row for row in store.looks_due(connection, run.now, most)}
        answers = list(fetch(run, [_due(row) for row in rows.values()], Counter()))
        place = {entry: number for number, entry in enumerate(rows)}
        answers.sort(key=lambda one: place[one.due.entry.id])
        if answers:
            with open_store(settings.data, settings.store.wait_s) as connection:
                run.reread.update(_record(run, connection, answers, rows, rules))
        left = left - most if len(answers) == most else 0  # fewer: there were no more, or the time for asking servers was over


def _due(row: Row) -> schedule.PageDue:
    return schedule.PageDue(
        entry=store.entry_of(dict(row)),
        publisher=row["publisher"],
        language=row["language"] or row["feed_language"],
        first_seen_at=row["first_seen_at"],
        attempt_count=0,
        known_title=None,
        reread=True,
        own_sites=frozenset(row["feed_hosts"].split()),
    )


def _record(run: Run, connection: Connection, answers: Sequence[Answer], rows: Mapping[Id, Row], rules: Rules) -> Counter[str]:
    """Judge the answers and record them in one transaction; return what each came to, in a word, counted."""
    reads = _judged(run, connection, answers, rules)
    known = store.known_articles(connection, [one.article.id for one in reads.values() if one.article])
    texts = [one for one in reads.values() if one.article]
    merged = {one.entry_id: one for one in merge(texts, known, schedule.retry_at(0, run.now))}
    words = {one.due.entry.id: _word(one, reads.get(one.due.entry.id), merged.get(one.due.entry.id)) for one in answers}
    looks = [_looked(run, one, words[one.due.entry.id], rows[one.due.entry.id]) for one in answers]
    # An entry whose page says what it said is not touched: nothing became of it.
    changed = [one for one in merged.values() if one.article or one.next_attempt_at]
    store.record_reads(connection, changed, now=run.now, run_id=run.id, looks=[*looks, *next_looks(run, texts, known)])
    return Counter(words.values())


def _judged(run: Run, connection: Connection, answers: Sequence[Answer], rules: Rules) -> dict[Id, Read]:
    """Return what the pages say that gave a text of their own, by entry. The feed's own words were read when they came."""
    dues = {one.due.entry.id: one.due for one in answers}
    reads = [judged(run, one, rules) for one in answers if one.rejection is None]
    same = store.same_texts(connection, [one.text_hash for one in reads if one.article])
    return {one.entry_id: one for one in unrepeated(run, reads, dues, same, rules) if one.verdict in OF_A_PAGE}


def _word(answer: Answer, read: Read | None, merged: Read | None) -> str:
    """Say what a look came to: `changed`, `same`, `off_topic` (what is there now), `gone`, or `unread`."""
    if answer.rejection is not None and answer.rejection.reason == "not_found":
        return "gone"
    if read is None:
        return "unread"
    if merged is None:
        return "off_topic"
    return "changed" if merged.article else "same"


def _looked(run: Run, answer: Answer, word: str, row: Row) -> Looked:
    """Return when an article is looked at again; a page that is gone, or did not answer, soon: that may be an accident."""
    settled = word != "gone" and (answer.rejection is None or not answer.rejection.transient)
    again = schedule.look_again_at(row["first_seen_at"], row["claimed_at"], run.now, run.settings.ingest.reread_h, settled=settled)
    since = row["gone_since"] or run.now
    return Looked(row["article_id"], again, since if word == "gone" or (word == "unread" and row["gone_since"]) else None)
