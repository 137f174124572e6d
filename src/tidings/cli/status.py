"""Offer the command that says how everything stands, to people and to what watches over it."""

import sys
from typing import Annotated, Any

import typer

from tidings.cli.common import DEFAULT_CONFIG, FAILED, ConfigDir, Json, Now, settings_of, time_of, write, write_json

app = typer.Typer()


@app.command()
def status(
    every: Annotated[bool, typer.Option("--all", help="name every feed that has something the matter, not only the gravest")] = False,
    config: ConfigDir = DEFAULT_CONFIG,
    now: Now = "",
    as_json: Json = False,
) -> None:
    """Say how the store, the feeds and the deliveries stand; exit with 1 when a run or an edition was missed, something was not delivered, the lake is behind, or the disk is full."""
    from tidings.config import doubts
    from tidings.pipeline.expected import expected
    from tidings.pipeline.lake import lake_state
    from tidings.pipeline.room import room_trouble
    from tidings.render.answers import FEEDS_NAMED_MAX, status_lines
    from tidings.render.timing import recipient_facts
    from tidings.store import answers

    settings, moment = settings_of(config), time_of(now)
    answer = answers.status(settings.data, moment)
    watched = answer.pop("watched")
    lake = lake_state(settings) if settings.lake else None
    answer["lake"] = {"line": lake.line, "trouble": lake.trouble} if lake else None
    full = room_trouble(settings)
    answer |= {"warnings": (*([full] if full else []), *doubts(settings))}
    answer |= {"recipients": recipient_facts(settings.recipients, watched.window_ends)}
    answer |= {"expected": [one.facts(moment) for one in expected(settings, watched)]}
    answer = {"at": moment, "failing": _failing(answer, full=bool(full)), **answer}
    write_json(answer) if as_json else write(status_lines(answer, sys.maxsize if every else FEEDS_NAMED_MAX))
    if answer["failing"]:
        raise typer.Exit(FAILED)


def _failing(answer: dict[str, Any], *, full: bool) -> list[str]:
    """Return in one word each why the answer is a failure; empty: it is none."""
    found = {
        "missed": any(one["missed"] for one in answer["expected"]),
        "undelivered": any(one["state"] != "pending" for one in answer["undelivered"]),
        "lake": bool(answer["lake"] and answer["lake"]["trouble"]),
        "disk": full,
    }
    return [word for word, is_so in found.items() if is_so]
