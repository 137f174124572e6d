"""Serve the pipeline with Prefect: thin flows, one call of the pipeline each, nothing decided here.

The pipeline never imports this package, and runs without it: `tidings run` is the same work from cron.
"""

import os

HEARTBEAT_S = 30  # the shortest that Prefect takes; from it the server knows that a run still works

# Before Prefect is imported anywhere: what we watch, and that we watch, is nobody's business.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", str(HEARTBEAT_S))
