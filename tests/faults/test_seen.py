"""Every fault is told: by `tidings status`, by the coverage note of the edition, by the report of the run; those of pages by `tidings why`."""

import pytest
from faults.fault import Fault, PageFault
from faults.table import ABSORBED, LOUD, PAGES, words_of

from tidings.render.text import to_text
from tidings.render.words import FEEDS_NAMED_MAX

pytestmark = pytest.mark.slow  # two runs over a hundred sites, with timeouts

each_loud = pytest.mark.parametrize("fault", LOUD, ids=[fault.name for fault in LOUD])
each_page = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])


def line_of(text: str, host: str) -> str:
    """Return the line that names a host."""
    return next((line for line in text.splitlines() if host in line), "")


@each_loud
def test_status_names_each_fault(struck, fault: Fault) -> None:
    """`tidings status --all` names the feed and says in words what is the matter; `--json` does, too."""
    assert words_of(fault) in line_of(struck.status, fault.host)
    assert words_of(fault) in next(one["note"] for one in struck.answer["ailing"] if one["publisher"] == fault.host)


@each_loud
def test_the_coverage_note_names_each_fault(struck, fault: Fault) -> None:
    """The edition's coverage note names the feed with what is the matter, in its text and in its HTML."""
    bullets = [" ".join(one.split()) for text, _ in struck.coverage for one in text.split("  * ")[1:]]
    assert words_of(fault) in next(one for one in bullets if one.startswith(f"{fault.host}: "))
    assert any(fault.host in html for _, html in struck.coverage)


def test_the_coverage_note_counts_what_it_does_not_name(struck) -> None:
    """Of more troubled feeds than an edition has room for it names the first and counts the rest."""
    text = " ".join(to_text(struck.edition).split())
    named = [fault for fault in LOUD if fault.host in text]
    assert len(named) <= FEEDS_NAMED_MAX < len(LOUD)
    assert "more, named by `tidings status --all`" in text


@each_loud
def test_the_run_report_names_each_fault(struck, fault: Fault) -> None:
    """The report of the run, as it is stored, names the feed with the reason, and counts the reason."""
    told = next(one for one in struck.report["failed_feeds"] if one["publisher"] == fault.host)
    assert told["reason"] == fault.reason
    assert struck.report["failures"][fault.reason] == sum(one.reason == fault.reason for one in LOUD)


@pytest.mark.parametrize("fault", ABSORBED, ids=[fault.name for fault in ABSORBED])
def test_what_costs_nothing_alarms_nobody(struck, fault: Fault) -> None:
    """A feed that is odd, and gives all its entries all the same, is fine."""
    assert struck.health[fault.host]["state"] == "fine"


@each_page
def test_why_tells_each_fault_of_a_page(struck, page: PageFault) -> None:
    """`tidings why` says what became of the entry, and the run report counts the reason."""
    assert f"outcome: {page.outcome}: {page.reason}" in struck.why[page.host]
    assert struck.report["reasons"][f"{page.outcome}: {page.reason}"] >= page.entry_count
