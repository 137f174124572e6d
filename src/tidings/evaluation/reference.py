"""Write docs/reference from the code: views, configuration and commands, so that no page says anything else.

`python -m tidings.evaluation.reference docs/reference` writes the pages; with `--check` it writes nothing and
exits 1 when one differs.
"""

import argparse
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tidings.config import reference_markdown
from tidings.store.interface import called, interface
from tidings.store.migrate import View
from tidings.store.shown import Macro

_COMMANDS = "tidings.cli"  # by name: the commands are a layer above, and this only reads what they say of themselves


def stale_pages(folder: Path) -> list[str]:
    """Return the names of the pages in `folder` that differ from what the code says."""
    return [name for name, text in pages().items() if _read(folder / name) != text]


def pages() -> dict[str, str]:
    """Make all pages: file name to text."""
    made = {"schema.md": schema_page(), "configuration.md": reference_markdown()}
    if importlib.util.find_spec(_COMMANDS):
        commands = importlib.import_module(_COMMANDS)
        made["commands.md"] = commands_page(commands.app, _exit_codes(commands.__doc__ or ""))
    return made


def schema_page() -> str:
    """Describe every public view and column, and every macro with the columns that it gives, from their comments."""
    shown = interface()
    head = (
        f"# Views and macros\n\nWhat `data/tidings.duckdb` shows, version {shown.version} of the views: read-only, renewed by each run that changed something. "
        "Open it with any DuckDB from 1.2 (`duckdb -readonly data/tidings.duckdb`) or with `tidings query`. Ids are UUIDs, times are UTC, NULL means none or "
        "not known. How to ask: [Ask the database](../how-to/query.md). What changed between versions: [Versions of the views](views.md).\n"
    )
    index = "\n".join(f"- [{view.name}](#{view.name}): {view.comment}" for view in shown.views)
    calls = "\n".join(f"- [{called(one)}](#{_anchor(one)}): {one.comment}" for one, _ in shown.macros)
    parts = [
        head,
        index,
        "\nMacros, called as `FROM timeline('libya')`:\n",
        calls,
        *map(_view, shown.views),
        *(_macro(*one) for one in shown.macros),
    ]
    return "\n".join(parts) + "\n"


def _anchor(macro: Macro) -> str:
    return called(macro).replace("(", "").replace(")", "").replace(", ", "-")


def _macro(macro: Macro, columns: dict[str, str]) -> str:
    lines = [f"| `{name}` | {kind} |" for name, kind in columns.items()]
    return "\n".join([f"\n## {called(macro)}\n\n{macro.comment}\n\n| column | type |\n|---|---|", *lines])


def _exit_codes(docstring: str) -> str:
    """Return the paragraph of the commands' own docstring that lists the exit codes."""
    return next((_text(paragraph) for paragraph in docstring.split("\n\n") if paragraph.startswith("Exit codes")), "")


def _view(view: View) -> str:
    lines = [f"| `{column.name}` | {column.type} | {_cell(column.comment)} |" for column in view.columns]
    return "\n".join([f"\n## {view.name}\n\n{view.comment}\n\n| column | type | meaning |\n|---|---|---|", *lines])


def commands_page(app: Any, exit_codes: str = "") -> str:
    """Describe every command of a typer app with its arguments and options, in alphabetical order."""
    typer_main = importlib.import_module("typer.main")
    root = typer_main.get_command(app)
    found = sorted(_commands(root, "tidings"))
    head = [f"# Commands\n\n{_text(root.help)}", *([f"\n{exit_codes}"] if exit_codes else []), *_options(root), ""]
    index = [f"- [`{name}`](#{name.replace(' ', '-')}): {_text(command.help).split(chr(10))[0]}" for name, command in found]
    return "\n".join([*head, *index, *(part for name, command in found for part in _command(name, command))]) + "\n"


def _commands(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield every command below a group, with the words that call it."""
    for name, command in group.commands.items():
        if command.hidden:
            continue
        words = f"{path} {name}"
        yield words, command
        if hasattr(command, "commands"):
            yield from _commands(command, words)


def _command(words: str, command: Any) -> Iterator[str]:
    yield f"\n## `{words}`\n\n{_text(command.help)}"
    yield from _options(command)


def _options(command: Any) -> list[str]:
    """Return the table of a command's arguments and options; nothing when it has none."""
    rows = [
        f"| {_names(parameter)} | {_cell(_default(parameter))} | {_cell(_text(getattr(parameter, 'help', '')))} |"
        for parameter in command.params
        if not getattr(parameter, "hidden", False) and parameter.name not in {"help", "install_completion", "show_completion"}
    ]
    return ["\n| argument or option | default | meaning |\n|---|---|---|", *rows] if rows else []


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.name.upper()}`"
    return ", ".join(f"`{option}`" for option in [*parameter.opts, *parameter.secondary_opts])


def _default(parameter: Any) -> str:
    default = parameter.default
    if parameter.required:
        return "required"
    said = getattr(parameter, "show_default", None)
    known = isinstance(default, bool | str | int | float | Path) and default not in {"", False}
    parts = [said] if isinstance(said, str) else [f"`{default}`"] if known else []
    if getattr(parameter, "envvar", None):
        parts.insert(0, f"`${parameter.envvar}`")
    return ", else ".join(parts)


def _text(text: str | None) -> str:
    """Join the lines of each paragraph."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in (text or "").replace("\f", "").split("\n\n"))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(arguments: list[str] | None = None) -> int:
    """Write or check the pages."""
    parser = argparse.ArgumentParser(prog="python -m tidings.evaluation.reference", description="Write docs/reference from the code.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page differs")
    options = parser.parse_args(arguments)
    stale = stale_pages(options.folder)
    if options.check:
        for name in stale:
            sys.stderr.write(f"{options.folder / name} differs from the code: run `{parser.prog} {options.folder}`\n")
        return 1 if stale else 0
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (options.folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
