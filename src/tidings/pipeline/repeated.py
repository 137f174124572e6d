"""Settle what an article repeats word for word from the text that it copies."""

from collections.abc import Sequence

from tidings.model import Article, Decision, DuplicateLink, Id, Novelty, Statement
from tidings.pipeline.neighbours import Neighbours
from tidings.stages import dedupe
from tidings.text.terms import sentence_terms


def word_for_word(
    article: Article, statements: Sequence[Statement], duplicate: DuplicateLink | None, neighbours: Neighbours
) -> tuple[tuple[Decision, ...], tuple[Statement, ...]]:
    """Settle what stands word for word in the text that an article copies, whatever came of it there; return that, and the rest.

    What the original says was judged with it in the topics watched by then; in a later one it is settled only if it was told.
    """
    if duplicate is None or (original := neighbours.articles.get(duplicate.of_id)) is None:
        return (), tuple(statements)
    settled: dict[tuple[Id, str], Decision] = {}
    starts, since = neighbours.topic_starts, original.article.first_seen_at
    sentences = dedupe.words_of_sentences(original.article.text, original.article.language)
    for said in statements:
        if dedupe.words_of(said.text) not in sentences:
            continue
        against = _told(said, article.language, duplicate.of_id, neighbours)
        if against or since >= starts.get(said.topic, since):
            settled[said.id, said.topic] = Decision(said.id, said.topic, Novelty.TOLD, "covered", against, 1.0)
    return tuple(settled.values()), tuple(said for said in statements if (said.id, said.topic) not in settled)


def _told(said: Statement, language: str, original_id: Id, neighbours: Neighbours) -> Id:
    """Return the statement by which an article told the same words in the same topic, or an empty id."""
    words = dedupe.words_of(said.text)
    known = neighbours.told.by_article.get((said.topic, original_id), ())
    same = (one for one in known if dedupe.words_of(one.text) == words and not one.terms.isdisjoint(sentence_terms(said.text, language)))
    return min((one.id for one in same), default="")
