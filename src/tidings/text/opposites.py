"""Tell sentences apart that differ in one decisive word: a reversal ("taken", "lost"), a negation, "most" against "all".

Lists of word pairs in six languages, matched as folded word beginnings. They are general words of taking and losing, opening
and closing, saying and denying; a pair counts only when one sentence holds one side and the other holds only the other side.
"""

import re
from functools import lru_cache

from tidings.text.fold import fold
from tidings.text.function_words import FUNCTION_WORDS

# Each line: one side | the other side. An entry is a folded word beginning; an ending in $ means the whole word.
_PAIRS = """
took$ taken$ takes$ captur seiz retook retak recaptur retaken | lost$ loses$ lose$ losing withdrew withdraw retreat pulled$ fell$ ceded
enter advanc | left$ leave$ leaving withdrew withdraw retreat
reopen opened$ opens$ open$ opening | close$ closed$ closes$ closing closure shut$ shuts$ shutting sealed
lift$ lifts$ lifted$ lifting eased ease$ ends$ ended | impos tighten extend begins$ began$ started
resum restart restor | suspend halt stopped$ stops$ stop$ paus interrupt cut$
confirm admit acknowledg | den$ denies denied deny$ denying reject dismiss
free$ freed$ releas | detain arrest jail imprison abduct kidnap
agreed$ agree$ agrees$ accept sign$ signed$ approv | refus reject fail$ failed$ declin collapse
rise$ rises$ rose$ rising increas grew grow | fall$ falls$ fell$ falling decreas drop$ dropped declin
joined joins join$ | quit$ quits boycott pulled withdrew
alive surviv | dead killed$ died
ele gecir aldi geri | kaybet cekil
acildi acti acil | kapat kapandi kapali
kaldir | uygula getir
dogrula | yalanla reddet
serbest | gozalti tutukla
استعاد سيطر استول | خسر انسحب فقد
اعادت$ اعاد$ اعيد فتحت فتح$ | اغلقت اغلق$ اغلقوا
رفع | فرض
اكد | نفي نفت
افرج | اعتقل احتجز
استانف | اوقف علق
夺取 占领 收复 控制 | 失守 撤出 撤离 丢失
重新开放 开放 重开 | 关闭 封闭
解除 取消 | 实施 施加
证实 承认 | 否认 驳斥
释放 | 拘留 逮捕 关押
恢复 | 暂停 中断 停止
захватил взял отбил занял | потерял оставил отступил
откры | закры
снял снят | ввел введен
подтверд | опроверг отриц
освобо | задерж аресто
возобнов | приостанов прекрат
repris pris$ conquis | perdu retir recule
rouvr ouvert$ ouvre | ferme$ fermee$ ferm
leve$ levee$ | impos
confirm | dement nie$
libere | arret detenu
"""
_NEGATIONS = re.compile(
    r"\b(?:not|never|no longer|neither|n't|cannot|degil|olmadi|yok|لم|لن|ليس|لا|не|нет|ne|pas|aucun)\b|没有|不再|未|n't\b"
)
_WORDS = re.compile(r"[^\W\d_]+")
_CLAUSE_END = re.compile(r"[,;:.!?،؛，。；]")
_STEM = 5  # letters by which two forms of a word count as one
_LAST = frozenset({"degil", "olmadi", "yok"})
_QUANTIFIERS = {
    "all": r"\b(?:all|every|entire|whole|tum|butun|hepsi|tamami|все|всех|tous|toutes|totalite)\b|\bو?كل\b|جميع|كافه|所有|全部",
    "most": r"\b(?:most|majority|mostly|cogu|cogunlugu|большинство|plupart|majorite)\b|معظم|غالبيه|大多数|大部分",
    "half": r"\b(?:half|yarisi|половина|moitie)\b|نصف|一半",
    "some": r"\b(?:some|several|few|bazi|некоторые|certains|quelques)\b|بعض|一些|部分",
    "none": r"\b(?:none|nobody|hicbiri|никто|aucun)\b|无一",
}
_QUANTIFIER_PATTERNS = {name: re.compile(pattern) for name, pattern in _QUANTIFIERS.items()}


def _compile(side: str) -> re.Pattern[str]:
    parts = []
    for word in side.split():
        body = re.escape(word.removesuffix("$"))
        spaceless = "\u4e00" <= word[0] <= "\u9fff"
        prefix = r"(?:\b|\b[وفبلك]{1,2})" if "\u0600" <= word[0] <= "\u06ff" else "" if spaceless else r"\b"
        parts.append(prefix + body + (r"\b" if word.endswith("$") else ""))
    return re.compile("|".join(parts))


_COMPILED = tuple(tuple(_compile(side) for side in line.split("|")) for line in _PAIRS.strip().splitlines())


@lru_cache(maxsize=50_000)
def _sides(text: str) -> tuple[tuple[str, str], ...]:
    folded = fold(text)
    found = []
    for left, right in _COMPILED:
        first, second = left.search(folded), right.search(folded)
        found.append((first.group() if first else "", second.group() if second else ""))
    return tuple(found)


def opposed(one: str, other: str) -> str:
    """Return what two like sentences contradict each other in ("opened / closed", "not"), or an empty string."""
    for (left, right), (their_left, their_right) in zip(_sides(one), _sides(other), strict=True):
        if left and not right and their_right and not their_left:
            return f"{their_right} -> {left}"
        if right and not left and their_left and not their_right:
            return f"{their_left} -> {right}"
    mine, theirs = _negated(one), _negated(other)
    if bool(mine) == bool(theirs):
        return ""
    # "Not" makes an opposite only of what both say: one beside other words belongs to what is not compared.
    negated, plain = (mine, other) if mine else (theirs, one)
    folded = fold(plain)
    known = {word[:_STEM] for word in _WORDS.findall(folded)}
    shared = next((word for word in negated if word[:_STEM] in known or ("\u4e00" <= word[0] <= "\u9fff" and word in folded)), "")
    if not shared:
        return ""
    return f"-> not {shared}" if mine else f"not {shared} ->"


@lru_cache(maxsize=50_000)
def _negated(text: str) -> tuple[str, ...]:
    """Return the content words that stand right after a negation, or right before one in languages that put it last."""
    folded = fold(text)
    found: list[str] = []
    for match in _NEGATIONS.finditer(folded):
        after = [
            word for word in _WORDS.findall(_CLAUSE_END.split(folded[match.end() : match.end() + 60])[0]) if word not in FUNCTION_WORDS
        ]
        before = [word for word in _WORDS.findall(folded[max(0, match.start() - 40) : match.start()]) if word not in FUNCTION_WORDS]
        found += after[:2] if after else []
        if match.group() in _LAST:
            found += before[-1:]
        if "\u4e00" <= match.group()[0] <= "\u9fff":
            found.append(folded[match.end() : match.end() + 2])
    return tuple(word for word in found if len(word) > 1)


def quantified(one: str, other: str) -> str:
    """Return how the quantity words of two like sentences differ ("most -> all"), or an empty string."""
    mine, theirs = _quantifiers(one), _quantifiers(other)
    if mine and theirs and not mine & theirs:
        return f"{' '.join(sorted(theirs))} -> {' '.join(sorted(mine))}"
    return ""


@lru_cache(maxsize=50_000)
def _quantifiers(text: str) -> frozenset[str]:
    folded = fold(text)
    return frozenset(name for name, pattern in _QUANTIFIER_PATTERNS.items() if pattern.search(folded))
