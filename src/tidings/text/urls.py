"""Read, compare and show web addresses. One parser for the whole program: two that disagree are a hole.

The rules follow the WHATWG URL standard where browsers are lenient (backslashes, tabs and line ends, escapes in
host names), and refuse what it would guess (user names in links, `127.1`, `0x7f000001`, control characters).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from pathlib import Path
from urllib.parse import quote, unquote, urljoin

from publicsuffixlist import PSLFILE, PublicSuffixList

URL_CHARS_MAX = 8_192
HOST_CHARS_MAX = 253
DEFAULT_PORTS = {"http": 80, "https": 443}

_EDGES = "".join(map(chr, range(33))) + "\x7f\u00a0\u200b\u2028\u2029\ufeff"
_LINE_ENDS = re.compile(r"[\t\r\n]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"(https?)://", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = "/%:@!$&'()*+,;=~[]|^"
_QUERY_SAFE = "/%:@!$&()*+,;=~[]|^?{}`\\"

_TRACKING_PREFIXES = ("utm_", "at_", "ns_", "pk_", "mtm_", "hsa_", "_hs", "__twitter_")
# fmt: off
_TRACKING = frozenset((
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid",
    "ysclid", "twclid", "ttclid", "igshid", "igsh", "mc_cid", "mc_eid", "mkt_tok",
    "_ga", "_gl", "vero_id", "oly_anon_id", "oly_enc_id", "wickedid", "xtor", "ocid",
    "cmpid", "cmp", "ftag", "ref_src", "ref_url", "smid", "emc", "partner",
    "srsltid", "gad_source", "gad_campaignid", "wt_mc", "wt_zmc", "guccounter", "guce_referrer", "guce_referrer_sig",
    "_branch_match_id", "s_kwcid", "ck_subscriber_id", "traffic_source", "maca", "feedtype", "feedname", "spm", "sr_share", "share_from",
))
# fmt: on
_AMP = frozenset({"amp", "amp=1", "amp=true", "amp=", "outputtype=amp", "output=amp"})
_AMP_HTML = re.compile(r"\.amp\.(html?)$", re.IGNORECASE)
_TWIN_HOSTS = ("www.", "amp.")
_HOME = re.compile(r"(/[a-z]{2}([-_][a-z]{2})?)?(/(index|home|default)(\.[a-z]{1,5})?)?/?", re.IGNORECASE)
_LANGUAGE_KEYS = frozenset({"lang", "language", "hl", "locale"})

_SECRET_NAME = re.compile(
    r"(^|[_\-.])(key|apikey|token|auth|authkey|password|passwd|pwd|pass|secret|sig|signature|session|sessionid|sid|credential|jwt|hmac|login|email)s?"
    r"($|[_\-.])|apikey|accesskey"
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_HEX_SECRET = re.compile(r"[0-9a-fA-F]{32,}")
_LONG_RUN = re.compile(r"[A-Za-z0-9]{20,}")
_SIGNED = re.compile(r"(?<![\w-])(?>[\w-]*?eyJ)[\w-]{10,}+\.")  # looked for once in each run of letters
_USERINFO = re.compile(r"^([a-z][a-z0-9+.-]*:)?([/\\]{2})[^/?#\\]*@", re.IGNORECASE)
HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class WebUrl:
    """Hold an http or https address, taken apart and normalised; `str()` is what is asked for."""

    scheme: str
    host: str  # lower case, ASCII; IPv6 without brackets
    port: int
    path: str  # begins with "/"
    query: str  # without "?"
    userinfo: str = ""  # never part of `str()`

    @property
    def netloc(self) -> str:
        """Return host and, unless it is the scheme's own, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Return scheme, host and port: what answers."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def target(self) -> str:
        """Return path and query: what is asked of it."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def __str__(self) -> str:
        """Write the address without user name and fragment."""
        return self.origin + self.target


def parse(url: str) -> WebUrl | None:
    """Take an absolute http or https address apart; None for everything else."""
    text = _LINE_ENDS.sub("", url.strip(_EDGES))
    if len(text) > URL_CHARS_MAX or _CONTROL.search(text):
        return None
    scheme_match = _SCHEME.match(_forward_slashes(text))
    if not scheme_match:
        return None
    scheme = scheme_match[1].lower()
    rest, _, _ = _forward_slashes(text)[scheme_match.end() :].partition("#")
    rest, _, query = rest.partition("?")
    authority, slash, path = rest.partition("/")
    userinfo, _, host_and_port = authority.rpartition("@")
    host, port = _host_and_port(host_and_port, DEFAULT_PORTS[scheme])
    if not host or not port:
        return None
    try:
        found = WebUrl(scheme, host, port, _without_dots(_escaped(slash + path, _PATH_SAFE)), _escaped(query, _QUERY_SAFE), userinfo)
    except UnicodeEncodeError:  # half a character (a lone surrogate)
        return None
    return found if len(str(found)) <= URL_CHARS_MAX else None  # escapes make it longer


def absolute(base: str, link: str) -> str:
    """Resolve a link against the address of its document; empty unless the result is a web address."""
    if len(link) > URL_CHARS_MAX or len(base) > URL_CHARS_MAX:
        return ""
    try:
        joined = urljoin(base.strip(_EDGES), _forward_slashes(_LINE_ENDS.sub("", link.strip(_EDGES))))
    except ValueError:
        return ""
    return joined_text(parse(joined))


def joined_text(url: WebUrl | None) -> str:
    """Write an address that may be none, or that carries a user name: empty then."""
    return "" if url is None or url.userinfo else str(url)


def is_web(url: str) -> bool:
    """Tell whether this is an absolute http or https address that we would fetch; one with a user name is a trick."""
    return bool(joined_text(parse(url)))


def normalise(url: str) -> str:
    """Return the address to fetch and to show: one spelling, no fragment, no tracking; empty when it is no web address."""
    parts = parse(url)
    if parts is None or parts.userinfo:
        return ""
    return str(WebUrl(parts.scheme, parts.host, parts.port, parts.path, _kept_query(parts.query)))


@lru_cache(maxsize=4096)  # the same feeds run after run
def host_of(url: str) -> str:
    """Return the host of an address; empty where it is no web address."""
    parts = parse(url)
    return parts.host if parts else ""


def identity(url: str) -> str:
    """Return what names the article behind an address, however it was written; not meant to be fetched.

    The http twin, the one with the port written out, with `www.`, with a closing slash and the AMP form are one
    article. The order of the query is kept: some servers read it. Empty when it is no web address.
    """
    parts = parse(url)
    if parts is None or parts.userinfo:
        return ""
    host = parts.host
    while host.startswith(_TWIN_HOSTS) and "." in host[4:]:
        host = host[4:]
    port = 443 if parts.port in DEFAULT_PORTS.values() else parts.port
    path = parts.path.rstrip("/")
    while path.count("/") > 1 and path.lower().endswith(("/amp", ".amp")):
        path = path[:-4].rstrip("/")
    path = _AMP_HTML.sub(r".\1", path)
    if path.lower().startswith("/amp/") and path.count("/") > 1:
        path = path[4:]
    query = "&".join(piece for piece in _kept_query(parts.query).split("&") if piece.lower() not in _AMP)
    return str(WebUrl("https", host, port, path or "/", query))


def is_home(url: str) -> bool:
    """Tell whether an address is a site's front page (where soft 404s lead), in whatever language."""
    parts = parse(url)
    if parts is None or not _HOME.fullmatch(parts.path):
        return False
    return all(piece.partition("=")[0].lower() in _LANGUAGE_KEYS for piece in _kept_query(parts.query).split("&") if piece)


