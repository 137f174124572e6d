"""Prove that figures of other languages have value, qualifier, measure, noun and speaker, and are compared with English ones."""

from datetime import date

import pytest

from tidings.stages.figures import differs, read_figures, same_quantity

MONDAY = date(2021, 3, 15)


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        pytest.param("tr", "Selde on iki kişi öldü, yirmiden fazla ev yıkıldı.", [(12, "exact", "killed", "kişi")], id="Turkish words"),
        pytest.param(
            "tr",
            "Bu yıl hayatını kaybeden madencilerin sayısı 14'e yükseldi.",
            [(14, "exact", "killed", "")],
            id="Turkish lives lost",
        ),
        pytest.param("tr", "Selde kaybolan madencilerin sayısı 14 oldu.", [(14, "exact", "missing", "")], id="Turkish missing"),
        pytest.param("tr", "Kazada 30'dan fazla kişi öldü.", [(30, "more_than", "killed", "kişi")], id="Turkish more than"),
        pytest.param("tr", "Binlerce kişi evinden kaçtı.", [(None, "vague", "displaced", "kişi")], id="Turkish vague"),
        pytest.param("tr", "On binlerce kişi evinden kaçtı.", [(None, "vague", "displaced", "kişi")], id="Turkish tens of thousands"),
        pytest.param("ar", "بلغت الخسائر ملياري دولار", [(2e9, "exact", "money", "")], id="Arabic dual money"),
        pytest.param("tr", "Şirket 3,5 milyon dolar ödedi.", [(3.5e6, "exact", "money", "")], id="Turkish money"),
        pytest.param("tr", "Oyların yüzde 48'ini aldı.", [(48, "exact", "percent", "")], id="Turkish per cent"),
        pytest.param("ru", "Не менее двадцати пяти человек ранены.", [(25, "at_least", "injured", "человек")], id="Russian words"),
        pytest.param("ru", "Десятки домов затоплены.", [(None, "vague", "affected", "домов")], id="Russian vague"),
        pytest.param("ru", "Ущерб составил 4 млн рублей.", [(4e6, "exact", "money", "")], id="Russian money"),
        pytest.param("ru", "Задержаны от 13 до 15 человек.", [((13, 15), "exact", "detained", "человек")], id="Russian range"),
        pytest.param(
            "zh",
            "爆炸造成至少十二人死亡，三十多人受伤。",
            [(12, "at_least", "killed", "人"), (30, "more_than", "injured", "人")],
            id="Chinese words",
        ),
        pytest.param("zh", "数百名学生被疏散。", [(None, "vague", "displaced", "学生")], id="Chinese vague"),
        pytest.param("zh", "警方逮捕了3至5名男子。", [((3, 5), "exact", "detained", "男子")], id="Chinese range"),
        pytest.param("ar", "مقتل ما لا يقل عن خمسة عشر مدنيا", [(15, "at_least", "killed", "مدنيا")], id="Arabic words"),
        pytest.param("ar", "سقط قتيلان في الانفجار", [(2, "exact", "killed", "قتيلان")], id="Arabic dual"),
        pytest.param("ar", "نزوح عشرات الآلاف من السكان", [(None, "vague", "displaced", "السكان")], id="Arabic vague"),
        pytest.param(
            "fr", "Au moins quatre-vingt-dix personnes ont été tuées.", [(90, "at_least", "killed", "personnes")], id="French words"
        ),
        pytest.param("fr", "Le pont coûtera 5 millions d'euros.", [(5e6, "exact", "money", "")], id="French money"),
        pytest.param(
            "fr", "Des dizaines de milliers de personnes ont fui.", [(None, "vague", "displaced", "personnes")], id="French vague"
        ),
    ],
)
def test_reads_each_language(language: str, sentence: str, expected: list[tuple[object, str, str, str]]) -> None:
    """Value or range, qualifier, measure and noun are read from words and digits."""
    read = [
        ((one.value_low, one.value_high) if one.value_low != one.value_high else one.value_low, one.qualifier, one.measure, one.of)
        for one in read_figures(sentence, language, MONDAY)
    ]
    assert read[: len(expected)] == expected


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("tr", "Yetmiş iki saatlik ateşkes 2019 yılında sona erdi."),
        ("ru", "В 2019 году его приговорили к шести годам."),
        ("zh", "他2019年被判六年。"),
        ("ar", "حكم عليه بالسجن ست سنوات عام 2019"),
        ("fr", "Condamné en 2019 à six ans de prison."),
    ],
)
def test_spans_and_years_are_no_figures(language: str, sentence: str) -> None:
    """Durations, prison terms and years are left out in every language."""
    assert read_figures(sentence, language, MONDAY) == ()


@pytest.mark.parametrize(
    ("language", "sentence", "speaker"),
    [
        ("fr", "Selon le ministère, 9 personnes sont mortes.", "le ministère"),
        ("ru", "По данным полиции, погибли 9 человек.", "полиции"),
        ("ar", "بحسب الشرطة، قتل 9 أشخاص", "الشرطة"),
        ("tr", "Valiliğe göre 9 kişi öldü.", "Valiliğ"),
        ("zh", "据警方通报，9人死亡。", "警方"),
    ],
)
def test_speakers(language: str, sentence: str, speaker: str) -> None:
    """Who gives the figure is named by exact words of the sentence."""
    (figure,) = read_figures(sentence, language, MONDAY)
    assert figure.said_by == speaker


@pytest.mark.parametrize(
    ("language", "sentence", "comparable", "changed"),
    [
        pytest.param("tr", "Saldırıda 44 kişi öldü.", True, True, id="Turkish toll"),
        pytest.param("ru", "Погибли 44 человека.", True, True, id="Russian toll"),
        pytest.param("ar", "مقتل 44 شخصا", True, True, id="Arabic toll"),
        pytest.param("zh", "袭击造成四十一人死亡。", True, False, id="Chinese toll, the same"),
        pytest.param("fr", "L'attaque a fait 44 morts.", True, True, id="French toll"),
        pytest.param("tr", "Saldırıda 44 kişi yaralandı.", False, True, id="other measure"),
        pytest.param("ru", "Погибли 44 ребёнка.", False, True, id="children are not all"),
    ],
)
def test_compares_across_languages(language: str, sentence: str, comparable: bool, changed: bool) -> None:
    """A toll told in English can be compared with the toll of the same in another language."""
    (told,) = read_figures("The attack killed 41 people.")
    (figure,) = read_figures(sentence, language)
    assert (same_quantity(told, figure), differs(told, figure)) == (comparable, changed)
