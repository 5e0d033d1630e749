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
from mt_eval.languages.arabic import fold, strip_prefix
from mt_eval.languages.calendar import WEEKDAYS, find_months, list_gregorian_days
from mt_eval.languages.clock import Time, read_times
from mt_eval.languages.dates import Date, covers, read_dates
from mt_eval.languages.implied import list_implied, tells_time
from mt_eval.languages.letters import UNSEEN, fold_digits
from mt_eval.languages.number_words import (
    COUNTED,
    NumberWord,
    evaluate,
    evaluate_runs,
    list_fractions,
    read_number_word,
)
from mt_eval.languages.units import find_unit

_NUMBER = r"(?<![\d.,])\d{1,3}(?:[ ']\d{3}){1,6}(?!\d)|\d+(?:[.,٫٬،]\d+)*"
# Documents of the United Nations, and models that learned from them, write 104 500 as `500 104` in Arabic.
_TURNED = r"(?<![\d.,])\d{3}(?: \d{3}){0,5} \d{1,3}(?! ?\d|[.,]\d)"
_REST = r"|(?P<word>[^\W\d_]+)|(?P<mark>\S)"
_TOKEN = re.compile(f"(?P<number>{_NUMBER}){_REST}")
_ARABIC_TOKEN = re.compile(f"(?P<number>{_TURNED}|{_NUMBER}){_REST}")
_WORD = re.compile(r"[^\W\d_]+")
_SEPARATOR = re.compile(r"[.,٫٬،' ]")
_MOST_PIECES = 8
"""Of digits between points; a longer row is a code."""
_ROMAN = re.compile(r"(?<![\w.'’-])(?=[IVX]{2}|V|X)X{0,2}(?:IX|IV|V?I{0,3})(?![\w'’])")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}
_RATIO = re.compile(r"(?<![\d:.,])(\d{1,4}) ?: ?(\d{1,4})(?![\d:]|[.,]\d)")
_RESULT = re.compile(r"(?<![\w:.,/–-])(\d{1,2})[–-](\d{1,2})(?![\w:/–-]|[.,]\d)")
_HIJRI_YEAR = re.compile(r"(?<!\d)(1[0-6]\d\d) ?(?:ه|هـ|هجري\w*|للهجره|ah)(?!\w)")
_PERCENT = re.compile(r"(?:بال|في ال|لكل )(?:مائة|مئة|مائه|مئه)")
_DUAL = re.compile(r"\w{3}[اي]ن(?!\w)|\w{3}ت[اي](?!\w)")
_CONNECTORS = frozenset(["and", "و", "-"])


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


@dataclass(frozen=True, slots=True)
class _Element:
    """One word of a number phrase, or digits."""

    word: NumberWord
    label: str
    start: int
    end: int
    parts: tuple[Decimal, ...] = ()


def read_quantities(text: str, lang: str) -> Quantities:
    """The quantities in `text`, which is in `lang`; without a vocabulary for it, those in digits."""
    lang = lang if lang in COUNTED else ""
    plain = _PERCENT.sub("%", _fold_case(text))
    dates = tuple(read_dates(plain, lang))
    folded = fold(_blank_months(plain, lang))
    written = [Quantity(f"month {m}", frozenset([m]), start) for start, m in _list_named_months(dates) if m]
    known = {Decimal(month) for date in dates if date.name and not date.is_hijri for _, month, _ in date.readings}
    known |= {Decimal(number) for number in _read_romans(text)}
    pieces: set[Decimal] = set()
    numbers: list[Number] = []
    mentions = {quantity.start: set(quantity.values) for quantity in written}
    for start, values in _list_loose(folded, lang):
        known |= values
        mentions.setdefault(start, set()).update(values)
    for phrase in _split_phrases(folded, lang):
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
    results = (match.groups() for match in _RESULT.finditer(folded) if not covers(dates, match.start()))
    ratios = tuple((Decimal(one), Decimal(other)) for one, other in (*_RATIO.findall(folded), *results))
    neighbours = _list_neighbours(mentions, folded)
    amounts = read_amounts(folded, lang, numbers)
    times = read_times(folded, lang)
    return Quantities(tuple(written), frozenset(known), frozenset(pieces), neighbours, dates, ratios, times, amounts)


def _fold_case(text: str) -> str:
    """`text` in lower case with ASCII digits, without HTML entities and marks that are not seen."""
    text = html.unescape(text) if "&" in text else text
    text = UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return fold_digits(text.replace("’", "'").replace("‘", "'").lower())


@cache
def _number_weekdays(lang: str) -> dict[str, int]:
    """Monday to Saturday under the numbers that Vietnamese writes them with (`thứ 2` to `thứ 7`)."""
    return {fold(name): number for number, name in enumerate(WEEKDAYS.get(lang, ()), start=2)}


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
    for match in _ROMAN.finditer(text):
        digits = [_ROMAN_DIGITS[letter] for letter in match.group()]
        yield sum(-one if one < other else one for one, other in zip(digits, [*digits[1:], 0], strict=True))


