"""`tidings eval` measures labelled files of each suite, and says in one line what it cannot read."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tidings.cli import call

Row = dict[str, Any]

FLOOD = (
    "Water rose in the lower streets of Ariha before dawn on Tuesday. The mayor, Salim Haddad, counted 42 families who had to leave their homes. "
    "Two lorries brought bread and blankets from Saraqib. The bridge over the mill race is closed until Friday."
)
BANK = (
    "The central bank of Libya sold gold for the first time in nine years. Its governor told reporters in Tripoli that wages come first. "
    "Traders had waited for the step since spring. The dinar gained three per cent within the hour."
)
PLACES = ("Ariha", "Saraqib", "Harem", "Misrata", "Sirte", "Sabha", "Kashgar", "Hotan", "Aksu", "Derna")


def article(text: str, **more: Any) -> Row:
    return {"title": "", "text": text, "published": None, "publisher": None, "language": "en"} | more


def pair(number: int, a: str, b: str, relation: str) -> Row:
    return {"id": f"p{number}", "a": article(a), "b": article(b), "relation": relation}


# suite: (files by name, the measures that the project promises)
SETS: dict[str, tuple[dict[str, list[Row]], set[str]]] = {
    "topics": (
        {
            "topics.jsonl": [
                {"id": "1", "date": "2015-03-02", "headings": [], "text": "Shells hit a market in Idlib. (Wire)", "topics": ["idlib"], "passing": []},
                {"id": "2", "date": "2015-03-02", "headings": ["Oil"], "text": "Libya reopens a port.", "topics": ["libya"], "passing": []},
                {"id": "3", "date": "2015-03-03", "headings": [], "text": "A road in Xinjiang is blocked.", "topics": ["xinjiang"]},
                {"id": "4", "date": "2015-03-03", "headings": None, "text": "A choir sings in Oslo.", "topics": []},
            ]
        },
        {f"{kind}.{topic}" for kind in ("f1", "precision", "recall") for topic in ("idlib", "libya", "xinjiang")} | {"f1.macro"},
    ),
    "copies": (
        {
            "copies.jsonl": [
                pair(1, FLOOD, FLOOD, "exact"),
                pair(2, FLOOD, FLOOD.replace("had to leave", "were made to leave").replace("Two lorries", "A pair of lorries"), "rewrite"),
                pair(3, FLOOD, FLOOD.replace("42", "420"), "changed_facts"),
                pair(4, FLOOD, "Ariha woke up under water, and a town hall clerk spoke of forty-two families in a school.", "same_event"),
                pair(5, FLOOD, BANK, "different"),
            ]
        },
        {"recall_at_p99", "auc", "same_event_called_copy", "changed_facts_kept", "new_in_exact", "new_in_rewrite"},
    ),
    "stories": (
        {
            "stories.jsonl": [
                article(FLOOD, id="1", title="Flood in Ariha", story="flood"),
                article(FLOOD.replace("Tuesday", "that day"), id="2", title="Ariha flood drives 42 families out", story="flood"),
                article(BANK, id="3", title="Libya sells gold", story="gold"),
                article(BANK.replace("step", "sale"), id="4", title="Gold sold in Tripoli", story="gold"),
            ]
        },
        {"bcubed_f1", "ari"},
    ),
    "novelty": (
        {
            "background.jsonl": [
                {"stream": "s", "date": f"2011-03-{day:02}", "kind": kind, "text": text, "author": author, "new": kind == "update"}
                for day, place in enumerate(PLACES, 1)
                for kind, author, text in (
                    ("background", 1, f"Fighting around {place} began in January, year {day}."),
                    ("update", 1, f"Rebels took the post office of {place} and raised {day} flags."),
                    ("retold", 2, f"The post office of {place} was taken by rebels, who raised {day} flags."),
                )
            ],
            "sentences.jsonl": [
                {
                    "stream": "t", "event": "2012 Harem Mill Fire", "time": f"2012-02-22T{number:02}:00:00Z", "doc": str(number),
                    "text": text, "nuggets": nuggets, "new_nuggets": new,
                }
                for number, (text, nuggets, new) in enumerate([
                    ("A fire at a mill in Harem killed 9 workers .", ["a"], ["a"]),
                    ("Nine workers died in the fire at the Harem mill .", ["a"], []),
                    ("Firemen put the Harem fire out at noon .", ["b"], ["b"]),
                    ("Buy shoes here , cheap .", [], []),
                ])
            ],
            "sentences_nuggets.jsonl": [
                {"stream": "t", "nugget": name, "time": "2012-02-22T01:00:00Z", "importance": 1, "text": text}
                for name, text in (("a", "9 workers killed"), ("b", "fire put out at noon"))
            ],
        },
        {"auc_retold", "auc_background", "nugget_recall", "nugget_precision", "redundancy"},
    ),
    "figures": (
        {
            "figures.jsonl": [
                {
                    "id": "1", "date": "2021-03-15", "headings": [], "text": "Rockfall kills four near Harem.",
                    "figures": [{"value_low": 4, "value_high": 4, "qualifier": "exact", "measure": "killed", "of": "", "words": "four"}],
                },
                {"id": "2", "date": "2021-03-15", "headings": [], "text": "The mayor resigns.", "figures": []},
            ]
        },
        {"f1.value", "f1.value_qualifier", "f1.value_qualifier_measure"},
    ),
}  # fmt: skip


def write(folder: Path, suite: str, *, gz: bool = False) -> list[str]:
    """Write a suite's files, and return those that are named to the command."""
    names = []
    for name, rows in SETS[suite][0].items():
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
        path = folder / (name + ".gz" if gz else name)
        path.write_bytes(gzip.compress(content) if gz else content)
        if "_nuggets" not in name:
            names.append(str(path))
    return names


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Call `tidings eval` in a folder without store and configuration."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = call(["eval", *words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    return run


