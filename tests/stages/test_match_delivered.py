"""Prove that the delivered topics take what is about them, and leave what only mentions them, across the years they were watched.

The sentences are our own, on what happened in these places: a vocabulary that misses a town of the war misses its news.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tidings.config import load
from tidings.model import Article, Rejection, Verdict
from tidings.stages.match import Matcher, compile_topics, match_topics

FOLDER = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    """Compile the delivered topics once."""
    return compile_topics(load(FOLDER, {}).topics)


def found(matcher: Matcher, text: str, *, title: str = "", day: str = "2020-02-01", language: str = "en") -> frozenset[str]:
    """Return the topics that an article of a day is about."""
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    matched = match_topics(Article("a", "v", "", title, text, "W", "W", language, at, at, at, Verdict.FULL), matcher)
    return frozenset() if isinstance(matched, Rejection) else frozenset(one.topic for one in matched.statements)


# (day, title, sentence, what it is about)
HAPPENINGS = [
    ("2019-04-30", "Syrian civil war", "Government helicopters drop barrel bombs on villages south of Kafr Nabl, activists say.", "idlib"),
    ("2019-05-21", "", "Pro-government troops and rebels trade artillery fire around Kafr Nabudah for a third day, cutting the rebels' road to Khan Shaykhun.", "idlib"),
    ("2019-06-12", "Libyan Civil War", "Medical workers say an air raid destroyed a field hospital on the road to the old airport.", "libya"),
    ("2019-07-03", "Second Libyan Civil War", "More than fifty migrants are killed when an air strike hits a detention centre in Tajoura.", "libya"),
    ("2019-07-10", "", "Twenty-two countries sign a letter that criticises China's mass detention of Uyghurs.", "xinjiang"),
    ("2019-08-20", "Syrian civil war", "Rebel fighters withdraw from Khan Shaykhun as the army closes in from two sides.", "idlib"),
    ("2019-10-07", "", "The United States puts twenty-eight Chinese companies on a blacklist over abuses against Muslim minorities in Xinjiang.", "xinjiang"),
    ("2019-10-27", "", "American special forces land by helicopter near Barisha; the leader of Islamic State blows himself up in a tunnel.", "idlib"),
    ("2019-11-27", "", "Turkey and the government of Fayez al-Sarraj sign an agreement on sea borders.", "libya"),
    ("2019-12-24", "", "Tens of thousands of people leave Maarat al-Numan in cars and lorries as shelling comes nearer.", "idlib"),
    ("2020-01-19", "", "World leaders who meet in Berlin promise to respect the arms embargo on Libya.", "libya"),
    ("2020-02-03", "", "Eight Turkish soldiers die when Syrian guns shell a convoy near Saraqib.", "idlib"),
    ("2020-02-16", "", "The army says that it has taken most villages of the western Aleppo countryside.", "idlib"),
    ("2020-02-10", "", "Rockets hit a hospital in Darat Izza; two nurses are wounded.", "idlib"),
    ("2020-02-27", "", "Thirty-three Turkish troops are killed in an air strike on a building in Balyun.", "idlib"),
    ("2020-03-05", "", "Presidents Erdogan and Putin agree in Moscow on a ceasefire along the M4 highway in Idlib.", "idlib"),
    ("2020-06-05", "", "Troops loyal to Khalifa Haftar leave Tarhuna, their last town in the west.", "libya"),
    ("2020-06-12", "", "Investigators find eight mass graves in Tarhuna.", "libya"),
    ("2020-06-20", "", "Egypt's president calls Sirte and Jufra a red line.", "libya"),
    ("2020-07-09", "", "Washington imposes sanctions on Chen Quanguo and three other officials.", "xinjiang"),
    ("2020-07-18", "", "A new outbreak of the coronavirus closes the metro of Urumqi.", "xinjiang"),
    ("2020-08-21", "", "Both sides in Libya announce a truce and call for elections.", "libya"),
    ("2020-09-14", "", "American customs block cotton and hair products made by forced labour in Xinjiang.", "xinjiang"),
    ("2021-01-19", "", "The outgoing secretary of state says that China commits genocide against the Uyghurs.", "xinjiang"),
    ("2021-02-22", "", "Canada's parliament votes to call the treatment of Uighurs genocide.", "xinjiang"),
    ("2021-03-22", "", "Beijing answers European sanctions over Xinjiang with sanctions on ten lawmakers.", "xinjiang"),
    ("2021-03-25", "", "Shops in China remove the goods of a Swedish clothes chain that refused cotton from Xinjiang.", "xinjiang"),
    ("2021-02-05", "", "Delegates in Geneva choose Abdul Hamid Dbeibah as prime minister of an interim government.", "libya"),
    ("2021-04-21", "", "More than a hundred people are feared dead after a rubber boat capsizes off Libya.", "libya"),
    ("2021-12-19", "", "Militiamen with pick-up trucks close streets around the prime minister's office in Tripoli.", "libya"),
    ("2021-12-23", "", "President Biden signs the Uyghur Forced Labor Prevention Act.", "xinjiang"),
    ("2022-02-03", "", "The leader of Islamic State dies in a raid by American commandos on a house in Atmeh.", "idlib"),
    ("2022-02-10", "", "The parliament in Tobruk names Fathi Bashagha prime minister.", "libya"),
    ("2022-05-24", "", "Hacked files from police computers in Kashgar show photographs of thousands of prisoners.", "xinjiang"),
    ("2022-07-02", "", "Protesters set fire to the parliament building in Tobruk.", "libya"),
    ("2022-08-27", "", "Thirty-two people die in fighting between militias in Tripoli.", "libya"),
    ("2022-08-31", "", "The UN human rights office says that China may have committed crimes against humanity in Xinjiang.", "xinjiang"),
    ("2022-11-24", "", "Ten people die in a fire in a block of flats in Urumqi.", "xinjiang"),
    ("2022-11-26", "", "Crowds in Shanghai light candles for the victims of the fire in Urumqi and demand an end to lockdowns.", "xinjiang"),
    ("2023-02-08", "", "The first aid lorries since the earthquake enter through Bab al-Hawa.", "idlib"),
    ("2023-02-07", "2023 earthquake", "Rescuers of the White Helmets pull a newborn from the ruins of a house in Jinderis, in the rebel-held northwest of Syria.", "idlib"),
    ("2023-09-11", "", "Thousands are feared dead in Derna after two dams burst.", "libya"),
    ("2023-09-12", "", "Storm Daniel leaves whole districts of the port of Derna under mud.", "libya"),
    ("2023-08-28", "", "Najla Mangoush flees to Istanbul after word of her meeting with Israel's foreign minister.", "libya"),
    ("2024-01-23", "", "A strong earthquake shakes Wushi County near the border with Kyrgyzstan.", "xinjiang"),
    ("2024-04-22", "", "Hundreds march in Binnish against the leader of Hayat Tahrir al-Sham.", "idlib"),
    ("2024-11-27", "", "Fighters led by Hayat Tahrir al-Sham attack army posts west of Aleppo.", "idlib"),
    ("2024-11-28", "", "Rebels take the Regiment 46 base and the town of Atarib road in the western Aleppo countryside.", "idlib"),
    ("2025-05-12", "", "Abdulghani al-Kikli, who led a powerful militia, is shot dead in Tripoli.", "libya"),
    ("2025-02-27", "", "Thailand puts forty Uyghur men on an aeroplane to China.", "xinjiang"),
    ("2019-12-02", "", "Members of the House of Representatives vote for sanctions on Chinese officials over camps for Uighurs.", "xinjiang"),
    ("2019-11-16", "", "Leaked papers show how the camps of Hotan were run.", "xinjiang"),
    ("2020-12-22", "", "A court in Istanbul frees a Uyghur poet who was to be deported to China.", "xinjiang"),
    ("2023-03-26", "", "Police in Bangkok question two men from the East Turkestan movement.", "xinjiang"),
    ("2020-05-22", "Western Libya campaign", "Nine jets without markings arrive at Jufra from Russia by way of Syria.", "libya"),
    ("2020-07-05", "", "Unidentified aircraft bomb the al-Watiya air base.", "libya"),
    ("2021-08-09", "", "A court in Tripoli frees Saadi Gaddafi, a son of the late dictator.", "libya"),
    ("2011-08-21", "", "Rebels drive into Tripoli at dusk without much of a fight.", "libya"),
    ("2019-04-08", "", "Warplanes bomb the only working airport of Tripoli.", "libya"),
    ("2017-09-01", "Rescue at sea", "A coast guard patrol brings ninety people back to Tripoli.", "libya"),
    ("2018-09-10", "", "Gunmen storm the head office of the state oil company in Tripoli.", "libya"),
    ("2022-12-11", "", "A Libyan accused of making the bomb that destroyed Pan Am Flight 103 is in American custody.", "libya"),
    ("2024-08-21", "", "The central bank in Tripoli stops all work after its computer chief is kidnapped.", "libya"),
]  # fmt: skip
ELSEWHERE = [
    ("2020-02-13", "Syrian Civil War", "Government troops take the last rebel quarter of Aleppo city, state media say.", ""),
    ("2024-12-03", "Syrian civil war", "Rebels led by Hayat Tahrir al-Sham come within a few kilometres of Hama.", ""),
    ("2024-12-08", "Fall of Damascus", "Hayat Tahrir al-Sham enters Damascus; the president has fled.", ""),
    ("2025-01-12", "", "Hayat Tahrir al-Sham names new governors for Homs and Damascus.", ""),
    ("2025-03-07", "", "Gunmen ambush soldiers of the new government near Jableh in Latakia province.", ""),
    ("2018-07-06", "Syrian Civil War", "Tahrir al-Sham gives up its last posts in Daraa.", ""),
    ("2018-04-08", "Syrian Civil War", "The last fighters surrender in Douma and board buses to Idlib.", ""),
    ("2018-05-08", "Syrian Civil War", "Rebels south of Damascus agree to leave for Idlib and Jarabulus under a deal of surrender.", ""),
    ("2018-03-24", "Syrian Civil War", "Evacuees from Arbin reach Idlib province at night.", ""),
    ("2019-10-09", "Turkish offensive", "Turkish jets bomb Tell Abyad and Ras al-Ayn.", ""),
    ("2018-01-20", "", "Turkish tanks cross into Afrin in north-west Syria.", ""),
    ("2019-02-16", "", "Air strikes hit Hama, Idlib and Aleppo, a monitor says.", ""),
    ("2022-05-29", "", "Turkey's president says soldiers killed in Idlib two years ago will not be forgotten as he opens a bridge in Ankara.", ""),
    ("2020-08-04", "", "A man from Tripoli in northern Lebanon is among the dead of the Beirut explosion.", ""),
    ("2020-01-28", "2019-20 Lebanese protests", "Banks are set on fire in Tripoli.", ""),
    ("2021-01-27", "", "Protesters against the lockdown fight with police in Lebanon's second city, Tripoli.", ""),
    ("2022-04-23", "", "A migrant boat sinks off Tripoli, Lebanon; six bodies are found.", ""),
    ("2020-01-31", "", "The travel ban on people from Iran, Libya, Somalia, Syria and Yemen is extended to six more countries.", ""),
    ("2020-06-20", "", "A Libyan man stabs three people to death in a park in Reading.", ""),
    ("2023-05-01", "", "Egypt evacuates its people from Sudan, its southern neighbour, as it did from neighbouring Libya.", ""),
    ("2022-03-02", "", "Analysts compare the fate of the president with that of Muammar Gaddafi.", ""),
    ("2024-05-20", "", "Russia's new corps will work in Mali, Burkina Faso, Niger, Libya and the Central African Republic.", ""),
    ("2023-07-26", "2023 coup in Niger", "Soldiers declare on television that the president has been removed.", ""),
    ("2019-09-25", "European migrant crisis", "A rescue ship with 182 people on board is allowed to land in Sicily.", ""),
    ("2021-07-20", "", "Floods in the underground of Zhengzhou kill twelve people.", ""),
    ("2022-03-21", "", "A Chinese airliner with 132 people on board crashes in Guangxi.", ""),
    ("2020-06-15", "", "Indian and Chinese soldiers fight with clubs in the Galwan valley.", ""),
    ("2019-06-09", "Hong Kong protests", "A million people march against extraditions to China.", ""),
    ("2021-10-05", "", "China builds a railway that will link Tibet with Xinjiang and Sichuan.", ""),
    ("2020-11-21", "", "Pope Francis speaks of persecuted peoples such as Rohingya, Yazidis and Uyghurs in a new book.", ""),
    ("2019-03-15", "", "A gunman kills fifty people in two mosques in Christchurch.", ""),
    ("2021-08-26", "", "A bomb at the airport of Kabul kills 170 people.", ""),
    ("2020-02-18", "", "A penalty in stoppage time gave the visitors a point in Tripoli.", ""),
    ("2020-02-18", "", "The goalkeeper of Tripoli's football club, once a soldier, stops two penalties.", ""),
    ("2021-11-03", "", "Asteras Tripoli lose at home for the third time; the club's president resigns.", ""),
    ("2023-10-09", "", "USS Tripoli leaves San Diego with two thousand troops on board.", ""),
    ("2022-05-05", "", "A hockey team of nurses from Tripoli wins a cup.", ""),
    ("2014-03-20", "", "Gunmen from Jabal Mohsen fire rockets at their neighbours in Tripoli.", ""),
    ("2013-08-23", "Bombs at two Sunni mosques", "Two car bombs kill dozens in Tripoli after Friday prayers.", ""),
    ("2019-03-03", "", "The mayor of Tripoli plants a lemon tree in a park.", ""),
    ("2025-05-01", "", "The United States asks Libya, Rwanda and Kosovo to take deported migrants.", ""),
    ("2019-04-14", "", "Sudan's army council says that it will talk with the protesters.", ""),
]  # fmt: skip


@pytest.mark.parametrize(("day", "title", "sentence", "topic"), HAPPENINGS, ids=[f"{day} {text[:32]}" for day, _, text, _ in HAPPENINGS])
def test_what_happens_there_is_found(matcher: Matcher, day: str, title: str, sentence: str, topic: str) -> None:
    """A sentence about a topic is taken for that topic and for no other."""
    assert found(matcher, sentence, title=title, day=day) == {topic}


@pytest.mark.parametrize(("day", "title", "sentence", "topic"), ELSEWHERE, ids=[f"{day} {text[:32]}" for day, _, text, _ in ELSEWHERE])
def test_what_happens_elsewhere_is_left(matcher: Matcher, day: str, title: str, sentence: str, topic: str) -> None:
    """A sentence that mentions a topic, or a namesake, or a group of the topic elsewhere, is about none."""
    assert found(matcher, sentence, title=title, day=day) == frozenset({topic} - {""})


@pytest.mark.parametrize(
    ("language", "sentence", "topic"),
    [
        pytest.param("tr", "Erdoğan, İdlib'deki gözlem noktaları için Moskova'ya gidecek.", "idlib", id="Turkish İ and its ending"),
        pytest.param("tr", "İDLİB'DE OKULLAR YENİDEN AÇILDI, ÖĞRETMENLER DÖNDÜ.", "idlib", id="Turkish capitals"),
        pytest.param("ar", "وصلت قافلة مساعدات إلى مدينة إدلب صباح اليوم.", "idlib", id="Arabic"),
        pytest.param("ar", "انفجار سيارة مفخخة بإدلب يوقع قتلى وجرحى.", "idlib", id="Arabic with a preposition"),
        pytest.param("ar", "وإدلب تستقبل العائدين بعد سنوات من النزوح.", "idlib", id="Arabic with a conjunction"),
        pytest.param("ar", "قصف على ريف ادلب الجنوبي منذ الفجر.", "idlib", id="Arabic without its hamza"),
        pytest.param("ar", "اشتباكات عنيفة في طرابلس الغرب بين مجموعات مسلحة.", "libya", id="Arabic, the western Tripoli"),
        pytest.param("zh", "伊德利卜省一所学校周二遭到炮击，三名教师受伤。", "idlib", id="Chinese"),
        pytest.param("zh", "联合国车队抵达伊德利布。两万人得到粮食。", "idlib", id="Chinese, another transcription"),
        pytest.param("zh", "新疆喀什发生地震，暂无人员伤亡报告。", "xinjiang", id="Chinese, Kashgar"),
        pytest.param("ru", "В Идлибе возобновились обстрелы, сообщили врачи.", "idlib", id="Russian inflected"),
        pytest.param("ru", "Войска вошли в Мааррет-эн-Нуман после недели боёв.", "idlib", id="Russian town"),
        pytest.param("ru", "Уйгурских поэтов судили в закрытом заседании.", "xinjiang", id="Russian adjective"),
        pytest.param("fr", "Des dizaines de Ouïghours manifestent devant l'ambassade.", "xinjiang", id="French diaeresis"),
        pytest.param("zh", "的黎波里南郊民兵再次交火，两人死亡。", "libya", id="Chinese, Tripoli and its militias"),
        pytest.param("ru", "В Триполи возобновились бои между группировками.", "libya", id="Russian, fighting in Tripoli"),
        pytest.param("tr", "Trablus'ta milisler arasında çatışma çıktı.", "libya", id="Turkish, Tripoli and its militias"),
        pytest.param("fr", "Le maréchal Haftar est attendu lundi à Benghazi.", "libya", id="French"),
        pytest.param("de", "Zehntausende fliehen aus dem Nordwesten Syriens in die Türkei.", "idlib", id="German"),
        pytest.param("en", "Shells fell on Ma’arrat al-Nu‘man before dawn, doctors said.", "idlib", id="curly apostrophes"),
        pytest.param("en", "Shells fell on Maarrat al Numan before dawn, doctors said.", "idlib", id="no apostrophes, no hyphen"),
        pytest.param("en", "Trucks wait at Bab al Hawa for a third day.", "idlib", id="a space for a hyphen"),
        pytest.param("en", "A film festival in ÜRÜMQİ opened with a comedy.", "xinjiang", id="diacritics in capitals"),
    ],
)
def test_names_are_found_in_every_script(matcher: Matcher, language: str, sentence: str, topic: str) -> None:
    """Inflection, scripts without spaces, diacritics, Arabic prefixes and transliterations do not hide a topic."""
    assert found(matcher, sentence, language=language) == {topic}


@pytest.mark.parametrize(
    ("day", "text", "topics"),
    [
        pytest.param(
            "2018-06-01", "Tahrir al-Sham arrests two journalists at a checkpoint.", {"idlib"}, id="while it ruled the north-west"
        ),
        pytest.param("2025-01-10", "Tahrir al-Sham arrests two journalists at a checkpoint.", set(), id="since it rules the country"),
        pytest.param("2025-01-10", "Tahrir al-Sham arrests two journalists in Idlib city.", {"idlib"}, id="since then, in Idlib"),
        pytest.param("2016-05-01", "Dozens die in fighting in the western Aleppo countryside.", set(), id="west of Aleppo before 2019"),
        pytest.param("2020-02-01", "Dozens die in fighting in the western Aleppo countryside.", {"idlib"}, id="west of Aleppo from 2019"),
        pytest.param("2011-08-01", "The National Transitional Council asks for frozen money.", {"libya"}, id="the council of 2011"),
        pytest.param("2020-09-01", "The National Transitional Council asks for frozen money.", set(), id="a council of another year"),
    ],
)
def test_some_words_have_their_time(matcher: Matcher, day: str, text: str, topics: set[str]) -> None:
    """A group is the topic's own only while it acts there; at other times its name needs a companion."""
    assert found(matcher, text, day=day) == topics
