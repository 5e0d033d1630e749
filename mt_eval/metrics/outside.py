"""Metrics from outside: programs give every segment a number (`program.py` runs them), and a corpus has their mean.

The 2 columns of a row: the number of a segment in steps of a billionth, and 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mt_eval.metrics.metric import Metric
from mt_eval.types import Level

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from mt_eval.metrics.metric import Scores, Sums

_STEPS = 10**9
"""Resampling sums integers: a number counts in steps of a billionth, finer than any tool prints."""


@dataclass(frozen=True, slots=True)
class Outside(Metric):
    """A metric whose numbers come from a program, whatever scale they have."""

    columns: int = 2
    levels: tuple[Level, ...] = (Level.SEGMENT,)
    lowest: float = -math.inf
    highest: float = math.inf

    def tabulate(self, values: Sequence[float]) -> npt.NDArray[np.int64]:
        """The `(N, 2)` rows of N numbers."""
        import numpy as np

        return np.array([[round(value * _STEPS), 1] for value in values], dtype=np.int64).reshape(-1, 2)

    def score(self, sums: Sums) -> Scores:
        """Means; 0 of no segments."""
        import numpy as np

        counts = np.asarray(sums, dtype=np.float64)
        means: Scores = counts[..., 0] / _STEPS / np.maximum(counts[..., 1], 1)
        return means
