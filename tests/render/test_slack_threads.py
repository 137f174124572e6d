"""What a bot posts: an overview, a message a story, and the rest in the overview's thread."""

import json
from dataclasses import replace

import pytest
from editions import flood, normal_day, quiet_day
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import EditionKind, Kind, ReportedFigure
from tidings.render.escape import plain
from tidings.render.slack import to_slack
from tidings.render.slack_blocks import FALLBACK_MAX, inert
from tidings.render.slack_threads import MESSAGES_MAX, REPLIES_MAX, STORIES_MAX, bytes_of_threads, is_weighty, to_threads

SCRIPTS = st.sampled_from(
    ["word. ", "A longer sentence of a report. ", "سلام من المدينة. ", "新聞報道。", "&<>@here ", "é" * 9, "\U0001f600"]
)


def leaves(block):
    """Yield the texts of a block in the order in which they are read."""
    if block["type"] == "header":
        yield block["text"]
    for element in block.get("elements", ()):
        yield from element["elements"]


def read(message):
    """Return all that is read in a message."""
    return "\n".join(leaf["text"] for block in message.blocks for leaf in leaves(block))


def visible(messages):
    """Return the messages that a channel shows when every thread is there: the overview, new stories, what is broadcast."""
    return [one for position, one in enumerate(messages) if one.broadcast or not position or one.story_id]


