r"""Decide every arrow of the outbox's state machine; nothing here sends, stores or reads a clock.

    pending --lease--> sending --accepted--> sent
       ^                 | \--refused--> refused
       |-- definite no --/  \--silence after the last byte--> uncertain --(mail: once)--> pending   (else) --> held
       |-- resend -- held, refused, expired, uncertain, pending        tried, and pending for 48 h --> expired
                     pending, uncertain --hold--> held

Exactly once in our books. Where a mail server's answer is lost: at most one repeat, byte-identical, with the
same Message-ID, and none where `[email] when_uncertain` says "hold". A file written twice is the same file, so there a
repeat is always harmless. Where Slack's answer is lost, nothing is repeated until a person says so. `resend` and `hold`
are the arrows of a person, kept in `last_error` with the time. An edition in parts goes out in order: a part waits until
all before it are final. Editions do not wait for each other. What is owed an attempt (never tried, or sent again by a
person) is tried before it may expire, whatever its age.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tidings.model import Delivery, DeliveryState

EXPIRES_S = 48 * 3600
BACKOFF_FIRST_S = 5 * 60
BACKOFF_MAX_S = 4 * 3600
MAIL_REPEATS_MAX = 1
RESENDABLE = frozenset({DeliveryState.HELD, DeliveryState.REFUSED, DeliveryState.EXPIRED, DeliveryState.UNCERTAIN, DeliveryState.PENDING})
HOLDABLE = frozenset({DeliveryState.PENDING, DeliveryState.UNCERTAIN})
FINAL = frozenset({DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.HELD, DeliveryState.EXPIRED})

_BEFORE = "; before: "
_BY_A_PERSON = " by a person, "


class Answer(StrEnum):
    """Name what came of one attempt."""

    SENT = "sent"
    REFUSED = "refused"  # a definite and final no
    NOT_NOW = "not_now"  # a definite no for now: nothing was accepted
    UNCERTAIN = "uncertain"  # all was said, no answer came


@dataclass(frozen=True, slots=True)
class Attempt:
    """Hold the answer of one attempt and, unless sent, the reason (no address in it)."""

    answer: Answer
    reason: str = ""
    retry_after_s: float | None = None  # how long the other side asks us to stay away
    receipt: str = ""  # what the channel gave for a message it took; readable to that channel only


def is_due(delivery: Delivery, now: datetime) -> bool:
    """Tell whether a pending delivery may be tried now."""
    waits = delivery.next_attempt_at is not None and delivery.next_attempt_at > now
    return delivery.state == DeliveryState.PENDING and not waits and not is_expired(delivery, now)


def is_final(delivery: Delivery) -> bool:
    """Tell whether nothing happens to a delivery by itself any more: only then is it the next part's turn."""
    return delivery.state in FINAL


def is_expired(delivery: Delivery, now: datetime) -> bool:
    """Tell whether a pending delivery has been tried and has waited too long to be of use; a file never has.

    Only a definite no sets `next_attempt_at`: without it an attempt is still owed.
    """
    if delivery.state != DeliveryState.PENDING or delivery.created_at is None:
        return False
    if delivery.next_attempt_at is None or delivery.channel == "file":
        return False
    return now - delivery.created_at >= timedelta(seconds=EXPIRES_S)


def lease(delivery: Delivery) -> Delivery:
    """Go from pending to sending: written down before the first byte is said."""
    _expect(delivery, DeliveryState.PENDING)
    return replace(delivery, state=DeliveryState.SENDING, attempt_count=delivery.attempt_count + 1, next_attempt_at=None)


