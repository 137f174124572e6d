"""Extract the pages of `make bench` with another program, in its own environment: `python bench_peers.py NAME FOLDER`; prints JSON.

It imports nothing of Tidings. Each program gets the page as text from the disk, in a pool of two, and does the nearest equal to giving
title and text; none fetches. Fundus has one parser for each publisher and none for other pages: that of AP News is run over all of them,
which is what it would cost and not what it would find.
"""

import gzip
import json
import logging
import multiprocessing
import sys
import time
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

POOL = 2


def readability(html: str, _url: str) -> str:
    """Give title and text by readability-lxml."""
    from readability import Document  # noqa: PLC0415 - only one of them is imported in a process

    page = Document(html)
    return str(page.title() and page.summary())


def newspaper4k(html: str, url: str) -> str:
    """Give the text by newspaper4k."""
    import newspaper  # noqa: PLC0415 - only one of them is imported in a process

    article = newspaper.Article(url, fetch_images=False)
    article.download(input_html=html)
    article.parse()
    return str(article.text)


def newsplease(html: str, url: str) -> str:
    """Give the text by news-please, which asks several extractors."""
    from newsplease import NewsPlease  # noqa: PLC0415 - only one of them is imported in a process

    return str(NewsPlease.from_html(html, url=url, fetch_images=False).maintext or "")


@cache
def _ap_parser() -> Any:
    from fundus import PublisherCollection  # noqa: PLC0415 - as above

    return PublisherCollection.us.APNews.parser()


def fundus(html: str, _url: str) -> str:
    """Give what the parser for one publisher makes of the page."""
    return str(_ap_parser().parse(html, "suppress").get("body") or "")


PEERS: dict[str, Callable[[str, str], str]] = {
    "readability-lxml": readability,
    "newspaper4k": newspaper4k,
    "news-please": newsplease,
    "fundus": fundus,
}


def _one(task: tuple[str, str, str]) -> tuple[bool, str]:
    name, path, url = task
    try:
        return len(PEERS[name](gzip.decompress(Path(path).read_bytes()).decode(), url)) > 200, ""
    except Exception as error:  # noqa: BLE001 - a page that breaks a peer is counted
        return False, f"{type(error).__name__}: {error}"[:200]


def main() -> None:
    """Do it and print what came of it."""
    name, folder = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    places = json.loads((Path(folder) / "places.json").read_text("utf-8"))["places"]
    _one((name, str(Path(folder) / places[0][-1]), places[0][0]))  # imports what it needs: Tidings' time begins after its own imports
    began = time.perf_counter()
    with multiprocessing.Pool(POOL) as pool:
        done = list(pool.imap_unordered(_one, [(name, str(Path(folder) / one[-1]), one[0]) for one in places], chunksize=8))
    failures = [why for _, why in done if why]
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - began,
                "pages": len(done),
                "texts": sum(good for good, _ in done),
                "failed": len(failures),
                "why": failures[:1],
            }
        )
    )


if __name__ == "__main__":
    main()
