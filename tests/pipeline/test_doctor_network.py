"""What `tidings doctor` says of the way to the web, and where runs refuse to take it."""

from dataclasses import replace

import pytest
from fakes import feed, settings

from tidings.config.models import Network
from tidings.errors import ConfigError
from tidings.pipeline.doctor.finding import State
from tidings.pipeline.doctor.network import network_findings
from tidings.pipeline.run import limits_of


def said(configured) -> dict[str, State]:
    return {one.what: one.state for one in network_findings(configured)}


def test_an_empty_contact_is_a_warning(tmp_path):
    """Honest programs say whom to complain to; who does not is told so, and who does is not."""
    configured = settings(tmp_path, [feed("http://daily.example/rss")])
    assert said(replace(configured, network=Network())) == {"contact": State.WARNING}
    assert said(replace(configured, network=Network(contact="https://desk.example/bot"))) == {"contact": State.OK}


def test_the_proxy_and_each_exception_for_a_certificate_are_named(tmp_path):
    """What departs from the usual is said each time the doctor is asked."""
    configured = settings(tmp_path, [replace(feed("http://daily.example/rss"), tls_sha256="ab" * 32)])
    configured = replace(configured, network=Network(contact="x@desk.example", proxy="192.168.0.1:3128"))
    assert said(configured) == {"contact": State.OK, "proxy": State.OK, "certificate": State.WARNING}
    assert said(replace(configured, network=Network(contact="x@desk.example", proxy="direct")))["certificate"] is State.WARNING


def test_a_proxy_that_only_the_environment_names_stops_a_run(tmp_path):
    """Nobody who relies on a proxy is led past it: there are no limits to connect with, and the error says what to write."""
    configured = settings(tmp_path, [feed("http://daily.example/rss")])
    with pytest.raises(ConfigError, match="HTTPS_PROXY") as caught:
        limits_of(replace(configured, proxy_variable="HTTPS_PROXY"))
    [problem] = caught.value.problems
    assert (problem.file, problem.key) == ("settings.toml", "network.proxy")
    assert '"direct"' in problem.expected
    assert limits_of(configured).fetch_s_max == configured.ingest.fetch_s_max
