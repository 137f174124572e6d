"""How an edition is laid out, before any sink: what is said once for an article, and what stays with each statement."""

import json
from dataclasses import replace
from io import StringIO

import editions
import pytest
from rich.console import Console

from tidings.model import CORRECTIONS, NOT_REACHED, Correcting, FeedNote, Kind, OwnOutage, ReportedCorrection, ReportedOrigin
from tidings.render.html import to_html
from tidings.render.markdown import to_markdown
from tidings.render.slack import to_slack
from tidings.render.terminal import to_terminal
from tidings.render.text import to_text
from tidings.render.view import BRIEFS_MAX, view
from tidings.render.words import FEEDS_NAMED_MAX
from tidings.stages.compose import shorten

START = editions.START


@pytest.fixture
def lay_out(make):
    """Lay out one story with the given developments."""

    def articles(*developments, **more):
        return view(make["edition"]([make["story"]("idlib", "Headline", developments, **more)])).topics[0].stories[0]

    return articles


def of_article(make, kind, statement, url="https://post.example/1", **more):
    return replace(make["development"](kind, statement, **more), url=url)


def test_one_source_line_for_an_article(make, lay_out):
    """Statements of one article stand together under one source line, the article with the weightiest first, each statement word for word."""
    story = lay_out(
        of_article(make, Kind.NEW_STORY, "One."),
        of_article(make, Kind.CHANGED_FIGURE, "Two.", "https://post.example/2"),
        of_article(make, Kind.NEW_STATEMENT, "Three."),
    )
    assert [(article.url, [one.statement for one in article.developments]) for article in story.articles] == [
        ("https://post.example/1", ["One.", "Three."]),
        ("https://post.example/2", ["Two."]),
    ]


def test_badges_say_what_new_does_not(make, lay_out):
    """A story is called new once; only kinds that are more than new have a badge."""
    story = lay_out(*(of_article(make, kind, "" if kind is Kind.NEW_ORIGIN else f"Statement {kind}.") for kind in Kind))
    assert story.badge == "New story"
    assert [one.badge for one in story.articles[0].developments] == ["", "", "Changed figure", "Reversal", "Correction", "Confirmed by"]
    assert lay_out(of_article(make, Kind.NEW_STATEMENT, "Statement.")).badge == ""


def test_places_and_a_shared_day_are_in_the_source_line(make, lay_out):
    """The places of an article's statements are named once; a day of which all of them speak is, too."""
    day = {"event_date": "2020-02-14", "hours": 5}
    article = lay_out(
        of_article(make, Kind.NEW_STATEMENT, "One.", place="Ariha", **day),
        of_article(make, Kind.NEW_STATEMENT, "Two.", place="Saraqib", **day),
        of_article(make, Kind.NEW_STATEMENT, "Three.", place="Ariha", **day),
    ).articles[0]
    assert article.attribution == "Wed 19 Feb 02:00 · English · Ariha, Saraqib · speaks of Fri 14 Feb"
    assert [one.event for one in article.developments] == ["", "", ""]


def test_days_that_differ_stay_with_their_statements(make, lay_out):
    """Where statements of one article speak of different days, each says its own, and the source line says none."""
    article = lay_out(
        of_article(make, Kind.NEW_STATEMENT, "One.", event_date="2020-02-14"), of_article(make, Kind.NEW_STATEMENT, "Two.")
    ).articles[0]
    assert "speaks of" not in article.attribution
    assert [one.event for one in article.developments] == ["speaks of Fri 14 Feb", ""]


def test_a_warning_is_said_once(make, lay_out):
    """The same warning on several statements of one article is said once."""
    twice = [
        of_article(make, Kind.NEW_STATEMENT, words, warning="copies a report of Harbour Post, differs in: place")
        for words in ("One.", "Two.")
    ]
    assert lay_out(*twice).articles[0].warnings == ("copies a report of Harbour Post, differs in: place",)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        pytest.param("Strike kills 22 near the market", "", id="the headline itself"),
        pytest.param("Strike near the market kills 22", "", id="the same words and numbers"),
        pytest.param("Strike kills 33 near the market", "Strike kills 33 near the market", id="another toll"),
        pytest.param("Rescuers end search at market", "Rescuers end search at market", id="other words"),
        pytest.param("", "", id="none"),
    ],
)
def test_an_article_shows_its_own_title_when_it_says_something_else(make, title, shown):
    """A headline is the first article's for good: a later article's title stands with its statements, unless it says the same."""
    story = make["story"]("idlib", "Strike kills 22 near the market", [of_article(make, Kind.NEW_STATEMENT, "One.", title=title)])
    article = view(make["edition"]([story])).topics[0].stories[0].articles[0]
    assert article.title == shown


