"""Prove that odd and hostile articles have a sane outcome: what is taken, and the reason where nothing is."""

from datetime import UTC, datetime

import pytest
from fakes import TOPICS

from tidings.model import Article, Rejection, Verdict
from tidings.stages.match import Matched, compile_topics, match_topics

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
MATCHER = compile_topics(TOPICS)


def match(text: str, *, title: str = "", language: str = "en") -> Matched | Rejection:
    return match_topics(Article("a", "v", "", title, text, "W", "W", language, NOW, NOW, NOW, Verdict.FULL), MATCHER)


def reason(found: Matched | Rejection) -> str:
    return found.reason if isinstance(found, Rejection) else ""


@pytest.mark.parametrize("text", ["", " \n\n ", "\u200b", "…"], ids=["nothing", "white space", "an invisible sign", "three dots"])
def test_an_empty_text_is_about_nothing(text: str) -> None:
    """Without a sentence there is no statement, whatever the title names."""
    assert reason(match(text)) == "no_term"
    assert reason(match(text, title="Talks on Idlib")) in {"in_passing", "too_short"}


def test_a_title_of_one_repeated_word_says_nothing() -> None:
    """A headline that repeats a topic's word is no headline: the text decides; one that says nothing of it only mentions the topic."""
    advertisement = "Cheap watches are sold here today. Order now and pay later for all of them."
    assert {count: reason(match(advertisement, title="Idlib " * count)) for count in (30, 500)} == dict.fromkeys((30, 500), "in_passing")
    assert reason(match(advertisement, title="Watches " * 30)) == "no_term"
    title = "Idlib " * 500
    found = match("Shells fell on Saraqib overnight, doctors said.", title=title)
    assert isinstance(found, Matched)
    assert [one.topic for one in found.statements] == ["idlib"]


def test_a_sentence_of_one_repeated_word_is_one_statement() -> None:
    """Repetition within a text is cut like any endless sentence; it does not multiply."""
    found = match("Idlib " * 500 + ".")
    assert isinstance(found, Matched)
    assert len(found.statements) < 10


def test_five_thousand_sentences_are_read() -> None:
    """A text of 5,000 sentences yields each that names the topic, and those it carries to."""
    found = match(" ".join(f"Shells fell on Saraqib for hour number {number}." for number in range(5_000)))
    assert isinstance(found, Matched)
    assert len(found.statements) == 5_000


def test_five_thousand_mentions_are_no_article_on_the_topic() -> None:
    """Lists with the topic in them do not become an article about it by their number."""
    text = "\n\n".join(f"Peru, Chile, Idlib and Laos were named on list number {number}." for number in range(2_000))
    assert reason(match(text)) == "in_passing"


def test_one_enormous_sentence_is_cut() -> None:
    """A sentence of a million letters is read in pieces; only what names the topic, and what follows closely, is a statement of it."""
    found = match("and so it went on and on " * 40_000 + "until Saraqib fell to the army in the night")
    assert isinstance(found, Matched)
    assert [("Saraqib" in one.text, len(one.text) <= 1_200) for one in found.statements] == [(True, True)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("compared to " * 2_000 + "Saraqib", id="openings of one frame"),
        pytest.param("Peru, " * 4_000 + "and Saraqib.", id="an endless list"),
        pytest.param("to the rebel-held " * 2_000 + "Saraqib evacuated", id="an endless way"),
        pytest.param("Saraqib " * 4_000, id="an endless chain of places"),
        pytest.param("(" * 5_000 + "Saraqib" + ")" * 5_000, id="brackets"),
        pytest.param("(a) " * 5_000 + "Saraqib", id="credits without an end"),
        pytest.param("near the border " * 3_000 + "of Saraqib in Idlib", id="openings of another"),
    ],
)
def test_no_frame_costs_more_than_its_text(text: str) -> None:
    """Text made to start a frame again and again is read like any other, in the text and in the title."""
    assert match(text) == match(text)
    assert match("Nothing else was said.", title=text) == match("Nothing else was said.", title=text)


def test_scripts_may_be_mixed() -> None:
    """Each sentence counts in its own script, whatever language the article was said to be in."""
    text = "Shells fell on Saraqib overnight, doctors said.\n\nعاد الهدوء إلى سراقب بعد منتصف الليل.\n\nПогода была хорошая весь день."
    found = match(text, language="zh")
    assert isinstance(found, Matched)
    assert {"Saraqib" in one.text or "سراقب" in one.text for one in found.statements} == {True}
    assert len(found.statements) == 2


@pytest.mark.parametrize("language", ["", "xx", "cy", "th"])
def test_a_language_nobody_configured_is_read_as_any_other(language: str) -> None:
    """Words are looked for in every text: a name in a language without words of its own still counts."""
    assert isinstance(match("Syrthiodd sieliau ar Saraqib yn ystod y nos.", language=language), Matched)
    assert reason(match("Nid oedd dim newyddion heddiw o gwbl.", language=language)) == "no_term"
