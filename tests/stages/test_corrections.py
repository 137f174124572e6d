"""What an edit of a report makes of the words that were told; every text is invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Correcting
from tidings.stages.corrections import find_change

REST = "The ferry left at dawn. Two schools stay closed until Monday. The mayor spoke of a hard winter. Bakers in the old town work by night. A ship waits off the quay."
TOLD = "The convoy carried 90 tonnes of flour to Kafr, the agency said."


@pytest.mark.parametrize(
    ("after", "change"),
    [
        pytest.param(f"{REST} {TOLD}", None, id="it stands, elsewhere in the text"),
        pytest.param(f"{TOLD.upper()} {REST}", None, id="only case differs"),
        pytest.param(f"The agency said the convoy carried 90 tonnes of flour to Kafr. {REST}", None, id="put in other words"),
        pytest.param(
            f"The convoy carried 19 tonnes of flour to Kafr, the agency said. {REST}",
            (Correcting.REWORDED, "The convoy carried 19 tonnes of flour to Kafr, the agency said."),
            id="another number",
        ),
        pytest.param(
            f"The convoy carried 90 tonnes of flour to Maar, the agency said. {REST}",
            (Correcting.REWORDED, "The convoy carried 90 tonnes of flour to Maar, the agency said."),
            id="another place",
        ),
        pytest.param(
            f"The convoy has not carried 90 tonnes of flour to Kafr, the agency said. {REST}",
            (Correcting.REWORDED, "The convoy has not carried 90 tonnes of flour to Kafr, the agency said."),
            id="denied",
        ),
        pytest.param(REST, (Correcting.WITHDRAWN, ""), id="taken out"),
        pytest.param(
            "Storks came back to the marsh. The museum has a new roof. Tickets are sold out.", None, id="the report was written anew"
        ),
        pytest.param("", None, id="nothing is left"),
    ],
)
def test_what_an_edit_makes_of_told_words(after, change):
    """Another number, name or the opposite in their place is a correction, and so is nothing in their place; polish, moves and a text written anew are not."""
    assert find_change(TOLD, f"{TOLD} {REST}", after, "en") == change


@pytest.mark.parametrize(
    ("after", "change"),
    [
        pytest.param(f"Shells fell near the quay at noon. {REST}", None, id="other words on the page"),
        pytest.param(
            f"The convoy carried 19 tonnes of flour to Kafr, the agency said. {REST}", None, id="nearly the same words on the page"
        ),
        pytest.param("Shells fell near the quay at noon.", None, id="another sentence"),
        pytest.param("The convoy carried 19 tonnes of flour to Kafr, the agency said.", Correcting.REWORDED, id="another number"),
    ],
)
def test_a_report_of_one_sentence(after, change):
    """It may be a feed's summary whose page was read later, so a longer text takes nothing back; as short a one with another number does."""
    found = find_change(TOLD, TOLD, after, "en")
    assert (found and found[0]) == change


def test_a_report_that_calls_itself_a_correction_is_believed():
    """Where the later text says that it corrects, other words in place of the told ones count, whatever else was written anew."""
    after = "Correction: the convoy carried flour and salt to the village, the agency said. An earlier version named another load."
    told = "The convoy carried flour to the village, the agency said."
    assert find_change(told, f"{told} {REST}", after, "en") is None
    how, now = find_change(told, f"{told} {REST}", after, "en", corrects=True)
    assert (how, now in after) == (Correcting.REWORDED, True)


SENTENCES = st.lists(st.sampled_from([f"The {noun} of {place} {verb}." for noun in ("mill", "well", "road") for place in ("Maar", "Kafr") for verb in ("is shut", "has 9 guards")]), max_size=8)  # fmt: skip


@given(SENTENCES, SENTENCES, st.sampled_from(["en", "ar", "zh", ""]))
def test_what_it_is_now_is_in_the_report(before, after, language):
    """The words said to take the place of told ones are always a sentence of the later text, and never the told ones."""
    for told in before:
        found = find_change(told, " ".join(before), " ".join(after), language)
        if found and found[1]:
            assert found[1] in " ".join(after)
            assert found[1] != told
