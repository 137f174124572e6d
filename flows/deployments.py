"""Say once how the four flows are deployed: `python -m flows` serves it on one machine, `prefect.yaml` says the same for work pools.

No deployment has parameters: where the configuration lies is a matter of the machine that works (TIDINGS_CONFIG), and none of the server's.
"""

import json
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Interval, Schedule
from prefect.types.entrypoint import EntrypointType

from flows import HEARTBEAT_S
from flows.deliver import deliver
from flows.digest import digest
from flows.ingest import ingest
from flows.upkeep import upkeep
from tidings.config import Settings

SERVED = "tidings"  # the name of the deployments that `python -m flows` serves
TAG = "tidings"  # on all runs: by it automations know ours
FLOWS: tuple[Flow[..., Any], ...] = (ingest, digest, deliver, upkeep)
_FIRST_S = 15  # from the start to the first run, so that one sees it work
_APART_S = 20  # between the first runs of ingest, digest and deliver
_ANCHOR = datetime(2020, 1, 1, tzinfo=UTC)  # where intervals are counted from that no start gives a first run
# A run that was killed before it began gives its place up after the 60 s of grace; 300 s are the default.
_ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW, grace_period_seconds=60)
_HEARTBEAT = {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_S)}
# What a pool's worker starts a run with, by the pool's type. The container is that of docker-compose.yml: its image, volume, networks and fences.
_POOLS: dict[str, dict[str, Any]] = {
    "process": {"env": _HEARTBEAT},
    "docker": {
        "image": f"tidings:{version('tidings')}",
        "image_pull_policy": "Never",
        "auto_remove": True,
        "env": _HEARTBEAT | {"PREFECT_API_URL": "http://server:4200/api"},
        "volumes": ["tidings_data:/data", "{{ $TIDINGS_CONFIG_FOLDER }}:/config:ro"],
        "networks": ["tidings_api", "tidings_outside"],
        "mem_limit": "3g",
        "container_create_kwargs": {
            "entrypoint": ["env"],  # the image's own is `tidings`
            "init": True,
            "read_only": True,
            "tmpfs": {"/tmp": "size=512m,mode=1777"},  # noqa: S108 - the container's own
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges:true"],
            "pids_limit": 256,
        },
    },
}
_HEAD = """\
# Deployments of the four flows for work pools, written by `python -m flows --yaml`: see docs/how-to/prefect.md.
# Write it anew after a change of [schedule] in settings.toml. Deploy those of one pool: prefect deploy --name process
"""


def schedules(settings: Settings, now: datetime) -> dict[str, Schedule]:
    """Return the schedule of each flow, by name; `now` is when serving starts."""
    every = settings.schedule
    hour, minute = every.upkeep_at.split(":")

    def interval(minutes: int, place: int) -> Schedule:
        first = now + timedelta(seconds=_FIRST_S + place * _APART_S)
        return Interval(timedelta(minutes=minutes), anchor_date=first, timezone=every.time_zone)

    return {
        "ingest": interval(every.ingest_every_m, 0),
        "digest": interval(every.digest_check_every_m, 1),
        "deliver": interval(every.deliver_every_m, 2),
        "upkeep": Cron(f"{int(minute)} {int(hour)} * * *", timezone=every.time_zone),
    }


def served(settings: Settings, now: datetime) -> list[RunnerDeployment]:
    """Return what the server is to know of each flow: late runs that pile up are cancelled, all but one."""
    times = schedules(settings, now)
    return [
        RunnerDeployment.from_flow(
            flow,
            SERVED,
            schedule=times[flow.name],
            tags=[TAG],
            concurrency_limit=_ONE_AT_A_TIME,
            entrypoint_type=EntrypointType.MODULE_PATH,  # importable from any folder and on any worker
        )
        for flow in FLOWS
    ]


def to_yaml(settings: Settings) -> str:
    """Return the text of `prefect.yaml`: the same deployments once for each type of work pool, with intervals from a fixed moment."""
    lines = [_HEAD, "name: tidings", "pull: [] # the package is installed where runs are", "", "definitions:"]
    lines += [f"  - &{pool} {_json(variables)}" for pool, variables in _POOLS.items()]
    lines += [f"  - &one_at_a_time {_json(_ONE_AT_A_TIME.model_dump(mode='json'))}", "", "deployments:"]
    same = served(settings, _ANCHOR)
    for pool in _POOLS:
        for deployment in same:
            lines += [f"  - name: {pool}", f"    entrypoint: {deployment.entrypoint}"]
            lines += [f"    tags: {_json(deployment.tags)}", f"    schedules: [{_schedule(deployment)}]"]
            lines += ["    concurrency_limit: *one_at_a_time", f"    work_pool: {{name: tidings-{pool}, job_variables: *{pool}}}"]
    return "\n".join(lines) + "\n"


def _schedule(deployment: RunnerDeployment) -> str:
    [one] = deployment.schedules or []
    assert one.schedule is not None
    return _json(one.schedule.model_dump(mode="json", include={"interval", "anchor_date", "cron", "timezone"}))


def _json(value: Any) -> str:
    return json.dumps(value)  # which is YAML
