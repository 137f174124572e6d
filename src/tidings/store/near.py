"""Look up, in what is published, the statements that are searched by meaning: which there are, their texts, and the articles that say them.

Those that count as told are searched: developments, what was known from the start, and what seeds say. What others said again is told,
and is found through them. (Decision 0045.)
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from tidings.model import Id
from tidings.store.asked import Asked
from tidings.store.queries import query
from tidings.store.rows import rows, stage_rows
from tidings.store.search import Hit

_TOLD = "s.decision IN ('development', 'known', 'seed') AND s.reason <> 'not_on_topic'"
_NUMBER = "('0x' || left(replace(s.id::VARCHAR, '-', ''), 15))::BIGINT"  # as vector_file.numbers
_WANTED = """bool_or((len($topics) = 0 OR list_contains($topics, s.topic))
    AND (len($publishers) = 0 OR list_contains($publishers, lower(a.publisher)))
    AND (len($languages) = 0 OR list_contains($languages, a.language))
    AND ($since::TIMESTAMPTZ IS NULL OR s.first_seen_at >= $since::TIMESTAMPTZ)
    AND ($until::TIMESTAMPTZ IS NULL OR s.first_seen_at <= $until::TIMESTAMPTZ))"""

Numbers = NDArray[np.int64]


def searchable(connection: duckdb.DuckDBPyConnection, asked: Asked | None) -> tuple[Numbers, NDArray[np.bool_], NDArray[np.int64]]:
    """Return the number of each told statement, whether the query wants it (None: all), and when it was first seen, in microseconds."""
    values = {
        "topics": list(asked.topics),
        "publishers": [one.casefold() for one in asked.publishers],
        "languages": [one.lower() for one in asked.languages],
        "since": asked.since,
        "until": asked.until,
    } if asked else {}  # fmt: skip
    narrow = any(values.values())
    join = "JOIN core.articles AS a ON a.id = s.article_id" if narrow else ""
    found = connection.execute(
        f"""SELECT {_NUMBER} AS number, {_WANTED if narrow else "true"} AS wanted, max(epoch_us(s.first_seen_at)) AS seen_at
        FROM core.statements AS s {join} WHERE {_TOLD} GROUP BY s.id""",  # noqa: S608 - our own conditions
        values if narrow else {},
    ).fetchnumpy()
    return tuple(np.asarray(found[name]) for name in ("number", "wanted", "seen_at"))  # type: ignore[return-value]


def published_at(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """Return of when the answer is."""
    [about] = rows(connection, "SELECT published_at FROM published")
    moment: datetime | None = about["published_at"]
    return moment


def texts_of(connection: duckdb.DuckDBPyConnection, statements: Numbers) -> list[tuple[Id, str]]:
    """Return id and text of statements by their numbers, in order of the numbers."""
    stage_rows(connection, "given_numbers", {"number": "BIGINT"}, [(int(one),) for one in statements])
    sql = f"""SELECT s.id, any_value(s.text) AS text FROM core.statements AS s
              WHERE {_TOLD} AND {_NUMBER} IN (SELECT number FROM given_numbers) GROUP BY s.id ORDER BY s.id"""  # noqa: S608 - our own condition
    return [(row["id"], row["text"]) for row in rows(connection, sql)]


def said_by(connection: duckdb.DuckDBPyConnection, near: Sequence[tuple[Id, float]], asked: Asked) -> list[Hit]:
    """Return the articles that say the statements, each with the one that is most alike, best first; copies of an article beneath it."""
    stage_rows(connection, "near", {"id": "UUID", "likeness": "DOUBLE"}, near)
    found = rows(connection, query("search_near"), {"topics": list(asked.topics)})
    hits = {row["id"]: _hit(row) for row in found if row["copy_of"] is None}
    for row in found:
        if row["copy_of"] in hits:
            above = hits[row["copy_of"]]
            hits[row["copy_of"]] = replace(above, copies=(*above.copies, _hit(row)))
    return list(hits.values())


def _hit(row: dict[str, Any]) -> Hit:
    return Hit(
        kind=row["kind"],
        title=row["title"],
        publisher=row["publisher"],
        language=row["language"],
        published_at=row["published_at"],
        first_seen_at=row["first_seen_at"],
        url=row["url"] or "",
        article_id=row["id"],
        sentence=row["statement"] or "",
        marks=(),
        title_marks=(),
        decision=row["decision"] or "",
        is_statement=bool(row["statement"]),
        topics=tuple(row["topics"] or ()),
        recorded_at=row["recorded_at"],
        earlier=False,
        of=row["of"] or "",
        likeness=row["likeness"],
    )
