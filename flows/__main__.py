"""Serve the four flows on the schedules of the configuration: `python -m flows [CONFIG]`.

Wants a Prefect server, named by PREFECT_API_URL: the temporary one that Prefect starts when none is
named runs no scheduler, so nothing would ever happen, in silence.
"""

import argparse
import os
import sys

from prefect import serve
from prefect.settings import PREFECT_API_URL

from flows.automations import set_up_automations
from flows.deployments import served, to_yaml
from flows.start import CONFIG_VARIABLE, clock, config_folder
from tidings.config import load
from tidings.errors import ConfigError

_NO_SERVER = (
    "No Prefect server is named. Start one (PREFECT_SERVER_ANALYTICS_ENABLED=false prefect server start) "
    "and set PREFECT_API_URL, for example to http://127.0.0.1:4200/api"
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m flows",
        description="Serve the flows ingest, digest, deliver and upkeep to a Prefect server, on the schedules of the configuration, until stopped.",
        epilog="The server is named by PREFECT_API_URL, for example http://127.0.0.1:4200/api. Exit code 2: something of this is missing or wrong.",
        allow_abbrev=False,
    )
    parser.add_argument("config", nargs="?", default="", help="folder of the configuration (default: $TIDINGS_CONFIG, else ./config)")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--yaml", action="store_true", help="write what belongs into prefect.yaml, for work pools, and end; asks no server")
    only.add_argument("--automations", action="store_true", help="set up the automations, as each start does, and end: for work pools")
    return parser


def main(arguments: list[str]) -> int:
    """Serve until stopped; return 2 when the configuration or a word of the command is wrong, or no server is named."""
    given = _parser().parse_args(arguments)
    folder = config_folder(given.config, os.environ)
    try:
        settings = load(folder, os.environ)
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command speaks to its user
        return 2
    if given.yaml:
        sys.stdout.write(to_yaml(settings))
        return 0
    if not PREFECT_API_URL.value():
        print(_NO_SERVER, file=sys.stderr)  # noqa: T201 - as above
        return 2
    set_up_automations()
    if given.automations:
        return 0
    os.environ[CONFIG_VARIABLE] = str(folder)  # the runs are processes of this one
    deployments = served(settings, clock())
    # Not paused when serving ends: what nobody runs must show as late. (On SIGTERM 3.8.8 pauses some of them only.)
    serve(*deployments, limit=len(deployments), pause_on_shutdown=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
