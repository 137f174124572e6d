"""What `tidings doctor` makes of odd feeds and of sites that their links lead to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import DAY, NOW, OpenJail, Piece, Web, feed, settings

from tidings.pipeline.doctor import State
from tidings.pipeline.doctor.feeds import ask_feeds, feed_findings
from tidings.pipeline.doctor.robots import robots_findings
from tidings.pipeline.run import Doors, no_progress

URL = "http://harbour.example/feed"
LINK = Piece("http://harbour.example/a", "The bridge is closed", ("It is.",), summary="It will stay closed until Friday.")


def found(web):
    """Ask the one feed, and robots.txt of the site that it links to."""
    doors, configured = Doors(web, OpenJail()), settings(None, [feed(URL, "Harbour", language="en")])
    asked = ask_feeds(configured, NOW, doors, lambda: NOW, no_progress)
    return list(feed_findings(asked, NOW)), list(robots_findings(configured, asked, NOW, doors, lambda: NOW, no_progress))


# name: (how robots.txt fails, part of what was found, part of what to do)
FAILING = {
    "a private address": ("refused_address", "its articles are never fetched", "only what the feed itself holds is read"),
    "a timeout": ("timeout", "timeout", "its articles wait until it answers"),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_site_that_is_never_asked_is_told_from_one_that_may_answer(name):
    """Articles at a private address do not wait for anything: they are never fetched."""
    failure, said, to_do = FAILING[name]
    _, [one] = found(Web(feeds={URL: [LINK]}, failures={"http://harbour.example/robots.txt": failure}))
    assert (one.state, said in one.found, to_do in one.to_do) == (State.WARNING, True, True)


def test_robots_is_asked_over_the_certificate_of_the_pages():
    """Where a feed's certificate is accepted by its fingerprint, so is that of its site's robots.txt, as in a run; nobody else's is."""
    secure = "https://harbour.example/feed"
    near, far = replace(LINK, url="https://harbour.example/a"), replace(LINK, url="https://other.example/a")
    web = Web(feeds={secure: [near], URL: [far]})
    configured = settings(None, [feed(secure, "Harbour", language="en", tls_sha256="ab" * 32), feed(URL, "Other", language="en")])
    doors = Doors(web, OpenJail())
    asked = ask_feeds(configured, NOW, doors, lambda: NOW, no_progress)
    list(robots_findings(configured, asked, NOW, doors, lambda: NOW, no_progress))
    assert {one.url: one.tls_sha256 for one in web.requests if one.kind == "robots"} == {
        "https://harbour.example/robots.txt": "ab" * 32,
        "https://other.example/robots.txt": "",
    }


@pytest.mark.parametrize(("days", "state"), [((300, 400), "warning"), ((300, 0), "ok"), ((0, 0), "ok")], ids=["all", "one", "none"])
def test_a_feed_that_lies_far_ahead_wants_a_look(days, state):
    """Where the earliest date is more than a day ahead the feed's clock, or ours, is wrong; one such date is an announcement."""
    pieces = [Piece(f"http://harbour.example/{n}", "Title", ("x",), NOW + day * DAY + timedelta(minutes=1)) for n, day in enumerate(days)]
    [one], _ = found(Web(feeds={URL: pieces}))
    assert one.state == state
    assert ("every date lies ahead, the first by 300 days" in one.found) == (state == "warning")
