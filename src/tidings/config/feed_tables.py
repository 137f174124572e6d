"""Write `[[feed]]` tables, and add them to feeds.toml: only what the configuration takes, and never half a file."""

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tidings.config.across import same_url, unreachable
from tidings.config.load import load
from tidings.config.models import FeedTable, Jail
from tidings.config.shape import expected
from tidings.config.source import Source, parse, read
from tidings.errors import ConfigError, Problem
from tidings.text.urls import without_secrets

NAME = "feeds.toml"
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Hold a feed that somebody would like to add; nothing about it is checked yet."""

    url: str
    publisher: str
    language: str
    line: int = 0  # in the list it comes from


@dataclass(frozen=True, slots=True)
class Bad:
    """Say why a feed cannot be added. `shown_url` may be shown."""

    line: int
    publisher: str
    shown_url: str
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Hold what became of the wanted feeds; each is counted once."""

    new: tuple[Wanted, ...]
    already_count: int  # in feeds.toml, whether enabled or not
    repeated_count: int  # a second time in the list
    bad: tuple[Bad, ...]


def toml_string(text: str) -> str:
    """Write a text as one TOML string on one line, whatever is in it."""
    return '"' + "".join(_SHORT.get(sign) or (sign if sign.isprintable() else _escape(sign)) for sign in text) + '"'


def _escape(sign: str) -> str:
    code = ord(sign)
    if 0xD800 <= code <= 0xDFFF:  # half a character: TOML has no way to say it
        return "\N{REPLACEMENT CHARACTER}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def feed_table(url: str, publisher: str, language: str) -> str:
    """Write one feed as a `[[feed]]` table to paste or append."""
    return f"[[feed]]\nurl = {toml_string(url)}\npublisher = {toml_string(publisher)}\nlanguage = {toml_string(language)}\n"


def judge_feeds(folder: Path, wanted: Iterable[Wanted]) -> Judged:
    """Divide wanted feeds into those to add, those that are there, repeats and bad ones, as the configuration's own checks would.

    Raises ConfigError when feeds.toml cannot be read; one that does not exist counts as empty.
    """
    settings = _settings(folder)
    there = {same_url(url) for _, table in _source(folder).tables("feed") if isinstance(url := table.get("url"), str)}
    new: dict[str, Wanted] = {}
    bad = []
    already_count = repeated_count = 0
    for one in wanted:
        why = _why_not(one, settings)
        if why:
            bad.append(Bad(one.line, one.publisher, without_secrets(one.url), why))
        elif same_url(one.url) in there:
            already_count += 1
        elif same_url(one.url) in new:
            repeated_count += 1
        else:
            new[same_url(one.url)] = one
    return Judged(tuple(new.values()), already_count, repeated_count, tuple(bad))


def _source(folder: Path) -> Source:
    if not (folder / NAME).exists():
        return Source(NAME)
    got = read(folder / NAME)
    if isinstance(got, Problem):
        raise ConfigError((got,))
    return got


def _settings(folder: Path) -> Source:
    """Read settings.toml as far as it can be read: what is wrong with it is said by the whole load."""
    got = read(folder / "settings.toml")
    return got if isinstance(got, Source) else Source("settings.toml")


def _why_not(one: Wanted, settings: Source) -> str:
    try:
        FeedTable(url=one.url, publisher=one.publisher, language=one.language)
    except ValidationError as error:
        return "; ".join(_said(detail) for detail in error.errors(include_url=False, include_input=False))
    expected_there = unreachable(one.url, settings)
    return f"url: expected {expected_there}" if expected_there else ""


def _said(detail: ErrorDetails) -> str:
    return f"{detail['loc'][0] if detail['loc'] else 'feed'}: expected {expected(detail)}"


def allowed_places(folder: Path) -> frozenset[str]:
    """Return the private places, `address:port`, that settings.toml allows."""
    network = _settings(folder).raw.get("network")
    places = network.get("allow_private") if isinstance(network, dict) else None
    return frozenset(place for place in places if isinstance(place, str)) if isinstance(places, list) else frozenset()


def jail_limits(folder: Path) -> Jail:
    """Return the limits of settings.toml for what is read in the jail; the usual ones where that table is wrong."""
    table = _settings(folder).raw.get("jail")
    try:
        return Jail(**table) if isinstance(table, dict) else Jail()
    except ValidationError:
        return Jail()


def add_feeds(folder: Path, feeds: Sequence[Wanted], env: Mapping[str, str]) -> None:
    """Append feeds to feeds.toml, at once and only if the whole configuration loads then; what stands in it stays byte for byte.

    Raises ConfigError, and changes nothing, when it would not load.
    """
    path = Path(os.path.realpath(folder / NAME))  # a link stays one
    before = path.read_bytes() if path.exists() else b""
    line_end = b"\r\n" if before.count(b"\r\n") * 2 > before.count(b"\n") else b"\n"
    tables = "\n".join(feed_table(one.url, one.publisher, one.language) for one in feeds).encode("utf-8").replace(b"\n", line_end)
    gap = b"" if not before else line_end if before.endswith(b"\n") else line_end * 2
    after = before + gap + tables
    if (
        isinstance(there := parse(NAME, before), Source)
        and "feed" in there.raw
        and isinstance(parse(NAME, before + b"\n[[feed]]"), Problem)
    ):
        way = "each feed as a table of its own that begins with [[feed]]: nothing can be added to a list in brackets"
        raise ConfigError((there.problem(("feed",), way, "feed = [...]"),))
    load(folder, env, instead={NAME: after})
    _replace(path, after)


def _replace(path: Path, content: bytes) -> None:
    """Write a file anew beside the old one, with its mode, and put it in its place in one step."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)  # noqa: PTH105 - beside os.unlink
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)  # noqa: PTH108 - it may be in place already
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
