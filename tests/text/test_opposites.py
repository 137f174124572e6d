"""Prove which words set two like sentences apart, and which do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.opposites import opposed, other_agent, quantified


@pytest.mark.parametrize(
    ("new", "told"),
    [
        pytest.param("Troops took the town on Monday.", "Troops lost the town on Monday.", id="taken, lost"),
        pytest.param("Rebels withdrew from Nairab.", "Rebels captured Nairab.", id="withdrew, captured"),
        pytest.param("The crossing reopened to trucks.", "The crossing was closed to trucks.", id="reopened, closed"),
        pytest.param("The blockade of the ports was lifted.", "The blockade of the ports was imposed.", id="lifted, imposed"),
        pytest.param("Flights resumed at the airport.", "Flights were suspended at the airport.", id="resumed, suspended"),
        pytest.param("The ministry denied the strike.", "The ministry confirmed the strike.", id="denied, confirmed"),
        pytest.param("The doctor was released.", "The doctor was arrested.", id="released, arrested"),
        pytest.param("Both sides rejected the truce.", "Both sides accepted the truce.", id="rejected, accepted"),
        pytest.param("Oil output rose in March.", "Oil output fell in March.", id="rose, fell"),
        pytest.param("The parties did not sign the truce.", "The parties did sign the truce.", id="negation"),
        pytest.param("The road isn't open.", "The road is open.", id="English n't"),
        pytest.param("Ordu köyü ele geçirdi.", "Ordu köyü kaybetti.", id="Turkish taken, lost"),
        pytest.param("Sınır kapısı kapatıldı.", "Sınır kapısı açıldı.", id="Turkish closed, opened"),
        pytest.param("Sınır kapısı açık değil.", "Sınır kapısı açık.", id="Turkish negation"),
        pytest.param("استعادت القوات البلدة.", "خسرت القوات البلدة.", id="Arabic retook, lost"),
        pytest.param("أُغلق المعبر.", "فُتح المعبر.", id="Arabic closed, opened"),
        pytest.param("أفرجت السلطات عن الطبيب.", "اعتقلت السلطات الطبيب.", id="Arabic released, arrested"),
        pytest.param("لم تصل القافلة.", "تصل القافلة.", id="Arabic negation"),
        pytest.param("军队夺取该镇。", "军队失守该镇。", id="Chinese taken, lost"),
        pytest.param("口岸重新开放。", "口岸关闭。", id="Chinese opened, closed"),
        pytest.param("车队没有抵达。", "车队抵达。", id="Chinese negation"),
        pytest.param("Армия взяла город.", "Армия потеряла город.", id="Russian taken, lost"),
        pytest.param("Переход закрыли.", "Переход открыли.", id="Russian closed, opened"),
        pytest.param("Колонна не прибыла.", "Колонна прибыла.", id="Russian negation"),
        pytest.param("L'armée a repris la ville.", "L'armée a perdu la ville.", id="French taken, lost"),
        pytest.param("Le passage est fermé.", "Le passage est ouvert.", id="French closed, opened"),
        pytest.param("Le convoi n'est pas arrivé.", "Le convoi est arrivé.", id="French negation"),
    ],
)
def test_opposites_are_seen_both_ways(new: str, told: str) -> None:
    """One decisive word sets the sentences apart, whichever was told first."""
    assert opposed(new, told)
    assert opposed(told, new)


@pytest.mark.parametrize(
    ("new", "told"),
    [
        pytest.param("Troops captured the town.", "Troops took the town.", id="two words for one thing"),
        pytest.param("The town, lost on Monday, was retaken.", "The town was retaken.", id="both sides in one sentence"),
        pytest.param("The enterprise grew.", "The shop grew.", id="a longer word that begins like one"),
        pytest.param("Nothing was said about the road.", "Nobody spoke of the road.", id="no pair at all"),
        pytest.param("The knot was tied.", "The rope was tied.", id="not inside a word"),
        pytest.param("Elections were held.", "The troops pulled back.", id="elections are no Turkish capture"),
    ],
)
def test_other_differences_are_no_opposites(new: str, told: str) -> None:
    """Synonyms, sentences with both sides, and chance beginnings say nothing."""
    assert opposed(new, told) == ""


@pytest.mark.parametrize(
    ("new", "told", "change"),
    [
        pytest.param("All trainees have graduated.", "Most trainees have graduated.", "most -> all", id="English"),
        pytest.param("None of the trainees left.", "Some of the trainees left.", "some -> none", id="none"),
        pytest.param("Tüm kursiyerler mezun oldu.", "Kursiyerlerin çoğu mezun oldu.", "most -> all", id="Turkish"),
        pytest.param("تخرج جميع المتدربين.", "تخرج معظم المتدربين.", "most -> all", id="Arabic"),
        pytest.param("تخرج كل المتدربين.", "تخرج معظم المتدربين.", "most -> all", id="Arabic, the short word for all"),
        pytest.param("所有学员已经结业。", "大多数学员已经结业。", "most -> all", id="Chinese"),
        pytest.param("Все курсанты выпустились.", "Большинство курсантов выпустилось.", "most -> all", id="Russian"),
        pytest.param("Tous les stagiaires ont terminé.", "La plupart des stagiaires ont terminé.", "most -> all", id="French"),
        pytest.param("Half of the camp fled.", "The whole camp fled.", "all -> half", id="half"),
    ],
)
def test_quantity_words_that_differ_are_named(new: str, told: str, change: str) -> None:
    """The change is given from what was told to what is said now."""
    assert quantified(new, told) == change


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("All trainees have graduated.", "Trainees have graduated."),
        ("All trainees have graduated.", "Every trainee has graduated."),
        ("Most trainees, though not all, left.", "All trainees left."),
        ("Smaller halls were used.", "Some halls were used."),
    ],
)
def test_quantity_words_that_do_not_differ_say_nothing(new: str, told: str) -> None:
    """A word on one side only, synonyms, and shared words are no change."""
    assert quantified(new, told) == ""


WORDS = st.lists(
    st.sampled_from(
        [
            "the",
            "town",
            "was",
            "taken",
            "lost",
            "opened",
            "closed",
            "not",
            "all",
            "most",
            "some",
            "no",
            "кто",
            "не",
            "взят",
            "всех",
            "没有",
            "所有",
            "关闭",
            "开放",
            "لم",
            "فتح",
            "اغلق",
            "جميع",
        ]
    ),
    max_size=7,
).map(" ".join)


@given(WORDS, WORDS)
def test_opposition_is_mutual_and_nothing_opposes_itself(one: str, other: str) -> None:
    """Whether two sentences are opposed does not depend on their order; a sentence never differs from itself."""
    assert bool(opposed(one, other)) == bool(opposed(other, one))
    assert bool(quantified(one, other)) == bool(quantified(other, one))
    assert opposed(one, one) == quantified(one, one) == ""


def test_a_negation_of_something_else_is_no_opposite() -> None:
    """A "not" counts only beside a word that both sentences hold: one that belongs to other words turns nothing round."""
    told = "The convoy reached Ariha on Monday with flour and blankets for the camp."
    assert opposed("The convoy, which was not insured, reached Ariha on Monday with flour for the camp.", told) == ""
    assert opposed("The convoy has not reached Ariha on Monday with flour and blankets for the camp.", told) != ""


@pytest.mark.parametrize(
    ("told", "new", "expected"),
    [
        pytest.param("Turkish troops shelled Nairab.", "Russian troops shelled Nairab.", True, id="another people"),
        pytest.param("The Turkish army shelled Syrian posts.", "The Syrian army shelled Turkish posts.", True, id="roles swapped"),
        pytest.param("Anti-Omar forces take the port.", "Forces loyal to Omar took the port.", True, id="against, for"),
        pytest.param("Malta recognises the council.", "Ghana recognised the council.", True, id="countries"),
        pytest.param("Jets bombed Nairab.", "Warplanes bombed Nairab.", False, id="other words for the same"),
        pytest.param("Turkish troops shelled Nairab.", "The army of Turkey shelled Nairab.", False, id="people and country"),
        pytest.param("Turkish troops shelled Nairab.", "Nairab was shelled by Russian troops.", False, id="a passive is not read"),
        pytest.param("Turkish troops shelled Nairab.", "Russian troops recognised Nairab.", False, id="another deed"),
    ],
)
def test_agents_of_one_deed_differ_by_names_or_whom_they_back(told: str, new: str, expected: bool) -> None:
    """Who acts is another one if no name is shared, or one backs whom the other fights."""
    assert bool(other_agent(new, told)) is expected
    assert bool(other_agent(told, new)) is expected
