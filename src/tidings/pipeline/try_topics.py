"""Try the configured topics on a text: which passages match, by which words, and what would become of the whole."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from tidings.config import Settings
from tidings.model import Article, Rejection, Verdict
from tidings.render.escape import plain
from tidings.render.reasons import REASONS
from tidings.stages.language import identify
from tidings.stages.match import compile_topics, match_topics, read_passages
from tidings.text.clean import clean_paragraphs

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def try_topics(settings: Settings, text: str) -> dict[str, Any]:
    """Return each sentence with the topics it is a statement of and the words found in it. The first line counts as the title."""
    title, _, body = text.strip().partition("\n")
    content = clean_paragraphs(body, title) if body.strip() else title
    title = title if body.strip() else ""
    article = Article(
        id="", version_id="", url="", title=title, text=content, publisher="", origin="", language=identify(content), published_at=None,
        fetched_at=_EPOCH, first_seen_at=_EPOCH, verdict=Verdict.FULL,
    )  # fmt: skip
    matcher = compile_topics(settings.topics)
    matched = match_topics(article, matcher)
    taken: dict[tuple[int, int], list[str]] = {}
    if not isinstance(matched, Rejection):
        for statement in matched.statements:
            taken.setdefault((statement.start, statement.end), []).append(statement.topic)
    return {
        "language": article.language,
        "outcome": f"off_topic: {matched.reason}" if isinstance(matched, Rejection) else "on_topic",
        "sentences": [
            {
                "text": passage.text,
                "topics": taken.get((passage.span.start, passage.span.end), []),
                "words": {topic: list(words) for topic, hits in passage.hits.items() if (words := hits.words())},
            }
            for passage in read_passages(matcher, article.text, article.language)
        ],
    }


def passage_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Write the same for a terminal."""
    yield f"{result['outcome']} (language: {result['language'] or 'unknown'})"
    if because := REASONS.get(result["outcome"].removeprefix("off_topic: ")):
        yield f"  {because}"
    for one in result["sentences"]:
        yield f"[{', '.join(one['topics']) or '-'}] {plain(one['text'])}"
        for topic, words in one["words"].items():
            yield f"    {topic}: {', '.join(map(plain, words))}"
