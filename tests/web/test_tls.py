"""Certificates are checked: against the host name, against known authorities, always."""

import shutil
import ssl
import subprocess

import pytest

from tidings.web.client import Client
from tidings.web.limits import Limits

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl, to make a certificate, is not installed")


def make_certificate(folder, name="daily.example"):
    """Make a self-signed certificate for a name."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-keyout", "key.pem",
         "-out", "cert.pem", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Make a self-signed certificate for daily.example."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server(web, certificate):
    """Serve over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return web.serve(web.reply(b"over TLS"), tls=context)


def trusting(certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate / "cert.pem")


def test_a_certificate_from_nobody_is_refused(web, server):
    """A self-signed certificate is a failure of TLS, nothing is sent, and there is no second try without the check."""
    response = web.get("https://daily.example/", connect_to={"daily.example": server.pair})
    assert (response.failure, server.heads, server.connection_count) == ("tls", [], 1)
    assert "self" in response.detail


def test_a_certificate_of_a_known_authority_is_accepted(web, server, certificate):
    """Positive control: the same certificate from a trusted authority, for the right name."""
    response = web.get("https://daily.example/", connect_to={"daily.example": server.pair}, tls=trusting(certificate))
    assert response.ok
    assert response.body == b"over TLS"


def test_a_certificate_for_another_name_is_refused(web, server, certificate):
    """The name asked for is the name that must be certified, whatever address it has."""
    response = web.get("https://weekly.example/", connect_to={"weekly.example": server.pair}, tls=trusting(certificate))
    assert (response.failure, server.heads) == ("tls", [])
    assert web.get(server.url(scheme="https"), tls=trusting(certificate)).failure == "tls"


def test_a_server_that_speaks_no_tls_is_a_failure_of_tls(web):
    """A plain server asked over https fails; there is no way back to http."""
    server = web.serve(web.reply(b"plain"), greeting=b"220 mail.example ESMTP\r\n")
    assert web.get(server.url(scheme="https")).failure == "tls"


def test_a_handshake_that_hangs_ends_at_the_deadline(web):
    """The deadline covers the handshake."""
    server = web.serve(lambda *_: web.servers[-1].stop.wait(5))
    assert web.get(server.url(scheme="https"), timeout_s=0.3).failure == "timeout"


def test_a_redirect_from_https_to_http_is_followed_and_noted(web, certificate):
    """A downgrade is allowed, since sites do it, and stands in the chain of redirects."""
    plain = web.serve(web.reply(b"plain"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    server = web.serve(web.reply(b"", "301 Moved", Location=plain.url("/a")), tls=context)
    response = web.get("https://daily.example/", connect_to={"daily.example": server.pair}, tls=trusting(certificate))
    assert (response.body, response.redirects) == (b"plain", ((301, plain.url("/a")),))


@pytest.mark.parametrize("change", ["verify", "names"])
def test_a_client_that_does_not_check_cannot_be_made(change):
    """A context without checks is a mistake of the programmer, and is refused at once."""
    context = ssl.create_default_context()
    context.check_hostname = False
    if change == "verify":
        context.verify_mode = ssl.CERT_NONE
    with pytest.raises(ValueError, match="certificates"):
        Client(Limits(), tls=context)
