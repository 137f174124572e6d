"""Know the codes of languages, and what people write instead of them."""

# ISO 639-1, and of ISO 639-3 the codes under which some publish that have no shorter one.
_WORDS = """aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi
    fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv
    kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm
    rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa
    wo xh yi yo za zh zu
    ady arz ary apc ars bal bxr ceb ckb cmn fil gag haw hmn inh kbd kmr krc lez nan pnb prs sah sdh tyv wuu yue zza"""
CODES = frozenset(_WORDS.split())
_MEANT = {
    "ara": "ar", "arabic": "ar", "chi": "zh", "chinese": "zh", "cn": "zh", "cz": "cs", "deu": "de", "dk": "da", "eng": "en", "english": "en",
    "fas": "fa", "fra": "fr", "fre": "fr", "french": "fr", "ger": "de", "german": "de", "gr": "el", "greek": "el", "iw": "he", "jp": "ja",
    "kurdish": "ku", "kz": "kk", "pashto": "ps", "per": "fa", "persian": "fa", "pol": "pl", "por": "pt", "rus": "ru", "russian": "ru",
    "spa": "es", "spanish": "es", "tur": "tr", "turkish": "tr", "ua": "uk", "uig": "ug", "ukr": "uk", "urdu": "ur", "uyghur": "ug", "zho": "zh",
}  # fmt: skip


def nearest_code(written: str) -> str:
    """Return the code that is meant by what somebody wrote; empty when that cannot be told."""
    word = written.strip().lower().replace("_", "-").partition("-")[0]
    return word if word in CODES else _MEANT.get(word, "")
