"""Tell sentences apart that differ in one decisive word: a reversal ("taken", "lost"), a negation, "most" against "all".

Lists of word pairs in six languages, matched as folded word beginnings. They are general words of taking and losing, opening
and closing, saying and denying; a pair counts only when one sentence holds one side and the other holds only the other side.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from tidings.text.fold import fold
from tidings.text.function_words import FUNCTION_WORDS
from tidings.text.terms import SENTENCES_KEPT_MAX

# Each line: one side | the other side; after a "!" the first undoes the second. An entry is a folded word beginning; an ending in $ means the whole word.
_PAIRS = """
took$ taken$ takes$ captur seiz retook retak recaptur retaken | lost$ loses$ lose$ losing withdrew withdraw retreat pulled$ fell$ ceded
enter advanc | left$ leave$ leaving withdrew withdraw retreat
! reopen opened$ opens$ open$ opening | close$ closed$ closes$ closing closure shut$ shuts$ shutting sealed
! lift$ lifts$ lifted$ lifting eased ease$ ends$ ended | impos tighten extend begins$ began$ started
! resum restart restor | suspend halt stopped$ stops$ stop$ paus interrupt cut$
confirm admit acknowledg | den$ denies denied deny$ denying reject dismiss
! free$ freed$ releas | detain arrest jail imprison abduct kidnap
agreed$ agree$ agrees$ accept sign$ signed$ approv | refus reject fail$ failed$ declin collapse
rise$ rises$ rose$ rising increas grew grow | fall$ falls$ fell$ falling decreas drop$ dropped declin
joined joins join$ | quit$ quits boycott pulled withdrew
alive surviv | dead killed$ died
ele gecir aldi geri | kaybet cekil
! acildi acti acil | kapat kapandi kapali
! kaldir | uygula getir
dogrula | yalanla reddet
! serbest | gozalti tutukla
استعاد سيطر استول | خسر انسحب فقد
! اعادت$ اعاد$ اعيد فتحت فتح$ | اغلقت اغلق$ اغلقوا
! رفع | فرض
اكد | نفي نفت
! افرج | اعتقل احتجز
! استانف | اوقف علق
夺取 占领 收复 控制 | 失守 撤出 撤离 丢失
! 重新开放 开放 重开 | 关闭 封闭
! 解除 取消 | 实施 施加
证实 承认 | 否认 驳斥
! 释放 | 拘留 逮捕 关押
! 恢复 | 暂停 中断 停止
захватил взял отбил занял | потерял оставил отступил
! откры | закры
! снял снят | ввел введен
подтверд | опроверг отриц
! освобо | задерж аресто
! возобнов | приостанов прекрат
repris pris$ conquis | perdu retir recule
! rouvr ouvert$ ouvre | ferme$ fermee$ ferm
! leve$ levee$ | impos
confirm | dement nie$
! libere | arret detenu
"""
_NEGATIONS = re.compile(
    r"\b(?:not|never|no longer|neither|n't|cannot|degil|olmadi|yok|لم|لن|ليس|لا|не|нет|ne|pas|aucun)\b|没有|不再|未|n't\b"
)
# Who says that it is not so (folded); "denied access" says something else.
_DENIALS = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|refut(?:e[sd]?|ing))\b(?! (?:(?:any|all|the|a|him|her|them|it|its|their|his) )?(?:access|entry|bail|visas?|permission|rights?|treatment|aid))"
    r"|\b(?:dement(?:i|ent|ait)?|nient|yalanla(?:di|dilar|yan)?|inkar et\w*|опроверг\w*|отрица[ею]т|отрицал[аи]?|отверг\w*|[وف]?(?:نفي|نفت|ينفي|تنفي|انكرت?|تنكر|ينكر))\b"
    r"|否认|否認|驳斥|辟谣"
)
_WORDS = re.compile(r"[^\W\d_]+")
_RUNS = re.compile(r"\w+")
_HAN = re.compile("[\u4e00-\u9fff]")
_CLAUSE_END = re.compile(r"[,;:.!?،؛，。；]")
_STEM = 5  # letters by which two forms of a word count as one
# The sides of a conflict, as folded word beginnings ("_" is a space): those of a state, and those against it.
_STATE = """government_forces government_troops government_soldiers regime$ army loyalist security_forces police state_forces armee$ forces_gouvernementales
rejim hukumet_guc ordu$ ordusu polis правительственные_войска правительственные_силы правительственными_ правительственных_ арми полици силовик
جيش النظام القوات_الحكوميه قوات_النظام الشرطه 政府军 警方 警察 军方"""
_AGAINST = """rebel insurgent militant opposition_forces opposition_fighters separatist protester demonstrator jihadi insurges manifestant
isyanci muhalif militan gosterici eylemci повстан боевик сепаратист демонстрант протестующ
معارضه متمرد مسلحي مسلحون فصائل متظاهر محتج 叛军 反对派 反政府 武装分子 示威者 抗议者"""
# Both are tried at every actor: no run of letters may be read from each of them to its end.
_SPEAKS = re.compile(r"\w{0,60}+,?\W{1,2}(?:\w{1,60}+ ){0,2}?(?:(?:said|says?|told|announced|dit|disent)\b|claim|report|declar)")
_BY_BEFORE = re.compile(r"(?:\b(?:by|par)(?: (?:the|les|des|l'|\w+))? ?|\bعلي (?:يد|ايدي) |\bمن قبل |被\w{0,4}|遭\w{0,4})$")
_BY_AFTER = re.compile(r"\w{0,60}+(?: \w{1,60}+)? tarafindan|\w{0,4}(?:ами|ями)\b")
_BETWEEN = re.compile(r"\b(?:between|entre|между|بين)\b|\barasinda|之间|与|和")
# Who did it: up to seven words that begin an English sentence, before a verb of attack, capture or recognition.
_AGENT_CHARS_MAX = 120
_DEED = re.compile(
    r"((?:[^\W\d_][\w'\u2019-]*)(?: [\w'\u2019-]+){0,6}?) (?:have |has |had )?(?:(shell|bomb|attack|captur|seiz|storm|recogni)(?:e?d|e?s|[sz]e[sd]?)"
    r"|(recaptur)e[sd]?|(take|took|taken|takes|retake|retook|retaken|retakes|struck|strikes?|hits?))\b"
)
_DEED_FORMS = dict.fromkeys(
    ("take", "took", "taken", "takes", "retake", "retook", "retaken", "retakes", "seiz", "recaptur"), "captur"
) | dict.fromkeys(("struck", "strike", "strikes", "hit", "hits"), "strike")
_NO_AGENT = re.compile(
    r"\b(?:was|were|is|are|be|been|being|(?<!loyal )(?<!allied )(?<!opposed )(?<!hostile )to|that|which|who|said|says|after|when|as|while|if|denied|(?<!backed )by)\b"
)
_BACKS = re.compile(r"\b(?:pro-|loyal to|allied (?:to|with)|backed by|supporting)")
_OPPOSES = re.compile(r"\b(?:anti-|opposed to|opposing|hostile to|fighting against)")
_PEOPLE = re.compile(r"(?:ish|[^l]ian|ean|ese|can|eli|aqi|eni|udi|ati|ari)$|^(?:French|Greek|Dutch|Swiss|Czech)$")
_COMMON_AGENT = re.compile(r"s$|men$|^(?:Police|Troops|Artillery|It|They|He|She|We|Nobody|Somebody|Army|Militia|Cavalry|People)$")
_LAST = frozenset({"degil", "olmadi", "yok"})
_AGAIN = re.compile(
    r"\b(?:once again|once more|yet again|again|for (?:a|the) (?:second|third|fourth) time|de nouveau|a nouveau|encore une fois"
    r"|(?:bir kez|bir kere) daha|yeniden|tekrar|снова|вновь|опять|повторно|مجددا|مره (?:اخري|ثانيه)|من جديد)\b|再次|再度|又一次"
)
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


def _either(words: str) -> re.Pattern[str]:
    """Compile the words of one side of a conflict."""
    return re.compile("|".join(_beginning(word.removesuffix("$")) + (r"\b" if word.endswith("$") else "") for word in words.split()))


def _beginning(word: str) -> str:
    body = word.replace("_", " ")
    if "\u4e00" <= body[0] <= "\u9fff":
        return body
    return (r"\b[وفبلك]{0,2}(?:ال|ل)?" if "\u0600" <= body[0] <= "\u06ff" else r"\b") + body


_ACTORS = (_either(_STATE), _either(_AGAINST))
_ACTOR_BEGINS = _either(re.sub(r"_\S*", "", f"{_STATE} {_AGAINST}"))  # the first word of either side
_COMPILED = tuple(tuple(_compile(side) for side in line.removeprefix("!").split("|")) for line in _PAIRS.strip().splitlines())
_ANY_SIDE = _compile(re.sub(r"[!|]", " ", _PAIRS))
_UNDOING = tuple(line.startswith("!") for line in _PAIRS.strip().splitlines())


@lru_cache(maxsize=1_000)
def _words(text: str) -> tuple[str, list[str]]:
    """Return a folded sentence and its words, for all that is asked of it one after the other."""
    folded = fold(text)
    return folded, _RUNS.findall(folded)


@lru_cache(maxsize=SENTENCES_KEPT_MAX)
def _sides(text: str) -> Mapping[int, tuple[str, str]]:
    """Return which sides of which pairs a text holds, each with the first word that says so: only of pairs that it holds."""
    found: dict[int, tuple[str, str]] = {}
    for word in _words(text)[1]:
        for pair, (left, right) in _sides_of(word):
            first, second = found.get(pair, ("", ""))
            found[pair] = first or left, second or right
    return found


@lru_cache(maxsize=20_000)
def _sides_of(word: str) -> tuple[tuple[int, tuple[str, str]], ...]:
    """Return the same of one folded word: no entry goes beyond a word, and most words come again and again."""
    if not _stands_in(_ANY_SIDE, word):
        return ()
    sides = (tuple(side.search(word) for side in pair) for pair in _COMPILED)
    return tuple(
        (pair, (left.group() if left else "", right.group() if right else "")) for pair, (left, right) in enumerate(sides) if left or right
    )


def _stands_in(entries: re.Pattern[str], word: str) -> bool:
    """Tell whether one of the entries stands in a folded word: at its beginning, or anywhere in a run of Chinese."""
    return bool(entries.search(word) if _HAN.search(word) else entries.match(word))


def opposed(one: str, other: str) -> str:
    """Return what two like sentences contradict each other in ("opened / closed", "not"), or an empty string."""
    sides, their_sides = _sides(one), _sides(other)
    for pair in sorted(sides.keys() & their_sides.keys()):
        (left, right), (their_left, their_right) = sides[pair], their_sides[pair]
        # What undoes something often names it too: "lifted the curfew that was imposed in May".
        if left and (_UNDOING[pair] or not right) and their_right and not their_left:
            return f"{their_right} -> {left}"
        if right and not left and their_left and not their_right:
            return f"{their_left} -> {right}"
    denied = _denied(one)
    if denied and not _denied(other):
        return f"-> {denied}"
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


@lru_cache(maxsize=SENTENCES_KEPT_MAX)
def _denied(text: str) -> str:
    found = _DENIALS.search(_words(text)[0])
    return found.group() if found else ""


@lru_cache(maxsize=SENTENCES_KEPT_MAX)
def _negated(text: str) -> tuple[str, ...]:
    """Return the content words that stand right after a negation, or right before one in languages that put it last."""
    folded = _words(text)[0]
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


def other_side(one: str, other: str) -> str:
    """Return how two like sentences differ in the side that acts ("rebel -> army"), or an empty string."""
    mine, theirs = _actor(one), _actor(other)
    if mine and theirs and mine[0] != theirs[0]:
        return f"{theirs[1]} -> {mine[1]}"
    return ""


def same_deed(one: str, other: str) -> bool:
    """Tell whether two sentences hold the same side of a pair of opposites: both tell of a taking, an opening, a release."""
    sides, their_sides = _sides(one), _sides(other)
    return any(
        mine and theirs for pair in sides.keys() & their_sides.keys() for mine, theirs in zip(sides[pair], their_sides[pair], strict=True)
    )


def done_again(text: str) -> str:
    """Return the words by which a sentence says that something was done once more, or an empty string."""
    found = _AGAIN.search(fold(text))
    return found.group().strip() if found else ""


def other_agent(one: str, other: str) -> str:
    """Return how the agents of one deed differ in two English clauses ("Turkish troops -> Russian troops", "anti- -> loyal to"), or nothing.

    Only names and who is for or against somebody set agents apart: jets and warplanes may be the same.
    """
    (mine, deed), (theirs, their_deed) = _agent(one), _agent(other)
    if not deed or deed != their_deed:
        return ""
    for_it, for_theirs = _allegiance(mine), _allegiance(theirs)
    names, their_names = _agent_names(mine), _agent_names(theirs)
    if (for_it and for_theirs and for_it != for_theirs) or (names and their_names and not names & their_names):
        return f"{theirs} -> {mine}"
    return ""


@lru_cache(maxsize=SENTENCES_KEPT_MAX)
def _agent(text: str) -> tuple[str, str]:
    """Return who acts in a short active clause, as written, and the beginning of the verb; nothing where that is not plain."""
    found = _DEED.match(text[:_AGENT_CHARS_MAX])
    if not found or _NO_AGENT.search(fold(found[1])):
        return "", ""
    verb = next(group for group in found.groups()[1:] if group)
    return found[1], _DEED_FORMS.get(verb.lower(), verb.lower())


def _allegiance(agent: str) -> str:
    folded = fold(agent)
    return "against" if _OPPOSES.search(folded) else "for" if _BACKS.search(folded) else ""


def _agent_names(agent: str) -> frozenset[str]:
    """Return the beginnings of the names and peoples in an agent; its first word, capitalised anyway, only where it can be told."""
    words = re.findall(r"[^\W\d_]+", agent)
    if words[:1] == ["The"]:
        words = words[1:]
        first = [word for word in words[:1] if word[0].isupper()]
    else:
        first = [word for word in words[:1] if _PEOPLE.search(word) or (len(words) == 1 and not _COMMON_AGENT.search(word))]
    return frozenset(fold(word)[:4] for word in [*first, *words[1:]] if word[0].isupper() and len(word) > 2)


@lru_cache(maxsize=SENTENCES_KEPT_MAX)
def _actor(text: str) -> tuple[int, str] | None:
    """Return the side that acts, 0 for a state's and 1 for those against it, with its word: the agent of a passive, or who is named first."""
    folded, words = _words(text)
    if not any(map(_begins_actor, words)):
        return None
    found = [(match.start(), side, match.group()) for side, match in _actors(folded)]
    found = [one for one in found if not _SPEAKS.match(folded, one[0] + len(one[2]))]
    agents = [
        one for one in found if _BY_BEFORE.search(folded[max(0, one[0] - 24) : one[0]]) or _BY_AFTER.match(folded, one[0] + len(one[2]))
    ]
    if not agents and len({side for _, side, _ in found}) > 1 and _BETWEEN.search(folded):
        return None
    first = min(agents or found, default=None)
    return (first[1], first[2]) if first else None


