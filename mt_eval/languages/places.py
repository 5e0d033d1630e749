"""Countries and cities in English, Vietnamese and Arabic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mt_eval.languages.letters import ARABIC

_COLUMNS = ("en", "vi", "ar")
_TABLE = """
country | China | Trung Quốc | الصين
country | Russia | Nga | روسيا
country | France | Pháp | فرنسا
country | Germany | Đức | ألمانيا
country | Italy | Ý;Italia | إيطاليا
country | Spain | Tây Ban Nha | إسبانيا
country | Portugal | Bồ Đào Nha | البرتغال
country | Greece | Hy Lạp | اليونان
country | Turkey | Thổ Nhĩ Kỳ | تركيا
country | Japan | Nhật Bản;Nhật | اليابان
country | South Korea | Hàn Quốc | كوريا الجنوبية
country | North Korea | Triều Tiên;Bắc Triều Tiên | كوريا الشمالية
country | India | Ấn Độ | الهند
country | Indonesia | Indonesia | إندونيسيا
country | Malaysia | Malaysia | ماليزيا
country | Singapore | Singapore | سنغافورة
country | Thailand | Thái Lan | تايلاند
country | Vietnam;Viet Nam | Việt Nam | فيتنام
country | Australia | Úc;Australia | أستراليا
country | Canada | Canada | كندا
country | Brazil | Brazil | البرازيل
country | Argentina | Argentina | الأرجنتين
country | Mexico | Mexico | المكسيك
country | Bolivia | Bolivia | بوليفيا
country | Peru | Peru | بيرو
country | Egypt | Ai Cập | مصر
country | Libya | Libya | ليبيا
country | Syria | Syria | سوريا
country | Saudi Arabia | Ả Rập Xê Út;Ả Rập Saudi | السعودية
country | Iran | Iran | إيران
country | Israel | Israel | إسرائيل
country | Ukraine | Ukraine | أوكرانيا
country | Belarus | Belarus | بيلاروسيا
country | Poland | Ba Lan | بولندا
country | Sweden | Thụy Điển | السويد
country | Norway | Na Uy | النرويج
country | Denmark | Đan Mạch | الدنمارك
country | Finland | Phần Lan | فنلندا
country | Switzerland | Thụy Sĩ | سويسرا
country | Austria | Áo | النمسا
country | Belgium | Bỉ | بلجيكا
country | Netherlands | Hà Lan | هولندا
country | Ireland | Ireland | أيرلندا
country | Scotland | Scotland | اسكتلندا
country | Wales | Wales | ويلز
country | England | Anh | إنجلترا
country | Chile | Chile;Chi-lê | تشيلي
country | Nigeria | Nigeria | نيجيريا
country | South Africa | Nam Phi | جنوب أفريقيا
country | Macedonia | Macedonia | مقدونيا
city | London | London | لندن
city | Paris | Paris | باريس
city | Moscow | Moscow;Mát-xcơ-va;Moskva | موسكو
city | Beijing | Bắc Kinh | بكين
city | Washington | Washington | واشنطن
city | New York | New York | نيويورك
city | Pyongyang | Bình Nhưỡng | بيونغ يانغ;بيونجيانج
city | Seoul | Seoul | سيول
city | Tokyo | Tokyo | طوكيو
city | Hanoi | Hà Nội | هانوي
city | Cairo | Cairo | القاهرة
city | Damascus | Damascus | دمشق
city | Berlin | Berlin | برلين
city | Rome | Rome;Roma | روما
city | Madrid | Madrid | مدريد
city | Barcelona | Barcelona | برشلونة
city | Chicago | Chicago | شيكاغو
city | Liverpool | Liverpool | ليفربول
city | Brussels | Brussels | بروكسل
city | Ankara | Ankara | أنقرة
city | Kyiv;Kiev | Kyiv;Kiev | كييف
city | Minsk | Minsk | مينسك
city | Tehran | Tehran | طهران
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a text names it."""

    kind: str
    """`country` or `city`."""
    key: str
    """Its first English name."""
    start: int
    end: int


def find_places(text: str, lang: str) -> tuple[Place, ...]:
    """The places of this table in `text`, in reading order.

    Their Arabic names are all feminine, so that any of a kind may stand for any.
    """
    found = []
    for match in _compile(lang).finditer(text):
        kind, key = _index(lang)[match["name"]]
        found.append(Place(kind, key, match.start("name"), match.end("name")))
    return tuple(found)


def list_places(kind: str, lang: str) -> tuple[tuple[str, str], ...]:
    """Key and first name of all places of a kind in the table, in its order."""
    keys = [(of, key) for of, key, _ in _read_rows("en")]
    names = [names[0] for _, _, names in _read_rows(lang)]
    return tuple((key, name) for (of, key), name in zip(keys, names, strict=True) if of == kind)


@cache
def _index(lang: str) -> dict[str, tuple[str, str]]:
    return {name: (kind, key) for kind, key, names in _read_rows(lang) for name in names}


@cache
def _compile(lang: str) -> re.Pattern[str]:
    names = sorted(_index(lang), key=len, reverse=True)
    # A preposition that drops the alef of the article (`للصين`) is another word: such places are not found.
    before, after = (rf"(?<![{ARABIC}])[وفبك]?", rf"(?![{ARABIC}])") if lang == "ar" else (r"(?<![\w-])", r"(?![\w-])")
    return re.compile(f"{before}(?P<name>{'|'.join(map(re.escape, names))}){after}")


def _read_rows(lang: str) -> Iterator[tuple[str, str, list[str]]]:
    column = 1 + _COLUMNS.index(lang)
    for line in _TABLE.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        yield cells[0], cells[1].split(";")[0], cells[column].split(";")
