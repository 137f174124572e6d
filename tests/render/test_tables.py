"""Tables on a terminal: lines that fit, words that are all there, scripts of every direction and width."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside_strings import ALL
from rich.cells import cell_len

from tidings.render.columns import END, LEFT, RIGHT
from tidings.render.escape import plain
from tidings.render.tables import table_lines

LONG = "Forty people died when shells hit the market on Tuesday, among them nine children, the Civil Defence said."


def shown(text: str) -> str:
    """Return a text without spaces and isolates: what must be there however lines are broken."""
    return "".join(char for char in text if char not in {LEFT, RIGHT, END} and not char.isspace())


@given(st.lists(st.lists(st.sampled_from(ALL), min_size=2, max_size=2), min_size=1, max_size=3), st.sampled_from([40, 80, 120, 200]))
def test_nothing_is_cut_at_any_width(rows, width) -> None:
    """Every cell is there whole, in lines no wider than the terminal (but for what no line can break)."""
    lines = list(table_lines(["one", "two"], rows, width))
    for row in rows:
        for cell in row:
            left = iter(shown("".join(lines)))
            assert all(char in left for char in shown(plain(cell, 10_000)))
    assert all(cell_len(line) <= width for line in lines if line.isascii())


def test_long_texts_take_several_lines_in_their_column() -> None:
    """A column too wide for the terminal is broken at words, beside columns that keep their width; high rows are set apart."""
    lines = list(table_lines(["n", "text"], [[1, f"{LONG} {LONG}"], [22, "short"]], 60))
    assert lines == [
        " n  text",
        "--  --------------------------------------------------------",
        " 1  Forty people died when shells hit the market on Tuesday,",
        "    among them nine children, the Civil Defence said. Forty",
        "    people died when shells hit the market on Tuesday, among",
        "    them nine children, the Civil Defence said.",
        "",
        "22  short",
    ]


def test_too_many_columns_become_records() -> None:
    """Where columns would be too narrow, each row is a block: a name and its value a line."""
    lines = list(table_lines([f"column {n}" for n in range(12)], [[LONG] * 12], 80))
    assert lines[0] == "-- 1 --"
    assert lines[1].startswith("column 0   Forty people died")
    assert lines[2].startswith("           ")
    assert max(map(len, lines)) <= 80


def test_an_id_is_not_broken() -> None:
    """What is copied from a table is in one piece: ids, times and other words keep their width."""
    uid = "4c779dc4-f933-9786-3b2f-e0ae6aa86833"
    lines = list(table_lines(["id", "at", "text"], [[uid, datetime(2020, 2, 19, 6, tzinfo=UTC), LONG]], 80))
    assert lines[2].startswith(f"{uid}  2020-02-19 06:00  Forty")


@pytest.mark.parametrize(("text", "isolate"), [("وقال جهاز النهر الصناعي في ليبيا إن المسلحين أجبروا الفنيين " * 3, RIGHT)], ids=["Arabic"])
def test_each_line_from_right_to_left_is_isolated(text: str, isolate: str) -> None:
    """Each line of a cell opens and closes its own isolate, so that the columns around it stay where they are."""
    lines = list(table_lines(["text", "n"], [[text, 5]], 60))[2:]
    assert len(lines) > 1
    assert all(line.count(isolate) == line.count(END) == 1 for line in lines)
    assert lines[0].index(END) < lines[0].rindex("5")


def test_wide_characters_take_two_cells() -> None:
    """Chinese breaks between characters, no line begins with a full stop, and what stands right of it lines up."""
    text = "新疆阿克苏纺织企业分批复工，由于司机不足，棉纱货车排队超过三十公里。" * 2
    lines = list(table_lines(["text", "n"], [[text, 5], ["short", 12]], 40))[2:]
    assert {cell_len(line) for line in lines if line and unicodedata.decimal(line[-1], None) is not None} == {40}
    assert not [line for line in lines if line.startswith(("。", "，"))]


def test_only_numbers_stand_to_the_right() -> None:
    """A column of numbers is set to the right, NULL among them too; truth values and columns of NULL are not."""
    lines = list(table_lines(["count", "truth", "none"], [[1, True, None], [None, False, None]]))
    assert lines[2:] == ["    1  true   NULL", " NULL  false  NULL"]


def test_no_rows_still_have_a_head() -> None:
    """An empty answer shows its columns."""
    assert list(table_lines(["a", "b"], [], 80)) == ["a  b", "-  -"]


def test_styles_do_not_move_columns() -> None:
    """Bold and dim are around words; without them the lines are the same."""
    rows = [[None, "x"], ["long text", "y"]]
    styled = [
        line.replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "") for line in table_lines(["a", "b"], rows, 80, styled=True)
    ]
    assert styled == list(table_lines(["a", "b"], rows, 80))
