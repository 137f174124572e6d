"""Whose site an address is on."""

import pytest

from tidings.model import Entry, Feed
from tidings.stages.foreign import is_foreign, publisher_of, sites_of, without_foreign_words

FAMILIES = {"post.example": "Post", "post-news.example": "Post", "agency.example": "Agency"}
SITES = sites_of([Feed("1", "https://wire.example/rss", "", "Wire"), Feed("2", "https://post.example/rss", "", "Post")], FAMILIES)
ENTRY = Entry("e", "1", "", "", "Camp floods", "Heavy rain.", "Heavy rain fell.", None)


@pytest.mark.parametrize(
    ("addresses", "kept"),
    [
        (["https://wire.example/1"], True),
        (["https://elsewhere.example/1"], True),
        (["https://post.example/1"], False),
        (["https://wire.example/1", "https://m.post.example/1"], False),
        (["https://post-news.example/1"], False),
        (["http://[::1"], True),
        (["http://[fe80::1%25eth0]/", "nonsense", ""], True),
    ],
    ids=["its own site", "nobody's site", "another's", "redirected to another's", "of another's family", "bracket left open", "no address"],
)
def test_words_stand_but_for_the_page_of_another_publisher(addresses: list[str], kept: bool) -> None:
    """An entry keeps its words unless one of its page's addresses is another configured publisher's; what is no address raises nothing."""
    found = without_foreign_words(ENTRY, "Wire", SITES, *addresses)
    assert found == ENTRY if kept else (found.summary, found.content) == ("", "")


OWN = frozenset({"wire-reports.example", "post.example"})  # where the links of the feed of Wire lead


@pytest.mark.parametrize(
    ("address", "link", "publisher", "foreign"),
    [
        ("https://wire.example/1", "", "Wire", False),
        ("https://wire-reports.example/1", "", "Wire", False),
        ("https://post.example/1", "", "Post", True),
        ("https://post-news.example/1", "", "Post", True),
        ("https://agency.example/1", "", "Agency", True),
        ("https://www.nobody.example/1", "", "nobody.example", True),
        ("https://nobody.example/1", "https://short.example/x", "nobody.example", True),
        ("https://nobody.example/1", "https://wire.example/go?1", "Wire", True),
        ("", "", "Wire", False),
    ],
    ids=[
        "its own site", "where its links lead", "another's, though its links lead there", "of another's family", "of a family without a feed",
        "nobody's", "nobody's, by a detour of nobody's", "nobody's, by a detour of its own", "no address",
    ],
)  # fmt: skip
def test_a_page_is_by_the_publisher_of_its_site(address: str, link: str, publisher: str, foreign: bool) -> None:
    """A configured publisher by its name, nobody's by its registrable domain; the feed's own publisher on its own site."""
    assert publisher_of(address, link or address, "Wire", OWN, SITES) == publisher
    assert is_foreign("Wire", OWN, SITES, address) is foreign


def test_a_feed_of_a_family_is_at_home_on_each_of_its_domains() -> None:
    """Also under a name of its own."""
    sites = sites_of([Feed("1", "https://post.example/rss", "", "Post World")], FAMILIES)
    assert sites["post-news.example"] == {"Post", "Post World"}
    assert without_foreign_words(ENTRY, "Post World", sites, "https://post-news.example/1") == ENTRY