def _list_loose(text: str, lang: str) -> Iterator[tuple[int, frozenset[Decimal]]]:
    """What stands for a number without adding to others: weekdays, fractions."""
    for match in _WORD.finditer(text) if lang else ():
        if values := _read_loose(match.group(), lang):
            yield match.start(), values


@lru_cache(maxsize=2**15)
def _read_loose(word: str, lang: str) -> frozenset[Decimal]:
    forms = {word, strip_prefix(word, kept=0)} if lang == "ar" else {word}
    weekdays = _number_weekdays(lang)
    values = {Decimal(weekdays[form]) for form in forms if form in weekdays}
    return frozenset(values.union(*(list_fractions(form, lang) for form in forms)))


def _split_phrases(text: str, lang: str) -> Iterator[list[_Element]]:
    """Runs of neighbouring words that make numbers together."""
    phrase: list[_Element] = []
    connected = False
    for match in (_ARABIC_TOKEN if lang == "ar" else _TOKEN).finditer(text):
        token = match.group()
        if token in _CONNECTORS:
            connected = True
            continue
        element = None
        if match.lastgroup == "number":
            element = _read_digits(match, text)
        elif match.lastgroup == "word" and (word := read_number_word(token, lang)) is not None:
            connected = connected or word.joined
            joined = lang == "ar" and connected
            element = _Element(NumberWord(word.kind, word.values, joined), token, *match.span())
        if phrase and not (element and _continues(phrase[-1].word.kind, element.word.kind, connected)):
            yield phrase
            phrase = []
        if element:
            phrase.append(element)
        connected = False
    if phrase:
        yield phrase


def _continues(before: str, kind: str, connected: bool) -> bool:
    if kind == "scale":
        return True
    if kind == "digits":
        return before == "scale" and connected
    if kind == "part":
        return connected or before in ("scale", "dual")
    return before not in ("digits", "code")


def _read_digits(match: re.Match[str], text: str) -> _Element:
    token = match.group()
    pieces, marks = _SEPARATOR.split(token), _SEPARATOR.findall(token)
    glued = match.start() > 0 and "a" <= text[match.start() - 1] <= "z"
    values, parts = _interpret(pieces, marks) if len(pieces) <= _MOST_PIECES else ([], [Decimal(p) for p in pieces])
    if not marks and (year := _HIJRI_YEAR.match(text, match.start())):
        values += _list_gregorian_years(int(year[1]))
    return _Element(NumberWord("code" if glued else "digits", tuple(values)), token, *match.span(), tuple(parts))


def _list_gregorian_years(year: int) -> list[Decimal]:
    """The Gregorian years that a Hijri year begins and ends in."""
    days = list_gregorian_days(year, 1, 3) | list_gregorian_days(year, 12, 27)
    return [Decimal(each) for each in sorted({day.year for day in days})]


def _interpret(pieces: Sequence[str], marks: Sequence[str]) -> tuple[list[Decimal], list[Decimal]]:
    """The readings of digits with separators, and their pieces where these may be told apart (`8.30`, `8.2.2024`)."""
    if not marks:
        return [Decimal(pieces[0])], []
    if set(marks) == {" "}:
        return [Decimal("".join(pieces)), Decimal("".join(reversed(pieces)))], [Decimal(piece) for piece in pieces]
    grouped = len(set(marks)) == 1 and 1 <= len(pieces[0]) <= 3 and all(len(piece) == 3 for piece in pieces[1:])
    whole, decimal = Decimal("".join(pieces)), Decimal(f"{''.join(pieces[:-1])}.{pieces[-1]}")
    if grouped and marks[0] != "٫":
        return ([whole, decimal] if len(marks) == 1 and marks[0] in ".,،" else [whole]), []
    if len(marks) == 1:
        return [decimal], [Decimal(piece) for piece in pieces]
    if len(set(marks[:-1])) == 1 and marks[-1] != marks[0] and all(len(piece) == 3 for piece in pieces[1:-1]):
        return [decimal], []
    return [], [Decimal(piece) for piece in pieces]


def _list_written(phrase: Sequence[_Element], text: str, lang: str) -> Iterator[Quantity]:
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


def _list_ends(phrase: Sequence[_Element]) -> Iterator[Number]:
    """What stands before a unit behind the phrase: all of it, or its last word alone."""
    last = phrase[-1]
    yield phrase[0].start, last.end, evaluate([element.word for element in phrase])
    if len(phrase) > 1 and last.word.values:
        yield last.start, last.end, evaluate([last.word])


def _mention(phrase: Sequence[_Element], mentions: dict[int, set[Decimal]]) -> None:
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
