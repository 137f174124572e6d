"""Serve the four flows on the schedules of the configuration: `python -m flows [CONFIG]`.

Wants a Prefect server, named by PREFECT_API_URL: the temporary one that Prefect starts when none is
named runs no scheduler, so nothing would ever happen, in silence.
"""

import argparse
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from prefect import Flow, serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Interval, Schedule
from prefect.settings import PREFECT_API_URL
from prefect.types.entrypoint import EntrypointType

from flows.deliver import deliver
from flows.digest import digest
from flows.ingest import ingest
from flows.start import clock, config_folder
from flows.upkeep import upkeep
from tidings.config import Settings, load
from tidings.errors import ConfigError

DEPLOYMENT = "tidings"
_FIRST_S = 15  # from the start to the first run, so that one sees it work
_APART_S = 20  # between the first runs of ingest, digest and deliver
# A run that was killed before it began gives its place up after the 60 s of grace; 300 s are the default.
_ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW, grace_period_seconds=60)
_NO_SERVER = (
    "No Prefect server is named. Start one (PREFECT_SERVER_ANALYTICS_ENABLED=false prefect server start) "
    "and set PREFECT_API_URL, for example to http://127.0.0.1:4200/api"
)


def schedules(settings: Settings, now: datetime) -> dict[str, Schedule]:
    """Return the schedule of each flow, by name; `now` is when serving starts."""
    every = settings.schedule
    hour, minute = every.upkeep_at.split(":")
    return {
        "ingest": _every(every.ingest_every_m, now + timedelta(seconds=_FIRST_S)),
        "digest": _every(every.digest_check_every_m, now + timedelta(seconds=_FIRST_S + _APART_S)),
        "deliver": _every(every.deliver_every_m, now + timedelta(seconds=_FIRST_S + 2 * _APART_S)),
        "upkeep": Cron(f"{int(minute)} {int(hour)} * * *", timezone="UTC"),
    }


def _every(minutes: int, first: datetime) -> Schedule:
    return Interval(timedelta(minutes=minutes), anchor_date=first, timezone="UTC")


def deployment(flow: Flow[..., Any], schedule: Schedule, folder: Path) -> RunnerDeployment:
    """Return what the server is to know of a flow: late runs that pile up are cancelled, all but one."""
    return RunnerDeployment.from_flow(
        flow,
        DEPLOYMENT,
        schedule=schedule,
        parameters={"config": str(folder)},
        concurrency_limit=_ONE_AT_A_TIME,
        entrypoint_type=EntrypointType.MODULE_PATH,  # importable from any folder and on any worker
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m flows",
        description="Serve the flows ingest, digest, deliver and upkeep to a Prefect server, on the schedules of the configuration, until stopped.",
        epilog="The server is named by PREFECT_API_URL, for example http://127.0.0.1:4200/api. Exit code 2: something of this is missing or wrong.",
        allow_abbrev=False,
    )
    parser.add_argument("config", nargs="?", default="", help="folder of the configuration (default: $TIDINGS_CONFIG, else ./config)")
    return parser


def main(arguments: list[str]) -> int:
    """Serve until stopped; return 2 when the configuration or a word of the command is wrong, or no server is named."""
    folder = config_folder(_parser().parse_args(arguments).config, os.environ)
    try:
        settings = load(folder, os.environ)
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command speaks to its user
        return 2
    if not PREFECT_API_URL.value():
        print(_NO_SERVER, file=sys.stderr)  # noqa: T201 - as above
        return 2
    times = schedules(settings, clock())
    deployments = (deployment(flow, times[flow.name], folder) for flow in (ingest, digest, deliver, upkeep))
    # Not paused when serving ends: what nobody runs must show as late. (On SIGTERM 3.8.8 pauses some of them only.)
    serve(*deployments, limit=len(times), pause_on_shutdown=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
