"""Checks of single values: a term, a URL, an address. Each raises `Wrong` with what was expected."""

import re
from datetime import date
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic_core import PydanticCustomError

from tidings.config.languages import CODES, nearest_code
from tidings.stages.due import WEEKDAYS
from tidings.text.fold import fold
from tidings.text.function_words import FUNCTION_WORDS
from tidings.text.urls import registrable_domain

URL_CHARS_MAX = 2_000
TERM_CHARS_MAX = 80
ENV_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
ENV_REFERENCE = re.compile(r"\$\{([A-Z_][A-Z0-9_]*)\}")
_FASTEMBED = re.compile(r"fastembed:[A-Za-z0-9][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9][A-Za-z0-9._-]{0,95})?")
_QUIET = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)")
_DOMAIN = re.compile(r"(?=.{3,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_IP_PORT = re.compile(r"((?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-f:]+\]):(\d{1,5})")
# Query keys that carry access rights in feeds seen in the wild. The value must then come from the environment.
_TOKEN_KEY = re.compile(
    r"(?i)(^|[_\-.])(key|apikey|token|auth|password|passwd|pwd|pass|secret|sig|signature|session|sid|credential)s?($|[_\-.])|apikey"
)
_SECRET_KEY = re.compile(r"(?i)(^|[_-])(passwords?|passwd|pass|secrets?|tokens?|api_?keys?|webhook(_url)?|credentials?)$")
# Scripts in which one sign is a syllable or a word, so that two signs already name something.
_JOINERS = re.compile("[\u200c\u200d]")  # ordinary spelling in Persian, though not printable
_LIST = re.compile(r" AND | OR |[|;]")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def wrong(expected: str, *, secret: bool = False, nearest: str = "") -> PydanticCustomError:
    """Make the error of a value that is not as expected; with `secret` the value is never shown; `nearest` is what may be meant."""
    return PydanticCustomError("secret" if secret else "wrong", "{expected}", {"expected": expected, "nearest": nearest})


def language(value: str) -> str:
    """Accept the code of a language that there is."""
    if value not in CODES:
        raise wrong("the code of a language in two small letters (ISO 639), such as en, ar, tr, zh, ru, fr", nearest=nearest_code(value))
    return value


def country(value: str) -> str:
    """Accept two capital letters, but not those that only look like a country's code."""
    if not re.fullmatch("[A-Z]{2}", value) or value == "UK":
        raise wrong("two capital letters such as GB (ISO 3166)", nearest="GB" if value.upper() == "UK" else "")
    return value


def folder(value: str) -> str:
    """Accept a path as it is."""
    if not value.strip() or value.startswith("~") or "$" in value or not value.isprintable():
        raise wrong("the path of a folder, written out: ~ and $ are not replaced")
    return value


def folder_or_none(value: str) -> str:
    """Accept a path as it is, or nothing."""
    return folder(value) if value else value


def meaning_model(value: str) -> str:
    """Accept `off`, `use` or one of fastembed's models, by its name there."""
    if value not in {"off", "use"} and not _FASTEMBED.fullmatch(value):
        nearest = "off" if value.lower() in {"", "none", "no", "false"} else ""
        raise wrong("off, use, or fastembed: with the name of a model, such as fastembed:owner/model", nearest=nearest)
    return value


def mail_host(value: str) -> str:
    """Accept the name or address of a host."""
    if not re.fullmatch(r"[A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:]{2,45}", value):
        named = re.sub(r"^[a-z]+://|:\d+$|/.*$", "", value)
        raise wrong("the name of a host, without scheme and port", nearest=named if re.fullmatch(r"[A-Za-z0-9.-]+", named) else "")
    return value


def day(value: date) -> date:
    """Accept a day of our times."""
    if not 1900 <= value.year <= 2100:
        raise wrong("a day between 1900 and 2100")
    return value


