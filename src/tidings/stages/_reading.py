"""Say what is read of a page: apart from the reader (`_reader`), whose libraries only the jail's children need."""

from dataclasses import dataclass, field
from datetime import datetime

from tidings.model import Verdict
from tidings.stages._dateline import Dateline

WORDS_MIN = 8  # fewer say nothing


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what a page's bytes said."""

    verdict: Verdict
    text: str = ""
    uncleaned: str = ""
    title: str = ""
    site: str = ""
    url: str = ""
    authors: tuple[str, ...] = ()
    day: str = ""  # ISO date, as trafilatura guesses it, where that is asked for
    times: tuple[datetime, ...] = ()  # what its data states of its publication, the most trustworthy first
    marked_times: tuple[datetime, ...] = ()  # what a page marks as its time for machines
    dateline: Dateline = field(default_factory=Dateline)  # what it shows beside its headline
    modified: datetime | None = None
    shown_times: tuple[datetime, ...] = ()  # what only looks like its date
    reason: str = ""  # why it is no page at all: pdf, not_a_page
    is_spared: bool = False  # it is full and matches no topic: nothing was extracted
