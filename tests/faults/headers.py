"""Faults of statuses, headers and redirects."""

from fakes import rss
from faults.fault import Fault, absorbed
from faults.server import FEED, Strike, Visit

_LOGIN = b"<html><head><title>Sign in</title></head><body><form><input name=user><input type=password></form></body></html>"
_CHALLENGE = b"<html><title>Just a moment...</title><body>Checking your browser before you may enter.</body></html>"


def _bytes(data: bytes) -> Strike:
    return lambda visit: visit.say(data)


def _status(status: str, body: bytes = b"", **headers: str) -> Strike:
    return lambda visit: visit.reply(body, status, Content_Type="text/html", **headers)


def _to(location: str, status: str = "302 Found") -> Strike:
    return lambda visit: visit.reply(b"", status, Location=location)


def _whole(*heads: str) -> Strike:
    """Answer with the whole feed under a head of these lines."""
    return lambda visit: visit.say("\r\n".join(["HTTP/1.1 200 OK", *heads, "", ""]).encode("latin-1") + rss(visit.site.pieces))


def _endless_headers(visit: Visit) -> None:
    visit.say(b"HTTP/1.1 200 OK\r\n")
    visit.flood(b"X-More: and more\r\n" * 200)


def _endless_line(visit: Visit) -> None:
    visit.say(b"HTTP/1.1 200 OK\r\nX-Long: ")
    visit.flood(b"a" * 4096)


def _endless_hints(visit: Visit) -> None:
    visit.flood(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50)


def _chain(visit: Visit) -> None:
    step = int(visit.path.rpartition("?")[2] or 0) if "?" in visit.path else 0
    visit.reply(b"", "302 Found", Location=f"{FEED}?{step + 1}")


def _ring(visit: Visit) -> None:
    other = f"{FEED}?b" if not visit.path.endswith("?b") else FEED
    visit.reply(b"", "301 Moved Permanently", Location=other)


def _portal(visit: Visit) -> None:
    if visit.path == "/login":
        visit.reply(_LOGIN, Content_Type="text/html")
    else:
        visit.reply(b"", "302 Found", Location="/login")


def _two_lengths(visit: Visit) -> None:
    body = rss(visit.site.pieces)
    visit.say(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nContent-Length: {len(body) - 7}\r\n\r\n".encode() + body)


STATUSES = (
    Fault("status_999", "status", "status 999", _status("999 No"), "http_999"),
    Fault("status_401", "status", "asks for a password", _status("401 Unauthorized", _LOGIN), "http_401"),
    Fault("status_403", "status", "a challenge page with status 403", _status("403 Forbidden", _CHALLENGE), "http_403"),
    Fault("status_404", "status", "gone without a word", _status("404 Not Found"), "http_404"),
    Fault("status_410", "status", "gone for good", _status("410 Gone"), "http_410"),
    Fault("status_451", "status", "not for legal reasons", _status("451 Unavailable For Legal Reasons"), "http_451"),
    Fault("status_429", "status", "too many requests, two hours to wait", _status("429 Too Many Requests", Retry_After="7200"), "http_429"),
    Fault("status_429_absurd", "status", "too many requests, a year to wait", _status("429 Too Many", Retry_After="31536000"), "http_429"),
    Fault("status_500", "status", "a server in trouble", _status("500 Oops"), "http_500"),
    Fault("status_503", "status", "a challenge page with status 503", _status("503 Service Unavailable", _CHALLENGE), "http_503"),
    Fault("status_204", "status", "no content", _bytes(b"HTTP/1.1 204 No Content\r\n\r\n"), "empty_body"),
    Fault("status_304", "status", "unchanged, though nobody asked", _bytes(b"HTTP/1.1 304 Not Modified\r\n\r\n"), "not_modified_unasked"),
    Fault("status_101", "status", "another protocol, though nobody asked", _bytes(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), "protocol"),
    Fault("status_huge", "status", "a status of six digits", _bytes(b"HTTP/1.1 200200 OK\r\n\r\n"), "protocol"),
)
HEADERS = (
    Fault("http_09", "headers", "a body without any head", lambda visit: visit.say(rss(visit.site.pieces)), "incomplete"),
    Fault("another_protocol", "headers", "the greeting of another protocol", _bytes(b"SSH-2.0-OpenSSH_9.6\r\n"), "incomplete"),
    Fault("endless_headers", "headers", "headers without end", _endless_headers, "protocol"),
    Fault("endless_line", "headers", "one header without end", _endless_line, "protocol"),
    Fault("endless_hints", "headers", "interim answers (1xx) without end", _endless_hints, "protocol"),
    Fault("null_in_header", "headers", "a null byte in a header", _whole("X-Bad: a\x00b"), "protocol"),
    Fault("two_lengths", "headers", "two different lengths", _two_lengths, "protocol"),
    Fault("negative_length", "headers", "a negative length", _whole("Content-Length: -5"), "protocol"),
    Fault("length_in_words", "headers", "a length that is no number", _whole("Content-Length: many"), "protocol"),
    Fault("claims_too_much", "headers", "claims a length over the limit", _whole("Content-Length: 99999999999"), "too_large"),
    Fault("unknown_encoding", "headers", "an encoding that nobody asked for", _whole("Content-Encoding: zstd"), "protocol"),
    Fault("unknown_framing", "headers", "a framing that nobody knows", _whole("Transfer-Encoding: rot13"), "protocol"),
)
REDIRECTS = (
    Fault("ring", "redirect", "two addresses that lead to each other", _ring, "too_many_redirects: in a circle"),
    Fault("to_itself", "redirect", "leads to itself", _to(FEED), "too_many_redirects: in a circle"),
    Fault("chain", "redirect", "always one step more", _chain, "too_many_redirects: more than 5"),
    Fault("to_file", "redirect", "leads to a file of the machine", _to("file:///etc/passwd"), "refused_address"),
    Fault("to_script", "redirect", "leads to a script", _to("javascript:alert(1)"), "refused_address"),
    Fault("to_private", "redirect", "leads to a private address", _to("http://10.0.0.1/feed.xml"), "refused_address"),
    Fault("to_metadata", "redirect", "leads to a cloud's metadata", _to("http://169.254.169.254/latest/meta-data/"), "refused_address"),
    Fault("to_loopback", "redirect", "leads to another port of this machine", _to("http://127.0.0.1:22/"), "refused_address"),
    Fault("to_mapped", "redirect", "leads to loopback written as IPv6", _to("http://[::ffff:127.0.0.1]/"), "refused_address"),
    Fault("to_number", "redirect", "leads to loopback written as one number", _to("http://2130706433/"), "refused_address"),
    Fault("to_unknown", "redirect", "leads to a name that nobody knows", _to("http://lapsed.example/"), "dns"),
    Fault("to_nowhere", "redirect", "a redirect without a target", _status("302 Found"), "http_302"),
    Fault("to_portal", "redirect", "leads to a login page with status 200", _portal, "not_a_feed", at="/"),
    Fault("to_home", "redirect", "leads to the home page of the site", _to("/"), "not_a_feed"),
    absorbed("moved", "moved to another path for good", _to("/new/feed.xml", "301 Moved Permanently")),
)
