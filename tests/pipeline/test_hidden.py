"""What servers say back of a feed's secrets is hidden before it is kept, and filled in again where it is asked for."""

from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from tidings import ids
from tidings.model import Article, Entry, Feed, ParsedFeed, Rejection, Request, Response, Stage, Verdict
from tidings.pipeline.hidden import Hidden
from tidings.text.urls import identity, normalise

NOW = datetime(2020, 2, 19, 6, tzinfo=UTC)
TOKEN, KEY, WORD = "tok-7f3e9a51", "k/9+q==5b21", "reader"
FEED = Feed(
    "f", f"http://{WORD}:{TOKEN}@wire.example/t/{TOKEN}?key={KEY}", "http://${USER}:${TOKEN}@wire.example/t/${TOKEN}?key=${KEY}", "Wire"
)
HIDDEN = Hidden([FEED])
FORMS = {
    "plain": TOKEN,
    "escaped": quote(KEY, safe=""),
    "escaped twice": quote(quote(KEY, safe=""), safe=""),
    "base64": b64encode(TOKEN.encode()).decode(),
    "hexadecimal": TOKEN.encode().hex(),
    "as HTTP sends them": b64encode(f"{WORD}:{TOKEN}".encode()).decode(),
    "cut in the middle": f"and so on {TOKEN[:-3]}",
}


def entry(**more):
    values = {"guid": "g", "url": "", "title": "t", "summary": "", "content": "", "published_at": None}
    return Entry("e", "f", **{**values, **more})


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_no_field_keeps_a_secret(form):
    """Ids, links, titles, texts and authors of entries, the feed's title and the detail of a rejection hold `${NAME}` or less."""
    given = ParsedFeed(
        "rss20", form, (entry(guid=form, url=f"http://a.example/{form}", title=form, summary=form, content=form, authors=(form,)),)
    )
    said = repr(HIDDEN.parsed(given)) + repr(HIDDEN.parsed(Rejection(Stage.PARSE, "not_a_feed", form)))
    bare = form.rpartition(" ")[2]
    assert bare in repr(given)  # the control
    assert bare not in said
    assert bare.rstrip("=") not in said


def test_an_article_is_known_by_what_is_left():
    """Its address and text hold no secret, and its ids are made from these: a token that is changed makes no new article."""
    url = normalise(f"http://a.example/t/{TOKEN}/1")
    given = Article("x", "y", url, TOKEN, f"Said {TOKEN}.", "p", "o", "en", None, NOW, NOW, Verdict.FULL, authors=(TOKEN,))
    article = HIDDEN.article(given)
    assert TOKEN not in repr(article)
    assert article.id == ids.article_id(identity("http://a.example/t/${TOKEN}/1"))
    assert article.version_id == ids.version_id(article.id, "Said ${TOKEN}.")


def test_what_has_no_secret_stays_as_it_is():
    """A word of the language that is somebody's user name is no secret in a text or a link; ids stay, too."""
    given = Article("x", "y", "http://a.example/readers/1", "The reader", "A reader wrote.", "p", "o", "en", None, NOW, NOW, Verdict.FULL)
    assert HIDDEN.article(given) == given
    assert Hidden().parsed(parsed := ParsedFeed("rss20", TOKEN, (entry(title=TOKEN),))) == parsed


def _sent(link, headers=()):
    sent = []

    def send(requests, now):
        for request in requests:
            sent.append(request)
            yield Response(request.url, request.url, 200, {}, b"", now)

    list(HIDDEN.send_all(send, [Request(link, "page", headers)], NOW))
    return sent[0]


@pytest.mark.parametrize(
    "origin", ["http://hostile.example", "https://wire.example", "http://wire.example:8080", "http://wire.example.hostile.example"]
)
@pytest.mark.parametrize("name", ["${TOKEN}", "$%7BTOKEN%7D", "${KEY:base64}"])
def test_a_secret_is_filled_in_for_its_own_server_alone(origin, name):
    """A stranger that writes `${NAME}` into a link, or gave it as a validator, is sent these signs, not the secret of another feed."""
    asked = _sent(f"{origin}/?x={name}", (("if-none-match", name),))
    assert asked == Request(f"{origin}/?x={name}", "page", (("if-none-match", name),))
    assert _sent(f"http://wire.example/?x={name}") != Request(f"http://wire.example/?x={name}", "page")  # the control


@pytest.mark.parametrize("link", ["http://wire.example/t/${TOKEN}/1?k=${KEY}", "http://wire.example/t/$%7BTOKEN%7D/1?k=${KEY}"])
def test_a_link_is_asked_for_with_its_secrets(link):
    """The server sees the values; whoever asked sees the link as it was given, and headers and redirects without them."""
    sent = []

    def send(requests, now):
        for request in requests:
            sent.append(request)
            yield Response(
                request.url,
                request.url,
                302,
                {"etag": TOKEN, "x": KEY},
                b"",
                now,
                detail=TOKEN,
                redirects=((302, f"http://b.example/{TOKEN}"),),
            )

    [response] = HIDDEN.send_all(send, [Request(link, "page", (("if-none-match", "${TOKEN}"),))], NOW)
    assert sent[0].url == f"http://wire.example/t/{TOKEN}/1?k={KEY}"
    assert sent[0].headers == (("if-none-match", TOKEN),)
    assert (response.url, response.headers["etag"], response.redirects) == (link, "${TOKEN}", ((302, "http://b.example/${TOKEN}"),))
    assert TOKEN not in response.detail


def test_two_spellings_of_one_link_each_get_their_answer():
    """A link given with its secret and one with the secret hidden lead to one address: each is answered under its own."""
    links = [f"http://wire.example/{TOKEN}", "http://wire.example/${TOKEN}"]
    answers = HIDDEN.send_all(
        lambda requests, now: (Response(one.url, one.url, 200, {}, b"", now) for one in requests),
        [Request(link, "page") for link in links],
        NOW,
    )
    assert [answer.url for answer in answers] == links
