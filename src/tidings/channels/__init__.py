"""Send messages out: to files and by mail, and only to what channels.toml names.

A channel says what came of one message as a `stages.delivery.Attempt`; it never raises for what the
outside does, keeps no state and decides nothing about repeats: that is the outbox's part.
"""

from typing import Protocol

from tidings.model import Recipient
from tidings.stages.delivery import Attempt


class Channel(Protocol):
    """Carry one message to one recipient."""

    def send(self, payload: bytes, recipient: Recipient) -> Attempt:
        """Send the rendered bytes once and say what came of it."""
        ...
