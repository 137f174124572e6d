"""Find the words of topics in a text, by one automaton (Aho-Corasick, CACM 1975) over all words of all topics in one reading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from tidings.model import Topic
from tidings.text.fold import fold, squeeze

PARTS = ("names", "terms", "needs_companion", "companions", "place_companions", "rules_out", "in_passing", "unlikely")
# Without a word of these a text gives `no_term`: all others are only looked at beside them
SOUGHT = frozenset({"names", "terms", "likely", "needs_companion", "in_passing"})
_COVERING = frozenset({"in_passing", "likely", "needs_companion"})
_ARABIC_PREFIXES = frozenset({"", "و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "فال", "كال", "لل", "ولل", "وب", "ول", "فل", "فب"})


@dataclass(frozen=True, slots=True)
class Hits:
    """Hold which words of one topic a piece of text holds, by the part they play."""

    names: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    needs_companion: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    place_companions: tuple[str, ...] = ()
    rules_out: tuple[str, ...] = ()
    in_passing: tuple[str, ...] = ()
    unlikely: tuple[str, ...] = ()

    @property
    def strong(self) -> bool:
        """Tell whether one of them is enough by itself."""
        return bool(self.names or self.terms or self.likely)

    @property
    def vouching(self) -> bool:
        """Tell whether one of them says which of its meanings another word has: "a Libyan man" says which Tripoli is meant."""
        return bool(self.names or self.terms or self.companions or self.in_passing)

    def doubted(self) -> "Hits":
        """Return the same where another meaning is likely: no word is likely, and no companion is enough."""
        return replace(self, likely=(), needs_companion=(*self.likely, *self.needs_companion), companions=(), place_companions=())

    def about(self, companion_near: bool) -> bool:
        """Tell whether the piece matches, given whether its surroundings hold a companion."""
        if self.rules_out and not self.names:
            return False
        return self.strong or bool(self.needs_companion and (self.vouching or companion_near))

    def words(self) -> tuple[str, ...]:
        """List all words found, without the general ones beside a place."""
        return (
            *self.names,
            *self.terms,
            *self.likely,
            *self.needs_companion,
            *self.companions,
            *self.rules_out,
            *self.in_passing,
            *self.unlikely,
        )


NO_HITS = Hits()


@dataclass(frozen=True, slots=True)
class Meaning:
    """Say what a pattern is: a word of a topic, and the part it plays; a likely word may have a time, and is none outside it."""

    topic: str
    part: str
    word: str  # as configured
    since: date = date.min
    until: date = date.max

    def counts_on(self, day: date | None) -> bool:
        """Tell whether it is a word of the topic on a day; without one the time does not matter."""
        return day is None or self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class Matcher:
    """Hold the topics' words compiled into one automaton."""

    topics: tuple[Topic, ...]
    automaton: AhoCorasick
    patterns: tuple[tuple[Meaning, ...], ...]
    prefix_only: tuple[bool, ...]  # per pattern: any ending may follow


def compile_topics(topics: Sequence[Topic]) -> Matcher:
    """Compile all words of all topics; words are folded as texts are, and also found without their hyphens and apostrophes.

    What was compiled last is remembered: a run asks twice, a replay in each of its runs.
    """
    return _compiled(tuple(topics))


@lru_cache(maxsize=2)
def _compiled(topics: tuple[Topic, ...]) -> Matcher:
    meanings: dict[tuple[str, bool], dict[Meaning, None]] = {}
    for meaning in _meanings(topics):
        for spelling in _spelled(meaning.word.removesuffix("*")):
            meanings.setdefault((spelling, meaning.word.endswith("*")), {})[meaning] = None
    keys = list(meanings)
    return Matcher(
        topics=topics,
        automaton=AhoCorasick([key[0] for key in keys]),
        patterns=tuple(tuple(meanings[key]) for key in keys),
        prefix_only=tuple(key[1] for key in keys),
    )


def _meanings(topics: Sequence[Topic]) -> Iterator[Meaning]:
    """Give all words of all topics."""
    for topic in topics:
        yield from (Meaning(topic.name, part, word) for part in PARTS for word in getattr(topic, part))
        yield from (Meaning(topic.name, "likely", word, since, until) for word, since, until in topic.likely)


def words_sought(matcher: Matcher) -> str:
    """Return the words of which a text holds at least one if it matches, or is said to fail for more than `no_term`.

    One a line, folded, in all spellings, a star where any ending may follow: one string crosses to the jail with each page at no cost.
    """
    return _words_sought(matcher.topics)


@lru_cache(maxsize=2)  # asked for with each chunk of pages
def _words_sought(topics: tuple[Topic, ...]) -> str:
    found = (
        spelling + "*" * meaning.word.endswith("*")
        for meaning in _meanings(topics)
        if meaning.part in SOUGHT
        for spelling in _spelled(meaning.word.removesuffix("*"))
    )
    return "\n".join(dict.fromkeys(found))


