from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tidings.model import Delivery, DeliveryState
from tidings.stages import delivery as rules
from tidings.stages.delivery import Answer, Attempt

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
S = DeliveryState


def one(state, channel="email", **more):
    return Delivery("d", "e", channel, "desk", state, b"", created_at=NOW, **more)


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        pytest.param(rules.lease, one(S.PENDING), S.SENDING, id="lease"),
        pytest.param(lambda d: rules.settle(d, Attempt(Answer.SENT), NOW), one(S.SENDING), S.SENT, id="accepted"),
        pytest.param(lambda d: rules.settle(d, Attempt(Answer.REFUSED, "no"), NOW), one(S.SENDING), S.REFUSED, id="refused"),
        pytest.param(lambda d: rules.settle(d, Attempt(Answer.NOT_NOW, "busy"), NOW), one(S.SENDING), S.PENDING, id="definite no for now"),
        pytest.param(
            lambda d: rules.settle(d, Attempt(Answer.UNCERTAIN), NOW), one(S.SENDING), S.UNCERTAIN, id="silence after the last byte"
        ),
        pytest.param(rules.recover, one(S.SENDING), S.UNCERTAIN, id="killed while sending"),
        pytest.param(rules.resolve, one(S.UNCERTAIN, uncertain_count=1), S.PENDING, id="mail, uncertain once"),
        pytest.param(
            lambda d: rules.resolve(d, repeats_mail=False), one(S.UNCERTAIN, uncertain_count=1), S.HELD, id="mail, where none is repeated"
        ),
        pytest.param(
            lambda d: rules.resolve(d, repeats_mail=False),
            one(S.UNCERTAIN, "file", uncertain_count=1),
            S.PENDING,
            id="file, where no mail is repeated",
        ),
        pytest.param(rules.resolve, one(S.UNCERTAIN, uncertain_count=2), S.HELD, id="mail, uncertain twice"),
        pytest.param(rules.resolve, one(S.UNCERTAIN, "slack", uncertain_count=1), S.HELD, id="slack, uncertain once"),
        pytest.param(rules.resolve, one(S.UNCERTAIN, "file", uncertain_count=9), S.PENDING, id="file, always harmless"),
        pytest.param(rules.expire, one(S.PENDING), S.EXPIRED, id="expired"),
        *(
            pytest.param(lambda d: rules.resend(d, NOW), one(state), S.PENDING, id=f"{state}, a person says so")
            for state in sorted(rules.RESENDABLE)
        ),
        *(
            pytest.param(lambda d: rules.hold(d, NOW), one(state), S.HELD, id=f"{state}, a person holds it")
            for state in sorted(rules.HOLDABLE)
        ),
    ],
)
def test_each_arrow(step, before, after):
    """Every arrow of the state machine leads where the picture says."""
    assert step(before).state is after


@pytest.mark.parametrize("state", [S.SENT, S.REFUSED, S.EXPIRED])
def test_nothing_leads_out_of_final_states_by_itself(state):
    """Out of refused and expired leads only what a person says, and out of sent nothing: a delivered message is never sent again."""
    delivery = one(state)
    steps = [rules.lease, rules.recover, rules.resolve, rules.expire, lambda d: rules.settle(d, Attempt(Answer.SENT), NOW)]
    for step in [*steps, *([lambda d: rules.resend(d, NOW)] if state is S.SENT else [])]:
        with pytest.raises(ValueError, match="not"):
            step(delivery)
    assert not rules.is_due(delivery, NOW)


def test_what_is_being_sent_is_not_sent_again():
    """While a message is on its way nobody can say that it is to be sent again."""
    with pytest.raises(ValueError, match="not to be sent again"):
        rules.resend(one(S.SENDING), NOW)


@pytest.mark.parametrize("state", sorted(set(S) - rules.HOLDABLE))
def test_only_what_waits_is_held(state):
    """What is on its way, or has ended, cannot be held."""
    with pytest.raises(ValueError, match="not waiting"):
        rules.hold(one(state), NOW)


def test_what_a_person_said_is_kept_with_the_time():
    """Hold and resend leave their words and the time, with what was last heard before; of several only the latest."""
    held = rules.hold(one(S.PENDING, last_error="RCPT: 450 later"), NOW)
    assert held.last_error == "held by a person, 2020-02-19 06:00 UTC; before: RCPT: 450 later"
    resent = rules.resend(held, NOW + timedelta(hours=1))
    assert resent.last_error == "resent by a person, 2020-02-19 07:00 UTC; before: RCPT: 450 later"
    untried = rules.hold(rules.resend(rules.hold(one(S.PENDING), NOW), NOW), NOW)
    assert untried.last_error == "held by a person, 2020-02-19 06:00 UTC"
    assert rules.settle(rules.lease(resent), Attempt(Answer.SENT), NOW).last_error == ""


