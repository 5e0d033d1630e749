"""Words for numbers in English, Vietnamese and Arabic.

Arabic words stand in the folded spelling of `arabic.fold`: one alef, one yeh, no hamza seats, heh for teh marbuta.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mt_eval.languages.arabic import fold

COUNTED = ("ar", "en", "vi")
"""Languages whose words for numbers are known; elsewhere only digits can be read."""


def _count(words: str, start: int = 1, step: int = 1) -> dict[str, int]:
    """Each word's number, the first one's being `start`; words for the same number are joined by `|`."""
    return {
        fold(word): start + step * index
        for index, alternatives in enumerate(words.split())
        for word in alternatives.split("|")
    }


SMALL: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "en": {
            **_count("zero|nil one|once|single two|twice|both|pair|couple|double three|thrice|triple four five six", 0),
            **_count("seven eight nine ten|decade|decades eleven twelve|dozen thirteen fourteen|fortnight fifteen", 7),
            **_count("sixteen seventeen eighteen nineteen", 16),
            **_count("twenty|twenties thirty|thirties forty|forties fifty|fifties sixty|sixties", 20, 10),
            **_count("seventy|seventies eighty|eighties ninety|nineties", 70, 10),
            **_count("first second|secondary third|thirds fourth|fourths fifth|fifths sixth seventh eighth ninth"),
            **_count("tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth", 10),
            **_count("nineteenth twentieth", 19),
        },
        "vi": {
            **_count("không một|mốt hai|đôi|cặp|nhì ba bốn|tư năm|lăm|nhăm sáu bảy|bẩy tám chín mười", 0),
            **_count("nhất", 1),
        },
        "ar": {
            **_count("صفر واحد|واحده|احد|احدي|حادي اثنان|اثنين|اثنتان|اثنتين|اثنا|اثني|اثنتا|اثنتي", 0),
            **_count("ثلاث|ثلاثه|ثلاثي اربع|اربعه|رباعي خمس|خمسه|خماسي ست|سته|سداسي سبع|سبعه", 3),
            **_count("ثمان|ثمانيه|ثماني تسع|تسعه عشر|عشره|عقد", 8),
            **_count("عشرون|عشرين|عشرينيات|عشرينات ثلاثون|ثلاثين|ثلاثينيات|ثلاثينات", 20, 10),
            **_count("اربعون|اربعين|اربعينيات|اربعينات خمسون|خمسين|خمسينيات|خمسينات", 40, 10),
            **_count("ستون|ستين|ستينيات|ستينات سبعون|سبعين|سبعينيات|سبعينات", 60, 10),
            **_count("ثمانون|ثمانين|ثمانينيات|ثمانينات تسعون|تسعين|تسعينيات|تسعينات", 80, 10),
            **_count("اول|اولي ثاني|ثانيه|ثان|مرتين|ضعف|ضعفي|ضعفين|كلا ثالث|ثالثه رابع|رابعه خامس|خامسه سادس|سادسه"),
            **_count("سابع|سابعه ثامن|ثامنه تاسع|تاسعه عاشر|عاشره", 7),
            **_count("ثلاثمائه|ثلاثمئه اربعمائه|اربعمئه خمسمائه|خمسمئه ستمائه|ستمئه", 300, 100),
            **_count("سبعمائه|سبعمئه ثمانمائه|ثمانمئه|ثمانيمائه تسعمائه|تسعمئه", 700, 100),
            **_count("مائتان|مائتين|مئتان|مئتين", 200),
            **_count("الفان|الفين|الفي", 2000),
            **_count("مليونان|مليونين|مليوني", 2 * 10**6),
            **_count("ملياران|مليارين|ملياري", 2 * 10**9),
        },
    }
)
"""Words that add to the number they stand in. `second` also counts time and `năm` is also a year: that is why words
only ever excuse a number, and never accuse one."""

SCALES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "en": {
            **_count("hundred|hundreds|century|centuries", 100),
            **_count("thousand|thousands|k|millennium", 1000),
            **_count("million|millions|mn|mln", 10**6),
            **_count("billion|billions|bn|bln", 10**9),
            **_count("trillion|trillions|tn", 10**12),
        },
        "vi": {
            **_count("mươi|chục", 10),
            **_count("trăm", 100),
            **_count("nghìn|ngàn|k", 1000),
            **_count("vạn", 10**4),
            **_count("triệu", 10**6),
            **_count("tỷ|tỉ", 10**9),
        },
        "ar": {
            **_count("مائه|مئه|ميه|مئات|قرن|قرون", 100),
            **_count("الف|الاف|الفا", 1000),
            **_count("مليون|ملايين|مليونا", 10**6),
            **_count("مليار|مليارات|مليارا|بليون|بلايين", 10**9),
            **_count("تريليون|تريليونات|ترليون|تريليونا", 10**12),
        },
    }
)
"""Words that multiply what stands before them."""

FRACTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "en": {"half": ("0.5", "50", "30", "2"), "quarter": ("0.25", "25", "15", "4"), "quarters": ("0.75", "75", "4")},
        "vi": {"rưỡi": ("0.5", "30"), "nửa": ("0.5", "50", "2"), "rưởi": ("0.5", "30"), "thập": ("10",)},
        "ar": {
            **{"نصف": ("0.5", "50", "30", "2"), "ربع": ("0.25", "25", "15", "4"), "ارباع": ("0.75", "75", "4")},
            **{"ثلث": ("3",), "ثلثي": ("2", "3"), "ثلثا": ("2", "3"), "ثلثين": ("2", "3"), "خمس": ("20",)},
        },
    }
)
"""Numbers by which a translation may write a fraction, `half past` and `half of` included."""
