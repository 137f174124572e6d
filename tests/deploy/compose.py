"""Read a compose file as Docker Compose does: YAML with merge keys, then variables filled in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"

# $$, ${NAME}, ${NAME:-else}, ${NAME:?what to do}; anything else after a dollar is a mistake.
_VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>[A-Za-z_]\w*)(?::(?P<how>[-?])(?P<word>[^}]*))?\}|(?P<wrong>))")


def read(path: Path = COMPOSE) -> dict[str, Any]:
    """Return the file as it is written, merge keys resolved, variables not."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def filled(value: Any, env: Mapping[str, str]) -> Any:
    """Return `value` with its variables filled in from `env`. Raises KeyError with what to do where a required one is not set."""
    if isinstance(value, dict):
        return {key: filled(inner, env) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, env) for inner in value]
    return _VARIABLE.sub(lambda found: _one(found, env), value) if isinstance(value, str) else value


def _one(found: re.Match[str], env: Mapping[str, str]) -> str:
    if found["dollar"]:
        return "$"
    if found["wrong"] is not None:
        raise ValueError(f"a lone $ in {found.string!r}")
    given = env.get(found["name"], "")
    if found["how"] == "?" and not given:
        raise KeyError(f"{found['name']}: {found['word']}")
    return given or (found["word"] if found["how"] == "-" else "")


def environment(service: Mapping[str, Any]) -> dict[str, str]:
    """Return the variables that a service sets."""
    given = service.get("environment", {})
    return dict(one.split("=", 1) for one in given) if isinstance(given, list) else {name: str(value) for name, value in given.items()}
