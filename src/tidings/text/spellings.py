"""Say how a value may be spelled where programs escape it: in addresses, in HTML and XML, in JSON, and in one within the other."""

import json
import re
from functools import cache
from html import escape
from html.entities import html5
from urllib.parse import quote, quote_plus, unquote, unquote_plus

_PATH = "/%:@!$&'()*+,;=~[]|^"  # what `urls` leaves as it is
_QUERY = "/%:@!$&()*+,;=~[]|^?{}`\\"
_AGAIN = "{0,3}"  # how often an escape may have been escaped itself


def spellings(value: str) -> dict[str, str]:
    """Return the usual spellings of a value by a short name; `""` is the value itself. Each can be written back exactly."""
    quoted, in_json = _quoted(value, ""), json.dumps(value)[1:-1]
    return {
        "": value,
        "%": quoted,
        "&": escape(value),
        ":path": _quoted(value, _PATH),
        ":query": _quoted(value, _QUERY),
        ":slash": _quoted(value, "/"),
        ":form": quote_plus(value, errors="surrogateescape"),
        ":lower": re.sub(r"%..", lambda found: found[0].lower(), quoted),
        ":twice": _quoted(quoted, ""),
        ":json": in_json,
        ":script": in_json.replace("/", "\\/"),
        ":text": json.dumps(value, ensure_ascii=False)[1:-1].replace("/", "\\/"),
        ":decoded": unquote(value),
        ":plain": unquote_plus(value),
    }


def pattern_of(value: str) -> str:
    """Return a regular expression for every spelling of a value, mixed ones too: any sign but an ASCII letter or digit may be escaped.

    A value that is itself escaped is found decoded as well. Groups nothing; fits text, and (encoded) bytes in UTF-8.
    """
    meant = dict.fromkeys((value, unquote(value, errors="replace"), unquote_plus(value, errors="replace")))
    return "|".join("".join(map(_sign, each)) for each in meant)


def anchor_of(value: str) -> str:
    """Return the longest part of a value that every spelling has as it is: where it is not, the value is not."""
    return max(re.findall(r"[A-Za-z0-9]+", re.sub(r"%[0-9A-Fa-f]{2}", "%", value).replace("%", " ")), key=len, default="")


@cache
def _sign(sign: str) -> str:
    if sign.isascii() and sign.isalnum():
        return sign
    data = sign.encode("utf-8", "surrogateescape" if "\udc80" <= sign <= "\udcff" else "replace")
    percent = "".join(f"%(?:25){_AGAIN}(?i:{byte:02x})" for byte in data)
    wide = sign.encode("utf-16-be", "surrogatepass").hex()
    in_json = "".join(rf"\\{{1,4}}u(?i:{wide[at : at + 4]})" for at in range(0, len(wide), 4))
    names = "|".join((f"#0{{0,6}}{ord(sign)}", f"#[xX]0{{0,6}}(?i:{ord(sign):x})", *_names().get(sign, ())))
    in_html = f"&(?:amp;){_AGAIN}(?:{names});?"
    plus = r"|\+" if sign == " " else ""
    return rf"(?:\\{{0,4}}{re.escape(sign)}|{percent}|{in_html}|{in_json}{plus})"


@cache
def _names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name, sign in html5.items():
        if name.endswith(";"):
            names.setdefault(sign, []).append(name[:-1])
    return names


def _quoted(text: str, safe: str) -> str:
    return quote(text, safe=safe, errors="surrogateescape")  # variables of the environment may hold any bytes
