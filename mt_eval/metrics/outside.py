"""Metrics from outside: programs give every segment a number (`program.py` runs them), and a corpus has their mean.

The 2 columns of a row: the number of a segment in steps, and 1. Steps are a power of two, as fine as exact sums allow:
no sum of drawn rows passes 2**52, whatever the metric's scale.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mt_eval.metrics.metric import Metric
from mt_eval.types import Level

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from mt_eval.metrics.metric import Scores, Sums

_BITS = 52
_FINEST = 256
"""So small a step that no program prints smaller numbers: 2**-256."""


@dataclass(frozen=True, slots=True)
class Outside(Metric):
    """A metric whose numbers come from a program, whatever scale they have."""

    columns: int = 2
    levels: tuple[Level, ...] = (Level.SEGMENT,)
    lowest: float = -math.inf
    highest: float = math.inf
    meaning: str = "A metric from outside: mt-eval gives texts to its program and shows its numbers."
    step_bits: int = 0
    """A step is 2**-step_bits."""

    def fit(self, systems: Sequence[Sequence[float]]) -> Outside:
        """The metric with the steps in which the numbers of all systems are counted: N finite ones each."""
        largest = max((abs(value) for values in systems for value in values), default=0.0)
        needed = math.frexp(largest)[1] + max((len(values) for values in systems), default=0).bit_length()
        return replace(self, step_bits=min(_BITS - needed, _FINEST))

    def tabulate(self, values: Sequence[float]) -> npt.NDArray[np.int64]:
        """The `(N, 2)` rows of N numbers."""
        import numpy as np

        rows = [[round(math.ldexp(value, self.step_bits)), 1] for value in values]
        return np.array(rows, dtype=np.int64).reshape(-1, 2)

    def score(self, sums: Sums) -> Scores:
        """Means; 0 of no segments."""
        import numpy as np

        counts = np.asarray(sums, dtype=np.float64)
        # A mean of the largest floats there are may be rounded beyond them.
        with np.errstate(over="ignore"):
            means = np.ldexp(counts[..., 0] / np.maximum(counts[..., 1], 1), -self.step_bits)
        limit = np.finfo(np.float64).max
        bounded: Scores = np.clip(means, -limit, limit)
        return bounded
