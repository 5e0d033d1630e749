"""Words for numbers in English, Vietnamese and Arabic, and how they add up.

Arabic words stand in the folded spelling of `arabic.fold`: one alef, one yeh, no hamza seats, heh for teh marbuta.
Duals, joined hundreds and endings are formed here from their stems.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from itertools import product
from types import MappingProxyType

from mt_eval.languages.arabic import fold, strip_prefix

COUNTED = ("ar", "en", "vi")
"""Languages whose words for numbers are known; elsewhere only digits can be read."""

_FEWEST_DIGITS = 4
"""Of a number that is read digit by digit: those of a year."""
_LONGEST = 24
"""Words of one number: `một trăm hai mươi ba triệu …` to the last unit has 19."""


@dataclass(frozen=True, slots=True)
class NumberWord:
    """What one word, or a number in digits, is in a number of several words."""

    kind: str
    """`digits`, or `code` where letters are glued to them; `small`, which adds; `ten` (`mươi`) and `scale`, which
    multiply; `dual`, two of a scale; `part` of what is before or behind it; `zero` (`linh`), an empty place between."""
    values: tuple[Decimal, ...]
    """Every reading; of a `dual` the scale."""
    joined: bool = False
    """Whether an Arabic `and` is glued to it, so that it adds to what is before and does not multiply it."""


@lru_cache(maxsize=2**15)
def read_number_word(word: str, lang: str) -> NumberWord | None:
    """What the folded `word` is in a number, or None where it is none."""
    words = _list_words(lang)
    for form, joined in _list_forms(word, lang):
        if (found := words.get(form)) is not None:
            return NumberWord(*found, joined)
    return None


def evaluate_runs(words: Sequence[NumberWord]) -> Iterable[Decimal]:
    """What every run of neighbouring words may mean, up to the longest that a number has."""
    return _evaluate_runs_once(tuple(words)) if len(words) <= _LONGEST else _evaluate_runs(words)


def _evaluate_runs(words: Sequence[NumberWord]) -> Iterator[Decimal]:
    readings = max((len(word.values) for word in words), default=0)
    digits: list[str] = []
    for start, word in enumerate(words):
        for reading in range(readings):
            yield from _add_up(words[start : start + _LONGEST], reading)
        # A year or a telephone number may be read digit by digit (`hai không hai tư`).
        one = word.kind == "small" and word.values[0] < 10
        digits = [*digits[1 - _LONGEST :], str(word.values[0])] if one else []
        if len(digits) >= _FEWEST_DIGITS:
            yield from (Decimal("".join(digits)), Decimal("".join(digits[-_FEWEST_DIGITS:])))


def evaluate(words: Sequence[NumberWord]) -> frozenset[Decimal]:
    """What all `words` together may mean; nothing for more than a number has."""
    return _evaluate(tuple(words)) if 0 < len(words) <= _LONGEST else frozenset()


@lru_cache(maxsize=2**14)
def _evaluate_runs_once(words: tuple[NumberWord, ...]) -> frozenset[Decimal]:
    return frozenset(_evaluate_runs(words))


@lru_cache(maxsize=2**14)
def _evaluate(words: tuple[NumberWord, ...]) -> frozenset[Decimal]:
    readings = max(len(word.values) for word in words)
    sums = (list(_add_up(words, reading)) for reading in range(readings))
    return frozenset(values[-1] for values in sums if values)


def _add_up(words: Sequence[NumberWord], reading: int) -> Iterator[Decimal]:
    """The value of the first word, of the first two, and so on; `reading` chooses among the values of each word.

    `done` is what thousands and more have closed, `open_` the hundreds and tens before the `last` word, `scale` what a
    part of something would be a part of.
    """
    done: list[Decimal] = []
    open_ = last = Decimal(0)
    scale = Decimal(1)
    before = ""
    for word in words:
        if not word.values:
            return
        value = word.values[min(reading, len(word.values) - 1)]
        if word.kind == "zero":
            scale, before = Decimal(1), word.kind
            continue
        if word.kind == "part":
            open_ += value * scale
        elif word.kind == "dual":
            done.append(2 * value)
        elif word.kind == "ten":
            last = last * value if before == "small" and 0 < last < value else last + value
        elif word.kind != "scale":
            open_, last = open_ + last, value
        elif value < 1000:
            counts = before in ("small", "ten", "digits") and not word.joined and last < 100
            # `không trăm` is no hundred.
            open_, last = (open_, last * value) if counts and (last or before == "small") else (open_ + last, value)
        elif word.joined:
            done.append(value)
        elif before in ("scale", "dual") and done and not open_ and not last:
            done[-1] *= value
        else:
            done.append((open_ + last or Decimal(1)) * value)
            open_ = last = Decimal(0)
        yield sum(done, open_ + last)
        # `một triệu hai`, `trăm hai`: the unit behind a scale counts the next smaller one.
        if word.kind == "small" and before == "scale" and 0 < value < 10 and not word.joined and scale >= 100:
            yield sum(done, open_ + last) - value + value * scale / 10
            yield sum(done, open_ + last)
        scale = value if word.kind in ("scale", "dual") else scale if word.kind == "part" else Decimal(1)
        before = word.kind


def _list_forms(word: str, lang: str) -> Iterator[tuple[str, bool]]:
    """The word, and in Arabic what stays without article, preposition and conjunction; whether `and` was taken off."""
    yield word, False
    if lang != "ar":
        return
    for rest, joined in ((word, False), (word[1:], True)) if word[:1] in ("و", "ف") else ((word, False),):
        bare = rest[1:] if rest[:1] in ("ب", "ك", "ل") else rest
        forms = {rest, bare, bare.removeprefix("ال"), rest.removeprefix("لل")}
        yield from ((form, joined and word[0] == "و") for form in sorted(forms, key=len, reverse=True))


_DUALS = ("ان", "ين", "ا", "ي")
"""Endings of a dual: nominative and the other cases, the last two where a noun follows."""
_Entry = tuple[str, tuple[Decimal, ...]]


@cache
def _list_words(lang: str) -> Mapping[str, _Entry]:
    entries: dict[str, _Entry] = {}
    for kind, table in (("scale", _SCALES), ("small", _SMALL), ("part", _PARTS)):
        entries |= {word: (kind, (Decimal(value),)) for word, value in table.get(lang, {}).items()}
    if lang == "vi":
        entries |= {word: ("ten", (Decimal(value),)) for word, value in (("mươi", 10), ("chục", 10), ("tá", 12))}
        entries |= {word: ("zero", (Decimal(0),)) for word in ("linh", "lẻ")}
    if lang == "ar":
        entries |= _form_arabic()
    return MappingProxyType(entries)


def _form_arabic() -> dict[str, _Entry]:
    """Tens, hundreds, duals and endings of scales: `ثمانيميه`, `الفين`, `مليوني`, `الفا`."""
    formed: dict[str, _Entry] = {}
    for value, stem in enumerate(("عشر", "ثلاث", "اربع", "خمس", "ست", "سبع", "ثمان", "تسع"), start=2):
        endings = ("ون", "ين", "ينيات", "ينات", "ينيه")
        formed |= {stem + ending: ("small", (Decimal(10 * value),)) for ending in endings}
    for value, stems in enumerate(("ثلاث ثلث", "اربع", "خمس", "ست", "سبع", "ثمان ثماني", "تسع"), start=3):
        for stem, hundred in product(stems.split(), ("مايه", "ميه")):
            formed[stem + hundred] = ("small", (Decimal(100 * value),))
    formed |= {stem + ending: ("small", (Decimal(200),)) for stem in ("مايت", "ميت") for ending in _DUALS}
    formed |= {f"عقد{ending}": ("small", (Decimal(20),)) for ending in _DUALS}
    for stem, size in (("الف", 3), ("مليون", 6), ("مليار", 9), ("بليون", 9), ("تريليون", 12), ("ترليون", 12)):
        scale = Decimal(10**size)
        formed |= {stem + ending: ("dual", (scale,)) for ending in ("ان", "ين", "ي")}
        # `الفا` is an accusative behind a number (`عشرون الفا`) and two thousand without one (`الفا دولار`).
        formed[f"{stem}ا"] = ("scale", (scale, 2 * scale))
        formed |= {stem: ("scale", (scale,)), f"{stem}ات": ("scale", (scale,))}
    return formed


def _count(words: str, start: int = 1, step: int = 1) -> dict[str, int]:
    """Each word's number, the first one's being `start`; words for the same number are joined by `|`."""
    return {
        fold(word): start + step * index
        for index, alternatives in enumerate(words.split())
        for word in alternatives.split("|")
    }


_SMALL: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "en": {
            **_count("zero|nil one|once|single two|twice|both|pair|couple|double three|thrice|triple four five six", 0),
            **_count("seven eight nine ten|decade|decades eleven twelve|dozen thirteen fourteen|fortnight fifteen", 7),
            **_count("sixteen seventeen eighteen nineteen", 16),
            **_count("twenty|twenties thirty|thirties forty|forties fifty|fifties sixty|sixties", 20, 10),
            **_count("seventy|seventies eighty|eighties ninety|nineties", 70, 10),
            **_count("first second|secondary third|thirds fourth|fourths fifth|fifths sixth seventh eighth ninth"),
            **_count("tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth", 10),
            **_count("nineteenth twentieth", 19),
        },
        "vi": {
            **_count("không một|mốt hai|đôi|cặp|nhì ba bốn|tư năm|lăm|nhăm sáu bảy|bẩy tám chín mười", 0),
            **_count("nhất", 1),
            **{"hăm": 20, "băm": 30},
        },
        "ar": {
            **_count("صفر واحد|واحده|واحدا|احد|احدي|حادي|حاديه", 0),
            **_count("اثنان|اثنين|اثنتان|اثنتين|اثنا|اثني|اثنتا|اثنتي", 2),
            **_count("ثلاث|ثلاثه|ثلاثي|ثلاثا اربع|اربعه|رباعي|اربعا خمس|خمسه|خماسي|خمسا ست|سته|سداسي|ستا", 3),
            **_count("سبع|سبعه|سباعي|سبعا ثمان|ثمانيه|ثماني|ثمانيا تسع|تسعه|تسعا عشر|عشره|عقد|عقدا|عشرا", 7),
            **_count("اول|اولي ثاني|ثانيه|ثان|ثانيا|مرتين|ضعف|ضعفي|ضعفين|كلا ثالث|ثالثه|ثالثا رابع|رابعه|رابعا"),
            **_count("خامس|خامسه سادس|سادسه سابع|سابعه ثامن|ثامنه تاسع|تاسعه عاشر|عاشره", 5),
        },
    }
)
"""Words that add to the number they stand in. `second` also counts time and `năm` is also a year: that is why words
only ever excuse a number, and never accuse one."""

_SCALES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "en": {
            **_count("hundred|hundreds|century|centuries", 100),
            **_count("thousand|thousands|k|millennium", 1000),
            **_count("million|millions|mn|mln", 10**6),
            **_count("billion|billions|bn|bln", 10**9),
            **_count("trillion|trillions|tn", 10**12),
        },
        "vi": {
            **_count("trăm", 100),
            **_count("nghìn|ngàn|k", 1000),
            **_count("vạn", 10**4),
            **_count("triệu", 10**6),
            **_count("tỷ|tỉ", 10**9),
        },
        "ar": {
            **_count("مائة|مئة|مئات|مية|قرن|قرون", 100),
            **_count("آلاف|ألوف", 1000),
            **_count("ملايين", 10**6),
            **_count("بلايين", 10**9),
        },
    }
)
"""Words that multiply what stands before them; further Arabic ones are formed."""

_PARTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {"half": "0.5"},
        "vi": {"rưỡi": "0.5", "rưởi": "0.5", "nửa": "0.5"},
        "ar": {"نصف": "0.5", "نصفا": "0.5", "ربع": "0.25", "ربعا": "0.25"},
    }
)
"""Parts of the scale before them (`مليون ونصف`) or behind them (`نصف مليون`)."""

_FRACTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "en": {"half": ("0.5", "50", "30", "2"), "quarter": ("0.25", "25", "15", "4"), "quarters": ("0.75", "75", "4")},
        "vi": {"rưỡi": ("0.5", "30"), "nửa": ("0.5", "50", "2"), "rưởi": ("0.5", "30"), "thập": ("10",)},
        "ar": {
            **{"نصف": ("0.5", "50", "30", "2"), "ربع": ("0.25", "25", "15", "4"), "ارباع": ("0.75", "75", "4")},
            **{"ثلث": ("3",), "ثلثي": ("2", "3"), "ثلثا": ("2", "3"), "ثلثين": ("2", "3"), "اثلاث": ("3",)},
            **{"خمس": ("20",), "خمسا": ("2", "5"), "خمسي": ("2", "5"), "اخماس": ("5",), "سدس": ("6",)},
            **{"اسداس": ("6",), "اسباع": ("7",), "ثمن": ("8",), "اثمان": ("8",), "اتساع": ("9",), "اعشار": ("10",)},
        },
    }
)


EXCHANGEABLE: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "en": (
            ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
            ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
            ("million", "billion"),
        ),
        "vi": (("hai", "ba", "bốn", "sáu", "bảy", "tám", "chín"), ("triệu", "tỷ")),
        "ar": (
            ("ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "تسعة"),
            ("ثلاث", "أربع", "خمس", "ست", "سبع", "تسع"),
            ("عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"),
            ("عشرين", "ثلاثين", "أربعين", "خمسين", "ستين", "سبعين", "ثمانين", "تسعين"),
            ("مليون", "مليار"),
            ("ملايين", "مليارات"),
        ),
    }
)
"""Words for numbers, as they are written, each of which may stand where another of its row does: an Arabic noun keeps
its number, case and gender behind all of a row. Left out are words that mean something else besides (`năm`, a year)."""


def list_fractions(word: str, lang: str) -> tuple[Decimal, ...]:
    """Numbers by which a translation may write the fraction `word`, `half past` and `half of` included."""
    found = _FRACTIONS.get(lang, {})
    values = found.get(word) or (found.get(strip_prefix(word, kept=0)) if lang == "ar" else None)
    return tuple(map(Decimal, values or ()))
