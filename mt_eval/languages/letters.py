"""Classes of letters, marks that are not seen, digits of all scripts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff\u212a\u212b"
"""Latin letters, for a class of a pattern; with the kelvin and angstrom signs, which composition turns into letters."""
SMALL_LATIN = "a-z\u00df-\u00f6\u00f8-\u00ff\u0111\u01b0"
"""Small letters with which words begin in Latin script."""
ARABIC = "\u0621-\u064a\u067e\u0686\u0698\u06a4\u06a9\u06af\u06cc"
"""Letters of Arabic, and those of its neighbours by which it writes foreign sounds, for a class of a pattern."""
ARABIC_SCRIPT = "\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
"""All characters of Arabic script, marks, digits and presentation forms included, for a class of a pattern."""
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
"""Thai, Lao, Burmese, Khmer, kana and Chinese characters, whose words have no spaces between them, for a class."""
CYRILLIC = "\u0400-\u04ff"
"""Letters of Cyrillic, for a class of a pattern."""
UNSEEN = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
"""Vowel signs and tatweel of Arabic, zero width spaces and direction marks."""

_SHOWS_NOTHING = (
    r"\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# White space, control characters, Default_Ignorable_Code_Point of Unicode 17 (DerivedCoreProperties.txt), the marks of
# interlinear annotation and the empty Braille pattern.
_SHOWN = re.compile(f"[^{_SHOWS_NOTHING}]")

_OTHER_DIGIT = re.compile(r"[^\D0-9]")


def is_blank(text: str) -> bool:
    """Whether nothing of `text` would be seen on paper: it is empty, or holds only white space, marks of direction,
    zero width spaces, byte order marks and their like.

    >>> is_blank(" \u200b\u200e\ufeff"), is_blank("\u200f."), is_blank("٠")
    (True, False, False)
    """
    return _SHOWN.search(text) is None


def compose(text: str) -> str:
    """`text` in Unicode's composed form (NFC), in which patterns, names and rules are compared."""
    return unicodedata.normalize("NFC", text)


def make_id(name: str) -> str:
    """`name` as an id: composed letters, digits and vowel signs of any script, `.`, `_` and `-`; a hyphen for the rest.

    Empty where nothing of it can begin an id.

    >>> make_id("Bài báo (số 1)"), make_id("أخبار اليوم"), make_id("?!")
    ('Bài-báo-số-1', 'أخبار-اليوم', '')
    """
    kept = "".join(each if _may_be_in_id(each) else " " for each in compose(name))
    while kept and not kept[0].isalnum():
        kept = kept[1:]
    return "-".join(kept.split()).replace("-.", ".").rstrip("-._")


def is_id(text: str) -> bool:
    """Whether a text is as `make_id` makes ids, but for what it may end in."""
    return text[:1].isalnum() and text == compose(text) and all(map(_may_be_in_id, text))


def _may_be_in_id(character: str) -> bool:
    return character.isalnum() or character in "._-" or unicodedata.category(character).startswith("M")


def describe_forms(translations: Sequence[str], references: Sequence[str]) -> str | None:
    """How many of N translations and their references are not in the same Unicode form; None where all are.

    Metrics compare characters: a Vietnamese text in NFD scores about 7 BLEU against itself in NFC.
    """
    forms = Counter(
        (_is_composed(one), _is_composed(other)) for one, other in zip(translations, references, strict=True)
    )
    counts = {"translation": forms[False, True], "reference": forms[True, False]}
    if not any(counts.values()):
        return None
    decomposed, other = sorted(counts, key=counts.__getitem__, reverse=True)
    return (
        f"{counts[decomposed]} of {forms.total()} {decomposed}s have decomposed letters (not NFC) and the {other} has "
        "not, so that equal letters count as different ones; normalize=standard scores them alike"
    )


def _is_composed(text: str) -> bool:
    """Whether composing would make no letter of two.

    NFC also sorts marks: Arabic is typed with shadda before its vowel, which no NFC text has, and no letter of it is
    decomposed.
    """
    return unicodedata.is_normalized("NFC", text) or len(compose(text)) >= len(text)


@lru_cache(maxsize=2**16)
def strip_marks(text: str) -> str:
    """`text` in lower case without accents and tone marks."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("đ", "d")


def fold_digits(text: str) -> str:
    """`text` with ASCII digits for those of all scripts."""
    return _OTHER_DIGIT.sub(lambda match: str(unicodedata.digit(match.group())), text)


def escape_forms(text: str) -> str:
    """A pattern for `text` in which each letter may be composed, decomposed, or in part (NFC, NFD, `ê` with an acute).

    >>> bool(re.fullmatch(escape_forms("Điều"), unicodedata.normalize("NFD", "Điều")))
    True
    """
    return "".join(map(_escape_letter, unicodedata.normalize("NFC", text)))


def _escape_letter(letter: str) -> str:
    whole = unicodedata.normalize("NFD", letter)
    if whole == letter:
        return re.escape(letter)
    partly = "".join(chr(int(code, 16)) for code in unicodedata.decomposition(letter).split())
    return f"(?:{'|'.join(dict.fromkeys([letter, whole, partly]))})"
