"""Read the words that qualify a number: "at least", "more than", "up to", "nearly"."""

from collections.abc import Mapping, Sequence

from tidings.text.quantities import Quantity
from tidings.text.tokens import Token, word_set

_PHRASES: Mapping[str, str] = {
    "at least": "at_least", "no fewer than": "at_least", "no less than": "at_least", "not less than": "at_least", "not fewer than": "at_least",
    "a minimum of": "at_least", "minimum of": "at_least", "at the very least": "at_least", "at minimum": "at_least",
    "more than": "more_than", "over": "more_than", "exceeds": "more_than", "exceeded": "more_than", "exceed": "more_than",
    "exceeding": "more_than", "upwards of": "more_than", "upward of": "more_than", "greater than": "more_than", "in excess of": "more_than",
    "above": "more_than", "higher than": "more_than", "surpasses": "more_than", "surpassed": "more_than", "surpassing": "more_than",
    "surpass": "more_than", "passes": "more_than", "tops": "more_than", "topped": "more_than", "topping": "more_than",
    "north of": "more_than",
    "about": "about", "around": "about", "approximately": "about", "roughly": "about", "estimated": "about", "some": "about",
    "approx": "about", "circa": "about", "an estimated": "about", "estimated at": "about", "in the region of": "about", "somewhere around": "about",
    "up to": "up_to", "as many as": "up_to", "as high as": "up_to", "as much as": "up_to", "no more than": "up_to", "at most": "up_to",
    "a maximum of": "up_to", "maximum of": "up_to", "not more than": "up_to", "upto": "up_to",
    "nearly": "nearly", "almost": "nearly", "close to": "nearly", "nearing": "nearly", "approaching": "nearly", "just under": "nearly",
    "just short of": "nearly", "nears": "nearly",
    "less than": "less_than", "fewer than": "less_than", "under": "less_than", "below": "less_than", "lower than": "less_than",
}  # fmt: skip
_WORDS_MAX = 4
_BETWEEN = frozenset(
    {"a", "an", "another", "further", "additional", "as", "reportedly", "well", "just", "total", "between", "some", '"', "“", "'"}
)
_HANDS = word_set("hand hands handed handing turn turns turned turning sign signs signed signing pass passed passing")
_TAKES = word_set("take takes took taken taking")
_TAKEN = word_set(
    "people persons men women children hostages hostage prisoners prisoner captives captive soldiers civilians lives hours years days"
)
_AFTER: Mapping[str, str] = {"or more": "at_least", "or so": "about", "or fewer": "up_to", "or less": "up_to", "at most": "up_to"}


def read_qualifier(tokens: Sequence[Token], quantity: Quantity) -> tuple[str, int]:
    """Read the qualifier before (or right after) a quantity; returns it and the index of its first token.

    "exact" when there is none. Looks at a handful of tokens at most.
    """
    if quantity.vague:
        return "vague", _phrase(tokens, quantity.first)[1]
    name, first = _phrase(tokens, quantity.first)
    if name:
        return name, first
    after = [token.lower for token in tokens[quantity.last : quantity.last + 2]]
    if after[:1] == ["+"] and tokens[quantity.last].start == tokens[quantity.last - 1].end:
        return "more_than", quantity.first
    if " ".join(after) in _AFTER:
        return _AFTER[" ".join(after)], quantity.first
    before = tokens[quantity.first - 1].text if quantity.first else ""
    if before == "~":
        return "about", quantity.first - 1
    return ({">": "more_than", "<": "less_than"}.get(before, "exact"), quantity.first)


def _phrase(tokens: Sequence[Token], end: int) -> tuple[str, int]:
    for _ in range(3):
        for size in range(_WORDS_MAX, 0, -1):
            if end - size < 0:
                continue
            name = _PHRASES.get(" ".join(token.lower for token in tokens[end - size : end]))
            led = name == "up_to" and end > size and tokens[end - size - 1].text in {"-", "lead", "run"}
            if name and not led and not (size == 1 and _phrasal(tokens, end)):
                name, first = _outer(tokens, name, end - size)
                return name, first
        if not end or tokens[end - 1].lower not in _BETWEEN:
            return "", end
        end -= 1
    return "", end


def _phrasal(tokens: Sequence[Token], end: int) -> bool:
    """Tell "over" that belongs to a verb: "hands over 20 tanks", "took over 30 posts"; but "took over 30 hostages"."""
    if end < 2 or tokens[end - 1].lower != "over":
        return False
    if tokens[end - 2].lower in _TAKES:
        return not any(token.lower in _TAKEN for token in tokens[end + 1 : end + 4])
    return tokens[end - 2].lower in _HANDS


def _outer(tokens: Sequence[Token], name: str, first: int) -> tuple[str, int]:
    """Let the outer of two qualifiers win: "at least some 20", "up to about 300"."""
    for size in (2, 1):
        outer = _PHRASES.get(" ".join(token.lower for token in tokens[max(0, first - size) : first]))
        if outer and first - size >= 0 and name == "about":
            return outer, first - size
    return name, first
