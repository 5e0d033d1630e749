"""Pairs of systems: how far apart they are by each metric, whether chance does as much, and the verdict.

Every metric's p values are adjusted (Holm) for the tests of that metric alone: one per pair of systems whose
translations differ. So no verdict depends on which other metrics are shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mt_eval.compare.evidence import Table
from mt_eval.compare.inference import (
    COUNTED,
    MANY,
    adjust_holm,
    bootstrap_p_values,
    count_beyond,
    detectable_delta,
    find_smallest_bootstrap_p,
    find_smallest_p,
    fit_interval,
    needed_units,
    sacrebleu_p_values,
    subtract,
)
from mt_eval.compare.judgement import CANNOT_TELL, NO_VERDICT, judge
from mt_eval.compare.result import BOOTSTRAP, MetricFacts
from mt_eval.compare.swaps import randomization_p_values
from mt_eval.score.interval import ALPHA, expanded_intervals
from mt_eval.score.resample import bootstrap_scores, measure_units
from mt_eval.types import Comparison

_PAIRS_AT_ONCE = 64
"""Pairs of systems whose resampled differences are held at once (5 MB at 10,000 resamples)."""
_MORE = 20
"""So many times the resamples where few of them say how rare a difference is, and few units make them cheap."""

_Floats = npt.NDArray[np.float64]
Pair = tuple[int, int]
"""The places of baseline and candidate."""


def find_twins(tables: Sequence[Table]) -> list[int]:
    """Per system the place of the first one that all metrics count the same in: the translations are the same."""
    first: dict[tuple[bytes, ...], int] = {}
    contents = zip(*([_hash(rows) for rows in table.rows] for table in tables), strict=True)
    return [first.setdefault(content, place) for place, content in enumerate(contents)]


def _hash(rows: npt.NDArray[np.integer[Any]]) -> bytes:
    return hashlib.sha256(np.ascontiguousarray(rows).data).digest()


def list_tests(pairs: Sequence[Pair], twins: Sequence[int]) -> list[frozenset[int]]:
    """Per pair which two systems are tested, twins counting as one; a single one where there is nothing to test."""
    return [frozenset((twins[one], twins[other])) for one, other in pairs]


def compare_pairs(
    systems: Sequence[str],
    tables: Sequence[Table],
    facts: Sequence[MetricFacts],
    real: Sequence[_Floats],
    resampled: Sequence[_Floats],
    pairs: Sequence[Pair],
    *,
    test: str,
    samples: int,
    seed: int,
) -> tuple[Comparison, ...]:
    """P comparisons by each metric, metric by metric.

    Args:
        real: Per metric the scores of the M systems.
        resampled: Per metric their `(M, S)` scores over S resamples.
    """
    counted = [(table.metric, table.rows) for table in tables]
    swapped = None if test == BOOTSTRAP else randomization_p_values(counted, pairs, samples=samples, seed=seed)
    tests = list_tests(pairs, find_twins(tables))
    comparisons = []
    for place, (table, fact) in enumerate(zip(tables, facts, strict=True)):
        of_test = swapped[place] if swapped else None
        measured = _measure(table, real[place], resampled[place], of_test, pairs, seed, count_tests(tests))
        adjusted = _adjust(measured.p_values.tolist(), tests)
        comparisons += [
            _judge_pair((systems[pair[0]], systems[pair[1]]), fact, table, measured, index, adjusted[index], tests)
            for index, pair in enumerate(pairs)
        ]
    return tuple(comparisons)


def _adjust(p_values: Sequence[float], tests: Sequence[frozenset[int]]) -> list[float]:
    """The adjusted p values; those of twins are one test, and a system is not tested against its twin."""
    found = {test: p_value for test, p_value in zip(tests, p_values, strict=True) if len(test) > 1}
    adjusted = dict(zip(found, adjust_holm(list(found.values())), strict=True))
    return [adjusted.get(test, 1.0) for test in tests]


@dataclass(frozen=True, slots=True)
class _Measured:
    """One metric's figures of P pairs, each `(P,)`."""

    units: int
    effective: float
    """Units of equal size that say as much."""
    smallest_p: float
    """What p is at least, however clear a difference is."""
    deltas: _Floats
    low: _Floats
    high: _Floats
    errors: _Floats
    p_values: _Floats
    p_sacrebleu: _Floats | None


