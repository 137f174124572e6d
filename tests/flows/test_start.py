"""Where a flow finds its configuration."""

from pathlib import Path

import pytest

from flows.start import clock, config_folder, read_settings
from tidings.errors import ConfigError


@pytest.mark.parametrize(
    ("given", "env", "folder"),
    [
        pytest.param("/a/config", {"TIDINGS_CONFIG": "/b/config"}, "/a/config", id="the parameter wins"),
        pytest.param("", {"TIDINGS_CONFIG": "/b/config"}, "/b/config", id="else the environment"),
        pytest.param("", {"TIDINGS_CONFIG": ""}, "config", id="an empty variable counts as none"),
        pytest.param("", {}, "config", id="else ./config"),
        pytest.param("other", {}, "other", id="relative to where it was started"),
    ],
)
def test_finds_the_folder(given: str, env: dict[str, str], folder: str) -> None:
    """A parameter goes before the environment, which goes before ./config; the result is absolute."""
    assert config_folder(given, env) == Path(folder).absolute()


def test_says_everything_that_is_wrong(tmp_path: Path) -> None:
    """A folder that is not there is a ConfigError that names it."""
    with pytest.raises(ConfigError, match="nowhere: expected a configuration folder"):
        read_settings(str(tmp_path / "nowhere"))


def test_the_clock_knows_its_zone() -> None:
    """The time of a run is aware and in UTC."""
    offset = clock().utcoffset()
    assert offset is not None
    assert not offset
