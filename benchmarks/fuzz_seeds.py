"""Hold the documents that fuzzing mutates: small ones of our own, and the public suites and pages where TIDINGS_DATA names them."""

import json
import os
import tarfile
from dataclasses import dataclass
from pathlib import Path

SEED_BYTES_MAX = 6_000  # of longer documents only the beginning, a middle and the end

_PARAGRAPHS = (
    "The harbour of Baytown reopened on Sunday after a week of storms, the port authority said, and six ships sailed before noon.",
    "Engineers counted 14 damaged boats and put the cost of repairs at 2.3 million crowns; nobody was hurt.",
    "“We kept the lights on,” said Ada Quay, who has run the pilot station since 1998. “That is all we did.”",
)
_TURKISH = "Liman pazar günü yeniden açıldı; altı gemi öğleden önce yola çıktı, yetkililer 14 teknenin hasar gördüğünü söyledi."
_ARABIC = "أعيد فتح الميناء يوم الأحد بعد أسبوع من العواصف، وأبحرت ست سفن قبل الظهر، بحسب هيئة الميناء."
_CHINESE = "港口在一周的风暴之后于星期日重新开放，港务局说六艘船在中午前起航，十四艘小船受损，没有人受伤。"
_RUSSIAN = "Порт снова открылся в воскресенье после недели штормов; шесть судов вышли до полудня, сообщили власти."


@dataclass(frozen=True, slots=True)
class Seed:
    """Hold one document to begin from. `kind` is feed or page."""

    name: str
    kind: str
    content_type: str
    body: bytes
    own: bool = True


