"""What a metric is.

A **row of sufficient statistics** is what a metric counts in one unit (a segment or an article) against its reference.
Rows add up, and the score of any set of units is a function of their sum alone. That makes resampling cheap: the text
is counted once, and a resample is a weighted sum of rows.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mt_eval.types import Level

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from mt_eval.metrics.chunks import Chunk

    Rows = npt.NDArray[np.int32]
    """`(N, K)` sufficient statistics, one row per unit."""
    Sums = npt.NDArray[Any]
    """`(..., K)` rows of statistics, or sums of them."""
    Scores = npt.NDArray[np.float64]
    """`(...)` scores, one per sum."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often people rank a pair of systems as a metric does, by how far apart the metric puts them.

    Kocmi et al. 2024, "Navigating the Metrics Maze: Reconciling Score Magnitudes and Accuracies", over many languages
    and systems taken together. The two numbers are those of the logistic curve through the figures published.
    """

    ceiling: float
    """Percent that no difference exceeds. At no difference it is half of that: people do not toss a coin."""
    slope: float
    """Per point."""

    def find_share(self, delta: float) -> float:
        """Percent of pairs this far apart, in points, that people rank the same way."""
        return self.ceiling / (1 + math.exp(-self.slope * abs(delta)))


@dataclass(frozen=True, slots=True)
class Metric(ABC):
    """One metric: what it makes of its counts, and how its scores are read."""

    name: str
    columns: int
    """K, the number of its sufficient statistics."""
    lower_is_better: bool = False
    """Whether it counts errors."""
    levels: tuple[Level, ...] = (Level.SEGMENT, Level.ARTICLE)
    """Where it exists."""
    lowest: float = 0.0
    highest: float = 100.0
    """The ends of its scale; infinite where there is none."""
    counts_words: bool = False
    """Whether it means nothing in a language written without spaces between words."""
    margin: float = 0.0
    """A difference that nobody would see, in points; 0 where nobody has asked people."""
    agreement: Agreement | None = None
    """What people say of differences; None where nobody has asked them."""
    meaning: str = ""
    """What it counts, for those who read its scores and know no metrics."""
    spread: float | None = None
    """Points: by how much a difference of two systems varies from one article of 10 segments to another, as a standard
    deviation; None where nobody has measured it. The larger of the medians over the pairs of systems of each direction
    of FLORES dev (English to Arabic, 21 pairs; to Vietnamese, 6), where ten neighbouring segments stand for an
    article."""

    @abstractmethod
    def score(self, sums: Sums) -> Scores:
        """The corpus scores of `(..., K)` sums of statistics, shape `(...)`: the very numbers of sacrebleu."""

    def score_segments(self, rows: Sums) -> Scores:
        """The scores of `(..., K)` rows as those of single segments, shape `(...)`."""
        return self.score(rows)

    def score_resamples(self, sums: Sums) -> Scores:
        """The same as `score`, faster for a million sums, and perhaps another last digit on another processor."""
        return self.score(sums)

    def choose_decimals(self, largest: float) -> int:
        """Decimals to show of scores among which `largest` is the largest: one, but three on scales from 0 to 1."""
        return 1 if math.isfinite(self.lowest) or largest >= 2 else 3

    @property
    def is_percent(self) -> bool:
        """Whether its scale is 0-100."""
        return math.isfinite(self.highest - self.lowest)


@dataclass(frozen=True, slots=True)
class TextMetric(Metric):
    """A metric that is counted here, beside one reference."""

    @abstractmethod
    def count(self, chunk: Chunk) -> Any:
        """The `(N, K)` sufficient statistics of a chunk of N translations beside their references, each one line."""

    @abstractmethod
    def sign(self) -> str:
        """What the metric says of itself: sacrebleu's full signature against one reference, without the name."""


def sign_with_sacrebleu(scorer: Any) -> str:
    """The full signature of a metric of sacrebleu, as its command prints it without the name."""
    # A signature names the number of references, which sacrebleu learns from the first corpus it sees.
    scorer.num_refs = 1
    return str(scorer.get_signature().format())
