"""Find which sentences of an article are about which topics.

A passage is a paragraph. A sentence is about a topic when it holds one of the topic's words, or when it follows such a
sentence in the same passage; in an article on one topic only, also when it stands in one of the next passages. A word that needs a
companion finds it in its passage, in the title, in the topic's name in the lead, or in a second such word: Tripoli and the GNA.
One automaton (Aho-Corasick, CACM 1975) finds all words of all topics in one reading.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick

from tidings.ids import statement_id
from tidings.model import Article, Rejection, Stage, Statement, Topic
from tidings.text.fold import fold, squeeze
from tidings.text.sentences import Span, is_furniture, latin_length, sentences
from tidings.text.terms import names, terms
from tidings.text.when import event_date

FOLLOWING_SENTENCES_MAX = 2  # how far a topic carries within its passage
FOLLOWING_PASSAGES_MAX = 2  # and past it, in an article on one topic only,
SHARED_TERMS_MIN = 2  # when the sentence takes up so many words of the passage before: an article on Xinjiang may end with the virus
LEAD_PASSAGES = 2  # where an article says what it is about
LEAD_LENGTH_MIN = 50  # a shorter passage is a byline or a caption; lengths are those in Latin letters (text.sentences.latin_length)
STATEMENT_LENGTH_MIN = 25  # shorter ones are captions and crossheads,
STOPPED_LENGTH_MIN = 12  # but a short sentence with a word of the topic, another word and a full stop may be the news: a town fell

_ARABIC_PREFIXES = frozenset({"", "و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "فال", "كال", "لل", "ولل", "وب", "ول", "فل", "فب"})

_STOPPED = re.compile(r"(?<![.…])[.!。！۔][\"'”’»)\]]*\Z")
_WORD = re.compile(r"[^\W\d_]+")
# A passage that begins so goes on with the one before it.
_CONTINUES = re.compile(r"(?:but|however|since then|in response|that|those|mais|ancak|fakat|но|однако|لكن|ولكن)\b|但|然而")


@dataclass(frozen=True, slots=True)
class Hits:
    """Hold which words of one topic a piece of text holds, by the part they play."""

    names: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    needs_companion: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    rules_out: tuple[str, ...] = ()

    @property
    def strong(self) -> bool:
        """Tell whether one of them is enough by itself."""
        return bool(self.names or self.terms)

    def about(self, companion_near: bool) -> bool:
        """Tell whether the piece matches, given whether its surroundings hold a companion."""
        if self.rules_out and not self.names:
            return False
        return self.strong or bool(self.needs_companion and (self.companions or companion_near))

    def words(self) -> tuple[str, ...]:
        """List all words found."""
        return (*self.names, *self.terms, *self.needs_companion, *self.companions, *self.rules_out)


NO_HITS = Hits()


@dataclass(frozen=True, slots=True)
class Matcher:
    """Hold the topics' words compiled into one automaton."""

    topics: tuple[Topic, ...]
    automaton: AhoCorasick
    patterns: tuple[tuple[tuple[str, str, str], ...], ...]  # per pattern: (topic, part, word as configured)
    prefix_only: tuple[bool, ...]  # per pattern: any ending may follow


@dataclass(frozen=True, slots=True)
class Matched:
    """Hold an article's statements, and why they were taken."""

    statements: tuple[Statement, ...]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # topic -> words found


def compile_topics(topics: Sequence[Topic]) -> Matcher:
    """Compile all words of all topics; words are folded as texts are."""
    meanings: dict[tuple[str, bool], list[tuple[str, str, str]]] = {}
    for topic in topics:
        for part in ("names", "terms", "needs_companion", "companions", "rules_out"):
            for word in getattr(topic, part):
                folded = " ".join(fold(word.removesuffix("*")).split())
                if folded:
                    meanings.setdefault((folded, word.endswith("*")), []).append((topic.name, part, word))
    keys = list(meanings)
    return Matcher(
        topics=tuple(topics),
        automaton=AhoCorasick([key[0] for key in keys]),
        patterns=tuple(tuple(meanings[key]) for key in keys),
        prefix_only=tuple(key[1] for key in keys),
    )


