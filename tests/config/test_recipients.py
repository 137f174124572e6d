"""Who gets what, when: what a right table gives, and what each mistake says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tidings.config import doubts, load
from tidings.config.settings import hidden
from tidings.errors import ConfigError, Problem
from tidings.model import AlertRule

Write = Callable[..., Path]
DESK = '[[recipient]]\nname = "desk"\nchannel = "file"\n'


def problem(folder: Path) -> Problem:
    """Load a folder in which one thing is wrong."""
    with pytest.raises(ConfigError) as caught:
        load(folder, {})
    [one] = caught.value.problems
    return one


def test_a_recipient_says_languages_days_quiet_hours_and_alerts(write: Write) -> None:
    """What stands in the table reaches the program; a single weekday may stand without a list."""
    more = 'languages = ["en", "ar"]\nat = "08:00"\ndays = "mon"\nquiet = "22:00-07:00"\n[recipient.alert]\norigins = 3\ntoll = 50\n'
    [one] = load(write(channels=DESK + more), {}).recipients
    assert (one.languages, one.days, one.quiet, one.alert) == (("en", "ar"), ("mon",), "22:00-07:00", AlertRule(3, 50, 6))


def test_days_and_quiet_hours_have_defaults(write: Write) -> None:
    """[digest] holds for who says nothing else; an empty list or text takes it back; alerts are off by themselves."""
    settings = '[digest]\ndays = ["mon", "fri"]\nquiet = "23:00-05:00"\n'
    other = '[[recipient]]\nname = "all"\nchannel = "file"\ndays = []\nquiet = ""\n'
    usual, free = load(write(settings=settings, channels=DESK + other), {}).recipients
    assert [(one.days, one.quiet, one.alert, one.languages) for one in (usual, free)] == [
        (("mon", "fri"), "23:00-05:00", None, ()), ((), "", None, ())
    ]  # fmt: skip


def test_the_configuration_in_force_shows_the_alert(write: Write) -> None:
    """What a person asks to see are plain values."""
    [one] = hidden(load(write(channels=DESK + "[recipient.alert]\ntoll = 50\n"), {}))["recipients"]
    assert one["alert"] == {"origins": None, "toll": 50, "a_day_max": 6}


# name: (lines of the recipient, the key, what was expected, what may be meant)
MISTAKES = {
    "unknown weekday": ('days = ["funday"]', "recipient[1].days[1]", "a weekday: mon, tue, wed, thu, fri, sat, sun", ""),
    "weekday in full": ('days = ["Monday"]', "recipient[1].days[1]", "a weekday", "mon"),
    "weekday as a number": ("days = 1", "recipient[1].days", 'a weekday in quotes such as "mon", or a list of them', ""),
    "one time only": ('quiet = "22:00"', "recipient[1].quiet", 'two times of day such as "22:00-07:00"', ""),
    "no such time": ('quiet = "22:00-24:30"', "recipient[1].quiet", 'two times of day such as "22:00-07:00"', ""),
    "a whole day": ('quiet = "07:00-07:00"', "recipient[1].quiet", "two different times of day", ""),
    "unknown language": ('languages = ["english"]', "recipient[1].languages[1]", "the code of a language in two small letters", "en"),
    "no language": ("languages = []", "recipient[1].languages", "at least 1 in the list", ""),
    "alert without values": ("[recipient.alert]", "recipient[1].alert", "origins, toll, or both", ""),
    "one origin": ("[recipient.alert]\norigins = 1", "recipient[1].alert.origins", "at least 2", ""),
    "no toll": ("[recipient.alert]\ntoll = 0", "recipient[1].alert.toll", "at least 1", ""),
    "alert by another word": ("[recipient.alert]\nkilled = 50\ntoll = 50", "recipient[1].alert.killed", "one of the keys origins, toll, a_day_max", "toll"),
    "quiet by another word": ('quiet_hours = "22:00-07:00"', "recipient[1].quiet_hours", "one of the keys", "quiet"),
    "days by another word": ('weekdays = ["mon"]', "recipient[1].weekdays", "one of the keys", "days"),
    "always quiet": ('at = ["06:00", "23:00"]\nquiet = "22:00-07:00"', "recipient[1].quiet", "a time of `at` outside them", ""),
    "always quiet by default": ('quiet = "06:00-12:00"', "recipient[1].quiet", 'another `at`, or quiet = ""', ""),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_name_file_key_and_what_to_do(name: str, write: Write) -> None:
    """Each is one finding of channels.toml, with its key, what was expected and, where that can be told, what may be meant."""
    lines, key, expected, nearest = MISTAKES[name]
    one = problem(write(channels=DESK + lines + "\n"))
    assert (one.file, one.key, one.nearest) == ("channels.toml", key, nearest)
    assert expected in one.expected


def test_quiet_hours_of_all_may_be_too_long_for_one(write: Write) -> None:
    """When the quiet hours come from settings.toml, the recipient's own times are named; with one time outside them all is well."""
    settings = '[digest]\nquiet = "22:00-07:00"\n'
    one = problem(write(settings=settings, channels=DESK + 'at = "06:00"\n'))
    assert (one.file, one.key) == ("channels.toml", "recipient[1].at")
    assert "'22:00-07:00', which takes in 06:00" in one.found
    assert load(write(settings=settings, channels=DESK + 'at = ["06:00", "18:00"]\n'), {}).recipients[0].quiet == "22:00-07:00"


def test_what_can_hardly_be_meant_is_a_doubt(write: Write) -> None:
    """Languages in which no feed is, and alerts beside an edition at every run."""
    lines = 'languages = ["sw"]\nat = []\n[recipient.alert]\ntoll = 50\n'
    found = doubts(load(write(channels=DESK + lines), {}))
    assert "no feed is in a language of the recipient desk" in found
    assert "the recipient desk gets an edition at every run: there is nothing left for an alert" in found
