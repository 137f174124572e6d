"""Say what changed in the store since the index of neighbours saw it last."""

import uuid
from collections.abc import Iterable

import duckdb

from tidings.model import Id
from tidings.store.rows import insert_rows, rows

CHANGES_KEPT_MAX = 100  # an index that lags further behind is made anew


def note_changes(connection: duckdb.DuckDBPyConnection, articles: Iterable[Id]) -> str:
    """Write down, in the caller's transaction, of which articles the index has to learn; return the name of this change."""
    name = uuid.uuid4().hex
    number = rows(connection, "SELECT coalesce(max(number), 0) + 1 AS next FROM core.index_changes")[0]["next"]
    changed: list[tuple[int, str, Id | None]] = [(number, name, one) for one in sorted(set(articles))]
    insert_rows(connection, "core.index_changes", ("number", "change_id", "article_id"), changed or [(number, name, None)])
    connection.execute("DELETE FROM core.index_changes WHERE number <= ?", [number - CHANGES_KEPT_MAX])
    return name


def changes_since(connection: duckdb.DuckDBPyConnection, change_id: str) -> tuple[str, list[Id] | None]:
    """Return the last change, and the articles that changed since the given one; None for these: nobody knows, so all."""
    found = rows(connection, "SELECT number, change_id, article_id FROM core.index_changes ORDER BY number, article_id")
    last = found[-1]["change_id"] if found else ""
    seen = next((row["number"] for row in found if row["change_id"] == change_id), None)
    if seen is None:
        return last, None
    return last, sorted({row["article_id"] for row in found if row["number"] > seen and row["article_id"]})
