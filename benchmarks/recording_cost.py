"""Read the real pages of TIDINGS_DATA/pages with and without recording, in turns, and print what recording costs: time and bytes."""

import argparse
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from loopback import LoopbackServer, loopback_settings
from real_pages import NOW, PageSites, ServedPage, read_tar

from tidings.model import Request, Response
from tidings.pipeline.ingest import ingest
from tidings.recording.form import RunFacts, about
from tidings.recording.write import RunFile


def cpu_s() -> float:
    """Return the CPU time of this process and of its ended children, in seconds."""
    return sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def read(pages: Sequence[ServedPage], data: Path, *, keep: bool) -> tuple[float, float, int]:
    """Read all pages into an empty store; return seconds, seconds of CPU, and the bytes of the recording."""
    sites = PageSites(pages)
    with LoopbackServer(sites.answer) as server:
        settings = loopback_settings(data, server.address, sites.hosts, sites.feeds())
        settings = replace(settings, recording=settings.recording.model_copy(update={"keep": keep}))
        started, cpu_before = time.perf_counter(), cpu_s()
        ingest(settings, NOW)
        seconds, cpu = time.perf_counter() - started, cpu_s() - cpu_before
    return seconds, cpu, sum(path.stat().st_size for path in (data / "archive").glob("*.warc.gz"))


def write_alone(pages: Sequence[ServedPage], folder: Path) -> float:
    """Write a response for each page into a recording, and nothing else; return seconds of CPU."""
    headers = {"content-type": "text/html; charset=utf-8", "server": "loopback", "etag": '"1"'}
    file = RunFile(folder, RunFacts("ingest", "0" * 32, NOW), 10**10)
    started = time.process_time()
    for page in pages:
        response = Response(page.url, page.url, 200, headers, page.body, NOW)
        file.add(about(Request(page.url, "page"), response, page.url), page.body)
    file.close()
    return time.process_time() - started


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often each is measured")
    options = parser.parse_args()
    if "TIDINGS_DATA" not in os.environ:
        sys.exit("TIDINGS_DATA names the folder of the measuring sets; it is not set")
    pages = [page for path in sorted((Path(os.environ["TIDINGS_DATA"]) / "pages").glob("*.tar.gz")) for page in read_tar(path)]
    body_bytes = sum(len(page.body) for page in pages)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}; {len(pages)} pages, {body_bytes / 1e6:.1f} MB of bodies")
    with tempfile.TemporaryDirectory(prefix="tidings-cost-") as folder:
        alone = write_alone(pages, Path(folder))
    print(f"writing alone: {alone:.1f} s of CPU, {1000 * alone / len(pages):.1f} ms a page, {body_bytes / 1e6 / alone:.0f} MB/s")
    print(f"{'':12}{'seconds':>9}{'CPU s':>8}{'MB kept':>9}", flush=True)
    cpu: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(options.rounds):
        for keep in (False, True):
            with tempfile.TemporaryDirectory(prefix="tidings-cost-") as folder:
                seconds, spent, kept = read(pages, Path(folder) / "data", keep=keep)
            cpu[keep].append(spent)
            print(f"{'recorded' if keep else 'not recorded':12}{seconds:>9.1f}{spent:>8.1f}{kept / 1e6:>9.1f}", flush=True)
    print(f"CPU time with recording, as a multiple of that without (medians): {median(cpu[True]) / median(cpu[False]):.3f}")
    print(f"bytes of the recording, as a share of the bodies: {kept / body_bytes:.2f}")


if __name__ == "__main__":
    main()
