"""How long a translation should be, and whether it breaks off.

Lengths are characters. The logarithm of translation over source length scatters around a mean that belongs to the two
languages, the more the shorter the source. Means and scatter were measured on human translations: three of every four
blocks of ten segments of NTREX-128 (988 in English, Vietnamese and Arabic) and of FLORES-101 dev (997), none of which
`scripts/validate_diagnostics.py` reports on.
"""

from __future__ import annotations

import math
import re

_SIZE = {"ar": -0.12, "en": 0.0, "vi": 0.07}
"""Log of a text's length over that of its English version."""
_SCATTER = {
    frozenset(("ar", "en")): (0.004, 1.9),
    frozenset(("en", "vi")): (0.004, 2.0),
    frozenset(("ar", "vi")): (0.014, 2.3),
}
"""The variance for a source of infinite length, and what one character of it adds, divided by the characters."""
_SHORT, _LONG = 3.5, 2.8
"""Standard deviations below and above the mean. Good translations are more often far too short than far too long, since
people leave things out; and what has lost its text is much shorter, while a double is not as far off as a third."""
_FAR = math.log(4)
"""For other languages: four times longer or shorter."""

# It begins with its first letter, as patterns that begin with a look behind take several times as long.
_ACRONYM = re.compile(r"[A-Z](?:(?<![\w.].)\.(?:[A-Z]\.){1,4}|(?<!\w.)[A-Z]{1,4}(?!\w))")
_SPELT_OUT = 14
"""Characters that an acronym counts where the other text has it not: `U.S.` is الولايات المتحدة."""
_CAPITALS = 0.5
"""Share of letters from which on the text is all capitals and has no acronyms."""

# Notes and quotation marks may follow, and what is not seen: marks of direction, zero width spaces.
_END = re.compile(
    r"[.!?؟۔。！？…:;؛](?:\[\d+\])*[\s\"'”“»«)\]’‘،\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]*$"
)
_SHORTER = -0.15
"""Log of how much shorter than usual a translation has to be to break off: of good ones that lack their full stop, as a
quarter of one system's do, most are not."""


def find_odd_length(source: str, translation: str, source_lang: str, target_lang: str) -> str | None:
    """The lengths and the bounds, where the translation is out of them; None otherwise."""
    ours, theirs = _measure(source, translation), _measure(translation, source)
    if not ours or not theirs:
        return None
    _, low, high = _expect(ours, source_lang, target_lang)
    if low <= math.log(theirs / ours) <= high:
        return None
    bounds = f"{math.exp(low):.2f} to {math.exp(high):.2f}"
    return f"{theirs} characters for {ours}, a ratio of {theirs / ours:.2f}; expected {bounds}"


def find_break(source: str, translation: str, source_lang: str, target_lang: str) -> str | None:
    """How the translation ends, where the source ends a sentence and the translation, too short, does not."""
    ours, theirs = source.strip(), translation.strip()
    if not _END.search(ours) or _END.search(theirs) or not theirs:
        return None
    length = _measure(ours, theirs)
    mean, _, _ = _expect(length, source_lang, target_lang)
    if math.log(_measure(theirs, ours) / length) - mean > _SHORTER:
        return None
    return f"breaks off at “{theirs.split()[-1]}”, the source ends its sentence"


def expect_log_ratio(source_lang: str, target_lang: str) -> float:
    """Logarithm of the characters of a translation for one of its source, of long texts; 0 where it is not known."""
    return _SIZE[target_lang] - _SIZE[source_lang] if {source_lang, target_lang} <= _SIZE.keys() else 0.0


def _measure(text: str, other: str) -> int:
    """Characters of `text`, with acronyms spelt out that `other` lacks."""
    text = text.strip()
    acronyms = [acronym.replace(".", "") for acronym in _ACRONYM.findall(text)]
    if not acronyms or sum(map(str.isupper, text)) > _CAPITALS * sum(map(str.isalpha, text)):
        return len(text)
    shared = {acronym.replace(".", "") for acronym in _ACRONYM.findall(other)}
    return len(text) + sum(_SPELT_OUT - len(acronym) for acronym in acronyms if acronym not in shared)


def _expect(characters: int, source_lang: str, target_lang: str) -> tuple[float, float, float]:
    """Mean of the log ratio, and the lowest and highest that a translation may have."""
    scatter = _SCATTER.get(frozenset((source_lang, target_lang)))
    if scatter is None:
        return 0.0, -_FAR, _FAR
    mean = _SIZE[target_lang] - _SIZE[source_lang]
    deviation = math.sqrt(scatter[0] + scatter[1] / characters)
    return mean, mean - _SHORT * deviation, mean + _LONG * deviation
