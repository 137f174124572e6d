"""Look after secrets: the files they stand in, and that none of them is ever in what we say."""

import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tidings.config import Settings
from tidings.config.source import Source, read
from tidings.model import Feed
from tidings.pipeline.doctor.finding import Finding, fault, ok
from tidings.recording.secrets import encodings, filled_in
from tidings.render.escape import plain
from tidings.text.spellings import spellings

HIDDEN = "(hidden)"
MOUNTED = Path("/run/secrets")  # where container engines put secrets, readable by all who are in the container
_LENGTH_MIN = 4  # shorter ones would be found in any text
_REFERENCE = re.compile(r"\$\{[A-Z_][A-Z0-9_]*\}")


def secret_findings(folder: Path) -> Iterator[Finding]:
    """Check the files and variables that channels.toml and feeds.toml name; that they are there the configuration has shown by loading."""
    files, variables = named_secrets(folder)
    open_ones = [path for path in files if MOUNTED not in path.parents and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH)]
    for path in open_ones:
        mode = stat.S_IMODE(path.stat().st_mode)
        yield fault("secrets", f"any user of this machine can read this file (mode {mode:04o})", f"chmod 600 {path}", str(path))
    if not open_ones:
        yield ok("secrets", f"{len(variables)} variables set, {len(files)} files, none open to others")


def named_secrets(folder: Path) -> tuple[list[Path], list[str]]:
    """Return the files of the keys that end in `_file`, and the variables that `_env` keys and `${NAME}` name."""
    tables = {name: source.raw for name in ("channels.toml", "feeds.toml") if isinstance(source := read(folder / name), Source)}
    files = [folder / value for key, value in _keys(tables) if key.endswith("_file")]
    variables = [value for key, value in _keys(tables) if key.endswith("_env")]
    variables += [found[2:-1] for key, value in _keys(tables) if key == "url" for found in _REFERENCE.findall(value)]
    return list(dict.fromkeys(files)), list(dict.fromkeys(variables))


def _keys(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every key with its text, however deep."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _keys(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner, key)
    elif isinstance(value, str):
        yield key, value


def all_secrets(settings: Settings) -> tuple[str, ...]:
    """Return every secret of the configuration as it may turn up in words from outside, the longest first."""
    found = [part for feed in settings.feeds for part in (*filled_in(feed).values(), *_userinfo(feed))]
    found += [recipient.address for recipient in settings.recipients]
    for part in (settings.email, getattr(settings, "slack", None)):
        # not the user's name: it may be any word, and the channel itself keeps it out of what a server says
        found += [str(getattr(part, name)) for name in ("sender", "password", "token") if getattr(part, name, "")]
    encoded = [form for one in found for form in (*encodings(one).values(), *encodings(unquote(one)).values())]
    spelled = {form for one in (*found, *encoded) for form in spellings(one).values() if len(form) >= _LENGTH_MIN}
    return tuple(sorted(spelled, key=lambda one: (-len(one), one)))


def _userinfo(feed: Feed) -> list[str]:
    """Return what stands before a feed's host: user and password, alone and together."""
    parts = urlsplit(feed.url)
    return [part for part in (parts.username, parts.password, parts.netloc.rpartition("@")[0]) if part]


def without_secrets(findings: Iterable[Finding], secrets: tuple[str, ...]) -> Iterator[Finding]:
    """Yield the findings as plain text with every secret replaced: servers repeat what they are asked."""

    def hide(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def clean(text: str) -> str:
        return hide(plain(hide(text)))  # before: as it was said; after: what it became when signs that are not seen were taken out

    for one in findings:
        yield replace(one, subject=clean(one.subject), found=clean(one.found), to_do=clean(one.to_do))
