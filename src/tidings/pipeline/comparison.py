"""Find what was told in other languages that means the same as a statement: vectors of the statements, kept in the store.

The model is asked once for each statement, with all new ones of its article together, so that neither the size of a batch nor a
kill changes a digit. Vectors are compared as whole numbers, whose products are exact in any order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from tidings.meaning.besides import besides
from tidings.meaning.embedding import Meaning, Vectors
from tidings.model import Article, DuplicateLink, Id, Relation
from tidings.stages._told import ToldStatement, as_told
from tidings.stages._translated import translation_score
from tidings.stages.novelty import Found
from tidings.store import vectors as kept
from tidings.store.database import Connection
from tidings.store.decisions import StoredArticle, Undecided
from tidings.store.record import is_told
from tidings.text.sentences import sentences

WINDOW = timedelta(days=30)  # what was told longer ago is not compared, unless a seed says it; store.upkeep keeps a day more
TOLD_VECTORS_MAX = 100_000  # told statements compared, the newest: 60 MB, and 24 ms for the ten statements of an article
UNEMBEDDED_MAX = 20_000  # told statements embedded at the start of a run, when a model was turned on or changed: about half a minute
ALIKE_MAX = 2  # told statements handed on, per statement
ALIKE_MIN = 0.35  # below, nothing in benchmarks/tune_meaning.py means the same
SENTENCES_MAX = 30  # of an article that may be a translation; the rest goes by its beginning
BESIDES_MIN = 0.50  # from here on it is asked what a statement says besides the told one: some 40 embeddings
BESIDES_WEIGHT = 3.0  # benchmarks/tune_meaning.py: 2 and 4 separate nearly as well
_BLOCK = 4_096  # vectors compared at once: bounds the memory of a comparison
_LARGEST = 127


Key = tuple[Id, str]  # (statement, topic)
Alike = Mapping[Id, Sequence[tuple[float, ToldStatement]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold a statement to find told ones for."""

    key: Key
    language: str
    first_seen_at: datetime
    vector: bytes


@dataclass(slots=True)
class ToldVectors:
    """Hold the vectors of what was told, in order of being told, and what decides which of them a statement is compared with."""

    dimension: int
    keys: list[Key] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    first_seen: list[float] = field(default_factory=list)  # seconds; of seeds infinity
    rows: list[bytes] = field(default_factory=list)

    def add(self, one: kept.ToldVector) -> None:
        """Count a statement as told from now on."""
        if len(one.vector) != self.dimension:  # of a model that changed under its name
            return
        self.keys.append((one.statement_id, one.topic))
        self.languages.append(one.language)
        self.first_seen.append(one.first_seen_at.timestamp() if one.first_seen_at else float("inf"))
        self.rows.append(one.vector)

    def all(self) -> Iterable[kept.ToldVector]:
        """Return what was added, in order."""
        for key, language, seen, vector in zip(self.keys, self.languages, self.first_seen, self.rows, strict=True):
            yield kept.ToldVector(*key, language, None if seen == float("inf") else datetime.fromtimestamp(seen, UTC), vector)

    def nearest(self, asked: Sequence[Asked]) -> dict[Key, list[tuple[float, Key]]]:
        """Return, for each statement asked for, the told ones of other languages that are most like it, best first, with the cosine."""
        result: dict[Key, list[tuple[float, Key]]] = {one.key: [] for one in asked}
        if not asked or not self.rows:
            return result
        mine, lengths = _whole(self.dimension, [one.vector for one in asked])
        for first in range(0, len(self.rows), _BLOCK):
            last = first + _BLOCK
            theirs, their_lengths = _whole(self.dimension, self.rows[first:last])
            products = (mine @ theirs.T).astype(np.float64)  # sums of whole numbers below 2**24: exact, in whatever order
            scale = lengths[:, None] * their_lengths
            cosines = np.round(np.divide(products, scale, out=np.zeros_like(products), where=scale > 0), 4)
            seen = np.array(self.first_seen[first:last])
            since = np.array([(one.first_seen_at - WINDOW).timestamp() for one in asked])
            for row, place in zip(*np.nonzero((cosines >= ALIKE_MIN) & (seen[None, :] >= since[:, None])), strict=True):
                one, key = asked[row], self.keys[first + place]
                if key[1] == one.key[1] and self.languages[first + place] != one.language:
                    result[one.key].append((float(cosines[row, place]), key))
        return {key: best(found) for key, found in result.items()}


def best(found: Sequence[tuple[float, Key]]) -> list[tuple[float, Key]]:
    """Return the few that are most alike, best first; ties by id."""
    return sorted(found, key=lambda pair: (-pair[0], pair[1]))[:ALIKE_MAX]


