"""Dates in a sentence: day, month and year, in digits and with months in words, Gregorian ones and Hijri ones."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from mt_eval.languages.arabic import fold
from mt_eval.languages.calendar import (
    find_hijri_months,
    find_months,
    list_first_words,
    list_gregorian_days,
    number_hijri_month,
    number_months,
)

Reading = tuple[int | None, int, int | None]
"""Day, month, year; None for what is not written."""


@dataclass(frozen=True, slots=True)
class Date:
    """A date as it stands in a text."""

    start: int
    end: int
    text: str
    readings: tuple[Reading, ...]
    """Several where the order is not sure (`2/8` in English); of a Hijri date, the Gregorian days that it may be."""
    name: str | None = None
    """Of its month, where that stands in words."""
    is_hijri: bool = False

    def agrees(self, other: Date) -> bool:
        """Whether both may be the same day, as far as both say."""
        return any(_agree(one, another) for one in self.readings for another in other.readings)

    def says(self, other: Date) -> bool:
        """Whether day and year are given where `other` gives them."""
        return all(
            mine is not None or theirs is None for mine, theirs in zip(self.readings[0], other.readings[0], strict=True)
        )

    @property
    def has_day(self) -> bool:
        return self.readings[0][0] is not None


def read_dates(text: str, lang: str, *, months: bool = True) -> list[Date]:
    """The dates in `text`, in reading order; `text` is in lower case, with ASCII digits and without vowel signs.

    Args:
        months: Whether a word of the text `names_month`; dates with such words are not looked for without.
    """
    found = []
    for pattern, read in (*(_IN_DIGITS if _SEPARATED.search(text) else ()), *(_list_forms(lang) if months else ())):
        for match in pattern.finditer(text):
            if readings := tuple(read(match, lang)):
                name = match["name"] if "name" in pattern.groupindex else None
                found.append(Date(*match.span(), match.group().strip(), readings, name, read is _read_hijri))
    kept: list[Date] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def names_month(word: str, lang: str) -> bool:
    """Whether the folded `word` may name a month, or be the first of the words that do."""
    return _compile_first_words(lang).fullmatch(word) is not None


def covers(dates: Sequence[Date], position: int) -> bool:
    """Whether one of `dates`, which are in reading order, holds the character at `position`."""
    place = bisect_right(dates, position, key=lambda each: each.start) - 1
    return place >= 0 and position < dates[place].end


def _agree(one: Reading, other: Reading) -> bool:
    day, month, year = one
    their_day, their_month, their_year = other
    if month != their_month or (day is not None and their_day is not None and day != their_day):
        return False
    if year is None or their_year is None or year == their_year:
        return True
    return year % 100 == their_year % 100 and min(year, their_year) < 100


Form = tuple[re.Pattern[str], Callable[[re.Match[str], str], Iterator[Reading]]]

_FREE = r"(?<![\d.,/:-])"
_ENDS = r"(?![\d/-]|[.,:]\d)"
_WHOLE = re.compile(rf"{_FREE}(\d{{4}}|\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}|\d{{1,2}}){_ENDS}")
_HALF = re.compile(rf"{_FREE}(\d{{1,2}}) ?/ ?(\d{{4}}|\d{{1,2}}){_ENDS}")
_SEPARATED = re.compile(r"\d ?[/.-] ?\d")
_FIRST = r"(?:(?<!\w)(?P<first>غر[ةه])\s(?:شهر\s)?)?"
"""The first of a month in words, as Hijri dates have it."""
_DAYS = {
    "ar": r"(?:(?<![\da-z.,/])(?P<day>\d{1,2})\s(?:من\s)?(?:شهر\s)?)?",
    "en": r"(?:(?<![\da-z.,/])(?P<day>\d{1,2})(?:st|nd|rd|th)?\s(?:of\s)?)?",
    "vi": r"(?:(?<![\da-z.,/])(?P<day>\d{1,2}),?\s)?",
}
_YEARS = {
    "ar": r"(?:\s?[,،/]?\s?(?:(?:من\s)?(?:ال)?(?:عام|سن[ةه])\s|لعام\s|لسن[ةه]\s)?(?P<year>\d{4})(?!\d))?",
    "en": r"(?:\.?,?\s(?:of\s)?(?P<year>\d{4})(?!\d))?",
    "vi": r"(?:,?\s?[/-]?\s?(?:năm\s)?(?P<year>\d{4})(?!\d))?",
}


@cache
def _compile_first_words(lang: str) -> re.Pattern[str]:
    glued = "[وفبلك]?(?:ال)?" if lang == "ar" else ""
    return re.compile(f"{glued}(?:{'|'.join(sorted(list_first_words(lang))) or '(?!)'})")


@cache
def _list_forms(lang: str) -> tuple[Form, ...]:
    """Those with months in words, and Vietnamese ones (`tháng 2`)."""
    forms: list[Form] = []
    if lang in _DAYS:
        months, day, year = find_months([lang]), _DAYS[lang], _YEARS[lang]
        glued = "[وفبلك]?" if lang == "ar" else ""
        twin = rf"(?:\s?[/(]\s?(?:{months})\)?)?" if lang == "ar" else ""
        forms.append((re.compile(rf"{day}(?<!\w){glued}(?P<name>{months})(?!\w){twin}{year}"), _read_named))
    if lang == "en":
        after = rf"(?<!\w)(?P<name>{months})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\w){year}"
        forms.append((re.compile(after), _read_named))
    if lang == "vi":
        forms.append((re.compile(rf"{day}(?<!\w)tháng\s(?P<month>\d{{1,2}})(?!\d|[.,]\d){year}"), _read_named))
    if lang == "ar":
        hijri = rf"(?<!\w){glued}(?P<name>{find_hijri_months()})(?!\w)"
        forms.append((re.compile(rf"{_FIRST}{day}{hijri}{year}(?:\s?هـ?(?!\w))?"), _read_hijri))
    return tuple(forms)


def _read_whole(match: re.Match[str], lang: str) -> Iterator[Reading]:
    one, two, three = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) == 4:
        orders = [(three, two, one)]
    else:
        orders = [(one, two, three), *([(two, one, three)] if lang == "en" else [])]
    yield from (order for order in orders if _is_day(order[0], order[1]))


def _read_half(match: re.Match[str], lang: str) -> Iterator[Reading]:
    """`8/2`, or `2/2024`; of a pair that is no day and month, the other way round."""
    one, two = int(match[1]), int(match[2])
    if len(match[2]) == 4:
        yield from [(None, one, two)] if 1 <= one <= 12 else []
        return
    if _is_day(one, two):
        yield one, two, None
    if _is_day(two, one) and (lang == "en" or not _is_day(one, two)):
        yield two, one, None


def _read_named(match: re.Match[str], lang: str) -> Iterator[Reading]:
    groups = match.groupdict()
    month = number_months([lang])[fold(groups["name"])] if groups.get("name") else int(groups["month"])
    day, year = (int(groups[key]) if groups.get(key) else None for key in ("day", "year"))
    if _is_day(day or 1, month):
        yield day, month, year


def _read_hijri(match: re.Match[str], lang: str) -> Iterator[Reading]:
    day = 1 if match["first"] else int(match["day"] or 0)
    if match["year"] and 1 <= day <= 30 and 1000 <= int(match["year"]) <= 1700:
        month = number_hijri_month(match["name"])
        for found in sorted(list_gregorian_days(int(match["year"]), month, day)):
            yield found.day, found.month, found.year


_IN_DIGITS: tuple[Form, ...] = ((_WHOLE, _read_whole), (_HALF, _read_half))


def _is_day(day: int, month: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31)
