"""Compare sentences of different languages where an embedding is blind: which way things went, negation, numbers, spelling of names.

Word lists are general words of six languages (English, Arabic, Turkish, Chinese, Russian, French) for taking and losing, opening
and closing, agreeing and refusing. Names are compared by what their consonants sound like, which survives transliteration.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from tidings.text.fold import fold
from tidings.text.quantities import read_quantities
from tidings.text.terms import SENTENCES_KEPT_MAX, terms

# Each line: one way | the other way. An entry is a folded word beginning; an ending in $ means the whole word.
_WAYS = """
took$ taken$ takes$ captur seiz retook retak recaptur ele$ gecirdi استعاد سيطر استول 夺取 占领 收复 攻占 захват взял$ взяли$ отбил заня repris pris$ conquis | lost$ loses$ losing withdrew withdraw retreat ceded pull$ pulled kaybet cekil خسر انسحب فقدت فقد$ 失守 撤出 撤离 撤军 потеря остави отступ вывел вывод perdu retir recul
open$ opened$ opens$ opening reopen launch acti$ acildi acti acilis hizmete فتح افتتح 开放 开通 启用 开启 重开 откры запуст ouvr ouvert rouvr inaugur | close$ closed$ closes$ closing closure shut postpon delay kapat kapan ertele اغلق اغلاق اجل$ اجلت تاجيل ارجا 关闭 封闭 推迟 延期 закры отлож перенес ferm report
lift$ lifts$ lifted$ lifting ease$ eased eases scrap repeal kaldir iptal رفع$ رفعت ترفع الغ 解除 取消 撤销 废除 снял снят отмен leve$ levee levent abrog | impos slapp yaptirim$ uygula getirdi فرض 实施 施加 制裁 ввел введ налож impos
resum restart restor reinstat yeniden$ tekrar$ basladi سانف استانف اعاد تستانف 恢复 重启 возобнов восстанов снова$ repren repris reprise relanc retabl | suspend suspens halt stopped$ stops$ stop$ paus interrupt durdur ara$ askiya اوقف علق توقف يوقف 暂停 中断 停止 中止 приостанов прекрат останов suspend interromp arret
confirm admit acknowledg dogrula kabul$ اكد اقر اعترف 证实 承认 确认 подтверд призна confirm reconn | denied denies deny$ denying refut yalanla inkar نفي نفت نفى$ 否认 驳斥 опроверг отриц dement nie$
free$ freed$ frees releas acquit clear$ cleared pardon serbest beraat tahliye افرج اطلق$ برا 释放 获释 无罪 赦免 освобо отпуст оправда помилова liber acquitt graci | detain arrest jail imprison sentenc convict abduct gozalti tutukla hapis hapse mahkum اعتقل احتجز اوقفت حكم سجن ادان 拘留 逮捕 关押 拘捕 判处 判刑 入狱 задерж аресто посад приговор осуд detenu arret emprison condamn
agreed$ agree$ agrees$ agreement accept approv sign$ signed$ endors pass$ passed$ anlas uzlas onayla kabul imzala اتفق اتفاق وافق اقر$ وقع$ وقعت 同意 达成 批准 通过 签署 договор соглас одобр подписа принял$ acc$ accord accept approuv sign | refus reject fail$ failed$ fails$ declin collaps veto turned$ reddet geri$ anlasamad cokt رفض فشل انهار 拒绝 否决 破裂 失败 отказ отклон отверг провал сорва refus rejet echou effondr
rise$ rises$ rose$ rising increas grew grow up$ climb artti artis yuksel ارتفع زاد ازداد 上升 上涨 增加 增长 вырос рост$ увелич повыс augment hauss | fall$ falls$ fell$ falling decreas declin drop$ dropped shrank cut$ dustu dusus azal geriled انخفض تراجع هبط 下降 下跌 减少 упал сниз сократ уменьш baiss recul chut
begin$ begins$ began$ start$ starts$ started$ went$ went enter join$ joined basla basla girdi بدا$ بدات دخل شرع 开始 启动 参加 加入 нача вступ присоедин commenc debut entam | end$ ends$ ended$ finish conclud quit$ call$ sona bitir bitti انه انتهي اختتم 结束 终止 退出 заверш законч оконч termin achev fin$
win$ wins$ won$ victor defeat kazan galip فاز فوز انتصر 赢得 获胜 胜出 当选 победи выигра gagn remport | lost$ lose$ loses$ losing loss$ kaybet yenil خسر هزم 输掉 败选 落败 проигра perdu perd$
kill died$ dead$ death deaths fatal oldu$ olen olum oldur can$ قتل مات وفاه ضحايا 死亡 丧生 遇难 打死 死$ погиб уби умер жертв mort$ morts tue$ tues tuee deced | surviv alive unhurt unharmed kurtul sag$ نجا نجو ناج 生还 幸存 无恙 выжил спас surviv indemn
enter crossed$ cross$ arriv reach let$ girdi giris gecti ulas دخل عبر وصل 进入 抵达 穿过 въеха вош прибы прое достиг entr arriv travers | blocked$ block$ turned$ barred$ bar$ sent$ cevril engel منع اعيد 拦截 遣返 拒入 не$ развер заверн выслал bloqu refoul
"""
# A sentence with a negation and one without say different things more often than not; a translator keeps the negation.
_NEGATIONS = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nobody|without|cannot|unhurt|degil|hic|hicbir|olmadan|ne|pas|aucun|sans|jamais|ni"
    r"|не|нет|ни|никто|никого|без|لم|لن|ليس|ليست|لا|غير|دون|بدون|عدم|ما من|بلا)\b|n't\b"
    r"|\b\w{2,18}(?:ma|me)(?:di|du|dilar|diler|dan|den|yan|yen|yacak|yecek|mis|mus|z|zlar|zler)\b"
    r"|没有|并未|尚未|未能|未有|未曾|不再|不会|不能|无人(?!机)|并非|无法|没$"
)
_CLAUSES = re.compile(r"[,;:،؛，；：]| - | – |—")


def _compiled(side: str) -> re.Pattern[str]:
    parts = []
    for word in side.split():
        body = re.escape(word.removesuffix("$"))
        spaceless = "\u4e00" <= word[0] <= "\u9fff"
        prefix = r"\b(?:[وفبلكس]{1,2})?(?:ال)?(?:[يتنا])?" if "\u0600" <= word[0] <= "\u06ff" else "" if spaceless else r"\b"
        parts.append(prefix + body + (r"\b" if word.endswith("$") and not spaceless else ""))
    return re.compile("|".join(parts))


_COMPILED = tuple(tuple(_compiled(side) for side in line.split("|")) for line in _WAYS.strip().splitlines())


@lru_cache(maxsize=SENTENCES_KEPT_MAX)
def _sides(text: str) -> tuple[tuple[str, str], ...]:
    folded = fold(text)
    found = []
    for one, other in _COMPILED:
        first, second = one.search(folded), other.search(folded)
        found.append((first.group() if first else "", second.group() if second else ""))
    return tuple(found)


def opposed_across(one: str, told: str) -> str:
    """Return in what two like sentences of different languages go opposite ways, or an empty string.

    One word of a way in one sentence and of the other way in the other, where no other line agrees; or a negation in only one.
    """
    mine, theirs = _sides(one), _sides(told)
    agreed = any(
        (left and their_left) or (right and their_right) for (left, right), (their_left, their_right) in zip(mine, theirs, strict=True)
    )
    if not agreed:
        for (left, right), (their_left, their_right) in zip(mine, theirs, strict=True):
            if left and not right and their_right and not their_left:
                return f"{their_right} -> {left}"
            if right and not left and their_left and not their_right:
                return f"{their_left} -> {right}"
    denied, told_denied = _NEGATIONS.search(fold(one)), _NEGATIONS.search(fold(told))
    if bool(denied) != bool(told_denied):
        return f"-> {denied.group()}" if denied else f"{told_denied.group()} ->" if told_denied else ""
    return ""


@lru_cache(maxsize=SENTENCES_KEPT_MAX)
def number_values(text: str, language: str) -> frozenset[float]:
    """Return the numbers of a sentence, however they are written; one is left out, which many languages write for "a"."""
    _, quantities = read_quantities(text, language)
    values = {value for one in quantities for value in (one.low, one.high) if value is not None}
    for term in terms(text, language):
        if term[0].isdigit():
            number = term.replace(",", ".")
            if number.replace(".", "", 1).isdigit() and not any(str(value).startswith(number) for value in values):
                values.add(float(number))
    return frozenset(values - {1.0})


_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
        ("a", "b", "v", "g", "d", "e", "e", "j", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "k", "s", "s", "s", "s",
         "", "i", "", "e", "u", "a", "i", "i", "e", "g"), strict=True,
    )
)  # fmt: skip
_ARABIC = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگڤ",
        ("a", "b", "t", "t", "j", "h", "k", "d", "d", "r", "z", "s", "s", "s", "d", "t", "d", "a", "g", "f", "k", "k", "l", "m", "n", "h", "u", "i",
         "b", "s", "j", "g", "f"), strict=True,
    )
)  # fmt: skip
_SOUNDS = str.maketrans({**_CYRILLIC, **_ARABIC})
_PAIRS = (
    ("sch", "s"),
    ("tch", "s"),
    ("sh", "s"),
    ("ch", "s"),
    ("kh", "k"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("dh", "d"),
    ("zh", "j"),
    ("ts", "s"),
    ("x", "ks"),
)
_CLASSES = str.maketrans({"p": "b", "v": "f", "q": "k", "c": "k", "g": "k", "j": "s", "z": "s", "d": "t"})
_SILENT = re.compile(r"[aeiouywh']")
_WORD = re.compile(r"[^\W\d_]{2,}")
_DAYS = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "septemb",
        "september",
        "octob",
        "october",
        "novemb",
        "november",
        "decemb",
        "december",
    ]
)
_PREFIX = re.compile(r"^[وفبلك]?(?:ال|لل)?(?=\w{3})")


@lru_cache(maxsize=20_000)
def sound(word: str, language: str = "") -> str:
    """Return the consonants of a name as they sound in any of these scripts: Tbilisi, Тбилиси and تبليسي give "tbls"."""
    word = fold(word)
    if language == "tr":
        word = word.replace("c", "j")
    word = word.translate(_SOUNDS)
    for pair, one in _PAIRS:
        word = word.replace(pair, one)
    word = _SILENT.sub("", word.translate(_CLASSES))
    return "".join(char for at, char in enumerate(word) if not at or char != word[at - 1])


def unheard(names: Iterable[str], language: str, text: str, text_language: str) -> list[str]:
    """Return the names that no word of a text in another language sounds like; none where its script does not say how words sound.

    Where the script has capital letters, only words written with one can be a name.
    """
    heard: set[str] = set()
    for word in _WORD.findall(text):
        if "\u3040" <= word[0] <= "\u9fff" or "\uac00" <= word[0] <= "\ud7af":
            return []
        if word[0].islower():
            continue
        heard.add(sound(word, text_language))
        heard.add(sound(_PREFIX.sub("", fold(word)), text_language))
    sounds = {name: sound(name, language) for name in names if name not in _DAYS}
    return [name for name in sorted(sounds) if len(sounds[name]) > 1 and not any(_alike(sounds[name], other) for other in heard)]


def _alike(one: str, other: str) -> bool:
    """Tell whether two sounds are one name: equal but for an ending, or for one sound in the longer ones."""
    if len(other) < 2 or abs(len(one) - len(other)) > 2 or one[0] != other[0]:
        return False
    shorter, longer = sorted((one, other), key=len)
    if longer.startswith(shorter) and (len(shorter) >= 3 or len(longer) == len(shorter)):
        return True
    return len(shorter) >= 3 and _differs_in_one(shorter, longer)


def _differs_in_one(shorter: str, longer: str) -> bool:
    at = next((index for index, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(shorter) == len(longer):
        return shorter[at + 1 :] == longer[at + 1 :]
    return len(longer) - len(shorter) == 1 and shorter[at:] == longer[at + 1 :]
