"""Find the noun phrase a number counts, and hold the small words that bound English phrases and clauses."""

from collections.abc import Sequence
from dataclasses import dataclass

from tidings.stages.figure_words import NOUNS, PEOPLE, PEOPLE_VERBS, STATES, VERBS, Cue
from tidings.text.quantities import Quantity
from tidings.text.tokens import Token, word_set

_PHRASE_MAX = 9
AUXILIARIES = word_set("are were is was been be being have has had get gets got getting remain remains remained")
PASSED = word_set(
    # between auxiliary and predicate, or right before a participle
    "reported reportedly confirmed believed thought feared presumed said found known declared pronounced to also now still allegedly left not"
    " estimated considered made rendered have been be being so seriously severely critically badly slightly officially either all both already later"
    " subsequently since and or shot gunned burnt beaten stabbed blown",
)
PREPOSITIONS = word_set(
    "of in from near at on aboard inside within around across by to into between under with for against along off through over about than"
    " without outside throughout onto upon behind towards toward",
)
SUBORDINATES = word_set("after when as while following during amid because before since until although though if but whereas where so")
STOPS = PREPOSITIONS | SUBORDINATES | AUXILIARIES | word_set(
    "according and or the a an this that these those who which whom whose it they he she we their his her its there will would could can may might"
    " should do does did not per including such plus while",
)  # fmt: skip
STATES_LEFT = word_set("dead injured wounded missing homeless stranded trapped without")
JOINS = frozenset({"and", ",", "or", "plus", "&", "as", "well", "with"})
DETERMINERS = word_set(
    'the a an all another some further additional these those total of other reportedly its his their least " “ as such well just only "',
)
_SINGULAR_HEADS = (PEOPLE | word_set("cattle sheep aircraft livestock")) - {"police", "asylum"}
MODIFIERS = word_set("dead wounded displaced missing")
LEVELS = word_set(
    "to at is was are were reaches reached reach reaching exceeds exceeded passes passed hits hit surpasses surpassed tops topped nears stands"
    " stood of be : now total totals totalled totaled rises rose climbs climbed including least by",
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
        joint = token.text in {"-", ".", "/"} and index > at and _tight(tokens, index)
        if not joint and (token.kind != "word" or token.lower in STOPS or _ends_phrase(tokens, index, at)):
            break
        index += 1
        plural = token.lower.endswith("s") and not token.lower.endswith(("ss", "us", "is", "'s")) and not token.capital
        following = tokens[index] if index < limit else None
        if (plural or token.lower in _SINGULAR_HEADS) and not (following and following.lower in _SINGULAR_HEADS | NOUNS.keys()):
            break
    return index


def _tight(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a mark binds two words: "north-west", but not a full stop."""
    before, after = tokens[index - 1], tokens[index + 1] if index + 1 < len(tokens) else None
    if before.end != tokens[index].start or after is None or after.kind != "word":
        return False
    return after.start == tokens[index].end or (tokens[index].text == "." and len(before.text) == 1 and not after.capital)


def _ends_phrase(tokens: Sequence[Token], index: int, at: int) -> bool:
    word = tokens[index].lower
    if word in STATES and word not in NOUNS:
        return True
    if word in PASSED and index + 1 < len(tokens) and cue_at(tokens, index + 1):
        return True  # "dozens reported hurt"
    if index == at and word.endswith("ed") and index + 1 < len(tokens) and tokens[index + 1].lower in PREPOSITIONS:
        return word not in NOUNS  # "with 23 treated for burns"
    cue = VERBS.get(word) or PEOPLE_VERBS.get(word)
    if cue is None or word in NOUNS:
        return False
    if cue.role == "past" and index == at:
        return not _modifies(tokens, index)
    return True


def _modifies(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a participle stands before the noun it describes: "12 wounded men"."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return (
        following is not None
        and following.kind == "word"
        and not following.capital
        and following.lower not in STOPS | PASSED | {"according"}
    )


def cue_at(tokens: Sequence[Token], index: int) -> Cue | None:
    """Look up the verb or state at a token; None for any other word."""
    word = tokens[index].lower
    return VERBS.get(word) or STATES.get(word)
