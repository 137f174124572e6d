"""Make the stream of articles, with generated variations, that deciding is measured on.

300 articles a day (a million are nine years), in stories of 1 to 20 articles over some days; every article has ten statements in one
of three topics and eight other sentences. Sentences are made of halves of real event sentences (TIDINGS_DATA, or of invented words
without it) with words dropped and replaced, a name and a number; one article in seven copies another of its story, one in fifty an
article of any age.
"""

import gzip
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import numpy as np

from tidings.model import Article, Id, Statement, Verdict
from tidings.store.indexed import hash_term
from tidings.text.shingles import grams
from tidings.text.terms import terms, tokens

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PER_DAY = 300
TOPICS = ("north", "coast", "desert")
STATEMENTS, OTHERS = 10, 8
FACTS = 14  # statements that a story has to offer
HALVES, VARIANTS = 60_000, 3
NAMES = 30_000
SHARE_COPIES, SHARE_OLD = 0.14, 0.02


def id_of(kind: str, number: int) -> Id:
    """Return the id that the filled rows have, here and in SQL (md5)."""
    return str(UUID(hashlib.md5(f"{kind}{number}".encode()).hexdigest()))


# ---------------------------------------------------------------- words


def event_sentences() -> list[list[str]]:
    """Return the words of event sentences: real ones where TIDINGS_DATA is set, else invented with frequencies as in real text."""
    folder = os.environ.get("TIDINGS_DATA")
    if folder:
        with gzip.open(Path(folder) / "current_events/2002-2018.jsonl.gz", "rt", encoding="utf-8") as lines:
            found = [json.loads(line)["text"].split() for line in lines]
        return [words for words in found if 10 <= len(words) <= 50]
    random = Random(1)
    syllables = [a + b for a in "bdfgklmnprst" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]
    vocabulary = ["".join(random.choices(syllables, k=random.randint(2, 4))) for _ in range(60_000)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    return [random.choices(vocabulary, weights, k=random.randint(14, 34)) for _ in range(70_000)]


@dataclass(frozen=True, slots=True)
class Halves:
    """Hold half sentences in variants, as text and as hashed terms."""

    texts: list[str]
    words: list[tuple[str, ...]]  # terms
    term_lists: list[tuple[int, ...]]
    gram_lists: list[tuple[int, ...]]

    @staticmethod
    def make() -> "Halves":
        """Cut event sentences in two and vary each half by dropping and replacing words."""
        random = Random(2)
        sentences = event_sentences()
        vocabulary = [word for words in sentences for word in words if word.isalpha()]
        texts = []
        for at in range(HALVES):
            words = sentences[(at // 2) % len(sentences)]
            half = words[: len(words) // 2] if at % 2 else words[len(words) // 2 :]
            half = [word.strip(".;:!?") for word in half][:14]
            for _ in range(VARIANTS):
                varied = [random.choice(vocabulary) if random.random() < 0.15 else word for word in half if random.random() > 0.12]
                texts.append(" ".join(varied) or "report")
        words = [tuple(terms(text)) for text in texts]
        hashes = [tuple(sorted({hash_term(term) for term in found})) for found in words]
        return Halves(texts, words, hashes, [tuple(sorted(grams(tokens(text)))) for text in texts])


# ---------------------------------------------------------------- the stream


@dataclass(slots=True)
class Stream:
    """Hold the articles of the stream as numbers: who says what, when."""

    at: Any  # seconds before NOW, per article
    story: Any
    opener: Any  # number of the story's first article
    topic: Any
    copy_of: Any  # -1: of none
    first: Any  # (articles, sentences): half sentence that opens
    second: Any
    number: Any  # of each sentence
    name: Any

    @staticmethod
    def make(count: int) -> "Stream":
        """Make the stream of `count` articles that ends at NOW."""
        rng = np.random.default_rng(3)
        sizes = np.minimum(rng.geometric(0.25, count), 20)
        sizes = sizes[: np.searchsorted(np.cumsum(sizes), count) + 1]
        story = np.repeat(np.arange(len(sizes)), sizes)[:count]
        days = count / PER_DAY
        start = rng.uniform(0, days, len(sizes))
        when = np.clip(start[story] - rng.exponential(1.0, count), 0, None)
        order = np.argsort(-when, kind="stable")
        story, when = story[order], when[order]
        width = STATEMENTS + OTHERS
        facts = rng.integers(0, HALVES, (len(sizes), 2, FACTS + 10)) * VARIANTS
        number_of = rng.integers(2, 4000, (len(sizes), FACTS + 10))
        name_of = rng.integers(0, NAMES, (len(sizes), FACTS + 10))
        chosen = np.argsort(rng.random((count, FACTS)), axis=1)[:, :STATEMENTS]
        others = FACTS + np.argsort(rng.random((count, 10)), axis=1)[:, :OTHERS]
        picked = np.concatenate([chosen, others], axis=1)
        rows = story[:, None]
        variant = lambda: rng.integers(0, VARIANTS, (count, width))  # noqa: E731
        first, second = facts[rows, 0, picked] + variant(), facts[rows, 1, picked] + variant()
        number = np.where(rng.random((count, width)) < 0.15, rng.integers(2, 4000, (count, width)), number_of[rows, picked])
        name = name_of[rows, picked]
        opener = np.full(len(sizes), count)
        np.minimum.at(opener, story, np.arange(count))
        copy_of = np.full(count, -1)
        copies = np.flatnonzero((rng.random(count) < SHARE_COPIES) & (opener[story] < np.arange(count)))
        copy_of[copies] = opener[story[copies]]
        old = np.flatnonzero(rng.random(count) < SHARE_OLD)
        old = old[old > 0]
        copy_of[old] = (rng.random(len(old)) * old).astype(int)
        for one in np.flatnonzero(copy_of >= 0):  # in order: a copy of a copy has the original's words
            of = copy_of[one]
            first[one], second[one], number[one], name[one] = first[of], second[of], number[of], name[of]
            if one % 3 == 0:
                number[one, 0] += 1
        topic = (story % len(TOPICS)).astype(int)
        return Stream(when * 86400, story, opener[story], topic, copy_of, first, second, number, name)


def sentence(halves: Halves, stream: Stream, article: int, place: int) -> str:
    """Return a sentence of an article."""
    first, second = halves.texts[stream.first[article, place]], halves.texts[stream.second[article, place]]
    return f"{first[:1].upper()}{first[1:]} near {name_word(stream.name[article, place])} {second} {stream.number[article, place]} times."


def name_word(number: int) -> str:
    """Return an invented name."""
    letters = "bcdfgklmnprstvz"
    return (
        letters[number % 15]
        + "aeiou"[number // 15 % 5]
        + letters[number // 75 % 15]
        + "ou"[number // 1125 % 2]
        + letters[number // 2250 % 15]
        + "an"
    ).capitalize()


def article_of(halves: Halves, stream: Stream, number: int, first_seen_at: datetime) -> tuple[Article, list[Statement]]:
    """Return an article of the stream with its statements."""
    said = [sentence(halves, stream, number, place) for place in range(STATEMENTS + OTHERS)]
    text = " ".join(said)
    id_, version = id_of("a", number), id_of("v", number)
    published_at = NOW - timedelta(seconds=float(stream.at[number]))
    article = Article(
        id_, version, f"https://example.org/{number}", " ".join(said[0].split()[:9]), text, f"Publisher {number % 97}", f"Publisher {number % 97}", "en",
        published_at, first_seen_at, first_seen_at, Verdict.FULL,
    )  # fmt: skip
    statements, start = [], 0
    for place, words in enumerate(said[:STATEMENTS]):
        statements.append(
            Statement(id_of(f"s{place}-", number), id_, version, TOPICS[stream.topic[number]], words, start, start + len(words), place)
        )
        start += len(words) + 1
    return article, statements
