"""What a recording says of a recipient's schedule."""

from datetime import UTC, datetime

import pytest

from tidings.model import AlertRule, Recipient
from tidings.recording.form import RunFacts, facts_of, fields, info_of, schedule_of


def recipient(**more):
    return Recipient("desk", "email", ("idlib",), ("07:00", "18:00"), "Europe/Berlin", "send", **more)


# name: (what differs, what is said)
SCHEDULES = {
    "as ever": ({}, "desk 07:00,18:00 Europe/Berlin"),
    "every run": ({"at": ()}, "desk - Europe/Berlin"),
    "weekdays": ({"days": ("mon", "fri")}, "desk 07:00,18:00 Europe/Berlin days=mon,fri"),
    "quiet hours": ({"quiet": "22:00-07:00"}, "desk 07:00,18:00 Europe/Berlin quiet=22:00-07:00"),
    "alerts": ({"alert": AlertRule(toll=50)}, "desk 07:00,18:00 Europe/Berlin alert=-,50,6"),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_in_words(name):
    """One word for each thing that decides when editions come, so that a replay knows its own schedule; earlier recordings hold."""
    more, said = SCHEDULES[name]
    reader = recipient()
    values = {one: getattr(reader, one) for one in ("name", "channel", "topics", "at", "time_zone", "when_empty")} | more
    assert schedule_of(Recipient(**values)) == said
    facts = RunFacts("digest", "r", datetime(2020, 2, 19, 6, 0, tzinfo=UTC), composed=(said, "other - UTC"))
    assert facts_of(fields(info_of(facts)).decode()).composed == facts.composed
