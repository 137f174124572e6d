"""What our compose file promises to whoever deploys it: one function a rule, each returns what breaks it."""

import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

from compose import ROOT, environment

Document = dict[str, Any]
Rule = Callable[[Document], Iterator[str]]

_SECRET = re.compile(r"PASSWORD|AUTH|SECRET|TOKEN|_KEY$|CREDENTIAL")
_REQUIRED = re.compile(r"(?:[a-z]+:)?\$\{[A-Z_]+:\?[^}]+\}")  # a user name may stand before it
_VERSION = re.compile(r"[^:@]+:\d+\.\d+[\w.-]*(?:@sha256:[0-9a-f]{64})?")
_IN_URL = re.compile(r"://[^/\s]*:[^/\s]*@")
_OURS = "tidings:"
_MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade"


def services(document: Document) -> Iterator[tuple[str, Document]]:
    """Yield the services by name."""
    yield from document["services"].items()


def each(document: Document, holds: Callable[[Document], bool]) -> Iterator[str]:
    """Yield the services for which something does not hold."""
    yield from (name for name, service in services(document) if not holds(service))


def published_on_loopback_only(document: Document) -> Iterator[str]:
    """Publish ports at 127.0.0.1 only; no service shares the network of its host."""
    for name, service in services(document):
        for port in service.get("ports", []):
            host = port.get("host_ip", "") if isinstance(port, dict) else str(port).rpartition(":")[0].rpartition(":")[0]
            if host != "127.0.0.1":
                yield f"{name}: {port}"
        if service.get("network_mode"):
            yield f"{name}: network_mode"


def not_root(document: Document) -> Iterator[str]:
    """Name user and group by numbers that are not 0."""
    yield from each(document, lambda one: bool(re.fullmatch(r"[1-9]\d*:[1-9]\d*", str(one.get("user", "")))))


def read_only_root(document: Document) -> Iterator[str]:
    """Mount the root read-only."""
    yield from each(document, lambda one: one.get("read_only") is True)


def no_new_privileges(document: Document) -> Iterator[str]:
    """Forbid set-uid programs to give anything, and nothing to weaken that."""
    yield from each(document, lambda one: one.get("security_opt") == ["no-new-privileges:true"])


def no_capabilities(document: Document) -> Iterator[str]:
    """Drop every capability and add none."""
    yield from each(document, lambda one: one.get("cap_drop") == ["ALL"] and not one.get("cap_add") and not one.get("privileged"))


def nothing_of_the_host(document: Document) -> Iterator[str]:
    """Show a container neither the engine's socket nor the host's devices, processes or folders; the configuration only to read."""
    for name, service in services(document):
        yield from (f"{name}: {key}" for key in ("devices", "pid", "ipc", "uts", "userns_mode", "cgroup") if service.get(key))
        for volume in service.get("volumes", []):
            source, read_only = (volume.get("source", ""), volume.get("read_only")) if isinstance(volume, dict) else _short(volume)
            if "docker.sock" in source or (source not in document["volumes"] and not read_only):
                yield f"{name}: {volume}"


def _short(volume: str) -> tuple[str, bool]:
    source, _, rest = volume.partition(":")
    return source, rest.endswith(":ro")


def data_in_named_volumes(document: Document) -> Iterator[str]:
    """Keep in named volumes what must outlive a container: the store, and what the database holds."""
    targets = {
        (name, (volume["target"] if isinstance(volume, dict) else volume.split(":")[1]))
        for name, service in services(document)
        for volume in service.get("volumes", [])
        if (volume["source"] if isinstance(volume, dict) else volume.split(":")[0]) in document["volumes"]
    }
    yield from (f"{name}: {target}" for name, target in {("postgres", "/var/lib/postgresql/data"), ("worker", "/data")} - targets)


def checked(document: Document) -> Iterator[str]:
    """Check the health of each service, and wait for it before what depends on it is started."""
    for name, service in services(document):
        check = service.get("healthcheck", {})
        if not check.get("test") or check.get("disable") or not {"interval", "timeout", "retries", "start_period"} <= set(check):
            yield f"{name}: healthcheck"
        needed = service.get("depends_on", {})
        waits = isinstance(needed, dict) and all(one.get("condition") == "service_healthy" for one in needed.values())
        if needed and not waits:
            yield f"{name}: depends_on"


