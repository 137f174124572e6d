"""`tidings outbox`: what was not delivered is shown with its id, and what did not arrive is sent again when a person says so."""

import pytest

from tidings.store.database import open_store

NOW = "2020-02-19T08:00:00Z"


def set_state(desk, state: str) -> str:
    """Make the store's one delivery one of this state; return its id."""
    with open_store(desk.data, 1) as connection:
        connection.execute("UPDATE core.deliveries SET state = ?, last_error = 'no answer', part = 2, part_count = 3", [state])
        [(found,)] = connection.execute("SELECT id::VARCHAR FROM core.deliveries").fetchall()
    assert desk("upkeep", "--now", NOW).code == 0  # publishes
    return found


def test_nothing_open(used) -> None:
    """Where everything arrived, the list says so."""
    assert used("outbox", "list").out == "nothing waits, nothing failed\n"
    assert used("outbox", "list", "--json").json == []


@pytest.mark.parametrize("beginning", [36, 9])
def test_a_held_message_is_sent_again(used, beginning: int) -> None:
    """A held message is listed with its id; resent by it, or by its first characters, it goes out with the next deliver, once."""
    delivery = set_state(used, "held")
    listed = used("outbox", "list").out
    assert "held      edition 2020-02-19 06:00 UTC for desk by file, part 2 of 3" in listed
    assert f"{delivery}  tried 1 times: no answer" in listed
    assert used("outbox", "list", "--json").json[0]["id"] == delivery
    assert "UNDELIVERED held: desk by file, part 2 of 3, tried 1 times: no answer" in used("status").out
    answer = used("outbox", "resend", delivery[:beginning], "--now", NOW)
    assert (answer.code, answer.out) == (0, "desk by file: pending; `tidings deliver` sends it\n")
    assert used("deliver", "--now", NOW).out == "deliveries: 1 sent\n"
    assert used("outbox", "list").out == "nothing waits, nothing failed\n"


@pytest.mark.parametrize("state", ["refused", "expired", "uncertain", "pending"])
def test_what_did_not_arrive_is_sent_again(used, state: str) -> None:
    """A message in any state but sent is tried at the next deliver once a person says so, whatever it waited for."""
    delivery = set_state(used, state)
    with open_store(used.data, 1) as connection:
        connection.execute("UPDATE core.deliveries SET next_attempt_at = '2020-02-19 12:00:00Z'")
    assert used("outbox", "resend", delivery, "--now", NOW).code == 0
    assert used("deliver", "--now", NOW).out == "deliveries: 1 sent\n"


@pytest.mark.parametrize("state", ["sent", "sending"])
def test_what_arrived_is_not_sent_again(used, state: str) -> None:
    """A message that arrived, or is on its way, is not sent again, whatever is asked."""
    delivery = set_state(used, state)
    for asked in (delivery, "", "no-such-id"):
        answer = used("outbox", "resend", asked, "--now", NOW)
        assert answer.code == 2
        assert "no one message that may be sent again has an id that begins with" in answer.err
