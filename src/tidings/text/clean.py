"""Remove from running text what pages print around it; the same for pages, feeds and seeds."""

import re

from tidings.text.markup import plain

_PHRASES = (
    r"advertisements?|advertising|sponsored(?: content)?|contact us|about us|share on \w+|share(?: this)?(?: (?:article|story|post|page))?|tweet(?: this)?"
    r"|print(?: this)?(?: (?:article|page))?|e-?mail(?: this)?(?: (?:article|story))?|read more|more|comments?|leave a comment|(?:no |\d+ )comments?|related(?: (?:articles?|stories|news|topics))?"
    r"|follow us(?: on [\w, ]{1,40})?|back to top|loading|click here|facebook|twitter|whatsapp|telegram|linkedin|pinterest|instagram|reddit|copy link|save"
    r"|listen(?: to this article)?|continue reading(?: below)?|story continues below(?: advertisement)?|skip (?:to (?:main )?content|advertisement)|date|published|updated"
    r"|reklam|paylaş|bize ulaşın|iletişim|devamını oku|إعلان|اتصل بنا|شارك|اقرأ أيضا|اقرأ المزيد|广告|分享|联系我们|阅读更多|реклама|поделиться|читайте также|контакты"
    r"|publicité|partager|contactez-nous|lire aussi|lire la suite|anzeige|werbung|teilen|kontakt|publicidad|compartir|contáctenos|leer más"
)
_DATE = r"\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}:\d\d(?:\s?[ap]m)?"
_DEBRIS = re.compile(rf"(?:[\W_]|\b(?:{_PHRASES}|{_DATE})\b)*+", re.IGNORECASE)
_PROMPT = re.compile(
    r"(?:please )?(?:sign up|subscribe|register) (?:for|to|here|now|today)\b|(?:get|receive) (?:our|the) (?:\w+ ){0,3}newsletters?\b|(?:click|tap) here to\b"
    r"|(?:enter|submit) your e-?mail\b|follow (?:us|\w+ \w+) on (?:twitter|facebook|telegram|instagram|x|google news)\b|(?:join|like) us on\b|download (?:our|the) (?:\w+ )?app\b"
    r"|(?:©|\(c\)|copyright\b).{0,120}|all rights reserved\b|you (?:may|might) also (?:like|be interested)|(?:read|see|watch) (?:also|more|next)\s*:|image (?:source|credit|caption)\b"
    r"|bültenimize|abone ol|اشترك في|تابعونا على|جميع الحقوق محفوظة|订阅我们|版权所有|подпишитесь|подписывайтесь|все права защищены|abonnez-vous|inscrivez-vous|tous droits réservés|suscríbase",
    re.IGNORECASE,
)
_DEBRIS_CHARS_MAX = 120  # longer lines are sentences that only begin like debris
_PROMPT_CHARS_MAX = 220
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")
_WORD = re.compile(r"[^\W\d_][\w'’-]*|\d[\d.,]*")


def clean_paragraphs(text: str, title: str = "") -> str:
    """Collapse spaces, drop debris lines, and separate paragraphs by one blank line.

    Line ends separate paragraphs. `title`: a first paragraph that only repeats it is dropped too.
    """
    kept = [line for line in plain(text).split("\n\n") if line and not _is_debris(line)]
    if title and len(kept) > 1 and _folded(kept[0]) == _folded(title):
        kept = kept[1:]
    return "\n\n".join(kept)


def word_count(text: str) -> int:
    """Count words; in scripts without spaces two characters count as one word."""
    packed = 0 if text.isascii() else len(_CJK.findall(text))
    return len(_WORD.findall(_CJK.sub(" ", text) if packed else text)) + (packed + 1) // 2


def _is_debris(line: str) -> bool:
    if len(line) <= _DEBRIS_CHARS_MAX and _DEBRIS.fullmatch(line):
        return True
    return len(line) <= _PROMPT_CHARS_MAX and _PROMPT.match(line) is not None


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
