"""Say what a fault must come to, and check that a desk's outbox, its command line and its readers say so."""

from dataclasses import dataclass
from datetime import timedelta

from desk import NAMES, NOW

from tidings.model import DeliveryState


@dataclass(frozen=True)
class Fault:
    """Hold one fault and all that is to be seen of it.

    `script` is what the server does at which stage; in the second conversation, or in all where `whole` is set. `copies` is how many copies
    the reader has in the end, `end` what the row says after the next delivery when all is well again.
    """

    script: object
    state: str
    reason: str = ""
    minutes: int | None = None  # until the next try
    copies: int = 1
    end: str = "sent"
    whole: bool = False
    security: str = "none"
    timeout_s: float = 5
    more: str = ""
    accounts: str = ""
    server_tls: bool = False
    trusted: bool = True


def again(state):
    """Return after how much time the next delivery tries what is in this state."""
    return timedelta(minutes=5) if state == "pending" else timedelta(hours=1)


def check_rows(desk, fault):
    """Check what the rows say after the first delivery; return the names of the readers at fault. Parts behind one at fault wait untried."""
    wrong = [row for row in desk.rows() if row.state is not DeliveryState.SENT]
    names = {row.recipient for row in wrong}
    if fault.state == "sent":
        assert wrong == []
        return []
    assert len(names) == (len(NAMES) if fault.whole else 1)
    for row in [row for row in wrong if row.attempt_count]:
        assert (row.state.value, row.last_error) == (fault.state, fault.reason)
        assert row.attempt_count == 1
        assert row.next_attempt_at == (NOW + timedelta(minutes=fault.minutes) if fault.minutes else None)
    behind = [row for row in wrong if not row.attempt_count]
    assert all((row.state, row.last_error) == (DeliveryState.PENDING, "") for row in behind)
    assert len(wrong) - len(behind) == len(names)
    return sorted(names)


def check_said(desk, channel, wrong, fault):
    """Check what `tidings outbox list` and `tidings status` say of the readers at fault, and that they name nobody else."""
    listed, status = desk("outbox", "list").out, desk("status")
    assert [name for name in NAMES if f" for {name} by {channel}" in listed] == [name for name in NAMES if name in wrong]
    for name in wrong:
        assert f"{fault.state:<9} edition 2020-02-19 06:00 UTC for {name} by {channel}" in listed
        following = f"; next try at {NOW + timedelta(minutes=fault.minutes):%Y-%m-%d %H:%M} UTC" if fault.minutes else ""
        assert f"tried 1 time: {fault.reason}{following}\n" in listed
    if not wrong:
        assert listed == "nothing waits, nothing failed\n"
    if fault.state in {"refused", "uncertain", "held"}:
        assert status.code == 1
        assert f"UNDELIVERED {fault.state}: {wrong[0]} by {channel}" in status.out
