"""The one tree of exceptions.

TidingsError                 anything we raise on purpose; exit code 1
└── ConfigError              the configuration is wrong: all problems at once; exit code 2

Bad input from outside (a feed, a page) raises nothing: it is a rejection with a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class TidingsError(Exception):
    """Base of everything we raise on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the configuration. Holds no secret: `found` was made fit for display by whoever made it."""

    file: str  # name inside the configuration folder
    key: str  # path such as `feed[3].url`; empty: the file as a whole
    expected: str
    found: str = ""  # empty: nothing was there, or it is a secret
    nearest: str = ""  # the known key the writer probably meant
    line: int | None = None  # None: not found in the file

    def __str__(self) -> str:
        """Return one line: where, what was expected, what was found, what was probably meant."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        text = f"{place}: {self.key}: " if self.key else f"{place}: "
        text += f"expected {self.expected}"
        if self.found:
            text += f", found {self.found}"
        if self.nearest:
            text += f"; did you mean {self.nearest}?"
        return text


class ConfigError(TidingsError):
    """Carry every problem of every configuration file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return a head line and one line a problem."""
        count = len(self.problems)
        head = f"{count} problem{'' if count == 1 else 's'} in the configuration"
        return "\n".join([head, *(f"  {problem}" for problem in self.problems)])