def settle(delivery: Delivery, attempt: Attempt, now: datetime) -> Delivery:
    """Go from sending to what the attempt came to."""
    _expect(delivery, DeliveryState.SENDING)
    if attempt.answer == Answer.SENT:
        return replace(delivery, state=DeliveryState.SENT, last_error="", receipt=attempt.receipt)
    if attempt.answer == Answer.REFUSED:
        return replace(delivery, state=DeliveryState.REFUSED, last_error=attempt.reason)
    if attempt.answer == Answer.NOT_NOW:
        again = now + timedelta(seconds=max(backoff_s(delivery.attempt_count), attempt.retry_after_s or 0.0))
        return replace(delivery, state=DeliveryState.PENDING, next_attempt_at=again, last_error=attempt.reason)
    return _uncertain(delivery, attempt.reason)


def recover(delivery: Delivery) -> Delivery:
    """Go from sending to uncertain: the process that was sending is gone and noted no answer; nobody knows how far it came."""
    _expect(delivery, DeliveryState.SENDING)
    return _uncertain(delivery, "the sending process ended before an answer came")


def resolve(delivery: Delivery, *, repeats_mail: bool = True) -> Delivery:
    """Go from uncertain to pending (a file always, mail once unless the desk wants no repeat) or to held."""
    _expect(delivery, DeliveryState.UNCERTAIN)
    harmless = delivery.channel == "file"
    mail = delivery.channel == "email" and repeats_mail and delivery.uncertain_count <= MAIL_REPEATS_MAX
    if harmless or mail:
        return replace(delivery, state=DeliveryState.PENDING, next_attempt_at=None)
    return replace(delivery, state=DeliveryState.HELD)


def expire(delivery: Delivery) -> Delivery:
    """Go from pending to expired; the last error stays, for it is the reason."""
    _expect(delivery, DeliveryState.PENDING)
    reason = delivery.last_error or f"not accepted for {EXPIRES_S // 3600} hours"
    return replace(delivery, state=DeliveryState.EXPIRED, next_attempt_at=None, last_error=reason)


def resend(delivery: Delivery, now: datetime) -> Delivery:
    """Go to pending, to be tried at once, because a person says so; the 48 hours start anew. Not from sent, nor while it is sent."""
    if delivery.state not in RESENDABLE:
        raise ValueError(f"delivery {delivery.id} is {delivery.state}, not to be sent again")
    said = _by_a_person("resent", delivery, now)
    return replace(delivery, state=DeliveryState.PENDING, created_at=now, next_attempt_at=None, last_error=said)


def hold(delivery: Delivery, now: datetime) -> Delivery:
    """Go from pending or uncertain to held because a person says so: only `resend` leads out again. What is on its way cannot be held."""
    if delivery.state not in HOLDABLE:
        raise ValueError(f"delivery {delivery.id} is {delivery.state}, not waiting")
    return replace(delivery, state=DeliveryState.HELD, next_attempt_at=None, last_error=_by_a_person("held", delivery, now))


def backoff_s(attempt_count: int) -> float:
    """Return how long to wait after the n-th attempt: doubling, at most four hours."""
    doublings = min(max(attempt_count - 1, 0), 10)
    return float(min(BACKOFF_FIRST_S * 2**doublings, BACKOFF_MAX_S))


def _by_a_person(done: str, delivery: Delivery, now: datetime) -> str:
    """Say what a person did and when, and what was last heard before: of several such words only the latest are kept."""
    first, _, before = delivery.last_error.partition(_BEFORE)
    heard = before or ("" if _BY_A_PERSON in first else first)
    return f"{done}{_BY_A_PERSON}{now:%Y-%m-%d %H:%M} UTC{_BEFORE if heard else ''}{heard}"


def _uncertain(delivery: Delivery, reason: str) -> Delivery:
    return replace(delivery, state=DeliveryState.UNCERTAIN, uncertain_count=delivery.uncertain_count + 1, last_error=reason)


def _expect(delivery: Delivery, state: DeliveryState) -> None:
    """Refuse an arrow that does not exist: a programming error, never a matter of input."""
    if delivery.state != state:
        raise ValueError(f"delivery {delivery.id} is {delivery.state}, not {state}")
