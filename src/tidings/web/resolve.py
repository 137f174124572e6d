"""Find the addresses of a host within a time limit, and keep those that may be connected to."""

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import ip_address

from tidings.web.addresses import judge
from tidings.web.failures import DNS, REFUSED_ADDRESS, FetchError
from tidings.web.limits import Deadline

Resolver = Callable[[str, int], Sequence[str]]  # host, port -> IP addresses; OSError when there are none

ADDRESSES_MAX = 4  # tried of one host
JUDGED_MAX = 64  # of one name; honest ones have far fewer addresses
LOOKUPS_MAX = 64
TURN_S_MAX = 5.0  # waited for a lookup to be over: when all have hung so long, no other will fare better
_lookups = threading.BoundedSemaphore(LOOKUPS_MAX)  # lookups that never come back are few, too


def system_resolver(host: str, port: int) -> list[str]:
    """Ask the operating system. It knows no time limit: call it through `resolve`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def resolve(host: str, port: int, resolver: Resolver, deadline: Deadline, allow_private: frozenset[str]) -> list[str]:
    """Return the addresses of a host that may be connected to, at most four; raise FetchError when there are none."""
    found = [host] if _is_literal(host) else _look_up(host, port, resolver, deadline)
    judged = [(ip, judge(ip, port, allow_private)) for ip in found[:JUDGED_MAX]]
    allowed = [ip for ip, reason in judged if not reason]
    if not allowed:
        raise FetchError(REFUSED_ADDRESS, ", ".join(f"{ip} ({reason})" for ip, reason in judged[:ADDRESSES_MAX]))
    return allowed[:ADDRESSES_MAX]


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _look_up(host: str, port: int, resolver: Resolver, deadline: Deadline) -> list[str]:
    """Run the resolver in a thread that is left behind when it does not come back in time."""
    if not _lookups.acquire(timeout=min(deadline.left_s(), TURN_S_MAX)):
        raise FetchError(DNS, "too many lookups hang")
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(list(resolver(host, port)))
        except (OSError, ValueError) as error:  # ValueError: a name that cannot be encoded
            answers.put(error)
        finally:
            _lookups.release()

    threading.Thread(target=look_up, name="tidings-dns", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left_s())
    except queue.Empty:
        raise FetchError(DNS, "no answer in time") from None
    if isinstance(answer, Exception):
        raise FetchError(DNS, str(answer))
    if not answer:
        raise FetchError(DNS, "no address")
    return answer
