"""What `tidings doctor` says holds no secret, and none of its checks can stop the others."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

from doctor_checks import URL, desk, only
from fakes import OpenJail, feed, settings
from hypothesis import given
from hypothesis import strategies as st

from tidings.pipeline.doctor import State, examine
from tidings.pipeline.doctor.finding import Finding, isolated, ok
from tidings.pipeline.doctor.secrets import all_secrets, named_secrets, without_secrets
from tidings.pipeline.run import Doors


def test_secrets_are_found_where_they_are_named(tmp_path):
    """Keys that end in `_file` and `_env`, and references inside of URLs; seeds' files are none."""
    (tmp_path / "channels.toml").write_text(
        '[email]\npassword_file = "secrets/mail"\nuser_env = "MAIL_USER"\n[slack]\ntoken_file = "slack"\n'
        '[[recipient]]\nname = "a"\naddress_env = "A"\n[[recipient]]\nwebhook_file = "hook"\n'
    )
    (tmp_path / "feeds.toml").write_text('[[feed]]\nurl = "https://x.example/?a=${KEY}&b=${KEY}"\n')
    files, variables = named_secrets(tmp_path)
    assert [path.name for path in files] == ["mail", "slack", "hook"]
    assert variables == ["MAIL_USER", "A", "KEY"]


def test_whatever_a_server_says_secrets_are_not_in_it(tmp_path):
    """A token from the environment, a user and password in a URL, an address: each is replaced in every part, however it is quoted."""
    one = replace(feed("https://x.example/t/a%2Fb+c9/feed"), shown_url="https://x.example/t/${TOKEN}/feed")
    two = replace(feed("https://someone:pass-word@y.example/feed"), shown_url="https://${LOGIN}@y.example/feed")
    configured = replace(settings(tmp_path, [one, two]), recipients=(desk(address="reader@news.example"),))
    said = "moved to https://x.example/t/a%2Fb+c9/new, or a/b+c9; pass-word, someone:pass-word; reader@news.example"
    [clean] = without_secrets([Finding(State.OK, "feed", said, said, said)], all_secrets(configured))
    for text in (clean.subject, clean.found, clean.to_do):
        assert text == "moved to https://x.example/t/(hidden)/new, or (hidden); (hidden), (hidden); (hidden)"


# not those of "(hidden)", which we say instead
LETTERS = st.characters(codec="utf-8", exclude_characters="(hiden)")


@given(st.text(LETTERS, min_size=4, max_size=20), st.text(LETTERS, max_size=30), st.text(LETTERS, max_size=30))
def test_no_secret_of_a_url_survives(secret, before, after):
    """Whatever the environment puts into a feed's URL is not in a finding afterwards, whatever stands around it."""
    one = replace(feed(f"https://x.example/{secret}"), shown_url="https://x.example/${TOKEN}")
    secrets = all_secrets(SimpleNamespace(feeds=[one], recipients=(), email=None, slack=None))
    assert secret not in only(without_secrets([ok("feed", before + secret + after)], secrets)).found


def test_words_from_outside_are_plain_in_every_form_of_the_report():
    """Escape sequences and unseen signs are gone before a finding is written, as a line or as JSON, and hide no secret."""
    [clean] = without_secrets([ok("feed", "a\x1b[2J\x9b b to\u202eken\u2066-1234")], ("token-1234",))
    assert clean.found == "a [2J b (hidden)"


def test_a_check_that_breaks_costs_only_itself():
    """It becomes a fault that names the error; what it found before stays."""

    def breaks():
        yield ok("disk", "fine")
        raise ZeroDivisionError("by nought")

    assert [(one.state, one.found) for one in isolated("disk", breaks)] == [
        ("ok", "fine"),
        ("fault", "this check itself broke: ZeroDivisionError: by nought"),
    ]


def test_what_the_system_refuses_is_told_as_such():
    """An error of the system names the file and what is wrong with it, not a mistake of ours."""

    def refused():
        raise PermissionError(13, "Permission denied", "/srv/data")

    one = only(isolated("data folder", refused))
    assert (one.state, one.found) == (State.FAULT, "/srv/data: Permission denied")


def test_the_whole_goes_on_past_doors_that_break(tmp_path):
    """With a client that raises at every call, each of the other checks still says its part."""

    class Broken:
        def send_all(self, requests, now):
            raise RuntimeError("no network here")

    configured = replace(settings(tmp_path / "data", [feed(URL)]), recipients=(desk(),))
    clock = (moment for moment in itertools.repeat(datetime.now(UTC)))
    found = examine(configured, Doors(Broken(), OpenJail()), clock=lambda: next(clock))
    states = {one.what: one.state for one in found}
    assert (states["feed"], "no network here" in next(one.found for one in found if one.what == "feed")) == (State.FAULT, True)
    assert {"versions", "data folder", "store", "files", "disk", "locks", "clock", "scheduler", "edition"} <= states.keys()
    assert not (tmp_path / "data").exists()
