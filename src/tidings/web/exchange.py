"""Make one request to one server and read its answer: no redirects, no reuse of connections, no state."""

import re
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpcore

from tidings.text.urls import WebUrl
from tidings.web.decode import decoder_for
from tidings.web.failures import INCOMPLETE, PROTOCOL, TOO_LARGE, FetchError
from tidings.web.limits import ERROR_BYTES_MAX
from tidings.web.network import GuardedBackend, Meter

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
HEADER_COUNT_MAX = 256  # sites with every security header there is send about 60
_QUOTED = re.compile(r"[:,]?[ (]+(?:bytearray\(|b?['\"]).*", re.DOTALL)  # the server's words, which may repeat what it was asked
_NEVER_KEPT = frozenset({"set-cookie", "set-cookie2"})


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what a server said; with `failure` the body is empty."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    encoded: bytes = b""  # the body as it came, where it came compressed
    wire_bytes: int = 0
    failure: str = ""
    detail: str = ""

    @property
    def location(self) -> str:
        """Return where this answer sends us; empty unless it is a redirect."""
        return self.headers.get("location", "") if self.status in REDIRECT_STATUSES else ""


def exchange(
    url: WebUrl, headers: list[tuple[bytes, bytes]], tls: ssl.SSLContext, backend: GuardedBackend, bytes_max: int, *, cut: bool = False
) -> Answer:
    """GET the URL; raise FetchError when no answer begins. With `cut`, a body over `bytes_max` is cut instead of refused."""
    scheme, host = url.scheme.encode(), url.host.encode()
    connection = httpcore.HTTPConnection(httpcore.Origin(scheme, host, url.port), ssl_context=tls, network_backend=backend)
    where = httpcore.URL(scheme=scheme, host=host, port=url.port, target=url.target.encode())
    request = httpcore.Request(b"GET", where, headers=headers)
    try:
        with _one_kind_of_error(backend.meter):
            answer = connection.handle_request(request)
        return _read(answer, backend.meter, bytes_max, cut=cut)
    finally:
        connection.close()


def _read(answer: httpcore.Response, meter: Meter, bytes_max: int, *, cut: bool) -> Answer:
    headers = _headers(answer.headers)
    if answer.status in REDIRECT_STATUSES and headers.get("location"):
        return Answer(answer.status, headers, wire_bytes=meter.wire_bytes)
    success = 200 <= answer.status < 300
    meter.enter_body(bytes_max if success else ERROR_BYTES_MAX)
    try:
        with _one_kind_of_error(meter):
            assert isinstance(answer.stream, Iterable)
            body, encoded = _body(answer.stream, headers, bytes_max if success else ERROR_BYTES_MAX, cut=cut or not success)
    except FetchError as error:
        # The text beside a status that is no success is a courtesy: without it the status still stands.
        reason, detail = (error.reason, error.detail) if success else ("", "")
        return Answer(answer.status, headers, wire_bytes=meter.wire_bytes, failure=reason, detail=detail)
    return Answer(answer.status, headers, body, encoded, meter.wire_bytes)


def _body(chunks: Iterable[bytes], headers: dict[str, str], bytes_max: int, *, cut: bool) -> tuple[bytes, bytes]:
    """Read a body and return it decoded, and as it came if that is something else; raise FetchError when it is too large or not all there."""
    length = headers.get("content-length", "")
    if not cut and length.isascii() and length.isdigit() and int(length[:18]) > bytes_max:
        raise FetchError(TOO_LARGE, f"content-length {length[:18]}")
    decoder = decoder_for(headers.get("content-encoding", ""))
    body, came = bytearray(), bytearray()
    for chunk in chunks:
        came += chunk
        for piece in decoder.feed(chunk):
            body += piece
            if len(body) > bytes_max:
                if cut:
                    return bytes(body[:bytes_max]), b""
                raise FetchError(TOO_LARGE, f"over {bytes_max} bytes")
    if not decoder.complete():
        raise FetchError(INCOMPLETE, "the compressed body was cut")
    return bytes(body), b"" if came == body else bytes(came)


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers with lower-case names; repeated ones are joined, cookies are dropped."""
    found: dict[str, list[str]] = {}
    for count, (raw_name, raw_value) in enumerate(pairs, 1):
        if count > HEADER_COUNT_MAX:
            raise FetchError(PROTOCOL, f"more than {HEADER_COUNT_MAX} headers")
        name = raw_name.decode("latin-1").lower()
        if name not in _NEVER_KEPT:
            found.setdefault(name, []).append(raw_value.decode("latin-1"))
    return {name: values[-1] if name == "location" else ", ".join(values) for name, values in found.items()}


@contextmanager
def _one_kind_of_error(meter: Meter) -> Iterator[None]:
    """Turn what httpcore and h11 raise into FetchError."""
    try:
        yield
    except (httpcore.ProtocolError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.UnsupportedProtocol, ValueError) as error:
        reason = INCOMPLETE if meter.ended else PROTOCOL
        raise FetchError(reason, _QUOTED.sub("", str(error)) or type(error).__name__) from None
