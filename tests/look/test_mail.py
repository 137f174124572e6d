"""A mail of a quiet day, a normal day and a flood, on a phone, a tablet and a wide screen, light and dark."""

import pytest

pytestmark = pytest.mark.slow
WIDTHS = (360, 768, 1200)
PROGRAMS = ("gmail.*", "outlook.*", "apple-mail.*", "yahoo.*", "samsung-email.*", "protonmail.*")
# What some programs do not know, and why a mail is none the worse for it there.
ACCEPTED = {
    "color-scheme CSS property": "a hint: without it the program chooses colours itself",
    "color-scheme meta tag": "likewise",
    "@media": "without it the page is light, and as wide as the screen all the same",
    "<style> element": "all rules but those of @media stand in the elements",
    "<body> element": "the colours stand in the div inside, too",
    "overflow-wrap": "only a word longer than the screen is wider than it",
    "word-break": "likewise",
    "display:none": "the line for the list of mails is shown on top, one pixel high",
    "max-height property": "likewise",
    "overflow": "likewise",
    "border-radius": "corners are square",
    "list-style": "lists have bullets",
    "text-decoration": "links have their colour",
    "aria-hidden attribute": "the line for the list of mails is read out, too",
    "role attribute": "tables without it are read as layout all the same: they have no heads",
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_fits_and_asks_nobody(tab, mail, width, dark):
    """Nothing is wider than the screen, and nothing is asked for but the file itself."""
    tab.open(mail, width, dark=dark)
    assert tab.run("document.documentElement.scrollWidth") <= width
    assert [url for url in tab.asked if url != mail.as_uri()] == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_accessible(tab, mail, violations, width, dark):
    """axe-core finds nothing: contrast, headings, languages, landmarks, links, tables."""
    tab.open(mail, width, dark=dark)
    assert violations(tab) == {}


def test_dark_is_dark(tab, mail):
    """On a dark screen the page is dark and its text light."""
    tab.open(mail, 768, dark=True)
    colours = tab.run(
        "[document.body, document.querySelector('h1')].map(one => getComputedStyle(one)).map((style, n) => n ? style.color : style.backgroundColor)"
    )
    assert [sum(map(int, colour[4:-1].split(","))) > 380 for colour in colours] == [False, True]


def test_programs_know_what_is_in_it(mail, unsupported):
    """The mail linter finds nothing that big mail programs do not know but what is listed with a reason."""
    found = unsupported(mail, *PROGRAMS)
    assert {name: programs for name, programs in found.items() if name not in ACCEPTED} == {}


def test_right_to_left(tab, mail):
    """Arabic words stand at the right and run from there, also where a program knows neither <bdi> nor dir="auto"."""
    assert "bdi" not in mail.read_text(encoding="utf-8")
    tab.open(mail, 360)
    styles = tab.run(
        "[...document.querySelectorAll('blockquote[lang=ar]')].map(one => getComputedStyle(one)).map(style => [style.direction, style.textAlign])"
    )
    assert all(style == ["rtl", "right"] for style in styles)
    assert styles or "quiet" in mail.name


def test_below_90_kb(mail):
    """A mail is not cut by Gmail, however much is new."""
    assert len(mail.read_bytes()) < 90_000


def test_the_tools_find_what_is_wrong(tab, tmp_path, violations, unsupported):
    """Positive control: a page with pale text, a picture without words and a grid is found out by both tools."""
    page = tmp_path / "bad.html"
    page.write_text("<body><p style='color:#ddd;background:#fff;display:grid'>pale</p><img src='data:,'></body>", encoding="utf-8")
    tab.open(page, 768)
    assert {"color-contrast", "image-alt", "html-has-lang"} <= set(violations(tab))
    assert "display:grid" in unsupported(page, "gmail.*", "outlook.*")
