"""Measure what the product calls new: streams of lines that retell each other, and streams of news sentences with the facts they carry."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, groupby
from math import fsum
from pathlib import Path
from typing import Any

from tidings.errors import LabelledFileError
from tidings.evaluation.measures import article_of, auc, bootstrap, names_of, numbered_rows, read_rows, time_of
from tidings.evaluation.suites import Measured
from tidings.model import Article, Rejection, Statement, Topic
from tidings.pipeline.decide import Frequency, common, first_difference, hash_term
from tidings.stages import novelty
from tidings.stages.figures import read_figures
from tidings.stages.match import Matcher, compile_topics, match_topics
from tidings.text.fold import fold, squeeze
from tidings.text.function_words import FUNCTION_WORDS
from tidings.text.terms import terms
from tidings.text.when import event_date

PRECISION_MIN = 0.35  # nugget_recall is measured at the largest let-through that keeps it
NEWS_STEPS = 100  # the threshold is found to this part of 1
PEOPLE_LENGTH_MIN = 8  # "Egyptian": shorter adjectives of a people leave too little of themselves
PARAGRAPH = "\n\n"
SHOWN_CHARS_MAX = 160  # of a sentence in an error line
Row = Mapping[str, Any]
Scores = dict[str, list[float]]
Note = Callable[[novelty.ToldStatement, novelty.Told, Frequency], None]
_WORD = re.compile(r"[^\W\d_][\w']*")


def evaluate(files: Sequence[Path]) -> Measured:
    """Measure novelty on files told apart by their rows: `kind` (background streams), `nuggets` (nugget streams), `nugget` (their gold).

    `auc_retold` and `auc_background`: the chance that a new line ("update") scores nearer to nothing told than a line of that kind,
    told being every earlier line; lines said before word for word are left out. Mean over streams; each stream is given too.
    `nugget_recall`: nuggets reached, of those of the gold that a row of their stream carries, at the largest let-through with a
    `nugget_precision` of at least PRECISION_MIN; `redundancy` there. What no row carries nobody can reach: `nugget_recall.gold` counts
    these too. A stream's gold stands beside it (X_nuggets.jsonl.gz); without it the nuggets of its rows are the gold.
    Raises LabelledFileError when a file cannot be read.
    """
    background: list[LineStream] = []
    nuggets: list[NuggetStream] = []
    known: set[str] = set()
    for file, shown in zip(files, names_of(files), strict=True):
        rows = list(read_rows(file))
        if rows and isinstance(rows[0].get("kind"), str):
            read = [score_stream(name, of_one) for name, of_one in by_stream(rows)]
            background += [replace(one, name=f"{shown}/{one.name}") if one.name in known else one for one in read]
            known |= {one.name for one in read}
        elif rows and isinstance(rows[0].get("nuggets"), list):
            gold = gold_counts(file)
            nuggets += [NuggetStream(name, tuple(of_one), gold.get(name, 0)) for name, of_one in by_stream(rows)]
    lines, carried = _measure_lines(background), _measure_nuggets(nuggets)
    return Measured(
        counts={**lines.counts, **carried.counts},
        measures={**lines.measures, **carried.measures},
        intervals={**lines.intervals, **carried.intervals},
        errors=[*lines.errors, *carried.errors],
    )


def by_stream(rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Part the rows of a file by stream, in order."""
    streams: dict[str, list[Row]] = {}
    for row in rows:
        streams.setdefault(str(row["stream"]), []).append(row)
    yield from streams.items()


# ---------------------------------------------------------------- lines that retell each other

KINDS = ("update", "retold", "background")


@dataclass(frozen=True, slots=True)
class LineStream:
    """Hold the scores of a stream's lines by kind, and each line with its verdict."""

    name: str
    scores: Scores
    judged: tuple[tuple[str, novelty.Judged], ...]