@cache
def _rules() -> Mapping[str, Sequence[str]]:
    """Return the rules of each top-level domain, from the list that comes with the package: nothing is downloaded."""
    found: dict[str, list[str]] = {}
    for line in Path(PSLFILE).read_text(encoding="utf-8").splitlines():
        found.setdefault(line.strip().rpartition(".")[2], []).append(line)
    return found


def _ascii(label: str) -> str:
    try:
        return label if label.isascii() else label.encode("idna").decode()
    except UnicodeError:  # no name of a domain: a comment of the list, or a host that is none
        return label


@lru_cache(maxsize=2_000)  # of outside names: more than there are
def _suffixes(top: str) -> PublicSuffixList:
    """Return the rules for names under a top-level domain: to understand all ten thousand takes longer than the rest of a command's start."""
    return PublicSuffixList(_rules().get(_as_listed(top), ()))


def _as_listed(top: str) -> str:
    """Return a top-level domain in the letters of the list: to write those of the whole list in ASCII takes longer than to read it."""
    try:
        return top.encode().decode("idna") if top.startswith("xn--") else top
    except UnicodeError:
        return top


def registrable_domain(host: str) -> str:
    """Return the domain somebody registered: `news.example.co.uk` gives `example.co.uk`.

    IP addresses, single names and public suffixes themselves come back as they are (in lower case).
    """
    name = _host_name(host) or host.strip().lower()
    if ":" in name or "." not in name or _NUMBER.fullmatch(name.rpartition(".")[2]):
        return name
    return str(_suffixes(_ascii(name.removesuffix(".").rpartition(".")[2])).privatesuffix(name) or name)


