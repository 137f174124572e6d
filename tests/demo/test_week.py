"""Prove that the sample week is what expected.jsonl, the feeds' readers and the extractor take it for."""

import http.client
import io
import itertools
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
import trafilatura

from tidings.demo.server import WeekServer
from tidings.demo.week import EDITIONS, ENTRIES_MAX, FIRST_POLL, LAST_POLL, demo_feeds, entries_shown, feed_body, load_week, page
from tidings.model import Kind, Outcome, Relation

WEEK = load_week()
BY_URL = {each.url: each for each in WEEK.expected}
READABLE = [article for article in WEEK.articles if article.page == "article"]
FEEDS = {feed.url: feed for feed in WEEK.feeds}
TOPICS = {"idlib", "libya", "xinjiang"}
SEEDS = {"seed:turkey-russia-idlib", "seed:cavusoglu-baku"}
CASES = {
    "faithful_copy", "edited_copy", "rewrite_of_seed", "spun_mashup", "background_repeated", "toll_grows", "reversal", "correction",
    "one_word_is_the_news", "two_origins", "off_topic_virus", "tripoli_lebanon", "in_passing", "cookie_wall", "not_found", "redirect_home",
    "broken_feed", "repeated_guid", "edited_title", "longer_version", "old_entry", "other_language_same_event",
}  # fmt: skip


def at(day: int, hour: int = 12) -> datetime:
    """Give a moment of the week."""
    return datetime(2020, 2, day, hour, tzinfo=UTC)


def shown(url: str, now: datetime) -> str:
    """Give the text of a page as the world serves it."""
    return page(url, now)[2].decode()


