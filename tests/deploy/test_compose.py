"""The compose file is one by the schema, and keeps the promises of policies.py; each rule finds a file that breaks it."""

import copy
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from compose import COMPOSE, ROOT, environment, filled, read
from policies import RULES, Rule

HERE = Path(__file__).parent
PASSWORDS = {"TIDINGS_DATABASE_PASSWORD": "one$two", "TIDINGS_PREFECT_PASSWORD": "three"}
GONE = object()

# What a careless hand could write: the rule that must find it, where, and what.
SPOILED: tuple[tuple[str, str, Any], ...] = (
    ("published_on_loopback_only", "server.ports", ["4200:4200"]),
    ("published_on_loopback_only", "server.ports", ["0.0.0.0:4200:4200"]),
    ("published_on_loopback_only", "server.ports", [4200]),
    ("published_on_loopback_only", "postgres.ports", ["5432:5432"]),
    ("published_on_loopback_only", "server.ports", [{"target": 4200, "published": "4200"}]),
    ("published_on_loopback_only", "worker.network_mode", "host"),
    ("not_root", "worker.user", GONE),
    ("not_root", "worker.user", "root"),
    ("not_root", "server.user", "0:0"),
    ("not_root", "server.user", "10001:0"),
    ("read_only_root", "server.read_only", False),
    ("read_only_root", "postgres.read_only", GONE),
    ("no_new_privileges", "worker.security_opt", GONE),
    ("no_new_privileges", "worker.security_opt", ["no-new-privileges:true", "seccomp:unconfined"]),
    ("no_capabilities", "worker.cap_drop", ["NET_RAW"]),
    ("no_capabilities", "worker.cap_add", ["SYS_ADMIN"]),
    ("no_capabilities", "postgres.privileged", True),
    ("nothing_of_the_host", "worker.volumes", ["/var/run/docker.sock:/var/run/docker.sock:ro"]),
    ("nothing_of_the_host", "worker.volumes", ["./config:/config"]),
    ("nothing_of_the_host", "worker.volumes", [{"type": "bind", "source": "/", "target": "/host"}]),
    ("nothing_of_the_host", "worker.pid", "host"),
    ("data_in_named_volumes", "postgres.volumes", GONE),
    ("data_in_named_volumes", "worker.volumes", ["./data:/data:ro"]),
    ("checked", "worker.healthcheck", GONE),
    ("checked", "worker.healthcheck", {"disable": True}),
    ("checked", "worker.depends_on", ["server"]),
    ("bounded", "worker.mem_limit", GONE),
    ("bounded", "worker.pids_limit", -1),
    ("bounded", "worker.tmpfs", ["/tmp"]),
    ("history_bounded", "server.environment.PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED", "events"),
    ("history_bounded", "server.environment.PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD", GONE),
    ("logs_limited", "server.logging", {"driver": "json-file"}),
    ("comes_back", "worker.restart", "no"),
    ("comes_back", "worker.init", GONE),
    ("analytics_off", "server.environment.PREFECT_SERVER_ANALYTICS_ENABLED", "true"),
    ("analytics_off", "worker.environment.DO_NOT_TRACK", GONE),
    ("images_pinned", "postgres.image", "postgres"),
    ("images_pinned", "postgres.image", "postgres:latest"),
    ("images_pinned", "postgres.image", "postgres:17"),
    ("images_pinned", "worker.image", "tidings:0.0.1"),
    ("images_pinned", "worker.pull_policy", GONE),
    ("images_pinned", "worker.build", GONE),
    ("images_pinned", "server.build", "."),
    ("no_password_in_the_file", "postgres.environment.POSTGRES_PASSWORD", "prefect"),
    ("no_password_in_the_file", "server.environment.PREFECT_SERVER_DATABASE_PASSWORD", "${TIDINGS_DATABASE_PASSWORD:-prefect}"),
    ("no_password_in_the_file", "server.environment.PREFECT_SERVER_DATABASE_PASSWORD", "${TIDINGS_DATABASE_PASSWORD}"),
    ("no_password_in_the_file", "server.environment.PREFECT_SERVER_DATABASE_CONNECTION_URL", "postgresql+asyncpg://prefect:prefect@postgres/prefect"),
    ("password_asked", "server.environment.PREFECT_SERVER_API_AUTH_STRING", GONE),
    ("password_asked", "worker.environment.PREFECT_API_AUTH_STRING", GONE),
    ("password_asked", "worker.environment.PREFECT_API_AUTH_STRING", "tidings:another"),
    ("no_way_out", "postgres.networks", ["database", "outside"]),
    ("no_way_out", "server.networks", ["database", "api", "outside"]),
    ("no_way_out", "worker.networks", ["api", "outside", "database"]),
    ("no_way_out", "postgres.networks", GONE),
)  # fmt: skip


def spoil(where: str, value: Any) -> dict[str, Any]:
    """Return our file with one thing changed."""
    document = copy.deepcopy(read())
    *path, last = where.split(".")
    table = document["services"]
    for key in path:
        table = table[key]
    if value is GONE:
        del table[last]
    else:
        table[last] = value
    return document


def valid(document: Any) -> bool:
    """Tell whether a document is one by the schema of the Compose Specification."""
    schema = json.loads((HERE / "compose-spec.json").read_text(encoding="utf-8"))
    return bool(jsonschema.validators.validator_for(schema)(schema).is_valid(document))


