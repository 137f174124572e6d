"""Read a development with all that readers are shown of it: the same for an edition that is composed and for the archive of those told."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tidings.model import Figure, Id, Kind, ReportedDevelopment, ReportedFigure
from tidings.stages.figure_changes import differs, same_quantity

_COPIED = re.compile(r"^copies ([0-9a-f]{8}-[0-9a-f-]{27})(?=, )")

Row = Mapping[str, Any]


def copied_ids(found: Iterable[Row]) -> frozenset[Id]:
    """Return the ids of the articles that warnings name as copied."""
    return frozenset(match[1] for row in found if (match := _COPIED.match(row["warning"])))


def read_reported(row: Row, figures: Mapping[tuple[Id, str], Sequence[Figure]], publishers: Mapping[Id, str]) -> ReportedDevelopment:
    """Return a development from its row; `figures` are those of statements by statement and topic, `publishers` those of copied articles."""
    kind = Kind(row["kind"])
    now = figures.get((row["statement_id"], row["topic"]), ())
    before = figures.get((row["previous_id"], row["topic"]), ()) if kind is Kind.CHANGED_FIGURE else ()
    return ReportedDevelopment(
        development_id=row["id"],
        kind=kind,
        statement=row["statement"],
        publisher=row["publisher"],
        url=row["url"],
        language=row["language"],
        published_at=row["published_at"],
        first_seen_at=row["first_seen_at"],
        event_date=row["event_date"],
        place=row["place"],
        figures=tuple(_figure(figure, before, row["previous_at"]) for figure in now),
        replaces=row["replaces"],
        warning=_warning(row, publishers),
        origin=row["origin"],
        title=row["title"],
        recorded_at=row["recorded_at"],
    )


def _warning(row: Row, publishers: Mapping[Id, str]) -> str:
    """Name the publisher that is copied. One that changes its own report gives no cause for care: the development says what changed."""
    match = _COPIED.match(row["warning"])
    if match is None:
        return str(row["warning"])
    publisher = publishers.get(match[1], "another publisher")
    return "" if publisher == row["publisher"] else _COPIED.sub(lambda _: f"copies a report of {publisher}", row["warning"])


def _figure(figure: Figure, before: Iterable[Figure], previous_at: datetime | None) -> ReportedFigure:
    """Pair a figure with the one it replaces: the same quantity, told before with another value."""
    previous = next((old for old in before if same_quantity(figure, old) and differs(figure, old)), None)
    if previous is None:
        return ReportedFigure(figure.measure, figure.words, figure.of, value=figure.value_low)
    return ReportedFigure(figure.measure, figure.words, figure.of, previous.words, previous_at, figure.value_low)
