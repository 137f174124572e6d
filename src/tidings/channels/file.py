"""Write editions as files: HTML and Markdown under names made from our own data only; what is folded in them stands in a third."""

import json
import os
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tidings.model import Edition, Message, Recipient
from tidings.stages.delivery import Answer, Attempt

FULL = "-full.html"
_ENDINGS = {"full": FULL, "html": ".html", "markdown": ".md"}
_NAME = re.compile(r"\d{4}-\d{2}-\d{2}-\d{4}-[a-z0-9_]{1,32}-[0-9a-f]{8}")


def build(edition: Edition, message: Message) -> bytes:
    """Return the payload: both texts, the full edition where these are folded, and the name under which they are written."""
    content = {"name": edition_name(edition), "html": message.html, "markdown": message.markdown}
    if message.full_html:
        content["full"] = message.full_html
    return json.dumps(content, ensure_ascii=False).encode()


def edition_name(edition: Edition) -> str:
    """Name an edition's files: local date and time, recipient, and the start of its id."""
    local: datetime = edition.window_end.astimezone(ZoneInfo(edition.time_zone))
    recipient = re.sub(r"[^a-z0-9_]", "_", edition.recipient.lower())[:32] or "_"
    return f"{local:%Y-%m-%d-%H%M}-{recipient}-{edition.id[:8]}"


class FileChannel:
    """Write editions into one folder; writing one twice is writing it once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, payload: bytes, recipient: Recipient) -> Attempt:
        """Write the HTML and the Markdown file, and the full edition if there is one, each whole or not at all."""
        del recipient  # the name is in the payload
        content = json.loads(payload)
        name = content["name"]
        if not _NAME.fullmatch(name):
            return Attempt(Answer.REFUSED, "not a name for a file of ours")
        try:
            self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            for part, ending in _ENDINGS.items():
                if part in content:
                    _write_whole(self._folder / f"{name}{ending}", content[part].encode())
            _sync_folder(self._folder)
        except OSError as error:
            return Attempt(Answer.NOT_NOW, f"could not be written: {error.strerror or type(error).__name__}")
        return Attempt(Answer.SENT)


def _write_whole(path: Path, data: bytes) -> None:
    """Write to another name, sync, and rename: a reader sees the old file or the new one."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.chmod(0o640)
    part.replace(path)


def _sync_folder(folder: Path) -> None:
    """Make the new names last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
