"""Wrong versions of a translation in its numbers and dates, for `make_contrastive.py`.

A number is changed only where the source states it, and never into one that the source states too.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mt_eval.languages.arabic import fold
from mt_eval.languages.calendar import MONTH_SERIES, find_weekdays
from mt_eval.languages.dates import Date, covers, read_dates
from mt_eval.languages.letters import UNSEEN, fold_digits
from mt_eval.languages.number_words import EXCHANGEABLE, read_number_word
from mt_eval.languages.numbers import Quantities, Quantity, read_quantities

_DIGITS = re.compile(r"(?<![\w.,:/٫٬،'’$£€+-])[$£€]?(?P<number>\d+(?:[.,٫٬]\d+)*)(?![\w:/'’-]|[.,٫٬]\d)")
_JOINED = re.compile(r"\s?(?:-|–|—|to|and|đến|tới|và|hoặc|hay|إلى|الى|و|أو|:)\s?")
_FORMS = re.compile(r"\d+|[^\W\d_]+")
_YEARS = {
    "ar": re.compile(r"(?:ال|لل|ل)?(?:عام|سنة)\s$"),
    "en": re.compile(r"(?:in|since|by|until|of|year|from)\s$", re.IGNORECASE),
    "vi": re.compile(r"năm\s$", re.IGNORECASE),
}
_CLOCK = re.compile(r"\s?(?:giờ|h\b|g\b|[ap]\.?m\b|o['’]clock|صباح|مساء|ظهر)", re.IGNORECASE)
_BEFORE_CLOCK = re.compile(r"(?:الساعة|lúc|at)\s$", re.IGNORECASE)
_NAMED = re.compile(
    r"(?<!\w)(?:tháng|ngày|thứ|mùng|mồng|những năm|thập niên|thập kỷ|thế kỷ|century|القرن|قرن)\s$", re.IGNORECASE
)
"""What stands before the number of a day, a month, a decade or a century, few of which there are."""
_BEFORE_WORD = {
    "en": re.compile(r"(?:-|\b(?:a|an|one|hundred|and)\s)$", re.IGNORECASE),
    "vi": re.compile(
        r"(?:thứ|tháng|mùng|mồng|ngày|mươi|trăm|linh|lẻ|phần|số|năm|chị|anh|cô|bác|chú|một|hai|ba|bốn|sáu|bảy|tám|chín)\s$",
        re.IGNORECASE,
    ),
    "ar": re.compile(r"القرن\s$|عشر\s$"),
}
_AFTER_WORD = {
    "en": re.compile(r"-|\s(?:hundred|thousand|million|billion|of them|and a half)\b", re.IGNORECASE),
    "vi": re.compile(
        r"\s(?:mươi|trăm|nghìn|ngàn|mẹ|cha|bố|vợ|chồng|chị|anh|em|ông|bà|bên|tay|chân|mắt|vai|chiều|mặt|đầu|con|của|tôi"
        r"|đứa trẻ sinh|thế giới)(?!\w)"
    ),
    "ar": re.compile(r"\s(?:أرباع|أخماس|أسداس|أثلاث|أعشار)"),
}


_NO_DATE = re.compile(r"[/(]\s?[^\W\d]|^\d+\s?/\s?\d+$")
"""Two months for one (`آذار/مارس`), of which both would have to change, and what may be a fraction."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in lower case with ASCII digits and without marks that are not seen, and where each letter stands."""

    original: str
    text: str
    places: tuple[int, ...]
    """Index in `original` of every character of `text`, and its length."""

    def replace(self, start: int, end: int, new: str) -> str:
        """The original with `new` for `text[start:end]`, in the digits that the original writes."""
        begin, stop = self.places[start], self.places[end - 1] + 1
        return self.original[:begin] + _write_like(new, self.original[begin:stop]) + self.original[stop:]


def make_plain(text: str) -> Plain:
    places = [place for place, letter in enumerate(text) if not UNSEEN.match(letter)]
    letters = (text[place] for place in places)
    lowered = "".join(low if len(low := fold_digits(letter).lower()) == 1 else letter for letter in letters)
    return Plain(text, lowered, (*places, len(text)))


def change_numbers(source: str, target: str, langs: tuple[str, str], rng: random.Random) -> Iterator[tuple[str, str]]:
    """Rule and text of wrong versions in which one number is another."""
    stated, plain, lang = read_quantities(source, langs[0]), make_plain(target), langs[1]
    dates = read_dates(plain.text, lang)
    for match in _DIGITS.finditer(plain.text):
        start, end = match.span("number")
        old = match["number"]
        if covers(dates, start) or not _stands_alone(plain.text, start, end) or plain.text.count(old) > 1:
            continue
        scale = _find_scale(plain.text, end, lang)
        options = list_numbers(old, lang, is_year=_is_year(plain.text, start, old, lang))
        options = [new for new in options if _is_other(old + scale, new + scale, lang, stated)]
        if options:
            yield "digits", plain.replace(start, end, rng.choice(options))
    yield from _change_words(stated, plain, lang, rng)


