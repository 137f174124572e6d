"""Prove what the article's place makes of a new sentence: in a copy, in a story it opens or joins, at a cold start, from another origin."""

from dataclasses import replace

import pytest
from judged import BASE, COPY, JOINED, OPENS, REWRITE, idf, judge, said, told, verdict

from tidings.model import Decision, Kind, Novelty
from tidings.pipeline.decide import first_difference
from tidings.stages.novelty import Context, Told, confirm, find

# ---------------------------------------------------------------- copies


def test_a_sentence_of_a_rewrite_needs_less_to_be_told() -> None:
    """In a rewrite the sentence has a counterpart, whatever the words: less coverage is enough there, and only there."""
    before = "Snow kept the flour lorries waiting at the customs yard for nine hours."
    text = "Because of the weather, lorries carrying flour were held nine hours at customs, officials told journalists."
    assert verdict(judge(text, told(before), REWRITE)) == ("told", "covered")
    assert verdict(judge(text, told(before)))[0] == "new_statement"


@pytest.mark.parametrize(
    ("before", "text", "difference"),
    [
        ("Shelling of Nairab killed 9 civilians.", "Shelling of Nairab killed 14 civilians.", "figure"),
        ("Troops took the village of Nairab on Monday.", "Troops lost the village of Nairab on Monday.", "opposite"),
        ("Most trainees have graduated from the centres.", "All trainees have graduated from the centres.", "quantifier"),
        ("A shell hit the market of Nairab before dawn today.", "A shell hit the market of Binnish before dawn today.", "name"),
    ],
)
def test_a_copy_that_differs_in_a_fact_is_told_with_a_warning(before: str, text: str, difference: str) -> None:
    """The costly error is to drop a near-copy whose facts changed: it is told, and the reader is warned."""
    assert judge(text, told(before), COPY).developments[0].warning == f"copies old, differs in: {difference}"
    assert judge(text, told(before)).developments[0].warning == ""


def test_a_copy_that_differs_in_nothing_tells_nothing() -> None:
    """The same sentence in a copy has no development and no warning."""
    assert judge(BASE, told(BASE), COPY).developments == ()


# ---------------------------------------------------------------- stories, cold start, within one article


def test_the_first_new_sentence_opens_a_new_story_once_a_topic() -> None:
    """Of a story that begins here the first development is the story, the others are statements; each topic has its own first."""
    texts = [BASE, "Volunteers painted its blue gate overnight.", "Olive growers near Misrata fear a beetle."]
    statements = [said(texts[0]), said(texts[1], 90), said(texts[2], 150), said(texts[0], topic="libya")]
    found = find(statements, Told(), OPENS, idf, first_difference)
    assert [(one.topic, one.kind.value) for one in found.developments] == [
        ("idlib", "new_story"), ("libya", "new_story"), ("idlib", "new_statement"), ("idlib", "new_statement"),
    ]  # fmt: skip


@pytest.mark.parametrize("context", [JOINED, replace(OPENS, seeded=True)], ids=["joined", "opened by a seed"])
def test_a_story_that_is_known_is_not_opened(context: Context) -> None:
    """Statements join a story that readers or seeds know."""
    assert judge(BASE, Told(), context).developments[0].kind is Kind.NEW_STATEMENT


def test_what_changes_a_told_figure_opens_no_story() -> None:
    """A changed figure stays what it is, also where the article stands alone."""
    found = judge("Shelling of Nairab killed 14 civilians.", told("Shelling of Nairab killed 9 civilians."), OPENS)
    assert found.developments[0].kind is Kind.CHANGED_FIGURE


def test_cold_start_records_as_known_and_tells_nothing() -> None:
    """What is too old to be news counts as told from now on, in its topic only."""
    known = Told()
    cold = replace(OPENS, cold_topics=frozenset({"idlib"}))
    found = find([said(BASE), said(BASE, topic="libya")], known, cold, idf, first_difference)
    assert {(one.topic, one.novelty) for one in found.decisions} == {("idlib", Novelty.KNOWN), ("libya", Novelty.DEVELOPMENT)}
    assert [one.topic for one in found.developments] == ["libya"]
    assert verdict(judge(BASE.replace("The clinic", "That clinic"), known)) == ("told", "covered")


def test_an_article_does_not_tell_one_thing_twice() -> None:
    """The sentence that repeats an earlier one of the same article is told by then."""
    again = "Patients with frostbite were treated after the storm on Tuesday by the clinic in Ariha."
    found = find([said(again, 200), said(BASE, 0)], Told(), OPENS, idf, first_difference)
    assert [one.novelty for one in found.decisions] == [Novelty.DEVELOPMENT, Novelty.TOLD]
    assert [one.statement_id for one in found.developments] == [said(BASE).id]


# ---------------------------------------------------------------- confirmation


def decided(*scores: float) -> list[Decision]:
    return [Decision(str(number), "idlib", Novelty.TOLD, "covered", score=score) for number, score in enumerate(scores)]


CONFIRMS = {"context": JOINED, "decisions": decided(0.3, 0.5), "known_origins": frozenset({"Agency"}), "reported": True}


def test_an_independent_origin_confirms_a_reported_story() -> None:
    """One development a topic, named for the origin, without a statement."""
    found = confirm(topics=["libya", "idlib", "idlib"], **CONFIRMS)
    assert [(one.topic, one.kind, one.origin, one.statement_id) for one in found] == [
        ("idlib", Kind.NEW_ORIGIN, "Wire", ""), ("libya", Kind.NEW_ORIGIN, "Wire", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"reported": False}, id="readers do not know the story"),
        pytest.param({"context": OPENS}, id="the article opens the story"),
        pytest.param({"context": replace(JOINED, seeded=True)}, id="a seed's story"),
        pytest.param({"context": COPY}, id="a copy"),
        pytest.param({"context": replace(JOINED, story_score=0.36)}, id="loosely joined to the story"),
        pytest.param({"known_origins": frozenset({"Wire"})}, id="an origin that reported it already"),
        pytest.param({"decisions": decided(0.9, 0.7)}, id="in the words that were told"),
        pytest.param({"context": replace(JOINED, cold_topics=frozenset({"idlib"}))}, id="too old to be news"),
    ],
)
def test_what_is_no_confirmation(change: dict[str, object]) -> None:
    """Eight reasons why an article confirms nothing."""
    assert confirm(topics=["idlib"], **{**CONFIRMS, **change}) == ()
