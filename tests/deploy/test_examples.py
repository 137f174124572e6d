"""The examples of docs/how-to for cron, systemd and CI: taken from the pages as they stand, and run on loopback."""

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from tidings.demo.show import write_configuration

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # loopback only

ROOT = Path(__file__).resolve().parents[2]
HOME = "/srv/tidings"  # where the pages put the program


def load(file):
    """Import a file of the tests by its path: test folders are no packages."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


end_to_end = load(ROOT / "tests" / "e2e" / "conftest.py")
confined = load(Path(__file__).with_name("confined.py"))


def blocks(page, language):
    """Return the fenced blocks of one language of a page of docs/how-to."""
    text = (ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def finish(words, **options):
    """Run to the end with output and errors kept apart."""
    return subprocess.run(words, capture_output=True, text=True, timeout=240, check=False, **options)


def change(file, old, new):
    """Put something else into a file of the configuration."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def make_place(tmp_path):
    """Make a folder like /srv/tidings with a desk in `mydesk`, a world for it and a mail server; `secret` with what needs secrets."""
    with ExitStack() as stack:

        def make(*, secret=True, data="."):
            folder = tmp_path / "srv"
            (folder / "mydesk").mkdir(parents=True, exist_ok=True)
            (folder / ".venv").symlink_to(sys.prefix)
            world, mail = stack.enter_context(end_to_end._world())
            if secret:
                end_to_end.Desk(folder / "mydesk", world, mail)
            else:
                write_configuration(folder / "mydesk" / "config", world)
            change(folder / "mydesk" / "config" / "settings.toml", 'data = "."', f'data = "{data}"\nwait_s = 240')
            far = f"{(datetime.now(UTC) + timedelta(hours=12)):%H:%M}"  # these runs go by the real clock: no edition comes due meanwhile
            change(folder / "mydesk" / "config" / "channels.toml", '"06:00"', f'"{far}"')
            return SimpleNamespace(folder=folder, world=world, mail=mail)

        yield make


# ---------------------------------------------------------------- cron

CRON_LINES = [line for block in blocks("cron.md", "cron") for line in block.splitlines() if not re.match(r"\w+=", line)]
ONLY_FAILURES, LOGGED, WITH_SECRETS = CRON_LINES
FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def entry(line):
    """Split a line of a crontab into its five fields and the command."""
    *fields, command = line.split(None, 5)
    return fields, command


def cron(place, line, **options):
    """Start the command of a line as cron does: /bin/sh, in the home of the user, with next to no environment."""
    home = place.folder.parent / "home"
    home.mkdir(exist_ok=True)
    environment = {"HOME": str(home), "LOGNAME": "tidings", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
    command = entry(line)[1].replace(HOME, str(place.folder))
    return subprocess.Popen(
        ["/bin/sh", "-c", command], env=environment, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )


def ended(process):
    """Return what a command said and its exit code."""
    said, _ = process.communicate(timeout=240)
    return said, process.returncode


def write_secrets(place):
    """Write secrets.env as the page says."""
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in end_to_end.ENV.items()]
    (place.folder / "secrets.env").write_text("".join(lines), encoding="utf-8")


@pytest.mark.parametrize("line", CRON_LINES, ids=["only failures", "logged", "with secrets"])
def test_cron_lines_are_lines_of_a_crontab(line):
    """Five fields in their ranges, then a command that leans on nothing: no bare `%`, no relative program, no lock around it."""
    fields, command = entry(line)
    for field, (low, high) in zip(fields, FIELDS, strict=True):
        matched = re.fullmatch(r"(?:\*|(\d+))(?:/(\d+))?", field)
        assert matched
        assert all(low <= int(number) <= high for number in matched.groups() if number)
    assert not re.search(r"(?<!\\)%", command)
    assert "flock" not in command
    programs = re.findall(r"[^\s(]*tidings(?= run)", command)
    assert programs == [f"{HOME}/.venv/bin/tidings"]
    assert "--config /" in command