def list_numbers(number: str, lang: str, *, is_year: bool = False) -> list[str]:
    """The numbers that may stand where `number` does, each with one digit changed.

    What a noun behind the number needs stays: in Arabic 3 to 10 and 11 to 99 are classes of their own, and behind more
    than a hundred the last two digits decide. A year stays in its century.
    """
    if re.search(r"[.,٫٬]", number) and not re.fullmatch(r"\d{1,3}(?:[.,٬]\d{3})+", number):
        whole, mark, rest = re.split(r"([.,٫٬])(?!.*[.,٫٬])", number)
        return [f"{whole}{mark}{new}" for new in _vary(rest, [0])] if rest.strip("0") else []
    digits = re.sub(r"\D", "", number)
    size = len(digits)
    if digits.startswith("0") or size > 12 or (size == 1 and int(digits) < (3 if lang == "ar" else 2)):
        return []
    if is_year:
        return [new for new in _vary(number, [size - 2, size - 1]) if new[:2] == number[:2] and int(new) < 2030]
    if number.isdigit() and size == 4 and 1500 <= int(number) < 2100:
        return []
    if size == 1:
        return [new for new in _vary(number, [0]) if int(new) >= (3 if lang == "ar" else 2)]
    if digits == "10":
        return ["7", "8", "9"] if lang == "ar" else ["20", "30"]
    if size == 2:
        return [new for new in _vary(number, [0, 1]) if 11 <= int(new) <= 99 and new[0] != "0"]
    leading = [place for place, each in enumerate(number) if each.isdigit()]
    return [new for new in _vary(number, leading[: size - 2][:2]) if new[0] != "0"]


def change_dates(source: str, target: str, langs: tuple[str, str], rng: random.Random) -> Iterator[tuple[str, str]]:
    """Rule and text of wrong versions in which one day, month or weekday is another."""
    plain, lang = make_plain(target), langs[1]
    stated = read_dates(make_plain(source).text, langs[0])
    for date in read_dates(plain.text, lang):
        same = [other for other in stated if other.agrees(date)]
        if not same or date.is_hijri or len(date.readings) != 1 or _NO_DATE.search(date.text):
            continue
        others = {reading[:2] for other in stated for reading in other.readings}
        day, month, _ = date.readings[0]
        if day is not None and any(other.has_day for other in same):
            days = [new for new in range(10 if day > 9 else 1, 29 if day > 9 else 10) if (new, month) not in others]
            yield from _change_day(plain, date, [new for new in days if new != day], rng)
        months = [new for new in range(1, 13) if new not in {known for _, known in others} and _fits(day, new)]
        yield from _change_month(plain, date, months, lang, rng)
    yield from _change_weekday(make_plain(source).text, langs[0], plain, lang, rng)


def _change_day(plain: Plain, date: Date, days: list[int], rng: random.Random) -> Iterator[tuple[str, str]]:
    day = date.readings[0][0]
    match = re.search(rf"(?<!\d)0?{day}(?!\d|\w)", date.text)
    if match and days and plain.text[date.start : date.start + match.end()].strip().isdigit():
        at = plain.text.index(date.text, date.start)
        yield "day", plain.replace(at + match.start(), at + match.end(), str(rng.choice(days)).zfill(len(match[0])))


def _change_month(
    plain: Plain, date: Date, months: list[int], lang: str, rng: random.Random
) -> Iterator[tuple[str, str]]:
    month, at = date.readings[0][1], plain.text.index(date.text, date.start)
    if not months:
        return
    if date.name is None:
        if lang == "vi" and (match := re.search(r"tháng\s(\d{1,2})", date.text)):
            yield "month", plain.replace(at + match.start(1), at + match.end(1), str(rng.choice(months)))
        elif match := re.match(r"(\d{1,2})([/.])(\d{1,2})\2\d{4}$", date.text):
            new = str(rng.choice(months)).zfill(len(match[3]))
            yield "month", plain.replace(at + match.start(3), at + match.end(3), new)
        return
    for series in MONTH_SERIES.get(lang, ()):
        start = at + date.text.index(date.name)
        if plain.replace(start, start + len(date.name), "") and fold(series[month - 1]).lower() == fold(date.name):
            new = series[rng.choice(months) - 1]
            yield "month", plain.replace(start, start + len(date.name), new)


