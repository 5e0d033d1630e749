"""Times of day in a sentence that say which half of the day they are in: `7 giờ 30 sáng`, `7:30 مساء`, `7.30 pm`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from mt_eval.languages.arabic import fold

_HALVES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "en": (r"a\.?m\b|in the morning", r"p\.?m\b|in the (?:afternoon|evening)"),
        "vi": ("sáng", "chiều|tối"),
        "ar": ("صباحا|صباح|فجرا", "مساء|عصرا"),
    }
)
"""Words for the half before and after noon. Night and noon belong to both, so that their words say nothing."""
_BETWEEN = {"en": "", "vi": "(?:buổi )?", "ar": "(?:من )?(?:في )?(?:ال)?"}
# It begins with the digit that it looks behind, as a pattern that begins with looking is tried at every character.
_HOURS = r"(?P<hour>\d(?<![\d.,:/]\d)\d?)(?:\s?(?:giờ|h|:|\.)\s?(?P<minute>[0-5]\d)?)?(?![\d])(?:\s?phút)?\s"

Time = tuple[int, int, bool]
"""Hour from 1 to 11, minute, and whether it is after noon."""


def read_times(text: str, lang: str) -> frozenset[Time]:
    """The times of the folded `text` that say which half of the day they are in; noon and midnight are none of them."""
    if lang not in _HALVES:
        return frozenset()
    found = set()
    for match in _compile(lang).finditer(text):
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        if 1 <= hour <= 23 and hour != 12:
            found.add((hour % 12, minute, hour > 12 or match["after"] is not None))
    return frozenset(found)


@cache
def _compile(lang: str) -> re.Pattern[str]:
    before, after = _HALVES[lang]
    words = f"(?P<before>{before})|(?P<after>{after})"
    if lang == "ar":
        words = (
            f"(?P<before>{'|'.join(map(fold, before.split('|')))})|(?P<after>{'|'.join(map(fold, after.split('|')))})"
        )
    return re.compile(rf"{_HOURS}{_BETWEEN[lang]}(?:{words})(?!\w)")
