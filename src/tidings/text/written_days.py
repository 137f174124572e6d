"""Read a day as people write it, with its month in words, in many languages; and as machines write it, a little wrong.

Only whole dates are read: day, month and year. Where day and month could be exchanged ("02/03/2020") nothing is read.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from tidings.text import dates
from tidings.text.fold import fold

CHARS_MAX = 300
# the first letters of the months, folded, by which they are told apart; several languages share most
_MONTHS: Mapping[int, str] = {
    1: "jan janv january janvier janeiro januar januari enero ene gennaio gen ocak oca январ янв січ sty stycznia leden led ledna ianuarie يناير جانفي جنوري जनवरी ιανουαριου ian",
    2: "feb febr february fevereiro fevrier fevr fev febrero febbraio februari februar februarie subat sub феврал фев лют lut unor unora فبراير فيفري شباط فروري फरवरी φεβρουαριου",
    3: "mar march mars marz marzo marco mart maret maart mrt marz март мар берез brez marzec marca brezna martie марта مارس اذار मार्च μαρτιου",
    4: "apr april avril avr abril abr aprile aprilie nisan nis апрел апр квіт kwi kwietnia dubna ابريل افريل نيسان अप्रैल απριλιου",
    5: "may mai mayo maggio mag mayis mei maj maja maio май мая трав kvetna مايو ماي ايار मई μαιου",
    6: "jun june juin junio giugno giu haziran haz juni junho июн июня черв iunie cze czerwca cervna يونيو جوان حزيران जून ιουνιου",
    7: "jul july juillet juil julio luglio lug temmuz tem juli julho июл июля лип iulie lip lipca cervence يوليو جويليه تموز जुलाई ιουλιου",
    8: "aug august aout agosto ago agustos agu agustus augustus augusti август авг серп sie sierpnia srpna اغسطس اوت اب अगस्त αυγουστου",
    9: "sep sept september septembre septiembre settembre set septembrie eylul eyl setembro сентябр сен вер верес wrz wrzesnia zari سبتمبر ايلول सितंबर σεπτεμβριου",
    10: "oct october octobre octubre ottobre ott octombrie ekim eki okt oktober outubro out октябр окт жовт paz pazdziernika rijna اكتوبر अक्टूबर οκτωβριου",
    11: "nov november novembre noviembre noiembrie kasim kas novembro ноябр нояб лист листопад lis listopada listopadu نوفمبر نونبر नवंबर νοεμβριου",
    12: "dec december decembre dez dezember diciembre dic dicembre decembrie aralik ara dezembro desember des декабр дек груд gru grudnia prosince ديسمبر دجنبر दिसंबर δεκεμβριου",
}
_NUMBER_OF = {fold(word): number for number, words in _MONTHS.items() for word in words.split()}
_NUMBER_OF |= {fold(two): number for two, number in (("تشرين الاول", 10), ("تشرين الثاني", 11), ("كانون الاول", 12), ("كانون الثاني", 1))}
_ENDINGS = re.compile(r"(?:я|ь|а|ня|ого|ego)$")
_YEAR = r"((?:19|20)\d\d)"
_DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|\.|º|ª|-)?\s?(?:de |of |d')?([^\W\d_]{{3,14}}(?: الاول| الثاني)?)[.,-]?,? ?(?:de |del )?{_YEAR}\b"
)
_MONTH_DAY = re.compile(rf"\b([^\W\d_]{{3,14}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}\b")
_IDEOGRAPHS = re.compile(r"((?:19|20)\d\d)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]")
_ISO_LIKE = re.compile(rf"(?<!\d){_YEAR}([-/.])(\d{{1,2}})\2(\d{{1,2}})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T\d{4,6}Z?)?(?!\d)")
_DOTTED = re.compile(rf"(?<![\d.])(\d{{1,2}})\.(\d{{1,2}})\.{_YEAR}(?!\d)")
_SLASHED = re.compile(rf"(?<![\d/])(\d{{1,2}})([/-])(\d{{1,2}})\2{_YEAR}(?!\d)")
_SPACED_ZONE = re.compile(r"(?<=\d)\s+(?=(?:[+-]\d\d:?\d\d|Z)$)")


def read_day(text: str) -> datetime | None:
    """Return the first whole date in a short text, with its time where a machine wrote it, else at midnight UTC; None where there is none."""
    text = text.strip()[:CHARS_MAX]
    if when := dates.parse_date(text) or dates.parse_date(_SPACED_ZONE.sub("", text)):
        return when
    folded = fold(text)
    for pattern, year, month, day in (
        (_ISO_LIKE, 1, 3, 4),
        (_IDEOGRAPHS, 1, 2, 3),
        (_DOTTED, 3, 2, 1),
        (_DAY_MONTH, 3, 2, 1),
        (_MONTH_DAY, 3, 1, 2),
        (_COMPACT, 1, 2, 3),
    ):
        for match in pattern.finditer(folded):
            if when := _moment(match[year], match[month], match[day]):
                return when
    return next((when for match in _SLASHED.finditer(folded) if (when := _only_reading(match))), None)


def _only_reading(match: re.Match[str]) -> datetime | None:
    """Read numbers of which one can only be the day: "4/24/2000", "13/11/2025"."""
    first, last, year = match[1], match[3], match[4]
    if int(first) > 12 or first == last:
        return _moment(year, last, first)
    return _moment(year, first, last) if int(last) > 12 else None


def _moment(year: str, month: str, day: str) -> datetime | None:
    number = int(month) if month.isdigit() else _month(month)
    try:
        return datetime(int(year), number, int(day), tzinfo=UTC)
    except ValueError:
        return None


def _month(word: str) -> int:
    """Return the number of a month by its name, in some case and ending; 0 for another word."""
    return _NUMBER_OF.get(word) or _NUMBER_OF.get(_ENDINGS.sub("", word)) or 0
