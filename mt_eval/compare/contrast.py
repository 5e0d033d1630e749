"""Evidence in, comparisons out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import inf

import numpy as np
import numpy.typing as npt

from mt_eval.compare.details import explain_difference
from mt_eval.compare.evidence import Evidence, Table
from mt_eval.compare.groups import find_groups
from mt_eval.compare.inference import (
    ALPHA,
    adjust_holm,
    bootstrap_p_values,
    detectable_delta,
    expanded_intervals,
    needed_units,
    sacrebleu_p_values,
)
from mt_eval.compare.judgement import CANNOT_TELL, judge
from mt_eval.compare.result import Comparisons, Details, Group, MetricFacts, SystemScore
from mt_eval.compare.swaps import randomization_p_values
from mt_eval.errors import ConfigError, RunError
from mt_eval.score.resample import FEWEST_ARTICLES, bootstrap_scores, sum_groups
from mt_eval.types import Comparison, Level

BOOTSTRAP, RANDOMIZATION = "bootstrap", "randomization"
AUTO, ARTICLE, SEGMENT = "auto", "article", "segment"
_PAIRS_AT_ONCE = 64
"""Pairs of systems whose resampled differences are held at once (5 MB at 10,000 resamples)."""


def _require(condition: bool, name: str, got: object, expected: str) -> None:
    if not condition:
        raise ConfigError(f"{name}={got} is not possible: expected {expected}")


@dataclass(frozen=True, slots=True)
class Plan:
    """How to compare."""

    baseline: int = 0
    """The place of the baseline among the systems."""
    test: str = BOOTSTRAP
    unit: str = AUTO
    """`article`, `segment`, or `auto`: articles where there are at least 10, else segments."""
    samples: int = 10_000
    seed: int = 1
    all_pairs: bool = False
    margin: float | None = None
    """Of a tie, in points, for all metrics; None for each metric's own."""
    details: bool | None = None
    """Whether to find out where the differences to the baseline come from; None does so for two systems."""
    segments: int = 3
    """Most segments named there on which a candidate loses, and on which it gains."""

    def __post_init__(self) -> None:
        _require(self.test in (BOOTSTRAP, RANDOMIZATION), "test", self.test, f"{BOOTSTRAP} or {RANDOMIZATION}")
        _require(self.unit in (AUTO, ARTICLE, SEGMENT), "unit", self.unit, f"{AUTO}, {ARTICLE} or {SEGMENT}")
        _require(self.samples >= 100, "samples", self.samples, "100 or more")
        _require(self.seed >= 0, "seed", self.seed, "0 or more")
        _require(self.segments >= 0, "segments", self.segments, "0 or more")
        _require(self.margin is None or 0 <= self.margin < inf, "margin", self.margin, "0 or more points")


