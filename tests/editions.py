"""Make up three editions to look at: a quiet day, a normal day, and a flood of 200 developments.

Everybody and everything in them is invented. They go through `compose`, so that they are ordered and folded as real ones are.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tidings.ids import make_id
from tidings.model import (
    Correcting,
    Coverage,
    Edition,
    FeedNote,
    Kind,
    OwnOutage,
    Recipient,
    ReportedCorrection,
    ReportedDevelopment,
    ReportedFigure,
    ReportedOrigin,
)
from tidings.stages.compose import Material, Selected, StoryFacts, compose

END = datetime(2020, 2, 19, 4, 0, tzinfo=UTC)  # seven in the morning in Istanbul
START = END - timedelta(days=1)
TITLES = {"idlib": "Idlib", "libya": "Libya", "xinjiang": "Xinjiang"}
DESK = Recipient("morning_desk", "email", tuple(TITLES), ("07:00",), "Europe/Istanbul", "send")
FLOOD_COUNT = 200

_LANGUAGES = {
    "مرصد الشمال": "ar", "الساحل اليوم": "ar", "边疆观察": "zh", "Северный вестник": "ru", "Güney Gündem": "tr", "Le Quai": "fr",
}  # fmt: skip


def quiet_day() -> Edition:
    """Return an edition of a day that brought nothing new."""
    funnel = (("nothing_new", 9), ("duplicate", 4), ("off_topic", 411), ("same_article", 3))
    return compose(DESK, TITLES, START, END, Material((), {}, Coverage(43, (), (), funnel, pages=(("full", 13), ("wall", 1)))))


def normal_day() -> Edition:
    """Return an edition of every kind of development, in six languages, with corrections, a failing feed, an outage and notes."""
    return _composed(_normal_stories(), corrections=_corrections())


def flood() -> Edition:
    """Return an edition of 200 developments in some seventy stories; nothing of it is folded for length yet."""
    stories = [*_normal_stories(), *_many_stories()]
    left = FLOOD_COUNT
    kept = []
    for topic, facts, members in stories:
        kept.append((topic, facts, members[: max(left, 0)]))
        left -= len(members)
    return _composed([one for one in kept if one[2]], corrections=_corrections())


def _composed(stories, corrections=()) -> Edition:
    """Compose an edition from stories as (topic, facts, developments)."""
    selected = [
        Selected(topic, facts.id, one.published_at or one.first_seen_at, make_id("article", one.url), position, one)
        for topic, facts, members in stories
        for position, one in enumerate(members)
    ]
    material = Material(tuple(selected), {facts.id: facts for _, facts, _ in stories}, _coverage(), corrections=tuple(corrections))
    return compose(DESK, TITLES, START, END, material)


def said(kind, statement, publisher="Harbour Post", hours=5.0, **more):
    """Make one development, published some hours before the edition; its article is told by publisher and time."""
    published_at = END - timedelta(hours=hours)
    host = make_id("host", publisher)[:6] if publisher in _LANGUAGES else publisher.lower().replace(" ", "-")
    return ReportedDevelopment(
        development_id=make_id("development", kind, statement, publisher),
        kind=kind,
        statement=statement,
        publisher=publisher,
        url=f"https://{host}.example/2020/02/{published_at:%d/%H%M}-report",
        language=_LANGUAGES.get(publisher, "en"),
        published_at=published_at,
        first_seen_at=published_at + timedelta(minutes=20),
        recorded_at=published_at + timedelta(minutes=25),
        **more,
    )


def told(topic, title, developments, reports=2, origins=(), language=""):
    """Make a story as (topic, facts, developments)."""
    languages = tuple(dict.fromkeys(one.language for one in developments))
    linked = {one.publisher: one.url for one in developments}
    named = tuple(ReportedOrigin(name, linked.get(name, f"https://{make_id('host', name)[:6]}.example/first")) for name in origins)
    facts = StoryFacts(make_id("story", title), title, language or languages[0], reports, max(len(named), 1), languages, named)
    return topic, facts, [replace(one, title=one.title or title) for one in developments]


def killed(now, before, value, hours=20.0):
    """Make a toll that changed."""
    return ReportedFigure("killed", now, "people", before, END - timedelta(hours=hours), float(value))


def _coverage() -> Coverage:
    return Coverage(
        feeds_fine=41,
        feeds_failing=(FeedNote("Northern Courier", "https://courier.example/rss", "failing", END - timedelta(days=2), "timeout after 20 s, 31 in a row"),),
        feeds_silent=(FeedNote("جريدة الساحل", "https://sahel.example/feed.xml", "silent", END - timedelta(days=6), "usually 14 entries a day"),),
        funnel=(("new", 19), ("nothing_new", 38), ("duplicate", 27), ("off_topic", 1204), ("same_article", 11), ("rejected", 6), ("deferred", 2)),
        feeds_recovered=(FeedNote("Steppe Wire", "https://steppe.example/atom", "recovered", END - timedelta(hours=9), "failed for 5 h"),),
        delivery_notes=("the edition of 2020-02-18 06:30 for night_desk: refused", "the edition of 2020-02-17 06:30 for field_office: held"),
        pages=(("full", 71), ("teaser", 5), ("wall", 4), ("timeout", 1)),
        own_outage=OwnOutage(3, END - timedelta(hours=7), END - timedelta(hours=5)),
    )  # fmt: skip


def _corrections() -> tuple[ReportedCorrection, ...]:
    """Make one correction of each kind."""
    shared = {"topic": "idlib", "told_at": START, "told_language": "en", "language": "en", "first_seen_at": END - timedelta(hours=4)}
    return (
        ReportedCorrection(
            make_id("development", "a"), how=Correcting.CORRECTED, told="The market that was hit is in Saraf, residents said.",
            publisher="Lantern Daily", url="https://lantern-daily.example/2020/02/19/correction",
            now="An earlier version of this report named the wrong town; the market is in Maar, not in Saraf.",
            published_at=END - timedelta(hours=4), headline="Toll of strike on market rises", headline_language="en", **shared,
        ),
        ReportedCorrection(
            make_id("development", "b"), how=Correcting.REWORDED, told="The convoy carried 90 tonnes of flour, the agency said.",
            publisher="Harbour Post", url="https://harbour-post.example/2020/02/17/convoy", now="The convoy carried 19 tonnes of flour, the agency said.",
            headline="Flour convoy reaches the valley", headline_language="en", **{**shared, "told_at": START - timedelta(days=1)},
        ),
        ReportedCorrection(
            make_id("development", "c"), how=Correcting.WITHDRAWN, told="وقال شهود إن الجسر دُمّر بالكامل.", publisher="مرصد الشمال",
            url="https://marsad.example/2020/02/18/bridge", headline="قصف على جسر شمال المدينة", headline_language="ar",
            **{**shared, "told_language": "ar", "language": "ar"},
        ),
        ReportedCorrection(
            make_id("development", "d"), how=Correcting.MARKED, told="The festival closed with a concert on the quay.", publisher="Le Quai",
            url="https://le-quai.example/2020/02/16/festival", headline="A festival by the sea", headline_language="en",
            **{**shared, "topic": "libya", "told_at": START - timedelta(days=9)},
        ),
    )  # fmt: skip


def _normal_stories():
    return [
        told("idlib", "Convoys of families reach the border as shelling moves north", [
            said(Kind.NEW_STORY, "Aid workers at the Kafr crossing counted 312 vehicles arriving between dusk and midnight on Tuesday, most of them carrying more than one family.", place="Kafr"),
            said(Kind.NEW_STORY, "The only bakery still working in the camp has flour for four days, its manager said.", "Relief Monitor", 7),
            said(Kind.NEW_STORY, "The camp's only working bakery has flour for four days, its manager said.", "Lantern Daily", 6),
            said(Kind.NEW_STATEMENT, "قال مسؤول محلي إن المدارس فتحت أبوابها لإيواء العائلات القادمة من الجنوب، وإن الخيام المتوفرة لا تكفي سوى لربع الواصلين.", "مرصد الشمال", 3),
            said(Kind.NEW_STATEMENT, "Belediye, sınır köylerine iki gün içinde 1.500 çadır gönderileceğini açıkladı.", "Güney Gündem", 9),
            said(Kind.NEW_ORIGIN, "", "Meridian Press Agency", 2, origin="Meridian Press Agency"),
        ], 9, ("Harbour Post", "Relief Monitor", "مرصد الشمال", "Meridian Press Agency")),
        told("idlib", "Toll of strike on market rises", [
            said(Kind.CHANGED_FIGURE, "The governor's office said on Wednesday that 29 people were killed in the strike on the market, among them seven children.", hours=1.5,
                 figures=(killed("29 people", "22 people", 29),), replaces="A strike on the market killed 22 people, the governor's office said."),
        ], 6, ("Harbour Post", "Lantern Daily", "Relief Monitor")),
        told("idlib", "Hill village changes hands", [
            said(Kind.REVERSAL, "Opposition fighters said they had retaken the village of Talla on Tuesday evening.", "Relief Monitor", 10,
                 replaces="Government troops have taken full control of the village of Talla.", event_date="2020-02-18",
                 warning="copies a report of Harbour Post, differs in: place"),
            said(Kind.NEW_STATEMENT, "The road through the village remained closed to civilians.", "Relief Monitor", 10, place="Talla"),
        ], 3, ("Harbour Post", "Relief Monitor")),
        told("libya", "طرفا النزاع يتبادلان الاتهامات بخرق الهدنة قرب الميناء", [
            said(Kind.NEW_STORY, "سقطت ثلاث قذائف على رصيف الميناء صباح الثلاثاء، ما أدى إلى وقف تفريغ السفن لعدة ساعات، بحسب إدارة الميناء.", "الساحل اليوم", 15),
            said(Kind.NEW_STATEMENT, "The port authority said unloading resumed at three in the afternoon under a new safety rule.", hours=8),
            said(Kind.NEW_STATEMENT, "Представитель порта сообщил, что два танкера отведены на пять миль от берега.", "Северный вестник", 8),
        ], 7, ("الساحل اليوم", "Harbour Post")),
        told("libya", "Talks to resume in Geneva on Thursday", [
            said(Kind.NEW_STATEMENT, "Both delegations will return to the talks on Thursday, the mediator's spokeswoman said.", "Lantern Daily", 12),
            said(Kind.CHANGED_FIGURE, "La mission compte désormais 40 observateurs sur place.", "Le Quai", 5,
                 figures=(ReportedFigure("other", "40 observateurs", "observateurs", "32 observateurs", END - timedelta(days=3), 40.0),)),
        ]),
        told("xinjiang", "新疆南部两所培训中心宣布关闭", [
            said(Kind.NEW_STORY, "地方政府周二在一份通知中表示,位于和田地区的两所培训中心已经关闭,学员全部结业,校舍将改为普通中学使用。", "边疆观察", 14),
            said(Kind.NEW_STATEMENT, "Satellite pictures taken on Sunday show that the outer fence of one site has been removed.", "Meridian Press Agency", 11),
            said(Kind.NEW_STATEMENT, "All trainees have graduated, the regional spokesman said.", "Steppe Wire", 13, replaces="Most trainees have graduated, the regional spokesman said."),
        ], 5, ("边疆观察", "Meridian Press Agency", "Steppe Wire")),
    ]  # fmt: skip


_PLACES = (
    "Talla",
    "Maar",
    "Kafr",
    "Saraf",
    "Wadi Zeit",
    "Old Quay",
    "Green Hill",
    "Asmar",
    "Tell Rim",
    "Bir Hamed",
    "North Gate",
    "Ravine Road",
)
_DEEDS = (
    ("Shelling hits {place} for {n} nights", "Shells fell on {place} for {n} nights in a row, and a row of houses burned down, a rescue worker said."),
    ("Clinic in {place} runs out of fuel", "The clinic in {place} has fuel for {n} hours, its director said by telephone on Tuesday."),
    ("Families leave {place} by night", "At least {n}0 families left {place} before dawn on tractors and small lorries, drivers at the crossing said."),
    ("Court in {place} tries {n} officials", "A court in {place} opened the trial of {n} officials who are accused of selling aid, its clerk said."),
    ("Water returns to {place} after {n} days", "Water ran again in {place} on Tuesday afternoon after {n} days without, the utility said in a notice."),
)  # fmt: skip
_TOLL = ("Rockets strike {place}", "The rescue service said {n} people were killed when rockets struck {place} at noon on Monday.")
_MORE = (
    "Residents of {place} said that {n} wells had been filled with rubble.",
    "A teacher from {place} counted {n} pupils where there had been a hundred.",
    "The road from {place} to the coast was closed to lorries until further notice.",
)


def _many_stories():
    """Yield stories without end; the caller takes as many developments as it wants."""
    publishers = ("Harbour Post", "Relief Monitor", "Lantern Daily", "Steppe Wire", "Meridian Press Agency")
    for number in range(120):
        is_toll = number % 7 == 3
        place, (title, statement) = _PLACES[number % len(_PLACES)], _TOLL if is_toll else _DEEDS[number % len(_DEEDS)]
        words = {"place": f"{place} {1 + number // len(_PLACES)}" if number >= len(_PLACES) else place, "n": 4 + number}
        publisher, hours = publishers[number % len(publishers)], 1 + number % 23
        kind = Kind.CHANGED_FIGURE if is_toll else Kind.NEW_STORY
        figures = (killed(f"{4 + number} people", f"{3 + number} people", 4 + number),) if is_toll else ()
        members = [said(kind, statement.format(**words), publisher, hours, figures=figures)]
        members += [said(Kind.NEW_STATEMENT, more.format(**words), publisher, hours) for more in _MORE[: 1 + number % 3]]
        yield told(tuple(TITLES)[number % 3], title.format(**words), members, 1 + number % 6, publishers[: 1 + number % 4])
