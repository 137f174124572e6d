"""Describe the interface that analysts query: views and macros with their columns, its version, and a digest of what it promises."""

import hashlib
from dataclasses import dataclass

from tidings.store.database import open_memory
from tidings.store.migrate import View, public_views
from tidings.store.rows import rows
from tidings.store.shown import Macro, shown_macros


@dataclass(frozen=True, slots=True)
class Interface:
    """Hold what a program of this version shows."""

    version: str
    views: tuple[View, ...]
    macros: tuple[tuple[Macro, dict[str, str]], ...]  # each with the columns that it gives, and their types

    @property
    def digest(self) -> str:
        """Return a digest of all names, columns and types; comments may change."""
        lines = [f"{view.name}.{column.name} {column.type}" for view in self.views for column in view.columns]
        lines += [f"{called(one)}.{name} {kind}" for one, columns in self.macros for name, kind in columns.items()]
        return hashlib.blake2b("\n".join(lines).encode(), digest_size=8).hexdigest()


def interface() -> Interface:
    """Read the interface from an empty store in memory."""
    with open_memory() as connection:
        macros = []
        for one in shown_macros(connection):
            nothing = ", ".join("NULL" for _ in one.parameters)
            described = rows(connection, f"DESCRIBE FROM {one.name}({nothing})")
            macros.append((one, {row["column_name"]: row["column_type"] for row in described}))
        version = rows(connection, "SELECT views_version FROM published")[0]["views_version"]
        return Interface(version, public_views(connection), tuple(macros))


def called(macro: Macro) -> str:
    """Write a macro as it is called: name(parameter, parameter)."""
    return f"{macro.name}({', '.join(macro.parameters)})"
