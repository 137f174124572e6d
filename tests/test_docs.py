"""The documentation says what the program does: commands, options, keys, words, queries and links are held against it."""

import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import typer.main

import tidings.stages
from tidings.cli import app
from tidings.config import load
from tidings.config.delivered import delivered_folder
from tidings.config.models import FILES
from tidings.demo.show import show_week
from tidings.demo.week import FIRST_POLL
from tidings.evaluation.reference import stale_pages
from tidings.model import DeliveryState, Kind, Novelty, Outcome, Relation, Verdict
from tidings.pipeline.try_topics import try_topics
from tidings.stages import _copied, bounds, novelty
from tidings.store.database import open_memory
from tidings.store.query import query

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
OFFLINE = "<!-- offline -->\n```console\n"
VALUES = {"address": "desk@example.org", "webhook": "https://hooks.slack.com/services/T0/B0/value", "token": "xoxb-value"}  # of *_env keys
A_URL = "http://levantwire.example/news/2020/02/18/moscow-talks-idlib-no-deal"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CALL = re.compile(r"(?:^|[\s/`(])tidings ((?:--?[\w-]+|[a-z]+)\b.*)")


def name(page: Path) -> str:
    """Name a page in the ids of tests."""
    return str(page.relative_to(ROOT))


every_page = pytest.mark.parametrize("page", PAGES, ids=name)


def fences(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of one language."""
    return [body for kind, body in _FENCE.findall(page.read_text(encoding="utf-8")) if kind == language]


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


# ---------------------------------------------------------------- pages made from the code


def test_the_reference_pages_are_fresh() -> None:
    """docs/reference says what the code says; `make docs` writes it anew."""
    assert stale_pages(ROOT / "docs" / "reference") == []


# ---------------------------------------------------------------- links


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file that exists, and every anchor a heading."""
    broken = []
    for target in _LINK.findall(prose(page)):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or not file.is_relative_to(ROOT) or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def test_every_page_can_be_reached() -> None:
    """Each page of docs/ is linked from another page."""
    linked = {(page.parent / target.partition("#")[0]).resolve() for page in PAGES for target in _LINK.findall(prose(page))}
    assert [name(page) for page in PAGES if page.parent != ROOT and page != ROOT / "docs" / "README.md" and page not in linked] == []


# ---------------------------------------------------------------- nothing of the machine it was written on


@every_page
def test_pages_name_nothing_of_one_machine(page: Path) -> None:
    """No page names a folder of the writer's machine, a place outside the repository, or the host of a package index."""
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"/work\b|/tmp\b|/root\b|/home/\w+|\.\./shared|\.library|pypi\.org|pythonhosted|simple/", text) == []


# ---------------------------------------------------------------- words


class FeedHealth(StrEnum):
    """List the states of the view feed_health."""

    FINE = "fine"
    FAILING = "failing"
    SILENT = "silent"
    NEW = "new"


@pytest.mark.parametrize("words", [Outcome, Verdict, Relation, Kind, Novelty, DeliveryState, FeedHealth], ids=lambda one: one.__name__)
def test_the_glossary_explains_every_value_that_users_see(words: type[StrEnum]) -> None:
    """Each value has a row of its own in the glossary, under a heading that is about such values."""
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    sections = [set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) for section in glossary.split("\n### ")]
    assert any({word.value for word in words} == section for section in sections)


def test_the_states_of_feeds_are_those_of_the_view() -> None:
    """The states listed above are the ones that the view can give."""
    with open_memory() as store:
        sql = "SELECT macro_definition FROM duckdb_functions() WHERE function_name = 'feeds_judged'"  # what the view feed_health shows
        definition = store.execute(sql).fetchall()[0][0]
    judged = re.search(r"CASE (?:(?!CASE ).)*? AS state\b", definition, re.DOTALL)
    assert judged is not None
    assert set(re.findall(r"(?:THEN|ELSE) \(*'(\w+)'", judged[0])) == {state.value for state in FeedHealth}


def test_the_glossary_explains_every_reason() -> None:
    """Each reason with which a stage rejects, or an entry ends, stands in the glossary."""
    source = "\n".join(
        path.read_text(encoding="utf-8") for folder in ("stages", "pipeline") for path in (ROOT / "src/tidings" / folder).glob("*.py")
    )
    patterns = (
        r'Rejection\(Stage\.EXTRACT, "([^"]+)"',
        r'Rejection\(Stage\.MATCH, "([^"]+)"',
        r'Outcome\.(?!NEW)\w+, (?:reason=)?"([^"]+)"',
        r'reason="([a-z]\w+)"',
    )
    reasons = {reason for pattern in patterns for reason in re.findall(pattern, source)}
    explained = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert len(reasons) > 8
    assert [reason for reason in sorted(reasons) if f"`{reason}`" not in explained] == []


