"""Run the whole pipeline on real input served on loopback, check that every entry ends in exactly one outcome, print the counts.

Data: TIDINGS_DATA/pages (real pages, a feed a site) and TIDINGS_DATA/current_events (an entry and a page an event, on a
simulated clock: one ingest and one edition a day). The stores stay in the data folder for looking at.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb
from real_events import show_events
from real_pages import show_pages


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line; without --pages and --events both parts run, the events of 2011."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", action="store_true", help="the real pages")
    parser.add_argument("--events", type=int, metavar="YEAR", help="the events of this year")
    parser.add_argument("--months", type=int, default=12, metavar="N", help="only the first N months of the year")
    parser.add_argument("--data-folder", type=Path, metavar="DIR", help="where the stores go; a new temporary folder if not given")
    options = parser.parse_args(words)
    if not options.pages and options.events is None:
        options.pages, options.events = True, 2011
    return options


def main() -> None:
    """Run the parts that are asked for."""
    options = arguments()
    if "TIDINGS_DATA" not in os.environ:
        sys.exit("TIDINGS_DATA names the folder of the measuring sets; it is not set")
    source = Path(os.environ["TIDINGS_DATA"])
    data = options.data_folder or Path(tempfile.mkdtemp(prefix="tidings-real-"))
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}; stores in {data}", flush=True)
    if options.pages:
        for place in ("pages-delivered", "pages-everything"):
            shutil.rmtree(data / place, ignore_errors=True)
        print("\n".join(["", *show_pages(source, data)]), flush=True)
    if options.events is not None:
        shutil.rmtree(data / "events", ignore_errors=True)
        show_events(source, data / "events", options.events, options.months)


if __name__ == "__main__":
    main()
