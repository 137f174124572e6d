"""Feed a stream of articles through fingerprint, retrieval and `stories.assign`, as deciding does, with the store in memory."""

from collections.abc import Callable, Mapping, Sequence
from heapq import nsmallest

from tidings.model import Article
from tidings.pipeline.decide import NEAR_MAX, Frequency, hash_term
from tidings.stages import dedupe, stories


def feed(articles: Sequence[Article], near_max: int = NEAR_MAX) -> list[stories.Assignment]:
    """Return where each article was put, in the order given."""
    frequency = Frequency(0, {})
    postings: dict[str, list[tuple[str, float]]] = {}
    members: dict[str, stories.Member] = {}
    result = []
    for article in articles:
        mark = dedupe.fingerprint(article)
        idf = remembered(frequency)
        near = nearest(mark.terms, postings, idf, near_max)
        at_hand = near | {members[other].story_id for other in near}  # a story has the id of its first article
        placed = stories.assign(article, mark, [members[other] for other in sorted(at_hand)], idf)
        members[article.id] = stories.Member(article.id, placed.story_id, placed.is_new, mark.terms)
        for term, weight in mark.terms.items():
            postings.setdefault(term, []).append((article.id, weight))
        frequency.add(frozenset(map(hash_term, mark.terms)))
        result.append(placed)
    return result


def remembered(frequency: Frequency) -> Callable[[str], float]:
    """Return the idf of this moment, each term's worked out once."""
    known: dict[str, float] = {}

    def idf(term: str) -> float:
        if term not in known:
            known[term] = frequency.idf(term)
        return known[term]

    return idf


def nearest(
    own: Mapping[str, float], postings: Mapping[str, Sequence[tuple[str, float]]], idf: Callable[[str], float], most: int = NEAR_MAX
) -> frozenset[str]:
    """Return the earlier articles that share the heaviest rare terms, as the store's query near_by_terms finds them."""
    shared: dict[str, float] = {}
    for term, weight in own.items():
        by_rarity = weight * idf(term) ** 2
        for other, other_weight in postings.get(term, ()):
            shared[other] = shared.get(other, 0.0) + by_rarity * other_weight
    # Rounded, as in the query: the order in which a sum is made must not decide between equals.
    return frozenset(nsmallest(most, shared, key=lambda other: (-round(shared[other], 6), other)))