def check_limits(messages):
    """Every message is under every limit of Slack's, and says in its fallback text what its blocks say."""
    for one in messages:
        assert 1 <= len(one.blocks) <= 50
        assert len(json.dumps(list(one.blocks), ensure_ascii=False, separators=(",", ":")).encode()) <= 11_000
        assert len(json.dumps(list(one.blocks), separators=(",", ":"))) <= 13_000
        assert 0 < len(one.text.encode("utf-16-le")) // 2 <= FALLBACK_MAX
        assert not {"<", ">"} & set(one.text)
        for block in one.blocks:
            texts = [leaf["text"] for leaf in leaves(block)]
            assert all(texts)
            limit = 150 if block["type"] == "header" else 3_000
            assert sum(len(inert(text).encode("utf-16-le")) // 2 - text.count("@") for text in texts) <= limit


def test_a_normal_day():
    """First the overview, then the corrections, then a message for each story, the weightiest first, then what it rests on."""
    edition = normal_day()
    messages = to_threads(edition, ())
    assert messages[0].text.startswith("Tidings, Wed 19 Feb 07:00: 9 in Idlib")
    assert messages[1].text.startswith("Corrections to earlier editions\n")
    assert messages[1].broadcast
    stories = [one.story_id for one in messages if one.story_id]
    weights = {story.story_id: story.weight for story in edition.stories}
    assert sorted(stories, key=lambda one: -weights[one]) == stories
    assert set(stories) == {story.story_id for story in edition.stories}
    assert messages[-1].text.startswith("What this rests on\n")
    check_limits(messages)


def test_the_overview_says_what_is_new_where():
    """The overview counts each topic, names the headlines in order of weight, and says in short what the edition rests on."""
    text = to_threads(normal_day(), ())[0].text.splitlines()
    assert "Idlib: 6 new, 1 changed figure, 1 reversal, 1 confirmation in 3 stories" in text
    assert "• Toll of strike on market rises (1 changed figure)" in text
    assert text.index("• Toll of strike on market rises (1 changed figure)") < text.index(
        "• Hill village changes hands (1 new, 1 reversal)"
    )
    assert any(line.startswith("What this rests on: 41 feeds fine, 1 failing, 1 silent") for line in text)
    assert "Not delivered: the edition of 2020-02-18 06:30 for night_desk: refused" in text


def test_a_quiet_day_is_one_message():
    """Where nothing is new, a bot posts what a webhook gets: one message with the whole note on coverage."""
    assert to_threads(quiet_day(), ()) == to_slack(quiet_day())
    assert len(to_threads(quiet_day(), ())) == 1


def test_everything_shown_is_said_once():
    """Every statement stands in exactly one message, in its blocks and in its fallback text."""
    for edition in (normal_day(), flood()):
        messages = to_threads(edition, ())
        for story in edition.stories:
            for one in story.shown:
                holding = [
                    each
                    for each in messages
                    if one.statement and f"“{inert(plain(one.statement))}”" in each.text.translate({0x2068: "", 0x2069: ""})
                ]
                assert len(holding) == bool(one.statement)
                assert all(plain(one.statement) in read(each) for each in holding)


def test_a_flood_does_not_flood_the_channel():
    """Of 200 developments in some seventy stories the channel shows eight stories of all topics and the overview; the rest stands in the overview's thread."""
    messages = to_threads(flood(), ())
    assert len(messages) <= MESSAGES_MAX
    shown = visible(messages)
    assert len({one.story_id for one in shown if one.story_id}) == STORIES_MAX
    assert len(shown) == 1 + 1 + STORIES_MAX  # overview, corrections
    topics = {story.story_id: story.topic for story in flood().stories}
    assert {topics[one.story_id] for one in shown if one.story_id} == {"idlib", "libya", "xinjiang"}
    assert "in brief (1/" in messages[-3].text or any("in brief" in one.text for one in messages)
    check_limits(messages)


def test_what_is_folded_is_counted_and_linked():
    """Of a folded edition the overview says how much is shown, links the full one, and names stories of which nothing is shown."""
    edition = flood()
    stories = tuple(replace(story, shown_count=None if number % 9 == 0 else 0) for number, story in enumerate(edition.stories))
    messages = to_threads(replace(edition, stories=stories, full_url="https://desk.example/editions/1.html"), ())
    links = {leaf.get("url") for block in messages[0].blocks for leaf in leaves(block)}
    assert "https://desk.example/editions/1.html" in links
    assert "of 200 developments are shown here" in messages[0].text
    folded = [story.headline for story in stories if not story.shown]
    assert sum(headline in messages[0].text for headline in folded) >= 9
    assert "more in " in messages[0].text
    check_limits(messages)


def test_many_corrections_are_one_message_in_the_channel():
    """However many corrections there are, the channel shows one message of them; the others stand in the overview's thread."""
    edition = normal_day()
    many = tuple(
        replace(edition.corrections[0], development_id=str(number), told=f"{number} " + "It was so. " * 40) for number in range(40)
    )
    messages = to_threads(replace(edition, corrections=many), ())
    about = [one for one in messages if "Told on Tue 18 Feb" in one.text]
    assert len(about) > 2
    assert [one.broadcast for one in about] == [True] + [False] * (len(about) - 1)
    check_limits(messages)


def test_stories_with_a_thread_are_continued_there():
    """Of stories that have threads twenty at most are continued; what is weighty is broadcast, as long as the channel has room."""
    edition = flood()
    messages = to_threads(edition, {story.story_id for story in edition.stories})
    replies = [one for one in messages if one.story_id]
    assert len({one.story_id for one in replies}) == REPLIES_MAX
    loud = {one.story_id for one in replies if one.broadcast}
    weighty = {story.story_id for story in edition.stories if any(map(is_weighty, story.shown))}
    assert loud <= weighty
    assert len(loud) == STORIES_MAX
    check_limits(messages)


@pytest.mark.parametrize(
    ("kind", "measure", "expected"),
    [
        (Kind.REVERSAL, "", True),
        (Kind.CORRECTION, "", True),
        (Kind.CHANGED_FIGURE, "killed", True),
        (Kind.CHANGED_FIGURE, "injured", True),
        (Kind.CHANGED_FIGURE, "missing", True),
        (Kind.CHANGED_FIGURE, "displaced", False),
        (Kind.CHANGED_FIGURE, "money", False),
        (Kind.NEW_STATEMENT, "killed", False),
        (Kind.NEW_ORIGIN, "", False),
        (Kind.NEW_STORY, "killed", False),
    ],
)
def test_what_is_told_to_the_whole_channel(make, kind, measure, expected):
    """A reply is broadcast for a reversal, a correction or a changed toll, and for nothing else."""
    figures = (ReportedFigure(measure, "30", "people", "20"),) if measure else ()
    one = make["development"](kind, "Something happened.", figures=figures)
    assert is_weighty(one) is expected
    story = make["story"]("idlib", "Headline", [one])
    [message] = [each for each in to_threads(make["edition"]([story]), {story.story_id}) if each.story_id]
    assert message.broadcast is expected
    [message] = [each for each in to_threads(make["edition"]([story]), ()) if each.story_id]
    assert not message.broadcast


def test_a_story_of_two_topics_is_one_message(make):
    """A story that stands under two topics has one message, with both."""
    both = [make["story"](topic, "Headline", [make["development"](Kind.NEW_STORY, f"Seen from {topic}.")]) for topic in ("idlib", "libya")]
    both = [replace(story, story_id=both[0].story_id) for story in both]
    [message] = [one for one in to_threads(make["edition"](both), ()) if one.story_id]
    assert [word in message.text for word in ("Idlib · 1 new", "Libya · 1 new", "Seen from idlib.", "Seen from libya.")] == [True] * 4
    assert message.text.count("Headline") == 1


def test_a_long_story_goes_on_in_its_thread(make):
    """A story too long for one message takes several, each named by its headline and number; together they say all of it."""
    many = [make["development"](Kind.NEW_STATEMENT, f"Statement {number} " + "tells of rain. " * 30) for number in range(30)]
    story = make["story"]("idlib", "A long story", [replace(one, url=f"{one.url}/{n}") for n, one in enumerate(many)])
    messages = [one for one in to_threads(make["edition"]([story]), ()) if one.story_id]
    assert len(messages) > 3
    assert [one.text.splitlines()[0] for one in messages[1:]] == [
        f"A long story ({n}/{len(messages)})" for n in range(2, len(messages) + 1)
    ]
    assert all(sum(f"Statement {number} " in one.text for one in messages) == 1 for number in range(30))
    assert {one.story_id for one in messages} == {story.story_id}
    check_limits(messages)


def test_an_alert_is_its_stories_alone(make):
    """An alert has no overview: its stories come at once, each says that it is an alert, and replies are shown in the channel."""
    story = make["story"]("idlib", "Headline", [make["development"](Kind.NEW_STATEMENT, "It happened.")])
    edition = make["edition"]([story], kind=EditionKind.ALERT)
    [message] = to_threads(edition, {story.story_id})
    assert message.text.startswith("Alert: ")
    assert message.broadcast
    [message] = to_threads(edition, ())
    assert (message.story_id, message.broadcast) == (story.story_id, False)


@pytest.mark.slow
@given(
    pieces=st.lists(st.tuples(SCRIPTS, st.integers(1, 200)), min_size=1, max_size=5),
    count=st.integers(1, 40),
    each=st.integers(1, 6),
    known=st.booleans(),
)
def test_every_message_keeps_the_limits(make, pieces, count, each, known):
    """Whatever is written, in whatever script, and however many stories there are: every message fits, and nothing but text and links is in it."""
    stories = []
    for number in range(count):
        text, times = pieces[number % len(pieces)]
        developments = [
            make["development"](Kind.REVERSAL, f"{number} {place} " + text * times, place=text, replaces=text * times, warning=text)
            for place in range(each)
        ]
        stories.append(make["story"](("idlib", "libya", "xinjiang")[number % 3], f"{number} " + text * times, developments))
    edition = make["edition"](sorted(stories, key=lambda story: story.topic))
    messages = to_threads(edition, {story.story_id for story in stories[::2]} if known else ())
    check_limits(messages)
    assert bytes_of_threads(edition, ()) > 0
    for one in messages:
        assert {block["type"] for block in one.blocks} <= {"header", "rich_text"}
        assert {leaf["type"] for block in one.blocks for leaf in leaves(block)} <= {"plain_text", "text", "link"}
        assert all(after == "\u2060" for before, after in zip(one.text, one.text[1:] + " ", strict=True) if before == "@")
    assert len(visible(messages)) >= 1
