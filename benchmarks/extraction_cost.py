"""Measure what reading a page costs beside trafilatura alone, on the labelled pages of TIDINGS_DATA/pages, in turns on the same machine.

Usage: python benchmarks/extraction_cost.py [--rounds N]. Processor time of one process; both are given the bytes of the page.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import trafilatura

from tidings.evaluation.extraction import READ_AT
from tidings.evaluation.measures import data_folder, read_rows
from tidings.evaluation.page_sets import read_bodies
from tidings.model import Entry, Page, Response
from tidings.stages.extract import extract_article
from tidings.text.decode import decode


def alone(url: str, body: bytes) -> None:
    """Read a page as the library does it, in the way that we ask for."""
    trafilatura.bare_extraction(decode(body, "text/html"), url=url, fast=True, include_comments=False, with_metadata=True)


def ours(url: str, body: bytes) -> None:
    """Read a page as the product does it."""
    entry = Entry(id=url, feed_id="", guid=url, url=url, title="", summary="", content="", published_at=None)
    extract_article(Page(Response(url, url, 200, {"content-type": "text/html"}, body, READ_AT), entry), "", READ_AT)


def seconds(read: Callable[[str, bytes], None], pages: list[tuple[str, bytes]]) -> float:
    """Return the processor time that reading all pages takes."""
    began = time.process_time()
    for url, body in pages:
        read(url, body)
    return time.process_time() - began


def main() -> None:
    """Measure in turns and print milliseconds a page and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    pages = [
        (str(row["url"]), body)
        for file in sorted((data_folder() / "pages").glob("*.tar.gz"))
        for row, body in read_bodies(file, list(read_rows(file)))
    ]
    both = [(seconds(alone, pages), seconds(ours, pages)) for _ in range(rounds)]
    for name, place in (("trafilatura alone", 0), ("tidings", 1)):
        print(f"{name:18} {statistics.median(one[place] for one in both) / len(pages) * 1_000:6.1f} ms a page, {len(pages)} pages")
    print(f"ratio {statistics.median(mine / theirs for theirs, mine in both):.2f}")


if __name__ == "__main__":
    main()
