"""What is tried first, because it is fast, changes nothing that is found."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.diagnose.lengths import find_odd_length
from mt_eval.diagnose.overlap import find_copy, find_repeats
from mt_eval.languages.amounts import is_counted, read_amounts
from mt_eval.languages.arabic import fold
from mt_eval.languages.calendar import HIJRI_MONTHS, MONTHS
from mt_eval.languages.dates import names_month, read_dates
from mt_eval.languages.identify import rank_languages

_WORDS = re.compile(r"[^\W\d_]+")
_UNITS = (
    *("يومين", "للسنتين", "والعامان", "متر", "ومترا", "ساعة", "ونصف", "سنتيمترا", "يوم", "كيلوغرامين", "من"),
    *("5", "75"),
)
_LETTERS = st.text("abcdeđộبتثن", min_size=1, max_size=6)


@given(piece=_LETTERS, before=st.text("xyz ", max_size=5), times=st.integers(6, 9))
def test_letters_in_a_row_are_seen(piece: str, before: str, times: int) -> None:
    """Up to six letters, six times or more in a row, are told wherever they stand in a word."""
    assert find_repeats("xin chào", f"{before}{piece * times}") is not None


@given(words=st.lists(_LETTERS, min_size=7, max_size=9), before=st.lists(st.just("xyz"), max_size=1))
def test_words_twice_in_a_row_are_seen(words: list[str], before: list[str]) -> None:
    """Seven words or more that come twice behind each other are told."""
    assert find_repeats("xin chào", " ".join([*before, *words, *words])) is not None


@given(words=st.lists(_LETTERS, min_size=4, max_size=9).filter(lambda words: sum(len(word) > 1 for word in words) > 3))
def test_whole_sources_are_copies(words: list[str]) -> None:
    """A translation that is its source, or its source with one word more, is a copy."""
    text = " ".join(words)

    assert find_copy(text, text) == "the whole source"
    assert find_copy(text, f"{text} xyz") is not None


@pytest.mark.parametrize("lang", ["ar", "en", "vi"])
def test_every_month_is_told_by_its_first_word(lang: str) -> None:
    """A text without a word that may name a month has no date with one, whatever is glued to its name."""
    names = [name for month in MONTHS[lang] for name in month.split("|")]
    names += [name for month in HIJRI_MONTHS for name in month.split("|")] if lang == "ar" else []
    for name in names:
        for text in (f"5 {name} 1445", *(f"5 {glued}{name} 2024" for glued in ("وب" if lang == "ar" else ""))):
            found = read_dates(text, lang)
            told = any(names_month(word, lang) for word in _WORDS.findall(fold(text)))

            assert told or not found
            assert read_dates(text, lang, months=told) == found


@given(words=st.lists(st.sampled_from(_UNITS), max_size=8))
def test_amounts_without_a_number_are_told_by_their_words(words: list[str]) -> None:
    """A text in which no word is two of a unit, or one, has only amounts with numbers."""
    text = fold(" ".join(words))
    numbers = [(match.start(), match.end(), frozenset()) for match in re.finditer(r"\d+", text)]
    counted = any(is_counted(word, "ar") for word in _WORDS.findall(text))

    assert read_amounts(text, "ar", numbers) == read_amounts(text, "ar", numbers, counted=counted)


@pytest.mark.parametrize("acronyms", ["U.S. ", "NATO ", "U.S.A. NATO ", "xU.S. ", "NATOx ", "U.S "])
def test_acronyms_count_as_spelt_out(acronyms: str) -> None:
    """Only acronyms that stand free make a translation expected to be longer: the pattern of words says which."""
    source = acronyms * 3 + "và nước này cũng như các nước khác đã biết từ lâu"
    found = re.findall(r"(?<![\w.])(?:[A-Z]\.){2,5}|(?<!\w)[A-Z]{2,5}(?!\w)", source)
    counted = len(source) + sum(14 - len(each.replace(".", "")) for each in found)

    assert str(find_odd_length(source, "ه", "vi", "ar")).startswith(f"1 characters for {counted},")


def test_scripts_share_one_model() -> None:
    """Languages of one script are ranked the same after another script was asked for."""
    before = rank_languages("the president of the country", "LATIN")
    rank_languages("رئيس البلاد", "ARABIC")

    assert rank_languages("the president of the country", "LATIN") == before
    assert "ar" not in before
