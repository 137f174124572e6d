"""Find and read Chinese numerals, which stand in the middle of words that no space parts.

A numeral counts something when a counter word follows it ("九人", "三家"), so that "一些" and "第二" give no number.
"""

import re
from collections.abc import Sequence

from tidings.text.tokens import Token, adjacent

_HAN_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1_000}
_HAN_SCALES = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}


def han_value(run: str) -> float | None:
    """Read a Chinese numeral ("一千二百", "三万", "二〇一八"); None when its parts make no number."""
    if len(run) > 1 and all(char in _HAN_DIGITS for char in run):
        return float("".join(str(_HAN_DIGITS[char]) for char in run)) if len(run) > 2 else None
    total = section = digit = 0
    unit = 1
    for at, char in enumerate(run):
        if char in _HAN_DIGITS:
            if digit:
                return None
            digit = _HAN_DIGITS[char]
            short = at == len(run) - 1 and at > 0 and digit and unit >= 100 and run[at - 1] not in "零〇"
            digit *= unit // 10 if short else 1
        elif char in _HAN_UNITS:
            unit = _HAN_UNITS[char]
            section, digit = section + (digit or 1) * unit, 0
        else:
            unit = _HAN_SCALES[char]
            if not (section + digit or total):
                return None
            total, section, digit = (
                (total + section + digit) * unit if unit > 10**4 or not total else total + (section + digit) * unit,
                0,
                0,
            )
    return float(total + section + digit)


_COUNTERS = frozenset(
    "人名个個位家间間所座处處条條辆輛架艘枚发發起场場头頭只隻匹件户戶口具支批份台套项項万萬亿億千百多余餘成栋棟幢顶頂村国國省市县縣州镇鎮岁歲年"
    "天夜周小分秒级級次届屆倍度公米块塊张張片棵部船机機车車元美欧歐英日吨噸",
)
_VAGUE = re.compile("(?:数|數|几|幾|上|成百上|成千上|好几)[十百千万萬亿億]{1,2}|十(?:几|幾)")
_PARTS = re.compile(f"{_VAGUE.pattern}|[〇零一二两兩三四五六七八九十百千万萬亿億]{{1,24}}")
_SCALE = re.compile("[百千万萬亿億]{1,2}")
_ROUNDED = frozenset("近逾超约約达達")
_MORE = frozenset("多余餘成")
ORDINALS = ("第", "初", "星期", "周", "礼拜", "週")


def split_numerals(tokens: Sequence[Token]) -> list[Token]:
    """Part numerals from the words around them: "造成九人死亡" gives 造成, 九 (kind "han"), 人死亡; vague counts get the kind "vague"."""
    split: list[Token] = []
    for token in tokens:
        if token.kind != "word" or token.text.isascii():
            split.append(token)
            continue
        after_number = bool(split) and split[-1].kind == "number" and adjacent(split[-1], token)
        scale = _SCALE.match(token.text) if after_number else None
        split += _pieces(token, scale.end() if scale else 0, after_number=after_number)
    return split


def _pieces(token: Token, at: int, *, after_number: bool) -> list[Token]:
    """Cut one token; its first `at` characters are the scale of the digits before it."""
    text = token.text
    found = [_cut(token, 0, at, "word")] if at else []
    at = _more(token, at, found) if after_number else at
    for match in _PARTS.finditer(text, at):
        kind = _kind(text, match)
        if not kind or match.start() < at:
            continue
        if match.start() > at:
            found.append(_cut(token, at, match.start(), "word"))
        found.append(_cut(token, match.start(), match.end(), kind))
        at = _more(token, match.end(), found)
    if at < len(text):
        found.append(_cut(token, at, len(text), "word"))
    return found


def _more(token: Token, at: int, found: list[Token]) -> int:
    """Cut off what belongs to a number right after it: "多", and "成" for tenths."""
    if at < len(token.text) and token.text[at] in _MORE:
        found.append(_cut(token, at, at + 1, "word"))
        scale = _SCALE.match(token.text, at + 1)
        if scale and token.text[at] != "成":
            found.append(_cut(token, at + 1, scale.end(), "word"))
            return scale.end()
        if token.text[at] == "成" and token.text[at + 1 : at + 2] in _HAN_DIGITS:
            found.append(_cut(token, at + 1, at + 2, "word"))
            return at + 2
        return at + 1
    return at


def _cut(token: Token, start: int, end: int, kind: str) -> Token:
    return Token(token.text[start:end], token.lower[start:end], token.start + start, token.start + end, kind)


def _kind(text: str, match: re.Match[str]) -> str:
    """Tell a numeral that counts ("han"), a vague count ("vague"), or neither ("")."""
    run, before, after = match.group(), text[: match.start()], text[match.end() : match.end() + 2]
    counted = after[:1] in _COUNTERS if after else False
    if _VAGUE.fullmatch(run):
        return "vague" if counted else ""
    value = han_value(run)
    if value is None or before.endswith(ORDINALS) or after[:1] in {"月", "日", "号", "號", "大"}:
        return ""
    if run == "一":
        return "han" if after in {"人", "名"} or (after[:1] in {"人", "名"} and after[1:2] not in {"些", "为"}) else ""
    if len(run) == 1 and run in "百千万萬亿億":
        return "han" if counted and before[-1:] in _ROUNDED else ""
    if all(char in _HAN_DIGITS for char in run) and len(run) > 1:
        return "han" if after[:1] == "年" else ""
    return "han" if counted or (len(run) > 1 and run != "千万") else ""


def tenths(tokens: Sequence[Token], at: int) -> tuple[float, int]:
    """Read what "成" adds at `at`: "六成二" is 62 per cent; returns the digit after it and the index after both."""
    digit = _HAN_DIGITS.get(tokens[at + 1].text, 0) if at + 1 < len(tokens) and adjacent(tokens[at], tokens[at + 1]) else 0
    return float(digit), at + 1 + bool(digit)
