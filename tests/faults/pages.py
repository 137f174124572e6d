"""Faults of pages: the feed is well, what its entries lead to is not."""

from faults.bodies import zipped_bomb
from faults.fault import PageFault
from faults.server import Strike, Visit

MANY = 6  # enough pages to speak of a habit of the site
SUMMARY = "The rose houses of the valley stay open until Sunday evening, said the head gardener of the town."
_WALL = """<html><head><title>Before you continue</title></head><body><article><p>We value your privacy. We and our partners store cookies on your
device and process personal data for legitimate interest. You can manage options or accept all.</p><p>Accept all cookies. Reject all cookies.
Read our privacy policy about your consent and your choices.</p></article></body></html>"""
_LOGIN = """<html><head><title>Sign in</title></head><body><article><p>Please sign in to continue. Enter your password or create a free account.</p>
<p>Forgot your password? Log in to your account to read on this device.</p></article></body></html>"""
_CHALLENGE = "<html><head><title>Just a moment...</title></head><body><p>Checking your browser before you may enter. Please enable JavaScript and verify that you are a human.</p></body></html>"
_NOT_FOUND = (
    "<html><head><title>Page not found</title></head><body><p>The page you requested could not be found on this site.</p></body></html>"
)
_DEPTH = 400
_TEASER = """<html><head><title>{title}</title></head><body><article><p>The gardeners of the valley have found a rose that was thought to be lost, and they
will show it on Sunday.</p><p>Subscribe now to continue reading. Already a subscriber? Log in.</p></article></body></html>"""


def _page(text: str, status: str = "200 OK") -> Strike:
    return lambda visit: visit.reply(text.encode(), status, Content_Type="text/html; charset=utf-8")


def _home(visit: Visit) -> None:
    visit.reply(b"", "302 Found", Location="/")


def _pdf(visit: Visit) -> None:
    visit.reply(b"%PDF-1.7\n" + bytes(2_000), Content_Type="application/pdf")


def _too_large(visit: Visit) -> None:
    visit.reply(b"<html><body>" + b"<p>The roses are in bloom.</p>" * 120_000, Content_Type="text/html")


def _large(visit: Visit) -> None:
    """Serve 2.9 MB of ordinary paragraphs: below the limit of the network, beyond that of the jail of these tests."""
    text = "<p>The bridge over the river is shut.</p>" * 65_000
    visit.reply(
        f"<html><head><title>Minutes</title></head><body><article>{text}</article></body></html>".encode(), Content_Type="text/html"
    )


def _deep(visit: Visit) -> None:
    text = "<div>" * _DEPTH + "<p>The gardeners of the valley have found a rose that was lost.</p>" + "</div>" * _DEPTH
    visit.reply(f"<html><body>{text}</body></html>".encode(), Content_Type="text/html")


def _drip(visit: Visit) -> None:
    visit.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    visit.drip(b"<p>Roses.</p>")


def _robots(text: str) -> Strike:
    return lambda visit: visit.reply(text.encode(), Content_Type="text/plain")


def _private(visit: Visit) -> None:
    visit.reply(b"", "302 Found", Location="http://169.254.169.254/latest/meta-data/")


def _bomb(visit: Visit) -> None:
    visit.reply(zipped_bomb(31), Content_Encoding="gzip", Content_Type="text/html")


def _cut(visit: Visit) -> None:
    visit.reply(b"<html><body><p>The roses are", Content_Type="text/html", length=5_000)


def _busy(visit: Visit) -> None:
    visit.reply(b"", "429 Too Many Requests", Retry_After="3600")


def _ring(visit: Visit) -> None:
    visit.reply(b"", "302 Found", Location=visit.path)


PAGES = (
    PageFault("wall_page", "a consent wall", _page(_WALL), "rejected", "wall", entry_count=MANY),
    PageFault("login_wall", "a login page with status 200", _page(_LOGIN), "rejected", "wall"),
    PageFault("challenge_wall", "a challenge page with status 200", _page(_CHALLENGE), "rejected", "wall"),
    PageFault(
        "wall_with_summary", "a consent wall, and a feed that tells something itself", _page(_WALL), "off_topic", "no_term", summary=SUMMARY
    ),
    PageFault("soft_404", "says that it is not there, with status 200", _page(_NOT_FOUND), "rejected", "not_found"),
    PageFault("hard_404", "is not there", _page("nothing", "404 Not Found"), "rejected", "not_found", entry_count=MANY),
    PageFault("forbidden", "status 403", _page("no", "403 Forbidden"), "rejected", "blocked", entry_count=MANY),
    PageFault("broken_page", "status 500", _page("oops", "500 Oops"), "deferred", "http_500", "off_topic"),
    PageFault("goes_home", "a redirect to the home page", _home, "rejected", "redirect_home"),
    PageFault("leads_inside", "a redirect to a cloud's metadata", _private, "rejected", "refused_address"),
    PageFault("pdf", "a PDF", _pdf, "rejected", "pdf"),
    PageFault("empty_page", "a page of no byte", _page(""), "rejected", "empty", entry_count=MANY),
    PageFault("too_large_page", "3.5 MB", _too_large, "rejected", "too_large"),
    PageFault("large_page", "more than the jail takes", _large, "rejected", "parser_timeout", entry_count=1),
    PageFault("deep_page", "nested 400 deep", _deep, "rejected", "too_deep"),
    PageFault("dripping_page", "a byte each tenth of a second", _drip, "deferred", "timeout", "off_topic"),
    PageFault("bomb_page", "256 MB of zeros in gzip", _bomb, "rejected", "too_large"),
    PageFault("cut_page", "cut in the middle", _cut, "deferred", "incomplete", "off_topic"),
    PageFault("ring_page", "a redirect to itself", _ring, "rejected", "too_many_redirects"),
    PageFault("busy_page", "status 429 with an hour to wait", _busy, "deferred", "http_429", "off_topic", entry_count=1),
    PageFault("robots_bomb", "behind a robots.txt of 256 MB of zeros in gzip", _bomb, "off_topic", "no_term", at="/robots.txt"),
    PageFault(
        "robots_refuse",
        "a robots.txt that asks us to stay away",
        _robots("User-agent: *\nDisallow: /a/"),
        "rejected",
        "robots",
        at="/robots.txt",
    ),
    PageFault("robots_500", "a robots.txt in trouble", _page("oops", "500 Oops"), "deferred", "retry_later", "off_topic", at="/robots.txt"),
    PageFault("robots_drip", "a robots.txt of a byte each tenth of a second", _drip, "deferred", "timeout", "off_topic", at="/robots.txt"),
)
