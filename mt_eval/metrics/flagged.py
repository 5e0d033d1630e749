"""How many translations look wrong, in percent: a metric that needs no reference, made of the flags that a run has.

The 2 columns of a row: 1 for a segment with the flag, else 0; and 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mt_eval.metrics.metric import Metric
from mt_eval.types import Level

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from mt_eval.metrics.metric import Scores, Sums

_PREFIX = "flagged:"
ANY = "any"
"""Stands for a flag of whatever name."""


@dataclass(frozen=True, slots=True)
class Flagged(Metric):
    """The share of translated segments with one flag, or with any."""

    columns: int = 2
    lower_is_better: bool = True
    levels: tuple[Level, ...] = (Level.SEGMENT,)
    meaning: str = "How many of 100 translations have this flag; any: one flag at least. Lower is better."

    @property
    def flag(self) -> str:
        """The flag that is counted; `any` for all of them."""
        return self.name.removeprefix(_PREFIX)

    def tabulate(self, flags: Sequence[Sequence[str]]) -> npt.NDArray[np.int64]:
        """The `(N, 2)` rows of N segments, given the names of their flags."""
        import numpy as np

        rows = [[bool(names) if self.flag == ANY else self.flag in names, True] for names in flags]
        return np.array(rows, dtype=np.int64).reshape(-1, 2)

    def score(self, sums: Sums) -> Scores:
        """Percent; 0 of no segments."""
        import numpy as np

        counts = np.asarray(sums, dtype=np.float64)
        shares: Scores = 100 * counts[..., 0] / np.maximum(counts[..., 1], 1)
        return shares

    def sign(self) -> str:
        """What the metric says of itself."""
        return "unit:percent of translated segments|references:none"


def name_flagged(flag: str) -> str:
    """What the share of segments with this flag is called.

    >>> name_flagged("numbers")
    'flagged:numbers'
    """
    return _PREFIX + flag


def is_flagged(name: str) -> bool:
    """Whether a metric of this name counts flags."""
    return name.startswith(_PREFIX)
