"""Settle what an article repeats word for word from the text that it copies."""

from collections.abc import Iterable, Sequence

from tidings.model import Article, Decision, DuplicateLink, Id, Novelty, Statement
from tidings.pipeline.neighbours import Neighbours
from tidings.stages import dedupe, novelty
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
    known = _told_words({said.topic for said in statements}, duplicate.of_id, neighbours)
    for said in statements:
        words = dedupe.words_of(said.text)
        if words not in sentences:
            continue
        terms = frozenset(sentence_terms(said.text, article.language))
        against = min((one.id for one in known.get((said.topic, words), ()) if not one.terms.isdisjoint(terms)), default="")
        if against or since >= starts.get(said.topic, since):
            settled[said.id, said.topic] = Decision(said.id, said.topic, Novelty.TOLD, "covered", against, 1.0)
    return tuple(settled.values()), tuple(said for said in statements if (said.id, said.topic) not in settled)


def _told_words(topics: Iterable[str], original_id: Id, neighbours: Neighbours) -> dict[tuple[str, str], list[novelty.ToldStatement]]:
    """Return what an article told, by topic and words: read once, as a text may tell thousands of sentences and be copied whole."""
    found: dict[tuple[str, str], list[novelty.ToldStatement]] = {}
    for topic in topics:
        for one in neighbours.told.by_article.get((topic, original_id), ()):
            found.setdefault((topic, dedupe.words_of(one.text)), []).append(one)
    return found
