"""Numbers that a sentence states without writing them: of decades, centuries, pairs of years, hours after noon."""

from __future__ import annotations

import re
from collections.abc import Set
from decimal import Decimal

_CLOCK = re.compile(r"\d(?:[:h]\d\d| ?h\b)|[ap](?<!\w[ap])\.?m\b")
_CLOCK_WORDS = (
    *("o'clock", "giờ", "sáng", "trưa", "chiều", "tối", "đêm"),
    *("ساعه", "ساعت", "صباح", "مساء", "ظهر", "ليل", "فجر", "عصرا"),
)
_HALF_YEAR = re.compile(r"نصف (?:ال)?(?:عام|سنه)|nửa năm|half[ -](?:a )?year")
_DECADE = re.compile(r"\d0'?s\b|thập niên|thập kỷ|những năm|عقد|ينات|ينيات|ثمانينا|decade")
_YEARS = re.compile(r"(?<!\d)([12]\d)\d\d ?[-–—/] ?(?:[12]\d)?(\d\d)(?!\d)")
_BEFORE = re.compile(r"(?<!\w)الا (?:ال)?(ربع|ثلث|عشر|خمس)[اه]?(?!\w)")
_MINUTES = {"ربع": 15, "ثلث": 20, "عشر": 10, "خمس": 5}
_CENTURY = re.compile(r"centur|قرن|قرون|thế kỷ|thế kỉ")
_DECADES = frozenset(map(Decimal, range(10, 100, 10)))
_CENTURIES = frozenset(map(Decimal, range(10, 22)))


def tells_time(text: str) -> bool:
    """Whether the folded `text` speaks of a time of day, so that 8 may be 20."""
    return any(map(text.__contains__, _CLOCK_WORDS)) or _CLOCK.search(text) is not None


def list_implied(text: str, known: Set[Decimal]) -> set[Decimal]:
    """`90` for the decade 1990, `2019` for `2018/19`, `20` for `8 pm`, `19` (the century) for `1800s`, months of half a
    year, 7 and 45 for a quarter to 8."""
    # Patterns are looked for where they could say something: the numbers are there, or a mark that they need.
    years = _YEARS.findall(text) if any(map(text.__contains__, "-–—/")) else ()
    implied = {Decimal(number) for century, year in years for number in (century + year, year)}
    for year in known:
        if 1000 <= year <= 2100 and year % 10 == 0:
            implied |= {year % 100} if year % 100 else {year / 100 + 1}
    if (decades := known & _DECADES) and _DECADE.search(text):
        implied |= {century + decade for decade in decades for century in (1900, 2000)}
    if (centuries := known & _CENTURIES) and _CENTURY.search(text):
        implied |= {100 * (century - 1) for century in centuries}
    if any(0 <= hour <= 24 for hour in known) and tells_time(text):
        implied |= {hour + 12 for hour in known if 0 <= hour <= 12} | {hour - 12 for hour in known if 12 <= hour <= 24}
    if left := {_MINUTES[part] for part in _BEFORE.findall(text)} if "الا" in text else set():
        implied |= {hour - 1 for hour in known | implied if 1 <= hour <= 24} | {Decimal(60 - each) for each in left}
    if _HALF_YEAR.search(text):
        implied.add(Decimal(6))
    return implied
