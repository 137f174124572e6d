"""Prove which day a sentence speaks of."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.when import as_of_date, event_date

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
        pytest.param("en", "On 11th Feb. 2019 he signed.", "2019-02-11", id="day, short month, year"),
        pytest.param("en", "On December 28 he signed.", "2019-12-28", id="a month ahead is last year's"),
        pytest.param("en", "It happened in February 2020.", "", id="a month alone"),
        pytest.param("en", "On February 31 he signed.", "", id="no such day"),
        pytest.param("en", "Approximately 20 people fled.", "", id="approximately is not April"),
        pytest.param("en", "A parade marked 10 years.", "", id="marked is not March"),
        pytest.param("en", "The council declared 3 days of mourning.", "", id="declared is not December"),
        pytest.param("en", "At least 5 may have died.", "", id="may is not May"),
        pytest.param("en", "About 20 marines landed.", "", id="marines are not March"),
        pytest.param("en", "On May 5 the camp was opened.", "2019-05-05", id="May is May"),
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
