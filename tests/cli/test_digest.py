"""`tidings digest`: a preview leaves no trace, and force makes nothing out of nothing."""

import pytest

from tidings.store.database import open_store, rows

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

FLOOD = "Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said."
LATER = "2020-02-19T08:00:00Z"


def editions(desk) -> int:
    """Count the editions in the store."""
    with open_store(desk.data, 1) as connection:
        return rows(connection, "SELECT count(*) AS n FROM core.editions")[0]["n"]


def forget_editions(desk) -> None:
    """Make a store to whose reader nothing was told."""
    with open_store(desk.data, 1) as connection:
        connection.execute("DELETE FROM core.told; DELETE FROM core.deliveries; DELETE FROM core.editions")


@pytest.mark.parametrize("form", ["terminal", "html", "markdown", "text"])
def test_a_preview_shows_the_words_and_leaves_no_trace(used, form: str) -> None:
    """In each form the development is there in its words; the store has no edition after it, nor anything in the outbox."""
    forget_editions(used)
    answer = used("digest", "--preview", "--format", form, "--now", LATER)
    assert answer.code == 0
    assert FLOOD in " ".join(answer.out.split())
    assert answer.out.startswith("<!DOCTYPE html>") == (form == "html")
    assert editions(used) == 0


def test_a_preview_for_a_script(used) -> None:
    """With --json the whole edition is written."""
    forget_editions(used)
    [edition] = used("digest", "desk", "--preview", "--now", LATER, "--json").json
    assert FLOOD in [each["statement"] for story in edition["stories"] for each in story["developments"]]


@pytest.mark.parametrize("now", ["2020-02-19T06:00:00Z", "2020-02-18T06:00:00Z"])
def test_a_preview_of_the_past_says_so(used, now: str) -> None:
    """At the end of the last edition, and before it, there is nothing to show, and the line is true of both."""
    answer = used("digest", "--preview", "--now", now)
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == f"tidings: nothing to show for desk: the last edition ends at {now[:10]} 06:00 UTC or later\n"


def test_force_without_news_is_refused_in_one_line(used) -> None:
    """Right after an edition, and later with nothing recorded since, --force composes none and says why."""
    for now in ("2020-02-19T06:00:00Z", LATER):
        answer = used("digest", "--force", "--now", now)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.splitlines() == [
            "tidings: nothing was recorded since the last edition, so none was composed (see it with --preview)"
        ]
    assert editions(used) == 1


# name: words that make no sense together
MISUSED = {
    "preview by force": ["--preview", "--force"],
    "a form of what is sent": ["--format", "html"],
    "nobody's": ["nobody", "--preview"],
    "two forms": ["--preview", "--json", "--format", "text"],
}


@pytest.mark.parametrize("words", MISUSED.values(), ids=MISUSED)
def test_what_makes_no_sense_is_refused(read, words: list[str]) -> None:
    """Exit 2 and one line."""
    answer = read("digest", *words)
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)


def test_before_the_first_run(fresh) -> None:
    """There is nothing to show yet, and a preview makes no store."""
    answer = fresh("digest", "--preview")
    assert answer.code == 1
    assert "tidings run" in answer.err
    assert not fresh.data.exists()
