"""Keep the bytes that a jailed child did not survive, so that what happened can be repeated."""

import hashlib
import json
import os
from pathlib import Path

from tidings.model import Response

KEPT_MAX = 100  # files; the oldest go first
BODY_BYTES_MAX = 5_000_000


def keep_body(data: Path, kind: str, shown_url: str, response: Response) -> Path | None:
    """Write a body and where it came from to `archive/stalled/`, named by the hash of the body; return the file."""
    folder = data / "archive" / "stalled"
    try:
        for each in (folder.parent, folder):
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = hashlib.blake2b(response.body, digest_size=12).hexdigest()
        path = folder / f"{kind}-{name}.bin"
        path.write_bytes(response.body[:BODY_BYTES_MAX])
        about = {"url": shown_url, "status": response.status, "content_type": response.headers.get("content-type", "")}
        path.with_suffix(".json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        _drop_oldest(folder)
    except OSError:  # a full disk must not cost the run: the outcome is recorded anyway
        return None
    return path


def _drop_oldest(folder: Path) -> None:
    kept = sorted(folder.glob("*.bin"), key=lambda path: path.stat().st_mtime)
    for path in kept[:-KEPT_MAX]:
        os.unlink(path)  # noqa: PTH108 - beside its .json
        path.with_suffix(".json").unlink(missing_ok=True)
