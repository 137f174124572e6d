"""Prove that the measures of novelty count what they say, on made-up streams small enough to check by hand."""

import gzip
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tidings.evaluation.measures import data_folder
from tidings.evaluation.novelty import NuggetStream, evaluate, gold_counts, let_through, read_pages, topic_of
from tidings.stages.match import compile_topics, find_words

LINES = [
    ("update", "The mayor of Arden closed the old bridge after cracks were found."),
    ("retold", "In Arden the mayor closed the old bridge because of cracks."),
    ("retold", "In Arden the mayor closed the old bridge because of cracks."),
    ("update", "A ferry with ninety passengers ran aground near Welby harbour."),
    ("background", "The old bridge in Arden was closed by the mayor after cracks were found."),
]


def background(stream: str = "arden") -> list[dict[str, object]]:
    return [
        {"stream": stream, "date": "2011-03-01", "kind": kind, "text": text, "author": 1, "new": kind == "update"} for kind, text in LINES
    ]


SENTENCES = [
    ("1", "The Welby ferry ran aground on a sandbank with ninety passengers.", ["a"]),
    ("1", "Subscribe to our letter and win tickets for two.", []),
    ("2", "The ferry at Welby ran aground on a sandbank, ninety passengers aboard.", ["a"]),
    ("3", "Divers found a hole in the hull of the ferry.", ["b"]),
]


def nuggets(stream: str = "T1") -> list[dict[str, object]]:
    return [
        {"stream": stream, "event": "2011 Welby ferry", "time": f"2011-03-0{doc}T10:00:00Z", "doc": doc, "text": text, "nuggets": carried}
        for doc, text, carried in SENTENCES
    ]


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def gold(folder: Path) -> Path:
    rows = [{"stream": "T1", "nugget": name, "text": "said"} for name in "abcd"] + [{"stream": "T9", "nugget": "z", "text": "of another"}]
    return write(folder / "any_nuggets.jsonl.gz", rows)


def test_lines_are_ordered_by_how_far_they_are_told(tmp_path: Path) -> None:
    """What was told scores above what is new, a line said before word for word is left out, and each stream is given too."""
    found = evaluate([write(tmp_path / "one.jsonl.gz", background())])
    assert (found.counts["lines.update"], found.counts["lines.retold"], found.counts["lines.background"]) == (2, 1, 1)
    assert found.measures["auc_retold"] == found.measures["auc_background"] == found.measures["auc_retold.arden"] == 1.0


def test_streams_of_one_file_are_measured_apart(tmp_path: Path) -> None:
    """What one stream told is not told in the next; the measure is their mean."""
    found = evaluate([write(tmp_path / "two.jsonl.gz", [*background("arden"), *background("welby")])])
    assert found.counts["streams.background"] == 2
    assert found.measures["auc_retold"] == pytest.approx((found.measures["auc_retold.arden"] + found.measures["auc_retold.welby"]) / 2)


def test_files_are_told_apart_by_their_rows(tmp_path: Path) -> None:
    """Names say nothing: lines, sentences and gold in one call, in any order; the gold itself is no stream."""
    files = [gold(tmp_path), write(tmp_path / "any.jsonl.gz", nuggets()), write(tmp_path / "trects.jsonl.gz", background())]
    for given in (files, files[::-1]):
        found = evaluate(given)
        assert (found.counts["streams.background"], found.counts["streams.nuggets"], found.counts["nuggets"]) == (1, 1, 4)
        assert {"auc_retold", "auc_background", "nugget_recall", "redundancy"} <= found.measures.keys()


def test_what_has_no_lines_is_left_out(tmp_path: Path) -> None:
    """No 0 is printed for what was not measured: retold lines without background, sentences without nuggets."""
    lines = [row for row in background() if row["kind"] != "background"]
    assert evaluate([write(tmp_path / "one.jsonl.gz", lines)]).measures.keys() == {"auc_retold", "auc_retold.arden"}
    assert evaluate([write(tmp_path / "two.jsonl.gz", [row | {"nuggets": []} for row in nuggets()])]).measures == {}


def test_streams_with_one_name_in_two_files_are_both_shown(tmp_path: Path) -> None:
    """The second carries the name of its file."""
    found = evaluate([write(tmp_path / f"{name}.jsonl.gz", background()) for name in ("one", "two")])
    assert {"auc_retold.arden", "auc_retold.two/arden"} <= found.measures.keys()


def test_without_an_event_every_sentence_is_on_topic(tmp_path: Path) -> None:
    """Null, or a name without words, makes no topic: all is read, and the counts say so."""
    for event in (None, "2011"):
        found = evaluate([write(tmp_path / "any.jsonl.gz", [row | {"event": event} for row in nuggets()])])
        assert (found.counts["streams.nuggets_without_event"], found.counts["statements"]) == (1, len(SENTENCES))


def test_no_files_measure_nothing() -> None:
    """Nothing to read gives no measures."""
    assert evaluate([]).measures == {}


def test_nuggets_are_counted_by_what_was_let_through_before() -> None:
    """The second sentence with a known nugget repeats, or is not let through; what carries none is neither."""
    stream = NuggetStream("T1", tuple(nuggets()), 4)
    pages = read_pages(stream)
    assert sum(len(page.statements) for page in pages) == 3, "the page's furniture is not on the topic"
    found = let_through(stream, pages, 0.0)
    assert (found.reached, found.nuggets, found.reachable) == (2, 4, 2)
    assert found.carriers == found.sentences
    assert found.new == 2
    assert let_through(stream, pages, 1.0).sentences == 0


def test_where_every_sentence_brings_a_nugget_all_are_let_through(tmp_path: Path) -> None:
    """The largest let-through is sought from no bound on: a few precise sentences, worth little each, are not lost to a bound above them all."""
    rows = [row for row in nuggets() if row["nuggets"]][:1]
    found = evaluate([write(tmp_path / "any.jsonl.gz", rows)])
    assert let_through(NuggetStream("T1", tuple(rows), 1), read_pages(NuggetStream("T1", tuple(rows), 1)), 0.5).sentences == 0
    assert (found.measures["news_min"], found.measures["nugget_recall"], found.measures["nugget_precision"]) == (0.0, 1.0, 1.0)


def test_the_gold_beside_a_file_gives_the_number_of_nuggets(tmp_path: Path) -> None:
    """X.jsonl.gz reads X_nuggets.jsonl.gz; without it the nuggets that rows carry count."""
    file = write(tmp_path / "any.jsonl.gz", nuggets())
    assert gold_counts(file) == {}
    assert evaluate([file]).counts["nuggets"] == 2
    gold(tmp_path)
    assert gold_counts(file) == {"T1": 4, "T9": 1}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Romania's capital is calm", True),
        ("the protesters went home", True),
        ("in 2012 it rained", False),
        ("a report on bees", False),
    ],
)
def test_an_event_is_a_topic_of_its_words(text: str, found: bool) -> None:
    """Each word of the event's name with any ending, the country of a people, no numbers."""
    matcher = compile_topics([topic_of("2012 Romanian protests")])
    assert bool(find_words(matcher, text)) is found


@pytest.mark.slow
@pytest.mark.skipif("TIDINGS_DATA" not in os.environ, reason="TIDINGS_DATA is not set")
def test_real_streams_of_updates() -> None:
    """On public daily updates what was told scores above what is new, nearly always."""
    found = evaluate(sorted((data_folder() / "novelty").glob("background_*")))
    assert found.measures["auc_retold"] >= 0.975
    assert found.measures["auc_background"] >= 0.98
