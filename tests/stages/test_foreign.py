"""Whose site an address is on."""

import pytest

from tidings.model import Entry, Feed
from tidings.stages.foreign import sites_of, without_foreign_words

SITES = sites_of([Feed("1", "https://wire.example/rss", "", "Wire"), Feed("2", "https://post.example/rss", "", "Post")])
ENTRY = Entry("e", "1", "", "", "Camp floods", "Heavy rain.", "Heavy rain fell.", None)


@pytest.mark.parametrize(
    ("addresses", "kept"),
    [
        (["https://wire.example/1"], True),
        (["https://elsewhere.example/1"], True),
        (["https://post.example/1"], False),
        (["https://wire.example/1", "https://m.post.example/1"], False),
        (["http://[::1"], True),
        (["http://[fe80::1%25eth0]/", "nonsense", ""], True),
    ],
    ids=["its own site", "nobody's site", "another's", "redirected to another's", "bracket left open", "no address"],
)
def test_words_stand_but_for_the_page_of_another_publisher(addresses: list[str], kept: bool) -> None:
    """An entry keeps its words unless one of its page's addresses is another configured publisher's; what is no address raises nothing."""
    found = without_foreign_words(ENTRY, "Wire", SITES, *addresses)
    assert found == ENTRY if kept else (found.summary, found.content) == ("", "")
