"""Hold the words that tell what a figure measures: verbs, adjectives and nouns, in English and a few in other languages."""

from collections.abc import Mapping
from typing import NamedTuple

from tidings.text.tokens import word_set


class Cue(NamedTuple):
    """Tell what a word measures and how it stands to the number.

    `role` is "verb" (active only, its object follows), "past" (active or passive), "state" (its subject comes before),
    or "noun" (counted itself: "five deaths", or "the death of five").
    """

    measure: str
    role: str


# Infinitives; the forms are made below. Irregular ones are given as infinitive/past.
_VERBS = {
    "killed": "kill murder slay/slain execute massacre behead assassinate lynch decapitate slaughter hang/hanged electrocute martyr",
    "injured": "injure wound hurt/hurt maim hospitalise hospitalize",
    "detained": "arrest detain jail imprison kidnap abduct incarcerate apprehend remand",
    "displaced": "displace evacuate deport expel relocate uproot repatriate banish ferry airlift",
    "affected": "affect sicken destroy damage burn torch flood disrupt strand trap infect ransack demolish collapse raze delay ground cancel/cancelled quarantine"
    " submerge inundate devastate bury flatten wreck loot",
    "missing": "vanish",
    "other": "rescue free/freed release charge deploy save convict pardon acquit exchange indict accuse suspend fire nominate elect"
    " recall launch send/sent sell/sold buy/bought ban approve sanction recruit exonerate summon extradite question search sack dismiss swap"
    " join protest attract gather attend win/won score spend/spent",
}  # fmt: skip
_PEOPLE_VERBS = {"detained": "hold/held seize take/taken capture intercept"}  # only of people: "hold 20 hostages", not "hold two meetings"
_STATES = {
    "killed": "die dies died dying dead lifeless perish perishes perished drown drowns drowned fatally succumbed",
    "missing": "missing unaccounted disappeared disappear",
    "displaced": "flee flees fled fleeing homeless",
    "affected": "stranded trapped ill sick snowbound powerless",
    "detained": "captive",
    "injured": "hospitalised hospitalized",
}
_NOUNS = {
    "killed": "death deaths fatality fatalities dead bodies corpses lives killing killings murder murders execution executions assassination"
    " massacre beheading toll casualties drowning drownings",
    "injured": "injury injuries wounded wounding hospitalisation hospitalisations hospitalization hospitalizations",
    "missing": "disappearance disappearances",
    "displaced": "evacuation evacuations deportation deportations displacement expulsion evacuees displaced exodus eviction evictions",
    "detained": "arrest arrests detention detentions imprisonment kidnapping kidnappings abduction abductions detainees capture jailing",
    "affected": "infections cases infection destruction cancellation cancellations",
    "other": "release rescue deployment sentencing charges protest election seats votes exchange hostages survivors return",
}
PEOPLE = word_set(
    "people person persons men man women woman children child civilians soldiers troops police policemen officers others militants suspects"
    " students staff workers hostages migrants refugees members passengers journalists activists protesters protestors demonstrators"
    " villagers tourists crew sailors fishermen girls boys schoolgirls youths nationals citizens foreigners residents teenagers gunmen fighters"
    " smugglers traffickers attackers bombers insurgents leaders commanders pilots engineers teachers doctors lawyers reporters miners"
    " drivers farmers pirates guards supporters followers detainees priests nuns clerics dissidents worshippers"
    " rebels personnel families inhabitants houses homes asylum",
)
TOTALS = word_set("toll total tally count number figure")


def _forms(entry: str) -> tuple[list[str], str, str]:
    """Give the present forms, the -ing form and the past of a verb."""
    base, _, past = entry.partition("/")
    stem = base.removesuffix("e") if base != "free" else base
    doubled = base + base[-1] if base in {"trap", "kidnap", "swap", "cancel", "ban", "hit", "win", "expel"} else stem
    soft = base.endswith("y") and base[-2] not in "aeiou"
    third = base[:-1] + "ies" if soft else base + ("es" if base.endswith(("sh", "ch", "ss")) else "s")
    past = past or (base[:-1] + "ied" if soft else doubled + "ed")
    return [base, third], doubled + "ing", past


def _cues(table: Mapping[str, str]) -> dict[str, Cue]:
    cues: dict[str, Cue] = {}
    for measure, entries in table.items():
        for entry in entries.split():
            present, ongoing, past = _forms(entry)
            cues |= {word: Cue(measure, "verb") for word in [*present, ongoing]} | {past: Cue(measure, "past")}
    return cues


VERBS: Mapping[str, Cue] = _cues(_VERBS) | {"slew": Cue("killed", "verb"), "kidnaped": Cue("detained", "past")}
PEOPLE_VERBS: Mapping[str, Cue] = _cues(_PEOPLE_VERBS) | {"took": Cue("detained", "verb")}
STATES: Mapping[str, Cue] = {word: Cue(measure, "state") for measure, words in _STATES.items() for word in words.split()}
NOUNS: Mapping[str, Cue] = {word: Cue(measure, "noun") for measure, words in _NOUNS.items() for word in words.split()}


def is_person(word: str) -> bool:
    """Tell whether a noun (lower case) names people, by a list and by its ending."""
    return word in PEOPLE or word.endswith(("ists", "ians", "men", "women", "ees"))
