"""The numbers in a sentence: those written in digits, and all that its words may mean."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise, product

from mt_eval.languages.amounts import Amount, Number, read_amounts
from mt_eval.languages.arabic import fold
from mt_eval.languages.calendar import find_months
from mt_eval.languages.clock import Time, read_times
from mt_eval.languages.dates import Date, covers, read_dates
from mt_eval.languages.implied import list_implied, tells_time
from mt_eval.languages.letters import UNSEEN, fold_digits
from mt_eval.languages.number_phrases import Element, find_numbers
from mt_eval.languages.number_words import COUNTED, evaluate, evaluate_runs
from mt_eval.languages.thirds import list_spoken_thirds, list_written_thirds
from mt_eval.languages.units import find_unit

_ROMAN_LETTERS = re.compile("[IVX]+")
_ROMAN = re.compile(r"(?<![\w.'’-])(?=[IVX]{2}|V|X)X{0,2}(?:IX|IV|V?I{0,3})(?![\w'’])")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}
_RATIO = re.compile(r"(?<![\d:.,])(\d{1,4}) ?: ?(\d{1,4})(?![\d:]|[.,]\d)")
_RESULT = re.compile(r"(?<![\w:.,/–-])(\d{1,2})[–-](\d{1,2})(?![\w:/–-]|[.,]\d)")
_PERCENT = re.compile(r"(?:بال|في ال|لكل )(?:مائة|مئة|مائه|مئه)")
_DUAL = re.compile(r"[اي]ن(?!\w)(?<=\w{5})|ت[اي](?!\w)(?<=\w{5})")
_KEPT, _LONGEST_KEPT = 2**10, 500
"""Texts, and characters of each, that are kept as they were read: runs of one sweep have the same sources."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number written in digits, with the scale words behind it, or the month of a date."""

    label: str
    """As it is written, digits in ASCII: `1.200`, `5 million`, `month 2`."""
    values: frozenset[Decimal]
    """Every reading: `1.200` is 1200 and 1.2."""
    start: int
    """Where it begins in the sentence, digits and spelling folded."""
    parts: tuple[Decimal, ...] = ()
    """Its pieces, which mean the same one after another: `8.30` is 8 and 30."""
    unit: str | None = None
    """Of `units.UNITS`, where one follows."""
    unit_word: str = ""

    def is_among(self, other: Quantities) -> bool:
        """Whether `other` states it: as one number, or by its pieces in their order."""
        if not self.values.isdisjoint(other.known):
            return True
        if not self.parts:
            return not self.values.isdisjoint(other.pieces)
        return all(pair in other.neighbours for pair in pairwise(self.parts))


@dataclass(frozen=True, slots=True)
class Quantities:
    written: tuple[Quantity, ...]
    """In reading order; numbers in words are not among them."""
    known: frozenset[Decimal]
    """All numbers the sentence may state: in digits, in words, as months, weekdays, fractions, parts of a phrase."""
    pieces: frozenset[Decimal]
    """Those that stand between points or commas: `8.30` may state 8 and 30."""
    neighbours: frozenset[tuple[Decimal, Decimal]]
    """What each two numbers that follow one another may be."""
    dates: tuple[Date, ...]
    ratios: tuple[tuple[Decimal, Decimal], ...]
    """Each two numbers with a colon or a dash between: `6:30`, `3-1`."""
    times: frozenset[Time] = frozenset()
    """Times of day that say which half of the day they are in."""
    amounts: tuple[Amount, ...] = ()
    """Numbers with units that turn into others: 80 years, which are 8 decades."""
    thirds: frozenset[int] = frozenset()
    """1 for one third, 2 for two, in digits and in words."""
    written_thirds: frozenset[int] = frozenset()
    """Those of `1/3` and `2/3`."""


def read_quantities(text: str, lang: str) -> Quantities:
    """The quantities in `text`, which is in `lang`; without a vocabulary for it, those in digits."""
    return (_read_once if len(text) <= _LONGEST_KEPT else _read)(text, lang if lang in COUNTED else "")


def _read(text: str, lang: str) -> Quantities:
    plain = _fold_case(text)
    if "ئ" in plain:
        plain = _PERCENT.sub("%", plain)
    folded = fold(plain)
    found = find_numbers(folded, lang)
    dates = tuple(read_dates(plain, lang, months=found.has_months))
    if found.has_months:
        folded = fold(_blank_months(plain, lang))
        found = find_numbers(folded, lang)
    written = [Quantity(f"month {m}", frozenset([m]), start) for start, m in _list_named_months(dates) if m]
    known = {Decimal(month) for date in dates if date.name and not date.is_hijri for _, month, _ in date.readings}
    known |= {Decimal(number) for number in _read_romans(text)}
    pieces: set[Decimal] = set()
    numbers: list[Number] = []
    mentions = {quantity.start: set(quantity.values) for quantity in written}
    for start, values in found.loose:
        known |= values
        mentions.setdefault(start, set()).update(values)
    for phrase in found.phrases:
        known.update(evaluate_runs([element.word for element in phrase]))
        pieces.update(part for element in phrase for part in element.parts)
        written += _list_written(phrase, folded, lang)
        numbers += _list_ends(phrase)
        _mention(phrase, mentions)
    known |= list_implied(folded, known | pieces)
    if lang == "ar" and _DUAL.search(folded):
        known.add(Decimal(2))
    written = [
        replace(each, unit=None) if each.unit and covers(dates, each.start) else each
        for each in sorted(written, key=lambda each: each.start)
    ]
    neighbours = _list_neighbours(mentions, folded)
    ratios = tuple(_list_ratios(folded, dates))
    amounts = read_amounts(folded, lang, numbers, counted=found.has_counted)
    times = read_times(folded, lang)
    in_digits = list_written_thirds(folded)
    thirds = in_digits | list_spoken_thirds(folded, lang)
    return Quantities(
        tuple(written),
        frozenset(known),
        frozenset(pieces),
        neighbours,
        dates,
        ratios,
        times,
        amounts,
        thirds,
        in_digits,
    )


