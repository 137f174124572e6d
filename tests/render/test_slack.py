import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Kind, ReportedOrigin
from tidings.render.escape import safe_url
from tidings.render.slack import EDITION_BYTES_MAX, PARTS_MAX, bytes_of_parts, to_slack
from tidings.render.slack_blocks import cut, inert
from tidings.render.view import view
from tidings.stages.compose import leave

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1fa\U0001f1f3"
MENTIONS = [
    "<!channel>",
    "<!here|here>",
    "<@U012AB3CD>",
    "<#C012AB3CD|x>",
    "<!subteam^S012>",
    "@here",
    "@channel",
    "@everyone",
    "<https://evil.example|x>",
]
MARKUP = [
    "*bold*",
    "_it_",
    "~no~",
    "`code`",
    "```",
    ":boom:",
    "&amp;",
    "&lt;!channel&gt;",
    "> quote",
    "&",
    "<",
    ">",
    '"',
    "\\",
    "\u2028",
    "\x00",
    "\ud800",
]
WRITING = [
    "word ",
    "A sentence. ",
    "x" * 70,
    "سلام ",
    "新聞報道",
    "é" * 9,
    "e\u0301" * 9,
    "न\u093fक\u094d" * 5,
    FAMILY * 3,
    FLAG * 3,
    "\u200d",
    "\u0301",
]
OUTSIDE = st.lists(
    st.tuples(st.sampled_from(MENTIONS + MARKUP + WRITING), st.sampled_from([1, 1, 1, 30, 400])), max_size=5
).map(lambda drawn: "".join(piece * times for piece, times in drawn)[:2500])  # fmt: skip
URLS = st.sampled_from(
    [
        "https://a.example/1",
        "javascript:alert(1)",
        "https://a.example/" + "é" * 450,
        "https://a.example/" + "é" * 1500,
        "http://a.example/?q=<!channel>",
        "",
    ]
)


def dumped(part):
    return json.dumps(list(part.blocks), ensure_ascii=False, separators=(",", ":"))


def leaves(block):
    """Yield the texts of a block in the order in which they are read."""
    if block["type"] == "header":
        yield block["text"]
    for element in block.get("elements", ()):
        yield from element["elements"]


def visible(parts):
    """Return all that is read, without the header that each part begins with."""
    return "".join(leaf["text"] for part in parts for block in part.blocks[1:] for leaf in leaves(block))


def said(shown):
    """Yield every string that an edition says, in order."""
    yield from (shown.period, shown.summary, shown.note)
    for topic in shown.topics:
        yield from (topic.title, topic.line)
        for story in topic.stories:
            yield from (story.headline, story.badge, story.line)
            yield from (origin.name for origin in story.origins)
            yield story.origins_more
            for article in story.articles:
                yield article.title
                for one in article.developments:
                    yield from (one.badge, one.origin)
                    for figure in one.figures:
                        yield from (figure.words, figure.was, figure.was_when)
                    yield from (one.statement, one.event, one.was)
                yield from (*article.warnings, article.publisher, article.attribution)
            yield story.more
        yield topic.more
    yield shown.feeds_line
    for feed in shown.feeds:
        yield from (feed.publisher, feed.line, feed.shown_url)
    yield shown.feeds_more
    for row in shown.funnel:
        yield from (row.shown, row.label)
    yield from shown.undelivered
    yield shown.id[:8]


def check_nothing_cut(edition):
    """Every string of the edition is there whole, in order: what was split joins again."""
    text, position = visible(to_slack(edition)), 0
    for words in said(view(edition)):
        found = text.find(words, position)
        assert found >= 0, words
        position = found + len(words)


