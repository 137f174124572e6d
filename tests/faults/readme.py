"""Write the table of the faults: `python tests/faults/readme.py` from the project's folder writes README.md anew."""

import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
HEAD = """# Faults

A town of sites on 127.0.0.2 to .9, nearly each with a fault, and a desk that watches all of them with the real client, jail and store.

- `server.py` the sites: raw sockets, a listener each; `mended` turns a site to health
- `fault.py` what a fault is; `transport.py`, `headers.py`, `bodies.py`, `feeds.py`, `pages.py` the faults, one family a file; `table.py` all of them
- `desk.py`, `scene.py`, `conftest.py` two days of a desk: everything goes wrong, and everything is mended
- `test_faults.py` outcomes, neighbours, memory, recovery; `test_seen.py` what people are told; `test_drip.py` ten dripping feeds among fifty;
  `test_in_time.py` faults that show from poll to poll

Bombs are made when the tests run. Nothing here stalls a parser for long: what must run into the limits of the jail is large and ordinary.
A new fault is one line in its table, and `python tests/faults/readme.py`. What is "taken in" costs no entry and alarms nobody.
"""


def lines() -> Iterator[str]:
    """Yield the lines of the README."""
    from faults.pages import PAGES  # noqa: PLC0415 - the path is set first when this is run as a program
    from faults.table import FAULTS  # noqa: PLC0415

    yield from HEAD.splitlines()
    yield from ("", f"## Of feeds ({len(FAULTS)})", "", "| fault | where | what happens | comes to | entries |", "|---|---|---|---|---|")
    for one in FAULTS:
        comes_to = "taken in" if one.absorbed else f"{one.outcome}: {one.reason}"
        yield f"| {one.name} | {one.where} | {one.what} | {comes_to} | {one.kept_count} |"
    yield from ("", f"## Of pages ({len(PAGES)})", "", "| fault | the page is | its entries are | when mended |", "|---|---|---|---|")
    for page in PAGES:
        yield f"| {page.name} | {page.what} | {page.outcome}: {page.reason} | {page.mended or 'as before'} |"


def text() -> str:
    """Return the README."""
    return "\n".join(lines()) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    (HERE / "README.md").write_text(text(), encoding="utf-8")