@pytest.mark.slow
def test_cron_is_silent_about_success_and_loud_about_failure(make_place):
    """A run that worked leaves an edition and prints nothing; one that failed prints why, and its exit code comes through."""
    place = make_place(secret=False)
    assert ended(cron(place, ONLY_FAILURES)) == ("", 0)
    assert list((place.folder / "mydesk" / "editions").rglob("*.html"))
    (place.folder / "mydesk" / "config" / "topics.toml").write_text("nonsense", encoding="utf-8")
    said, code = ended(cron(place, ONLY_FAILURES))
    assert code == 2
    assert "topics.toml" in said


@pytest.mark.slow
def test_cron_keeps_a_log(make_place):
    """The line with a log prints nothing, and each run's words stand in the log."""
    place = make_place(secret=False)
    assert [ended(cron(place, LOGGED)) for _ in range(2)] == [("", 0)] * 2
    log = (place.folder / "mydesk" / "run.log").read_text(encoding="utf-8")
    assert log.count("edition for readers") == 1
    assert log.count("entries") >= 1
    assert "nothing new" in log


@pytest.mark.slow
def test_two_runs_of_cron_at_once_send_one_mail(make_place):
    """The secrets come from the file that the line reads; a second run beside the first is harmless."""
    place = make_place()
    write_secrets(place)
    running = [cron(place, WITH_SECRETS) for _ in range(2)]
    assert [ended(process) for process in running] == [("", 0)] * 2
    assert ended(cron(place, WITH_SECRETS)) == ("", 0)
    assert len(place.mail.mails) == 1


def test_cron_without_its_secrets_says_so(make_place):
    """Where secrets.env is missing, cron has something to mail, and nothing was asked."""
    place = make_place()
    said, code = ended(cron(place, WITH_SECRETS))
    assert code != 0
    assert "secrets.env" in said
    assert place.world.asked == []


# ---------------------------------------------------------------- systemd

UNITS = dict(zip(("tidings.service", "tidings.timer", "tidings-failed.service"), blocks("systemd.md", "ini"), strict=True))


def unit(name):
    """Read a unit; its keys keep their letters."""
    parser = RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read_string(UNITS[name])
    return parser


