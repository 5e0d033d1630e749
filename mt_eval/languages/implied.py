"""Numbers that a sentence states without writing them: of decades, centuries, pairs of years, hours after noon."""

from __future__ import annotations

import re
from collections.abc import Set
from decimal import Decimal

_CLOCK = re.compile(
    r"\d[:h]\d\d|\d ?h\b|\b[ap]\.?m\b|o'clock|giờ|sáng|trưa|chiều|tối|đêm|ساع[هت]|صباح|مساء|ظهر|ليل|فجر|عصرا"
)
_HALF_YEAR = re.compile(r"نصف (?:ال)?(?:عام|سنه)|nửa năm|half[ -](?:a )?year")
_DECADE = re.compile(r"\d0'?s\b|thập niên|thập kỷ|những năm|عقد|ينات|ينيات|ثمانينا|decade")
_YEARS = re.compile(r"(?<!\d)([12]\d)\d\d ?[-–—/] ?(?:[12]\d)?(\d\d)(?!\d)")
_BEFORE = re.compile(r"(?<!\w)الا (?:ال)?(ربع|ثلث|عشر|خمس)[اه]?(?!\w)")
_MINUTES = {"ربع": 15, "ثلث": 20, "عشر": 10, "خمس": 5}
_CENTURY = re.compile(r"centur|قرن|قرون|thế kỷ|thế kỉ")


def tells_time(text: str) -> bool:
    """Whether the folded `text` speaks of a time of day, so that 8 may be 20."""
    return _CLOCK.search(text) is not None


def list_implied(text: str, known: Set[Decimal]) -> set[Decimal]:
    """`90` for the decade 1990, `2019` for `2018/19`, `20` for `8 pm`, `19` (the century) for `1800s`, months of half a
    year, 7 and 45 for a quarter to 8."""
    implied = {Decimal(number) for century, year in _YEARS.findall(text) for number in (century + year, year)}
    for year in known:
        if 1000 <= year <= 2100 and year % 10 == 0:
            implied |= {year % 100} if year % 100 else {year / 100 + 1}
    if _DECADE.search(text):
        implied |= {century + decade for decade in known if decade in range(10, 100, 10) for century in (1900, 2000)}
    if _CENTURY.search(text):
        implied |= {100 * (century - 1) for century in known if century in range(10, 22)}
    if tells_time(text):
        implied |= {hour + 12 for hour in known if 0 <= hour <= 12} | {hour - 12 for hour in known if 12 <= hour <= 24}
    if left := {_MINUTES[part] for part in _BEFORE.findall(text)}:
        implied |= {hour - 1 for hour in known | implied if 1 <= hour <= 24} | {Decimal(60 - each) for each in left}
    if _HALF_YEAR.search(text):
        implied.add(Decimal(6))
    return implied