def find_words(matcher: Matcher, text: str) -> dict[str, Hits]:
    """Return the hits of each topic in a piece of text; topics without any are left out."""
    found: dict[str, dict[str, list[str]]] = {}
    for pattern, _, _ in _found_in(matcher, squeeze(text)):
        for topic, part, word in matcher.patterns[pattern]:
            words = found.setdefault(topic, {}).setdefault(part, [])
            if word not in words:
                words.append(word)
    return {topic: Hits(**{part: tuple(words) for part, words in parts.items()}) for topic, parts in found.items()}


def _found_in(matcher: Matcher, folded: str) -> Iterator[tuple[int, int, int]]:
    """Yield (pattern, start, end) of each word in a folded text."""
    for pattern, start, end in matcher.automaton.find_matches_as_indexes(folded, overlapping=True):
        if _stands_alone(folded, start, end, matcher.prefix_only[pattern]):
            yield pattern, start, end


def find_place(matcher: Matcher, topic: Topic, text: str) -> str:
    """Return the place of the topic that a sentence names first, as configured; of two that begin together the longer, "" for none."""
    named = [
        (start, -end, word)
        for pattern, start, end in _found_in(matcher, squeeze(text))
        for of, part, word in matcher.patterns[pattern]
        if of == topic.name and part in {"terms", "needs_companion"} and word in topic.places
    ]
    return min(named)[2].removesuffix("*") if named else ""


def _stands_alone(text: str, start: int, end: int, prefix_only: bool) -> bool:
    """Tell whether a match begins and ends where a word does. Scripts without spaces have no such places."""
    if _spaceless(text[start]):
        return True
    if end < len(text) and not prefix_only and text[end].isalnum() and not _spaceless(text[end]):
        return False
    if start == 0 or not text[start - 1].isalnum() or _spaceless(text[start - 1]):
        return True
    if not "\u0600" <= text[start] <= "\u06ff":
        return False
    begin = start
    while begin > 0 and text[begin - 1].isalpha() and start - begin < 4:
        begin -= 1
    return text[begin:start] in _ARABIC_PREFIXES and (begin == 0 or not text[begin - 1].isalnum())


def _spaceless(char: str) -> bool:
    return "\u3040" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


@dataclass(frozen=True, slots=True)
class Passage:
    """Hold what one sentence says about the topics: for matching, and for showing why."""

    span: Span
    text: str
    hits: Mapping[str, Hits]


def read_passages(matcher: Matcher, text: str, language: str) -> tuple[Passage, ...]:
    """Cut a text into sentences and find the topics' words in each; pointers, credits and captions are left out."""
    spans = (span for span in sentences(text, language) if not is_furniture(text[span.start : span.end]))
    return tuple(Passage(span, text[span.start : span.end], find_words(matcher, text[span.start : span.end])) for span in spans)


def match_topics(article: Article, matcher: Matcher) -> Matched | Rejection:
    """Return the article's statements per topic, or say why it is about none.

    Reasons: `no_term`, `companion_missing`, `ruled_out`, `in_passing`, `too_short`.
    """
    title = find_words(matcher, article.title)
    passages = read_passages(matcher, article.text, article.language)
    per_topic: dict[str, list[Passage]] = {}
    reasons: set[str] = set()
    # Topics with a match of their own anywhere: more than one means that no topic carries into the next passage.
    own = {topic.name: _own_matches(topic, passages, title) for topic in matcher.topics}
    alone = sum(map(any, own.values())) <= 1
    for topic in matcher.topics:
        chosen, reason = _choose(topic.name, passages, title, article.language, own=own[topic.name], alone=alone)
        if chosen:
            per_topic[topic.name] = chosen
        elif reason:
            reasons.add(reason)
    if not per_topic:
        for reason in ("too_short", "in_passing", "ruled_out", "companion_missing"):
            if reason in reasons:
                return Rejection(Stage.MATCH, reason)
        return Rejection(Stage.MATCH, "no_term")
    return Matched(
        statements=tuple(_statements(article, per_topic, matcher)),
        words={topic: _words(topic, chosen, title) for topic, chosen in per_topic.items()},
    )