@pytest.mark.parametrize("gz", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize("suite", SETS)
def test_a_script_gets_one_object_with_the_promised_names(ask, tmp_path: Path, suite: str, gz: bool) -> None:
    """With --json the output is one object of four keys, all measures are there, and each is a number."""
    files = write(tmp_path, suite, gz=gz)
    code, out, err = ask(suite, *files, "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert list(found) == ["suite", "files", "counts", "measures"]
    assert (found["suite"], found["files"]) == (suite, files)
    assert SETS[suite][1] <= found["measures"].keys()
    assert all(type(value) is float for value in found["measures"].values())
    assert all(type(value) is int for value in found["counts"].values())


@pytest.mark.parametrize("suite", SETS)
def test_a_person_gets_a_table_with_intervals(ask, tmp_path: Path, suite: str) -> None:
    """Each measure stands in a line with its value, the promised ones with an interval, and what was counted stands below."""
    code, out, _ = ask(suite, *write(tmp_path, suite))
    assert code == 0
    for name in SETS[suite][1]:
        assert re.search(rf"^{re.escape(name)} +\d\.\d{{4}}", out, re.MULTILINE)
    assert re.search(r"\d\.\d{4} to \d\.\d{4}", out)
    assert "count of" in out


def test_the_worst_errors_are_shown(ask, tmp_path: Path) -> None:
    """--errors shows so many lines; with --json they go to the error output, and the object stays alone."""
    row = SETS["figures"][0]["figures.jsonl"][0] | {"figures": []}
    (tmp_path / "wrong.jsonl").write_text((json.dumps(row) + "\n") * 3, encoding="utf-8")
    _, out, _ = ask("figures", "wrong.jsonl", "--errors", "2")
    assert "the 2 worst of 3 errors:" in out
    _, out, err = ask("figures", "wrong.jsonl", "--errors", "2", "--json")
    assert json.loads(out)["measures"]["f1.value"] == 0.0
    assert "the 2 worst of 3 errors:" in err


def test_topics_come_from_the_configuration_where_there_is_one(ask, tmp_path: Path) -> None:
    """A folder `config` with topics, or one that is named, gives the topics; without it those that come with the program do."""
    files = write(tmp_path, "topics")
    config = tmp_path / "config"
    config.mkdir()
    assert json.loads(ask("topics", *files, "--json")[1])["measures"]["f1.macro"] == 1.0  # none of ours
    assert call(["init", "config"]) == 0
    topics = (config / "topics.toml").read_text(encoding="utf-8")
    (config / "topics.toml").write_text(topics.replace('name = "libya"', 'name = "other"'), encoding="utf-8")
    for path in ("feeds.toml", "channels.toml"):  # which may name topics
        (config / path).write_text((config / path).read_text(encoding="utf-8").replace('"libya"', '"other"'), encoding="utf-8")
    code, out, err = ask("topics", *files, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["measures"]["recall.libya"] == 0.0
    assert json.loads(out)["counts"]["topics_not_configured"] == 1


def test_a_configuration_that_is_named_has_to_be_there(ask, tmp_path: Path) -> None:
    """A wrong --config is no reason to measure something else."""
    code, out, err = ask("topics", *write(tmp_path, "topics"), "--config", "nowhere")
    assert (code, out) == (2, "")
    assert "nowhere" in err


def line(row: Row) -> bytes:
    return json.dumps(row).encode() + b"\n"


PAIR = SETS["copies"][0]["copies.jsonl"][0]
# name: (suite, name of the file, its content, what is said)
WRONG = {
    "no such suite": ("topcs", "f.jsonl", b"{}", "expected one of topics, copies, stories, novelty, figures, extraction as the suite, found 'topcs' (did you mean topics?)"),
    "another suite's file": ("topics", "f.jsonl", line(PAIR), "f.jsonl, line 1: expected a line of topics: an object with text, topics, found one of copies"),
    "a later line": ("copies", "f.jsonl", line(PAIR) + b"\n" + line({"text": ""}), "f.jsonl, line 3: expected a line of copies: an object with a, b, relation"),
    "a side without text": ("copies", "f.jsonl", line(PAIR | {"b": {"text": None}}), "f.jsonl, line 1: expected objects with text in b"),
    "a figure without words": ("figures", "f.jsonl", line({"text": "x", "figures": [{"value_low": 1}]}), "f.jsonl, line 1: expected objects with value_low"),
    "no JSON": ("figures", "f.jsonl", b"{", "f.jsonl, line 1: not JSON"),
    "no object": ("figures", "f.jsonl", b"[1]", "f.jsonl, line 1: expected one JSON object a line"),
    "nested without end": ("figures", "f.jsonl", b"[" * 100_000, "f.jsonl, line 1: not JSON"),
    "other bytes": ("figures", "f.jsonl", b"\xff\xfe", "f.jsonl: cannot be read"),
    "nothing": ("figures", "f.jsonl", b"", "f.jsonl: no lines"),
    "no topic's date": ("topics", "f.jsonl", line({"text": "x", "topics": [], "date": "not a date"}), "f.jsonl, line 1: expected a date or time"),
    "no such day": ("figures", "f.jsonl", b"\n" + line({"text": "x", "figures": [], "date": "2020-13-45"}), "f.jsonl, line 2: expected a date or time"),
    "a number as date": ("figures", "f.jsonl", line({"text": "x", "figures": [], "date": 2020}), "f.jsonl, line 1: expected a date or time"),
    "a line's date": ("novelty", "f.jsonl", line({"stream": "s", "text": "x", "kind": "update", "date": "x"}), "f.jsonl, line 1: expected a date or time"),
    "a sentence's time": ("novelty", "f.jsonl", line({"stream": "s", "text": "x", "event": "e", "nuggets": [], "time": "x"}), "f.jsonl, line 1: expected a date or time"),
    "an article's date": ("stories", "f.jsonl", line({"text": "x", "story": "s", "published": "yesterday"}), "f.jsonl, line 1: expected a date or time"),
    "a side's date": ("copies", "f.jsonl", line(PAIR | {"b": article("x", published="soon")}), "f.jsonl, line 1: in b: expected a date or time"),
    "a title that is none": ("stories", "f.jsonl", line({"text": "x", "story": "s", "title": 7}), "f.jsonl, line 1: expected a text or null as title"),
    "headings that are none": ("topics", "f.jsonl", line({"text": "x", "topics": [], "headings": [{}]}), "f.jsonl, line 1: expected a list of names"),
    "lines and sentences": ("novelty", "f.jsonl", line({"stream": "s", "text": "x", "kind": "update"}) + line({"stream": "s", "text": "x", "event": "e", "nuggets": []}), "f.jsonl, line 2: expected a line of novelty: an object with stream, text, kind,"),
    "half a gzip": ("figures", "f.jsonl.gz", gzip.compress(b"{}" * 999)[:-12], "f.jsonl.gz: cannot be read"),
    "a broken gzip": ("figures", "f.jsonl.gz", gzip.compress(bytes(range(250)) * 9)[:40] + b"\xff" * 40, "f.jsonl.gz: cannot be read"),
    "only the gold": ("novelty", "f_nuggets.jsonl", line({"stream": "s", "nugget": "n", "text": "t"}), "f_nuggets.jsonl: nothing to measure in it"),
}  # fmt: skip


def without(row: Row, *names: str) -> Row:
    """Null the given fields, inside as well."""
    return {name: None if name in names else without(value, *names) if isinstance(value, dict) else value for name, value in row.items()}


@pytest.mark.parametrize("suite", SETS)
def test_dates_and_ids_may_be_null(ask, tmp_path: Path, suite: str) -> None:
    """Neither is needed to measure: the same names come out."""
    for name, rows in SETS[suite][0].items():
        (tmp_path / name).write_bytes(b"".join(line(without(row, "id", "date", "time", "published", "publisher", "event")) for row in rows))
    code, out, err = ask(suite, *(name for name in SETS[suite][0] if "_nuggets" not in name), "--json")
    assert (code, err) == (0, "")
    assert SETS[suite][1] <= json.loads(out)["measures"].keys()


def test_one_article_is_a_story_put_right(ask, tmp_path: Path) -> None:
    """Without pairs the Rand index is 1."""
    (tmp_path / "one.jsonl").write_bytes(line(article(FLOOD, story="flood")))
    code, out, _ = ask("stories", "one.jsonl", "--json")
    assert (code, json.loads(out)["measures"]["ari"]) == (0, 1.0)


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize("name", ["f.jsonl", "f.jsonl.gz"])
def test_content_tells_a_gzip_and_a_byte_order_mark_is_read_over(ask, tmp_path: Path, name: str, zipped: bool) -> None:
    """Names tell nothing of what is in a file."""
    content = b"\xef\xbb\xbf" + line({"text": "Nobody was hurt.", "figures": []})
    (tmp_path / name).write_bytes(gzip.compress(content) if zipped else content)
    code, out, _ = ask("figures", name, "--json")
    assert (code, json.loads(out)["counts"]["sentences"]) == (0, 1)


@pytest.mark.parametrize(("suite", "name", "content", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_read_is_one_clear_line(ask, tmp_path: Path, suite: str, name: str, content: bytes, said: str) -> None:
    """The file and the line are named, with what was expected; the exit code is 2 and the output empty."""
    (tmp_path / name).write_bytes(content)
    code, out, err = ask(suite, name, "--json")
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"), [(["topics"], "FILE"), (["topics", "no.jsonl"], "no.jsonl: no such file"), (["topics", "."], ".: a folder")]
)
def test_files_have_to_be_there(ask, words: list[str], said: str) -> None:
    """No file, a missing file and a folder are each said."""
    code, out, err = ask(*words)
    assert (code, out) == (2, "")
    assert said in err
