"""Find the mistakes that one value alone does not show: names used twice, topics nobody defined, variables that are not set.

Works on plain values, so that a mistake in one file does not hide those in another.
"""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import time
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

from tidings.config import checks
from tidings.config.models import TopicTable
from tidings.config.shape import HIDDEN, display
from tidings.config.source import Loc, Source, shown
from tidings.errors import Problem
from tidings.stages.due import lies_in
from tidings.text.fold import squeeze
from tidings.text.urls import DEFAULT_PORTS, parse

SECRET_BYTES_MAX = 10_000
SEED_BYTES_MAX = 1_000_000
WORD_GROUPS = tuple(name for name in TopicTable.model_fields if name not in ("name", "title"))


def across(sources: Mapping[str, Source], folder: Path, env: Mapping[str, str]) -> Iterator[Problem]:
    """Yield every problem between values and files."""
    feeds, topics, channels, seeds = (sources[name] for name in ("feeds.toml", "topics.toml", "channels.toml", "seeds.toml"))
    yield from _twice(feeds, "feed", "url", same_url)
    yield from _twice(feeds, "publisher_family", "name", squeeze)
    yield from _domains_twice(feeds)
    yield from _private_feeds(feeds, sources["settings.toml"])
    yield from _twice(topics, "topic", "name")
    yield from _twice(channels, "recipient", "name")
    yield from _twice(seeds, "seed", "id")
    yield from _twice(seeds, "seed", "file")
    for index, topic in topics.tables("topic"):
        yield from _terms_twice(topics, index, topic)
    known = [topic["name"] for _, topic in topics.tables("topic") if isinstance(topic.get("name"), str)]
    if topics.raw:  # an unreadable file of topics is one problem, not one a feed
        yield from _unknown_topics(feeds, "feed", known)
        yield from _unknown_topics(channels, "recipient", known)
    if channels.raw:
        yield from _unknown_recipients(sources["settings.toml"], channels)
    yield from _always_quiet(channels, sources["settings.toml"])
    yield from _urls_from_env(feeds, env)
    yield from _channel_secrets(channels, folder, env)
    yield from _slack_secrets(channels, folder, env)
    yield from _lake_secrets(sources["settings.toml"], folder, env)
    yield from _seed_files(seeds, folder)


def same_url(url: str) -> str:
    """Return what two spellings of one URL share: http or https, the case of the host, a default port and escapes do not count."""
    parts = parse(url)
    if parts is None:
        return url
    port = 443 if parts.port in DEFAULT_PORTS.values() else parts.port
    return parts.userinfo + str(replace(parts, scheme="https", port=port))


def _private_feeds(feeds: Source, settings: Source) -> Iterator[Problem]:
    """Find feeds on this machine or in our own network that settings.toml does not name: they would never be reached."""
    for index, feed in feeds.tables("feed"):
        url = feed.get("url")
        if isinstance(url, str) and (expected := unreachable(url, settings)):
            yield feeds.problem(("feed", index, "url"), expected, display(url))


def unreachable(url: str, settings: Source) -> str:
    """Return what should stand in the place of a URL that is never asked for, as things stand in settings.toml; else empty."""
    network = settings.raw.get("network")
    table = network if isinstance(network, dict) else {}
    allowed, led = set(_strings(table.get("allow_private"))), table.get("connect_to")
    if "${" in url.partition("?")[0] or not url.startswith(("http://", "https://")):
        return ""
    parts = parse(url)
    if parts is None:
        return "a URL with a host by its name or its full address" if _is_well_formed(url) else ""
    if isinstance(led, dict) and parts.host in led:
        return ""
    address = "127.0.0.1" if parts.host == "localhost" or parts.host.endswith(".localhost") else parts.host
    place = f"[{address}]:{parts.port}" if ":" in address else f"{address}:{parts.port}"
    if not _is_private(address) or place in allowed:
        return ""
    return f'a public address; one of your own is reached only with network.allow_private = ["{place}"] in settings.toml'


def _is_well_formed(url: str) -> bool:
    """Tell whether the shape of the file has nothing against a URL: then nobody else says what is wrong with it."""
    try:
        checks.url(url)
    except PydanticCustomError:
        return False
    return True


def _is_private(address: str) -> bool:
    try:
        return not ip_address(address).is_global
    except ValueError:
        return False  # a name: where it leads is seen when it is asked for


def _twice(source: Source, array: str, key: str, same: Callable[[str], str] = str) -> Iterator[Problem]:
    """Find a value that two tables of an array share but should not."""
    seen: dict[str, Loc] = {}
    for index, table in source.tables(array):
        value = table.get(key)
        if isinstance(value, str):
            yield from _again(source, seen, same(value), (array, index, key), value)


def _again(source: Source, seen: dict[str, Loc], same: str, loc: Loc, value: str) -> Iterator[Problem]:
    first = seen.setdefault(same, loc)
    if first != loc:
        line = source.line(first, value)
        place = shown(first) + (f" (line {line})" if line else "")
        yield source.problem(loc, f"a value that {place} does not have already", display(value), value=value)


