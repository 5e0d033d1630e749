"""The constants of the alignment by content, in one place, so that they can be tuned together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Step = tuple[int, int]
"""How many source and how many reference segments a group takes."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Tuned by hand on the tuning half of the cases that `scripts/validate_alignment.py` makes of NTREX-128."""

    priors: Mapping[Step, float] = field(
        default_factory=lambda: MappingProxyType(
            {
                **{(1, 1): 0.76, (1, 0): 0.04, (0, 1): 0.04, (2, 1): 0.08, (1, 2): 0.08},
                **{(2, 2): 0.004, (3, 1): 0.003, (1, 3): 0.003},
            }
        )
    )
    """Kinds of groups and how likely each is. Gale and Church (1993), table 5, have fewer groups of other kinds than
    1-1, from parliament's proceedings; news are translated more freely."""
    gap_goes_on: float = 0.1
    """How likely a segment is alone after one that is; a passage that one side lacks is rarely one sentence."""
    match: float = 0.25
    """How much of a word's evidence counts: words of a sentence depend on each other."""
    number: float = 0.7
    """Chance that a number of one side stands on the other."""
    word: float = 0.8
    """Chance that a word in Latin script of one side stands on the other."""
    name_by_sounds: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({2: 0.1, 3: 0.3, 4: 0.6}))
    """Consonants of a name to the chance that an Arabic word with the same ones is that name."""
    name_nearly: float = 0.2
    """The same where one consonant of four or more differs."""
    spread: float = 0.02
    spread_per_character: float = 1.9
    """Variance of the log ratio of the lengths of two texts that say the same: the first plus the second divided by
    their mean characters; measured on NTREX-128 and FLORES-101 dev (see `diagnose/lengths.py`)."""
    spread_of_others: float = 0.5
    """Variance of the log ratio of the lengths of any two sentences."""
    marks: tuple[float, ...] = (1.2, 0.5, 0.5, 0.5, 0.5, 0.5)
    """Cost of each mark of one kind that the other side lacks; the kinds are those of `signals.MARKS`."""
    most_marks: int = 3
    """Marks of a kind lacking that are counted."""
    known: float = 0.3
    """Chance that a word of the lexicon that comes along brings its translation."""
    discount: float = 0.8
    """What is taken off a learned count, as a group must not be evidence for itself."""
    rounds: int = 1
    """How often a lexicon is learned from the alignment before."""
    iterations: int = 4
    """Of expectation maximisation, each time a lexicon is learned."""
