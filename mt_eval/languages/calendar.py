"""What months and weekdays are called in English, Vietnamese and Arabic, and which Gregorian day a Hijri day is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from mt_eval.languages.arabic import fold

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
            *("يناير|ينايير|جانفي|كانون الثاني|كانون ثاني|كانون 2", "فبراير|شباط|فيفري", "مارس|آذار"),
            *("أبريل|نيسان|أفريل", "مايو|أيار|ماي", "يونيو|يونيه|حزيران|جوان", "يوليو|يوليه|يوليوز|تموز|جويلية"),
            *("أغسطس|آب|أوت|غشت", "سبتمبر|أيلول|شتنبر", "أكتوبر|أوكتوبر|تشرين الأول|تشرين أول|تشرين 1"),
            *("نوفمبر|تشرين الثاني|تشرين ثاني|تشرين 2|نونبر", "ديسمبر|كانون الأول|كانون أول|كانون 1|دجنبر"),
        ),
    }
)
"""January to December, in lower case, the names of a month joined by `|`; in Arabic those of Egypt and the Gulf, of the
Levant and Iraq, and of the Maghreb. Where alef has a hamza, it may be written without."""

WEEKDAYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday"),
        "ar": ("اثنين", "ثلاثاء", "أربعاء", "خميس", "جمعة", "سبت"),
    }
)
"""Monday to Saturday, without the article in Arabic; Vietnamese numbers them, from `thứ hai` to `thứ bảy`."""

MONTH_SERIES: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "en": (
            (
                *("January", "February", "March", "April", "May", "June"),
                *("July", "August", "September", "October", "November", "December"),
            ),
        ),
        "ar": (
            (
                *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو"),
                *("يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
            ),
            (
                *("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران"),
                *("تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"),
            ),
        ),
    }
)
"""January to December as one text writes them all: a month may stand where another of its series does. Vietnamese
numbers its months."""

WEEKDAY_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        "vi": (
            *("thứ hai|thứ 2", "thứ ba|thứ 3", "thứ tư|thứ 4", "thứ năm|thứ 5", "thứ sáu|thứ 6", "thứ bảy|thứ 7"),
            "chủ nhật",
        ),
        "ar": ("الاثنين|الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
    }
)
"""Monday to Sunday as they stand in a sentence, in lower case. `thứ hai` is also the second, and `الأحد` the one."""

HIJRI_MONTHS = (
    *("محرم", "صفر", "ربيع الأول|ربيع أول", "ربيع الآخر|ربيع الثاني|ربيع ثاني", "جمادى الأولى|جمادى الأول"),
    *("جمادى الآخرة|جمادى الثانية|جمادى الآخر", "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة|ذي القعدة"),
    "ذو الحجة|ذي الحجة",
)
"""Muharram to Dhu al-Hijja."""

# Alef carries a hamza, a madda or nothing, final yeh has dots or not, and so has teh marbuta.
_SPELLINGS = str.maketrans({"أ": "[أإا]", "آ": "[آأا]", "ى": "[ىي]", "ة": "[ةه]", "ه": "[هة]"})
_AUGUST = r"آب|(?<=\d )[اأ]ب(?= \d)"
_DAYS_APART = 2
"""Days by which an observed or proclaimed month begins before or after the reckoned one."""


def number_months(langs: Iterable[str]) -> dict[str, int]:
    """Folded name to number of every month in these languages."""
    return {
        fold(name): number
        for lang in langs
        for number, names in enumerate(MONTHS.get(lang, ()), start=1)
        for name in names.split("|")
    }


def list_first_words(lang: str) -> frozenset[str]:
    """The first word of every name of a month in `lang`, Hijri ones in Arabic included; folded."""
    months = (*MONTHS.get(lang, ()), *(HIJRI_MONTHS if lang == "ar" else ()))
    return frozenset(fold(name).split()[0] for names in months for name in names.split("|"))


def find_months(langs: Iterable[str]) -> str:
    """A pattern for the months of these languages in all their spellings, as they stand in text in lower case."""
    return _find_names(names for lang in langs for names in MONTHS.get(lang, ()))


def find_weekdays(text: str, lang: str) -> list[tuple[int, int, int]]:
    """Start, end and number (1 for Monday) of every weekday in `text`, which is in lower case."""
    return [
        (match.start(), match.end(), number)
        for number, names in enumerate(WEEKDAY_NAMES.get(lang, ()), start=1)
        for match in re.finditer(rf"(?<!\w)(?:{names})(?!\w)", text)
    ]


def find_hijri_months() -> str:
    """The same for the Hijri months, as Arabic writes them."""
    return _find_names(HIJRI_MONTHS)


def number_hijri_month(name: str) -> int:
    """The number of a Hijri month, by a match of `find_hijri_months`."""
    return next(n for n, names in enumerate(HIJRI_MONTHS, start=1) if fold(name) in map(fold, names.split("|")))


def _find_names(months: Iterable[str]) -> str:
    """The longest first, so that `tháng mười hai` is not read as October; never, where there are none.

    `آب`, August, loses its madda only within a date: `أب` is a father.
    """
    names = sorted((name for names in months for name in names.split("|")), key=len, reverse=True)
    return "|".join(_AUGUST if name == "آب" else re.escape(name).translate(_SPELLINGS) for name in names) or "(?!)"


def list_gregorian_days(year: int, month: int, day: int) -> frozenset[date]:
    """The Gregorian days that a day of the Hijri calendar may be: the reckoned one and two on either side.

    The tabular calendar, as given by Reingold and Dershowitz, "Calendrical Calculations", chapter on the Islamic
    calendar: eleven leap years in thirty. Countries proclaim their months by the moon.
    """
    days = (11 * year + 3) // 30 + 354 * year + 30 * month - (month - 1) // 2 + day
    reckoned = date(622, 7, 19) + timedelta(days=days - 385)
    return frozenset(reckoned + timedelta(days=apart) for apart in range(-_DAYS_APART, _DAYS_APART + 1))
