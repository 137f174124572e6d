"""`tidings outbox`: what was not delivered is shown with its id, and what did not arrive is sent again when a person says so."""

import pytest

from tidings.store.database import open_store

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

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


def waits(desk, tried: str = "attempt_count = 0, last_error = ''") -> None:
    """Make the store's one delivery wait, never tried; the snapshot still says that it was sent."""
    with open_store(desk.data, 1) as connection:
        connection.execute(f"UPDATE core.deliveries SET state = 'pending', {tried}")


def test_the_store_itself_is_read(used) -> None:
    """What waits is listed as the store has it now, never tried or with the time of the next try, whatever was published last."""
    waits(used)
    assert "not tried yet; next try with the next `tidings deliver`" in used("outbox", "list").out
    assert "delivered" in used("status").out
    waits(used, "attempt_count = 3, last_error = 'busy', next_attempt_at = '2020-02-19 09:00:00Z'")
    assert "tried 3 times: busy; next try at 2020-02-19 09:00 UTC" in used("outbox", "list").out
    assert used("outbox", "list", "--json").json[0]["next_attempt_at"].startswith("2020-02-19T09:00")


def test_a_store_that_is_held_is_one_line(used) -> None:
    """While another process holds the store the list says who does, after a bounded wait."""
    settings = used.config / "settings.toml"
    settings.write_text(settings.read_text().replace("[store]", "[store]\nwait_s = 0"))
    with open_store(used.data, 1):
        answer = used("outbox", "list")
    assert (answer.code, answer.out) == (1, "")
    assert "is in use by" in answer.err
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("state", ["refused", "held", "expired"])
@pytest.mark.parametrize(("days", "shown"), [(13, True), (15, False)])
def test_old_trouble_is_history(used, state: str, days: int, shown: bool) -> None:
    """What did not arrive is named for two weeks, by `status`, which exits with 1 for it, and by the list alike."""
    delivery = set_state(used, state)
    with open_store(used.data, 1) as connection:
        connection.execute(f"UPDATE core.deliveries SET created_at = created_at - INTERVAL {days} DAY")
    used("upkeep", "--now", NOW)
    assert (delivery in used("outbox", "list").out, used("status").code) == (shown, int(shown))
    assert (delivery in str(used("status", "--json").json["undelivered"])) is shown


@pytest.mark.parametrize("beginning", [36, 9])
def test_a_held_message_is_sent_again(used, beginning: int) -> None:
    """A held message is listed with its id; resent by it, or by its first characters, it goes out with the next deliver, once."""
    delivery = set_state(used, "held")
    listed = used("outbox", "list").out
    assert "held      edition 2020-02-19 06:00 UTC for desk by file, part 2 of 3" in listed
    assert f"{delivery}  tried 1 time: no answer" in listed
    assert used("outbox", "list", "--json").json[0]["id"] == delivery
    assert "UNDELIVERED held: desk by file, part 2 of 3, tried 1 time: no answer" in used("status").out
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


def test_an_error_says_when_and_when_next(used) -> None:
    """What waits is told with whether its error is of now, and with the time of the next try; to a script with its id and part, in ISO times."""
    delivery = set_state(used, "pending")
    with open_store(used.data, 1) as connection:
        connection.execute("UPDATE core.deliveries SET next_attempt_at = '2020-02-19 09:00:00Z'")
    answer = used("deliver", "--now", NOW)
    assert "desk by file, part 2 of 3: pending: no answer (earlier; next try at 2020-02-19 09:00 UTC)" in answer.out
    [one] = used("deliver", "--now", NOW, "--json").json["undelivered"]
    assert (one["id"], one["part"], one["tried_at"], one["next_attempt_at"]) == (delivery, 2, None, "2020-02-19T09:00:00+00:00")
    (used.data / "editions").rename(used.data / "elsewhere")
    (used.data / "editions").write_text("in the way")
    answer = used("deliver", "--now", "2020-02-19T09:00:00Z")
    assert "(at 2020-02-19 09:00 UTC; next try at 2020-02-19 09:10 UTC)" in answer.out


@pytest.mark.parametrize("state", ["sent", "sending"])
def test_what_arrived_is_not_sent_again(used, state: str) -> None:
    """A message that arrived, or is on its way, is not sent again, whatever is asked."""
    delivery = set_state(used, state)
    for asked in (delivery, "", "no-such-id"):
        answer = used("outbox", "resend", asked, "--now", NOW)
        assert answer.code == 2
        assert "no one message that may be sent again has an id that begins with" in answer.err


@pytest.mark.parametrize("state", ["pending", "uncertain"])
def test_a_message_that_waits_is_held(used, state: str) -> None:
    """A person holds what waits: it says so with the time, is not sent whatever passes, sets the exit code of `status`, and goes out once resent."""
    delivery = set_state(used, state)
    answer = used("outbox", "hold", delivery[:9], "--now", NOW)
    assert (answer.code, answer.out) == (0, "desk by file: held; `tidings outbox resend` lets it go\n")
    assert f"{delivery}  tried 1 time: held by a person, 2020-02-19 08:00 UTC; before: no answer" in used("outbox", "list").out
    assert used("deliver", "--now", "2020-02-22T08:00:00Z").out == "nothing to deliver\n"
    assert (used("status").code, used("status", "--json").json["undelivered"][0]["state"]) == (1, "held")
    assert used("outbox", "resend", delivery, "--now", "2020-02-22T08:00:00Z").code == 0
    said = "resent by a person, 2020-02-22 08:00 UTC; before: no answer; next try with the next `tidings deliver`"
    assert said in used("outbox", "list").out
    assert used("deliver", "--now", "2020-02-22T08:00:00Z").out == "deliveries: 1 sent\n"


def test_held_before_it_was_tried(used) -> None:
    """What nobody has tried yet can be held, too; to a script it is one object."""
    waits(used)
    [row] = used("outbox", "list", "--json").json
    assert used("outbox", "hold", row["id"], "--now", NOW, "--json").json == {
        "id": row["id"],
        "recipient": "desk",
        "part": 1,
        "state": "held",
    }
    assert "not tried yet: held by a person, 2020-02-19 08:00 UTC" in used("outbox", "list").out


@pytest.mark.parametrize("state", ["sent", "sending", "refused", "expired", "held"])
def test_what_does_not_wait_is_not_held(used, state: str) -> None:
    """A message that arrived, is on its way or has ended is not held, whatever is asked."""
    delivery = set_state(used, state)
    for asked in (delivery, "", "no-such-id"):
        answer = used("outbox", "hold", asked, "--now", NOW)
        assert answer.code == 2
        assert "no one message that waits has an id that begins with" in answer.err


@pytest.mark.parametrize("command", ["resend", "hold"])
def test_a_slip_of_the_finger_names_no_message(used, command: str) -> None:
    """Three characters of an id name no message, though no other begins with them; four do."""
    delivery = set_state(used, "pending")
    answer = used("outbox", command, delivery[:3], "--now", NOW)
    assert (answer.code, "has an id that begins with" in answer.err) == (2, True)
    assert used("outbox", command, delivery[:4], "--now", NOW).code == 0