def score_stream(name: str, rows: Iterable[Row], note: Note | None = None) -> LineStream:
    """Judge each line against every earlier one, as the stage does; `note` is shown each line before it is told."""
    told, frequency, said = novelty.Told(), Frequency(0, {}), set[str]()
    scores: Scores = {kind: [] for kind in KINDS}
    judged = []
    for number, row in enumerate(rows):
        words = squeeze(row["text"])
        if words in said:
            continue
        said.add(words)
        article = article_of({**row, "published": row.get("date")}, f"{number:06d}")
        context = context_of(article)
        line = novelty.as_told(_statement(row["text"], article, number), article.language, article.id, said_on=context.said_on)
        verdict = novelty.judge(line, told, context, frequency.idf, first_difference)
        if note:
            note(line, told, frequency)
        scores.setdefault(row["kind"], []).append(verdict.score)
        judged.append((str(row["kind"]), verdict))
        told.add(line)
        frequency.add(frozenset(map(hash_term, line.terms)))
    return LineStream(name, scores, tuple(judged))


def _statement(text: str, article: Article, number: int) -> Statement:
    published = article.published_at.date() if article.published_at else None
    return Statement(
        id=f"{number:06d}", article_id=article.id, version_id="", topic="stream", text=text, start=0, end=len(text), position=number,
        event_date=event_date(text, article.language, published), figures=read_figures(text, article.language, published),
    )  # fmt: skip


def context_of(article: Article) -> novelty.Context:
    """Return the context of an article that stands for itself."""
    return novelty.Context(article, article.id, story_is_new=False, seeded=False, duplicate=None, cold_topics=frozenset())


def _measure_lines(streams: Sequence[LineStream]) -> Measured:
    if not streams:
        return Measured({}, {})
    counts = {"streams.background": len(streams)}
    counts |= {f"lines.{kind}": sum(len(one.scores[kind]) for one in streams) for kind in KINDS}
    measures = _mean_auc(streams)
    for one in streams:
        measures |= {f"{measure}.{one.name}": value for measure, value in _mean_auc([one]).items()}
    intervals = bootstrap(streams, _mean_auc)
    wrong = [
        (verdict.score if kind == "update" else 1 - verdict.score, f"{one.name}: {kind} called {'told' if told else 'new'}: {_shown(verdict)}")
        for one in streams
        for kind, verdict in one.judged
        if (told := verdict.kind is None) == (kind == "update")
    ]  # fmt: skip
    return Measured(counts, measures, intervals, [line for _, line in sorted(wrong, reverse=True)])


def _mean_auc(streams: Sequence[LineStream]) -> dict[str, float]:
    """Return both measures, each the mean of the streams that have such lines; without any it is left out."""
    measures = {}
    for kind in ("retold", "background"):
        values = [auc(one.scores[kind], one.scores["update"]) for one in streams if one.scores[kind] and one.scores["update"]]
        if values:
            measures[f"auc_{kind}"] = fsum(values) / len(values)
    return measures


def _shown(verdict: novelty.Judged) -> str:
    against = f" | {verdict.against.text[:SHOWN_CHARS_MAX]}" if verdict.against else ""
    return f"{verdict.score:.2f} {verdict.reason} {verdict.evidence}: {verdict.subject.text[:SHOWN_CHARS_MAX]}{against}"


# ---------------------------------------------------------------- sentences that carry nuggets


@dataclass(frozen=True, slots=True)
class NuggetStream:
    """Hold the rows of one event in order of time, and how many nuggets its gold has."""

    name: str
    rows: tuple[Row, ...]
    gold_count: int

    @property
    def event(self) -> str:
        """Return the name of the event, as the first row that has one calls it."""
        return next((str(row["event"]) for row in self.rows if row.get("event")), "")

    @property
    def nuggets(self) -> int:
        """Count the nuggets of the gold; those that its rows carry where the gold is not given."""
        return self.gold_count or self.carried

    @property
    def carried(self) -> int:
        """Count the nuggets that its rows carry."""
        return len({str(nugget) for row in self.rows for nugget in row["nuggets"] or ()})


