"""Faults of names, connections and TLS."""

import threading
from collections.abc import Callable, Sequence

from fakes import rss
from faults.fault import Fault
from faults.server import Strike, Visit

_RECORD = b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb\x03\x03"  # the head of a TLS record of 16 KB that never ends


def _hang_up(visit: Visit) -> None:
    visit.socket.close()


def _drip_status(visit: Visit) -> None:
    visit.read_head()
    visit.drip(b"HTTP/1.1 200 " + b"O" * 1000)


def _drip_headers(visit: Visit) -> None:
    visit.say(b"HTTP/1.1 200 OK\r\n")
    visit.drip(b"X-Slow: 1\r\n")


def drip_body(visit: Visit) -> None:
    """Answer at once with a head, then with a byte ten times a second."""
    body = rss(visit.site.pieces)
    visit.say(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode())
    visit.drip(body)


def _drip_chunks(visit: Visit) -> None:
    visit.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    visit.drip(b"1\r\n<\r\n")


def _reset_in_headers(visit: Visit) -> None:
    visit.say(b"HTTP/1.1 200 OK\r\nContent-Le")
    visit.reset()


def _reset_in_body(visit: Visit) -> None:
    visit.reply(rss(visit.site.pieces)[:200], length=5_000)
    visit.reset()


def _drip_handshake(visit: Visit) -> None:
    visit.socket.recv(4096)
    visit.say(_RECORD)
    visit.drip(every_s=0.1)


def _cut_handshake(visit: Visit) -> None:
    visit.socket.recv(4096)
    visit.say(_RECORD[:7])
    visit.socket.close()


def _plain_answer(visit: Visit) -> None:
    visit.socket.recv(4096)
    visit.say(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def _cut_in_tls(visit: Visit) -> None:
    visit.reply(rss(visit.site.pieces)[:300], length=5_000)


CONNECTION = (
    Fault("silent", "connection", "takes the connection and never says a word", Visit.hold, "timeout", at=""),
    Fault("hangs_up", "connection", "hangs up at once", _hang_up, "incomplete", at=""),
    Fault("resets", "connection", "resets the connection when it is asked", Visit.reset, "incomplete"),
    Fault("reads_then_silent", "connection", "reads the request and never answers", Visit.hold, "timeout"),
    Fault("drips_status", "connection", "a status line of a byte each tenth of a second", _drip_status, "timeout", at=""),
    Fault("drips_headers", "connection", "headers of a byte each tenth of a second", _drip_headers, "timeout"),
    Fault("drips_body", "connection", "a body of a byte each tenth of a second", drip_body, "timeout"),
    Fault("drips_chunks", "connection", "chunks of one byte each half second", _drip_chunks, "timeout"),
    Fault("resets_in_headers", "connection", "resets the connection within a header", _reset_in_headers, "incomplete"),
    Fault("resets_in_body", "connection", "resets the connection within the body", _reset_in_body, "incomplete"),
)
TLS = (
    Fault("drips_handshake", "tls", "a TLS handshake of a byte each tenth of a second", _drip_handshake, "timeout", at="", tls="none"),
    Fault("silent_tls", "tls", "takes the connection and begins no handshake", Visit.hold, "timeout", at="", tls="none"),
    Fault("cuts_handshake", "tls", "hangs up within the handshake", _cut_handshake, "tls", at="", tls="none"),
    Fault("plain_on_tls", "tls", "speaks plain HTTP where TLS is expected", _plain_answer, "tls", at="", tls="none"),
    Fault("expired", "tls", "a certificate that has expired", None, "tls: certificate has expired", tls="expired"),
    Fault("self_signed", "tls", "a certificate that nobody vouches for", None, "tls: self-signed certificate", tls="self_signed"),
    Fault("other_name", "tls", "a certificate for another host", None, "tls: Hostname mismatch", tls="other_name"),
    Fault("cut_in_tls", "tls", "hangs up within the encrypted body", _cut_in_tls, "incomplete", tls="good"),
)
NAMES = (
    Fault("unknown_name", "name", "a name that nobody knows", None, "dns", at="name"),
    Fault("slow_name", "name", "a name server that never answers", None, "dns: no answer in time", at="name"),
    Fault("empty_name", "name", "a name without an address", None, "dns: no address", at="name"),
    Fault("private_name", "name", "a name that leads to a private address", None, "refused_address: 10.", at="name"),
    Fault("metadata_name", "name", "a name that leads to a cloud's metadata", None, "refused_address: 169.254.", at="name"),
)


def resolver(stop: threading.Event) -> Callable[[str, int], Sequence[str]]:
    """Play the name server; what hangs hangs until `stop`."""

    def look_up(host: str, port: int) -> Sequence[str]:
        if host == "slow-name.example":
            stop.wait(60)
        known = {"empty-name.example": [], "private-name.example": ["10.1.2.3"], "metadata-name.example": ["169.254.169.254"]}
        if host not in known:
            raise OSError(f"{host}: no such name")
        return known[host]

    return look_up


def struck_before_names(fault: Fault) -> Strike | None:
    """Return the strike of a site: a fault of names has none, the site is never reached."""
    return None if fault.where == "name" else fault.strike