def own_seeds() -> list[Seed]:
    """Return the documents of our own: every format of feed, and pages in several languages and encodings."""
    feeds = {
        "rss": ("application/rss+xml", _rss(_PARAGRAPHS[0]).encode()),
        "rss-windows-1256": ("text/xml; charset=windows-1256", _rss(_ARABIC, "windows-1256").encode("cp1256", "replace")),
        "rss-utf-16": ("text/xml", _rss(_CHINESE, "utf-16").encode("utf-16")),
        "rss-koi8-r": ("text/xml", _rss(_RUSSIAN, "koi8-r").encode("koi8-r", "replace")),
        "rss-lying": ("text/xml; charset=us-ascii", _rss(_TURKISH, "iso-8859-1").encode()),
        "atom": ("application/atom+xml", _ATOM.encode()),
        "rdf": ("application/rdf+xml", _RDF.encode()),
        "json": ("application/feed+json", _json_feed().encode()),
        "sitemap": ("application/xml", _SITEMAP.encode()),
        "login": (
            "text/html",
            b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form action='/in'>Name</form></body></html>",
        ),
    }
    pages = {
        "article": ("text/html; charset=utf-8", _page(*_PARAGRAPHS).encode()),
        "turkish": ("text/html", _page(_TURKISH, _TURKISH[::-1], charset="iso-8859-9", language="tr").encode("iso-8859-9", "replace")),
        "arabic": ("text/html", _page(_ARABIC, _ARABIC, charset="windows-1256", language="ar").encode("cp1256", "replace")),
        "chinese": ("text/html", _page(_CHINESE, _CHINESE[::-1], charset="gb2312", language="zh").encode("gb18030")),
        "utf-16": ("text/html", _page(_RUSSIAN, _RUSSIAN[::-1], charset="utf-16", language="ru").encode("utf-16")),
        "wall": ("text/html", _page("We value your privacy. Accept all cookies to continue to Baytown Post.").encode()),
        "teaser": ("text/html", _page(_PARAGRAPHS[0], "Subscribe to continue reading this article.").encode()),
        "table": ("text/html", _TABLE.encode()),
        "plain": ("text/plain", "\n\n".join(_PARAGRAPHS).encode()),
        "pdf": ("application/pdf", b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF"),
        "amp": ("text/html", _page(*_PARAGRAPHS).replace("<html lang", "<html amp lang").encode()),
    }
    return [
        Seed(f"{kind}:{name}", kind, content_type, body)
        for kind, documents in (("feed", feeds), ("page", pages))
        for name, (content_type, body) in documents.items()
    ]


def public_seeds(environment: dict[str, str] | None = None) -> list[Seed]:
    """Return the documents of the public suites below TIDINGS_DATA, in place and shortened; none where it is not set."""
    data = (os.environ if environment is None else environment).get("TIDINGS_DATA")
    if not data:
        return []
    seeds = [
        seed
        for kind, ends in (("feed", (".xml", ".json", ".rss", ".atom")), ("page", (".html",)))
        for path in sorted(Path(data, f"{kind}s").glob("*.tar.gz"))
        for seed in _read_tar(path, kind, ends)
    ]
    return sorted(seeds, key=lambda seed: seed.name)


def _read_tar(path: Path, kind: str, ends: tuple[str, ...]) -> list[Seed]:
    with tarfile.open(path, "r:gz") as tar:
        return [
            Seed(f"{path.name.split('.')[0]}:{member.name.removeprefix('./')}", kind, "", _shortened(stream.read()), own=False)
            for member in tar
            if member.name.endswith(ends) and (stream := tar.extractfile(member))
        ]


def _shortened(body: bytes) -> bytes:
    third = SEED_BYTES_MAX // 3
    if len(body) <= SEED_BYTES_MAX:
        return body
    middle = len(body) // 2
    return body[:third] + body[middle : middle + third] + body[-third:]


def _rss(text: str, charset: str = "utf-8") -> str:
    items = "".join(
        f"<item><title>{text[:40]}</title><link>https://baytown.example/{n}?utm_source=rss&amp;id={n}</link>"
        f"<guid isPermaLink='false'>tag-{n}</guid><pubDate>Sun, 0{n} Feb 2020 1{n}:30:00 +0200</pubDate>"
        f"<dc:creator>Ada Quay</dc:creator><description>&lt;p&gt;{text}&lt;/p&gt;</description>"
        f"<content:encoded><![CDATA[<p>{text}</p><p><a href='/more'>More</a></p>]]></content:encoded></item>"
        for n in (1, 2)
    )
    return (
        f'<?xml version="1.0" encoding="{charset}"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Baytown Post</title><link>https://baytown.example/</link>'
        f"<language>en-GB</language><ttl>60</ttl>{items}</channel></rss>"
    )


_ATOM = f"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://baytown.example/news/">
<title type="html">Baytown &amp;amp; Bay</title><id>urn:uuid:1</id><updated>2020-02-10T10:00:00Z</updated>
<entry><title>Harbour</title><id>urn:uuid:2</id><link rel="alternate" type="text/html" href="../harbour"/><link rel="enclosure" href="a.mp3" length="7"/>
<published>2020-02-10T09:00:00+01:00</published><updated>2020-02-10T09:30:00.123Z</updated><author><name>Ada Quay</name></author>
<summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{_PARAGRAPHS[1]}</p></div></summary></entry>
<entry><id>https://baytown.example/2</id><content type="text">{_PARAGRAPHS[2]}</content></entry></feed>"""

_RDF = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://baytown.example/"><title>Baytown</title><items><rdf:Seq>
<rdf:li resource="https://baytown.example/1"/></rdf:Seq></items></channel><item rdf:about="https://baytown.example/1"><title>{_RUSSIAN[:30]}</title>
<link>https://baytown.example/1</link><dc:date>2020-02-10T10:00+00:00</dc:date><description>{_RUSSIAN}</description></item></rdf:RDF>"""

_SITEMAP = f"""<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://baytown.example/harbour</loc><lastmod>2020-02-10</lastmod>
<news:news><news:publication><news:name>Baytown Post</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2020-02-10T10:00:00Z</news:publication_date><news:title>{_PARAGRAPHS[0][:60]}</news:title></news:news></url></urlset>"""

_TABLE = (
    "<html><head><title>Boats</title></head><body><table>"
    + "".join(f"<tr><td>{n}</td><td>{one}</td></tr>" for n, one in enumerate(_PARAGRAPHS))
    + "</table><ul><li>One</li><li>Two</li></ul><svg><path d='M0 0'/></svg></body></html>"
)


def _json_feed() -> str:
    items = [
        {"id": "1", "url": "https://baytown.example/1", "title": "Harbour", "content_html": f"<p>{_PARAGRAPHS[0]}</p>", "language": "en"},
        {"id": 2, "content_text": _TURKISH, "date_published": "2020-02-10T10:00:00+03:00", "authors": [{"name": "Ada Quay"}]},
        {"id": "https://baytown.example/3", "summary": _CHINESE, "external_url": "//other.example/3", "author": {"name": "B"}},
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Baytown", "items": items}, ensure_ascii=False, indent=1)


def _page(*paragraphs: str, charset: str = "utf-8", language: str = "en") -> str:
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": paragraphs[0][:50],
        "datePublished": "2020-02-10T10:00:00+00:00",
        "author": [{"@type": "Person", "name": "Ada Quay"}],
        "articleBody": " ".join(paragraphs),
    }
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="{charset}"><title>{paragraphs[0][:40]} | Baytown Post</title>'
        '<link rel="canonical" href="https://baytown.example/harbour?utm_source=x"><link rel="amphtml" href="/amp/harbour">'
        '<meta property="article:published_time" content="2020-02-10T10:00:00Z"><meta name="author" content="Ada Quay">'
        f'<script type="application/ld+json">{json.dumps(about, ensure_ascii=False)}</script></head><body><nav><a href="/">Home</a></nav>'
        f"<main><article><h1>{paragraphs[0][:40]}</h1><p class='byline'>By Ada Quay, <time datetime='2020-02-10T10:00Z'>10 Feb</time></p>"
        f"{body}</article></main><footer>© Baytown Post</footer></body></html>"
    )