def gold_counts(path: Path) -> dict[str, int]:
    """Count the nuggets of each stream in the gold file that stands beside a file of streams; nothing when there is none."""
    name, dot, ending = path.name.partition(".")
    beside = path.with_name(f"{name}_nuggets{dot}{ending}")
    if not beside.exists():
        return {}
    seen: dict[str, set[str]] = {}
    for number, row in numbered_rows(beside):
        if row.get("stream") is None or row.get("nugget") is None:
            raise LabelledFileError(f"{beside}, line {number}: expected an object with stream, nugget")
        seen.setdefault(str(row["stream"]), set()).add(str(row["nugget"]))
    return {stream: len(nuggets) for stream, nuggets in seen.items()}


def topic_of(event: str) -> Topic:
    """Make a topic of an event's name, as a user would: each of its words is a term, with any ending; numbers and empty words are none.

    Of an adjective of a people the country's name is one too: Romanian, Romania.
    """
    words = [word for word in _WORD.findall(event) if len(word) > 1 and fold(word) not in FUNCTION_WORDS]
    forms = {form for word in words for form in _forms(word)}
    return Topic(name="event", title=event, names=(), terms=tuple(sorted(forms)))


def _forms(word: str) -> set[str]:
    stem = terms(word)
    found = {f"{word}*"} | {f"{one}*" for one in stem if fold(word).startswith(one)}
    if word.endswith("ian"):
        found.add(f"{word[:-1]}*")
        if len(word) >= PEOPLE_LENGTH_MIN:
            found.add(f"{word[:-3]}*")
    return found


@dataclass(frozen=True, slots=True)
class Page:
    """Hold a page's statements on the topic, each with the number of its row, and the terms of all that it says on it."""

    article: Article
    statements: tuple[tuple[int, Statement], ...]
    terms: frozenset[int]


def read_pages(stream: NuggetStream) -> list[Page]:
    """Match each page of a stream, the rows of one document in a row, as an article of which each row is a paragraph.

    Where the event has no name that a topic can be made of, every row is on the topic.
    """
    topic = topic_of(stream.event)
    matcher = compile_topics([topic]) if topic.terms else None
    pages: list[Page] = []
    number = 0
    for _, group in groupby(stream.rows, key=lambda row: row.get("doc")):
        rows = list(group)
        page = _read_page(rows, number, matcher)
        if page:
            pages.append(page)
        number += len(rows)
    return pages


def _read_page(rows: Sequence[Row], number: int, matcher: Matcher | None) -> Page | None:
    texts = [str(row["text"]) for row in rows]
    starts = [0, *accumulate(len(text) + len(PARAGRAPH) for text in texts)]
    time = time_of(rows[0].get("time"))
    article = replace(article_of({**rows[0], "text": PARAGRAPH.join(texts), "published": None}, f"{number:06d}"), published_at=time)
    if matcher is None:
        every = [(at, _statement(text, article, at)) for at, text in enumerate(texts, number) if text.strip()]
        return _page(article, every)
    matched = match_topics(article, matcher)
    if isinstance(matched, Rejection):
        return None
    day = time.date() if time else None
    return _page(
        article,
        [
            (number + bisect_right(starts, one.start) - 1, replace(one, figures=read_figures(one.text, article.language, day)))
            for one in matched.statements
        ],
    )


def _page(article: Article, statements: Sequence[tuple[int, Statement]]) -> Page:
    words = frozenset(hash_term(term) for _, one in statements for term in terms(one.text, article.language))
    return Page(article, tuple(statements), words)


@dataclass(frozen=True, slots=True)
class LetThrough:
    """Count what was let through of a stream at one threshold."""

    sentences: int = 0
    carriers: int = 0  # of them, those that carry a nugget
    new: int = 0  # of these, those that carry one not carried before
    reached: int = 0  # nuggets
    nuggets: int = 0  # of the gold
    reachable: int = 0  # nuggets that some row carries
    lines: tuple[str, ...] = ()


