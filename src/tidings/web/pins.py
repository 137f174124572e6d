"""Accept one certificate that does not verify: the one whose fingerprint the user wrote down. The only place where a check is replaced."""

import hashlib
import hmac
import ssl
from socket import socket

from tidings.text.urls import parse


class OtherCertificate(Exception):  # noqa: N818 - reads as what was met
    """Carry the fingerprint of a certificate that is not the one expected."""

    def __init__(self, seen: str) -> None:
        self.seen = seen
        super().__init__(seen)


def encrypt_pinned(connection: socket, host: str | None, tls_sha256: str) -> ssl.SSLSocket:
    """Encrypt a connection to whoever holds the key of the certificate with this SHA-256 (of its DER form, in hexadecimal digits).

    Nothing but the handshake is sent before the fingerprint is compared. Raises OtherCertificate, with the connection
    closed, for every other certificate, and OSError when the handshake fails.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    encrypted = context.wrap_socket(connection, server_hostname=host)
    seen = hashlib.sha256(encrypted.getpeercert(binary_form=True) or b"").hexdigest()
    if not hmac.compare_digest(seen, tls_sha256):
        encrypted.close()
        raise OtherCertificate(seen)
    return encrypted


def fingerprint_at(connection: socket, host: str | None) -> str:
    """Return the fingerprint of the certificate that is shown over a connection, which is closed then; empty when none is."""
    try:
        encrypt_pinned(connection, host, "")
    except OtherCertificate as other:
        return other.seen
    except (OSError, ValueError):
        connection.close()
    return ""


def pin_for_page(url: str, feed_url: str, tls_sha256: str) -> str:
    """Return the fingerprint that holds for a page of a feed's entry: the feed's own, on the feed's host over TLS; else empty."""
    page, feed = parse(url), parse(feed_url)
    same = page is not None and feed is not None and page.scheme == "https" and page.host == feed.host
    return tls_sha256 if same else ""
