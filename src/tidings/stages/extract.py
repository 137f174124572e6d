"""Make an article of a page, or of the feed's own text when the page yields nothing or less (decision 0028)."""

import re
from dataclasses import replace
from datetime import datetime, time, timedelta

from tidings import ids
from tidings.model import Article, Entry, Page, Rejection, Response, Stage, Verdict
from tidings.stages._credits import find_origin, is_correction
from tidings.stages._moments import believed, stated_time
from tidings.stages._reading import WORDS_MIN, Reading
from tidings.text import dates
from tidings.text.clean import clean_paragraphs, word_count
from tidings.text.sentences import is_furniture
from tidings.text.terms import terms
from tidings.text.urls import host_of, identity, is_home, normalise

FLASH_WORDS_MIN = 2  # words that say something though they are fewer than WORDS_MIN, where they are whole sentences that share a word with the entry's title: "Idlib has fallen."
TEXT_CHARS_MAX = 300_000
TITLE_CHARS_MAX = 500
URL_CHARS_MAX = 2_000  # as of entries: of a page that calls itself by a longer address the entry's stands
_BLOCKED = (401, 402, 403, 451)
_GONE = (404, 410)
_CLEARLY_LONGER = 1.5
EARLIER_MIN = timedelta(days=2)  # less may be the same day elsewhere
_STOPPED = re.compile(r"[^.…][.!。！۔]", re.DOTALL)
_CLOSING = "\"'”’»)"
_TRANSIENT = ("timeout", "incomplete", "dns", "tls", "connect", "protocol", "retry_later")


def extract_article(page: Page, publisher: str, now: datetime, words: str = "") -> Article | Rejection:
    """Read the page behind an entry; the verdict says what the page turned out to be.

    `words` are those of all topics (`match.words_sought`): a page that is full and cannot match gives an article without text, at a tenth of
    the cost. Without them every page is extracted.
    Reasons of rejections: `not_found`, `redirect_home`, the fetch failure or `http_<status>` (transient: worth
    another try, and after the last one `article_from_entry`), or the verdict when there is no text at all.
    """
    response, entry = page.response, page.entry
    if rejection := _rejected(response, entry):
        return rejection
    if response.failure or response.status in _BLOCKED:
        verdict = Verdict.EMPTY if response.failure == "too_large" else Verdict.BLOCKED
        return article_from_entry(entry, publisher, now, verdict, reason=response.failure)
    from tidings.stages._reader import read_page  # noqa: PLC0415 - its libraries take a sixth of a second and 14 MB, and a run without pages needs none

    reading = read_page(response, entry, now, words)
    if reading.is_spared:
        return _article(entry, "", publisher, now, reading=reading, fetched_at=response.fetched_at)
    if reading.verdict is Verdict.NOT_FOUND:
        return Rejection(Stage.EXTRACT, "not_found", "the page says so")
    own = _own_text(entry)
    if reading.verdict is Verdict.EMPTY and word_count(own) < WORDS_MIN and (flash := _flash(reading.text, entry.title)):
        reading = replace(reading, verdict=Verdict.TEASER, text=flash)
    if reading.verdict not in (Verdict.FULL, Verdict.TEASER):
        return article_from_entry(entry, publisher, now, reading.verdict, reason=reading.reason)
    text = reading.text
    if not page.is_foreign and _is_clearly_longer(own, text):
        reading, text = replace(reading, verdict=Verdict.TEASER), own
    return _article(entry, text, publisher, now, reading=reading, fetched_at=response.fetched_at)


def article_from_entry(entry: Entry, publisher: str, now: datetime, verdict: Verdict, *, reason: str = "") -> Article | Rejection:
    """Make an article of the feed's own text: for pages that yield nothing, or failed for the last time.

    `verdict` keeps saying what the page was, `reason` may say it closer; without at least eight words in the
    feed it is the reason of the rejection.
    """
    text = _own_text(entry)
    if word_count(text) < WORDS_MIN:
        return Rejection(Stage.EXTRACT, reason or verdict.value)
    return _article(entry, text, publisher, now, reading=Reading(verdict), fetched_at=now)


def _rejected(response: Response, entry: Entry) -> Rejection | None:
    if response.failure in _TRANSIENT:
        return Rejection(Stage.EXTRACT, response.failure, response.detail, transient=True)
    if response.failure or response.status in _BLOCKED:
        return None
    if response.status in _GONE:
        return Rejection(Stage.EXTRACT, "not_found", f"http {response.status}")
    if not response.ok:
        return Rejection(Stage.EXTRACT, f"http_{response.status}", transient=True)
    if is_home(response.final_url) and entry.url and not is_home(entry.url):
        return Rejection(Stage.EXTRACT, "redirect_home")
    return None


