"""Ask a played web as `tidings doctor` asks the feeds, and name a recipient whose editions it looks for."""

from fakes import NOW, OpenJail, Piece, feed, settings

from tidings.model import Recipient
from tidings.pipeline.doctor.feeds import ask_feeds
from tidings.pipeline.run import Doors, no_progress

URL = "http://harbour.example/feed"
PIECES = [Piece("http://harbour.example/a", "The bridge is closed", ("It is.",), summary="It will stay closed until Friday.")]


def ask(web, *feeds, jail=None, now=NOW, time_max_s=10.0, clock=lambda: NOW):
    """Ask the feeds of a web."""
    doors = Doors(web, jail or OpenJail())
    return ask_feeds(settings(None, feeds or [feed(URL, "Harbour", language="en")]), now, doors, clock, no_progress, time_max_s)


def only(findings):
    [one] = findings
    return one


def desk(**more):
    return Recipient(
        **{
            "name": "desk",
            "channel": "file",
            "topics": ("idlib",),
            "at": ("07:00",),
            "time_zone": "Europe/Istanbul",
            "when_empty": "send",
            **more,
        }
    )
