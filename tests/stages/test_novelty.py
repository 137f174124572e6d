"""Prove what is new against what was told, and on which evidence; bad input too."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judged import BASE, COPY, CORRECTS, JOINED, OPENS, TODAY, idf, judge, said, told, verdict

from tidings.model import Kind, Novelty
from tidings.pipeline.decide import first_difference
from tidings.stages.novelty import Context, Told, as_told, find


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        pytest.param("The clinic in Ariha treated patients with frostbite after the storm on Tuesday.", BASE, ("told", "covered"), id="the same words"),
        pytest.param("After Tuesday's storm, patients with frostbite were treated in the clinic in Ariha.", BASE, ("told", "covered"), id="other order"),
        pytest.param("Olive growers near Misrata fear a beetle.", BASE, ("new_statement", "nothing_near"), id="nothing in common"),
        pytest.param("The clinic was painted blue by volunteers.", BASE, ("new_statement", "not_covered"), id="one word in common"),
        pytest.param("Shelling of Nairab killed 9 civilians.", "Shelling of Nairab killed 14 civilians.", ("changed_figure", "figure"), id="a toll"),
        pytest.param("Shelling of Nairab killed 9 civilians.", "Shelling of Nairab killed nine civilians.", ("told", "covered"), id="the same toll in words"),
        pytest.param("Shelling of Nairab killed 41 civilians.", "Shelling of Nairab killed forty-one civilians.", ("told", "covered"), id="a toll in two words"),
        pytest.param("Some 2,000 people fled the town of Nairab.", "Some two thousand people fled the town of Nairab.", ("told", "covered"), id="thousands in words"),
        pytest.param("Troops took the village of Nairab on Monday.", "Troops lost the village of Nairab on Monday.", ("reversal", "opposite"), id="reversal"),
        pytest.param("The convoy has reached the camp at Atmeh.", "The convoy has not reached the camp at Atmeh.", ("reversal", "opposite"), id="negation"),
        pytest.param("Most trainees have graduated from the centres.", "All trainees have graduated from the centres.", ("new_statement", "quantifier"), id="most, all"),
        pytest.param("A shell hit the market of Nairab before dawn today.", "A shell hit the market of Binnish before dawn today.", ("new_statement", "name"), id="another place"),
        pytest.param("The road to Saraqib is blocked by snow.", "The road to Saraqeb is blocked by snow.", ("told", "covered"), id="another spelling"),
        pytest.param("Fighters dug trenches around Saraqib on Monday.", "Saraqib has fallen.", ("new_statement", "not_covered"), id="two terms are news"),
        pytest.param("Saraqib has fallen.", "Saraqib has fallen, fighters said.", ("told", "covered"), id="two terms told"),
        pytest.param("The road is open again.", "It is.", ("told", "too_short"), id="too short to compare"),
    ],
)  # fmt: skip
def test_a_sentence_against_what_was_told(before: str, text: str, expected: tuple[str, str]) -> None:
    """Told, new, or new in one decisive fact: the kind and the reason."""
    assert verdict(judge(text, told(before))) == expected


@pytest.mark.parametrize(
    ("language", "before", "text", "expected"),
    [
        pytest.param("ar", "أدى القصف على النيرب إلى مقتل 9 مدنيين", "أدى القصف على النيرب إلى مقتل 14 مدنيا", ("changed_figure", "figure"), id="Arabic number"),
        pytest.param("ar", "أدى القصف على النيرب إلى مقتل 9 مدنيين", "أدى القصف على النيرب إلى مقتل ٩ مدنيين", ("told", "covered"), id="Arabic digits"),
        pytest.param("zh", "炮击造成该镇9名平民死亡,医院说。", "炮击造成该镇14名平民死亡,医院说。", ("changed_figure", "figure"), id="Chinese number"),
        pytest.param("zh", "口岸周一重新开放,海关说。", "口岸周一关闭,海关说。", ("reversal", "opposite"), id="Chinese reversal"),
        pytest.param("tr", "Nayrab bombardımanında 9 sivil öldü.", "Nayrab bombardımanında 14 sivil öldü.", ("changed_figure", "figure"), id="Turkish number"),
        pytest.param("ru", "При обстреле Найраба погибли 9 человек.", "При обстреле Найраба погибли 14 человек.", ("changed_figure", "figure"), id="Russian number"),
        pytest.param("fr", "Le bombardement de Nairab a tué 9 civils.", "Le bombardement de Nairab a tué 14 civils.", ("changed_figure", "figure"), id="French number"),
    ],
)  # fmt: skip
def test_one_decisive_fact_in_other_languages(language: str, before: str, text: str, expected: tuple[str, str]) -> None:
    """Numbers and reversals are seen in every delivered language."""
    assert verdict(judge(text, told(before, language=language), language=language)) == expected


def test_what_differs_names_what_it_replaces() -> None:
    """A changed figure points at the development that told the old one, and the evidence gives both words."""
    found = judge("Shelling of Nairab killed 14 civilians.", told("Shelling of Nairab killed 9 civilians."))
    assert found.developments[0].replaces_id == "dev-0"
    assert found.decisions[0].evidence.startswith("9 -> 14")
    assert found.decisions[0].against_id == said("Shelling of Nairab killed 9 civilians.", article="old").id


def test_what_a_seed_told_is_replaced_by_nothing_that_can_be_pointed_at() -> None:
    """A seed is no development: the figure has changed all the same."""
    found = judge("Shelling of Nairab killed 14 civilians.", told("Shelling of Nairab killed 9 civilians.", development=""))
    assert (found.developments[0].kind, found.developments[0].replaces_id) == (Kind.CHANGED_FIGURE, "")


def test_a_figure_that_any_near_statement_states_is_not_changed() -> None:
    """Yesterday's first toll does not make today's repeated second one new."""
    known = told("Shelling of Nairab killed 9 civilians.", "Shelling of Nairab killed 14 civilians.")
    assert verdict(judge("Shelling of Nairab killed 14 civilians.", known))[0] == "told"


STRUCK = "An air strike on the market of Harim killed 24 people on Monday."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("The death toll of the strike on Harim has risen to 29.", "changed_figure", id="risen"),
        pytest.param("Doctors in Harim raised the death toll of the air strike to 29.", "changed_figure", id="raised"),
        pytest.param("The number of people killed in the market of Harim rose to 29.", "changed_figure", id="the number of those killed"),
        pytest.param("The death toll of the strike on Harim stands at 24.", "new_statement", id="the same toll"),
        pytest.param("The death toll of strikes on Harim this year has risen to 300.", "new_statement", id="of a year"),
        pytest.param("The death toll of the strike on Nairab has risen to 29.", "new_statement", id="of another place"),
        pytest.param("The strike on Harim wounded 29 others, doctors said.", "new_statement", id="no toll of the dead"),
        pytest.param("The number of children killed in the strike on Harim rose to 9.", "new_statement", id="of a part"),
        pytest.param(
            "The death toll of air strikes on Harim during the offensive has risen to 300.", "new_statement", id="of an offensive"
        ),
    ],
)
def test_a_toll_in_other_words_replaces_the_one_that_its_story_told(text: str, kind: str) -> None:
    """A total of the dead, in a sentence that names nobody else and no other place or time, is the story's toll, and is told either way."""
    found = judge(text, told(STRUCK))
    assert verdict(found)[0] == kind
    assert found.developments[0].replaces_id == ("dev-0" if kind == "changed_figure" else "")
    assert verdict(judge(text, told(STRUCK), replace(JOINED, story_id="another")))[0] == "new_statement"