def term(value: str) -> str:
    """Accept a word or phrase to look for, with `*` for any ending and only there."""
    stem = value.removesuffix("*")
    if stem != stem.rstrip() and "*" not in stem and value != stem:
        raise wrong("'*' right after a letter: it stands for any ending of that word")
    if _LIST.search(value):
        raise wrong("one term, as it stands in a text: write others as strings of their own")
    if "*" in stem:
        raise wrong("'*' only as the last character of a term")
    if value != value.strip() or not _JOINERS.sub("", value).isprintable():
        raise wrong("a term without spaces at its ends and without control characters")
    if len(value) > TERM_CHARS_MAX:
        raise wrong(f"a term of at most {TERM_CHARS_MAX} characters")
    if not any(sign.isalpha() for sign in stem):
        raise wrong("a term with letters: this one would match nothing or everything")
    letters = sum(sign.isalpha() for sign in stem)
    if letters < 2:
        raise wrong("a term of at least two letters")
    if value == stem and all(word in FUNCTION_WORDS for word in fold(value).split()):
        raise wrong("a term that says something: this one, in any case of its letters, stands in every text")
    if value != stem and letters < 3 and not _DENSE.search(stem):
        raise wrong("at least three letters before '*': this term would match far too much")
    return value


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise wrong("a URL with a valid host and port", secret="@" in url) from None
    return parts


def url(value: str) -> str:
    """Accept an http or https URL whose secrets, if any, are `${ENV}` references."""
    if len(value) > URL_CHARS_MAX:
        raise wrong(f"a URL of at most {URL_CHARS_MAX} characters", secret=True)
    # References are judged as opaque: any value may stand there, and it is judged again once it is known.
    opaque = ENV_REFERENCE.sub("ENV_REFERENCE", value)
    if "${" in opaque:
        raise wrong("${NAME} with a name of capital letters, digits and _", secret=True)
    parts = _split(opaque)
    userinfo, at, _ = parts.netloc.rpartition("@")
    if at and any(piece not in ("", "ENV_REFERENCE") for piece in userinfo.split(":")):
        raise wrong("no user or password in the file: write them as ${ENV}", secret=True)
    for key, piece in parse_qsl(parts.query, keep_blank_values=True):
        if _TOKEN_KEY.search(key) and piece not in ("", "ENV_REFERENCE"):
            raise wrong(f"no secret in the file: write the value of '{key}' as ${{ENV}}", secret=True)
    return _plain(value, parts)


def resolved_url(value: str) -> str:
    """Accept a URL in which the references are already replaced by their values."""
    return _plain(value, _split(value))


def _plain(value: str, parts: SplitResult) -> str:
    if any(sign.isspace() or not sign.isprintable() or sign == "\\" for sign in value):
        raise wrong("a URL without spaces, control characters and backslashes")
    if parts.scheme not in ("http", "https"):
        raise wrong("a URL that starts with http:// or https://")
    if not parts.hostname:
        raise wrong("a URL with a host")
    if "#" in value:
        raise wrong("a URL without '#': a fragment is never sent to the server")
    return value


def domain(value: str) -> str:
    """Accept a bare lower-case domain such as bbc.co.uk."""
    if not _DOMAIN.fullmatch(value):
        raise wrong("a bare domain in lower case, such as bbc.co.uk", nearest=value.lower() if _DOMAIN.fullmatch(value.lower()) else "")
    if registrable_domain(value) != value:
        raise wrong("a domain as it was registered: all hosts below it are meant", nearest=registrable_domain(value))
    return value


def ip_port(value: str) -> str:
    """Accept one exact address and port, never a range."""
    match = _IP_PORT.fullmatch(value)
    if not match or not 0 < int(match[2]) < 65_536 or any(int(part) > 255 for part in re.findall(r"\d+", match[1]) if "." in match[1]):
        raise wrong("one exact address and port, such as 127.0.0.1:8080")
    return value


def proxy(value: str) -> str:
    """Accept nothing, `direct`, or the exact address and port of a proxy that can be one."""
    if value in ("", "direct"):
        return value
    expected = '"direct", or one exact address and port of an HTTP proxy, such as "192.168.0.1:3128"'
    try:
        address = ip_address(ip_port(value).rpartition(":")[0].strip("[]"))
    except (PydanticCustomError, ValueError):
        raise wrong(expected, secret="@" in value) from None
    if address.is_multicast or address.is_unspecified or address.is_link_local or (address.is_reserved and not address.is_loopback):
        raise wrong(expected)
    return value


def fingerprint(value: str) -> str:
    """Accept the SHA-256 of a certificate as programs write it, with or without colons; return it as small hexadecimal digits."""
    digits = value.replace(":", "").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise wrong("the SHA-256 of a certificate: 64 hexadecimal digits")
    return digits


