"""Web addresses: one parser, one spelling, one identity."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PSLFILE, PublicSuffixList

from tidings.text.urls import HIDDEN, absolute, identity, is_home, is_web, normalise, parse, registrable_domain, without_secrets

SPELLINGS = {
    "as it should be": ("https://example.org/a/b?c=d", "https://example.org/a/b?c=d"),
    "no path": ("https://example.org", "https://example.org/"),
    "capitals in scheme and host": ("HTTPS://Example.ORG/Path", "https://example.org/Path"),
    "default port": ("http://example.org:80/", "http://example.org/"),
    "default port of the other scheme": ("http://example.org:443/", "http://example.org:443/"),
    "empty port": ("http://example.org:/", "http://example.org/"),
    "own port": ("http://example.org:8080/", "http://example.org:8080/"),
    "port with zeros": ("http://example.org:00080/", "http://example.org/"),
    "fragment": ("https://example.org/a#b?c", "https://example.org/a"),
    "spaces and line ends around": (" \n https://example.org/a \r\n", "https://example.org/a"),
    "line end inside": ("https://example.org/a\n/b", "https://example.org/a/b"),
    "space inside": ("https://example.org/a b?c d", "https://example.org/a%20b?c%20d"),
    "dot at the end of the host": ("https://example.org./a", "https://example.org/a"),
    "dots in the path": ("https://example.org/a/./b/../c/..", "https://example.org/a/"),
    "too many dots": ("https://example.org/../../etc/passwd", "https://example.org/etc/passwd"),
    "escaped dots": ("https://example.org/a/%2e%2E/b", "https://example.org/b"),
    "escapes in lower case": ("https://example.org/%d8%a7%7e", "https://example.org/%D8%A7~"),
    "escaped slash stays": ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
    "letters beyond ASCII": ("https://example.org/إدلب?q=利", "https://example.org/%D8%A5%D8%AF%D9%84%D8%A8?q=%E5%88%A9"),
    "international host": ("https://Bücher.example/", "https://xn--bcher-kva.example/"),
    "Arabic host": ("http://موقع.وزارة-الاتصالات.مصر/", "http://xn--4gbrim.xn----ymcbaaajlc6dj7bxne2c.xn--wgbh1c/"),
    "wide letters": ("http://ｅｘａｍｐｌｅ．ｏｒｇ/", "http://example.org/"),
    "escaped host": ("http://%65xample.org/", "http://example.org/"),
    "backslashes": ("https:\\\\example.org\\a", "https://example.org/a"),
    "backslash before a second host": ("http://example.org\\@evil.example/", "http://example.org/@evil.example/"),
    "backslash in the query stays": ("https://example.org/?a=\\b", "https://example.org/?a=\\b"),
    "IPv4": ("http://192.0.2.1/", "http://192.0.2.1/"),
    "wide digits": ("http://１２７.０.０.１/", "http://127.0.0.1/"),
    "IPv6": ("http://[2001:DB8:0::1]:80/", "http://[2001:db8::1]/"),
    "IPv6 with port": ("http://[::1]:8080/a", "http://[::1]:8080/a"),
    "underscore": ("http://a_b.example.org/", "http://a_b.example.org/"),
    "single name": ("http://localhost/", "http://localhost/"),
    "slashes doubled": ("https://example.org//a//b", "https://example.org//a//b"),
    "half a percent": ("https://example.org/100%", "https://example.org/100%"),
    "tracking": ("https://example.org/a?utm_source=rss&id=7&fbclid=x&UTM_Medium=y", "https://example.org/a?id=7"),
    "nothing but tracking": ("https://example.org/a?utm_source=rss", "https://example.org/a"),
    "order of the query": ("https://example.org/?b=2&a=1&b=1", "https://example.org/?b=2&a=1&b=1"),
}

REFUSED = {
    "empty": "",
    "no scheme": "example.org/a",
    "only slashes": "//example.org/a",
    "script": "javascript:alert(1)",
    "script in disguise": "java\nscript:alert(1)",
    "data": "data:text/html,hello",
    "file": "file:///etc/passwd",
    "ftp": "ftp://example.org/a",
    "mail": "mailto:desk@example.org",
    "no host": "http:///a",
    "only a port": "http://:80/",
    "one slash": "http:/example.org/",
    "user name": "http://a@b.example/",
    "user name that looks like a host": "https://bbc.co.uk@evil.example/",
    "user and password": "https://user:pass@example.org/",
    "port too high": "http://example.org:65536/",
    "port zero": "http://example.org:0/",
    "port of letters": "http://example.org:http/",
    "port of other digits": "http://example.org:８０/",
    "negative port": "http://example.org:-1/",
    "short IPv4": "http://127.1/",
    "IPv4 as one number": "http://2130706433/",
    "IPv4 in hexadecimal": "http://0x7f.0.0.1/",
    "IPv4 as one hexadecimal number": "http://0x7f000001/",
    "IPv4 in octal": "http://0177.0.0.1/",
    "IPv4 too large": "http://256.256.256.256/",
    "IPv6 not closed": "http://[::1/",
    "IPv6 with a zone": "http://[fe80::1%25eth0]/",
    "IPv6 without brackets": "http://::1/",
    "rubbish behind IPv6": "http://[::1]evil.example/",
    "control character": "http://example.org/a\x00b",
    "control character in the host": "http://exa\x07mple.org/",
    "escaped control character in the host": "http://example.org%00.evil.example/",
    "escaped slash in the host": "http://example.org%2f.evil.example/",
    "wide slash in the host": "http://example.org／evil.example/",
    "space in the host": "http://exam ple.org/",
    "percent that is none": "http://ex%zzample.org/",
    "empty label": "http://example..org/",
    "two dots at the end": "http://example.org../",
    "label too long": f"http://{'a' * 64}.org/",
    "name too long": f"http://{'a.' * 130}org/",
    "half a character": "http://example.org/\ud800",
    "half a character in the host": "http://\ud800.example.org/",
    "too long": "http://example.org/" + "a" * 9_000,
}

SAME = {
    "http twin": ("http://example.org/a", "https://example.org/a"),
    "port written out": ("https://example.org:443/a", "https://example.org/a"),
    "port of the twin": ("https://example.org:80/a", "http://example.org/a"),
    "www": ("https://www.example.org/a", "https://example.org/a"),
    "closing slash": ("https://example.org/a/", "https://example.org/a"),
    "tracking and fragment": ("https://example.org/a?utm_campaign=x#top", "https://example.org/a"),
    "AMP in the path": ("https://example.org/a/amp/", "https://example.org/a"),
    "AMP in the query": ("https://example.org/a?amp=1", "https://example.org/a"),
    "AMP as output": ("https://example.org/a?outputType=amp", "https://example.org/a"),
    "escapes": ("https://example.org/%D8%A7", "https://example.org/ا"),
}

DIFFERENT = {
    "another query": ("https://example.org/?p=1", "https://example.org/?p=2"),
    "another order of the query": ("https://example.org/?a=1&b=2", "https://example.org/?b=2&a=1"),
    "another port": ("https://example.org:8080/a", "https://example.org/a"),
    "capitals in the path": ("https://example.org/A", "https://example.org/a"),
    "another host": ("https://news.example.org/a", "https://example.org/a"),
    "a page called amp": ("https://example.org/amp", "https://example.org/"),
    "an escaped slash": ("https://example.org/a%2Fb", "https://example.org/a/b"),
}


@pytest.mark.parametrize(("url", "expected"), SPELLINGS.values(), ids=SPELLINGS)
def test_an_address_has_one_spelling(url, expected):
    """Addresses are written in one way, as browsers would read them, without tracking."""
    assert normalise(url) == expected
    assert is_web(url)


@pytest.mark.parametrize("url", REFUSED.values(), ids=REFUSED)
def test_tricks_and_other_schemes_are_no_web_addresses(url):
    """What is not plainly an http or https address of a host is refused, not guessed at."""
    assert not is_web(url)
    assert normalise(url) == identity(url) == ""


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_forms_of_one_article_share_their_identity(one, other):
    """Twins by scheme, port, www, slash, AMP and tracking are one article."""
    assert identity(one) == identity(other) != ""


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_other_articles_keep_their_own_identity(one, other):
    """What a server may read as another page stays apart."""
    assert identity(one) != identity(other)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("b", "https://example.org/a/b"),
        ("/b", "https://example.org/b"),
        ("../b", "https://example.org/b"),
        ("?b", "https://example.org/a/?b"),
        ("//other.example/b", "https://other.example/b"),
        ("\\\\other.example\\b", "https://other.example/b"),
        ("http://other.example", "http://other.example/"),
        (" /b\n", "https://example.org/b"),
        ("#b", "https://example.org/a/"),
        ("", "https://example.org/a/"),
        ("//user@other.example/", ""),
        ("javascript:alert(1)", ""),
        ("http://[", ""),
        ("//", "https://example.org/a/"),
    ],
)
def test_links_are_resolved_against_their_document(link, expected):
    """Relative links become absolute; what leads out of the web becomes nothing."""
    assert absolute("https://example.org/a/", link) == expected


def test_a_relative_link_without_a_base_is_nothing():
    """A feed that names no address of its own cannot have relative links."""
    assert absolute("", "/a") == absolute("not a base", "a") == ""


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.example.org", "example.org"),
        ("News.BBC.co.uk", "bbc.co.uk"),
        ("a.b.c.example.com.tr", "example.com.tr"),
        ("reader.blogspot.com", "reader.blogspot.com"),
        ("co.uk", "co.uk"),
        ("example.org.", "example.org"),
        ("bücher.example.de", "example.de"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("", ""),
        ("no host at all", "no host at all"),
    ],
)
def test_a_publisher_is_known_by_its_registrable_domain(host, expected):
    """The domain that somebody registered is found with the packaged list of public suffixes."""
    assert registrable_domain(host) == expected


def test_the_rules_of_one_top_level_domain_are_enough():
    """What is found with the rules of a name's own top-level domain is what the whole list gives, whatever the rule and its alphabet."""
    whole = PublicSuffixList()
    rules = [line for line in Path(PSLFILE).read_text(encoding="utf-8").split("\n") if line and not line.startswith("//")]
    names = [rule.replace("*", "some").lstrip("!").encode("idna").decode() for rule in rules[::23]] + ["nowhere.invalidtop"]
    for name in [f"{before}{name}" for name in names for before in ("", "one.", "two.one.")]:
        assert registrable_domain(name) == (whole.privatesuffix(name) or name)


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("https://example.org", True),
        ("https://example.org/", True),
        ("https://example.org/index.html", True),
        ("https://example.org/en/", True),
        ("https://example.org/pt-BR/home", True),
        ("https://example.org/?utm_source=rss", True),
        ("https://example.org/?lang=ar", True),
        ("https://example.org/?p=12", False),
        ("https://example.org/news", False),
        ("https://example.org/en/news/1", False),
        ("https://example.org/index/of/things", False),
        ("no address", False),
    ],
)
def test_front_pages_are_recognised(url, home):
    """A front page, also of one language, is told from an article."""
    assert is_home(url) is home


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/feed?format=rss", "https://example.org/feed?format=rss"),
        ("https://user:hush@example.org/feed", "https://example.org/feed"),
        ("https://us@er:hush@example.org/feed", "https://example.org/feed"),
        ("https://user:hu/sh@example.org/feed", HIDDEN),
        ("https://example.org/feed?token=hush&page=2", f"https://example.org/feed?token={HIDDEN}&page=2"),
        ("https://example.org/feed?accessToken=hush", f"https://example.org/feed?accessToken={HIDDEN}"),
        ("https://example.org/feed?api_key=hush", f"https://example.org/feed?api_key={HIDDEN}"),
        ("https://example.org/feed?%74oken=hush", f"https://example.org/feed?%74oken={HIDDEN}"),
        ("https://example.org/feed?id=5f4dcc3b5aa765d61d8327deb882cf99", f"https://example.org/feed?id={HIDDEN}"),
        ("https://example.org/feed?5f4dcc3b5aa765d61d8327deb882cf99", f"https://example.org/feed?{HIDDEN}"),
        ("https://example.org/feed?u=aGVsbG8gd29ybGQgMTIzNDU2", f"https://example.org/feed?u={HIDDEN}"),
        ("https://example.org/feed#access_token=hush", "https://example.org/feed"),
        ("https://example.org/@someone?monkey=1", "https://example.org/@someone?monkey=1"),
        ("https://example.org/2020/02/27/town-taken?id=20200227", "https://example.org/2020/02/27/town-taken?id=20200227"),
    ],
)
def test_secrets_are_not_shown(url, expected):
    """User names, fragments and values that look like keys are left out of what is shown; the rest stays."""
    assert without_secrets(url) == expected


