"""Run a command in a root folder as an engine would run it in an image: own mounts, own user, no capabilities, read-only where asked.

What an image gets from its base (the C library, Python, the tools of Debian) is this machine's, mounted read-only: a root holds only what was put into it.
"""

import ctypes
import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TOOLS = ("unshare", "mount", "chroot", "setpriv")
_BASE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PYTHON_BIN = "/opt/base/bin"  # holds `python` for a machine that has `python3` only
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
# The users that the images stood in for have: root, the postgres of PostgreSQL's image, nobody.
_PASSWD = (
    "root:x:0:0:root:/root:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"
)
_GROUP = "root:x:0:\npostgres:x:999:\nnogroup:x:65534:\n"


@dataclass(frozen=True, slots=True)
class Mount:
    """Hold one mount: of a folder or file of this machine, or of memory where `source` is empty (`options` are mount's own)."""

    target: str
    source: str = ""
    options: str = "rw"


def base_path() -> str:
    """Return PATH as the base image sets it, with this machine's Python first."""
    return f"{sys.base_prefix}/bin:{_BASE_PATH}:{_PYTHON_BIN}"


def unable() -> str:
    """Say why commands cannot be run like this here; empty where they can."""
    if platform.system() != "Linux" or os.geteuid() != 0:
        return "wants Linux and root, to mount and to change users"
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        return f"{missing[0]} is not installed"
    tried = subprocess.run(
        ["unshare", "--mount", "--net", "--pid", "--fork", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return f"may not mount: {tried.stderr.strip()}" if tried.returncode else ""


def make_root(root: Path) -> None:
    """Make the empty root of a base image: its folders and the few files in /etc that programs look for."""
    for folder in ("etc", "dev", "proc", "tmp", "run", "var/tmp", "root", "mnt"):
        (root / folder).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    (root / "var" / "run").symlink_to("/run")
    python = root / _PYTHON_BIN.lstrip("/") / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(Path(sys.executable).resolve())
    for name in ("bin", "sbin", "lib", "lib64"):
        if Path("/", name).is_symlink():
            (root / name).symlink_to(Path("/", name).readlink())
    etc = {"passwd": _PASSWD, "group": _GROUP, "nsswitch.conf": "hosts: files dns\n", "hosts": "127.0.0.1 localhost\n"}
    for name, text in etc.items():
        (root / "etc" / name).write_text(text, encoding="utf-8")
    for name in ("resolv.conf", "ld.so.cache"):
        if Path("/etc", name).exists():
            shutil.copy(f"/etc/{name}", root / "etc" / name)


def _base_mounts() -> list[Mount]:
    """List what stands in for the base image."""
    folders = [
        "/usr",
        *(f"/{name}" for name in ("bin", "sbin", "lib", "lib64") if Path("/", name).is_dir() and not Path("/", name).is_symlink()),
    ]
    folders += [folder for folder in ("/etc/ssl", "/etc/alternatives", "/usr/local/share/ca-certificates") if Path(folder).is_dir()]
    if not sys.base_prefix.startswith("/usr"):
        folders.append(sys.base_prefix)
    return [Mount(folder, folder, "ro") for folder in folders]


def command(
    root: Path,
    words: Sequence[str],
    *,
    env: Mapping[str, str],
    user: str = "0:0",
    cwd: str = "/",
    mounts: Sequence[Mount] = (),
    read_only: bool = False,
) -> list[str]:
    """Return the command that runs `words` in `root`; its process is the program itself, and gets the signals."""
    lines = ["set -e", "umask 022", f"mount --bind {root} {root}", f"cd {root}"]
    for mount in [*_base_mounts(), *mounts]:
        lines += _mount(root, mount)
    lines += [
        "mount -t tmpfs -o mode=755 tmpfs dev",
        "mkdir dev/shm",
        "mount -t tmpfs -o mode=1777 tmpfs dev/shm",
        "ln -s /proc/self/fd dev/fd",
    ]
    lines += [f"touch dev/{name}; mount --bind /dev/{name} dev/{name}" for name in _DEVICES]
    lines += ["mount --bind /proc proc"]
    if read_only:
        lines += [f"mount -o remount,bind,ro {root}"]
    uid, gid = user.split(":")
    given = [f"{name}={value}" for name, value in env.items()]
    rights = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"] if uid != "0" else []
    start = [
        "chroot",
        str(root),
        "setpriv",
        f"--reuid={uid}",
        f"--regid={gid}",
        "--clear-groups",
        *rights,
        "env",
        "-i",
        f"--chdir={cwd}",
        *given,
        *words,
    ]
    return ["unshare", "--mount", "sh", "-c", "\n".join([*lines, f"exec {shlex.join(start)}"])]


def _mount(root: Path, mount: Mount) -> list[str]:
    """Return the lines of shell that make one mount below `root`, with its mount point."""
    target = shlex.quote(f"{root}{mount.target}")
    if not mount.source:
        return [f"mkdir -p {target}", f"mount -t tmpfs -o {mount.options},nosuid,nodev,noexec tmpfs {target}"]
    point = f"mkdir -p {target}" if Path(mount.source).is_dir() else f"mkdir -p $(dirname {target}); touch {target}"
    lines = [point, f"mount --bind {shlex.quote(mount.source)} {target}"]
    return [*lines, f"mount -o remount,bind,ro {target}"] if mount.options == "ro" else lines


def raise_loopback() -> None:
    """Switch on 127.0.0.1 in a network namespace that was just made, with the call that `ip link set lo up` makes."""
    import fcntl  # noqa: PLC0415 - not on every system that collects these tests
    import socket  # noqa: PLC0415

    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, b"lo".ljust(16, b"\0") + ctypes.c_uint16(0x1 | 0x40))  # SIOCSIFFLAGS, UP | RUNNING
