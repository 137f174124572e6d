"""Say once which base tables are mirrored where others read them, and which of their columns: what a view shows, and no more.

The snapshot, its archive and the lake hold these tables under the same names, so that one script makes the views everywhere.
A link or a line of text is shown already: it is cleaned on its way out, not by those who read it.
"""
# ruff: noqa: S608 - tables and columns are named by our own code

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from tidings.store.rows import rows
from tidings.store.tracked import TRACKED

# What our own line about a failure begins with stays, for the view takes it off; the rest may quote a server.
_LAST_ERROR = """regexp_extract(t.last_error, '^[a-z0-9_]+: ')
    || core.shown_url(core.shown_text(regexp_replace(t.last_error, '^[a-z0-9_]+: ', '')))"""

# How a column goes out, where it does not go as it is.
_SHOWN: Mapping[tuple[str, str], str] = {
    ("articles", "url"): "core.shown_url(t.url)",
    ("entries", "url"): "core.shown_url(t.url)",
    ("entries", "detail"): "CASE WHEN t.outcome <> 'pending' THEN core.shown_text(t.detail) END",
    ("deliveries", "last_error"): "core.shown_text(t.last_error)",
    ("feeds", "last_error"): f"CASE WHEN t.configured THEN {_LAST_ERROR} END",
    ("feeds", "moved_url"): "CASE WHEN t.configured THEN core.shown_url(t.moved_url) ELSE '' END",
}

# The public columns. A column that no view or macro reads is not among them: a test takes each away and sees one fail. Figures and
# developments are not here: what the views show of them stands in tables made of several (derived.sql).
_COLUMNS: Mapping[str, str] = {
    "topics": "name title first_seen_at",
    "feeds": "id shown_url publisher language configured first_polled_at polled_at next_due_at last_success_at last_new_at failures_in_row"
    " last_error overlap entries_per_day failure failing_since interval_s moved_url moved_count moved_at storm_at dropped_count tls_exception",
    "feed_events": "feed_id polled_at outcome new_count",
    "entries": "id feed_id url title language published_at first_seen_at learn outcome reason detail article_id attempt_count"
    " next_attempt_at decided_at run_id verdict",
    "articles": "id seed_id entry_id version_id url title text publisher origin language authors published_at verdict correction"
    " first_seen_at decided story_id run_id story_against_id story_score story_evidence gone_since",
    "versions": "id article_id title text first_seen_at before_id added removed added_count removed_count",
    "statements": "id topic article_id version_id text start end position event_date place decision reason against_id score evidence"
    " first_seen_at decided_at run_id",
    "duplicates": "article_id of_id of_kind relation score evidence differs_in",
    "stories": "id title topics seeded first_seen_at last_seen_at",
    "labels": "id kind article_id other_id topic labelled_at moved_ids moved_from_id",
    "editions": "id recipient kind topics languages window_start window_end development_count folded known_count state composed_at",
    "told": "edition_id development_id recipient position",
    "corrected": "edition_id development_id recipient how words",
    "deliveries": "id edition_id channel recipient state attempt_count created_at next_attempt_at last_error sent_at part part_count story_id",
    "runs": "id flow started_at ended_at outcome report",
    "earlier_developments": "id topic kind story_id headline statement_id statement article_id publisher url language published_at"
    " first_seen_at recorded_at warning replaces_id origin version_id start end event_date place until_at",
    "earlier_articles": "id seed_id version_id title publisher origin language published_at verdict correction story_id gone_since until_at",
    "earlier_statements": "id topic article_id version_id text start end decision reason against_id score decided_at until_at",
    "earlier_figures": "id statement_id topic measure value_low value_high qualifier of unit as_of said_by words until_at",
    "earlier_duplicates": "article_id of_id of_kind relation score differs_in until_at",
    "earlier_stories": "id title topics until_at",
    "earlier_labels": "id kind article_id other_id topic labelled_at until_at",
}


