"""Tell per cent and currencies by their signs, codes and words, in English, Arabic, Turkish, Russian, Chinese and French."""

from collections.abc import Mapping, Sequence

from tidings.text.tokens import Token, adjacent, word_set

SIGNS = {
    "$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₩": "won", "₹": "rupee", "₺": "lira", "₽": "rouble", "₪": "shekel", "₴": "hryvnia",
}  # fmt: skip
SIGN_PREFIXES = word_set("us a c e hk nz s r au ca cn jp")
CODES = word_set("usd eur gbp jpy cny rmb rs chf aed sar")
CURRENCIES = {
    "dollar": "dollar", "dollars": "dollar", "euro": "euro", "euros": "euro", "pounds": "pound", "yuan": "yuan", "renminbi": "yuan",
    "franc": "franc", "francs": "franc", "rupee": "rupee", "rupees": "rupee", "lira": "lira", "liras": "lira", "yen": "yen", "rubles": "rouble",
    "roubles": "rouble", "ruble": "rouble", "rouble": "rouble", "dinar": "dinar", "dinars": "dinar", "dirhams": "dirham", "riyals": "riyal",
    "rials": "rial", "krona": "krona", "kronor": "krona", "kroner": "krone", "pesos": "peso", "peso": "peso", "won": "won", "shekels": "shekel",
    "naira": "naira", "rand": "rand", "hryvnia": "hryvnia",
}  # fmt: skip
PERCENT_SIGNS = frozenset({"%", "٪", "％"})
# Beginnings of the words for a currency; a word of the text may go on after them.
_STEMS: Mapping[str, Mapping[str, str]] = {
    "ar": {"دولار": "dollar", "يورو": "euro", "ليرة": "lira", "ليرات": "lira", "دينار": "dinar", "دنانير": "dinar", "ريال": "riyal", "جنيه": "pound",
           "درهم": "dirham", "شيكل": "shekel", "روبل": "rouble", "يوان": "yuan"},
    "tr": {"dolar": "dollar", "avro": "euro", "euro": "euro", "lira": "lira", "sterlin": "pound", "ruble": "rouble", "yuan": "yuan", "dinar": "dinar"},
    "ru": {"доллар": "dollar", "долл": "dollar", "евро": "euro", "руб": "rouble", "гривен": "hryvnia", "гривн": "hryvnia", "юан": "yuan",
           "фунт": "pound", "лир": "lira", "тенге": "tenge", "франк": "franc", "динар": "dinar", "иен": "yen"},
    "zh": {"美元": "dollar", "欧元": "euro", "歐元": "euro", "英镑": "pound", "英鎊": "pound", "日元": "yen", "卢布": "rouble", "里拉": "lira",
           "人民币": "yuan", "元": "yuan", "第纳尔": "dinar", "港元": "dollar"},
    "fr": {"dollar": "dollar", "euro": "euro", "livres": "pound", "roubles": "rouble", "yuan": "yuan", "yens": "yen", "francs": "franc",
           "dinar": "dinar", "dirham": "dirham", "lires": "lira", "livre": "pound"},
}  # fmt: skip
_PERCENT_STEMS = {"ru": ("процент",), "ar": ("بالمئة", "بالمائة"), "tr": (), "zh": (), "fr": ()}
_PERCENT_PAIRS = {("pour", "cent"), ("في", "المئة"), ("في", "المائة"), ("per", "cent")}
_PERCENT_WORDS = word_set("percent pct percentage")


def percent_after(tokens: Sequence[Token], at: int, language: str) -> int:
    """Return the index after a sign or words of per cent at `at`; `at` itself when there are none."""
    if at >= len(tokens):
        return at
    word, after = tokens[at].lower, tokens[at + 1].lower if at + 1 < len(tokens) else ""
    if word in PERCENT_SIGNS or word in _PERCENT_WORDS or word.startswith(_PERCENT_STEMS.get(language, ())):
        return at + 1
    return at + 2 if (word, after) in _PERCENT_PAIRS else at


def percent_before(tokens: Sequence[Token], first: int, language: str) -> bool:
    """Tell whether per cent is said before the number: "yüzde 12", "%12", "百分之十二"."""
    if not first:
        return False
    before = tokens[first - 1]
    if language == "tr":
        return before.lower == "yüzde" or (before.text == "%" and adjacent(before, tokens[first]))
    return language == "zh" and before.text.endswith("百分之")


def currency(word: str, language: str) -> str:
    """Name the currency that a lower-case word begins with, in a language other than English; "" for none."""
    word = word.removeprefix("d'")
    return next((name for stem, name in _STEMS.get(language, {}).items() if word.startswith(stem)), "")
