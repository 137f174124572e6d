"""Break documents in ways that the web does, each by one number: a case is named by the seed of its run and its own number."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from fuzz_seeds import Seed

BYTES_MAX = 16_000
NESTED_MAX = 400
MUTATIONS_MAX = 8

_TAG = re.compile(rb"<[^<>]{0,300}>")
_NAME = re.compile(rb"(?<=<)/?[A-Za-z][\w:.-]{0,30}")
_VALUE = re.compile(rb"=\s*\"[^\"<>]{0,300}\"|=\s*'[^'<>]{0,300}'")
_NUMBER = re.compile(rb"\d{1,20}")
_URL = re.compile(rb"https?://[^\s\"'<>]{0,200}")
_DATE = re.compile(rb"\d{4}-\d\d-\d\d(?:T[\d:.+Z-]{0,20})?|[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4}[ \d:+-]{0,16}")
_CHARSET = re.compile(rb"((?:encoding|charset)\s*=\s*[\"']?)[\w.:-]{0,30}")
_JSON_VALUE = re.compile(rb":\s*(?:\"[^\"]{0,300}\"|\d+|\[|\{)")

_NAMES = b"rss channel item title link guid description pubDate content:encoded dc:creator dc:date feed entry id author name summary content updated published source rdf:RDF rdf:li url loc urlset news:news news:title news:publication_date media:content itunes:image geo:lat georss:point wfw:commentRss html head body base meta script style noscript template svg math p div span article section main table tr td select option textarea iframe object a img time h1 blockquote pre ul li form".split()
_ENTITIES = b"&#0; &#xD800; &#xDFFF; &#x110000; &#99999999999; &#-1; &#x; &#; &amp;amp;lt; &lt;script&gt;x&lt;/script&gt; &nbsp; &undefined; & &amp &#x202e; &#8203; &#65534; &#128; &#13; &bigstar; &e; <![CDATA[ ]]> <!-- --> <!DOCTYPE <? ?> <!ENTITY %x;".split()
_CHARSETS = b"utf-8 utf-16 utf-16le utf-32 utf-7 us-ascii iso-8859-1 iso-8859-6 windows-1252 windows-1256 koi8-r gb2312 gb18030 big5 euc-jp shift_jis iso-2022-jp euc-kr cp437 idna punycode unicode_escape raw_unicode_escape rot13 hex zip bz2 base64 undefined mbcs x-user-defined none 0 \xff".split()
_NUMBERS = b"0 -1 00 1e309 -1e309 NaN 2147483648 -2147483649 9223372036854775808 99999999999999999999999999 0x41 1_000 0.00000000001 \xd9\xa1\xd9\xa2 \xc2\xb2".split()
_DATES = (
    *b"0000-00-00 0001-01-01T00:00:00+23:59 9999-12-31T23:59:59-23:59 2020-02-30 2020-W53-7 20200210T101010Z 1700000000 2020-02-10T25:61:61Z 10/02/2020 2020-02-10T10:00:00+99:99 --02-10 2020-13".split(),
    b"Mon, 31 Feb 2020 99:99:99 +9999",
    b"Fri, 13 Foo 99999 10:00:00 EST",
    b"Thu, 01 Jan 1970 00:00:00 -0000",
    b"10 Feb 2020",
    b"yesterday",
)
_URLS = (
    *b"javascript:alert(1) file:///etc/hostname data:text/html,x // http:// http://[ http://[::1 http://[fe80::1%25x]/ http://a:99999/ http://a:b@c/ http:///x ?q #f ../../../.. \\\\a\\b http://\xc3\xbc.example/ http://xn--/ http://xn--a-ecp.ru/ http://-.example http://a..b/ http://\xe2\x84\xa1.example/ HTTP://A.EXAMPLE http:a mailto:a@b.example feed:https://a.example http://1/ http://0x7f.1/ http://a%00.example/ http://a.example/%zz http://a.example:/ https://a.example/\xd8\xa7".split(),
    b"http://a\nb.example/",
    b" http://a.example/x y ",
    b"http://a.example/" + b"a" * 3_000,
    b"http://a\x00b/",
    b"http://\xed\xa0\x80/",
)
_BYTES = (b"\x00", b"\x1b[31m", b"\x7f", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80",
          b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\xc2\x85", b"\xc2\x9b", b"\xef\xbf\xbf", b"\x0b", b"\x0c", b"\r", b"\t", b"\xf0\x9f\x92\xa9", b"\xcc\x81" * 30, b"\\ud800", b"\\u0000")  # fmt: skip
_JSON = (
    b": null",
    b": []",
    b": {}",
    b": -0",
    b": 1e999",
    b": NaN",
    b': "\\ud800"',
    b": [[[[",
    b": true",
    b": [null, 1, {}]",
    b': {"name": {"name": []}}',
)
_TYPES = (
    "",
    "text/html",
    "text/xml",
    "application/xml; charset=utf-16",
    "application/json",
    "text/plain; charset=x",
    "image/png",
    "text/html; charset=\x00",
)

Groups = tuple[tuple[Seed, ...], ...]
Change = Callable[[Random, bytes, Groups], bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one broken document."""

    number: int
    kind: str  # feed | page
    seed_name: str
    content_type: str
    body: bytes


