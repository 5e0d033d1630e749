"""The table of languages, against the codes of NLLB and Unicode's own names and directions."""

from __future__ import annotations

import re
import unicodedata

import pytest
from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

from mt_eval.languages.codes import (
    Language,
    find_language,
    find_script,
    is_right_to_left,
    name_language,
    read_languages,
)
from mt_eval.translate.probes import PROBES


def test_table_agrees_with_nllb() -> None:
    """Every FLORES-200 code of the table is one of NLLB's, its languages are told apart, and its columns agree."""
    languages = read_languages()
    codes = [language.flores for language in languages.values() if language.flores]

    assert set(codes) <= set(FAIRSEQ_LANGUAGE_CODES)
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch("[a-z]{2}", code) and re.fullmatch("[a-z]{3}", languages[code].iso3) for code in languages)
    assert find_language("ar") == Language("ar", "Arabic", "ara", "Arab", "arb_Arab")


@pytest.mark.parametrize("lang", PROBES)
def test_scripts_and_directions_are_those_of_the_letters(lang: str) -> None:
    """The letters of a sentence in the language have the script's name and run in the language's direction."""
    letters = [letter for letter in PROBES[lang][0] if letter.isalpha()]

    assert {unicodedata.name(letter).split()[0] for letter in letters} == {find_script(lang)}
    assert ({unicodedata.bidirectional(letter) for letter in letters} == {"AL"}) == is_right_to_left(lang)


def test_what_is_not_known_is_said() -> None:
    """A code that is not in the table is its own name, has no script, and runs from left to right."""
    assert (name_language("xx"), find_script("xx"), is_right_to_left("xx")) == ("xx", None, False)
    assert [code for code, each in read_languages().items() if not each.has_spaces] == [
        "ja",
        "km",
        "lo",
        "my",
        "th",
        "zh",
    ]