def _own_matches(topic: Topic, passages: Sequence[Passage], title: Mapping[str, Hits]) -> list[bool]:
    """Tell of each sentence whether it is about the topic by words of its own and of its surroundings."""
    lead = _lead_end(passages)
    said_first = [passage.hits.get(topic.name, NO_HITS) for passage in passages if passage.span.paragraph < lead]
    ruled_out = any(hits.rules_out for hits in (title.get(topic.name, NO_HITS), *said_first))
    in_lead = any(hits.names for hits in said_first) and not ruled_out
    return [_own_match(topic, passages, title, index, in_lead=in_lead) for index in range(len(passages))]


def _own_match(topic: Topic, passages: Sequence[Passage], title: Mapping[str, Hits], index: int, *, in_lead: bool) -> bool:
    passage = passages[index]
    hits = passage.hits.get(topic.name)
    if hits is None:
        return False
    near = [title.get(topic.name, NO_HITS)]
    near += [
        other.hits.get(topic.name, NO_HITS)
        for other in passages[max(0, index - 3) : index + 4]
        if other.span.paragraph == passage.span.paragraph and other is not passage
    ]
    if hits.rules_out and not hits.names:
        return False
    if any(hit.rules_out for hit in near) and not hits.strong and not hits.companions:
        return False
    unsure = {word for hit in (hits, *near) for word in hit.needs_companion}
    return hits.about(companion_near=in_lead or any(hit.strong or hit.companions for hit in near) or _vouch(unsure, topic.places))


def _vouch(unsure: Iterable[str], places: Sequence[str]) -> bool:
    """Tell whether words that need a companion are one for each other: a place, and another that is not the same word spelled longer.

    One of them must be a place: "Hayat Tahrir al-Sham (HTS)" is one body named twice, and says nothing about where.
    """
    folded = {fold(word.removesuffix("*")): word in places for word in unsure}
    return any(is_place and one not in other and other not in one for one, is_place in folded.items() for other in folded if other != one)


def _choose(
    topic: str, passages: Sequence[Passage], title: Mapping[str, Hits], language: str, *, own: Sequence[bool], alone: bool
) -> tuple[list[Passage], str]:
    """Return the sentences that are about the topic, or the reason why there are none."""
    title_hits = title.get(topic, NO_HITS)
    in_title = title_hits.about(companion_near=any(own)) and not title_hits.rules_out
    if not any(own) and not in_title:
        return [], _why_not(topic, passages, title_hits)
    lead = _lead_end(passages)
    in_lead = any(own[i] for i, passage in enumerate(passages) if passage.span.paragraph < lead)
    if not in_title and not in_lead and sum(own) < 2:
        return [], "in_passing"
    chosen = []
    last_own: Passage | None = None
    since_own = 0
    for index, passage in enumerate(passages):
        if own[index]:
            last_own, since_own = passage, 0
        elif any(hits.strong for hits in passage.hits.values()):
            since_own = FOLLOWING_SENTENCES_MAX + 1  # it names another topic: what follows is about that one
        else:
            since_own += 1
        if own[index] or (
            not passage.hits.get(topic, NO_HITS).rules_out
            and _carries(last_own, passage, since_own, language, in_title=in_title, alone=alone)
        ):
            chosen.append(passage)
    whole = [passage for passage in chosen if _is_whole(passage.text, passage.hits.get(topic, NO_HITS), language)]
    return whole, "" if whole else "too_short"


def _is_whole(text: str, hits: Hits, language: str) -> bool:
    """Tell a sentence from a caption or a crosshead: by its length; a short one by its full stop and by what it says of the topic's word."""
    length = latin_length(text)
    if length >= STATEMENT_LENGTH_MIN:
        return True
    return length >= STOPPED_LENGTH_MIN and bool(_STOPPED.search(text)) and _says_something(text, hits, language)


