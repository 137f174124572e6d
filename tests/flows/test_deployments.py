"""What `prefect.yaml` says, as Prefect's own loader reads it, is what `python -m flows` serves."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from tidings.config import Settings, load
from tidings.config.delivered import delivered_folder

pytestmark = pytest.mark.prefect  # imports Prefect, which takes seconds

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 28, 12, tzinfo=UTC)  # the night after, clocks in Berlin go forward


@pytest.fixture(scope="module")
def settings() -> Settings:
    """Load the delivered configuration."""
    return load(delivered_folder(), {})


@pytest.fixture(scope="module")
def loaded() -> list[dict[str, Any]]:
    """Load the file with Prefect's own loader; what it does not understand it would say on the console, and skip."""
    from prefect.cli.deploy._config import _load_deploy_configs_and_actions  # noqa: PLC0415 - Prefect comes in only where its tests run

    said: list[object] = []
    configs, actions = _load_deploy_configs_and_actions(
        ROOT / "prefect.yaml", console=SimpleNamespace(print=lambda *words, **_: said.append(words))
    )
    assert said == []
    assert actions == {"build": [], "push": [], "pull": []}
    return list(configs)


def schedule_of(config: dict[str, Any]) -> dict[str, Any]:
    """Return the one schedule of a deployment as the server gets it, without the moment from which intervals are counted."""
    from prefect.cli.deploy._schedules import _construct_schedules  # noqa: PLC0415 - as above

    [one] = _construct_schedules(config, {}, console=None, is_interactive=lambda: False)
    return dict(one["schedule"].model_dump(exclude={"anchor_date"}))


def test_the_file_is_written_from_the_delivered_settings(settings: Settings) -> None:
    """It is what `python -m flows --yaml config` writes."""
    from flows.deployments import to_yaml  # noqa: PLC0415 - as above

    assert (ROOT / "prefect.yaml").read_text(encoding="utf-8") == to_yaml(settings)


@pytest.mark.parametrize("pool", ["process", "docker"])
def test_a_pool_gets_what_one_machine_serves(pool: str, settings: Settings, loaded: list[dict[str, Any]]) -> None:
    """For each type of pool the file has the four flows with the entry points, schedules, limits and parameters of `python -m flows`."""
    from flows.deployments import served  # noqa: PLC0415 - as above

    mine = {one["entrypoint"]: one for one in loaded if one["name"] == pool}
    others = {one.entrypoint: one for one in served(settings, NOW)}
    assert mine.keys() == others.keys()
    assert len(mine) == 4
    for entrypoint, one in mine.items():
        other = others[entrypoint]
        [scheduled] = other.schedules or []
        assert schedule_of(one) == scheduled.schedule.model_dump(exclude={"anchor_date"})
        assert one["concurrency_limit"]["limit"] == other.concurrency_limit == 1
        assert other.concurrency_options is not None
        options = other.concurrency_options.model_dump(mode="json", exclude_none=True)
        assert {name: one["concurrency_limit"][name] for name in options} == options
        assert options["collision_strategy"] == "CANCEL_NEW"
        assert one.get("parameters", {}) == other.parameters == {}
        assert one["tags"] == other.tags == ["tidings"]
        assert one["work_pool"]["name"] == f"tidings-{pool}"


def test_the_container_of_the_docker_pool_is_that_of_the_compose_file(loaded: list[dict[str, Any]]) -> None:
    """Image, mounts, networks, limits and fences of the docker pool are those of the service `worker`."""
    document = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    worker, project = document["services"]["worker"], document["name"]
    given = next(one["work_pool"]["job_variables"] for one in loaded if one["name"] == "docker")
    assert (given["image"], given["mem_limit"]) == (worker["image"], worker["mem_limit"])
    assert given["networks"] == [f"{project}_{name}" for name in worker["networks"]]
    volume, folder = worker["volumes"]
    assert given["volumes"][0] == f"{project}_{volume['source']}:{volume['target']}"
    assert given["volumes"][1].endswith(f":{folder['target']}:ro")
    assert given["env"]["PREFECT_API_URL"] == worker["environment"]["PREFECT_API_URL"]
    fences = given["container_create_kwargs"]
    for name in ("init", "read_only", "cap_drop", "security_opt", "pids_limit"):
        assert fences[name] == worker[name]
    assert [f"{path}:{options}" for path, options in fences["tmpfs"].items()] == worker["tmpfs"]


def test_schedules_know_their_time_zone(settings: Settings) -> None:
    """The upkeep at 03:30 in Berlin comes at 03:30 there, on the day before the clocks go forward as on the day itself."""
    import asyncio  # noqa: PLC0415 - as above

    from prefect.server.schemas.schedules import CronSchedule  # noqa: PLC0415 - as above

    from flows.deployments import schedules  # noqa: PLC0415 - as above

    times = schedules(replace(settings, schedule=settings.schedule.model_copy(update={"time_zone": "Europe/Berlin"})), NOW)
    assert {one.timezone for one in times.values()} == {"Europe/Berlin"}
    cron = CronSchedule(cron=str(times["upkeep"].cron), timezone=times["upkeep"].timezone)
    runs = asyncio.run(cron.get_dates(3, start=NOW.replace(day=27)))
    assert [one.astimezone(ZoneInfo("Europe/Berlin")).strftime("%d %H:%M") for one in runs] == ["28 03:30", "29 03:30", "30 03:30"]
    assert [one.astimezone(UTC).strftime("%H:%M") for one in runs] == ["02:30", "01:30", "01:30"]


def test_flows_keep_nothing_and_try_once() -> None:
    """No flow keeps its result, starts itself again, or logs what is printed, whatever Prefect's settings say where it runs: the next run is the retry."""
    from flows.deployments import FLOWS  # noqa: PLC0415 - as above

    assert {(one.persist_result, one.retries, one.log_prints) for one in FLOWS} == {(False, 0, False)}
