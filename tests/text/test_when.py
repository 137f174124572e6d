"""Prove which day a sentence speaks of."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.when import as_of_date, dates_speech, event_date

PUBLISHED = date(2020, 2, 19)  # a Wednesday


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        pytest.param("en", "The road was closed on Tuesday.", "2020-02-18", id="English weekday"),
        pytest.param("en", "The road was closed on Wednesday.", "2020-02-19", id="the day itself"),
        pytest.param("en", "The road was closed on Sunday.", "2020-02-16", id="three days back"),
        pytest.param("en", "Talks open on Thursday.", "", id="last week's or tomorrow: not told"),
        pytest.param("en", "Talks open on Saturday.", "", id="four days back or three ahead: not told"),
        pytest.param("en", "He left last night.", "2020-02-18", id="last night"),
        pytest.param("en", "He left this morning.", "2020-02-19", id="this morning"),
        pytest.param("en", "Shelling on Monday followed talks held yesterday.", "2020-02-17", id="the first of two days"),
        pytest.param("en", "Talks open next Friday.", "", id="next Friday is not past"),
        pytest.param("en", "They must leave by Friday.", "", id="a deadline is not past"),
        pytest.param("en", "On February 11 he signed.", "2020-02-11", id="month and day"),
        pytest.param("en", "On 11th Feb. 2019 he signed.", "", id="a date of long ago"),
        pytest.param("en", "On 11th Feb. 2020 he signed.", "2020-02-11", id="day, short month, year"),
        pytest.param("en", "On December 28 he signed.", "2019-12-28", id="a month ahead is last year's"),
        pytest.param("en", "It happened in February 2020.", "", id="a month alone"),
        pytest.param("en", "May 5 people be spared.", "", id="May a wish"),
        pytest.param("en", "On February 31 he signed.", "", id="no such day"),
        pytest.param("en", "Approximately 20 people fled.", "", id="approximately is not April"),
        pytest.param("en", "A parade marked 10 years.", "", id="marked is not March"),
        pytest.param("en", "The council declared 3 days of mourning.", "", id="declared is not December"),
        pytest.param("en", "At least 5 may have died.", "", id="may is not May"),
        pytest.param("en", "About 20 marines landed.", "", id="marines are not March"),
        pytest.param("en", "On May 5 the camp was opened.", "", id="May is May, and long ago"),
        pytest.param("tr", "Yol salı günü kapatıldı.", "2020-02-18", id="Turkish weekday"),
        pytest.param("tr", "Yol pazartesi kapatıldı.", "2020-02-17", id="Turkish Monday is not Sunday"),
        pytest.param("tr", "Yol dün kapatıldı.", "2020-02-18", id="Turkish yesterday"),
        pytest.param("ru", "Дорогу закрыли в среду.", "2020-02-19", id="Russian weekday, inflected"),
        pytest.param("ru", "Дорогу закрыли вчера.", "2020-02-18", id="Russian yesterday"),
        pytest.param("fr", "La route a été fermée lundi.", "2020-02-17", id="French weekday"),
        pytest.param("fr", "La route a été fermée aujourd’hui.", "2020-02-19", id="French today"),
        pytest.param("ar", "أُغلق الطريق يوم الأحد.", "2020-02-16", id="Arabic weekday"),
        pytest.param("ar", "أُغلق الطريق أمس.", "2020-02-18", id="Arabic yesterday"),
        pytest.param("zh", "道路周一关闭。", "2020-02-17", id="Chinese weekday"),
        pytest.param("zh", "道路昨天关闭。", "2020-02-18", id="Chinese yesterday"),
        pytest.param("en", "Exports stopped when the blockade began on January 17.", "2020-01-17", id="began on"),
        pytest.param("en", "The blockade has cost two billion since January 17.", "", id="since a day"),
        pytest.param("en", "It has cost two billion since it began on January 17, they reckon.", "", id="since it began on a day"),
        pytest.param("en", "The market stays shut until talks resume on Monday.", "", id="until something happens on a day"),
        pytest.param("en", "Since the strike, nurses said, two died on Monday.", "2020-02-17", id="since, and then the day"),
        pytest.param("en", "Since late Monday the road is closed.", "", id="since late Monday"),
        pytest.param("en", "It was closed from 3 February to 9 February.", "", id="from, to"),
        pytest.param("en", "Closed since February 11, the road was shelled on Tuesday.", "2020-02-18", id="a bound, then the day"),
        pytest.param("en", "They left on February 11 and stay until February 21.", "2020-02-11", id="the day, then a bound"),
        pytest.param("fr", "La route est fermée depuis lundi.", "", id="French since"),
        pytest.param("fr", "La route reste fermée jusqu’à mardi.", "", id="French until"),
        pytest.param("tr", "Yol pazartesi gününden beri kapalı.", "", id="Turkish since"),
        pytest.param("tr", "Yol salı gününe kadar kapalı.", "", id="Turkish until"),
        pytest.param("tr", "Yol dün'den bu yana kapalı.", "", id="Turkish since yesterday"),
        pytest.param("ru", "Дорога закрыта по среду.", "", id="Russian through"),
        pytest.param("ar", "الطريق مغلق منذ الاثنين.", "", id="Arabic since"),
        pytest.param("ar", "الطريق مغلق منذ يوم الأحد.", "", id="Arabic since the day of"),
        pytest.param("ar", "يبقى الطريق مغلقا حتى الثلاثاء.", "", id="Arabic until"),
        pytest.param("ar", "تبدأ المحادثات الثلاثاء المقبل.", "", id="Arabic next"),
        pytest.param("zh", "道路自周一起关闭。", "", id="Chinese since"),
        pytest.param("zh", "周一以来道路关闭。", "", id="Chinese since, behind"),
        pytest.param("zh", "下周一开放。", "", id="Chinese next"),
        pytest.param("zh", "代表团周一前往首都。", "2020-02-17", id="Chinese left on Monday"),
        pytest.param("en", "The council will vote on Monday on the road.", "", id="will"),
        pytest.param("en", "The bank is to reopen on Monday, its head said.", "", id="is to"),
        pytest.param("en", "Talks are due to resume on Monday.", "", id="due"),
        pytest.param("en", "The road was closed on Monday due to shelling.", "2020-02-17", id="due to"),
        pytest.param("en", "They agreed on Monday to send ships that will guard the port.", "2020-02-17", id="agreed on the day to do it"),
        pytest.param("en", "They agreed to send ships on Monday.", "", id="agreed to do it on the day"),
        pytest.param("en", "The envoy may visit the port on Monday.", "", id="may"),
        pytest.param("en", "The envoy may have visited the port on Monday.", "2020-02-17", id="may have"),
        pytest.param("en", "A truce takes effect on Monday.", "", id="takes effect"),
        pytest.param("en", "A truce starting Monday was agreed.", "", id="starting"),
        pytest.param("en", "They planned to meet Monday in the port.", "", id="planned"),
        pytest.param("en", "The deadline expires Monday, he said on Tuesday.", "", id="deadline, and the day of saying"),
        pytest.param("en", "On Monday, the council will vote.", "", id="the day first"),
        pytest.param("en", "He said on Monday that the bank will reopen.", "2020-02-17", id="the day of saying what will be"),
        pytest.param("en", "The army will enter the port, the farms and the mill on Monday.", "", id="will, in a list"),
        pytest.param("en", "Talks open on Monday.", "", id="a present that looks ahead"),
        pytest.param("en", "The council will vote on March 3.", "2020-03-03", id="a date ahead is told"),
        pytest.param("en", "The envoy will speak of February 11.", "", id="a date behind, in a sentence that looks ahead"),
        pytest.param("en", "Strikes hit the port between Sunday and Tuesday.", "", id="between days"),
        pytest.param("en", "Strikes hit the port on Monday and Tuesday.", "", id="two days"),
        pytest.param("en", "Strikes hit the port Sunday through Tuesday.", "", id="day through day"),
        pytest.param("en", "Between February 3 and February 9, nine people died.", "", id="between dates"),
        pytest.param("en", "Nine people died between 3 and 9 February.", "", id="between days of a month"),
        pytest.param("en", "Nine people died on February 3-9.", "", id="a span of days"),
        pytest.param("en", "Resolution 9 of 18 January covers the port.", "", id="a date of a name"),
        pytest.param("en", "Nine people died on the night of 18 February.", "2020-02-18", id="the night of a date"),
        pytest.param("en", "The truce was signed before the January 19 talks.", "", id="a date that is a name"),
        pytest.param("fr", "Des frappes ont touché le port entre dimanche et mardi.", "", id="French between"),
        pytest.param("fr", "Du dimanche au mardi, neuf personnes sont mortes.", "", id="French from to"),
        pytest.param("fr", "Les pourparlers reprendront lundi.", "", id="French future"),
        pytest.param("fr", "Le conseil votera lundi.", "", id="French future, one"),
        pytest.param("fr", "Le Front a pris le port lundi à Ankara.", "2020-02-17", id="French words that end like a future"),
        pytest.param("tr", "Görüşmeler pazartesi günü yeniden başlayacak.", "", id="Turkish future"),
        pytest.param("ru", "Переговоры возобновятся во вторник.", "", id="Russian future"),
        pytest.param("ru", "Совет будет голосовать в понедельник.", "", id="Russian will be"),
        pytest.param("ru", "В понедельник погибли девять человек, сообщается на сайте.", "2020-02-17", id="Russian it is reported"),
        pytest.param("ar", "ستستأنف المحادثات يوم الاثنين.", "", id="Arabic future"),
        pytest.param("ar", "سوف يعود الوفد الاثنين.", "", id="Arabic will"),
        pytest.param("ar", "سيطرت القوات على سيارة يوم الاثنين.", "2020-02-17", id="Arabic words that begin like a future"),
        pytest.param("ar", "قتل تسعة بين الأحد والثلاثاء.", "", id="Arabic between"),
        pytest.param("zh", "会谈将于周一恢复。", "", id="Chinese future"),
        pytest.param("zh", "将军周一离开。", "2020-02-17", id="Chinese general"),
        pytest.param("zh", "周日至周二，九人死亡。", "", id="Chinese from to"),
        pytest.param("en", "The road, built in May, was closed on Monday.", "2020-02-17", id="the month of May"),
        pytest.param("xx", "The road was closed on Tuesday.", "", id="language we do not read"),
        pytest.param("en", "The road is closed.", "", id="no day"),
    ],
)
def test_the_day_a_sentence_names(language: str, sentence: str, expected: str) -> None:
    """Weekdays are the latest of the three days up to publication, months the nearest, and what is ahead or unclear is nothing."""
    assert event_date(sentence, language, PUBLISHED) == expected


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        pytest.param("zh", "截至周日，共有九人死亡。", "2020-02-16", id="Chinese"),
        pytest.param("ru", "По состоянию на вчера погибли девять человек.", "2020-02-18", id="Russian"),
        pytest.param("tr", "Pazar günü itibarıyla dokuz kişi öldü.", "2020-02-16", id="Turkish"),
        pytest.param("zh", "周日有九人死亡。", "", id="the day of the happening"),
        pytest.param("zh", "周一以来九人死亡。", "", id="since is a beginning"),
        pytest.param("fr", "Neuf personnes sont mortes lundi.", "", id="language that is not read"),
    ],
)
def test_the_day_for_which_counts_hold(language: str, sentence: str, expected: str) -> None:
    """Only a day that the sentence itself gives as that of its counts is told; the date of publication never is."""
    assert as_of_date(sentence, language, PUBLISHED) == expected
    assert as_of_date(sentence, language, None) == ""


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [("It happened on Tuesday.", ""), ("It happened on February 11.", ""), ("It happened on February 11, 2020.", "2020-02-11")],
)
def test_without_a_date_of_publication_only_whole_dates_count(sentence: str, expected: str) -> None:
    """A day that needs a publication date to be told is not guessed."""
    assert event_date(sentence, "en", None) == expected


@given(st.sampled_from(["Monday", "Friday", "Sunday"]), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_weekday_lies_in_the_three_days_up_to_publication(weekday: str, published: date) -> None:
    """The day found bears the name that was read and is one of the three days before publication or that day; else none is found."""
    near = [day for back in range(4) if (day := published - timedelta(days=back)).strftime("%A") == weekday]
    assert event_date(f"They met on {weekday}.", "en", published) == (near[0].isoformat() if near else "")


@given(
    st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("12 May Feb,.0")), max_size=60),
    st.sampled_from(["en", "ar", "tr", "zh", "ru", "fr"]),
    st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)),
)
def test_any_text_gives_a_date_or_nothing(text: str, language: str, published: date | None) -> None:
    """No text raises; what comes back is empty or an ISO date."""
    for found in (event_date(text, language, published), as_of_date(text, language, published)):
        assert not found or date.fromisoformat(found)


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        pytest.param("en", "The road is open, the ministry said on Saturday.", True, id="said on the day"),
        pytest.param("en", "The ministry said in a statement on Saturday the road is open.", True, id="said in a statement on the day"),
        pytest.param("en", "On Saturday, the ministry said the road is open.", True, id="the day first"),
        pytest.param("en", "The ministry on Saturday announced a truce.", True, id="the day right before the word"),
        pytest.param("en", "Planes bombed the town on Saturday, a monitor said.", False, id="the day of the deed, a tail"),
        pytest.param("en", "A monitor said planes hit Ariha on Saturday.", False, id="the day of the deed, after who said so"),
        pytest.param("en", "Planes bombed the town on Saturday.", False, id="nobody said so"),
        pytest.param("fr", "Des avions ont bombardé la ville samedi, a annoncé le ministère.", False, id="French deed"),
        pytest.param("ar", "قصفت طائرات البلدة يوم السبت، قال المرصد.", False, id="Arabic deed"),
        pytest.param("zh", "军机周六轰炸该镇，监测组织说。", False, id="Chinese deed"),
        pytest.param("zh", "国防部周六表示道路开放。", True, id="Chinese saying"),
    ],
)
def test_a_day_is_that_of_saying_only_directly_beside_it(language: str, sentence: str, expected: bool) -> None:
    """The day of a deed stays one when somebody is named who told of it."""
    assert dates_speech(sentence, language) is expected
