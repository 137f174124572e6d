"""Turn a sentence into comparable terms: folded, stemmed, without function words; and into names.

A term is a stem for languages written with spaces, a pair of characters for Chinese and Japanese. Stemming by
Snowball (PyStemmer); Turkish and Russian endings fall off well enough with it to match a sentence
with its own repetition, which is all that is asked here.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

from tidings.text.fold import fold
from tidings.text.function_words import FUNCTION_WORDS, NUMBER_WORDS

KNOWN_MAX = 100_000  # words of a language whose terms are remembered
SENTENCE_CHARS_MAX = 1_200  # of longer texts nothing is remembered
SENTENCES_KEPT_MAX = 5_000
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff"
_LETTERS = rf"[^\W\d_{_HAN}]+"
_TOKEN = re.compile(rf"\d[\d.,]*\d|\d|[{_HAN}]+|{_LETTERS}(?:'{_LETTERS})?")
_PLAIN_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[0-9][0-9.,]*[0-9]|[0-9]")  # the same in folded ASCII
_SEPARATORS = re.compile(r"[.,](?=\d{3}(?:\D|$))")
_STEMMED = {
    "en": "english",
    "fr": "french",
    "ru": "russian",
    "tr": "turkish",
    "ar": "arabic",
    "de": "german",
    "es": "spanish",
    "it": "italian",
}
_ARABIC_PREFIX = re.compile(r"^(?:[وف])?(?:ال|بال|كال|لل|[بلك](?=\w{4}))(?=\w{3})")
# Steps over what is no word and over words in small letters, so that only the others are looked at one by one.
_WORD = re.compile(rf"(?:[a-z][\w'’]*+|[\W\d_{_HAN}])*+([^\W\d_{_HAN}][\w'’]*)?")


def tokens(text: str) -> list[str]:
    """Return the folded words of a text in order; a run of Han characters gives its character pairs."""
    folded = fold(text)
    if folded.isascii():  # what begins before a colon is a number
        return [word if word > ":" else _SEPARATORS.sub("", word) for word in _PLAIN_TOKEN.findall(folded)]
    result: list[str] = []
    for token in _TOKEN.findall(folded):
        first = token[0]
        if first.isdigit():
            result.append(_SEPARATORS.sub("", token))
        elif "\u3040" <= first <= "\u9fff" or "\uf900" <= first <= "\ufaff":
            result.extend(token[i : i + 2] for i in range(max(1, len(token) - 1)))
        else:
            result.append(token)
    return result


def terms(text: str, language: str = "en") -> list[str]:
    """Return the content terms of a text in order, function words left out, number words as digits."""
    return list(sentence_terms(text, language)) if len(text) <= SENTENCE_CHARS_MAX else terms_of(tokens(text), language)


@lru_cache(maxsize=SENTENCES_KEPT_MAX)
def sentence_terms(sentence: str, language: str) -> tuple[str, ...]:
    """Return the same of a sentence, remembered: as one of an article, as one told, and for the index it is asked for again and again."""
    return tuple(terms_of(tokens(sentence), language))


def terms_of(words: Iterable[str], language: str = "en") -> list[str]:
    """Return the same of a text's `tokens`, where these are at hand."""
    return list(filter(None, map(_known(language).__getitem__, words)))


class _Known(dict[str, str]):
    """Remember the terms of a language's words, the empty one of a function word too."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, token: str) -> str:
        """Work out a term, and keep it; begin anew when there are too many."""
        if len(self) >= KNOWN_MAX:
            self.clear()
        found = self[token] = _term(token, self._language)
        return found


_known = lru_cache(maxsize=16)(_Known)


def _term(token: str, language: str) -> str:
    if token[0].isdigit():
        return token
    token = token.split("'", maxsplit=1)[0] if "'" in token and language != "fr" else token.rsplit("'", 1)[-1]
    if token in FUNCTION_WORDS or not token:
        return ""
    if token in NUMBER_WORDS:
        return NUMBER_WORDS[token]
    if "\u0600" <= token[0] <= "\u06ff":
        token = _ARABIC_PREFIX.sub("", token)
        return "" if token in FUNCTION_WORDS else token[:7]
    stemmer = _stemmer(language)
    return fold(stemmer.stemWord(token)) if stemmer and not "\u3040" <= token[0] <= "\u9fff" else token


@lru_cache(maxsize=16)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = _STEMMED.get(language)
    return Stemmer.Stemmer(name) if name else None


def names(sentence: str, language: str = "en") -> frozenset[str]:
    """Return the folded terms of words written like names: capitalised, and not only because they begin the sentence.

    Empty for scripts without capital letters.
    """
    return _sentence_names(sentence, language) if len(sentence) <= SENTENCE_CHARS_MAX else _names(sentence, language)


def _names(sentence: str, language: str) -> frozenset[str]:
    known = _known(language)
    found: set[str] = set()
    for match in _WORD.finditer(sentence):
        word = match[1]
        if not word or not word[0].isupper() or len(word) < 3:
            continue
        before = sentence[: match.start(1)].rstrip(" \"'“‘«(-")
        opens = not before or before[-1] in ".!?:;\n"
        if opens and not word.isupper():
            continue
        term = known[fold(word)]
        if term:
            found.add(term)
    return frozenset(found)


_sentence_names = lru_cache(maxsize=SENTENCES_KEPT_MAX)(_names)
