"""Start what docker-compose.yml describes, without an engine, and watch it work: `test_processes.py` reads the facts that this writes.

Runs in namespaces of its own (network, processes, mounts), with nothing but loopback, so ports, paths, users and health checks are those of the file, as written.
Stood in for: the engine's name server, by /etc/hosts for the services and by one that says no for everybody else, and keeps what it was asked;
the entry point of PostgreSQL's image, by the same three steps. Not stood in for: networks (all services share this loopback) and the limits of
memory, which are measured against instead.
"""

import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from compose import ROOT, environment, filled, read
from container import Mount, make_root, raise_loopback
from image import Image
from outside import Mailbox, Names, Wire, write_config

from tidings.demo.server import WeekServer

PASSWORDS = {"TIDINGS_DATABASE_PASSWORD": "d@ta/base%20: p", "TIDINGS_PREFECT_PASSWORD": "pref:ect-p"}
FLOWS = ("ingest", "digest", "deliver")
HEALTHY_S, RUNS_S = 400.0, 400.0  # a busy machine
QUESTION = "SELECT headline, statement FROM developments ORDER BY id"
API = "http://127.0.0.1:4200"


@dataclass(slots=True)
class Service:
    """Hold one service of the file, filled in, and its process."""

    name: str
    given: Mapping[str, Any]
    image: Image
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    peak_mb: float = 0.0

    def words(self, words: Sequence[str]) -> list[str]:
        """Return the command that runs `words` in the service's container."""
        return self.image.run(
            words, mounts=self._mounts(), env=environment(self.given), user=self.given["user"], read_only=self.given["read_only"]
        )

    def _mounts(self) -> list[Mount]:
        mounts = [Mount(target, options=options) for target, _, options in (one.partition(":") for one in self.given.get("tmpfs", []))]
        for volume in self.given.get("volumes", []):
            source, target = volume.split(":")[:2] if isinstance(volume, str) else (volume["source"], volume["target"])
            read_only = isinstance(volume, dict) and volume.get("read_only")
            mounts.append(Mount(target, str(self.folder / source), "ro" if read_only else "rw"))
        return mounts

    def start(self, words: Sequence[str]) -> None:
        """Start the container's one process; what it says goes to a file."""
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(self.words(words), stdout=log, stderr=subprocess.STDOUT, start_new_session=True)

    def check(self) -> bool:
        """Run the health check of the file once."""
        kind, *words = self.given["healthcheck"]["test"]
        assert kind == "CMD"
        try:
            return subprocess.run(self.words(words), capture_output=True, timeout=60, check=False).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def stop(self, number: int) -> tuple[int, float]:
        """Send a signal; return the exit code and how long the end took. Killed after the grace period of the file, as by an engine."""
        assert self.process
        grace_s, start = float(self.given["stop_grace_period"].removesuffix("s")), time.monotonic()
        self.process.send_signal(number)
        try:
            code = self.process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        return code, round(time.monotonic() - start, 1)


