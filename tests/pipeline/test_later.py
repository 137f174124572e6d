"""Prove what becomes of pages that change, come late or never come: each is told once, and nothing is lost."""

from dataclasses import dataclass, replace

import pytest
from fakes import HOUR, NOW, Piece, Web, World, feed, settings

from tidings.model import RunReport

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

WIRE = "https://wire.example/rss"


def link(name: str) -> str:
    return f"https://wire.example/{name}"


NEWS = "Carpenters from Ariha will repair the broken Idlib footbridge next, its mayor announced."


def piece(name: str, first_sentence: str, *more: str, **values: str) -> Piece:
    return Piece(link(name), first_sentence.rsplit(" ", 3)[0], (first_sentence, *more), NOW - HOUR, **values)


BEFORE = {
    "grow": piece(
        "grow",
        "Beekeepers around Saraqib lost half of their hives to frost last week.",
        "Idlib honey fetched a record price at the winter fair.",
    ),
    "resum": piece(
        "resum", "A mobile library with two thousand novels reached Ariha by truck.", "Children in Idlib queued for comics since dawn."
    ),
    "edited": piece(
        "edited", "Surgeons in Idlib rebuilt a jaw with a printed titanium plate.", "The Saraqib clinic paid for the metal with donations."
    ),
    "shrink": piece(
        "shrink",
        "A chess tournament brought sixty pensioners to a Saraqib café.",
        "An Idlib baker won it after nine long rounds against a tailor.",
    ),
    "retitle": piece(
        "retitle",
        "Archaeologists mapped a mosaic of peacocks under an Ariha orchard.",
        "The Idlib museum wants to roof the floor before spring.",
    ),
    "soap": piece(
        "soap",
        "A soap factory in the valley has won a prize for its lavender bars this spring.",
        "Visitors may tour the old boilers on the first Sunday.",
    ),
    "late": piece(
        "late",
        "Snow closed the mountain pass between Ariha and the coastal plain.",
        "Idlib drivers slept in their lorries beside the barrier.",
    ),
    "busy": piece("busy", "Nothing of this page is ever served to anybody in Idlib."),
    "never": piece("never", "Nor of this one.", summary="Potters in Ariha fired nine hundred water jars for the schools of Idlib."),
}
AFTER = {
    "grow": replace(BEFORE["grow"], title="Frost kills hives, bridge next", guid="grown", paragraphs=(*BEFORE["grow"].paragraphs, NEWS)),
    "resum": replace(BEFORE["resum"], summary="Edited."),
    "edited": replace(
        BEFORE["edited"], summary="Edited.", paragraphs=(*BEFORE["edited"].paragraphs, "The Saraqib patient ate an Idlib apple on Sunday.")
    ),
    "shrink": replace(BEFORE["shrink"], summary="Edited.", paragraphs=BEFORE["shrink"].paragraphs[:1]),
    "retitle": replace(BEFORE["retitle"], title="Peacocks of stone found", guid="retitled"),
    "soap": replace(
        BEFORE["soap"],
        title="Soap for Idlib",
        summary="Edited.",
        paragraphs=("A soap factory in Ariha sent lavender bars to every camp in Idlib.",),
    ),
}


@dataclass
class Later:
    """Hold the world, and outcomes and developments after each of its four runs."""

    world: World
    reports: list[RunReport]
    outcomes: list[dict[str, tuple[str, str]]]
    told: list[list[tuple[str, str]]]

    def newly(self, run: int) -> list[str]:
        """Return the words told in one run."""
        return [words for kind, words in self.told[run] if run == 0 or (kind, words) not in self.told[run - 1]]


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Later:
    """Serve what was before; then its edits while some pages fail; then all but two pages; then no change."""
    web = Web(
        feeds={WIRE: list(BEFORE.values())}, failures={link("late"): "timeout", link("never"): "retry_later"}, statuses={link("busy"): 503}
    )
    one = World(settings(tmp_path_factory.mktemp("later"), [feed(WIRE)], attempts_max=3, reread_h=[]), web)
    found = Later(one, [], [], [])
    for run, hours in enumerate((0, 1, 6, 30)):
        if run == 1:
            web.feeds[WIRE] = list((BEFORE | AFTER).values())
            web.statuses[link("edited")] = 503
            del web.failures[link("late")]
        if run == 2:
            del web.statuses[link("edited")]
        found.reports.append(one.ingest(NOW + hours * HOUR))
        found.outcomes.append(one.outcomes())
        found.told.append(one.told())
    return found


