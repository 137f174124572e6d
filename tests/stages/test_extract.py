"""From page to article: what the page turned out to be, and what the feed may say in its place."""

from dataclasses import replace

import pytest
from harbour_page import BODY, ENTRY, NOW, SILENT, article, extract, html
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.model import Article, Rejection, Verdict
from tidings.stages.extract import article_from_entry


def test_a_page_becomes_an_article() -> None:
    """Paragraphs, title, publisher and time come out; ids come from address and text."""
    one = article(html())
    assert one.text == "\n\n".join(BODY)
    assert (one.title, one.publisher, one.origin) == ("Harbour of Baytown reopens", "Baytown Post", "Baytown Post")
    assert (one.verdict, one.fetched_at, one.first_seen_at) == (Verdict.FULL, NOW, NOW)
    assert one.published_at == ENTRY.published_at
    again = article(html(BODY[:3]))
    assert again.id == one.id
    assert again.version_id != one.version_id


def test_debris_stays_outside() -> None:
    """Lines that a page prints between paragraphs are not part of the text."""
    paragraphs = (
        BODY[0],
        "Advertisement",
        BODY[1],
        "Share this article",
        "Sign up for our newsletter and never miss a ship.",
        BODY[2],
        "Contact Us",
    )
    assert article(html(paragraphs)).text == "\n\n".join(BODY[:3])


@pytest.mark.parametrize(
    ("status", "reason", "transient"),
    [
        pytest.param(404, "not_found", False, id="not found"),
        pytest.param(410, "not_found", False, id="gone"),
        pytest.param(500, "http_500", True, id="server error"),
        pytest.param(503, "http_503", True, id="overloaded"),
        pytest.param(429, "http_429", True, id="too many requests"),
        pytest.param(418, "http_418", True, id="odd"),
        pytest.param(0, "http_0", True, id="no status at all"),
    ],
)
def test_an_error_status_is_a_rejection(status: int, reason: str, *, transient: bool) -> None:
    """Whatever an error page says is no article; only what may pass is worth another try."""
    result = extract(html(), status=status)
    assert isinstance(result, Rejection)
    assert (result.reason, result.transient) == (reason, transient)


@pytest.mark.parametrize("failure", ["timeout", "incomplete", "dns", "tls", "connect", "protocol"])
def test_a_failed_fetch_is_worth_another_try(failure: str) -> None:
    """A fetch that failed on the way is a transient rejection with the failure as its reason."""
    result = extract("", status=0, failure=failure)
    assert isinstance(result, Rejection)
    assert (result.reason, result.transient) == (failure, True)


@pytest.mark.parametrize(
    ("final_url", "reason"),
    [
        pytest.param("https://www.baytown.example/", "redirect_home", id="front page"),
        pytest.param("https://www.baytown.example/en/index.html", "redirect_home", id="front page of a language"),
    ],
)
def test_a_redirect_to_the_front_page_is_no_article(final_url: str, reason: str) -> None:
    """A page that has moved to the front page is gone, whatever the front page says."""
    result = extract(html(), final_url=final_url)
    assert isinstance(result, Rejection)
    assert result.reason == reason


@pytest.mark.parametrize(
    ("title", "words"),
    [
        pytest.param("Page not found", "Sorry, this page is not here any more.", id="English"),
        pytest.param("404", "Nothing here.", id="number"),
        pytest.param("Sayfa bulunamadı", "Aradığınız sayfa kaldırılmış.", id="Turkish"),
        pytest.param("页面不存在", "您访问的页面不存在。", id="Chinese"),
        pytest.param("الصفحة غير موجودة", "عذرا، الصفحة غير موجودة", id="Arabic"),
        pytest.param("Страница не найдена", "Такой страницы нет.", id="Russian"),
    ],
)
def test_a_page_that_says_it_is_not_there_is_not_found(title: str, words: str) -> None:
    """Under status 200, too, "not found" is no article."""
    result = extract(html((words,), title=title))
    assert isinstance(result, Rejection)
    assert result.reason == "not_found"


def test_a_report_about_missing_things_is_an_article() -> None:
    """A long text whose title begins like an error page is a report."""
    assert article(html(title="Not found: the treasure of Baytown")).verdict is Verdict.FULL


