"""Feeds added to feeds.toml: each a table of its own whatever its title says, and never half a file."""

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.config import load
from tidings.config.feed_tables import Wanted, add_feeds, feed_table, jail_limits, judge_feeds, toml_string
from tidings.errors import ConfigError

ENV = {"SMTP_USER": "u", "SMTP_PASSWORD": "p", "MORNING_ADDRESS": "a@b.example"}
NEW = Wanted("https://new.example/rss", 'x"\n[[feed]]\nurl = "http://evil.example/"', "en", 7)
FINE = Wanted("https://new.example/rss", "New", "tr", 7)


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_is_one_string(text):
    """What is written as a string is read as the same string, on one line."""
    assert tomllib.loads(f"text = {toml_string(text)}") == {"text": text}
    assert len(toml_string(text).splitlines()) == 1


@given(st.text(), st.text(), st.text())
def test_any_feed_is_one_table(url, publisher, language):
    """Nothing in a title or address can end its string and begin a table; half characters are replaced."""
    (table,) = tomllib.loads(feed_table(url, publisher, language))["feed"]
    whole = [re.sub("[\ud800-\udfff]", "\ufffd", text) for text in (url, publisher, language)]
    assert table == dict(zip(("url", "publisher", "language"), whole, strict=True))


def judged(folder, *wanted):
    found = judge_feeds(folder, wanted)
    return len(found.new), found.already_count, found.repeated_count, [one.why for one in found.bad]


def test_what_is_there_is_compared_as_the_configuration_does(write):
    """Another spelling of a configured address is there already, one that is switched off too; of two in the list the first counts."""
    folder = write(feeds='[[feed]]\nurl = "https://news.example/rss"\npublisher = "N"\nlanguage = "en"\nenabled = false\n')
    again = Wanted("HTTPS://NEWS.example:443/rss", "N", "en")
    assert judged(folder, again, FINE, Wanted("https://NEW.example:443/rss", "Other", "en")) == (1, 1, 1, [])


def test_without_a_file_everything_is_new(write):
    """A folder without feeds.toml has no feeds."""
    assert judged(write(feeds=None), FINE) == (1, 0, 0, [])


def test_a_damaged_file_is_said(write):
    """feeds.toml that cannot be read is the configuration's error, not an empty list."""
    with pytest.raises(ConfigError, match="valid TOML"):
        judge_feeds(write(feeds="[[feed"), [FINE])


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("javascript:alert(1)", "starts with http"),
        ("file:///etc/passwd", "starts with http"),
        ("feed://news.example/rss", "starts with http"),
        ("/rss", "starts with http"),
        ("https://", "with a host"),
        ("https://user:pw@news.example/rss", "write them as"),
        ("https://news.example/rss?token=abc", "no secret"),
        ("https://news.example/a b", "without spaces"),
        ("https://news.example/#top", "without '#'"),
        ("https://news.example/" + "x" * 2_000, "at most 2000"),
        ("https://news.example:99999/", "valid host and port"),
        ("http://localhost/feed", "a public address"),
        ("http://2130706433/", "with a host by its name or its full address"),
        ("http://0x7f.1/", "with a host by its name or its full address"),
        ("http://10.0.0.1:8080/rss", 'network.allow_private = ["10.0.0.1:8080"]'),
    ],
    ids=[
        "script",
        "file",
        "feed scheme",
        "relative",
        "no host",
        "password",
        "token",
        "space",
        "fragment",
        "long",
        "port",
        "this machine",
        "a number",
        "a short address",
        "our network",
    ],
)
def test_bad_addresses(write, url, said):
    """An address that the configuration would refuse is named with the reason, and no secret is shown."""
    (bad,) = judge_feeds(write(), [Wanted(url, "P", "en", 3)]).bad
    assert said in bad.why
    assert bad.line == 3
    assert "pw" not in bad.shown_url
    assert "abc" not in bad.shown_url


