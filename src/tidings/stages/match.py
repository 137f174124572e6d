"""Find which sentences of an article are about which topics.

A passage is a paragraph. A sentence is about a topic when it holds one of the topic's words, or when it follows such a
sentence in the same passage; in an article on one topic only, also when it stands in one of the next passages. A word that needs a
companion finds it in its passage, in the title, in the topic's name in the lead, or in a second such word: Tripoli and the GNA.
An article is about a topic when its title, a sentence of its lead or two of the others do more than mention it (`_passing` knows the
frames of a mention); then its mentions are statements as well.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tidings.ids import statement_id
from tidings.model import Article, Rejection, Stage, Statement, Topic
from tidings.stages._passing import goes_elsewhere, only_mentioned
from tidings.stages._topic_words import NO_HITS, Hits, Matcher, compile_topics, find_place, find_words, words_sought
from tidings.text.fold import fold, squeeze
from tidings.text.sentences import Span, is_furniture, latin_length, sentences
from tidings.text.terms import names, terms
from tidings.text.when import event_date

__all__ = ["Matched", "Matcher", "compile_topics", "find_place", "find_words", "match_topics", "read_passages", "words_sought"]

FOLLOWING_SENTENCES_MAX = 2  # how far a topic carries within its passage
FOLLOWING_PASSAGES_MAX = 2  # and past it, in an article on one topic only,
SHARED_TERMS_MIN = 2  # when the sentence takes up so many words of the passage before: an article on Xinjiang may end with the virus
LEAD_PASSAGES = 2  # where an article says what it is about
LEAD_LENGTH_MIN = 50  # a shorter passage is a byline or a caption; lengths are those in Latin letters (text.sentences.latin_length)
STATEMENT_LENGTH_MIN = 25  # shorter ones are captions and crossheads,
STOPPED_LENGTH_MIN = 12  # but a short sentence with a word of the topic, another word and a full stop may be the news: a town fell

TITLE_REPEATS_MAX = 3  # a title whose words come more often on average, filled with one of them, is no title

# Who reported, in brackets at the end: "(Herald of the Gulf)".
_CREDIT = re.compile(r"(?:\A|(?<=[.!?。\"'”’»]))\s*(?:\([^()]{1,60}\)[\s.,]*){1,8}\Z")
_STOPPED = re.compile(r"(?<![.…])[.!。！۔][\"'”’»)\]]*\Z")
_WORD = re.compile(r"[^\W\d_]+")
# Who acts everywhere: to name them is to name nobody else.
_EVERYWHERE = re.compile(
    r"\b(?:United Nations|UN|U\.N\.|Security Council|NATO|European Union|EU|Arab League|African Union|Red Cross|Red Crescent|Amnesty International|Human Rights Watch"
    r"|UNICEF|UNHCR|ONU|Nations unies|Union européenne|Ligue arabe|Birleşmiş Milletler|BM|Avrupa Birliği|ООН|НАТО|Евросоюз)\b"
)
# A passage that begins so goes on with the one before it.
_CONTINUES = re.compile(r"(?:but|however|since then|in response|that|those|mais|ancak|fakat|но|однако|لكن|ولكن)\b|但|然而")


@dataclass(frozen=True, slots=True)
class Matched:
    """Hold an article's statements, and why they were taken."""

    statements: tuple[Statement, ...]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # topic -> words found


@dataclass(frozen=True, slots=True)
class Passage:
    """Hold what one sentence says about the topics: for matching, and for showing why."""

    span: Span
    text: str
    hits: Mapping[str, Hits]


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold an article as read: its title and its sentences, each with the topics' words in it."""

    title: str
    title_hits: Mapping[str, Hits]
    passages: tuple[Passage, ...]
    language: str
    lead_end: int  # the paragraph at which the lead ends
    day: date  # words that are likely in a certain time count by it


def read_passages(matcher: Matcher, text: str, language: str, day: date | None = None) -> tuple[Passage, ...]:
    """Cut a text into sentences and find the topics' words in each; pointers, credits and captions are left out."""
    cut = ((span, text[span.start : span.end]) for span in sentences(text, language))
    said = ((span, words, _without_credit(words)) for span, words in cut if not is_furniture(words))
    return tuple(Passage(span, words, find_words(matcher, without_credit, day)) for span, words, without_credit in said if without_credit)


def _without_credit(words: str) -> str:
    """Return a sentence without the brackets at its end that say who reported."""
    return _CREDIT.sub("", words) if ")" in words[-3:] else words


