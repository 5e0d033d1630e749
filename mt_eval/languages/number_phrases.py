"""Where a sentence states numbers: in digits, in words that make one together, in words that stand for one alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from mt_eval.languages.amounts import is_counted
from mt_eval.languages.arabic import fold, strip_prefix
from mt_eval.languages.calendar import WEEKDAYS, list_gregorian_days
from mt_eval.languages.dates import names_month
from mt_eval.languages.number_words import NumberWord, list_fractions, read_number_word

_NUMBER = r"(?<![\d.,])\d{1,3}(?:[ ']\d{3}){1,6}(?!\d)|\d+(?:[.,٫٬،]\d+)*"
# Documents of the United Nations, and models that learned from them, write 104 500 as `500 104` in Arabic.
_TURNED = r"(?<![\d.,])\d{3}(?: \d{3}){0,5} \d{1,3}(?! ?\d|[.,]\d)"
_TOKEN = re.compile(rf"(?P<word>[^\W\d_]+)|(?P<number>{_NUMBER})|\S")
_ARABIC_TOKEN = re.compile(rf"(?P<word>[^\W\d_]+)|(?P<number>{_TURNED}|{_NUMBER})|\S")
_SEPARATOR = re.compile(r"[.,٫٬،' ]")
_MOST_PIECES = 8
"""Of digits between points; a longer row is a code."""
_HIJRI_YEAR = re.compile(r"(?<!\d)(1[0-6]\d\d) ?(?:ه|هـ|هجري\w*|للهجره|ah)(?!\w)")
_CONNECTORS = frozenset(["and", "و", "-"])


@dataclass(frozen=True, slots=True)
class Element:
    """One word of a number phrase, or digits."""

    word: NumberWord
    label: str
    start: int
    end: int
    parts: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What stands in a sentence, in reading order."""

    phrases: tuple[tuple[Element, ...], ...]
    """Runs of neighbouring words that make numbers together."""
    loose: tuple[tuple[int, frozenset[Decimal]], ...]
    """Where words stand that mean a number without adding to others, and which: weekdays, fractions."""
    has_months: bool
    """Whether a word `names_month`."""
    has_counted: bool
    """Whether a word `is_counted`."""


@dataclass(frozen=True, slots=True)
class _Word:
    number: NumberWord | None
    loose: frozenset[Decimal]
    names_month: bool
    is_counted: bool


def find_numbers(text: str, lang: str) -> Found:
    """The numbers of the folded `text`; without a vocabulary for `lang`, those in digits."""
    phrases: list[tuple[Element, ...]] = []
    loose: list[tuple[int, frozenset[Decimal]]] = []
    phrase: list[Element] = []
    has_months = has_counted = connected = False
    for match in (_ARABIC_TOKEN if lang == "ar" else _TOKEN).finditer(text):
        token, kind = match[0], match.lastgroup
        element = None
        if kind == "number":
            element = _read_digits(match, text)
        elif token in _CONNECTORS:
            connected = True
            continue
        elif kind == "word" and (word := _read_word(token, lang)) is not None:
            has_months |= word.names_month
            has_counted |= word.is_counted
            if word.loose:
                loose.append((match.start(), word.loose))
            if (number := word.number) is not None:
                connected = connected or number.joined
                joined = lang == "ar" and connected
                element = Element(NumberWord(number.kind, number.values, joined), token, *match.span())
        if phrase and not (element and _continues(phrase[-1].word.kind, element.word.kind, connected)):
            phrases.append(tuple(phrase))
            phrase = []
        if element:
            phrase.append(element)
        connected = False
    if phrase:
        phrases.append(tuple(phrase))
    return Found(tuple(phrases), tuple(loose), has_months, has_counted)


@lru_cache(maxsize=2**16)
def _read_word(word: str, lang: str) -> _Word | None:
    """What the folded `word` may be; None for one that says nothing of numbers, as most do."""
    forms = {word, strip_prefix(word, kept=0)} if lang == "ar" else {word}
    weekdays = _number_weekdays(lang)
    loose = {Decimal(weekdays[form]) for form in forms if form in weekdays}
    loose = loose.union(*(list_fractions(form, lang) for form in forms))
    read = _Word(read_number_word(word, lang), frozenset(loose), names_month(word, lang), is_counted(word, lang))
    return read if read.number or read.loose or read.names_month or read.is_counted else None


@cache
def _number_weekdays(lang: str) -> dict[str, int]:
    """Monday to Saturday under the numbers that Vietnamese writes them with (`thứ 2` to `thứ 7`)."""
    return {fold(name): number for number, name in enumerate(WEEKDAYS.get(lang, ()), start=2)}


def _continues(before: str, kind: str, connected: bool) -> bool:
    if kind == "scale":
        return True
    if kind == "digits":
        return before == "scale" and connected
    if kind == "part":
        return connected or before in ("scale", "dual")
    return before not in ("digits", "code")


def _read_digits(match: re.Match[str], text: str) -> Element:
    token = match.group()
    pieces, marks = _SEPARATOR.split(token), _SEPARATOR.findall(token)
    glued = match.start() > 0 and "a" <= text[match.start() - 1] <= "z"
    values, parts = _interpret(pieces, marks) if len(pieces) <= _MOST_PIECES else ([], [Decimal(p) for p in pieces])
    if not marks and (year := _HIJRI_YEAR.match(text, match.start())):
        values += _list_gregorian_years(int(year[1]))
    return Element(NumberWord("code" if glued else "digits", tuple(values)), token, *match.span(), tuple(parts))


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