def _actors(folded: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield the words of either side in a folded sentence, with the side."""
    starts = [run.start() for run in _RUNS.finditer(folded) if _begins_actor(run.group())]
    for side, pattern in enumerate(_ACTORS):
        if _HAN.search(folded):
            yield from ((side, match) for match in pattern.finditer(folded))
            continue
        end = 0
        for start in starts:
            if start >= end and (match := pattern.match(folded, start)):
                yield side, match
                end = match.end()


@lru_cache(maxsize=20_000)
def _begins_actor(word: str) -> bool:
    """Tell whether a folded word may begin the words of a side: asked of a word once, where searching a sentence for all is dear."""
    return _stands_in(_ACTOR_BEGINS, word)


def quantified(one: str, other: str) -> str:
    """Return how the quantity words of two like sentences differ ("most -> all"), or an empty string."""
    mine, theirs = _quantifiers(one), _quantifiers(other)
    if mine and theirs and not mine & theirs:
        return f"{' '.join(sorted(theirs))} -> {' '.join(sorted(mine))}"
    return ""


@lru_cache(maxsize=SENTENCES_KEPT_MAX)
def _quantifiers(text: str) -> frozenset[str]:
    return frozenset().union(*map(_quantifiers_of, _words(text)[1]))


@lru_cache(maxsize=20_000)
def _quantifiers_of(word: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _QUANTIFIER_PATTERNS.items() if pattern.search(word))