def groups_of(seeds: Sequence[Seed]) -> Groups:
    """Put documents into groups that are drawn from alike: as many pages as feeds, as many of our own as of others."""
    keys = sorted({(one.kind, one.own) for one in seeds})
    return tuple(tuple(one for one in seeds if (one.kind, one.own) == key) for key in keys)


def make_case(seed: int, number: int, groups: Groups) -> Case:
    """Make case `number` of a run; the same seed, number and documents always make the same case."""
    rng = Random(f"{seed}:{number}")
    base = rng.choice(rng.choice(groups))
    body = base.body
    for _ in range(min(int(rng.expovariate(0.5)), MUTATIONS_MAX) + (number % 50 > 0)):  # every 50th may stay as it is
        body = rng.choice(_CHANGES)(rng, body, groups)[:BYTES_MAX]
    content_type = rng.choice(_TYPES) if rng.random() < 0.1 else base.content_type
    return Case(number, base.kind, base.name, content_type, body)


def _span(rng: Random, body: bytes, most: int = 400) -> tuple[int, int]:
    start = rng.randrange(len(body) + 1)
    return start, min(len(body), start + 1 + int(most * rng.random() ** 3))


def _insert(rng: Random, body: bytes, piece: bytes) -> bytes:
    at = rng.randrange(len(body) + 1)
    return body[:at] + piece + body[at:]


def _replace_one(rng: Random, body: bytes, pattern: re.Pattern[bytes], piece: bytes) -> bytes:
    """Put a piece in place of one of the first thousand matches, or anywhere when nothing matches."""
    found = [match.span() for _, match in zip(range(1000), pattern.finditer(body), strict=False)]
    if not found:
        return _insert(rng, body, piece)
    start, end = rng.choice(found)
    return body[:start] + piece + body[end:]


def _flip(rng: Random, body: bytes, _: Groups) -> bytes:
    flipped = bytearray(body)
    for _each in range(rng.randrange(1, 9) if body else 0):
        flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
    return bytes(flipped)


def _delete(rng: Random, body: bytes, _: Groups) -> bytes:
    start, end = _span(rng, body)
    return body[:start] + body[end:]


def _duplicate(rng: Random, body: bytes, _: Groups) -> bytes:
    start, end = _span(rng, body)
    return _insert(rng, body, body[start:end])


