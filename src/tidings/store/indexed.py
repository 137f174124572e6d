"""Lay out what the index of neighbours keeps of a decided article."""

import json
import zlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from tidings.ids import stable_hash
from tidings.model import Figure, Id, Statement
from tidings.stages.stories import Member
from tidings.text.terms import sentence_terms


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """Hold a told statement."""

    statement: Statement
    language: str
    story_id: Id
    development_id: Id
    said_on: str = ""  # ISO date of its article, or ""

    @property
    def terms(self) -> frozenset[int]:
        """Return the terms by which it is found, by hash."""
        return hashed_terms(self.statement.text, self.language)


@dataclass(frozen=True, slots=True)
class Indexed:
    """Hold all that the index keeps of a decided article."""

    id: Id
    story_id: Id
    origin: str
    copy_of: Id  # empty: of none
    mean_score: float | None  # of all its statements
    story_score: float | None  # how surely it belongs to its story; None: not known, or a user's label put it there
    at: int  # the minute reported (postings.minute)
    grams: tuple[int, ...]  # neighbours.kept_grams
    terms: Mapping[str, float]  # with their weights (Fingerprint.terms)
    told: tuple[StoredStatement, ...]
    lead: str = ""  # what stories are compared by besides terms (stories.Member)
    language: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """Hold what finds a decided article, and puts others into its story."""

    grams: frozenset[int]
    member: Member
    copy_of: Id


@lru_cache(maxsize=5_000)
def hashed_terms(text: str, language: str) -> frozenset[int]:
    """Return the terms of a sentence, by hash."""
    return frozenset(map(hash_term, sentence_terms(text, language)))


hash_term = lru_cache(maxsize=100_000)(stable_hash)


def to_row(number: int, one: Indexed) -> tuple[Any, ...]:
    """Return the row of the table `articles`."""
    return (
        number, packed_id(one.id), packed_id(one.story_id), one.origin, packed_id(one.copy_of), one.mean_score, one.story_score,
        one.at, array("q", one.grams).tobytes(), _packed(dict(one.terms)), one.lead, one.language, one.year,
        _packed([_to_plain(each) for each in one.told]),
    )  # fmt: skip


def from_row(row: tuple[Any, ...]) -> Indexed:
    """Return what a row of the table `articles` holds."""
    _, own, story, origin, copy_of, mean_score, story_score, at, grams, weighed, lead, language, year, told = row
    own_id, story_id = unpacked_id(own), unpacked_id(story)
    return Indexed(
        own_id, story_id, origin, unpacked_id(copy_of), mean_score, story_score, at, tuple(array("q", grams)),
        _unpacked(weighed), tuple(unpacked_told(told, own_id, story_id)), lead, language, year,
    )  # fmt: skip


def unpacked_marks(row: tuple[Any, ...]) -> Marks:
    """Return what finds an article, of id, story_id, copy_of, grams, terms, lead, language and year."""
    own, story, copy_of, grams, weighed, lead, language, year = row
    story = story or own
    member = Member(unpacked_id(own), unpacked_id(story), own == story, _unpacked(weighed), lead, language, year)
    return Marks(frozenset(array("q", grams)), member, unpacked_id(copy_of))


def _packed(plain: Any) -> bytes:
    return zlib.compress(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"), 1)


def _unpacked(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass"))


def unpacked_told(packed: bytes, article: Id, story: Id, places: Iterable[int] | None = None) -> list[StoredStatement]:
    """Return the told statements of an article, all of them or those at some places."""
    plain = _unpacked(packed)
    return [_from_plain(plain[place], article, story) for place in (range(len(plain)) if places is None else sorted(places))]


def _to_plain(one: StoredStatement) -> list[Any]:
    said = one.statement
    figures = [astuple(figure) for figure in said.figures]
    return [
        said.id, said.version_id, said.topic, said.text, said.start, said.end, said.position, said.event_date, said.place, figures,
        one.language, one.development_id, one.said_on,
    ]  # fmt: skip


def _from_plain(plain: list[Any], article: Id, story: Id) -> StoredStatement:
    id_, version, topic, text, start, end, position, event_date, place, figures, language, development, said_on = plain
    made = tuple(Figure(*figure) for figure in figures)
    said = Statement(id_, article, version, topic, text, start, end, position, event_date, place, made)
    return StoredStatement(said, language, story, development, said_on)


@lru_cache(maxsize=20_000)
def packed_id(one: Id) -> bytes:
    """Return an id as 16 bytes; nothing for an empty one."""
    return UUID(one).bytes if one else b""


def unpacked_id(packed: bytes) -> Id:
    """Return the id of 16 bytes."""
    if len(packed) != 16:
        if packed:
            raise ValueError("not an id")
        return ""
    digits = packed.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
