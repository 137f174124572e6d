"""Which short texts are a site's wall because several of its articles gave the same."""

import pytest
from harbour_page import BODY, article, html

from tidings.ids import article_id
from tidings.model import Verdict
from tidings.stages.repeated import WORDS_MAX, Shown, is_repeated

HOST = "https://www.baytown.example"
TITLE = "Harbour of Baytown reopens"


def shown(path: str, title: str, host: str = HOST) -> Shown:
    return Shown(article_id(path), f"{host}/{path}", title)


CASES = {
    "nobody else": ((), False),
    "one other": ((shown("a", "Ferry sinks"),), False),
    "two others": ((shown("a", "Ferry sinks"), shown("b", "Mayor resigns")), True),
    "two others, with and without www": ((shown("a", "Ferry sinks", "https://baytown.example"), shown("b", "Mayor resigns")), True),
    "on other hosts": ((shown("a", "Ferry sinks", "https://a.example"), shown("b", "Mayor resigns", "https://b.example")), False),
    "the same title at other addresses": ((shown("a", TITLE), shown("b", TITLE.upper()), shown("c", "Ferry sinks")), False),
    "two others that share a title": ((shown("a", "Ferry sinks"), shown("b", "Ferry sinks")), False),
    "one other, twice": ((shown("a", "Ferry sinks"), shown("a", "Ferry sank")), False),
    "others without a title": ((shown("a", ""), shown("b", "")), False),
}


@pytest.mark.parametrize(("others", "expected"), CASES.values(), ids=CASES)
def test_the_same_short_text_under_other_titles_is_a_wall(others: tuple[Shown, ...], *, expected: bool) -> None:
    """Two other articles of the host, under titles of their own, tell a wall; copies and corrected articles do not."""
    assert is_repeated(article(html(BODY[:2])), TITLE, others) is expected


def test_a_long_text_is_an_article_wherever_it_stands() -> None:
    """What is shown at several addresses in full is no wall."""
    one = article(html((*BODY, *(f"Ship {number} left the harbour of Baytown at noon with coal and timber." for number in range(12)))))
    assert len(one.text.split()) > WORDS_MAX
    assert not is_repeated(one, TITLE, CASES["two others"][0])


def test_the_feeds_own_words_are_no_wall() -> None:
    """Of a page that was no article nothing more is to be said."""
    one = article(html(BODY[:2]))
    for verdict in set(Verdict) - {Verdict.FULL, Verdict.TEASER}:
        assert not is_repeated(
            type(one)(**{name: getattr(one, name) for name in one.__slots__} | {"verdict": verdict}), TITLE, CASES["two others"][0]
        )
