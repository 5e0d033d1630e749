"""Classes of letters: what is seen of a text."""

from __future__ import annotations

import unicodedata

import pytest

from mt_eval.languages.letters import describe_forms, is_blank


@pytest.mark.parametrize(
    "text", ["", " \t\n", "\u200b", "\u200e\u200f", "\ufeff", "\u00a0\u3000\u2028", "\u2066\u2069", "\u00ad"]
)
def test_what_shows_nothing_is_blank(text: str) -> None:
    """Spaces of all widths, marks of direction, the byte order mark, the soft hyphen."""
    assert is_blank(text)
    assert is_blank(text * 3 + " ")


@pytest.mark.parametrize("text", [".", "a", "٠", "\u200bة", "－", "\u0600", "👍", "\ufffd", "\u0301"])
def test_what_is_seen_is_not_blank(text: str) -> None:
    """A sign of any kind is text, also a mark that stands on nothing."""
    assert not is_blank(text)
    assert not is_blank(f"\ufeff{text}\u200e")


def test_every_space_and_control_of_unicode_is_blank() -> None:
    """By their general categories: separators and controls show nothing, letters, digits and punctuation do."""
    blank = {char for char in map(chr, range(0x110000)) if is_blank(char)}

    categories = {char: unicodedata.category(char) for char in map(chr, range(0x110000))}
    assert {char for char, category in categories.items() if category in ("Zs", "Zl", "Zp", "Cc")} <= blank
    assert not [char for char in blank if categories[char][0] in "NPS" and char != "\u2800"]
    # Hangul fillers are letters, and show nothing.
    assert {char for char in blank if categories[char][0] == "L"} == set("\u115f\u1160\u3164\uffa0")


def test_decomposed_letters_on_one_side_are_told() -> None:
    """Vietnamese in NFD beside NFC is said, whichever side it is, and in Arabic a hamza of its own."""
    decomposed = unicodedata.normalize("NFD", "hợp tác")

    assert "1 of 2 translations have decomposed letters" in str(describe_forms([decomposed, "a"], ["hợp tác", "a"]))
    assert "1 of 1 references have decomposed letters" in str(describe_forms(["hợp tác"], [decomposed]))
    assert describe_forms(["\u0623"], ["\u0627\u0654"]) is not None


@pytest.mark.parametrize("text", ["مُحَمَّد", "قُوَّةٌ", "\u0651\u064e"])
def test_marks_in_the_order_they_are_typed_decompose_nothing(text: str) -> None:
    """Arabic is typed with shadda before its vowel, which NFC turns round: no letter of it is decomposed."""
    assert describe_forms(["translation"], [text]) is None
