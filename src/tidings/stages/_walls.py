"""Recognise pages that are no article: consent and challenge walls, teasers, "not found" under status 200."""

import re
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick

from tidings.text.clean import word_count

WALL_WORDS_MAX = 220  # a longer text is an article, whatever banner stands in it
TEASER_WORDS_MAX = 150
_SOFT_404_WORDS_MAX = 80

_CONSENT = re.compile(
    r"\bcookies?\b|consent|privacy (?:policy|settings|preferences)|personal data|\bour partners\b|advertising partners|legitimate interest|\bgdpr\b|accept all|reject all|manage (?:options|preferences)"
    r"|çerez|kişisel veri|gizlilik|كوكيز|ملفات تعريف الارتباط|الخصوصية|隐私|[Cc]ookie|同意|файл\w* cookie|персональн\w+ данн|конфиденциальност"
    r"|témoins de connexion|vie privée|données personnelles|tout accepter|datenschutz|einwilligung|zustimm|privacidad|datos personales|aceptar todo|informativa|consenso",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"checking (?:if the site|your browser)|(?:enable|turn on|requires?) java ?script|java ?script is (?:disabled|not enabled|required)|verify(?:ing)? (?:that )?you are (?:a )?human|are you a robot|not a robot|captcha"
    r"|unusual (?:traffic|activity)|access (?:to this (?:page|site) )?(?:has been )?denied|you have been blocked|attention required|ddos protection|just a moment|please wait while we"
    r"|tarayıcınız kontrol|robot olmadığın|تحقق من أنك|لست روبوت|请启用|验证码|人机验证|安全验证|проверка браузера|я не робот|включите javascript|доступ (?:ограничен|запрещ[её]н)|vérification de (?:votre|sécurité)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\bwe (?:and our|use|value|need|care|process|store)\b|\byour? (?:consent|privacy|choices?|device|browser|account|password|experience|agree)\b|accept all|reject all|(?:log|sign) ?in\b"
    r"|kabul e|onaylı|kullanıyoruz|أوافق|موافق|نستخدم|قبول|接受|我们使用|您的|登录|принять|мы используем|согла|войдите|accepter|nous utilisons|votre|akzeptier|wir verwenden|ihre|aceptar|utilizamos|accetta",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"(?:log|sign) ?in to (?:continue|your account|read|view)|please (?:log|sign) ?in|forgot(?:ten)? (?:your )?password|create (?:a free |an )?account|enter your password"
    r"|giriş yap|şifremi unuttum|تسجيل الدخول|登录|忘记密码|войдите|забыли пароль|connectez-vous|mot de passe oublié|anmelden|iniciar sesión",
    re.IGNORECASE,
)
_BODIES = tuple(f"{before} {after}" for before in ("to", "for", "our", "paid", "paying", "premium") for after in ("subscribers", "members"))
# How a paywall is worded, and what a text in small letters holds wherever it is so worded: looked for first, all at once
_PAYWALL_SIGNS = (
    (r"subscribe (?:now )?(?:to|and) (?:continue|read|keep|unlock)", ("subscribe ",)),
    (r"(?:to|want to) (?:continue|keep) reading", ("to continue reading", "to keep reading")),
    (r"already (?:a |have a )?(?:subscri|member)", tuple(f"already {a}{one}" for a in ("", "a ", "have a ") for one in ("subscri", "member"))),
    (r"subscri(?:bers?|ption)[- ](?:only|required|exclusive)", ("subscribe", "subscription-", "subscription ")),
    (r"(?:exclusive(?:ly)?|only|available) (?:to|for) (?:our )?(?:paid |paying |premium )?(?:subscribers|members)", _BODIES),
    (r"premium (?:content|article)", ("premium content", "premium article")),
    (r"free articles? (?:left|remaining|this month)", ("free article",)),
    (r"unlock (?:this|the full) (?:article|story)", ("unlock th",)),
    (r"read the (?:full|rest of the|whole) (?:article|story)", ("read the full", "read the rest", "read the whole")),
    *((f"{one}", (one,)) for one in (
        "rest of this article", "abonelere özel", "للمشتركين", "订阅后", "付费阅读", "会员专享", "только для подписчиков", "оформите подписку",
        "abonnez-vous pour", "weiterlesen mit", "nur für abonnenten", "solo para suscriptores", "assine para", "alleen voor abonnees",
        "tylko dla subskrybentów", "khusus pelanggan", "会員限定", "有料会員", "続きを読むには", "구독자 전용", "유료 회원",
    )),
    (r"abone ol(?:un|arak)", ("abone ol",)),
    (r"اشترك (?:الآن )?ل", ("اشترك ",)),
    (r"réservée? aux abonnés", ("aux abonnés",)),
    (r"suscr[ií]b(?:ete|ase) para", ("ete para", "ase para")),
    (r"riservat\w+ (?:agli|ai) abbonati", ("agli abbonati", "ai abbonati")),
    (r"abbonati per (?:continuare|leggere)", ("abbonati per ",)),
    (r"(?:exclusivo|conteúdo) para assinantes", ("para assinantes",)),
)  # fmt: skip
_PAYWALL = re.compile("|".join(pattern for pattern, _ in _PAYWALL_SIGNS), re.IGNORECASE)
_NOT_FREE = re.compile(r"\"isAccessibleForFree\"\s*:\s*\"?false", re.IGNORECASE)
_NO_PAGE = (
    r"(?:(?:error |http )?404\b(?:\W*(?:error|not found|page not found))?|(?:oops\W+)?(?:(?:the |this )?(?:page|article|story|content|url)(?: you (?:requested|are looking for|were looking for))? (?:was |is |could ?n.t be |cannot be |can.t be |could not be )?(?:not |no longer )?(?:found|available|exist))"
    r"|page (?:does not|doesn.t|no longer) exists?|not found|sayfa bulunamadı|aradığınız sayfa|الصفحة غير موجودة|لم يتم العثور|页面不存在|页面未找到|找不到(?:该)?页面|您访问的页面|страница не найдена|ошибка 404|page (?:introuvable|non trouvée)|seite (?:wurde )?nicht gefunden|página no encontrada|pagina non trovata|página não (?:foi )?encontrada|pagina niet gevonden|nie znaleziono strony|halaman tidak ditemukan|сторінку не знайдено|ページが見つかりません|お探しのページ|페이지를 찾을 수 없)"
)
_NOT_FOUND = re.compile(rf"\W*{_NO_PAGE}", re.IGNORECASE)
# The same for text in small letters: several times as fast
_SIGNS = AhoCorasick([sign for _, signs in _PAYWALL_SIGNS for sign in signs])
_SIGNED = tuple(re.compile(pattern) for pattern, signs in _PAYWALL_SIGNS for _ in signs)  # what each may be the sign of
_SMALL_WALLS = tuple(map(re.compile, (_CONSENT.pattern, _CHALLENGE.pattern, _LOGIN.pattern, _NO_PAGE)))
_CHALLENGE_WORDS_MAX, _CHALLENGE_CHARS = 40, 120  # a page that begins with a challenge and says little else
_TEXT_CHARS_LOOKED_AT = 20_000


