"""Set the scene: a town with every fault, healthy sites beside them, and a desk that watches all of them."""

from pathlib import Path

from faults.certificates import Authority
from faults.desk import Desk
from faults.fault import Fault
from faults.server import FEED, Site, Town, pieces_of
from faults.table import FAULTS, PAGES

WELL = tuple(f"well-{n}.example" for n in range(1, 9))  # one at each address of the town


def build(folder: Path, town: Town, authority: Authority) -> Desk:
    """Return a desk that is configured for a town with all faults."""
    for host in WELL:
        town.add(host)
    for fault in FAULTS:
        if fault.where != "name":
            add(town, fault, authority)
    for page in PAGES:
        town.add(page.host, page.strike, page.at, pieces=pieces_of(f"http://{page.host}/", page.entry_count, page.summary))
    desk = Desk(folder, town, tls=authority.trusted())
    desk.configure({fault.host: f"http://{fault.host}{FEED}" for fault in FAULTS if fault.where == "name"})
    return desk


def add(town: Town, fault: Fault, authority: Authority) -> Site:
    """Add the site of a fault."""
    if not fault.tls:
        return town.add(fault.host, fault.strike, fault.at)
    spoken = None if fault.tls == "none" else authority.context(fault.host, fault.tls)
    pieces = pieces_of(f"https://{fault.host}/")
    mended = authority.context(fault.host, "good")
    return town.add(fault.host, fault.strike, fault.at, pieces=pieces, tls=spoken, tls_mended=mended)