def terminal(edition):
    console = Console(file=StringIO(), width=120)
    console.print(to_terminal(edition))
    return console.file.getvalue()


def slack(edition):
    return "".join(json.dumps(part.blocks) for part in to_slack(edition))


SINKS = (to_html, to_text, to_markdown, terminal, slack)


def test_every_rendering_shows_a_title_of_its_own_and_names_the_origins_with_links(make):
    """HTML, text, Markdown, terminal and Slack show an article's own title and the independent origins, each with its link."""
    origins = tuple(ReportedOrigin(f"Origin {number}", f"https://origin-{number}.example/") for number in range(8))
    one = make["story"]("idlib", "Strike kills 22", [of_article(make, Kind.NEW_STATEMENT, "One.", title="Strike kills 33")])
    edition = make["edition"]([replace(one, origins=origins)])
    for sink in SINKS:
        out = sink(edition)
        assert "Strike kills 33" in out
        assert "Origin 5" in out
        assert "https://origin-5.example/" in out
        assert "Origin 6" not in out
        assert "and 2 more" in out


def test_a_single_origin_is_not_named_apart(make):
    """One origin is the publisher in the source line; it is not said twice."""
    one = make["story"]("idlib", "Headline", [of_article(make, Kind.NEW_STATEMENT, "One.")])
    single = replace(one, origins=(ReportedOrigin("Harbour Post", "https://post.example/1"),))
    assert view(make["edition"]([single])).topics[0].stories[0].origins == ()


def test_who_confirms_is_named_with_a_link(make):
    """A confirmation names its origin, and its source line has the link, in every rendering."""
    one = of_article(make, Kind.NEW_ORIGIN, "", "https://agency.example/9", origin="Meridian Agency")
    edition = make["edition"]([make["story"]("idlib", "Headline", [one])])
    for sink in SINKS:
        out = sink(edition)
        assert "Confirmed by" in out
        assert "Meridian Agency" in out
        assert "https://agency.example/9" in out


def test_what_did_not_fit_is_said(make):
    """An edition from which developments were left says how many come with the next."""
    assert view(make["edition"]([], left_count=3)).note == "3 developments more did not fit and wait for the next edition."
    assert view(make["edition"]([])).note == ""


def notes(state, count):
    """Make notes of as many feeds."""
    return tuple(FeedNote(f"{state} {number}", f"https://{number}.example", state, None, "") for number in range(count))


def test_feeds_are_named_to_a_bound_the_gravest_first(make):
    """Failing feeds are named before silent ones and those before others; what our own outage kept from us is counted only."""
    coverage = make["coverage"](
        feeds_failing=(*notes("failing", 9), *notes(NOT_REACHED, 4)), feeds_silent=notes("silent", 2), feeds_losing=notes("fine", 2),
        feeds_thin=notes("read in part", 1), feeds_recovered=notes("recovered", 3),
    )  # fmt: skip
    shown = view(make["edition"]([], coverage=coverage))
    order = ["failing"] * 9 + ["silent"] * 2 + ["fine"] * 2 + ["read in part"] + ["recovered"]
    assert [feed.line for feed in shown.feeds] == order
    assert len(order) == FEEDS_NAMED_MAX
    assert shown.feeds_more == "and 2 more, named by `tidings status --all`"


def test_outage_and_pages_are_in_every_form(make):
    """When nobody could be reached, and what pages came to, stands in each form of an edition."""
    coverage = make["coverage"](own_outage=OwnOutage(1, make["edition"]([]).window_end, None), pages=(("full", 4), ("wall", 2)))
    edition = make["edition"]([], coverage=coverage)
    console = Console(file=StringIO(), width=200)
    console.print(to_terminal(edition))
    slack = " ".join(json.dumps(part.blocks) for part in to_slack(edition))
    for form in (to_html(edition), " ".join(to_text(edition).split()), to_markdown(edition), slack, console.file.getvalue()):
        assert "Our own network reaches nobody since Wed 19 Feb 07:00" in form
        assert "4 read in full, 2 behind a wall" in form


