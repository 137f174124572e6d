"""Hold our reading of feeds against public suites, and write docs/reference/conformance.md.

`python -m tidings.evaluation.conformance SUITES PAGE` reads the suites of the folder SUITES (feedparser.tar.gz,
feedvalidator.tar.gz, gofeed.tar.gz), each document in the jail with the product's own limits. With `--check` it writes nothing
and exits 1 when the page differs, or when a difference has no reason.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tidings.evaluation.stated import SUITES, Document, Stated, Value, read_suite
from tidings.jail import Jail, JailFailure
from tidings.model import Feed, ParsedFeed, Rejection, Response
from tidings.stages.parse import parse_feed
from tidings.text.markup import one_line, to_text
from tidings.text.urls import absolute

NOW = datetime(2030, 1, 1, tzinfo=UTC)  # later than every date in the suites, so that none is in the future
TRAITS = ("id", "link", "title", "date")
BASE = "http://127.0.0.1:8097/"  # where feedparser's suite serves its documents from; nothing is asked of it

_ENTRY = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_NAME = "a relative id is a name: it is not resolved (RFC 4287, 4.2.6)"
_NO_BASE = "Content-Location is no base for relative links (RFC 9110, 8.7)"
_UNCLOSED = "the title is closed by another element's tag: a document that is no XML, of which feedparser keeps no title"
# Why we differ; a person looked at each. Without an entry here a difference is "not explained", and the check fails.
_REASONS = {
    "feedparser/tests/wellformed/base/http_entry_id_base_content_location.xml": _NAME,
    "feedparser/tests/wellformed/base/http_entry_id_base_docuri.xml": _NAME,
    "feedparser/tests/wellformed/base/http_entry_link_base_content_location.xml": _NO_BASE,
    "feedparser/tests/wellformed/base/http_item_link_base_content_location.xml": _NO_BASE,
    "gofeed/testdata/parser/atom/atom10_feed_title_xhtml_escaped_markup.xml": _UNCLOSED,
    "gofeed/testdata/parser/atom/atom10_feed_title_xhtml_inline_markup.xml": _UNCLOSED,
    "gofeed/testdata/parser/rss/rss_channel_item_guid_naked_markup.xml": "elements inside a guid, of which feedparser keeps nothing: the entry is known by its other traits",
}
UNEXPLAINED = "not explained"

Answer = ParsedFeed | Rejection | JailFailure


@dataclass(frozen=True, slots=True)
class Difference:
    """Name where we differ from a suite, and why."""

    file: str
    trait: str
    reason: str


@dataclass(slots=True)
class Report:
    """Count what became of one suite's documents."""

    suite: str
    documents: int = 0
    feeds: int = 0
    entries: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)  # uncaught, or over the limits
    valid: int = 0  # the suite says that nothing is wrong with it, and it has entries
    valid_read: int = 0
    stated: Counter[str] = field(default_factory=Counter)
    equal: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)


def measure(folder: Path) -> list[Report]:
    """Read every document of every suite in the jail, and compare."""
    with Jail(children=1, preload=("tidings.stages.parse",)) as jail:
        return [_report(suite, read_suite(folder / f"{suite}.tar.gz"), jail) for suite in SUITES]


def _report(suite: str, documents: Iterable[Document], jail: Jail) -> Report:
    report = Report(suite)
    for document in documents:
        url = BASE + document.file
        headers = {name: value for name, value in document.headers.items() if name == "content-type"}
        response = Response(url, url, 200, headers, document.body, NOW)
        _count(report, document, jail.call(parse_feed, response, Feed("conformance", url, url, "conformance")))
    return report


def _count(report: Report, document: Document, answer: Answer) -> None:
    report.documents += 1
    if isinstance(answer, JailFailure):
        report.failures.append((document.file, answer.reason))
    elif isinstance(answer, Rejection):
        report.rejected[answer.reason] += 1
    else:
        report.feeds += 1
        report.entries += len(answer.entries)
    if document.is_valid and _ENTRY.search(document.body):
        report.valid += 1
        report.valid_read += isinstance(answer, ParsedFeed) and bool(answer.entries)
    for stated in document.stated:
        report.stated[stated.trait] += 1
        if isinstance(answer, ParsedFeed) and _agrees(answer, stated, BASE + document.file):
            report.equal[stated.trait] += 1
        else:
            reason = _REASONS.get(f"{document.suite}/{document.file}", UNEXPLAINED)
            report.differences.append(Difference(document.file, stated.trait, reason))


