"""Prove that ids come from content, keep nouns and parts apart, and are the same everywhere and for ever."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings import ids

PARTS = st.lists(st.text(max_size=6), max_size=4).map(tuple)


@given(st.text(max_size=6), PARTS, st.text(max_size=6), PARTS)
def test_equal_parts_are_equal_ids_and_others_differ(kind: str, parts: tuple[str, ...], other_kind: str, others: tuple[str, ...]) -> None:
    """An id names exactly its kind and parts: ("ab", "c") is not ("a", "bc")."""
    same = (kind, parts) == (other_kind, others)
    assert (ids.make_id(kind, *parts) == ids.make_id(other_kind, *others)) is same


def test_parts_do_not_run_together() -> None:
    """The boundary between two parts counts, and so does an empty part."""
    assert len({ids.make_id("x", "ab", "c"), ids.make_id("x", "a", "bc"), ids.make_id("x", "abc"), ids.make_id("x", "abc", "")}) == 4


@given(st.text(st.characters()))
def test_an_id_is_a_uuid_whatever_the_text(text: str) -> None:
    """Even lone surrogates give a UUID in its canonical form."""
    made = ids.make_id("entry", text)
    assert str(UUID(made)) == made


@pytest.mark.parametrize(
    ("made", "written"),
    [
        pytest.param(ids.feed_id("https://wire.example/rss"), "b72f094f-ac23-48a2-1ee2-ca4dcf511308", id="feed"),
        pytest.param(ids.article_id("https://wire.example/a"), "59f2249d-a46c-05f2-1ecf-907336ca4fe5", id="article"),
        pytest.param(str(ids.stable_hash("idlib")), "5793534197230803676", id="hash"),
    ],
)
def test_ids_of_the_first_release_hold(made: str, written: str) -> None:
    """Stores that exist must go on meaning the same: these values never change."""
    assert made == written


def test_an_entry_is_known_by_guid_and_link() -> None:
    """Title and text do not count while there is a guid or a link."""
    first = ids.entry_id("feed", "guid", "https://wire.example/a", "Title", "text")
    assert first == ids.entry_id("feed", "guid", "https://wire.example/a", "Title, edited", "more text")
    assert first != ids.entry_id("feed", "guid", "https://wire.example/b", "Title", "text")
    assert first != ids.entry_id("other feed", "guid", "https://wire.example/a", "Title", "text")


def test_an_entry_without_guid_and_link_is_known_by_its_words() -> None:
    """Otherwise all such entries of a feed would be one."""
    assert ids.entry_id("feed", "", "", "One", "text") != ids.entry_id("feed", "", "", "Two", "text")


def test_an_edition_is_known_by_recipient_topics_and_window() -> None:
    """The first edition has no beginning; each of the parts tells editions apart."""
    start, end = datetime(2020, 2, 18, 6, tzinfo=UTC), datetime(2020, 2, 19, 6, tzinfo=UTC)
    made = {
        ids.edition_id("desk", ("idlib",), None, end),
        ids.edition_id("desk", ("idlib",), start, end),
        ids.edition_id("desk", ("idlib", "libya"), start, end),
        ids.edition_id("press", ("idlib",), start, end),
        ids.edition_id("desk", ("idlib",), start, start),
    }
    assert len(made) == 5


@given(st.text(st.characters()))
def test_a_stable_hash_fits_a_bigint(text: str) -> None:
    """DuckDB stores it as a signed 64-bit integer."""
    assert -(2**63) <= ids.stable_hash(text) < 2**63
