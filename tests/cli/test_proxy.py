"""A proxy that only the environment names: nothing is asked, and one error says what to write."""

import pytest

COMMANDS = [("ingest",), ("run",), ("doctor",), ("feeds", "check", "http://wire.example/rss"), ("feeds", "find", "wire.example")]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_that_asks_servers_refuses_to_start(desk, site, monkeypatch, command):
    """Whoever relies on a proxy is not led past it: the exit code is that of a wrong configuration, and no server is connected to."""
    monkeypatch.setenv("https_proxy", "http://desk:hush@10.9.8.7:3128")
    answer = desk(*command)
    assert (answer.code, site.asked) == (2, [])
    assert answer.err.count("https_proxy") == 1
    assert "network.proxy" in answer.err
    assert "hush" not in answer.out + answer.err


def test_commands_that_ask_nobody_do_not_care(desk, monkeypatch):
    """Looking at what is there needs no way to the web."""
    monkeypatch.setenv("https_proxy", "http://10.9.8.7:3128")
    assert desk("doctor", "--config-only").code == 0
