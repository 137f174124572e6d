"""Languages: by script where that is enough, by the classifier elsewhere, by the feed's word for short texts."""

import pytest

from tidings.stages.language import identify

SENTENCES = {
    "en": "The harbour reopened on Sunday after a week of storms, and the first ships sailed before noon.",
    "tr": "Liman, bir hafta süren fırtınaların ardından pazar günü yeniden açıldı ve ilk gemiler öğleden önce yola çıktı.",
    "fr": "Le port a rouvert dimanche après une semaine de tempêtes, et les premiers navires sont partis avant midi.",
    "de": "Der Hafen wurde am Sonntag nach einer Woche voller Stürme wieder geöffnet, und die ersten Schiffe liefen aus.",
    "es": "El puerto reabrió el domingo tras una semana de tormentas, y los primeros barcos zarparon antes del mediodía.",
    "ru": "Порт вновь открылся в воскресенье после недели штормов, и первые суда вышли в море до полудня.",
    "uk": "Порт знову відкрився в неділю після тижня штормів, і перші судна вийшли в море ще до полудня.",
    "ar": "أعيد فتح الميناء يوم الأحد بعد أسبوع من العواصف وأبحرت السفن الأولى قبل الظهر",
    "fa": "بندر روز یکشنبه پس از یک هفته توفان دوباره باز شد و نخستین کشتی‌ها پیش از ظهر حرکت کردند",
    "ug": "پورت يەكشەنبە كۈنى بىر ھەپتىلىك بوراندىن كېيىن قايتا ئېچىلدى ۋە تۇنجى كېمىلەر چۈشتىن بۇرۇن يولغا چىقتى",
    "zh": "在经历了一周的风暴之后，港口于周日重新开放，首批船只在中午前起航。",
    "ja": "港は一週間の嵐の後、日曜日に再開し、最初の船は正午前に出航した。",
    "ko": "일주일간의 폭풍 끝에 항구가 일요일에 다시 문을 열었고 첫 배들이 정오 전에 출항했다.",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_tells_its_language(language: str) -> None:
    """One sentence is enough, whatever the feed claims."""
    assert identify(SENTENCES[language], hint="xx" if len(SENTENCES[language]) >= 70 else "") == language


@pytest.mark.parametrize(
    ("text", "hint", "expected"),
    [
        pytest.param("Idlib", "tr-TR", "tr", id="a name: the feed's word"),
        pytest.param("إدلب", "fa", "fa", id="a name in Arabic script: the feed's word"),
        pytest.param("伊德利卜", "en", "zh", id="Han needs no hint"),
        pytest.param("", "en_GB", "en", id="nothing but the hint"),
        pytest.param("12:30", "", "", id="no letters, no hint"),
        pytest.param("12:30", "not a tag!", "", id="no letters, a senseless hint"),
        pytest.param(SENTENCES["zh"] + " COVID WHO", "", "zh", id="Han with Latin names"),
        pytest.param(SENTENCES["ar"] + " (UN)", "en", "ar", id="Arabic with a Latin name"),
    ],
)
def test_short_and_mixed_texts(text: str, hint: str, expected: str) -> None:
    """A hint decides for short texts only, and never against Han."""
    assert identify(text, hint) == expected
