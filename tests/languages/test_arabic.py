"""Arabic spelling, prefixes and stems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.languages.arabic import fold, list_words, stem, strip_prefix
from mt_eval.languages.numbers import read_quantities


@pytest.mark.parametrize(
    ("one", "other"),
    [("مائة", "مايه"), ("مِئَةٌ", "ميه"), ("إسـلام", "اسلام"), ("ﻻ", "لا"), ("\u200fمؤتمر", "موتمر"), ("على", "علي")],
)
def test_spellings_fold_into_one(one: str, other: str) -> None:
    """Vowel signs, tatweel, presentation forms, direction marks and seats of hamza make no other word."""
    assert fold(one) == fold(other) == other


@given(st.text(alphabet="ابتثةىئؤأإآءـًّabc 12", max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    """A folded text is folded."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("word", "bare", "root"),
    [
        ("والمدارس", "مدارس", "مدارس"),
        ("بالقاهره", "قاهره", "قاهر"),
        ("للاطفال", "اطفال", "اطفال"),
        ("ولد", "ولد", "ولد"),
    ],
)
def test_prefixes_and_endings_are_taken_off(word: str, bare: str, root: str) -> None:
    """Article, preposition and conjunction go, and endings, as long as three letters stay."""
    assert (strip_prefix(word), stem(word)) == (bare, root)


def test_words_are_those_in_arabic_script() -> None:
    """Words in Latin letters and digits are left out; the rest is folded."""
    assert list_words("قال CNN إنّ 12 مؤتمراً") == ["قال", "ان", "موتمرا"]


@pytest.mark.parametrize("spelling", ["مائة", "مئة", "مِائَةٌ", "ﻣﺎﺋﺔ"])
def test_hundred_is_a_hundred_in_every_spelling(spelling: str) -> None:
    """The table of number words is folded as the text is."""
    assert 100 in read_quantities(f"{spelling} شخص", "ar").known
