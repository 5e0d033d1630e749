"""The numbers in a sentence: those written in digits, and all that its words may mean."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from mt_eval.languages.arabic import fold, strip_prefix
from mt_eval.languages.calendar import WEEKDAYS, number_months
from mt_eval.languages.letters import fold_digits
from mt_eval.languages.number_words import COUNTED, FRACTIONS, SCALES, SMALL

_NUMBER = r"(?<![\d.,])\d{1,3}(?:[ ']\d{3})+(?!\d)|\d+(?:[.,٫٬،]\d+)*"
# Documents of the United Nations, and models that learned from them, write 104 500 as `500 104` in Arabic.
_TURNED = r"(?<![\d.,])\d{3}(?: \d{3})* \d{1,3}(?! ?\d|[.,]\d)"
_REST = r"|(?P<word>[^\W\d_]+)|(?P<mark>\S)"
_TOKEN = re.compile(f"(?P<number>{_NUMBER}){_REST}")
_ARABIC_TOKEN = re.compile(f"(?P<number>{_TURNED}|{_NUMBER}){_REST}")
_SEPARATOR = re.compile(r"[.,٫٬،' ]")
_ROMAN = re.compile(r"(?<![\w.'’-])(?=[IVX]{2}|V|X)X{0,2}(?:IX|IV|V?I{0,3})(?![\w'’])")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}
_CLOCK = re.compile(r"\d[:h]\d\d|\d ?h\b|\b[ap]\.?m\b|giờ|ساع[هت]|صباح|مساء|ظهر|o'clock")
_DECADE = re.compile(r"\d0'?s\b|thập niên|thập kỷ|những năm|عقد|ينات|ينيات|ثمانينا|decade")
_YEARS = re.compile(r"(?<!\d)([12]\d)\d\d ?[-–—/] ?(?:[12]\d)?(\d\d)(?!\d)")
_CENTURY = re.compile(r"centur|قرن|قرون|thế kỷ|thế kỉ")
_PERCENT = re.compile(r"(?:بال|في ال|لكل )(?:مايه|ميه)")
_DUAL = re.compile(r"\w{3}[اي]ن(?!\w)|\w{3}ت[اي](?!\w)")
_DAY_BEFORE = re.compile(r"(?<![\w.,])\d{1,2}(?:st|nd|rd|th)?(?: of| من شهر| من| شهر|,)? ?$")
_YEAR_AFTER = re.compile(r"^ ?,? ?(?:(?:of|the|năm|عام|سنه|من عام|لعام|من العام) )?\d")
_CONNECTORS = frozenset(["and", "و", "linh", "lẻ", "-"])


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number written in digits, with the scale words behind it, or the month of a date."""

    label: str
    """As it is written, digits in ASCII: `1.200`, `5 million`, `month 2`."""
    values: frozenset[Decimal]
    """Every reading: `1.200` is 1200 and 1.2."""
    parts: frozenset[Decimal] = frozenset()
    """Its pieces, which together mean the same: `8.30` is 8 and 30."""

    def is_among(self, known: frozenset[Decimal]) -> bool:
        return not self.values.isdisjoint(known) or (bool(self.parts) and self.parts <= known)


@dataclass(frozen=True, slots=True)
class Quantities:
    written: tuple[Quantity, ...]
    """In reading order; numbers in words are not among them."""
    known: frozenset[Decimal]
    """All numbers the sentence may state: in digits, in words, as months, weekdays, fractions, parts of a phrase."""


@dataclass(frozen=True, slots=True)
class _Element:
    """One word of a number phrase: digits, a small number, a scale, or a half."""

    label: str
    numbers: tuple[Decimal, ...]
    kind: str
    parts: frozenset[Decimal] = frozenset()