@dataclass(frozen=True, slots=True)
class Mirrored:
    """Describe a mirrored table: its columns in order, and of one that grows with the archive its key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]  # empty: a small one, always taken whole
    schema: str = "core"
    made_of: str = ""  # the table whose rows it follows, where it is made of several
    order: str = ""  # in which its rows lie in a file; empty: as in the store, which is nearly that in which they came

    @property
    def path(self) -> str:
        """Return its name with its schema, for SQL."""
        return f'{self.schema}."{self.name}"'

    @property
    def store_name(self) -> str:
        """Return the name under which the archive keeps it: there schemas say something else."""
        return self.name if self.schema == "core" else f"{self.schema}_{self.name}"

    def select(self, since: int | None = None) -> str:
        """Return the SELECT of the public columns and, of a base table with a key, `change`.

        With `since` only of rows that changed after that publication, or may have.
        """
        if self.made_of:
            return f"FROM {self.schema}.{self.name}_since({-1 if since is None else since:d}){self._ordered()}"
        shown = ", ".join(f"""{_SHOWN.get((self.name, name), f't."{name}"')} AS "{name}" """ for name in self.columns)
        change = ", t.change" if self.key else ""
        which = f" WHERE t.change > {since:d}" if since is not None else ""
        return f"SELECT {shown}{change} FROM {self.path} AS t{which}{self._ordered()}"

    def _ordered(self) -> str:
        return f" ORDER BY {self.order}" if self.order else ""

    def key_names(self) -> str:
        """Return the columns of the key, for SQL."""
        return ", ".join(f'"{name}"' for name in self.key)

    def gone(self, since: int) -> str:
        """Return the SELECT of the keys, as text, of rows that went after publication `since`. No row goes whose key is of three."""
        parts = {
            1: ['"key"'],
            2: ["""split_part("key", ' ', 1)""", """substr("key", strpos("key", ' ') + 1)"""],
        }.get(len(self.key), ["NULL"] * len(self.key))
        named = ", ".join(f'{part} AS "{name}"' for part, name in zip(parts, self.key, strict=True))
        return f"SELECT {named} FROM core.removed WHERE table_name = '{self.made_of or self.name}' AND change > {since:d} AND {parts[0]} IS NOT NULL"


# Rows of one feed, or one article, that lie side by side have their ids once, and a question about some days reads the part of them.
_ORDER = {"feed_events": "feed_id, polled_at", "developments": "recorded_at, id", "figures": "reported_at, statement_id, id"}
_BASE = tuple(
    Mirrored(name, tuple(columns.split()), TRACKED.get(name, ()), order=_ORDER.get(name, "")) for name, columns in _COLUMNS.items()
)
# What the views take from tables that are made of several: derived.sql.
DERIVED = (
    Mirrored("story_counts", (), ("story_id",), "derived", "stories"),
    Mirrored("developments", (), ("id",), "derived", "developments", _ORDER["developments"]),
    Mirrored("figures", (), ("id",), "derived", "figures", _ORDER["figures"]),
)
MIRRORED = (*_BASE, *DERIVED)
GROWING = tuple(table for table in MIRRORED if table.key)
SMALL = tuple(table for table in MIRRORED if not table.key)
APART = frozenset({"entries", "told", "deliveries", "runs"})  # tracked tables that derived.sql does not read: the most often changed
# Words of some length: left alone, DuckDB keeps them as they are, or by a dictionary that takes more room (benchmarks/RESULTS.md, "Publishing").
_ZSTD = {"text", "statement", "evidence", "story_evidence", "title", "headline", "url", "detail"}


def make_table(connection: duckdb.DuckDBPyConnection, path: str, select: str) -> None:
    """Make the table `path` of what a query gives, with texts compressed by zstd."""
    columns = ", ".join(
        f'"{row["column_name"]}" {row["column_type"]}{" USING COMPRESSION zstd" if row["column_name"] in _ZSTD else ""}'
        for row in rows(connection, f"DESCRIBE {select}")
    )
    connection.execute(f"CREATE TABLE {path} ({columns})")
    connection.execute(f"INSERT INTO {path} {select}")


def mirror_version() -> str:
    """Name the columns of the mirrored tables and how they go out: files of another one are made anew."""
    return "mirror " + hashlib.blake2b("\n".join(table.select() for table in MIRRORED).encode(), digest_size=8).hexdigest()


def changed_since(connection: duckdb.DuckDBPyConnection, number: int) -> frozenset[str]:
    """Name the tracked tables of which a row was changed or went after publication `number`; looks at no unchanged part of a table."""
    some = ", ".join(f"EXISTS (SELECT 1 FROM core.{name} WHERE change > {number:d}) AS {name}" for name in TRACKED)
    [changed] = rows(connection, f"SELECT {some}")
    gone = rows(connection, f"SELECT DISTINCT table_name AS name FROM core.removed WHERE change > {number:d}")
    return frozenset(name for name, is_so in changed.items() if is_so) | {row["name"] for row in gone}


def to_bring(changed: Collection[str]) -> tuple[Mirrored, ...]:
    """Return the tables that grow and may show something else where these tracked tables changed."""
    is_derived = not APART.issuperset(changed)
    return tuple(table for table in GROWING if (is_derived if table.made_of else table.name in changed))


def small_sum(connection: duckdb.DuckDBPyConnection) -> str:
    """Sum up what each of the small tables shows: they carry no numbers, and are read whole."""
    sums = " UNION ALL ".join(
        f"SELECT '{table.name}' AS name, count(*) || '-' || coalesce(sum(hash(one)), 0) AS content FROM ({table.select()}) AS one"
        for table in SMALL
    )
    return " ".join(f"{row['name']}={row['content']}" for row in rows(connection, f"{sums} ORDER BY name"))


def small_changed(before: str, now: str) -> tuple[Mirrored, ...]:
    """Return the small tables of which two sums (`small_sum`) tell that they show something else."""
    known = set(before.split())
    named = {one.partition("=")[0] for one in now.split() if one not in known}
    return tuple(table for table in SMALL if table.name in named)
