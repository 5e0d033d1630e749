"""How a language's and a system's sentences begin and end, and which words stand together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from mt_eval.project.weights import Weights
from mt_eval.project.words import Words

_LETTER_SMOOTHING = 5


class Before(StrEnum):
    """What stands before a word."""

    END = "end"
    """The mark that ends a sentence."""
    COMMA = "comma"
    """Another mark."""
    LINE = "line"
    """A line break without a mark."""
    WORD = "word"
    NEVER = "never"
    """What cannot be parted from it: it is a mark of the word before, or that is an opening mark, or words go round."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Counts over texts that are one segment each."""

    segments: int
    words: int
    singles: Counter[str]
    pairs: Counter[str]
    begins: Counter[str]
    finishes: Counter[str]
    letters: Counter[str]
    """First characters of words."""
    first_letters: Counter[str]
    """First characters of segments: in Arabic, many begin with `و`."""
    odds: Mapping[Before, float] = field(default_factory=dict)
    """Log odds that a segment begins, by what stands before a word; where they are not known yet, empty."""

    def weigh_begin(self, form: str, letter: str, weights: Weights) -> float:
        """Log of how much more often segments begin with a word than it stands elsewhere."""
        if not form:
            return 0.0
        expected = self.segments * self.letters[letter] / max(1, self.words)
        by_letter = math.log((self.first_letters[letter] + _LETTER_SMOOTHING) / (expected + _LETTER_SMOOTHING))
        return weights.begin * self._compare(self.begins[form], form, weights) + weights.letter * by_letter

    def weigh_finish(self, form: str, weights: Weights) -> float:
        """Log of how much more often segments end with a word than it stands elsewhere."""
        return weights.finish * self._compare(self.finishes[form], form, weights) if form else 0.0

    def weigh_cohesion(self, one: str, other: str, weights: Weights) -> float:
        """Log of how much more often two words stand together than by chance, this time left out; 0 if less often."""
        seen = self.pairs[f"{one} {other}"] - 1 if one and other else 0
        if seen <= 0:
            return 0.0
        chance = self.singles[one] * self.singles[other] / self.words
        return weights.cohesion * math.log(max(1.0, (seen + 1) / (chance + 1)))

    def _compare(self, count: int, form: str, weights: Weights) -> float:
        expected = self.segments * self.singles[form] / max(1, self.words)
        return math.log((count + weights.smoothing) / (expected + weights.smoothing))


def learn_habits(texts: Iterable[Words], odds: Mapping[Before, float]) -> Habits:
    """The habits of `texts`, which are one segment each."""
    counts: list[Counter[str]] = [Counter() for _ in range(6)]
    singles, pairs, begins, finishes, letters, first_letters = counts
    for text in texts:
        words = [word for word in text.words if word.form]
        if words:
            begins[words[0].form] += 1
            finishes[words[-1].form] += 1
            first_letters[words[0].text[0]] += 1
        singles.update(word.form for word in words)
        letters.update(word.text[0] for word in words)
        pairs.update(pair for pair in text.pairs if pair)
    return Habits(begins.total(), singles.total(), singles, pairs, begins, finishes, letters, first_letters, odds)


def learn_odds(seen: Sequence[tuple[Before, bool]], weights: Weights) -> dict[Before, float]:
    """Log odds that a segment begins, by what stands before a word.

    Args:
        seen: What stood before each word, and whether a segment began with it.
    """
    counts = Counter(seen)
    found = {}
    for before, prior in weights.odds.items():
        share = 1 / (1 + math.exp(-prior))
        began = counts[Before(before), True] + weights.trust * share
        went_on = counts[Before(before), False] + weights.trust * (1 - share)
        found[Before(before)] = math.log(began / went_on)
    return found
