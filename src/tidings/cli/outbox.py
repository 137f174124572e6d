"""Offer the commands for what was not delivered: look at it, and say that a message is to be sent again."""

from typing import Annotated, Any

import typer

from tidings.cli.common import DEFAULT_CONFIG, ConfigDir, Json, Now, settings_of, time_of, write, write_json
from tidings.errors import UsageError

app = typer.Typer()
_WAIT_S_MAX = 5.0
outbox_app = typer.Typer(help="Show what was not delivered, or send a message again.", no_args_is_help=True)
app.add_typer(outbox_app, name="outbox")


@outbox_app.command("list")
def list_open(config: ConfigDir = DEFAULT_CONFIG, as_json: Json = False) -> None:
    """Show the messages that wait, and those of the last two weeks that did not arrive or may not have.

    Reads the store itself, so it may have to wait a moment for another process.
    """
    from tidings.render.answers import outbox_lines
    from tidings.store import answers

    settings = settings_of(config)
    found = answers.outbox(settings.data, min(settings.store.wait_s, _WAIT_S_MAX))
    write_json(found) if as_json else write(outbox_lines(found))


@outbox_app.command()
def resend(
    delivery: Annotated[
        str,
        typer.Argument(metavar="ID", help="of a message that did not arrive, as `tidings outbox list` shows it, or its first characters"),
    ],
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
    as_json: Json = False,
) -> None:
    """Let a message that did not arrive be tried at once; one that is held or uncertain may have arrived, so ask its reader first.

    It may be held, refused, expired, uncertain or pending, and gets another 48 hours. `tidings deliver` sends it.
    """
    from tidings.pipeline.deliver import resend as send_again
    from tidings.pipeline.publish import republish

    settings = settings_of(config)
    pending = send_again(settings.data, settings, delivery, time_of(now))
    if pending is None:
        raise UsageError(f"no one message that may be sent again has an id that begins with {delivery!r}: see `tidings outbox list`")
    republish(settings)
    facts: dict[str, Any] = {"id": pending.id, "recipient": pending.recipient, "part": pending.part, "state": pending.state.value}
    write_json(facts) if as_json else write([f"{pending.recipient} by {pending.channel}: pending; `tidings deliver` sends it"])
