"""Write the sample week's pages in four page designs, with the chrome that real sites wrap around a text.

Pure; every value is escaped. Words of the chrome are in the publisher's language.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from tidings.demo.material import WeekArticle, WeekPublisher


@dataclass(frozen=True, slots=True)
class PageWords:
    """Hold the words of a site's chrome in one language."""

    sections: tuple[str, ...]
    related: str
    cookies: str
    accept: str
    share: str
    rights: str
    not_found: str
    wall: str


WORDS = {
    "en": PageWords(
        ("Home", "World", "Business", "Sport", "Weather"),
        "More on this",
        "We use cookies to improve your experience.",
        "Accept all",
        "Share this article",
        "All rights reserved.",
        "Page not found. It may have moved.",
        "Before you continue, we and our 613 partners ask for your consent to store and access information on your device. "
        "You can accept, refuse, or manage your choices at any time in the privacy settings.",
    ),
    "ar": PageWords(
        ("الرئيسية", "العالم", "اقتصاد", "رياضة"),
        "اقرأ أيضا",
        "نستخدم ملفات تعريف الارتباط.",
        "موافق",
        "شارك",
        "جميع الحقوق محفوظة.",
        "الصفحة غير موجودة.",
        "نطلب موافقتك.",
    ),
    "tr": PageWords(
        ("Ana sayfa", "Dünya", "Ekonomi", "Spor"),
        "İlgili haberler",
        "Bu site çerez kullanır.",
        "Kabul et",
        "Paylaş",
        "Tüm hakları saklıdır.",
        "Sayfa bulunamadı.",
        "Onayınızı istiyoruz.",
    ),
    "zh": PageWords(
        ("首页", "国际", "财经", "体育"), "相关新闻", "本站使用缓存文件。", "同意", "分享", "版权所有", "页面不存在", "请先同意。"
    ),
}


@dataclass(frozen=True, slots=True)
class PageText:
    """Hold what one page shows at one time."""

    article: WeekArticle
    title: str
    paragraphs: tuple[str, ...]
    modified_at: datetime
    related: tuple[WeekArticle, ...]


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _links(articles: Sequence[WeekArticle]) -> str:
    return "".join(f'<li><a href="{escape(a.path)}">{escape(a.title)}</a></li>' for a in articles)


def _shell(publisher: WeekPublisher, title: str, head: str, body: str) -> str:
    words = WORDS[publisher.language]
    direction = "rtl" if publisher.language == "ar" else "ltr"
    menu = "".join(f'<li><a href="/{n}">{escape(name)}</a></li>' for n, name in enumerate(words.sections))
    return f"""<!DOCTYPE html>
<html lang="{publisher.language}" dir="{direction}">
<head>
<meta charset="utf-8">
<title>{escape(title)} | {escape(publisher.title)}</title>
<meta property="og:site_name" content="{escape(publisher.title)}">
{head}
<style>.cookie-banner {{ position: fixed; bottom: 0 }}</style>
</head>
<body>
<div class="cookie-banner" role="dialog" id="cookie-consent"><p>{escape(words.cookies)}</p><button>{escape(words.accept)}</button></div>
<header class="site-header"><a class="logo" href="/">{escape(publisher.title)}</a><nav><ul>{menu}</ul></nav></header>
{body}
<footer class="site-footer"><p>© 2020 {escape(publisher.title)}. {escape(words.rights)}</p></footer>
<script>window.dataLayer = [];</script>
</body>
</html>
"""


def _paragraphs(page: PageText) -> str:
    return "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in page.paragraphs)


def _byline(page: PageText, publisher: WeekPublisher) -> str:
    return escape(page.article.credit if page.article.credit_style == "byline" else publisher.title)


def _json_ld(page: PageText, publisher: WeekPublisher) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": page.title,
        "datePublished": _iso(page.article.published_at),
        "dateModified": _iso(page.modified_at),
        "author": {"@type": "Organization", "name": page.article.credit or publisher.title},
        "publisher": {"@type": "Organization", "name": publisher.title},
    }
    # "<" never stands in a script element as it is: a title could close it
    return '<script type="application/ld+json">' + json.dumps(data, ensure_ascii=False).replace("<", "\\u003c") + "</script>"