def let_through(stream: NuggetStream, pages: Sequence[Page], news_min: float) -> LetThrough:
    """Decide the pages of a stream one after the other, as the stage does; a row is let through when a statement of it is reported."""
    told, frequency, articles = novelty.Told(), Frequency(0, {}), Frequency(0, {})
    sentences = carriers = new = 0
    reached: set[str] = set()
    lines: list[str] = []
    for page in pages:
        context = replace(context_of(page.article), commonness=partial(common, articles), news_min=news_min)
        found = novelty.find([one for _, one in page.statements], told, context, frequency.idf, first_difference)
        reported = {one.statement_id for one in found.developments}
        for row in sorted({number for number, one in page.statements if one.id in reported}):
            carried = {str(nugget) for nugget in stream.rows[row]["nuggets"]}
            sentences += 1
            carriers += bool(carried)
            new += bool(carried - reached)
            if not carried - reached:
                kind = "repeats" if carried else "carries none"
                lines.append(f"{stream.name}: {kind}: {str(stream.rows[row]['text'])[:SHOWN_CHARS_MAX]}")
            reached |= carried
        for _, one in page.statements:
            if one.id in reported:
                frequency.add(frozenset(map(hash_term, terms(one.text, page.article.language))))
        articles.add(page.terms)
    return LetThrough(sentences, carriers, new, len(reached), stream.nuggets, stream.carried, tuple(lines))


def _measure_nuggets(streams: Sequence[NuggetStream]) -> Measured:
    if not streams:
        return Measured({}, {})
    pages = [read_pages(stream) for stream in streams]
    best, units = _largest(streams, pages)
    counts = {
        "streams.nuggets": len(streams),
        "streams.nuggets_without_event": sum(not topic_of(one.event).terms for one in streams),
        "sentences": sum(len(one.rows) for one in streams),
        "statements": sum(len(page.statements) for read in pages for page in read),
        "nuggets": sum(one.nuggets for one in units),
        "nuggets_reachable": sum(one.reachable for one in units),
        "let_through": sum(one.sentences for one in units),
    }
    measures = {**shares(units), "news_min": best} if counts["nuggets_reachable"] else {}  # else no threshold can be chosen
    return Measured(counts, measures, bootstrap(units, shares) if measures else {}, [line for one in units for line in one.lines])


def _largest(streams: Sequence[NuggetStream], pages: Sequence[Sequence[Page]]) -> tuple[float, list[LetThrough]]:
    """Return the least of the product's thresholds that keeps PRECISION_MIN, and what is let through at it: sought by halves, 0 among them."""
    found: dict[int, list[LetThrough]] = {}
    low, high = -1, NEWS_STEPS
    while high - low > 1:
        middle = (low + high + 1) // 2
        units = found[middle] = [let_through(stream, read, middle / NEWS_STEPS) for stream, read in zip(streams, pages, strict=True)]
        # Where nothing is let through the threshold is too high, however precise that is.
        enough = shares(units)["nugget_precision"] >= PRECISION_MIN or not any(one.sentences for one in units)
        low, high = (low, middle) if enough else (middle, high)
    return high / NEWS_STEPS, found.get(high) or [LetThrough(nuggets=stream.nuggets, reachable=stream.carried) for stream in streams]


def shares(units: Sequence[LetThrough]) -> dict[str, float]:
    """Return the measures over all streams together."""
    sentences, carriers = sum(one.sentences for one in units), sum(one.carriers for one in units)
    new, reached = sum(one.new for one in units), sum(one.reached for one in units)
    return {
        "nugget_recall": reached / max(1, sum(one.reachable for one in units)),
        "nugget_recall.gold": reached / max(1, sum(one.nuggets for one in units)),
        "nugget_precision": new / max(1, sentences),
        "redundancy": (carriers - new) / max(1, carriers),
    }
