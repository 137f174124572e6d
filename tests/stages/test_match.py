"""Prove which sentences of an article are about which topics, and why the others are not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fakes import TOPICS
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Article, Rejection, Topic, Verdict
from tidings.stages.match import Matched, compile_topics, find_place, find_words, match_topics

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
XINJIANG = Topic(
    "xinjiang",
    "Xinjiang",
    names=("新疆", "Xinjiang"),
    terms=("乌鲁木齐", "Urumqi"),
    needs_companion=("trainee*",),
    companions=("vocational",),
)
MATCHER = compile_topics((*TOPICS, XINJIANG))


def article(*paragraphs: str, title: str = "A report", language: str = "en") -> Article:
    text = "\n\n".join(paragraphs)
    return Article("a1", "v1", "https://wire.example/a", title, text, "Wire", "Wire", language, NOW, NOW, NOW, Verdict.FULL)


def match(*paragraphs: str, title: str = "A report", language: str = "en") -> Matched | Rejection:
    return match_topics(article(*paragraphs, title=title, language=language), MATCHER)


def taken(*paragraphs: str, title: str = "A report", language: str = "en", topic: str = "idlib") -> list[str]:
    """Return the words of the statements on a topic."""
    found = match(*paragraphs, title=title, language=language)
    return [] if isinstance(found, Rejection) else [one.text for one in found.statements if one.topic == topic]


def reason(*paragraphs: str, title: str = "A report", language: str = "en") -> str:
    found = match(*paragraphs, title=title, language=language)
    return found.reason if isinstance(found, Rejection) else ""


FILLER = "The committee published its quarterly figures on Monday."
OTHER = "A new library was opened in the old harbour."


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("text", "topic", "part", "word"),
    [
        pytest.param("The road to IDLIB is open", "idlib", "names", "Idlib*", id="case"),
        pytest.param("Idlib's hospitals", "idlib", "names", "Idlib*", id="genitive"),
        pytest.param("İdlib'deki okullar", "idlib", "names", "Idlib*", id="Turkish letter and ending"),
        pytest.param("Idlibliler döndü", "idlib", "names", "Idlib*", id="any ending where a star says so"),
        pytest.param("to Saraqib-Ariha road", "idlib", "terms", "Saraqib", id="before a hyphen"),
        pytest.param("(Saraqib)", "idlib", "terms", "Saraqib", id="in brackets"),
        pytest.param("في إدلب اليوم", "idlib", "names", "إدلب", id="Arabic"),
        pytest.param("قصف بإدلب", "idlib", "names", "إدلب", id="Arabic prefix in"),
        pytest.param("وسراقب أيضا", "idlib", "terms", "سراقب", id="Arabic prefix and"),
        pytest.param("ولإدلب", "idlib", "names", "إدلب", id="Arabic two prefixes"),
        pytest.param("乌鲁木齐市长讲话", "xinjiang", "terms", "乌鲁木齐", id="Chinese inside a run of characters"),
        pytest.param("新疆Urumqi", "xinjiang", "terms", "Urumqi", id="Latin beside Chinese"),
    ],
)
def test_words_are_found_however_they_are_written(text: str, topic: str, part: str, word: str) -> None:
    """Case, diacritics, endings with a star, Arabic prefixes and scripts without spaces do not hide a word."""
    assert word in getattr(find_words(MATCHER, text)[topic], part)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        pytest.param("Saraqibs of this world", "idlib", id="an ending without a star"),
        pytest.param("The Arihant school", "idlib", id="longer word"),
        pytest.param("MyIdlib", "idlib", id="inside a word"),
        pytest.param("اسراقب", "idlib", id="Arabic letters that are no prefix"),
        pytest.param("سراقبها", "idlib", id="Arabic ending without a star"),
        pytest.param("", "idlib", id="nothing"),
    ],
)
def test_parts_of_other_words_are_not_found(text: str, topic: str) -> None:
    """A word stands alone, but for its allowed prefixes and endings."""
    assert topic not in find_words(MATCHER, text)


# ---------------------------------------------------------------- topics


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        pytest.param("The mayor of Tripoli opened a park near the harbour.", "companion_missing", id="Tripoli alone"),
        pytest.param("The mayor of Tripoli in Lebanon opened a park near the oil harbour.", "ruled_out", id="Tripoli in Lebanon"),
        pytest.param("Misrata sailors reached a port in Lebanon on Friday.", "ruled_out", id="a term in Lebanon"),
        pytest.param("An oil price of sixty dollars was fixed on Friday.", "no_term", id="a companion alone"),
        pytest.param("The trainees went home for the holiday on Friday.", "companion_missing", id="another topic's companion word"),
    ],
)
def test_words_that_are_not_enough(sentence: str, why: str) -> None:
    """A word that needs a companion, or stands beside one that rules it out, is no match; the reason says which."""
    assert reason(sentence) == why


@pytest.mark.parametrize(
    ("paragraph", "title"),
    [
        pytest.param("The mayor of Tripoli opened a park near the oil harbour.", "A report", id="companion in the sentence"),
        pytest.param("The mayor of Tripoli opened a park near the harbour.", "Haftar and the oil", id="companion in the title"),
        pytest.param(
            "The mayor of Tripoli opened a park near the harbour. It was paid for with oil.", "A report", id="companion in the passage"
        ),
        pytest.param("Libyan sailors reached a port in Lebanon on Friday.", "A report", id="the topic's own name overrules"),
    ],
)
def test_words_that_are_enough_with_their_surroundings(paragraph: str, title: str) -> None:
    """A companion in the sentence, its passage or the title makes the match; a name of the topic overrules what rules out."""
    assert taken(paragraph, FILLER, title=title, topic="libya")


NAMESAKES = Topic(
    "libya",
    "Libya",
    names=("Libya*",),
    terms=(),
    needs_companion=("Tripoli", "Sirte", "Zawiya", "az-Zawiyah", "GNA", "National Accord Forces"),
    rules_out=("Beirut",),
    places=("Tripoli", "Sirte", "Zawiya", "az-Zawiyah"),
)
SHELLS = "Shells hit the port of Tripoli on Tuesday, killing three."


@pytest.mark.parametrize(
    ("paragraphs", "title", "about"),
    [
        pytest.param((f"{SHELLS[:-1]}, the GNA said.",), "A report", True, id="a place and a body"),
        pytest.param((f"{SHELLS} The GNA sent ambulances.",), "A report", True, id="a place and a body of the next sentence"),
        pytest.param((SHELLS, "The GNA sent ambulances to the wounded at once."), "A report", False, id="a body of the next passage"),
        pytest.param((SHELLS,), "GNA condemns shelling", True, id="a body in the title"),
        pytest.param(("Rockets fell on Tripoli and Sirte on Tuesday.",), "A report", True, id="two places"),
        pytest.param(("Zawiya, or az-Zawiyah, has a new park by the sea.",), "A report", False, id="one place spelled twice"),
        pytest.param(("The National Accord Forces (GNA) hold a meeting.",), "A report", False, id="no place"),
        pytest.param((f"{SHELLS[:-1]}, the GNA said in Beirut.",), "A report", False, id="ruled out"),
        pytest.param(
            ("Talks on Libya went on in the hall by the lake today.", FILLER, SHELLS), "A report", True, id="the name in the lead"
        ),
        pytest.param(
            ("Talks on Libya went on in the hall by the lake today.", FILLER, f"{SHELLS} A man from Beirut died."),
            "A report",
            False,
            id="the name in the lead, the passage ruled out",
        ),
        pytest.param(
            ("Beirut sent no envoy to the talks on Libya by the lake.", FILLER, SHELLS), "A report", False, id="the lead ruled out"
        ),
        pytest.param((FILLER, OTHER, FILLER, "Libya was not named by anybody there.", SHELLS), "A report", False, id="the name far down"),
    ],
)
def test_words_that_need_a_companion_vouch_for_each_other(paragraphs: tuple[str, ...], title: str, about: bool) -> None:
    """A place with namesakes and another unsure word of the topic are enough, and so is the topic's name in the lead."""
    found = match_topics(article(*paragraphs, title=title), compile_topics([NAMESAKES]))
    texts = [one.text for one in found.statements] if isinstance(found, Matched) else []
    assert any(word in text for text in texts for word in NAMESAKES.needs_companion) is about


