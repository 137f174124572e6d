"""Prove that the program keeps the shape that its design gives it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from importlinter.application.use_cases import read_user_options
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "src" / "tidings").rglob("*.py"), *(ROOT / "flows").rglob("*.py")])
LINES_MAX = 400
LONGER = {"src/tidings/model.py": 720}  # all the nouns in one place: one of the four files from which the program is known
FUNCTION_LINES_MAX = 70
VAGUE = {"utils", "util", "helpers", "helper", "manager", "processor"}

# Words that the glossary replaces, as parts of identifiers. Where another vocabulary owns a word, its place is named.
AVOIDED = {"crawl", "crawler", "baseline", "cluster", "clusters", "freshness", "recency", "notification", "notifications"}
SQL = re.compile(
    r"\b(?:SELECT\s+(?:\*|DISTINCT|[\w.\"]+\s*(?:,|FROM|AS))|INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+[\w.]*\s+SET|CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP\s+)?(?:TABLE|VIEW))\b"
)


def identifier(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def trees() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES]


def test_imports_point_one_way() -> None:
    """The contracts of pyproject.toml hold: layers, independent stages, duckdb only in the store, prefect only in flows."""
    assert read_user_options(config_filename=str(ROOT / "pyproject.toml")).contracts_options
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == 0


def test_no_file_is_long() -> None:
    """A file beyond 400 lines wants to be two."""
    counts = {identifier(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: count for name, count in counts.items() if count > LONGER.get(name, LINES_MAX)} == {}


def test_no_function_is_long_without_a_reason() -> None:
    """A function beyond 70 lines says why in a comment "long:" on its first line."""
    long = []
    for path, tree in trees():
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                if node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX and "# long:" not in lines[node.lineno - 1]:
                    long.append(f"{identifier(path)}:{node.lineno} {node.name}")
    assert long == []


def test_modules_and_classes_are_named_for_what_they_are() -> None:
    """No utils.py, no Helper, no Manager, no Processor."""
    vague = [identifier(path) for path in SOURCES if VAGUE & set(path.stem.split("_"))]
    for path, tree in trees():
        names = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        vague += [f"{identifier(path)}: {name}" for name in names if name.lower().endswith(("manager", "helper", "processor", "utils"))]
    assert vague == []


def strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the string constants that are not docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


def test_sql_is_only_in_the_store() -> None:
    """No statement of SQL stands outside src/tidings/store."""
    found = [
        f"{identifier(path)}:{node.lineno}"
        for path, tree in trees()
        if "store" not in path.parts
        for node in strings(tree)
        if SQL.search(str(node.value))
    ]
    assert found == []


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the identifiers that a module makes up: of classes, functions, arguments and variables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def test_identifiers_keep_to_the_glossary() -> None:
    """One word per thing: the words that the glossary tells us to avoid name nothing."""
    found = [
        f"{identifier(path)}:{line} {name}"
        for path, tree in trees()
        for line, name in names(tree)
        if AVOIDED & set(re.split(r"_|(?<=[a-z])(?=[A-Z])", name.lower() if name.islower() else name))
    ]
    assert found == []


def test_only_the_doors_open_connections() -> None:
    """Sockets, HTTP and SMTP are imported only by web, channels and the demo's loopback server."""
    doors = {"web", "channels", "demo"}
    network = {"socket", "ssl", "httpcore", "http", "urllib", "smtplib", "requests", "httpx", "ftplib"}
    found = []
    for path, tree in trees():
        if doors & set(path.parts):
            continue
        for node in ast.walk(tree):
            modules = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            found += [
                f"{identifier(path)}:{node.lineno} {module}"
                for module in modules
                if module.split(".")[0] in network and module not in {"urllib.parse", "http"}
            ]
    assert found == []


def test_only_the_lake_lets_duckdb_out() -> None:
    """Extensions are loaded, and databases elsewhere attached, by the modules of the lake alone; the main process runs neither (decision 0040)."""
    let_out = re.compile(r"\bLOAD |\bINSTALL |ducklake:|postgres:|s3://|TYPE s3|TYPE postgres")
    store = [path for path, _ in trees() if "store" in path.parts]
    found = {path.name for path, tree in trees() if path in store and any(let_out.search(str(node.value)) for node in strings(tree))}
    assert found == {"extensions.py", "lake_open.py"}
    opening = {
        path.name for path, tree in trees() if re.search(r"import .*(lake_attached|load_extensions|lake_process)", ast.unparse(tree))
    }
    assert opening == {"lake_open.py", "lake_process.py"}


def test_stages_read_no_clock_and_do_not_log() -> None:
    """`now` is an argument, and rejections are values: nothing in stages or text tells the time, prints or logs."""
    found = []
    for path, tree in trees():
        if not {"stages", "text"} & set(path.parts):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called in {"print", "open"} or called.endswith((".now", ".utcnow", ".today", "time.time", "monotonic", "getLogger")):
                    found.append(f"{identifier(path)}:{node.lineno} {called}")
    assert found == []


def test_every_test_states_the_fact_it_proves() -> None:
    """Each test function has a docstring."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []
