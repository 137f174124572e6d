"""Credits: copies share their origin, so the agency behind a text must be found, and nobody else taken for one."""

import pytest

from tidings.stages._credits import find_origin, is_correction

STORY = "The harbour reopened on Sunday."


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        pytest.param(f"BAYTOWN, Feb 9 (Reuters) - {STORY}", "Reuters", id="dateline"),
        pytest.param(f"Baytown (AFP) – {STORY}", "AFP", id="dateline, long dash"),
        pytest.param(f"(AA) {STORY}", "Anadolu", id="no place"),
        pytest.param(f"İSTANBUL (DHA) - {STORY}", "DHA", id="Turkish dateline"),
        pytest.param(f"BAYTOWN (Northwire) — {STORY}", "Northwire", id="an agency we do not know"),
        pytest.param(f"BAYTOWN, Feb. 9 (Xinhua) -- {STORY}", "Xinhua", id="two dashes"),
        pytest.param("新华社北京2月9日电 港口重新开放。", "Xinhua", id="Chinese dateline"),
        pytest.param("دمشق-سانا أعيد فتح الميناء.", "SANA", id="Arabic dateline"),
        pytest.param("ДАМАСК, 9 фев — РИА Новости. Порт открыт.", "RIA Novosti", id="Russian dateline"),
        pytest.param("ДАМАСК, 9 февраля. /ТАСС/. Порт открыт.", "TASS", id="between slashes"),
        pytest.param(f"{STORY}\n\n(Reporting by A. Writer; Editing by B. Reader)", "Reuters", id="Reuters' last line"),
        pytest.param(
            f"{STORY} (Reporting by A. Writer in Baytown and C. Third; Editing by B. Reader)",
            "Reuters",
            id="Reuters' credit in the last sentence",
        ),
        pytest.param(f"{STORY}\n\nSource: Xinhua", "Xinhua", id="source line"),
        pytest.param(f"{STORY}\n\nSource: Northwire News Agency", "Northwire News Agency", id="source line, unknown"),
        pytest.param(f"{STORY}\n\nKaynak: AA", "Anadolu", id="Turkish source line"),
        pytest.param(f"{STORY}\n\nالمصدر: رويترز", "Reuters", id="Arabic source line"),
        pytest.param("港口重新开放。\n\n来源：新华社", "Xinhua", id="Chinese source line"),
        pytest.param(f"Source: Northwire\n\n{STORY}", "Northwire", id="source line on top"),
        pytest.param(f"{STORY}\n\n(Northwire)", "Northwire", id="last line in parentheses"),
        pytest.param(f"{STORY}\n\nAFP/Reuters", "AFP", id="two agencies: the first"),
        pytest.param(f"{STORY} — AFP", "AFP", id="behind a dash"),
        pytest.param(f"{STORY}\n\n— Northwire", "Northwire", id="behind a dash, unknown"),
        pytest.param("Paris, 9 févr. (AFP) - Le port a rouvert.", "AFP", id="French dateline, month cut short"),
        pytest.param("Le port a rouvert.\n\nSource : AFP", "AFP", id="French source line"),
        pytest.param("Le port a rouvert.\n\n(Avec Reuters et AFP)", "Reuters", id="French, with agencies"),
        pytest.param("Le port a rouvert.\n\nAvec l’AFP", "AFP", id="French, with an article"),
        pytest.param(f"{STORY} (AFP)", "AFP", id="last words"),
        pytest.param(f"{STORY}\n\nWith files from The Associated Press", "AP", id="with files from"),
        pytest.param(f"By Reuters\n\n{STORY}", "Reuters", id="byline in the text"),
        pytest.param(f"AP — {STORY}", "AP", id="the agency and a dash"),
        pytest.param("الأناضول - أعيد فتح الميناء.", "Anadolu", id="Arabic, the agency and a dash"),
        pytest.param("إسطنبول / الأناضول\n\nأعيد فتح الميناء.", "Anadolu", id="Arabic, place and agency on a line"),
        pytest.param("МОСКВА, 9 февраля (Рейтер) - Порт открыт.", "Reuters", id="Russian dateline in parentheses"),
        pytest.param("Порт открыт.\n\nИсточник: ТАСС", "TASS", id="Russian source line"),
        pytest.param("Порт открыт.\n\nПо материалам РИА Новости", "RIA Novosti", id="Russian, after the material of"),
        pytest.param("（法新社巴黎9日电）港口重新开放。", "AFP", id="Chinese dateline in parentheses"),
        pytest.param("港口重新开放。（新华社）", "Xinhua", id="Chinese last words"),
    ],
)
def test_the_credited_agency_is_the_origin(text: str, origin: str) -> None:
    """Wherever agencies are credited, the origin is the agency by its one name."""
    assert find_origin(text, (), "Baytown Post") == origin


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(STORY, id="no credit"),
        pytest.param("", id="no text"),
        pytest.param("The World Health Organization (WHO) - a body of the UN - met.", id="an abbreviation explained"),
        pytest.param("World Health Organization (WHO) - which met on Sunday - agreed.", id="an abbreviation explained, at the start"),
        pytest.param("In a town (Idlib) - as it was called - people met.", id="an aside"),
        pytest.param("He said (laughing) - that it was over.", id="an aside in lower case"),
        pytest.param(f"{STORY} “We are glad.” — John Smith", id="a quotation's author"),
        pytest.param(f"{STORY}\n\n(2020)", id="a year at the end"),
        pytest.param("MENA - the Middle East and North Africa - grows.", id="initials of something else"),
        pytest.param(f"{STORY}\n\nWith hope.", id="with something else"),
        pytest.param(f"By the sea / AP style guides apply here.\n\n{STORY}", id="a slash in a sentence"),
        pytest.param(f"{STORY}\n\nHe told Reuters that the cranes stood still.", id="an agency spoken to"),
        pytest.param(f"{STORY}\n\nSource: the port authority said so.", id="a source that is a sentence"),
    ],
)
def test_others_are_no_origin(text: str) -> None:
    """Without a credit the publisher is the origin."""
    assert find_origin(text, (), "Baytown Post") == "Baytown Post"


