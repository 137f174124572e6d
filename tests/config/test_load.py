"""Loading the configuration: what a right one gives, and what each mistake says."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tidings import ids
from tidings.config import load
from tidings.errors import ConfigError, Problem

Write = Callable[..., Path]
ENV = {"SMTP_USER": "tidings", "SMTP_PASSWORD": "hunter2-hunter2", "MORNING_ADDRESS": "morning@news.example"}
FEED = '[[feed]]\nurl = "https://news.example/rss"\npublisher = "Example"\nlanguage = "en"\n'
TOPIC = '[[topic]]\nname = "libya"\ntitle = "Libya"\n[topic.names]\nen = ["Libya"]\n'
SEED = '[[seed]]\nid = "first"\nfile = "seeds/first.txt"\ntitle = "A"\npublisher = "B"\npublished = 2020-02-16\nlanguage = "en"\n'
EMAIL = '[email]\nhost = "mail.example"\nfrom = "tidings@news.example"\n'
DESK = '[[recipient]]\nname = "desk"\nchannel = "file"\n'


def problems(folder: Path, env: dict[str, str] | None = None) -> tuple[Problem, ...]:
    """Load a folder that is wrong and return what was found."""
    with pytest.raises(ConfigError) as caught:
        load(folder, ENV if env is None else env)
    return caught.value.problems


def test_a_right_folder_loads(write: Write) -> None:
    """A right folder gives the nouns of the model, defaults filled in."""
    folder = write()
    settings = load(folder, ENV)
    assert settings.folder == folder
    assert settings.data == folder.parent / "data"
    assert settings.network.timeout_s == 5
    assert settings.network.redirects_max == 5
    first, second = settings.feeds
    assert (first.id, first.topics, first.every_s) == (ids.feed_id("https://news.example/rss"), ("libya",), 1800.0)
    assert second.topics == ()
    assert settings.topics[0].names == ("Libya", "Libyan*")
    assert settings.topics[0].terms == ("Benghazi", "Misrata")
    assert [recipient.name for recipient in settings.recipients] == ["desk", "morning"]
    assert settings.recipients[0].topics == ("libya",)
    assert settings.recipients[1].address == "morning@news.example"
    assert settings.email is not None
    assert settings.email.password == "hunter2-hunter2"
    assert settings.seeds[0].published_at == datetime(2020, 2, 16, tzinfo=UTC)
    assert settings.seeds[0].text == "The text of the first report."


def test_only_feeds_and_topics_are_required(write: Write) -> None:
    """Without settings, channels and seeds the defaults hold."""
    settings = load(write(settings=None, channels=None, seeds=None), {})
    assert (settings.recipients, settings.seeds, settings.email) == ((), (), None)
    assert settings.ingest.first_window_h == 48


def test_a_url_takes_its_secret_from_the_environment(write: Write) -> None:
    """The URL is filled in for the client; the id and what is shown stay as configured, so a new key is the same feed."""
    url = "https://news.example/rss?token=${FEED_TOKEN}"
    folder = write(feeds=FEED.replace("https://news.example/rss", url))
    feed = load(folder, ENV | {"FEED_TOKEN": "abc-123"}).feeds[0]
    assert feed.url == "https://news.example/rss?token=abc-123"
    assert feed.shown_url == url
    assert feed.id == load(folder, ENV | {"FEED_TOKEN": "xyz"}).feeds[0].id


def test_what_is_not_enabled_is_not_there(write: Write) -> None:
    """A feed or recipient with `enabled = false` stays in its file only."""
    settings = load(write(feeds=FEED + "enabled = false\n", channels=DESK + "enabled = false\n"), {})
    assert (settings.feeds, settings.recipients) == ((), ())


def test_times_of_day(write: Write) -> None:
    """`at` is one time, a list of them, or an empty list; a recipient overrules the settings."""
    settings = load(write(settings='[digest]\nat = ["06:00", "18:00"]\n', channels=DESK + DESK.replace("desk", "all") + "at = []\n"), {})
    assert [recipient.at for recipient in settings.recipients] == [("06:00", "18:00"), ()]


def test_a_password_file(write: Write) -> None:
    """A password file is read from the configuration folder, without the end of its line."""
    folder = write(channels=EMAIL + 'user_env = "SMTP_USER"\npassword_file = "password"\n')
    (folder / "password").write_text("hunter3\n", encoding="utf-8")
    email = load(folder, ENV).email
    assert email is not None
    assert email.password == "hunter3"


# name: (file, content, key, part of what was expected, nearest)
MISTAKES = {
    "unknown key": ("settings", "[network]\ntimeout = 5\n", "network.timeout", "one of the keys", "timeout_s"),
    "unknown table": ("settings", "[netwrok]\n", "netwrok", "one of the keys", "network"),
    "unknown key of a feed": ("feeds", FEED + 'publsher = "x"\n', "feed[1].publsher", "one of the keys", "publisher"),
    "missing key": ("feeds", FEED.replace('publisher = "Example"\n', ""), "feed[1].publisher", "this key", ""),
    "text for a number": ("settings", '[network]\ntimeout_s = "20"\n', "network.timeout_s", "a number", ""),
    "text for true": ("settings", '[network]\nrobots = "yes"\n', "network.robots", "true or false", ""),
    "number for text": ("feeds", FEED.replace('"Example"', "3"), "feed[1].publisher", "text in quotes", ""),
    "fraction of a count": ("settings", "[network]\nredirects_max = 2.5\n", "network.redirects_max", "a whole number", ""),
    "number out of bounds": ("settings", "[network]\ntimeout_s = 0\n", "network.timeout_s", "more than 0", ""),
    "a model nobody knows": ("settings", '[meaning]\nmodel = "bert"\n', "meaning.model", "off, use, or fastembed:", ""),
    "no model": ("settings", '[meaning]\nmodel = "none"\n', "meaning.model", "off, use", "off"),
    "not a number": ("settings", "[network]\ntimeout_s = nan\n", "network.timeout_s", "", ""),
    "table for a list": ("feeds", FEED.replace("[[feed]]", "[feed]"), "feed", "a list", ""),
    "no feed": ("feeds", "feed = []\n", "feed", "at least one [[feed]]", ""),
    "private address range": ("settings", '[network]\nallow_private = ["127.0.0.0/8"]\n', "network.allow_private[1]", "one exact address and port", ""),
    "port out of range": ("settings", '[network]\nallow_private = ["127.0.0.1:70000"]\n', "network.allow_private[1]", "one exact address and port", ""),
    "a URL for a host": ("settings", '[network]\nconnect_to = { "http://a" = "127.0.0.1:80" }\n', "network.connect_to.http://a", "a host", ""),
    "a name for an address": ("settings", '[network]\nconnect_to = { "a.example" = "localhost:80" }\n', "network.connect_to.a.example", "one exact address", ""),
    "line break in a header": ("settings", '[network]\nuser_agent = "a\\r\\nb"\n', "network.user_agent", "without control characters", ""),
    "star inside a term": ("topics", TOPIC.replace('"Libya"]', '"Lib*an"]'), "topic[1].names.en[1]", "'*' only as the last", ""),
    "empty term": ("topics", TOPIC.replace('"Libya"]', '""]'), "topic[1].names.en[1]", "a term", ""),
    "one letter": ("topics", TOPIC.replace('"Libya"]', '"L"]'), "topic[1].names.en[1]", "two letters", ""),
    "a term that matches everything": ("topics", TOPIC.replace('"Libya"]', '"*"]'), "topic[1].names.en[1]", "letters", ""),
    "a stem that matches too much": ("topics", TOPIC.replace('"Libya"]', '"Li*"]'), "topic[1].names.en[1]", "far too much", ""),
    "a term of signs": ("topics", TOPIC.replace('"Libya"]', '"..."]'), "topic[1].names.en[1]", "letters", ""),
    "no names": ("topics", TOPIC.replace('"Libya"]', "]"), "topic[1]", "at least one term", ""),
    "a language that is none": ("topics", TOPIC.replace("en =", "English ="), "topic[1].names.English", "code of a language", "en"),
    "a term twice": ("topics", TOPIC.replace('"Libya"]', '"Libya", "LIBYÀ"]'), "topic[1].names.en[2]", "topic[1].names.en[1] (line 5)", ""),
    "a term in two lists": ("topics", TOPIC + '[topic.rules_out]\nen = ["libya"]\n', "topic[1].rules_out.en[1]", "topic[1].names.en[1] (line 5)", ""),
    "a bad name": ("topics", TOPIC + TOPIC.replace('"libya"', '"Libya!"'), "topic[2].name", "a name of small letters", ""),
    "a topic twice": ("topics", TOPIC + TOPIC, "topic[2].name", "topic[1].name (line 2)", ""),
    "a scheme that is not http": ("feeds", FEED.replace("https:", "ftp:"), "feed[1].url", "http:// or https://", ""),
    "no host": ("feeds", FEED.replace("news.example", ""), "feed[1].url", "with a host", ""),
    "a bad port": ("feeds", FEED.replace("news.example", "news.example:abc"), "feed[1].url", "valid host and port", ""),
    "a fragment": ("feeds", FEED.replace("/rss", "/rss#top"), "feed[1].url", "without '#'", ""),
    "a space in a URL": ("feeds", FEED.replace("/rss", "/r ss"), "feed[1].url", "without spaces", ""),
    "a password in a URL": ("feeds", FEED.replace("news.example", "me:hunter2@news.example"), "feed[1].url", "${ENV}", ""),
    "a token in a URL": ("feeds", FEED.replace("/rss", "/rss?api_key=hunter2"), "feed[1].url", "'api_key' as ${ENV}", ""),
    "a broken reference": ("feeds", FEED.replace("/rss", "/rss?token=${hunter2"), "feed[1].url", "${NAME}", ""),
    "a variable that is not set": ("feeds", FEED.replace("/rss", "/rss?token=${NOWHERE}"), "feed[1].url", "a variable NOWHERE", ""),
    "a feed twice": ("feeds", FEED + FEED.replace("https://news.example/", "https://NEWS.example:443/"), "feed[2].url", "feed[1].url (line 2)", ""),
    "a domain in two families": (
        "feeds",
        FEED + '[[publisher_family]]\nname = "A"\ndomains = ["a.example"]\n[[publisher_family]]\nname = "B"\ndomains = ["a.example"]\n',
        "publisher_family[2].domains[1]", "publisher_family[1].domains[1]", "",
    ),
    "a URL for a domain": ("feeds", FEED + '[[publisher_family]]\nname = "A"\ndomains = ["https://a.example"]\n', "publisher_family[1].domains[1]", "a bare domain", ""),
    "a topic nobody defined": ("feeds", FEED + 'topics = ["lybia"]\n', "feed[1].topics[1]", "the name of a topic", "libya"),
    "a recipient's unknown topic": ("channels", DESK + 'topics = ["oil"]\n', "recipient[1].topics[1]", "the name of a topic", ""),
    "a password in a file": ("channels", EMAIL + 'password = "hunter2"\n', "email.password", "password_env or password_file", ""),
    "a token in a file": ("settings", '[network]\napi_key = "hunter2"\n', "network.api_key", "no secret in the file", ""),
    "a password where its variable belongs": ("channels", EMAIL + 'user_env = "SMTP_USER"\npassword_env = "hunter2"\n', "email.password_env", "a variable", ""),
    "an unset password": ("channels", EMAIL + 'user_env = "SMTP_USER"\npassword_env = "NOWHERE"\n', "email.password_env", "a variable NOWHERE", ""),
    "a missing password file": ("channels", EMAIL + 'user_env = "SMTP_USER"\npassword_file = "nowhere"\n', "email.password_file", "a text file", ""),
    "a user without password": ("channels", EMAIL + 'user_env = "SMTP_USER"\n', "email", "a user and a password", ""),
    "mail without protection": ("channels", EMAIL + 'security = "none"\n', "email", "this machine", ""),
    "a word that is no choice": ("channels", EMAIL + 'security = "ssl"\n', "email.security", "'starttls', 'tls' or 'none'", "tls"),
    "mail without a server": ("channels", DESK.replace("file", "email") + 'address = "a@news.example"\n', "recipient[1].channel", "a table [email]", ""),
    "mail without an address": ("channels", EMAIL + DESK.replace("file", "email"), "recipient[1]", "address or address_env", ""),
    "a header in an address": ("channels", EMAIL + DESK.replace("file", "email") + 'address = "a@b.example\\r\\nBcc: c"\n', "recipient[1].address", "one mail address", ""),
    "a file with an address": ("channels", DESK + 'address = "a@news.example"\n', "recipient[1]", "no address", ""),
    "a recipient twice": ("channels", DESK + DESK, "recipient[2].name", "recipient[1].name (line 2)", ""),
    "a bad time zone": ("channels", DESK + 'time_zone = "Mars/Olympus"\n', "recipient[1].time_zone", "a time zone", ""),
    "a time zone that is a path": ("channels", DESK + 'time_zone = "../../etc/passwd"\n', "recipient[1].time_zone", "a time zone", ""),
    "a bad time of day": ("channels", DESK + 'at = "25:00"\n', "recipient[1].at[1]", "a time of day", ""),
    "a seed without its file": ("seeds", SEED.replace("first.txt", "none.txt"), "seed[1].file", "a file that can be read", ""),
    "a seed outside the folder": ("seeds", SEED.replace("seeds/", "../"), "seed[1].file", "below the configuration folder", ""),
    "a seed twice": ("seeds", SEED + SEED.replace("seeds/first", "seeds/./first"), "seed[2].id", "seed[1].id (line 2)", ""),
    "a date in quotes": ("seeds", SEED.replace("2020-02-16", '"2020-02-16"'), "seed[1].published", "a date without quotes", ""),
    "broken TOML": ("settings", "[network]\ntimeout_s = \n", "", "valid TOML", ""),
    "a key twice": ("settings", "[network]\ntimeout_s = 1\ntimeout_s = 2\n", "", "valid TOML", ""),
    "a required file missing": ("topics", None, "", "a file that can be read", ""),
}  # fmt: skip


@pytest.mark.parametrize(("file", "content", "key", "expected", "nearest"), MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_is_named(write: Write, *, file: str, content: str | None, key: str, expected: str, nearest: str) -> None:
    """Each mistake alone gives one problem: its file, key and line, what was expected, the nearest known key, no secret."""
    found = problems(write(**{file: content}))
    assert len(found) == 1, found
    problem = found[0]
    assert (problem.file, problem.key, problem.nearest) == (f"{file}.toml", key, nearest)
    assert expected in problem.expected
    assert problem.line > 0 or content is None
    assert "hunter2" not in str(problem)


def test_every_file_is_judged_in_one_load(write: Write) -> None:
    """One load names the mistakes of all files, also between files, in the order of files and lines."""
    folder = write(
        settings="[network]\ntimeout = 5\nrobots = 1\n",
        feeds=FEED.replace("https:", "gopher:") + 'topics = ["lybia"]\n',
        topics=TOPIC.replace("title", "colour = 1\ntitle"),
        channels=DESK + 'time_zone = "Nowhere"\n' + DESK,
        seeds=SEED.replace("first.txt", "none.txt"),
    )
    found = problems(folder)
    assert [(problem.file, problem.key) for problem in found] == [
        ("settings.toml", "network.timeout"),
        ("settings.toml", "network.robots"),
        ("feeds.toml", "feed[1].url"),
        ("feeds.toml", "feed[1].topics[1]"),
        ("topics.toml", "topic[1].colour"),
        ("channels.toml", "recipient[1].time_zone"),
        ("channels.toml", "recipient[2].name"),
        ("seeds.toml", "seed[1].file"),
    ]


def test_a_line_is_that_of_the_term(write: Write) -> None:
    """In a list that spans lines, the line of the wrong term itself is named."""
    topics = '[[topic]]\nname = "a"\ntitle = "A"\n[topic.names]\nen = [\n  "Libya",\n  "x",\n]\n'
    assert [problem.line for problem in problems(write(topics=topics, feeds=FEED))] == [7]


def test_bytes_that_are_no_text(write: Write) -> None:
    """Files and seeds that are not UTF-8 are named with the offset."""
    folder = write()
    (folder / "seeds" / "first.txt").write_bytes(b"caf\xe9")
    (folder / "settings.toml").write_bytes(b"# \xff\n")
    assert [(problem.file, problem.expected, problem.found) for problem in problems(folder)] == [
        ("settings.toml", "a file in UTF-8", "other bytes at offset 2"),
        ("seeds.toml", "a text in UTF-8", "'seeds/first.txt' with other bytes at offset 3"),
    ]


def test_a_file_nobody_reads_is_named(write: Write) -> None:
    """A misspelt file name is a mistake, not a silent return to the defaults."""
    folder = write()
    (folder / "setings.toml").write_text("", encoding="utf-8")
    assert [(problem.file, problem.nearest) for problem in problems(folder)] == [("setings.toml", "settings.toml")]


def test_no_folder(tmp_path: Path) -> None:
    """A folder that is not there is one problem."""
    assert [problem.expected for problem in problems(tmp_path / "nowhere")] == ["a configuration folder"]


def test_terms_may_be_short_in_dense_scripts_and_hold_joiners(write: Write) -> None:
    """Two Chinese signs, with or without an ending, and Persian words with their joiners are terms."""
    topics = TOPIC + 'zh = ["新疆", "东突*"]\nfa = ["سین\u200cکیانگ"]\n'
    assert load(write(topics=topics), ENV).topics[0].names == ("Libya", "新疆", "东突*", "سین\u200cکیانگ")