def _repeat(rng: Random, body: bytes, _: Groups) -> bytes:
    """Repeat a piece often: attributes, tags, or a whole entry."""
    start, end = _span(rng, body, 60) if rng.random() < 0.7 else _span(rng, body)
    times = min(rng.choice((3, 30, 300, 3000)), BYTES_MAX // max(1, end - start))
    return body[:start] + body[start:end] * times + body[end:]


def _splice(rng: Random, body: bytes, groups: Groups) -> bytes:
    other = rng.choice(rng.choice(groups)).body
    start, end = _span(rng, body)
    from_start, from_end = _span(rng, other, 4_000)
    return body[:start] + other[from_start:from_end] + body[end:]


def _swap_tags(rng: Random, body: bytes, _: Groups) -> bytes:
    found = [match.span() for match in _TAG.finditer(body)]
    if len(found) < 2:
        return body
    (a, b), (c, d) = sorted(rng.sample(found, 2))
    return body[:a] + body[c:d] + body[b:c] + body[a:b] + body[d:]


def _drop_tag(rng: Random, body: bytes, _: Groups) -> bytes:
    return _replace_one(rng, body, _TAG, b"")


def _rename_tag(rng: Random, body: bytes, _: Groups) -> bytes:
    return _replace_one(rng, body, _NAME, rng.choice((b"", b"/")) + rng.choice(_NAMES))


def _insert_tag(rng: Random, body: bytes, _: Groups) -> bytes:
    name = rng.choice(_NAMES)
    return _insert(rng, body, rng.choice((b"<%b>", b"</%b>", b"<%b", b"<%b/>", b"<%b href='", b'<%b x="', b"<%b type='xhtml'>")) % name)


def _value(rng: Random, body: bytes, _: Groups) -> bytes:
    piece = rng.choice((_URLS, _DATES, _NUMBERS, _ENTITIES, _BYTES, _CHARSETS))
    return _replace_one(rng, body, _VALUE, b'="' + rng.choice(piece) + rng.choice((b'"', b"", b"'")))


def _entity(rng: Random, body: bytes, _: Groups) -> bytes:
    return _insert(rng, body, rng.choice(_ENTITIES))


def _raw(rng: Random, body: bytes, _: Groups) -> bytes:
    return _insert(rng, body, rng.choice(_BYTES) * rng.choice((1, 1, 1, 50)))


def _number(rng: Random, body: bytes, _: Groups) -> bytes:
    return _replace_one(rng, body, _NUMBER, rng.choice(_NUMBERS) if rng.random() < 0.9 else b"9" * 5_000)


def _date(rng: Random, body: bytes, _: Groups) -> bytes:
    return _replace_one(rng, body, _DATE, rng.choice(_DATES))


def _url(rng: Random, body: bytes, _: Groups) -> bytes:
    return _replace_one(rng, body, _URL, rng.choice(_URLS))


def _json_value(rng: Random, body: bytes, _: Groups) -> bytes:
    return _replace_one(rng, body, _JSON_VALUE, rng.choice(_JSON))


def _declare(rng: Random, body: bytes, _: Groups) -> bytes:
    charset = rng.choice(_CHARSETS)
    return (
        _CHARSET.sub(lambda found: found[1] + charset, body)
        if rng.random() < 0.7
        else b'<?xml version="1.0" encoding="%b"?>' % charset + body
    )


def _recode(rng: Random, body: bytes, _: Groups) -> bytes:
    return body.decode("utf-8", "replace").encode(
        rng.choice(("utf-16", "utf-16-be", "utf-32", "cp1256", "gb18030", "utf-7", "cp037")), "replace"
    )


def _truncate(rng: Random, body: bytes, _: Groups) -> bytes:
    return body[: rng.randrange(len(body) + 1)]


def _behead(rng: Random, body: bytes, _: Groups) -> bytes:
    return body[rng.randrange(len(body) + 1) :]


def _nest(rng: Random, body: bytes, _: Groups) -> bytes:
    name, times = rng.choice(_NAMES), rng.choice((2, 20, 200, NESTED_MAX))
    start, end = _span(rng, body, 2_000)
    return body[:start] + b"<%b>" % name * times + body[start:end] + (b"</%b>" % name * times if rng.random() < 0.5 else b"") + body[end:]


def _shuffle(rng: Random, body: bytes, _: Groups) -> bytes:
    parts = body.split(b">")
    start = rng.randrange(len(parts))
    few = parts[start : start + 12]
    rng.shuffle(few)
    return b">".join([*parts[:start], *few, *parts[start + 12 :]])


def _case(rng: Random, body: bytes, _: Groups) -> bytes:
    start, end = _span(rng, body, 4_000)
    return body[:start] + body[start:end].swapcase() + body[end:]


_CHANGES: tuple[Change, ...] = (
    _flip, _delete, _duplicate, _repeat, _splice, _swap_tags, _drop_tag, _rename_tag, _insert_tag, _value, _entity, _raw,
    _number, _date, _url, _json_value, _declare, _recode, _truncate, _behead, _nest, _shuffle, _case,
)  # fmt: skip