def _agrees(parsed: ParsedFeed, stated: Stated, url: str) -> bool:
    """Tell whether we say what the suite says, after what the page names as the rules of comparing."""
    if stated.index < 0:
        return _is_title(parsed.title, stated.value)
    # entries that repeat one another in id and link are one
    entries = parsed.entries[stated.index : stated.index + 1] or parsed.entries
    for entry in entries:
        match stated.trait:
            case "id":
                same = entry.guid == one_line(str(stated.value))
            case "link":
                same = entry.url in {absolute(url, link) for link in (str(stated.value), *stated.as_good)}
            case "title":
                same = _is_title(entry.title, stated.value)
            case _:
                same = entry.published_at == stated.value
        if same:
            return True
    return False


def _is_title(ours: str, stated: Value) -> bool:
    """Compare titles as text: as it stands, or without the markup that the suite's reader leaves in."""
    return ours in {one_line(str(stated)), one_line(to_text(str(stated)))}


def page(reports: Sequence[Report]) -> str:
    """Write the page."""
    return _HEAD + "\n".join([*_documents(reports), *_agreement(reports), *_differences(reports)]) + "\n"


_HEAD = """# Conformance of reading feeds

Written by `python -m tidings.evaluation.conformance`: other people's suites of feeds, each document read by the product's own `parse_feed`, in the jail, under the limits that are set by default.

| suite | from | licence |
|---|---|---|
| feedparser | kurtmckee/feedparser, `tests/` | BSD-2-Clause |
| feedvalidator | w3c/feedvalidator, `testcases/` | MIT-like |
| gofeed | mmcdole/gofeed, `testdata/` | MIT |

Nothing of the suites is in this project but names of files.

## Documents

"Uncaught" is an exception, "over the limits" a child that was stopped for its time or memory. Rejected documents are OPML, HTML and fragments, or empty; each has its reason. "Valid" are those that feedvalidator's suite finds nothing wrong with and that have entries.

"""


def _documents(reports: Sequence[Report]) -> list[str]:
    lines = [
        "| suite | documents | feeds | entries | rejected | uncaught | over the limits | valid | of them read |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in reports:
        uncaught = sum(reason in {"error", "crash"} for _, reason in one.failures)
        rejected = ", ".join(f"{count} {reason}" for reason, count in sorted(one.rejected.items())) or "0"
        valid = (str(one.valid), str(one.valid_read)) if one.valid else ("", "")
        numbers = (one.documents, one.feeds, one.entries, rejected, uncaught, len(one.failures) - uncaught, *valid)
        lines.append(f"| {one.suite} | {' | '.join(map(str, numbers))} |")
    return lines


def _agreement(reports: Sequence[Report]) -> list[str]:
    lines = [
        "\n## Stated values\n",
        "What feedparser's expressions and gofeed's JSON say of ids, links, titles (of the feed, too) and dates of entries, and how many of these we say, too. feedvalidator states none. How it is compared:\n",
        "- Ids: as they are, white space apart.",
        "- Links: absolute, in one spelling. An entry has one link with us: where a suite lists several of one rank, ours is among them.",
        "- Titles: as text on one line; tags that the suite's reader leaves in are taken out.",
        "- Dates: the same moment, of the first of published, updated, created. What is before 1990 or in the future would be none.",
        "- Entries that repeat one another in id and link are one entry.\n",
        "| suite | " + " | ".join(f"{trait}s" for trait in TRAITS) + " | all | |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in [*(report for report in reports if report.stated), _total(reports)]:
        cells = [f"{one.equal[trait]} of {one.stated[trait]}" for trait in TRAITS]
        lines.append(f"| {one.suite} | {' | '.join(cells)} | {one.equal.total()} of {one.stated.total()} | {share(one):.1%} |")
    return lines


def share(report: Report) -> float:
    """Return the share of the stated values that are ours, too."""
    return report.equal.total() / max(1, report.stated.total())


def _total(reports: Sequence[Report]) -> Report:
    return Report(
        "all",
        stated=sum((one.stated for one in reports), Counter()),
        equal=sum((one.equal for one in reports), Counter()),
    )


def _differences(reports: Sequence[Report]) -> list[str]:
    lines = ["\n## Differences\n", "| suite | document | what | why |", "|---|---|---|---|"]
    for one in reports:
        lines += [f"| {one.suite} | `{diff.file}` | {diff.trait} | {diff.reason} |" for diff in one.differences]
        lines += [f"| {one.suite} | `{file}` | failed | {reason} |" for file, reason in one.failures]
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(
        prog="python -m tidings.evaluation.conformance", description="Hold our reading of feeds against public suites."
    )
    parser.add_argument("suites", type=Path, help="the folder with the suites")
    parser.add_argument("page", type=Path, help="the page to write")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the page differs")
    chosen = parser.parse_args(arguments)
    reports = measure(chosen.suites)
    made = page(reports)
    if chosen.check:
        return int(not chosen.page.exists() or chosen.page.read_text(encoding="utf-8") != made or UNEXPLAINED in made)
    chosen.page.write_text(made, encoding="utf-8")
    return int(UNEXPLAINED in made)


if __name__ == "__main__":
    sys.exit(main())