def test_a_byline_counts_when_it_is_an_agency() -> None:
    """Of the authors only a known agency is an origin."""
    assert find_origin(STORY, ("A. Writer", "Reuters"), "Baytown Post") == "Reuters"
    assert find_origin(STORY, ("A. Writer",), "Baytown Post") == "Baytown Post"


def test_a_copyright_line_counts_though_cleaning_removes_it() -> None:
    """A known agency's copyright is a credit; the publisher's own, or anyone else's, is none."""
    assert find_origin(STORY, (), "Baytown Post", uncleaned=f"{STORY}\n© 2020 The Associated Press. All rights reserved.") == "AP"
    assert find_origin(STORY, (), "Baytown Post", uncleaned=f"{STORY}\n© 2020 Harbour Books") == "Baytown Post"


def test_a_publisher_that_credits_itself_stays_itself() -> None:
    """A credit that is the publisher's own name in another form makes no second origin."""
    assert find_origin(f"{STORY}\n\nSource: Baytown Post News", (), "Baytown Post") == "Baytown Post"


@pytest.mark.parametrize(
    "title",
    [
        "Correction: 12 ships, not 21",
        "CORRECTED-Harbour reopens",
        "[Correction] Harbour",
        "Düzeltme: Liman",
        "تصحيح: الميناء",
        "更正：港口",
        "Исправление: порт",
        "Rectificatif : le port",
        "(Corrects number of ships)",
    ],
)
def test_a_correction_says_so_first(title: str) -> None:
    """The word stands at the start of the title or of the text."""
    assert is_correction(title, STORY)
    assert is_correction("Harbour", f"{title}\n\n{STORY}")


@pytest.mark.parametrize("title", ["Harbour reopens", "Market correction deepens", "Correctional officers strike", ""])
def test_other_titles_are_no_corrections(title: str) -> None:
    """The word elsewhere, or a longer one, is no correction."""
    assert not is_correction(title, STORY)