@every_page
def test_files_named_in_the_text_exist(page: Path) -> None:
    """Each source file that a page names between backticks is there."""
    named = re.findall(r"`((?!data/)(?:\w+/)+\w+\.(?:py|sql))`", prose(page))
    places = (ROOT, ROOT / "src", ROOT / "src" / "tidings")
    assert [file for file in named if not any((place / file).is_file() for place in places)] == []


def test_the_pipeline_as_text_names_what_exists() -> None:
    """Each function of a stage or of the store that the docstring of the stages names is there, by that name."""
    named = re.findall(r"\b((?:store\.)?[a-z_]+)\.([a-z_]+)\(", tidings.stages.__doc__ or "")
    modules = {module: importlib.import_module(f"tidings.{module}" if "." in module else f"tidings.stages.{module}") for module, _ in named}
    assert len(named) > 15
    assert [f"{module}.{function}" for module, function in named if not hasattr(modules[module], function)] == []


def test_the_bounds_in_the_text_are_those_of_the_code() -> None:
    """The page on novelty names its bounds as they are."""
    text = (ROOT / "docs/explanation/novelty.md").read_text(encoding="utf-8")
    assert f"The bound is {bounds.TOLD_MIN:.2f}." in text
    assert f"more than {bounds.LATER_DAYS} days older, the bound is {bounds.LATER_MIN:.2f}" in text
    assert f"a lower coverage ({_copied.TOLD_IN_COPY_MIN:g})" in text
    assert f"told to more than {novelty.OWN_WORDS_MAX:g} on average" in text
    assert f"a score below {bounds.CONFIRM_MIN:g}; {bounds.SAME_STORY_MIN:.2f} is enough to join" in text


# ---------------------------------------------------------------- configuration


@pytest.mark.parametrize("page", [page for page in PAGES if fences(page, "toml")], ids=name)
def test_examples_of_configuration_load(page: Path, tmp_path: Path) -> None:
    """Each TOML block begins with the name of its file, and is right as that file, beside the delivered others."""
    for number, block in enumerate(fences(page, "toml")):
        file = block.splitlines()[0].removeprefix("# ")
        assert file in FILES, f"block {number} names no file"
        folder = tmp_path / str(number) / "config"
        shutil.copytree(delivered_folder(), folder)
        (folder / file).write_text(block, encoding="utf-8")
        for secret in re.findall(r'^\w+_file = "([^"]+)"', block, re.MULTILINE):
            (folder / secret).parent.mkdir(exist_ok=True)
            (folder / secret).write_text("secret", encoding="utf-8")
            (folder / secret).chmod(0o600)
        names = re.findall(r'^(\w+)_env = "(\w+)"', block, re.MULTILINE) + [("url", found) for found in re.findall(r"\$\{(\w+)\}", block)]
        env = {variable: VALUES.get(key, "value") for key, variable in names}
        if file != "topics.toml":
            _ = load(folder, env)
        else:
            assert load(folder, env).topics


@pytest.mark.parametrize("page", ["docs/tutorial.md", "docs/how-to/topics.md"])
def test_sentences_to_try_come_out_as_the_text_says(page: str, tmp_path: Path) -> None:
    """With the delivered topics and with those of the page: the first sentence is on the topic, the second, of Lebanon, is not."""
    text = (ROOT / page).read_text(encoding="utf-8")
    first, second = re.findall(r'^\$ tidings topics test "([^"]+)"', text, re.MULTILINE)
    assert "Lebanon" in second
    own = tmp_path / "config"
    shutil.copytree(delivered_folder(), own)
    (own / "topics.toml").write_text(next(block for block in fences(ROOT / page, "toml") if block.startswith("# topics")), encoding="utf-8")
    for folder in (delivered_folder(), own):
        settings = load(folder, {})
        assert try_topics(settings, first)["outcome"] == "on_topic"
        assert try_topics(settings, second)["outcome"].startswith("off_topic")


def test_keys_named_in_the_text_exist() -> None:
    """Each `table.key` that a page names is a key of the configuration."""
    known = {
        f"{table}.{field.alias or key}"
        for model in FILES.values()
        for table, outer in model.model_fields.items()
        for inner in [outer.annotation]
        if hasattr(inner, "model_fields")
        for key, field in inner.model_fields.items()
    }
    tables = {key.partition(".")[0] for key in known}
    named = {found for page in PAGES for found in re.findall(r"`(\w+\.\w+)`", prose(page)) if found.partition(".")[0] in tables}
    assert {key for key in named - known if key.rpartition(".")[2] not in {"py", "toml", "lock", "duckdb"}} == set()