def _measure(
    table: Table,
    real: _Floats,
    resampled: _Floats,
    swapped: _Floats | None,
    pairs: Sequence[Pair],
    seed: int,
    number: int,
) -> _Measured:
    units, effective = table.rows.shape[1], measure_units(table.rows[0])
    smallest_p = find_smallest_p(units)
    if swapped is None:
        smallest_p = max(smallest_p, find_smallest_bootstrap_p(resampled.shape[-1] * _MORE, effective))
    chunks = []
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        chunk = pairs[start : start + _PAIRS_AT_ONCE]
        one, other = np.array(chunk).T
        observed, draws = subtract(real[one], real[other]), subtract(resampled[one], resampled[other])
        low, high = expanded_intervals(draws, effective)
        if swapped is not None:
            p_values = swapped[start : start + _PAIRS_AT_ONCE]
        else:
            p_values = _count_more(table, chunk, draws, effective, seed, number)
            p_values = np.where(draws.any(axis=-1), np.maximum(p_values, find_smallest_p(units)), 1.0)
        chunks.append((observed, low, high, draws.std(axis=-1), p_values, sacrebleu_p_values(draws, observed)))
    deltas, low, high, errors, p_values, p_sacrebleu = map(np.concatenate, zip(*chunks, strict=True))
    return _Measured(
        units, effective, smallest_p, deltas, low, high, errors, p_values, p_sacrebleu if swapped is None else None
    )


def _count_more(
    table: Table, pairs: Sequence[Pair], draws: _Floats, effective: float, seed: int, number: int
) -> _Floats:
    """p values of the bootstrap, counted over more resamples where that decides: `number` tests are adjusted."""
    p_values = bootstrap_p_values(draws, effective)
    undecided = (p_values < ALPHA) & (p_values * number >= ALPHA)
    few = np.flatnonzero(undecided & (count_beyond(draws) < COUNTED)).tolist()
    if effective >= MANY or not few:
        return p_values
    kept = sorted({system for index in few for system in pairs[index]})
    samples = draws.shape[-1] * _MORE
    (more,) = bootstrap_scores([(table.metric, table.rows[kept])], samples=samples, seed=seed)
    for index in few:
        one, other = (kept.index(system) for system in pairs[index])
        p_values[index] = bootstrap_p_values(subtract(more[[one]], more[[other]]), effective)[0]
    return p_values


def _judge_pair(
    names: tuple[str, str],
    fact: MetricFacts,
    table: Table,
    measured: _Measured,
    index: int,
    p_adjusted: float,
    tests: Sequence[frozenset[int]],
) -> Comparison:
    delta, low, high, p_value = (
        float(each[index]) for each in (measured.deltas, measured.low, measured.high, measured.p_values)
    )
    widest = table.metric.highest - table.metric.lowest
    low, high = fit_interval(delta, (low, high), p_value, measured.effective)
    low, high = max(low, -widest), min(high, widest)
    is_chosen = not set(names).isdisjoint(fact.favoured)
    verdict = judge(delta, low, high, p_adjusted, margin=fact.margin, lower_is_better=fact.lower_is_better)
    if is_chosen:
        verdict = NO_VERDICT
    number = max(count_tests(tests), 1)
    detectable = None
    if measured.smallest_p * number < ALPHA:
        detectable = min(detectable_delta(float(measured.errors[index]), measured.effective, number), widest)
    needed = None
    if verdict == CANNOT_TELL and detectable is not None:
        needed = needed_units(delta, detectable, measured.units)
    return Comparison(
        metric=fact.name,
        baseline=names[0],
        candidate=names[1],
        delta=delta,
        low=low,
        high=high,
        p_value=p_value,
        p_adjusted=p_adjusted,
        verdict=verdict,
        detectable=detectable,
        units_needed=needed,
        agreement=None if table.agreement is None or is_chosen else table.agreement.find_share(delta),
        p_sacrebleu=None if measured.p_sacrebleu is None else float(measured.p_sacrebleu[index]),
    )


def count_tests(tests: Sequence[frozenset[int]]) -> int:
    """How many different tests there are among them."""
    return len({test for test in tests if len(test) > 1})
