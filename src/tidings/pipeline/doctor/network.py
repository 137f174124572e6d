"""Say how we name ourselves, which way requests go, and which certificates are excepted from the usual check."""

from collections.abc import Iterator

from tidings.config import Settings
from tidings.pipeline.doctor.finding import Finding, ok, warning


def network_findings(settings: Settings) -> Iterator[Finding]:
    """Look at the settings of the network that are allowed but want to be known."""
    network = settings.network
    if network.contact:
        yield ok("contact", f"servers are told {network.contact}")
    else:
        yield warning(
            "contact",
            "servers are not told whom to complain to: some refuse programs without a contact",
            "write an address that may be public, such as the link of your organisation, into `network.contact` of settings.toml",
        )
    if network.proxy not in ("", "direct"):
        yield ok("proxy", f"feeds and pages are asked through {network.proxy}; names are looked up here, mail and Slack go directly")
    for feed in settings.feeds:
        if feed.tls_sha256:
            yield warning(
                "certificate",
                f"accepted without the usual check, by its fingerprint {feed.tls_sha256}",
                "remove `tls_sha256` from feeds.toml as soon as the site has a valid certificate",
                f"{feed.publisher} {feed.shown_url}",
            )
