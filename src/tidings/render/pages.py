"""Say what pages came to, in few words: those that were not read whole are counted by why. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

# verdict or reason -> in words; several may share them. What is not here is "not readable": no word of theirs is ever shown.
_WORDS: Mapping[str, str] = {
    "full": "read in full",
    "teaser": "only in part",
    "wall": "behind a wall",
    "same_text": "behind a wall",
    "blocked": "closed to us",
    "robots": "closed to us",
    "empty": "without text",
    "pdf": "a PDF or another file",
    "not_a_page": "a PDF or another file",
    "not_found": "gone",
    "redirect_home": "gone",
    "too_deep": "nested too deep",
    "timeout": "too slow",
    "dns": "out of reach",
    "connect": "out of reach",
    "tls": "without a valid certificate",
    "incomplete": "broken off",
    "protocol": "broken off",
    "too_large": "too large",
    "refused_address": "at an address that is not public",
    "too_many_redirects": "redirected in a circle",
    "retry_later": "to be asked later",
}


def page_words(word: str) -> str:
    """Say what a page came to, by its verdict or the reason why there is none."""
    if word.startswith("http_"):
        return "answered with an error"
    if word.startswith("parser_"):
        return "stopped while being read"
    return _WORDS.get(word, "not readable")


def pages_line(counts: Iterable[tuple[str, int]]) -> str:
    """Write "48 read in full, 3 behind a wall, 2 too slow", the most frequent first behind those in full; empty without pages."""
    said: Counter[str] = Counter()
    for word, count in counts:
        said[page_words(word)] += count
    full = said.pop(_WORDS["full"], 0)
    if not full and not said.total():
        return ""
    parts = [f"{count:,} {words}" for words, count in sorted(said.items(), key=lambda item: (-item[1], item[0])) if count]
    return ", ".join((f"{full:,} {_WORDS['full']}", *parts))