def test_the_toll_of_what_lasts_replaces_its_own() -> None:
    """The told sentence spoke of the outbreak, too."""
    known = told("An outbreak of cholera in the camps of Harim killed 24 people.")
    found = judge("The death toll of the outbreak in Harim has risen to 29.", known)
    assert verdict(found)[0] == "changed_figure"


def test_a_toll_replaces_the_latest_that_is_told_in_like_words() -> None:
    """24, then 29, then 31: the last names the second; and 29 said again is told."""
    known = told(STRUCK, "The death toll of the strike on Harim has risen to 29.")
    assert judge("The death toll of the strike on Harim has risen to 31.", known).developments[0].replaces_id == "dev-1"
    assert verdict(judge("Doctors in Harim put the death toll of the air strike at 29.", known))[0] == "told"


def test_a_reversal_of_a_reversal_is_told_once_more() -> None:
    """Taken, lost, taken again: the third report says what the first said, against what was told last."""
    known = told("Troops took the village of Nairab on Monday.")
    assert verdict(judge("Troops lost the village of Nairab on Monday.", known))[0] == "reversal"
    assert verdict(judge("Troops took the village of Nairab on Monday.", known))[0] == "told"


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        pytest.param(["The council opened the crossing at Nairab.", "The council closed the crossing at Nairab.", "The council reopened the crossing at Nairab."], ("reversal", "opposite"), id="opened, closed, reopened"),
        pytest.param(["The army captured the village of Nairab.", "Rebels captured the village of Nairab.", "The army recaptured the village of Nairab."], ("new_statement", "actor"), id="by one side, by the other, by the first"),
        pytest.param(["The council opened the crossing at Nairab.", "The council opened the crossing at Nairab again."], ("new_statement", "day"), id="again"),
        pytest.param(["The council closed the crossing at Nairab.", "The council opened the crossing at Nairab.", "The council opened the crossing at Nairab."], ("told", "covered"), id="the last turn again"),
    ],
)  # fmt: skip
def test_a_turn_after_the_last_one_is_news_though_an_older_one_was_the_same(turns: list[str], expected: tuple[str, str]) -> None:
    """What counts is the turn told last, not that the same was told before it was undone."""
    known = Told()
    for number, text in enumerate(turns[:-1]):
        day = TODAY - timedelta(days=3 * (len(turns) - number))
        known.add(as_told(said(text, number, "old", on=day), "en", "story", f"dev-{number}", day.isoformat()))
    assert verdict(judge(turns[-1], known)) == expected


