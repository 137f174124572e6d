"""Read who is credited with a text, and whether it says of itself that it corrects an earlier one."""

import re
from collections.abc import Sequence

# canonical name -> how it is written; `|` separates spellings (regular expressions)
KNOWN_AGENCIES = {
    "Reuters": r"Reuters|REUTERS|رويترز|路透社?|Рейтер",
    "AP": r"AP|Associated Press|The Associated Press|美联社|أسوشيتد برس|أ ?ب",
    "AFP": r"AFP|Agence France-Presse|فرانس برس|أ ?ف ?ب|法新社|АФП",
    "Xinhua": r"Xinhua|XINHUA|Xinhua News Agency|新华社|شينخوا|Синьхуа",
    "Anadolu": r"AA|Anadolu|Anadolu Agency|Anadolu Ajansı|الأناضول|Анадолу",
    "SANA": r"SANA|سانا|САНА",
    "TASS": r"TASS|ТАСС|塔斯社|تاس",
    "RIA Novosti": r"RIA Novosti|RIA|РИА Новости|俄新社",
    "Interfax": r"Interfax|Интерфакс",
    "DPA": r"dpa|DPA|德新社|د ?ب ?أ",
    "ANSA": r"ANSA",
    "EFE": r"EFE",
    "Kyodo": r"Kyodo|Kyodo News|共同社",
    "Yonhap": r"Yonhap|韩联社",
    "PTI": r"PTI|Press Trust of India",
    "UPI": r"UPI",
    "WAFA": r"WAFA|وفا",
    "DHA": r"DHA|Demirören Haber Ajansı",
    "IHA": r"İHA|IHA|İhlas Haber Ajansı",
    "LANA": r"LANA|وال",
    "MENA": r"MENA|أ ?ش ?أ",
    "QNA": r"QNA|قنا",
    "KUNA": r"KUNA|كونا",
    "SPA": r"SPA|واس",
    "IRNA": r"IRNA|ایرنا|إرنا",
    "China News Service": r"CNS|China News Service|中新社|中新网",
}
_KNOWN = {name: re.compile(rf"(?:{spellings})") for name, spellings in KNOWN_AGENCIES.items()}
_ANY = "|".join(KNOWN_AGENCIES.values())
_DASH = r"[-–—―:：]"
# Those that stand for nothing else when a text begins with them and a dash ("MENA - the Middle East and North Africa - ...")
_UNLIKE_WORDS = "|".join(
    KNOWN_AGENCIES[name] for name in ("Reuters", "AP", "AFP", "Xinhua", "Anadolu", "TASS", "RIA Novosti", "Interfax", "DPA")
)

