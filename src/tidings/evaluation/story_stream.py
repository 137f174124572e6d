"""Feed a stream of articles through fingerprint, retrieval and `stories.assign`, as deciding does, with the store in memory."""

from collections.abc import Callable, Mapping, Sequence
from heapq import nsmallest

from tidings.model import Article, Id
from tidings.pipeline.decide import NEAR_MAX, Frequency, hash_term
from tidings.stages import dedupe, stories

Idf = Callable[[str], float]


def feed(articles: Sequence[Article], near_max: int = NEAR_MAX) -> list[stories.Assignment]:
    """Return where each article was put, in the order given."""
    index = Index()
    members: dict[Id, stories.Member] = {}
    result = []
    for article in articles:
        mark = dedupe.fingerprint(article)
        idf = index.idf()
        near = index.nearest(mark.terms, idf, near_max)
        at_hand = near | {members[other].story_id for other in near}  # a story has the id of its first article
        placed = stories.assign(article, mark, [members[other] for other in sorted(at_hand)], idf)
        members[article.id] = stories.member_of(article, placed.story_id, mark.terms, first=placed.is_new)
        index.add(article.id, mark.terms)
        result.append(placed)
    return result


class Index:
    """Hold what the store keeps of decided articles: which terms stand in which, how heavy, in how many."""

    def __init__(self) -> None:
        """Begin as an empty store."""
        self._frequency = Frequency(0, {})
        self._postings: dict[str, list[tuple[Id, float]]] = {}

    def add(self, article_id: Id, terms: Mapping[str, float]) -> None:
        """Take in a decided article."""
        for term, weight in terms.items():
            self._postings.setdefault(term, []).append((article_id, weight))
        self._frequency.add(frozenset(map(hash_term, terms)))

    def idf(self) -> Idf:
        """Return the idf of this moment, each term's worked out once."""
        known: dict[str, float] = {}

        def remembered(term: str) -> float:
            if term not in known:
                known[term] = self._frequency.idf(term)
            return known[term]

        return remembered

    def nearest(self, own: Mapping[str, float], idf: Idf, most: int = NEAR_MAX) -> frozenset[Id]:
        """Return the earlier articles that share the heaviest rare terms, as the store finds them."""
        shared: dict[Id, float] = {}
        for term, weight in own.items():
            by_rarity = weight * idf(term) ** 2
            for other, other_weight in self._postings.get(term, ()):
                shared[other] = shared.get(other, 0.0) + by_rarity * other_weight
        # Rounded, as in the store: the order in which a sum is made must not decide between equals.
        return frozenset(nsmallest(most, shared, key=lambda other: (-round(shared[other], 6), other)))
