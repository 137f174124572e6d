"""Offer the command that composes digests, or shows what they would tell."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tidings.cli.common import (
    DEFAULT_CONFIG,
    FAILED,
    ConfigDir,
    Json,
    Now,
    complain,
    settings_of,
    show_editions,
    time_of,
    write,
    write_json,
)
from tidings.cli.work import compose, edition_facts, write_editions
from tidings.errors import UsageError

if TYPE_CHECKING:
    from tidings.config import Settings
    from tidings.model import Edition

app = typer.Typer()


class Form(StrEnum):
    """Name the forms in which a preview is written."""

    TERMINAL = "terminal"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


@app.command()
def digest(
    recipient: Annotated[str, typer.Argument(help="only this recipient", show_default=False)] = "",
    preview: Annotated[bool, typer.Option("--preview", help="show what would be told now; record nothing, send nothing")] = False,
    form: Annotated[Form | None, typer.Option("--format", help="with --preview: how it is written", show_default="terminal")] = None,
    force: Annotated[bool, typer.Option("--force", help="compose even when none is due, if there is anything new")] = False,
    show: Annotated[bool, typer.Option("--show", help="also show what was composed")] = False,
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
    as_json: Json = False,
) -> None:
    """Compose the digests that are due and put them into the outbox; `tidings deliver` sends them."""
    from tidings.pipeline.metrics import write_metrics
    from tidings.pipeline.site import write_linked_site

    settings, moment = settings_of(config), time_of(now)
    _check(settings, recipient)
    if preview:
        if force or show or (as_json and form):
            raise UsageError("expected --preview alone or with --format or --json: it neither records nor sends, so nothing can be forced")
        _preview(settings, moment, recipient, form or Form.TERMINAL, as_json=as_json)
        return
    if form:
        raise UsageError("--format is for --preview; what is composed is written as its recipient's channel wants it")
    editions = compose(settings, moment, only=recipient or None, force=force)
    _, trouble = write_linked_site(settings)
    complain(*filter(None, (trouble, write_metrics(settings, moment))))  # the edition waits in the outbox all the same
    if as_json:
        write_json([edition_facts(one) for one in editions])
    else:
        write_editions(settings, editions, moment, waiting=not force, only=recipient)
    if show and not as_json:
        show_editions(editions)
    if force and not editions:
        complain("nothing was recorded since the last edition, so none was composed (see it with --preview)")
        raise typer.Exit(FAILED)


def _check(settings: "Settings", recipient: str) -> None:
    names = [one.name for one in settings.recipients]
    if not names:
        raise UsageError("channels.toml has no recipient: nobody can be told anything")
    if recipient and recipient not in names:
        raise UsageError(f"no recipient is named {recipient!r}; channels.toml has: {', '.join(names)}")


def _preview(settings: "Settings", now: datetime, recipient: str, form: Form, *, as_json: bool) -> None:
    from tidings.pipeline.preview import preview
    from tidings.render.answers import moment

    if form is Form.HTML and not recipient and len(settings.recipients) > 1:
        raise UsageError(f"expected one recipient for HTML: {', '.join(one.name for one in settings.recipients)}")
    editions = preview(settings, now, recipient or None)
    if as_json:
        write_json([asdict(one) for one in editions])
        return
    shown = {one.recipient for one in editions}
    for one in settings.recipients:
        if one.name not in shown and recipient in ("", one.name):
            complain(f"nothing to show for {one.name}: the last edition ends at {moment(now)} or later")
    _write(editions, form)


def _write(editions: "Iterable[Edition]", form: Form) -> None:
    from tidings.render.html import to_html
    from tidings.render.markdown import to_markdown
    from tidings.render.text import to_text

    for one in editions:
        if form is Form.TERMINAL:
            write([f"what {one.recipient} would be told now (nothing was recorded or sent):", ""])
            show_editions([one])
        else:
            write([{Form.HTML: to_html, Form.MARKDOWN: to_markdown, Form.TEXT: to_text}[form](one)])
