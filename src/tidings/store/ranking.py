"""Add up what postings say for their subjects, in bulk, by numpy; who only packs and keeps them (`postings`) does without its 10 MB."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidings.store.postings import ARTICLE_MAX, DETAIL_BITS, DETAIL_MAX, SUBJECT_BITS, WEIGHT_STEP

Numbers = NDArray[np.uint64]

_SPREAD, _SPREAD_SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(51)  # multiplicative hashing into 13 bits (Knuth, vol. 3, 6.4)


def unpacked(postings: bytes) -> Numbers:
    """Return the postings of a list as numbers."""
    return np.frombuffer(postings, dtype=np.uint64)


def heaviest_articles(weights: Mapping[int, float], lists: Mapping[int, bytes], since: int, most: int) -> list[tuple[float, int]]:
    """Return the articles (sum, number) that hold most of the terms' weight, of those reported from a minute on; about `most` of them.

    `lists` are the postings of each term that has a weight.
    """
    asked = sorted(weights)
    found = unpacked(b"".join(lists[term] for term in asked))
    places = np.repeat(np.arange(len(asked)), [len(lists[term]) // 8 for term in asked])
    live = (found >> np.uint64(SUBJECT_BITS)) >= since
    found, places = found[live], places[live]
    worth = np.array([weights[term] for term in asked])[places] * (found & np.uint64(DETAIL_MAX)) * WEIGHT_STEP
    return _summed(found >> np.uint64(DETAIL_BITS) & np.uint64(ARTICLE_MAX), worth, most)


def heaviest_subjects(weights: Mapping[int, float], lists: Mapping[int, Numbers], most: int, least: float) -> list[tuple[float, int]]:
    """Return the subjects (sum, article and detail as one number) that hold most of the terms' weight, `least` of it; about `most` of them."""
    held = [key for key in weights if key in lists]
    if not held:
        return []
    found = np.concatenate([lists[key] for key in held])
    worth = np.repeat([weights[key] for key in held], [len(lists[key]) for key in held])
    return _summed(found & np.uint64((1 << SUBJECT_BITS) - 1), worth, most, least)


def _summed(subjects: Numbers, worth: Any, most: int, least: float = 0.0) -> list[tuple[float, int]]:
    """Return the subjects of the greatest sums, of `least` on, with those that are equal to the last of them."""
    if least > 0:  # nearly all subjects share one common term only: a sum over what falls together bounds each of them, without sorting
        together = (subjects * _SPREAD >> _SPREAD_SHIFT).astype(np.intp)
        likely = np.bincount(together, worth)[together] >= least - 1e-6
        subjects, worth = subjects[likely], worth[likely]
    if not len(subjects):
        return []
    numbers, inverse = np.unique(subjects, return_inverse=True)
    sums = np.bincount(inverse, worth, len(numbers)).round(6)  # the order in which a sum is made must not decide between equals
    least = max(least, float(np.partition(sums, -most)[-most])) if len(sums) > most else least
    return [(float(sums[i]), int(numbers[i])) for i in np.flatnonzero(sums >= least)]
