"""Read config/*.toml into typed settings. `load` is the way in; pydantic stays inside this package."""

from tidings.config.doubts import doubts
from tidings.config.load import load
from tidings.config.reference import Row, reference_markdown, schema_rows
from tidings.config.settings import Email, Settings, Slack, hidden

__all__ = ["Email", "Row", "Settings", "Slack", "doubts", "hidden", "load", "reference_markdown", "schema_rows"]