def without_secrets(url: str) -> str:
    """Return an address that may be shown: no user name, no fragment, no values that look like keys. Works on any text."""
    text = url.strip(_EDGES)
    if "@" in text.partition("?")[0] and parse(text) is None:
        return HIDDEN  # a password with a slash in it would look like a path
    text = _USERINFO.sub(r"\1\2", text.partition("#")[0])
    head, mark, query = text.partition("?")
    return head + mark + "&".join(map(_without_secret, query.split("&")))


def _without_secret(piece: str) -> str:
    name, equals, value = piece.partition("=")
    if not equals:
        return HIDDEN if _looks_secret(unquote(name)) else piece
    plain_name = _HUMP.sub("_", unquote(name)).lower()
    return f"{name}={HIDDEN}" if value and (_SECRET_NAME.search(plain_name) or _looks_secret(unquote(value))) else piece


def _looks_secret(value: str) -> bool:
    mixed = any(all(any(map(kind, run)) for kind in (str.isdigit, str.islower, str.isupper)) for run in _LONG_RUN.findall(value))
    return mixed or bool(_HEX_SECRET.search(value) or _SIGNED.search(value))


def _forward_slashes(text: str) -> str:
    """Turn backslashes before query and fragment round, as browsers do."""
    end = min((at for at in (text.find("?"), text.find("#")) if at >= 0), default=len(text))
    return text[:end].replace("\\", "/") + text[end:]


def _host_and_port(text: str, default_port: int) -> tuple[str, int]:
    """Split `host:port`; an empty host or a port of 0 means that it is wrong."""
    if text.startswith("["):
        literal, bracket, port = text[1:].partition("]")
        host = _ipv6(literal) if bracket and (not port or port.startswith(":")) else ""
        port = port[1:]
    else:
        name, _, port = text.partition(":")
        host = _host_name(name)
    if not port:
        return host, default_port
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else 0
    return host, number if number < 65_536 else 0


def _ipv6(text: str) -> str:
    try:
        address = IPv6Address(text)
    except AddressValueError:
        return ""
    return "" if address.scope_id else str(address)


def _host_name(text: str) -> str:
    """Return a host name in lower-case ASCII, or empty when it is none.

    IDNA 2003, from the standard library. A name that ends in a number is an IPv4 address in its usual form, or nothing.
    """
    if not text or len(text) > HOST_CHARS_MAX:
        return ""
    try:
        name = unquote(text, errors="strict").encode("idna").decode("ascii") if "%" in text or not text.isascii() else text
    except UnicodeError:
        return ""
    name = name.lower().removesuffix(".")
    if len(name) > HOST_CHARS_MAX or not _HOST.fullmatch(name):
        return ""
    if not _NUMBER.fullmatch(name.rpartition(".")[2]):
        return name
    try:
        return str(IPv4Address(name))
    except AddressValueError:
        return ""


def _escaped(text: str, safe: str) -> str:
    """Escape what must be, and write every escape the same way (RFC 3986, 6.2.2)."""
    return _ESCAPE.sub(_one_escape, quote(text, safe=safe))


def _one_escape(match: re.Match[str]) -> str:
    sign = chr(int(match[1], 16))
    return sign if sign in _UNRESERVED else match[0].upper()


def _without_dots(path: str) -> str:
    """Resolve `.` and `..` (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    pieces = path.split("/")[1:]
    for piece in pieces:
        if piece == "..":
            del kept[-1:]
        elif piece != ".":
            kept.append(piece)
    if pieces and pieces[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _kept_query(query: str) -> str:
    """Drop the parameters that only say where a click came from."""
    return "&".join(piece for piece in query.split("&") if piece and not _is_tracking(piece))


def _is_tracking(piece: str) -> bool:
    name = unquote(piece.partition("=")[0]).lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)
