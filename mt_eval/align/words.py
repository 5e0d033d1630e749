"""The words of a sentence in the form in which a lexicon counts them.

Arabic words lose what is glued to them (article, prepositions, conjunctions, pronouns and endings of number), after the
light stemmer of Larkey, Ballesteros and Connell ("Improving Stemming for Arabic Information Retrieval", SIGIR 2002);
Vietnamese counts by syllables and by pairs of neighbouring syllables, as most of its words have two; languages written
without spaces by pairs of characters; others by the first six letters of a word, which most of their endings follow.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_FOLDED = str.maketrans("أإآٱىةؤئ", "اااايهوي")
_WORD = re.compile(r"[^\W\d_]+")
_PREFIX = re.compile(r"^(?:[وف]?(?:بال|كال|لل|ال)|[وف]?[بلك]|[وف])(?=\w{3})")
_SUFFIX = re.compile(r"(?<=\w{3})(?:هما|ها|هم|نا|ان|ات|ون|ين|يه|ته|وا|ه|ي|ا|ت)$")
_STEM_LETTERS = 6
_UNSPACED = frozenset(["ja", "km", "lo", "my", "th", "zh"])


def list_words(text: str, lang: str) -> frozenset[str]:
    """The counted forms of the words in `text`; words of another script than Arabic in an Arabic text are left out."""
    if lang == "ar":
        words = _WORD.findall(fold_arabic(text))
        return frozenset(stem_arabic(word) for word in words if "\u0621" <= word[0] <= "\u06d3")
    words = _WORD.findall(unicodedata.normalize("NFC", text).lower())
    if lang == "vi":
        return frozenset([*words, *(f"{one} {other}" for one, other in pairwise(words))])
    if lang in _UNSPACED:
        return frozenset(one + other for word in words for one, other in pairwise(word))
    return frozenset(word[:_STEM_LETTERS] for word in words)


def list_terms(phrase: str, lang: str) -> frozenset[str]:
    """The counted forms that stand for `phrase` as a whole: of several Vietnamese syllables, the pairs alone."""
    words = list_words(phrase, lang)
    pairs = frozenset(word for word in words if " " in word)
    return pairs or words


def fold_arabic(text: str) -> str:
    """`text` with one alef, one yeh, heh for teh marbuta, no hamza seats, vowel signs, tatweel or direction marks."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).translate(_FOLDED)


@lru_cache(maxsize=100_000)
def stem_arabic(word: str) -> str:
    """The folded `word` without prefixes and endings, as long as three letters stay."""
    return _SUFFIX.sub("", strip_prefix(word))


@lru_cache(maxsize=100_000)
def strip_prefix(word: str) -> str:
    """The folded `word` without article, preposition and conjunction, as long as three letters stay."""
    return _PREFIX.sub("", word)
