"""List general words by which facts are compared: titles, peoples and their countries, happenings, what bodies are called by."""

from tidings.text.terms import terms

# Ranks, offices and forms of address: who or what they belong to is named beside them. (Stems are made of them below.)
_TITLES = """president vice minister prime secretary senator governor mayor chairman chairwoman chief director general colonel major captain
lieutenant sergeant judge justice attorney professor doctor mr mrs ms sir king queen prince princess pope bishop imam sheikh congressman white house
administration department congress supreme court committee office llc inc corp ltd
congresswoman representative rep sen gov gen lt col sgt former then deputy ambassador commissioner spokesman spokeswoman leader"""
TITLES = frozenset(terms(_TITLES))
# A country and its people where the words do not begin alike; one line for each.
_PEOPLES = """france french
britain british uk england english london
america american united states us usa washington
germany german berlin
greece greek
netherlands dutch
denmark danish
spain spanish
switzerland swiss
thailand thai
wales welsh
myanmar burma burmese
russia russian moscow kremlin
china chinese beijing
turkey turkish ankara
iraq iraqi
un nations united"""
PEOPLE_OF: dict[str, frozenset[str]] = {}
for _line in _PEOPLES.splitlines():
    for _word in terms(_line):
        PEOPLE_OF[_word] = PEOPLE_OF.get(_word, frozenset()) | frozenset(terms(_line))

# Happenings, as general words: a sentence with one that the original lacks says something of its own. (Words for the same happening are
# not put together: an air strike that becomes a shelling is another fact, and one in thirty changed copies differs in nothing else.)
_EVENTS = """kill killed dead die died death murder injured wounded hurt bomb bombed bombing shelled shelling strike struck airstrike raid
attack attacked assault assaulted shot shooting fired fire burned explosion exploded blast crash crashed collapse collapsed flood
flooded earthquake quake storm captured seized retook recaptured conquered fell fallen lost advanced withdrew withdrawn retreated
entered arrived left fled flee evacuated displaced arrested detained released freed jailed imprisoned sentenced convicted charged
acquitted trial sued resigned quit appointed named elected voted signed ratified approved agreed agreement accord deal treaty
rejected banned lifted imposed suspended halted stopped paused resumed opened reopened closed shut deployed launched tested sank
sunk downed hijacked kidnapped abducted rescued discovered missing buried born married won defeated merger bought sold bankrupt
outbreak infected vaccinated cancelled postponed delayed fined executed hanged poisoned stabbed besieged blockade siege invaded
invasion coup protest protested clashes clashed riot looted destroyed damaged landed erupted defected surrendered extradited
deported expelled hospitalised"""
# Words that say the very same ("cease-fire" is read as two words: `_facts`).
_GROUPS = tuple(
    frozenset(terms(words)) for words in ("truce ceasefire armistice", "attack attacked assault assaulted", "agreed agreement accord deal")
)
SAME_EVENT = {word: frozenset({word}) for word in terms(_EVENTS)} | {word: group for group in _GROUPS for word in sorted(group)}
CEASE_FIRE = frozenset(terms("cease fire"))
CEASEFIRE = frozenset(terms("ceasefire"))
# What bodies are called by: rewriting machines put one of these for another, and name a country in full.
BODIES = frozenset(
    terms(
        """affairs federation republic kingdom union nations united agreement accord council national ministry organization organisation
association agency bureau international foreign state american"""
    )
)
ARTICLES = frozenset({"1"})  # "one" is mostly no count: "one former classmate", "one of them"
# Without March and May, which are other words, too.
DAYS = frozenset(
    terms(
        """monday tuesday wednesday thursday friday saturday sunday
january february april june july august september october november december"""
    )
)
