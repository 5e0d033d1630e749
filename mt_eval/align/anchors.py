"""What a sentence and its translation share whatever the languages: numbers, dates, words in Latin script."""

from __future__ import annotations

import re
import unicodedata

from mt_eval.languages.arabic import fold
from mt_eval.languages.calendar import find_months, number_months
from mt_eval.languages.letters import LATIN, fold_digits

# Months of Arabic and Vietnamese, so that `8 فبراير/شباط` and `8/2` share a day and a month.
_MONTHS = number_months(["ar", "vi"])
_MONTH_NAME = re.compile(rf"(?<!\w)[وفبل]?({find_months(['ar', 'vi'])})(?!\w)")
_NUMBERED_MONTH = re.compile(r"tháng\s+(\d{1,2})(?!\d)(?:\s*[/-]\s*(\d{4}))?")
_DATE = re.compile(r"(?<![\d/])(\d{1,2})\s*/\s*(\d{1,2})(?:\s*/\s*(\d{4}))?(?![\d/])")
_MONTH_AND_YEAR = re.compile(r"(?<![\d/])(\d{1,2})\s*/\s*(\d{4})(?!\d)")
_NUMBER = re.compile(r"\d+(?:[.,٬٫\u00a0]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,٬\u00a0]\d{3})+")
_LATIN_WORD = re.compile(f"[{LATIN}]{{2,}}")


def find_anchors(text: str) -> frozenset[str]:
    """The anchors in `text`: `number:2023`, `month:2`, `word:cnn`.

    Digits of all scripts count as ASCII ones, `1.200`, `1,200` and `١٬٢٠٠` as 1200, a date as its day, month and year.
    """
    text = fold_digits(unicodedata.normalize("NFKC", text).lower())
    words = _LATIN_WORD.findall(text)
    months: set[int] = set()

    def take_month_name(match: re.Match[str]) -> str:
        months.add(_MONTHS[fold(match.group(1))])
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
