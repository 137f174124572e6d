"""An answer is noted the moment it came: who is killed after that, or waits in vain for the store, has doubled nothing."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tidings.errors import StoreBusy
from tidings.model import Delivery, DeliveryState
from tidings.pipeline.answered import FILE_NAME, note, noted
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.stages.delivery import Answer, Attempt
from tidings.store import outbox
from tidings.store.database import open_store

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
ONE = Delivery("d1", "e", "email", "desk", DeliveryState.SENDING, b"", attempt_count=2)


@pytest.mark.parametrize("answer", Answer)
def test_what_is_noted_is_read(tmp_path, answer):
    """Every kind of answer comes back as it was, with its reason and its time."""
    attempt = Attempt(answer, "RCPT: 450 später", 1200.0)
    note(tmp_path, ONE, attempt, NOW)
    assert noted(tmp_path, ONE) == (attempt, NOW)


def test_a_note_is_of_one_attempt(tmp_path):
    """A note says nothing of another message, nor of another attempt of the same one."""
    note(tmp_path, ONE, Attempt(Answer.SENT), NOW)
    assert noted(tmp_path, Delivery("d2", "e", "email", "desk", DeliveryState.SENDING, b"", attempt_count=2)) is None
    assert noted(tmp_path, Delivery("d1", "e", "email", "desk", DeliveryState.SENDING, b"", attempt_count=3)) is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'"x"', b"\xff", b'{"id": "d1", "attempt_count": 2, "at": "now", "attempt": {"answer": "sent"}}']
)
def test_a_note_that_is_cut_off_is_none(tmp_path, content):
    """What cannot be read counts for nothing: then nobody knows, as before."""
    (tmp_path / FILE_NAME).write_bytes(content)
    assert noted(tmp_path, ONE) is None


def test_no_note_where_there_is_no_room(tmp_path):
    """A disk that takes no note does not fail the delivery, and only the owner reads one."""
    note(tmp_path / "nowhere", ONE, Attempt(Answer.SENT), NOW)
    note(tmp_path, ONE, Attempt(Answer.SENT), NOW)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("channel", "answer", "state"),
    [
        ("email", Answer.SENT, "sent"),
        ("slack", Answer.SENT, "sent"),
        ("slack", Answer.NOT_NOW, "pending"),
        ("email", Answer.REFUSED, "refused"),
    ],
)
def test_a_store_that_is_busy_when_the_answer_comes(world, tmp_path, channel, answer, state):
    """Where the store cannot be opened for the answer the run fails, and the next one records it without asking the server again."""
    settings = world.settings(
        tmp_path,
        world.recipient(
            channel=channel, address="https://hooks.slack.com/services/T0/B0/x" if channel == "slack" else "reader@news.example"
        ),
        email=SimpleNamespace(when_uncertain="repeat", sender="tidings@desk.example", unsubscribe="tidings@desk.example"),
    )
    compose_due(tmp_path, settings, world.now)
    settings.store = SimpleNamespace(wait_s=0.1)
    sent, holding = [], []

    class Slow:
        """Take the message, while another process takes the store."""

        def send(self, payload, recipient):
            sent.append(payload)
            holding.append(open_store(tmp_path, 5))
            holding[0].__enter__()
            return Attempt(answer, "" if answer is Answer.SENT else "said so")

    with pytest.raises(StoreBusy):
        deliver(tmp_path, settings, world.now, channels={channel: Slow()})
    holding[0].__exit__(None, None, None)
    settings.store = SimpleNamespace(wait_s=10.0)
    deliver(tmp_path, settings, world.now + timedelta(minutes=1), channels={channel: Slow()})
    with open_store(tmp_path, 10) as connection:
        [row] = outbox.load(connection, DeliveryState)
    assert (row.state.value, row.attempt_count, len(sent)) == (state, 1, 1)
    assert row.next_attempt_at == (world.now + timedelta(minutes=5) if answer is Answer.NOT_NOW else None)
