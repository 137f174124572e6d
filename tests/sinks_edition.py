"""Editions in which one string of outsiders stands in every place that outsiders can write to, and the same with harmless words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tidings.ids import make_id
from tidings.model import (
    Correcting,
    Coverage,
    Edition,
    FeedNote,
    Kind,
    ReportedCorrection,
    ReportedDevelopment,
    ReportedFigure,
    ReportedOrigin,
    ReportedStory,
)

END = datetime(2020, 2, 19, 4, 0, tzinfo=UTC)
HARMLESS = "word"
URL = "https://harbour.example/1"


def development(text, url, kind, number):
    """Make a development whose every word is the text."""
    return ReportedDevelopment(
        development_id=make_id("sinks", str(number), kind.value), kind=kind, statement=text, publisher=text, url=url, language=text[:12],
        published_at=END - timedelta(hours=2), first_seen_at=END - timedelta(hours=1), event_date=text, place=text, replaces=text, warning=text, origin=text,
        figures=(ReportedFigure("killed", text, text, text, END - timedelta(days=1), 7.0),), title=text,
    )  # fmt: skip


def story(text, url, number):
    """Make a story whose every word is the text, with a development of each of four kinds."""
    kinds = (Kind.NEW_STORY, Kind.CHANGED_FIGURE, Kind.CORRECTION, Kind.NEW_ORIGIN)
    shown = tuple(development(text, url, kind, number) for kind in kinds)
    again = replace(shown[0], development_id=make_id("again", str(number)), shown_in="idlib", repeats_id=shown[0].development_id)
    return ReportedStory(
        story_id=make_id("sinks", str(number)), topic="idlib", headline=text, headline_language=text[:12], article_count=3, origin_count=2, languages=("en", text[:12]),
        is_new=True, developments=(*shown, again),
        origins=(ReportedOrigin(text, url), ReportedOrigin(f"{text} ", url)),
    )  # fmt: skip


def brief(text, url, number):
    """Make a story of which only the headline is shown."""
    return replace(story(text, url, -1 - number), shown_count=0)


def correction(text, url, number):
    """Make a correction whose every word is the text, of each kind in turn."""
    how = tuple(Correcting)[number % len(Correcting)]
    at = END - timedelta(days=1)
    return ReportedCorrection(
        make_id("told", str(number)), "idlib", how, at, text, text[:12], text, url, text[:12], at, text, END, text, text[:12]
    )


def edition(texts, url=URL):
    """Make an edition of one story and one correction a text, with the first text in the coverage note, and stories of the first texts in a line."""
    first = texts[0]
    note = FeedNote(first, first, "failing", END - timedelta(days=2), first)
    silent = FeedNote(first, url, "silent", END - timedelta(days=6), first)
    coverage = Coverage(
        feeds_fine=3, feeds_failing=(note,), feeds_silent=(silent,), funnel=(("new", 4), ("duplicate", 2)), feeds_losing=(note,), feeds_thin=(note,),
        delivery_notes=(first,), pages=(("full", 4),),
    )  # fmt: skip
    return Edition(
        id=make_id("sinks", "edition"), recipient="desk", topics=(("idlib", "Idlib"),), window_start=END - timedelta(days=1), window_end=END,
        time_zone="Europe/Istanbul", coverage=coverage,
        stories=(*(story(text, url, number) for number, text in enumerate(texts)), *(brief(text, url, number) for number, text in enumerate(texts[:5]))),
        corrections=tuple(correction(text, url, number) for number, text in enumerate(texts)),
    )  # fmt: skip
