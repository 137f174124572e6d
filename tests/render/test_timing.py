"""What the time of an edition has to say, in our own words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from editions import normal_day

from tidings.model import AlertRule, EditionKind, Overdue, Recipient
from tidings.render.html import to_html
from tidings.render.markdown import to_markdown
from tidings.render.slack import to_slack
from tidings.render.text import to_text
from tidings.render.timing import next_line, recipient_facts, timing_note
from tidings.render.words import subject

HOUR = timedelta(hours=1)
START = normal_day().window_start
END = normal_day().window_end

# name: (what differs from a normal day, the note)
NOTES = {
    "a normal day": ({}, ""),
    "an alert": (
        {"kind": EditionKind.ALERT},
        "An alert: it crosses a threshold set for this recipient. The next edition comes at its time and does not repeat it.",
    ),
    "one told by alert": ({"alerted_count": 1}, "1 development was told by alert since, and is not repeated."),
    "several told by alert": ({"alerted_count": 4}, "4 developments were told by alert since, and are not repeated."),
    "other languages": (
        {"other_languages_count": 12, "languages": ("en", "ar")},
        "12 developments in other languages than English and Arabic are not told.",
    ),
    "one in another language": (
        {"other_languages_count": 1, "languages": ("fr",)},
        "1 development in other languages than French is not told.",
    ),
    "overdue": ({"overdue": Overdue(3)}, "Covers Tue 18 Feb 07:00 to Wed 19 Feb 07:00, the time of 3 editions."),
    "overdue, and nothing ran": (
        {"overdue": Overdue(2, START + HOUR, END)},
        "Covers Tue 18 Feb 07:00 to Wed 19 Feb 07:00, the time of 2 editions: nothing ran from Tue 18 Feb 08:00 to Wed 19 Feb 07:00.",
    ),
}


@pytest.mark.parametrize("name", NOTES)
def test_the_note_of_an_editions_time(name):
    """Fixed templates of counts, times and names of languages, and nothing where there is nothing to say."""
    more, note = NOTES[name]
    assert timing_note(replace(normal_day(), **more)) == note


def test_every_channel_says_it():
    """Mail, file and Slack show the note, and an alert is named as one in the heading and the subject."""
    alert = replace(normal_day(), kind=EditionKind.ALERT, alerted_count=4)
    written = [to_text(alert), to_html(alert), to_markdown(alert), "\n".join(part.text for part in to_slack(alert))]
    assert all("4 developments were told by alert" in " ".join(one.split()) for one in written)
    assert all("Alert" in one for one in written)
    assert subject(alert).startswith("Alert: ")
    assert not subject(normal_day()).startswith("Alert")


RULE = AlertRule(origins=3, toll=50)
UPCOMING = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)


def recipient(at=("07:00",), **more):
    return Recipient("desk", "email", ("idlib",), at, "Europe/Berlin", "send", **more)


# name: (recipient, when the next edition falls due, the line)
LINES = {
    "each day": (recipient(), UPCOMING, "next 2020-02-19 07:00 Europe/Berlin"),
    "every run": (recipient(()), None, "one at every run that finds something"),
    "every run of some days": (recipient((), days=("mon", "fri")), None, "one at every run on mon and fri that finds something"),
    "quiet hours": (recipient(quiet="22:00-07:00"), UPCOMING, "next 2020-02-19 07:00 Europe/Berlin; quiet 22:00-07:00"),
    "alerts": (recipient(alert=RULE), UPCOMING, "next 2020-02-19 07:00 Europe/Berlin; alerts from 3 origins or 50 killed on, at most 6 a day"),
    "alerts of tolls": (
        recipient(alert=replace(RULE, origins=None, a_day_max=1)), UPCOMING, "next 2020-02-19 07:00 Europe/Berlin; alerts from 50 killed on, at most 1 a day"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_the_line_of_a_recipient(name):
    """The next edition in the reader's own zone, then quiet hours and the rule of alerts."""
    reader, upcoming, line = LINES[name]
    assert next_line(reader, upcoming) == line


def test_the_next_edition_is_told_from_the_last_without_a_clock():
    """It is the first after the last window; who had none is said to get one from the first run."""
    early, late = recipient_facts([recipient(), replace(recipient(), name="new")], {"desk": UPCOMING})
    assert (early["next_due_at"], early["line"]) == (UPCOMING + 24 * HOUR, "next 2020-02-20 07:00 Europe/Berlin")
    assert (late["next_due_at"], late["line"]) == (None, "none yet: the first run makes one")
