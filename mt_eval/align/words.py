"""The words of a sentence in the form in which a lexicon counts them.

Arabic words lose what is glued to them (`languages.arabic.stem`); Vietnamese counts by syllables and by pairs of
neighbouring syllables, as most of its words have two; languages written without spaces by pairs of characters; others
by the first six letters of a word, which most of their endings follow.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from mt_eval.languages.arabic import fold, stem
from mt_eval.languages.codes import find_language

_WORD = re.compile(r"[^\W\d_]+")
_STEM_LETTERS = 6


def list_words(text: str, lang: str) -> frozenset[str]:
    """The counted forms of the words in `text`; words of another script than Arabic in an Arabic text are left out."""
    if lang == "ar":
        words = _WORD.findall(fold(text))
        return frozenset(stem(word) for word in words if "\u0621" <= word[0] <= "\u06d3")
    words = _WORD.findall(unicodedata.normalize("NFC", text).lower())
    if lang == "vi":
        return frozenset([*words, *(f"{one} {other}" for one, other in pairwise(words))])
    if (language := find_language(lang)) and not language.has_spaces:
        return frozenset(one + other for word in words for one, other in pairwise(word))
    return frozenset(word[:_STEM_LETTERS] for word in words)


def list_terms(phrase: str, lang: str) -> frozenset[str]:
    """The counted forms that stand for `phrase` as a whole: of several Vietnamese syllables, the pairs alone."""
    words = list_words(phrase, lang)
    pairs = frozenset(word for word in words if " " in word)
    return pairs or words
