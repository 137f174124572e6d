"""Word what the time of an edition has to say: that it is an alert, that it stands for several, what was told since, what is in other languages."""

from collections.abc import Iterator

from tidings.model import Edition, EditionKind
from tidings.render import words
from tidings.render.escape import plain
from tidings.render.languages import language_name


def timing_note(edition: Edition) -> str:
    """Return the sentences, fixed templates of counts, times and names of languages; empty when there is nothing to say."""
    return " ".join(_sentences(edition))


def _sentences(edition: Edition) -> Iterator[str]:
    if edition.kind is EditionKind.ALERT:
        yield "An alert: it crosses the threshold that was set for it. The next edition comes at its time and does not repeat it."
    if edition.overdue:
        yield _overdue(edition)
    if count := edition.alerted_count:
        yield f"{words.many(count, 'development')} {'was' if count == 1 else 'were'} told since by alert."
    if count := edition.other_languages_count:
        names = words.listed(plain(language_name(code), 40) for code in edition.languages)
        yield f"{words.many(count, 'development')} in other languages than {names} {'is' if count == 1 else 'are'} not told."


def _overdue(edition: Edition) -> str:
    """Write "Covers Tue 18 Feb 07:00 to Fri 21 Feb 07:00, the time of 3 editions: nothing ran from ... to ..."."""
    overdue = edition.overdue
    if overdue is None or edition.window_start is None:
        return ""
    span = f"{words.clock(edition.window_start, edition)} to {words.clock(edition.window_end, edition)}"
    line = f"Covers {span}, the time of {words.many(overdue.edition_count, 'edition')}"
    if overdue.idle_since is None or overdue.idle_until is None:
        return f"{line}."
    return f"{line}: nothing ran from {words.clock(overdue.idle_since, edition)} to {words.clock(overdue.idle_until, edition)}."
