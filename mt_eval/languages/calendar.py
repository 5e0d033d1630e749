"""What months and weekdays are called in English, Vietnamese and Arabic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

MONTHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": (
            *("january|jan", "february|feb", "march|mar", "april|apr", "may", "june|jun", "july|jul"),
            *("august|aug", "september|sept|sep", "october|oct", "november|nov", "december|dec"),
        ),
        "vi": (
            *("tháng một|tháng giêng", "tháng hai", "tháng ba", "tháng tư", "tháng năm", "tháng sáu", "tháng bảy"),
            *("tháng tám", "tháng chín", "tháng mười", "tháng mười một", "tháng mười hai|tháng chạp"),
        ),
        "ar": (
            *("يناير|ينايير|كانون الثاني|جانفي", "فبراير|شباط|فيفري", "مارس|آذار", "أبريل|إبريل|ابريل|نيسان|أفريل"),
            *("مايو|أيار|ماي", "يونيو|يونيه|حزيران|جوان", "يوليو|يوليه|تموز|جويلية", "أغسطس|آب|أوت"),
            *("سبتمبر|أيلول", "أكتوبر|اكتوبر|تشرين الأول", "نوفمبر|تشرين الثاني", "ديسمبر|كانون الأول"),
        ),
    }
)
"""January to December, in lower case, the names of a month joined by `|`; in Arabic those of Egypt and the Gulf, of the
Levant and Iraq, and of the Maghreb."""

WEEKDAYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday"),
        "ar": ("اثنين", "ثلاثاء", "أربعاء", "خميس", "جمعة", "سبت"),
    }
)
"""Monday to Saturday, without the article in Arabic; Vietnamese numbers them, from `thứ hai` to `thứ bảy`."""


def number_months(langs: Iterable[str]) -> dict[str, int]:
    """Name to number of every month in these languages, the longest first (`tháng mười hai` before `tháng mười`)."""
    numbers = {
        name: number
        for lang in langs
        for number, names in enumerate(MONTHS.get(lang, ()), start=1)
        for name in names.split("|")
    }
    return dict(sorted(numbers.items(), key=lambda item: -len(item[0])))
