from datetime import timedelta

import pytest

from tidings import ids
from tidings.model import DeliveryState
from tidings.pipeline.digest import compose_due, render
from tidings.store import outbox
from tidings.store.database import insert_rows, open_store, rows, transaction

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("asked")]

DAY = timedelta(days=1)


def told(edition):
    return {one.development_id for story in edition.stories for one in story.developments}


def counts(folder, table):
    with open_store(folder, 10) as connection:
        return rows(connection, f"SELECT count(*) AS n FROM core.{table}")[0]["n"]


def test_what_was_recorded_is_told_once(writer, world, tmp_path):
    """A development is in the first edition after it was recorded, and in no later one."""
    _, first = writer.article("https://a.example/1", ["One.", "Two."], world.now - world.hour)
    _, second = writer.article("https://a.example/2", ["Three."], world.now + world.hour)
    settings = world.settings(tmp_path)
    [one] = compose_due(tmp_path, settings, world.now)
    [two] = compose_due(tmp_path, settings, world.now + 2 * DAY)
    [three] = compose_due(tmp_path, settings, world.now + 3 * DAY)
    assert (told(one), told(two), told(three)) == (set(first), set(second), set())
    assert (one.window_start, two.window_start, three.window_start) == (None, one.window_end, two.window_end)
    assert (one.folded, two.folded) == (True, False)


def test_a_run_that_commits_late_loses_nothing(writer, world, tmp_path):
    """A development recorded before the window of the next edition, but not yet in the store then, is told in that edition."""
    settings = world.settings(tmp_path)
    compose_due(tmp_path, settings, world.now)
    _, late = writer.article("https://a.example/1", ["One."], world.now - world.hour)
    [edition] = compose_due(tmp_path, settings, world.now + DAY + world.hour)
    assert told(edition) == set(late)


def test_each_recipient_has_their_own_account(writer, world, tmp_path):
    """What one recipient was told is still new to another; each gets only their topics."""
    _, idlib = writer.article("https://a.example/1", ["One."], world.now - world.hour)
    _, libya = writer.article("https://a.example/2", ["Two."], world.now - world.hour, topic="libya")
    both, one = world.recipient("both"), world.recipient("one", topics=("libya",))
    editions = compose_due(tmp_path, world.settings(tmp_path, both, one), world.now)
    assert [told(edition) for edition in editions] == [{*idlib, *libya}, set(libya)]


def test_a_new_topic_starts_where_the_last_edition_ended(writer, world, tmp_path):
    """A recipient who adds a topic is not sent its past, but everything since; the topic's start stays in later editions."""
    writer.article("https://a.example/1", ["Old."], world.now - world.hour, topic="libya")
    _, new = writer.article("https://a.example/2", ["New."], world.now + world.hour, topic="libya")
    one = world.recipient(topics=("idlib",))
    compose_due(tmp_path, world.settings(tmp_path, one), world.now)
    wider = world.settings(tmp_path, world.replace(one, topics=("idlib", "libya")))
    [second] = compose_due(tmp_path, wider, world.now + 2 * DAY)
    [third] = compose_due(tmp_path, wider, world.now + 3 * DAY)
    assert (told(second), told(third)) == (set(new), set())


def test_a_first_edition_reaches_back_seven_days(writer, world, tmp_path):
    """A recipient who never had an edition gets the last seven days, and the past stays out for good."""
    writer.article("https://a.example/1", ["Old."], world.now - 8 * DAY)
    _, new = writer.article("https://a.example/2", ["New."], world.now - 6 * DAY)
    settings = world.settings(tmp_path)
    [first] = compose_due(tmp_path, settings, world.now)
    [second] = compose_due(tmp_path, settings, world.now + 2 * DAY)
    assert (told(first), told(second)) == (set(new), set())