def bounded(document: Document) -> Iterator[str]:
    """Limit memory, processes, and the size of what is mounted as memory."""
    for name, service in services(document):
        if not service.get("mem_limit") or not 0 < service.get("pids_limit", 0) <= 1024:
            yield f"{name}: mem_limit or pids_limit"
        yield from (f"{name}: {one}" for one in service.get("tmpfs", []) if ":size=" not in one)


def history_bounded(document: Document) -> Iterator[str]:
    """Forget old runs in Prefect's database: hundreds a day come in."""
    told = environment(document["services"]["server"])
    if "flow_runs" not in told.get("PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED", "").split(","):
        yield "server"
    if not 0 < int(told.get("PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD", 0)) <= 90 * 86_400:
        yield "server: retention"


def logs_limited(document: Document) -> Iterator[str]:
    """Turn logs over before they fill the disk."""
    yield from each(document, lambda one: {"max-size", "max-file"} <= set(one.get("logging", {}).get("options", {})))


def comes_back(document: Document) -> Iterator[str]:
    """Start again after a crash or a reboot, until told to stop; reap children that end."""
    yield from each(document, lambda one: one.get("restart") == "unless-stopped" and one.get("init") is True)


def analytics_off(document: Document) -> Iterator[str]:
    """Say twice that nothing is sent: to Prefect's server and to its clients."""
    for name, service in services(document):
        told = environment(service)
        if service["image"].startswith(_OURS) and (told.get("PREFECT_SERVER_ANALYTICS_ENABLED"), told.get("DO_NOT_TRACK")) != (
            "false",
            "1",
        ):
            yield name


def images_pinned(document: Document) -> Iterator[str]:
    """Name images by version. Ours has the version of the project, is never asked of a registry and is built at one service only.

    Compose builds services side by side: two exports of one name fail with "already exists" (desec-io/desec-stack#1233).
    """
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    for name, service in services(document):
        image = service.get("image", "")
        ours = image == f"{_OURS}{version}" and service.get("pull_policy") == "never"
        if not _VERSION.fullmatch(image) or (image.startswith(_OURS) and not ours):
            yield f"{name}: {image}"
    for name, service in services(document):
        if bool(service.get("build")) != (name == "worker"):
            yield f"{name}: is built here, or is not: the worker alone should be"


def no_password_in_the_file(document: Document) -> Iterator[str]:
    """Take each password from outside, and refuse to start without it."""
    for name, service in services(document):
        for variable, value in environment(service).items():
            literal = _SECRET.search(variable) and not variable.endswith("_FILE") and not _REQUIRED.fullmatch(value)
            if literal or _IN_URL.search(value):
                yield f"{name}: {variable}"


def password_asked(document: Document) -> Iterator[str]:
    """Give the server a password, and the same one to whoever speaks to it."""
    asked = environment(document["services"]["server"]).get("PREFECT_SERVER_API_AUTH_STRING")
    if not asked:
        yield "server"
    for name, service in services(document):
        told = environment(service)
        if "PREFECT_API_URL" in told and told.get("PREFECT_API_AUTH_STRING") != asked:
            yield name


def no_way_out(document: Document) -> Iterator[str]:
    """Keep the database and the server from the outside, and the worker, which reads hostile pages, from the database."""
    networks = document["networks"]
    inner = {name for name, one in networks.items() if one.get("internal") is True}
    quiet = {name for name, one in networks.items() if one.get("driver_opts", {}).get(_MASQUERADE) == "false"}
    joined = {name: set(service.get("networks", ["default"])) for name, service in services(document)}
    if joined["postgres"] - inner:
        yield "postgres"
    if joined["server"] - inner - quiet:
        yield "server"
    if joined["postgres"] & joined["worker"] or joined["worker"] & quiet:
        yield "worker"


RULES: tuple[Rule, ...] = (
    published_on_loopback_only, not_root, read_only_root, no_new_privileges, no_capabilities, nothing_of_the_host, data_in_named_volumes,
    checked, bounded, history_bounded, logs_limited, comes_back, analytics_off, images_pinned, no_password_in_the_file, password_asked, no_way_out,
)  # fmt: skip
