"""Start a program as a systemd unit's sandbox would, by the same means of the kernel: mounts, rights, seccomp, memory.

`confine` gives the words to put before a command. The second half of this file is what runs inside, just before the command.
"""

import ctypes
import ctypes.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

_PR_SET_MDWE = 65
_REFUSE_EXEC_GAIN = 1
_ALLOW, _ERRNO_EPERM = 0x7FFF0000, 0x00050001
_OWN = ("/var/lib/tidings", "/tmp", "/dev", "/proc", "/sys")  # mounts that are not made read-only: the unit's state, and the kernel's own


def why_not_confined():
    """Say what this machine lacks; empty when it has all."""
    if (
        os.getuid() != 0
        or shutil.which("unshare") is None
        or subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode
    ):
        return "mount namespaces need root"
    missing = [program for program in ("setpriv", "mount", "awk") if shutil.which(program) is None]
    return f"no {missing[0]}" if missing else "" if ctypes.util.find_library("seccomp") else "no libseccomp"


def confine(folder, analyze, service, program_folder, credentials):
    """Give the words that start a command as the unit's keys say, with `program_folder` at /srv/tidings and an empty state folder."""
    asked = {
        "ProtectSystem": "strict",
        "PrivateTmp": "yes",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "MemoryDenyWriteExecute": "yes",
    }
    assert {key: service[key] for key in asked} == asked
    state = folder / "state"
    state.mkdir(exist_ok=True)
    calls = folder / "calls"
    calls.write_text("\n".join(_allowed(analyze, service["SystemCallFilter"])), encoding="utf-8")
    hidden_tmp = not any(Path(place).resolve().is_relative_to("/tmp") for place in (sys.prefix, sys.base_prefix, __file__))
    lines = ["set -e", "mount --make-rprivate /"]
    for place, source in (("/srv", program_folder), ("/var/lib", state)):
        lines += [f"mount -t tmpfs tmpfs {place}", f"mkdir {place}/tidings", f"mount --bind {shlex.quote(str(source))} {place}/tidings"]
    lines += ["mount -t tmpfs tmpfs /run"]
    for name, secret in credentials.items():
        lines += [f"mkdir -p {Path(name).parent}", f"printf %s {shlex.quote(secret)} > {name}", f"chmod 0400 {name}"]
    lines += [f"exec 9< {shlex.quote(str(calls))}"]  # read below, when its folder may be hidden
    lines += ["mount -t tmpfs -o mode=1777 tmpfs /tmp"] if hidden_tmp else []
    keep = "|".join(_OWN if hidden_tmp else [place for place in _OWN if place != "/tmp"])
    mounted = 'awk \'$5 == "/srv/tidings" || $5 !~ "^/(srv|var/lib|run)/" {print $5}\' /proc/self/mountinfo'  # what the host had below is hidden now
    lines += [f"for place in $({mounted} | grep -vE '^({keep})(/|$)'); do mount -o remount,bind,ro $place; done"]
    inside = shlex.join([sys.executable, __file__, service["UMask"], service["WorkingDirectory"]])
    lines += [f'exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all {inside} "$@"']
    return ["unshare", "-m", "/bin/sh", "-c", "\n".join(lines), "confined"]


def _allowed(analyze, sets):
    """List the system calls of systemd's sets, which name each other."""
    listed = subprocess.run(
        [analyze, "syscall-filter", "--no-pager"], capture_output=True, text=True, check=True, env={"NO_COLOR": "1"}
    ).stdout
    members, name = {}, ""
    for line in listed.splitlines():
        if found := re.match(r"(@\S+)", line):
            name = found[1]
            members[name] = []
        elif re.match(r"\s+[@\w]", line):
            members[name].append(line.strip())
    found, todo = set(), sets.split()
    while todo:
        one = todo.pop()
        if one.startswith("@"):
            todo += members[one]
        else:
            found.add(one)
    return sorted(found)


def _close(calls):
    """Refuse every system call but these, and memory that is written and then run."""
    library = ctypes.CDLL(ctypes.util.find_library("seccomp"))
    library.seccomp_init.restype = ctypes.c_void_p
    held = ctypes.c_void_p(library.seccomp_init(_ERRNO_EPERM))
    for call in calls:
        number = library.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:
            library.seccomp_rule_add(held, _ALLOW, number, 0)
    assert library.seccomp_load(held) == 0
    ctypes.CDLL(None).prctl(_PR_SET_MDWE, _REFUSE_EXEC_GAIN, 0, 0, 0)  # kernels before 6.3 know it not


if __name__ == "__main__":
    os.umask(int(sys.argv[1], 8))
    os.chdir(sys.argv[2])
    with os.fdopen(9) as listed:
        names = listed.read().split()
    _close(names)
    os.execv(sys.argv[3], sys.argv[3:])
