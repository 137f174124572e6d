"""Do what cron would, once: `week_runner.py CONFIG TIME` ingests, composes and delivers at a simulated time. Says when it begins."""

import sys
from datetime import datetime
from pathlib import Path

from tidings.config import load
from tidings.demo.show import show_edition
from tidings.pipeline.ingest import ingest


def main() -> None:
    """Run once."""
    settings, now = load(Path(sys.argv[1]), {}), datetime.fromisoformat(sys.argv[2])
    print("begins", flush=True)  # noqa: T201 - the parent waits for it
    ingest(settings, now)
    show_edition(settings, now)


if __name__ == "__main__":  # the jail's children import this module too
    main()
