"""Make up the news of a soak: three invented places, what happens there day by day, and who reports it. All words are our own.

Everything follows from the seed and the day, so nothing has to be kept: an address leads back to its report.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)
PLACES = (("dunmere", "Dunmere"), ("coldrake", "Coldrake"), ("saltby", "Saltby"))
WIRES = 20  # feeds that never fail and write what the others copy
DAYS_SHOWN = 4  # a feed shows reports no older than that
_ROUNDS_APART = timedelta(hours=7)
_SYLLABLES = [
    "bar",
    "dor",
    "fen",
    "gal",
    "hul",
    "ist",
    "kor",
    "lam",
    "mir",
    "nov",
    "oss",
    "pel",
    "quin",
    "rud",
    "sev",
    "tam",
    "ulf",
    "ver",
    "wex",
    "yar",
    "zell",
    "brin",
    "crow",
    "dask",
    "elm",
    "frey",
]
_FACTS = (
    "Engineer {a} found {n} cracked {thing} below the {b} {part} in {place}",
    "The {b} council of {place} lent {n} {thing} to the families of {c} street",
    "A {thing} of the {b} brigade broke down near the {part} of {place}, its driver {a} said",
    "{place}'s surgeon {a} asked the {c} clinic for {n} {thing} and a second {part}",
    "Volunteers led by {a} carried {n} {thing} from the {c} {part} to a school in {place}",
    "Judge {a} closed the {part} of {place} after {n} {thing} were stolen from {b} yard",
    "The {b} ferry will not call at {place} before {c} harbour has mended its {part}",
    "Miners of the {c} shaft in {place} elected {a} to speak about the {part} and the {thing}",
    "Inspector {a} blamed the {b} company for selling {n} rotten {thing} to the {part} of {place}",
    "Teachers in {place} moved their lessons into the {c} {part}, where {n} {thing} had been stored",
    "A letter by {a} says that {b} bank refused to pay for the {part} of {place}",
    "Farmers around {place} drove {n} animals past the {c} {part} before the {thing} failed",
)
_THINGS = [
    "pumps",
    "beams",
    "lanterns",
    "ladders",
    "boilers",
    "tents",
    "cables",
    "barrels",
    "windows",
    "engines",
    "sandbags",
    "wagons",
    "blankets",
    "mattresses",
    "doors",
    "radios",
]
_PARTS = [
    "bridge",
    "tower",
    "tunnel",
    "market",
    "hall",
    "chapel",
    "dam",
    "station",
    "mill",
    "depot",
    "lock",
    "theatre",
    "kitchen",
    "archive",
    "stable",
    "pier",
]
_HAPPENINGS = ("flood", "fire", "landslide", "collapse", "explosion", "storm", "derailment", "blizzard")
_ELSEWHERE = (
    "The {b} orchestra of {c} plays a concert for {n} cellos and one {thing} next week",
    "Gardener {a} grew a pumpkin that is heavier than {n} {thing} of the {c} fair",
    "The chess club of {c} lost to {b} after {a} forgot the {part} of the opening",
    "A museum in {c} shows {n} painted {thing} from the collection of {a}",
    "Cook {a} sells {n} kinds of soup beside the {part} of {b}",
)


@dataclass(frozen=True, slots=True)
class Report:
    """Hold one report as its feed shows it."""

    number: int
    feed: int
    day: int
    title: str
    paragraphs: tuple[str, ...]
    at: datetime
    facts: tuple[str, ...]  # sentences that no report before this happening's said
    place: str  # the topic, or empty: about something else
    corrected: tuple[str, str] | None = None  # words that a later version changes, and into what

    @property
    def url(self) -> str:
        """Give the address of its page."""
        return f"https://{host(self.feed)}/{self.day}/{self.number}"


def host(feed: int) -> str:
    """Name the site of a feed."""
    return f"wire{feed}.example" if feed < WIRES else f"paper{feed}.example"


@dataclass(frozen=True, slots=True)
class News:
    """Make up reports: `happenings` a day, each copied by about `copies` of the other feeds, and `others` on nothing watched."""

    seed: int = 9
    feeds: int = 200
    happenings: int = 6
    copies: int = 4
    others: int = 60

    def shown(self, feed: int, now: datetime, most: int = 20) -> list[Report]:
        """Return what a feed shows at a time, the newest first."""
        today = (now - BEGIN).days
        found = [one for day in range(today - DAYS_SHOWN, today + 1) if day >= 0 for one in _of_feed(self, day, feed) if one.at <= now]
        return sorted(found, key=lambda one: (one.at, one.number), reverse=True)[:most]

    def at(self, url: str) -> Report | None:
        """Return the report of an address."""
        try:
            _, _, site, day, number = url.split("?", maxsplit=1)[0].split("/")
            found = _of_day(self, int(day))[int(number)]
        except (ValueError, IndexError):
            return None
        return found if host(found.feed) == site else None

    def of_day(self, day: int) -> tuple[Report, ...]:
        """Return all reports of the happenings of a day; the last appear two days later."""
        return _of_day(self, day)


@lru_cache(maxsize=DAYS_SHOWN + 2)
def _of_day(news: News, day: int) -> tuple[Report, ...]:
    reports: list[Report] = []
    for one in _happenings(news, day) if day >= 0 else ():
        reports.append(Report(len(reports), *one))
    return tuple(reports)


@lru_cache(maxsize=(DAYS_SHOWN + 2) * 256)
def _of_feed(news: News, day: int, feed: int) -> tuple[Report, ...]:
    return tuple(one for one in _of_day(news, day) if one.feed == feed)


def _happenings(
    news: News, day: int
) -> Iterator[tuple[int, int, str, tuple[str, ...], datetime, tuple[str, ...], str, tuple[str, str] | None]]:
    for number in range(news.happenings):
        yield from _happening(news, day, number)
    chance = random.Random(f"{news.seed}/{day}/others")
    for _ in range(news.others):
        sentences = tuple(_sentence(chance, _ELSEWHERE, "") for _ in range(5))
        yield chance.randrange(news.feeds), day, sentences[0][:70], sentences, _time(chance, day), (), "", None


def _happening(
    news: News, day: int, number: int
) -> Iterator[tuple[int, int, str, tuple[str, ...], datetime, tuple[str, ...], str, tuple[str, str] | None]]:
    """Yield the reports of one happening: by its wire, round by round, and by those who copy it, some with a word of their own."""
    chance = random.Random(f"{news.seed}/{day}/{number}")
    place, shown = PLACES[number % len(PLACES)]
    what, name = chance.choice(_HAPPENINGS), _name(chance)
    wire, begins, toll = chance.randrange(WIRES), _time(chance, day), chance.randrange(2, 9)
    background = f"{shown} has had no {what} since the {name} works opened in {chance.randrange(1900, 1990)}."
    before = ""
    for turn in range(chance.randrange(1, 5)):
        facts = tuple(_sentence(chance, _FACTS, shown) for _ in range(chance.randrange(2, 4)))
        told = f"The {name} {what} in {shown} killed {toll} people, the {name} rescue service said."
        text = (told, *facts, background, *filter(None, [before]))
        title = f"{shown}: {toll} dead in {name} {what}" if turn == 0 else f"{facts[0][:60]}"
        at = begins + turn * _ROUNDS_APART
        fixed = (told, told.replace(f"killed {toll} people", f"killed {toll + 30} people")) if chance.random() < 0.1 else None
        yield wire, day, title, text, at, (told, *facts), place, fixed
        for _ in range(chance.randrange(news.copies * 2 + 1)):
            who = chance.randrange(WIRES, news.feeds)
            own = (_sentence(chance, _FACTS, shown),) if chance.random() < 0.2 else ()
            late = timedelta(minutes=chance.randrange(5, 600))
            yield who, day, title if chance.random() < 0.5 else facts[-1][:60], (*text, *own), at + late, own, place, fixed
        before, toll = facts[0], toll + chance.randrange(1, 6)


def _time(chance: random.Random, day: int) -> datetime:
    return BEGIN + day * DAY + timedelta(minutes=chance.randrange(24 * 60))


def _name(chance: random.Random) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(2)).capitalize()


def _sentence(chance: random.Random, forms: tuple[str, ...], place: str) -> str:
    return (
        chance.choice(forms).format(
            a=f"{_name(chance)} {_name(chance)}",
            b=_name(chance),
            c=_name(chance),
            n=chance.randrange(3, 400),
            thing=chance.choice(_THINGS),
            part=chance.choice(_PARTS),
            place=place,
        )
        + "."
    )
