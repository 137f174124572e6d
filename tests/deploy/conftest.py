"""Let the tests of this folder import what stands beside them (test folders are no packages), and build the image once for all of them."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Build our image from the Dockerfile, without an engine; gone after the last test, for it is half a gigabyte."""
    from image import build, why_not  # noqa: PLC0415 - found by the line above

    if reason := why_not():
        pytest.skip(f"the image cannot be built here: {reason}")
    folder = tmp_path_factory.mktemp("built")
    try:
        yield build(folder)
    finally:
        shutil.rmtree(folder)
