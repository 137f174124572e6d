"""The way to the web: proxies, exceptions for certificates, and what the environment may not decide."""

import pytest

from tidings.config import load
from tidings.config.proxies import proxy_variable, unnamed_proxy
from tidings.errors import ConfigError

FEED = '[[feed]]\nurl = "{url}"\npublisher = "Example"\nlanguage = "en"\ntls_sha256 = "{pin}"\n'
PIN = "0123456789abcdef" * 4


@pytest.mark.parametrize("proxy", ["", "direct", "192.168.0.1:3128", "127.0.0.1:8080", "8.8.8.8:80", "[fd12::1]:3128", "[::1]:3128"])
def test_a_proxy_is_an_exact_address(write, proxy):
    """Nothing, `direct`, or one address in digits with its port, which the user wrote and so may be a private one."""
    assert load(write(channels=None, settings=f'[network]\nproxy = "{proxy}"\n'), {}).network.proxy == proxy


@pytest.mark.parametrize(
    "proxy",
    ["proxy.example:3128", "http://127.0.0.1:3128", "socks5://127.0.0.1:1080", "127.0.0.1", "127.0.0.1:0", "0.0.0.0:3128", "224.0.0.1:80",
     "169.254.169.254:80", "255.255.255.255:80", "[::]:3128", "[fe80::1]:80", "none", "DIRECT", "user:hush@127.0.0.1:3128"],
)  # fmt: skip
def test_what_cannot_be_a_proxy_is_a_mistake(write, proxy):
    """Names, schemes, passwords, and addresses that nobody has: each is one problem that says what is expected, and shows no password."""
    with pytest.raises(ConfigError) as caught:
        load(write(channels=None, settings=f'[network]\nproxy = "{proxy}"\n'), {})
    [problem] = caught.value.problems
    assert problem.key == "network.proxy"
    assert '"direct"' in problem.expected
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment_is_noticed(write, name):
    """A variable that names a proxy is noted unless the settings say themselves which way to go; an empty one names none."""
    assert load(write(channels=None, settings=""), {name: "http://u:hush@proxy.example:3128"}).proxy_variable == name
    for said in ("direct", "127.0.0.1:3128"):
        assert (
            load(write(channels=None, settings=f'[network]\nproxy = "{said}"\n'), {name: "http://proxy.example:3128"}).proxy_variable == ""
        )
    assert load(write(channels=None, settings=""), {name: ""}).proxy_variable == ""
    assert load(write(channels=None, settings=""), {"NO_PROXY": "*", "FTP_PROXY": "x"}).proxy_variable == ""


def test_the_problem_names_the_variable_and_not_its_value():
    """One problem, which says the variable, the key and what to write."""
    said = str(unnamed_proxy(proxy_variable("", {"ALL_PROXY": "http://u:hush@proxy.example"})))
    assert "settings.toml: network.proxy:" in said
    assert "ALL_PROXY" in said
    assert "hush" not in said


@pytest.mark.parametrize("written", [PIN, PIN.upper(), ":".join(PIN[at : at + 2] for at in range(0, 64, 2)).upper()])
def test_a_fingerprint_is_taken_as_programs_write_it(write, written):
    """With colons or without, in either case: the feed holds the digits."""
    assert load(write(channels=None, feeds=FEED.format(url="https://news.example/rss", pin=written)), {}).feeds[0].tls_sha256 == PIN
    plain = FEED.format(url="https://news.example/rss", pin="x").rpartition("tls_sha256")[0]
    assert load(write(channels=None, feeds=plain), {}).feeds[0].tls_sha256 == ""


@pytest.mark.parametrize(
    ("url", "pin"),
    [
        ("https://news.example/rss", PIN[:-1]),
        ("https://news.example/rss", PIN[:-1] + "g"),
        ("https://news.example/rss", ""),
        ("https://news.example/rss", "sha256//" + PIN),
        ("http://news.example/rss", PIN),
    ],
)
def test_an_exception_that_means_nothing_is_a_mistake(write, url, pin):
    """What is no SHA-256, and an exception for an address without TLS, are named."""
    with pytest.raises(ConfigError, match=r"tls_sha256|SHA-256"):
        load(write(channels=None, feeds=FEED.format(url=url, pin=pin)), {})
