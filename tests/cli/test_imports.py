"""What a command does not use it does not import: a scheduler starts the program every few minutes, on a small machine."""

import subprocess
import sys
from pathlib import Path

import pytest

# Each takes as long as all the rest of a short command, or is only for the work itself.
WORK = frozenset({"trafilatura", "lxml", "feedparser", "charset_normalizer", "httpcore", "ssl", "asyncio", "protego", "py3langid", "numpy", "jinja2", "css_inline", "pygal", "warcio", "prefect", "flows", "ahocorasick_rs", "listparser", "tidings.jail", "tidings.web", "tidings.channels", "tidings.evaluation", "tidings.demo"})  # fmt: skip
STORE = frozenset({"duckdb", "pydantic", "publicsuffixlist", "tidings.model", "tidings.config", "tidings.store", "tidings.stages", "tidings.pipeline", "tidings.render", "rich"})  # fmt: skip


def imported(*words: str) -> set[str]:
    """Run a command in a process of its own; return the modules that it left imported."""
    told = "import sys; from tidings.cli import call; code = call(sys.argv[1:]); print('\\n' + ' '.join(sys.modules)); sys.exit(code)"
    done = subprocess.run([sys.executable, "-c", told, *words], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_help_imports_the_commands_and_nothing_that_they_use() -> None:
    """`tidings --help` reads no configuration, opens no store and draws nothing."""
    found = imported("--help")
    assert "tidings.cli.work" in found
    assert found & (WORK | STORE) == set()


@pytest.mark.parametrize("words", [("status",), ("why", "wire.example/flood")], ids=" ".join)
def test_what_only_asks_imports_nothing_of_the_work(words: tuple[str, ...], used_folder: Path) -> None:
    """`status` and `why` read configuration and snapshot: they need no client, no parser, no template and no vectors."""
    found = imported(*words, "--config", str(used_folder / "config"))
    assert {"duckdb", "tidings.config"} <= found
    assert found & WORK == set()


def test_an_ingest_with_nothing_to_read_or_decide_brings_no_vectors(used_folder: Path) -> None:
    """What an ingest imports, and bringing an index up that lacks nothing, do without numpy, the languages and what reads pages: 20 MB."""
    code = (
        "import sys; from pathlib import Path; import tidings.pipeline.ingest; from tidings.pipeline.catch_up import catch_up;"
        "from tidings.store.database import open_store; from tidings.store.neighbours import open_index;"
        "data = Path(sys.argv[1]);\n"
        "with open_store(data, 1) as store, open_index(data) as index: catch_up(store, index)\n"
        "print(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(used_folder / "data")], capture_output=True, text=True, check=True)
    assert {"numpy", "py3langid", "trafilatura"} & set(done.stdout.split()) == set()
