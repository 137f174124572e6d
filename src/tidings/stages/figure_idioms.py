"""Read what is said of a number in more than one word: "taken to hospital", "in critical condition", "left without power".

Functions look a handful of tokens around an index through `word_at`, which gives the lower-case word there, or "".
"""

from collections.abc import Callable
from itertools import pairwise

from tidings.text.tokens import word_set

WordAt = Callable[[int], str]

_TO_HOSPITAL = word_set(
    "taken rushed brought admitted transported transferred flown airlifted sent sends send sending takes took transports transporting"
)
_HURTS = word_set("injuries injury wounds wound burns inhalation shock hypothermia exposure cuts fractures")
_ILLNESSES = word_set(
    "illness illnesses disease infection infections fever poisoning symptoms virus measles cholera pneumonia flu influenza"
)
_SUPPLIES = word_set("power electricity water heating gas heat")
_GRAVE = word_set("critical serious stable grave guarded")
_DEATH = word_set("death hang hanging")
_PRISON = word_set("prison jail life imprisonment years year months")
_PARTS = word_set("the its their these those his her")


def sentenced(word_at: WordAt, index: int) -> str:
    """Tell jailed from sentenced to death, by the words from `index` on."""
    for word in (word_at(at) for at in range(index, index + 24)):
        if word in _DEATH:
            return "other"
        if word in _PRISON:
            return "detained"
    return "other"


def forced(word_at: WordAt, index: int) -> bool:
    """Tell whether people are forced from where they are, by the words from `index` on."""
    words = [word_at(at) for at in range(index, index + 14)]
    return any(
        (word == "to" and after in {"flee", "leave", "move", "evacuate", "abandon", "relocate"})
        or (word in {"from", "out"} and after in {"their", "of", "homes"})
        for word, after in pairwise(words)
    )


def to_hospital(word_at: WordAt, index: int, reach: int = 5) -> bool:
    """Tell whether the verb at `index` takes somebody to hospital."""
    near = [word_at(at) for at in range(index + 1, index + reach)]
    return word_at(index) in _TO_HOSPITAL and any(word in {"hospital", "hospitals"} for word in near)


def state_at(word_at: WordAt, index: int) -> str:
    """Name the measure of a state told in several words at `index`, or ""."""
    word, after = word_at(index), word_at(index + 1)
    near = {word_at(at) for at in range(index + 1, index + 6)}
    if word.startswith("hospitali") and near & _ILLNESSES:
        return "affected"
    if to_hospital(word_at, index) or (word in _GRAVE and after == "condition") or (word == "treated" and near & _HURTS):
        return "injured"
    supplied = {after, word_at(index + 2)} & _SUPPLIES
    if (word == "without" or (word == "out" and after == "of") or word in {"lose", "lost", "loses", "losing"}) and supplied:
        return "affected"
    if word == "unaccounted":
        return "missing"
    return ""


def governed_at(word_at: WordAt, lead: int) -> str:
    """Name the measure that words of several parts right before a number give: "damage to N", "prison terms on N", or ""."""
    before, second, third = word_at(lead - 1), word_at(lead - 2), word_at(lead - 3)
    if before == "to" and second in {"damage", "injuries", "injury"}:
        return "affected" if second == "damage" else "injured"
    if (before == "dead" and second.startswith(("shoot", "shot"))) or (before == "death" and second == "to"):
        return "killed"
    if before in {"on", "for", "to"} and second in {"terms", "term", "sentences", "sentence"} and third in _PRISON:
        return "detained"
    if before == "of" and second in {"lives", "life"} and any(word_at(at).startswith("sav") for at in range(lead - 5, lead - 2)):
        return "other"
    return ""


def with_others(word_at: WordAt, lead: int) -> bool:
    """Tell whether a number is told beside others: "along with 45 men", "as well as two guards"."""
    return (word_at(lead - 1), word_at(lead - 2)) in {("with", "along"), ("with", "together"), ("as", "well"), ("to", "addition")}


def parts(word_at: WordAt, last: int, following: int) -> bool:
    """Tell whether a number that ends before token `last` is a part of the number at `following`: "14 of the 172 on board"."""
    return word_at(last) == "of" and (following == last + 1 or (following == last + 2 and word_at(last + 1) in _PARTS))
