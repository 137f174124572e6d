"""Tell what an English figure measures, from the words around it.

A method of rules: the counted noun itself, then the verb right before, then the predicate after, then what the figure is joined to.
Every look goes a bounded number of tokens far, so a sentence costs time linear in its length.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tidings.stages.figure_words import NOUNS, PEOPLE, PEOPLE_VERBS, STATES, TOTALS, VERBS, Cue
from tidings.text.quantities import Quantity
from tidings.text.tokens import Token

_PHRASE_MAX, _AHEAD_MAX, _BACK_MAX = 9, 32, 40
_AUXILIARIES = frozenset("are were is was been be being have has had get gets got getting remain remains remained".split())
_PASSED = frozenset(  # between auxiliary and predicate, or right before a participle
    "reported reportedly confirmed believed thought feared presumed said found known declared pronounced to also now still allegedly left not"
    " estimated considered have been be being so seriously severely critically badly slightly officially either all both already later"
    " subsequently since and or shot gunned burnt beaten stabbed blown".split(),
)
PREPOSITIONS = frozenset(
    "of in from near at on aboard inside within around across by to into between under with for against along off through over about than"
    " outside throughout onto upon behind towards toward".split(),
)
_SUBORDINATES = frozenset("after when as while following during amid because before since until although though if but whereas where so".split())
_STOPS = PREPOSITIONS | _SUBORDINATES | _AUXILIARIES | frozenset(
    "and or the a an this that these those who which whom whose it they he she we their his her its there will would could can may might"
    " should do does did not per including such plus while".split(),
)  # fmt: skip
_STATES_LEFT = frozenset("dead injured wounded missing homeless stranded trapped without".split())
_JOINS = frozenset({"and", ",", "or", "plus", "&", "as", "well", "with"})
_DETERMINERS = frozenset(
    'the a an all another some further additional these those total of other reportedly its his their least " “ as such well just only "'.split(),
)
_SINGULAR_HEADS = (PEOPLE | frozenset("cattle sheep aircraft livestock".split())) - {"police", "asylum"}
_MODIFIERS = frozenset("dead wounded displaced missing".split())
_LEVELS = frozenset(
    "to at is was are were reaches reached reach reaching exceeds exceeded passes passed hits hit surpasses surpassed tops topped nears stands"
    " stood of be : now total totals totalled totaled rises rose climbs climbed including least by".split(),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Hold a quantity where it stands: `lead` is the token where its qualifier begins, `head_end` where its noun phrase ends."""

    quantity: Quantity
    lead: int
    head_end: int


def phrase_end(tokens: Sequence[Token], at: int, limit: int) -> int:
    """Find where the noun phrase that begins at token `at` ends: at a verb, preposition or mark, or after its plural noun."""
    index = at
    while index < min(limit, at + _PHRASE_MAX):
        token = tokens[index]
        joint = token.text in {"-", ".", "/"} and index > at and tokens[index - 1].end == token.start
        if not joint and (token.kind != "word" or token.lower in _STOPS or _ends_phrase(tokens, index, at)):
            break
        index += 1
        plural = token.lower.endswith("s") and not token.lower.endswith(("ss", "us", "is", "'s")) and not token.capital
        following = tokens[index] if index < limit else None
        if (plural or token.lower in _SINGULAR_HEADS) and not (following and following.lower in _SINGULAR_HEADS | NOUNS.keys()):
            break
    return index


def _ends_phrase(tokens: Sequence[Token], index: int, at: int) -> bool:
    word = tokens[index].lower
    if word in STATES and word not in NOUNS:
        return True
    cue = VERBS.get(word) or PEOPLE_VERBS.get(word)
    if cue is None or word in NOUNS:
        return False
    if cue.role == "past" and index == at:
        return not _modifies(tokens, index)
    return True