def test_a_companion_in_another_passage_does_not_count() -> None:
    """The park is not about Libya because the last paragraph mentions oil."""
    assert (
        reason("The mayor of Tripoli opened a park near the harbour.", FILLER, OTHER, "The price of oil fell on Friday.")
        == "companion_missing"
    )


def test_a_topic_mentioned_once_far_down_is_in_passing() -> None:
    """One sentence outside title and lead is no article on the topic; two are."""
    far = "Earlier crises in Idlib and elsewhere had raised the price of tents."
    assert reason(FILLER, OTHER, FILLER, far) == "in_passing"
    assert taken(FILLER, OTHER, FILLER, far, "Hospitals of Idlib asked for more tents too.")


def test_the_next_sentences_of_a_passage_are_about_the_topic_too() -> None:
    """Whoever "they" are was named before: two sentences on, not three."""
    passage = [
        "Families left Saraqib at night.",
        "They carried blankets on their backs.",
        "Some walked for nine hours in snow.",
        "The bakery prices rose by a third again.",
    ]
    assert taken(" ".join(passage), OTHER) == passage[:3]


def test_a_sentence_on_another_topic_is_not_carried_along() -> None:
    """What follows on another topic belongs to that topic only."""
    text = "Families left Saraqib at night. Haftar received a delegation on Monday. Its members stayed for dinner."
    assert taken(text) == ["Families left Saraqib at night."]
    assert taken(text, topic="libya") == ["Haftar received a delegation on Monday.", "Its members stayed for dinner."]


