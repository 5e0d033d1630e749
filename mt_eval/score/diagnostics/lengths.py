"""How long a translation should be, and whether it breaks off.

Lengths are characters. The logarithm of translation over source length scatters around a mean that belongs to the two
languages, the more the shorter the source. Means and scatter were measured on human translations: half of the segments
of NTREX-128 (988 in English, Vietnamese and Arabic) and of FLORES-101 dev (997), none of which
`scripts/validate_diagnostics.py` reports on.
"""

from __future__ import annotations

import math
import re

_SIZE = {"ar": -0.10, "en": 0.0, "vi": 0.08}
"""Log of a text's length over that of its English version."""
_SCATTER = {
    frozenset(("ar", "en")): (0.010, 1.5),
    frozenset(("en", "vi")): (0.008, 1.3),
    frozenset(("ar", "vi")): (0.020, 1.9),
}
"""The variance for a source of infinite length, and what one character of it adds, divided by the characters."""
_BOUND = 2.8
"""Standard deviations; human translations stay within in 98 to 99.8% of cases."""
_FAR = math.log(4)
"""For other languages: four times longer or shorter."""

_END = re.compile(r"[.!?؟۔。！？…:;؛](?:\[\d+\])*[\s\"'”“»«)\]’‘،]*$")
_SHORTER = -0.15
"""Log of how much shorter than usual a translation has to be to break off: of good ones that lack their full stop, as a
quarter of one system's do, most are not."""


def find_odd_length(source: str, translation: str, source_lang: str, target_lang: str) -> str | None:
    """The lengths and the bounds, where the translation is out of them; None otherwise."""
    ours, theirs = len(source.strip()), len(translation.strip())
    if not ours or not theirs:
        return None
    mean, bound = _expect(ours, source_lang, target_lang)
    if abs(math.log(theirs / ours) - mean) <= bound:
        return None
    low, high = math.exp(mean - bound), math.exp(mean + bound)
    return f"{theirs} characters for {ours}, a ratio of {theirs / ours:.2f}; expected {low:.2f} to {high:.2f}"


def find_break(source: str, translation: str, source_lang: str, target_lang: str) -> str | None:
    """How the translation ends, where the source ends a sentence and the translation, too short, does not."""
    ours, theirs = source.strip(), translation.strip()
    if not _END.search(ours) or _END.search(theirs) or not theirs:
        return None
    mean, _ = _expect(len(ours), source_lang, target_lang)
    if math.log(len(theirs) / len(ours)) - mean > _SHORTER:
        return None
    return f"breaks off at “{theirs.split()[-1]}”, the source ends its sentence"


def _expect(characters: int, source_lang: str, target_lang: str) -> tuple[float, float]:
    """Mean of the log ratio and how far from it a translation may be."""
    scatter = _SCATTER.get(frozenset((source_lang, target_lang)))
    if scatter is None:
        return 0.0, _FAR
    mean = _SIZE[target_lang] - _SIZE[source_lang]
    return mean, _BOUND * math.sqrt(scatter[0] + scatter[1] / characters)
