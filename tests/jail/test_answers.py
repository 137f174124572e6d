"""How answers leave the jail: they are built by the types that a function promises, and nothing in them chooses what is made."""

import json
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from typing import Any

import hostile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.jail.answers import NotOfTypeError, pack, returned, unpack
from tidings.model import Article, Entry, Figure, ParsedFeed, Rejection, Stage, Verdict
from tidings.stages.extract import extract_article
from tidings.stages.parse import parse_feed
from tidings.text.opml import read_opml

NOW = datetime(2020, 2, 10, 12, tzinfo=UTC)
ENTRY = Entry("e", "f", "1", "https://baytown.example/1", "Harbour", "", "Ships \ud83d sail\u2028.", NOW, "en", ("Ada Quay",))
FEED = ParsedFeed("rss20", "Baytown", (ENTRY, replace(ENTRY, published_at=None, authors=())), cut=True, entries_dropped=3)
ARTICLE = Article(
    "a", "v", "https://baytown.example/1", "Harbour", "Ships sail.", "Post", "Post", "en", NOW, NOW, NOW, Verdict.TEASER, ("A", "B"), correction=True
)  # fmt: skip


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        pytest.param(int, 10**30, id="large number"),
        pytest.param(float, 1.5, id="float"),
        pytest.param(float | None, None, id="nothing"),
        pytest.param(bytes, bytes(range(256)), id="bytes"),
        pytest.param(str, "\ud800\x00é", id="half of a pair"),
        pytest.param(date, date(2020, 2, 29), id="day"),
        pytest.param(datetime, datetime(2020, 2, 10, 12, 0, 0, 5, timezone(timedelta(hours=3))), id="moment"),
        pytest.param(tuple[int, str], (1, "a"), id="pair"),
        pytest.param(tuple[tuple[int, int], ...], ((1, 2), (3, 4)), id="pairs"),
        pytest.param(tuple[int, ...], (), id="empty"),
        pytest.param(list[str], ["a"], id="list"),
        pytest.param(frozenset[int], frozenset({1, 2}), id="set"),
        pytest.param(Mapping[str, float], {"a": 1.0}, id="mapping"),
        pytest.param(Sequence[str], ("a",), id="sequence"),
        pytest.param(Any, {"a": (1, None, ("b", True))}, id="plain"),
        pytest.param(Verdict, Verdict.FULL, id="word of a list"),
        pytest.param(returned(parse_feed), FEED, id="feed"),
        pytest.param(returned(parse_feed), Rejection(Stage.PARSE, "not_a_feed", transient=True), id="rejection"),
        pytest.param(returned(partial(partial(extract_article, now=NOW), publisher="Post")), ARTICLE, id="article"),
        pytest.param(Figure, Figure(None, None, "vague", "killed", "", "", "dozens", 0, 6), id="figure"),
    ],
)
def test_what_is_promised_crosses_whole(hint: Any, value: Any) -> None:
    """Every kind of value that our functions return comes out as it went in."""
    out = unpack(hint, pack(hint, value))
    assert out == value
    assert type(out) is type(value)


def test_every_function_of_the_jail_has_types_that_cross() -> None:
    """The readers that run in the jail, an empty result of each, and a rejection."""
    for function in (parse_feed, extract_article, read_opml):
        assert unpack(returned(function), pack(returned(function), Rejection(Stage.PARSE, "x"))) == Rejection(Stage.PARSE, "x")
    found = read_opml(b'<opml version="2.0"><body><outline type="rss" text="Baytown" xmlUrl="https://baytown.example/f"/></body></opml>')
    assert unpack(returned(read_opml), pack(returned(read_opml), found)) == found


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (int, "1"), (int, True), (str, None), (str, b"a"), (tuple[int, ...], (1, "a")), (tuple[int, str], (1,)), (Verdict, "full"),
        (ParsedFeed, replace(FEED, title=None)), (ParsedFeed, replace(FEED, entries=(1,))), (ParsedFeed | Rejection, ARTICLE), (object, object()),
        (Any, {1: 2}), (Any, lambda: 0), (bytes, "a"), (datetime, "2020-02-10"),
    ],
)  # fmt: skip
def test_another_type_than_promised_does_not_leave(hint: Any, value: Any) -> None:
    """The child itself refuses to say what its function did not promise."""
    with pytest.raises(NotOfTypeError):
        pack(hint, value)


FORGED = [
    b"", b"{}", b"[]", b"null", b"[0]", b"[9, []]", b"[-1, null]", b'["0", []]', b"[0, [1, 2, 3, 4, 5]]", b"[true, null]", b"\xff", b"[0, null", b"[" * 200_000,
    b"9" * 10_000, pickle.dumps(FEED), pack(object, {"format": "rss20"}), b'[1, ["no such stage", "x", "", false]]', b'[1, ["parse", "x", "", 1]]', b'[1, ["parse", "x", ""]]',
    b'[0, ["rss20", "t", [["id"]], false, 0]]', json.dumps([0, ["rss20", "t", [["i", "f", "", "", "", "", "", "yesterday", "", []]], False, 0]]).encode(),
]  # fmt: skip


@pytest.mark.parametrize("answer", FORGED, ids=range(len(FORGED)))
def test_a_forged_answer_is_refused(answer: bytes) -> None:
    """Whatever a child that was taken over writes, it is a promised value or it is nothing."""
    with pytest.raises(NotOfTypeError):
        unpack(ParsedFeed | Rejection, answer)


@pytest.mark.parametrize(
    ("hint", "answer"),
    [(float, b"9" * 400), (datetime, b'"2020-02-10T12:00:00"'), (datetime, b'"2020-02-10"')],
    ids=["too large for a float", "no zone", "a day"],
)
def test_a_value_that_would_fail_elsewhere_is_refused_here(hint: Any, answer: bytes) -> None:
    """A number that no float holds, or a time without a zone, is no answer: neither may end the run in the parent."""
    with pytest.raises(NotOfTypeError):
        unpack(hint, answer)


def test_nothing_in_an_answer_is_run() -> None:
    """A pickle that runs code when it is loaded, which works here, is bytes like others in an answer."""
    ran = pickle.dumps(hostile.Bomb())
    hostile.EXPLODED.clear()
    pickle.loads(ran)
    assert hostile.EXPLODED == ["boom"]
    hostile.EXPLODED.clear()
    for hint in (object, ParsedFeed | Rejection, bytes):
        with pytest.raises(NotOfTypeError):
            unpack(hint, ran)
    assert hostile.EXPLODED == []


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=6), max_leaves=30)
)
def test_any_json_is_a_promised_value_or_nothing(value: Any) -> None:
    """No shape of JSON leads to anything else than the promised types, or a refusal."""
    try:
        found = unpack(ParsedFeed | Rejection, json.dumps(value).encode())
    except NotOfTypeError:
        return
    assert isinstance(found, ParsedFeed | Rejection)
