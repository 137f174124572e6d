"""Limits from settings, and the deadline."""

import pytest

from tidings.config.models import Network
from tidings.web.failures import FetchError
from tidings.web.limits import Deadline, Limits, limits_from


def test_the_settings_become_limits():
    """Every limit comes from the settings as they are delivered, and the contact is part of our name."""
    network = Network(contact="https://example.org/about", allow_private=["127.0.0.1:1"], connect_to={"daily.example": "127.0.0.1:1"})
    limits = limits_from(network)
    assert limits.user_agent == f"{network.user_agent} (+https://example.org/about)"
    assert (limits.allow_private, limits.connect_to) == (frozenset({"127.0.0.1:1"}), {"daily.example": "127.0.0.1:1"})
    assert limits_from(Network()) == Limits(user_agent=Network().user_agent)


def test_a_deadline_counts_down_and_then_fails():
    """What is left shrinks with the clock, whatever it was spent on; nothing left is a timeout."""
    now = [100.0]
    deadline = Deadline(3.0, lambda: now[0])
    assert deadline.left_s() == 3.0
    now[0] = 102.0
    assert deadline.left_s() == 1.0
    now[0] = 103.0
    with pytest.raises(FetchError, match="timeout"):
        deadline.left_s()
