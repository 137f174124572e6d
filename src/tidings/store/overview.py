"""Say what there is to ask: the views and macros of the snapshot, or the columns of one of them."""

from dataclasses import dataclass
from pathlib import Path

from tidings.store.database import Connection
from tidings.store.guard import Answer
from tidings.store.query import open_snapshot
from tidings.store.shown import Macro, shown_macros, shown_views

_TEXTS = ("VARCHAR",) * 3


@dataclass(frozen=True, slots=True)
class Entry:
    """Describe one view or macro: how it is called, what it is, and its columns with type and comment."""

    call: str
    comment: str
    columns: Answer


def overview(folder: Path) -> Answer:
    """Return name, kind and comment of every public view and table macro."""
    with open_snapshot(folder) as connection:
        views = [(view.name, "view", view.comment) for view in shown_views(connection)]
        macros = [(_call(macro), "macro", macro.comment) for macro in shown_macros(connection)]
    return Answer(("name", "kind", "comment"), _TEXTS, [*views, *macros])


def entry(folder: Path, name: str) -> Entry | None:
    """Return what a view or a macro is; None when there is none of that name. Of two, the view."""
    with open_snapshot(folder) as connection:
        view = next((one for one in shown_views(connection) if one.name == name), None)
        if view is not None:
            return Entry(name, view.comment, _columns([(one.name, one.type, one.comment) for one in view.columns]))
        macro = next((one for one in shown_macros(connection) if one.name == name), None)
        return Entry(_call(macro), macro.comment, _columns(_given(connection, macro))) if macro else None


def _call(macro: Macro) -> str:
    return f"{macro.name}({', '.join(macro.parameters)})"


def _given(connection: Connection, macro: Macro) -> list[tuple[str, str, str]]:
    """Return the columns of a macro's answer: it has no comments on them, but most are named as in the views."""
    said = {column.name: column.comment for view in shown_views(connection) for column in view.columns if view.name == "developments"}
    nulls = ", ".join("NULL" for _ in macro.parameters)
    found = connection.execute(f"DESCRIBE FROM {macro.name}({nulls})").fetchall()
    return [(str(row[0]), str(row[1]), said.get(str(row[0]), "")) for row in found]


def _columns(found: list[tuple[str, str, str]]) -> Answer:
    short = [(name, kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"), comment) for name, kind, comment in found]
    return Answer(("column", "type", "comment"), _TEXTS, [*short])
