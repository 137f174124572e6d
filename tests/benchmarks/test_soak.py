"""The soak's own instruments: the made-up news leads back from its addresses, and a broken promise is noticed."""

from datetime import timedelta
from pathlib import Path

import pytest
import soak
from soak_checks import Promises
from soak_doors import Killed, Kills, Ledger
from soak_memory import empty_caches, memory_now
from soak_news import BEGIN, DAY, News

from tidings.store import runs
from tidings.store.database import insert_rows, open_store
from tidings.text.terms import sentence_terms

NEWS = News(seed=1, feeds=30, happenings=2, others=5)


def test_an_address_leads_back_to_its_report() -> None:
    """What a feed shows is found again by its address, and nothing is shown before its time."""
    shown = [one for feed in range(30) for one in NEWS.shown(feed, BEGIN + 2 * DAY)]
    assert len(shown) > 10
    assert all(NEWS.at(one.url) == one and one.at <= BEGIN + 2 * DAY for one in shown)
    assert NEWS.at("https://wire1.example/0/99999") is None


def test_a_run_is_cut_off_at_a_named_place() -> None:
    """Armed, the place raises once; then it works as before."""
    kills = Kills()
    kills.armed = ("tidings.store.runs", "begin", "before", 0)
    with kills.watching():
        with pytest.raises(Killed):
            runs.begin(None, "", "", BEGIN)  # type: ignore[arg-type]
        assert kills.met == {"before store.runs.begin": 1}
    assert runs.begin.__module__ == "tidings.store.runs"


def test_a_wrong_clock_is_wrong_for_a_while() -> None:
    """An hour back, a day ahead, 1970: each for an hour of its day."""
    assert soak.clock_error(2, 41) == -timedelta(hours=1)
    assert soak.clock_error(4, 40) == timedelta(days=1)
    assert BEGIN + 6 * DAY + soak.clock_error(6, 42) == soak.BEGIN.replace(year=1970, month=1, day=1)
    assert soak.clock_error(6, 44) == timedelta()


def test_what_the_program_remembers_is_counted_and_emptied() -> None:
    """A sentence and its words are entries of bounded caches; emptied, none is left."""
    empty_caches()  # one that other tests filled takes in a sentence for another
    before = memory_now()["cached"]
    sentence_terms("A sentence of the soak that nobody asked for before", "en")
    assert memory_now()["cached"] > before
    empty_caches()
    assert memory_now()["cached"] == 0


@pytest.mark.slow
def test_a_broken_promise_is_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A day of thirty feeds breaks nothing; a development told twice by our own hand, and one taken out of the store, are noticed."""
    assert soak.main(["--days", "1", "--feeds", "30", "--keep", str(tmp_path)]) == 0
    assert "broken: {}" in capsys.readouterr().out
    settings = soak.write_configuration(tmp_path / "again", tmp_path / "data", 30)
    promises = Promises(Ledger(tmp_path / "again.sqlite"), News(9, 30), settings.recipients)
    with open_store(settings.data, 1) as connection:
        promises.daily(connection, BEGIN + DAY - timedelta(minutes=15))
        assert {name for name in promises.broken if name != "what is sent was taken"} == set()
        edition, told, who = connection.execute("SELECT edition_id::VARCHAR, development_id::VARCHAR, recipient FROM core.told").fetchall()[
            0
        ]
        insert_rows(connection, "core.told", ("edition_id", "development_id", "recipient", "position"), [(edition, told, who, 9)])
        connection.execute("DELETE FROM core.developments WHERE id = ?", [told])
        promises.daily(connection, BEGIN + DAY - timedelta(minutes=15))
    assert {"a development is told once", "what was told is in the store"} <= set(promises.broken)
