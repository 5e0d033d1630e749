"""A metric that needs no reference, as small as one can be: the share of a source's words that its translation keeps.

As a program it reads two files of one segment a line and prints a number for each; as a function it is
`kept_words:measure`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path


def measure(sources: Sequence[str], translations: Sequence[str]) -> list[float]:
    """Of each source the share of its words that stand in the translation as they are; 0 of none."""
    shares = []
    for source, translation in zip(sources, translations, strict=True):
        words, kept = source.split(), set(translation.split())
        shares.append(sum(word in kept for word in words) / max(1, len(words)))
    return shares


if __name__ == "__main__":
    texts = [Path(name).read_text(encoding="utf-8").removesuffix("\n").split("\n") for name in sys.argv[1:3]]
    print(*measure(*texts), sep="\n")
