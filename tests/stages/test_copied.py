"""Prove what is reported of a copied and of a rewritten text: every changed fact, and nothing that only has other words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Article, DuplicateLink, Novelty, Relation, Statement, Verdict
from tidings.pipeline.decide import first_difference
from tidings.stages import _copied, novelty
from tidings.stages.figures import read_figures

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
ORIGINAL = (
    "Rebel gunmen of the Marn Brigade shelled the market of Binnish on Tuesday, killing 14 farmers and wounding 30 others.",
    "Mayor Adel Hamra told reporters that the hospital had run out of blood and asked the Red Crescent for help.",
    "The shelling began at dawn, when traders from eleven villages were setting up their stalls near the mosque.",
    "A spokesman for the Soll Fishery Administration (SFA) said the port of Arden would stay open to relief ships.",
    "Almost 70 families have fled to the camps along the border since the truce collapsed in January.",
)


def article(name: str) -> Article:
    return Article(name, "", "", "", "", "Wire", "Wire", "en", NOW, NOW, NOW, Verdict.FULL)


def said(name: str, texts: Sequence[str], language: str = "en") -> list[Statement]:
    return [
        Statement(f"{name}{place}", name, "", "idlib", text, place, place + 1, place, figures=read_figures(text, language))
        for place, text in enumerate(texts)
    ]


def judge(
    relation: Relation, *texts: str, told: Sequence[str] = ORIGINAL, language: str = "en", of_id: str = "old", score: float = 0.9
) -> novelty.Found:
    """Tell the original, then judge sentences of its copy."""
    link = DuplicateLink("new", of_id, "article", relation, 0.9, "")
    known = novelty.Told()
    for one in said("old", told, language):
        known.add(novelty.as_told(one, language, "story"))
    context = novelty.Context(article("new"), "story", story_is_new=False, seeded=False, duplicate=link, cold_topics=frozenset())
    return novelty.find(said("new", texts, language), known, context, lambda _: 3.0, first_difference)


def reasons(found: novelty.Found) -> list[str]:
    return [decision.reason for decision in found.decisions]


CHANGED = [
    pytest.param(ORIGINAL[0].replace("14", "19"), "figure", id="toll"),
    pytest.param(ORIGINAL[0].replace("30", "31"), "figure", id="one digit"),
    pytest.param(ORIGINAL[0].replace("Binnish", "Saraqib"), "name", id="place"),
    pytest.param(ORIGINAL[0].replace("Tuesday", "Friday"), "name", id="weekday"),
    pytest.param(ORIGINAL[0].replace("Rebel gunmen of the Marn Brigade", "Soldiers of the Fifth Corps"), "name", id="actor"),
    pytest.param(ORIGINAL[0].replace("farmers", "soldiers"), "word", id="who was killed"),
    pytest.param(ORIGINAL[0].replace("shelled", "bombed"), "word", id="by what"),
    pytest.param(ORIGINAL[2].replace("The shelling", "The shooting"), "word", id="first word of the sentence"),
    pytest.param(ORIGINAL[3].replace("stay open", "stay closed"), "opposite", id="opposite"),
    pytest.param(ORIGINAL[4].replace("Almost 70", "Over 70"), "figure", id="from at most to at least"),
    pytest.param(ORIGINAL[4].replace("in January", "on January 9, 2019"), "figure", id="a date put in"),
    pytest.param(ORIGINAL[1].replace("Mayor Adel Hamra", "Mayor Samir Daoud"), "name", id="who said so"),
]


@pytest.mark.parametrize(("text", "reason"), CHANGED)
def test_a_changed_fact_of_copied_text_is_reported_with_a_warning(text: str, reason: str) -> None:
    """Among sentences that only repeat, the one in which who, where, when or how many differs is a development that says so."""
    found = judge(Relation.NEAR, *(text if text[-30:] == one[-30:] or text[:30] == one[:30] else one for one in ORIGINAL))
    assert [one.warning for one in found.developments] == [f"copies old, differs in: {reason}"]
    assert sorted(set(reasons(found))) == sorted({"covered", reason})


@pytest.mark.parametrize("relation", [Relation.EXACT, Relation.NEAR, Relation.REWRITE])
def test_a_copy_that_changes_nothing_tells_nothing(relation: Relation) -> None:
    """Every sentence of the original is told, in whatever relation the copy stands."""
    assert set(reasons(judge(relation, *ORIGINAL))) == {"covered"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ORIGINAL[0] + " " + ORIGINAL[2], id="two sentences in one"),
        pytest.param("Traders from eleven villages were setting up their stalls near the mosque.", id="half a sentence"),
        pytest.param(ORIGINAL[0].replace("Binnish", "Binnesh"), id="another spelling"),
        pytest.param(ORIGINAL[0].replace("14", "fourteen"), id="a number in words"),
    ],
)
def test_copied_text_may_be_cut_and_put_together(text: str) -> None:
    """What is told in one or in a few told sentences is told."""
    assert reasons(judge(Relation.NEAR, text)) == ["covered"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "On Tuesday the market of Binnish was shelled by Marn Brigade rebels, leaving 14 farmers dead and 30 injured.", id="other words"
        ),
        pytest.param("Hamra said no blood was left at the hospital, and that he needed the Red Crescent's help.", id="a shorter name"),
        pytest.param("Relief ships may use the port of Arden, which stays open according to the SFA.", id="an abbreviation"),
        pytest.param(
            "One trader had been setting up a stall near the mosque when the shelling began at dawn.", id="one, which counts nothing"
        ),
    ],
)
def test_a_rewritten_sentence_is_told(text: str) -> None:
    """Other words for the same facts tell nothing."""
    assert reasons(judge(Relation.REWRITE, text)) == ["covered"]


@pytest.mark.parametrize(
    "text",
    [
        "This tragic incident highlights the urgent need for a peaceful and lasting solution.",
        "It remains to be seen whether these measures will prove effective in the long run.",
    ],
)
def test_an_added_sentence_without_a_fact_says_nothing(text: str) -> None:
    """Rewriting machines add sentences that name nobody, count nothing and tell of no happening; the reason says so."""
    found = judge(Relation.REWRITE, ORIGINAL[0], text, told=(*ORIGINAL, "A peaceful solution is needed, the mayor said."))
    assert reasons(found)[1] in {"no_fact", "covered"}
    assert found.developments == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("On Tuesday rebels of the Marn Brigade shelled Binnish market and killed 17 farmers.", "figure", id="toll"),
        pytest.param("On Tuesday rebels of the Marn Brigade shelled the market of Saraqib and killed 14 farmers.", "name", id="place"),
        pytest.param(
            "The hospital later burned down, and doctors treated people in the street until help came.", "not_covered", id="a happening"
        ),
        pytest.param("Colonel Rami Daher denied that his men had been anywhere near the hospital.", "not_covered", id="somebody else"),
    ],
)
def test_a_fact_that_only_the_rewrite_has_is_reported(text: str, reason: str) -> None:
    """A number, a name or a happening that stands nowhere in what was told is new, whatever the words around it."""
    found = judge(Relation.REWRITE, text)
    assert reasons(found) == [reason]
    assert len(found.developments) == 1


def test_no_sentence_is_called_empty_in_a_language_whose_happenings_are_not_listed() -> None:
    """Outside of English a sentence that nothing covers is reported, though it names nobody."""
    text = "Köprü bu sabah çöktü ve nehir yolu uzun süre kullanılamayacak."
    told = ("Belediye başkanı köprüde onarım yapıldığını söyledi.", "Nehir suları yükseliyor.")
    assert reasons(judge(Relation.REWRITE, text, told=told, language="tr")) == ["not_covered"]


def test_a_copy_of_a_copy_is_judged_against_what_the_first_told() -> None:
    """What the copied copy said stands in their story under the first article: a rewrite of it repeats that."""
    text = "On Tuesday the market of Binnish was shelled by Marn Brigade rebels, leaving 14 farmers dead and 30 injured."
    assert reasons(judge(Relation.REWRITE, text, of_id="a copy of old")) == ["covered"]


SNOW = "Snow closed the pass of Harim on Jan. 12, and drivers burned their crates to keep warm."
PASS = "Drivers cleared the pass of Harim on Tuesday with shovels that the army of Arden had lent them."


@pytest.mark.parametrize("relation", [Relation.NEAR, Relation.REWRITE])
def test_a_month_written_in_full_is_no_other_name(relation: Relation) -> None:
    """Jan. and January are one month, another month is not."""
    assert reasons(judge(relation, SNOW.replace("Jan.", "January"), told=(SNOW, *ORIGINAL))) == ["covered"]
    assert reasons(judge(relation, SNOW.replace("Jan.", "February"), told=(SNOW, *ORIGINAL))) == ["name"]


@pytest.mark.parametrize("days", [("2020-02-18", "2020-02-18"), ("2020-02-18", "2020-02-11"), ("2020-02-18", "")])
@pytest.mark.parametrize("words", [("on Tuesday", "yesterday"), ("yesterday", "on Tuesday")])
def test_the_same_day_in_other_words_is_no_other_fact(words: tuple[str, str], days: tuple[str, str]) -> None:
    """Yesterday is Tuesday in what was said on Wednesday; it is not when the sentences speak of different days, or of who knows which."""
    old, new = (
        replace(said(name, [PASS.replace("on Tuesday", word)])[0], event_date=day)
        for name, word, day in zip(("old", "new"), words, days, strict=True)
    )
    verdict = _copied.judge(
        novelty.as_told(new, "en", "story"),
        [(1.0, novelty.as_told(old, "en", "story"))],
        DuplicateLink("new", "old", "article", Relation.NEAR, 0.9, ""),
        lambda _: 3.0,
        first_difference,
    )
    assert (verdict.kind is None) is (days[0] == days[1])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("to stop digging at", "to halt work in"),
        ("to leave the office near", "to quit his post in"),
        ("to cease work at", "to stop digging in"),
    ],
)
def test_the_same_happening_in_another_word_is_no_news_of_a_rewrite(before: str, after: str) -> None:
    """A sentence two thirds of which are told has no happening of its own where the original has another word for it."""
    told = f"Mayor Adel Hamra asked his deputy on Friday {before} the quarry beside the mosque, a clerk said."
    assert reasons(judge(Relation.REWRITE, f"His deputy was urged by Hamra on Friday {after} the quarry.", told=(told, *ORIGINAL))) == [
        "covered"
    ]


@given(st.lists(st.sampled_from([*ORIGINAL, "", "word " * 500, "ادلب 伊德利卜 Идлиб 41 مدينة", "1 2 3 4 5 6 7 8 9"]), max_size=4))
def test_any_sentences_have_one_decision_each(texts: list[str]) -> None:
    """Empty, endless and mixed sentences raise nothing; everything that enters is decided once, whatever the relation."""
    for relation in Relation:
        found = judge(relation, *texts)
        assert len(found.decisions) == len(texts)
        assert all(one.novelty in {Novelty.TOLD, Novelty.DEVELOPMENT} and one.reason for one in found.decisions)


def test_a_toll_in_copied_text_replaces_the_one_told_last() -> None:
    """A wire's third version copies the second with 33 for 29: it replaces 29, though the first version's 22 is as much alike."""
    told = tuple(ORIGINAL[0].replace("14", toll) for toll in ("22", "29"))
    found = judge(Relation.NEAR, ORIGINAL[0].replace("14", "33"), told=told)
    assert [(one.reason, one.against_id) for one in found.decisions] == [("figure", "old1")]
