"""Keep the bytes that a jailed child did not survive, so that what happened can be repeated."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tidings.model import Feed, Response
from tidings.recording.secrets import CHARS_MIN, secrets_of
from tidings.text.urls import without_secrets

KEPT_MAX = 100  # files; the oldest go first
KEPT_BYTES_MAX = 200_000_000  # all together
BODY_BYTES_MAX = 5_000_000


@dataclass(frozen=True, slots=True)
class KeptBody:
    """Hold a body that was kept, and what is known of it."""

    kind: str  # feed | page
    url: str
    status: int
    content_type: str
    reason: str
    body: bytes


def keep_body(data: Path, kind: str, shown_url: str, response: Response, feeds: Iterable[Feed], reason: str = "") -> Path | None:
    """Write a body and where it came from to `archive/stalled/`, named by the hash of the body; return the file.

    Only the owner may read them, and what the feeds' addresses keep secret is hidden as in a recording.
    """
    folder = data / "archive" / "stalled"
    try:
        secrets = secrets_of(feeds, CHARS_MIN)
        for each in (folder.parent, folder):
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = hashlib.blake2b(response.body, digest_size=12).hexdigest()
        path = folder / f"{kind}-{name}.bin"
        about = {
            "kind": kind,
            "url": without_secrets(shown_url),
            "status": response.status,
            "content_type": response.headers.get("content-type", ""),
            "reason": reason,
        }
        _write(path, secrets.hide_bytes(response.body)[:BODY_BYTES_MAX])  # cut last: half a secret would not be found
        _write(path.with_suffix(".json"), json.dumps(secrets.hide_within(about)).encode("ascii"))
        _drop_oldest(folder)
    except OSError:  # a full disk must not cost the run: the outcome is recorded anyway
        return None
    return path


def read_body(path: Path) -> KeptBody:
    """Read what `keep_body` wrote; raises OSError or ValueError where that is not to be had."""
    about = json.loads(path.with_suffix(".json").read_text("ascii"))
    if not isinstance(about, dict):
        raise TypeError("no object")
    words = {name: str(about.get(name, "")) for name in ("kind", "url", "content_type", "reason")}
    return KeptBody(**words, status=int(about["status"]), body=path.read_bytes())


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)  # it may be there from an earlier version
        file.write(data)


def _drop_oldest(folder: Path) -> None:
    kept_bytes = 0
    for place, path in enumerate(sorted(folder.glob("*.bin"), key=lambda path: path.stat().st_mtime, reverse=True)):
        kept_bytes += path.stat().st_size
        if place >= KEPT_MAX or kept_bytes > KEPT_BYTES_MAX:
            os.unlink(path)  # noqa: PTH108 - beside its .json
            path.with_suffix(".json").unlink(missing_ok=True)