COOKIES = (
    "We value your privacy. We and our partners store cookies on your device.",
    "You may accept all or reject all, or manage options. Your consent can be withdrawn at any time in our privacy policy.",
)
WALLS = [
    pytest.param(html(COOKIES, title="Baytown Post"), id="cookies, English"),
    pytest.param(
        html(("Çerez kullanıyoruz. Kişisel verileriniz işlenir.", "Gizlilik politikamızı okuyun ve kabul edin."), title="Baytown"),
        id="cookies, Turkish",
    ),
    pytest.param(
        html(("نستخدم ملفات تعريف الارتباط لتحسين تجربتك.", "اقرأ سياسة الخصوصية ثم اضغط أوافق."), title="Baytown"), id="cookies, Arabic"
    ),
    pytest.param(html(("我们使用 cookie 改善体验。", "请阅读隐私政策并选择同意或接受。"), title="Baytown"), id="cookies, Chinese"),
    pytest.param(
        html(
            ("Checking your browser before accessing baytown.example.", "Please enable JavaScript and cookies to continue."),
            title="Just a moment...",
        ),
        id="challenge",
    ),
    pytest.param(html(("Please log in to continue.", "Forgot your password? Create an account."), title="Sign in"), id="login"),
]


@pytest.mark.parametrize("body", WALLS)
def test_a_wall_is_no_article_but_the_feed_may_speak(body: str) -> None:
    """Behind a wall the feed's own words are the text, and the verdict keeps saying what the page was."""
    one = article(body)
    assert one.verdict is Verdict.WALL
    assert one.text == ENTRY.summary
    assert one.title == ENTRY.title
    silent = extract(body, entry=SILENT)
    assert isinstance(silent, Rejection)
    assert silent.reason == "wall"


def test_a_banner_beside_an_article_is_no_wall() -> None:
    """A page may ask for consent below its article."""
    banner = "".join(f"<div class='banner'><p>{one}</p></div>" for one in COOKIES)
    assert article(html(around=banner)).verdict is Verdict.FULL


def test_a_short_report_about_privacy_is_no_wall() -> None:
    """A report that speaks of consent does not address its reader."""
    report = ("The regulator of Baytown fined a ferry company on Monday for storing personal data of passengers without their consent.",)
    assert article(html(report, title="Ferry company fined")).verdict is Verdict.FULL


@pytest.mark.parametrize("status", [401, 402, 403, 451])
def test_a_refused_page_leaves_the_feeds_words(status: int) -> None:
    """Where the site refuses us, the feed's text is the article, marked as blocked."""
    one = extract("<html>no</html>", status=status)
    assert isinstance(one, Article)
    assert (one.verdict, one.text) == (Verdict.BLOCKED, ENTRY.summary)
    silent = extract("<html>no</html>", status=status, entry=SILENT)
    assert isinstance(silent, Rejection)
    assert (silent.reason, silent.transient) == ("blocked", False)


@pytest.mark.parametrize(
    ("failure", "verdict"),
    [
        ("robots", Verdict.BLOCKED),
        ("refused_address", Verdict.BLOCKED),
        ("too_many_redirects", Verdict.BLOCKED),
        ("too_large", Verdict.EMPTY),
    ],
)
def test_a_fetch_that_will_never_work_leaves_the_feeds_words(failure: str, verdict: Verdict) -> None:
    """What another try cannot mend ends with the feed's text, or with the failure as the reason."""
    one = extract("", status=0, failure=failure)
    assert isinstance(one, Article)
    assert one.verdict is verdict
    silent = extract("", status=0, failure=failure, entry=SILENT)
    assert isinstance(silent, Rejection)
    assert silent.reason == failure


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        pytest.param("", "text/html", "empty", id="nothing"),
        pytest.param("<html><body><div id='app'></div></body></html>", "text/html", "empty", id="application shell"),
        pytest.param(html(("Ships sail.",)), "text/html", "empty", id="three words"),
        pytest.param(b"%PDF-1.4 ...", "application/pdf", "pdf", id="PDF"),
        pytest.param(b"%PDF-1.4 ...", "text/html", "pdf", id="PDF sold as HTML"),
        pytest.param(b"\xff\xd8\xff\xe0", "image/jpeg", "not_a_page", id="picture"),
    ],
)
def test_an_empty_page_leaves_the_feeds_words(body: str | bytes, content_type: str, reason: str) -> None:
    """A page without text is an outcome of its own."""
    one = article(body, content_type=content_type)
    assert (one.verdict, one.text) == (Verdict.EMPTY, ENTRY.summary)
    silent = extract(body, entry=SILENT, content_type=content_type)
    assert isinstance(silent, Rejection)
    assert silent.reason == reason


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("Baytown reopened.", True, id="a sentence on what the title names"),
        pytest.param("Ships sail.", False, id="a sentence on something else"),
        pytest.param("Loading Baytown ...", False, id="cut off"),
        pytest.param("Baytown news", False, id="no full stop"),
        pytest.param("Photo: Baytown.", False, id="a caption"),
    ],
)
def test_a_page_of_one_short_sentence_is_a_teaser(line: str, told: bool) -> None:
    """The first flash of a report has fewer words than a page must have; what an empty page leaves is not taken for one."""
    found = extract(html((line,)), entry=SILENT)
    assert found.reason == "empty" if isinstance(found, Rejection) else (found.verdict, found.text) == (Verdict.TEASER, line)
    assert isinstance(found, Article) is told


