"""Denials, and who is a man or a woman."""

from __future__ import annotations

import pytest

from mt_eval.languages.gender import exchange_pronouns, read_gender
from mt_eval.languages.negation import count_negators
from mt_eval.languages.number_words import EXCHANGEABLE, read_number_word
from mt_eval.languages.places import find_places


@pytest.mark.parametrize(
    ("text", "lang", "count"),
    [
        ("Hàng không và không gian", "vi", 0),
        ("Tôi không biết và chưa đi", "vi", 2),
        ("لا يزال هناك", "ar", 0),
        ("لا يمكن وليس هناك", "ar", 2),
        ("ولن يفوزَ", "ar", 1),
        ("It isn't, and never was; it cannot be", "en", 3),
        ("Nothing notable", "en", 1),
    ],
)
def test_denials_are_counted(text: str, lang: str, count: int) -> None:
    """Words that deny count, those that are spelt alike do not."""
    assert count == count_negators(text, lang)


@pytest.mark.parametrize(
    ("text", "lang", "gender"),
    [
        ("Ông nói", "vi", "m"),
        ("Bà Merkel nói", "vi", "f"),
        ("ông và bà ấy", "vi", ""),
        ("đàn ông", "vi", ""),
        ("anh em, cô gái", "vi", ""),
        ("nước Anh", "vi", ""),
        ("وقال إنه", "ar", "m"),
        ("وقالت إنه", "ar", "f"),
        ("وقال الرئيس", "ar", ""),
        ("She said", "en", "f"),
    ],
)
def test_gender(text: str, lang: str, gender: str) -> None:
    """A text shows a gender where it shows only one."""
    assert gender == read_gender(text, lang)


def test_pronouns_are_exchanged_in_the_whole_text() -> None:
    """All pronouns of a gender change, their capitals stay, and words that hold them do not change."""
    assert exchange_pronouns("Ông nói đàn ông và ông Kim", "vi", "m") == "Bà nói đàn ông và bà Kim"
    assert exchange_pronouns("Cô ấy gặp cô gái", "vi", "f") == "Anh ấy gặp cô gái"
    assert exchange_pronouns("He lost his car", "en", "m") == "She lost her car"
    assert exchange_pronouns("She lost her car", "en", "f") == "She lost her car"


def test_exchangeable_number_words_are_numbers() -> None:
    """Each word is one that the reader of number words knows, and no two of a row are the same number."""
    from mt_eval.languages.arabic import fold

    for lang, rows in EXCHANGEABLE.items():
        for row in rows:
            values = [read_number_word(fold(word), lang) for word in row]
            assert None not in values
            assert len({each.values for each in values if each}) == len(row)


def test_places_are_found_in_three_languages() -> None:
    """A country has one key, whatever it is called; longer names go before shorter ones."""
    keys = [
        [place.key for place in find_places(text, lang)]
        for text, lang in (
            ("North Korea and China", "en"),
            ("Bắc Triều Tiên và Trung Quốc", "vi"),
            ("كوريا الشمالية والصين", "ar"),
        )
    ]

    assert keys == [["North Korea", "China"]] * 3
