"""What `tidings doctor` makes of the answers of feeds, and of the clock by what they say."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from doctor_checks import PIECES, URL, ask, only
from fakes import DAY, HOUR, NOW, OpenJail, Web, feed

from tidings.jail import JailFailure
from tidings.model import Response
from tidings.pipeline.doctor import State
from tidings.pipeline.doctor.clock import clock_findings
from tidings.pipeline.doctor.feeds import feed_findings, moved_to
from tidings.pipeline.doctor.pump import within

CHINESE = "在工程师再次检查之前这座跨河大桥将继续关闭居民需要乘坐渡船前往对岸上班修复费用超出了镇里的预算" * 8
# name: (the web, state, part of what was found, part of what to do)
ANSWERS = {
    "fine": (Web(feeds={URL: PIECES}), "ok", "rss20, 1 entries, newest of 2020-02-19 05:00 UTC, English", ""),
    "without dates": (Web(feeds={URL: [replace(PIECES[0], published_at=None)]}), "ok", "without dates", ""),
    "quiet": (Web(feeds={URL: [replace(PIECES[0], published_at=NOW - 40 * DAY)]}), "warning", "nothing new for 40 days", "look for a newer feed"),
    "in another language": (Web(feeds={URL: [replace(PIECES[0], title="镇议会周五表示", summary=CHINESE)]}), "warning", "looks Chinese, configured as English", "`language`"),
    "without entries": (Web(feeds={URL: []}), "warning", "no entries", "look at it in a browser"),
    "not found": (Web(), "fault", "HTTP 404", "correct the address"),
    "gone": (Web(statuses={URL: 410}), "fault", "HTTP 410", "remove it"),
    "key refused": (Web(statuses={URL: 401}), "fault", "HTTP 401", "user, password or key"),
    "in trouble": (Web(statuses={URL: 500}), "fault", "HTTP 500", "try again later"),
    "asks to wait": (Web(statuses={URL: 429}), "warning", "come later", "every_m"),
    "in trouble for a while": (Web(statuses={URL: 503}), "warning", "its server is in trouble (HTTP 503)", "browser"),
    "no such name": (Web(failures={URL: "dns"}), "fault", "dns", "name server"),
    "certificate": (Web(failures={URL: "tls"}), "fault", "tls", "certificate"),
    "host left alone": (Web(failures={URL: "retry_later"}), "warning", "not asked", "wait"),
    "too large": (Web(failures={URL: "too_large"}), "fault", "too_large", "network.feed_bytes_max"),
    "a failure not thought of": (Web(failures={URL: "moonquake"}), "fault", "moonquake", "try again later"),
    "a page": (Web(bodies={URL: b"<html><body>Welcome</body></html>"}), "fault", "a page, not a feed", "tidings feeds find http://harbour.example/"),
    "an empty answer": (Web(bodies={URL: b" "}), "fault", "empty", "try again later"),
    "cut": (Web(bodies={URL: b"<rss version='2.0'><channel><item><title>One</title></item><item><title>T"}), "warning", "ends too early", "publisher"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_what_a_feed_gives_is_named(name):
    """Each way a feed may answer has a state, what was found, and what to do."""
    web, state, found, to_do = ANSWERS[name]
    one = only(feed_findings(ask(web), NOW))
    assert (one.state, one.what, one.subject) == (state, "feed", f"Harbour {URL}")
    assert found in one.found
    assert to_do in one.to_do


def test_a_feed_that_breaks_the_parser_is_a_fault():
    """A jailed child that was stopped is told with its reason."""
    jail = OpenJail({"harbour.example": JailFailure("memory")})
    one = only(feed_findings(ask(Web(feeds={URL: PIECES}), jail=jail), NOW))
    assert (one.state, one.found) == (State.FAULT, "reading it was stopped (memory)")


def test_when_no_feed_can_be_reached_the_trouble_is_likely_ours():
    """Every feed out of reach adds a line about this machine's own network; one that answers anything takes it away."""
    feeds = [feed(f"http://{name}.example/feed", language="en") for name in ("one", "two")]
    dead = Web(failures={one.url: "timeout" for one in feeds})
    assert [one.what for one in feed_findings(ask(dead, *feeds), NOW)] == ["feed", "feed", "network"]
    half = Web(failures={feeds[0].url: "timeout"})
    assert [one.what for one in feed_findings(ask(half, *feeds), NOW)] == ["feed", "feed"]


