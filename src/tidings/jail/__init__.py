"""Run the stages that read hostile bytes in child processes with limits: see `pool.py` and `child.py`."""

from tidings.jail.keeper import JailFailure
from tidings.jail.pool import Jail

__all__ = ["Jail", "JailFailure"]
