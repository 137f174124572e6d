"""Proxies at forbidden addresses: named by the environment they are never asked, whatever they are called; by the settings they lead nowhere else."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from connections import connections
from spellings import SPELLINGS

from tidings.config import load
from tidings.config.delivered import delivered_folder
from tidings.errors import ConfigError
from tidings.model import Request
from tidings.web.client import Client

pytestmark = pytest.mark.slow  # a child process, and some hundred configurations
every_spelling = pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
VARIABLES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
CHILD = """
import json, os, sys, urllib.request
sys.path.insert(0, sys.argv[1])
from datetime import UTC, datetime
from connections import connections
from tidings.model import Request
from tidings.web.client import Client
from tidings.web.limits import Limits

pair, control, proxies, variables = json.load(sys.stdin)
limits = Limits(pause_s=0.0, allow_private=frozenset({pair}), connect_to={"site.example": pair})
found = {}
for name, proxy in proxies.items():
    os.environ.update(dict.fromkeys(variables, proxy), no_proxy="", NO_PROXY="")
    with connections() as seen, Client(limits) as client:
        bodies = [client.send(Request("http://site.example/", kind), datetime.now(UTC)).body.decode() for kind in ("feed", "page")]
    found[name] = [bodies, sorted(set(seen))]
os.environ.update(dict.fromkeys(variables, control))
with connections() as seen:
    urllib.request.urlopen("http://site.example/", timeout=10).read()
json.dump([found, seen], sys.stdout)
"""


@pytest.fixture(scope="module")
def asked(trap, lasting_web):
    """Ask a site by a process whose environment names each spelling as its proxy; return what each gave, and what a library did that obeys it."""
    site = lasting_web.serve(lasting_web.by_path(root=lasting_web.reply(b"site")))
    proxies = {name: spelling.at(trap.port).replace("\x00", "") for name, spelling in SPELLINGS.items()}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(Path(__file__).parent)], input=json.dumps([site.pair, f"http://{trap.pair}/", proxies, VARIABLES]),
        env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found, seen = json.loads(done.stdout)
    return found, seen, site.pair


@pytest.mark.parametrize("name", SPELLINGS)
def test_no_proxy_of_the_environment_is_asked(asked, name):
    """The site is asked directly, whatever the six variables say."""
    found, _, site = asked
    assert found[name] == [["site", "site"], [site]]


def test_the_same_proxy_is_asked_by_what_obeys_the_environment(asked, trap):
    """Positive control: in the same process the standard library goes to the proxy that the variables name, and is counted."""
    _, seen, _ = asked
    assert seen == [trap.pair]


def loaded(folder, proxy, env):
    """Load the delivered configuration with a proxy; return the settings' one, or the key of the problem."""
    config = folder / "config"
    config.mkdir(exist_ok=True)
    for path in delivered_folder().rglob("*"):
        target = config / path.relative_to(delivered_folder())
        if path.is_dir():
            target.mkdir(exist_ok=True)
        elif not target.exists():
            target.write_bytes(path.read_bytes())
    (config / "settings.toml").write_text(f"[network]\nproxy = {json.dumps(proxy)}\n" if proxy else "", encoding="utf-8")
    try:
        return load(config, env).network.proxy
    except ConfigError as error:
        return [problem.key for problem in error.problems]


@every_spelling
def test_no_spelling_but_plain_numbers_is_a_proxy(tmp_path, trap, spelling):
    """The settings take a proxy as an address and a port in digits, never as a name, a URL or a number in disguise."""
    assert loaded(tmp_path, spelling.at(trap.port), {}) == ["network.proxy"]


def test_a_proxy_is_taken_in_plain_numbers(tmp_path, trap):
    """Positive control: the plain pair is a proxy; where only the environment names one, nothing starts before the settings say what holds."""
    assert loaded(tmp_path, trap.pair, {}) == trap.pair


@every_spelling
def test_through_a_proxy_forbidden_addresses_stay_forbidden(trap, spelling):
    """The target is judged before the proxy is asked for it: not even the proxy sees a connection."""
    for kind in ("feed", "page"):
        limits = trap.limits(proxy=trap.pair, robots=kind == "page")
        with connections() as seen, Client(limits, resolver=spelling.resolve) as client:
            response = client.send(Request(spelling.at(trap.port), kind), trap.now)
        assert (response.failure, seen) == ("refused_address", [])


def test_through_a_proxy_public_addresses_are_asked_for(trap):
    """Positive control: a public address is asked of the proxy, and of nobody else."""
    with connections() as seen, Client(trap.limits(proxy=trap.pair), resolver=lambda *_: ["93.184.215.14"]) as client:
        response = client.send(Request("http://daily.example/", "feed"), trap.now)
    assert seen == [trap.pair]
    assert response.failure != "refused_address"
