"""Choose a page's headline: what its reader sees above the text, if its own data speaks of the same; else what the data says."""

import re
from collections.abc import Iterable, Sequence

from tidings.text.fold import fold

CHARS_MAX = 200  # longer ones are a paragraph
SHARED_MIN = 0.5  # of the words of the shorter of two headlines,
SHARED_ALONE_MIN = 0.4  # and of the only one that is shown
_CAPITALS = 0.9  # of the letters of a headline set in capitals
_CAPITALS_MIN = 8  # shorter ones are abbreviations
_MARKS = (" | ", " - ", " \u2013 ", " \u2014 ", " :: ", " \u00b7 ", " \u2022 ", " \u00bb ", " « ", " / ")
_SAME = 0.8  # of the words of a headline and of the same with lost letters
_LOST = re.compile(r"\?(?=.)")
_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]")


def choose_headline(shown: Sequence[str], data: Sequence[str], titles: Sequence[str], site: str, host: str) -> str:
    """Return the headline of a page whose `h1` elements are `shown`; `data` and, where it says nothing, `titles` name it, the best first.

    Of several that are shown the one most like what is named. Neither may be the name of the site. One set all in capitals is
    how the page looks: the data's spelling of the same is the headline.
    """
    names = [
        [one for title in some if (one := without_site(title, site, host)) and not is_site(one, site, host)] for some in (data, titles)
    ]
    candidates = names[0] or names[1]
    best, most = "", 0.0
    for title in shown:
        if not title or len(title) > CHARS_MAX or is_site(title, site, host):
            continue
        alike = max((likeness(title, one) for one in candidates), default=1.0)
        if alike > most:
            best, most = title, alike
    if most >= (SHARED_ALONE_MIN if len(shown) == 1 else SHARED_MIN):
        spelt = [one for one in (*names[0], *names[1]) if likeness(best, one) >= SHARED_MIN and not _in_capitals(one)]
        if spelt and (_in_capitals(best) or _is_garbled(best, spelt[0])):
            return spelt[0]
        return next((one for one in candidates[:1] if len(best) > len(one) and one in best), without_site(best, site, host))
    return candidates[0] if candidates else best or next((one for one in (*data, *titles, *shown) if one), "")


def without_site(title: str, site: str, host: str) -> str:
    """Cut the site's name, and what stands between, off either end of a title: "Headline | News | Site". After an address no mark is needed."""
    for mark in _MARKS:
        head, found, tail = title.rpartition(mark)
        if found and head.strip() and is_site(tail, site, host):
            return without_site(head.strip(), site, host)
        head, found, tail = title.partition(mark)
        if found and tail.strip() and is_site(head, site, host):
            return tail.strip()
    first, _, rest = title.partition(" ")
    return rest.strip() if "." in first and rest.strip() and is_site(first, site, host) else title


def is_site(text: str, site: str, host: str) -> bool:
    """Tell whether a text only names the site: by its name or by its host."""
    name = _letters(text.removeprefix("www."))
    own = host.removeprefix("www.")
    labels = {_letters(own), *(_letters(label) for label in own.split(".")[:-1])} - {""}
    return bool(name) and (name == _letters(site) or name in labels or name.removeprefix("the") in labels)


def likeness(one: str, other: str) -> float:
    """Return the share of the words of the shorter of two headlines that stand in the other; characters where words are not spaced."""
    ours, theirs = set(_words(one)), set(_words(other))
    return len(ours & theirs) / min(len(ours), len(theirs)) if ours and theirs else 0.0


def _is_garbled(shown: str, spelt: str) -> bool:
    """Tell whether letters or marks of a shown headline were lost in another encoding, as what the data spells shows."""
    lost = "\ufffd" in shown or len(_LOST.findall(shown)) > len(_LOST.findall(spelt)) + ("?" not in spelt)
    return lost and "\ufffd" not in spelt and likeness(shown, spelt) >= _SAME


def _in_capitals(text: str) -> bool:
    letters = [one for one in text if one.isalpha()]
    return len(letters) >= _CAPITALS_MIN and sum(map(str.isupper, letters)) >= _CAPITALS * len(letters)


def _words(text: str) -> Iterable[str]:
    folded = fold(text)
    return [*_CJK.findall(folded), *_WORD.findall(_CJK.sub(" ", folded))]


def _letters(text: str) -> str:
    return "".join(_WORD.findall(fold(text)))
