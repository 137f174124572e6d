"""Send editions to Slack: one plain POST a part, by incoming webhook or bot token, and one list of what each answer means.

Slack knows no way to ask "did you get it?" and no key that makes a repeat harmless. So nothing here tries twice, follows a
redirect or asks the environment for a proxy, and an answer that does not come is `uncertain`, never "not sent".
"""

import ssl
from dataclasses import dataclass, field

API = "https://slack.com/api"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Describe how Slack is reached: the bot's token, where there is one, and the base of the API (another one only in tests)."""

    token: str = field(default="", repr=False)
    api: str = API
    timeout_s: float = 30.0  # of one whole exchange


@dataclass(frozen=True, slots=True)
class Checked:
    """Say whether something can be used, in one line without a secret."""

    ok: bool
    said: str


def check(workspace: Workspace, address: str = "", tls: ssl.SSLContext | None = None) -> Checked:
    """Check, without posting anything, what can be known beforehand; never raises for what the outside does.

    `address` is what a recipient has: a webhook's URL (asked only whether its host answers), a channel's id (the token is
    checked by auth.test, the channel by conversations.info where the token may ask that), or "" for the token alone.
    """
    del workspace, address, tls
    return Checked(ok=False, said="not checked: this is not built yet")