def _article(entry: Entry, text: str, publisher: str, now: datetime, *, reading: Reading, fetched_at: datetime) -> Article:
    text = text[:TEXT_CHARS_MAX].strip()
    title = _best_title(entry.title, reading)[:TITLE_CHARS_MAX].strip()
    url = next((one for one in map(normalise, (reading.url, entry.url)) if 0 < len(one) <= URL_CHARS_MAX), "")
    # an entry without a link has no address to be known by: it stands for itself
    article_id = ids.article_id(identity(url) or f"entry:{entry.id}")
    authors = reading.authors or entry.authors
    return Article(
        id=article_id,
        version_id=ids.version_id(article_id, text),
        url=url,
        title=title,
        text=text,
        publisher=publisher,
        origin=find_origin(text, authors, publisher, uncleaned=reading.uncleaned),
        language="",  # the language stage says it
        published_at=_published(entry, reading, now),
        fetched_at=fetched_at,
        first_seen_at=now,
        verdict=reading.verdict,
        authors=authors,
        correction=is_correction(title, text),
    )


def _own_text(entry: Entry) -> str:
    """Return the longer of the feed's content and summary, cleaned like a page."""
    return clean_paragraphs(max(entry.content, entry.summary, key=len), entry.title)


def _flash(text: str, title: str) -> str:
    """Return the first words of a report: the paragraphs that end like sentences and speak of what its title names. Else the page is empty."""
    named = set(terms(title))
    return "\n\n".join(
        one
        for one in text.split("\n\n")
        if word_count(one) >= FLASH_WORDS_MIN
        and _STOPPED.fullmatch(one.rstrip(_CLOSING)[-2:])
        and not is_furniture(one)
        and named & set(terms(one))
    )


def _is_clearly_longer(own: str, text: str) -> bool:
    own_words, words = word_count(own), word_count(text)
    return own_words > words * _CLEARLY_LONGER and own_words >= words + 30


def _best_title(entry_title: str, reading: Reading) -> str:
    """Choose the page's own headline, unless it is the site's name or the feed's title with more around it."""
    title = reading.title
    if not title or not entry_title:
        return title or entry_title
    host = host_of(reading.url).removeprefix("www.")
    if title.casefold() in {reading.site.casefold(), host} or entry_title.casefold() in title.casefold():
        return entry_title
    cut_short = entry_title.rstrip(" .…")
    if entry_title.endswith(("...", "…")) and title.casefold().startswith(cut_short.casefold()):
        return title
    shared = set(title.casefold().split()) & set(entry_title.casefold().split())
    return title if shared or len(title.split()) > 3 else entry_title


def _published(entry: Entry, reading: Reading, now: datetime) -> datetime | None:
    """Choose the publication time: the page's, with the hour where it is given; on the same day the feed's.

    A date that stands only in the running text may be that of any event it tells of: it never overrules the feed's.
    Dates ahead of `now` or before 1990 are not believed.
    """
    claimed = dates.plausible(entry.published_at, now)
    if claimed is not None and not (reading.times or reading.marked_times):
        return min(claimed, now)
    stated = stated_time(reading.times, now)
    if claimed is not None and stated is not None and abs(claimed - stated) < timedelta(days=1):
        of_page: datetime | None = stated
    else:
        of_page = page_time(reading, stated, now)
    if claimed is None or of_page is None:
        return of_page or (min(claimed, now) if claimed else None)
    is_same_day = abs(claimed - of_page) < timedelta(days=1)
    has_hour = claimed.time() != time.min
    return min(claimed, now) if is_same_day and (has_hour or of_page.time() == time.min) else of_page


def page_time(reading: Reading, stated: datetime | None, now: datetime) -> datetime | None:
    """Return the moment that the page's data states, unless the page shows an earlier day beside its headline.

    Such a day cannot be that of an update: data of a page that moved to another system names the day of the move. Without data it is
    what the page marks and shows, then the day of an update where that is all it names, then the day that trafilatura guessed and
    what else looks like a date. A guess of the first of January is a year that stood somewhere, most often that of the copyright.
    """
    published, updated, marked, modified = (
        believed(one, now)
        for one in (reading.dateline.published, reading.dateline.updated, stated_time(reading.marked_times, now), reading.modified)
    )
    if stated is not None:
        return published if published is not None and stated - published >= EARLIER_MIN else stated
    guess = believed(dates.parse_date(reading.day), now)
    year = guess if guess is not None and (guess.month, guess.day) == (1, 1) else None
    shown = (believed(one, now) for one in reading.shown_times)
    known = guess if guess is not None and f"/{guess:%Y/%m}" in reading.url else None  # addresses keep the month of publication
    candidates = (published, marked, known, updated, modified, None if year else guess, next(filter(None, shown), None), year)
    return next(filter(None, candidates), None)