def ask(path: str, body: object = None, password: str = "") -> tuple[int, Any]:
    """Ask the server; return the status, and the answer where there is JSON."""
    headers = {"content-type": "application/json"}
    if password:
        headers["authorization"] = "Basic " + base64.b64encode(password.encode()).decode()
    request = urllib.request.Request(API + path, None if body is None else json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            text = response.read().decode("utf-8", "replace")
            return response.status, json.loads(text) if "json" in response.headers["content-type"] else text
    except urllib.error.HTTPError as error:
        return error.code, None


def until(seen: Callable[[], Any], seconds: float, *services: Service) -> Any:
    """Wait for something and return it; give up when the time is over or a service ends."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := seen():
            return result
        if ended := [one.name for one in services if one.process and one.process.poll() is not None]:
            raise RuntimeError(f"{ended} ended")
        time.sleep(1)
    raise RuntimeError("not seen in time")


def make_services(image: Image, folder: Path) -> dict[str, Service]:
    """Read the file, and make what an engine would: volumes owned as in the image, a root for each image, names of services."""
    document = filled(read(), PASSWORDS | {"TIDINGS_CONFIG_FOLDER": "config"})
    for volume, owner in (("data", 10001), ("postgres", 999)):
        (folder / volume).mkdir()
        (folder / volume).chmod(0o750)  # as /data in our image
        os.chown(folder / volume, owner, owner)
    make_root(folder / "postgres-root")
    postgres = Image(
        folder / "postgres-root", {"PATH": f"{postgres_folder()}:/usr/bin:/bin", "LANG": "C.UTF-8", "PGDATA": "/var/lib/postgresql/data"}
    )
    services = {
        name: Service(name, given, postgres if name == "postgres" else image, folder) for name, given in document["services"].items()
    }
    for service in services.values():
        (service.image.root / "etc" / "hosts").write_text(f"127.0.0.1 localhost {' '.join(services)}\n", encoding="utf-8")
        (service.image.root / "etc" / "resolv.conf").write_text("nameserver 127.0.0.1\n", encoding="utf-8")
    return services


def postgres_folder() -> str:
    """Return the folder of PostgreSQL's programs; empty where it is not installed."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin/postgres"), *([Path(one).resolve()] if (one := shutil.which("postgres")) else [])]
    return str(max(found).parent) if found else ""


def start_all(services: Mapping[str, Service], facts: dict[str, Any]) -> None:
    """Start the services in the order of the file, each when those that it depends on are healthy."""
    made = 'printf %s "$POSTGRES_PASSWORD" > /tmp/p && initdb -U "$POSTGRES_USER" -A scram-sha-256 --pwfile=/tmp/p && rm /tmp/p'
    made += ' && echo "CREATE DATABASE \\"$POSTGRES_DB\\"" | postgres --single postgres'
    subprocess.run(services["postgres"].words(["sh", "-c", made]), check=True, stdout=subprocess.DEVNULL, timeout=120)
    for name, service in services.items():
        waits = [services[one] for one in service.given.get("depends_on", {})]
        assert all(one.check() for one in waits)
        facts["before"][name] = service.check()
        service.start(service.given.get("entrypoint") or ["postgres", "-c", "listen_addresses=*"])
        start = time.monotonic()
        until(service.check, HEALTHY_S, service)
        facts["healthy_s"][name] = round(time.monotonic() - start, 1)


def watch_memory(services: Mapping[str, Service]) -> None:
    """Keep the highest memory that each service's processes had together, in MB (PSS: shared pages are counted once), every 2 s."""
    while True:
        sizes: dict[int, float] = {}
        parents: dict[int, int] = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
                lines = (path / "smaps_rollup").read_text().splitlines()
                sizes[int(path.name)] = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
            except (OSError, ValueError):
                continue  # it ended while it was read
        for service in services.values():
            if service.process:
                own = below(service.process.pid, parents)
                service.peak_mb = max(service.peak_mb, sum(size for pid, size in sizes.items() if pid in own))
        time.sleep(2)


def below(pid: int, parents: Mapping[int, int]) -> set[int]:
    """Return a process with all its descendants."""
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def ended_runs(flow: str) -> list[dict[str, Any]]:
    """List the runs of a flow that ended, oldest first."""
    states = {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}
    wanted = {"flows": {"name": {"any_": [flow]}}, "flow_runs": {"state": states}, "sort": "START_TIME_ASC"}
    return list(ask("/api/flow_runs/filter", wanted, f"tidings:{PASSWORDS['TIDINGS_PREFECT_PASSWORD']}")[1] or [])


def asked_well(worker: Service, words: Sequence[str], answers: dict[str, Any], name: str) -> bool:
    """Run a command beside the worker, as `docker compose exec` would. It may meet a run that holds the store: then it is asked again."""
    done = subprocess.run(worker.words(["tidings", *words]), capture_output=True, text=True, timeout=120, check=False)
    answers[name] = [done.returncode, done.stdout + done.stderr[-1000:]]
    return done.returncode == 0


def look(services: Mapping[str, Service], mailbox: Mailbox, folder: Path, facts: dict[str, Any]) -> None:
    """Find out what the running services do."""
    right = f"tidings:{PASSWORDS['TIDINGS_PREFECT_PASSWORD']}"
    settings = ask("/api/admin/settings", None, right)[1]["server"]
    facts["answers"] = {
        "without": ask("/api/flows/filter", {})[0],
        "wrong": ask("/api/flows/filter", {}, "tidings:wrong")[0],
        "right": ask("/api/flows/filter", {}, right)[0],
        "health": ask("/api/health")[0],
        "page": ask("/")[0],
        "page settings": ask("/ui-settings")[1],
        "analytics": settings["analytics_enabled"],
        "vacuum": settings["services"]["db_vacuum"],
    }
    every = list(services.values())
    runs = {flow: until(lambda flow=flow: ended_runs(flow), RUNS_S, *every)[0] for flow in FLOWS}
    until(lambda: mailbox.mails and list((folder / "data" / "editions").glob("*.html")), RUNS_S, *every)
    facts["runs"] = {flow: [run["state"]["type"], run["auto_scheduled"], run["state"]["message"]] for flow, run in runs.items()}
    facts["mails"] = [list(one) for one in mailbox.mails]
    facts["editions"] = sorted(path.suffix for path in (folder / "data" / "editions").iterdir())
    asked = {"developments": ["query", QUESTION], "status": ["status"], "doctor": ["doctor"]}
    for name, words in asked.items():
        until(lambda name=name, words=words: asked_well(services["worker"], words, facts["exec"], name), 120, *every)
    facts["interfaces"] = sorted(name for _, name in socket.if_nameindex())
    lines = [
        path.read_bytes().decode("utf-8", "replace") for one in every if one.process for path in [Path(f"/proc/{one.process.pid}/cmdline")]
    ]
    facts["command lines"] = [line.replace("\0", " ").strip() for line in lines]


def orphans(services: Mapping[str, Service]) -> list[int]:
    """List the processes whose container's one process is gone. An engine would kill them with it."""
    own = {service.process.pid for service in services.values() if service.process}
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (path / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(parent) == os.getpid() and state != "Z" and path.stat().st_uid in {10001, 999} and int(path.name) not in own:
                found.append(int(path.name))
        except OSError:
            continue  # it ended while it was read
    return found


def end(services: Mapping[str, Service], facts: dict[str, Any]) -> None:
    """Kill the worker and start it again; then stop all, the last first, as an engine does."""
    worker = services["worker"]
    assert worker.process
    worker.process.kill()
    worker.process.wait()
    for pid in orphans(services):
        os.kill(pid, signal.SIGKILL)
    facts["killed"] = worker.check()
    worker.start(worker.given["entrypoint"])
    start = time.monotonic()
    until(worker.check, HEALTHY_S, worker)
    facts["healthy_s"]["worker again"] = round(time.monotonic() - start, 1)
    for name, service in reversed(services.items()):
        # PostgreSQL's image names SIGINT as its signal to stop: do not wait for clients.
        code, seconds = service.stop(signal.SIGINT if name == "postgres" else signal.SIGTERM)
        facts["stopped"][name] = [code, seconds, len(orphans(services))]


def back_up_and_restore(worker: Service, facts: dict[str, Any]) -> None:
    """Do as the guide says: keep the data, lose the volume, put the data back, and ask it the same question."""
    guide = (ROOT / "docs" / "how-to" / "docker.md").read_text(encoding="utf-8")
    out, emptied, back = re.findall(r'--entrypoint "((?:tar|find) [^"]+)" worker', guide)
    archive = subprocess.run(worker.words(out.split()), stdout=subprocess.PIPE, check=True, timeout=120).stdout
    (worker.folder / "data" / "store.duckdb.wal").write_bytes(b"what a killed container leaves")
    subprocess.run(worker.words(emptied.split()), check=True, timeout=120)
    question = worker.words(["tidings", "query", QUESTION])
    facts["lost"] = subprocess.run(question, capture_output=True, timeout=120, check=False).returncode
    subprocess.run(worker.words(back.split()), input=archive, check=True, timeout=120)
    facts["restored"] = subprocess.run(question, capture_output=True, text=True, timeout=120, check=False).stdout


def main(image_file: Path, folder: Path) -> int:
    """Do it all, and write the facts to `folder/facts.json`."""
    raise_loopback()
    facts: dict[str, Any] = {name: {} for name in ("before", "healthy_s", "exec", "stopped")}
    names, mailbox = Names(), Mailbox()
    names.start()
    given = json.loads(image_file.read_text(encoding="utf-8"))
    services = make_services(Image(**given | {"root": Path(given["root"])}), folder)
    threading.Thread(target=watch_memory, args=(services,), daemon=True).start()
    smtp = Controller(mailbox, hostname="127.0.0.1", port=2525)
    smtp.start()
    try:
        with WeekServer() as server, Wire() as wire:
            write_config(folder / "config", server, wire)
            start_all(services, facts)
            look(services, mailbox, folder, facts)
            end(services, facts)
        back_up_and_restore(services["worker"], facts)
        resolve = "import socket\ntry: socket.gethostbyname('control.example')\nexcept OSError: pass"
        facts["names"] = sorted(names.asked)
        subprocess.run(services["worker"].words(["python", "-c", resolve]), check=True, timeout=60)
        facts["names with control"] = sorted(names.asked)
    except (RuntimeError, AssertionError, KeyError, TypeError, subprocess.SubprocessError) as error:
        facts["error"] = f"{type(error).__name__}: {error}"
    finally:
        smtp.stop()
        for service in services.values():
            if service.process and service.process.poll() is None:
                service.process.kill()
    facts["peak_mb"] = {name: round(service.peak_mb) for name, service in services.items()}
    facts["limit"] = {name: service.given["mem_limit"] for name, service in services.items()}
    facts["logs"] = {name: log.read_text(errors="replace") if (log := folder / f"{name}.log").exists() else "" for name in services}
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
