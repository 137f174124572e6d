"""Corrections to earlier editions: who is told that something told before does not stand, in what words, and how often."""

from datetime import timedelta

import pytest

from tidings import ids
from tidings.model import Correcting, Label, LabelKind
from tidings.pipeline.digest import compose_due
from tidings.store import labels
from tidings.store.corrections import ROWS_MAX
from tidings.store.database import insert_rows, open_store, rows, transaction

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("asked")]

DAY = timedelta(days=1)
URL = "https://a.example/1"
TOLD = "The convoy carried 90 tonnes of flour to Kafr, the agency said."
NOW = "The convoy carried 19 tonnes of flour to Kafr, the agency said."
REST = ["The ferry left at dawn.", "Two schools stay closed until Monday.", "The mayor spoke of a hard winter."]


@pytest.fixture
def told(writer, world, tmp_path):
    """Give a store in which an edition told one report, with its first version; and the settings."""
    article, developments = writer.article(URL, [TOLD, *REST], world.now - world.hour)
    settings = world.settings(tmp_path)
    change(
        tmp_path,
        article,
        "INSERT INTO core.versions SELECT version_id, id, title, text, first_seen_at, NULL, [], [], 0, 0, 1 FROM core.articles WHERE id = ?",
    )
    compose_due(tmp_path, settings, world.now)
    return article, developments, settings


def change(folder, article, sql):
    with open_store(folder, 10) as con, transaction(con):
        con.execute(sql, [article])


def edit(folder, article, text, at):
    """Give the article another text, as reading its page again would."""
    version = ids.version_id(article, text)
    with open_store(folder, 10) as con, transaction(con):
        before = rows(con, "SELECT version_id FROM core.articles WHERE id = ?", [article])[0]["version_id"]
        insert_rows(
            con, "core.versions", ("id", "article_id", "title", "text", "first_seen_at", "before_id", "added", "removed", "added_count", "removed_count"),
            [(version, article, "", text, at, before, [], [], 1, 1)],
        )  # fmt: skip
        con.execute("UPDATE core.articles SET version_id = ?, text = ? WHERE id = ?", [version, text, article])


def next_editions(folder, settings, world, days=3):
    """Compose an edition on each of the next days, and return what each corrects."""
    return [compose_due(folder, settings, world.now + day * DAY + world.hour)[0].corrections for day in range(1, days + 1)]


def test_an_edit_that_changes_told_words_is_told_once(told, world, tmp_path):
    """The next edition says what was told, when, and what the report says now, word for word; no later one says it again."""
    article, developments, settings = told
    edit(tmp_path, article, " ".join([NOW, *REST]), world.now + world.hour)
    first, *later = next_editions(tmp_path, settings, world)
    [one] = first
    assert (one.how, one.told, one.now, one.development_id) == (Correcting.REWORDED, TOLD, NOW, developments[0])
    assert one.told_at == world.now
    assert later == [(), ()]


def test_words_taken_out_and_a_report_taken_down_are_said(told, world, tmp_path):
    """Words that the report says no more are withdrawn; what a report said that is gone for hours does not stand either."""
    article, _, settings = told
    edit(tmp_path, article, " ".join(REST), world.now + world.hour)
    [first] = compose_due(tmp_path, settings, world.now + DAY + world.hour)
    assert [(one.how, one.told, one.now) for one in first.corrections] == [(Correcting.WITHDRAWN, TOLD, "")]
    change(tmp_path, article, f"UPDATE core.articles SET gone_since = TIMESTAMPTZ '{world.now + DAY + 2 * world.hour}' WHERE id = ?")
    [second] = compose_due(tmp_path, settings, world.now + 2 * DAY + world.hour)
    assert sorted((one.how, one.told) for one in second.corrections) == sorted((Correcting.GONE, words) for words in REST)


def test_what_a_person_marked_is_said(told, world, tmp_path):
    """A told report that was marked as not on the topic is named, sentence for sentence, to each who was told it."""
    article, _, settings = told
    with open_store(tmp_path, 10) as con, transaction(con):
        labels.keep_labels(con, [(Label(LabelKind.NOT_ON_TOPIC, article, topic="idlib"), labels.Move())], world.now + world.hour)
    first, *later = next_editions(tmp_path, settings, world)
    assert {(one.how, one.told) for one in first} == {(Correcting.MARKED, words) for words in (TOLD, *REST)}
    assert later == [(), ()]


def test_a_report_that_corrects_stands_among_the_corrections_only(told, writer, world, tmp_path):
    """A development that corrects told words is told in the section of corrections, counted, and not shown a second time in its story."""
    article, [wrong, *_], settings = told
    words = "Correction: the market that burned is in Maar, the agency said."
    _, [right] = writer.article("https://b.example/2", [words], world.now + world.hour, kind="correction", story=article)
    with open_store(tmp_path, 10) as con, transaction(con):
        con.execute("UPDATE core.developments SET replaces_id = ? WHERE id = ?", [wrong, right])
    [edition] = compose_due(tmp_path, settings, world.now + DAY + world.hour)
    assert [(one.how, one.told, one.now, one.by_id) for one in edition.corrections] == [(Correcting.CORRECTED, TOLD, words, right)]
    assert [one.development_id for story in edition.stories for one in story.developments] == [right]
    assert [story.shown for story in edition.stories] == [()]
    assert edition.folded_count == 0
    [again] = compose_due(tmp_path, settings, world.now + 2 * DAY + world.hour)
    assert again.corrections == ()


