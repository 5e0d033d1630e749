"""The constants of projection, in one place, so that they can be tuned together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Weights:
    """Tuned on the tuning half of the cases that `scripts/validate_projection.py` makes. Logarithms are natural."""

    same: float = 0.35
    """Chance that a word of a translation is one of its reference's."""
    like: float = 0.2
    """Chance that it is a word that often stands for one of the reference's."""
    source: float = 0.25
    """Chance that it translates a word of the source."""
    source_alone: float = 0.6
    """The same where there is no reference."""
    kept: float = 0.1
    """Chance that it is a word of the source itself: a name, a number, or what was left untranslated."""
    near: float = 0.1
    """Chance that it is a word of a neighbouring segment, as words of an article recur."""
    root: float = 0.4
    """Share of `same` for a word of another form with the same root."""
    known: float = 2.0
    """Without a reference, how much of `source_alone` holds for a word, as a multiple of its best chance in the
    lexicon: that no translation of a word is there says nothing if none is known."""
    frequent: float = 200.0
    """How fast the absence of a word says less, the more frequent it is."""
    scale: float = 0.84
    """How much of the evidence of words counts, as words of a sentence depend on each other."""
    scale_poor: float = 0.6
    """The same of a poor translation."""
    thin: float = 0.4
    """Share of the chances above that holds in a poor translation."""
    edge: float = 0.7
    """What speaks for a translation that begins with its reference's first word, or ends with its last one."""
    steep: float = 4.0
    """How fast that falls with the place in the reference, as its share."""

    poor: float = -2.5
    """Log chance that a translation is poor, so that few words show what it translates."""
    wrong: float = -1.5
    """Log chance that a text stands in a segment's place and says something else, until the run shows how many do."""
    least_wrong: float = -9.0
    """The least that a run can show."""
    omitted: float = -2.8
    """Log chance that a segment is left out."""
    omitted_more: float = -0.7
    """The same of one behind another one."""
    back: float = -4.5
    """Log chance that the next text belongs to the segment before."""
    back_more: float = -1.5
    """For each segment further back."""
    swapped: float = -0.5
    """The same of the segment before, if that was left out: neighbours that changed places."""
    added: float = -3.7
    """Log chance that text is added after a segment's."""
    added_more: float = -1.5
    """The same of another sentence after added text."""
    again: float = -6.5
    """Log chance that a segment's translation goes on after other text."""
    cut: float = -2.5
    """Log chance that the output ends before the article."""
    cut_ended: float = -3.0
    """More for a last sentence that is too short, where it ends with the mark of one."""
    added_inside: float = -1.0
    """More for added text that begins elsewhere than behind such a mark or on a new line."""
    cut_more: float = -0.2
    """For each further segment that it lacks."""

    odds: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"end": 2.0, "comma": -3.0, "line": -4.0, "word": -6.0})
    )
    """Log odds that a segment begins, by what stands before a word, before the run shows it."""
    trust: float = 100.0
    """Words that the odds before count as."""
    capital: float = 1.0
    """Log odds of a capital letter in the middle of a sentence."""
    switch: float = 4.0
    """Log odds where the script changes."""
    begin: float = 1.0
    """How much counts that segments often begin with a word."""
    letter: float = 0.4
    """How much counts that segments often begin with such a character."""
    finish: float = 0.7
    """How much counts that segments often end with a word."""
    cohesion: float = 0.7
    """How much counts that two words often stand together."""
    smoothing: float = 1.0
    """Added to counts of words at the beginning and the end of segments."""
    least_begin: float = -7.0
    """Log chance from which on a segment may begin."""

    length: float = 1.0
    """How much of the evidence of lengths counts."""
    spread: float = 0.02
    spread_per_character: float = 1.5
    """Variance of the log ratio of the lengths of a translation and what is expected: the first plus the second divided
    by their mean characters."""
    spread_wrong: float = 0.3
    """The same of a text that says something else."""
    spread_of_others: float = 0.4
    """The same of any two sentences."""
    most_length: float = 8.0
    """The most that lengths speak against a translation."""

    rounds: int = 2
    """How often the way is found, each time with what the one before taught."""
    rounds_alone: int = 4
    """The same without references."""
