"""Measure what workers add: whole ingests of the pages of bench_web.py by one process and by Dask workers (issue 9, More machines).

`python benchmarks/workers.py --pages 600` prints a table: pages a second, and the seconds of the processor that each process took a page, from a
flow's own to Prefect's server. All of it runs on this machine: with as many workers as cores they wait for each other, so the column to read is
the writer's, which no worker takes over.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import served
from bench_ways import settings_of
from bench_web import NOW, write_web
from loopback import LOOPBACK

HERE = Path(__file__).parent  # workers are to find the flow's own module
FEEDS, HOSTS, SHARE = 50, 20, 0.1


def family_cpu_s(pid: int) -> float:
    """Return the seconds of the processor that a process and its children took, those that ended with them."""
    import psutil  # noqa: PLC0415 - comes with the extra `dask`

    with suppress(psutil.Error):
        one = psutil.Process(pid)
        own = one.cpu_times()
        below = [child.cpu_times() for child in one.children(recursive=True)]
        return sum(times.user + times.system for times in (own, *below)) + own.children_user + own.children_system
    return 0.0


def run(folder: Path, port: str, data: Path, children: int) -> dict[str, Any]:
    """Ingest everything once; with TIDINGS_WORKERS set, within a flow and by the workers."""
    from flows.workers import workers_of  # noqa: PLC0415 - Prefect comes in only here
    from tidings.pipeline.ingest import ingest  # noqa: PLC0415

    settings = settings_of(folder, port, data)
    settings = replace(settings, jail=settings.jail.model_copy(update={"children": children}))
    began, own = time.perf_counter(), time.process_time()
    with workers_of(settings, os.environ) as far:
        report = ingest(settings, NOW, doors=far.doors)
        sent, trouble = (far.jail.sent_count if far.jail else 0), far.trouble()
    spent = {
        "seconds": time.perf_counter() - began,
        "writer_cpu_s": time.process_time() - own,
        "jail_cpu_s": family_cpu_s(os.getpid()) - time.process_time(),
    }
    return spent | {"pages": sum(report.pages.values()), "sent": sent, "trouble": trouble, "outcomes": dict(report.outcomes)}


def do_one(folder: str, port: str, data: str, children: str) -> None:
    """Be the process of one run: print what it came to."""
    if os.environ.get("TIDINGS_WORKERS"):
        from prefect import flow  # noqa: PLC0415

        done = flow(run, name="bench", persist_result=False, validate_parameters=False)(Path(folder), port, Path(data), int(children))
    else:
        done = run(Path(folder), port, Path(data), int(children))
    print(json.dumps(done))


@contextmanager
def started(words: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a process, and end it."""
    process = subprocess.Popen([sys.executable, "-m", *words], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        return int(free.getsockname()[1])


def by_workers(stack: ExitStack, count: int, home: Path) -> tuple[dict[str, str], dict[str, list[int]]]:
    """Start a Prefect server, a scheduler and so many workers; return the environment of the flow and the processes by what they are."""
    server, scheduler = free_port(), free_port()
    env = dict(os.environ) | {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://{LOOPBACK}:{server}/api",
        "PREFECT_LOGGING_LEVEL": "ERROR",
    }
    env |= {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "PYTHONPATH": str(HERE)}
    env |= {"TIDINGS_WORKERS": f"tcp://{LOOPBACK}:{scheduler}"}
    words = ["--host", LOOPBACK, "--no-dashboard"]
    kept = {"server": [["prefect", "server", "start", "--host", LOOPBACK, "--port", str(server), "--no-ui"]]}
    kept["scheduler"] = [["distributed.cli.dask_scheduler", *words, "--port", str(scheduler)]]
    kept["workers"] = [["distributed.cli.dask_worker", env["TIDINGS_WORKERS"], *words, "--no-nanny", "--nthreads", "2"]] * count
    pids = {name: [stack.enter_context(started(one, env)).pid for one in many] for name, many in kept.items()}
    for _ in range(240):
        with suppress(OSError), urllib.request.urlopen(f"http://{LOOPBACK}:{server}/api/health", timeout=5) as answer:
            if answer.status == 200:
                break
        time.sleep(0.5)
    time.sleep(5)  # workers have come by then
    return env, pids


def measure(folder: Path, port: str, scratch: Path, children: int, workers: int) -> dict[str, Any]:
    """Do one whole run; return what it said, with the seconds of the processor of all others."""
    with ExitStack() as stack:
        env, pids = by_workers(stack, workers, scratch / "prefect") if workers else (dict(os.environ), {})
        before = {name: sum(map(family_cpu_s, of)) for name, of in pids.items()}
        words = [sys.executable, __file__, "--one", str(folder), port, str(scratch / "data"), str(children)]
        done = json.loads(subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout.splitlines()[-1])
        return done | {f"{name}_cpu_s": sum(map(family_cpu_s, of)) - before[name] for name, of in pids.items()}


def line(name: str, done: dict[str, Any]) -> str:
    """Write a row of the table."""
    pages = done["pages"]
    parts = [done["writer_cpu_s"], done["jail_cpu_s"], *(done.get(f"{one}_cpu_s", 0.0) for one in ("workers", "scheduler", "server"))]
    shown = " | ".join(f"{1_000 * part / pages:.1f}" for part in parts)
    return f"| {name} | {pages} | {done['seconds']:.1f} | {pages / done['seconds']:.1f} | {shown} | {done['sent']} | {done['trouble'] or 'none'} |"


def main() -> None:
    """Make the pages, measure each way and print the table."""
    if sys.argv[1:2] == ["--one"]:
        do_one(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--share", type=float, default=SHARE, help="of the pages on topic")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "web"
        write_web(folder, asked.pages, FEEDS, HOSTS, asked.share)
        print(
            "| way | pages | s | pages a second | ms of the processor a page: writer | its jail | workers | scheduler | Prefect's server | chunks | done here |"
        )
        print("|---|---|---|---|---|---|---|---|---|---|---|")
        with served(folder) as port:
            for name, children, workers in (
                ("one process, one child", 1, 0),
                ("one process, two children", 2, 0),
                ("one worker, one child", 1, 1),
                ("two workers, one child each", 1, 2),
            ):
                with tempfile.TemporaryDirectory() as scratch:
                    print(line(name, measure(folder, port, Path(scratch), children, workers)), flush=True)
        print(f"load at the end: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


if __name__ == "__main__":
    main()
