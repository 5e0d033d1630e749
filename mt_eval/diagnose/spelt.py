"""Translations that are their source, spelt in the letters of another script."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mt_eval.languages.arabic import list_words
from mt_eval.languages.codes import find_script
from mt_eval.languages.letters import LATIN
from mt_eval.languages.names import spell_arabic, spell_latin

_LATIN_WORD = re.compile(f"[{LATIN}]+")
_ALIKE = str.maketrans("GS", "KK")
"""Sounds that scripts tell apart differently."""
_WORDS = 5
"""Of the translation, at least."""
_PLAIN_WORDS = 4
"""Words of the Latin side without a capital, at least: names are spelt by their sound in any translation."""
_APART = 2
"""Words by which a word may be off its place in the source."""
_SHARE = 0.7
"""Of the words that have consonants: 0.6 in the human translation of NTREX-128 that has most names, 0.75 or more in 98%
of its Vietnamese and English segments that are spelt in Arabic letters, in four ways."""


def find_spelt_source(source: str, translation: str, source_lang: str, target_lang: str) -> str | None:
    """What tells that Arabic words of the translation are the source's Latin ones by their sounds, or the other way
    round; None otherwise, and for other scripts."""
    scripts = find_script(source_lang), find_script(target_lang)
    if scripts not in (("LATIN", "ARABIC"), ("ARABIC", "LATIN")):
        return None
    latin, arabic = (source, translation) if scripts[0] == "LATIN" else (translation, source)
    words = _LATIN_WORD.findall(unicodedata.normalize("NFC", latin))
    if sum(word[0].islower() for word in words) < _PLAIN_WORDS:
        return None
    others = list_words(arabic)
    if len(others) < _WORDS or not 0.6 < len(words) / len(others) < 1.6:
        return None
    same = judged = 0
    for place, other in enumerate(others):
        if sound := _spell_arabic(other):
            there = place * len(words) // len(others)
            judged += 1
            same += any(_spell_latin(word) == sound for word in words[max(0, there - _APART) : there + _APART + 1])
            # Of most translations a few words tell that the rest cannot be enough.
            if len(others) - (judged - same) < _SHARE * len(others):
                return None
    if same < _SHARE * max(judged, 1):
        return None
    return f"{100 * same / judged:.0f}% of the words sound like the source's words, in the same order"


@lru_cache(maxsize=2**16)
def _spell_latin(word: str) -> str:
    return spell_latin(word.lower()).translate(_ALIKE)


@lru_cache(maxsize=2**16)
def _spell_arabic(word: str) -> str:
    return spell_arabic(word).translate(_ALIKE)