def _spelled(word: str) -> set[str]:
    """Return the folded word, with spaces for its hyphens, and without its apostrophes: Bab al-Hawa, Bab al Hawa; Ma'arrat, Maarrat."""
    folded = " ".join(fold(word).split())
    return {one for one in (folded, folded.replace("-", " "), folded.replace("'", ""), folded.replace("-", " ").replace("'", "")) if one}


def find_words(matcher: Matcher, text: str, day: date | None = None) -> dict[str, Hits]:
    """Return the hits of each topic in a piece of text of a day; topics without any are left out.

    A word within a phrase of `in_passing` is that phrase's: "a Libyan man" does not name Libya.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for meaning, _, _ in _told_apart(matcher, squeeze(text), day):
        words = found.setdefault(meaning.topic, {}).setdefault(meaning.part, [])
        if meaning.word not in words:
            words.append(meaning.word)
    return {topic: Hits(**{part: tuple(words) for part, words in parts.items()}) for topic, parts in found.items()}


def find_mentions(matcher: Matcher, topic: str, folded: str, day: date | None = None) -> list[tuple[int, int]]:
    """Return where a folded text names the topic: by its sure words, without any by the unsure ones; of words within words the longer."""
    spans: dict[bool, set[tuple[int, int]]] = {True: set(), False: set()}
    for meaning, start, end in _told_apart(matcher, folded, day):
        if meaning.topic == topic and meaning.part in {"names", "terms", "likely", "needs_companion"}:
            spans[meaning.part != "needs_companion"].add((start, -end))
    mentions: list[tuple[int, int]] = []
    for start, minus_end in sorted(spans[True] or spans[False]):
        if not mentions or start >= mentions[-1][1]:
            mentions.append((start, _word_end(folded, -minus_end)))
    return mentions


def _word_end(text: str, end: int) -> int:
    """Return where the word goes on to that a match ends in: a word with a star ends before its ending."""
    while end < len(text) and text[end].isalnum() and not is_spaceless(text[end]):
        end += 1
    return end


def find_place(matcher: Matcher, topic: Topic, text: str) -> str:
    """Return the place of the topic that a sentence names first, as configured; of two that begin together the longer, "" for none."""
    named = [
        (start, -end, meaning.word)
        for meaning, start, end in _told_apart(matcher, squeeze(text))
        if meaning.topic == topic.name and meaning.part in {"terms", "likely", "needs_companion"} and meaning.word in topic.places
    ]
    return min(named)[2].removesuffix("*") if named else ""


def _told_apart(matcher: Matcher, folded: str, day: date | None = None) -> list[tuple[Meaning, int, int]]:
    """Return each word with its place, without those inside a phrase that only mentions the topic.

    Nor is a companion one inside a longer word of its topic: "rebel enclave" does not vouch for "the rebel enclave".
    """
    found = [
        (meaning, start, end)
        for pattern, start, end in _found_in(matcher, folded)
        for meaning in matcher.patterns[pattern]
        if meaning.counts_on(day)
    ]
    if len(found) < 2:
        return found
    covers = [(meaning, start, end) for meaning, start, end in found if meaning.part in _COVERING]
    return [one for one in found if not any(_covers(other, one) for other in covers)] if covers else found


def _covers(cover: tuple[Meaning, int, int], inner: tuple[Meaning, int, int]) -> bool:
    """Tell whether a word stands inside one whose part takes it away."""
    if cover[0].topic != inner[0].topic or cover[1] > inner[1] or inner[2] > cover[2]:
        return False
    if cover[0].part == "in_passing":
        return inner[0].part != "in_passing"
    return inner[0].part == "companions" and cover[2] - cover[1] > inner[2] - inner[1]


def _found_in(matcher: Matcher, folded: str) -> Iterator[tuple[int, int, int]]:
    """Yield (pattern, start, end) of each word in a folded text."""
    for pattern, start, end in matcher.automaton.find_matches_as_indexes(folded, overlapping=True):
        if stands_alone(folded, start, end, matcher.prefix_only[pattern]):
            yield pattern, start, end


def stands_alone(text: str, start: int, end: int, prefix_only: bool) -> bool:
    """Tell whether a match begins and ends where a word does. Scripts without spaces have no such places."""
    if is_spaceless(text[start]):
        return True
    if end < len(text) and not prefix_only and text[end].isalnum() and not is_spaceless(text[end]):
        return False
    if start == 0 or not text[start - 1].isalnum() or is_spaceless(text[start - 1]):
        return True
    if not "\u0600" <= text[start] <= "\u06ff":
        return False
    begin = start
    while begin > 0 and text[begin - 1].isalpha() and start - begin < 4:
        begin -= 1
    return text[begin:start] in _ARABIC_PREFIXES and (begin == 0 or not text[begin - 1].isalnum())


def is_spaceless(char: str) -> bool:
    return "\u3040" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"
