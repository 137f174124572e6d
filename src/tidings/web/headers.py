"""Write the headers of a request: ours, and of the request's own only validators that are fit to send."""

import base64
from urllib.parse import unquote

from tidings.model import Request
from tidings.text.urls import WebUrl
from tidings.web.decode import ACCEPTED

_ACCEPT = {
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    "page": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
}
_VALIDATORS = frozenset({"if-none-match", "if-modified-since"})
_VALIDATOR_CHARS_MAX = 1_000


def headers_of(request: Request, url: WebUrl, first: WebUrl, user_agent: str) -> list[tuple[bytes, bytes]]:
    """Return all headers of one hop to `url` of a request that began at `first`: no cookie, no Referer, a password to its own origin only."""
    headers = [
        ("Host", url.netloc),
        ("User-Agent", user_agent),
        ("Accept", _ACCEPT.get(request.kind, "*/*")),
        ("Accept-Encoding", ACCEPTED),
    ]
    headers += [(name, value) for name, value in request.headers if name.lower() in _VALIDATORS and _is_fit(value)]
    if first.userinfo and url.origin == first.origin:
        headers.append(("Authorization", "Basic " + base64.b64encode(unquote(first.userinfo).encode()).decode()))
    headers.append(("Connection", "close"))
    return [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in headers]


def _is_fit(value: str) -> bool:
    """Tell whether a validator, which is a server's own words, can go into a header."""
    return 0 < len(value) <= _VALIDATOR_CHARS_MAX and all(" " <= sign <= "\xff" and sign != "\x7f" for sign in value)