def test_a_correction_is_named_one() -> None:
    """An article that says of itself that it corrects gives corrections."""
    found = judge("Shelling of Nairab killed 8 civilians.", told("Shelling of Nairab killed 9 civilians."), CORRECTS)
    assert verdict(found) == ("correction", "figure")


def test_a_topic_does_not_know_what_was_told_in_another() -> None:
    """The readers of one topic were not told what the readers of the other were."""
    assert verdict(judge(BASE, told(BASE, topic="libya"))) == ("new_statement", "nothing_near")


# ---------------------------------------------------------------- others, another day


@pytest.mark.parametrize(
    ("language", "before", "text", "reason"),
    [
        pytest.param("en", "Government forces take the village of Nairab.", "Rebels take the village of Nairab.", "actor", id="by the other side"),
        pytest.param("en", "Troops took the village of Nairab on Monday.", "Troops retook the village of Nairab, lost on Monday.", "covered", id="taken, then taken"),
        pytest.param("tr", "Ordu Nayrab köyünü aldı.", "Muhalifler Nayrab köyünü aldı.", "actor", id="Turkish side"),
        pytest.param("ru", "Армия заняла деревню Найраб.", "Повстанцы заняли деревню Найраб.", "actor", id="Russian side"),
        pytest.param("ar", "سيطر الجيش على بلدة النيرب فجرا", "سيطرت المعارضة على بلدة النيرب فجرا", "actor", id="Arabic side"),
        pytest.param("zh", "政府军占领了该镇和附近的村庄。", "叛军占领了该镇和附近的村庄。", "actor", id="Chinese side"),
        pytest.param("fr", "L'armée a pris le village de Nairab.", "Les rebelles ont pris le village de Nairab.", "actor", id="French side"),
        pytest.param("en", "The army shelled the clinic in Ariha.", "The army denies that it shelled the clinic in Ariha.", "opposite", id="a denial"),
        pytest.param("ar", "قصف الجيش المستشفى في أريحا", "الجيش ينفي قصف المستشفى في أريحا", "opposite", id="Arabic denial"),
        pytest.param("tr", "Ordu Ariha'daki hastaneyi vurdu.", "Ordu Ariha'daki hastaneyi vurduğunu yalanladı.", "opposite", id="Turkish denial"),
        pytest.param("zh", "军方炮击了该镇的医院。", "军方否认炮击了该镇的医院。", "opposite", id="Chinese denial"),
        pytest.param("en", "Troops imposed a blockade on the town of Nairab in May.", "The blockade imposed on the town of Nairab in May was lifted.", "opposite", id="lifted in the words of its imposition"),
    ],
)  # fmt: skip
def test_the_same_act_by_others_and_its_undoing_are_news(language: str, before: str, text: str, reason: str) -> None:
    """Who acts, who denies it and what undoes it is seen in the words of what was told, in every delivered language."""
    kind, because = verdict(judge(text, told(before, language=language), language=language))
    assert because == reason
    assert (kind == "told") == (reason == "covered")