def check_limits(parts):
    """Every part is under every limit that Slack documents, and under the one that it does not."""
    for part in parts:
        assert 1 <= len(part.blocks) <= 50
        assert len(dumped(part).encode()) <= 11_000
        assert len(json.dumps(list(part.blocks), separators=(",", ":"))) <= 13_000
        assert len(part.text.encode("utf-16-le")) // 2 <= 4_000
        for block in part.blocks:
            texts = [leaf["text"] for leaf in leaves(block)]
            assert all(texts)
            limit = 150 if block["type"] == "header" else 3_000
            assert sum(len(inert(text).encode("utf-16-le")) // 2 - text.count("@") for text in texts) <= limit


def check_nobody_is_called(edition, parts):
    """Nothing but text and links stands in the blocks, outside text in no header, and nothing in the fallback opens a markup or calls."""
    links = {one.url for story in edition.stories for one in (*story.developments, *story.origins)}
    for part in parts:
        assert {block["type"] for block in part.blocks} <= {"header", "rich_text"}
        for block in part.blocks:
            for leaf in leaves(block):
                assert leaf["type"] in {"plain_text", "text", "link"}
                assert set(leaf) <= {"type", "text", "style", "url", "emoji"}
                if leaf["type"] == "link":
                    assert leaf["url"] in {safe_url(url) for url in links}
                    assert leaf["url"].startswith(("http://", "https://"))
                    assert len(leaf["url"]) <= 3_000
            if block["type"] == "header":
                own = [title for _, title in edition.topics] + ["What this rests on"]
                assert block["text"]["text"].startswith("Tidings: ") or block["text"]["text"] in own
        assert not {"<", ">"} & set(part.text)
        assert all(after == "\u2060" for before, after in zip(part.text, part.text[1:] + " ", strict=True) if before == "@")


@given(data=st.data())
def test_hostile_strings_come_out_whole_and_inert(hostile, data):
    """Whatever stands in an edition's outside strings: nothing is cut, every part fits, nobody is called, only our links are links."""
    edition, _ = data.draw(hostile)
    parts = to_slack(edition)
    check_limits(parts)
    check_nothing_cut(edition)
    check_nobody_is_called(edition, parts)


@pytest.mark.slow
@given(texts=st.lists(OUTSIDE, min_size=1, max_size=8), url=URLS, story_count=st.integers(1, 12), places=OUTSIDE)
def test_long_editions_come_out_whole_and_inert(make, texts, url, story_count, places):
    """Many stories of long, dense and nested writing are split into parts, and still nothing is cut and every part fits."""
    stories = []
    for number in range(story_count):
        drawn = [texts[(number + position) % len(texts)] for position in range(3)]
        kinds = ("new_statement", "reversal", "new_origin")
        developments = [
            make["replace"](
                make["development"](make["Kind"](kind), text, place=places, origin=text, warning=text, replaces=text), url=url, title=text
            )
            for kind, text in zip(kinds, drawn, strict=True)
        ]
        story = make["story"](("idlib", "libya", "xinjiang")[number % 3], f"{number} {drawn[0]}", developments)
        stories.append(make["replace"](story, origins=tuple(ReportedOrigin(text, url) for text in texts)))
    edition = make["edition"](sorted(stories, key=lambda story: story.topic))
    parts = to_slack(edition)
    check_limits(parts)
    check_nothing_cut(edition)
    check_nobody_is_called(edition, parts)


def test_parts_are_numbered(make):
    """More than one part: each says which it is, in its header and where only the fallback text is shown. One part says nothing of it."""
    long = [make["development"](make["Kind"].NEW_STORY, f"{number} " + "Many words stand here. " * 60) for number in range(20)]
    parts = to_slack(make["edition"]([make["story"]("idlib", "A long story", long)]))
    assert len(parts) > 2
    for number, part in enumerate(parts, 1):
        assert part.blocks[0]["text"]["text"] == f"Tidings: Wednesday 19 February 2020 ({number}/{len(parts)})"
        assert part.text.startswith("Tidings, Wed 19 Feb 07:00: 20 in Idlib")
        assert f"({number}/{len(parts)})" in part.text
    [only] = to_slack(make["edition"]([]))
    assert only.blocks[0]["text"]["text"] == "Tidings: Wednesday 19 February 2020"


def test_no_title_is_left_behind(make):
    """A part never ends in a topic's title or a headline whose story begins in the next."""
    for length in range(400, 700, 20):
        stories = [
            make["story"](
                "idlib", f"Headline {number}", [make["development"](make["Kind"].NEW_STORY, f"{number} " + "word " * (length // 5))]
            )
            for number in range(30)
        ]
        for part in to_slack(make["edition"](stories)):
            last = "".join(leaf["text"] for leaf in leaves(part.blocks[-1]))
            assert not last.startswith(("Headline", "Idlib", "What this rests on"))


def test_an_empty_edition_says_so(make):
    """An edition without anything new is one part that says so, with what it rests on."""
    [part] = to_slack(make["edition"]([]))
    text = visible([part])
    assert "Nothing new since Tuesday." in text
    assert "41 feeds fine, 2 failing, 1 silent" in text
    assert "Entries seen" in text
    assert part.text.startswith("Tidings, Wed 19 Feb 07:00: nothing new\n")


def test_an_article_is_quoted_and_linked(rich_edition):
    """A development is a quotation of the exact words, then its publisher, linked to the article."""
    quotes, links = {}, {}
    for part in to_slack(rich_edition):
        for block in part.blocks:
            for element in block.get("elements", ()):
                for leaf in element["elements"]:
                    if element["type"] == "rich_text_quote":
                        quotes[leaf["text"]] = leaf
                    if leaf["type"] == "link":
                        links[leaf["text"]] = leaf["url"]
    statements = {one.statement for story in rich_edition.stories for one in story.developments if one.statement}
    assert statements <= set(quotes)
    assert all(set(leaf) == {"type", "text"} for leaf in quotes.values())
    assert links["Relief Monitor"].startswith("https://relief-monitor.example/news/")


def test_fallback_names_headlines_and_counts_the_rest(make):
    """The fallback text holds our summary and the headlines; those that do not fit are counted."""
    stories = [
        make["story"](
            "idlib", f"{number} @here <!channel> & more " + "&" * 250, [make["development"](make["Kind"].NEW_STORY, f"{number}.")]
        )
        for number in range(40)
    ]
    first = to_slack(make["edition"](stories))[0].text
    assert "0 @\u2060here &lt;!channel&gt; &amp; more &amp;" in first
    assert first.splitlines()[-1].startswith("and ")


@given(lengths=st.lists(st.integers(1, 1900), min_size=1, max_size=40))
def test_what_the_fallback_leaves_out_is_counted(make, lengths):
    """For any edition: a part's fallback text says each development of its blocks whole, with its publisher, or counts it at its end."""
    many = [make["development"](Kind.NEW_STATEMENT, f"[{number}] " + "a" * length) for number, length in enumerate(lengths)]
    many = [make["replace"](one, url=f"{one.url}/{number}") for number, one in enumerate(many)]
    for part in to_slack(make["edition"]([make["story"]("idlib", "Headline", many)])):
        held = [one for one in many if f"{one.statement[:6]}" in visible_text(part)]
        said = [one for one in held if f"“{one.statement}”\nHarbour Post · " in part.text]
        last = part.text.splitlines()[-1]
        left = int(last.split()[1]) if "more development" in last else 0
        assert len(said) + left == len(held)
        assert part.text.count("“") == len(said)


def visible_text(part):
    return "".join(leaf["text"] for block in part.blocks for leaf in leaves(block))


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        pytest.param("short", 9, ["short"], id="fits"),
        pytest.param("One is here. Two is there.", 20, ["One is here. ", "Two is there."], id="behind a sentence"),
        pytest.param("one two three four", 12, ["one two ", "three four"], id="behind a space"),
        pytest.param("a&b<c", 6, ["a&", "b<c"], id="escapes count whole"),
        pytest.param("aaae\u0301e\u0301", 4, ["aaa", "e\u0301e\u0301"], id="a letter and its mark"),
        pytest.param("ab" + FAMILY, 9, ["ab", FAMILY], id="a family"),
        pytest.param("abc" + "\U0001f44d\U0001f3fd", 5, ["abc", "\U0001f44d\U0001f3fd"], id="a skin tone"),
        pytest.param("abc" + FLAG, 6, ["abc", FLAG], id="a flag"),
        pytest.param("\U0001f600\U0001f600\U0001f600", 3, ["\U0001f600"] * 3, id="never half of a pair"),
        pytest.param("新聞報道", 2, ["新聞", "報道"], id="no spaces at all"),
    ],
)
def test_where_text_is_cut(text, limit, pieces):
    """Text is cut behind a sentence, else behind a space, else between characters as people see them."""
    found = []
    while text:
        end = cut(text, limit)
        found.append(text[:end])
        text = text[end:]
    assert found == pieces


@given(text=st.text(max_size=60), limit=st.integers(5, 40))
def test_cut_pieces_join_and_fit(text, limit):
    """For any text: the pieces joined are the text, and each fits its limit."""
    text = text.encode("utf-8", "replace").decode()
    rest, pieces = text, []
    while rest:
        end = cut(rest, limit)
        assert end > 0
        pieces.append(rest[:end])
        rest = rest[end:]
    assert "".join(pieces) == text
    for piece in pieces:
        size = len(inert(piece).encode("utf-16-le")) // 2 - piece.count("@")
        assert size <= limit


@given(words=st.lists(st.sampled_from(["e\u0301", "न\u093f", "a", "新", FAMILY, "\U0001f44d\U0001f3fd"]), min_size=1, max_size=30))
def test_no_character_is_torn(words):
    """Wherever the limit falls, a piece never begins with a mark or joiner that belongs to the character before it."""
    text = "".join(words)
    while text:
        end = cut(text, 12)
        text = text[end:]
        assert not text.startswith(("\u0301", "\u093f", "\u200d", "\U0001f3fd"))


def test_long_links_take_room_too(make):
    """Headlines, origins and publishers with links as long as they may be: every part still fits."""
    url = "https://a.example/" + "é" * 490  # near 3,000 characters once it is quoted
    one = make["replace"](make["development"](make["Kind"].NEW_STORY, "新聞報道" * 499, place="新" * 60), url=url, title="題" * 300)
    story = make["story"]("idlib", "見" * 300, [one])
    stories = [make["replace"](story, origins=tuple(ReportedOrigin(f"{number} " + "源" * 70, url) for number in range(12)))] * 5
    parts = to_slack(make["edition"](stories))
    check_limits(parts)
    check_nothing_cut(make["edition"](stories))
    assert any(leaf.get("url") for part in parts for block in part.blocks for leaf in leaves(block))


@pytest.mark.parametrize("words", ["tells of rain. ", "سلام من المدينة. ", "新聞報道。"], ids=["English", "Arabic", "Chinese"])
def test_a_thousand_developments_fit(make, words):
    """However much is new, and in whatever script, an edition has at most twenty parts, nearly all of them, and the rest is counted as left."""
    stories = [
        make["story"]("idlib", f"Story {n}", [make["development"](Kind.NEW_STATEMENT, f"{n} {m} " + words * 12) for m in range(10)])
        for n in range(100)
    ]
    fitted = leave(make["edition"](stories, window_start=datetime(2020, 2, 18, tzinfo=UTC)), bytes_of_parts, EDITION_BYTES_MAX)
    parts = to_slack(fitted)
    assert PARTS_MAX - 1 <= len(parts) <= PARTS_MAX
    check_limits(parts)
    assert fitted.left_count + fitted.development_count == 1000
    assert "developments more did not fit" in visible(parts)