def test_not_due_is_not_composed(writer, world, tmp_path):
    """Until the next time of day there is no second edition, unless it is asked for and has something to tell."""
    settings = world.settings(tmp_path)
    soon = world.now + timedelta(minutes=59)
    assert len(compose_due(tmp_path, settings, world.now)) == 1
    assert compose_due(tmp_path, settings, soon) == ()
    assert compose_due(tmp_path, settings, soon, force=True) == ()
    _, new = writer.article("https://a.example/1", ["One."], world.now + timedelta(minutes=30))
    assert compose_due(tmp_path, settings, soon) == ()
    [forced] = compose_due(tmp_path, settings, soon, force=True)
    assert told(forced) == set(new)
    assert compose_due(tmp_path, settings, soon, force=True) == ()
    assert compose_due(tmp_path, settings, world.now + DAY, only="nobody") == ()


def test_every_run_only_with_something_new(writer, world, tmp_path):
    """A recipient without times of day gets an edition at each run that found something, and none at the others."""
    settings = world.settings(tmp_path, world.recipient(at=(), when_empty="send"))
    assert len(compose_due(tmp_path, settings, world.now)) == 1  # the first says what is watched
    assert compose_due(tmp_path, settings, world.now + world.hour) == ()
    writer.article("https://a.example/1", ["One."], world.now + world.hour)
    [edition] = compose_due(tmp_path, settings, world.now + 2 * world.hour)
    assert edition.development_count == 1
    assert edition.window_start == world.now


@pytest.mark.parametrize(("when_empty", "state", "deliveries"), [("send", "composed", 1), ("skip", "skipped", 0)])
def test_an_empty_edition(world, tmp_path, when_empty, state, deliveries):
    """Nothing new is sent, saying so, or skipped, as configured; either way the window is closed."""
    settings = world.settings(tmp_path, world.recipient(when_empty=when_empty))
    [edition] = compose_due(tmp_path, settings, world.now)
    assert edition.development_count == 0
    with open_store(tmp_path, 10) as connection:
        assert [row["state"] for row in rows(connection, "SELECT state FROM core.editions")] == [state]
    assert counts(tmp_path, "deliveries") == deliveries


def test_edition_told_and_deliveries_are_one_transaction(writer, world, tmp_path):
    """The edition, what it tells and its message appear together, with the rendered bytes."""
    writer.article("https://a.example/1", ["One.", "Two."], world.now - world.hour)
    [edition] = compose_due(tmp_path, world.settings(tmp_path), world.now)
    with open_store(tmp_path, 10) as connection:
        [delivery] = outbox.load(connection, [DeliveryState.PENDING])
        assert (delivery.edition_id, delivery.recipient, delivery.created_at) == (edition.id, "desk", world.now)
        assert b"One." in outbox.payload(connection, delivery.id)
        assert [row["position"] for row in rows(connection, "SELECT position FROM core.told ORDER BY position")] == [0, 1]


def test_the_same_now_gives_the_same_bytes(writer, world, tmp_path):
    """The same store, settings and time give the same message, byte for byte."""
    payloads = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        writer.folder = folder
        writer.article("https://a.example/1", ["One.", "Two."], world.now - world.hour)
        compose_due(folder, world.settings(folder), world.now)
        with open_store(folder, 10) as connection:
            [delivery] = outbox.load(connection, [DeliveryState.PENDING])
            payloads.append((delivery.id, outbox.payload(connection, delivery.id)))
    assert payloads[0] == payloads[1]


def test_changed_figure_shows_what_was_told_before(writer, world, tmp_path):
    """A figure is shown with the words of the one it replaces and the day of its report, also when a seed told that one."""
    story, _ = writer.article(
        "https://a.example/1", ["22 people died."], world.now - 9 * DAY, figures={"22 people died.": [("22 people", 22)]}
    )
    before = ids.statement_id(story, "22 people died.", 0)
    writer.article(
        "https://b.example/1", ["29 people died."], world.now - world.hour, kind="changed_figure", story=story,
        figures={"29 people died.": [("29 people", 29)]}, replaces={"29 people died.": before},
    )  # fmt: skip
    [edition] = compose_due(tmp_path, world.settings(tmp_path), world.now)
    [one] = edition.stories[0].developments
    [figure] = one.figures
    assert (figure.words, figure.previous_words, figure.previous_at) == ("29 people", "22 people", world.now - 9 * DAY)
    assert one.replaces == "22 people died."
    assert (edition.stories[0].headline, edition.stories[0].article_count) == ("Report at https://a.example/1", 2)


