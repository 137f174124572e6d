"""List what editions told, for those who compare two stores."""

from pathlib import Path
from typing import Any

from tidings.store.query import open_snapshot
from tidings.store.rows import rows

_TOLD = """
SELECT d.topic, d.kind, d.headline, d.statement, d.statement_id, d.story_id, d.origin, d.publisher, d.url, d.published_at, d.first_seen_at,
       min(e.window_end) AS told_at
FROM told AS t JOIN developments AS d ON d.id = t.development_id JOIN editions AS e ON e.id = t.edition_id AND e.recipient = t.recipient
GROUP BY ALL ORDER BY told_at, d.topic, d.headline, d.statement, d.origin
"""


def told(folder: Path) -> list[dict[str, Any]]:
    """Return each development that was in an edition, with the end of the first edition's window as `told_at`."""
    with open_snapshot(folder) as connection:
        return rows(connection, _TOLD)
