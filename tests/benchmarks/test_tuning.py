"""The measures and curves of the tuning scripts, on made-up rows small enough to check by hand."""

import numpy as np
import pytest
from tune_copies import Measured, choose_containment, choose_score, fit, left_out, measure, score_lines
from tune_novelty import fit as fit_logistic
from tune_novelty import judge_streams
from tune_stories import AS_SET, stream_of
from tune_stories import measure as measure_stream

from tidings.evaluation.copies import Pair
from tidings.evaluation.measures import adjusted_rand, article_of, auc, bcubed, share, steps
from tidings.stages import bounds

TEXT = (
    "The mayor of Arden closed the old bridge after engineers found cracks in two piers. Ferries carry the traffic until spring. "
    "The council will vote on a new bridge in June, and the province pays half of what it costs."
)
OTHER = (
    "A league match in Welby ended without goals after heavy rain. The referee stopped play twice. "
    "Both clubs keep their places in the table, and the coach blamed the pitch for a poor evening."
)


def test_steps_end_where_asked() -> None:
    """Both ends are among the thresholds."""
    assert steps(0.2, 0.3, 0.05) == [0.2, 0.25, 0.3]


def test_share_counts_what_reaches_the_threshold() -> None:
    """The threshold itself counts; nothing of nothing is nothing."""
    assert share([0.1, 0.5, 0.9], 0.5) == pytest.approx(2 / 3)
    assert share([], 0.5) == 0.0


@pytest.mark.parametrize(
    ("higher", "lower", "area"),
    [([2.0, 3.0], [0.0, 1.0], 1.0), ([0.0], [1.0], 0.0), ([1.0], [1.0], 0.5), ([], [1.0], 0.0)],
    ids=["apart", "reversed", "ties", "empty"],
)
def test_auc(higher: list[float], lower: list[float], area: float) -> None:
    """Ties count half."""
    assert auc(higher, lower) == area


def test_clusters_are_measured() -> None:
    """One cluster of two stories of two: every gold pair is found, half of the company is wrong, no better than chance."""
    assert bcubed(["a", "a", "b", "b"], ["x"] * 4) == (0.5, 1.0, pytest.approx(2 / 3))
    assert adjusted_rand(["a", "a", "b", "b"], ["x"] * 4) == 0.0
    assert adjusted_rand(["a", "a", "b", "b"], ["y", "y", "x", "x"]) == 1.0


def test_a_copy_scores_above_another_text() -> None:
    """Measured pairs keep their set and label; a copy is exact, another text scores low."""
    pairs = [
        Pair("0", "exact", article_of({"text": TEXT}, "0a"), article_of({"text": TEXT}, "0b")),
        Pair("1", "different", article_of({"text": TEXT}, "1a"), article_of({"text": OTHER}, "1b")),
    ]
    copy, other = measure("made", pairs)
    assert (copy.name, copy.label, copy.score, copy.equal) == ("made", "exact", 1.0, True)
    assert copy.fold == other.fold  # they share a text
    assert other.score < 0.2
    assert choose_score([(copy.score, True), (other.score, False)]) == (1.0, 1.0)
    assert score_lines([copy, other])[-1].endswith("as set")


def made(label: str, fold: int, *ways: tuple[float, ...], copied: float = 0.0) -> Measured:
    """Make a measured pair of its features."""
    return Measured("made", label, fold, equal=False, copied=copied, score=0.9, ways=ways)


def test_the_fit_takes_the_closer_way() -> None:
    """A copy counts by the better of its two alignments; the weights divide copies from others, also those left out."""
    ways = [((2.0 - number / 10, 1.0), (-2.0 + number / 10, 1.0)) for number in range(8)]
    pairs = [made("near", number % 2, *(pair[::-1] if number == 3 else pair)) for number, pair in enumerate(ways)]
    pairs += [made("same_event", number % 2, (-1.0 - number / 10, 1.0), (-2.0, 1.0)) for number in range(8)]
    model = fit(pairs)
    assert model[0] > 0
    assert min(pair.log_odds(model) for pair in pairs[:8]) > max(pair.log_odds(model) for pair in pairs[8:])
    again = left_out(pairs, lambda pair: pair.fold)
    assert {pair.fold for pair, _ in again} == {0, 1}
    assert all(scored.score != pair.score for pair, scored in again)


def test_the_chosen_containment_divides_near_from_rewrite() -> None:
    """Near copies at 0.7 and rewrites at 0.4 are told apart in the middle."""
    least, accuracy = choose_containment([made("near", 0, copied=0.7), made("rewrite", 0, copied=0.4)])
    assert 0.4 < least <= 0.7
    assert accuracy == 1.0


def test_stories_are_told_apart_at_every_threshold() -> None:
    """Two reports of each of two happenings: at a middling threshold two stories, at an impossible one four."""
    texts = [TEXT, TEXT.replace("spring", "April"), OTHER, OTHER.replace("rain", "snow")]
    articles = [article_of({"text": text}, f"{number}") for number, text in enumerate(texts)]
    stream = stream_of(articles, {"0": "bridge", "1": "bridge", "2": "match", "3": "match"})
    assert measure_stream(stream, {**AS_SET, "least": 0.3}) == (1.0, 1.0)
    alone, by_chance = measure_stream(stream, {**AS_SET, "least": 2.0})
    assert alone == pytest.approx(2 / 3)
    assert by_chance == 0.0


ROWS = [
    {"kind": "update", "date": "2011-03-01", "text": "The mayor of Arden closed the old bridge after cracks were found."},
    {"kind": "retold", "date": "2011-03-01", "text": "In Arden the mayor closed the old bridge because of cracks."},
    {"kind": "retold", "date": "2011-03-02", "text": "In Arden the mayor closed the old bridge because of cracks."},
    {"kind": "update", "date": "2011-03-02", "text": "A ferry with ninety passengers ran aground near Welby harbour."},
]


def test_the_whole_stage_is_measured_and_its_constant_left_alone() -> None:
    """Each threshold gives its own shares; afterwards the stage decides as before."""
    before = bounds.TOLD_MIN
    rows = [
        *ROWS,
        {"kind": "background", "date": "2011-03-03", "text": "The old bridge in Arden was closed after cracks were found by the mayor."},
    ]
    assert judge_streams({"arden": rows}, 0.2) == {"update": 0.0, "retold": 1.0, "background": 1.0}
    assert judge_streams({"arden": rows}, 1.1)["retold"] == 0.0
    assert before == bounds.TOLD_MIN


def test_the_fit_finds_what_separates() -> None:
    """Of two numbers the one that tells the examples apart speaks for them, and the weights divide them."""
    rows = np.array([[0.1, 0.5], [0.2, 0.4], [0.8, 0.5], [0.9, 0.4]])
    weights = fit_logistic([(rows, np.array([0.0, 0.0, 1.0, 1.0]))])
    scores = rows @ weights[1:]
    assert weights[1] > 0
    assert scores[2:].min() > scores[:2].max()
