"""Who gets what, when: languages, alerts, quiet hours, and one edition after an outage."""

from datetime import datetime, timedelta
from random import Random

import pytest

from tidings.model import AlertRule, EditionKind
from tidings.pipeline.digest import compose_due
from tidings.render.html import to_html
from tidings.render.markdown import to_markdown
from tidings.render.text import to_text
from tidings.render.words import subject
from tidings.stages.alerts import crossing
from tidings.stages.compose import compose
from tidings.store import runs
from tidings.store.database import open_store, rows
from tidings.store.editions import Gathering

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("asked")]

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DEADLY = AlertRule(toll=50)
TOLL = "Some 60 people were killed."
FIGURES = {TOLL: [("60 people", 60.0)]}


def told(edition):
    return {one.development_id for story in edition.stories for one in story.developments}


@pytest.fixture
def desk(writer, world, tmp_path):
    """Give a desk with an edition at 07:00 and alerts; `at(hours)` composes what is due so long after its first edition, of that time."""
    begin = world.now + HOUR

    class Desk:
        def __init__(self):
            self.use(alert=DEADLY)
            assert len(self.at(0)) == 1

        def use(self, **more):
            self.settings = world.settings(tmp_path, world.recipient(**more))

        def at(self, hours, *, force=False):
            return compose_due(tmp_path, self.settings, begin + hours * HOUR, force=force)

        def deadly(self, name, hours, **more):
            return writer.article(f"https://a.example/{name}", [TOLL], begin + hours * HOUR, figures=FIGURES, **more)[1]

        def plain(self, name, hours, **more):
            return writer.article(f"https://a.example/{name}", [f"Statement {name}."], begin + hours * HOUR, **more)[1]

    return Desk()


# ---------------------------------------------------------------- alerts


def test_an_alert_tells_what_crosses_and_the_edition_the_rest(desk):
    """A toll is told at the next run; the edition at its time does not repeat it, says that it was told, and its window is whole."""
    loud, quiet = desk.deadly("1", 2), desk.plain("2", 2)
    [alert] = desk.at(3)
    [edition] = desk.at(25)
    assert (alert.kind, told(alert)) == (EditionKind.ALERT, set(loud))
    assert (edition.kind, told(edition), edition.alerted_count) == (EditionKind.SCHEDULED, set(quiet), 1)
    assert edition.window_start == alert.window_start
    assert alert.id != edition.id
    assert "1 development was told by alert since, and is not repeated." in to_text(edition)


def test_an_alert_is_composed_once(desk):
    """A run that comes again at the same time, or later, finds nothing that was not told."""
    desk.deadly("1", 2)
    assert [len(desk.at(hours)) for hours in (3, 3, 3.25, 4)] == [1, 0, 0, 0]


def test_an_alert_has_words_of_its_own(desk):
    """Its subject is counts and titles of topics; it speaks of no topic without anything, and promises that nothing is repeated."""
    desk.deadly("1", 2)
    [alert] = desk.at(3)
    assert subject(alert) == "Alert: 1 in Idlib"
    for written in (to_text(alert), to_html(alert), to_markdown(alert)):
        assert "Alert, Wednesday 19 February 2020" in written
        assert "crosses a threshold" in written
        assert "Libya" not in written


def test_a_new_story_of_enough_origins_is_told_at_once(desk, writer, world, tmp_path):
    """Only while it is new to the reader; its origins are counted as the edition counts them."""
    desk.use(alert=AlertRule(origins=2))
    article, first = writer.article("https://a.example/1", ["One."], world.now + 2 * HOUR, kind="new_story")
    assert desk.at(2) == ()
    second = desk.plain("2", 2, story=article, publisher="quay.example")
    [alert] = desk.at(3)
    assert told(alert) == {*first, *second}
    desk.plain("3", 3, story=article, publisher="pier.example")
    assert desk.at(4) == ()


