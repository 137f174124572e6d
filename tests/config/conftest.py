"""A small configuration folder that is right, for tests to spoil."""

from collections.abc import Callable
from pathlib import Path

import pytest

GOOD = {
    "settings.toml": """
[network]
timeout_s = 5
""",
    "feeds.toml": """
[[feed]]
url = "https://news.example/rss"
publisher = "Example News"
language = "en"
topics = ["libya"]

[[feed]]
url = "https://other.example/rss"
publisher = "Other"
language = "ar"
""",
    "topics.toml": """
[[topic]]
name = "libya"
title = "Libya"
[topic.names]
en = ["Libya", "Libyan*"]
[topic.places]
en = [
  "Benghazi",
  "Misrata",
]
""",
    "channels.toml": """
[email]
host = "mail.example"
from = "tidings@news.example"
user_env = "SMTP_USER"
password_env = "SMTP_PASSWORD"

[[recipient]]
name = "desk"
channel = "file"

[[recipient]]
name = "morning"
channel = "email"
address_env = "MORNING_ADDRESS"
""",
    "seeds.toml": """
[[seed]]
id = "first"
file = "seeds/first.txt"
title = "A first report"
publisher = "Example News"
published = 2020-02-16
language = "en"
""",
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the right folder with some files replaced: `write(feeds="...")`; None leaves one out."""

    def write(**replaced: str | None) -> Path:
        folder = tmp_path / "config"
        (folder / "seeds").mkdir(parents=True, exist_ok=True)
        (folder / "seeds" / "first.txt").write_text("The text of the first report.", encoding="utf-8")
        for name, text in GOOD.items():
            content = replaced.get(name.removesuffix(".toml"), text)
            if content is not None:
                (folder / name).write_text(content, encoding="utf-8")
        return folder

    return write
