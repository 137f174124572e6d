"""Read the named queries that stand in sql/."""

from functools import cache
from importlib.resources import files


@cache
def query(name: str) -> str:
    """Return the text of sql/<name>.sql."""
    return files("tidings.store").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