def read_quantities(text: str, lang: str) -> Quantities:
    """The quantities in `text`, which is in `lang`; without a vocabulary for it, those in digits."""
    lang = lang if lang in COUNTED else ""
    folded, months, known = _take_months(_PERCENT.sub("%", _fold_all(text)), lang)
    known |= {Decimal(number) for number in _read_romans(text)}
    written = list(months)
    for phrase in _split_phrases(folded, lang, known):
        known.update(_evaluate_parts(phrase))
        written += _list_written(phrase)
    known |= _imply_years_and_hours(folded, known)
    if lang == "ar" and _DUAL.search(folded):
        known.add(Decimal(2))
    return Quantities(tuple(written), frozenset(known))


def _fold_all(text: str) -> str:
    """`text` in one spelling and in lower case, with ASCII digits and without HTML entities."""
    text = html.unescape(text) if "&" in text else text
    return fold_digits(fold(text).replace("’", "'").replace("‘", "'").lower())


@cache
def _number_weekdays(lang: str) -> dict[str, int]:
    """Monday to Saturday under the numbers that Vietnamese writes them with (`thứ 2` to `thứ 7`)."""
    return {fold(name): number for number, name in enumerate(WEEKDAYS.get(lang, ()), start=2)}


@cache
def _compile_months(lang: str) -> tuple[re.Pattern[str], dict[str, int]]:
    numbers = {fold(name): number for name, number in number_months([lang]).items()}
    names = "|".join(numbers) or "(?!)"
    prefix = "[وفبلك]?(?:ال)?" if lang == "ar" else ""
    return re.compile(rf"(?<!\w){prefix}({names})(?!\w)"), numbers


def _take_months(text: str, lang: str) -> tuple[str, list[Quantity], set[Decimal]]:
    """`text` without month names, the months that belong to a date in digits, and all months."""
    pattern, numbers = _compile_months(lang)
    dated: dict[int, Quantity] = {}
    known: set[Decimal] = set()
    for match in pattern.finditer(text):
        month = Decimal(numbers[match.group(1)])
        known.add(month)
        if _DAY_BEFORE.search(text[: match.start()]) or _YEAR_AFTER.search(text[match.end() :]):
            dated[int(month)] = Quantity(f"month {month}", frozenset([month]))
    return pattern.sub(" ; ", text), list(dated.values()), known


def _read_romans(text: str) -> Iterator[int]:
    for match in _ROMAN.finditer(text):
        digits = [_ROMAN_DIGITS[letter] for letter in match.group()]
        yield sum(-one if one < other else one for one, other in zip(digits, [*digits[1:], 0], strict=True))


def _split_phrases(text: str, lang: str, known: set[Decimal]) -> Iterator[list[_Element]]:
    """Runs of neighbouring number words; what stands alone beside them (weekdays, fractions) goes into `known`."""
    phrase: list[_Element] = []
    connected = False
    for match in (_ARABIC_TOKEN if lang == "ar" else _TOKEN).finditer(text):
        token = match.group()
        if token in _CONNECTORS:
            connected = True
            continue
        element = _read_digits(match, text) if match.lastgroup == "number" else None
        if match.lastgroup == "word":
            known.update(_read_loose_word(token, lang))
            glued, element = _read_word(token, lang)
            connected = connected or glued
        if phrase and not (element and _continues(phrase[-1], element, connected)):
            yield phrase
            phrase = []
        if element:
            phrase.append(element)
        connected = False
    if phrase:
        yield phrase


def _continues(before: _Element, element: _Element, connected: bool) -> bool:
    if element.kind == "scale":
        return True
    if element.kind == "digits":
        return before.kind == "scale" and connected
    if element.kind == "half":
        return connected or before.kind == "scale"
    return before.kind != "digits"


def _read_digits(match: re.Match[str], text: str) -> _Element:
    token = match.group()
    pieces = _SEPARATOR.split(token)
    marks = _SEPARATOR.findall(token)
    glued = match.start() > 0 and "a" <= text[match.start() - 1] <= "z"
    values, parts = _interpret(pieces, marks)
    return _Element(token, tuple(values), "digits" if not glued else "code", frozenset(parts))


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


