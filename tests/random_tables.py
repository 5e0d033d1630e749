"""Rows of statistics drawn at random, for what is computed from rows alone."""

from __future__ import annotations

import numpy as np

from mt_eval.metrics import METRICS
from mt_eval.metrics.metric import Metric

Table = tuple[Metric, np.ndarray]


def make_random_table(systems: int, units: int, seed: int) -> Table:
    """chrF statistics that could be: matches are no more than what either side has."""
    generator = np.random.default_rng(seed)
    rows = np.empty((systems, units, 18), dtype=np.int64)
    in_reference = generator.integers(1, 60, size=(units, 6))
    for system in rows:
        in_translation = generator.integers(1, 60, size=(units, 6))
        system[:, 0::3], system[:, 1::3] = in_translation, in_reference
        system[:, 2::3] = generator.integers(0, np.minimum(in_translation, in_reference) + 1)
    return METRICS["chrF"], rows
