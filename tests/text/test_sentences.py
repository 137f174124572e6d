"""Prove that sentences are spans of the exact words, in order, and never endless."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.sentences import SENTENCE_CHARS_MAX, SENTENCES_MAX, is_furniture, latin_length, sentences

TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("Ab ab.?! \n\n«»\"'()؟،。！…😀é 1")), max_size=200
) | st.lists(
    st.sampled_from(
        [
            "The road opened.",
            "Dr. A. B. Hamdi spoke!",
            "عاد الهدوء.",
            "道路重新开放。",
            "Yol açıldı.",
            "😀",
            "\n",
            "\n\n",
            " ",
            "x" * 700,
            "a " * 900,
        ]
    ),
    max_size=8,
).map("".join)
LANGUAGES = st.sampled_from(["en", "ar", "tr", "zh", "ru", "fr", "de", "xx", ""])


def cut(text: str, language: str = "en") -> list[str]:
    """Return the sentences as words."""
    return [text[span.start : span.end] for span in sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        pytest.param("en", ["Mr. Hamdi spoke at 3 p.m. on Friday.", "Nobody answered him."], id="English abbreviations"),
        pytest.param("en", ["The U.N. envoy left Tripoli.", "He said: “We will return.”"], id="English initials and quotes"),
        pytest.param("en", ["It cost 3.5 million dollars.", "No. 10 refused to pay!"], id="English decimals"),
        pytest.param("ar", ["عاد السكان إلى القرية.", "هل فتح الطريق؟", "لا أحد يعلم."], id="Arabic question mark"),
        pytest.param("tr", ["Dr. Yılmaz İdlib'e gitti.", "Yol 15.30'da açıldı."], id="Turkish abbreviation and time"),
        pytest.param("zh", ["道路周一重新开放。", "官员说：“没有人受伤！”", "居民回家了吗？"], id="Chinese stops"),
        pytest.param("ru", ["Дорога открыта с 1 марта 2020 г. по решению совета.", "Жители вернулись."], id="Russian year"),
        pytest.param("fr", ["La route est-elle ouverte ?", "Oui, depuis lundi."], id="French space before the mark"),
        pytest.param("fr", ["M. Salamé est parti.", "Mme Dupont et M. Hamdi l’ont suivi.", "MM. X et Y aussi."], id="French titles"),
    ],
)
def test_sentences_end_where_readers_end_them(language: str, expected: list[str]) -> None:
    """Stops inside abbreviations, initials, times and numbers end no sentence."""
    joiner = "" if language == "zh" else " "
    assert cut(joiner.join(expected), language) == expected


def test_paragraphs_are_counted_and_never_bridged() -> None:
    """A line end ends a sentence, and sentences know their paragraph."""
    spans = sentences("A first line without a stop\nThe second. And more.\n\n\nThe last.")
    assert [span.paragraph for span in spans] == [0, 1, 1, 2]


@given(TEXTS, LANGUAGES)
def test_spans_are_exact_trimmed_ordered_and_limited(text: str, language: str) -> None:
    """Spans lie inside the text, do not overlap, hold no outer white space and never exceed the limit."""
    spans = sentences(text, language)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(before.end <= after.start and before.paragraph <= after.paragraph for before, after in pairwise(spans))
    for span in spans:
        words = text[span.start : span.end]
        assert words == words.strip()
        assert len(words) <= SENTENCE_CHARS_MAX


@given(TEXTS, LANGUAGES)
def test_no_letter_is_lost(text: str, language: str) -> None:
    """Everything but white space is in some sentence."""
    assert "".join("".join(cut(text, language)).split()) == "".join(text.split())


def test_an_endless_sentence_is_cut_at_a_space() -> None:
    """A text without stops becomes pieces that end between words."""
    pieces = cut("word " * 1_000)
    assert len(pieces) > 3
    assert all(len(piece) <= SENTENCE_CHARS_MAX and set(piece.split()) == {"word"} for piece in pieces)


def test_the_number_of_sentences_is_limited() -> None:
    """A page of ten thousand sentences gives the first five thousand."""
    assert len(sentences("Yes.\n" * (SENTENCES_MAX + 10))) == SENTENCES_MAX


def test_a_script_that_says_more_with_less_counts_for_more() -> None:
    """Ten Chinese characters are worth a sentence of 25 Latin letters, and Arabic lies between."""
    assert latin_length("a" * 10) == 10
    assert latin_length("ا" * 10) == 12.5
    assert latin_length("新" * 10) == 25


@pytest.mark.parametrize(
    "line",
    [
        "Read more on the harbour.",
        "READ MORE: the harbour",
        "See also: the harbour.",
        "More from the harbour.",
        "Photo: the harbour.",
        "Reporting from the harbour.",
        "Additional reporting by Ann Lee in the harbour; editing by Bo Dean.",
        "(Editing by Ann Lee)",
        "Watch: ships leave the harbour.",
        "Related: the harbour",
        "Lire aussi : le port",
        "Voir aussi le port.",
        "Fotoğraf: liman.",
        "Читайте также: порт",
        "اقرأ أيضا: الميناء",
        "للمزيد عن الميناء",
        "图片来源：港口",
        "相关新闻：港口",
    ],
)
def test_pointers_and_credits_are_furniture(line: str) -> None:
    """What begins like a pointer, a credit or a labelled caption is no sentence."""
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Reporting from the harbour has been forbidden since Monday.",
        "Readers wrote to the mayor.",
        "More than nine ships left.",
        "Watch towers were burned.",
        "Photographs show the harbour burning.",
        "For all its wounds the town stands.",
        "Images of the harbour were shown: ships, and smoke.",
        "图书馆开放。",
        "Read more on the harbour. " * 6,
    ],
)
def test_sentences_are_no_furniture(line: str) -> None:
    """What only shares a first word with furniture, or is long, is a sentence."""
    assert not is_furniture(line)