# ---------------------------------------------------------------- commands


def calls(page: Path) -> Iterator[str]:
    """Yield what follows the word tidings wherever a page writes a command: in blocks and between backticks."""
    text = page.read_text(encoding="utf-8")
    lines = [line for kind, body in _FENCE.findall(text) if kind in {"console", "cron", "ini", ""} for line in _joined(body).splitlines()]
    lines += re.findall(r"`([^`\n]*\btidings [^`\n]*)`", prose(page))
    for line in lines:
        if found := _CALL.search(line):
            yield re.split(r" 2>| >>| \|\| |\)| +#", found[1])[0]


def _joined(body: str) -> str:
    return body.replace("\\\n", " ")


@every_page
def test_commands_and_options_in_the_text_exist(page: Path) -> None:
    """Every command that a page writes exists, with every option that it gives."""
    unknown = [call for call in calls(page) if not _exists(call)]
    assert unknown == []


def _exists(call: str) -> bool:
    root: Any = typer.main.get_command(app)
    command = root
    try:
        words = shlex.split(call)
    except ValueError:  # a quotation that was cut
        words = call.split()
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    if command is root and words and not words[0].startswith("-"):
        return False
    options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    return all(word.partition("=")[0] in options for word in words if word.startswith("--"))


def test_a_wrong_command_would_be_found() -> None:
    """The check above knows commands and options that there are from those that there are not."""
    calls_and_answers = {
        "run --strict": True,
        "topics test X --json": True,
        "--help": True,
        "dance": False,
        "run --force": False,
        "feeds --limit 3": False,
    }
    assert {call: _exists(call) for call in calls_and_answers} == calls_and_answers


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the sample week was shown."""
    folder = tmp_path_factory.mktemp("desk")
    show_week(folder / "data" / "demo")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if OFFLINE in page.read_text(encoding="utf-8")], ids=name)
def test_offline_commands_run(page: Path, desk: Path, tmp_path: Path) -> None:
    """The commands of blocks marked offline end with 0 and say what the page shows; the reader's own store holds the sample week, too."""
    shutil.copytree(desk / "data", tmp_path / "data")
    shutil.copytree(delivered_folder(), tmp_path / "config")
    if "tidings init mydesk/config" in page.read_text(encoding="utf-8"):
        (tmp_path / "mydesk").mkdir()
        shutil.copytree(desk / "data" / "demo", tmp_path / "mydesk" / "data")
        config = "mydesk/config"
    else:
        shutil.copytree(desk / "data" / "demo", tmp_path / "data", dirs_exist_ok=True)
        config = "config"
    env = {**os.environ, "TIDINGS_CONFIG": config}
    blocks = re.findall(re.escape(OFFLINE) + r"(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for shown in [shown for block in blocks for shown in re.split(r"^\$ ", _joined(block), flags=re.MULTILINE) if shown]:
        line, *answer = shown.splitlines()
        words = [A_URL if word == "URL" else word for word in shlex.split(line)]
        assert words[0] == "tidings"
        if words[1] == "status":
            words += ["--now", f"{FIRST_POLL:%Y-%m-%dT%H:%MZ}"]  # nobody runs the sample week by a schedule
        run = [sys.executable, "-c", "from tidings.cli import main; main()", *words[1:]]
        done = subprocess.run(run, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False)
        assert (done.returncode, done.stderr if done.returncode else "") == (0, ""), line
        assert [said for said in answer if said not in {"...", *done.stdout.splitlines()}] == [], line


# ---------------------------------------------------------------- queries

# The questions of query.md have tests of their own (tests/store/test_questions.py); those of ducklake.md attach a lake (tests/lake).
QUERIES = [(name(page), sql) for page in PAGES if page.stem != "ducklake" for sql in fences(page, "sql")]


@pytest.mark.parametrize(("page", "sql"), QUERIES, ids=[f"{page}-{number}" for number, (page, _) in enumerate(QUERIES, 1)])
def test_queries_fit_the_views(page: str, sql: str) -> None:
    """Every query of a page runs on an empty store."""
    assert page
    with open_memory() as store:
        assert store.execute(sql).fetchall() == []


@pytest.mark.slow
def test_queries_find_something_in_the_sample_week(desk: Path) -> None:
    """On the sample week every query gives rows, but for those that ask for what is wrong."""
    empty = [sql for page, sql in QUERIES if "query.md" not in page and not query(desk / "data" / "demo", sql, None)[1]]
    assert [sql for sql in empty if "feed_health" not in sql] == []
