"""Bring the index of neighbours to what the store holds: after a kill, new seeds, a user's marks, or when it was lost."""

from tidings.model import Fingerprint
from tidings.stages import dedupe, stories
from tidings.store.changes import changes_since, note_changes
from tidings.store.database import Connection, transaction
from tidings.store.decided import DecidedArticle, decided_ids, load_decided
from tidings.store.indexed import Indexed
from tidings.store.neighbours import Index, kept_grams
from tidings.store.postings import ALWAYS, minute

_LOADED_MAX = 2_000  # articles at once


def catch_up(connection: Connection, index: Index) -> int:
    """Take in what changed since the index saw the store last; return how many articles that was."""
    last, changed = changes_since(connection, index.change_id)
    if changed == []:
        return 0
    if changed is None:
        index.clear()
        changed = decided_ids(connection)
        if not last:  # a store from before there was an index
            with transaction(connection):
                last = note_changes(connection, ())
    for first in range(0, len(changed), _LOADED_MAX):
        some = changed[first : first + _LOADED_MAX]
        known = {one.article.id: as_indexed(one) for one in load_decided(connection, some)}
        index.take_in(index.change_id, {one: known.get(one) for one in some})
    index.take_in(last, {})
    return len(changed)


def as_indexed(one: DecidedArticle) -> Indexed:
    """Lay out what the index keeps of an article that the store holds."""
    mark = dedupe.fingerprint(one.article) if one.decided else Fingerprint(one.article.id, "", frozenset(), {})
    member = stories.member_of(one.article, one.story_id, mark.terms, first=False)
    return Indexed(
        id=one.article.id,
        story_id=one.story_id,
        origin=one.article.origin,
        copy_of=one.copy_of,
        mean_score=one.mean_score,
        story_score=one.story_score,
        at=ALWAYS if one.seed else minute(one.reported_at),
        grams=tuple(kept_grams(mark)),
        terms=mark.terms,
        told=one.told,
        lead=member.lead,
        language=member.language,
        year=member.published_year,
    )
