"""The services of docker-compose.yml, started by hand from the built image with a real PostgreSQL: an ingest and a digest on schedule, end to end."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from compose import read
from outside import WIRE_TITLE
from processes import FLOWS, PASSWORDS, postgres_folder

pytestmark = [pytest.mark.slow, pytest.mark.prefect]

SCRIPT = Path(__file__).with_name("processes.py")
_MB = {"m": 1, "g": 1024}


@pytest.fixture(scope="module")
def facts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Start everything in namespaces of its own, let it work, stop it; return what was seen."""
    if not postgres_folder():
        pytest.skip("PostgreSQL is not installed (Debian's package: postgresql)")
    image = request.getfixturevalue("image")
    folder = tmp_path_factory.mktemp("services")
    for above in (folder, *folder.parents[:2]):
        above.chmod(0o755)
    given = {"root": str(image.root), "env": image.env, "user": image.user, "cwd": image.cwd, "entrypoint": image.entrypoint}
    (folder / "image.json").write_text(json.dumps(given), encoding="utf-8")
    apart = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    words = [*apart, sys.executable, str(SCRIPT), str(folder / "image.json"), str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=2400, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    shutil.rmtree(folder)
    assert "error" not in seen, (seen["error"], seen["exec"], {name: log[-3000:] for name, log in seen["logs"].items()})
    return seen


def test_each_becomes_healthy_when_what_it_needs_is(facts: Any) -> None:
    """The health checks of the file, as written, fail before a service is started, hold when it is up, and fail after a kill; a new start heals."""
    assert facts["before"] == dict.fromkeys(["postgres", "server", "worker"], False)
    assert set(facts["healthy_s"]) == {*read()["services"], "worker again"}
    assert facts["killed"] is False


def test_the_server_wants_its_password(facts: Any) -> None:
    """Without a password, or with a wrong one, the API answers 401, with the right one 200; health and the page need none, and the page knows it must ask."""
    answers = facts["answers"]
    assert [answers[one] for one in ("without", "wrong", "right", "health", "page")] == [401, 401, 200, 200, 200]
    assert answers["page settings"]["auth"] == "BASIC"
    assert answers["page settings"]["api_url"] == "http://127.0.0.1:4200/api"


def test_runs_come_on_schedule_and_end_well(facts: Any) -> None:
    """Nobody starts them: an ingest, a digest and a delivery ran on the schedules of the configuration, and ended Completed; old runs will be forgotten."""
    assert {flow: run[:2] for flow, run in facts["runs"].items()} == {key: ["COMPLETED", True] for key in FLOWS}
    assert " entries: " in facts["runs"]["ingest"][2]
    vacuum = facts["answers"]["vacuum"]
    assert (sorted(vacuum["enabled"]), vacuum["retention_period"]) == (["events", "flow_runs"], "P30D")


def test_what_is_new_arrives(facts: Any) -> None:
    """The one report of today is a development in the store, stands in the edition in the data volume, and came by mail, once."""
    code, said = facts["exec"]["developments"]
    assert code == 0
    assert WIRE_TITLE in said
    assert {".html", ".md"} <= set(facts["editions"])
    [[to, mail]] = facts["mails"]
    assert to == ["reader@example.org"]
    assert "convoy of 43 lorries" in re.sub(r"=\r?\n", "", mail)
    code, said = facts["exec"]["status"]
    assert (code, "nothing waits, nothing failed" in said) == (0, True)
    assert facts["exec"]["doctor"][0] == 0, facts["exec"]["doctor"][1]


def test_nothing_speaks_to_the_outside(facts: Any) -> None:
    """With analytics off, no process asked for the name of any host; the control's question was seen. There was no way out but loopback anyway."""
    assert facts["answers"]["analytics"] is False
    assert facts["names"] == []
    assert facts["names with control"] == ["control.example"]
    assert facts["interfaces"] == ["lo"]


def test_no_password_can_be_read(facts: Any) -> None:
    """Neither password stands in a log or in the command line of a service; the logs hold something."""
    assert all(facts["logs"].values())
    seen = json.dumps([facts["logs"], facts["command lines"]])
    assert [name for name, password in PASSWORDS.items() if password in seen] == []
    assert "python -m flows" in facts["command lines"]


def test_memory_stays_below_half_of_the_limit(facts: Any) -> None:
    """At its highest each service used less than half of the memory that the file allows."""
    limits = {name: float(limit[:-1]) * _MB[limit[-1]] for name, limit in facts["limit"].items()}
    assert {name: peak for name, peak in facts["peak_mb"].items() if not 10 < peak < limits[name] / 2} == {}


def test_all_end_when_told(facts: Any) -> None:
    """On its signal each service ends by itself within the grace period, and leaves no process behind; PostgreSQL was shut down in order."""
    services = read()["services"]
    for name, (code, seconds, left) in facts["stopped"].items():
        assert code in {0, -15, 143}, name  # uvicorn ends in order, then by the signal it was given
        assert seconds < float(services[name]["stop_grace_period"].removesuffix("s"))
        assert left == 0, name
    assert list(facts["stopped"]) == ["worker", "server", "postgres"]
    assert facts["logs"]["postgres"].rstrip().endswith("database system is shut down")


def test_a_backup_brings_everything_back(facts: Any) -> None:
    """With the two commands of the guide the volume's content is kept and put back: the same question has the same answer; in between it has none."""
    assert facts["lost"] != 0
    assert facts["restored"] == facts["exec"]["developments"][1]
    assert WIRE_TITLE in facts["restored"]
