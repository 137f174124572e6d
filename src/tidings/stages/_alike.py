"""Find developments of one edition that say the same: in the same words, or nearly, in two reports of one story.

What an edition shows once it does not show again. Novelty has compared each sentence with what was told before it; what it cannot
see is a short sentence told first whose every fact a fuller one repeats, and the same words under two topics.

Nearly alike means: every term of the one stands in the other, but for words of saying; numbers and names in the same order; neither
contradicts the other, says it with a doubt ("might") that the other has not, or counts another share, side or day. Anything else is shown: a fact hidden is worse than one shown twice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tidings.model import Id, Kind, ReportedDevelopment, ReportedStory
from tidings.text.opposites import opposed, other_agent, other_side, quantified
from tidings.text.terms import names, terms, tokens

COMPARED_MAX = 200  # developments of one story; among more only the same words are looked for
TERMS_MIN = 4  # with fewer, sentences are alike by chance
SHARE_MIN = 0.4  # of the fuller sentence's terms: in a sentence that is much longer, these may stand together by chance
# Words of saying, as terms: who says a thing may be said or not.
_SAYING = frozenset(
    term
    for language, words in {
        "en": "say said says saying told tell tells according added add adds reported report reports stated state statement announced",
        "fr": "dit declare affirme indique selon ajoute annonce", "tr": "dedi soyledi acikladi belirtti bildirdi gore",
        "ru": "сказал сказала заявил заявила сообщил сообщила сообщили", "ar": "قال قالت وقال وقالت اعلن اعلنت ذكر ذكرت اضاف اضافت",
        "de": "sagte sagten erklarte berichtete laut", "es": "dijo afirmo declaro segun anuncio", "it": "detto dichiarato secondo annunciato",
    }.items()
    for term in terms(words, language)
)  # fmt: skip
# What makes a plan, a condition or a guess of a deed (folded). Chinese is not written in words: there they are looked for in the text.
_DOUBTS = frozenset(
    tokens("""may might could would will shall should if unless whether plan plans planned expect expected likely possibly perhaps alleged allegedly reportedly
    try tried attempt attempted threaten threatened hope hoped almost nearly soon
    peut pourrait pourraient si sera seront peutetre devrait  olabilir belki eger olacak planliyor
    может могут если бы будет будут возможно якобы планирует  قد سوف ربما اذا لو سيتم
    kann konnte wird werden wenn vielleicht soll  puede podria sera quiza  potrebbe sara forse""")
)  # fmt: skip
_DOUBTS_HAN = ("可能", "如果", "将", "也许", "计划", "或许", "据称")
_PLAIN = frozenset({Kind.NEW_STORY, Kind.NEW_STATEMENT})

Shown = dict[str, tuple[str, Id]]  # words -> the topic and the development under which they are shown


def without_repeats(stories: Iterable[ReportedStory], shown: Shown) -> Iterator[ReportedStory]:
    """Mark developments that say what is shown in the edition already, and put them last in their story; `shown` grows."""
    for story in stories:
        shown_instead = _fuller([one for one in story.developments if not one.shown_in])
        first, repeats = [], [one for one in story.developments if one.shown_in]
        for one in (one for one in story.developments if not one.shown_in):
            words = words_of(one)
            topic, fuller = shown.get(words, ("", "")) if words else ("", "")
            if not fuller and (fuller := shown_instead.get(one.development_id, "")):
                topic = story.topic
            if fuller:
                repeats.append(replace(one, shown_in=topic, repeats_id=fuller))
            else:
                first.append(one)
                if words:
                    shown[words] = (story.topic, one.development_id)
        repeats = list(_where_shown(repeats))
        yield replace(story, developments=(*first, *repeats), shown_count=len(first) if repeats else None)


def _where_shown(repeats: Iterable[ReportedDevelopment]) -> Iterator[ReportedDevelopment]:
    """Yield repeats with what is shown in their place: a fuller sentence may itself be shown elsewhere."""
    by_id = {one.development_id: one for one in repeats}
    for one in by_id.values():
        fuller = by_id.get(one.repeats_id, one)
        yield replace(one, shown_in=fuller.shown_in, repeats_id=fuller.repeats_id)


def words_of(one: ReportedDevelopment) -> str:
    """Return a statement's words as they count when the same words are looked for."""
    return " ".join(one.statement.split()).casefold()


def _fuller(developments: Iterable[ReportedDevelopment]) -> dict[Id, Id]:
    """Return which development says all that another says, for those that need not be shown; each is shown by one that is."""
    stated = [one for one in developments if one.statement]
    if len(stated) > COMPARED_MAX:
        return {}
    kept: list[ReportedDevelopment] = []
    found: dict[Id, Id] = {}
    known = {one.development_id: _terms(one) for one in stated}
    for one in sorted(stated, key=lambda one: -len(set(known[one.development_id]))):  # stable: of equals the first stays
        by = next((other for other in kept if _says_all_of(other, one, known)), None)
        if by is None:
            kept.append(one)
        else:
            found[one.development_id] = by.development_id
    return found


def _terms(one: ReportedDevelopment) -> list[str]:
    return [term for term in terms(one.statement, one.language) if term not in _SAYING]


def _says_all_of(other: ReportedDevelopment, one: ReportedDevelopment, known: dict[Id, list[str]]) -> bool:
    """Tell whether the other, of another report, says all that the one says."""
    mine, theirs = known[one.development_id], known[other.development_id]
    return (
        len(set(mine)) >= max(TERMS_MIN, SHARE_MIN * len(set(theirs)))
        and set(mine) <= set(theirs)
        and one.url != other.url
        and one.language == other.language
        and not (one.event_date and other.event_date and one.event_date != other.event_date)
        and _weighs_no_more(one, other)
        and not _decides_otherwise(one.statement, other.statement)
        and _same_order(one, mine, theirs)
    )


def _weighs_no_more(one: ReportedDevelopment, other: ReportedDevelopment) -> bool:
    """Tell whether the one is no more than new, or changes the same figure from the same to the same value."""
    if one.warning:
        return False
    if one.kind in _PLAIN and not one.replaces:
        return True
    changes = {(figure.measure, figure.value, figure.previous_words) for figure in other.figures if figure.previous_words}
    return one.kind is Kind.CHANGED_FIGURE is other.kind and bool(changes) and changes == {
        (figure.measure, figure.value, figure.previous_words) for figure in one.figures if figure.previous_words
    }  # fmt: skip


def _decides_otherwise(one: str, other: str) -> bool:
    """Tell whether one word makes another happening of it: the opposite, a doubt, another share, another side."""
    return _doubts(one) != _doubts(other) or any(
        differ(*pair) for differ in (opposed, quantified, other_side, other_agent) for pair in ((one, other), (other, one))
    )


def _doubts(statement: str) -> frozenset[str]:
    return _DOUBTS.intersection(tokens(statement)) | {word for word in _DOUBTS_HAN if word in statement}


def _same_order(one: ReportedDevelopment, mine: list[str], theirs: list[str]) -> bool:
    """Tell whether the numbers and names of the one stand in the other in the same order: who did what to whom, how many of what."""
    marked = names(one.statement, one.language) | {term for term in mine if term[0].isdigit()}
    rest = iter(theirs)
    return all(term in rest for term in mine if term in marked)
