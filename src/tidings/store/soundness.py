"""Read a store to its end and say what of it cannot be right. Changes nothing."""

from dataclasses import dataclass
from pathlib import Path

from tidings.store.copies import sums
from tidings.store.database import FILE_NAME, open_store, rows
from tidings.store.files import size_of
from tidings.store.queries import query


@dataclass(frozen=True, slots=True)
class Wrong:
    """Say what is wrong with how many rows of a table, and name one."""

    table: str
    what: str
    row_count: int
    example: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what came of reading a store through."""

    row_count: int
    bytes: int
    wrong: tuple[Wrong, ...]


def read_store(folder: Path, wait_s: float) -> Reading:
    """Read every value of every table and look at what must hold; raises StoreDamaged where one cannot be read."""
    with open_store(folder, wait_s, read_only=True) as connection:
        counts = sums(connection, "store")
        found = [row for row in rows(connection, query("sound")) if row["n"]]
    wrong = tuple(Wrong(row["place"], row["wrong"], int(row["n"]), row["example"] or "") for row in found)
    return Reading(sum(count for count, _ in counts.values()), size_of(folder / FILE_NAME), wrong)