@dataclass(slots=True)
class Comparison:
    """Hold what a run compares statements by: the model, and the vectors of what was told."""

    model: Meaning
    told: ToldVectors  # before the batch at hand
    since: ToldVectors  # in the batch at hand
    vectors: dict[Id, bytes] = field(default_factory=dict)  # of the batch's statements
    near: dict[Key, list[tuple[float, Key]]] = field(default_factory=dict)  # of `told`, for the batch's statements
    statements: dict[Key, ToldStatement] = field(default_factory=dict)  # told, as far as the batch needs them

    def gather(self, connection: Connection, batch: Sequence[Undecided]) -> None:
        """Embed the statements of a batch, keep their vectors, and load the told statements that are like them."""
        for one in self.since.all():
            self.told.add(one)
        self.since = ToldVectors(self.told.dimension)
        have = kept.stored_vectors(connection, self.model.name, {said.id for one in batch for said in one.statements})
        for article in batch:
            have |= _embedded(self.model, {said.id: said.text for said in article.statements if said.id not in have})
        kept.keep_vectors(connection, self.model.name, sorted(have.items()))
        self.vectors = have
        self.near = self.told.nearest([asked for article in batch for asked in self._asked(article)])
        wanted = {key for found in self.near.values() for _, key in found}
        self.statements = {
            (known.statement.id, known.statement.topic): as_told(known.statement, known.language, known.story_id, known.development_id)
            for known in kept.told_statements(connection, sorted(wanted))
        }

    def alike(self, article: Undecided) -> Alike:
        """Return, per statement of an article, what was told in another language and is most like it, best first, with how much."""
        since = self.since.nearest(self._asked(article))
        found: dict[Id, list[tuple[float, ToldStatement]]] = {}
        for key, later in since.items():
            pairs = best([*self.near.get(key, ()), *later])
            texts = {said.id: said.text for said in article.statements}
            found.setdefault(key[0], []).extend(
                (self._likeness(cosine, texts[key[0]], self.statements[told].text), self.statements[told])
                for cosine, told in pairs
                if told in self.statements
            )
        return {  # what is said besides may change the order
            statement: sorted(pairs, key=lambda pair: (-pair[0], pair[1].id)) for statement, pairs in found.items()
        }

    def _likeness(self, cosine: float, text: str, told: str) -> float:
        """Return the cosine, less for what the text says besides; far below what counts as the same nothing is asked."""
        return cosine if cosine < BESIDES_MIN else round(cosine - BESIDES_WEIGHT * besides(self.model, text, told), 4)

    def article_ids(self) -> frozenset[Id]:
        """Return the told articles that the batch's may translate."""
        return frozenset(said.article_id for said in self.statements.values())

    def translation(self, article: Article, known: Iterable[StoredArticle]) -> DuplicateLink | None:
        """Return what an article translates, of the told ones given: the most alike, sentence by sentence; ties by id."""
        found = None
        mine = self._sentences(article)
        for other in sorted(known, key=lambda one: one.article.id):
            theirs = self._sentences(other.article)
            if other.article.language == article.language or not len(mine) or not len(theirs):
                continue
            cosines = np.round((mine @ theirs.T).astype(np.float64), 4)
            score = translation_score([(float(row.max()), int(row.argmax())) for row in cosines])
            if score > (found.score if found else 0.0):
                evidence = f"its sentences mean the same, in order (cosine {score:.2f} on average)"
                found = DuplicateLink(article.id, other.article.id, other.of_kind, Relation.REWRITE, score, evidence)
        return found

    def _sentences(self, article: Article) -> Vectors:
        spans = sentences(article.text, article.language)[:SENTENCES_MAX]
        return self.model.embed([article.text[span.start : span.end] for span in spans])

    def remember(self, article: Undecided, found: Found, story_id: Id) -> None:
        """Count what an article told as told for those that follow."""
        one = article.article
        counted = {(decision.statement_id, decision.topic) for decision in found.decisions if is_told(decision.novelty)}
        developments = {(development.statement_id, development.topic): development.id for development in found.developments}
        for said in article.statements:
            key = (said.id, said.topic)
            if key in counted:
                self.statements[key] = as_told(said, one.language, story_id, developments.get(key, ""))
                self.since.add(kept.ToldVector(said.id, said.topic, one.language, one.first_seen_at, self.vectors[said.id]))

    def _asked(self, article: Undecided) -> list[Asked]:
        one = article.article
        return [Asked((said.id, said.topic), one.language, one.first_seen_at, self.vectors[said.id]) for said in article.statements]


def load_comparison(connection: Connection, model: Meaning, now: datetime) -> Comparison:
    """Embed what was told while there was no such model, and load what statements are compared with; raises MeaningError."""
    dimension = model.dimension
    model.embed(["one"])  # a model that cannot be loaded says so before anything is decided
    for article in kept.unembedded(connection, model.name, now - WINDOW, UNEMBEDDED_MAX):
        kept.keep_vectors(connection, model.name, sorted(_embedded(model, dict(article.statements)).items()))
    told = ToldVectors(dimension)
    for one in kept.told_vectors(connection, model.name, now - 2 * WINDOW, TOLD_VECTORS_MAX):
        told.add(one)
    return Comparison(model, told, ToldVectors(dimension))


def _embedded(model: Meaning, texts: Mapping[Id, str]) -> dict[Id, bytes]:
    if not texts:
        return {}
    return dict(zip(texts, whole_numbers(model.embed(list(texts.values()))), strict=True))


def whole_numbers(vectors: Vectors) -> list[bytes]:
    """Write each vector as signed bytes, its largest number as 127: the direction is kept to a thousandth of the cosine."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    scaled = np.divide(vectors * _LARGEST, largest, out=np.zeros_like(vectors), where=largest > 0)
    return [row.tobytes() for row in np.rint(scaled).astype(np.int8)]


def _whole(dimension: int, rows: Sequence[bytes]) -> tuple[Vectors, NDArray[np.float64]]:
    """Return the vectors as whole numbers, and their lengths."""
    whole = np.frombuffer(b"".join(rows), dtype=np.int8).reshape(-1, dimension).astype(np.float32)
    return whole, np.sqrt(np.einsum("ij,ij->i", whole, whole, dtype=np.float64))