def time_zone(value: str) -> str:
    """Accept the name of a time zone."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # not found, a path outside the zones, the name of a folder
        raise wrong("the name of a time zone, such as UTC or Europe/Istanbul", nearest=_zone(value)) from None
    return value


def weekday(value: str) -> str:
    """Accept a weekday in three small letters."""
    if value not in WEEKDAYS:
        near = value.strip().lower()[:3]
        raise wrong(f"a weekday: {', '.join(WEEKDAYS)}", nearest=near if near in WEEKDAYS else "")
    return value


def quiet(value: str) -> str:
    """Accept two times of day with a hyphen between them, or nothing."""
    found = _QUIET.fullmatch(value)
    if value and not found:
        raise wrong('two times of day such as "22:00-07:00", or "" for none')
    if found and found[1] == found[2]:
        raise wrong('two different times of day, such as "22:00-07:00": for a whole day leave it out of `days`')
    return value


def _zone(written: str) -> str:
    """Return the zone whose name, or whose city, differs from what is written in its letters' case only."""
    plain = written.strip().lower().replace(" ", "_")
    found = [name for name in sorted(available_timezones()) if plain and plain in (name.lower(), name.lower().rpartition("/")[2])]
    return next((name for name in found if name.startswith("Europe/")), found[0] if found else "")


def address(value: str) -> str:
    """Accept one mail address in plain ASCII; it is never shown, not even when wrong."""
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}", value):
        raise wrong("one mail address, such as desk@example.org", secret=True)
    return value


SLACK_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")
SLACK_APIS = ("https://slack.com/api", "https://slack-gov.com/api")
_SLACK_PATH = re.compile(r"/services/.+")
_SLACK_TOKEN = re.compile(r"[A-Za-z0-9._-]{8,400}")


def slack_webhook(value: str) -> str:
    """Accept the URL of an incoming webhook: at Slack over TLS, or on this machine (tests); it is never shown."""
    expected = f"the URL of an incoming webhook, https://{SLACK_HOSTS[0]}/services/... (a workflow's, /triggers/..., takes no digest)"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise wrong(expected, secret=True) from None
    at_slack = parts.scheme == "https" and parts.hostname in SLACK_HOSTS and port in (None, 443) and _SLACK_PATH.fullmatch(parts.path)
    plain = value.isascii() and value.isprintable() and " " not in value and "@" not in parts.netloc and not parts.fragment
    if not plain or len(value) > URL_CHARS_MAX or not (at_slack or _is_loopback(parts)):
        raise wrong(expected, secret=True)
    return value


def base_url(value: str) -> str:
    """Accept where a site is found, or nothing: what stands after it is a path of ours."""
    if not value:
        return value
    if "${" in value or "?" in value or "#" in value or "@" in _split(value).netloc:
        raise wrong("the address of a folder without user, password, ? and #, such as https://desk.example/tidings", secret="@" in value)
    return url(value).rstrip("/")


def slack_api(value: str) -> str:
    """Accept the base of Slack's API, or one on this machine (tests)."""
    if value not in SLACK_APIS and not _is_loopback(_split(value)):
        raise wrong(f"{' or '.join(SLACK_APIS)}: the token goes to nobody else")
    return value.rstrip("/")


def slack_token(value: str) -> str:
    """Accept what may be a token of Slack's; it is never shown."""
    if not _SLACK_TOKEN.fullmatch(value):
        raise wrong("a token of Slack, such as xoxb-...", secret=True)
    return value


def _is_loopback(parts: SplitResult) -> bool:
    """Tell whether a URL names this machine by its address: a name could lead anywhere."""
    return parts.scheme in ("http", "https") and parts.hostname in ("127.0.0.1", "::1")


def file_name(value: str) -> str:
    """Accept a path below the configuration folder."""
    if not value or value.startswith(("/", "\\", "~")) or ".." in re.split(r"[/\\]", value) or not value.isprintable():
        raise wrong("a path below the configuration folder, such as seeds/first.txt")
    return value


def is_secret_key(key: str) -> bool:
    """Tell whether a key, by its name, holds a secret literally (`password`, but not `password_env`)."""
    return bool(_SECRET_KEY.search(key))
