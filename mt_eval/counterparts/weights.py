"""The constants by which sentences without a counterpart are found, in one place, to be tuned together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Step = tuple[int, int]
"""How many source and how many translation sentences belong together."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Tuned on the tuning half of the cases that `scripts/unmatched_cases.py` makes. Logarithms are natural."""

    steps: Mapping[Step, float] = field(
        default_factory=lambda: MappingProxyType(
            {
                **{(1, 1): 0.27, (2, 1): 2.5, (1, 2): 2.5, (2, 2): 5.5, (3, 1): 5.8, (1, 3): 5.8},
                **{(4, 1): 8.0, (1, 4): 8.0, (3, 2): 8.0, (2, 3): 8.0},
            }
        )
    )
    """What sentences that belong together cost."""
    omitted: float = 1.9
    """What a source sentence costs that has nothing in the translation."""
    added: float = 3.1
    """What a translation sentence costs that stands for nothing in the source."""
    more: float = 2.0
    """What another one behind it costs."""
    share: float = 0.6
    """Chance that a word translates a word of the other side."""
    sure: float = 2.0
    """How much of `share` holds for a word, as a multiple of its best chance in the lexicon: that no translation of a
    word is there says nothing if none is known."""
    frequent: float = 200.0
    """How fast the absence of a word says less, the more frequent it is."""
    scale: float = 0.25
    """How much of a word's evidence counts: words of a sentence depend on each other, and both sides are counted."""
    known: float = 0.3
    """Chance that a word of the lexicon that comes along brings its translation."""
    kept: float = 0.75
    """Chance that a number, or a Latin word of a text that has others, stands on the other side."""
    name_by_sounds: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({2: 0.1, 3: 0.3, 4: 0.6}))
    """Consonants of a name to the chance that an Arabic word with the same ones is that name."""
    name_nearly: float = 0.2
    """The same where one consonant of four or more differs."""
    spread: float = 0.02
    spread_per_character: float = 1.9
    """Variance of the log ratio of the lengths of two texts that say the same: the first plus the second divided by
    their mean characters."""
    spread_of_others: float = 0.5
    """The same of any two sentences."""
    marks: tuple[int, ...] = (1200, 500)
    """Cost of each mark that the other side lacks, in thousandths: ends of sentences, question marks."""
    most_marks: int = 3
    """Marks of a kind lacking that are counted."""
    discount: float = 0.8
    """What is taken off a learned count, as a sentence must not be evidence for itself."""
    iterations: int = 4
    """Of expectation maximisation, each time words are learned."""
    rounds: int = 1
    """How often words are learned, each time from the sentences found to belong together before."""