def _says_something(text: str, hits: Hits, language: str) -> bool:
    """Tell whether a short text holds a word of the topic, and one that is neither that, nor a name, nor an empty word: "Saraqib fell."."""
    known = sorted((fold(word.removesuffix("*")) for word in hits.words()), key=len, reverse=True)
    rest = "".join(word.group() if not word.group()[0].isupper() else " " for word in re.finditer(r"[^\W\d_]+|[\W\d_]+", text))
    folded = fold(rest)
    for word in known:
        folded = folded.replace(word, " ")
    return bool(known) and any(len(word) > 1 and terms(word, language) for word in _WORD.findall(folded))


def _lead_end(passages: Sequence[Passage]) -> int:
    """Return the paragraph at which the lead ends: bylines, datelines and captions before it do not use it up."""
    long = [passage.span.paragraph for passage in passages if latin_length(passage.text) >= LEAD_LENGTH_MIN]
    paragraphs = sorted(set(long))
    return paragraphs[LEAD_PASSAGES - 1] + 1 if len(paragraphs) >= LEAD_PASSAGES else LEAD_PASSAGES


def _carries(last_own: Passage | None, passage: Passage, since_own: int, language: str, *, in_title: bool, alone: bool) -> bool:
    """Tell whether a sentence without the topic's words still speaks of what was named before."""
    if last_own is None:
        return in_title and alone and passage.span.paragraph < LEAD_PASSAGES
    if any(hits.strong for hits in passage.hits.values()):
        return False  # it names another topic
    if passage.span.paragraph == last_own.span.paragraph:
        return since_own <= FOLLOWING_SENTENCES_MAX and _goes_on(last_own, passage, language)
    if since_own == 1 and _CONTINUES.match(fold(passage.text)):
        return True
    if not alone or not in_title or passage.span.paragraph - last_own.span.paragraph > FOLLOWING_PASSAGES_MAX:
        return False
    return len(set(terms(passage.text, language)) & set(terms(last_own.text, language))) >= SHARED_TERMS_MIN


def _goes_on(last_own: Passage, passage: Passage, language: str) -> bool:
    """Tell whether a sentence stays with what was spoken of: it takes up a word of it, or at least names nobody and nowhere else."""
    said = set(terms(last_own.text, language))
    return bool(said & set(terms(passage.text, language))) or not names(passage.text, language) - said


def _why_not(topic: str, passages: Sequence[Passage], title: Hits) -> str:
    hits = [title, *(passage.hits.get(topic, NO_HITS) for passage in passages)]
    if any(hit.rules_out and (hit.strong or hit.needs_companion) for hit in hits):
        return "ruled_out"
    if any(hit.needs_companion for hit in hits):
        return "ruled_out" if any(hit.rules_out for hit in hits) else "companion_missing"
    return ""


def _statements(article: Article, per_topic: Mapping[str, list[Passage]], matcher: Matcher) -> Iterable[Statement]:
    topics = {topic.name: topic for topic in matcher.topics}
    occurrences: dict[tuple[str, str], int] = {}
    published = article.published_at.date() if article.published_at else None
    for topic, chosen in per_topic.items():
        for passage in chosen:
            words = squeeze(passage.text)
            occurrence = occurrences[topic, words] = occurrences.get((topic, words), -1) + 1
            yield Statement(
                id=statement_id(article.id, words, occurrence),
                article_id=article.id,
                version_id=article.version_id,
                topic=topic,
                text=passage.text,
                start=passage.span.start,
                end=passage.span.end,
                position=passage.span.start,
                event_date=event_date(passage.text, article.language, published),
                place=find_place(matcher, topics[topic], passage.text),
            )


def _words(topic: str, chosen: Sequence[Passage], title: Mapping[str, Hits]) -> tuple[str, ...]:
    found = dict.fromkeys(title.get(topic, NO_HITS).words())
    for passage in chosen:
        found.update(dict.fromkeys(passage.hits.get(topic, NO_HITS).words()))
    return tuple(found)
