"""Prove what counts as a copy of what, and that the order of comparing does not matter."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Article, DuplicateLink, Relation, Verdict
from tidings.stages.dedupe import (
    Candidate,
    Likeness,
    align,
    aligned_text,
    as_candidate,
    find_duplicate,
    fingerprint,
    likeness,
    relation,
)
from tidings.text.terms import terms

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)

ORIGINAL = (
    "The ministry of health in Idlib said on Tuesday that 41 clinics had closed since the beginning of December.",
    "Minister Adel Hamra told reporters in the town of Binnish that doctors were working in tents and schools.",
    "Shelling near the M5 road damaged two ambulances and the roof of a children's ward, he said.",
    "The World Food Basket, a charity, delivered 12 tons of flour and baby milk through the Bab al-Hawa crossing.",
    "Drivers waited for nine hours because snow had covered the last bend before the customs yard.",
    "Hamra asked the guarantors of the ceasefire to keep the crossing open until the end of April.",
)
REWRITE = (
    "Since early December 41 clinics have had to close, the Idlib health ministry announced Tuesday.",
    "In Binnish town, Minister Adel Hamra told journalists that physicians work in schools and tents.",
    "He stated that two ambulances and a children's ward roof were damaged by shelling close to the M5 highway.",
    "A charity called World Food Basket brought 12 tons of baby milk and flour via the Bab al-Hawa crossing.",
    "Because of snow on the final bend before the customs yard, the drivers had to wait nine hours.",
    "Until the end of April the crossing should be kept open by the ceasefire guarantors, Hamra asked.",
)
SAME_EVENT = (
    "Adel Hamra, who runs Idlib's health ministry, warned on Tuesday that medical care in the enclave is close to collapse.",
    "Surgeons who came to his briefing showed photographs of patients lying on classroom floors.",
    "One of them, the orthopaedist Rima Daher, has not been paid for five months and sold her car to buy plaster.",
    "Neighbouring Aleppo province has lost its only incubators, according to midwives there.",
    "Turkish lorries carrying flour were seen at Bab al-Hawa in the afternoon.",
    "Western diplomats expect the council to vote on cross-border aid next week.",
)
ELSEWHERE = (
    "A chess festival in the harbour town drew four hundred players from thirty countries to its wooden halls.",
    "Organisers moved the final into the opera because the old casino roof leaked after the storm.",
    "The youngest entrant, aged seven, beat a retired sea captain in twenty-two moves on opening day.",
    "Prizes include a barrel of olives, a hand-carved board and a ticket to next year's festival.",
)


def article(name: str, *paragraphs: str, title: str = "Clinics close", origin: str = "Wire", language: str = "en") -> Article:
    return Article(
        name,
        f"{name}-1",
        f"https://wire.example/{name}",
        title,
        "\n\n".join(paragraphs),
        "Wire",
        origin,
        language,
        NOW,
        NOW,
        NOW,
        Verdict.FULL,
    )


def candidate(one: Article, of_kind: str = "article") -> Candidate:
    return as_candidate(one, fingerprint(one), of_kind)


TOLD = [candidate(article("original", *ORIGINAL)), candidate(article("festival", *ELSEWHERE, title="Chess"))]


def find(one: Article, told: Sequence[Candidate] = TOLD) -> DuplicateLink | None:
    return find_duplicate(one, fingerprint(one), told)


@pytest.mark.parametrize(
    ("paragraphs", "relation"),
    [
        pytest.param(ORIGINAL, Relation.EXACT, id="the same text"),
        pytest.param(tuple(paragraph.upper() for paragraph in ORIGINAL), Relation.EXACT, id="in capitals"),
        pytest.param((*ORIGINAL[:5], ORIGINAL[5] + " Snow fell."), Relation.EXACT, id="two words more"),
        pytest.param(("BINNISH (Wire) — " + ORIGINAL[0], *ORIGINAL[1:5]), Relation.NEAR, id="cut, with a dateline"),
        pytest.param(ORIGINAL[:3], Relation.NEAR, id="the first half"),
        pytest.param((*ORIGINAL, *ELSEWHERE), Relation.NEAR, id="a longer version"),
        pytest.param((ORIGINAL[0].replace("41", "47"), *ORIGINAL[1:]), Relation.NEAR, id="another number"),
        pytest.param((ORIGINAL[2], ORIGINAL[0], *ORIGINAL[3:], ORIGINAL[1]), Relation.EXACT, id="other order"),
        pytest.param(REWRITE, Relation.REWRITE, id="in other words"),
        pytest.param(SAME_EVENT, None, id="another reporter at the same event"),
        pytest.param(tuple(reversed(SAME_EVENT)), None, id="the same, reversed"),
        pytest.param(
            ("Rain fell on every hill of the province for two long days, shepherds said by telephone.",), None, id="nothing in common"
        ),
    ],
)
def test_relations_to_a_told_text(paragraphs: tuple[str, ...], relation: Relation | None) -> None:
    """Copies, edits and rewrites are linked, and named for what they are; own reporting is not."""
    found = find(article("new", *paragraphs))
    assert (found and found.relation) == relation
    assert found is None or (found.of_id, found.of_kind) == ("original", "article")


def test_the_closest_is_linked_with_evidence() -> None:
    """Of several likely originals the best one is named, with both measures."""
    told = [candidate(article("cut", *ORIGINAL[:3])), *TOLD, candidate(article("seed", *REWRITE), "seed")]
    found = find(article("new", *ORIGINAL), told)
    assert found is not None
    assert (found.of_id, found.score) == ("original", 1.0)
    assert "3-word runs" in found.evidence


def test_an_article_is_no_copy_of_itself() -> None:
    """A new version is not compared with the old one."""
    assert find(article("original", *ORIGINAL)) is None


def test_a_seed_is_linked_as_a_seed() -> None:
    """What repeats an article given in advance says so."""
    found = find(article("new", *REWRITE), [candidate(article("seed", *ORIGINAL), "seed")])
    assert found is not None
    assert (found.of_kind, found.relation) == ("seed", Relation.REWRITE)


@pytest.mark.parametrize("text", ["The road is open.", "The road to Binnish is open again today."])
def test_short_texts_are_copies_only_when_equal(text: str) -> None:
    """Few words share runs by chance: only the same text is a copy."""
    told = [candidate(article("short", "The road to Binnish is open.")), candidate(article("same", text))]
    found = find(article("new", text), told)
    assert found is not None
    assert (found.of_id, found.relation) == ("same", Relation.EXACT)
    assert find(article("new", text), told[:1]) is None


def test_an_empty_text_is_like_nothing() -> None:
    """Nothing raises and nothing is linked."""
    assert find(article("new", "")) is None
    assert align(aligned_text("", "en"), aligned_text(ORIGINAL[0], "en")) is None


def test_copies_are_found_in_scripts_without_spaces() -> None:
    """A Chinese text cut in half is a near copy."""
    text = ("星期二,伊德利卜卫生部门表示,自十二月初以来已有四十一家诊所关闭。", "部长哈姆拉在宾尼什镇对记者说,医生们正在帐篷和学校里工作。", "他说,公路附近的炮击损坏了两辆救护车和儿童病房的屋顶。", "一家慈善机构通过口岸运送了十二吨面粉和婴儿奶粉。")  # fmt: skip
    found = find(article("new", *text[:3], language="zh"), [candidate(article("original", *text, language="zh"))])
    assert found is not None
    assert found.relation is Relation.NEAR


PIECES = st.lists(st.sampled_from([*ORIGINAL, *REWRITE, *SAME_EVENT, *ELSEWHERE]), min_size=1, max_size=7).map(tuple)


@given(PIECES, st.lists(PIECES, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_candidates_changes_nothing(new: tuple[str, ...], texts: list[tuple[str, ...]], random) -> None:
    """Whatever order the store gives them in, the same one is linked."""
    told = [candidate(article(f"a{number}", *text)) for number, text in enumerate(texts)]
    shuffled = random.sample(told, len(told))
    assert find(article("new", *new), told) == find(article("new", *new), shuffled)


@given(PIECES, PIECES)
def test_likeness_is_a_share_and_full_for_equals(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """Every measure lies between 0 and 1; a text is exactly like itself."""
    mark = fingerprint(article("one", *one))
    own = aligned_text("\n\n".join(one), "en")
    measured = likeness(mark, own, candidate(article("other", *other)))
    assert 0.0 <= measured.copied <= 1.0
    assert 0.0 <= measured.score <= 1.0
    assert likeness(mark, own, candidate(article("same", *one))).exact


@given(PIECES, PIECES, st.floats(-10, 10))
def test_stopping_early_changes_no_score_that_counts(one: tuple[str, ...], other: tuple[str, ...], least: float) -> None:
    """What is given up early would not have reached the bound; what is not has its full score."""
    texts = (aligned_text("\n\n".join(one), "en"), aligned_text("\n\n".join(other), "en"))
    full, early = align(*texts), align(*texts, least=least)
    assert full is not None
    assert early == full if early else full.log_odds < least


def test_a_fingerprint_keeps_the_heaviest_terms_in_one_order() -> None:
    """At most sixty terms, the title's doubled, ties by the alphabet: equal articles have equal fingerprints."""
    one = fingerprint(article("a", *ORIGINAL, *SAME_EVENT))
    assert len(one.terms) <= 60
    assert list(one.terms.items()) == sorted(one.terms.items(), key=lambda item: (-item[1], item[0]))
    assert one == fingerprint(article("a", *ORIGINAL, *SAME_EVENT))
    assert terms("clinics", "en")[0] in one.terms