# name: (redirects, where to)
REDIRECTS = {
    "none": ((), ""),
    "for good": (((301, "http://b.example/f"),), "http://b.example/f"),
    "for good, twice": (((301, "http://b.example/f"), (308, "http://c.example/f")), "http://c.example/f"),
    "for good, then for now": (((301, "http://b.example/f"), (302, "http://c.example/f")), "http://b.example/f"),
    "for now": (((302, "http://b.example/f"), (301, "http://c.example/f")), ""),
    "with a password": (((301, "http://me:secret@b.example/f"),), "http://b.example/f"),
}


@pytest.mark.parametrize("name", REDIRECTS)
def test_only_redirects_for_good_are_suggested(name):
    """The new address is where the permanent redirects lead before the first that is for now; nothing secret is in it."""
    redirects, target = REDIRECTS[name]
    assert moved_to(Response(URL, URL, 200, {}, b"", NOW, redirects=redirects)) == target


def test_feeds_that_wait_too_long_are_named_as_not_asked():
    """The time for all feeds is bounded: what came in time is told, the rest is a warning."""
    feeds = [feed(f"http://{name}.example/feed", language="en") for name in ("one", "two")]

    class Slow(Web):
        def send_all(self, requests, now):
            requests = list(requests)
            yield self._answer(requests[0], now)
            time.sleep(3)
            yield self._answer(requests[1], now)

    first, second = feed_findings(ask(Slow(feeds={one.url: PIECES for one in feeds}), *feeds, time_max_s=0.5), NOW)
    assert first.state is State.OK
    assert (second.state, second.found) == (State.WARNING, "not asked: the time for all feeds was over")


def test_what_breaks_in_the_client_is_not_lost_in_a_thread():
    """An exception of the iterator is raised where the answers are read."""

    def broken():
        yield Response(URL, URL, 200, {}, b"", NOW)
        raise ZeroDivisionError

    answers = within(broken(), 5.0, lambda: NOW)
    assert next(answers)[0].status == 200
    with pytest.raises(ZeroDivisionError):
        next(answers)


# name: (by how much the servers are ahead, of which age their copies are, state, part of what was found)
CLOCKS = {
    "right": (["00:00:03", "00:00:00", "00:00:01"], "ok", "right to 1 s"),
    "one server is mad": (["12:00:00", "00:00:00", "00:00:00"], "ok", "right to 1 s"),
    "behind": (["00:10:00", "00:10:00"], "warning", "10 min behind"),
    "far behind": (["03:00:00"], "fault", "3.0 h behind"),
}


def dated(*offsets, **headers):
    """Answers whose Date is so far ahead of our clock."""
    web, feeds = Web(feeds={}), []
    for number, offset in enumerate(offsets):
        hours, minutes, seconds = map(int, offset.split(":"))
        one = feed(f"http://site{number}.example/feed", language="en")
        at = NOW + timedelta(hours=hours, minutes=minutes, seconds=seconds)
        web.feeds[one.url] = PIECES
        web.headers[one.url] = {"date": f"{at:%a, %d %b %Y %H:%M:%S} GMT", **headers}
        feeds.append(one)
    return ask(web, *feeds)


@pytest.mark.parametrize("name", CLOCKS)
def test_the_clock_is_held_against_what_most_servers_say(name):
    """The median of the Date headers decides: more than 5 minutes is a warning, more than an hour a fault."""
    offsets, state, found = CLOCKS[name]
    one = only(clock_findings(dated(*offsets), NOW, None))
    assert (one.state, found in one.found) == (state, True)


def test_an_old_copy_of_a_cache_is_no_wrong_clock():
    """A cache sends the Date of the original and, in Age, for how long it has had it."""
    asked = dated("-10:00:00", age="36000")
    assert only(clock_findings(asked, NOW, None)).state is State.OK


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}, {"date": ""}, {"date": "Wed, 19 Feb 2020 06:00:00 GMT", "age": "old"}])
def test_servers_without_a_date_prove_nothing(headers):
    """A header that is missing or makes no sense is passed over; without any the clock is not judged."""
    web = Web(feeds={URL: PIECES}, headers={URL: headers})
    assert only(clock_findings(ask(web), NOW, None)).state is State.WARNING


def test_a_clock_behind_the_last_run_is_a_fault():
    """A run that is still to come, by the clock, means that the clock was set back, or was ahead before."""
    faulty, _ = clock_findings(dated("00:00:00"), NOW, NOW + HOUR)
    assert (faulty.state, "2020-02-19 07:00 UTC" in faulty.found) == (State.FAULT, True)
    assert only(clock_findings(dated("00:00:00"), NOW, NOW)).state is State.OK