def test_a_passage_on_something_else_is_not_taken() -> None:
    """An article on Xinjiang that ends with a virus gives no statement about the virus."""
    virus = "The virus has killed two thousand people across the country so far."
    assert virus not in taken("Officials in Xinjiang opened a railway.", virus, title="Railway opens in Xinjiang", topic="xinjiang")


def test_in_an_article_on_two_topics_no_passage_carries_on() -> None:
    """When both topics are named a passage without either's words belongs to none."""
    late = "The railway carries nine trains a day, officials of the railway said."
    text = ("Officials in Xinjiang opened a railway.", late, "Haftar bought nothing there, traders in Misrata said.")
    assert late not in taken(*text, title="Railway opens in Xinjiang", topic="xinjiang")


def test_a_passage_that_takes_up_the_subject_carries_on() -> None:
    """In an article on one topic, what shares words with the passage before goes on with it."""
    late = "The railway carries nine trains a day, railway officials added."
    assert late in taken("Railway officials in Xinjiang opened a line.", late, title="Railway opens in Xinjiang", topic="xinjiang")


def test_one_sentence_can_be_about_two_topics() -> None:
    """It gives one statement in each, with the same id."""
    sentence = "Fighters left Idlib for Libya by ship, a trader in both countries said."
    found = match(sentence)
    assert isinstance(found, Matched)
    assert [(one.topic, one.text) for one in found.statements] == [("idlib", sentence), ("libya", sentence)]
    assert len({one.id for one in found.statements}) == 1


@pytest.mark.parametrize(
    ("sentence", "language", "topic", "whole"),
    [
        pytest.param("Saraqib has fallen.", "en", "idlib", True, id="a short sentence"),
        pytest.param("Saraqib fell.", "en", "idlib", True, id="two words"),
        pytest.param("Idlib camp.", "en", "idlib", False, id="two words too short to tell from a caption"),
        pytest.param("Idlib, northern Syria", "en", "idlib", False, id="a place without a full stop"),
        pytest.param("Saraqib, Idlib, Syria.", "en", "idlib", False, id="names only"),
        pytest.param("Is Saraqib next?", "en", "idlib", False, id="a short question"),
        pytest.param("Saraqib is to ...", "en", "idlib", False, id="cut off"),
        pytest.param("Flooded camp near Idlib", "en", "idlib", False, id="a caption without a full stop"),
        pytest.param("新疆铁路开通。", "zh", "xinjiang", True, id="Chinese"),
        pytest.param("“新疆铁路开通。”", "zh", "xinjiang", True, id="Chinese in quotation marks"),
        pytest.param("9人在新疆获救。", "zh", "xinjiang", True, id="Chinese that begins with a number"),
        pytest.param("新疆图片", "zh", "xinjiang", False, id="Chinese caption"),
        pytest.param("سقطت سراقب.", "ar", "idlib", True, id="Arabic, two words"),
        pytest.param("عاد الهدوء إلى سراقب.", "ar", "idlib", True, id="Arabic"),
        pytest.param("سراقب، إدلب.", "ar", "idlib", False, id="Arabic names only"),
        pytest.param("صورة من مخيم إدلب", "ar", "idlib", False, id="Arabic caption"),
    ],
)
def test_captions_are_no_statements(sentence: str, language: str, topic: str, whole: bool) -> None:
    """What is too short for a sentence of its script, or short and without a full stop, is left out; when nothing else is on topic, that is the reason."""
    assert taken(sentence, language=language, topic=topic) == ([sentence] if whole else [])
    assert reason(sentence, language=language) == ("" if whole else "too_short")


