"""Prove which story an article joins, and that the order of the members does not matter."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Article, Verdict
from tidings.stages.bounds import SAME_STORY_MIN
from tidings.stages.dedupe import fingerprint
from tidings.stages.stories import Assignment, Likeness, Member, assign, choose, member_of, similarity

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)

BRIDGE = "A footbridge over the canal in Ariha collapsed on Monday and nine schoolchildren were pulled from the water by divers."
BRIDGE_LATER = "Divers searched the canal in Ariha for two more schoolchildren after the footbridge collapsed, the mayor said on Tuesday."
BRIDGE_AFTER = "The mayor of Ariha promised an inquiry into the footbridge after divers left the canal."
HARVEST = "Olive growers near Misrata counted the smallest harvest in twenty years and blame a beetle that eats the buds."
HARVEST_LATER = "The beetle that ruined the olive harvest near Misrata has reached the groves of Tarhuna, growers said."


def article(name: str, text: str, language: str = "en", title: str | None = None) -> Article:
    title = text[:30] if title is None else title
    return Article(name, f"{name}-1", f"https://wire.example/{name}", title, text, "Wire", "Wire", language, NOW, NOW, NOW, Verdict.FULL)


def member(name: str, text: str, story: str = "", language: str = "en") -> Member:
    one = article(name, text, language)
    return member_of(one, story or name, fingerprint(one).terms, first=not story)


OPEN = [member("bridge", BRIDGE), member("harvest", HARVEST), member("later", BRIDGE_LATER, "bridge")]


def idf(term: str) -> float:
    return log(52 / (1 + sum(term in one.terms for one in OPEN)))


def place(
    name: str,
    text: str,
    members: Sequence[Member] = OPEN,
    copy_of: str = "",
    language: str = "en",
    alike: Mapping[str, float] | None = None,
) -> Assignment:
    one = article(name, text, language)
    return assign(one, fingerprint(one), members, idf, copy_of, alike)


def test_what_reports_the_same_happening_joins() -> None:
    """The third report of the bridge joins its story; the nearest member is named."""
    found = place("new", BRIDGE_AFTER)
    assert (found.story_id, found.is_new) == ("bridge", False)
    assert found.nearest_id in {"bridge", "later"}
    assert found.score >= SAME_STORY_MIN


def test_what_reports_something_else_opens_a_story() -> None:
    """A new story has the article's own id; how near it came to another is kept."""
    found = place("new", "The library of Benghazi lent its millionth book to a fisherman's daughter on Sunday.")
    assert (found.story_id, found.is_new) == ("new", True)
    assert found.score < SAME_STORY_MIN


def test_the_first_article_opens_the_first_story() -> None:
    """Without any open story there is nothing to join."""
    assert place("new", BRIDGE, []) == Assignment("new", is_new=True, score=0.0)


def test_a_copy_follows_its_original() -> None:
    """Whatever its words are most like, a copy goes where its original is."""
    found = place("new", HARVEST_LATER, copy_of="later")
    assert (found.story_id, found.is_new, found.score, found.nearest_id) == ("bridge", False, 1.0, "later")


def test_a_copy_whose_original_is_not_at_hand_is_placed_by_its_words() -> None:
    """An original that the store did not give changes nothing."""
    assert place("new", BRIDGE_AFTER, copy_of="unknown").story_id == "bridge"


def test_an_article_is_not_compared_with_itself() -> None:
    """A member with the article's own id is passed over."""
    assert place("bridge", BRIDGE, [member("bridge", BRIDGE)]).is_new


def test_no_story_is_joined_by_a_chain_alone() -> None:
    """A is like B and B like C: C, which is not like A, does not join their story."""
    links = [(Likeness(0.02, 0.0), Member("a", "a", True, {})), (Likeness(0.45, 0.3), Member("b", "a", False, {}))]
    assert not choose("c", links[1:]).is_new
    assert choose("c", links).is_new


STRIKE = "An air strike on {} killed {} people on Monday when a bomb fell on the crowded vegetable market, medics said."

KEPT_APART = [
    pytest.param(STRIKE.format("Saraqib", "five"), STRIKE.format("Ariha", "five"), "other names (saraqib / ariha)", id="places"),
    pytest.param(
        "The court in the capital jailed the former minister Khaled Darwish for taking bribes from a builder of roads.",
        "The court in the capital jailed the former minister Samir Haddad for taking bribes from a builder of roads.",
        "other names (",
        id="actors",
    ),
]


@pytest.mark.parametrize(("told", "new", "evidence"), KEPT_APART)
def test_look_alikes_that_contradict_each_other_are_kept_apart(told: str, new: str, evidence: str) -> None:
    """The same words with another place or another actor are another happening, and the evidence says so."""
    found = place("new", new, [member("told", told)])
    assert found.is_new
    assert "kept apart" in found.evidence
    assert evidence in found.evidence


def test_another_year_speaks_against() -> None:
    """Of two alike reports the one that tells another year is less alike, and one that tells the same year more."""
    words = "the council of Ariha voted to close its old market and to move the traders."
    scores = {year: place("new", f"In {year}, {words}", [member("told", f"In 2014, {words}")]).score for year in ("2014", "2019")}
    untold = place("new", f"Yesterday {words}", [member("told", f"In 2014, {words}")])
    assert scores["2014"] > untold.score > scores["2019"]
    assert "year" not in untold.evidence


