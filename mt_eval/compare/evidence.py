"""What a comparison rests on, wherever it comes from: counts of all systems over the same texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from mt_eval.compare.result import Speed
from mt_eval.score.corpus import score_sums
from mt_eval.types import LOWER_IS_BETTER, Level

STEPS = 10**9
"""A segment score of a metric without statistics is counted in steps of a billionth, so that sums are exact."""

Texts = Callable[[int, Sequence[int]], list[str]]
"""The translations that a system, by its place, made of the segments at some places."""


@dataclass(frozen=True, slots=True)
class Table:
    """What one metric counted: M systems over the same N rows."""

    metric: str
    """With `@PROFILE` behind it where the texts were normalised."""
    signature: str
    rows: npt.NDArray[np.int64]
    """`(M, N, K)` sufficient statistics, columns as in `score.corpus`; for a metric from outside `(M, N, 2)`: its
    segment scores in `STEPS`, and 1."""
    from_outside: bool = False

    @property
    def lower_is_better(self) -> bool:
        return self.metric.partition("@")[0] in LOWER_IS_BETTER or "better:lower" in self.signature.split("|")

    def score(self, sums: npt.NDArray[Any], *, effective_order: bool = False) -> npt.NDArray[np.float64]:
        """Scores of `(..., K)` sums of rows, shape `(...)`; a metric from outside is the mean of its segments."""
        if self.from_outside:
            counts = np.asarray(sums, dtype=np.float64)
            means: npt.NDArray[np.float64] = counts[..., 0] / STEPS / np.maximum(counts[..., 1], 1)
            return means
        return score_sums(self.metric.partition("@")[0], sums, effective_order=effective_order)


@dataclass(frozen=True, slots=True)
class Evidence:
    """M systems, the N rows they were scored on, and one table per metric."""

    systems: tuple[str, ...]
    """What the M systems are called."""
    identities: tuple[str | None, ...]
    """Identity of each system's run; None for a plain file."""
    level: Level
    """What a row is: a segment or a whole article."""
    tables: tuple[Table, ...]
    ids: tuple[str, ...]
    """N segment pair ids, or article pair ids at level article."""
    articles: tuple[str, ...]
    """The article pair each of the N rows belongs to."""
    sources: tuple[str, ...] = field(repr=False)
    """N texts; empty at level article, and where no source was given."""
    references: tuple[str, ...] = field(repr=False)
    shapes: tuple[tuple[int, int], ...] = field(repr=False)
    """How many source and reference segments each row is made of; empty where that says nothing."""
    flags: tuple[tuple[tuple[str, ...], ...], ...] = field(repr=False)
    """Per system and row the names of what looks wrong; empty where nobody looked."""
    read_texts: Texts = field(repr=False, compare=False)
    languages: tuple[str | None, str]
    """Source language, None where there is no source, and target language."""
    speeds: tuple[Speed | None, ...] = ()
    """One per system, as in `Comparisons`."""
    notes: tuple[str, ...] = ()
    """What to know before believing the comparison."""
