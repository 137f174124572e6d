"""Turn an edition into HTML, text, Markdown, Slack blocks and terminal output. Pure; every string from outside is escaped at its sink.

Each form has a module of its own, imported by who needs it: the command line escapes every error, and needs no templates for that.
"""
