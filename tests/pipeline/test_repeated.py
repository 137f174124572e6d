"""Prove that what a copy repeats word for word is told, whatever came of it in the original."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tidings.model import Article, DuplicateLink, Novelty, Relation, Statement, Verdict
from tidings.pipeline.neighbours import Frequency, Neighbours
from tidings.pipeline.repeated import word_for_word
from tidings.stages import novelty
from tidings.store.decisions import StoredArticle
from tidings.store.neighbours import open_index

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
TEXT = "Fourteen bakers of Ariha left for the border on Tuesday. The mill of Ariha ground 40 tons of flour. Its owner sold none of it."
OLD = Article("old", "", "", "", TEXT, "Wire", "Wire", "en", NOW, NOW, NOW, Verdict.FULL)
COPY = replace(OLD, id="copy", text=TEXT.upper())
LINK = DuplicateLink("copy", "old", "article", Relation.EXACT, 1.0, "")


def said(text: str, topic: str = "idlib", article: str = "copy") -> Statement:
    return Statement(f"{article}: {text}", article, "", topic, text, 0, len(text), 0)


def neighbours(folder: Path, *told: Statement, watched_at: datetime = NOW) -> Neighbours:
    known = novelty.Told()
    for one in told:
        known.add(novelty.as_told(one, "en", "story"))
    with open_index(folder) as index:
        return Neighbours(
            index=index,
            articles={"old": StoredArticle(OLD, "article", "story", decided=True)},
            members={},
            near_grams={},
            near_terms={},
            known_stories={},
            told=known,
            article_frequency=Frequency(0, {}),
            statement_frequency=Frequency(0, {}),
            topic_starts={"idlib": watched_at},
        )


def test_a_sentence_that_the_original_was_not_told_for_is_told_in_its_copy(tmp_path: Path) -> None:
    """A sentence of the original is settled though another text told it first; half of it, or another number, is judged."""
    same, half, other = (
        said(text) for text in ("The Mill of Ariha ground  40 tons of flour.", "The mill of Ariha.", TEXT.split(".", maxsplit=1)[0][9:])
    )
    settled, left = word_for_word(COPY, [same, half, other], LINK, neighbours(tmp_path))
    assert [(one.statement_id, one.novelty, one.reason, one.score) for one in settled] == [(same.id, Novelty.TOLD, "covered", 1.0)]
    assert left == (half, other)


def test_what_told_it_is_named(tmp_path: Path) -> None:
    """The decision names the statement by which the original told the same words."""
    told = said("The mill of Ariha ground 40 tons of flour.", article="old")
    settled, _ = word_for_word(COPY, [said(told.text)], LINK, neighbours(tmp_path, told))
    assert [one.against_id for one in settled] == [told.id]


def test_in_a_topic_watched_later_only_what_was_told_is_settled(tmp_path: Path) -> None:
    """The original was not judged in a topic that came after it: its copy is, but for what was told all the same."""
    told, untold = (said(text) for text in ("The mill of Ariha ground 40 tons of flour.", "Its owner sold none of it."))
    known = neighbours(tmp_path, said(told.text, article="old"), watched_at=NOW + timedelta(days=1))
    settled, left = word_for_word(COPY, [told, untold], LINK, known)
    assert [one.statement_id for one in settled] == [told.id]
    assert left == (untold,)


def test_of_what_copies_nothing_everything_is_judged(tmp_path: Path) -> None:
    """Without a link to an original nothing is settled."""
    one = said("Its owner sold none of it.")
    assert word_for_word(COPY, [one], None, neighbours(tmp_path)) == ((), (one,))
