"""Show as much of an edition as is read in two minutes and as its channel takes, and say where the rest is."""

from collections.abc import Callable, Collection
from dataclasses import replace

from tidings.channels.file import FULL, edition_name
from tidings.model import Edition, Id
from tidings.render.html import to_html
from tidings.render.slack import EDITION_BYTES_MAX, bytes_of_parts
from tidings.render.slack_threads import THREADS_BYTES_MAX, bytes_of_threads
from tidings.stages.compose import FULL_BYTES_MAX, HTML_BYTES_MAX, fit, leave, shorten, unfolded


def fit_to(channel: str, edition: Edition, full_url: str = "", threaded: Collection[Id] | None = None) -> Edition:
    """Fold an edition to what is read in two minutes and fits into one message; `full_url` is where the site will show all of it.

    Without that a mail or file has the full edition beside it. On Slack what does not fit waits for the next edition, untold; so does
    what would make the full edition too large for a mail. `threaded` are the stories that a bot's channel has a thread for; None: no bot.
    What a bot posts is read in two minutes without folding: the overview is, and the rest stands in threads.
    """
    size, size_max = _slack_size(threaded) if channel == "slack" else _HTML
    if channel == "slack" and not full_url:
        return leave(edition, size, size_max)
    if edition.window_start is not None:
        edition = leave(edition, _full_size)
    name = "" if full_url or _full_size(edition) > FULL_BYTES_MAX else f"{edition_name(edition)}{FULL}"
    told = replace(shorten(edition) if threaded is None else edition, full_url=full_url, full_file=name)
    fitted = fit(told, size, size_max)
    return fitted if fitted.is_folded else replace(fitted, full_url="", full_file="")


def _html_size(edition: Edition) -> int:
    return len(to_html(edition).encode())


def _full_size(edition: Edition) -> int:
    return _html_size(unfolded(edition))


def _slack_size(threaded: Collection[Id] | None) -> tuple[Callable[[Edition], int], int]:
    if threaded is None:
        return bytes_of_parts, EDITION_BYTES_MAX
    return lambda edition: bytes_of_threads(edition, threaded), THREADS_BYTES_MAX


_HTML: tuple[Callable[[Edition], int], int] = (_html_size, HTML_BYTES_MAX)
