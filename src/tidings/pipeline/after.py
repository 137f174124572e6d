"""Do what comes after every run, whoever started it: bring the lake up, write the metrics. Neither costs the run anything."""

from datetime import datetime

from tidings.config import Settings
from tidings.pipeline.lake import lake_trouble
from tidings.pipeline.metrics import write_metrics


def after_run(settings: Settings, now: datetime, *, upkeep: bool = False) -> str:
    """Do both; return what was wrong."""
    return "; ".join(filter(None, (lake_trouble(settings, now, upkeep=upkeep), write_metrics(settings, now))))
