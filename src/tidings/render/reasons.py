"""Say in a sentence what each outcome and reason means: the words of the glossary for somebody who asks about one article. Pure."""

from collections.abc import Mapping
from http import HTTPStatus

from tidings.render.escape import plain

OUTCOMES: Mapping[str, str] = {
    "new": "It said something new.",
    "nothing_new": "It is on a topic, but all that it says was told before.",
    "duplicate": "It is a copy of a report that was told, and nothing in it differs.",
    "off_topic": "It is about no watched topic.",
    "known": "It was recorded as known, so that it is not news later.",
    "same_article": "It leads to an article that was read already.",
    "rejected": "There was nothing readable behind it.",
    "deferred": "Its page could not be read yet.",
    "pending": "It is not read yet: the run was stopped, or had as many pages as it may read. The next run goes on.",
}
REASONS: Mapping[str, str] = {
    # off_topic
    "no_term": "No passage of it holds a word of any topic.",
    "companion_missing": "It holds a word that means several things, and no companion near it says which.",
    "ruled_out": "Beside the topic's words stands one that rules the topic out.",
    "not_on_topic": "A user said so (`tidings mark`), of it or of what it copies.",
    "in_passing": "It only mentions a topic: in a list or a comparison, or once, far from its beginning and not in the title.",
    "too_short": "What it says about a topic are a few words, no sentence: a caption or a crosshead.",
    "not_this_feed's_topic": "It is on a topic, but its feed is not watched for that one (`topics` of the feed).",
    # known, nothing_new, same_article
    "older_than_first_window": "It was older than ingest.first_window_h when its feed or topic was read for the first time.",
    "learned": "`tidings learn` read it: it counts as told, and nobody was told of it.",
    "older_than_learned": "It was older than what `tidings learn` was asked to read: its page was not fetched.",
    "all_told": "Each of its sentences on a topic was told before; the nearest told sentence is given below.",
    "same_article": "Another entry, or another link, led to the same article, and this one says no more.",
    # duplicate
    "exact": "It has the very text of another report.",
    "near": "It is another report's text, cut or edited here and there.",
    "rewrite": "It is another report's text in other words.",
    # deferred
    "earlier_version_waits": "Another version of the article was read in the same run; one is decided at a time.",
    "waits_for_next_run": "The run had as many pages as it may read (ingest.pages_per_run_max); the next one reads it.",
    # rejected or deferred: the request
    "not_found": "The page is gone, or says that it is.",
    "redirect_home": "The site sent us to its home page instead.",
    "timeout": "The page did not answer, or could not be read, in the time that it has.",
    "dns": "The name of the host could not be found.",
    "tls": "The host's certificate or encryption is not right.",
    "connect": "No connection to the host could be made.",
    "incomplete": "The answer broke off.",
    "protocol": "The host's answer was no proper HTTP.",
    "not_recorded": "The recording that is replayed has no answer for it.",
    "retry_later": "The host asked us to come back later, or did not answer a moment before.",
    "refused_address": "Its name leads to an address that is not public: we do not go there (network.allow_private names exceptions).",
    "robots": "The site's robots.txt asks us not to read it (network.robots).",
    "too_large": "The page is larger than network.page_bytes_max.",
    "too_many_redirects": "It was redirected again and again (network.redirects_max).",
    # rejected: the page
    "teaser": "Only the beginning of the article is open; the rest is behind a wall.",
    "wall": "The page is a cookie, login or challenge page.",
    "same_text": "Other articles of the site gave the same short text: it is a wall, no article.",
    "empty": "The page holds no text to speak of.",
    "pdf": "The link leads to a PDF: we read pages only.",
    "not_a_page": "The link leads to a picture, a film, an archive or data, not to a page.",
    "too_deep": "The page is nested too deep to be read.",
    "blocked": "The site did not let us in.",
    "no_link": "The entry has neither a link nor a text.",
    "parser_timeout": "Reading the page took longer than the limits of [jail] allow.",
    "parser_memory": "Reading the page took more memory than jail.memory_mb.",
    "parser_output": "What was read from the page is over the limit of one answer.",
    "parser_crash": "The process that read the page broke down.",
    "parser_error": "The process that read the page failed.",
    "stage_failed": "The text broke one of our own stages: a fault of this program, worth a report.",
}
STORIES: Mapping[str, str] = {
    "same_story": "a user said that they are one story",
    "copy": "it goes where what it copies is",
    "alike": "it reports the same happening",
    "nothing_near": "nothing of the last days comes near it",
    "not_alike": "it reports another happening",
}
DECISIONS: Mapping[str, str] = {
    "not_on_topic": "a user said that the article, or what it copies, is not on this topic",
    "covered": "what was told covers it",
    "same_meaning": "a told sentence in another language means the same",
    "no_fact": "a sentence added in a rewrite, without a name, a number or a happening of its own",
    "too_short": "too few words to be compared",
    "says_little": "worth less as news than novelty.news_min asks for",
    "nothing_near": "nothing told comes near it",
    "not_covered": "what was told does not cover it",
    "figure": "a told figure has another value",
    "opposite": "it says the opposite of what was told",
    "quantifier": "it differs in a word such as most or all",
    "actor": "the other side, or somebody else, does it",
    "day": "it is of another day",
    "word": "in a copied sentence it puts a word in place of another",
    "name": "it names somebody or something else",
}


def sentence(outcome: str, reason: str) -> str:
    """Say what became of an entry, and why."""
    said = OUTCOMES.get(outcome, "")
    because = _status(reason) or REASONS.get(reason, "")
    return f"{said} {because}".strip()


def _status(reason: str) -> str:
    """Say what an `http_<status>` means."""
    status = reason.removeprefix("http_")
    if status == reason or not status.isdecimal():
        return ""
    name = f" ({HTTPStatus(int(status)).phrase})" if int(status) in list(HTTPStatus) else ""
    return f"The server answered with status {plain(status)}{name}."