def compare_systems(evidence: Evidence, plan: Plan) -> Comparisons:
    """Scores of M systems with intervals, differences with tests and verdicts, and where the differences come from.

    Intervals are those of the bootstrap whatever the test. Every candidate is held against the baseline, or every
    system against every other.

    Raises:
        RunError: There are fewer than two systems, or fewer than two units to resample.
    """
    if len(evidence.systems) < 2:
        raise RunError(
            f"there is nothing to compare {evidence.systems[0]} with, expected two runs or more; name another"
        )
    unit, tables = _choose_units(evidence, plan.unit)
    units = tables[0].rows.shape[1]
    order = [plan.baseline, *(place for place in range(len(evidence.systems)) if place != plan.baseline)]
    real = [table.metric.score(table.rows.sum(axis=1)) for table in tables]
    resampled = bootstrap_scores([(table.metric, table.rows) for table in tables], samples=plan.samples, seed=plan.seed)
    facts = tuple(_describe(table, plan.margin) for table in tables)

    scores = []
    for table, values, draws in zip(tables, real, resampled, strict=True):
        low, high = expanded_intervals(draws, units)
        scores += [
            SystemScore(
                evidence.systems[place], str(table.key), float(values[place]), float(low[place]), float(high[place])
            )
            for place in order
        ]
    pairs = list(combinations(order, 2)) if plan.all_pairs else [(order[0], place) for place in order[1:]]
    comparisons = _compare_pairs(evidence.systems, tables, facts, real, resampled, pairs, plan)
    groups = _group(evidence.systems, tables, real, comparisons) if plan.all_pairs else ()
    details: tuple[Details, ...] = ()
    wanted = len(order) == 2 if plan.details is None else plan.details
    if wanted and (not plan.all_pairs or len(pairs) == 1):
        details = tuple(explain_difference(evidence, one, other, plan.segments) for one, other in pairs)
    return Comparisons(
        systems=tuple(evidence.systems[place] for place in order),
        metrics=facts,
        scores=tuple(scores),
        comparisons=comparisons,
        groups=groups,
        details=details,
        speeds=tuple(evidence.speeds[place] for place in order) if evidence.speeds else (),
        languages=evidence.languages,
        level=evidence.level,
        segments=len(evidence.ids),
        articles=len(set(evidence.articles)),
        unit=unit,
        test=plan.test,
        samples=plan.samples,
        seed=plan.seed,
        notes=(*evidence.notes, *_warn(evidence, unit, units, plan)),
    )


def _choose_units(evidence: Evidence, asked: str) -> tuple[str, list[Table]]:
    """What is resampled, and tables with one row per unit of it."""
    number = {name: place for place, name in enumerate(dict.fromkeys(evidence.articles))}
    unit = asked if asked != AUTO else ARTICLE if len(number) >= FEWEST_ARTICLES else SEGMENT
    if evidence.level is Level.ARTICLE:
        # A row is an article as it is.
        if asked == SEGMENT:
            raise RunError("--unit segment: whole articles are scored, whose segments cannot be drawn; leave it out")
        unit = ARTICLE
    units = len(number) if unit == ARTICLE else len(evidence.ids)
    if units < 2:
        raise RunError(
            f"there is only one {unit} to resample, expected two or more: nothing says how the systems would do on "
            f"another; {'give --unit segment' if unit == ARTICLE else 'compare on more text'}"
        )
    if unit == SEGMENT or evidence.level is Level.ARTICLE:
        return unit, list(evidence.tables)
    groups = np.array([number[name] for name in evidence.articles])
    return unit, [
        replace(table, rows=np.stack([sum_groups(rows, groups, units) for rows in table.rows]))
        for table in evidence.tables
    ]


def _describe(table: Table, margin: float | None) -> MetricFacts:
    own = table.metric.margin if margin is None else margin
    return MetricFacts(str(table.key), table.signature, table.metric.lower_is_better, own)


