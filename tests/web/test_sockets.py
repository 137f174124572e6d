"""Which modules can open a connection at all."""

import ast
from functools import cache
from pathlib import Path

import tidings

ROOT = Path(tidings.__file__).parent
MAY_CONNECT = ("web/", "channels/", "demo/server.py")
CAN_CONNECT = (
    "socket", "socketserver", "ssl", "http.client", "http.server", "urllib.request", "smtplib", "ftplib", "poplib", "imaplib", "telnetlib", "xmlrpc",
    "asyncio", "httpcore", "httpx", "requests", "urllib3", "aiohttp", "websockets", "aiosmtpd", "h11", "anyio", "wsgiref",
)  # fmt: skip
DOWNLOADERS = ("fetch_url", "fetch_response", "buffered_downloads", "urlopen", "create_connection")  # trafilatura's among them


def imported(tree: ast.AST) -> set[str]:
    """Return the dotted names that a module imports, also inside functions."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@cache
def can_connect(path: Path) -> set[str]:
    """Return what in a module could open a connection."""
    tree = ast.parse(path.read_text())
    modules = {name for name in imported(tree) for able in CAN_CONNECT if name == able or name.startswith(f"{able}.")}
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} | {name.rpartition(".")[2] for name in imported(tree)}
    return modules | (used & set(DOWNLOADERS))


def modules() -> dict[str, Path]:
    flows = ROOT.parent.parent / "flows"
    return {str(path.relative_to(ROOT)): path for path in ROOT.rglob("*.py")} | {f"flows/{path.name}": path for path in flows.glob("*.py")}


def test_only_the_doors_can_open_a_connection():
    """web/ and channels/ open connections, the demo's server listens; no other module imports anything that can."""
    guilty = {name: found for name, path in modules().items() if not name.startswith(MAY_CONNECT) and (found := can_connect(path))}
    assert guilty == {}


def test_the_client_itself_is_seen():
    """Positive control: the search finds the modules that do open connections."""
    found = {name for name, path in modules().items() if can_connect(path)}
    assert {"web/network.py", "web/resolve.py", "web/client.py"} <= found


WAYS = (
    "CERT_NONE",
    "_create_unverified_context",
    "verify=False",
    "check_hostname = False",
    "verify_mode =",
    "_create_stdlib_context",
    "CERT_OPTIONAL",
)
PINNED = ("web/pins.py", "encrypt_pinned")  # the one exception: it compares the certificate before it hands a connection out


def without(source: str, function: str) -> str:
    """Return a module's source without one of its functions."""
    node = next(node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == function)
    lines = source.splitlines()
    return "\n".join(lines[: node.lineno - 1] + lines[node.end_lineno :])


def test_no_module_turns_the_check_of_certificates_off():
    """Nothing in the program names the ways to do so, but for the one function that compares a certificate's fingerprint instead."""
    heads = "StatusAndHeadersParser([], verify=False)"  # warcio's word for judging the first line of a stored answer
    sources = {name: path.read_text().replace(heads, "") for name, path in modules().items()}
    module, function = PINNED
    assert "CERT_NONE" in sources[module]
    sources[module] = without(sources[module], function)
    assert [name for name, source in sources.items() if any(way in source for way in WAYS)] == []


def test_only_the_handshake_uses_the_exception():
    """The function that pins is called by the handshake of the guarded client and nowhere else."""
    callers = {name for name, path in modules().items() if PINNED[1] in path.read_text()}
    assert callers == {"web/pins.py", "web/handshake.py"}
