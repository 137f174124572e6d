"""Weigh the terms by which an article's kin are found and by which stories are told apart."""

from tidings.model import Article
from tidings.text.terms import terms

TERMS_KEPT_MAX = 60  # an article's heaviest terms find its kin
LEAD_TERMS = 60  # the title and the first sentences say what happened; the rest is context and background


def weighed_terms(article: Article) -> dict[str, float]:
    """Return the heaviest terms of an article, each with its count; those of the title and the lead count double."""
    counts: dict[str, float] = {}
    for place, term in enumerate(terms(article.title, article.language) + terms(article.text, article.language)):
        counts[term] = counts.get(term, 0.0) + (2.0 if place < LEAD_TERMS else 1.0)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TERMS_KEPT_MAX])
