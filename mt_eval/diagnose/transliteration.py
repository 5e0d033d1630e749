"""Whether an Arabic word may be a name of Latin letters, by its consonants."""

from __future__ import annotations

import re
from itertools import pairwise

from mt_eval.diagnose.vocabulary import fold

_WORD = re.compile("[\u0621-\u064a\u067e\u0686\u0698\u06a4\u06a9\u06af\u06cc]+")
_PREFIX = re.compile("^(?:[وف]?(?:بال|كال|لل|ال)|[وف]?[بلك]|[وف])", re.MULTILINE)

# Consonants by where they are spoken, since spelling agrees on little more: `Bush` is بوش, `George` is جورج,
# `Chicago` is شيكاغو. G stands for what is k in one language and s in the next. Vowels, h, w and y come and go.
_ARABIC = str.maketrans(
    {
        **dict.fromkeys("بپ", "B"),
        **dict.fromkeys("فڤ", "F"),
        **dict.fromkeys("تطدضثذ", "T"),
        **dict.fromkeys("سصزشظژچ", "S"),
        **dict.fromkeys("كقغخگک", "K"),
        **dict.fromkeys("ج", "G"),
        **dict.fromkeys("ر", "R"),
        **dict.fromkeys("ل", "L"),
        **dict.fromkeys("م", "M"),
        **dict.fromkeys("ن", "N"),
        **dict.fromkeys("ءاأإآؤئىيوهةحعی", ""),
    }
)
_CLUSTERS = (
    *(("chr", "KR"), ("cz", "S"), ("tch", "S"), ("sch", "S"), ("sh", "S"), ("ch", "G"), ("ph", "F"), ("th", "T")),
    *(("ck", "K"), ("gh", "K"), ("kh", "K"), ("zh", "S"), ("x", "KS"), ("qu", "K"), ("ce", "S"), ("ci", "S")),
    *(("cy", "S"),),
)
_LATIN = str.maketrans(
    {
        **dict.fromkeys("bp", "B"),
        **dict.fromkeys("fv", "F"),
        **dict.fromkeys("td", "T"),
        **dict.fromkeys("sz", "S"),
        **dict.fromkeys("kcq", "K"),
        **dict.fromkeys("gj", "G"),
        **dict.fromkeys("r", "R"),
        **dict.fromkeys("l", "L"),
        **dict.fromkeys("m", "M"),
        **dict.fromkeys("n", "N"),
        **dict.fromkeys("aeiouyhw", ""),
    }
)
_LIKE = str.maketrans({"G": "[GKS]", "K": "[KG]", "S": "[SG]"})
_STEM = 3
"""Consonants that the names of a country and of its people have to share: أفغان and أفغانستان."""
_DOUBLED = re.compile(r"(.)\1+")
SHORTEST_SKELETON = 4
"""Consonants below which half of all sentences have a word that fits by chance."""


def list_skeletons(text: str) -> frozenset[str]:
    """The consonants of each Arabic word and of each two neighbouring words in `text`.

    Each with and without what is glued to its front: article, preposition, conjunction.
    """
    # تش spells English ch, as in تشرشل, Churchill.
    words = _WORD.findall(fold(text).replace("تش", "ج"))
    lines = "\n".join([*words, *(one + other for one, other in pairwise(words))])
    forms = f"{lines}\n{_PREFIX.sub('', lines)}".translate(_ARABIC)
    return frozenset(_DOUBLED.sub(r"\1", forms).split("\n"))


def is_transliterated(name: str, skeletons: frozenset[str]) -> bool:
    """Whether one of the Arabic words may be `name`, given in lower case without marks.

    One consonant in three may differ; words that are written without the space between them hold the name among others,
    and a people's name is part of its country's. A name of fewer than four consonants may be any word.
    """
    skeleton = spell_skeleton(name)
    if len(skeleton) < SHORTEST_SKELETON:
        return True
    glued = re.compile(skeleton.translate(_LIKE))
    if any(glued.search(other) or skeleton.startswith(other) for other in skeletons if len(other) >= _STEM):
        return True
    allowed = len(skeleton) // 3
    return any(_differ(skeleton, other) <= allowed for other in skeletons if abs(len(other) - len(skeleton)) <= allowed)


def spell_skeleton(name: str) -> str:
    """The consonants of `name`, in lower case without marks, as classes of sounds."""
    for cluster, consonant in _CLUSTERS:
        name = name.replace(cluster, consonant)
    return _DOUBLED.sub(r"\1", "".join(c for c in name.translate(_LATIN) if c.isupper()))


def _differ(one: str, other: str) -> int:
    """Edits between two skeletons; G goes for K and for S."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, right in enumerate(other, start=1):
            same = left == right or (left in "GKS" and right in "GKS" and "G" in (left, right))
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (not same))
    return row[-1]