@pytest.mark.parametrize("make", [read, lambda: filled(read(), PASSWORDS)], ids=["as written", "filled in"])
def test_is_a_compose_file(make: Callable[[], Any]) -> None:
    """The schema of the Compose Specification accepts the file; it refuses one with a misspelt key."""
    assert valid(make())
    assert not valid(spoil("worker.health_check", {"test": ["CMD", "true"]}))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_keeps_the_rule(rule: Rule) -> None:
    """Our file breaks no rule, and there is a spoiled file that shows the rule can find something."""
    assert list(rule(read())) == []
    assert rule.__name__ in {name for name, _, _ in SPOILED}


@pytest.mark.parametrize(("name", "where", "value"), SPOILED, ids=[f"{name}-{number}" for number, (name, _, _) in enumerate(SPOILED, 1)])
def test_the_rule_finds_what_breaks_it(name: str, where: str, value: Any) -> None:
    """A file spoiled in one place is still well-formed where it can be, and the rule names the service."""
    rule = next(one for one in RULES if one.__name__ == name)
    found = list(rule(spoil(where, value)))
    assert [one for one in found if one.startswith(where.partition(".")[0])], found


@pytest.mark.parametrize("missing", sorted(PASSWORDS))
def test_does_not_start_without_a_password(missing: str) -> None:
    """Without one of the two passwords the file cannot be filled in, and says where the instructions are."""
    with pytest.raises(KeyError, match=rf"{missing}: .*docs/how-to/docker.md"):
        filled(read(), {name: value for name, value in PASSWORDS.items() if name != missing})
    assert (ROOT / "docs" / "how-to" / "docker.md").exists()


def test_the_guide_makes_the_passwords(tmp_path: Path) -> None:
    """The guide's own line writes a file that only its owner may read, with two long passwords that differ; the compose file can be filled in with it."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    guide = (ROOT / "docs" / "how-to" / "docker.md").read_text(encoding="utf-8")
    [line] = re.findall(r"^\$ (\(umask .*?> \.env\))$", guide, re.MULTILINE | re.DOTALL)
    subprocess.run(["sh", "-c", line], cwd=tmp_path, check=True, timeout=30)
    env = dict(one.split("=", 1) for one in (tmp_path / ".env").read_text(encoding="utf-8").splitlines())
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert len({env[name] for name in PASSWORDS if len(env[name]) >= 40}) == 2
    assert filled(read(), env)["services"]["worker"]["volumes"][1]["source"] == "./desk"


def test_fills_in_as_compose_does() -> None:
    """A variable's value is not read again, a default serves where nothing is given, two dollars are one, a lone one is a mistake."""
    document = filled(read(), PASSWORDS)
    assert environment(document["services"]["postgres"])["POSTGRES_PASSWORD"] == "one$two"
    assert document["services"]["worker"]["volumes"][1]["source"] == "./config"
    assert filled(read(), {**PASSWORDS, "TIDINGS_CONFIG_FOLDER": "./desk"})["services"]["worker"]["volumes"][1]["source"] == "./desk"
    assert filled("$${NAME} ${NONE}.", {}) == "${NAME} ."
    with pytest.raises(ValueError, match="lone"):
        filled("a$b", {})


def test_health_checks_and_commands_are_lists() -> None:
    """No shell stands between compose and a program: entry points and health checks are lists of words."""
    for service in read()["services"].values():
        assert isinstance(service.get("entrypoint", []), list)
        assert service["healthcheck"]["test"][0] == "CMD"


def test_says_what_prefect_understands() -> None:
    """Every PREFECT_ variable is a setting of the Prefect that is locked: a misspelt one would be ignored in silence."""
    from prefect.settings import Settings  # noqa: PLC0415 - half a second, for this test only

    known = set(names(Settings))
    used = {one for service in read()["services"].values() for one in environment(service) if one.startswith("PREFECT_")}
    used |= set(re.findall(r"\bPREFECT_\w+", (ROOT / "Dockerfile").read_text(encoding="utf-8")))
    assert len(used) > 15
    assert used - known == set()
    assert "PREFECT_SERVER_ANALYTICS" not in known


def names(model: Any, before: str = "PREFECT_") -> list[str]:
    """List the variables of a tree of settings: each field's own path, and its other names."""
    found = []
    for name, field in model.model_fields.items():
        if hasattr(field.annotation, "model_fields"):
            found += names(field.annotation, f"{before}{name.upper()}_")
        else:
            choices = getattr(field.validation_alias, "choices", [])
            found += [f"{before}{name.upper()}", *(one.upper() for one in choices if isinstance(one, str))]
    return found


def test_the_additions_of_the_documentation_fit() -> None:
    """Each YAML block of the guide, put over our file as compose does, is a compose file that keeps every rule."""
    blocks = re.findall(
        r"^```yaml\n(.*?)^```$", (ROOT / "docs" / "how-to" / "docker.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert blocks
    for block in blocks:
        document = merged(read(), yaml.safe_load(block))
        assert valid(document)
        assert {rule.__name__: list(rule(document)) for rule in RULES} == {rule.__name__: [] for rule in RULES}


def merged(below: Any, above: Any) -> Any:
    """Put one document over another: tables by key, lists one after the other, else the upper one."""
    if isinstance(below, dict) and isinstance(above, dict):
        return below | {key: merged(below[key], value) if key in below else value for key, value in above.items()}
    return [*below, *above] if isinstance(below, list) and isinstance(above, list) else above


def test_the_schema_is_the_one_that_is_named() -> None:
    """The vendored schema is unchanged: its sum stands beside it."""
    assert hashlib.sha256((HERE / "compose-spec.json").read_bytes()).hexdigest() in (HERE / "compose-spec.md").read_text(encoding="utf-8")
    assert COMPOSE.name == "docker-compose.yml"