def match_topics(article: Article, matcher: Matcher) -> Matched | Rejection:
    """Return the article's statements per topic, or say why it is about none.

    Reasons: `no_term`, `companion_missing`, `ruled_out`, `in_passing`, `too_short`.
    """
    day = (article.published_at or article.first_seen_at).date()
    title = _title(article.title)
    passages = read_passages(matcher, article.text, article.language, day)
    reading = Reading(title, find_words(matcher, title, day), passages, article.language, _lead_end(passages), day)
    per_topic: dict[str, list[Passage]] = {}
    reasons: set[str] = set()
    # Topics with a match of their own anywhere: more than one means that no topic carries into the next passage.
    own = {topic.name: _own_matches(topic, reading) for topic in matcher.topics}
    alone = sum(map(any, own.values())) <= 1
    for topic in matcher.topics:
        chosen, reason = _choose(topic, reading, matcher, own=own[topic.name], alone=alone)
        if chosen:
            per_topic[topic.name] = chosen
        elif reason:
            reasons.add(reason)
    if not per_topic:
        if title != article.title and any(hits.strong for hits in find_words(matcher, article.title, day).values()):
            reasons.add("in_passing")  # the word that fills the title
        for reason in ("too_short", "in_passing", "ruled_out", "companion_missing"):
            if reason in reasons:
                return Rejection(Stage.MATCH, reason)
        return Rejection(Stage.MATCH, "no_term")
    return Matched(
        statements=tuple(_statements(article, per_topic, matcher)),
        words={topic: _words(topic, chosen, reading) for topic, chosen in per_topic.items()},
    )


def _title(title: str) -> str:
    """Return the title; "" for one that is filled with one word, which says nothing of the article."""
    counts = Counter(_WORD.findall(fold(title)))
    return "" if counts and max(counts.values()) > TITLE_REPEATS_MAX and len(counts) * TITLE_REPEATS_MAX < counts.total() else title


def _own_matches(topic: Topic, reading: Reading) -> list[bool]:
    """Tell of each sentence whether it is about the topic by words of its own and of its surroundings."""
    if not any(topic.name in passage.hits for passage in reading.passages):
        return [False] * len(reading.passages)
    said_first = [passage.hits.get(topic.name, NO_HITS) for passage in reading.passages if passage.span.paragraph < reading.lead_end]
    ruled_out = any(hits.rules_out for hits in (reading.title_hits.get(topic.name, NO_HITS), *said_first))
    in_lead = any(hits.names for hits in said_first) and not ruled_out
    return [_own_match(topic, reading, index, in_lead=in_lead, ruled_out=ruled_out) for index in range(len(reading.passages))]


def _own_match(topic: Topic, reading: Reading, index: int, *, in_lead: bool, ruled_out: bool) -> bool:
    passage = reading.passages[index]
    hits = passage.hits.get(topic.name)
    if hits is None or not (hits.strong or hits.needs_companion):
        return False
    near = [reading.title_hits.get(topic.name, NO_HITS)]
    near += [
        other.hits.get(topic.name, NO_HITS)
        for other in reading.passages[max(0, index - 3) : index + 4]
        if other.span.paragraph == passage.span.paragraph and other is not passage
    ]
    if hits.rules_out and not hits.names:
        return False
    if (any(hit.rules_out for hit in near) or (hits.likely and ruled_out)) and not hits.vouching:
        return False
    if any(hit.unlikely for hit in (hits, *near)):
        hits, near = hits.doubted(), [hit.doubted() for hit in near]
    unsure = {word for hit in (hits, *near) for word in hit.needs_companion}
    vouched = any(hit.strong or hit.vouching for hit in near) or _vouch(unsure, topic.places) or _placed(hits, near, topic.places)
    return hits.about(companion_near=in_lead or vouched)


def _placed(hits: Hits, near: Iterable[Hits], places: Sequence[str]) -> bool:
    """Tell whether a sentence names an ambiguous place beside a word that says which is meant: Tripoli, and militias."""
    return any(word in places for word in hits.needs_companion) and any(hit.place_companions for hit in (hits, *near))


def _vouch(unsure: Iterable[str], places: Sequence[str]) -> bool:
    """Tell whether words that need a companion are one for each other: a place, and another that is not the same word spelled longer.

    One of them must be a place: "Hayat Tahrir al-Sham (HTS)" is one body named twice, and says nothing about where.
    """
    folded = {fold(word.removesuffix("*")): word in places for word in unsure}
    return any(is_place and one not in other and other not in one for one, is_place in folded.items() for other in folded if other != one)


def _choose(topic: Topic, reading: Reading, matcher: Matcher, *, own: Sequence[bool], alone: bool) -> tuple[list[Passage], str]:
    """Return the sentences that are about the topic, or the reason why there are none."""
    title = reading.title_hits.get(topic.name, NO_HITS)
    title = title.doubted() if title.unlikely else title
    named = title.about(companion_near=any(own) or _placed(title, (), topic.places)) and not title.rules_out
    if not any(own) and not named:
        return [], _why_not(topic.name, reading)
    in_title = named and not only_mentioned(matcher, topic.name, reading.title, day=reading.day)
    if not in_title and not _is_meant(topic.name, reading, matcher, own):
        return [], "in_passing"
    chosen = _with_what_follows(topic.name, reading, own, in_title=in_title, alone=alone)
    whole = [passage for passage in chosen if _is_whole(passage.text, passage.hits.get(topic.name, NO_HITS), reading.language)]
    return whole, "" if whole else "too_short" if chosen else "in_passing"