def _domains_twice(feeds: Source) -> Iterator[Problem]:
    seen: dict[str, Loc] = {}
    for index, family in feeds.tables("publisher_family"):
        for position, domain in enumerate(_strings(family.get("domains"))):
            yield from _again(feeds, seen, domain, ("publisher_family", index, "domains", position), domain)


def _terms_twice(topics: Source, index: int, topic: Mapping[str, Any]) -> Iterator[Problem]:
    """Find a term that stands twice in one language of a topic: in one list, or in two that say different things about it."""
    seen: dict[tuple[str, str], tuple[Loc, str]] = {}
    for group in WORD_GROUPS:
        words = topic.get(group)
        for language, terms in words.items() if isinstance(words, dict) else ():
            for position, term in enumerate(_strings(terms)):
                loc: Loc = ("topic", index, group, language, position)
                first, spelling = seen.setdefault((language, squeeze(term)), (loc, term))
                if first != loc:
                    line = topics.line(first, spelling)
                    place = shown(first) + (f" (line {line})" if line else "")
                    expected = f"a term that {place} does not have already, {display(spelling)} there; case and diacritics do not count"
                    yield topics.problem(loc, expected, display(term), value=term)


def _unknown_topics(source: Source, array: str, known: list[str]) -> Iterator[Problem]:
    for index, table in source.tables(array):
        for position, name in enumerate(_strings(table.get("topics"))):
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
                loc: Loc = (array, index, "topics", position)
                yield source.problem(loc, "the name of a topic in topics.toml", display(name), near[0] if near else "", value=name)


def _unknown_recipients(settings: Source, channels: Source) -> Iterator[Problem]:
    """Name whoever the site is to show though nobody is called so: an edition for them would never come."""
    known = _strings([recipient.get("name") for _, recipient in channels.tables("recipient")])
    site = settings.raw.get("site")
    for position, name in enumerate(_strings(site.get("recipients")) if isinstance(site, dict) else ()):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            loc: Loc = ("site", "recipients", position)
            yield settings.problem(loc, "the name of a recipient in channels.toml", display(name), near[0] if near else "", value=name)


def _always_quiet(channels: Source, settings: Source) -> Iterator[Problem]:
    """Find recipients whose quiet hours take in every one of their times, which is hardly meant."""
    table = settings.raw.get("digest")
    usual = table if isinstance(table, dict) else {}
    for index, recipient in channels.tables("recipient"):
        quiet, at = (recipient.get(key, usual.get(key, default)) for key, default in (("quiet", ""), ("at", ["07:00"])))
        times = [at] if isinstance(at, str) else _strings(at)
        if times and _are_quiet(quiet, times):
            key = next((key for key in ("quiet", "at") if key in recipient), "name")
            expected = 'quiet hours with a time of `at` outside them, another `at`, or quiet = ""'
            yield channels.problem(("recipient", index, key), expected, f"{display(quiet)}, which takes in {', '.join(times)}")


def _are_quiet(quiet: object, times: list[str]) -> bool:
    """Tell whether all times lie in quiet hours; what is badly written says so itself."""
    try:
        return isinstance(quiet, str) and bool(checks.quiet(quiet)) and all(lies_in(quiet, time.fromisoformat(one)) for one in times)
    except (PydanticCustomError, ValueError):
        return False


def _urls_from_env(feeds: Source, env: Mapping[str, str]) -> Iterator[Problem]:
    """Judge the URLs again once their references are filled in; what came from the environment is never shown."""
    for index, table in feeds.tables("feed"):
        url, loc = table.get("url"), ("feed", index, "url")
        if not isinstance(url, str) or "${" not in url:
            continue
        names = sorted(set(checks.ENV_REFERENCE.findall(url)))
        missing = [name for name in names if not env.get(name)]
        for name in missing:
            yield feeds.problem(loc, f"a variable {name} in the environment", "none set, or an empty one")
        if missing:
            continue
        try:
            checks.resolved_url(fill(url, env))
        except PydanticCustomError as error:
            yield feeds.problem(loc, f"{error.message()} after {', '.join(names)} is filled in", HIDDEN)


def fill(url: str, env: Mapping[str, str]) -> str:
    """Replace each `${NAME}` by its value."""
    return checks.ENV_REFERENCE.sub(lambda match: env.get(match[1], ""), url)


