"""Prove that a secret of an address is hidden however a program escapes it, and comes back."""

import json
import re
from html import escape
from urllib.parse import quote, quote_plus, unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.recording.secrets import Secrets
from tidings.text.urls import parse

VALUES = ('ab/cd+ef==gh"ij', "KEYTWO/9x+yZ==q", "pässword/77é", "a b&c<d>'e\\f{g}", "k%2Fz%3D%3Dq", "sm😀ile/1")
ENTITIES = {"/": "&sol;", "+": "&plus;", "=": "&equals;"}
SPELLERS = {
    "as it is": lambda value: value,
    "our own path": lambda value: str(parse("https://x.example/" + value.replace("\\", "/"))),
    "our own query": lambda value: str(parse("https://x.example/?key=" + value)),
    "quoted": lambda value: quote(value, safe=""),
    "quoted but slashes": lambda value: quote(value, safe="/"),
    "as a form": quote_plus,
    "lower case": lambda value: re.sub("%..", lambda found: found[0].lower(), quote(value, safe="")),
    "decoded as a form": unquote_plus,
    "quoted twice": lambda value: quote(quote(value, safe=""), safe=""),
    "html": escape,
    "html twice": lambda value: escape(escape(value)),
    "decimal references": lambda value: "".join(one if one.isalnum() else f"&#{ord(one)};" for one in value),
    "padded references": lambda value: "".join(one if one.isalnum() else f"&#x{ord(one):04x};" for one in value),
    "named references": lambda value: "".join(ENTITIES.get(one, one) for one in value),
    "json": lambda value: json.dumps(value)[1:-1],
    "json with slashes": lambda value: json.dumps(value)[1:-1].replace("/", "\\/"),
    "json in json": lambda value: json.dumps(json.dumps(value).replace("/", "\\/"))[3:-3],
    "json escapes": lambda value: "".join(one if one.isascii() and one.isalnum() else f"\\u{ord(one):04X}" for one in value),
    "mixed": lambda value: value.replace("/", "%2f", 1).replace("=", "&#61;", 1),
}


@pytest.mark.parametrize("spell", SPELLERS.values(), ids=SPELLERS)
@pytest.mark.parametrize("value", VALUES)
def test_every_spelling_is_hidden(value, spell):
    """Nothing of a value is left, in text and in bytes, whoever escaped it and how."""
    if "\\u" in spell("/") and ord(max(value)) > 0xFFFF:
        pytest.skip("needs a pair")
    if spell is SPELLERS["our own path"] and "\\" in value:
        pytest.skip("our own addresses have no backslash in the path")
    secrets = Secrets({"KEY": value})
    said = f"<a>{spell(value)}</a>"
    hidden = secrets.hide(said)
    assert "${KEY" in hidden
    assert hidden.count("$") == 1
    assert len(hidden) <= len("<a>https://x.example/?key=${KEY:decoded}</a>")
    assert secrets.hide_bytes(said.encode()) == hidden.encode()


NAMED = [name for name in SPELLERS if name not in ("mixed", "html twice", "json in json", "json escapes") and "references" not in name]


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("value", VALUES)
def test_usual_spellings_come_back(value, name):
    """What was hidden in a usual spelling is filled in again in the very same."""
    if name == "our own path" and "\\" in value:
        pytest.skip("our own addresses have no backslash in the path")
    secrets, said = Secrets({"KEY": value}), f"<a>{SPELLERS[name](value)}</a>"
    assert secrets.fill(secrets.hide(said)) == said
    assert secrets.fill_bytes(secrets.hide_bytes(said.encode())) == said.encode()


def test_a_value_is_not_looked_for_in_a_mark():
    """One value that is part of another's name, and one that is part of another, do not spoil the mark."""
    secrets = Secrets({"KEY": "abcdef/1", "OTHER": "KEY", "PART": "abc"})
    assert secrets.hide("abcdef/1 KEY abc") == "${KEY} ${OTHER} ${PART}"
    assert secrets.fill("${KEY} ${OTHER} ${PART}") == "abcdef/1 KEY abc"


@given(value=st.binary(min_size=6, max_size=20), around=st.binary(max_size=40))
def test_any_value_in_any_bytes(value, around):
    """Whatever bytes a value and a body hold, the value is found, and filling undoes the hiding."""
    secrets = Secrets({"KEY": value.decode("utf-8", "surrogateescape")})
    data = around + b" " + value + b" " + around
    if b"${" not in data:
        hidden = secrets.hide_bytes(data)
        assert b"${KEY" in hidden
        assert b" " + value + b" " in secrets.fill_bytes(hidden)
