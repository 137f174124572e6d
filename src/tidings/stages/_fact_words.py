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
# Months and days as they are written short and in full. (Not May, and no "mar", "sat" and "sun", which are other words, too.)
_SHORT_DAYS = """january jan
february feb
april apr
june jun
july jul
august aug
september sept sep
october oct
november nov
december dec
monday mon
tuesday tue tues
wednesday wed
thursday thu thur thurs
friday fri"""


def _by_word(lines: str) -> dict[str, frozenset[str]]:
    """Return, for each word, those that stand in a line with it."""
    found: dict[str, frozenset[str]] = {}
    for words in (frozenset(terms(line)) for line in lines.splitlines()):
        for word in sorted(words):
            found[word] = found.get(word, frozenset()) | words
    return found


SAME_DAYS = _by_word(_SHORT_DAYS)
OTHER_NAMES = _by_word(_PEOPLES) | SAME_DAYS

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
deported expelled hospitalised truce ceasefire armistice"""
# Words that say the very same ("cease-fire" is read as two words: `_facts`).
_SAME_HAPPENINGS = """truce ceasefire armistice
attack attacked assault assaulted
agreed agreement accord deal
stop stopped halt halted cease ceased
left leave quit depart departed
quit resigned"""
_SAME = _by_word(_SAME_HAPPENINGS)
SAME_EVENT = {word: _SAME.get(word, frozenset({word})) for word in terms(_EVENTS)}
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
# What names a day by how far back it lies, beside the names of days and months.
RELATIVE_DAYS = frozenset(terms("yesterday today tonight last night this morning previous day"))
