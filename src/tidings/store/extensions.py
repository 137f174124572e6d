"""Load extensions of DuckDB from the packages of `tidings[lake]`: nothing is ever fetched for it, and DuckDB checks their signatures."""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import duckdb

from tidings.errors import LakeError
from tidings.store.database import literal

PACKAGES = "duckdb_extension_"  # and the name of the extension


def load_extensions(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Load extensions by their names; raises LakeError that says what to install when one is not there, or not for this DuckDB."""
    for name in names:
        path = extension_path(name)
        if path is None:
            package = f"{PACKAGES}{name}".replace("_", "-")
            raise LakeError(f"the package {package} for DuckDB {duckdb.__version__} is not installed: pip install 'tidings[lake]'")
        try:
            connection.execute(f"LOAD {literal(str(path))}")
        except duckdb.Error as error:
            raise LakeError(
                f"{path} cannot be loaded: {str(error).splitlines()[0]}. Install it anew: pip install 'tidings[lake]'"
            ) from error


def extension_path(name: str) -> Path | None:
    """Return where a package keeps the extension for this very version of DuckDB; None when there is none."""
    spec = find_spec(f"{PACKAGES}{name}")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        if path.is_file():
            return path
    return None