def test_a_changed_word_shows_what_a_seed_said_before(writer, world, tmp_path):
    """Where "all" takes the place of what a seed said of "most", both are shown, though a seed's statement is no development."""
    story, _ = writer.article("https://a.example/1", ["Most have left."], world.now - 9 * DAY)
    before = ids.statement_id(story, "Most have left.", 0)
    writer.article("https://b.example/1", ["All have left."], world.now - world.hour, story=story, replaces={"All have left.": before})
    with open_store(tmp_path, 10) as connection:
        connection.execute("UPDATE core.statements SET reason = 'quantifier' WHERE text = 'All have left.'")
    [edition] = compose_due(tmp_path, world.settings(tmp_path), world.now)
    assert [one.replaces for one in edition.stories[0].developments] == ["Most have left."]


def test_the_origins_of_a_story_are_named_with_the_earliest_report_of_each(writer, world, tmp_path):
    """Each independent origin once, in order of the reports, by its earliest link; copies and pages that only repeat count for nobody."""
    story, _ = writer.article("https://a.example/1", ["One."], world.now - 5 * world.hour, publisher="First Paper")
    second, _ = writer.article("https://b.example/1", ["Two."], world.now - 4 * world.hour, story=story, publisher="Second Paper")
    writer.article("https://b.example/2", ["Three."], world.now - 3 * world.hour, story=story, publisher="Second Paper")
    copy, _ = writer.article("https://c.example/1", ["Four."], world.now - 2 * world.hour, story=story, publisher="Copyist")
    mash, _ = writer.article("https://d.example/1", ["Five.", "Six."], world.now - world.hour, story=story, publisher="Masher")
    with open_store(tmp_path, 10) as connection:
        link = ("article_id", "of_id", "of_kind", "relation", "score", "evidence", "differs_in")
        insert_rows(connection, "core.duplicates", link, [(copy, second, "article", "near", 0.9, "", [])])
        connection.execute("UPDATE core.statements SET score = 0.8 WHERE article_id = ?", [mash])
        counted = rows(connection, "SELECT article_count, origin_count FROM main.stories")
    [edition] = compose_due(tmp_path, world.settings(tmp_path), world.now)
    [told_story] = edition.stories
    assert [(one.name, one.url) for one in told_story.origins] == [
        ("First Paper", "https://a.example/1"), ("Second Paper", "https://b.example/1"),
    ]  # fmt: skip
    assert (
        counted
        == [{"article_count": told_story.article_count, "origin_count": told_story.origin_count}]
        == [{"article_count": 5, "origin_count": 2}]
    )
    assert [one.title for one in told_story.developments][:1] == ["Report at https://a.example/1"]


def test_a_warning_names_the_publisher(writer, world, tmp_path):
    """A warning about a copy names who published what it copies, instead of an id."""
    article, _ = writer.article("https://a.example/1", ["One."], world.now - 9 * DAY, publisher="First Paper")
    writer.article("https://b.example/1", ["Two."], world.now - world.hour, warning=f"copies {article}, differs in: figure")
    [edition] = compose_due(tmp_path, world.settings(tmp_path), world.now)
    assert edition.stories[0].developments[0].warning == "copies a report of First Paper, differs in: figure"


def test_a_new_version_of_an_own_report_is_no_warning(writer, world, tmp_path):
    """A publisher that brings its own report up to date copies nobody: the development itself says what changed."""
    article, _ = writer.article("https://a.example/1", ["One."], world.now - 9 * DAY)
    writer.article("https://a.example/2", ["Two."], world.now - world.hour, warning=f"copies {article}, differs in: figure")
    [edition] = compose_due(tmp_path, world.settings(tmp_path), world.now)
    assert edition.stories[0].developments[0].warning == ""


