"""Describe a fault: where it strikes, what must come of it, and which words must be seen."""

from dataclasses import dataclass

from faults.server import ENTRY_COUNT, FEED, Strike


@dataclass(frozen=True)
class Fault:
    """Hold one way in which a feed goes wrong. Its host is `<name>.example`; while it lasts, `outcome` and `detail` are those of the poll."""

    name: str
    where: str  # connection | name | tls | status | headers | body | feed
    what: str  # one line for the README
    strike: Strike | None
    detail: str  # what the detail of the poll begins with
    outcome: str = "failed"
    at: str = FEED  # the paths that are struck; empty: every connection, before a byte is read
    kept_count: int = 0  # entries that come through in spite of it
    tls: str = ""  # the certificate of the site: good | expired | self_signed | other_name; "none": https, but the site speaks no TLS
    absorbed: bool = False  # it costs nothing: all entries are there, and nobody is alarmed

    @property
    def host(self) -> str:
        return f"{self.name.replace('_', '-')}.example"

    @property
    def reason(self) -> str:
        """Return the reason of the failure in one word."""
        return self.detail.partition(":")[0]


def absorbed(name: str, what: str, strike: Strike, kept_count: int = ENTRY_COUNT, detail: str = "", **more: object) -> Fault:
    """Describe a fault that is taken in without loss."""
    return Fault(name, "feed", what, strike, detail, "polled", kept_count=kept_count, absorbed=True, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class PageFault:
    """Hold one way in which pages go wrong: `outcome` and `reason` are those of the entries while it lasts, `mended` the outcome afterwards."""

    name: str
    what: str
    strike: Strike
    outcome: str
    reason: str
    mended: str = ""  # empty: as before, for the entry is settled
    at: str = "/a/"
    summary: str = ""  # the feed's own text of the entries
    entry_count: int = ENTRY_COUNT

    @property
    def host(self) -> str:
        return f"{self.name.replace('_', '-')}.example"