@pytest.mark.parametrize(
    "line", ["Read more on Libya.", "Reporting from Libya.", "Photo: Misrata, Libya.", "Additional reporting by Ann Lee in Libya."]
)
def test_furniture_is_no_part_of_an_article(line: str) -> None:
    """A pointer or a credit is no statement, and makes no article one on the topic."""
    assert reason(line, FILLER, OTHER) == "no_term"
    news = "A bus line was opened in Misrata on Monday, his office said."
    assert taken(line, news, topic="libya") == [news]


def test_a_short_sentence_without_a_word_of_the_topic_is_left_out() -> None:
    """What only follows a sentence on the topic must be long enough to say something by itself."""
    first = "Shells fell on Saraqib in Idlib overnight, doctors said."
    assert taken(f"{first} The cat sat on the mat. Saraqib is empty.") == [first, "Saraqib is empty."]


@pytest.mark.parametrize(
    ("text", "title", "about"),
    [
        pytest.param("A militia closed the port of Tripoli.", "A report", True, id="in the sentence"),
        pytest.param("Nobody could leave the port of Tripoli.", "Militia at the gates", True, id="in the title"),
        pytest.param("Nobody could leave the port that night.", "Militia closes Tripoli", True, id="both in the title"),
        pytest.param("A militia wrote to the GNA on Friday.", "A report", False, id="no place"),
        pytest.param("A militia sailed from the port of Tripoli on a frigate.", "A report", False, id="another meaning is likely"),
        pytest.param("Nobody could leave the port that night.", "Militia sails to Tripoli on a frigate", False, id="the same in the title"),
    ],
)
def test_general_words_say_which_place_is_meant_and_nothing_else(text: str, title: str, about: bool) -> None:
    """A companion of places vouches for an ambiguous place, for no body, and not where another meaning is likely."""
    topic = replace(NAMESAKES, place_companions=("militia*",), unlikely=("frigate",))
    matched = match_topics(article(text, title=title), compile_topics([topic]))
    assert isinstance(matched, Matched) is about


TRIPOLI = replace(TOPICS[1], places=("Misrata", "Tripoli"))


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        pytest.param("Buses from Misrata reached Tripoli's oil harbour at noon.", "Misrata", id="the first named"),
        pytest.param("Buses from Tripoli's oil harbour reached Misrata at noon.", "Tripoli", id="the first named, with a companion"),
        pytest.param("Haftar spoke about the price of oil on Friday.", "", id="none"),
    ],
)
def test_a_statement_is_where_it_says_first(sentence: str, place: str) -> None:
    """The place is that named first in the sentence, a word that needs a companion included, whatever the order of the lists."""
    matched = match_topics(article(sentence), compile_topics([TRIPOLI]))
    assert isinstance(matched, Matched)
    assert [one.place for one in matched.statements] == [place]


def test_the_longer_of_two_names_is_the_place() -> None:
    """Where one name begins with another, the sentence is about the longer one."""
    town = replace(TOPICS[0], terms=("Kafr", "Kafr Takharim"), places=("Kafr", "Kafr Takharim"))
    assert find_place(compile_topics([town]), town, "The road to Kafr Takharim is open.") == "Kafr Takharim"