def test_counts_add_up_in_every_run(later: Later) -> None:
    """Whatever is read again: outcomes add up to the entries of the run, and nothing is pending."""
    assert all(sum(report.outcomes.values()) == report.entries for report in later.reports)
    assert all("pending" not in report.outcomes for report in later.reports)
    assert later.reports[3].entries == 0


def test_a_new_version_tells_only_its_new_sentence(later: Later) -> None:
    """An edited headline makes the page be read again: the article keeps its story and its first time, and says one thing more."""
    assert [words for words in later.newly(1) if "Carpenters" in words or "ives" in words or "honey" in words] == [NEWS]
    assert later.outcomes[1]["grown"] == ("new", "new_statement")
    found = later.world.rows(f"SELECT title, first_seen_at, story_id = id AS own FROM core.articles WHERE url = '{link('grow')}'")
    assert found == [{"title": AFTER["grow"].title, "first_seen_at": NOW, "own": True}]


def test_an_entry_that_changes_is_read_again_and_keeps_its_outcome(later: Later) -> None:
    """A summary that changes leads to the page; when that says nothing new, the entry stays what it was."""
    assert later.outcomes[1][link("resum")] == later.outcomes[0][link("resum")] == ("new", "new_story new_statement")
    assert later.world.web.asked.count(link("resum")) == 2


def test_an_edit_that_cannot_be_read_at_once_is_not_lost(later: Later) -> None:
    """The server is busy when the edited page is asked for: the entry keeps its outcome, and the next run tells the edit."""
    assert later.outcomes[1][link("edited")] == later.outcomes[0][link("edited")]
    assert "The Saraqib patient ate an Idlib apple on Sunday." not in later.newly(1)
    assert "The Saraqib patient ate an Idlib apple on Sunday." in later.newly(2)


def test_a_worse_version_is_not_taken(later: Later) -> None:
    """A page that shrank to a stub does not replace the text that we have."""
    assert later.world.web.asked.count(link("shrink")) == 2
    found = later.world.rows(f"SELECT text FROM core.articles WHERE url = '{link('shrink')}'")
    assert found == [{"text": "\n\n".join(BEFORE["shrink"].paragraphs)}]


def test_an_edited_title_alone_is_the_same_article(later: Later) -> None:
    """Outlets change the GUID with the headline: the same entry, by its link, with what was decided of it; nothing new."""
    assert "retitle" not in later.outcomes[1]
    assert later.outcomes[1]["retitled"] == ("new", "new_story new_statement")
    assert later.world.rows(f"SELECT count(*) AS n FROM core.articles WHERE url = '{link('retitle')}'") == [{"n": 1}]


def test_an_entry_that_was_off_topic_becomes_an_article_when_it_changes(later: Later) -> None:
    """A page rewritten into one on topic is told, under its entry."""
    assert later.outcomes[0][link("soap")] == ("off_topic", "no_term")
    assert later.outcomes[1][link("soap")] == ("new", "new_story")
    sql = f"SELECT count(*) AS n FROM core.entries AS e JOIN core.articles AS a ON a.id = e.article_id WHERE e.url = '{link('soap')}'"
    assert later.world.rows(sql) == [{"n": 1}]


def test_a_page_that_comes_late_tells_what_it_has_to_tell(later: Later) -> None:
    """A deferred page is read in a later run."""
    assert [outcomes[link("late")] for outcomes in later.outcomes[:2]] == [("deferred", "timeout"), ("new", "new_story new_statement")]
    assert set(BEFORE["late"].paragraphs) <= set(later.newly(1))


def test_a_page_is_tried_again_and_given_up_in_the_end(later: Later) -> None:
    """With three attempts the entry is deferred twice, then rejected for good, and no more is asked."""
    assert [outcomes[link("busy")] for outcomes in later.outcomes] == [("deferred", "http_503")] * 2 + [("rejected", "http_503")] * 2
    assert later.world.web.asked.count(link("busy")) == 3


def test_what_failed_for_the_last_time_is_read_from_the_feed(later: Later) -> None:
    """After the last attempt the entry's own text is better than nothing, and is told then."""
    assert [outcomes[link("never")][0] for outcomes in later.outcomes] == ["deferred", "deferred", "new", "new"]
    assert BEFORE["never"].summary in later.newly(2)
