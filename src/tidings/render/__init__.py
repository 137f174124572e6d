"""Turn an edition into HTML, text, Markdown, Slack blocks and terminal output. Pure; every string from outside is escaped at its sink."""

from tidings.render.html import to_html
from tidings.render.markdown import to_markdown
from tidings.render.slack import to_slack
from tidings.render.terminal import to_terminal
from tidings.render.text import to_text
from tidings.render.words import subject

__all__ = ["subject", "to_html", "to_markdown", "to_slack", "to_terminal", "to_text"]
