"""Cleaning: what pages print around a text goes, every sentence of it stays."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.clean import clean_paragraphs, word_count

SEEDS = Path(__file__).parents[2] / "config" / "seeds"


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "advertisement advertisement",
        "Contact Us",
        "Contact Us date 2020-02-06 advertisement",
        "Share this article",
        "Share on Facebook | Tweet | Print",
        "Read more",
        "12 Comments",
        "Sign up for our weekly newsletter",
        "Subscribe to our channel for more news",
        "Follow us on Twitter and Telegram",
        "© 2020 Baytown Post. All rights reserved.",
        "Reklam",
        "Bültenimize abone olun",
        "إعلان",
        "تابعونا على تويتر",
        "广告",
        "订阅我们的频道",
        "Реклама",
        "Подпишитесь на наш канал",
        "Publicité",
        "* * *",
    ],
)
def test_debris_lines_go(line: str) -> None:
    """A line that only a page prints is dropped between paragraphs."""
    assert clean_paragraphs(f"Ships sailed.\n{line}\nCrews rested.") == "Ships sailed.\n\nCrews rested."


@pytest.mark.parametrize(
    "line",
    [
        "The advertisement said that the ferry sails at noon.",
        "Contact us, the captain shouted, if you see the boat.",
        "12 killed in a storm.",
        "2020",
        "Share prices of the port fell by a tenth.",
        "Print workers struck on Monday.",
        "More than forty people died.",
        "Save the Children sent two ships.",
        "Loading cranes collapsed in the wind.",
        "“We will come back.”",
        "Facebook said on Monday that it had removed the accounts.",
    ],
)
def test_sentences_stay(line: str) -> None:
    """A sentence that only begins like debris is kept."""
    assert line in clean_paragraphs(f"Ships sailed.\n{line}\nCrews rested.").split("\n\n")


def test_paragraphs_are_separated_by_one_blank_line() -> None:
    """Line ends of any kind and number part paragraphs; spaces inside collapse."""
    assert clean_paragraphs(" One \t two.\r\n\r\n\r\nThree.\n \nFour.\u2028Five. ") == "One two.\n\nThree.\n\nFour.\n\nFive."


def test_a_title_repeated_as_first_paragraph_goes() -> None:
    """The headline is no sentence of the text; alone it stays."""
    assert clean_paragraphs("Harbour Reopens!\nShips sailed.", "Harbour reopens") == "Ships sailed."
    assert clean_paragraphs("Harbour reopens", "Harbour reopens") == "Harbour reopens"


def test_the_seeds_lose_their_debris_and_nothing_else() -> None:
    """The seed with debris begins with its first sentence; no line of either seed that is a sentence is lost."""
    for path in SEEDS.glob("*.txt"):
        text = path.read_text("utf-8")
        cleaned = clean_paragraphs(text)
        sentences = [" ".join(line.split()) for line in text.splitlines() if line.strip().endswith((".", ")", '"', "”"))]
        assert sentences
        assert all(sentence in cleaned for sentence in sentences)
        assert not any(line.strip().lower() in ("advertisement", "contact us") for line in cleaned.splitlines())
        assert not cleaned.startswith("Contact Us")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """Cleaned text is clean, and has no blank paragraphs."""
    once = clean_paragraphs(text)
    assert clean_paragraphs(once) == once
    assert "\n\n\n" not in once


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("Ships sail at noon.", 4), ("1,800 ships", 2), ("港口重新开放", 3), ("Порт открыт", 2), ("الميناء مفتوح", 2), ("...", 0)],
)
def test_word_count(text: str, count: int) -> None:
    """Two characters of a script without spaces count as a word."""
    assert word_count(text) == count