def _compare_pairs(
    systems: Sequence[str],
    tables: Sequence[Table],
    facts: Sequence[MetricFacts],
    real: Sequence[npt.NDArray[np.float64]],
    resampled: Sequence[npt.NDArray[np.float64]],
    pairs: Sequence[tuple[int, int]],
    plan: Plan,
) -> tuple[Comparison, ...]:
    units = tables[0].rows.shape[1]
    swapped = (
        randomization_p_values(
            [(table.metric, table.rows) for table in tables], pairs, samples=plan.samples, seed=plan.seed
        )
        if plan.test == RANDOMIZATION
        else [None] * len(tables)
    )
    columns = [_measure(*each, pairs, units) for each in zip(real, resampled, swapped, strict=True)]
    adjusted = iter(adjust_holm([float(p) for each in columns for p in each.p_values]))
    tests = len(pairs) * len(tables)
    return tuple(
        _judge_pair(systems, pair, fact, table, each, index, next(adjusted), units, tests)
        for fact, table, each in zip(facts, tables, columns, strict=True)
        for index, pair in enumerate(pairs)
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """One metric's figures of P pairs, each `(P,)`."""

    deltas: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    errors: npt.NDArray[np.float64]
    p_values: npt.NDArray[np.float64]
    p_sacrebleu: npt.NDArray[np.float64] | None


def _measure(
    real: npt.NDArray[np.float64],
    resampled: npt.NDArray[np.float64],
    swapped: npt.NDArray[np.float64] | None,
    pairs: Sequence[tuple[int, int]],
    units: int,
) -> _Measured:
    chunks = []
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        one, other = np.array(pairs[start : start + _PAIRS_AT_ONCE]).T
        observed = real[other] - real[one]
        draws = resampled[other] - resampled[one]
        low, high = expanded_intervals(draws, units)
        p_values = bootstrap_p_values(draws, units) if swapped is None else swapped[start : start + _PAIRS_AT_ONCE]
        chunks.append((observed, low, high, draws.std(axis=-1), p_values, sacrebleu_p_values(draws, observed)))
    deltas, low, high, errors, p_values, p_sacrebleu = map(np.concatenate, zip(*chunks, strict=True))
    return _Measured(deltas, low, high, errors, p_values, p_sacrebleu if swapped is None else None)


def _judge_pair(
    systems: Sequence[str],
    pair: tuple[int, int],
    fact: MetricFacts,
    table: Table,
    measured: _Measured,
    index: int,
    p_adjusted: float,
    units: int,
    tests: int,
) -> Comparison:
    delta, low, high = (float(each[index]) for each in (measured.deltas, measured.low, measured.high))
    verdict = judge(delta, low, high, p_adjusted, margin=fact.margin, lower_is_better=fact.lower_is_better)
    detectable = detectable_delta(float(measured.errors[index]), units, tests)
    return Comparison(
        metric=fact.name,
        baseline=systems[pair[0]],
        candidate=systems[pair[1]],
        delta=delta,
        low=low,
        high=high,
        p_value=float(measured.p_values[index]),
        p_adjusted=p_adjusted,
        verdict=verdict,
        detectable=detectable,
        units_needed=needed_units(delta, detectable, units) if verdict == CANNOT_TELL else None,
        agreement=table.agreement and table.agreement.find_share(delta),
        p_sacrebleu=None if measured.p_sacrebleu is None else float(measured.p_sacrebleu[index]),
    )


def _group(
    systems: Sequence[str],
    tables: Sequence[Table],
    real: Sequence[npt.NDArray[np.float64]],
    comparisons: Sequence[Comparison],
) -> tuple[Group, ...]:
    groups = []
    for table, values in zip(tables, real, strict=True):
        sign = 1 if table.metric.lower_is_better else -1
        ranked = [systems[place] for place in np.argsort(sign * values, kind="stable")]
        apart = {
            frozenset((each.baseline, each.candidate))
            for each in comparisons
            if each.metric == str(table.key) and each.p_adjusted < ALPHA
        }
        groups += [Group(str(table.key), members) for members in find_groups(ranked, apart)]
    return tuple(groups)


def _warn(evidence: Evidence, unit: str, units: int, plan: Plan) -> list[str]:
    notes = []
    articles = len(set(evidence.articles))
    if unit == SEGMENT and 1 < articles < FEWEST_ARTICLES:
        notes.append(
            f"{articles} articles are few: intervals and tests tell how the difference varies over sentences, not over "
            "articles"
        )
    elif unit == SEGMENT and articles == 1:
        notes.append(
            "all segments are of one article, or nobody told articles apart: intervals and tests take them as "
            "independent of each other"
        )
    elif unit == SEGMENT:
        notes.append(
            f"segments were resampled although there are {articles} articles, whose segments hang together: intervals "
            "are too narrow"
        )
    elif units < FEWEST_ARTICLES:
        notes.append(f"{units} articles are few to resample: intervals are wide and still uncertain")
    by_identity: dict[str, str] = {}
    for name, identity in zip(evidence.systems, evidence.identities, strict=True):
        if identity is not None and by_identity.setdefault(identity, name) != name:
            notes.append(f"{name} and {by_identity[identity]} are the same experiment")
    return notes
