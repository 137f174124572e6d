"""Offer the commands for what was not delivered: look at it, and say that a message is to be sent again, or must not go out."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidings.cli.common import DEFAULT_CONFIG, ConfigDir, Json, Now, settings_of, time_of, write, write_json
from tidings.errors import UsageError

if TYPE_CHECKING:
    from tidings.model import Delivery

app = typer.Typer()
_WAIT_S_MAX = 5.0
outbox_app = typer.Typer(help="Show what was not delivered, send a message again, or keep it from going out.", no_args_is_help=True)
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
        typer.Argument(
            metavar="ID", help="of a message that did not arrive, as `tidings outbox list` shows it, or its first characters, four at least"
        ),
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
    _tell(pending, "pending; `tidings deliver` sends it", as_json=as_json)


@outbox_app.command()
def hold(
    delivery: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="of a message that waits, as `tidings outbox list` shows it, or its first characters, four at least"
        ),
    ],
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
    as_json: Json = False,
) -> None:
    """Keep a message that waits from going out: it may be pending or uncertain, and only `tidings outbox resend` lets it go again.

    What it tells counts as told, and other editions say that it is held. A message that is on its way cannot be held.
    """
    from tidings.pipeline.deliver import hold as hold_back
    from tidings.pipeline.publish import republish

    settings = settings_of(config)
    held = hold_back(settings.data, settings, delivery, time_of(now))
    if held is None:
        raise UsageError(f"no one message that waits has an id that begins with {delivery!r}: see `tidings outbox list`")
    republish(settings)
    _tell(held, "held; `tidings outbox resend` lets it go", as_json=as_json)


def _tell(one: "Delivery", what: str, *, as_json: bool) -> None:
    facts: dict[str, Any] = {"id": one.id, "recipient": one.recipient, "part": one.part, "state": one.state.value}
    write_json(facts) if as_json else write([f"{one.recipient} by {one.channel}: {what}"])
