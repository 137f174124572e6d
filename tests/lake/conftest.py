"""A desk with its lake in SQLite or in PostgreSQL; tests of the lake skip, with the reason, where the extra is not installed."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from lake_desk import Desk, sqlite_desk
from postgres_server import Postgres, postgres_server

from tidings.store.extensions import extension_path

NEEDED = ("ducklake", "sqlite_scanner", "postgres_scanner", "httpfs")
MISSING = [name for name in NEEDED if extension_path(name) is None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what needs the extra where it is not installed."""
    if MISSING:
        for item in items:
            if item.path.parent == Path(__file__).parent and "without_the_extra" not in item.name:
                item.add_marker(
                    pytest.mark.skip(reason=f"not installed for this DuckDB: {', '.join(MISSING)} (pip install 'tidings[lake]')")
                )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start a server on a free port of this machine, and stop it."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """Return a desk with an empty store, and a lake whose catalog is in SQLite or in PostgreSQL."""
    if request.param == "postgres":
        name = f"lake_{uuid.uuid4().hex}"
        return Desk(tmp_path / "data", request.getfixturevalue("postgres").lake(name, tmp_path / "lake"))
    return sqlite_desk(tmp_path)