def test_who_was_not_told_is_not_corrected(told, world, tmp_path):
    """A recipient who joined later hears nothing of the words that nobody told them; a first edition corrects nothing."""
    article, _, settings = told
    both = world.settings(tmp_path, *settings.recipients, world.recipient("late", topics=("libya",)))
    edit(tmp_path, article, " ".join([NOW, *REST]), world.now + world.hour)
    by_name = {one.recipient: one.corrections for one in compose_due(tmp_path, both, world.now + DAY + world.hour)}
    assert (len(by_name["desk"]), by_name["late"]) == (1, ())


def test_a_changed_figure_of_the_same_report_is_news(told, writer, world, tmp_path):
    """What a development replaces is not called a correction as well: the edition tells it with what it was before."""
    article, [before, *_], settings = told
    edit(tmp_path, article, " ".join([NOW, *REST]), world.now + world.hour)
    _, [after] = writer.article("https://a.example/live", [NOW], world.now + world.hour, kind="changed_figure", story=article)
    with open_store(tmp_path, 10) as con, transaction(con):
        con.execute("UPDATE core.developments SET replaces_id = ? WHERE id = ?", [before, after])
    assert next_editions(tmp_path, settings, world, days=1) == [()]


def test_what_replaces_told_words_in_a_language_not_wanted_is_no_news(told, writer, world, tmp_path):
    """Who does not get the development that replaces told words is told that the report says something else now."""
    article, [before, *_], settings = told
    english = world.settings(tmp_path, world.replace(settings.recipients[0], languages=("en",)))
    edit(tmp_path, article, " ".join([NOW, *REST]), world.now + world.hour)
    _, [after] = writer.article(
        "https://c.example/ar",
        ["قالت الوكالة إن القافلة حملت 19 طنا."],
        world.now + world.hour,
        kind="changed_figure",
        story=article,
        language="ar",
    )
    change(tmp_path, before, f"UPDATE core.developments SET replaces_id = ? WHERE id = '{after}'")
    [[one]] = next_editions(tmp_path, english, world, days=1)
    assert (one.told, one.now) == (TOLD, NOW)


def on_two_topics(folder, article):
    """Let what an article says count on another topic, too."""
    change(folder, article, "INSERT INTO core.statements SELECT * REPLACE ('libya' AS topic) FROM core.statements WHERE article_id = ?")
    change(
        folder,
        article,
        "INSERT INTO core.developments SELECT * REPLACE ('libya' AS topic, uuid() AS id) FROM core.developments WHERE article_id = ?",
    )


def test_a_long_page_written_anew_hides_no_other_correction(told, writer, world, tmp_path):
    """More told sentences than are looked at for one edition went from one page without being taken back; another report's correction is told."""
    article, _, settings = told
    lines = [f"Ferry {number} left the quay." for number in range(ROWS_MAX + 20)]
    live, _ = writer.article("https://a.example/live", lines, world.now + world.hour)
    change(tmp_path, live, "INSERT INTO core.versions SELECT version_id, id, title, text, first_seen_at, NULL, [], [], 0, 0, 1 FROM core.articles WHERE id = ?")  # fmt: skip
    compose_due(tmp_path, settings, world.now + 2 * world.hour, force=True)
    edit(tmp_path, live, "Storks came back to the marsh.", world.now + 3 * world.hour)
    edit(tmp_path, article, " ".join([NOW, *REST]), world.now + 3 * world.hour)
    assert [[one.told for one in found] for found in next_editions(tmp_path, settings, world, days=2)] == [[TOLD], []]


def test_words_told_on_two_topics_are_corrected_once(told, world, tmp_path):
    """An edit of a report on two topics is one correction, with the first of them."""
    article, _, settings = told
    on_two_topics(tmp_path, article)
    compose_due(tmp_path, settings, world.now + world.hour, force=True)
    edit(tmp_path, article, " ".join([NOW, *REST]), world.now + 2 * world.hour)
    first, *later = next_editions(tmp_path, settings, world)
    assert [one.told for one in first] == [TOLD]
    assert later == [(), ()]


def test_a_report_on_two_topics_that_corrects_is_shown_once(told, writer, world, tmp_path):
    """Its words stand among the corrections once, and in the stories of neither topic."""
    article, [wrong, *_], settings = told
    on_two_topics(tmp_path, article)
    compose_due(tmp_path, settings, world.now + world.hour, force=True)
    words = "Correction: the load was salt, the agency said."
    by, [right] = writer.article(
        "https://b.example/2",
        [words],
        world.now + 2 * world.hour,
        kind="correction",
        story=article,
    )
    change(tmp_path, wrong, f"UPDATE core.developments SET replaces_id = ? WHERE id = '{right}'")
    on_two_topics(tmp_path, by)
    [edition, again] = (compose_due(tmp_path, settings, world.now + day * DAY + world.hour)[0] for day in (1, 2))
    assert [(one.told, one.now) for one in edition.corrections] == [(TOLD, words)]
    assert [story.shown for story in edition.stories] == [(), ()]
    assert edition.folded_count == 0
    assert (again.corrections, again.development_count) == ((), 0)


def test_a_correction_alone_is_worth_an_edition(told, world, tmp_path):
    """A recipient who wants silence when nothing is new is told what was wrong all the same."""
    article, _, settings = told
    quiet = world.settings(tmp_path, world.replace(settings.recipients[0], when_empty="skip"))
    edit(tmp_path, article, " ".join([NOW, *REST]), world.now + world.hour)
    compose_due(tmp_path, quiet, world.now + DAY + world.hour)
    compose_due(tmp_path, quiet, world.now + 2 * DAY + world.hour)
    with open_store(tmp_path, 10) as con:
        assert [row["state"] for row in rows(con, "SELECT state FROM core.editions ORDER BY window_end")] == [
            "composed",
            "composed",
            "skipped",
        ]
        assert rows(con, "SELECT how, words FROM corrections") == [{"how": "reworded", "words": NOW}]
