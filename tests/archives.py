"""Make an archive up, as the store would give it: publishers, statements and figures are invented."""

from datetime import UTC, date, datetime, timedelta

from tidings.ids import make_id
from tidings.model import Coverage, Edition, Kind, ReportedDevelopment, ReportedFigure, ReportedStory
from tidings.stages.archive import Archive, ArchivedArticle, ArchivedDevelopment, ArchivedStory, ArchivedTopic, FigurePoint

START = datetime(2020, 2, 18, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SAID = {
    "en": ("Flour reaches Saraqib", ("A convoy brought flour to Saraqib at dawn.", "Drivers waited nine hours at the crossing.")),
    "ar": ("قافلة طحين تصل إلى سراقب", ("وصلت قافلة من الطحين إلى سراقب فجرا.", "وانتظر السائقون تسع ساعات في إدلب.")),
    "zh": ("面粉车队抵达伊德利卜", ("一支运送面粉的车队清晨抵达伊德利卜。", "司机们在口岸等待了九个小时。")),
    "ru": ("Мука доставлена в Идлиб", ("Колонна с мукой прибыла в Идлиб на рассвете.",)),
    "tr": ("İdlib'e un konvoyu ulaştı", ("Un taşıyan konvoy şafakta İdlib'e vardı.",)),
}


def archive(said=SAID, days=1, topic="idlib", publisher="Harbour Post"):
    """Make an archive in which each language reports a story of its own, day by day, each day told in one edition."""
    stories, developments, articles, editions, points = {}, [], {}, [], []
    for day in range(days):
        told = []
        for place, (language, (title, statements)) in enumerate(said.items()):
            at = START + timedelta(days=day) + place * HOUR
            story = make_id("test story", title, str(day))
            stories[story] = ArchivedStory(story, title, language, (topic,), at, at, 2, 1)
            article = ArchivedArticle(
                story, story, title, publisher, publisher, f"https://{language}.example/{day}", language, at, at + HOUR
            )
            copy = ArchivedArticle(
                make_id("test copy", story), story, title, "Echo", publisher, f"https://echo.example/{language}/{day}", language,
                at + HOUR, at + HOUR, story, publisher, "near", 0.9, ("toll",),
            )  # fmt: skip
            articles[story] = (article, copy)
            found = [development(story, statement, language, at, index, publisher) for index, statement in enumerate(statements)]
            told.append(ReportedStory(story, topic, title, language, 2, 1, (), True, tuple(one.reported for one in found)))
            developments += found
            points.append(point(story, topic, START.date() + timedelta(days=day), 20 + 5 * day + place, publisher))
        end = START + timedelta(days=day, hours=18)
        start = end - timedelta(days=1) if day else None
        nothing = Coverage(0, (), (), ())
        editions.append(Edition(make_id("test edition", str(day)), "desk", ((topic, "Idlib"),), start, end, "UTC", tuple(told), nothing))
    told_in = {one.development_id: (edition.id,) for edition in editions for story in edition.stories for one in story.developments}
    newest = tuple(sorted(developments, key=lambda one: one.at, reverse=True))
    return Archive((ArchivedTopic(topic, "Idlib"),), tuple(reversed(editions)), stories, newest, articles, tuple(points), told_in)


def development(story, statement, language, at, index=0, publisher="Harbour Post", **more):
    """Make one development of a story's first article; the second of a day changes a figure."""
    reported = ReportedDevelopment(
        development_id=make_id("test development", story, statement),
        kind=Kind.NEW_STORY if index == 0 else Kind.CHANGED_FIGURE,
        statement=statement,
        publisher=publisher,
        url=f"https://{language}.example/{at:%d}",
        language=language,
        published_at=at,
        first_seen_at=at + HOUR,
        figures=(ReportedFigure("other", "nine", "hours", "seven", at),) if index else (),
        replaces="Drivers waited seven hours." if index else "",
        **more,
    )
    return ArchivedDevelopment("idlib", story, story, reported)


def point(
    story, topic, day, value, publisher, *, low=None, qualifier="exact", measure="killed", said_by="", of="people", unit="", disputed=False
):
    """Make one value of a measure."""
    return FigurePoint(
        topic, story, measure, unit, day if isinstance(day, date) else date.fromisoformat(day), value if low is None else low, value, qualifier,
        of, str(value), said_by, publisher, "https://en.example/0", disputed,
    )  # fmt: skip