# "ANKARA, Feb 6 (Reuters) -": what stands in the first parentheses of a dateline
_DATELINE = re.compile(
    rf"\s*(?P<place>(?:[^()（）.!?。\n]|\.(?= ?[\d(])){{0,60}})[(（](?P<name>[^()（）\n]{{2,40}})[)）]\s*(?:{_DASH}|(?=\S))"
)
_DATELINE_DASH = re.compile(rf"\s*+(?P<place>(?:[^()（）.!?。\n]|\.(?= ?\d)){{0,60}})[(（](?P<name>[^()（）\n]{{2,40}})[)）]\s*+{_DASH}")
_OPENING = re.compile(
    rf"\s*(?:[(（]?(?:{_ANY})(?=[\u4e00-\u9fff])"  # 新华社北京2月6日电
    rf"|(?P<bare>{_UNLIKE_WORDS})\s*[-–—]\s"  # AP — The harbour ...
    rf"|[\u0600-\u06ff]{{2,20}}\s*[-–—]\s*(?P<arabic>{_ANY})\b"  # دمشق-سانا
    rf"|[^.!?\n]{{0,50}}[/.]?\s*[—–-]?\s*/?(?P<slashes>ТАСС|РИА Новости|Интерфакс)/?\s*[.,])"
)
# "With files from The Associated Press", "Avec AFP", "By Reuters": a line of its own
_CREDIT_LINE = re.compile(
    r"\s*[(（\[]?\s*(?:avec|par|by|with(?: (?:files|reporting|material))?(?: from)?|mit|von|con|por|по материалам)\s+(?:l['’]|the )?"
    r"(?P<name>[^\n()（）\[\]]{2,40}?)\s*[)）\]]?[.。]?\s*",
    re.IGNORECASE,
)
_PLACE_AND_AGENCY = re.compile(rf"[^/\n.]{{2,30}}/\s*(?P<name>{_ANY})\s*")  # إسطنبول / الأناضول, a line of its own
_LAST_WORDS = re.compile(r"[.!?…。”\"»]\s*[(（](?P<name>[^()（）\n]{2,40})[)）]\s*$")  # "... on Sunday. (AFP)"
_REUTERS_CREDIT = re.compile(
    r"\((?:[Rr]eporting|[Ww]riting|[Ee]diting) by [^()]{3,300}\)|\b(?:Reporting|Writing) by [^()\n]{3,200}[;.,]? [Ee]diting by\b"
)
_SOURCE_LINE = re.compile(
    rf"\s*[(（]?\s*(?:source|agency|kaynak|المصدر|مصدر|来源|источник|quelle|fuente)\s*{_DASH}\s*(?P<name>[^\n()（）|,;，；]{{2,40}}?)\s*[)）]?[.。]?\s*",
    re.IGNORECASE,
)
_LAST_LINE = re.compile(r"\s*+[(（\[]\s*+(?P<name>[^()（）\[\]\n]{2,40})\s*[)）\]][.。]?\s*")
_AFTER_DASH = re.compile(r"\s*+(?P<name>[^\s—–][^.!?—–\n]{1,40})\s*")
_BEFORE_DASH = tuple('.!?…。”"»')
_WITH_AGENCIES = re.compile(rf"(?:{_ANY})(?:\s*(?:/|,|&|and|with|et|und|ve|y|و|и)\s*\w[\w .]{{1,30}})?")
_AGENCY_WORD = re.compile(
    r"\b(?:news|agency|wire|press|media|service|network|bureau|tv|radio|times|post|daily|haber|ajansı|agence|presse|agencia|agentur)\b",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(rf"(?:©|\([cC]\)|[Cc]opyright)[\s©,]*(?:\d{{4}}[\s,]*)?(?:[Tt]he )?(?P<name>{_ANY})\b")
_LETTERS_MIN = 4  # shorter ones are a writer's initials, unless known
_START_CHARS = 200

_CORRECTION = re.compile(
    r"\W{0,3}(?:corrections?|corrected(?: version)?|corrects|düzeltme|tekzip|تصحيح|تصويب|更正|勘误|исправление|исправлено|поправка|rectificatifs?|erratum|corrigé|corrección|fe de erratas"
    r"|berichtigung|korrektur|rettifica|correção)(?=[\W_]|\d|$)",
    re.IGNORECASE,
)
_CORRECTION_CJK = re.compile(r"\W{0,3}(?:更正|勘误)")


def find_origin(text: str, authors: Sequence[str], publisher: str, *, uncleaned: str = "") -> str:
    """Name the agency that a text credits, by its canonical name; else the publisher.

    Looked for: a dateline in the first 200 characters, the byline, "Source: X" lines, the last line in
    parentheses or after a dash, "With files from X" and "Avec X", Reuters' "(Reporting by ...; Editing by ...)"; at last a copyright line, which
    cleaning has taken out of the text, so `uncleaned` is the text before it.
    """
    paragraphs = [one for one in text.split("\n\n") if one.strip()]
    if not paragraphs:
        return publisher
    name = (
        _from_dateline(paragraphs[:2])
        or _from_end(paragraphs[-3:])
        or next(filter(None, (_source_line(one) or _credit_line(one) for one in paragraphs[:3])), "")
        or next(filter(None, (_known(author) for author in authors)), "")
        or _copyright_holder(uncleaned)
    )
    return publisher if not name or _is_same(name, publisher) else name


def is_correction(title: str, text: str) -> bool:
    """Tell whether the title or the first paragraph begins with the word for a correction."""
    return any(_CORRECTION.match(part) or _CORRECTION_CJK.match(part) for part in (title, text[:_START_CHARS]))


def _from_dateline(paragraphs: Sequence[str]) -> str:
    for paragraph in paragraphs:
        start = paragraph[:_START_CHARS]
        found = _DATELINE.match(start)
        if found and (name := _known(found["name"])):
            return name
        found = _DATELINE_DASH.match(start)
        if found and _is_dateline(found["place"], found["name"]):
            return found["name"].strip()
        found = _OPENING.match(start)
        if found:
            return _known(found["arabic"] or found["slashes"] or found["bare"] or found[0].strip())
    return ""


def _from_end(paragraphs: Sequence[str]) -> str:
    last = paragraphs[-1]
    if any(_REUTERS_CREDIT.search(one) for one in paragraphs):
        return "Reuters"
    for paragraph in reversed(paragraphs):
        if name := _source_line(paragraph) or _credit_line(paragraph):
            return name
    found = _LAST_WORDS.search(last[-100:])
    if found and (name := _known(found["name"])):
        return name
    for found in (_LAST_LINE.fullmatch(last[-400:]), _after_dash(last[-400:])):
        if found and (name := _known(found["name"]) or _name_like(found["name"])):
            return name
    return _known(last) if len(last) <= 40 else ""


def _after_dash(text: str) -> re.Match[str] | None:
    """Find the name after the last dash of a text, where nothing or a whole sentence stands before it."""
    at = max(text.rfind("—"), text.rfind("–"))
    before = text[: max(at, 0)]
    before = (before[:-1] if before.endswith(("—", "–")) else before).rstrip()
    return _AFTER_DASH.fullmatch(text, at + 1) if at >= 0 and (not before or before.endswith(_BEFORE_DASH)) else None


def _copyright_holder(text: str) -> str:
    found = _COPYRIGHT.search(text)
    return _known(found["name"]) if found else ""


def _is_same(name: str, publisher: str) -> bool:
    """Tell whether a credit names the publisher itself ("Baytown Post News" by "baytownpost.example")."""
    one, other = ("".join(filter(str.isalnum, text.casefold())) for text in (name, publisher))
    return len(min(one, other, key=len)) >= 4 and (one.startswith(other) or other.startswith(one))


def _source_line(paragraph: str) -> str:
    found = _SOURCE_LINE.fullmatch(paragraph[:120])
    return (_known(found["name"]) or _name_like(found["name"])) if found else ""


def _credit_line(paragraph: str) -> str:
    """Return the known agency that a line of its own names, after "with" or "by", or after a place."""
    if len(paragraph) <= 40 and (name := _known(paragraph)):
        return name
    for pattern in (_CREDIT_LINE, _PLACE_AND_AGENCY):
        found = pattern.fullmatch(paragraph[:100])
        if found and (name := _known(found["name"])):
            return name
    return ""


def _known(text: str) -> str:
    """Return the canonical name when the text is an agency's name, alone or first of several ("AFP/Reuters")."""
    text = text.strip(" .,;:|-–—()[]（）")
    if not _WITH_AGENCIES.fullmatch(text):
        return ""
    starts = ((match.end(), name) for name, pattern in _KNOWN.items() if (match := pattern.match(text)))
    return max(starts)[1]


def _is_dateline(place: str, name: str) -> bool:
    """Tell "BAYTOWN (Northwire) -" from "The World Health Organization (WHO) -" and other asides."""
    words = place.replace(",", " ").split()
    if not words or not _name_like(name):
        return False
    if words[0].isupper():
        return True
    initials = "".join(word[0] for word in words)
    return len(words) <= 3 and initials.isupper() and not initials.endswith(name.upper())


def _name_like(text: str) -> str:
    """Return the text when it could be an agency's name: one word, or up to four with a word that agencies use.

    Two words with capitals are as often a person, who is no origin.
    """
    words = text.strip().split()
    if not 1 <= len(words) <= 4 or any(character.isdigit() for character in text) or not all(word[0].isupper() for word in words):
        return ""
    return " ".join(words) if (len(words) == 1 and len(words[0]) >= _LETTERS_MIN) or _AGENCY_WORD.search(text) else ""
