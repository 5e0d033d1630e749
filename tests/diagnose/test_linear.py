"""Time and memory for a segment grow with its length alone: models that loop write lines of any length."""

from __future__ import annotations

import tracemalloc
from itertools import count

import pytest

from mt_eval.align.signals import read_signals
from mt_eval.diagnose import diagnose
from mt_eval.languages.arabic import list_words
from mt_eval.languages.names import list_names, match_names
from tests.growth import grows_within

UNITS = [
    *("một ", "hai mươi ", "ngày 8/2/2024 ", "tháng 2 ", "1.", "1 234 ", "TS. ", "Mr. Smith ", "từng bước ", "a", "Aa"),
    *("ông Xaoiaoiaoiz ", "Brussels ", "xin chào ", "...", '"."', "! ", "IV ", "U.S. ", "(", "[1]", "&#50;", "e\u0301"),
    *("ألف ومئة ", "مليونين ونصف ", "5 فبراير ", "بروكسل ", "ب", "السلام عليكم ", "، ", "٧.٥٥ ", "500 104 "),
]


@pytest.mark.parametrize("unit", UNITS)
def test_diagnosing_is_linear(unit: str) -> None:
    """A loop four times as long takes about four times as long, not sixteen times, on either side or on both."""
    lang, other = ("ar", "vi") if any("\u0600" <= letter <= "\u06ff" for letter in unit) else ("vi", "ar")

    numbers = count()

    def run(times: int) -> None:
        text = f"{unit * times} {next(numbers)}"  # another one each time: what was seen before takes no time
        diagnose(text, "xin chào 5", lang, other)
        diagnose("Hello, Mr. Smith of Boston, 2024.", text, "en", lang)
        diagnose(text, text, lang, lang)

    size = 1000 // len(unit)

    assert grows_within(run, size, 4 * size, most=10)


def test_many_different_names_and_words_are_bounded() -> None:
    """Ten times as many names and words, none like another, take less than thirty times as long."""

    def run(times: int) -> None:
        names = " ".join(f"và ông B{letters(n)}rovskij đi" for n in range(times))
        words = " ".join(f"b{letters(n)}ronskoj" for n in range(times))
        diagnose(names, words, "vi", "en")

    assert grows_within(run, 100, 1000, most=30)


def letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


@pytest.mark.parametrize("translation", ["1 234 567 " * 500, "ب" * 5000, "xin chào và " + "a" * 5000])
def test_reasons_are_short(translation: str) -> None:
    """What is said of a line of any length fits in a few lines."""
    flags = diagnose("Hôm nay, ông Smith nói: xin chào 5 lần.", translation, "vi", "ar")

    assert flags
    assert all(len(flag.why) < 600 for flag in flags)


def test_repeated_words_take_little_memory() -> None:
    """A word that comes 400 times takes less than a kilobyte each time."""
    text = "xin chào " * 400
    diagnose("xin chào", "xin chào", "vi", "ar")
    tracemalloc.start()

    diagnose(text, text, "vi", "ar")

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1000 * 800


@pytest.mark.parametrize("unit", ["ب", "بتثجحخدذرز", "Abcdefgh", "từng bước ", "8/2 ", "١ "])
def test_reading_signals_and_names_is_linear(unit: str) -> None:
    """What the alignment reads of a segment: long words, names, dates and numbers."""

    def run(times: int) -> None:
        text = unit * times
        read_signals(text, "vi")
        match_names([*list_names(text, "vi"), "smith"], list_words(text), {4: 0.5}, 0.2)

    assert grows_within(run, 2000, 16_000, most=24)
