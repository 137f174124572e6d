"""Let these tests and the children of the jail import the fuzzing scripts by bare name, from their own folder."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
