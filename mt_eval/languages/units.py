"""Units behind a number, in English, Vietnamese and Arabic: of share, time, money, length, weight.

Only words that mean one unit are here: `m` may be metres or millions, and Arabic `م` a year of our Lord.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from mt_eval.languages.arabic import fold

UNITS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        unit: MappingProxyType({"en": english, "vi": vietnamese, "ar": "|".join(fold(arabic).split())})
        for unit, english, vietnamese, arabic in (
            ("percent", "percent|per cent", "phần trăm", "%"),
            ("second", "seconds?", "giây", "ثانية ثوان ثواني"),
            ("minute", "minutes?|mins?", "phút", "دقيقة دقائق"),
            ("hour", "hours?|hrs?", "giờ|tiếng", "ساعة ساعات"),
            ("day", "days?", "ngày", "يوما يوم أيام"),
            ("week", "weeks?", "tuần", "أسبوعا أسبوع أسابيع"),
            ("month", "months?", "tháng", "شهرا شهر أشهر شهور"),
            ("year", "years?|year-olds?", "năm|tuổi", "عاما عام أعوام سنة سنوات سنين"),
            ("decade", "decades?", "thập kỷ|thập niên|thập kỉ", "عقود عقدا"),
            ("century", "centuries|century", "thế kỷ|thế kỉ", "قرنا قرون"),
            ("dollar", "dollars?|usd", "đô la|đô-la|đôla|usd", "دولار دولارا دولارات"),
            ("euro", "euros?|eur", "euro|eur", "يورو"),
            ("pound", "pounds sterling|gbp", "bảng anh", "إسترليني إسترلينيا"),
            ("dong", "dong|vnd", "đồng|vnđ|vnd", "دونغ"),
            ("yuan", "yuan|renminbi", "nhân dân tệ|tệ", "يوان يوانا"),
            ("yen", "yen", "yên|yen", "ين ينا"),
            ("rouble", "roubles?|rubles?", "rúp", "روبل روبلا روبلات"),
            (
                "kilometre",
                "kilomet(?:re|er)s?|km",
                "ki-?lô-?mét|kilomet|cây số|km",
                "كيلومتر كيلومترا كيلومترات كم كلم",
            ),
            ("centimetre", "centimet(?:re|er)s?|cm", "xăng-?ti-?mét|centimet|cm", "سنتيمتر سنتيمترا سنتيمترات سم"),
            (
                "millimetre",
                "millimet(?:re|er)s?|mm",
                "mi-?li-?mét|milimet|mm",
                "مليمتر ملليمتر ميليمتر مليمترا مليمترات مم",
            ),
            ("metre", "met(?:re|er)s?", "mét", "متر مترا أمتار"),
            ("mile", "miles?", "dặm", "ميل ميلا أميال"),
            ("kilogram", "kilograms?|kilos?|kg", "ki-?lô-?gam|kg", "كيلوغرام كيلوغراما كيلوغرامات كيلوجرام كجم كغ كغم"),
            ("gram", "grams?|grammes?", "gam|gram|g", "غرام غراما غرامات جرام جراما جرامات غ"),
            ("tonne", "tonn?es?|tons?", "tấn", "طن طنا أطنان"),
            ("hectare", "hectares?|ha", "hécta|hecta|ha", "هكتار هكتارا هكتارات"),
            ("litre", "lit(?:re|er)s?", "lít", "لتر لترا لترات"),
        )
    }
)
"""Unit to a pattern of its words, in lower case and folded, by language. Per cent in Arabic is `%` once it is read."""


def find_unit(text: str, position: int, lang: str) -> tuple[str, str] | None:
    """The unit that follows a number in the folded `text` at `position`, and its word; None where none is known."""
    match = _compile(lang).match(text, position)
    if match is None:
        return None
    return match.lastgroup or "percent", match.group().strip()


@cache
def _compile(lang: str) -> re.Pattern[str]:
    words = [f"(?P<{unit}>{names[lang]})" for unit, names in UNITS.items() if lang in names]
    return re.compile(rf"\s?[%٪]|[\s-](?:{'|'.join(words) or '(?!)'})(?!\w)")