@pytest.fixture
def analyze():
    """Return systemd-analyze; the test skips where there is none."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    return program


@pytest.fixture
def units(tmp_path):
    """Write the units to a folder, with programs that are there."""
    for name, text in UNITS.items():
        (tmp_path / name).write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/sh", text, flags=re.MULTILINE), encoding="utf-8")
    return [str(tmp_path / name) for name in UNITS]


def test_units_are_right_for_systemd(analyze, units):
    """The checker of systemd finds no unknown key, no wrong value and no missing unit; it does find one that we put in."""
    checked = finish([analyze, "verify", "--man=no", *units])
    assert (checked.returncode, checked.stderr) == (0, "")
    spoiled = Path(units[0])
    spoiled.write_text(spoiled.read_text().replace("ProtectSystem=strict", "ProtectSystem=very"), encoding="utf-8")
    assert "very" in finish([analyze, "verify", "--man=no", units[0]]).stderr


def test_the_service_is_closed_as_far_as_the_page_says(analyze, units):
    """The exposure that systemd computes is the one the page names."""
    rated = finish([analyze, "security", "--offline=true", "--no-pager", units[0]])
    if "unrecognized option" in rated.stderr:
        pytest.skip("this systemd cannot rate a unit that is not installed")
    found = re.search(r"exposure level for \S+: ([\d.]+)", rated.stdout)
    assert found, rated.stderr
    page = (ROOT / "docs" / "how-to" / "systemd.md").read_text(encoding="utf-8")
    named = re.search(r"gives ([\d.]+) of 10", page)
    assert named
    assert float(found[1]) <= float(named[1])


def test_the_timer_makes_up_and_spreads():
    """The timer makes up for a time that was missed, does not start on the stroke, and is enabled by what the page says."""
    timer = unit("tidings.timer")
    assert timer["Timer"]["Persistent"] == "true"
    assert int(timer["Timer"]["RandomizedDelaySec"]) > 0
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert unit("tidings.service")["Unit"]["OnFailure"] in UNITS


def test_the_failed_service_tells_a_person(tmp_path):
    """Its command, as systemd unquotes it, mails the end of the journal to the address of the page."""
    [_, *words] = shlex.split(unit("tidings-failed.service")["Service"]["ExecStart"])  # an escape that systemd reads stands for the same
    programs = {
        "journalctl": 'echo "a failed run, asked for by $*"',
        "sendmail": f'cat > "{tmp_path}/mail"; echo "$@" > "{tmp_path}/arguments"',
    }
    for name, body in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    command = words[1].replace("\\\\", "\\").replace("/usr/sbin/sendmail", str(tmp_path / "sendmail"))
    told = finish(["/bin/sh", "-c", command], env={"PATH": f"{tmp_path}:/usr/bin:/bin"})
    assert (told.returncode, told.stderr) == (0, "")
    header, body = (tmp_path / "mail").read_text().split("\n\n", 1)
    assert header.splitlines() == ["To: admin@example.org", "Subject: Tidings: a run failed"]
    assert "--unit=tidings.service" in body
    assert (tmp_path / "arguments").read_text().split() == ["-t"]


@pytest.mark.slow
def test_the_service_works_shut_in(make_place, analyze, tmp_path):
    """Under the restrictions of the unit (only its state is writable, no rights, no new code, few system calls) a run sends its mail.

    systemd itself is not needed: the kernel does all this. ProtectHome is left out, for Python may live there on a test machine.
    """
    if reason := confined.why_not_confined():
        pytest.skip(reason)
    place = make_place(data="/var/lib/tidings")
    service = unit("tidings.service")["Service"]
    channels = place.folder / "mydesk" / "config" / "channels.toml"
    name = f"/run/credentials/tidings.service/{service['LoadCredential'].partition(':')[0]}"
    assert f'password_file = "{name}"' in (ROOT / "docs" / "how-to" / "systemd.md").read_text(encoding="utf-8")
    change(channels, 'password_env = "SMTP_PASSWORD"', f'password_file = "{name}"')
    variables = {key: value for key, value in end_to_end.ENV.items() if key != "SMTP_PASSWORD"}
    start = confined.confine(tmp_path, analyze, service, place.folder, {name: end_to_end.PASSWORD})
    done = finish(
        [*start, *shlex.split(service["ExecStart"])],
        env={"PATH": "/usr/bin:/bin", "USER": "tidings", "HOME": "/var/lib/tidings", **variables},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(place.mail.mails) == 1
    tried = finish(
        [*start, "/bin/sh", "-c", "touch /srv/tidings/x || touch /etc/x || grep -E 'NoNewPrivs|CapEff|CapBnd|Seccomp:' /proc/self/status"]
    )
    assert tried.stderr.count("Read-only file system") == 2
    assert dict(line.split() for line in tried.stdout.splitlines()) == {
        "NoNewPrivs:": "1",
        "CapEff:": "0" * 16,
        "CapBnd:": "0" * 16,
        "Seccomp:": "2",
    }


# ---------------------------------------------------------------- CI

[WORKFLOW] = [yaml.safe_load(block) for block in blocks("ci.md", "yaml")]
JOB = WORKFLOW["jobs"]["run"]
STEPS = {step.get("name", step.get("uses", "").partition("@")[0]): step for step in JOB["steps"]}
TRIGGERS = WORKFLOW[True]  # YAML 1.1 reads the key `on` as true


def test_the_workflow_may_little_and_runs_alone():
    """It only reads the repository, keeps no token, starts for no pull request, one at a time, and ends in time to keep the store."""
    assert set(TRIGGERS) == {"schedule", "workflow_dispatch"}
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in JOB
    assert WORKFLOW["concurrency"]["cancel-in-progress"] is False
    assert STEPS["actions/checkout"]["with"]["persist-credentials"] is False
    assert STEPS["Run"]["timeout-minutes"] + 10 <= JOB["timeout-minutes"]
    [fields] = [one["cron"].split() for one in TRIGGERS["schedule"]]
    assert len(fields) == 5
    assert 0 < int(fields[0]) < 60


def test_actions_are_pinned_and_secrets_reach_one_step():
    """Each action is named with a whole version; secrets are in the environment of the run and nowhere else, and in no command."""
    uses = [step["uses"] for step in JOB["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[\w/-]+@v\d+\.\d+\.\d+", one) for one in uses)
    assert [name for name, step in STEPS.items() if "secrets." in json.dumps(step)] == ["Run"]
    assert not any("${{" in step.get("run", "") for step in JOB["steps"])
    assert all(re.fullmatch(r"\$\{\{ secrets\.(\w+) \}\}", value)[1] == key for key, value in STEPS["Run"]["env"].items())


def test_a_store_that_is_gone_is_no_fresh_start():
    """A run that finds no store fails, unless told that it is the first; then it keeps none, else always, under a key of its own."""
    fetch, keep = STEPS["Fetch the store"], STEPS["Keep the store"]
    assert fetch["with"]["fail-on-cache-miss"] == "${{ !inputs.first }}"
    assert TRIGGERS["workflow_dispatch"]["inputs"]["first"]["default"] is False
    assert keep["if"] == "${{ always() && steps.store.outcome == 'success' }}"
    assert fetch["id"] == "store"
    assert fetch["with"]["path"] == keep["with"]["path"]
    assert fetch["with"]["key"] == keep["with"]["key"]
    assert fetch["with"]["key"].startswith(fetch["with"]["restore-keys"])
    assert {"github.run_id", "github.run_attempt"} <= set(re.findall(r"github\.\w+", keep["with"]["key"]))


def check_out(folder):
    """Copy what a fresh checkout holds, and install into it what stands in for `make .venv`: our packages, its sources.

    The real installation needs the net; CI does it before any test.
    """
    for name in ("src", "flows", "config"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    [site] = (folder / ".venv").glob("lib/python*/site-packages")
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (site / "ours.pth").write_text("\n".join([str(folder / "src"), str(folder), *ours]), encoding="utf-8")
    program = folder / ".venv" / "bin" / "tidings"
    program.write_text(
        f"#!{folder}/.venv/bin/python\nfrom tidings.cli import main\nif __name__ == '__main__':\n    main()\n", encoding="utf-8"
    )
    program.chmod(0o755)


@pytest.mark.slow
def test_the_steps_of_the_workflow_run_in_a_fresh_checkout(make_place, tmp_path):
    """Its own steps, in order, send an edition from a fresh checkout; in a second one, with the kept folder alone, they go on from there."""
    place = make_place(data="data")
    kept = Path(STEPS["Keep the store"]["with"]["path"])
    secrets = {name: end_to_end.ENV[name] for name in STEPS["Run"]["env"]}
    said = []
    for number in range(2):
        checkout = tmp_path / f"checkout-{number}"
        checkout.mkdir()
        check_out(checkout)
        shutil.copytree(place.folder / "mydesk" / "config", checkout / "mydesk" / "config")
        if number:
            shutil.copytree(tmp_path / "checkout-0" / kept, checkout / kept)
        for step in JOB["steps"]:
            if "run" not in step:
                continue
            environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CI": "true", **(secrets if "env" in step else {})}
            done = finish(["bash", "-e", "-c", step["run"]], cwd=checkout, env=environment)
            assert (done.returncode, done.stderr) == (0, ""), step["name"]
            said.append(done.stdout)
    assert "edition for reader" in said[1]
    assert "no edition is due for reader" in said[3]
    assert len(place.mail.mails) == 1
