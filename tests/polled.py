"""Build feeds, states, answers and entries for the tests of polling."""

from datetime import UTC, datetime, timedelta

from tidings.model import Entry, Feed, FeedState, ParsedFeed, Rejection, Response
from tidings.stages.schedule import Poll, content_hash, read_poll

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL = "https://wire.example/rss"
FEED = Feed("feed-1", URL, URL, "Wire", every_s=1800)
BODY = b"<rss>"
NEW_BODY = b"<rss>more"
REASONABLE = FeedState(
    FEED.id, etag='"1"', last_modified="Tue, 18 Feb 2020 06:00:00 GMT", body_hash=content_hash(BODY), polled_at=NOW - HOUR, next_due_at=NOW,
    last_success_at=NOW - HOUR, first_polled_at=NOW - 30 * DAY, last_new_at=NOW - HOUR, unconditional_at=NOW - DAY, title="The Wire",
    hosts=("wire.example",),
)  # fmt: skip


def entry(number: int = 1, published_at: datetime | None = NOW, **more: str) -> Entry:
    """Give the entry of a number."""
    values = {"guid": f"g{number}", "url": f"https://wire.example/{number}", "title": f"Title {number}", "summary": "", "content": ""}
    return Entry(id=f"entry-{number}", feed_id=FEED.id, published_at=published_at, **{**values, **more})


def answer(status: int = 200, body: bytes = NEW_BODY, **more: object) -> Response:
    """Give an answer with validators."""
    values = {"url": URL, "final_url": URL, "headers": {"etag": '"2"', "last-modified": "Wed, 19 Feb 2020 05:00:00 GMT"}, "fetched_at": NOW}
    return Response(status=status, body=body, **{**values, **more})  # type: ignore[arg-type]


def poll(
    state: FeedState, response: Response, parsed: ParsedFeed | Rejection | None = None, *, conditional: bool = True, now: datetime = NOW,
    feed: Feed = FEED, **more: float,
) -> Poll:  # fmt: skip
    """Read an answer."""
    return read_poll(feed, state, response, parsed, conditional=conditional, now=now, **more)


WHOLE = ParsedFeed("rss20", "The Wire", (entry(1), entry(2)))