RECOGNISES = (
    "France recognises the transitional council as the only legitimate government of Libya, the foreign ministry in Paris said on Thursday."
)


@pytest.mark.parametrize(
    ("told", "new"),
    [
        pytest.param(
            RECOGNISES, RECOGNISES.replace("France", "Qatar").replace("Paris", "Doha").replace("Thursday", "Monday"), id="another country"
        ),
        pytest.param(
            "France recognises the transitional council as the only legitimate government of Libya.",
            "Qatar recognises the transitional council as the only legitimate government of Libya.",
            id="one word",
        ),
        pytest.param(
            "A bomb killed 12 people at the market of Saraqib on Tuesday, medics said, and wounded at least 30 more.",
            "A bomb killed 7 people at the market of Ariha on Friday, medics said, and wounded at least 15 more.",
            id="another place and toll",
        ),
    ],
)
def test_two_short_texts_of_one_kind_stay_apart(told: str, new: str) -> None:
    """A sentence that differs in who, where or how many was not made from the other, however many words they share."""
    assert find(article("new", new), [candidate(article("told", told))]) is None


def test_a_short_text_in_other_words_is_a_rewrite() -> None:
    """Two sentences can be told to be one text, if every name and number stays and the order does."""
    found = find(article("new", *REWRITE[:3]), [candidate(article("told", *ORIGINAL[:3]))])
    assert found is not None
    assert found.relation is Relation.REWRITE