def is_wall(text: str, page_text: str) -> bool:
    """Tell whether a page shows a consent, login or challenge wall instead of an article.

    `text` is what was extracted, `page_text` all that the page shows when that was little (else empty).
    A wall is short, and most of its paragraphs speak of consent, or one of them challenges the reader.
    """
    words = word_count(text)
    if words > WALL_WORDS_MAX:
        return False
    shown = (text or page_text)[:_TEXT_CHARS_LOOKED_AT]
    if not shown:
        return False
    if words <= _CHALLENGE_WORDS_MAX and _CHALLENGE.search(shown[:_CHALLENGE_CHARS]):
        return True
    walled = [one for one in shown.split("\n\n") if _CONSENT.search(one) or _CHALLENGE.search(one) or _LOGIN.search(one)]
    return word_count(" ".join(walled)) * 2 > word_count(shown) and _is_insistent(" ".join(walled))


def is_teaser(text: str, shown: str, page_html: str) -> bool:
    """Tell whether a short text ends at a paywall: it, the page around it, or the page's own data says so."""
    if word_count(text) > TEASER_WORDS_MAX:
        return False
    return bool(_PAYWALL.search(shown[:_TEXT_CHARS_LOOKED_AT]) or _NOT_FREE.search(page_html))


def without_paywall(text: str) -> str:
    """Drop the paragraphs in which a teaser asks for money."""
    return "\n\n".join(one for one in text.split("\n\n") if not (word_count(one) <= 40 and _PAYWALL.search(one)))


def is_not_found(title: str, text: str) -> bool:
    """Tell whether a page of status 200 says that it is not there: the title or the first words, and little text."""
    if word_count(text) > _SOFT_404_WORDS_MAX:
        return False
    return bool(_NOT_FOUND.match(title) or _NOT_FOUND.match(text[:200]))


def names_no_page(titles: Iterable[str]) -> bool:
    """Tell whether one of a page's titles says that it is not there."""
    return any(_NOT_FOUND.match(one) for one in titles)


def may_be_teaser(shown: str, page_html: str) -> bool:
    """Tell whether anything that a page shows, in single spaces, or its data asks for money: `is_teaser` whatever the length."""
    small = shown.lower()
    signed = {_SIGNED[sign] for sign, _, _ in _SIGNS.find_matches_as_indexes(small, overlapping=True)}
    return any(one.search(small) for one in signed) or _NOT_FREE.search(page_html) is not None


def is_of_wall(text: str) -> bool:
    """Tell whether a paragraph may be one of a wall."""
    small = text.lower()
    return any(one.search(small) for one in _SMALL_WALLS)


def _is_insistent(walled: str) -> bool:
    """Tell a wall, which addresses the reader more than once, from a short report about consent or logins."""
    signs = {match[0].casefold() for pattern in (_CONSENT, _LOGIN, _ADDRESS) for match in pattern.finditer(walled)}
    return bool(_CHALLENGE.search(walled)) or (len(signs) >= 3 and _ADDRESS.search(walled) is not None)