def test_background_that_returns_is_told_once() -> None:
    """What every article says of the past is told by the first, also when it comes weeks later."""
    known = told("The minister has been in office since 2011, longer than anybody else.", on=date(2020, 1, 3))
    assert verdict(judge("The minister, who has been in office since 2011, longer than anybody else", known))[0] == "told"


def test_the_evidence_names_the_nearest_statement_the_score_and_what_differs() -> None:
    """Each decision can be explained in a line: told, new, or told but for a fact."""
    known = told(BASE)
    for text, words in ((BASE.replace("The", "This"), ""), ("The clinic in Ariha was sold to a family from the coast.", "not told: ")):
        decision = judge(text, known).decisions[0]
        assert (decision.against_id, decision.evidence[: len(words)]) == (said(BASE, article="old").id, words)
        assert 0 < decision.score <= 1


@pytest.mark.parametrize("context", [JOINED, COPY], ids=["own words", "a copy"])
def test_what_is_told_says_which_of_its_words_are_not(context: Context) -> None:
    """Whoever asks why a sentence was not sent sees what it holds besides the told one: a lost fact can be seen."""
    assert judge(BASE, told(BASE), context).decisions[0].evidence == "says the same words"
    longer = BASE.replace("patients", "some ailing patients")
    assert judge(longer, told(BASE), context).decisions[0].evidence == "covers all but: ail"


def test_news_worth_less_than_asked_for_is_left_out_and_says_so() -> None:
    """A sentence of terms that followed articles have in common is worth more than one of none; the bound is the caller's."""
    common = dict.fromkeys(as_told(said(BASE), "en", "").terms, 0.2)
    strict = replace(JOINED, commonness=lambda term: common.get(term, 0.0), news_min=0.2)
    assert verdict(judge(BASE, Told(), strict)) == ("new_statement", "nothing_near")
    assert verdict(judge("Our readers wrote about gardens, cats and other small pleasures.", Told(), strict)) == ("told", "says_little")


# told -> what is said then: (text, correction, kind)
WORTH_NOTHING = {
    "changed figure": ("The flood near Ariha killed 9 people.", "The flood near Ariha killed 14 people.", False, "changed_figure"),
    "correction": ("The flood near Ariha killed 9 people.", "The flood near Ariha killed 14 people.", True, "correction"),
    "reversal": ("Rebels captured the town of Saraqib.", "Rebels lost the town of Saraqib.", False, "reversal"),
}


@pytest.mark.parametrize(("before", "text", "correction", "kind"), WORTH_NOTHING.values(), ids=WORTH_NOTHING)
def test_what_undoes_what_was_told_is_news_whatever_its_words_are_worth(before: str, text: str, correction: bool, kind: str) -> None:
    """A changed figure, a reversal and a correction of what the story told are told at every bound: readers hold what is no longer so."""
    article = replace(JOINED.article, correction=correction)
    strict = replace(JOINED, article=article, commonness=lambda _: 0.0, news_min=1.0)
    assert verdict(judge("A quite different sentence on wells and pumps.", told(before), strict)) == ("told", "says_little")
    assert verdict(judge(text, told(before), strict))[0] == kind


