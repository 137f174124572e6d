"""Turn the bytes of a page into text: byte-order mark, UTF-8 if it is valid, the declared charset, a guess."""

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_IN_META = re.compile(
    rb"<meta[^<>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})|<\?xml[^<>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE
)
# Python knows "encodings" that are programs (idna, unicode_escape, zip): only charsets of the web pass.
_OF_THE_WEB = re.compile(
    r"(?:utf-?(?:8|16)|iso-?8859|latin|windows|cp\d|gb|big5|euc|shift|sjis|koi8|mac|tis|ks_c|iso-2022)[\w:-]*", re.IGNORECASE
)
# what browsers read under these names (WHATWG Encoding Standard)
_READ_AS = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "tis-620": "cp874",
}
_SEVEN_BIT = ("iso-2022", "utf-16", "utf16", "hz")
_META_BYTES = 4096
_GUESS_BYTES = 16_384
_GUESS_LETTERS_MIN = 24  # from fewer bytes beyond ASCII every guess is as good as another


def decode(body: bytes, content_type: str = "") -> str:
    """Decode a page; never fails: bytes that fit nothing become U+FFFD."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = _declared(body, content_type)
    if not declared.startswith(_SEVEN_BIT):
        try:
            return body.decode("utf-8")  # valid UTF-8 is hardly ever anything else, whatever is declared
        except UnicodeDecodeError:
            pass
    for encoding in filter(None, (declared, _guess(body) if not declared else "")):
        return body.decode(encoding, "replace")
    return body.decode("cp1252", "replace")


def _declared(body: bytes, content_type: str) -> str:
    in_header = _IN_HEADER.search(content_type)
    if in_header and (encoding := _known(in_header[1])):
        return encoding
    in_meta = _IN_META.search(body[:_META_BYTES])
    return _known((in_meta[1] or in_meta[2]).decode("ascii", "ignore")) if in_meta else ""


def _known(name: str) -> str:
    name = _READ_AS.get(name.lower(), name.lower())
    if not _OF_THE_WEB.fullmatch(name):
        return ""
    try:
        codecs.lookup(name)
    except LookupError:
        return ""
    return name


def _guess(body: bytes) -> str:
    sample = body[:_GUESS_BYTES]
    if sum(byte > 0x7F for byte in sample) < _GUESS_LETTERS_MIN:
        return ""
    best = from_bytes(sample).best()
    return _known(best.encoding.replace("_", "-")) if best else ""
