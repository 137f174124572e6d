"""Find a proxy that the environment names and the settings do not: whoever relies on one must not be led past it."""

from collections.abc import Mapping

from tidings.errors import Problem

DIRECT = "direct"
_VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")  # what curl, httpx and requests read, in either case


def proxy_variable(proxy: str, env: Mapping[str, str]) -> str:
    """Return the variable of the environment that names a proxy while `network.proxy` says nothing; else empty."""
    if proxy:
        return ""
    return next((name for variable in _VARIABLES for name in (variable, variable.lower()) if env.get(name)), "")


def unnamed_proxy(variable: str) -> Problem:
    """Say what to write where the environment names a proxy; its value may hold a password and is not shown."""
    expected = f'"{DIRECT}" to connect without a proxy, or the "ADDRESS:PORT" of an HTTP proxy, in digits: the environment is not followed'
    return Problem("settings.toml", "network.proxy", expected, f"nothing, while the variable {variable} names a proxy")
