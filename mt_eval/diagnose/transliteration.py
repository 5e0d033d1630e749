"""Whether an Arabic word may be a name of Latin letters, by its consonants."""

from __future__ import annotations

import re
from itertools import pairwise

from mt_eval.languages.arabic import list_words, strip_prefix
from mt_eval.languages.names import spell_arabic, spell_latin

_LIKE = str.maketrans({"G": "[GKS]", "K": "[KG]", "S": "[SG]"})
_ALIKE = str.maketrans("GS", "KK")
"""One letter for all sounds that may be taken for one another."""
_LONGEST = 40
"""Letters of an Arabic word that may be a name."""
_STEM = 3
"""Consonants that the names of a country and of its people have to share: أفغان and أفغانستان."""
SHORTEST_SKELETON = 4
"""Consonants below which half of all sentences have a word that fits by chance."""


def list_skeletons(text: str) -> frozenset[str]:
    """The consonants of each Arabic word and of each two neighbouring words in `text`.

    Each with and without what is glued to its front: article, preposition, conjunction.
    """
    words = [word for word in list_words(text) if len(word) <= _LONGEST]
    words += [one + other for one, other in pairwise(words)]
    return frozenset(spell_arabic(form) for word in words for form in (word, strip_prefix(word, kept=0)))


def is_transliterated(name: str, skeletons: frozenset[str]) -> bool:
    """Whether one of the Arabic words may be `name`, given in lower case without marks.

    One consonant in three may differ; words that are written without the space between them hold the name among others,
    and a people's name is part of its country's. A name of fewer than four consonants may be any word.
    """
    skeleton = spell_latin(name)
    if len(skeleton) < SHORTEST_SKELETON:
        return True
    if any(skeleton[:end] in skeletons for end in range(_STEM, len(skeleton) + 1)):
        return True
    together = "\n".join(skeletons)
    # Compiling a pattern takes longer than anything else here, and most names are not there.
    if skeleton.translate(_ALIKE) in together.translate(_ALIKE) and re.search(skeleton.translate(_LIKE), together):
        return True
    allowed = len(skeleton) // 3
    return any(_differ(skeleton, other) <= allowed for other in skeletons if abs(len(other) - len(skeleton)) <= allowed)


def _differ(one: str, other: str) -> int:
    """Edits between two skeletons; G goes for K and for S."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, right in enumerate(other, start=1):
            same = left == right or (left in "GKS" and right in "GKS" and "G" in (left, right))
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (not same))
    return row[-1]