def _read_loose_word(word: str, lang: str) -> Iterator[Decimal]:
    for form in _strip(word, lang):
        if form in _number_weekdays(lang):
            yield Decimal(_number_weekdays(lang)[form])
        yield from map(Decimal, FRACTIONS.get(lang, {}).get(form, ()))


def _read_word(word: str, lang: str) -> tuple[bool, _Element | None]:
    """Whether `word` begins with a glued-on `and`, and the number it is."""
    for form in _strip(word, lang):
        glued = lang == "ar" and word.startswith("و") and form != word
        if form in ("rưỡi", "rưởi", "نصف"):
            return glued, _Element(word, (Decimal("0.5"),), "half")
        if form in SCALES.get(lang, {}):
            return glued, _Element(word, (Decimal(SCALES[lang][form]),), "scale")
        if form in SMALL.get(lang, {}):
            return glued, _Element(word, (Decimal(SMALL[lang][form]),), "small")
    return False, None


def _strip(word: str, lang: str) -> tuple[str, ...]:
    """The word and, in Arabic, the word without its article, preposition and conjunction."""
    bare = strip_prefix(word, kept=0) if lang == "ar" else word
    return (word,) if bare == word else (word, bare)


def _evaluate_parts(phrase: Sequence[_Element]) -> Iterator[Decimal]:
    """What the phrase and every run of words in it may mean."""
    for start in range(len(phrase)):
        yield from phrase[start].parts
        for end in range(start + 1, len(phrase) + 1):
            yield from _evaluate(phrase[start:end])


def _evaluate(phrase: Sequence[_Element]) -> Iterable[Decimal]:
    """The phrase as one number, once per reading of its digits."""
    readings = max(len(element.numbers) for element in phrase)
    if any(not element.numbers for element in phrase):
        return []
    return {_add_up([(e.kind, e.numbers[min(n, len(e.numbers) - 1)]) for e in phrase]) for n in range(readings)}


def _add_up(words: Sequence[tuple[str, Decimal]]) -> Decimal:
    groups: list[Decimal] = []
    base = last = Decimal(0)
    before, scale = "", Decimal(1)
    for kind, number in words:
        if kind == "half":
            base += number * (scale if before == "scale" else 1)
        elif kind != "scale":
            base, last = base + last, number
        elif before == "scale" and groups and not base and not last:
            groups[-1] *= number
        elif number < 1000:
            last = (last or Decimal(1)) * number
        else:
            groups.append((base + last or Decimal(1)) * number)
            base = last = Decimal(0)
        before, scale = kind, number
    return sum(groups, base + last)


def _list_written(phrase: Sequence[_Element]) -> Iterator[Quantity]:
    whole = frozenset(_evaluate(phrase)) if len(phrase) > 1 else frozenset()
    for start, element in enumerate(phrase):
        if element.kind == "digits":
            end = start + 1
            while end < len(phrase) and phrase[end].kind == "scale":
                end += 1
            scaled = phrase[start:end]
            label = " ".join(part.label for part in scaled)
            yield Quantity(
                label, whole | frozenset(_evaluate(scaled)), element.parts if end == start + 1 else frozenset()
            )


def _imply_years_and_hours(text: str, known: set[Decimal]) -> set[Decimal]:
    """`90` for the decade 1990, `2019` for `2018/19`, `20` for `8 pm`, `19` (the century) for `1800s`."""
    implied = {Decimal(number) for century, year in _YEARS.findall(text) for number in (century + year, year)}
    for year in known:
        if 1000 <= year <= 2100 and year % 10 == 0:
            implied |= {year % 100} if year % 100 else {year / 100 + 1}
    if _DECADE.search(text):
        implied |= {century + decade for decade in known if decade in range(10, 100, 10) for century in (1900, 2000)}
    if _CENTURY.search(text):
        implied |= {100 * (century - 1) for century in known if century in range(10, 22)}
    if _CLOCK.search(text):
        implied |= {hour + 12 for hour in known if 0 <= hour <= 12} | {hour - 12 for hour in known if 12 <= hour <= 24}
    return implied
