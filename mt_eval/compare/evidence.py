"""What a comparison rests on, wherever it comes from: counts of all systems over the same texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from mt_eval.compare.result import Context, JudgedTexts, Speed
from mt_eval.likelihoods import Contrast, JudgedPair
from mt_eval.metrics.key import MetricKey
from mt_eval.metrics.metric import Agreement, Metric
from mt_eval.types import Level

Texts = Callable[[int, Sequence[int]], list[str]]
"""The translations that a system, by its place, made of the segments at some places."""


@dataclass(frozen=True, slots=True)
class Table:
    """What one metric counted: M systems over the same N rows."""

    key: MetricKey
    metric: Metric
    signature: str
    rows: npt.NDArray[np.integer[Any]]
    """`(M, N, K)` sufficient statistics, columns as the metric's module names them."""

    @property
    def agreement(self) -> Agreement | None:
        """What people say of differences, where they were asked: of the texts as they are."""
        return self.metric.agreement if self.key == MetricKey(self.metric.name) else None


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """What a judge says of a contrastive set, as a system's run keeps it."""

    system: str
    contrast: Contrast
    pairs: tuple[JudgedPair, ...]
    """In the order of the set."""


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
    ids: Sequence[str]
    """N segment pair ids, or article pair ids at level article."""
    articles: Sequence[str]
    """The article pair each of the N rows belongs to."""
    sources: Sequence[str] = field(repr=False)
    """N texts; empty at level article, and where no source was given."""
    references: Sequence[str] = field(repr=False)
    shapes: tuple[tuple[int, int], ...] = field(repr=False)
    """How many source and reference segments each row is made of; empty where that says nothing."""
    flags: tuple[Sequence[tuple[str, ...]], ...] = field(repr=False)
    """Per system and row the names of what looks wrong; empty where nobody looked."""
    read_texts: Texts = field(repr=False, compare=False)
    languages: tuple[str | None, str]
    """Source language, None where there is no source, and target language."""
    referenced: bool = True
    """Whether any metric holds the translations against a human version."""
    speeds: tuple[Speed | None, ...] = ()
    """One per system, as in `Comparisons`."""
    contexts: tuple[Context, ...] = ()
    """As in `Comparisons`."""
    judged: tuple[JudgedTexts, ...] = ()
    """As in `Comparisons`."""
    judged_sets: tuple[JudgedSet, ...] = ()
    """Contrastive sets that the systems' runs keep."""
    titles: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Article pair id to its title, of those that have one."""
    utilities: tuple[tuple[str, ...], ...] = ()
    """Per system the metrics that it chose its translations by, which therefore give no verdict on it; empty where no
    system did, or where they are to give one all the same."""
    notes: tuple[str, ...] = ()
    """What to know before believing the comparison."""
