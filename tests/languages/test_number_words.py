"""Numbers in words are read as they are spelt, by spellers of Vietnamese and Arabic written for these tests."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.languages.numbers import read_quantities

VIETNAMESE = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
ARABIC = ("", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة")
ARABIC_TENS = ("", "عشرة", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون")
ARABIC_HUNDREDS = ("", "{}", "{}ان", "ثلاث{}", "أربع{}", "خمس{}", "ست{}", "سبع{}", "ثماني{}", "تسع{}")
ARABIC_SCALES = (("مليار", "ملياران", "مليارات"), ("مليون", "مليونان", "ملايين"), ("ألف", "ألفان", "آلاف"))


def spell_vietnamese(number: int) -> str:
    words: list[str] = []
    for scale, name in ((10**9, "tỷ"), (10**6, "triệu"), (1000, "nghìn"), (1, "")):
        group, number = divmod(number, scale)
        if group:
            words += [*spell_vietnamese_group(group, whole=bool(words)), name]
    return " ".join(word for word in words if word)


def spell_vietnamese_group(group: int, *, whole: bool) -> list[str]:
    hundreds, tens, unit = group // 100, group // 10 % 10, group % 10
    words = [VIETNAMESE[hundreds], "trăm"] if hundreds or whole else []
    if tens:
        words += ["mười"] if tens == 1 else [VIETNAMESE[tens], "mươi"]
    elif unit and words:
        words.append("linh")
    last = {1: "mốt" if tens > 1 else "một", 5: "lăm" if tens else "năm", 4: "tư" if tens > 1 else "bốn"}
    return [*words, last.get(unit, VIETNAMESE[unit])] if unit else words


def spell_arabic(number: int, hundred: str) -> str:
    pieces: list[str] = []
    for size, (one, two, many) in zip((10**9, 10**6, 1000), ARABIC_SCALES, strict=True):
        group, number = divmod(number, size)
        if group == 1:
            pieces.append(one)
        elif group == 2:
            pieces.append(two)
        elif group:
            counted = spell_arabic_group(group, hundred)
            pieces.append(f"{' و'.join(counted)} {many if group <= 10 else one + ('ا' if group % 100 > 10 else '')}")
    return " و".join([*pieces, *spell_arabic_group(number, hundred)])


def spell_arabic_group(group: int, hundred: str) -> list[str]:
    hundreds, rest = divmod(group, 100)
    stem = hundred if hundreds != 2 else hundred.removesuffix("ة") + "ت"
    pieces = [ARABIC_HUNDREDS[hundreds].format(stem)] if hundreds else []
    if rest in (11, 12):
        pieces.append("أحد عشر" if rest == 11 else "اثنا عشر")
    elif 12 < rest < 20:
        pieces.append(f"{ARABIC[rest - 10]} عشر")
    else:
        pieces += [word for word in (ARABIC[rest % 10], ARABIC_TENS[rest // 10]) if word]
    return pieces


@given(st.integers(1, 10**12 - 1))
def test_vietnamese_numbers_are_read_as_they_are_spelt(number: int) -> None:
    """Up to hundreds of billions, with `linh`, `mốt`, `lăm`, `tư` and `không trăm`."""
    assert Decimal(number) in read_quantities(f"Có {spell_vietnamese(number)} người.", "vi").known


@given(st.integers(1, 10**12 - 1), st.sampled_from(["مئة", "مائة"]))
def test_arabic_numbers_are_read_as_they_are_spelt(number: int, hundred: str) -> None:
    """Up to hundreds of billions, with duals, joined hundreds in both spellings, and accusatives."""
    assert Decimal(number) in read_quantities(f"هناك {spell_arabic(number, hundred)} شخص.", "ar").known


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        *((form, "ar", 200) for form in ("مئتا", "مئتي", "مائتا", "مائتي", "المئتين", "وبمئتي")),
        *((form, "ar", 2000) for form in ("ألفا دولار", "ألفي دولار", "وألفا رجل", "بألفين")),
        *((form, "ar", 800) for form in ("ثمانيمئة", "ثمانمائة", "ثمان مئة", "الثمانيمئة")),
        ("مئتي ألف", "ar", 200_000),
        ("مليونا دولار", "ar", 2_000_000),
        ("مليونين ونصف", "ar", 2_500_000),
        ("مليون وربع المليون", "ar", 1_250_000),
        ("نصف مليون", "ar", 500_000),
        ("ألف ومئة", "ar", 1100),
        ("مئة ألف", "ar", 100_000),
        ("مليون وألف", "ar", 1_001_000),
        ("سبع وأربعين وثمانمئة وألف", "ar", 1847),
        ("عشرون ألفا", "ar", 20_000),
        ("hai triệu rưỡi", "vi", 2_500_000),
        ("nửa triệu", "vi", 500_000),
        ("triệu hai", "vi", 1_200_000),
        ("một trăm hai", "vi", 120),
        ("hai nghìn không trăm hai mươi tư", "vi", 2024),
        ("hai tá", "vi", 24),
        ("năm hai không hai tư", "vi", 2024),
        ("hăm lăm", "vi", 25),
        ("twelve hundred", "en", 1200),
    ],
)
def test_forms_of_number_words(text: str, lang: str, value: int) -> None:
    """Duals with and without their last letter, parts of a scale, `and` that adds, words of everyday speech."""
    assert Decimal(value) in read_quantities(text, lang).known


@pytest.mark.parametrize(("text", "value"), [("ألف ومئة", 100_000), ("مئتا شخص", 2000), ("ألفا دولار", 200)])
def test_what_adds_does_not_multiply(text: str, value: int) -> None:
    """`ألف ومئة` is no hundred thousand, and a dual of one scale is none of another."""
    assert Decimal(value) not in read_quantities(text, "ar").known
