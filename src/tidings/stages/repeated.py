"""Recognise a wall by its company: one short text behind several entries of one host is the site's own, not an article."""

from collections.abc import Iterable
from dataclasses import dataclass

from tidings.model import Article, Id, Verdict
from tidings.text.clean import word_count
from tidings.text.fold import squeeze
from tidings.text.urls import host_of

WORDS_MAX = 120  # a longer text at several addresses is an article that is shown twice
OTHERS_MIN = 2  # articles of the host with the same text; the third is the first to be judged


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold what is compared of an article whose page gave a text."""

    article_id: Id
    url: str
    title: str  # as its entry has it: walls have one title for all


def is_repeated(article: Article, title: str, others: Iterable[Shown]) -> bool:
    """Tell whether a short text also stands behind two other articles of its host, under different titles.

    `others` have the same text. A copy keeps its title and a corrected article its address: neither counts. What came of no page is no wall.
    """
    if article.verdict not in (Verdict.FULL, Verdict.TEASER) or word_count(article.text) > WORDS_MAX:
        return False
    host = _host(article.url)
    titles = {squeeze(one.title): one.article_id for one in others if host and _host(one.url) == host and one.article_id != article.id}
    titles.pop(squeeze(title), None)
    titles.pop("", None)
    return len(set(titles.values())) >= OTHERS_MIN


def _host(url: str) -> str:
    return host_of(url).removeprefix("www.")
