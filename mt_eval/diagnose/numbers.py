"""Numbers, dates and amounts that a translation lacks, or that its source lacks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mt_eval.languages.number_words import COUNTED
from mt_eval.languages.numbers import Quantity, read_quantities

_DIGIT = re.compile(r"\d")
_ONE = 1
_TWELVE = 12


def find_changed_numbers(source: str, translation: str, source_lang: str, target_lang: str) -> str | None:
    """What is missing, added and kept (`200 missing, 2023 kept`), or None where nothing is missing or added.

    Only numbers in digits and months of dates can be missing or added; words of the other side that may mean them
    excuse them. 0 and 1 often have no counterpart and are never missed, nor are numbers up to twelve where the other
    side's language has no vocabulary here.
    """
    if not _DIGIT.search(source) and not _DIGIT.search(translation):
        return None
    ours, theirs = read_quantities(source, source_lang), read_quantities(translation, target_lang)
    missing = [q for q in ours.written if not q.is_among(theirs.known) and not _is_excused(q, target_lang)]
    added = [q for q in theirs.written if not q.is_among(ours.known) and not _is_excused(q, source_lang)]
    if not missing and not added:
        return None
    kept = [q for q in ours.written if q.is_among(theirs.known)]
    return ", ".join(
        f"{_list_labels(group)} {verb}"
        for group, verb in ((missing, "missing"), (added, "added"), (kept, "kept"))
        if group
    )


def _is_excused(quantity: Quantity, other_lang: str) -> bool:
    largest = _ONE if other_lang in COUNTED else _TWELVE
    return bool(quantity.values) and max(quantity.values) <= largest


def _list_labels(quantities: Sequence[Quantity]) -> str:
    return ", ".join(dict.fromkeys(quantity.label for quantity in quantities))
