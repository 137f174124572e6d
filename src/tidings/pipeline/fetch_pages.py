"""Fetch the pages behind entries and extract them in the jail."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tidings.jail import JailFailure
from tidings.model import Article, Feed, Id, Page, Rejection, Request, Response, Verdict
from tidings.pipeline import stalled
from tidings.pipeline.run import Run
from tidings.stages import schedule
from tidings.stages.extract import article_from_entry, extract_article
from tidings.stages.foreign import is_foreign, sites_of, without_foreign_words
from tidings.stages.match import compile_topics, words_sought
from tidings.text.retry_after import retry_after_s
from tidings.web.failures import RETRY_LATER, RUN_OVER
from tidings.web.pins import pin_for_page


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what came of one waiting entry's page."""

    due: schedule.PageDue
    article: Article | None = None
    rejection: Rejection | None = None
    wait_s: float = 0.0  # the host asked for it (Retry-After)


def fetch(run: Run, waiting: Sequence[schedule.PageDue], counts: Counter[str]) -> Iterator[Answer]:
    """Ask for the pages of entries and extract them, and yield an answer for each as it comes; `counts` takes what each came to.

    Answers come in any order, and none for pages that were not asked for, as the time of the run was over. While one is worked on, the
    children extract others and further pages are on their way.
    """
    by_url: dict[str, list[schedule.PageDue]] = {}
    for due in waiting:
        if due.entry.url:
            by_url.setdefault(due.entry.url, []).append(due)
    for due in waiting:
        if not due.entry.url:
            yield answer_of(run, due, article_from_entry(due.entry, due.publisher, run.now, Verdict.EMPTY, reason="no_link"))
    feeds = {feed.id: feed for feed in run.settings.feeds}
    requests = [Request(url, "page", subject_id=dues[0].entry.id, tls_sha256=_pin(url, dues, feeds)) for url, dues in by_url.items()]
    words = words_sought(compile_topics(run.settings.topics))
    tasks = (
        (each, (Page(each[1], each[0].entry, each[0].is_foreign), each[0].publisher, run.now, words))
        for each in _responses(run, requests, by_url)
    )
    for (due, response), result in run.jail.each(extract_article, tasks):
        yield _extracted(run, due, response, result, counts)


def _responses(
    run: Run, requests: Sequence[Request], by_url: Mapping[str, Sequence[schedule.PageDue]]
) -> Iterator[tuple[schedule.PageDue, Response]]:
    sites = sites_of(run.settings.feeds, run.settings.families)
    for response in run.send_all(requests):
        if response.failure == RETRY_LATER and response.detail == RUN_OVER:
            continue  # nothing was asked, and that is not the page's fault: it stays due
        addresses = (response.url, response.final_url)
        for due in by_url[response.url]:
            entry = without_foreign_words(due.entry, due.publisher, sites, *addresses)
            yield replace(due, entry=entry, is_foreign=is_foreign(due.publisher, due.own_sites, sites, *addresses)), response


def _pin(url: str, dues: Sequence[schedule.PageDue], feeds: Mapping[Id, Feed]) -> str:
    """Return the certificate that one of a page's feeds has an exception for, if the page is on that feed's host."""
    named = [feed for due in dues if (feed := feeds.get(due.entry.feed_id)) is not None and feed.tls_sha256]
    return next((pin for feed in named if (pin := pin_for_page(url, feed.url, feed.tls_sha256))), "")


def _extracted(
    run: Run, due: schedule.PageDue, response: Response, result: Article | Rejection | JailFailure | None, counts: Counter[str]
) -> Answer:
    assert result is not None  # only items without a task have none
    counts[_came_to(result)] += 1
    if isinstance(result, JailFailure):
        said = stalled.keep(run, "page", due.entry.url, response, result)
        result = article_from_entry(due.entry, due.publisher, run.now, Verdict.TIMEOUT, reason=f"parser_{result.reason}")
        result = replace(result, detail=said) if isinstance(result, Rejection) else result
    elif isinstance(result, Rejection) and result.transient and schedule.attempts(due, result.reason) >= run.settings.ingest.attempts_max:
        verdict = Verdict.TIMEOUT if result.reason == "timeout" else Verdict.BLOCKED
        result = article_from_entry(due.entry, due.publisher, run.now, verdict, reason=result.reason)
    return replace(answer_of(run, due, result), wait_s=retry_after_s(response.headers, run.now) or 0.0)


def _came_to(result: Article | Rejection | JailFailure) -> str:
    """Name in a word what a page came to."""
    if isinstance(result, JailFailure):
        return f"parser_{result.reason}"
    return result.reason if isinstance(result, Rejection) else result.verdict.value


def answer_of(run: Run, due: schedule.PageDue, result: Article | Rejection) -> Answer:
    """Return what came of an entry's page, without the secrets of feeds."""
    if isinstance(result, Rejection):
        return Answer(due, rejection=run.hidden.rejection(result))
    return Answer(due, article=run.hidden.article(result))
