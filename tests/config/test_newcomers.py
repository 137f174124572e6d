"""Mistakes that newcomers make, and what each is told: file, key, what was expected, and the nearest that would be right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tidings.config import doubts, load
from tidings.config.delivered import delivered_folder
from tidings.errors import ConfigError, Problem

Write = Callable[..., Path]
ENV = {"SMTP_USER": "tidings", "SMTP_PASSWORD": "hunter2-hunter2", "MORNING_ADDRESS": "morning@news.example"}
FEED = '[[feed]]\nurl = "https://news.example/rss"\npublisher = "Example"\nlanguage = "en"\n'
TOPIC = '[[topic]]\nname = "libya"\ntitle = "Libya"\n[topic.names]\nen = ["Libya"]\n'
SEED = '[[seed]]\nid = "first"\nfile = "seeds/first.txt"\ntitle = "A"\npublisher = "B"\npublished = 2020-02-16\nlanguage = "en"\n'
EMAIL = '[email]\nhost = "mail.example"\nfrom = "tidings@news.example"\n'
DESK = '[[recipient]]\nname = "desk"\nchannel = "file"\n'


def at(url: str) -> str:
    """Write a feed at an address."""
    return FEED.replace("https://news.example/rss", url)


def named(term: str) -> str:
    """Write a topic of one term."""
    return TOPIC.replace('"Libya"]', f'"{term}"]')


def speaking(language: str) -> str:
    """Write a feed in a language."""
    return FEED.replace('"en"', f'"{language}"')


# name: (file, content, key, part of what was expected, nearest)
MISTAKES = {
    "a language that there is not": ("feeds", speaking("xx"), "feed[1].language", "code of a language", ""),
    "a language in three letters": ("feeds", speaking("eng"), "feed[1].language", "code of a language", "en"),
    "a country for a language": ("feeds", speaking("cn"), "feed[1].language", "code of a language", "zh"),
    "a language in capitals": ("feeds", speaking("EN"), "feed[1].language", "code of a language", "en"),
    "a language by its name": ("feeds", speaking("English"), "feed[1].language", "code of a language", "en"),
    "a language with its country": ("feeds", speaking("en-GB"), "feed[1].language", "code of a language", "en"),
    "words in a language that there is not": ("topics", TOPIC + 'xx = ["Liby*"]\n', "topic[1].names.xx", "code of a language", ""),
    "a seed in a language that there is not": ("seeds", SEED.replace('"en"', '"gr"'), "seed[1].language", "code of a language", "el"),
    "UK": ("feeds", FEED + 'country = "UK"\n', "feed[1].country", "two capital letters", "GB"),
    "the http twin of a feed": ("feeds", FEED + at("http://news.example/rss"), "feed[2].url", "feed[1].url (line 2)", ""),
    "a host in other letters": ("feeds", FEED + at("https://NEWS.Example/rss"), "feed[2].url", "feed[1].url (line 2)", ""),
    "a host with a dot": ("feeds", FEED + at("https://news.example./rss"), "feed[2].url", "feed[1].url (line 2)", ""),
    "another escape": ("feeds", FEED + at("https://news.example/%72ss"), "feed[2].url", "feed[1].url (line 2)", ""),
    "a domain in other letters": (
        "feeds", FEED + '[[publisher_family]]\nname = "A"\ndomains = ["A.example"]\n', "publisher_family[1].domains[1]", "lower case", "a.example",
    ),
    "a family twice in other letters": (
        "feeds", FEED + '[[publisher_family]]\nname = "A"\ndomains = ["a.example"]\n[[publisher_family]]\nname = "a"\ndomains = ["b.example"]\n',
        "publisher_family[2].name", "publisher_family[1].name", "",
    ),
    "a domain with www": (
        "feeds", FEED + '[[publisher_family]]\nname = "A"\ndomains = ["www.a.example"]\n', "publisher_family[1].domains[1]", "registered", "a.example",
    ),
    "a feed on this machine": ("feeds", at("http://127.0.0.1:8000/rss"), "feed[1].url", 'network.allow_private = ["127.0.0.1:8000"]', ""),
    "a feed by the name of this machine": ("feeds", at("http://localhost/rss"), "feed[1].url", 'network.allow_private = ["127.0.0.1:80"]', ""),
    "a feed in our own network": ("feeds", at("https://192.168.1.2/rss"), "feed[1].url", 'network.allow_private = ["192.168.1.2:443"]', ""),
    "a feed at the address of a cloud": ("feeds", at("http://169.254.169.254/rss"), "feed[1].url", "public address", ""),
    "a feed at ::1": ("feeds", at("http://[::1]/rss"), "feed[1].url", 'network.allow_private = ["[::1]:80"]', ""),
    "an address that is guessed": ("feeds", at("http://127.1/rss"), "feed[1].url", "a host", ""),
    "a blank publisher": ("feeds", FEED.replace('"Example"', '" "'), "feed[1].publisher", "text", ""),
    "no feed at all": ("feeds", "", "feed", "at least one [[feed]]", ""),
    "one feed in single brackets": ("feeds", FEED.replace("[[feed]]", "[feed]"), "feed", "write [[feed]]", ""),
    "a table in double brackets": ("settings", "[[network]]\nrobots = true\n", "network", "write [network]", ""),
    "a time that is a number": ("channels", DESK + "at = 7\n", "recipient[1].at", 'such as "07:00"', ""),
    "a time that is a time": ("settings", "[digest]\nat = 07:00:00\n", "digest.at", 'such as "07:00"', ""),
    "a zone in small letters": ("settings", '[digest]\ntime_zone = "europe/berlin"\n', "digest.time_zone", "a time zone", "Europe/Berlin"),
    "a city for a zone": ("channels", DESK + 'time_zone = "Istanbul"\n', "recipient[1].time_zone", "a time zone", "Europe/Istanbul"),
    "a home that nobody fills in": ("settings", '[store]\ndata = "~/data"\n', "store.data", "~ and $ are not replaced", ""),
    "a variable that nobody fills in": ("settings", '[store]\ndata = "$HOME/data"\n', "store.data", "~ and $ are not replaced", ""),
    "a table of another file": ("settings", '[email]\nhost = "x"\n', "email", "one of the keys", "[email] in channels.toml"),
    "feeds among the settings": ("settings", FEED, "feed", "one of the keys", "[[feed]] in feeds.toml"),
    "SMTP by its name": ("channels", '[smtp]\nhost = "x"\n', "smtp", "one of the keys", "email"),
    "mail for email": ("channels", DESK.replace("file", "mail"), "recipient[1].channel", "'email'", "email"),
    "Email for email": ("channels", DESK.replace("file", "Email"), "recipient[1].channel", "'email'", "email"),
    "SSL": ("channels", EMAIL + 'security = "ssl"\n', "email.security", "'tls'", "tls"),
    "a scheme before a host": ("channels", EMAIL.replace("mail.ex", "smtp://mail.ex"), "email.host", "name of a host", "mail.example"),
    "a port behind a host": ("channels", EMAIL.replace("mail.example", "mail.example:587", 1), "email.host", "name of a host", "mail.example"),
    "the port of TLS without TLS": ("channels", EMAIL + "port = 465\n", "email", 'security = "tls" at port 465', ""),
    "two terms in one": ("topics", named("Libya; Tripoli"), "topic[1].names.en[1]", "one term", ""),
    "a choice in a term": ("topics", named("Libya|Libyan"), "topic[1].names.en[1]", "one term", ""),
    "a search in a term": ("topics", named("Libya OR Tripoli"), "topic[1].names.en[1]", "one term", ""),
    "a star by itself": ("topics", named("Libya *"), "topic[1].names.en[1]", "right after a letter", ""),
    "a word that is in every text": ("topics", named("the"), "topic[1].names.en[1]", "every text", ""),
    "a state that is a pronoun": ("topics", named("US"), "topic[1].names.en[1]", "every text", ""),
    "a day to come in two centuries": ("seeds", SEED.replace("2020", "2220"), "seed[1].published", "between 1900 and 2100", ""),
    "a page for a text": ("seeds", SEED.replace("first.txt", "page.html"), "seed[1].file", "plain text", ""),
    "a book for a text": ("seeds", SEED.replace("first.txt", "book.txt"), "seed[1].file", "at most 1000000 bytes", ""),
    "a name without quotes": ("feeds", FEED.replace('"Example"', "Example"), "", "texts in quotes", ""),
    "True": ("settings", "[network]\nrobots = True\n", "", "true and false in small letters", ""),
}  # fmt: skip
# name: (file, content, unknown key, nearest); the key that is meant is missing, too
OTHER_WORDS = {
    "link": ("feeds", FEED.replace("url", "link"), "feed[1].link", "url"),
    "href": ("feeds", FEED.replace("url", "href"), "feed[1].href", "url"),
    "URL": ("feeds", FEED.replace("url", "URL"), "feed[1].URL", "url"),
    "lang": ("feeds", FEED.replace("language", "lang"), "feed[1].lang", "language"),
    "name of a publisher": ("feeds", FEED.replace("publisher", "name"), "feed[1].name", "publisher"),
    "sender": ("channels", EMAIL.replace("from", "sender"), "email.sender", "from"),
    "date": ("seeds", SEED.replace("published", "date"), "seed[1].date", "published"),
    "path": ("seeds", SEED.replace("file", "path"), "seed[1].path", "file"),
    "terms": ("topics", TOPIC.replace("names", "terms"), "topic[1].terms", "names"),
}


@pytest.fixture
def folder(write: Write) -> Write:
    """Write the right folder with one file replaced, and some texts that are no seeds."""

    def make(**replaced: str | None) -> Path:
        made = write(**replaced)
        (made / "seeds" / "page.html").write_text("<!DOCTYPE html><html><body>A</body></html>", encoding="utf-8")
        (made / "seeds" / "book.txt").write_text("word " * 200_001, encoding="utf-8")
        return made

    return make


def problems(folder: Path) -> tuple[Problem, ...]:
    """Load a folder that is wrong and return what was found."""
    with pytest.raises(ConfigError) as caught:
        load(folder, ENV)
    return caught.value.problems


@pytest.mark.parametrize(("file", "content", "key", "expected", "nearest"), MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_is_named_once(folder: Write, *, file: str, content: str, key: str, expected: str, nearest: str) -> None:
    """Each gives one problem, with what to write instead where that can be told."""
    [problem] = problems(folder(**{file: content}))
    assert (problem.file, problem.key, problem.nearest) == (f"{file}.toml", key, nearest)
    assert expected in problem.expected


@pytest.mark.parametrize(("file", "content", "key", "nearest"), OTHER_WORDS.values(), ids=OTHER_WORDS)
def test_a_key_by_another_word_is_known(folder: Write, *, file: str, content: str, key: str, nearest: str) -> None:
    """A key under the name that it has elsewhere is led to ours."""
    assert {problem.key: problem.nearest for problem in problems(folder(**{file: content}))}[key] == nearest


def test_private_feeds_that_are_allowed_load(folder: Write) -> None:
    """What settings.toml allows, or leads elsewhere, is right."""
    allowed = '[network]\nallow_private = ["127.0.0.1:8000", "[::1]:80"]\nconnect_to = { "localhost" = "127.0.0.1:8000" }\n'
    feeds = at("http://127.0.0.1:8000/rss") + at("http://[::1]/rss") + at("http://localhost/rss")
    assert len(load(folder(settings=allowed, feeds=feeds), ENV).feeds) == 3


DOUBTS = {
    "no channels.toml": ({"channels": None}, "channels.toml has no recipient: nobody will be told anything"),
    "an empty channels.toml": ({"channels": ""}, "channels.toml has no recipient: nobody will be told anything"),
    "only a mail server": ({"channels": EMAIL}, "channels.toml has no recipient: nobody will be told anything"),
    "no recipient enabled": ({"channels": DESK + "enabled = false\n"}, "no recipient of channels.toml is enabled: nobody will be told anything"),
    "no feed enabled": ({"feeds": FEED + "enabled = false\n"}, "no feed of feeds.toml is enabled: nothing will be read"),
    "a topic for nobody": (
        {"topics": TOPIC + TOPIC.replace("libya", "idlib").replace("Libya", "Idlib"), "channels": DESK + 'topics = ["libya"]\n'},
        "no recipient gets the topic idlib",
    ),
    "a topic without feeds": (
        {"topics": TOPIC + TOPIC.replace("libya", "idlib").replace("Libya", "Idlib"), "feeds": FEED + 'topics = ["libya"]\n'},
        "no feed is watched for the topic idlib",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("replaced", "said"), DOUBTS.values(), ids=DOUBTS)
def test_what_is_right_but_can_hardly_be_meant(folder: Write, replaced: dict[str, str | None], said: str) -> None:
    """A configuration by which nothing could ever come of something loads, and says so."""
    assert said in doubts(load(folder(**replaced), ENV))


def test_nothing_is_doubted_that_is_right(folder: Write) -> None:
    """Neither the delivered configuration nor a small right one gives cause for doubt."""
    assert doubts(load(folder(), ENV)) == ()
    assert doubts(load(delivered_folder(), {})) == ()