# ---------------------------------------------------------------- bad input


def test_one_enormous_sentence_is_judged_once() -> None:
    """A sentence of 2,000 words has one decision, and is told when it comes again."""
    text = " ".join(f"word{number} went to town{number}" for number in range(500))
    known = Told()
    assert verdict(judge(text, known))[0] == "new_statement"
    assert verdict(judge(f"{text} today", known))[0] == "told"


@pytest.mark.slow
def test_five_thousand_sentences_are_judged_one_by_one() -> None:
    """An article of 5,000 sentences that differ in a name gives one decision for each, in order; and all of them are told by then."""
    texts = [f"The patrol of village{number} passed the mill of village{number} at dawn and met the miller." for number in range(5_000)]
    statements = [said(text, 100 * place) for place, text in enumerate(texts)]
    known = Told()
    found = find(statements, known, JOINED, lambda term: 8.0 if term[-1].isdigit() else 0.1, first_difference)
    assert [one.statement_id for one in found.decisions] == [one.id for one in statements]
    assert verdict(judge(f"{texts[7]} today", known))[0] == "told"


@pytest.mark.parametrize("text", ["", " ", "...", "12 12 12", "Сараqib سقطت 政府军 fell bugün.", "Ọjọ́ Àìkú ni ọjà Nairab ṣí."])
def test_odd_texts_are_judged_and_told_the_second_time(text: str) -> None:
    """Nothing, signs, mixed scripts and a language nobody configured: a decision each, and never the same twice."""
    known = Told()
    first = judge(text, known, language="yo")
    assert len(first.decisions) == 1
    again = [replace(said(text, language="yo"), id="again")]
    assert find(again, known, JOINED, idf, first_difference).developments == ()


def test_an_article_that_quotes_forty_others_tells_only_its_own() -> None:
    """Of a press review the one sentence is news that nobody else wrote."""
    others = [f"The council of district{n} rejected the plan for the canal{n}." for n in range(40)]
    statements = [said(f"“{text}”", 100 * place) for place, text in enumerate([*others, "The editor of the review resigned."])]
    found = find(statements, told(*others), JOINED, idf, first_difference)
    assert [one.statement_id for one in found.developments] == [statements[-1].id]


def test_an_archive_with_todays_dates_is_told() -> None:
    """What was said weeks ago comes again under today's date and tells nothing; "on Tuesday" is that day's only where the article is known as a copy."""
    texts = ["Shelling of Nairab killed 9 civilians.", "On 20 January a strike hit the market of Binnish.", BASE]
    known = told(*texts, on=date(2020, 1, 29))
    assert [judge(text, known, COPY).developments for text in texts] == [(), (), ()]
    assert [verdict(judge(text, known))[0] for text in texts] == ["told", "told", "new_statement"]


SENTENCES = [BASE, "Shelling of Nairab killed 9 civilians.", "Shelling of Nairab killed 14 civilians.", "Most trainees have graduated.", "All trainees have graduated.",
             "Troops took the village of Nairab.", "Troops lost the village of Nairab.", "It is.", ""]  # fmt: skip


@given(
    st.lists(st.sampled_from(SENTENCES), max_size=4),
    st.lists(st.sampled_from(SENTENCES), max_size=5, unique=True),
    st.sampled_from([JOINED, OPENS, COPY, CORRECTS]),
)
def test_every_statement_gets_one_decision_and_nothing_new_is_new_twice(before: list[str], texts: list[str], context: Context) -> None:
    """One decision a statement; a development exactly where it says so; and the same article judged again tells nothing."""
    statements = [said(text, 100 * number) for number, text in enumerate(texts)]
    known = told(*before)
    found = find(statements, known, context, idf, first_difference)
    assert [one.statement_id for one in found.decisions] == [one.id for one in statements]
    new = [one.statement_id for one in found.decisions if one.novelty is Novelty.DEVELOPMENT]
    assert new == [one.statement_id for one in found.developments]
    copies = [replace(one, id=f"copy-{one.id}") for one in statements if one.id in new]
    assert find(copies[-1:], known, context, idf, first_difference).developments == ()
