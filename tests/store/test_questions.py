"""The questions of docs/how-to/query.md: each is answered by the store and by what is published, alike, and none by silence without a reason."""

import re
from pathlib import Path

import pytest

from tidings.demo.show import show_week
from tidings.store.database import open_store
from tidings.store.query import open_snapshot

pytestmark = pytest.mark.slow  # shows the sample week

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "query.md"
QUESTIONS = re.findall(r"^## (\d+)\. ([^\n]+)\n.*?^```sql\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
# Why a question finds nothing in the sample week.
NOTHING = {
    "What has nobody been told of yet?": "the desk of the sample week is told everything",
    "Which feeds need attention?": "the feeds of the sample week are all fine",
}
# What only the published file answers.
PUBLISHED_ONLY = {
    "Who spoke of it, what became of the sentence, and what stands around it?": "the store has no terms to search (decision 0038)"
}


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Show the sample week and return the folder of its store and snapshot."""
    folder = tmp_path_factory.mktemp("week")
    show_week(folder)
    return folder


def test_there_are_twenty() -> None:
    """The page has twenty questions, numbered from one."""
    assert [number for number, _, _ in QUESTIONS] == [str(number) for number in range(1, 21)]


def test_each_question_finds_something_in_the_sample_week(week: Path) -> None:
    """Rows for every question, in the published file; where there are none, there is a reason."""
    with open_snapshot(week) as published:
        empty = {title for _, title, sql in QUESTIONS if not published.execute(sql).fetchall()}
    assert empty == set(NOTHING)


def test_store_and_published_file_answer_alike(week: Path) -> None:
    """Each question gives the same rows from the views of the store as from those of the published file; a search gives none in the store."""
    answers = {}
    with open_snapshot(week) as published:
        for number, _, sql in QUESTIONS:
            answers[number] = sorted(map(str, published.execute(sql).fetchall()))
    with open_store(week, 5) as store:
        for number, title, sql in QUESTIONS:
            wanted = [] if title in PUBLISHED_ONLY else answers[number]
            assert sorted(map(str, store.execute(sql).fetchall())) == wanted, title


@pytest.mark.parametrize(
    "macro",
    ["known_as_of(now())", "told_as_of(NULL, now())", "what_changed(NULL, '2020-01-01')", "timeline(NULL)", "figure_series(NULL, NULL)"],
)
def test_macros_find_all(week: Path, macro: str) -> None:
    """NULL means all: of every development, or figure, there is a row."""
    view = "figure_series" if "figure" in macro else "told" if "told" in macro else "developments"
    with open_snapshot(week) as published:
        [(found, wanted)] = published.execute(f"SELECT (SELECT count(*) FROM {macro}), (SELECT count(*) FROM {view})").fetchall()
    assert found == wanted > 0