def _is_meant(topic: str, reading: Reading, matcher: Matcher, own: Sequence[bool]) -> bool:
    """Tell whether a sentence of the lead, or two of the others, do more than mention the topic."""
    meant = (
        passage.span.paragraph < reading.lead_end
        for index, passage in enumerate(reading.passages)
        if own[index] and not only_mentioned(matcher, topic, _without_credit(passage.text), _around(reading, index), reading.day)
    )
    first = next(meant, None)
    return first is not None and (first or next(meant, None) is not None)


def _around(reading: Reading, index: int) -> str:
    """Return the title and the sentence before, where it stands in the same passage."""
    before = reading.passages[index - 1] if index else None
    same = before is not None and before.span.paragraph == reading.passages[index].span.paragraph
    return f"{reading.title}. {before.text}" if before is not None and same else reading.title


def _with_what_follows(topic: str, reading: Reading, own: Sequence[bool], *, in_title: bool, alone: bool) -> list[Passage]:
    """Return the sentences that are about the topic by words of their own, and those to which it carries."""
    chosen: list[Passage] = []
    last_own: Passage | None = None
    since_own = 0
    from_title = in_title and alone  # until a whole sentence is about something else
    for index, passage in enumerate(reading.passages):
        if own[index]:
            last_own, since_own = passage, 0
        elif any(hits.strong for hits in passage.hits.values()):
            since_own = FOLLOWING_SENTENCES_MAX + 1  # it names another topic: what follows is about that one
        else:
            since_own += 1
        if own[index] or (
            not passage.hits.get(topic, NO_HITS).rules_out
            and _carries(last_own, passage, since_own, reading, in_title=in_title and alone, from_title=from_title)
        ):
            chosen.append(passage)
        elif _STOPPED.search(_without_credit(passage.text)):
            from_title = False
    return chosen


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
    paragraphs: list[int] = []
    for passage in passages:
        if passage.span.paragraph not in paragraphs and latin_length(passage.text) >= LEAD_LENGTH_MIN:
            paragraphs.append(passage.span.paragraph)
            if len(paragraphs) == LEAD_PASSAGES:
                return passage.span.paragraph + 1
    return LEAD_PASSAGES


def _carries(last_own: Passage | None, passage: Passage, since_own: int, reading: Reading, *, in_title: bool, from_title: bool) -> bool:
    """Tell whether a sentence without the topic's words still speaks of what was named before."""
    if any(hits.strong for hits in passage.hits.values()):
        return False  # it names another topic
    if last_own is None:
        return from_title and passage.span.paragraph < LEAD_PASSAGES and _stays(passage, reading)
    if passage.span.paragraph == last_own.span.paragraph:
        return since_own <= FOLLOWING_SENTENCES_MAX and _goes_on(last_own, passage, reading.language)
    if since_own == 1 and _CONTINUES.match(fold(passage.text)):
        return True
    if not in_title or passage.span.paragraph - last_own.span.paragraph > FOLLOWING_PASSAGES_MAX:
        return False
    said = set(terms(last_own.text, reading.language))
    known = said | set(terms(reading.title, reading.language))
    shared = said & set(terms(passage.text, reading.language))
    return len(shared) >= SHARED_TERMS_MIN and not goes_elsewhere(passage.text, reading.language, known)


def _stays(passage: Passage, reading: Reading) -> bool:
    """Tell whether a sentence before any that names the topic goes on with the title: it names nobody else, and is nowhere else."""
    known = set(terms(reading.title, reading.language))
    if goes_elsewhere(passage.text, reading.language, known):
        return False
    return not names(_EVERYWHERE.sub(" ", passage.text), reading.language) - known


def _goes_on(last_own: Passage, passage: Passage, language: str) -> bool:
    """Tell whether a sentence stays with what was spoken of: it takes up a word of it, or at least names nobody and nowhere else."""
    said = set(terms(last_own.text, language))
    return bool(said & set(terms(passage.text, language))) or not names(passage.text, language) - said


def _why_not(topic: str, reading: Reading) -> str:
    hits = [reading.title_hits.get(topic, NO_HITS), *(passage.hits.get(topic, NO_HITS) for passage in reading.passages)]
    if any(hit.rules_out and (hit.strong or hit.needs_companion) for hit in hits):
        return "ruled_out"
    if any(hit.needs_companion for hit in hits):
        return "ruled_out" if any(hit.rules_out for hit in hits) else "companion_missing"
    return "in_passing" if any(hit.in_passing for hit in hits) else ""


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


def _words(topic: str, chosen: Sequence[Passage], reading: Reading) -> tuple[str, ...]:
    found = dict.fromkeys(reading.title_hits.get(topic, NO_HITS).words())
    for passage in chosen:
        found.update(dict.fromkeys(passage.hits.get(topic, NO_HITS).words()))
    return tuple(found)
