"""Feeds and pages read by workers in other processes, through Prefect's runner on Dask."""

import json
import os
import signal
import socket
import ssl
import sys
import time
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from machines import Machine, machines, passed_on

from tidings.demo.show import polls, show_edition, week_settings
from tidings.demo.week import EDITIONS
from tidings.pipeline.ingest import ingest
from tidings.pipeline.run import open_doors
from tidings.store.database import open_store
from tidings.store.export import export_canonical

pytestmark = [pytest.mark.prefect, pytest.mark.slow]

WEEK = Path(__file__).with_name("week_on_workers.py")


def known(data: Path) -> tuple[str, dict[str, bytes]]:
    """Return all that a store knows, and its editions as files."""
    out = StringIO()
    with open_store(data, 5.0) as connection:
        assert export_canonical(connection, out) > 100
    folder = data / "editions"
    return out.getvalue(), {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def alone(data: Path) -> tuple[str, dict[str, bytes]]:
    """Take the same days in by one process, as `tidings demo` does."""
    with week_settings(data) as (settings, server), open_doors(settings) as doors:
        for now in polls():
            server.now = now
            ingest(settings, now, doors=doors)
            if now == EDITIONS[0]:
                break
        show_edition(settings, now)
    return known(data)


def greeted(host: str, port: int, certificate: str, folder: Path) -> bytes:
    """Knock at the scheduler with a certificate or without; return the first byte that it says."""
    context = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
    context.check_hostname = False
    if certificate:
        context.load_cert_chain(folder / certificate, folder / "key.pem")
    with socket.create_connection((host, port), timeout=20) as plain, context.wrap_socket(plain) as door:
        return door.recv(1)


class Cluster:
    """Keep a scheduler and two workers of one thread each, as processes of their own, over TLS: who has no certificate is let in nowhere.

    All on this host, unless three machines are given for them.
    """

    def __init__(
        self, start: Any, tools: SimpleNamespace, folder: Path, env: dict[str, str], places: Sequence[Machine] = (Machine("127.0.0.1"),) * 3
    ) -> None:
        distributed = pytest.importorskip("distributed", reason="the extra `dask` is not installed")
        made = distributed.Security.temporary()  # one certificate, which vouches for itself
        (folder / "certificate.pem").write_text(made.tls_ca_file)
        (folder / "key.pem").write_text(made.tls_client_key)
        said = {"REQUIRE_ENCRYPTION": "True", "TLS__CA_FILE": folder / "certificate.pem"}
        for role in ("SCHEDULER", "WORKER", "CLIENT"):
            said |= {f"TLS__{role}__CERT": folder / "certificate.pem", f"TLS__{role}__KEY": folder / "key.pem"}
        self.env = env | {f"DASK_DISTRIBUTED__COMM__{name}": str(value) for name, value in said.items()}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        at, *others = places
        self.address = f"tls://{at.address}:{port}"
        words = ("--no-dashboard", "--protocol", "tls", "--host")
        self.scheduler = start(
            "-m", "distributed.cli.dask_scheduler", *words, at.address, "--port", str(port), env=self.env, cwd=folder, before=at.prefix
        )
        self.workers = [
            start("-m", "distributed.cli.dask_worker", self.address, *words, one.address, "--no-nanny", "--nthreads", "1", "--name", name,
                  env=self.env, cwd=folder, before=one.prefix)
            for name, one in zip(("one", "two"), others, strict=True)
        ]  # fmt: skip
        self.client = distributed.Client(self.address, security=made, set_as_default=False)
        tools.wait_for(lambda: len(self.names()) == 2, 60, self.scheduler, *self.workers)
        with pytest.raises(ssl.SSLError, match="certificate required"):
            greeted(at.address, port, "", folder)
        assert greeted(at.address, port, "certificate.pem", folder)

    def names(self) -> dict[str, str]:
        """Return the addresses of the workers by name."""
        return {worker["name"]: address for address, worker in self.client.scheduler_info()["workers"].items()}

    def kill_first_at_work(self) -> None:
        """Kill the first worker while it holds a chunk: it is stopped before it is looked at, so that the chunk cannot leave it meanwhile."""
        address, worker = self.names()["one"], self.workers[0]
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            os.kill(worker.pid, signal.SIGSTOP)
            time.sleep(0.1)  # what it had said comes to the scheduler
            if self.client.processing()[address]:
                os.kill(worker.pid, signal.SIGKILL)
                return
            os.kill(worker.pid, signal.SIGCONT)
            time.sleep(0.05)
        pytest.fail("the first worker was given nothing")


def test_without_workers_a_run_does_everything_itself(tmp_path: Path) -> None:
    """No workers named: no doors, nothing to tell. Workers named and nobody there: no doors, and why."""
    pytest.importorskip("prefect_dask", reason="the extra `dask` is not installed")
    from flows.workers import Far, workers_of  # noqa: PLC0415 - Prefect comes in only where its tests run

    with week_settings(tmp_path) as (settings, _), socket.socket() as nobody:
        with workers_of(settings, {}) as far:
            assert far == Far()
            assert far.trouble() == ""
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        with workers_of(settings, {"TIDINGS_WORKERS": f"tcp://127.0.0.1:{nobody.getsockname()[1]}"}) as far:
            assert far.doors is None
            assert far.trouble() == "no workers (TIDINGS_WORKERS: OSError): all was done here"


def test_parts_as_task_runs_change_nothing_of_what_is_known(tmp_path: Path, api: Any, start: Any) -> None:
    """A week's first days taken in with each part as a task run end in the store and the editions of a process that knows no Prefect."""
    summary = summary_of(start(str(WEEK), str(tmp_path / "seen"), env=api.env, cwd=tmp_path))
    assert summary == {"sent": 0, "told": ""}
    counted = api.ask("/task_runs/count", {"flows": {"name": {"any_": ["week"]}}})
    assert counted >= 6  # six ingests; the last may not have come to the server yet
    assert known(tmp_path / "seen") == alone(tmp_path / "alone")


def taken_in(start: Any, tools: SimpleNamespace, cluster: Cluster, folder: Path) -> Any:
    """Start the flow, and wait until its first ingest is done."""
    flow = start(str(WEEK), str(folder / "far"), env=cluster.env | {"TIDINGS_WORKERS": cluster.address}, cwd=folder)
    tools.wait_for(lambda: flow.log.read_text().count("done\n") >= 1, 180, flow)
    return flow


def summary_of(flow: Any) -> dict[str, Any]:
    """Wait for the flow's end; return what it said."""
    flow.wait(300)
    said = flow.log.read_text()
    assert flow.returncode == 0, said[-3000:]
    return dict(json.loads(next(line for line in said.splitlines() if line.startswith("{"))))


def test_a_killed_worker_changes_nothing_of_what_is_known(tmp_path: Path, api: Any, start: Any, tools: SimpleNamespace) -> None:
    """A week's first days taken in by two workers, of which one is killed at work, end in the store and the editions of one process; nothing is left to the flow itself."""
    cluster = Cluster(start, tools, tmp_path, api.env)
    flow = taken_in(start, tools, cluster, tmp_path)
    cluster.kill_first_at_work()
    summary = summary_of(flow)
    assert summary["told"] == ""
    assert summary["sent"] >= 8
    assert set(cluster.names()) == {"two"}
    assert known(tmp_path / "far") == alone(tmp_path / "alone")


def test_workers_on_other_machines_need_no_network_but_ours(tmp_path: Path, api: Any, start: Any, tools: SimpleNamespace) -> None:
    """The same with scheduler and workers on three machines, which reach only each other and Prefect's server: no page is asked for there."""
    with machines(3) as (here, *places), passed_on(here.address, urlsplit(api.url).port or 0) as port:
        env = api.env | {"PREFECT_API_URL": f"http://{here.address}:{port}/api", "NO_PROXY": here.address}
        cluster = Cluster(start, tools, tmp_path, env, places)
        assert "unreachable" in places[1].run(sys.executable, "-c", "import socket; socket.create_connection(('192.0.2.1', 80), 5)")
        networks = {
            Path(f"/proc/{pid}/ns/net").readlink() for pid in ("self", cluster.scheduler.pid, *(one.pid for one in cluster.workers))
        }
        assert len(networks) == 4
        flow = taken_in(start, tools, cluster, tmp_path)
        cluster.kill_first_at_work()
        summary = summary_of(flow)
        assert (summary["told"], summary["sent"] >= 8, set(cluster.names())) == ("", True, {"two"})
        cluster.client.close()
    assert known(tmp_path / "far") == alone(tmp_path / "alone")


def test_without_its_scheduler_a_run_does_the_rest_itself(tmp_path: Path, api: Any, start: Any, tools: SimpleNamespace) -> None:
    """The scheduler killed after the first of six ingests: the flow does the rest, ends with what one process knows, and says so."""
    cluster = Cluster(start, tools, tmp_path, api.env)
    flow = taken_in(start, tools, cluster, tmp_path)
    cluster.scheduler.kill()
    summary = summary_of(flow)
    assert "were not done by the workers but here" in summary["told"]
    assert known(tmp_path / "far") == alone(tmp_path / "alone")
