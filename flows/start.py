"""Find and load the configuration, and read the clock. No Prefect here."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tidings.config import Settings, load

CONFIG_VARIABLE = "TIDINGS_CONFIG"


def config_folder(given: str, env: Mapping[str, str]) -> Path:
    """Return the absolute configuration folder: the one given, else the one that TIDINGS_CONFIG names, else ./config."""
    return Path(given or env.get(CONFIG_VARIABLE) or "config").absolute()


def read_settings(config: str) -> Settings:
    """Return the settings of this run. Raises ConfigError with every problem at once."""
    return load(config_folder(config, os.environ), os.environ)


def clock() -> datetime:
    """Read the clock: the only place of the flows that does."""
    return datetime.now(UTC)