def test_a_page_nested_too_deep_says_so() -> None:
    """A page nested beyond what the parser reads yields nothing, and the verdict says why."""
    body = "<html><body>" + "<div>" * 400 + "".join(f"<p>{one}</p>" for one in BODY) + "</div>" * 400 + "</body></html>"
    assert article(body).verdict is Verdict.TOO_DEEP


def test_a_paywalled_page_is_a_teaser() -> None:
    """A short text that asks for a subscription is a teaser, without the asking."""
    one = article(html((BODY[0], BODY[1], "Subscribe now to continue reading. Already a subscriber? Log in.")))
    assert one.verdict is Verdict.TEASER
    assert one.text == "\n\n".join(BODY[:2])


def test_the_feeds_full_text_beats_a_teaser() -> None:
    """When the feed carries clearly more than the page, the feed's text is the article."""
    one = article(html(BODY[:1]), entry=replace(ENTRY, content="\n\n".join(BODY)))
    assert one.text == "\n\n".join(BODY)
    assert one.verdict is Verdict.TEASER


def test_after_the_last_attempt_the_feed_speaks() -> None:
    """A page that never came leaves the feed's text under the verdict given, or a reason."""
    one = article_from_entry(ENTRY, "Baytown Post", NOW, Verdict.TIMEOUT)
    assert isinstance(one, Article)
    assert (one.verdict, one.text) == (Verdict.TIMEOUT, ENTRY.summary)
    silent = article_from_entry(SILENT, "Baytown Post", NOW, Verdict.TIMEOUT)
    assert isinstance(silent, Rejection)
    assert silent.reason == "timeout"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1254", "iso-8859-9"])
def test_any_declared_encoding_is_read(encoding: str) -> None:
    """Turkish letters arrive whole in the encodings that pages use."""
    words = "Çavuşoğlu'nun gemisi öğleden sonra iskeleye yanaştı ve işçiler sevinçle karşıladı; şehir günlerdir bunu bekliyordu, dedi görevliler."
    body = html((words, *BODY[:2]), head=f'<meta charset="{encoding}">').encode(encoding)
    assert article(body).text.startswith(words)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 900))
def test_no_damage_raises(damage: bytes, position: int) -> None:
    """Whatever bytes are put anywhere into a page, the answer is a value."""
    data = html().encode()
    assert isinstance(extract(data[:position] + damage + data[position:]), Article | Rejection)
    assert isinstance(extract(data[:position] + damage), Article | Rejection)


@pytest.mark.parametrize("headline", ["true", "7", "[]", '{"a": 1}', "null"])
def test_metadata_that_is_no_text_is_none(headline: str) -> None:
    """A headline, name or author in JSON-LD may be anything: the page is read all the same (found by fuzzing)."""
    page = html().replace(
        "</head>",
        f'<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle", "headline": {headline}, "author": {headline}, "name": {headline}}}</script></head>',
    )
    assert BODY[0] in article(page).text


def test_a_page_of_nothing_but_its_paywall_is_a_wall() -> None:
    """What asks for a subscription is no text; without the feed's own words nothing is left (found by fuzzing)."""
    result = extract(html(("Want to continue reading? The rest of the article of today is here.",) * 2), entry=SILENT)
    assert isinstance(result, Rejection)
    assert result.reason == "wall"
