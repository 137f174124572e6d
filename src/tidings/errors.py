"""Name everything that can go wrong on purpose.

    TidingsError
    ├── ConfigError      the configuration is wrong: all problems at once (exit 2)
    ├── UsageError       the command was called wrongly (exit 2)
    │   ├── QueryError          a query is wrong: says what, and where in it
    │   └── LabelledFileError   a labelled file cannot be read: names file and line (exit 2)
    ├── JailError        no child process for parsing can be started (exit 1)
    ├── LakeError        the lake could not be brought up to date: runs go on, the next one catches up
    ├── MeaningError     the configured model cannot be used: runs go on without it and say so
    └── StoreError       the store cannot be used (exit 1)
        ├── StoreBusy    another process holds it: names the process
        ├── StoreDamaged the file cannot be read, or is newer than this program
        ├── StoreAhead   the clock reads a time before anything was recorded
        ├── StoreFull    the disk has no room, or less than settings.toml wants free
        └── IndexDamaged the index of neighbours cannot be read: it is made anew

Bad input from outside is never an exception: it is a `model.Rejection` or a failed
`model.Response`, a value with a reason.
"""

from dataclasses import dataclass


class TidingsError(Exception):
    """Be the root of every error that the program raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Say what is wrong at one place of the configuration, and what to do."""

    file: str
    key: str
    expected: str
    found: str = ""
    nearest: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Write the problem as one line for a terminal."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        text = f"{place}: {self.key}: expected {self.expected}" if self.key else f"{place}: expected {self.expected}"
        if self.found:
            text += f", found {self.found}"
        if self.nearest:
            text += f" (did you mean {self.nearest}?)"
        return text


class ConfigError(TidingsError):
    """Carry every problem of every configuration file at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


class UsageError(TidingsError):
    """Say that a command was called with words that make no sense together."""


class QueryError(UsageError):
    """Say what is wrong with a query; `excerpt` holds its line and, below, a mark where in it, or nothing."""

    def __init__(self, message: str, excerpt: tuple[str, ...] = ()) -> None:
        self.excerpt = excerpt
        super().__init__(message)


class LabelledFileError(UsageError):
    """Say which file, and which line of it, is not in the form that `tidings eval` reads."""


class JailError(TidingsError):
    """Say that no child process for parsing can be started: nothing from outside is read without one."""


class LakeError(TidingsError):
    """Say why the lake for readers elsewhere was not brought up to date, and what to do."""


class MeaningError(TidingsError):
    """Say why the model that compares texts by meaning cannot be used, and what to do."""


class StoreError(TidingsError):
    """Say that the store cannot be used, and what to do."""


class StoreBusy(StoreError):  # noqa: N818 - reads as a state, as it is shown
    """Say which process holds the store."""


class StoreDamaged(StoreError):  # noqa: N818 - as above
    """Say that the store's file cannot be read, and where the way back is."""


class StoreFull(StoreError):  # noqa: N818 - as above
    """Say that the disk has too little room for what was to be written. Nothing was written."""


class StoreAhead(StoreError):  # noqa: N818 - as above
    """Say that the machine's clock cannot be right: it reads a time before the first run. Nothing was done."""


class IndexDamaged(StoreError):  # noqa: N818 - as above
    """Say that the index of neighbours holds what it cannot hold. Nothing is lost: it is made anew from the store."""
