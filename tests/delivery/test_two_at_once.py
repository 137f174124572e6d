"""Two runs at once, in processes of their own: each edition is composed once and each message goes out once, whoever of them does it."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from desk import NOW, begin, by_mail, by_slack
from fake_slack import FakeSlack
from killing import Sniper, Spawner, life
from mail_server import FakeMail

from tidings.model import DeliveryState
from tidings.pipeline.deliver import deliver, hold

pytestmark = pytest.mark.slow

PROCESSES, ROUNDS = 3, 4


@pytest.mark.parametrize("turn", range(ROUNDS))
@pytest.mark.parametrize("channel", ["email", "slack"])
def test_runs_at_once_deliver_once(channel, turn, tmp_path):
    """Three processes compose, deliver and publish at the same time: no reader gets an edition twice, and none goes without."""
    with ExitStack() as stack:
        server = stack.enter_context(FakeMail() if channel == "email" else FakeSlack())
        desk = begin(tmp_path / "desk", lambda one: by_mail(server.port) if channel == "email" else by_slack(one, server.base))
        spawners = [stack.enter_context(Spawner()) for _ in range(PROCESSES)]
        with ThreadPoolExecutor(PROCESSES) as pool:
            ends = list(pool.map(lambda spawner: life(spawner, desk, None, Sniper(), 1, {}), spawners))
        assert ends == [0] * PROCESSES
        got = [one.recipient for one in server.taken] if channel == "email" else [one.path.rpartition("/")[2] for one in server.asked]
    assert sorted(Counter(got).values()) == [1, 1, 1]
    rows = desk.rows()
    assert Counter((row.state, row.attempt_count) for row in rows) == {(DeliveryState.SENT, 1): 3}
    assert json.loads(desk("status", "--json").out)["undelivered"] == []


def test_held_while_others_are_sent(tmp_path):
    """A person who holds a message while a run is busy with the one before it is heeded: the run asks the store before it speaks."""
    caught = []

    def hold_the_others(number, stage):
        if stage == "message" and not caught:
            caught.extend(row.id for row in desk.rows() if row.state is DeliveryState.PENDING)
            for one in caught:
                hold(desk.data, desk.settings, one, NOW)

    with FakeMail(reached=hold_the_others) as server:
        desk = begin(tmp_path / "desk", lambda _: by_mail(server.port, timeout_s=60))
        desk("digest", "--now", NOW.isoformat())
        report = deliver(desk.data, desk.settings, NOW)
    assert len(server.taken) == 1
    assert report.counts == {"sent": 1, "held": 2}
    assert [row.last_error for row in desk.rows() if row.id in caught] == ["held by a person, 2020-02-19 06:00 UTC"] * 2
