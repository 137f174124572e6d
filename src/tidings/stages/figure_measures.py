"""Tell what an English figure measures, from the words around it.

A method of rules: the counted noun itself, then the verb right before, then the predicate after, then what the figure is joined to.
Every look goes a bounded number of tokens far, so a sentence costs time linear in its length.
"""

from collections.abc import Sequence
from itertools import pairwise

from tidings.stages.figure_idioms import forced, governed_at, parts, sentenced, state_at, to_hospital, with_others
from tidings.stages.figure_phrases import (
    AUXILIARIES,
    DETERMINERS,
    JOINS,
    LEVELS,
    MODIFIERS,
    PASSED,
    PREPOSITIONS,
    STATES_LEFT,
    STOPS,
    SUBORDINATES,
    Place,
    cue_at,
)
from tidings.stages.figure_words import NOUNS, PEOPLE_VERBS, STATES, TOTALS, VERBS, Cue, is_person
from tidings.text.tokens import Token

_AHEAD_MAX, _BACK_MAX = 32, 40  # tokens
_SUBJECTS = frozenset({"they", "he", "she", "we"})


class Clause:
    """Hold the places of one sentence and tell the measure of each, in order. Token indices `first:last` bound the sentence."""

    def __init__(self, tokens: Sequence[Token], places: Sequence[Place], first: int, last: int) -> None:
        self.tokens, self.places, self.first, self.last = tokens, places, first, last
        self._leads = frozenset(place.lead for place in places)
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
        if number and self._part_of(number):
            return self._head(place) or self._said_at(place.head_end) or "other"
        return (
            self._head(place)
            or governed_at(self._word, place.lead)
            or self._governed(place)
            or (self._included(number) if self._whole(place) else "")
            or self._predicate(number)
            or self._included(number)
            or (self.measures[number - 1] if self.joined[number] and not self.places[number - 1].quantity.unit else "")
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
            if cue and (index + 1 >= place.head_end or self._word(index) in MODIFIERS):
                return cue.measure
        return ""

    def _part_of(self, number: int) -> bool:
        """Tell whether a number is the whole of which the one before names a part: "14 of the 172 on board"."""
        return parts(self._word, self.places[number - 1].quantity.last, self.places[number].quantity.first)

    def _said_at(self, index: int) -> str:
        """Read a participle right after a noun phrase: "the 43 students kidnapped in May"."""
        cue = cue_at(self.tokens, index) if index < self.last else None
        return cue.measure if cue and cue.role == "past" else ""

    def _whole(self, place: Place) -> bool:
        """Tell whether a noun follows the number and nothing is said of it alone: "including three men", not "including 3 who died"."""
        return (
            place.head_end > place.quantity.last
            and self._word(place.head_end) not in {"who", "that"}
            and not cue_at(self.tokens, place.quantity.last)
        )

    def _word(self, index: int) -> str:
        return self.tokens[index].lower if self.first <= index < self.last else ""

    def _governed(self, place: Place) -> str:
        """Read the verb or noun that governs the number: "killing at least N", "the evacuation of N"."""
        index = place.lead - 1
        while self._word(index) in DETERMINERS and self._word(index) != "of" and place.lead - index <= 6:
            index -= 1
        if self._word(index) == "of":
            index -= 1
            index -= self._word(index) in {"total", "group"} and self._word(index - 1) == "a"
            cue = NOUNS.get(self._word(index)) or (VERBS.get(self._word(index)) if self._word(index).endswith("ing") else None)
            if self._word(index) == "loss" and self._people(place):
                return "killed"
            if cue:
                return cue.measure
            index -= self._word(index) == "a"
            if self._word(index) not in VERBS:
                return ""
        return self._active(index, place)

    def _active(self, index: int, place: Place) -> str:
        word = self._word(index)
        if word.startswith(("sentenc", "condemn")):
            return sentenced(self._word, place.quantity.last)
        if word in PEOPLE_VERBS and self._people(place):
            return PEOPLE_VERBS[word].measure
        if word in {"force", "forces", "forced", "forcing", "drive", "drives", "driving", "drove"}:
            return "displaced" if forced(self._word, place.quantity.last) else ""
        cue = VERBS.get(word)
        if to_hospital(self._word, index, 10):
            return "injured"
        if cue is None:
            return ""
        passive = cue.role == "past" and self._word(index - 1) in AUXILIARIES - {"has", "have", "had"}
        return "" if passive else cue.measure

    def _people(self, place: Place) -> bool:
        return any(is_person(self._word(index)) for index in range(place.quantity.last, min(place.head_end + 3, self.last)))

    def _predicate(self, number: int) -> str:
        """Read what is said of the number after it: "N people were killed", "N people fleeing the war are held"."""
        return self._said_after(number, later=True) or self._said_after(number, later=False)

    def _said_after(self, number: int, *, later: bool) -> str:
        """Search the predicate word by word; `later` passes over what is only going on ("fleeing")."""
        place = self.places[number]
        index, following, helped = place.head_end, number + 1, False
        end = min(self.last, index + _AHEAD_MAX)
        if self._word(place.quantity.last) == "of":
            index = max(index, place.quantity.last)
        while index < end:
            if following < len(self.places) and index >= self.places[following].lead:
                whole = following == number + 1 and self._part_of(following)
                if helped or not (whole or self._bridged(number, following)):
                    return ""
                index, following = self.places[following].head_end, following + 1
                if self._word(index - 1) in MODIFIERS:
                    return NOUNS.get(self._word(index - 1), STATES.get(self._word(index - 1), Cue("", ""))).measure
                continue
            word = self._word(index)
            beyond = self._aside(index, end)
            if beyond > index:
                index = beyond
                following = next((at for at in range(following, len(self.places)) if self.places[at].lead >= index), len(self.places))
                continue
            ongoing = later and not helped and word.endswith("ing")
            found = None if ongoing else self._found(index, helped=helped, place=place)
            if found is not None:
                return found
            if word in AUXILIARIES:
                helped = True
            elif self._blocks(index, place.head_end, helped=helped):
                return ""
            index += 1
        return ""

    def _aside(self, index: int, end: int) -> int:
        """Step over brackets and over a relative clause set off by commas: ", which lies in the east, were killed"."""
        if self._word(index) == "(":
            return next((at + 1 for at in range(index, end) if self._word(at) == ")"), end)
        if self._word(index) == "whom" and self._word(index - 1) == "of":
            return end  # ", some of whom were jailed before, met": it says nothing of them all
        if self._word(index) not in {"which", "who", "whose", "whom"} or self._word(index - 1) != ",":
            return index
        comma = next((at for at in range(index, end) if self._word(at) == ","), end)
        return comma + 1 if self._word(comma + 1) in AUXILIARIES or cue_at(self.tokens, min(comma + 1, self.last - 1)) else index + 1

    def _found(self, index: int, *, helped: bool, place: Place) -> str | None:
        """Return the measure of a predicate at `index`, "" when the search must end there, None to go on."""
        word = self._word(index)
        idiom = self._idiom(index, word, place, helped=helped)
        if idiom is not None:
            return idiom
        cue = cue_at(self.tokens, index) or self._held(index, word, place, helped=helped)
        if cue is None or word == "claimed":
            return None
        if cue.role == "state":
            return cue.measure
        if cue.role == "past" and (helped or not self._takes_object(index + 1)):
            return "other" if cue.measure == "killed" and self._planned(index) else cue.measure
        return ""

    def _idiom(self, index: int, word: str, place: Place, *, helped: bool) -> str | None:
        """Read predicates of more than one word: "sentenced to life", "taken to hospital", "left the town"."""
        after = self._word(index + 1)
        if word in {"sentenced", "condemned", "given"} or (word == "handed" and helped):
            return sentenced(self._word, index)
        if word == "to" and index == place.head_end and any(self._word(at).startswith("sentenc") for at in range(index - 20, index)):
            return sentenced(self._word, index)
        if word == "set" and {after, self._word(index + 2)} & {"fire", "ablaze", "alight"}:
            return "affected"
        if word in {"leave", "left"} and self._people(place) and after not in STATES_LEFT:
            leaves = index == place.head_end or self._word(index - 1) in {"will", "would", "have"}
            return "displaced" if leaves else None
        if word == "shot" and after not in {"dead", "and", "down", "at"}:
            return "injured" if helped or not self._takes_object(index + 1) else ""
        if (word in {"burned", "burnt", "buried"} and after == "alive") or (word in {"blew", "blow", "killed"} and after == "themselves"):
            return "killed"
        return state_at(self._word, index) or ("displaced" if word in {"forced", "driven"} and forced(self._word, index) else None)

    def _held(self, index: int, word: str, place: Place, *, helped: bool) -> Cue | None:
        """Read "held", "taken", "captured" of people; of things they say nothing."""
        cue = PEOPLE_VERBS.get(word)
        if cue is None or cue.role != "past" or self._word(index + 1) in {"to", "place", "part"}:
            return None
        if not helped and (self._word(index - 1) in {"who", "that"} or (self._word(index - 1) in _SUBJECTS and index - 1 > place.head_end)):
            return None  # "two men said that they held a meeting"; but "the two men they held"
        return cue if self._people(place) or place.head_end == place.quantity.last else None

    def _planned(self, index: int) -> bool:
        """Tell what is still to come: "are to be executed", "will be executed"; but not "believed to be killed"."""
        before = [self._word(at) for at in range(index - 3, index)]
        return before[2] == "be" and (before[1] in {"will", "would"} or (before[1] == "to" and before[0] in {"are", "is", "were", "due"}))

    def _takes_object(self, index: int) -> bool:
        word = self._word(index)
        return word in {"the", "a", "an", "some", "more", "his", "her", "their"} or index in self._leads

    def _blocks(self, index: int, head_end: int, *, helped: bool) -> bool:
        token, word = self.tokens[index], self._word(index)
        if word == "as" and self._word(index + 1) in STATES:
            return False
        if index == head_end and word in {"a", "an", "the"}:
            return True
        if word in SUBORDINATES or token.text in {";", ":", "."} or word in {"with", "leaving"}:
            return True
        if word in VERBS:
            return True
        if helped:
            return not (
                word in PASSED
                or word.endswith("ly")
                or word in PREPOSITIONS
                or token.kind != "word"
                or self._word(index - 1) in PREPOSITIONS
            )
        unknown = token.kind == "word" and not token.capital and word not in STOPS and word not in PASSED
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
            parts_of = {"including", ",", "among", "them", "and", "(", "a", "an"}
            return all(word in parts_of or before in {"a", "an"} for before, word in pairwise(["", *gap]))
        if gap[-1] not in JOINS and gap[-1] not in DETERMINERS:
            return False
        if not any(
            word in {"and", ",", "or", "plus", "&"} or (word, after) == ("as", "well")
            for word, after in zip(gap, [*gap[1:], ""], strict=True)
        ):
            return False
        return all(self._nominal(index, before.head_end) for index in range(before.head_end, place.lead))

    def _nominal(self, index: int, head_end: int) -> bool:
        token, word = self.tokens[index], self._word(index)
        if word in VERBS or word in STATES or word in AUXILIARIES or word in SUBORDINATES - {"as"} or token.text in {";", ":"}:
            return False
        if word in JOINS or word in PREPOSITIONS or word in DETERMINERS or token.capital or word in {"at", "more", "less", "than", '"'}:
            return word != "with" or index == head_end - 1
        if "-" in {word, self._word(index - 1)}:
            return True
        if index > head_end and self._word(index - 1) in PREPOSITIONS | DETERMINERS | {"and", ","}:
            return True
        closes = self._word(index + 1) not in DETERMINERS | AUXILIARIES and self.tokens[index + 1].kind != "number"
        return index > head_end + 1 and closes and self._word(index - 2) in DETERMINERS  # "from the militant group X"

    def _included(self, number: int) -> str:
        """Give "including N children" the measure of the whole, or of the nearest verb before it."""
        place = self.places[number]
        near = [self._word(index) for index in range(max(self.first, place.lead - 4), place.lead)]
        partial = self._word(place.quantity.last) == "of" and self._word(place.quantity.last + 1) in {
            "them",
            "whom",
            "which",
            "those",
            "these",
        }
        if not partial and not {"including", "among", "includes", "included", "include"} & set(near):
            return ""
        start = self.places[number - 1].head_end if number else self.first
        for index in range(place.lead - 1, max(start, place.lead - _BACK_MAX) - 1, -1):
            cue = cue_at(self.tokens, index)
            if cue and cue.measure != "other":
                return cue.measure
        return self.measures[number - 1] if number else ""

    def _partition(self, number: int) -> str:
        """Give "three are Swedes" the measure of the whole it parts, and "two in the south" that of the figure before."""
        place = self.places[number]
        if not number or place.head_end > place.quantity.last or self.measures[number - 1] in {"money", "percent"}:
            return ""
        described = self._word(place.head_end) in {"are", "were"} and self._word(place.head_end + 1) not in STOPS | PASSED
        elsewhere = self._word(place.head_end) in {"in", "near", "at", "from", "on"} and self._word(place.lead - 1) in {"and", ","}
        ends = not self._word(place.head_end) or self._word(place.head_end) in {",", ".", ";", "according"}
        elliptic = ends and self._word(place.lead - 1) in {"and", ",", "from", "or", "but"}
        return self.measures[number - 1] if described or elsewhere or elliptic else ""

    def _listed(self, place: Place) -> str:
        """Follow a list back to its verb: "kills an official and two aides", "kidnapped the mayor along with five guards"."""
        beside = with_others(self._word, place.lead)
        if not beside and self._word(place.lead - 1) not in {"and", "plus"}:
            return ""
        for index in range(place.lead - 2, max(self.first, place.lead - 14) - 1, -1):
            word = self._word(index)
            cue = VERBS.get(word)
            if beside and (word in STATES or (cue and cue.role == "past" and self._word(index - 1) in AUXILIARIES)):
                return (STATES.get(word) or VERBS[word]).measure
            if cue:
                return cue.measure if cue.role == "verb" or self._takes_object(index + 1) or self.tokens[index + 1].capital else ""
            if word in STATES or word in AUXILIARIES or word in SUBORDINATES or self.tokens[index].text in {";", ":", "."}:
                return ""
        return ""

    def _level(self, number: int) -> str:
        """Read totals: "the death toll rises to N", "the number of wounded is at N"."""
        place = self.places[number]
        bare = place.lead == place.quantity.first
        lowered = self._word(place.lead - 1) == "from" and self._word(place.head_end) == "to" and place.head_end == place.quantity.last
        if bare and place.lead > self.first and self._word(place.lead - 1) not in LEVELS and not lowered:
            return ""
        for index in range(place.lead - 1, max(self.first, place.lead - _BACK_MAX) - 1, -1):
            word = self._word(index)
            if word in TOTALS:
                return self._total(index, place, number)
            counted = NOUNS.get(word) if self._word(place.lead - 1) == "to" and place.head_end == place.quantity.last else None
            if counted and counted.measure != "other":
                return counted.measure  # "bringing the injuries of the week to 28"
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
