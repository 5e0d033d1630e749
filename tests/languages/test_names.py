"""Names across scripts."""

from __future__ import annotations

import pytest

from mt_eval.diagnose.transliteration import is_transliterated, list_skeletons
from mt_eval.languages.arabic import fold, list_words
from mt_eval.languages.names import list_names, match_names, spell_arabic, spell_latin

_CHANCES = {2: 0.1, 3: 0.3, 4: 0.6}


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("Trump", "ترامب"),
        ("Washington", "بواشنطن"),
        ("Kremlin", "الكرملين"),
        ("George", "جورج"),
        ("Chicago", "شيكاغو"),
        ("Michael", "مايكل"),
        ("Churchill", "تشرشل"),
        ("Putin", "وبوتين"),
        ("Lukashenko", "لوكاشينكو"),
        ("Carlson", "كارلسون"),
    ],
)
def test_names_are_found_by_their_consonants(name: str, spelling: str) -> None:
    """Arabic spellings of names, glued prepositions included, are found; an ordinary word beside them is not."""
    words = list_words(f"وقال {spelling} إن الاجتماع")

    (matched,) = match_names([name.lower()], words, _CHANCES, 0.2).values()

    assert set(matched) == set(list_words(spelling))


def test_agreement_counts_more_than_likeness() -> None:
    """A name with the same consonants is likelier than one with a consonant of another kind; longer ones are surer."""
    words = list_words("واشنطن واشنغتن ماري")

    found = match_names(["washinton", "maria"], words, _CHANCES, 0.2)

    assert found["washinton"] == {"واشنطن": 0.6, "واشنغتن": 0.2}
    assert found["maria"] == {"ماري": 0.1}


def test_vietnamese_syllables_are_no_names() -> None:
    """Capitalised Vietnamese words may be any words; foreign names and acronyms cannot be."""
    assert list_names("Tổng thống Nga Vladimir Putin và ông Tập Cận Bình, theo CNN", "vi") == {
        "vladimir",
        "putin",
        "cnn",
    }


@pytest.mark.parametrize(("name", "spelling"), [("Chopin", "چوبين"), ("Gaulle", "چول"), ("Chávez", "چافيز")])
def test_tcheh_wavers_as_g_does(name: str, spelling: str) -> None:
    """`چ` spells ch and hard g: the alignment and the flags hear the same sound."""
    assert spell_arabic(fold(spelling)) == spell_latin(name.lower())
    assert match_names([name.lower()], list_words(spelling), _CHANCES, 0.2)
    assert is_transliterated(name.lower(), list_skeletons(spelling))