def test_the_year_of_publication_tells_nothing() -> None:
    """Everybody writes the current year: that two reports do speaks for no common happening."""
    words = "the council of Ariha voted to close its old market and to move the traders."
    found = place("new", f"In {NOW.year}, {words}", [member("told", f"In {NOW.year}, {words}")])
    assert "year" not in found.evidence


def test_a_changed_toll_keeps_nothing_apart() -> None:
    """Tolls rise within a story: the same strike with more dead is the same strike."""
    found = place("new", STRIKE.format("Ariha", "seven"), [member("told", STRIKE.format("Ariha", "five"))])
    assert (found.story_id, found.is_new) == ("told", False)
    assert found.evidence.startswith("words 0.")
    assert "names of the lead 1.00" in found.evidence


def test_days_and_months_are_no_names() -> None:
    """A day that both leads name does not stand for a shared name."""
    assert place("new", STRIKE.format("Saraqib", "five"), [member("told", STRIKE.format("Ariha", "five"))]).is_new


TURKISH = "Dün Idlib kırsalındaki Ariha kasabasına düzenlenen hava saldırısında 14 kişi öldü, 37 kişi yaralandı, Beyaz Baretliler söyledi."
ENGLISH = "At least 14 people died and 37 were hurt in Idlib on Monday when aircraft struck the town of Ariha, rescuers said."
ENGLISH_OTHER = "Farmers near Idlib and Ariha counted the smallest olive harvest in years, growers said."


def test_one_strike_in_two_languages_is_one_story() -> None:
    """Across languages, shared names and shared numbers put an article into the story."""
    found = place("new", TURKISH, [member("told", ENGLISH)], language="tr")
    assert (found.story_id, found.is_new) == ("told", False)
    assert found.evidence.startswith("names and numbers")


def test_names_alone_do_not_join_two_languages() -> None:
    """The names of a topic stand in all its stories: without a shared number another language opens a story."""
    assert place("new", TURKISH, [member("told", ENGLISH_OTHER)], language="tr").is_new


def test_meaning_joins_what_shares_no_word() -> None:
    """Where the cosine of meaning is known it takes part: high it joins two languages, low it does not."""
    russian = "Под Мисратой собрали самый маленький урожай оливок за двадцать лет, виноват жук."
    assert place("new", russian, language="ru").is_new
    assert place("new", russian, language="ru", alike={"harvest": 0.9}).story_id == "harvest"
    assert place("new", russian, language="ru", alike={"harvest": 0.4}).is_new


BAD = [
    pytest.param("", "", id="nothing"),
    pytest.param("", "the of and", id="only function words"),
    pytest.param("", "。。。 !!! ???", id="no words"),
    pytest.param("Идлиб Idlib 伊德利卜 إدلب", "Удар нанесён 伊德利卜 إدلب strike 2019 14", id="mixed scripts"),
    pytest.param("", "Idlib " * 500, id="a word five hundred times"),
    pytest.param("", "A bomb fell on the market of Ariha and 5 people died. " * 5_000, id="five thousand sentences"),
]


@pytest.mark.parametrize(("title", "text"), BAD)
def test_bad_input_is_placed(title: str, text: str) -> None:
    """Whatever the text is, the article gets a story with the id of an article at hand or its own."""
    one = article("new", text, title=title)
    found = assign(one, fingerprint(one), OPEN, idf)
    assert found.story_id in {"new", "bridge", "harvest"}
    again = assign(article("more", text, title=title), fingerprint(one), [member_of(one, "new", fingerprint(one).terms, first=True)], idf)
    assert again.story_id in {"new", "more"}


TEXTS = st.sampled_from([BRIDGE, BRIDGE_LATER, BRIDGE_AFTER, HARVEST, HARVEST_LATER, "Idlib.", ""])


@given(TEXTS, st.lists(st.tuples(TEXTS, st.sampled_from(["", "m0", "m1"])), max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_members_changes_nothing(text: str, given_members: list[tuple[str, str]], random) -> None:
    """Whatever order the store gives them in, the article joins the same story with the same score."""
    members = [member(f"m{number}", words, story if story != f"m{number}" else "") for number, (words, story) in enumerate(given_members)]
    assert place("new", text, members) == place("new", text, random.sample(members, len(members)))


VECTORS = st.dictionaries(st.sampled_from("abcde"), st.floats(0.5, 9), max_size=5)


@given(VECTORS, VECTORS)
def test_similarity_is_a_mutual_share(one: dict[str, float], other: dict[str, float]) -> None:
    """Cosine: between 0 and 1, the same both ways, 1 with itself, 0 with nothing in common."""
    found = similarity(one, other, idf)
    assert 0.0 <= found <= 1.0 + 1e-9
    assert found == pytest.approx(similarity(other, one, idf))
    assert (found == 0.0) == (not one.keys() & other.keys())
    if one:
        assert similarity(one, one, idf) == pytest.approx(1.0)