def _channel_secrets(channels: Source, folder: Path, env: Mapping[str, str]) -> Iterator[Problem]:
    email = channels.raw.get("email")
    server = email if isinstance(email, dict) else {}
    for key in ("user", "password"):
        yield from _unset(channels, ("email", f"{key}_env"), server.get(f"{key}_env"), env)
        name = server.get(f"{key}_file")
        if isinstance(name, str) and not secret_from(folder / name):
            yield channels.problem(("email", f"{key}_file"), "a text file with one line that can be read", "none")
    for index, recipient in channels.tables("recipient"):
        if recipient.get("channel") == "email" and email is None and recipient.get("enabled", True):
            yield channels.problem(("recipient", index, "channel"), "a table [email], or another channel", "'email' without a mail server")
        name, loc = recipient.get("address_env"), ("recipient", index, "address_env")
        yield from _unset(channels, loc, name, env)
        if isinstance(name, str) and env.get(name):
            try:
                checks.address(env[name])
            except PydanticCustomError as error:
                yield channels.problem(loc, f"{error.message()} in the variable {name}", HIDDEN)


def _slack_secrets(channels: Source, folder: Path, env: Mapping[str, str]) -> Iterator[Problem]:
    """Judge the token and the webhooks by what their variables and files hold; none of it is ever shown."""
    slack = channels.raw.get("slack")
    workspace = slack if isinstance(slack, dict) else {}
    has_token = "token_env" in workspace or "token_file" in workspace
    yield from _held(channels, ("slack", "token"), workspace, checks.slack_token, folder, env)
    for index, recipient in channels.tables("recipient"):
        yield from _held(channels, ("recipient", index, "webhook"), recipient, checks.slack_webhook, folder, env)
        if "slack_channel" in recipient and recipient.get("enabled", True) and not has_token:
            loc = ("recipient", index, "slack_channel")
            yield channels.problem(loc, "a table [slack] with token_env or token_file, or a webhook", "a channel without a token")


def _lake_secrets(settings: Source, folder: Path, env: Mapping[str, str]) -> Iterator[Problem]:
    lake = settings.raw.get("lake")
    for name in ("password", "s3_key", "s3_secret"):
        yield from _held(settings, ("lake", name), lake if isinstance(lake, dict) else {}, str, folder, env)


def _held(
    source: Source, loc: Loc, table: Mapping[str, Any], judge: Callable[[str], str], folder: Path, env: Mapping[str, str]
) -> Iterator[Problem]:
    """Find what is wrong with a secret that a `*_env` or `*_file` key names; `loc` ends in the name without these."""
    *place, name = loc
    variable, file = table.get(f"{name}_env"), table.get(f"{name}_file")
    yield from _unset(source, (*place, f"{name}_env"), variable, env)
    held = {}
    if isinstance(variable, str) and env.get(variable):
        held["_env"] = env[variable]
    if isinstance(file, str):
        held["_file"] = secret_from(folder / file)
    for ending, value in held.items():
        if not value:
            yield source.problem((*place, f"{name}{ending}"), "a text file with one line that can be read", "none")
            continue
        try:
            judge(value)
        except PydanticCustomError as error:
            yield source.problem((*place, f"{name}{ending}"), error.message(), HIDDEN)


def _unset(source: Source, loc: Loc, name: object, env: Mapping[str, str]) -> Iterator[Problem]:
    """Say that a variable is not set. What does not look like a name is not repeated: it may be the secret itself."""
    if isinstance(name, str) and checks.ENV_NAME.fullmatch(name) and not env.get(name):
        yield source.problem(loc, f"a variable {name} in the environment", "none set, or an empty one")


def secret_from(path: Path) -> str:
    """Read a secret from a file of one line; empty when that is not possible."""
    try:
        with path.open("rb") as file:
            text = file.read(SECRET_BYTES_MAX).decode("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError, ValueError):
        return ""
    return text if text.isprintable() else ""


def _seed_files(seeds: Source, folder: Path) -> Iterator[Problem]:
    for index, seed in seeds.tables("seed"):
        name = seed.get("file")
        if not isinstance(name, str) or not name:
            continue
        loc = ("seed", index, "file")
        try:
            checks.file_name(name)
            content = _beginning(folder / name)
            text = content.decode("utf-8")
        except PydanticCustomError:
            continue  # the shape of the file says it
        except OSError as error:
            yield seeds.problem(loc, "a file that can be read", f"{display(name)}: {error.strerror or type(error).__name__}")
        except UnicodeDecodeError as error:
            yield seeds.problem(loc, "a text in UTF-8", f"{display(name)} with other bytes at offset {error.start}")
        else:
            if len(content) > SEED_BYTES_MAX:
                yield seeds.problem(loc, f"a text of at most {SEED_BYTES_MAX} bytes", f"{display(name)}, which is longer")
            elif not text.strip():
                yield seeds.problem(loc, "a text", f"{display(name)}, which is empty")
            elif text.lstrip().lower().startswith(("<!doctype", "<html", "<?xml")):
                yield seeds.problem(loc, "a plain text", f"{display(name)}, which is HTML or XML")


def _beginning(path: Path) -> bytes:
    """Read a file, but not much more than is allowed."""
    with path.open("rb") as file:
        return file.read(SEED_BYTES_MAX + 1)


def _strings(value: object) -> list[str]:
    return [element if isinstance(element, str) else "" for element in value] if isinstance(value, list) else []
