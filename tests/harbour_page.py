"""Play one page of a news site and the entry that leads to it, and extract the article."""

from dataclasses import replace
from datetime import UTC, datetime

from tidings.model import Article, Entry, Page, Rejection, Response
from tidings.stages.extract import extract_article

NOW = datetime(2020, 2, 10, 12, tzinfo=UTC)
URL = "https://www.baytown.example/2020/02/harbour"
BODY = (
    "The harbour of Baytown reopened on Sunday after a week of storms, the port authority said, and the first six ships sailed before noon.",
    "Two hundred dock workers returned to the eastern pier, where cranes had stood still since the third of February because of the wind.",
    "The mayor thanked the crews who had cleared the channel at night, and promised that the lights on the breakwater would be repaired soon.",
    "Fishermen said that they expected prices at the market to fall again within days, though the smaller boats still wait for spare parts.",
)
ENTRY = Entry(
    id="entry-1",
    feed_id="feed-1",
    guid="1",
    url=URL,
    title="Harbour of Baytown reopens",
    summary="The harbour of Baytown reopened on Sunday after a week of storms.",
    content="",
    published_at=datetime(2020, 2, 9, 14, 30, tzinfo=UTC),
)
SILENT = replace(ENTRY, summary="")


def html(paragraphs: tuple[str, ...] = BODY, *, head: str = "", title: str = "Harbour of Baytown reopens", around: str = "") -> str:
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body><nav><a href='/'>Home</a></nav><article><h1>{title}</h1>{body}</article>{around}</body></html>"


def page(
    body: str | bytes, *, status: int = 200, entry: Entry = ENTRY, final_url: str = URL, content_type: str = "text/html", failure: str = ""
) -> Page:
    data = body.encode() if isinstance(body, str) else body
    return Page(Response(URL, final_url, status, {"content-type": content_type}, data, NOW, failure=failure), entry)


def extract(
    body: str | bytes, *, status: int = 200, entry: Entry = ENTRY, final_url: str = URL, content_type: str = "text/html", failure: str = ""
) -> Article | Rejection:
    one = page(body, status=status, entry=entry, final_url=final_url, content_type=content_type, failure=failure)
    return extract_article(one, "Baytown Post", NOW)


def article(body: str | bytes, *, entry: Entry = ENTRY, final_url: str = URL, content_type: str = "text/html") -> Article:
    result = extract(body, entry=entry, final_url=final_url, content_type=content_type)
    assert isinstance(result, Article)
    return result
