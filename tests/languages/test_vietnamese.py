"""Vietnamese syllables and tone marks."""

from __future__ import annotations

import pytest

from mt_eval.languages.letters import strip_marks
from mt_eval.languages.vietnamese import is_syllable, may_be_syllable, unify_tones, unify_y


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("nghiêng", True),
        ("Quốc", True),
        ("hợp", True),
        ("khuya", True),
        ("hop", False),
        ("get", False),
        ("Kitô", False),
    ],
)
def test_syllables_are_told_from_other_words(word: str, expected: bool) -> None:
    """An initial, a rhyme, and a tone where the rhyme ends in a stop; without its marks the word may still be one."""
    assert is_syllable(word) is expected
    assert may_be_syllable(strip_marks(word)) or not expected


def test_tone_marks_and_y_have_one_place() -> None:
    """Both ways of writing one syllable become one; `quý` has no other place for its mark."""
    assert unify_tones("hoà khoẻ thuỷ quý Hoà") == "hòa khỏe thủy quý Hòa"
    assert unify_y("kỹ sư quý hy vọng Mỹ yêu") == "kĩ sư quí hi vọng Mĩ yêu"
