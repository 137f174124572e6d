"""Start writers at the cost of a fork, and look at what they left."""

import json
import subprocess
from pathlib import Path

from store_writer import COUNTS, uid

from tidings.store.backup import backups_in, verify
from tidings.store.database import open_store, rows
from tidings.store.head import SNAPSHOT_NAME
from tidings.store.query import count_rows
from tidings.store.soundness import read_store


class Writers:
    """Start one writer after another; each says in `log` what it committed."""

    def __init__(self, process: "subprocess.Popen[str]", log: Path) -> None:
        self._process, self.log = process, log

    def start(self, folder: Path, first: int, seed: int, steps_max: int = 1_000) -> int:
        """Start one and return its process; it begins at once."""
        task = {"folder": str(folder), "first": first, "seed": seed, "steps_max": steps_max, "log": str(self.log)}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        return int(self._line())

    def end(self) -> int:
        """Wait for its end and return how it ended."""
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def lines(self) -> list[str]:
        """Return what all writers so far said."""
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


def acknowledged(lines: list[str]) -> list[tuple[str, int]]:
    """Return the steps that were committed: (step, number of the round)."""
    return [(words[0], int(words[1])) for words in map(str.split, lines) if words[0] in COUNTS]


def lost_in(folder: Path, said: list[tuple[str, int]]) -> list[str]:
    """Name what was acknowledged and is not there, and what is there by half; all steps of the rounds named are looked at."""
    troubles = []
    with open_store(folder, 5, read_only=True) as connection:
        for step, (table, column, kind, whole) in COUNTS.items():
            sql = f"SELECT {column}::VARCHAR AS id, count(*) AS n FROM core.{table} GROUP BY ALL"
            found = {row["id"]: row["n"] for row in rows(connection, sql)}
            for number in {number for _, number in said}:
                ids = {uid(kind, number, part) for part in range(whole)}
                count = sum(found.get(one, 0) for one in ids)
                if count not in (0, whole) or ((step, number) in said and count != whole):
                    troubles.append(f"{step} {number}: {count} of {whole}")
    return troubles


def unreadable_in(folder: Path) -> list[str]:
    """Read the store, what is published and the backups to their ends; name what is wrong."""
    read = read_store(folder, 5)
    troubles = [f"{one.table}: {one.what}: {one.row_count}" for one in read.wrong]
    if (folder / SNAPSHOT_NAME).exists():
        count_rows(folder)
    for path in backups_in(folder / "backups"):
        verify(path)
    return troubles
