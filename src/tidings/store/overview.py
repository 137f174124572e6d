"""Say what there is to ask: the views and macros of the snapshot, or the columns of one of them."""

from pathlib import Path

from tidings.store.guard import Answer
from tidings.store.query import open_snapshot
from tidings.store.shown import shown_macros, shown_views

_TEXT = "VARCHAR"


def overview(folder: Path) -> Answer:
    """Return name, kind and comment of every public view and table macro."""
    with open_snapshot(folder) as connection:
        views = [(view.name, "view", view.comment) for view in shown_views(connection)]
        macros = [(f"{macro.name}({', '.join(macro.parameters)})", "macro", macro.comment) for macro in shown_macros(connection)]
    return Answer(("name", "kind", "comment"), (_TEXT,) * 3, [*views, *macros])


def columns_of(folder: Path, name: str) -> Answer | None:
    """Return name, type and comment of each column of a view; None when there is no such view."""
    with open_snapshot(folder) as connection:
        view = next((one for one in shown_views(connection) if one.name == name), None)
    if view is None:
        return None
    return Answer(("column", "type", "comment"), (_TEXT,) * 3, [(column.name, column.type, column.comment) for column in view.columns])
