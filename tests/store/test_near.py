"""A search by meaning finds what is said in other words, in what is published, and says in how much of it."""

import dataclasses
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from meaning_fakes import WordBag

from tidings.config import Settings, load
from tidings.config.delivered import delivered_folder
from tidings.errors import UsageError
from tidings.pipeline.by_meaning import make_vectors, search_by_meaning
from tidings.store.asked import read_asked
from tidings.store.database import open_store
from tidings.store.publish import HeadMax, publish
from tidings.store.vector_file import FILE_NAME

pytestmark = pytest.mark.slow  # published files of a real store

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)
DICTIONARY = {"мост": "bridge", "обруш": "fell", "collaps": "fell", "span": "bridge"}
SAID = [  # language, decision, text
    ("en", "development", "A bridge collapsed in the north."),
    ("ru", "development", "Мост обрушился."),
    ("en", "told", "The bridge fell."),
    ("en", "seed", "A school opened."),
    ("en", "known", "Wheat is dear."),
]


def uid(number: int) -> str:
    """Return an id that differs from the others in its first bits, as real ones do."""
    return str(uuid.UUID(int=number << 100 | number))


@pytest.fixture
def published(tmp_path: Path, add: Callable[..., None]) -> Settings:
    """Publish five statements of as many articles, the first three in the archive; the third article copies the first."""
    settings = dataclasses.replace(load(delivered_folder(), {}), data=tmp_path / "data")
    settings.data.mkdir()
    with open_store(settings.data, 0) as store:
        add(store, "topics", name="idlib", title="Idlib")
        for number, (language, decision, text) in enumerate(SAID, 1):
            seen = NOW + timedelta(hours=number)
            about = {"article_id": uid(number), "version_id": uid(20 + number), "first_seen_at": seen}
            add(
                store, "articles", id=uid(number), version_id=uid(20 + number), title=f"Title {number}", text=text, publisher=f"Wire {number}",
                origin="Wire", verdict="full", language=language, decided=True, first_seen_at=seen, seed_id="one" if decision == "seed" else "",
            )  # fmt: skip
            add(store, "statements", id=uid(10 + number), topic="idlib", text=text, end=len(text), decision=decision, **about)
            if number == 3:
                add(store, "duplicates", article_id=uid(3), of_id=uid(1), of_kind="article", relation="rewrite", score=0.9)
                publish(store, settings.data, head_max=HeadMax(articles=0))
        publish(store, settings.data)
    return settings


def found(settings: Settings, line: str, model: WordBag | None = None) -> list[str]:
    """Return the ids of the articles found."""
    return [hit.article_id for hit in search_by_meaning(settings, read_asked(line), 10, model or WordBag(DICTIONARY)).hits]


def test_other_words_and_languages_are_found(published: Settings) -> None:
    """What means the same comes first, in whatever language, in head and archive; repetitions are not hits, copies stand beneath."""
    answer = search_by_meaning(published, read_asked("span fell"), 10, WordBag(DICTIONARY))
    assert [hit.article_id for hit in answer.hits] == [uid(2), uid(1)]
    assert [round(hit.likeness or 0, 2) for hit in answer.hits] == [1.0, 0.58]
    assert [copy.article_id for copy in answer.hits[1].copies] == [uid(3)]
    assert (answer.hits[0].sentence, answer.hits[0].topics, answer.hits[0].decision) == ("Мост обрушился.", ("idlib",), "development")
    assert answer.covered is not None
    assert (answer.covered.count, answer.covered.of_count, answer.covered.lacking_until) == (4, 4, None)


@pytest.mark.parametrize(
    ("narrower", "ids"),
    [
        ("language:en", [1]),
        ('publisher:"wire 2"', [2]),
        ("topic:idlib", [2, 1]),
        ("until:2020-02-19", []),
        ("since:2020-02-20", [2, 1]),
    ],
)
def test_it_is_made_narrower(published: Settings, narrower: str, ids: list[int]) -> None:
    """Language, publisher, topic and times hold as in a search by words."""
    assert found(published, f"span fell {narrower}") == [uid(one) for one in ids]


@pytest.mark.parametrize(
    ("line", "said"), [("span -fell", "a - has no meaning"), ("?!", "expected a word"), ("span topic:none", "none of the topics")]
)
def test_what_it_does_not_understand_is_said(published: Settings, line: str, said: str) -> None:
    """A word that must not occur, no word at all, and an unknown topic are refused in one line."""
    with pytest.raises(UsageError, match=said):
        found(published, line)


def test_each_statement_is_embedded_once(published: Settings) -> None:
    """The first search makes the vectors, the next one embeds only its own words, and so does the upkeep, which starts no file by itself."""
    model = WordBag(DICTIONARY)
    assert make_vectors(published, model) == {}
    found(published, "span", model)
    assert model.asked == 5
    found(published, "school", model)
    assert model.asked == 6
    assert make_vectors(published, model) == {"vectors_made": 0}


def test_the_newest_come_first_and_the_rest_with_the_upkeep(published: Settings) -> None:
    """A search reads the newest few that lack vectors and says which are still to come; the upkeep makes the others."""
    answer = search_by_meaning(published, read_asked("span fell"), 10, WordBag(DICTIONARY), added_max=2)
    assert answer.hits == ()
    assert answer.covered is not None
    assert (answer.covered.count, answer.covered.of_count, answer.covered.lacking_until) == (2, 4, NOW + timedelta(hours=2))
    assert make_vectors(published, WordBag(DICTIONARY)) == {"vectors_made": 2}
    assert found(published, "span fell") == [uid(2), uid(1)]


def test_a_folder_that_cannot_be_written_is_searched_all_the_same(published: Settings) -> None:
    """Where the file cannot be made the answer is the same, and nothing is kept."""
    (published.data / FILE_NAME).mkdir()
    with pytest.raises(IsADirectoryError):
        (published.data / FILE_NAME).open("rb")
    assert found(published, "span fell") == [uid(2), uid(1)]


def test_another_model_begins_anew(published: Settings) -> None:
    """Vectors of another model are not compared with: they are made again."""
    found(published, "span")
    model = WordBag({}, "plain")
    assert found(published, "мост обрушился", model) == [uid(2)]
    assert model.asked == 5
