"""Amounts in a sentence: a number with a unit, in digits or words, turned so that 80 years are 8 decades.

Units of one **dimension** turn into each other by a fixed factor: seconds to weeks, months to centuries, millimetres to
kilometres, grams to tonnes. Months and days do not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from mt_eval.languages.units import UNITS

_SIZES: Mapping[str, tuple[str, Decimal]] = MappingProxyType(
    {
        unit: (dimension, Decimal(size))
        for dimension, sizes in (
            ("time", "second 1 minute 60 hour 3600 day 86400 week 604800"),
            ("months", "month 1 year 12 decade 120 century 1200"),
            ("length", "millimetre 1 centimetre 10 metre 1000 kilometre 1000000"),
            ("mass", "gram 1 kilogram 1000 tonne 1000000"),
        )
        for unit, size in zip(sizes.split()[::2], sizes.split()[1::2], strict=True)
    }
)
"""Unit of `units.UNITS` to its dimension, and how many of the smallest one it holds."""
_MORE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {"week": "fortnights?", "metre": "m"},
        "vi": {"kilogram": "cân|ký", "metre": "m", "decade": "thập niên"},
        "ar": {"metre": "م", "decade": "عقد", "century": "قرن", "tonne": "اطنان"},
    }
)
"""Words that often mean something else: what is read here excuses a number, and never accuses one."""
_TWO: Mapping[str, str] = MappingProxyType(
    {
        "second": "ثانيت",
        "minute": "دقيقت",
        "hour": "ساعت",
        "day": "يوم",
        "week": "اسبوع",
        "month": "شهر",
        "year": "عام|سنت",
        "decade": "عقد",
        "century": "قرن",
        "metre": "متر",
        "kilometre": "كيلومتر",
        "kilogram": "كيلوغرام|كيلوجرام|كيلو",
        "tonne": "طن",
    }
)
"""Unit to the stems of its Arabic duals: two of it."""
_PREFIX = "(?:[وفبلك]|لل)?(?:ال)?"
_AND_A_HALF = re.compile(r"\s(?:و\s?نصفا?|rưỡi|and a half)(?!\w)")
_BETWEEN = re.compile(r"\s?(?:,|،|and|và|و)?\s?و?")
_WIDEST_GAP = 6
"""Characters of what `_BETWEEN` takes."""
_MOST_PARTS = 3
"""Of one amount: hours, minutes and seconds."""

Number = tuple[int, int, frozenset[Decimal]]
"""Where it begins and ends, and every value that it may have."""


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of a dimension."""

    dimension: str
    size: Decimal
    """In the smallest unit."""
    start: int
    end: int


def read_amounts(text: str, lang: str, numbers: Iterable[Number], *, counted: bool = True) -> tuple[Amount, ...]:
    """All that may be an amount in the folded `text`, sums of neighbouring ones (`1 hour 30 minutes`) included.

    Args:
        numbers: Those of the text, in digits or words.
        counted: Whether a word of the text `is_counted`; none is looked for without.
    """
    if lang not in _MORE:
        return ()
    words = text if counted and lang == "ar" else ""
    ones = tuple(_list_ones(words))
    found = sorted((*_list_counted(text, lang, numbers), *_list_pairs(words, ones)), key=_find_start)
    if not found:
        return ()
    return _add_sums(found, ones, text)


def is_counted(word: str, lang: str) -> bool:
    """Whether the folded `word` is an Arabic unit that says how many of it there are: two, or one without a number."""
    return lang == "ar" and bool(_compile_duals().fullmatch(word) or _compile_ones().fullmatch(word))


def _add_sums(counted: Sequence[Amount], ones: Sequence[Amount], text: str) -> tuple[Amount, ...]:
    found = list(counted)
    row = [*counted, *ones]
    for _ in range(_MOST_PARTS - 1):
        row = [joined for one in row for joined in _join(one, counted, text)]
        found += row
    return tuple(found)


def list_covered(amounts: Iterable[Amount], places: Sequence[int]) -> frozenset[int]:
    """Those of the `places` of a sentence, which ascend, that one of its amounts holds."""
    covered: set[int] = set()
    end = 0
    for amount in sorted(amounts, key=lambda each: (each.start, -each.end)):
        first = bisect_left(places, max(amount.start, end))
        covered.update(places[first : bisect_left(places, amount.end)])
        end = max(end, amount.end)
    return frozenset(covered)


def _list_counted(text: str, lang: str, numbers: Iterable[Number]) -> Iterator[Amount]:
    for start, end, values in numbers:
        match = _compile(lang).match(text, end)
        if match is not None and match.lastgroup is not None:
            dimension, size = _SIZES[match.lastgroup]
            half = _AND_A_HALF.match(text, match.end())
            for value in values:
                yield Amount(dimension, value * size, start, match.end())
                if half is not None:
                    yield Amount(dimension, value * size + size / 2, start, half.end())


def _list_pairs(text: str, ones: Iterable[Amount]) -> Iterator[Amount]:
    """Two of a unit, two and a half, and one and a half."""
    for match in _compile_duals().finditer(text):
        dimension, size = _SIZES[str(match.lastgroup)]
        yield Amount(dimension, 2 * size, *match.span())
        if half := _AND_A_HALF.match(text, match.end()):
            yield Amount(dimension, 2 * size + size / 2, match.start(), half.end())
    for one in ones:
        if half := _AND_A_HALF.match(text, one.end):
            yield Amount(one.dimension, one.size * 3 / 2, one.start, half.end())


def _list_ones(text: str) -> Iterator[Amount]:
    """Units without a number: one of it, which counts only where more follows (`متر و75 سنتيمترا`)."""
    for match in _compile_ones().finditer(text):
        dimension, size = _SIZES[str(match.lastgroup)]
        yield Amount(dimension, size, *match.span())


def _join(one: Amount, others: Sequence[Amount], text: str) -> Iterator[Amount]:
    """The amount and each one of the same dimension that is smaller and stands right behind it, as their sum.

    Args:
        others: In reading order.
    """
    for place in range(bisect_left(others, one.end, key=_find_start), len(others)):
        other = others[place]
        if other.start - one.end > _WIDEST_GAP:
            return
        smaller = other.dimension == one.dimension and other.size < one.size
        if smaller and _BETWEEN.fullmatch(text, one.end, other.start):
            yield Amount(one.dimension, one.size + other.size, one.start, other.end)


def _find_start(amount: Amount) -> int:
    return amount.start


@cache
def _compile(lang: str) -> re.Pattern[str]:
    """A unit right behind a number."""
    words = []
    for unit in _SIZES:
        names = "|".join(filter(None, (UNITS[unit].get(lang, ""), _MORE[lang].get(unit, ""))))
        words.append(f"(?P<{unit}>{names})")
    return re.compile(rf"[\s-]?(?:{'|'.join(words)})(?!\w)")


@cache
def _compile_duals() -> re.Pattern[str]:
    stems = [f"(?P<{unit}>{names})" for unit, names in _TWO.items()]
    return re.compile(rf"(?<!\w){_PREFIX}(?:{'|'.join(stems)})(?:ين|ان|ي|ا)(?!\w)")


@cache
def _compile_ones() -> re.Pattern[str]:
    words = {unit: names.replace("ت", "ه") for unit, names in _TWO.items() if unit not in ("metre", "kilometre")}
    words |= {"metre": "متر", "kilometre": "كيلومتر"}
    units = "|".join(f"(?P<{unit}>{names}{'ا?' if unit != 'year' else ''})" for unit, names in words.items())
    return re.compile(rf"(?<!\w)[وفبلك]?(?:{units})(?!\w)")
