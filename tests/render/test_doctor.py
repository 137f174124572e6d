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
