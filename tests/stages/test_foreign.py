"""Whose words stand for a page: those of the page, or of its own publisher's feeds."""

import pytest

from tidings.model import Entry, Feed
from tidings.stages.foreign import sites_of, without_foreign_words

FEEDS = [
    Feed("1", "http://baytown.example/feed", "http://baytown.example/feed", "Baytown Post"),
    Feed("2", "http://feeds.hills.example/all", "http://feeds.hills.example/all", "Hills Daily"),
    Feed("3", "http://baytown-sport.example/feed", "http://baytown-sport.example/feed", "Baytown Post"),
]
ENTRY = Entry("e", "1", "g", "", "Harbour", "The harbour opens.", "<p>The harbour opens.</p>", None)


@pytest.mark.parametrize(
    ("publisher", "addresses", "is_kept"),
    [
        pytest.param("Baytown Post", ("http://www.baytown.example/1",), True, id="its own site"),
        pytest.param("Baytown Post", ("http://baytown-sport.example/1",), True, id="its other site"),
        pytest.param("Baytown Post", ("http://elsewhere.example/1",), True, id="nobody's site"),
        pytest.param("Baytown Post", ("",), True, id="no link"),
        pytest.param("Hills Daily", ("http://www.baytown.example/1",), False, id="another's site"),
        pytest.param("Hills Daily", ("http://hills.example/1", "http://baytown.example/1"), False, id="led to another's site"),
    ],
)
def test_words_of_a_feed_stand_for_no_page_of_another(publisher, addresses, is_kept):
    """Summary and content go where the page is another publisher's; title, link and id stay, so that the page itself is read."""
    entry = without_foreign_words(ENTRY, publisher, sites_of(FEEDS), *addresses)
    assert bool(entry.summary or entry.content) is is_kept
    assert (entry.id, entry.title, entry.guid) == (ENTRY.id, ENTRY.title, ENTRY.guid)
    assert entry == ENTRY or not is_kept
