"""With any DuckDB that we promise: the oldest and the newest read what is published."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tidings.store.archive import ARCHIVE_NAME
from tidings.store.database import open_store
from tidings.store.head import SNAPSHOT_NAME
from tidings.store.migrate import public_views
from tidings.store.publish import HeadMax, publish
from tidings.store.query import open_snapshot

pytestmark = pytest.mark.slow  # each test works on a real store, and waits for real processes

OLDEST, NEWEST = "1.2.0", "2.0.0"
Fill = Callable[[duckdb.DuckDBPyConnection], None]


READ = """
import json, sys
import duckdb
folder, archive, calls = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
connection = duckdb.connect(folder + "/tidings.duckdb", read_only=True)
connection.execute(open(folder + "/tidings.sql").read())
connection.execute("SET TimeZone = 'UTC'")
print(json.dumps([duckdb.__version__, {call: connection.execute("SELECT count(*) FROM " + call).fetchone()[0] for call in calls}]))
"""
CALLS = (
    "known_as_of('2030-01-01')",
    "what_changed('idlib', '2000-01-01')",
    "figure_series('idlib', 'killed')",
    "timeline('idlib')",
    "told_as_of('desk', '2030-01-01')",
    "search('camps')",
    "search_statements('died')",
    "corroboration('00000000-0000-0000-0000-00000000003c')",
)


def interpreter(version: str) -> str:
    """Return the Python of a virtual environment with that DuckDB; where there is none, skip and say how to make it."""
    folder = os.environ.get("TIDINGS_DUCKDBS", "")
    python = Path(folder) / f"v{version}" / "bin" / "python"
    if not folder or not python.exists():
        pytest.skip(f"no DuckDB {version}: `make duckdbs` makes environments, and TIDINGS_DUCKDBS names their folder")
    return str(python)


@pytest.mark.parametrize("bound", [HeadMax(), HeadMax(articles=0)], ids=["whole", "with an archive"])
@pytest.mark.parametrize("version", [OLDEST, duckdb.__version__, NEWEST])
def test_every_view_and_macro_is_read_by(tmp_path: Path, fill: Fill, version: str, bound: HeadMax) -> None:
    """The oldest DuckDB that we promise, this one and the newest read each view and macro, and find as many rows."""
    python = sys.executable if version == duckdb.__version__ else interpreter(version)
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path, head_max=bound)
        store.execute("UPDATE core.articles SET title = 'later', change = core.change_now()")
        publish(store, tmp_path)
        calls = [*(view.name for view in public_views(store)), *CALLS]
    with open_snapshot(tmp_path) as snapshot:
        truth = {call: snapshot.execute(f"SELECT count(*) FROM {call}").fetchall()[0][0] for call in calls}
    assert (tmp_path / ARCHIVE_NAME).exists() == (bound.articles == 0)
    command = [python, "-c", READ, str(tmp_path), SNAPSHOT_NAME, json.dumps(calls)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    by, found = json.loads(said.stdout.splitlines()[-1])
    assert by == version
    assert {call: (count, truth[call]) for call, count in found.items() if count != truth[call]} == {}