def test_coverage_counts_every_entry_of_the_window_once(world, tmp_path):
    """Entries count in the window in which they were decided, each in one edition, by outcome."""
    columns = (
        "id", "feed_id", "guid", "url", "title", "summary", "content", "language", "authors", "content_hash", "first_seen_at", "learn", "outcome", "reason",
        "detail", "attempt_count", "decided_at", "read_due", "run_id",
    )  # fmt: skip
    entries = [("new", -1), ("known", -1), ("known", -2), ("off_topic", 3), ("rejected", 4)]
    with open_store(tmp_path, 10) as connection, transaction(connection):
        made = []
        for number, (outcome, hours) in enumerate(entries):
            at = world.now + hours * world.hour
            one, feed = ids.make_id("entry", str(number)), ids.make_id("feed")
            made.append((one, feed, "", "", "", "", "", "", [], "", at, False, outcome, "", "", 0, at, False, "r"))
        insert_rows(connection, "core.entries", columns, made)
    settings = world.settings(tmp_path)
    [first] = compose_due(tmp_path, settings, world.now)
    [second] = compose_due(tmp_path, settings, world.now + 2 * DAY)
    assert dict(first.coverage.funnel) == {"new": 1, "known": 2}
    assert dict(second.coverage.funnel) == {"off_topic": 1, "rejected": 1}
    assert (first.known_count, second.known_count) == (2, 0)


def test_what_is_too_long_is_folded_and_told(writer, world, tmp_path):
    """What is more than two minutes of reading is counted in the message and told with it: the full edition is beside it, and nothing comes again."""
    settings = world.settings(tmp_path)
    compose_due(tmp_path, settings, world.now)
    long = [f"Sentence {number} of a long report about the town. " + "It says much. " * 60 for number in range(150)]
    _, all_of_it = writer.article("https://a.example/1", long, world.now + world.hour)
    [second] = compose_due(tmp_path, settings, world.now + DAY + world.hour)
    [third] = compose_due(tmp_path, settings, world.now + 2 * DAY + world.hour)
    assert told(second) == set(all_of_it)
    assert second.folded_count > 0
    message = render(second, settings)
    assert second.full_file in message.text
    assert all(words.strip() in message.full_html for words in long)
    assert (second.left_count, third.development_count) == (0, 0)


def test_no_first_edition_before_the_feeds_were_asked(world, tmp_path):
    """A store that no ingest has worked on gives no edition: "nothing new" would be said of feeds that nobody asked."""
    unasked = tmp_path / "unasked"
    assert compose_due(unasked, world.settings(unasked), world.now) == ()


def test_each_channel_has_its_own_measure(writer, world, tmp_path):
    """A mail folds what is long, and tells it; Slack without a site, where nothing can stand beside a message, shows it in parts, and the rest waits untold."""
    mail, slack = (
        world.recipient("mail", topics=("idlib",)),
        world.recipient("slack", channel="slack", address="C0123456789", topics=("idlib",)),
    )
    settings = world.settings(tmp_path, mail, slack)
    compose_due(tmp_path, settings, world.now - DAY)
    _, all_of_it = writer.article(
        "https://a.example/1", [f"Rain fell on village {n}. " + "It fell there. " * 120 for n in range(150)], world.now - world.hour
    )
    by_name = {one.recipient: one for one in compose_due(tmp_path, settings, world.now)}
    assert told(by_name["mail"]) == set(all_of_it)
    assert by_name["mail"].folded_count > 0
    assert by_name["slack"].left_count == len(all_of_it) - len(told(by_name["slack"])) > 0
    assert by_name["slack"].folded_count == 0
    [rest] = [one for one in compose_due(tmp_path, settings, world.now + DAY) if one.recipient == "slack"]
    assert told(rest) == set(all_of_it) - told(by_name["slack"])
