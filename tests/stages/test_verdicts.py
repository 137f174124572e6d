"""Each verdict on a page, with small pages of each kind and in several languages."""

import pytest
from harbour_page import BODY, ENTRY, NOW, SILENT, URL, article, extract, html, page

from tidings.model import Rejection, Verdict
from tidings.stages.extract import extract_article

LONG = "".join(f"<p>{one}</p>" for one in BODY)


def bare(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def nested(depth: int) -> str:
    return bare("<div>" * depth + LONG + "</div>" * depth)


TEASERS = {
    "English": (BODY[0], "Subscribe to continue reading."),
    "English, members": (BODY[0], "This article is exclusive to subscribers."),
    "Turkish": ("Liman bir haftalık fırtınanın ardından pazar günü yeniden açıldı, altı gemi öğleden önce yola çıktı.", "Haberin devamını okumak için abone olun."),
    "Arabic": ("أعيد فتح الميناء يوم الأحد بعد أسبوع من العواصف وأبحرت ست سفن قبل الظهر.", "هذا المقال متاح للمشتركين فقط."),
    "Chinese": ("风暴持续一周之后，港口于周日重新开放，六艘船在中午之前启航，码头工人返回东码头。", "订阅后阅读全文。"),
    "Russian": ("Порт вновь открылся в воскресенье после недели штормов, шесть судов вышли в море до полудня.", "Полный текст доступен только для подписчиков."),
    "French": ("Le port a rouvert dimanche après une semaine de tempêtes, et six navires ont appareillé avant midi.", "Cet article est réservé aux abonnés."),
    "German": ("Der Hafen öffnete am Sonntag nach einer Woche voller Stürme wieder, sechs Schiffe liefen vor Mittag aus.", "Weiterlesen mit dem Digitalabo. Nur für Abonnenten."),
    "Spanish": ("El puerto reabrió el domingo tras una semana de tormentas y seis barcos zarparon antes del mediodía.", "Contenido solo para suscriptores."),
    "Italian": ("Il porto ha riaperto domenica dopo una settimana di tempeste e sei navi sono salpate prima di mezzogiorno.", "Articolo riservato agli abbonati."),
    "Portuguese": ("O porto reabriu no domingo após uma semana de tempestades e seis navios zarparam antes do meio-dia.", "Conteúdo exclusivo para assinantes."),
}  # fmt: skip
GONE = {
    "English": ("Page not found", "Sorry, the page you requested could not be found."),
    "English, moved": ("Oops! This page no longer exists", "Try our front page."),
    "number": ("Error 404", "Nothing here."),
    "Turkish": ("Sayfa bulunamadı", "Aradığınız sayfa kaldırılmış olabilir."),
    "Arabic": ("الصفحة غير موجودة", "عذرا، الصفحة التي تبحث عنها غير موجودة."),
    "Chinese": ("页面不存在", "您访问的页面不存在。"),
    "Russian": ("Страница не найдена", "Такой страницы нет."),
    "French": ("Page introuvable", "La page demandée n'existe pas."),
    "German": ("Seite nicht gefunden", "Die Seite gibt es nicht mehr."),
    "Spanish": ("Página no encontrada", "La página que busca no existe."),
    "Italian": ("Pagina non trovata", "La pagina richiesta non esiste."),
    "Portuguese": ("Página não encontrada", "A página que procura não existe."),
}
WALLS = {
    "consent, German": ("Wir verwenden Cookies und verarbeiten personenbezogene Daten.", "Mit Ihrer Einwilligung. Datenschutz. Alles akzeptieren."),
    "consent, French": ("Nous utilisons des cookies pour traiter vos données personnelles.", "Respect de votre vie privée : tout accepter ou paramétrer votre choix."),
    "consent, Russian": ("Мы используем файлы cookie и обрабатываем персональные данные.", "Согласны? Политика конфиденциальности. Принять."),
    "checking your browser": ("Checking your browser before accessing baytown.example.", "This process is automatic. DDoS protection."),
    "are you human": ("Verify you are human by completing the action below.", "baytown.example needs to review the security of your connection."),
    "access denied": ("Access denied. You have been blocked.", "Please contact the owner of the site about unusual activity."),
    "captcha, Chinese": ("请完成安全验证后继续访问。", "请输入验证码，完成人机验证。"),
    "a log-in page": ("Please log in to continue.", "Forgot your password? Create an account."),
    "only a script": ("You need to enable JavaScript to run this app.",),
}  # fmt: skip


@pytest.mark.parametrize("paragraphs", TEASERS.values(), ids=TEASERS)
def test_a_teaser_keeps_its_beginning(paragraphs: tuple[str, ...]) -> None:
    """What stands before the wall is the text, and the call to pay is not in it."""
    one = article(html(paragraphs), entry=SILENT)
    assert one.verdict is Verdict.TEASER
    assert one.text == paragraphs[0]


@pytest.mark.parametrize(("title", "words"), GONE.values(), ids=GONE)
def test_a_page_that_says_it_is_gone_is_gone(title: str, words: str) -> None:
    """Under status 200, too, in each language."""
    result = extract(html((words,), title=title), entry=SILENT)
    assert isinstance(result, Rejection)
    assert result.reason == "not_found"


@pytest.mark.parametrize("paragraphs", WALLS.values(), ids=WALLS)
def test_a_wall_is_no_article(paragraphs: tuple[str, ...]) -> None:
    """Consent, challenge and log-in pages are walls, whatever status they come with."""
    result = extract(html(paragraphs, title="Baytown Post"), entry=SILENT)
    assert isinstance(result, Rejection)
    assert result.reason == "wall"


FULL = {
    "an AMP page": "<!doctype html><html amp><head><title>Harbour reopens</title><style amp-custom>p{}</style></head><body>"
    f"<amp-sidebar><ul><li>Home</li></ul></amp-sidebar><article><h1>Harbour reopens</h1>{LONG}</article></body></html>",
    "paragraphs in divisions": bare("<article>" + "".join(f"<div>{one}</div>" for one in BODY) + "</article>"),
    "lines with breaks": bare(f"<div id='story'>{'<br><br>'.join(BODY)}</div>"),
    "the whole page in a form": bare(f"<form action='/search'><h1>Harbour reopens</h1><div>{LONG}</div></form>"),
    "XHTML": f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Harbour</title></head><body><div>{LONG}</div></body></html>',
    "free, as its data says": html(head='<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":true}</script>'),
}  # fmt: skip


@pytest.mark.parametrize("body", FULL.values(), ids=FULL)
def test_an_article_is_read_in_full(body: str) -> None:
    """However it is built, each of its paragraphs is in the text."""
    one = article(body, entry=SILENT)
    assert one.verdict is Verdict.FULL
    assert all(paragraph in one.text for paragraph in BODY)


def test_plain_text_is_an_article() -> None:
    """A text that is sold as such is read as it is."""
    one = article("\n\n".join(BODY), content_type="text/plain; charset=utf-8", entry=SILENT)
    assert (one.verdict, one.text, one.title) == (Verdict.FULL, "\n\n".join(BODY), ENTRY.title)


NOT_READ = {
    "PDF": (b"%PDF-1.7\n1 0 obj", "application/pdf", "pdf"),
    "PDF sold as HTML": (b"\n%PDF-1.7\n1 0 obj", "text/html", "pdf"),
    "PDF without a type": (b"%PDF-1.7\n1 0 obj", "", "pdf"),
    "PDF as a download": (b"%PDF-1.7\n1 0 obj", "application/octet-stream", "pdf"),
    "picture": (b"\xff\xd8\xff\xe0", "image/jpeg", "not_a_page"),
    "picture sold as HTML": (b"\x89PNG\r\n\x1a\n", "text/html", "not_a_page"),
    "film": (b"\x00\x00\x00\x18ftypmp42", "video/mp4", "not_a_page"),
    "archive": (b"PK\x03\x04\x14\x00", "application/zip", "not_a_page"),
    "archive sold as HTML": (b"\x1f\x8b\x08\x00", "text/html", "not_a_page"),
    "sound": (b"ID3\x03", "audio/mpeg", "not_a_page"),
    "JSON": (b'{"title": "Harbour reopens"}', "application/json", "not_a_page"),
    "JSON sold as HTML": (b'[{"title": "Harbour reopens"}]', "text/html", "not_a_page"),
    "a feed": (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "application/rss+xml", "not_a_page"),
    "a feed sold as HTML": (b"<rss version='2.0'><channel/></rss>", "text/html", "not_a_page"),
    "nothing": (b"", "text/html", "empty"),
    "spaces": (b" \n\t ", "text/html", "empty"),
    "an application": (b"<html><body><div id='app'></div><script>start()</script></body></html>", "text/html", "empty"),
    "frames": (b"<html><frameset cols='20%,80%'><frame src='/menu'><frame src='/story'></frameset></html>", "text/html", "empty"),
    "too deep": (nested(300).encode(), "text/html", "too_deep"),
}


@pytest.mark.parametrize(("body", "kind", "reason"), NOT_READ.values(), ids=NOT_READ)
def test_what_is_no_article_says_why(body: bytes, kind: str, reason: str) -> None:
    """Without words in the feed the reason is that of the rejection; with them they are the text, and no verdict claims a page."""
    result = extract(body, content_type=kind, entry=SILENT)
    assert isinstance(result, Rejection)
    assert result.reason == reason
    assert article(body, content_type=kind).text == ENTRY.summary


@pytest.mark.parametrize(
    ("status", "verdict"), [(401, Verdict.BLOCKED), (402, Verdict.BLOCKED), (403, Verdict.BLOCKED), (451, Verdict.BLOCKED)]
)
def test_who_lets_nobody_in_blocks(status: int, verdict: Verdict) -> None:
    """The feed's words stand in for a page that is closed to us."""
    made = extract(html(), status=status)
    assert not isinstance(made, Rejection)
    assert (made.verdict, made.text) == (verdict, ENTRY.summary)


def test_a_redirect_to_the_front_page_is_no_article() -> None:
    """The front page is none, even when it shows the very article."""
    result = extract_article(page(html(), final_url="https://www.baytown.example/?lang=en"), "Baytown Post", NOW)
    assert isinstance(result, Rejection)
    assert (result.reason, result.detail != URL) == ("redirect_home", True)