def test_the_glance_hides_nothing_that_crosses(writer, world, tmp_path):
    """For every threshold: where the whole of what is owed crosses it, the few columns looked at before say that it may; and mostly not else."""
    chance, at, stories = Random(7), world.now, []
    for number in range(40):
        kind = chance.choice(("new_story", "new_statement", "changed_figure"))
        text = f"Report {number} says that people were killed."
        figures = {text: [(f"{value} people", value) for value in chance.sample((3.0, 12.0, 49.0, 80.0, None), chance.randrange(3))]}
        story = None if kind == "new_story" or not stories else chance.choice(stories)
        publisher = f"paper{number % 7}.example"
        article, _ = writer.article(
            f"https://{publisher}/{number}", [text], at, kind=kind, story=story, publisher=publisher, figures=figures
        )
        stories += [] if story else [article]
    desk = world.recipient(at=("07:00",))
    seen = set()
    with open_store(tmp_path, 10) as store:
        gathering = Gathering(store, [(desk, at - DAY, at + HOUR)])
        edition = compose(desk, {}, at - DAY, at + HOUR, gathering.owed(desk))
        for rule in (*(AlertRule(toll=toll) for toll in range(1, 101, 7)), *(AlertRule(origins=count) for count in range(1, 12))):
            crosses, may = bool(crossing(edition, rule)), gathering.may_cross(desk, rule)
            assert may or not crosses, rule
            seen.add((crosses, may))
    assert {(True, True), (False, False)} <= seen


def test_nothing_is_told_at_once_where_nobody_asked(desk):
    """Without a rule a toll waits for the edition."""
    desk.use()
    desk.deadly("1", 2)
    assert desk.at(3) == ()
    assert [one.kind for one in desk.at(25)] == [EditionKind.SCHEDULED]


def test_alerts_are_so_many_a_day(desk):
    """What is beyond the number waits: for a day to pass, or for the edition."""
    desk.use(alert=AlertRule(toll=50, a_day_max=1))
    desk.deadly("1", 2)
    assert len(desk.at(3)) == 1
    later = desk.deadly("2", 4)
    assert desk.at(5) == ()
    assert [told(one) for one in desk.at(25)] == [set(later)]


def test_an_alert_waits_for_the_end_of_quiet_hours(desk):
    """At night nothing is composed; in the morning what is still untold goes out."""
    desk.use(alert=DEADLY, at=("12:00",), quiet="22:00-07:00")
    desk.at(7)
    loud = desk.deadly("1", 17)
    assert [desk.at(hours) for hours in (17, 20, 23.75)] == [(), (), ()]
    assert [(one.kind, told(one)) for one in desk.at(24)] == [(EditionKind.ALERT, set(loud))]


def test_when_the_edition_is_due_there_is_no_alert(desk):
    """One message, not two: the edition tells what crossed, too."""
    loud = desk.deadly("1", 23)
    assert [(one.kind, told(one)) for one in desk.at(24)] == [(EditionKind.SCHEDULED, set(loud))]


def test_the_first_edition_comes_before_any_alert(writer, world, tmp_path):
    """Who was told nothing yet gets an edition, in quiet hours later; never an alert."""
    writer.article("https://a.example/1", [TOLL], world.now - HOUR, figures=FIGURES)
    settings = world.settings(tmp_path, world.recipient(alert=DEADLY, quiet="05:00-07:00"))
    assert compose_due(tmp_path, settings, world.now) == ()
    [edition] = compose_due(tmp_path, settings, world.now + HOUR)
    assert (edition.kind, edition.window_start) == (EditionKind.SCHEDULED, None)


def test_the_store_knows_the_kinds(desk, tmp_path):
    """Kind and languages stand in the public view; the windows of scheduled editions follow each other."""
    desk.deadly("1", 2)
    desk.at(3)
    desk.at(25)
    with open_store(tmp_path, 10) as connection:
        found = rows(connection, "SELECT kind, languages, window_start, window_end FROM editions ORDER BY window_end")
    assert [(row["kind"], row["languages"]) for row in found] == [("scheduled", []), ("alert", []), ("scheduled", [])]
    assert found[2]["window_start"] == found[0]["window_end"]


# ---------------------------------------------------------------- languages


