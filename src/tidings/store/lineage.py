"""Notice a store that is older than what it published: a copy that was put back by hand. It would tell again what was told since."""

from pathlib import Path

import duckdb

from tidings.errors import StoreError
from tidings.store.files import FILE_NAME
from tidings.store.head import SNAPSHOT_NAME, standing_head
from tidings.store.rows import rows


def refuse_older(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Raise StoreError where the store in use does not know the publication in place, which came after all that it knows.

    A store that has published nothing yet, or was put back by `tidings restore`, knows of none, and is not refused.
    """
    path = folder.absolute() / SNAPSHOT_NAME
    [known] = rows(connection, "SELECT max(number) AS number FROM core.publications")
    if known["number"] is None:
        return
    published = standing_head(connection, path)
    if published is None or published.publication.number < known["number"]:
        return
    sql = "SELECT 1 AS one FROM core.publications WHERE number = ? AND token = ?"
    if rows(connection, sql, [published.publication.number, published.publication.token]):
        return
    raise StoreError(
        f"{folder / FILE_NAME} is older than {path}, which was published from it: it seems that a copy was put back by hand. Going on would "
        f"tell again what was told since. Move it to another name and put it back with `tidings restore THAT-NAME`, which takes over what was told"
    )
