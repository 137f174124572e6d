"""Every fault at once: each is an outcome with a reason, costs nobody else, takes little memory, and is over when it is mended."""

import pytest
from faults.bodies import BOMB_BYTES, BOMBS
from faults.fault import Fault, PageFault
from faults.scene import WELL
from faults.table import FAULTS, LOUD, PAGES

pytestmark = pytest.mark.slow  # two runs over a hundred sites, with timeouts

ROSE_BYTES_MAX = 250_000_000  # sixteen answers at once of 10 MB each, and those that wait to be read
SETTLED = {"off_topic", "rejected"}  # the sites tell nothing of a watched topic

each_fault = pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
each_page = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])


def test_there_are_faults_of_every_kind() -> None:
    """At least forty faults are told to people, each under a name of its own."""
    names = [one.name for one in (*FAULTS, *PAGES)]
    assert len(LOUD) >= 40
    assert len(names) == len(set(names))
    assert not {one.host for one in (*FAULTS, *PAGES)} & set(WELL)


@each_fault
def test_each_fault_is_an_outcome_with_a_reason(struck, fault: Fault) -> None:
    """The poll says what went wrong, and what could be read of the feed is kept."""
    poll = struck.polls[fault.host]
    assert (poll["outcome"], poll["detail"][: len(fault.detail)]) == (fault.outcome, fault.detail)
    assert len(struck.entries[fault.host]) == fault.kept_count


@pytest.mark.parametrize("host", WELL)
def test_a_fault_costs_only_itself(struck, host: str) -> None:
    """A feed in good health, at the same address as a dozen that are not, gives all its entries, and their pages are read."""
    assert struck.polls[host]["outcome"] == "polled"
    assert [(one["outcome"], one["reason"]) for one in struck.entries[host]] == [("off_topic", "no_term")] * 3


@each_page
def test_each_fault_of_a_page_is_an_outcome_with_a_reason(struck, page: PageFault) -> None:
    """An entry whose page goes wrong is settled or waits, and says why."""
    assert {(one["outcome"], one["reason"]) for one in struck.entries[page.host]} == {(page.outcome, page.reason)}
    assert struck.polls[page.host]["outcome"] == "polled"


def test_all_outcomes_add_up(struck) -> None:
    """Every entry has exactly one outcome, in the report and in the store, and none waits unseen."""
    entries = [one for found in struck.entries.values() for one in found]
    assert sum(struck.report["outcomes"].values()) == struck.report["entries"] == len(entries)
    assert "pending" not in struck.report["outcomes"]
    assert sum(struck.report["feeds"].values()) == len(struck.polls) == len(FAULTS) + len(PAGES) + len(WELL)


def test_bombs_take_no_memory(struck) -> None:
    """The run that met all bombs, each larger than this bound, took less memory than the smallest of them unpacked."""
    assert BOMB_BYTES > ROSE_BYTES_MAX
    assert len(BOMBS) >= 6
    assert struck.rose_by < ROSE_BYTES_MAX


@each_fault
def test_a_mended_feed_recovers_everything(mended, fault: Fault) -> None:
    """When the fault is over the feed is fine again, and each entry that it shows is known and was read."""
    assert mended.polls[fault.host]["outcome"] in ("polled", "unchanged")
    assert mended.health[fault.host]["state"] == "fine"
    shown = [f"Garden show number {n} of the {fault.name.replace('_', ' ')} valley opens" for n in (1, 2, 3)]
    read = {one["title"] for one in mended.entries[fault.host] if one["outcome"] in SETTLED}
    assert set(shown) <= read


@each_page
def test_pages_that_may_come_back_are_tried_again(mended, page: PageFault) -> None:
    """What was put off is read when the fault is over; what was settled stays."""
    assert {one["outcome"] for one in mended.entries[page.host]} == {page.mended or page.outcome}


def test_nothing_fails_any_more(mended) -> None:
    """After the second run no feed fails, and nothing is left waiting."""
    assert {one["state"] for one in mended.health.values()} == {"fine"}
    assert mended.report["feeds"].get("failed", 0) == 0
    assert not {"pending", "deferred"} & {one["outcome"] for found in mended.entries.values() for one in found}
