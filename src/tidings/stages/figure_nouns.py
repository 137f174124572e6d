"""Name what figures count by one English noun, so that figures of different languages can be compared."""

import re
from functools import lru_cache

from tidings.text.numerals import fold_word

# English noun: words of Turkish, Russian, Arabic, Chinese and French. A trailing "*" stands for any ending.
_NOUNS = """
people: kişi* insan* can* vatandaş* человек* людей люди людям граждан* شخص* أشخاص شخصا ناس مواطن* 人 民众 personne* gens habitant*
civilian: sivil* мирны* гражданских مدني* مدنيا 平民 百姓 civil civils
child: çocuk* bebek* ребен* дети детей طفل* أطفال أطفالا 儿童 孩子 兒童 enfant enfants mineurs
woman: kadın* женщин* امرأة نساء سيدة سيدات 妇女 女性 femme femmes
man: erkek* adam* мужчин* رجل* رجال 男子 男性 homme hommes
soldier: asker* er военн* солдат* бойц* جندي* جنود جنديا عسكري* 士兵 军人 官兵 soldat soldats militaire militaires
officer: polis* полицейск* شرطي* شرطيا 警察 警员 policier policiers gendarme*
student: öğrenci* студент* школьник* طالب* طلاب طالبا تلميذ* 学生 étudiant* élève*
teacher: öğretmen* учител* معلم* مدرس* 教师 老师 enseignant* professeur*
worker: işçi* çalışan* рабоч* работник* сотрудник* عامل* عمال موظف* 工人 职工 员工 ouvrier* employé* travailleur*
miner: madenci* шахтер* 矿工 mineur
farmer: çiftçi* фермер* مزارع* 农民 agriculteur* paysan*
doctor: doktor* hekim* врач* медик* طبيب* أطباء 医生 médecin*
patient: hasta* больн* пациент* مريض* مرضى 病人 患者 patient* malade*
migrant: göçmen* мигрант* مهاجر* 移民 migrant*
refugee: mülteci* sığınmacı* беженц* беженец* لاجئ* لاجئا 难民 réfugié*
journalist: gazeteci* muhabir* журналист* репортер* صحفي* صحافي* صحفيا 记者 journaliste*
fighter: savaşçı* militan* боевик* مقاتل* مسلح* مسلحا 武装分子 战士 combattant* militant*
protester: gösterici* protestocu* протестующ* демонстрант* متظاهر* محتج* 示威者 抗议者 manifestant*
prisoner: mahkum* tutuklu* esir* tutsak* заключенн* пленн* سجين* أسير* أسرى سجناء 囚犯 战俘 俘虏 prisonnier* détenu*
hostage: rehine* заложник* رهينة رهائن رهينت* 人质 otage*
passenger: yolcu* пассажир* راكب* ركاب 乘客 旅客 passager*
victim: kurban* жертв* ضحايا ضحية 遇难者 victime*
dead: ölü* погибш* убит* قتيل* قتلى قتيلا جثة جثث شهيد* 死者 遗体 mort morts
wounded: yaralı* ранен* جريح* جرحى جريحا مصاب* 伤者 blessé*
case: vaka* случа* حالة حالات 病例 cas
home: ev evi evler* konut* дом дома домов жилищ* منزل* منازل مسكن* مساكن بيت بيوت 房屋 住宅 maison* logement*
hut: baraka* хижин* лачуг* كوخ* أكواخ 棚屋 窝棚 cabane* hutte*
tent: çadır* палат* خيمة خيام 帐篷 tente*
building: bina* здани* مبنى مباني 建筑 楼房 bâtiment* immeuble*
school: okul* школ* مدرسة مدارس مدرست* 学校 école*
hospital: hastane* больниц* مستشفى* مستشفيات 医院 hôpital hôpitaux
village: köy* сел села деревн* قرية قرى قريت* 村庄 village*
city: kent* şehir* город* مدينة مدن مدينت* 城市 ville*
family: aile* семей семья عائلة عائلات أسرة 家庭 famille*
truck: tır kamyon* грузовик* شاحنة شاحنات شاحنت* 卡车 货车 camion*
car: otomobil* машин* سيارة سيارات سيارت* 汽车 轿车 voiture*
vehicle: araç* aracı автомобил* مركبة مركبات 车辆 véhicule*
ship: gemi* судн* корабл* سفينة سفن سفينت* 船只 轮船 navire*
boat: tekne* bot лодк* قارب* قوارب 小船 渔船 bateau*
plane: uçak* самолет* طائرة طائرات طائرت* 飞机 avion*
drone: iha insansız* беспилотник* дрон* مسيرة مسيّرة 无人机 drone*
missile: füze* ракет* صاروخ* صواريخ 导弹 missile*
tank: tank* танк* دبابة دبابات 坦克 char chars
country: ülke* стран* دولة دول بلد* بلدان 国家 pays
company: şirket* firma* компани* фирм* شركة شركات 公司 企业 entreprise* société*
plant: tesis* fabrika* завод* предприяти* مصنع* مصانع 工厂 usine*
tonne: ton* тонн* طن* أطنان 吨 tonne*
barrel: varil* баррел* برميل* براميل 桶 baril*
vote: oy oylar* голос* صوت* أصوات 选票 voix
seat: sandalye* мест مقعد* مقاعد 席位 siège*
"""


def _tables() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    whole: dict[str, str] = {}
    begun: dict[str, str] = {}
    inside: dict[str, str] = {}
    for line in _NOUNS.strip().splitlines():
        noun, _, words = line.partition(":")
        for word in words.split():
            table = inside if "\u4e00" <= word[0] <= "\u9fff" else begun if word.endswith("*") else whole
            table[fold_word(word.removesuffix("*"))] = noun
    return whole, begun, inside


_WHOLE, _BEGUN, _INSIDE = _tables()
_LONGEST = max(map(len, _BEGUN))
_HAN = re.compile("[\u4e00-\u9fff]")


@lru_cache(maxsize=4_096)
def common_noun(phrase: str) -> str:
    """Return the English noun for what a phrase of another language counts; "" when no word of it is known."""
    if _HAN.search(phrase):
        found = [(phrase.rfind(noun) + len(noun), len(noun), noun) for noun in _INSIDE if noun in phrase]
        return _INSIDE[max(found)[2]] if found else ""
    for word in phrase.casefold().replace("i̇", "i").split():
        folded = fold_word(word).removeprefix("d'")
        noun = _WHOLE.get(folded) or _longest(folded)
        if noun:
            return noun
    return ""


def _longest(word: str) -> str:
    return next((_BEGUN[word[:size]] for size in range(min(len(word), _LONGEST), 2, -1) if word[:size] in _BEGUN), "")
