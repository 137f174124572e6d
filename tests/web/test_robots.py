"""robots.txt is obeyed for pages, asked for once, and never a way to harm us."""

import itertools
import socket
import time
from datetime import UTC, datetime, timedelta

import pytest

from tidings.model import Request, Response
from tidings.web.client import Client
from tidings.web.robots import REMEMBERED_BYTES_MAX, Robots, RobotsAnswer, read_rules

NOW = datetime(2020, 2, 28, 7, tzinfo=UTC)
RULES = b"User-agent: *\nDisallow: /private/\nAllow: /private/open\n\nUser-agent: tidings\nDisallow: /not-you/\n"


def robots(body: bytes = b"", status: int = 200, failure: str = "") -> Robots:
    def fetch(url, now, deadline):
        return Response(url, url, status, {}, body, now, failure=failure)

    return Robots(fetch, "Tidings/0.1 (+https://example.org)")


@pytest.mark.parametrize(
    ("body", "path", "allowed"),
    [
        (RULES, "/a", True),
        (RULES, "/not-you/a", False),
        (RULES, "/private/a", True),  # our own group replaces the general one
        (b"User-agent: *\nDisallow: /", "/a", False),
        (b"User-agent: *\nDisallow: /\nAllow: /news/", "/news/1", True),
        (b"User-agent: *\nDisallow: /*?print", "/a?print", False),
        (b"User-agent: *\nDisallow:", "/a", True),
        (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /a\r\n", "/a", False),
        (b"", "/a", True),
        (b"<html>we have no such file</html>", "/a", True),
        (b"\xff\xfe\x00", "/a", True),
    ],
)
def test_rules_are_obeyed(body, path, allowed):
    """What robots.txt disallows for us, or for all, is not fetched; the rest is."""
    assert robots(body).allowed(f"https://example.org{path}", NOW) is allowed


@pytest.mark.parametrize(
    ("status", "failure", "allowed"),
    [(404, "", True), (403, "", True), (401, "", True), (500, "", False), (503, "", False), (429, "", False), (302, "", False), (0, "timeout", False), (0, "dns", False),
     (0, "too_many_redirects", True), (0, "refused_address", False), (0, "incomplete", False)],
)  # fmt: skip
def test_without_rules_the_status_decides(status, failure, allowed):
    """No robots.txt: all is allowed. A server in trouble or out of reach: nothing is, in this run (RFC 9309)."""
    assert robots(b"", status, failure).allowed("https://example.org/a", NOW) is allowed


def test_a_page_that_is_disallowed_is_not_asked_for(web):
    """The response says `robots`; the server saw the question and nothing else. Allowed pages arrive."""
    server = web.serve(web.by_path(**{"robots.txt": web.reply(RULES), "not-you": web.reply(b"page"), "a": web.reply(b"page")}))
    with Client(web.limits(robots=True)) as client:
        refused = client.send(Request(server.url("/not-you/a"), "page"), web.now)
        assert (refused.failure, refused.body, refused.status) == ("robots", b"", 0)
        assert client.send(Request(server.url("/a"), "page"), web.now).ok
        assert client.allowed(server.url("/a"), web.now)
        assert client.send(Request(server.url("/not-you/a"), "feed"), web.now).ok
    assert server.paths() == ["/robots.txt", "/a", "/not-you/a"]


def test_robots_is_asked_for_once_by_many_threads(web):
    """Twenty pages at once ask for robots.txt once; the next run asks again."""
    server = web.serve(web.by_path(**{"robots.txt": web.reply(RULES), "a": web.reply(b"page")}))
    for run_count in (1, 2):
        with Client(web.limits(robots=True, per_host_max=8)) as client:
            pages = client.send_all([Request(server.url("/a"), "page") for _ in range(20)], web.now)
            assert sum(page.ok for page in pages) == 20
        assert server.paths().count("/robots.txt") == run_count


def test_a_redirect_to_a_disallowed_page_is_not_followed(web):
    """Each hop asks the robots.txt of its own origin."""
    other = web.serve(web.by_path(**{"robots.txt": web.reply(b"User-agent: *\nDisallow: /"), "a": web.reply(b"page")}))
    start = web.serve(web.by_path(a=web.reply(b"", "302 Found", Location=other.url("/a"))))
    response = web.get(start.url("/a"), robots=True)
    assert (response.failure, response.redirects) == ("robots", ((302, other.url("/a")),))
    assert other.paths() == ["/robots.txt"]
    assert web.get(start.url("/a"), robots=False).ok


def test_a_host_in_trouble_is_tried_again_later(web):
    """A robots.txt that fails is no ban: the page is put off, with the wait that the host asked for, and nothing more is sent."""
    server = web.serve(web.reply(b"", "503 Busy", Retry_After="120"))
    with Client(web.limits(robots=True)) as client:
        first, second = (client.send(Request(server.url("/a"), "page"), web.now) for _ in range(2))
    assert (first.failure, first.detail) == ("retry_later", "robots.txt: status 503")
    assert (second.failure, int(second.headers["retry-after"])) == ("retry_later", 120)
    assert server.paths() == ["/robots.txt"]


def test_robots_may_be_somewhere_else(web):
    """A robots.txt behind a redirect counts."""
    rules = web.reply(b"User-agent: *\nDisallow: /a")
    server = web.serve(
        web.by_path(**{"robots.txt": web.reply(b"", "301 Moved", Location="/rules"), "rules": rules, "a": web.reply(b"page")})
    )
    assert web.get(server.url("/a"), robots=True).failure == "robots"


def test_a_host_out_of_reach_fails_for_its_own_reason(web):
    """When robots.txt cannot be had, the page's failure tells the real one, not `robots`."""
    response = web.get("http://10.0.0.1/a", robots=True)
    assert (response.failure, response.detail) == ("refused_address", "robots.txt: 10.0.0.1 (private)")
    assert web.get("http://nowhere.example/", robots=True, resolver=lambda *_: []).failure == "dns"


def test_a_robots_file_that_drips_costs_one_deadline_and_keeps_the_pages_away(web):
    """A robots.txt that never ends is out of reach, for all pages of the run, after one wait."""

    def answer(connection: socket.socket, _: str) -> None:
        web.servers[-1].stop.wait(5)

    server = web.serve(answer)
    with Client(web.limits(robots=True, timeout_s=0.3)) as client:
        assert {client.send(Request(server.url(f"/{n}"), "page"), web.now).failure for n in range(20)} == {"timeout"}
    assert server.connection_count == 1


def test_a_long_robots_file_is_read_as_far_as_the_limit(web):
    """RFC 9309 lets us stop at 500 KiB; what stands before that is obeyed."""
    long = b"User-agent: *\nDisallow: /a\n" + b"# nothing to see here\n" * 40_000
    server = web.serve(web.by_path(**{"robots.txt": web.reply(long), "a": web.reply(b"page"), "b": web.reply(b"page")}))
    assert web.get(server.url("/a"), robots=True).failure == "robots"
    assert web.get(server.url("/b"), robots=True).ok


def test_a_robots_file_made_to_be_slow_is_not_read():
    """Agents times rules would fill the memory; such a file allows nothing."""
    hostile = "".join(f"User-agent: a{n}\n" for n in range(15_000)) + "Allow: /\n" * 25_000
    rules = read_rules(Response("", "", 200, {}, hostile.encode(), NOW))
    assert (rules.rules, rules.reason) == (None, "robots")
    large = "User-agent: *\n" + "".join(f"Disallow: /{n}/\n" for n in range(20_000))
    assert read_rules(Response("", "", 200, {}, large.encode(), NOW)).rules is not None


@pytest.mark.parametrize(
    ("body", "delay_s"),
    [
        (b"User-agent: *\nCrawl-delay: 5\n", 5.0),
        (b"User-agent: *\nCrawl-delay: 5\n\nUser-agent: tidings\nCrawl-delay: 0.5\n", 0.5),
        (b"User-agent: other\nCrawl-delay: 5\n", 0.0),
        (b"User-agent: *\nCrawl-delay: -5\n", 0.0),
        (b"User-agent: *\nCrawl-delay: nan\n", 0.0),
        (b"User-agent: *\nCrawl-delay: 1e999\n", 0.0),
        (b"User-agent: *\nCrawl-delay: soon\n", 0.0),
        (b"", 0.0),
    ],
)
def test_the_delay_for_us_is_read(body, delay_s):
    """A delay in our group or the general one is known after the first look; nonsense is none."""
    rules = robots(body)
    assert (rules.knows("example.org"), rules.delay_s("example.org")) == (False, 0.0)
    rules.check("https://example.org/a", NOW)
    assert (rules.knows("example.org"), rules.delay_s("example.org")) == (True, delay_s)


def counting(body: bytes = b"", status: int = 200, failure: str = "") -> tuple[Robots, list[str]]:
    asked = []

    def fetch(url, now, deadline):
        asked.append(url)
        return Response(url, url, status, {}, body, now, failure=failure)

    return Robots(fetch, "Tidings/0.1"), asked


@pytest.mark.parametrize(
    ("age", "asked_count"), [(timedelta(0), 0), (timedelta(hours=23), 0), (timedelta(hours=24), 1), (-timedelta(hours=1), 1)]
)
def test_what_an_earlier_run_was_told_holds_for_a_day(age, asked_count):
    """A remembered answer is obeyed without asking again, for 24 hours; one of an older day, or of a clock that was ahead, is not."""
    rules, asked = counting(b"")
    rules.remember([RobotsAnswer("https://example.org", NOW - age, b"User-agent: *\nDisallow: /a\nCrawl-delay: 3\n")])
    assert rules.allowed("https://example.org/a", NOW) is bool(asked_count)
    assert len(asked) == asked_count
    assert rules.delay_s("example.org") == (0.0 if asked_count else 3.0)
    assert rules.allowed("https://other.example/a", NOW)
    assert asked[-1] == "https://other.example/robots.txt"


def test_what_is_learned_can_be_remembered():
    """Rules and their absence are handed on with their time; another client that is given them asks nobody."""
    for body, status, kept in ((RULES, 200, RULES), (b"not here", 404, b"")):
        rules, _ = counting(body, status)
        verdicts = [rules.allowed(f"https://example.org{path}", NOW) for path in ("/a", "/not-you/a")]
        assert rules.learned() == [RobotsAnswer("https://example.org", NOW, kept)]
        again, asked = counting()
        again.remember(rules.learned())
        assert [again.allowed(f"https://example.org{path}", NOW + timedelta(hours=1)) for path in ("/a", "/not-you/a")] == verdicts
        assert (asked, again.learned()) == ([], [])


@pytest.mark.parametrize(
    ("body", "status", "failure"), [(b"", 503, ""), (b"", 429, ""), (b"", 0, "timeout"), (b"#" * (REMEMBERED_BYTES_MAX + 1), 200, "")]
)
def test_trouble_and_long_files_are_not_remembered(body, status, failure):
    """A host in trouble is asked again by the next run; so is one whose file would fill the store."""
    rules, _ = counting(body, status, failure)
    rules.allowed("https://example.org/a", NOW)
    assert rules.learned() == []


def test_within_a_long_life_the_rules_are_asked_for_again_after_a_day():
    """A client that lives for days does not live by yesterday's rules."""
    rules, asked = counting(b"")
    for hours in (0, 23, 24, 47):
        rules.check("https://example.org/a", NOW + timedelta(hours=hours))
    assert len(asked) == 2


def test_a_delay_is_kept_between_the_pages_of_a_host(web):
    """Pages of a host that wants a pause start one after the other, with it in between; a host that wants none is not held up."""
    starts: dict[str, list[float]] = {}

    def answer(connection: socket.socket, head: str) -> None:
        starts.setdefault(head.partition("Host: ")[2].partition("\r\n")[0], []).append(time.monotonic())
        connection.sendall(web.reply(b"User-agent: *\nCrawl-delay: 0.2" if "robots.txt" in head and "slow" in head else b"page"))

    server = web.serve(answer)
    limits = web.limits(robots=True, connect_to=dict.fromkeys(("slow.example", "fast.example"), server.pair), per_host_max=4)
    with Client(limits, chance=lambda: 0.0) as client:
        asked = [Request(f"http://{host}.example/{n}", "page") for host in ("slow", "fast") for n in range(4)]
        assert all(page.ok for page in client.send_all(asked, web.now))
    _, *slow = starts["slow.example"]
    assert all(later - earlier >= 0.15 for earlier, later in itertools.pairwise(slow))
    assert len(slow) == 4


def test_a_delay_that_is_too_long_to_wait_for_leaves_one_page_a_run(web):
    """Of a host that wants an hour between pages one is had; the others are put off with the rest of the hour, unsent and without a pause."""
    server = web.serve(web.by_path(**{"robots.txt": web.reply(b"User-agent: *\nCrawl-delay: 3600"), "a": web.reply(b"page")}))
    with Client(web.limits(robots=True)) as client:
        pages = list(client.send_all([Request(server.url(f"/a/{n}"), "page") for n in range(5)], web.now))
    assert sorted(page.failure for page in pages) == ["", *["retry_later"] * 4]
    assert all(3_590 < float(page.headers["retry-after"]) <= 3_600 for page in pages if page.failure)
    assert len(server.heads) == 2


def test_a_redirect_within_a_host_that_wants_long_pauses_takes_one_turn(web):
    """The page behind a redirect is had, and the next page of the host waits."""
    answers = {
        "robots.txt": web.reply(b"User-agent: *\nCrawl-delay: 3600"),
        "a": web.reply(b"", "301 Moved", Location="/b"),
        "b": web.reply(b"page"),
    }
    server = web.serve(web.by_path(**answers))
    with Client(web.limits(robots=True)) as client:
        assert client.send(Request(server.url("/a"), "page"), web.now).body == b"page"
        assert client.send(Request(server.url("/b"), "page"), web.now).failure == "retry_later"