HOSTS = st.sampled_from(["example.org", "WWW.example.org", "www.www.example.org", "[::1]", "10.0.0.1", "bücher.example", "e%78ample.org."])
PATHS = st.text(alphabet="/.%2eéا amp&=?#\\+" + string.ascii_letters, max_size=30)
URLS = st.builds("{}://{}{}/{}".format, st.sampled_from(["http", "HTTPS"]), HOSTS, st.sampled_from(["", ":80", ":443", ":8080"]), PATHS)


@given(URLS)
def test_normalising_and_identifying_twice_is_doing_it_once(url):
    """The one spelling is already in its one spelling, and has the same identity as every other."""
    assert normalise(normalise(url)) == normalise(url) != ""
    assert identity(normalise(url)) == identity(identity(url)) == identity(url)
    assert str(parse(str(parse(url)))) == str(parse(url))


@given(URLS)
def test_what_is_asked_for_is_safe_in_a_request_line(url):
    """The target holds only visible ASCII: no second header, no second request hides in an address."""
    parts = parse(url)
    assert parts is not None
    assert all("!" <= sign <= "~" for sign in parts.target + parts.netloc)


@given(st.text(), st.text())
def test_nothing_raises(one, other):
    """Every function takes any text."""
    for text in (one, f"http://{one}/{other}", f"http://example.org/{one}?{other}"):
        normalise(text), identity(text), is_web(text), is_home(text), without_secrets(text), registrable_domain(text), absolute(text, other)


@given(st.text(), st.text())
def test_resolving_gives_a_web_address_or_nothing(base, link):
    """Whatever a feed gives as a link, the result is empty or can be fetched."""
    for found in (absolute(base, link), absolute("https://example.org/a", link)):
        assert not found or is_web(found)


def test_an_address_that_its_escapes_make_too_long_is_none():
    """A normalised address is one itself: what is over the limit only once it is escaped is refused, not kept half believed."""
    assert parse("https://a.example/" + "é" * 1_000) is not None
    assert parse("https://a.example/" + "é" * 2_000) is None
