"""Ten feeds that drip among fifty: the run ends with their deadline, and the other forty are read."""

import time
from pathlib import Path

import pytest
from fakes import NOW
from faults.desk import Desk
from faults.server import FEED, town
from faults.transport import drip_body

pytestmark = pytest.mark.slow  # waits for a deadline of several seconds

FEED_COUNT, DRIPPING_COUNT = 50, 10
TIMEOUT_S = 5.0
# Beyond the deadline of a request and its fifth: what two runs over the same feeds may differ by on a busy machine, where each child
# of the jail starts anew and each page waits for a processor. The drip itself would go on for minutes.
MARGIN_S = 10.0


def timed(folder: Path, dripping_count: int) -> tuple[float, Desk]:
    """Run once over fifty feeds, of which the first so many drip; return the seconds that it took."""
    folder.mkdir()
    with town() as one:
        for n in range(FEED_COUNT):
            one.add(f"feed-{n}.example", drip_body if n < dripping_count else None, FEED)
        desk = Desk(folder, one, timeout_s=TIMEOUT_S)
        desk.configure()
        begin = time.monotonic()
        desk.run(NOW)
        return time.monotonic() - begin, desk


def test_dripping_feeds_cost_one_deadline(tmp_path: Path) -> None:
    """The run with ten dripping feeds lasts as long as the one without, their deadline plus a fifth, and the margin above."""
    plain_s, plain = timed(tmp_path / "plain", 0)
    dripping_s, desk = timed(tmp_path / "dripping", DRIPPING_COUNT)
    dripping = [f"feed-{n}.example" for n in range(DRIPPING_COUNT)]
    polls, entries = desk.polls(NOW), desk.entries()
    assert [polls[host]["detail"].partition(":")[0] for host in dripping] == ["timeout"] * DRIPPING_COUNT
    assert sum(poll["outcome"] == "polled" for poll in plain.polls(NOW).values()) == FEED_COUNT
    others = [host for host in polls if host not in dripping]
    assert len(others) == FEED_COUNT - DRIPPING_COUNT
    assert {polls[host]["outcome"] for host in others} == {"polled"}
    assert {(len(entries[host]), *{one["outcome"] for one in entries[host]}) for host in others} == {(3, "off_topic")}
    assert TIMEOUT_S <= dripping_s <= plain_s + 1.2 * TIMEOUT_S + MARGIN_S