_read_once = lru_cache(_KEPT)(_read)


def _fold_case(text: str) -> str:
    """`text` in lower case with ASCII digits, without HTML entities and marks that are not seen."""
    text = html.unescape(text) if "&" in text else text
    text = UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return fold_digits(text.replace("’", "'").replace("‘", "'").lower())


@cache
def _compile_months(lang: str) -> re.Pattern[str]:
    prefix = "[وفبلك]?(?:ال)?" if lang == "ar" else ""
    return re.compile(rf"(?<!\w){prefix}(?:{find_months([lang])})(?!\w)")


def _blank_months(text: str, lang: str) -> str:
    """`text` with `;` and spaces for month names, so that their words are no numbers and everything keeps its place."""
    return _compile_months(lang).sub(lambda match: ";".ljust(len(match[0])), text)


def _list_named_months(dates: Sequence[Date]) -> Iterator[tuple[int, Decimal]]:
    """Where the months in words stand that belong to a day or a year, each month once, and their numbers."""
    found: dict[int, int] = {}
    for date in dates:
        day, month, year = date.readings[0]
        if date.name and not date.is_hijri and (day is not None or year is not None):
            found.setdefault(month, date.start + date.text.index(date.name))
    return ((start, Decimal(month)) for month, start in found.items())


def _read_romans(text: str) -> Iterator[int]:
    # A pattern that begins with a look behind is tried at every character.
    starts = (match.start() for match in _ROMAN_LETTERS.finditer(text))
    for match in filter(None, (_ROMAN.match(text, start) for start in starts)):
        digits = [_ROMAN_DIGITS[letter] for letter in match.group()]
        yield sum(-one if one < other else one for one, other in zip(digits, [*digits[1:], 0], strict=True))


def _list_ratios(text: str, dates: Sequence[Date]) -> Iterator[tuple[Decimal, Decimal]]:
    if ":" in text:
        yield from ((Decimal(one), Decimal(other)) for one, other in _RATIO.findall(text))
    if "-" in text or "–" in text:
        results = (match.groups() for match in _RESULT.finditer(text) if not covers(dates, match.start()))
        yield from ((Decimal(one), Decimal(other)) for one, other in results)


def _list_written(phrase: Sequence[Element], text: str, lang: str) -> Iterator[Quantity]:
    whole = evaluate([element.word for element in phrase]) if len(phrase) > 1 else frozenset()
    for start, element in enumerate(phrase):
        if element.word.kind == "digits":
            end = start + 1
            while end < len(phrase) and phrase[end].word.kind == "scale":
                end += 1
            scaled = phrase[start:end]
            unit, unit_word = find_unit(text, scaled[-1].end, lang) or (None, "")
            yield Quantity(
                " ".join(part.label for part in scaled),
                whole | evaluate([part.word for part in scaled]),
                element.start,
                element.parts if end == start + 1 else (),
                unit,
                unit_word,
            )


def _list_ends(phrase: Sequence[Element]) -> Iterator[Number]:
    """What stands before a unit behind the phrase: all of it, or its last word alone."""
    last = phrase[-1]
    yield phrase[0].start, last.end, evaluate([element.word for element in phrase])
    if len(phrase) > 1 and last.word.values:
        yield last.start, last.end, evaluate([last.word])


def _mention(phrase: Sequence[Element], mentions: dict[int, set[Decimal]]) -> None:
    """Add where the phrase and each of its words state which numbers, pieces of a number one after another."""
    whole = evaluate([element.word for element in phrase])
    for element in phrase:
        if element.parts:
            for place, part in enumerate(element.parts):
                mentions.setdefault(element.start + place, set()).add(part)
        else:
            mentions.setdefault(element.start, set()).update(element.word.values)
    for element in (phrase[0], phrase[-1]):
        mentions[element.start] |= whole


def _list_neighbours(mentions: Mapping[int, set[Decimal]], text: str) -> frozenset[tuple[Decimal, Decimal]]:
    ordered = [mentions[start] for start in sorted(mentions)]
    pairs = {pair for one, other in pairwise(ordered) for pair in product(one, other)}
    if tells_time(text):
        pairs |= {(hour + shift, minute) for hour, minute in pairs for shift in (-12, 12) if 0 <= hour + shift <= 24}
    return frozenset(pairs)
