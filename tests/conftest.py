"""Set Hypothesis up: the same examples in every run, and many more when they are asked for. No proxy is set for any test."""

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))  # for fakes.py and the other modules beside it

settings.register_profile(
    "steady", max_examples=30, deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("fuzz", max_examples=3_000, deadline=None, database=None)
settings.load_profile("steady")

# A run refuses to start where the environment names a proxy that the settings do not; the tests' servers are on this machine.
for variable in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
    os.environ.pop(variable, None)
    os.environ.pop(variable.lower(), None)