def parsed(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """Read (title, link) of each entry with the readers the program uses."""
    if "json" in content_type:
        return [(item["title"], item["url"]) for item in json.loads(body)["items"]]
    read = feedparser.parse(io.BytesIO(body), response_headers={"content-type": content_type})
    assert read.version
    assert not read.bozo, read.get("bozo_exception")
    return [(entry.title, entry.link) for entry in read.entries]


# ---------------------------------------------------------------- the material


def test_is_a_week_of_enough_articles() -> None:
    """At least 74 articles of 8 publishers, on each of the 7 days, with one entry from before them."""
    assert len(WEEK.articles) >= 74
    assert {article.publisher for article in WEEK.articles} == {publisher.key for publisher in WEEK.publishers}
    assert len(WEEK.publishers) == 8
    assert set(range(17, 24)) == {article.published_at.day for article in WEEK.articles} - {12}


@pytest.mark.parametrize("language", ["ar", "tr", "zh"])
def test_has_enough_in_other_languages(language: str) -> None:
    """At least 9 articles each in Arabic, Turkish and Chinese, some of them off topic."""
    outcomes = [BY_URL[article.url].outcome for article in WEEK.articles if article.language == language]
    assert len(outcomes) >= 9
    assert 3 <= outcomes.count("off_topic") <= len(outcomes) / 2


def test_a_third_is_off_topic() -> None:
    """A third of the week is about something else."""
    share = sum(each.outcome == "off_topic" for each in WEEK.expected) / len(WEEK.expected)
    assert 0.3 <= share <= 0.4


def test_every_case_is_there() -> None:
    """Each case that the week promises is tagged on an article, in both files alike."""
    tags = {case for article in WEEK.articles for case in article.cases}
    assert tags >= CASES
    assert all(BY_URL[article.url].cases == article.cases for article in WEEK.articles)
    assert sum("rewrite_of_seed" in article.cases for article in WEEK.articles) == 2


def test_no_two_articles_share_a_time_or_an_address() -> None:
    """Decisions go by reported time, so a tie would leave the outcome to chance."""
    assert len({article.published_at for article in WEEK.articles}) == len(WEEK.articles)
    assert len({article.url for article in WEEK.articles}) == len(WEEK.articles)


def test_old_entry_is_too_old_for_news() -> None:
    """The entry recorded as known is older than 48 h at the first poll, and every other entry is not."""
    old = {article.url for article in WEEK.articles if article.published_at < FIRST_POLL - timedelta(hours=48)}
    assert old == {each.url for each in WEEK.expected if each.outcome == "known"}


# ---------------------------------------------------------------- what is expected of it


def test_expects_something_of_exactly_the_articles() -> None:
    """expected.jsonl has one line for each article and none for anything else."""
    assert [each.url for each in WEEK.expected] == [article.url for article in WEEK.articles]


def test_expects_in_the_words_of_the_program() -> None:
    """Outcomes, kinds and relations are those of the model; copies name what they copy, and it came before."""
    order = [article.url for article in WEEK.articles]
    for each in WEEK.expected:
        assert each.outcome in set(Outcome)
        assert {development.kind for development in each.developments} <= set(Kind)
        assert (each.duplicate_of is None) == (each.relation is None)
        if each.duplicate_of:
            assert each.relation in set(Relation)
            assert each.duplicate_of in SEEDS or order.index(each.duplicate_of) < order.index(each.url)


def test_outcomes_follow_from_developments() -> None:
    """What is new gives a development; what is not new gives none; only off-topic and rejected have no story, but for mash-ups."""
    for each in WEEK.expected:
        assert (each.outcome == "new") == bool(each.developments), each.url
        if each.outcome in {"off_topic", "rejected"}:
            assert each.story is None
            assert each.reason
        elif "spun_mashup" not in each.cases:
            assert each.story


def test_statements_are_verbatim() -> None:
    """Each development is a sentence of its article as it stands at the week's end, or has no statement at all."""
    for each in WEEK.expected:
        text = "\n\n".join(WEEK.by_url[each.url].paragraphs_at(LAST_POLL))
        for development in each.developments:
            assert (development.statement is None) == (development.kind == "new_origin")
            assert development.topic in TOPICS
            if development.statement is not None:
                assert development.statement in text, each.url


def test_developments_stand_in_text_order() -> None:
    """Developments are listed in the order of the text, `new_story` first."""
    for each in WEEK.expected:
        text = "\n\n".join(WEEK.by_url[each.url].paragraphs_at(LAST_POLL))
        places = [text.index(d.statement) for d in each.developments if d.statement]
        assert places == sorted(places)
        assert all(d.kind != "new_story" for d in each.developments[1:])


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_topics_have_enough_news(topic: str) -> None:
    """Each topic has at least 6 new stories or changes over the week."""
    kinds = Counter(d.kind for each in WEEK.expected for d in each.developments if d.topic == topic)
    assert kinds["new_story"] >= 6
    assert sum(kinds.values()) >= 20


def test_a_story_is_opened_once_and_by_its_first_article() -> None:
    """No story has two `new_story`, and none has an article before it was opened; a known one, or one that opens with a changed figure, has none."""
    for story in {each.story for each in WEEK.expected if each.story and not (each.duplicate_of or "").startswith("seed:")}:
        articles = [each for each in WEEK.expected if each.story == story]
        opened = [any(d.kind == "new_story" for d in each.developments) for each in articles]
        first = articles[0].developments[0].kind if articles[0].developments else ""
        assert opened == [first == "new_story"] + [False] * (len(articles) - 1), story
        assert first in {"new_story", "changed_figure"} or articles[0].outcome == "known", story


def test_no_statement_is_expected_twice() -> None:
    """A sentence is news once a topic."""
    told = Counter((d.topic, d.statement) for each in WEEK.expected for d in each.developments if d.statement)
    assert [key for key, count in told.items() if count > 1] == []


def test_the_virus_is_never_news() -> None:
    """No expected statement speaks of the virus."""
    words = re.compile(r"virus|epidemic|covid|salgın|فيروس|كورونا|肺炎|疫情", re.IGNORECASE)
    assert not [d.statement for each in WEEK.expected for d in each.developments if d.statement and words.search(d.statement)]


def test_few_need_the_meaning_component() -> None:
    """Fewer than 12 outcomes need more than words, and all say so."""
    assert 1 <= sum(each.after == "meaning" for each in WEEK.expected) < 12
    assert {each.after for each in WEEK.expected} == {"", "meaning"}


def test_exact_copies_are_exact() -> None:
    """A copy expected as `exact` prints the same paragraphs but for the credit, and one expected as `near` does not."""
    for each in WEEK.expected:
        if each.duplicate_of in WEEK.by_url:
            copy, original = WEEK.by_url[each.url], WEEK.by_url[each.duplicate_of]
            assert (copy.paragraphs == original.paragraphs) == (each.relation == "exact")


# ---------------------------------------------------------------- feeds


@pytest.mark.parametrize("url", sorted(FEEDS))
@pytest.mark.parametrize("day", [17, 20, 24])
def test_feeds_read_as_written(url: str, day: int) -> None:
    """Readers find exactly the newest entries, in order, with the titles of that time."""
    feed = FEEDS[url]
    body, content_type, etag = feed_body(feed, at(day, 18))
    suffix = WEEK.by_host[feed.host].link_suffix
    expected = [(article.title_at(at(day, 18)), article.url + suffix) for article in entries_shown(feed, at(day, 18))]
    assert parsed(body, content_type) == expected
    assert 1 <= len(expected) <= ENTRIES_MAX
    assert re.fullmatch(r'"[0-9a-f]{16}"', etag)


def test_polls_a_day_apart_lose_nothing() -> None:
    """Every article but the unpublished stands in a feed at one of the daily polls, in spite of cap and cut."""
    polls = [FIRST_POLL + timedelta(days=day) for day in range(7)]
    seen = {article.url for feed in WEEK.feeds for poll in polls if not feed.is_cut(poll) for article in entries_shown(feed, poll)}
    assert seen == {article.url for article in WEEK.articles}


def test_cut_feed_hides_entries_behind_good_validators() -> None:
    """On its bad day the feed breaks off after one entry, with the ETag that the whole feed has."""
    feed = next(feed for feed in WEEK.feeds if feed.cut_from)
    body, _, etag = feed_body(feed, at(19, 18))
    whole, _, etag_after = feed_body(feed, at(20, 6))
    assert whole.startswith(body)
    assert body.count(b"</item>") == 1
    assert etag == etag_after
    assert feedparser.parse(io.BytesIO(body)).bozo


def test_one_guid_stands_for_different_entries() -> None:
    """A feed gives the same guid to entries with different links."""
    feed = next(feed for feed in WEEK.feeds if feed.publisher == "almarsa")
    entries = feedparser.parse(io.BytesIO(feed_body(feed, at(20))[0])).entries
    repeated = [guid for guid, count in Counter(entry.id for entry in entries).items() if count > 1]
    assert repeated == ["almarsa-live"]
    assert len({entry.link for entry in entries}) == len(entries)


def test_edits_change_title_and_perhaps_text() -> None:
    """An edited title leaves the text alone; a longer version adds a paragraph under the same address."""
    for case, longer in (("edited_title", False), ("longer_version", True)):
        article = next(article for article in WEEK.articles if case in article.cases)
        before, after = article.edits[0].at - timedelta(hours=1), article.edits[0].at
        assert article.title_at(before) != article.title_at(after)
        assert (article.paragraphs_at(before) != article.paragraphs_at(after)) == longer
        assert shown(article.url, before) != shown(article.url, after)


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("article", READABLE, ids=[article.slug for article in READABLE])
def test_pages_give_their_paragraphs_and_no_chrome(article) -> None:
    """The extractor finds every paragraph, and neither related headlines nor the site's own words."""
    html = shown(article.url, LAST_POLL)
    text = trafilatura.bare_extraction(html, fast=True, include_comments=False, with_metadata=True).text
    missing = [paragraph for paragraph in article.paragraphs_at(LAST_POLL) if paragraph not in text]
    assert missing == []
    related = set(re.findall(r'<li><a href="/[^"]{3,}">([^<]+)</a>', html))
    assert len(related) == 4
    assert not [headline for headline in related if headline in text]
    assert len(text) - sum(map(len, article.paragraphs_at(LAST_POLL))) < len(article.title_at(LAST_POLL)) + 40


def test_extracted_copies_are_equal() -> None:
    """The exact copy's page and the original's give one text, though the designs differ."""
    pairs = [(each.url, each.duplicate_of) for each in WEEK.expected if each.relation == "exact"]
    for copy, original in pairs:
        bodies = [trafilatura.extract(shown(url, LAST_POLL), fast=True, include_comments=False).splitlines() for url in (copy, original)]
        credit = f"{WEEK.by_url[copy].credit}"
        kept = [[line for line in body if credit not in line and line != WEEK.by_url[original].title] for body in bodies]
        assert kept[0] == kept[1]
    assert pairs


def test_rejected_pages_have_nothing_to_read() -> None:
    """Wall, 404 and redirect answer as they should, and their entries carry no text either."""
    answers = {each.reason: page(each.url, LAST_POLL) for each in WEEK.expected if each.outcome == "rejected"}
    assert {reason: answer[0] for reason, answer in answers.items()} == {"wall": 200, "not_found": 404, "redirect_home": 302}
    assert answers["redirect_home"][1]["Location"].endswith(".example/")
    assert all(not article.summary for article in WEEK.articles if article.page != "article")


def test_nothing_is_served_before_its_time() -> None:
    """An article's page answers 404 until it is published, and no feed shows it."""
    article = WEEK.articles[-1]
    assert page(article.url, article.published_at - timedelta(seconds=1))[0] == 404
    assert page(article.url, article.published_at)[0] == 200


# ---------------------------------------------------------------- server


def get(server: WeekServer, host: str, target: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask the server as a client would that maps the host to its address."""
    connection = http.client.HTTPConnection(server.connect_to.get(host, server.address), timeout=60)
    try:
        connection.request("GET", target, headers={"Host": host} | {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_server_answers_for_every_host_at_its_time() -> None:
    """All feeds, pages and robots.txt come from one loopback port, by Host header, and move with `now`."""
    with WeekServer(now=at(18)) as server:
        for feed in WEEK.feeds:
            status, headers, body = get(server, feed.host, feed.path)
            assert (status, body) == (200, feed_body(feed, at(18))[0])
            assert headers["ETag"]
            assert headers["Last-Modified"]
        assert get(server, "meridian.example", "/robots.txt")[2].startswith(b"User-agent: *")
        assert get(server, "stranger.example", "/")[0] == 404
        late = WEEK.articles[-1]
        assert get(server, late.host, late.path)[0] == 404
        server.now = LAST_POLL
        assert get(server, late.host, late.path)[0] == 200
        assert server.allow_private == [server.address]


def test_server_honours_validators() -> None:
    """A matching ETag or date gives 304 without a body; after news both give 200."""
    with WeekServer(now=at(18)) as server:
        feed = WEEK.feeds[0]
        _, headers, _ = get(server, feed.host, feed.path)
        asked = {"If_None_Match": headers["ETag"]}, {"If_Modified_Since": headers["Last-Modified"]}
        assert [get(server, feed.host, feed.path, **each)[::2] for each in asked] == [(304, b""), (304, b"")]
        server.now = LAST_POLL
        assert [get(server, feed.host, feed.path, **each)[0] for each in asked] == [200, 200]


def test_tracking_in_links_leads_to_the_same_page() -> None:
    """The feed that adds tracking to its links still leads to its articles."""
    article = next(a for a in READABLE if a.publisher == "harborpost")
    assert page(article.url + WEEK.by_host[article.host].link_suffix, LAST_POLL)[0] == 200


# ---------------------------------------------------------------- configuration


def test_demo_feeds_are_what_feeds_toml_needs() -> None:
    """One row a feed: address, publisher, language, country; hosts that can never be real."""
    rows = demo_feeds()
    assert [row["url"] for row in rows] == [feed.url for feed in WEEK.feeds]
    assert all(set(row) == {"url", "publisher", "language", "country"} and all(row.values()) for row in rows)
    assert all(publisher.host.endswith(".example") for publisher in WEEK.publishers)


def test_new_origins_confirm_what_an_edition_has_told() -> None:
    """`new_origin` is expected only after the first edition, on a story that has developments before it."""
    for each in WEEK.expected:
        for development in each.developments:
            if development.kind == "new_origin":
                assert WEEK.by_url[each.url].published_at > EDITIONS[0]
                before = itertools.takewhile(lambda one: WEEK.by_url[one.url].published_at <= EDITIONS[0], WEEK.expected)
                assert [one for one in before if one.story == each.story and one.developments]
