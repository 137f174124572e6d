"""Turn an edition into HTML, text, Markdown, Slack blocks and terminal output. Pure; every string from outside is escaped at its sink.

What is named here is imported when it is used: the command line escapes every error, and needs no templates for that.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tidings.render.html import to_html
    from tidings.render.markdown import to_markdown
    from tidings.render.slack import to_slack
    from tidings.render.terminal import to_terminal
    from tidings.render.text import to_text
    from tidings.render.words import subject

__all__ = ["subject", "to_html", "to_markdown", "to_slack", "to_terminal", "to_text"]

_HOMES = {"subject": "words", **{name: name.removeprefix("to_") for name in __all__ if name.startswith("to_")}}


def __getattr__(name: str) -> Any:
    """Import what is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
