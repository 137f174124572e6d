"""Make editions up: publishers, statements and figures are invented."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st

from tidings.ids import make_id
from tidings.model import Coverage, Edition, FeedNote, Kind, ReportedDevelopment, ReportedFigure, ReportedOrigin, ReportedStory

PIECES = [
    "<script>alert(1)</script>", "</blockquote><img src=x onerror=alert(1)>", "\"' onmouseover=alert(1) x=\"", "<!--", "-->", "]]>", "&lt;b&gt;", "&#60;",
    "javascript:alert(1)", "http://evil.example", "https://evil.example/a_b", "www.evil.example", "mailto:a@evil.example", "a@evil.example", "ftp://evil.example",
    "[link](http://evil.example)", "![image](http://evil.example/x.png)", "<http://evil.example>", "[a]: http://evil.example", "[^1]", "`code`", "```", "~~~",
    "# heading", "> quote", "- item", "+ item", "1. item", "12) item", "---", "===", "***", "| a | b |", "* * *", "\\", "\\\\", "_x_", "**bold**", ":smile:",
    "{{ 7 * 7 }}", "{% include 'x' %}", "${x}", "\n", "\r\n", "\n\n", "\t", "    ", "\x1b[31m", "\x1b]8;;http://evil.example\x07", "\x9b31m", "\x00", "\x08",
    "\u202e", "\u2066", "\u2069", "\u2028", "\u2029", "\ufeff", "\ud800", "\U000e0041", "[red]x[/red]", "[link=http://evil.example]x[/link]", "@everyone", "<!channel>",
    "Subject: x", "سلام", "新聞", "ğ", "\U0001f600",
]  # fmt: skip
WORDS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=4).map("".join)
SCHEMES = ["https://", "http://", "HTTPS://", "//", "javascript:", "data:text/html,", "https:", "https://evil.example/", ""]
URLS = st.builds(str.__add__, st.sampled_from(SCHEMES), WORDS)

END = datetime(2020, 2, 19, 4, 0, tzinfo=UTC)
START = END - timedelta(days=1)


def development(kind, statement, publisher="Harbour Post", language="en", hours=5.0, **more):
    """Make one development, published some hours before the edition."""
    return ReportedDevelopment(
        development_id=make_id("test", kind, statement, publisher),
        kind=kind,
        statement=statement,
        publisher=publisher,
        url=f"https://{publisher.lower().replace(' ', '-')}.example/news/{abs(hash(statement)) % 10}",
        language=language,
        published_at=END - timedelta(hours=hours),
        first_seen_at=END - timedelta(hours=hours) + timedelta(minutes=20),
        **more,
    )


def story(topic, headline, developments, language="en", articles=2, origins=1, languages=("en",), **more):
    """Make one story."""
    return ReportedStory(
        story_id=make_id("test", headline),
        topic=topic,
        headline=headline,
        headline_language=language,
        article_count=articles,
        origin_count=origins,
        languages=languages,
        is_new=any(one.kind is Kind.NEW_STORY for one in developments),
        developments=tuple(developments),
        **more,
    )


def coverage(**more):
    """Make a coverage note with two failing feeds and a silent one."""
    values = {
        "feeds_fine": 41,
        "feeds_failing": (
            FeedNote("Northern Courier", "https://courier.example/rss", "failing", END - timedelta(days=2), "timeout after 20 s, 31 in a row"),
            FeedNote("جريدة الساحل", "https://sahel.example/feed.xml", "failing", END - timedelta(hours=9), "status 503, 8 in a row"),
        ),
        "feeds_silent": (FeedNote("Steppe Wire", "https://steppe.example/atom", "silent", END - timedelta(days=6), "usually 14 entries a day"),),
        "funnel": (
            ("new", 19), ("nothing_new", 38), ("duplicate", 27), ("known", 0), ("off_topic", 1204), ("same_article", 11),
            ("rejected", 6), ("deferred", 2), ("pending", 0),
        ),
        "delivery_notes": ("the edition of 2020-02-18 06:30 for night_desk: refused",),
    }  # fmt: skip
    return Coverage(**{**values, **more})


def edition(stories, **more):
    """Make an edition for three topics."""
    values = {
        "id": make_id("test", "edition"),
        "recipient": "desk",
        "topics": (("idlib", "Idlib"), ("libya", "Libya"), ("xinjiang", "Xinjiang")),
        "window_start": START,
        "window_end": END,
        "time_zone": "Europe/Istanbul",
        "stories": tuple(stories),
        "coverage": coverage(),
    }
    return Edition(**{**values, **more})


def rich_stories():
    """Make twenty developments in four languages, of every kind."""
    return [
        story(
            "idlib",
            "Convoys of families reach the border as shelling moves north",
            [
                development(Kind.NEW_STORY, "Aid workers at the Kafr crossing counted 312 vehicles arriving between dusk and midnight on Tuesday, most of them carrying more than one family."),
                development(Kind.NEW_STORY, "The only bakery still working in the camp has flour for four days, its manager said.", "Relief Monitor", hours=7),
                development(Kind.NEW_STATEMENT, "قال مسؤول محلي إن المدارس فتحت أبوابها لإيواء العائلات القادمة من الجنوب، وإن الخيام المتوفرة لا تكفي سوى لربع الواصلين.", "مرصد الشمال", "ar", 3),
                development(Kind.NEW_STATEMENT, "Belediye, sınır köylerine iki gün içinde 1.500 çadır gönderileceğini açıkladı.", "Güney Gündem", "tr", 9),
                development(Kind.NEW_ORIGIN, "", "Lantern Daily", hours=2, origin="Meridian Press Agency"),
            ],
            articles=9, origins=4, languages=("ar", "en", "tr"),
        ),
        story(
            "idlib",
            "Toll of strike on market rises",
            [
                development(
                    Kind.CHANGED_FIGURE, "The governor's office said on Wednesday that 29 people were killed in the strike on the market, among them seven children.",
                    hours=1.5,
                    figures=(ReportedFigure("killed", "29 people", "people", "22 people", END - timedelta(hours=20)),),
                    replaces="A strike on the market killed 22 people, the governor's office said.",
                ),
                development(Kind.CORRECTION, "An earlier version of this report named the wrong town; the market is in Maar, not in Saraf.", "Lantern Daily", hours=4,
                            replaces="The market is in Saraf."),
            ],
            articles=6, origins=3, languages=("en", "ar"),
        ),
        story(
            "idlib",
            "Hill village changes hands",
            [
                development(
                    Kind.REVERSAL, "Opposition fighters said they had retaken the village of Talla on Tuesday evening.", "Relief Monitor",
                    hours=10, replaces="Government troops have taken full control of the village of Talla.", event_date="2020-02-18",
                    warning="copies a report of Harbour Post, differs in: place",
                ),
                development(Kind.NEW_STATEMENT, "The road through the village remained closed to civilians.", "Relief Monitor", hours=10),
            ],
            articles=3, origins=2,
        ),
        story(
            "libya",
            "طرفا النزاع يتبادلان الاتهامات بخرق الهدنة قرب الميناء",
            [
                development(Kind.NEW_STORY, "سقطت ثلاث قذائف على رصيف الميناء صباح الثلاثاء، ما أدى إلى وقف تفريغ السفن لعدة ساعات، بحسب إدارة الميناء.", "الساحل اليوم", "ar", 15),
                development(Kind.NEW_STATEMENT, "The port authority said unloading resumed at three in the afternoon under a new safety rule.", hours=8),
                development(Kind.NEW_STATEMENT, "Two tankers waiting offshore were told to move a further five miles out.", "Meridian Press Agency", hours=8),
                development(Kind.NEW_ORIGIN, "", "Güney Gündem", "tr", 6, origin="Güney Gündem"),
            ],
            language="ar", articles=7, origins=3, languages=("ar", "en", "tr"),
        ),
        story(
            "libya",
            "Talks to resume in Geneva on Thursday",
            [
                development(Kind.NEW_STATEMENT, "Both delegations will return to the talks on Thursday, the mediator's spokeswoman said.", "Lantern Daily", hours=12),
                development(Kind.CHANGED_FIGURE, "La mission compte désormais 40 observateurs sur place.", "Le Quai", "fr", 5,
                            figures=(ReportedFigure("other", "40 observateurs", "observateurs", "32 observateurs", END - timedelta(days=3)),)),
            ],
            articles=2, origins=2, languages=("en", "fr"),
        ),
        story(
            "xinjiang",
            "新疆南部两所培训中心宣布关闭",
            [
                development(Kind.NEW_STORY, "地方政府周二在一份通知中表示,位于和田地区的两所培训中心已经关闭,学员全部结业,校舍将改为普通中学使用。", "边疆观察", "zh", 14),
                development(Kind.NEW_STATEMENT, "Satellite pictures taken on Sunday show that the outer fence of one site has been removed.", "Meridian Press Agency", hours=11),
                development(Kind.REVERSAL, "All trainees have graduated, the regional spokesman said.", "Steppe Wire", hours=13, replaces="Most trainees have graduated, the regional spokesman said."),
                development(Kind.NEW_STATEMENT, "Ministry officials in Ankara asked for a visit by an independent delegation.", "Güney Gündem", hours=4),
                development(Kind.NEW_STATEMENT, "Four families abroad said they had still not heard from their relatives.", hours=3),
            ],
            language="zh", articles=5, origins=4, languages=("zh", "en"),
        ),
    ]  # fmt: skip


@pytest.fixture
def rich_edition():
    """Give an edition with everything in it."""
    return edition(rich_stories())


@pytest.fixture(scope="session")
def make():
    """Give the functions that make editions up."""
    return {"edition": edition, "story": story, "development": development, "coverage": coverage, "replace": replace, "Kind": Kind}


def _outside(word, url):
    """Make an edition in which every string from outside is drawn: headline, statement, publisher, language, figures, notes."""
    one = development(
        Kind.CHANGED_FIGURE, word[0], word[1], word[2], event_date=word[3], replaces=word[4], warning=word[5], place=word[6],
        figures=(ReportedFigure("killed", word[7], word[8], word[9], END),),
    )  # fmt: skip
    two = development(Kind.NEW_ORIGIN, "", word[1], word[2], origin=word[10], title=word[11])
    three = development(Kind.REVERSAL, word[11], word[1], word[2], replaces=word[4])
    developments = [replace(each, url=url) for each in (one, two, three)]
    note = FeedNote(word[12], url, word[13], None, word[14])
    told = story("idlib", word[15], developments, word[2], languages=(word[2],))
    told = replace(told, origins=(ReportedOrigin(word[10], url), ReportedOrigin(word[1], url)))
    return edition(
        [told],
        coverage=coverage(feeds_failing=(note,), feeds_silent=(), feeds_thin=(note,), delivery_notes=(word[16],), pages=((word[13], 2),)),
    )


@pytest.fixture(scope="session")
def hostile():
    """Give a strategy of editions whose outside strings are hostile, each with the one URL that is in it."""
    drawn = st.tuples(st.lists(WORDS, min_size=5, max_size=5).map(lambda few: (few * 4)[:17]), URLS)
    return drawn.map(lambda both: (_outside(*both), both[1]))
