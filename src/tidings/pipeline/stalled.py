"""Keep the bytes that a child of the jail did not survive, and read them once more."""

from datetime import datetime
from pathlib import Path
from typing import Any

from tidings.config import Settings
from tidings.errors import UsageError
from tidings.ids import feed_id
from tidings.jail import JailFailure
from tidings.model import Article, Entry, Feed, Page, ParsedFeed, Rejection, Response
from tidings.pipeline.run import Run, open_jail
from tidings.recording.keep import keep_body, read_body
from tidings.stages.extract import extract_article
from tidings.stages.parse import parse_feed


def keep(run: Run, kind: str, shown_url: str, response: Response, failure: JailFailure) -> str:
    """Keep a body; return what there is to say of the failure, with the name of the file."""
    path = keep_body(run.settings.data, kind, shown_url, response, run.settings.feeds, f"{failure.reason} {failure.detail}".strip())
    return ", ".join(filter(None, (failure.detail, f"kept as {path.name}" if path else "")))


def read_again(settings: Settings, path: Path, now: datetime) -> dict[str, Any]:
    """Read a kept body in the jail, with the limits of the settings; say what it was kept for and what comes of it now.

    A page is read without its entry: only its own text counts. Raises UsageError when the file, or the one beside it that ends in
    `.json`, is not what `keep` wrote.
    """
    try:
        kept = read_body(path)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UsageError(f"{path} is no kept body with a .json beside it: {error}") from error
    with open_jail(settings) as jail:
        response = Response(kept.url, kept.url, kept.status, {"content-type": kept.content_type}, kept.body, now)
        result: ParsedFeed | Article | Rejection | JailFailure
        if kept.kind == "feed":
            result = jail.call(parse_feed, response, Feed(feed_id(kept.url), kept.url, kept.url, ""))
        else:
            result = jail.call(extract_article, Page(response, Entry("", "", "", kept.url, "", "", "", None)), "", now)
    return {"file": path.name, "kind": kept.kind, "url": kept.url, "bytes": len(kept.body), "kept_for": kept.reason, **_came_to(result)}


def _came_to(result: ParsedFeed | Article | Rejection | JailFailure) -> dict[str, Any]:
    match result:
        case JailFailure():
            return {"now": f"parser_{result.reason}", "detail": result.detail}
        case Rejection():
            return {"now": result.reason, "detail": result.detail}
        case ParsedFeed():
            return {"now": "read", "entries": len(result.entries)}
        case Article():
            return {"now": result.verdict.value, "characters": len(result.text)}