# ---------------------------------------------------------------- folded, said elsewhere, corrected


def test_a_normal_day_needs_no_overview():
    """Where everything is shown, no overview and no other place is named."""
    shown = view(editions.normal_day())
    assert (shown.overview, shown.whole, shown.whole_url) == ((), "", "")
    assert all(topic.briefs == () and topic.more == "" for topic in shown.topics)


def test_a_flood_is_counted_to_the_last():
    """Of each topic what is shown, what stands in a line, and what is only counted add up to what is in the edition."""
    edition = shorten(editions.flood())
    shown = view(edition)
    assert [topic.title for topic in shown.overview] == ["Idlib", "Libya", "Xinjiang"]
    for topic in shown.topics:
        stories = [story for story in edition.stories if story.topic == topic.name]
        named = len(topic.stories) + len(topic.briefs)
        assert len(topic.briefs) == BRIEFS_MAX
        assert f" in {len(stories) - named} stories in the store" in topic.more
        assert topic.overview.endswith(f"in {len(stories)} stories")


@pytest.mark.parametrize(
    ("more", "where"),
    [
        pytest.param({"full_url": "https://desk.example/e/1.html"}, "are on the site:", id="the site"),
        pytest.param({"full_file": "all.html"}, "are in the file all.html, which comes with this edition.", id="a file"),
        pytest.param({}, "are shown here.", id="nowhere"),
    ],
)
def test_where_the_whole_is(more, where):
    """A folded edition says how much of it is shown, and where all of it is."""
    shown = view(replace(shorten(editions.flood()), **more))
    assert shown.whole.endswith(where)
    assert "of 200 developments are shown here" in shown.whole
    assert shown.whole_url == more.get("full_url", "")


def test_the_same_words_under_two_topics_are_shown_once(make):
    """Under the second topic they are counted, with the topic under which they stand."""
    one = make["development"](Kind.NEW_STATEMENT, "The road is shut.")
    again = replace(one, development_id="again", shown_in="idlib", repeats_id=one.development_id)
    topics = view(make["edition"]([make["story"]("idlib", "A", [one]), make["story"]("libya", "B", [again])])).topics
    assert (topics[1].stories, topics[1].briefs, topics[1].more) == ((), (), "and 1 shown under Idlib")


def test_corrections_are_shown_to_a_bound(make):
    """Each correction says when what was told, what became of it and by whom; beyond the bound they are counted."""
    corrections = tuple(
        ReportedCorrection(
            f"d{how}", "idlib", how, START, f"Told {how}.", "en", "Harbour Post", "https://post.example/1", "en", START, "Now."
        )
        for how in Correcting
    )
    shown = view(make["edition"]([], corrections=corrections, corrections_shown=4))
    assert [one.line for one in shown.corrections] == ["Told on Tue 18 Feb, under Idlib:"] * 4
    assert len({one.verdict for one in shown.corrections}) == 4
    assert shown.corrections_more == "and 1 more in the store"
    assert shown.summary.startswith("Nothing new since Tuesday.")


def test_what_corrects_is_counted_under_its_topic_and_shown_above(make):
    """A development among the corrections is not shown a second time; its topic says where it stands."""
    right = make["development"](Kind.CORRECTION, "The market is in Maar.")
    moved = replace(right, shown_in=CORRECTIONS, repeats_id=right.development_id)
    one = ReportedCorrection(
        "d",
        "idlib",
        Correcting.CORRECTED,
        START,
        "It is in Saraf.",
        "en",
        "Post",
        "",
        "en",
        START,
        right.statement,
        by_id=right.development_id,
    )
    edition = make["edition"]([make["story"]("idlib", "A", [moved])], corrections=(one,))
    shown = view(edition)
    assert (shown.topics[0].line, shown.topics[0].more) == (
        "1 correction since Tuesday",
        "and 1 shown under Corrections to earlier editions",
    )
    assert edition.folded_count == 0
    assert to_text(edition).count("The market is in Maar.") == 1
