"""Prove that being about a topic is told from mentioning it, by how a sentence is built and not by which topic it is."""

from datetime import UTC, date, datetime

import pytest
from fakes import TOPICS
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Article, Rejection, Topic, Verdict
from tidings.stages._passing import only_mentioned
from tidings.stages.match import Matched, compile_topics, match_topics

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
ATLANTIS = Topic(
    "atlantis",
    "Atlantis",
    names=("Atlantis", "Atlantean*", "亚特兰蒂斯", "Атлантид*"),
    terms=("Poseidonia", "King Atlas"),
    needs_companion=("Newport",),
    companions=("harbour guild",),
    rules_out=("Lemuria",),
    places=("Poseidonia", "Newport"),
    in_passing=("Atlantean man", "born in Atlantis", "Hotel Atlantis"),
    likely=(("Sea Guard", date(2019, 1, 1), date(2020, 12, 31)),),
    unlikely=("Thule",),
)
MATCHER = compile_topics([ATLANTIS, *TOPICS])


def match(*paragraphs: str, title: str = "", language: str = "en", at: datetime = NOW) -> Matched | Rejection:
    text = "\n\n".join(paragraphs)
    return match_topics(Article("a", "v", "", title, text, "W", "W", language, at, at, at, Verdict.FULL), MATCHER)


def about(*paragraphs: str, title: str = "", language: str = "en", at: datetime = NOW) -> bool:
    matched = match(*paragraphs, title=title, language=language, at=at)
    return isinstance(matched, Matched) and any(one.topic == "atlantis" for one in matched.statements)


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("Travellers from Crete, Malta, Atlantis and Cyprus need a visa from Monday.", id="a list of countries"),
        pytest.param("Crete, Malta, Cyprus, Atlantis, Rhodes left the league.", id="a list without an and"),
        pytest.param("Cretan, Maltese, Atlantean and Cypriot sailors met on Malta.", id="a list of nationalities"),
        pytest.param("Storms kill 12 in Crete, six in Atlantis, four in Malta and two in Cyprus.", id="a list with counts"),
        pytest.param("Floods are reported across the sea, primarily in Crete and Atlantis.", id="examples of something wider"),
        pytest.param("Countries such as Atlantis will pay more for wine.", id="such as"),
        pytest.param("The last rebels leave Crete for Atlantis under a deal of evacuation.", id="the way of evacuees"),
        pytest.param("Rebels surrender on Crete and take ships to their stronghold in northern Atlantis.", id="their stronghold"),
        pytest.param("Evacuees from Crete arrive in Atlantis at night.", id="where evacuees arrive"),
        pytest.param(
            "Crete fires missiles at a fort on Malta in response to the attack on Atlantis.", id="the reason for a strike elsewhere"
        ),
        pytest.param("A painter who was wounded near Atlantis dies in Athens.", id="where someone was hurt before"),
        pytest.param("Soldiers killed in Atlantis two years ago are honoured with a bridge in Athens.", id="years ago"),
        pytest.param("Malta trains guards against raiders from neighbouring Atlantis.", id="a neighbour"),
        pytest.param("A lorry burns near the border with Atlantis; two Cretans die.", id="near its border"),
        pytest.param("A lorry burns near the Atlantean border; two Cretans die.", id="near the border named by its adjective"),
        pytest.param("A historian compares the senator to tyrants like Nero and King Atlas.", id="a comparison"),
        pytest.param("Nobody wants another Atlantis, the minister says.", id="another one"),
        pytest.param("It is the deepest harbour outside of Atlantis.", id="an exception"),
        pytest.param("The new road will connect the port of Crete to Atlantis.", id="the end of a road"),
        pytest.param("A ship from Atlantis with weapons bound for Malta is stopped off Crete.", id="arms for somebody else"),
        pytest.param("The governor of Crete is succeeded by Atlantean deputy chief Leon Argos.", id="whence a successor comes"),
        pytest.param("In Malta, ministers meet for the first time since the fall of King Atlas.", id="a date"),
        pytest.param("An Atlantean man is fined for fishing on Malta.", id="a phrase of the topic's own"),
        pytest.param("The Atlantis-born singer opens a school on Malta.", id="born there"),
        pytest.param("Министры Крита, Мальты, Атлантиды и Кипра подписали договор о вине.", id="a Russian list"),
        pytest.param("来自克里特岛、马耳他、亚特兰蒂斯、塞浦路斯的旅客需要签证。", id="a Chinese list"),
    ],
)
def test_a_mention_is_not_the_subject(sentence: str) -> None:
    """A sentence whose every naming of the topic stands in such a frame makes no article about it, and the reason says so."""
    matched = match(sentence)
    assert isinstance(matched, Rejection)
    assert matched.reason == "in_passing"


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("In Atlantis, Cretan and Maltese ships shell the harbour.", id="a place before a list of actors"),
        pytest.param("Crete, Malta and Cyprus send grain to Atlantis.", id="a list of others"),
        pytest.param("A boat sinks off Poseidonia, Atlantis.", id="a town in its country"),
        pytest.param("Crete sends soldiers to Atlantis.", id="where soldiers are sent"),
        pytest.param("Families are evacuated from Atlantis to Crete.", id="where evacuees come from"),
        pytest.param("Crete agrees to evacuate Atlantis before the storm.", id="what is evacuated"),
        pytest.param("Crete sends its navy to the border with Atlantis.", id="a border that is manned"),
        pytest.param("Crete deploys tanks near the border with Atlantis.", id="an army near its border"),
        pytest.param("Crete imposes sanctions in response to the killings in Atlantis.", id="sanctions for what happened there"),
        pytest.param("Atlantis accuses Crete, Malta and Cyprus of piracy.", id="it acts on others"),
        pytest.param("Cretan, Maltese and Atlantean sailors mutiny in Poseidonia.", id="a list, and another naming"),
        pytest.param("An Atlantean man is fined for fishing in Poseidonia.", id="a phrase, and another naming"),
        pytest.param("Ships from Atlantis bound for Malta carry three hundred migrants.", id="a boat that left there"),
        pytest.param("Atlantis is like a furnace this week.", id="it is compared itself"),
    ],
)
def test_what_is_about_the_topic_stays(sentence: str) -> None:
    """The frames take nothing that says what happens there, is done there or is done about it."""
    assert about(sentence)