def test_a_score_below_the_bound_is_no_relation() -> None:
    """Copied and rewritten are told apart by the share of word runs, and both need the score."""
    assert relation(Likeness(exact=False, copied=0.6, log_odds=0.0)) is None
    assert relation(Likeness(exact=False, copied=0.6, log_odds=5.0)) is Relation.NEAR
    assert relation(Likeness(exact=False, copied=0.2, log_odds=5.0)) is Relation.REWRITE


def test_an_article_that_quotes_forty_others_copies_none() -> None:
    """One sentence of each of forty articles is no copy of any of them."""
    told = [
        candidate(
            article(
                f"told{number}",
                *(
                    f"Town {name} council number {number}{digit} met on day {digit} to discuss item {name}{digit} at length."
                    for digit, name in enumerate(("Arden", "Welby", "Soll", "Marn", "Tarn", "Holm"))
                ),
            )
        )
        for number in range(40)
    ]
    quoting = article(
        "new", *(f"Town Arden council number {number}0 met on day 0 to discuss item Arden0 at length." for number in range(40))
    )
    assert find(quoting, told) is None


def made(count: int, word: str = "word") -> str:
    return " ".join(f"The {word}{number} of Town{number} met {number} times." for number in range(count))


@pytest.mark.parametrize(
    ("told", "new", "relation"),
    [
        pytest.param("", "", Relation.EXACT, id="both empty"),
        pytest.param("", "A short text of a few words that say little.", None, id="nothing told"),
        pytest.param("word " * 30_000, "word " * 29_000, None, id="one enormous sentence of one word"),
        pytest.param(made(5_000), made(5_000), Relation.EXACT, id="5,000 sentences, the same"),
        pytest.param(made(5_000), " ".join(ELSEWHERE * 1_250), None, id="5,000 sentences, another text"),
        pytest.param("Идлиб ادلب 伊德利卜 Idlib " * 40, "Идлиб ادلب 伊德利卜 Saraqib " * 3, None, id="mixed scripts"),
    ],
)
def test_odd_texts_have_a_sane_outcome(told: str, new: str, relation: Relation | None) -> None:
    """Empty, endless and mixed texts raise nothing and are linked only with what they equal."""
    found = find(article("new", new), [candidate(article("told", told))])
    assert (found and found.relation) == relation


def test_a_changed_digit_is_a_near_copy() -> None:
    """It is linked, so that the digit can be reported with a warning, and it is not called exact."""
    found = find(article("new", ORIGINAL[0].replace("41", "47"), *ORIGINAL[1:]))
    assert found is not None
    assert found.relation is Relation.NEAR
    assert "numbers" in found.evidence


def test_without_capital_letters_missing_words_stand_for_missing_names() -> None:
    """Two long Chinese texts about other things are no copies, though no name can be told by a capital letter."""
    one = "。".join(f"卫生部门第{number}次表示已有诊所关闭并请求口岸开放运送面粉" for number in range(40))
    other = "。".join(f"足球比赛第{number}场在港口城市结束观众对裁判的判罚感到不满意" for number in range(40))
    assert find(article("new", other, language="zh"), [candidate(article("told", one, language="zh"))]) is None
