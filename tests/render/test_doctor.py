"""What `tidings doctor` shows: one line each, and nothing from outside that a terminal would obey."""

import pytest

from tidings.render.doctor import configuration_lines, finding_lines


def finding(state="ok", **more):
    return {"state": state, "what": "feed", "subject": "", "found": "fine", "to_do": "", **more}


def test_each_finding_is_one_line_and_the_counts_come_last():
    """State, what, which, what was found and what to do stand on one line; the last line counts the states."""
    found = [finding(), finding("warning", subject="Harbour", to_do="look"), finding("fault", found="gone", to_do="go\nthere")]
    assert list(finding_lines(found)) == [
        "ok       feed: fine",
        "warning  feed Harbour: fine. To do: look",
        "fault    feed: gone. To do: go there",
        "1 ok, 1 warnings, 1 faults",
    ]


def test_many_that_are_fine_are_one_line():
    """Of six feeds and sites or more those that are fine are counted where the first of them stood; all others keep their line."""
    sites = [finding(what="robots", subject=f"s{n}") for n in range(6)]
    feeds = [finding(subject=f"f{n}") for n in range(7)]
    feeds[2] = finding("fault", subject="f2", found="gone", to_do="go")
    assert list(finding_lines([finding(what="disk"), *feeds, *sites])) == [
        "ok       disk: fine",
        "ok       feed: 6 feeds fine (--verbose names them)",
        "fault    feed f2: gone. To do: go",
        "ok       robots: 6 sites let us read their articles (--verbose names them)",
        "13 ok, 0 warnings, 1 faults",
    ]
    assert len(list(finding_lines([*feeds, *sites], whole=True))) == 14
    assert len(list(finding_lines(sites[:5]))) == 6


def test_a_terminal_is_not_overrun():
    """Lines are broken between words within the width; an address stays whole, and no word is lost."""
    long = finding("fault", found="words " * 40 + "https://x.example/" + "y" * 90, to_do="look " * 20)
    lines = list(finding_lines([long], width=80))
    assert all(len(line) <= 80 or line.strip().startswith("https://") for line in lines)
    assert all(line.startswith(" " * 9) for line in lines[1:-1])
    assert " ".join(" ".join(lines[:-1]).split()) == " ".join(next(finding_lines([long])).split())


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\x1b]0;title\x07", "\u202e", "a\r\nok       mail: fine", "\x9b31m", "\ud800"])
@pytest.mark.parametrize("part", ["subject", "found", "to_do"])
def test_words_from_outside_are_only_words(hostile, part):
    """Escape sequences, line breaks and characters that steer direction do not reach the terminal."""
    [line, _] = finding_lines([finding("fault", **{part: f"before {hostile} after"})])
    assert line.isprintable()
    assert line.startswith("fault ")
    assert "before" in line
    assert "after" in line


def test_the_configuration_is_one_key_a_line():
    """Tables are written as dotted keys, lists of tables are numbered, what is empty says so; long lists are counted unless all is wanted."""
    hidden = {
        "data": "/x",
        "store": {"wait_s": 30.0},
        "network": {"robots": True, "allow_private": []},
        "email": None,
        "feeds": [{"url": "u\x1b"}],
    }
    start = ["  data = /x", "  store.wait_s = 30.0", "  network.robots = true", "  network.allow_private = (none)", "  email = (none)"]
    assert list(configuration_lines(hidden, whole=False)) == [*start, "  feeds: 1"]
    assert list(configuration_lines(hidden, whole=True)) == [*start, "  feeds[1].url = u"]
