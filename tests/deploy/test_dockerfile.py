"""The Dockerfile passes its linter and keeps our own rules; each rule finds a Dockerfile that breaks it."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from compose import ROOT
from dockerfile import Ignore, Stage, context, copied, expanded, parse

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IGNORE = Ignore.read((ROOT / ".dockerignore").read_text(encoding="utf-8"))
_SECRET = re.compile(r"(?i)password|secret|token|auth|api_?key|credential")

Rule = Callable[[list[Stage]], Iterator[str]]


def base_is_pinned(stages: list[Stage]) -> Iterator[str]:
    """Every stage has the same base, by a full version of a Python that the project supports."""
    supported = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    for stage in stages:
        found = re.fullmatch(r"python:(3\.\d+)\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", stage.image)
        if not found or f"Programming Language :: Python :: {found[1]}" not in supported or stage.image != stages[0].image:
            yield stage.image


def ends_not_as_root(stages: list[Stage]) -> Iterator[str]:
    """End the last stage as a user and a group by number, not 0."""
    users = [step.text for step in stages[-1].of("USER")]
    if not users or not re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1]):
        yield f"USER {users}"


def only_checked_packages(stages: list[Stage]) -> Iterator[str]:
    """Hold what comes from an index against the lock's hashes, as wheels only; every other call of pip asks no index."""
    calls = [call for stage in stages for step in stage.of("RUN") for call in step.text.split("&&") if re.search(r"(?:^|[\s/])pip\s", call)]
    asked = [call for call in calls if not {"--no-index", "--isolated"} <= set(call.split())]
    for call in asked:
        if not {"--require-hashes", "--no-deps", "--only-binary", "-r", "requirements.lock"} <= set(call.split()) or "download" not in call:
            yield call
    if len(asked) != 1:
        yield f"{len(asked)} calls of pip ask an index"


def fetches_nothing_else(stages: list[Stage]) -> Iterator[str]:
    """No step asks the network by other means."""
    for stage in stages:
        for step in stage.of("RUN"):
            if found := re.search(r"\b(curl|wget|git|apt|apt-get|npm|https?:)", step.text):
                yield f"{step.line}: {found[0]}"


def last_stage_builds_nothing(stages: list[Stage]) -> Iterator[str]:
    """Take what was built into the last stage: no pip at work there, nothing of the context."""
    for step in stages[-1].steps:
        if step.name == "RUN" and re.search(r"\b(pip|venv|gcc|make)\b", step.text):
            yield f"{step.line}: {step.text}"
        if step.name == "COPY" and not step.options.get("from"):
            yield f"{step.line}: {step.text}"


def copies_what_is_there(stages: list[Stage]) -> Iterator[str]:
    """Each source of a COPY names files that exist and that the build sees; none is the whole context."""
    visible = context(IGNORE)
    for stage in stages:
        for step in stage.of("COPY"):
            if step.options.get("from"):
                if step.options["from"] not in {one.name for one in stages}:
                    yield f"{step.line}: {step.text}"
            else:
                yield from (
                    f"{step.line}: {source}" for source, files in copied(step, visible).items() if not files or source in {".", "./"}
                )


def no_secrets(stages: list[Stage]) -> Iterator[str]:
    """No variable of the image has the name of a secret."""
    yield from (name for stage in stages for name in stage.env if _SECRET.search(name))


def quiet(stages: list[Stage]) -> Iterator[str]:
    """Analytics are off in the image itself, and nothing is written beside the program."""
    wanted = {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PREFECT_HOME": "/tmp/prefect",
    }
    yield from (name for name, value in wanted.items() if stages[-1].env.get(name) != value)


def says_how_it_is(stages: list[Stage]) -> Iterator[str]:
    """There is a health check, an entry point and a command, each without a shell; /data is a volume."""
    last = stages[-1]
    for name, start in (("HEALTHCHECK", "CMD ["), ("ENTRYPOINT", "["), ("CMD", "[")):
        if not any(start in step.text for step in last.of(name)):
            yield name
    if "/data" not in [step.text for step in last.of("VOLUME")]:
        yield "VOLUME"


