"""Read what a mail server says no with: whether it is final, in its own words, without addresses and secrets.

A no from MAIL on is final where it begins with 5 (RFC 5321, 4.2.1), 552 "too large" included, unless it is about who we
are and not about the message: 530, 534, 535, 538 (RFC 4954, 6), a sequence out of order (503), or the enhanced codes
5.7.8 to 5.7.14 (RFC 3463, 3.8; RFC 5248). Before MAIL nothing was said of a message, so whatever is said there waits.
"""

import re
from collections.abc import Iterable

from tidings.stages.delivery import Answer, Attempt

_REPLY_MAX = 200  # characters of a server's answer that are kept, once nothing secret stands in it
_READ_MAX = 2_000
_NOT_THE_MESSAGE = frozenset({503, 530, 534, 535, 538})
_WHO_WE_ARE = re.compile(rb"5\.7\.(?:[89]|1[0-4])(?!\d)")


def refusal(step: str, code: int, reply: bytes) -> Attempt:
    """Read a definite no: 5xx is final unless it is about who we are, everything else is not now."""
    final = 500 <= code <= 599 and code not in _NOT_THE_MESSAGE and not _WHO_WE_ARE.match(reply.strip())
    return Attempt(Answer.REFUSED if final else Answer.NOT_NOW, said(step, code, reply))


def said(step: str, code: int, reply: bytes) -> str:
    """Write an answer as a reason, in the server's own words."""
    if not 200 <= code <= 599:  # -1 where there was no number
        return f"{step}: an answer that makes no sense"
    return f"{step}: {code} {' '.join(reply.decode('ascii', 'replace').split())}"[:_READ_MAX]


def without(reason: str, secrets: Iterable[str]) -> str:
    """Take secrets and whatever looks like an address out of what a server said, and what is no printable ASCII."""
    for secret in sorted(secrets, key=len, reverse=True):  # one may be a piece of another
        if len(secret) > 2:
            reason = re.sub(re.escape(secret), "...", reason, flags=re.IGNORECASE)
    reason = re.sub(r"[^\s<>@]+@[^\s<>@]+", "...", reason)
    return "".join(char if 32 <= ord(char) < 127 else "?" for char in reason[:_REPLY_MAX])
