"""Write what became of an address, with the evidence, as lines of plain text for a terminal. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tidings.model import Topic
from tidings.render.answers import label_words, moment
from tidings.render.escape import plain
from tidings.render.reasons import DECISIONS, STORIES, sentence
from tidings.render.words import many, reported
from tidings.stages.bounds import CONFIRM_MIN, DUPLICATE_SCORE_MIN, SAME_STORY_MIN, loose, told_min

Row = Mapping[str, Any]

_DECISIONS = {"development": "NEW", "told": "told", "known": "known", "seed": "seed", "off_topic": "off topic"}
_WORDS_SHOWN = 8
_CHANGES_SHOWN = 3  # sentences of each kind
_BY_SCORE = frozenset({"covered", "not_covered", "alike", "not_alike"})  # reasons that a score decides, at the bound of this program


def why_lines(answer: Row, topics: Sequence[Topic] = ()) -> Iterator[str]:
    """Write what became of an address; `topics` say what was looked for in an article that is off topic."""
    yield plain(answer["url"])
    if answer["feed"]:
        feed = answer["feed"]
        note = "" if feed["note"] == feed["state"] else f", {plain(feed['note'])}"
        yield f"  feed of {plain(feed['publisher'])}: {feed['state']}{note}; last success {moment(feed['last_success_at'])}"
    if answer["seed"]:
        yield f"  seed {plain(answer['seed']['id'])}: what it says counts as told"
    for entry in answer["entries"]:
        yield from _entry(entry)
    if any(entry["outcome"] == "off_topic" for entry in answer["entries"]):
        yield from _looked_for(topics)
    article = answer["article"]
    if article:
        yield f"  article by {plain(article['publisher'])}, origin {plain(article['origin'])}, {article['language'] or '?'}, page {article['verdict']}"
        yield from _edits(answer["versions"])
        if article.get("gone_since"):  # a snapshot of an older program does not tell
            yield f"  withdrawn: its page is not there any more, first missed {moment(article['gone_since'])}; what was read of it before stands"
    yield from _links(answer)
    for label in answer["labels"]:
        yield f"  marked by a user, {moment(label['labelled_at'])}: {label_words(label)}"
    yield from _statements(answer)


def unseen_lines(answer: Row) -> Iterator[str]:
    """Say that an address was never seen, and name those of its host that come nearest."""
    yield f"{plain(answer['url'])} was never seen: no feed had it, and it is no feed of the last run"
    if answer["nearest"]:
        yield "the nearest that were:"
        yield from (f"  {plain(url)}" for url in answer["nearest"])


def _entry(entry: Row) -> Iterator[str]:
    yield f"  entry in {plain(entry['feed'] or '?')} ({plain(entry['publisher'] or '?')}), first seen {moment(entry['first_seen_at'])}"
    yield f"    {plain(entry['title'] or '(no title)')}"
    reason = f": {plain(entry['reason'])}" if entry["reason"] else ""
    yield f"    outcome: {entry['outcome']}{reason}"
    detail = f" ({plain(entry['detail'])})" if entry["detail"] else ""
    if said := sentence(entry["outcome"], entry["reason"] or ""):
        yield f"      {said}{detail}"
    if entry["next_attempt_at"]:
        times = f"tried {many(entry['attempt_count'], 'time')}; " if entry["attempt_count"] else ""
        yield f"      {times}next try {moment(entry['next_attempt_at'])}"


def _looked_for(topics: Sequence[Topic]) -> Iterator[str]:
    for topic in topics:
        words = [*topic.names, *topic.terms]
        more = f", and {len(words) - _WORDS_SHOWN} more" if len(words) > _WORDS_SHOWN else ""
        yield f"    looked for {plain(topic.title)}: {', '.join(map(plain, words[:_WORDS_SHOWN]))}{more}"
        if topic.needs_companion:
            yield f"      with a companion: {', '.join(map(plain, topic.needs_companion[:_WORDS_SHOWN]))}"
    if topics:
        yield "    try a text of your own: tidings topics test FILE"


def _edits(versions: Sequence[Row]) -> Iterator[str]:
    """Say what became of the texts that the article had before, where the snapshot tells it."""
    for one in (one for one in versions if one.get("replaced_at")):
        yield f"  edited, seen {moment(one['replaced_at'])}: {one['added_count']} sentences added, {one['removed_count']} removed"
        for mark, changed in (("+", one["added"]), ("-", one["removed"])):
            yield from (f"    {mark} {plain(text)}" for text in changed[:_CHANGES_SHOWN])


def _links(answer: Row) -> Iterator[str]:
    copy = answer["duplicate"]
    if copy:
        named = plain(copy["of_seed_id"] or copy["of_id"])
        of = f"{plain(copy['of_publisher'] or '')}: {plain(copy['of_title'] or '') or named}"
        yield f"  {copy['relation']} copy of {copy['of_kind']} {named} ({of})"
        if copy["of_url"]:
            yield f"    {plain(copy['of_url'])}"
        yield f"    score {copy['score']:.2f} of {DUPLICATE_SCORE_MIN:.2f} needed: {plain(copy['evidence'] or '')}"
        if copy["differs_in"]:
            yield f"    but differs in: {', '.join(map(plain, copy['differs_in']))}"
    story = answer["story"]
    if story:
        yield f"  story: {plain(story['title'])} ({reported(story['article_count'], story['origin_count'])})"
    if answer["placed"]:
        yield from _placed(answer["placed"])


def _placed(placed: Row) -> Iterator[str]:
    """Say how an article came to its story: with the address of the nearest one, by which a user can mark them."""
    by_score = placed["reason"] in _BY_SCORE
    score = f", score {_score(placed['score'], SAME_STORY_MIN if by_score else None)}" if placed["score"] is not None else ""
    evidence = f" ({plain(placed['evidence'])})" if placed["evidence"] else ""
    near = f"; nearest {plain(placed['against_publisher'] or '?')}: {plain(placed['against_title'] or '?')}" if placed["against_id"] else ""
    yield f"    {placed['outcome']}: {STORIES.get(placed['reason'], placed['reason'])}{near}{score}{evidence}"
    if placed["against_url"] and placed["reason"] != "copy":  # of a copy it is given already
        yield f"      {plain(placed['against_url'])}"
    if placed["reason"] == "alike" and loose(placed["score"]):
        yield f"      too loosely to count as an origin: that takes {CONFIRM_MIN:.2f}"


def _score(score: float, least: float | None) -> str:
    """Write a score and the bound that it is held against, with as many digits as tell on which side it is."""
    if least is None:
        return f"{score:.2f}"
    digits = 2 if (score >= least) == (round(score, 2) >= least) else 4
    return f"{score:.{digits}f} of {least:.2f} needed"


def _statements(answer: Row) -> Iterator[str]:
    for one in answer["statements"]:
        needed = None if answer["duplicate"] else told_min(one["days"])  # copies are judged against what they copy, in other ways
        kind = f" {one['kind']}" if one["kind"] else ""
        yield f"  [{_DECISIONS.get(one['decision'] or '', 'undecided')}{kind}] {one['topic']}: {plain(one['text'])}"
        score = f" {_score(one['score'], needed if one['reason'] in _BY_SCORE else None)}" if one["score"] is not None else ""
        evidence = f" ({plain(one['evidence'])})" if one["evidence"] else ""
        if said := f"{DECISIONS.get(one['reason'] or '', plain(one['reason'] or ''))}{score}{evidence}".strip():
            yield f"      {said}"
        if one["against"]:
            yield f"      nearest told ({plain(one['against_publisher'] or '?')}): {plain(one['against'])}"
        if one["recipients"]:
            yield f"      told to: {', '.join(map(plain, one['recipients']))}"