def _modifies(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a participle stands before the noun it describes: "12 wounded men"."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return following is not None and following.kind == "word" and not following.capital and following.lower not in _STOPS | _PASSED | {"according"}


def _cue(tokens: Sequence[Token], index: int) -> Cue | None:
    word = tokens[index].lower
    return VERBS.get(word) or STATES.get(word)


class Clause:
    """Hold the places of one sentence and tell the measure of each, in order. Token indices `first:last` bound the sentence."""

    def __init__(self, tokens: Sequence[Token], places: Sequence[Place], first: int, last: int) -> None:
        self.tokens, self.places, self.first, self.last = tokens, places, first, last
        self.measures: list[str] = []
        self.joined: list[bool] = []
        for number in range(len(places)):
            joined = number > 0 and self._joined(number)
            self.joined.append(joined)
            self.measures.append(self._measure(number))

    def _measure(self, number: int) -> str:
        place = self.places[number]
        if place.quantity.unit:
            return "percent" if place.quantity.unit in {"%", "share"} else "money"
        return (
            self._head(place)
            or self._governed(place)
            or self._predicate(number)
            or self._included(number)
            or (self.measures[number - 1] if number and self.joined[number] else "")
            or self._listed(place)
            or self._level(number)
            or self._partition(number)
            or "other"
        )

    def _head(self, place: Place) -> str:
        """Read the noun counted: "five deaths", "20 bodies"."""
        start = place.quantity.last + (self._word(place.quantity.last) == "of")
        for index in range(start, max(place.head_end, min(start + 1, self.last))):
            cue = NOUNS.get(self.tokens[index].lower)
            if cue and (index + 1 >= place.head_end or self._word(index) in _MODIFIERS):
                return cue.measure
        return ""

    def _word(self, index: int) -> str:
        return self.tokens[index].lower if self.first <= index < self.last else ""

    def _governed(self, place: Place) -> str:
        """Read the verb or noun that governs the number: "killing at least N", "the evacuation of N"."""
        index = place.lead - 1
        while self._word(index) in _DETERMINERS and self._word(index) != "of" and place.lead - index <= 6:
            index -= 1
        if self._word(index) == "of":
            index -= 1
            index -= self._word(index) in {"total", "group"} and self._word(index - 1) == "a"
            cue = NOUNS.get(self._word(index)) or (VERBS.get(self._word(index)) if self._word(index).endswith("ing") else None)
            if cue:
                return cue.measure
            index -= self._word(index) == "a"
            if self._word(index) not in VERBS:
                return ""
        return self._active(index, place)

    def _active(self, index: int, place: Place) -> str:
        word = self._word(index)
        if word.startswith(("sentenc", "condemn")):
            return self._sentence(place.quantity.last)
        if word in PEOPLE_VERBS and self._people(place):
            return PEOPLE_VERBS[word].measure
        if word in {"force", "forces", "forced", "forcing", "drive", "drives", "driving", "drove"}:
            return "displaced" if self._forced(place.quantity.last) else ""
        cue = VERBS.get(word)
        if cue is None:
            return ""
        passive = cue.role == "past" and self._word(index - 1) in _AUXILIARIES - {"has", "have", "had"}
        return "" if passive else cue.measure

    def _people(self, place: Place) -> bool:
        return any(self._word(index) in PEOPLE for index in range(place.quantity.last, min(place.head_end + 3, self.last)))

    def _forced(self, index: int) -> bool:
        """Tell whether people are forced from where they are, by the words that follow."""
        words = [self._word(at) for at in range(index, index + 14)]
        return any(
            (word == "to" and after in {"flee", "leave", "move", "evacuate", "abandon", "relocate"}) or (word in {"from", "out"} and after in {"their", "of", "homes"})
            for word, after in zip(words, words[1:], strict=False)
        )

    def _sentence(self, index: int) -> str:
        """Tell jailed from sentenced to death, by the words that follow."""
        for word in (self._word(at) for at in range(index, index + 12)):
            if word in {"death", "hang", "hanging"}:
                return "other"
            if word in {"prison", "jail", "life", "imprisonment", "years", "year", "months"}:
                return "detained"
        return "other"

    def _predicate(self, number: int) -> str:
        """Read what is said of the number after it: "N people were killed", "N men, some of them armed, are held"."""
        place = self.places[number]
        index, following, helped = place.head_end, number + 1, False
        end = min(self.last, index + _AHEAD_MAX)
        if self._word(place.quantity.last) == "of":
            index = max(index, place.quantity.last)
        while index < end:
            if following < len(self.places) and index >= self.places[following].lead:
                if helped or not self._bridged(number, following):
                    return ""
                index, following = self.places[following].head_end, following + 1
                continue
            word = self._word(index)
            if word in {"which", "who", "whose", "whom"} and self._word(index - 1) == ",":
                index = self._clause_end(index, end)
                continue
            found = self._found(index, helped=helped, place=place)
            if found is not None:
                return found
            if word in _AUXILIARIES:
                helped = True
            elif self._blocks(index, place.head_end, helped=helped):
                return ""
            index += 1
        return ""

    def _clause_end(self, index: int, end: int) -> int:
        """Step over a relative clause set off by commas: ", which lies in the east, were killed"."""
        comma = next((at for at in range(index, end) if self._word(at) == ","), end)
        return comma + 1 if self._word(comma + 1) in _AUXILIARIES or _cue(self.tokens, min(comma + 1, self.last - 1)) else index + 1

    def _found(self, index: int, *, helped: bool, place: Place) -> str | None:
        """Return the measure of a predicate at `index`, "" when the search must end there, None to go on."""
        word = self._word(index)
        if word in {"sentenced", "condemned", "given", "handed"} and (helped or word in {"sentenced", "condemned", "given"}):
            return self._sentence(index)
        cue = _cue(self.tokens, index)
        if cue is None and word in PEOPLE_VERBS and PEOPLE_VERBS[word].role == "past" and self._word(index + 1) not in {"to", "place", "part"}:
            cue = PEOPLE_VERBS[word] if self._people(place) or helped else None
        leaves = word in {"leave", "left"} and (index == place.head_end or self._word(index - 1) in {"will", "would", "have"})
        if leaves and self._people(place) and self._word(index + 1) not in _STATES_LEFT:
            return "displaced"
        if word in {"blew", "blow", "kill", "killed"} and self._word(index + 1) == "themselves":
            return "killed"
        if word in {"forced", "driven"} and self._forced(index):
            return "displaced"
        if cue is None or word in {"hit", "claimed"}:
            return None
        if cue.role == "state":
            return cue.measure
        if cue.role == "past" and (helped or not self._takes_object(index + 1)):
            due = self._word(index - 2) in _AUXILIARIES | {"due", "will"} and self._word(index - 1) == "be"
            planned = self._word(index - 2) == "to" and self._word(index - 1) == "be" and self._word(index - 3) in {"are", "is", "were", "due"}
            return "other" if cue.measure == "killed" and (due or planned) else cue.measure
        return ""

    def _takes_object(self, index: int) -> bool:
        word = self._word(index)
        return word in {"the", "a", "an", "some", "more", "his", "her", "their"} or (index < self.last and self.tokens[index].kind == "number")

    def _blocks(self, index: int, head_end: int, *, helped: bool) -> bool:
        token, word = self.tokens[index], self._word(index)
        if word == "as" and self._word(index + 1) in STATES:
            return False
        if word in _SUBORDINATES or token.text in {";", ":", "."} or word in {"with", "leaving"}:
            return True
        if word in VERBS:
            return True
        if helped:
            return not (word in _PASSED or word.endswith("ly") or word in PREPOSITIONS or token.kind != "word" or self._word(index - 1) in PREPOSITIONS)
        unknown = token.kind == "word" and not token.capital and word not in _STOPS and word not in _PASSED
        return unknown and index == head_end and not word.endswith(("ed", "ing", "ly"))

    def _bridged(self, number: int, following: int) -> bool:
        return all(self.joined_at(at) for at in range(number + 1, following + 1))

    def joined_at(self, number: int) -> bool:
        """Tell whether a place goes on the noun phrase of the one before it."""
        return self.joined[number] if number < len(self.joined) else self._joined(number)

    def _joined(self, number: int) -> bool:
        before, place = self.places[number - 1], self.places[number]
        gap = [self._word(index) for index in range(before.head_end, place.lead)]
        if not gap or len(gap) > 12:
            return False
        if "including" in gap or "among" in gap or "them" in gap:
            return all(word in {"including", ",", "among", "them", "and", "("} for word in gap)
        if gap[-1] not in _JOINS and gap[-1] not in _DETERMINERS:
            return False
        if not any(word in {"and", ",", "or", "plus", "&"} or (word, after) == ("as", "well") for word, after in zip(gap, [*gap[1:], ""], strict=True)):
            return False
        return all(self._nominal(index, before.head_end) for index in range(before.head_end, place.lead))

    def _nominal(self, index: int, head_end: int) -> bool:
        token, word = self.tokens[index], self._word(index)
        if word in VERBS or word in STATES or word in _AUXILIARIES or word in _SUBORDINATES - {"as"} or token.text in {";", ":"}:
            return False
        if word in _JOINS or word in PREPOSITIONS or word in _DETERMINERS or token.capital or word in {"at", "more", "less", "than", '"'}:
            return word != "with" or index == head_end - 1
        return index > head_end and self._word(index - 1) in PREPOSITIONS | _DETERMINERS | {"and", ","}

    def _included(self, number: int) -> str:
        """Give "including N children" the measure of the whole, or of the nearest verb before it."""
        place = self.places[number]
        near = [self._word(index) for index in range(max(self.first, place.lead - 4), place.lead)]
        partial = self._word(place.quantity.last) == "of" and self._word(place.quantity.last + 1) in {"them", "whom", "which", "those", "these"}
        if not partial and not {"including", "among", "includes", "included", "include"} & set(near):
            return ""
        start = self.places[number - 1].head_end if number else self.first
        for index in range(place.lead - 1, max(start, place.lead - _BACK_MAX) - 1, -1):
            cue = _cue(self.tokens, index)
            if cue and cue.measure != "other":
                return cue.measure
        return self.measures[number - 1] if number else ""

    def _partition(self, number: int) -> str:
        """Give "three are Swedes" the measure of the whole it goes on to part."""
        place = self.places[number]
        bare = place.head_end == place.quantity.last and self._word(place.head_end) in {"are", "were"}
        described = self._word(place.head_end + 1) not in _STOPS | _PASSED
        return self.measures[number - 1] if bare and described and number else ""

    def _listed(self, place: Place) -> str:
        """Follow a list back to its verb: "kills an official and two aides", "kidnapped the mayor along with five guards"."""
        if self._word(place.lead - 1) not in {"and", "plus", "with", ","}:
            return ""
        for index in range(place.lead - 2, max(self.first, place.lead - 14) - 1, -1):
            word = self._word(index)
            cue = VERBS.get(word)
            if cue:
                return cue.measure if cue.role == "verb" or self._takes_object(index + 1) or self.tokens[index + 1].capital else ""
            if word in STATES or word in _AUXILIARIES or word in _SUBORDINATES or self.tokens[index].text in {";", ":", "."}:
                return ""
        return ""

    def _level(self, number: int) -> str:
        """Read totals: "the death toll rises to N", "the number of wounded is at N"."""
        place = self.places[number]
        bare = place.lead == place.quantity.first
        if bare and place.lead > self.first and self._word(place.lead - 1) not in _LEVELS:
            return ""
        for index in range(place.lead - 1, max(self.first, place.lead - _BACK_MAX) - 1, -1):
            word = self._word(index)
            if word in TOTALS:
                return self._total(index, place, number)
        return ""

    def _total(self, index: int, place: Place, number: int) -> str:
        around = [self._word(at) for at in range(max(self.first, index - 2), min(index + 7, place.lead))]
        for word in around:
            cue = STATES.get(word) or VERBS.get(word) or (NOUNS.get(word) if word not in TOTALS else None)
            if cue and cue.measure != "other":
                return cue.measure
        if self._word(index) == "toll":
            return "killed"
        return self.measures[number - 1] if number and self.measures[number - 1] not in {"money", "percent"} else ""
