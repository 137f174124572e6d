"""A configuration folder of the sample week on disk, and processes that are gone when a test ends."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from postgres_server import PASSWORD, Postgres, postgres_server

from tidings.config.delivered import delivered_folder
from tidings.demo.server import WeekServer
from tidings.demo.week import demo_feeds

ROOT = Path(__file__).parents[2]
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def week_config(tmp_path: Path) -> Iterator[Path]:
    """Serve the week on loopback, and give a configuration folder that reads it every minute into `data` beside it."""
    folder = tmp_path / "watch" / "config"
    shutil.copytree(delivered_folder(), folder)
    with WeekServer() as server:
        hosts = ", ".join(f'"{host}" = "{address}"' for host, address in server.connect_to.items())
        (folder / "settings.toml").write_text(
            f"""
[network]
pause_s = 0.0
allow_private = {json.dumps(server.allow_private)}
connect_to = {{ {hosts} }}
[schedule]
ingest_every_m = 1
digest_check_every_m = 1
deliver_every_m = 1
""",
            encoding="utf-8",
        )
        feeds = ["[[feed]]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in feed.items()) for feed in demo_feeds()]
        (folder / "feeds.toml").write_text("\n\n".join(feeds), encoding="utf-8")
        (folder / "channels.toml").write_text('[[recipient]]\nname = "desk"\nchannel = "file"\nat = []\n', encoding="utf-8")
        yield folder


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start processes of this Python, each the leader of a group that is killed at the end; their output goes to a file."""
    started: list[subprocess.Popen[bytes]] = []

    def start_one(*arguments: str, env: dict[str, str], cwd: Path, before: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        log = tmp_path_factory.mktemp("log") / "output.txt"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*before, sys.executable, *arguments], env=env, cwd=cwd, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        process.log = log  # type: ignore[attr-defined]
        started.append(process)
        return process

    try:
        yield start_one
    finally:
        for process in reversed(started):
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process politely, then its whole group by force."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


class Api:
    """Ask a Prefect server."""

    def __init__(self, url: str, env: dict[str, str]) -> None:
        self.url = url
        self.env = env

    def ask(self, path: str, body: object = None) -> Any:
        """Return the answer to a GET, or to a POST of `body`, as JSON; a server whose SQLite is busy (503) is asked again, as its own clients do."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, {"content-type": "application/json"})
        for left in range(10, -1, -1):
            try:
                with urllib.request.urlopen(request, timeout=10) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                if error.code != HTTPStatus.SERVICE_UNAVAILABLE or not left:
                    raise
                time.sleep(0.5)
        raise AssertionError("left has come to 0")

    def ended(self, flow: str) -> list[dict[str, Any]]:
        """List the runs of a flow that ended, oldest first."""
        states = {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}
        wanted = {"flows": {"name": {"any_": [flow]}}, "flow_runs": {"state": states}, "sort": "START_TIME_ASC"}
        return list(self.ask("/flow_runs/filter", wanted))

    def all_ended(self, ids: list[str]) -> list[dict[str, Any]]:
        """List the runs named when all of them ended, else none."""
        runs = list(self.ask("/flow_runs/filter", {"flow_runs": {"id": {"any_": ids}}}))
        ended = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
        return runs if all(run["state"]["type"] in ended for run in runs) else []

    def schedules(self) -> set[str]:
        """Name the active schedules of the deployments that are not paused."""
        deployments = [one for one in self.ask("/deployments/filter", {}) if not one["paused"]]
        return {one["id"] for deployment in deployments for one in deployment["schedules"] if one["active"]}


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start PostgreSQL with a database for Prefect."""
    with postgres_server() as server:
        server.ask("postgres", "CREATE DATABASE prefect")
        yield server


@pytest.fixture(scope="session")
def api(postgres: Postgres, start: Start, tmp_path_factory: pytest.TempPathFactory) -> Api:
    """Start a Prefect server of our own on a free loopback port, on PostgreSQL, with the settings of the compose file and its home in a fresh folder."""
    home = tmp_path_factory.mktemp("prefect")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    given = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]["server"]["environment"]
    own = {name: str(value) for name, value in given.items() if name.startswith(("PREFECT_SERVER_SERVICES_", "PREFECT_SERVER_DATABASE_"))}
    own |= {f"PREFECT_SERVER_DATABASE_{name}": value for name, value in (("HOST", "127.0.0.1"), ("PORT", str(postgres.port)))}
    own |= {"PREFECT_SERVER_DATABASE_USER": "tidings", "PREFECT_SERVER_DATABASE_PASSWORD": PASSWORD}
    for _ in range(5):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]  # Prefect takes a number, not a socket: somebody else may take the port before it does
        url = f"http://127.0.0.1:{port}/api"
        env = kept | {"PREFECT_HOME": str(home), "PREFECT_API_URL": url, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
        server = start("-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui", env=env | own, cwd=home)
        found = Api(url, env)
        wait_for(lambda server=server, found=found: server.poll() is not None or is_up(found), 180)
        if server.poll() is None:
            return found
    pytest.fail(server.log.read_text(errors="replace")[-3000:])


def is_up(api: Api) -> bool:
    """Tell whether the server answers."""
    try:
        return bool(api.ask("/health"))
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def wait_for(seen: Callable[[], Any], seconds: float, *processes: subprocess.Popen[bytes]) -> Any:
    """Wait until `seen` returns something true and return it; fail with what the processes wrote when it does not, or when one ends."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and all(process.poll() is None for process in processes):
        if result := seen():
            return result
        time.sleep(0.5)
    output = "\n".join(process.log.read_text(errors="replace")[-3000:] for process in processes)  # type: ignore[attr-defined]
    pytest.fail(f"not seen after {seconds} s\n{output}")


@pytest.fixture
def tools() -> SimpleNamespace:
    """Give what tests wait and stop with: test folders are no packages."""
    return SimpleNamespace(wait_for=wait_for, stop=stop)