def _change_weekday(
    source: str, source_lang: str, plain: Plain, lang: str, rng: random.Random
) -> Iterator[tuple[str, str]]:
    stated = {number for _, _, number in find_weekdays(source, source_lang)}
    found = find_weekdays(plain.text, lang)
    if len(found) != 1 or stated != {found[0][2]}:
        return
    start, end, number = found[0]
    old = plain.original[plain.places[start] : plain.places[end - 1] + 1]
    new = rng.choice([other for other in range(1, 7 if lang == "vi" else 8) if other != number])
    if lang == "vi":
        if number == 7:
            return
        last = old.split()[-1]
        words = list("234567") if last.isdigit() else ["hai", "ba", "tư", "năm", "sáu", "bảy"]
        word = words[new - 1].capitalize() if last[0].isupper() else words[new - 1]
        yield "weekday", plain.replace(end - len(last), end, word)
        return
    if lang == "en":
        names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    else:
        names = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
    yield "weekday", plain.replace(start, end, names[new - 1])


def _change_words(stated: Quantities, plain: Plain, lang: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    glued = "[وفبلك]?(?:ال)?" if lang == "ar" else ""
    for row in EXCHANGEABLE.get(lang, ()):
        pattern = re.compile(rf"(?<![\w-]){glued}(?P<word>{'|'.join(row)})(?![\w-])")
        for match in pattern.finditer(plain.text):
            start, end = match.span("word")
            before, after = plain.text[: match.start()], plain.text[end:]
            if plain.original[plain.places[match.start()]].isupper():
                continue
            scale = _value(match["word"], lang) >= 1000
            if scale:
                number = re.search(r"(?:^|[\s£$€])(\d[\d.,٫]*)\s?$", before)
                if number is None:
                    continue
                old, options = f"{number[1]} {match['word']}", [f"{number[1]} {w}" for w in row if w != match["word"]]
                options = [new.split()[-1] for new in options if _is_other(old, new, lang, stated)]
            else:
                if _BEFORE_WORD[lang].search(before) or _AFTER_WORD[lang].match(after):
                    continue
                if _value(match["word"], lang) not in stated.known | stated.pieces:
                    continue
                options = [w for w in row if _value(w, lang) not in stated.known and w != match["word"]]
            if options:
                yield "scale" if scale else "word", plain.replace(start, end, rng.choice(options))


def _value(word: str, lang: str) -> int:
    read = read_number_word(fold(word), lang)
    assert read is not None
    return int(read.values[0])


def _is_other(old: str, new: str, lang: str, stated: Quantities) -> bool:
    """Whether the source states `old` and not `new`."""
    first, second = (_read_one(text, lang) for text in (old, new))
    return bool(first and second and first.is_among(stated) and not second.is_among(stated))


def _read_one(text: str, lang: str) -> Quantity | None:
    written = read_quantities(text, lang).written
    return written[0] if len(written) == 1 else None


def _find_scale(text: str, end: int, lang: str) -> str:
    """The word behind a number that multiplies it, with the space before."""
    match = re.match(r"\s?[^\W\d_]+", text[end:])
    word = read_number_word(fold(match[0].strip()), lang) if match else None
    return match[0] if match and word and word.kind == "scale" else ""


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the number is no end of a range and no time of day."""
    if re.search(rf"\d{_JOINED.pattern}$", text[:start]) or re.match(rf"{_JOINED.pattern}\d", text[end:]):
        return False
    return not (_CLOCK.match(text[end:]) or _BEFORE_CLOCK.search(text[:start]) or _NAMED.search(text[:start]))


def _is_year(text: str, start: int, number: str, lang: str) -> bool:
    if not (number.isdigit() and len(number) == 4 and 1500 <= int(number) < 2030):
        return False
    return _YEARS[lang].search(text[:start]) is not None


def _vary(number: str, places: list[int]) -> list[str]:
    """`number` with one of these digits changed into another that is not 0."""
    choices = ((place, digit) for place in places for digit in "123456789" if digit != number[place])
    return [number[:place] + digit + number[place + 1 :] for place, digit in choices]


def _fits(day: int | None, month: int) -> bool:
    return (day or 1) <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31)


def _write_like(new: str, old: str) -> str:
    """`new` in the digits of `old`."""
    zeros = {ord(letter) - int(letter) for letter in old if letter.isdigit()}
    if len(zeros) != 1 or zeros == {ord("0")}:
        return new
    zero = zeros.pop()
    return "".join(chr(zero + int(letter)) if letter in "0123456789" else letter for letter in new)