def test_a_title_or_another_sentence_makes_the_mention_count() -> None:
    """Where the article is about the topic anyway, sentences that only mention it are its statements as well."""
    mention = "Crete, Malta, Atlantis and Cyprus sent observers to the talks."
    assert not about(mention)
    assert about(mention, title="Talks on Atlantis")
    matched = match("Guns are heard in Poseidonia, its people say.", mention)
    assert isinstance(matched, Matched)
    assert mention in {one.text for one in matched.statements}


def test_a_left_over_title_does_not_carry() -> None:
    """A title that names the only topic carries to no sentence that names others or is elsewhere, nor to what follows that."""
    title = "War in Atlantis"
    assert about("Heavy fighting goes on for a third day, doctors said.", title=title)
    assert about("The United Nations warns of hunger and of an early winter.", title=title)
    assert not about("The parliament of Norway votes on a new tax for salmon.", title=title)
    assert not about("A ferry capsizes off Naxos in the early morning. All people on board are saved by fishermen.", title=title)


def test_a_mash_up_does_not_carry_to_another_place() -> None:
    """A passage on another place is not told under the topic of the passage before, though both speak of rockets."""
    elsewhere = "Rockets also hit a market in Karthago, where rockets killed nine last week."
    matched = match("Rockets hit a market in Poseidonia on Monday.", elsewhere, title="Rockets hit Poseidonia market")
    assert isinstance(matched, Matched)
    assert elsewhere not in {one.text for one in matched.statements}


@pytest.mark.parametrize(
    ("sentence", "at", "meant"),
    [
        pytest.param("The Sea Guard closes two markets.", NOW, True, id="likely"),
        pytest.param("The Sea Guard closes two markets.", datetime(2022, 1, 1, tzinfo=UTC), False, id="after its time"),
        pytest.param("The Sea Guard closes two markets in Poseidonia.", datetime(2022, 1, 1, tzinfo=UTC), True, id="with a place"),
        pytest.param("The Sea Guard closes two markets in Thule.", NOW, False, id="beside what makes it unlikely"),
        pytest.param("The Sea Guard closes two markets in Lemuria.", NOW, False, id="ruled out"),
        pytest.param("The harbour guild closes Newport.", NOW, True, id="a companion"),
        pytest.param("The harbour guild of Thule closes Newport.", NOW, False, id="a companion beside what makes it unlikely"),
    ],
)
def test_likely_words(sentence: str, at: datetime, meant: bool) -> None:
    """A likely word is enough in its time, unless something rules it out or makes another meaning likely."""
    assert about(sentence, at=at) is meant


def test_a_phrase_in_passing_says_which_namesake_is_meant() -> None:
    """What only mentions the topic is a companion all the same."""
    assert about("An Atlantean man was shot in Newport on Sunday.")
    assert not about("A man was shot in Newport on Sunday.")


@pytest.mark.parametrize("credit", ["(Atlantis Times)", "(Reuters) (Atlantis Herald via AP)"])
def test_a_credit_names_no_topic(credit: str) -> None:
    """Who reported stands in brackets at the end, and says nothing of where it was."""
    assert not about(f"Two trains collide near Oslo in thick fog. {credit}")


WORDS = st.lists(
    st.sampled_from(["Atlantis", "Poseidonia", "Crete,", "Malta", "and", "to", "from", "evacuated", "near", "(", "Bab", "İ…", "like", "who was", "compared to", ";"]),
    max_size=30,
).map(" ".join)  # fmt: skip


@given(WORDS, WORDS)
def test_only_what_is_named_can_be_a_mention(text: str, around: str) -> None:
    """A text that does not name the topic is no mention of it, and no text breaks the reading of frames."""
    mentioned = only_mentioned(MATCHER, "atlantis", text, around)
    assert not mentioned or "Atlantis" in text or "Poseidonia" in text
