"""Say what came of a check that sends nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checked:
    """Say whether a channel can be used, in one line without a secret."""

    ok: bool
    said: str
