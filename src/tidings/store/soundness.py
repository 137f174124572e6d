"""Read a store to its end, rows and blocks, and say what of it cannot be right. Changes nothing."""

from dataclasses import dataclass
from pathlib import Path

from tidings.errors import StoreDamaged
from tidings.store.blocks import wrong_blocks
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
    """Read every value of every table, every block in use, and look at what must hold; raises StoreDamaged where one cannot be read."""
    path = folder / FILE_NAME
    with open_store(folder, wait_s, read_only=True) as connection:
        counts = sums(connection, "store")
        found = [row for row in rows(connection, query("sound")) if row["n"]]
    if blocks := wrong_blocks(path, wait_s):
        raise StoreDamaged(
            f"{path} is damaged in what is made of its rows (indexes; block {', '.join(map(str, blocks))}), and every row can be read. "
            "The way back: `tidings backup FILE` writes rows and indexes anew, and `tidings restore FILE --replace` puts them in place: nothing is lost"
        )
    wrong = tuple(Wrong(row["place"], row["wrong"], int(row["n"]), row["example"] or "") for row in found)
    return Reading(sum(count for count, _ in counts.values()), size_of(path), wrong)
