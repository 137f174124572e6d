"""One certificate that does not verify is accepted: the one whose fingerprint the feed's configuration holds."""

import hashlib
import shutil
import ssl

import pytest
from test_tls import make_certificate, trusting

from tidings.model import Request
from tidings.web.client import Client
from tidings.web.pins import pin_for_page

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl, to make a certificate, is not installed")
OTHER = "0" * 64


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("pinned"))


def serving(web, folder, answer, host="127.0.0.1"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return web.serve(answer, tls=context, host=host)


def fingerprint(folder) -> str:
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert((folder / "cert.pem").read_text())).hexdigest()


def ask(web, server, url="https://daily.example/rss", kind="feed", pin="", tls=None, names=("daily.example",), **changes):
    with Client(web.limits(connect_to=dict.fromkeys(names, server.pair), **changes), tls=tls) as client:
        return client.send(Request(url, kind, tls_sha256=pin), web.now)


def test_without_an_exception_the_failure_names_the_certificate(web, certificate):
    """A feed's certificate that does not verify is a failure that says which it was and what may be done; nothing was sent."""
    server = serving(web, certificate, web.reply(b"feed"))
    response = ask(web, server)
    assert (response.failure, response.body, server.heads) == ("tls", b"", [])
    assert fingerprint(certificate) in response.detail
    assert response.detail.startswith("self")
    assert response.detail.endswith("tls_sha256 in feeds.toml")
    assert server.connection_count == 2  # the second carried a handshake and nothing else


def test_the_certificate_of_the_exception_is_accepted(web, certificate):
    """Positive control: the same server with its fingerprint in the configuration, by one connection."""
    server = serving(web, certificate, web.reply(b"feed"))
    response = ask(web, server, pin=fingerprint(certificate))
    assert (response.ok, response.body, server.connection_count) == (True, b"feed", 1)


def test_another_certificate_is_refused_before_anything_is_sent(web, certificate):
    """An exception is for one certificate: with another one the feed fails, and the server sees no request."""
    server = serving(web, certificate, web.reply(b"feed"))
    response = ask(web, server, pin=OTHER)
    assert (response.failure, server.heads) == ("tls", [])
    assert fingerprint(certificate) in response.detail
    assert response.detail.endswith("not the tls_sha256 in feeds.toml")


def test_a_certificate_that_verifies_is_accepted_beside_an_exception(web, certificate):
    """A site that mends its certificate is not lost for the exception that its users forgot."""
    server = serving(web, certificate, web.reply(b"feed"))
    assert ask(web, server, pin=OTHER, tls=trusting(certificate)).ok


def test_a_certificate_for_another_name_can_be_accepted_only_by_its_fingerprint(web, certificate):
    """The name is no matter when the certificate is the very one that was written down."""
    server = serving(web, certificate, web.reply(b"feed"))
    options = {"url": "https://weekly.example/rss", "names": ("weekly.example",), "tls": trusting(certificate)}
    assert ask(web, server, **options).failure == "tls"
    assert ask(web, server, pin=fingerprint(certificate), **options).ok


def test_an_exception_ends_at_the_feeds_own_origin(web, certificate):
    """A redirect elsewhere meets the full check, even where the same certificate is shown; on the feed's origin the exception holds."""
    away = serving(web, certificate, web.by_path(rss=web.reply(b"", "302 Found", Location="https://weekly.example/rss")))
    names = ("daily.example", "weekly.example")
    response = ask(web, away, pin=fingerprint(certificate), names=names)
    assert (response.failure, len(away.heads)) == ("tls", 1)
    near = serving(web, certificate, web.by_path(rss=web.reply(b"", "302 Found", Location="/new"), new=web.reply(b"feed")))
    assert ask(web, near, pin=fingerprint(certificate)).body == b"feed"


def test_a_page_of_the_feeds_host_needs_its_robots_by_the_same_certificate(web, certificate):
    """The exception of a page covers the robots.txt that is asked before it; without it neither is had, and neither answer serves the other."""
    server = serving(
        web,
        certificate,
        web.by_path(**{"robots.txt": web.reply(b"User-agent: *\nDisallow: /no"), "a": web.reply(b"page"), "no": web.reply(b"page")}),
    )
    with Client(web.limits(connect_to={"daily.example": server.pair}, robots=True)) as client:
        pin = fingerprint(certificate)
        asked = [("/a", ""), ("/a", pin), ("/no", pin), ("/a", "")]
        responses = [client.send(Request(f"https://daily.example{path}", "page", tls_sha256=given), web.now) for path, given in asked]
        assert [client.allowed("https://daily.example/a", web.now, given) for given in ("", pin)] == [False, True]
    assert [one.failure for one in responses] == ["tls", "", "robots", "tls"]
    assert server.paths() == ["/robots.txt", "/a"]


@pytest.mark.parametrize(
    ("url", "held"),
    [
        ("https://daily.example/a", True),
        ("https://DAILY.example:443/a", True),
        ("https://daily.example:8443/a", True),  # the fingerprint must be the same there, too
        ("http://daily.example/a", False),
        ("https://www.daily.example/a", False),
        ("https://daily.example.evil.example/a", False),
        ("https://evil.example/?https://daily.example/", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_the_exception_of_a_feed_holds_for_pages_on_its_host(url, held):
    """A page has the feed's exception when it is on the very host of the feed, over TLS."""
    assert bool(pin_for_page(url, "https://daily.example/rss", "ab")) is held
    assert pin_for_page(url, "https://daily.example/rss", "") == ""