def _wire(page: PageText, publisher: WeekPublisher) -> tuple[str, str]:
    words = WORDS[publisher.language]
    head = f'<meta property="article:published_time" content="{_iso(page.article.published_at)}">\n{_json_ld(page, publisher)}'
    body = f"""<main><article class="story">
<h1>{escape(page.title)}</h1>
<div class="story-body">
{_paragraphs(page)}
</div>
<div class="share-buttons"><a href="#">{escape(words.share)}</a></div>
</article>
<aside class="related"><h3>{escape(words.related)}</h3><ul>{_links(page.related)}</ul></aside></main>"""
    return head, body


def _broadsheet(page: PageText, publisher: WeekPublisher) -> tuple[str, str]:
    words = WORDS[publisher.language]
    published = page.article.published_at
    head = f'<meta name="author" content="{_byline(page, publisher)}">\n<meta property="og:title" content="{escape(page.title)}">'
    body = f"""<main>
<div class="headline-block"><h1>{escape(page.title)}</h1>
<div class="byline author">{_byline(page, publisher)}</div> <time datetime="{_iso(published)}">{published:%d %B %Y}</time></div>
<article class="article-content">
{_paragraphs(page)}
</article>
<section class="related-articles"><h2>{escape(words.related)}</h2><ul>{_links(page.related)}</ul></section>
</main>"""
    return head, body


def _portal(page: PageText, publisher: WeekPublisher) -> tuple[str, str]:
    words = WORDS[publisher.language]
    head = (
        f'<meta property="article:published_time" content="{_iso(page.article.published_at)}">\n'
        f'<meta property="og:title" content="{escape(page.title)}">\n{_json_ld(page, publisher)}'
    )
    body = f"""<div id="wrapper">
<div class="breadcrumb"><a href="/">{escape(words.sections[0])}</a> &gt; <a href="/1">{escape(words.sections[1])}</a></div>
<h1 class="title">{escape(page.title)}</h1>
<div class="article-body">
{_paragraphs(page)}
</div>
<div class="sidebar"><div class="related-links"><h4>{escape(words.related)}</h4><ul>{_links(page.related)}</ul></div></div>
</div>"""
    return head, body


def _blog(page: PageText, publisher: WeekPublisher) -> tuple[str, str]:
    words = WORDS[publisher.language]
    body = f"""<div id="main"><div class="post">
<h1 class="entry-title">{escape(page.title)}</h1>
<div class="post-meta"><span class="date">{page.article.published_at:%Y-%m-%d %H:%M}</span></div>
<div class="entry-content">
{_paragraphs(page)}
</div>
<div class="sharedaddy">{escape(words.share)}</div>
<div class="related-posts"><h3>{escape(words.related)}</h3><ul>{_links(page.related)}</ul></div>
</div></div>"""
    return "", body


_DESIGNS: dict[str, Callable[[PageText, WeekPublisher], tuple[str, str]]] = {
    "wire": _wire,
    "broadsheet": _broadsheet,
    "portal": _portal,
    "blog": _blog,
}


def write_page(page: PageText, publisher: WeekPublisher) -> str:
    """Write an article's page."""
    head, body = _DESIGNS[publisher.template](page, publisher)
    canonical = f'<link rel="canonical" href="{escape(page.article.url)}">\n'
    return _shell(publisher, page.title, canonical + head, body)


def write_home(publisher: WeekPublisher, articles: Sequence[WeekArticle]) -> str:
    """Write a site's home page: headlines and nothing else."""
    return _shell(
        publisher, publisher.title, "", f'<main><h1>{escape(publisher.title)}</h1><ul class="headlines">{_links(articles)}</ul></main>'
    )


def write_wall(publisher: WeekPublisher, title: str) -> str:
    """Write a page that is only a consent wall."""
    words = WORDS[publisher.language]
    return f"""<!DOCTYPE html>
<html lang="{publisher.language}"><head><meta charset="utf-8"><title>{escape(title)}</title></head>
<body><div class="consent-wall" id="consent"><h1>{escape(words.cookies)}</h1><p>{escape(words.wall)}</p>
<button>{escape(words.accept)}</button></div></body></html>
"""


def write_not_found(publisher: WeekPublisher) -> str:
    """Write what a site shows for an address it does not know."""
    return _shell(publisher, "404", "", f"<main><h1>404</h1><p>{escape(WORDS[publisher.language].not_found)}</p></main>")
