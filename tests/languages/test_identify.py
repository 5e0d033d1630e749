"""Scripts, letters and languages of texts are counted."""

from __future__ import annotations

import unicodedata
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mt_eval.languages.identify import (
    count_persian_letters,
    count_scripts,
    count_scripts_of_many,
    count_vietnamese_letters,
    rank_languages,
)


def test_letters_are_counted_by_script() -> None:
    """Wide and joined forms count as letters of their script, Japanese as one script, digits and signs as none."""
    assert count_scripts("Ａbđ × 12 ﻻ، かカ漢 Ж") == {"LATIN": 3, "ARABIC": 2, "CJK": 3, "CYRILLIC": 1}


def test_letters_of_one_language_are_counted() -> None:
    """Composed or not, a letter of Vietnamese counts once; Persian yeh and kaf are no letters of Arabic."""
    assert count_vietnamese_letters("đường phố") == 4
    assert count_vietnamese_letters(unicodedata.normalize("NFD", "đường phố")) == 4
    assert count_persian_letters("ایران چیست") == 4 - 1


def test_languages_are_ranked_within_their_script() -> None:
    """The likeliest language comes out, chances sum to one, and a script without ranked languages has none."""
    ranking = rank_languages("Le président a reçu aujourd'hui le secrétaire du Conseil.", "LATIN")

    assert max(ranking, key=lambda lang: ranking[lang]) == "fr"
    assert abs(sum(ranking.values()) - 1) < 1e-6
    assert rank_languages("ខ្មែរ", "KHMER") == {}


@given(st.lists(st.text(st.characters(max_codepoint=0x10FFFF, exclude_categories=["Cs"]))))
def test_letters_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    """Also of texts that are long enough to be counted in another way; Hangul is taken as it is composed."""
    composed = [unicodedata.normalize("NFKC", text) for text in [*texts, "Chữ ｗｉｄｅ, ﻻ và かカ漢 Ж"]]
    long = [f"{text} " * 10_000 for text in composed[-1:]]

    assert count_scripts_of_many(composed) == sum(map(count_scripts, composed), Counter[str]())
    assert count_scripts_of_many(long) == count_scripts(long[0])
