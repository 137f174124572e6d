"""`tidings mark` says in a line what it did, lists what was said, and writes it as files that `tidings eval` reads."""

import json

import pytest

from tidings.cli import call
from tidings.store.database import open_store

pytestmark = pytest.mark.slow  # each test works on a real store

NOW = "2020-02-19T08:00:00Z"


def test_it_says_what_it_did(used) -> None:
    """The address as it was read, what was said of it, and how many developments wait; a script gets the same as an object."""
    answer = used("mark", "not-on-topic", "wire.example/flood", "idlib", "--now", NOW)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "http://wire.example/flood: not on topic",
        "  0 developments of it wait for the next edition",
    ]
    answer = used("mark", "not-on-topic", "wire.example/flood", "idlib", "--undo", "--json")
    assert answer.json == {"kind": "not_on_topic", "url": "http://wire.example/flood", "undone": True, "moved": 0, "developments": 0}


def test_it_is_listed_and_stands_in_why(used) -> None:
    """The list, `why` and the view labels have what was said, once."""
    for _ in range(2):
        assert used("mark", "not-duplicate", "wire.example/copy", "--now", NOW).code == 0
    listed = "2020-02-19 08:00 UTC  http://wire.example/copy  not duplicate of http://wire.example/flood"
    assert used("mark", "list").out.splitlines() == [listed]
    why = used("why", "wire.example/copy").out
    assert "marked by a user, 2020-02-19 08:00 UTC: http://wire.example/copy  not duplicate of http://wire.example/flood" in why
    assert "exact copy of" not in why
    assert used("query", "SELECT kind, other_url FROM labels", "--json").json == [
        {"kind": "not_duplicate", "other_url": "http://wire.example/flood"}
    ]


def test_what_was_said_is_measured(used, tmp_path, capsys) -> None:
    """What was marked goes out in the forms of `tidings eval`, which reads it; what nobody said makes no file."""
    out = tmp_path / "marked"
    assert used("mark", "export", str(out)).out == "nothing was marked\n"
    assert used("mark", "not-duplicate", "wire.example/copy").code == 0
    assert used("mark", "not-on-topic", "wire.example/copy", "idlib").code == 0
    assert used("mark", "same-story", "wire.example/copy", "wire.example/flood").code == 0
    assert used("mark", "export", str(out), "--json").json == {"copies.jsonl": 1, "stories.jsonl": 2, "topics.jsonl": 1}
    lines = {path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] for path in out.iterdir()}
    assert lines["copies"][0]["relation"] == "same_event"
    assert len({line["story"] for line in lines["stories"]}) == 1
    assert lines["topics"][0]["topics"] == []
    for suite in lines:
        capsys.readouterr()
        assert call(["eval", suite, str(out / f"{suite}.jsonl"), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["suite"] == suite


# name: (words, what is said)
WRONG = {
    "never seen": (
        ["not-duplicate", "wire.example/flod"],
        "wire.example/flod was never seen; the nearest that were: http://wire.example/flood",
    ),
    "off topic": (["not-duplicate", "wire.example/soap"], "led to no article on a topic (off_topic: no_term): see `tidings why`"),
    "a seed": (["not-duplicate", "seeds.example/first"], "is the seed first: what it says is settled by seeds.toml"),
    "one of two": (["same-story", "wire.example/flood"], "expected two articles"),
    "no topic": (["not-on-topic", "wire.example/flood", "iblid"], "expected a topic, one of idlib, libya, found 'iblid'"),
    "nothing to undo": (["same-story", "wire.example/flood", "--undo"], "there is nothing to take back"),
}


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_is_one_line(used, words: list[str], said: str) -> None:
    """Exit 2, an empty output, and one line that says what is wrong."""
    answer = used("mark", *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_before_the_first_run(fresh) -> None:
    """There is nothing to mark, and no store is made."""
    answer = fresh("mark", "not-duplicate", "wire.example/copy")
    assert (answer.code, answer.out) == (1, "")
    assert "run `tidings run` first" in answer.err
    assert not (fresh.data / "store.duckdb").exists()


def test_it_waits_within_bounds_for_another_process(used) -> None:
    """While the store is in use it waits as long as store.wait_s says, and names who holds it."""
    settings = used.config / "settings.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("[store]", "[store]\nwait_s = 0.2"), encoding="utf-8")
    with open_store(used.data, 1):
        answer = used("mark", "not-duplicate", "wire.example/copy")
    assert answer.code == 1
    assert "is in use by" in answer.err
