"""Measure whether copies are told from own reports, and whether what a copy changes is reported and what it repeats is not."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tidings.errors import LabelledFileError
from tidings.evaluation.measures import article_of, auc, bootstrap, names_of, numbered_rows
from tidings.evaluation.suites import Measured
from tidings.ids import statement_id
from tidings.model import Article, Fingerprint, Novelty, Statement
from tidings.pipeline.decide import Frequency, first_difference, hash_term
from tidings.pipeline.read import with_figures
from tidings.stages import dedupe, novelty, stories
from tidings.stages.stories import Idf
from tidings.text.fold import squeeze
from tidings.text.sentences import sentences
from tidings.text.shingles import text_hash
from tidings.text.terms import terms

COPIES = frozenset({"exact", "near", "rewrite"})
OTHERS = frozenset({"same_event", "different"})
TOLD_AFTER = frozenset({"exact", "rewrite", "changed_facts"})  # relations of which b is told after a
PRECISION_MIN = 0.99
TOPIC = "everything"
_QUOTED_CHARS = 90


@dataclass(frozen=True, slots=True)
class Pair:
    """Hold one labelled pair: what b is to a."""

    name: str  # file and id, for people: neither needs to be unique
    relation: str
    a: Article
    b: Article


@dataclass(frozen=True, slots=True)
class PairMeasured:
    """Hold what the product says of one pair."""

    name: str
    relation: str
    score: float  # the copy score of b against a
    linked: bool  # b is called a duplicate of a
    evidence: str = ""
    new_share: float | None = None  # of b's statements, those reported after a was told; None: not asked
    new_lines: tuple[str, ...] = ()  # why, a line for each


def evaluate(files: Sequence[Path]) -> Measured:
    """Rank all pairs of all files by the copy score, and tell b after a, by the product's own stages.

    A measure without pairs is left out. Intervals are over pairs. Raises LabelledFileError.
    """
    pairs = [pair for place, (file, name) in enumerate(zip(files, names_of(files), strict=True)) for pair in read_pairs(file, name, place)]
    measured = measure(pairs)
    counts = Counter(one.relation for one in measured)
    return Measured(
        counts={"pairs": len(measured)} | {relation: counts[relation] for relation in sorted(counts)},
        measures=summarise(measured),
        intervals=bootstrap(measured, summarise) if measured else {},
        errors=list(_errors(measured)),
    )


def read_pairs(file: Path, name: str = "", place: int = 0) -> Iterable[Pair]:
    """Read a file of labelled pairs; articles are known by the place of the file and the line. Raises LabelledFileError."""
    for number, row in numbered_rows(file):
        shown = f"{name or names_of([file])[0]}:{number if row.get('id') is None else row['id']}"
        key = f"{place:04d}/{number:07d}"
        try:
            yield Pair(shown, row["relation"], article_of(row["a"], f"{key}/a"), article_of(row["b"], f"{key}/b"))
        except (LabelledFileError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise LabelledFileError(f"{file}, line {number}: no pair: {error!r}") from error


def measure(pairs: Sequence[Pair]) -> list[PairMeasured]:
    """Measure pairs with idf counted over all their texts."""
    articles = [article for pair in pairs for article in (pair.a, pair.b)]
    marks = {article.id: dedupe.fingerprint(article) for article in articles}
    said = {pair.b.id: (statements(pair.a), statements(pair.b)) for pair in pairs if pair.relation in TOLD_AFTER}
    article_idf, statement_idf = count_frequencies(articles, marks)
    return [_measure_pair(pair, marks, said.get(pair.b.id), article_idf, statement_idf) for pair in pairs]


def count_frequencies(articles: Sequence[Article], marks: Mapping[str, Fingerprint]) -> tuple[Idf, Idf]:
    """Return the idf of terms in articles and in sentences, as the pipeline counts them; equal texts count once."""
    of_articles, of_statements = Frequency(0, {}), Frequency(0, {})
    seen: set[str] = set()
    for article in articles:
        if (key := text_hash(article.text)) in seen:
            continue
        seen.add(key)
        of_articles.add(frozenset(map(hash_term, marks[article.id].terms)))
        for span in sentences(article.text, article.language):
            of_statements.add(frozenset(map(hash_term, terms(article.text[span.start : span.end], article.language))))
    return _remembered(of_articles), _remembered(of_statements)


def _remembered(frequency: Frequency) -> Idf:
    known: dict[str, float] = {}

    def idf(term: str) -> float:
        if term not in known:
            known[term] = frequency.idf(term)
        return known[term]

    return idf


def statements(article: Article) -> tuple[Statement, ...]:
    """Return every sentence of an article as a statement on one topic, figures read."""
    found: list[Statement] = []
    times: Counter[str] = Counter()
    for span in sentences(article.text, article.language):
        text = article.text[span.start : span.end]
        words = squeeze(text)
        made = Statement(
            id=statement_id(article.id, words, times[words]),
            article_id=article.id,
            version_id="",
            topic=TOPIC,
            text=text,
            start=span.start,
            end=span.end,
            position=span.start,
        )
        times[words] += 1
        found.append(with_figures(made, article))
    return tuple(found)


def _measure_pair(
    pair: Pair,
    marks: Mapping[str, Fingerprint],
    said: tuple[tuple[Statement, ...], tuple[Statement, ...]] | None,
    article_idf: Idf,
    statement_idf: Idf,
) -> PairMeasured:
    mark = marks[pair.b.id]
    original = dedupe.as_candidate(pair.a, marks[pair.a.id], "article")
    score = dedupe.copy_score(pair.b, mark, original)
    link = dedupe.find_duplicate(pair.b, mark, [original])
    found = PairMeasured(pair.name, pair.relation, score, link is not None, link.evidence if link else "")
    if said is None:
        return found
    told = novelty.Told()
    opened = stories.Member(pair.a.id, pair.a.id, first=True, terms=marks[pair.a.id].terms)
    placed = stories.assign(pair.b, mark, [opened], article_idf, link.of_id if link else "")
    contexts = (
        novelty.Context(pair.a, pair.a.id, story_is_new=True, seeded=False, duplicate=None, cold_topics=frozenset()),
        novelty.Context(pair.b, placed.story_id, story_is_new=placed.is_new, seeded=False, duplicate=link, cold_topics=frozenset()),
    )
    novelty.find(said[0], told, contexts[0], statement_idf, first_difference)
    decisions = novelty.find(said[1], told, contexts[1], statement_idf, first_difference).decisions
    text_of = {statement.id: statement.text for statement in said[1]}
    new = [one for one in decisions if one.novelty is Novelty.DEVELOPMENT]
    return PairMeasured(
        name=found.name,
        relation=found.relation,
        score=score,
        linked=found.linked,
        evidence=found.evidence,
        new_share=len(new) / len(decisions) if decisions else 0.0,
        new_lines=tuple(f"{one.reason} {one.score:.2f} {one.evidence}: {text_of[one.statement_id][:_QUOTED_CHARS]}" for one in new),
    )


def summarise(measured: Sequence[PairMeasured]) -> dict[str, float]:
    """Return the measures of the suite; one without pairs is left out."""
    copies = [one.score for one in measured if one.relation in COPIES]
    others = [one.score for one in measured if one.relation in OTHERS]
    found: dict[str, float] = {}
    if copies:
        found["recall_at_p99"] = recall_at_precision(copies, others)
    if copies and others:
        found["auc"] = auc(copies, others)
    of = {
        relation: [one for one in measured if one.relation == relation] for relation in ("same_event", "changed_facts", "exact", "rewrite")
    }
    shares = {
        "same_event_called_copy": [float(one.linked) for one in of["same_event"]],
        "changed_facts_kept": [float(bool(one.new_share)) for one in of["changed_facts"]],
        "new_in_exact": [one.new_share or 0.0 for one in of["exact"]],
        "new_in_rewrite": [one.new_share or 0.0 for one in of["rewrite"]],
    }
    return found | {name: sum(values) / len(values) for name, values in shares.items() if values}


def recall_at_precision(copies: Sequence[float], others: Sequence[float], least: float = PRECISION_MIN) -> float:
    """Return the largest share of copies that some threshold reaches with that precision; equal scores fall together."""
    ranked = sorted([(-score, True) for score in copies] + [(-score, False) for score in others])
    best = right = called = 0
    for _, group in groupby(ranked, key=lambda pair: pair[0]):
        members = [is_copy for _, is_copy in group]
        right, called = right + sum(members), called + len(members)
        if right >= least * called:
            best = right
    return best / len(copies)


def _errors(measured: Sequence[PairMeasured]) -> Iterable[str]:
    """Write what went wrong: changed facts lost, own reports called copies, copies missed, most of a copy reported again."""
    for one in measured:
        if one.relation == "changed_facts" and not one.new_share:
            yield f"{one.name}: changed facts not reported; {one.evidence or f'no copy, {one.score:.3f}'}"
    for one in sorted(measured, key=lambda pair: (-pair.score, pair.name)):
        if one.relation in OTHERS and one.linked:
            yield f"{one.name}: {one.relation} called a copy, {one.score:.3f}: {one.evidence}"
    for one in sorted(measured, key=lambda pair: (-(pair.new_share or 0.0), pair.name)):
        if one.relation in {"exact", "rewrite"} and one.new_share:
            yield f"{one.name}: {one.new_share:.2f} of the {one.relation} reported; " + " | ".join(one.new_lines)
    for one in sorted(measured, key=lambda pair: (pair.score, pair.name)):
        if one.relation in COPIES and not one.linked:
            yield f"{one.name}: {one.relation} not called a copy, {one.score:.3f}"
