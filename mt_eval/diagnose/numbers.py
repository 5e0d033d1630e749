"""Numbers, dates and amounts that a translation lacks, or that its source lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from mt_eval.diagnose.words import say_parts
from mt_eval.languages.amounts import list_covered
from mt_eval.languages.dates import Date, covers
from mt_eval.languages.number_words import COUNTED
from mt_eval.languages.numbers import Quantities, Quantity, read_quantities

_DIGIT = re.compile(r"\d")
_ONE = 1
_TWELVE = 12
_MOST_DATES = 200
"""Different dates of a text that are compared; a text of more is no sentence."""


def find_changed_numbers(source: str, translation: str, source_lang: str, target_lang: str) -> str | None:
    """What is missing, added and there (`200 is missing; 2023 is there`), or None where nothing is missing or added.

    Only numbers in digits and months of dates can be missing or added; words of the other side that may mean them
    excuse them. Dates are compared as dates, so that `8/2` is not `2 أغسطس`, and a number with a unit is not one with
    another unit. 0 and 1 often have no counterpart and are never missed, nor are numbers up to twelve where the other
    side's language has no vocabulary here.
    """
    if not _DIGIT.search(source) and not _DIGIT.search(translation):
        return None
    ours, theirs = read_quantities(source, source_lang), read_quantities(translation, target_lang)
    our_dates, their_dates = _split_dates(ours, theirs), _split_dates(theirs, ours)
    missing = _list_changed(ours, theirs, our_dates[0], target_lang)
    added = _list_changed(theirs, ours, their_dates[0], source_lang)
    kept = [q.label for q in ours.written if q.is_among(theirs) and q.label not in missing]
    if not missing and not added and our_dates[1] and their_dates[1]:
        missing, added = ([date.text for date in dates[1]] for dates in (our_dates, their_dates))
    if not missing and not added:
        missing, added = _list_turned(ours, theirs), _list_turned(theirs, ours)
    if not missing and not added:
        missing, added = _list_other_units(ours, theirs), _list_other_units(theirs, ours)
    if not missing and not added:
        missing, added = _list_other_halves(ours, theirs), _list_other_halves(theirs, ours)
    if not missing and not added:
        missing, added = _list_other_thirds(ours, theirs), _list_other_thirds(theirs, ours)
        kept = []
    if not missing and not added:
        return None
    return say_parts(missing=missing, added=added, there=kept)


def _split_dates(own: Quantities, other: Quantities) -> tuple[list[Date], list[Date]]:
    """The dates that the other side says as fully, and those with a day of which it has nothing."""
    dates, others = (list({date.text: date for date in each.dates}.values())[:_MOST_DATES] for each in (own, other))
    same = {date.text: [another for another in others if date.agrees(another)] for date in dates}
    said = {date.text for date in dates if any(another.says(date) for another in same[date.text])}
    lost = [date for date in dates if not same[date.text] and date.has_day and not date.is_hijri]
    return [date for date in own.dates if date.text in said], lost


def _list_changed(own: Quantities, other: Quantities, same: Sequence[Date], other_lang: str) -> list[str]:
    """The numbers that the other side does not state, but for those of dates that it has and small ones."""
    amounts = {(amount.dimension, amount.size) for amount in other.amounts}
    turned = (amount for amount in own.amounts if (amount.dimension, amount.size) in amounts)
    covered = list_covered(turned, [quantity.start for quantity in own.written])
    return [
        quantity.label
        for quantity in own.written
        if not quantity.is_among(other)
        and not covers(same, quantity.start)
        and not _is_excused(quantity, other_lang)
        and quantity.start not in covered
    ]


def _list_turned(own: Quantities, other: Quantities) -> list[str]:
    """The ratios, results and times that the other side has the other way round only."""
    turned = (each for each in own.ratios if each not in other.neighbours and each[::-1] in other.neighbours)
    return [f"{one}:{two}" for one, two in turned]


def _list_other_halves(own: Quantities, other: Quantities) -> list[str]:
    """The times of day that the other side has in the other half of the day only."""
    return [
        f"{hour}:{minute:02} {'pm' if after_noon else 'am'}"
        for hour, minute, after_noon in sorted(own.times - other.times)
        if (hour, minute, not after_noon) in other.times - own.times
    ]


def _list_other_thirds(own: Quantities, other: Quantities) -> list[str]:
    """`2/3` or `1/3` where the other side has the other of them only, and no such day: `2/3` is also the second of
    March."""
    if not other.thirds or own.written_thirds & other.thirds:
        return []
    texts = {f"{third}/3" for third in own.written_thirds}
    days = (date for date in own.dates if date.text.replace(" ", "") in texts)
    return [] if any(day.agrees(date) for day in days for date in other.dates) else sorted(texts)


def _list_other_units(own: Quantities, other: Quantities) -> list[str]:
    """The numbers that the other side has with other units only."""
    units: dict[object, set[str | None]] = {}
    for quantity in other.written:
        for value in _list_whole(quantity):
            units.setdefault(value, set()).add(quantity.unit)
    return [f"{each.label} {each.unit_word}" for each in own.written if each.unit and _is_other(each, units)]


def _is_other(quantity: Quantity, units: dict[object, set[str | None]]) -> bool:
    found: Iterable[str | None] = set[str | None]().union(*(units.get(value, ()) for value in _list_whole(quantity)))
    return bool(found) and None not in found and quantity.unit not in found


def _list_whole(quantity: Quantity) -> list[Decimal]:
    """The readings, but of `1.200` the thousand alone: 1.200 grams are 1.2 kilograms."""
    return [value for value in quantity.values if value * 1000 not in quantity.values]


def _is_excused(quantity: Quantity, other_lang: str) -> bool:
    largest = _ONE if other_lang in COUNTED else _TWELVE
    return bool(quantity.values) and all(value <= largest and value == int(value) for value in quantity.values)
