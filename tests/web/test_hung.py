"""Names that never resolve, hosts that never answer: a run ends all the same, and so does the process."""

import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from tidings.model import Request
from tidings.web.client import Client
from tidings.web.failures import RUN_OVER, FetchError
from tidings.web.limits import Deadline
from tidings.web.resolve import ADDRESSES_MAX, JUDGED_MAX, LOOKUPS_MAX, resolve

pytestmark = pytest.mark.slow  # threads that wait for deadlines


@pytest.fixture
def hung():
    """Give a resolver that does not come back before the test is over."""
    released = threading.Event()
    yield lambda *_: released.wait(60) and []
    released.set()


def lookups() -> int:
    return sum(thread.name == "tidings-dns" for thread in threading.enumerate())


def test_many_hung_names_end_with_the_run(web, hung):
    """Two hundred names that never resolve, 16 at a time with a deadline each: the run's end cuts the rest off, each with an answer."""
    requests = [Request(f"http://paper{n}.example/", "feed") for n in range(200)]
    started = time.monotonic()
    with Client(web.limits(timeout_s=0.5, fetch_s_max=2.0), resolver=hung) as client:
        responses = list(client.send_all(requests, web.now))
    counted = Counter((one.failure, one.detail) for one in responses)
    assert len(responses) == 200
    assert {("dns", "no answer in time"), ("retry_later", RUN_OVER)} <= counted.keys()
    assert {failure for failure, _ in counted} == {"dns", "retry_later"}
    assert time.monotonic() - started < 30
    assert lookups() <= LOOKUPS_MAX


def test_a_stuck_resolver_lets_nothing_wait_for_its_threads(web, hung):
    """When every thread for lookups hangs, further names fail at their deadline, and addresses in digits are reached as ever."""
    server = web.serve(web.reply(b"page"))
    with Client(web.limits(timeout_s=0.3), resolver=hung) as client:
        for n in range(LOOKUPS_MAX):
            threading.Thread(target=client.send, args=(Request(f"http://paper{n}.example/", "feed"), web.now), daemon=True).start()
        time.sleep(1.0)
        assert client.send(Request("http://one-more.example/", "feed"), web.now).detail == "too many lookups hang"
        assert client.send(Request(server.url(), "feed"), web.now).ok


def test_an_answer_after_the_deadline_frees_its_thread(web):
    """A lookup that comes back late helps nobody and hinders nobody: its place is free again, without an error in its thread."""
    late = threading.Event()
    response = web.get("http://daily.example/", resolver=lambda *_: late.wait(60) and ["127.0.0.1"], timeout_s=0.2)
    assert response.failure == "dns"
    late.set()
    for thread in [one for one in threading.enumerate() if one.name == "tidings-dns"]:
        thread.join(30)
        assert not thread.is_alive()


def test_a_process_ends_though_lookups_hang():
    """Threads that wait for a resolver that never answers keep no process alive."""
    code = """
import threading
from datetime import UTC, datetime
from tidings.model import Request
from tidings.web.client import Client
from tidings.web.limits import Limits
with Client(Limits(timeout_s=0.2, pause_s=0), resolver=lambda *_: threading.Event().wait() and []) as client:
    asked = [Request(f"http://paper{n}.example/", "feed") for n in range(20)]
    print({one.failure for one in client.send_all(asked, datetime.now(UTC))})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "{'dns'}\n"


def test_of_many_addresses_few_are_judged_and_fewer_tried():
    """A name with ten thousand addresses costs no more than one with some; forbidden ones among the first are passed over."""
    many = [f"10.{n // 65_536}.{n // 256 % 256}.{n % 256}" for n in range(10_000)]
    deadline = Deadline(10)
    with pytest.raises(FetchError, match="refused_address"):
        resolve("daily.example", 80, lambda *_: [*many, "9.9.9.9"], deadline, frozenset())
    public = [f"9.9.9.{n}" for n in range(1, 200)]
    assert resolve("daily.example", 80, lambda *_: [*many[: JUDGED_MAX - 1], *public], deadline, frozenset()) == public[:1]
    assert resolve("daily.example", 80, lambda *_: public, deadline, frozenset()) == public[:ADDRESSES_MAX]


def test_what_was_not_begun_when_the_time_is_over_is_not_sent(web):
    """The end of a run's time stops new requests at once, whatever pauses their hosts want; what had begun is brought to its end."""
    server = web.serve(web.reply(b"page"))
    limits = web.limits(pause_s=3_600.0, fetch_s_max=0.5)
    with Client(limits) as client:
        first = list(client.send_all([Request(server.url(f"/{n}"), "page") for n in range(40)], web.now))
        second = list(client.send_all([Request(server.url("/late"), "page")], web.now))
    assert Counter((one.failure, one.detail) for one in first) == {("", ""): 1, ("retry_later", RUN_OVER): 39}
    assert [one.detail for one in second] == [RUN_OVER]
    assert server.paths() == ["/0"]


def test_a_run_with_time_sends_everything(web):
    """Positive control: the same requests with time for all of them."""
    server = web.serve(web.reply(b"page"))
    with Client(web.limits(fetch_s_max=300.0)) as client:
        assert all(one.ok for one in client.send_all([Request(server.url(f"/{n}"), "page") for n in range(40)], web.now))