def test_one_bad_feed_costs_only_itself(write):
    """What the whole configuration would refuse is bad beforehand, so that the others can be added; what settings.toml allows is right."""
    allowed = Wanted("http://127.0.0.1:8000/rss", "Ours", "en")
    urls = ("http://localhost/feed", "http://2130706433/", "http://0x7f.1/", "http://127.0.0.1:8001/rss")
    folder = write(settings='[network]\nallow_private = ["127.0.0.1:8000"]\n')
    found = judge_feeds(folder, [*(Wanted(url, "P", "en", line) for line, url in enumerate(urls, 1)), FINE, allowed])
    assert ([one.line for one in found.bad], found.new) == ([1, 2, 3, 4], (FINE, allowed))
    add_feeds(folder, found.new, ENV)
    assert [feed.url for feed in load(folder, ENV).feeds[2:]] == [FINE.url, allowed.url]


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("end", ["", "\n", "  # the last word"], ids=["no line end", "line end", "comment"])
def test_added_feeds_leave_the_rest_as_it_was(write, newline, end):
    """The file's bytes stay, with comments and layout; the feeds stand after them and load."""
    folder = write()
    path = folder / "feeds.toml"
    before = ("\ufeff# mine\n" + path.read_text(encoding="utf-8").rstrip() + end).replace("\n", newline).encode()
    path.write_bytes(before)
    path.chmod(0o640)
    add_feeds(folder, [FINE, Wanted("https://third.example/rss", NEW.publisher.replace("\n", " "), "en")], ENV)
    assert path.read_bytes().startswith(before)
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(newline.encode())
    assert path.stat().st_mode & 0o777 == 0o640
    feeds = load(folder, ENV).feeds
    assert [feed.url for feed in feeds[2:]] == ["https://new.example/rss", "https://third.example/rss"]
    assert feeds[3].publisher == 'x" [[feed]] url = "http://evil.example/"'
    assert sorted(one.name for one in folder.iterdir() if one.name.startswith(".")) == []


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({}, NEW),
        ({}, Wanted("https://news.example/rss", "Twice", "en")),
        ({}, Wanted("https://new.example/${UNSET}", "P", "en")),
        ({"topics": "[[topic"}, FINE),
        ({"feeds": 'feed = [{url = "https://a.example/", publisher = "A", language = "en"}]\n'}, FINE),
    ],
    ids=["title on two lines", "there already", "variable not set", "another file is wrong", "a closed list"],
)
def test_what_would_not_load_changes_nothing(write, files, wanted):
    """When the whole configuration would not load, the errors are raised and the file is byte for byte what it was."""
    folder = write(**files)
    before = (folder / "feeds.toml").read_bytes()
    with pytest.raises(ConfigError):
        add_feeds(folder, [wanted], ENV)
    assert (folder / "feeds.toml").read_bytes() == before
    assert [one.name for one in folder.iterdir() if one.name.startswith(".")] == []


@pytest.mark.parametrize("closed", ["[]", '[{url = "https://a.example/", publisher = "A", language = "en"}]'], ids=["empty", "one"])
def test_a_list_in_brackets_is_told_as_such(write, closed):
    """Nothing can be appended to `feed = [...]`: one problem says what to write instead."""
    folder = write(feeds=f"# mine\nfeed = {closed}\n")
    with pytest.raises(ConfigError) as caught:
        add_feeds(folder, [FINE], ENV)
    [problem] = caught.value.problems
    assert (problem.line, problem.key, problem.found) == (2, "feed", "feed = [...]")
    assert "begins with [[feed]]" in problem.expected


def test_the_limits_for_reading_a_list(write):
    """They are those of settings.toml; what is wrong there is said elsewhere, and the usual ones hold."""
    assert jail_limits(write(settings="[jail]\ncpu_s = 3\n")).cpu_s == 3
    assert jail_limits(write(settings="[jail]\ncpu_s = -3\n")).cpu_s == jail_limits(write(settings=None)).cpu_s == 10


def test_a_link_stays_a_link(write, tmp_path):
    """Where feeds.toml is a link, the file it leads to is written."""
    folder = write()
    real = tmp_path / "elsewhere.toml"
    (folder / "feeds.toml").rename(real)
    (folder / "feeds.toml").symlink_to(real)
    add_feeds(folder, [FINE], ENV)
    assert (folder / "feeds.toml").is_symlink()
    assert FINE.url in real.read_text(encoding="utf-8")


def test_a_first_feeds_file(write):
    """Where there is no feeds.toml, one is made."""
    folder = write(feeds=None)
    add_feeds(folder, [FINE], ENV)
    assert [feed.url for feed in load(folder, ENV).feeds] == [FINE.url]
