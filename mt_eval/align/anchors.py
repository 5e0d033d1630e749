"""What a sentence and its translation share whatever the languages: numbers, dates, words in Latin script."""

from __future__ import annotations

import re
import unicodedata

# Months as they are written in Arabic (Gregorian names of Egypt and the Gulf, of the Levant and Iraq, of the Maghreb)
# and in Vietnamese (`tháng hai`, `tháng 2`), so that `8 فبراير/شباط` and `8/2` share a day and a month.
_MONTHS = (
    ("يناير", "كانون الثاني", "جانفي", "tháng một", "tháng giêng"),
    ("فبراير", "شباط", "فيفري", "tháng hai"),
    ("مارس", "آذار", "tháng ba"),
    ("أبريل", "إبريل", "ابريل", "نيسان", "أفريل", "tháng tư"),
    ("مايو", "أيار", "ماي", "tháng năm"),
    ("يونيو", "حزيران", "جوان", "tháng sáu"),
    ("يوليو", "تموز", "جويلية", "tháng bảy"),
    ("أغسطس", "آب", "أوت", "tháng tám"),
    ("سبتمبر", "أيلول", "tháng chín"),
    ("أكتوبر", "اكتوبر", "تشرين الأول", "tháng mười"),
    ("نوفمبر", "تشرين الثاني", "tháng mười một"),
    ("ديسمبر", "كانون الأول", "tháng mười hai", "tháng chạp"),
)
MONTH_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
# Longest first, so that `tháng mười hai` is not read as October.
_MONTH_NAME = re.compile(rf"(?<!\w)[وفبل]?({'|'.join(sorted(MONTH_OF, key=len, reverse=True))})(?!\w)")
_NUMBERED_MONTH = re.compile(r"tháng\s+(\d{1,2})(?!\d)(?:\s*[/-]\s*(\d{4}))?")
_DATE = re.compile(r"(?<![\d/])(\d{1,2})\s*/\s*(\d{1,2})(?:\s*/\s*(\d{4}))?(?![\d/])")
_MONTH_AND_YEAR = re.compile(r"(?<![\d/])(\d{1,2})\s*/\s*(\d{4})(?!\d)")
_NUMBER = re.compile(r"\d+(?:[.,٬٫\u00a0]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,٬\u00a0]\d{3})+")
_LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]{2,}")


def find_anchors(text: str) -> frozenset[str]:
    """The anchors in `text`: `number:2023`, `month:2`, `word:cnn`.

    Digits of all scripts count as ASCII ones, `1.200`, `1,200` and `١٬٢٠٠` as 1200, a date as its day, month and year.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    text = "".join(str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() else char for char in text)
    words = _LATIN_WORD.findall(text)
    months: set[int] = set()

    def take_month_name(match: re.Match[str]) -> str:
        months.add(MONTH_OF[match.group(1)])
        return " "

    def take_month(match: re.Match[str]) -> str:
        month, year = int(match.group(1)), match.group(2)
        if not 1 <= month <= 12:
            return match.group()
        months.add(month)
        return f" {year or ''} "

    def take_date(match: re.Match[str]) -> str:
        day, month, year = int(match.group(1)), int(match.group(2)), match.group(3)
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return match.group()
        months.add(month)
        return f" {day} {year or ''} "

    text = _MONTH_NAME.sub(take_month_name, text)
    text = _NUMBERED_MONTH.sub(take_month, text)
    text = _DATE.sub(take_date, text)
    text = _MONTH_AND_YEAR.sub(take_month, text)
    return frozenset(
        [f"word:{word}" for word in words]
        + [f"month:{month}" for month in months]
        + [f"number:{_normalise_number(number)}" for number in _NUMBER.findall(text)]
    )


def _normalise_number(number: str) -> str:
    if _GROUPED.fullmatch(number):
        return re.sub(r"\D", "", number)
    return re.sub("[,٫٬\u00a0]", ".", number)