def test_a_statement_says_where_and_when() -> None:
    """A configured place and the day named in the sentence."""
    found = match("On Monday a clinic opened in Ariha near Saraqib, doctors said.")
    assert isinstance(found, Matched)
    assert (found.statements[0].place, found.statements[0].event_date) == ("Ariha", "2020-02-17")


def test_the_words_found_are_told() -> None:
    """`topics test` shows why: each word once, title first."""
    found = match("Saraqib and Idlib are quiet, residents of Saraqib said.", title="Quiet in Ariha")
    assert isinstance(found, Matched)
    assert found.words == {"idlib": ("Ariha", "Idlib*", "Saraqib")}


# ---------------------------------------------------------------- laws

SENTENCES = st.sampled_from([
    "Families left Saraqib at night.", "They carried blankets.", "Tripoli was quiet.", "Haftar spoke about oil.", "Lebanon voted.", FILLER, OTHER,
    "新疆铁路开通。", "عاد الهدوء إلى سراقب.", "Saraqib fell.", "😀 Idlib 😀.", "Idlib", "  ", "However, nothing happened there.",
])  # fmt: skip
TEXTS = st.lists(st.lists(SENTENCES, max_size=5).map(" ".join), max_size=5).map(tuple)


@given(TEXTS, st.sampled_from(["A report", "Idlib today", "Oil in Tripoli"]), st.sampled_from(["en", "ar", "zh", ""]))
def test_statements_are_the_exact_words_at_their_offsets(paragraphs: tuple[str, ...], title: str, language: str) -> None:
    """The article's text between the offsets is the statement; no statement comes twice."""
    one = article(*paragraphs, title=title, language=language)
    found = match_topics(one, MATCHER)
    if isinstance(found, Matched):
        assert all(one.text[each.start : each.end] == each.text for each in found.statements)
        assert len({(each.id, each.topic) for each in found.statements}) == len(found.statements)
        assert found.statements


@given(TEXTS, st.permutations([*TOPICS, XINJIANG]))
def test_the_order_of_topics_changes_nothing(paragraphs: tuple[str, ...], topics: list[Topic]) -> None:
    """Configuring topics in another order gives the same statements."""
    one = article(*paragraphs)
    found, other = match_topics(one, MATCHER), match_topics(one, compile_topics(topics))
    if isinstance(found, Rejection) or isinstance(other, Rejection):
        assert found == other
    else:
        assert sorted(found.statements, key=repr) == sorted(other.statements, key=repr)


def test_ids_are_stable_when_the_text_around_changes() -> None:
    """A sentence keeps its id when others are added before it; the second of two equal ones has another."""
    sentence = "Families left Saraqib at night, their neighbours said."
    before, after = match(sentence, sentence), match("Rain fell on Idlib all week long.", sentence, sentence.upper())
    assert isinstance(before, Matched)
    assert isinstance(after, Matched)
    assert [one.id for one in before.statements] == [one.id for one in after.statements][1:]
    assert len({one.id for one in before.statements}) == 2
    other = match_topics(replace(article(sentence), id="a2"), MATCHER)
    assert isinstance(other, Matched)
    assert other.statements[0].id not in {one.id for one in before.statements}


@pytest.mark.parametrize("topics", [(), (replace(XINJIANG, names=("*", " ")),)], ids=["none", "empty words"])
def test_topics_without_words_match_nothing(topics: tuple[Topic, ...]) -> None:
    """An empty word never stands for everything."""
    found = match_topics(article("Anything at all is written here."), compile_topics(topics))
    assert isinstance(found, Rejection)


def test_a_sentence_that_goes_elsewhere_does_not_carry() -> None:
    """Within a passage a topic carries on only to a sentence that takes up its words or names nobody and nowhere else."""
    text = (
        "Turkey and Russia agreed on Monday to hold new talks on Idlib, the foreign ministry said. "
        "At least twelve people were wounded while the talks were prepared. "
        "The ministers also spoke of the coronavirus, which has closed schools in Wuhan."
    )
    matched = match_topics(article(text), MATCHER)
    assert isinstance(matched, Matched)
    assert [one.text[:12] for one in matched.statements] == ["Turkey and R", "At least twe"]