RULES: dict[Rule, list[tuple[str, str]]] = {
    base_is_pinned: [
        ("FROM python:3.11.14-slim-bookworm\n", "FROM python:latest\n"),
        ("FROM python:3.11.14-slim-bookworm\n", "FROM python:3.11-slim-bookworm\n"),
        ("FROM python:3.11.14-slim-bookworm\n", "FROM python:3.12.1-slim-bookworm\n"),
        ("3.11.14-slim", "3.9.1-slim"),
    ],
    ends_not_as_root: [("USER 10001:10001\n", ""), ("USER 10001:10001", "USER root"), ("USER 10001:10001\n", "USER 10001:10001\nUSER 0:0\n")],
    only_checked_packages: [
        (" --require-hashes", ""),
        (" --only-binary :all:", ""),
        ("--no-index --find-links wheels hatchling", "hatchling"),
        ("pip download", "pip install"),
        ("tools/bin/pip --isolated wheel", "tools/bin/pip wheel"),
    ],
    fetches_nothing_else: [("RUN groupadd", "RUN curl -O http://example.org/x && groupadd"), ("RUN groupadd", "RUN apt-get install gcc && groupadd")],
    last_stage_builds_nothing: [("RUN groupadd", "RUN pip list && groupadd"), ("USER 10001", "COPY src src/\nUSER 10001")],
    copies_what_is_there: [
        ("COPY src src/", "COPY . ."),
        ("COPY src src/", "COPY sources src/"),
        ("COPY src src/", "COPY tests src/"),
        ("COPY src src/", "COPY .git src/"),
        ("--from=build", "--from=other"),
    ],
    no_secrets: [("HOME=/tmp", "SMTP_PASSWORD=x"), ("HOME=/tmp", "PREFECT_API_KEY=x")],
    quiet: [("DO_NOT_TRACK=1", "DO_NOT_TRACK=0"), ("PREFECT_SERVER_ANALYTICS_ENABLED=false", "A=b")],
    says_how_it_is: [("HEALTHCHECK", "LABEL a=b\n#"), ('ENTRYPOINT ["tidings"]', "ENTRYPOINT tidings"), ("VOLUME /data\n", "")],
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_keeps_the_rule(rule: Rule) -> None:
    """Our Dockerfile breaks no rule; one that was changed for the worse does."""
    assert list(rule(parse(DOCKERFILE))) == []
    for old, new in RULES[rule]:
        spoiled = DOCKERFILE.replace(old, new)
        assert spoiled != DOCKERFILE
        assert list(rule(parse(spoiled))), f"{rule.__name__} does not see {new!r}"


def test_the_extras_of_the_image_are_an_argument() -> None:
    """EXTRAS is an argument of the build, by default without the lake; all that it may name are extras of the package, whose files are in the lock."""
    [given] = [stage.given for stage in parse(DOCKERFILE) if stage.given]
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert given == {"EXTRAS": "meaning"}
    assert set(extras) == {"meaning", "lake", "dask"}
    assert '"tidings[$EXTRAS]"' in DOCKERFILE
    assert "EXTRAS=meaning,lake" in (ROOT / "docs" / "how-to" / "ducklake.md").read_text(encoding="utf-8")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not [one for wanted in extras.values() for one in wanted if one not in lock]


@pytest.mark.parametrize("instruction", ["ADD https://example.org/x /x", "ARG PASSWORD", 'SHELL ["bash"]', "ONBUILD RUN x"])
def test_uses_no_other_instruction(instruction: str) -> None:
    """ADD (which fetches), an ARG but the one of extras (it stays in the history) and the like are refused by the reader that every test here uses."""
    with pytest.raises(ValueError, match="not an instruction that we use"):
        parse(f"{DOCKERFILE}\n{instruction}\n")


def test_passes_the_linter() -> None:
    """Hadolint finds nothing in ours, and something in a Dockerfile that breaks the trade's rules."""
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if not hadolint:
        pytest.skip("hadolint is not installed: its package exists for Linux on x86_64 only")
    ours = subprocess.run([hadolint, str(ROOT / "Dockerfile")], capture_output=True, text=True, timeout=60, check=False)
    assert (ours.returncode, ours.stdout) == (0, "")
    bad = "FROM python\nRUN apt-get install gcc && pip install requests\nENTRYPOINT python\n"
    theirs = subprocess.run([hadolint, "-"], input=bad, capture_output=True, text=True, timeout=60, check=False)
    assert {"DL3006", "DL3008", "DL3013", "DL3025"} <= set(re.findall(r"DL\d+", theirs.stdout))


@pytest.mark.parametrize(
    "path",
    [
        ".env", ".git/config", "secrets/smtp_password", "config/secrets/smtp_password", "config/.env", "config/channels.toml.bak", "desk/feeds.toml",
        "data/store.duckdb", "tests/test_ids.py", "docs/README.md", "docker-compose.override.yml", ".venv/bin/python", "src/tidings/__pycache__/x.pyc",
        "flows/x.pyc", "config/seeds/notes.docx", "benchmarks/x.py", ".hypothesis/x",
    ],
)  # fmt: skip
def test_the_build_does_not_see(path: str) -> None:
    """Secrets, history, data, tests and one's own configuration never reach a build."""
    assert IGNORE.hides(path)


def test_the_build_sees_what_it_needs_and_nothing_else() -> None:
    """What a build sees is the lock, the project's file, its readme and licence, the program, the flows and the delivered configuration."""
    visible = context(IGNORE)
    assert {
        "requirements.lock",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "flows/__main__.py",
        "config/topics.toml",
        "src/tidings/model.py",
    } <= set(visible)
    assert {path.split("/")[0] for path in visible} == {
        "requirements.lock",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "flows",
        "config",
        "src",
    }
    assert {Path(path).suffix for path in visible if path.startswith("config/")} == {".toml", ".txt"}


def test_the_last_pattern_decides() -> None:
    """Patterns are read as Docker reads them: * stays in its folder, ** does not, a folder stands for all in it, the last match decides."""
    ignore = Ignore.read("# comment\n*\n!a\n!b/*.txt\n**/c\n")
    paths = ["x", "x/y", "a/b/d", "b/n.txt", "b/n.py", "b/m/n.txt", "a/c/x", "c"]
    assert [path for path in paths if not ignore.hides(path)] == ["a/b/d", "b/n.txt"]


def test_reads_continued_lines_and_variables() -> None:
    """Continued lines are one instruction, comments between them none; variables come from what was set before."""
    [stage] = parse("FROM a:1 AS b\nENV X=1 \\\n  # why\n  Y=2\nCOPY --from=b /x /y\n")
    assert (stage.image, stage.name, stage.env) == ("a:1", "b", {"X": "1", "Y": "2"})
    assert (stage.of("COPY")[0].options, stage.of("COPY")[0].arguments) == ({"from": "b"}, ["/x", "/y"])
    assert expanded("/opt:$PATH:${NONE}", {"PATH": "/bin"}) == "/opt:/bin:"
