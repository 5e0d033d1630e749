"""Corpus scores from sums of sufficient statistics.

A **row of sufficient statistics** is what sacrebleu counts in one unit (a segment or an article) against its reference.
Rows add up, and the score of any set of units is a function of their sum alone. That makes resampling cheap: the text
is counted once, and a resample is a weighted sum of rows. The columns, in sacrebleu's order:

    BLEU      10: translation length, reference length, matching 1- to 4-grams, 1- to 4-grams of the translation
    chrF      18: for each of 1- to 6-character-grams: in the translation, in the reference, matching
    chrF++    24: the columns of chrF, then the same three for each of 1- and 2-word-grams
    TER        2: edits, reference length

The formulas are those of sacrebleu 2.6 with its default settings (`metrics/bleu.py`, `metrics/chrf.py`,
`metrics/ter.py`), in the same order of operations, so that one sum gives the very number sacrebleu gives.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.integer[Any]]
"""Rows of statistics, or sums of them."""

_ORDERS = 4
_BETA = 2
_LOG_OF_ZERO = -9999999999.0
"""What sacrebleu's `my_log` takes for the logarithm of 0."""


def score_sums(metric: str, sums: Counts, *, effective_order: bool = False) -> npt.NDArray[np.float64]:
    """Scores of `metric` (`chrF++`, `chrF`, `BLEU-intl`, `BLEU-13a`, `TER`), one per sum of statistics.

    `sums` has shape `(..., K)`, the result `(...)`. `effective_order` concerns BLEU only: see `bleu_from_sums`.
    """
    match metric.partition("-")[0]:
        case "BLEU":
            return bleu_from_sums(sums, effective_order=effective_order)
        case "chrF" | "chrF++":
            return chrf_from_sums(sums)
        case "TER":
            return ter_from_sums(sums)
        case _:
            raise ValueError(f"no formula for the metric {metric!r}")


def bleu_from_sums(sums: Counts, *, effective_order: bool = False) -> npt.NDArray[np.float64]:
    """BLEU (0-100) with exponential smoothing, sacrebleu's default.

    `sums` has shape `(..., 10)`, the result `(...)`. `effective_order` leaves out the n-gram orders that a
    translation is too short to have; sacrebleu does so for single segments and not for corpora.

    Papineni et al. 2002; smoothing as in mteval-v13a.pl, method 3 of Chen and Cherry 2014.
    """
    counts = np.asarray(sums, dtype=np.float64)
    length, reference_length = counts[..., 0], counts[..., 1]
    matching, total = counts[..., 2 : 2 + _ORDERS], counts[..., 2 + _ORDERS :]

    smoothing = np.ones(length.shape)
    log_sum = np.zeros(length.shape)
    order = np.full(length.shape, float(_ORDERS))
    reached = np.ones(length.shape, dtype=bool)
    for n in range(_ORDERS):
        reached = reached & (total[..., n] > 0)
        missed = reached & (matching[..., n] == 0)
        smoothing = np.where(missed, smoothing * 2, smoothing)
        precision = np.where(missed, 100.0, 100.0 * matching[..., n])
        precision /= np.where(reached, np.where(missed, smoothing * total[..., n], total[..., n]), 1.0)
        log = np.where(reached, np.log(np.where(reached, precision, 1.0)), 0.0 if effective_order else _LOG_OF_ZERO)
        log_sum = log_sum + log
        if effective_order:
            order = np.where(reached, n + 1.0, order)

    shorter = length < reference_length
    ratio = np.divide(reference_length, length, out=np.ones(length.shape), where=shorter & (length > 0))
    penalty = np.where(shorter & (length == 0), 0.0, np.exp(1 - np.where(shorter, ratio, 1.0)))
    scores: npt.NDArray[np.float64] = np.where(matching.any(axis=-1), penalty * np.exp(log_sum / order), 0.0)
    return scores


def chrf_from_sums(sums: Counts) -> npt.NDArray[np.float64]:
    """chrF or chrF++ (0-100), by the number of columns: F2 of precision and recall averaged over the n-gram orders.

    `sums` has shape `(..., 3 * orders)`, the result `(...)`. An order that one side is too short to have is left out.

    Popović 2015 and 2017; the averaging is that of sacrebleu without `eps_smoothing`, its default.
    """
    counts = np.asarray(sums, dtype=np.float64)
    precision = np.zeros(counts.shape[:-1])
    recall = np.zeros(counts.shape[:-1])
    orders = np.zeros(counts.shape[:-1])
    for first in range(0, counts.shape[-1], 3):
        in_translation, in_reference, matching = (counts[..., first + column] for column in range(3))
        both = (in_translation > 0) & (in_reference > 0)
        precision = precision + np.divide(matching, in_translation, out=np.zeros(both.shape), where=both)
        recall = recall + np.divide(matching, in_reference, out=np.zeros(both.shape), where=both)
        orders = orders + both

    precision = precision / np.maximum(orders, 1)
    recall = recall / np.maximum(orders, 1)
    weight = _BETA**2
    denominator = weight * precision + recall
    scores = np.divide(
        (1 + weight) * precision * recall, denominator, out=np.zeros(denominator.shape), where=denominator > 0
    )
    return 100 * scores


def ter_from_sums(sums: Counts) -> npt.NDArray[np.float64]:
    """TER: edits per 100 words of the reference; 0 is best and it can exceed 100.

    `sums` has shape `(..., 2)`, the result `(...)`. Against an empty reference any edit counts as 100, none as 0.

    Snover et al. 2006.
    """
    counts = np.asarray(sums, dtype=np.float64)
    edits, reference_length = counts[..., 0], counts[..., 1]
    scores: npt.NDArray[np.float64] = 100 * np.where(
        reference_length > 0, edits / np.maximum(reference_length, 1), edits > 0
    )
    return scores


def sum_groups(statistics: Counts, groups: npt.NDArray[np.int64], number: int) -> npt.NDArray[np.int64]:
    """The `(number, K)` sums of the rows of each group.

    `statistics` is `(N, K)`; `groups` is `(N,)` and holds the group of each row, 0 to `number` - 1. A group without
    rows sums to zeros.
    """
    sums = np.zeros((number, statistics.shape[1]), dtype=np.int64)
    np.add.at(sums, groups, statistics)
    return sums
