"""Start a jail, say the child's process id, and keep the child busy for ever: the test kills this program."""

import hostile

from tidings.jail import Jail

if __name__ == "__main__":
    with Jail(cpu_s=60, wall_s=60, preload=("hostile",)) as jail:
        print(jail.call(hostile.pid), flush=True)  # noqa: T201
        jail.call(hostile.sleep_long)
