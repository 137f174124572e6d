"""Reading a file and finding the line of a key; random mistakes never end in anything but a ConfigError."""

import tomllib
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidings.config import load
from tidings.config.models import FILES
from tidings.config.source import Source, read, shown
from tidings.errors import ConfigError

TEXT = """a = 1
[b]
c = [
  "x",
  "y",
]
[[d]]
e = 1
[d.f]
"g" = 2
[[d]]
[d.f]
h = { i = 1 }
"""


def test_lines(tmp_path: Path) -> None:
    """A key is found in its own table, of the right element of an array; else the line of what is around it."""
    path = tmp_path / "settings.toml"
    path.write_text(TEXT, encoding="utf-8")
    source = read(path)
    assert isinstance(source, Source)
    cases = {
        ("a",): 1,
        ("b", "c"): 3,
        ("d", 0, "e"): 8,
        ("d", 0, "f", "g"): 10,
        ("d", 1, "f"): 12,
        ("d", 1, "f", "h", "i"): 13,
        ("d", 1, "e"): 11,
        ("z",): 0,
    }
    assert {loc: source.line(loc) for loc in cases} == cases
    assert source.line(("b", "c", 1), "y") == 5


def test_paths_are_counted_from_one() -> None:
    """People count from one."""
    assert shown(("feed", 0, "topics", 2)) == "feed[1].topics[3]"


VALUES = st.recursive(
    st.sampled_from(['"x"', "1", "true", "1.5", "2020-02-16", "07:00:00", '""', '"https://a.example"', '"libya"', "nan"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
        | st.dictionaries(st.sampled_from(["name", "url", "en", "password", "email"]), inner, max_size=3).map(
            lambda parts: "{" + ", ".join(f"{key} = {value}" for key, value in parts.items()) + "}"
        )
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        "feed",
        "topic",
        "recipient",
        "email",
        "seed",
        "publisher_family",
        "network",
        "store",
        "name",
        "url",
        "file",
        "topics",
        "channel",
        "id",
        "domains",
        "names",
    ]
)
LINES = st.lists(
    st.tuples(st.sampled_from(["{k} = {v}", "[{k}]", "[[{k}]]"]), KEYS, VALUES).map(lambda row: row[0].format(k=row[1], v=row[2])),
    max_size=6,
)


@given(name=st.sampled_from(sorted(FILES)), lines=LINES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
def test_any_toml_loads_or_is_refused(write: Callable[..., Path], name: str, lines: list[str]) -> None:
    """Whatever stands in a file, loading it gives settings or a ConfigError with at least one problem, never another error."""
    folder = write(**{name.removesuffix(".toml"): "\n".join(lines)})
    try:
        load(folder, {"SMTP_USER": "u", "SMTP_PASSWORD": "p", "MORNING_ADDRESS": "a@b.example"})
    except ConfigError as error:
        assert error.problems  # noqa: PT017 - the other way out, without an error, is right as well
    else:
        tomllib.loads("\n".join(lines))