def test_resend_of_what_waits_does_not_wait():
    """A pending message that a person sends again is due at once, its backoff notwithstanding, however old it is when it is tried."""
    waiting = rules.settle(rules.lease(one(S.PENDING)), Attempt(Answer.NOT_NOW, "busy"), NOW)
    assert not rules.is_due(waiting, NOW)
    again = rules.resend(waiting, NOW)
    assert rules.is_due(again, NOW)
    assert rules.is_due(again, NOW + timedelta(days=9))


def test_lease_counts_and_uncertainty_counts():
    """Attempts and uncertain ends are counted: the second uncertain end of a mail is the last."""
    delivery = one(S.PENDING)
    for expected in (S.PENDING, S.HELD):
        delivery = rules.resolve(rules.settle(rules.lease(delivery), Attempt(Answer.UNCERTAIN, "no answer"), NOW))
        assert delivery.state is expected
    assert (delivery.attempt_count, delivery.uncertain_count, delivery.last_error) == (2, 2, "no answer")


def test_resend_gives_two_more_days_but_no_second_guess():
    """A held message that a person sends again is pending for 48 hours anew; uncertain again, it is held again."""
    later = NOW + timedelta(days=9)
    delivery = rules.resend(one(S.HELD, uncertain_count=2), later)
    assert rules.is_due(delivery, later)
    again = rules.resolve(rules.settle(rules.lease(delivery), Attempt(Answer.UNCERTAIN), later))
    assert again.state is S.HELD


def test_backoff_doubles_to_four_hours():
    """The pause after a temporary no doubles from five minutes to at most four hours, and the message waits for it."""
    assert [rules.backoff_s(n) / 60 for n in (1, 2, 3, 6, 7, 50)] == [5, 10, 20, 160, 240, 240]
    waiting = rules.settle(replace(one(S.SENDING), attempt_count=2), Attempt(Answer.NOT_NOW, "busy"), NOW)
    assert not rules.is_due(waiting, NOW + timedelta(minutes=9))
    assert rules.is_due(waiting, NOW + timedelta(minutes=10))


def test_pending_for_48_hours_expires():
    """A message that was tried and could not be sent for 48 hours is not tried any more, and says why."""
    delivery = rules.settle(rules.lease(one(S.PENDING)), Attempt(Answer.NOT_NOW, "busy"), NOW)
    assert not rules.is_expired(delivery, NOW + timedelta(hours=48) - timedelta(seconds=1))
    assert rules.is_expired(delivery, NOW + timedelta(hours=48))
    assert not rules.is_due(delivery, NOW + timedelta(hours=48))
    assert rules.expire(delivery).last_error == "busy"
    assert rules.expire(one(S.PENDING)).last_error == "not accepted for 48 hours"


@pytest.mark.parametrize("channel", ["email", "slack", "file"])
def test_nothing_expires_untried(channel):
    """A message that was never tried is tried first, whatever its age; only after that it may expire."""
    late = NOW + timedelta(days=30)
    delivery = one(S.PENDING, channel)
    assert rules.is_due(delivery, late)
    assert not rules.is_expired(delivery, late)
    tried = rules.settle(rules.lease(delivery), Attempt(Answer.NOT_NOW, "busy"), late)
    assert rules.is_expired(tried, late) is (channel != "file")


@pytest.mark.parametrize(
    ("attempts", "asked_s", "wait_s"),
    [
        pytest.param(1, None, 300, id="nothing asked"),
        pytest.param(1, 60.0, 300, id="less than we would wait anyway"),
        pytest.param(1, 1200.0, 1200, id="longer"),
        pytest.param(7, 1200.0, 14_400, id="less than after many attempts"),
    ],
)
def test_the_longer_wait_holds(attempts, asked_s, wait_s):
    """Where the other side asks us to stay away for longer than we would, we do."""
    waiting = rules.settle(replace(one(S.SENDING), attempt_count=attempts), Attempt(Answer.NOT_NOW, "busy", asked_s), NOW)
    assert waiting.next_attempt_at == NOW + timedelta(seconds=wait_s)


@pytest.mark.parametrize("state", S)
def test_the_next_part_waits_for_what_is_not_final(state):
    """A part goes out after those before it are sent, refused, held or expired, and not while one may still change by itself."""
    assert rules.is_final(one(state)) == (state in {S.SENT, S.REFUSED, S.HELD, S.EXPIRED})
