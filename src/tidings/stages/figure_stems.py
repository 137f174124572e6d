"""Hold the beginnings of words that tell what a figure measures in Arabic, Turkish, Russian, Chinese and French."""

from collections.abc import Mapping

# A number measures this when one of these begins a word near it; in Chinese, when it stands anywhere in what follows.
STEMS: Mapping[str, Mapping[str, str]] = {
    "ar": {
        "killed": "مقتل قتل قتلت قتلوا قتيل قتلى يقتل وفاة وفيات توفي مصرع مصارع استشهاد استشهد شهيد شهداء ضحايا ضحية لقي أودى أودت جثة جثث جثمان إعدام أعدم حياة",
        "injured": "إصابة اصابة أصيب أصابت أصاب اصيب جرح جريح جرحى مصاب إصابات",
        "displaced": "نزوح نزح نازح تشريد شرد إجلاء أجلت أجلي تهجير هجر فر فرار مغادرة ترحيل",
        "detained": "اعتقال اعتقل اعتقلت توقيف أوقف أوقفت احتجاز احتجز احتجزت اختطاف اختطف خطف أسر سجن حبس",
        "missing": "فقدان مفقود فقد",
        "affected": "تضرر متضرر تدمير دمر دمرت هدم انهيار عالق محاصر غمرت التهمت احترق حرق تضررت أتلف",
        "other": "إفراج أفرج إطلاق أطلق إنقاذ أنقذ تحرير حرر تبادل عقوب",
    },
    "tr": {
        "killed": "öldü öldür ölen ölü ölüm ölm hayatını hayatın şehit can cana canı cenaze katl idam ceset cansız vefat",
        "injured": "yaral hastaneye",
        "displaced": "yerinden göç tahliye evsiz kaçt kaçan kaçış kaçm kaçı ayrıl terk",
        "detained": "gözalt tutukla kaçır yakala hapis hapse rehin alıkon",
        "missing": "kayıp kayb",
        "affected": "vaka hasar yıkıl yıkt yand kül enfekte etkilen mahsur hastalı bulaş virüs",
        "other": "serbest kurtar tahliyesine yaptırım beraat takas",
    },
    "zh": {
        "killed": "死 遇难 遇難 丧生 喪生 身亡 击毙 擊斃 杀害 殺害 罹难 遗体 遺體 处决 丧命 牺牲 遇害", "injured": "伤 傷",
        "displaced": "流离失所 流離失所 撤离 撤離 疏散 转移 轉移 逃入 逃往 逃离 逃到 离开 逃亡 避难 驱逐 遣返",
        "detained": "逮捕 拘留 被捕 拘押 扣押 绑架 綁架 关押 带走 抓获 被抓 劫持 拘捕 判处 入狱 监禁", "missing": "失踪 失蹤 下落不明",
        "affected": "感染 确诊 確診 病例 受灾 受災 受损 摧毁 烧毁 燒毀 焚毁 被毁 烧成 吞没 吞噬 淹没 受困 被困 倒塌 损毁 滞留", "other": "释放 釋放 获释 营救 救出 获救",
    },
    "ru": {
        "killed": "погиб убит убил убив смерт жертв скончал умер жизн гибел казн тела тело",
        "injured": "ранен ранил пострада травм госпитализ",
        "displaced": "эвакуир бежал бегств переселен покин высла депортир убежищ",
        "detained": "задерж арест похищ захва посади посажен заключен приговор удержива",
        "missing": "пропал пропавш исчез пропад",
        "affected": "заражен заразил заболе случа поврежд разруш уничтож сгор затопл подтоп обесточ застря",
        "other": "санкци освобожд освободил отпущ выпуст выпущ спас",
    },
    "fr": {
        "killed": "mort morts morte mortes mortel tué tuant tuer décès décéd décèd péri victime vie corps cadavre exécut assassin",
        "injured": "bless hospitalis",
        "displaced": "déplac évacu fui fuir fuient fuyant expuls quitt",
        "detained": "arrêt déten détenu interpell enlev kidnapp emprison condamn otage",
        "missing": "disparu",
        "affected": "cas contamin infect malad détru endommag inond sinistr bloqué coincé brûl ravag touché",
        "other": "libér sauv secour sanction",
    },
}  # fmt: skip
# After these the figure is what was hit by a disease, not by a weapon.
DISEASES: Mapping[str, tuple[str, ...]] = {
    "ar": (
        "كوليرا",
        "الكوليرا",
        "بالكوليرا",
        "فيروس",
        "بفيروس",
        "كورونا",
        "بكورونا",
        "حمى",
        "بحمى",
        "وباء",
        "مرض",
        "بمرض",
        "عدوى",
        "إيبولا",
    ),
}
WHOLE_WORDS = frozenset(
    {"can", "cana", "canı", "cas", "vie", "fui", "fuir", "göç", "mort", "morte", "فر", "тела", "тело", "حياة", "قتل", "حرق", "أسر", "جرح"}
)  # elsewhere they begin other words
LOOK_BACK_FIRST = frozenset({"ar"})
