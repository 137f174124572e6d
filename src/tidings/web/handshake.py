"""Encrypt a connection: the certificate verifies, or it is the one that the feed's configuration names, or the request fails."""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from tidings.web.failures import TIMEOUT, TLS, FetchError
from tidings.web.pins import OtherCertificate, encrypt_pinned, fingerprint_at

_WHY_CHARS_MAX = 70  # so that the fingerprint, and what to do, have room beside it


@dataclass(frozen=True, slots=True)
class Trust:
    """Say what is trusted besides certificates that verify, and whether one that does not is looked at to name it."""

    tls_sha256: str = ""
    names_certificate: bool = False


def encrypt(
    connection: socket.socket, again: Callable[[], socket.socket], context: ssl.SSLContext, host: str | None, trust: Trust
) -> ssl.SSLSocket:
    """Return the connection encrypted, or raise FetchError; nothing but handshakes is sent.

    `again` opens another connection to the same address: a handshake cannot be tried twice over one.
    """
    try:
        return _encrypt(connection, again, context, host, trust)
    except TimeoutError:
        raise FetchError(TIMEOUT, "in the TLS handshake") from None
    except (OSError, ValueError) as error:
        raise FetchError(TLS, str(error)) from None


def _encrypt(
    connection: socket.socket, again: Callable[[], socket.socket], context: ssl.SSLContext, host: str | None, trust: Trust
) -> ssl.SSLSocket:
    seen = ""
    if trust.tls_sha256:
        try:
            return _closing(connection, lambda: encrypt_pinned(connection, host, trust.tls_sha256))
        except OtherCertificate as other:  # the site may have one by now that verifies
            seen, connection = other.seen, again()
    try:
        return _closing(connection, lambda: context.wrap_socket(connection, server_hostname=host))
    except ssl.SSLCertVerificationError as error:
        seen = seen or (_seen(again, host) if trust.names_certificate else "")
        raise FetchError(TLS, _why(error.verify_message or str(error), seen, trust)) from None


def _closing(connection: socket.socket, handshake: Callable[[], ssl.SSLSocket]) -> ssl.SSLSocket:
    """Do a handshake; a connection over which it failed is closed."""
    try:
        return handshake()
    except BaseException:
        connection.close()
        raise


def _seen(again: Callable[[], socket.socket], host: str | None) -> str:
    """Look at the certificate over a connection of its own, which carries nothing else; a look in vain changes nothing."""
    try:
        return fingerprint_at(again(), host)
    except (FetchError, OSError):
        return ""


def _why(message: str, seen: str, trust: Trust) -> str:
    """Say what is wrong with the certificate, which one it was, and what the user may do."""
    message = message[:_WHY_CHARS_MAX]
    if not seen:
        return message
    to_do = "not the tls_sha256 in feeds.toml" if trust.tls_sha256 else "is it the right one? tls_sha256 in feeds.toml"
    return f"{message}; SHA-256 {seen}: {to_do}"
