"""Write what was backed up, restored, checked and measured as lines of plain text. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tidings.render.answers import moment
from tidings.render.escape import plain
from tidings.render.words import many

Row = Mapping[str, Any]
KINDS_MAX = 6  # of a table that are named

_KNOWN = {
    "store": "what was told since was read from the store that was there",
    "published": "what was told since was read from what was published",
    "said": "nothing was sent since the backup was made, as you say",
    "nothing": "what was sent since the backup was made is not known here: the next editions say that they may repeat something. Marks made since are not known either",
}


def backup_line(made: Row) -> str:
    """Say what a backup holds."""
    return f"{plain(str(made['path']))}: {made['row_count']:,} rows, {_bytes(made['bytes'])}, written and read through"


def restore_lines(done: Row) -> Iterator[str]:
    """Say what was put in place, and what was taken over."""
    made = f"the backup of {moment(done['made_at'])}" if done["made_at"] else "a plain copy of a store"
    yield f"{made} is in place: {done['row_count']:,} rows, read through, and published"
    if done["aside"]:
        yield f"the store that was there is {plain(str(done['aside']))}: delete it when all is well"
    count = (
        f": {many(done['edition_count'], 'edition')} and {many(done['mark_count'], 'mark')} taken over"
        if done["known_from"] in {"store", "published"}
        else ""
    )
    yield f"{_KNOWN[done['known_from']]}{count}"
    if done["held_count"]:
        yield f"{many(done['held_count'], 'message')} held, as they may have been sent since: `tidings outbox list` names them, `tidings outbox resend ID` sends one"
    yield from map(plain, (*done["unread"], *done["lost"]))


def check_lines(found: Iterable[Row]) -> Iterator[str]:
    """Say of each file what was read, or what is wrong and what to do."""
    wrong = 0
    for one in found:
        yield f"{'WRONG' if one['trouble'] else 'ok':<6} {plain(str(one['path']))}: {plain(one['what'])}"
        wrong += bool(one["trouble"])
        yield from (f"       {plain(line)}" for line in one["trouble"])
        if one["way"]:
            yield f"       The way back: {plain(one['way'])}"
    yield "everything can be read, and nothing contradicts itself" if not wrong else f"{many(wrong, 'file')} with something wrong"


def size_lines(found: Row) -> Iterator[str]:
    """Write a table of the store's tables, the files beside it, and how long the disk lasts."""
    store = found["store"]
    yield f"{'table':<18}{'rows':>12}{'size':>10}{'share':>7}{'rows a day':>12}"
    total = sum(one["bytes"] for one in store["tables"]) or 1
    for one in store["tables"]:
        per_day = f"{one['rows_per_day']:,.1f}" if one["rows_per_day"] else ""
        yield f"{one['name']:<18}{one['row_count']:>12,}{_bytes(one['bytes']):>10}{one['bytes'] / total:>7.1%}{per_day:>12}"
        if kinds := [f"{count:,} {plain(kind).replace('_', ' ')}" for kind, count in list(one["kinds"].items())[:KINDS_MAX]]:
            yield f"  {', '.join(kinds)}"
    yield f"of the store's file {_bytes(store['free_bytes'])} are free, and filled before it grows"
    yield ""
    for one in found["files"]:
        yield f"{one['what']:<24}{_bytes(one['bytes']):>10}  {many(one['file_count'], 'file')}"
    yield f"{'free on the disk':<24}{_bytes(found['free_bytes']):>10}  of which {_bytes(found['free_bytes_min'])} stay free (store.free_mb_min)"
    if found["days_left"] is None:
        yield "nothing grows yet"
    else:
        yield f"all together grow by {_bytes(found['bytes_per_day'])} a day (mean of the last {store['days']:.0f} days): room for {_days(found['days_left'])}"


def _days(days: float) -> str:
    return "more than 10 years" if days > 3_650 else f"{days / 365:.1f} years" if days > 730 else f"{days:.0f} days"


def _bytes(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.0f} kB"
