"""Let the tests of the benchmark scripts import them as they import each other: by bare name, from their own folder."""

import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "benchmarks"
sys.path.append(str(FOLDER))