def test_other_languages_are_counted(desk):
    """What is told in others is not told to this reader, and counted once, in the edition of its window."""
    desk.use(languages=("en", "fr"))
    english = desk.plain("1", 2)
    desk.plain("2", 2, language="ar")
    desk.plain("3", 3, language="zh")
    [edition] = desk.at(25)
    [after] = desk.at(49)
    assert (told(edition), edition.other_languages_count) == (set(english), 2)
    assert (told(after), after.other_languages_count) == (set(), 0)
    assert "2 developments in other languages than English and French are not told." in " ".join(to_text(edition).split())


def test_a_new_language_starts_where_the_last_edition_ended(desk):
    """Who adds a language, or wants all again, is not sent its past, but everything since."""
    desk.use(languages=("en",))
    desk.plain("1", 2, language="ar")
    desk.plain("2", 2, language="zh")
    desk.at(25)
    arabic, chinese = desk.plain("3", 26, language="ar"), desk.plain("4", 26, language="zh")
    desk.use(languages=("en", "ar"))
    [second] = desk.at(49)
    desk.use()
    later = desk.plain("5", 50, language="zh")
    [third] = desk.at(73)
    assert (told(second), told(third)) == (set(arabic), set(later))
    assert chinese


# ---------------------------------------------------------------- outages


def run_at(folder, at):
    with open_store(folder, 10) as connection:
        runs.begin(connection, f"run-{at:%d%H%M}", "ingest", at)
        runs.end(connection, f"run-{at:%d%H%M}", at, "done", "{}")


def test_one_edition_after_days_without_a_run(desk, world, tmp_path):
    """It says which time it covers, that this is the time of three, and when nothing ran."""
    for hours in (0.5, 1, 1.5, 74):
        run_at(tmp_path, world.now + hours * HOUR)
    one = desk.plain("1", 0.25)
    [edition] = desk.at(73)
    assert (told(edition), desk.at(73.25)) == (set(one), ())
    said = " ".join(to_text(edition).split())
    assert (
        "Covers Wed 19 Feb 07:00 to Sat 22 Feb 08:00, the time of 3 editions: nothing ran from Wed 19 Feb 07:30 to Sat 22 Feb 08:00."
        in said
    )
    assert desk.at(97)[0].overdue is None


def test_runs_that_told_nothing_are_no_outage(desk, world, tmp_path):
    """When runs went on, as with a store that was locked, only the time that is covered is said."""
    for half_hours in range(2, 60 * 2):
        run_at(tmp_path, world.now + half_hours * HOUR / 2)
    [edition] = desk.at(58)
    assert (edition.overdue.edition_count, edition.overdue.idle_since) == (2, None)
    assert "the time of 2 editions." in " ".join(to_text(edition).split())


# ---------------------------------------------------------------- days on which the clocks are moved


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "America/Santiago"])
@pytest.mark.parametrize("change", ["forward", "back"])
def test_each_development_is_told_once_when_the_clocks_are_moved(zone, change, writer, world, tmp_path):
    """With alerts and quiet hours, a run every three hours over three days: every development is in one edition, every window follows the one before."""
    days = {
        "Europe/Berlin": ("2024-03-29", "2024-10-25"),
        "Australia/Lord_Howe": ("2024-10-04", "2024-04-05"),
        "America/Santiago": ("2024-09-06", "2024-04-05"),
    }
    start = datetime.fromisoformat(f"{days[zone][change == 'back']}T05:00+00:00")
    settings = world.settings(tmp_path, world.recipient(at=("00:30", "02:15", "14:00"), time_zone=zone, quiet="22:00-07:00", alert=DEADLY))
    known, made = set(), []
    for step in range(25):
        now = start + 3 * step * HOUR
        text = TOLL if step % 3 == 0 else f"Statement {step}."
        known |= set(writer.article(f"https://a.example/{step}", [text], now - HOUR, figures=FIGURES)[1])
        made += compose_due(tmp_path, settings, now)
    for hours in (96, 104, 112):
        made += compose_due(tmp_path, settings, start + hours * HOUR)
    listed = [one for edition in made for one in told(edition)]
    assert (len(listed), set(listed)) == (len(known), known)
    scheduled = [one for one in made if one.kind is EditionKind.SCHEDULED]
    assert [one.window_start for one in scheduled] == [None, *(one.window_end for one in scheduled[:-1])]
    assert len(made) - len(scheduled) > 1
