"""Bring the lake for readers elsewhere up to what is published: after a run, never in its way, and within its time.

The work is done by a child process (tidings.store.lake_process), which is ended when its time is over. What became of it stands in
`lake.json` in the data folder, so a run that published nothing asks nobody, and one after a failure tries again.
"""

import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tidings.config import Settings
from tidings.errors import LakeError, TidingsError
from tidings.model import Lake
from tidings.pipeline.lock import hold
from tidings.store.head import SNAPSHOT_NAME
from tidings.store.lake_open import ONE_MOMENT
from tidings.store.query import is_published

STATE_NAME = "lake.json"
_CHILD = "tidings.store.lake_process"


@dataclass(frozen=True, slots=True)
class LakeState:
    """Say how the lake stands: which publication it holds since when, and what was wrong the last time; empty: nothing."""

    number: int | None = None
    at: datetime | None = None
    trouble: str = ""
    trouble_since: datetime | None = None
    counts: dict[str, int] = field(default_factory=dict)  # of the last upkeep, and the size of the lake then
    made_of: str = ""  # which lake, and which published file: where that is the same there is nothing to do

    @property
    def line(self) -> str:
        """Return the state as one line for people."""
        held = f"holds publication {self.number} since {self.at:%Y-%m-%d %H:%M} UTC" if self.at else "holds nothing yet"
        since = f", behind since {self.trouble_since:%Y-%m-%d %H:%M} UTC" if self.trouble_since else ""
        return f"lake: {held}{since}" + (f": {self.trouble}" if self.trouble else "")


def publish_lake(settings: Settings, now: datetime, *, upkeep: bool = False, again: bool = False) -> LakeState | None:
    """Bring the lake up to what is published and return how it stands; None when there is none to bring up, or another process is at it.

    Never raises for a lake that cannot be used: that is its `trouble`, and the next call catches up. `again` asks it even where
    nothing was published since.
    """
    lake = settings.lake
    if lake is None or not is_published(settings.data):
        return None
    with hold(settings.data, "lake") as mine:
        if not mine:
            return None
        before = lake_state(settings)
        made_of = _made_of(lake, settings.data)
        if before.made_of == made_of and not before.trouble and not upkeep and not again:
            return before
        try:
            answer = _ask(lake, settings.data, upkeep=upkeep)
            state = LakeState(answer["number"], now, counts=answer.get("counts", before.counts), made_of=made_of)
        except TidingsError as error:
            state = replace(before, trouble=str(error), trouble_since=before.trouble_since or now)
        _remember(settings.data, state)
        return state


def lake_trouble(settings: Settings, now: datetime, *, upkeep: bool = False) -> str:
    """Bring the lake up to what is published; return what was wrong, for a run goes on all the same."""
    state = publish_lake(settings, now, upkeep=upkeep)
    return state.trouble if state else ""


def reader_sql(lake: Lake) -> list[str]:
    """Return the statements by which any DuckDB with the extensions attaches the lake; passwords and keys are for the reader to fill in."""
    kind, _, where = lake.catalog.partition(":")
    lines = [f"INSTALL ducklake; INSTALL {kind};", f"LOAD ducklake; LOAD {kind};"]
    if kind == "sqlite":
        lines.append(f"{ONE_MOMENT}; -- without it a query may miss rows while the upkeep runs, and nothing says so")
    if lake.data_path.startswith("s3:"):
        lines = [
            *lines,
            "INSTALL httpfs;",
            "LOAD httpfs;",
            "CREATE SECRET (TYPE s3, KEY_ID '...', SECRET '...'); -- with ENDPOINT where it is not AWS",
        ]
    quoted = f"ducklake:{kind}:{where}".replace("'", "''")
    comment = " -- the password: PGPASSWORD, or ~/.pgpass" if kind == "postgres" else ""
    return [*lines, f"ATTACH '{quoted}' AS lake (READ_ONLY);{comment}", "USE lake;"]


def lake_state(settings: Settings) -> LakeState:
    """Return how the lake stood the last time."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        told = json.loads((settings.data / STATE_NAME).read_text(encoding="utf-8"))
        times = {name: datetime.fromisoformat(told[name]) for name in ("at", "trouble_since") if told[name]}
        return LakeState(**(told | {"at": None, "trouble_since": None} | times))
    return LakeState()


def _made_of(lake: Lake, folder: Path) -> str:
    about = (folder / SNAPSHOT_NAME).stat()
    return f"{lake.catalog} {lake.data_path} {about.st_ino} {about.st_size} {about.st_mtime_ns}"


def _ask(lake: Lake, folder: Path, *, upkeep: bool) -> dict[str, Any]:
    """Let a child process do it; raises LakeError.

    It gets no environment: libpq would take hosts and passwords from there. With -P nothing that lies in the data folder is imported.
    """
    order = json.dumps({"lake": asdict(lake), "folder": str(folder), "upkeep": upkeep})
    try:
        done = subprocess.run(  # noqa: S603 - Python itself, and a module of ours
            [sys.executable, "-P", "-m", _CHILD],
            input=order,
            capture_output=True,
            text=True,
            timeout=lake.timeout_s,
            check=False,
            env={},
            cwd=folder,
        )
    except subprocess.TimeoutExpired:
        raise LakeError(
            f"the lake was not brought up to date within {lake.timeout_s:g} s (lake.timeout_s): what was being written is not in it"
        ) from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise LakeError(f"the process that writes the lake ended with {done.returncode}: what was being written is not in it") from None
    if "error" in answer:
        raise LakeError(answer["error"])
    return answer


def _remember(folder: Path, state: LakeState) -> None:
    part = folder / f"{STATE_NAME}.part"
    part.write_text(json.dumps(asdict(state), default=str), encoding="utf-8")
    part.replace(folder / STATE_NAME)
