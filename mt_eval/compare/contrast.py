"""Evidence in, comparisons out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import inf

import numpy as np
import numpy.typing as npt

from mt_eval.compare.details import explain_difference
from mt_eval.compare.differences import compare_pairs, count_tests, find_twins, list_tests
from mt_eval.compare.evidence import Evidence, Table
from mt_eval.compare.favoured import find_favoured
from mt_eval.compare.groups import find_groups
from mt_eval.compare.inference import find_smallest_p
from mt_eval.compare.judgement import NO_VERDICT
from mt_eval.compare.result import (
    BOOTSTRAP,
    RANDOMIZATION,
    Accuracies,
    Comparisons,
    Details,
    Group,
    MetricFacts,
    SystemScore,
)
from mt_eval.errors import ConfigError, RunError
from mt_eval.score.interval import ALPHA, expanded_intervals
from mt_eval.score.resample import FEWEST_ARTICLES, bootstrap_scores, measure_units, sum_groups
from mt_eval.types import Comparison, Level

AUTO, ARTICLE, SEGMENT = "auto", "article", "segment"


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
    utilities = evidence.utilities or ((),) * len(evidence.systems)
    facts = tuple(
        _describe(table, plan.margin, find_favoured(table.key.base, evidence.systems, utilities), is_first=place == 0)
        for place, table in enumerate(tables)
    )

    scores = []
    for table, values, draws in zip(tables, real, resampled, strict=True):
        low, high = expanded_intervals(draws, measure_units(table.rows[0]))
        low, high = (np.clip(ends, table.metric.lowest, table.metric.highest) for ends in (low, high))
        scores += [
            SystemScore(
                evidence.systems[place], str(table.key), float(values[place]), float(low[place]), float(high[place])
            )
            for place in order
        ]
    pairs = list(combinations(order, 2)) if plan.all_pairs else [(order[0], place) for place in order[1:]]
    comparisons = compare_pairs(
        evidence.systems, tables, facts, real, resampled, pairs, test=plan.test, samples=plan.samples, seed=plan.seed
    )
    twins = find_twins(tables)
    tests = count_tests(list_tests(pairs, twins))
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
        contexts=evidence.contexts,
        languages=evidence.languages,
        level=evidence.level,
        segments=len(evidence.ids),
        articles=len(set(evidence.articles)),
        unit=unit,
        test=plan.test,
        samples=plan.samples,
        seed=plan.seed,
        tests=tests,
        notes=(
            *evidence.notes,
            *_warn(evidence, unit, units),
            *_name_twins(evidence, twins),
            *_say_impossible(unit, units, tests, can_show=any(c.detectable is not None for c in comparisons)),
        ),
        referenced=evidence.referenced,
        judged=tuple(each for place in order for each in evidence.judged if each.system == evidence.systems[place]),
        accuracies=_compare_sets(evidence, [evidence.systems[place] for place in order], plan),
    )


def _compare_sets(evidence: Evidence, systems: Sequence[str], plan: Plan) -> tuple[Accuracies, ...]:
    if not evidence.judged_sets:
        return ()
    from mt_eval.compare.accuracy import compare_sets

    return compare_sets(evidence.judged_sets, systems, all_pairs=plan.all_pairs, samples=plan.samples, seed=plan.seed)


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
        mend = "give --unit segment" if evidence.level is not Level.ARTICLE else "give --level segment --unit segment"
        raise RunError(
            f"there is only one {unit} to resample, expected two or more: nothing says how the systems would do on "
            f"another; {mend if unit == ARTICLE else 'compare on more text'}"
        )
    if unit == SEGMENT or evidence.level is Level.ARTICLE:
        return unit, list(evidence.tables)
    groups = np.array([number[name] for name in evidence.articles])
    return unit, [
        replace(table, rows=np.stack([sum_groups(rows, groups, units) for rows in table.rows]))
        for table in evidence.tables
    ]


def _describe(table: Table, margin: float | None, favoured: tuple[str, ...], *, is_first: bool) -> MetricFacts:
    own = table.metric.margin if margin is None else margin
    decides = is_first and not favoured
    return MetricFacts(str(table.key), table.signature, table.metric.lower_is_better, own, decides, favoured)


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
            if each.metric == str(table.key) and each.p_adjusted < ALPHA and each.verdict != NO_VERDICT
        }
        groups += [Group(str(table.key), members) for members in find_groups(ranked, apart)]
    return tuple(groups)


def _warn(evidence: Evidence, unit: str, units: int) -> list[str]:
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


def _name_twins(evidence: Evidence, twins: Sequence[int]) -> list[str]:
    # Counts of words give a translation away; flags and the numbers of a program do not.
    same = "gave the same translations" if evidence.referenced else "look alike in every segment"
    return [
        f"{system} and {evidence.systems[twin]} {same} and count as one system"
        for place, (system, twin) in enumerate(zip(evidence.systems, twins, strict=True))
        if twin != place
    ]


def _say_impossible(unit: str, units: int, tests: int, *, can_show: bool) -> list[str]:
    """That no difference can be shown, where even the clearest one could be chance."""
    needed = next(number for number in range(2, 100) if find_smallest_p(number) * max(tests, 1) < ALPHA)
    if can_show:
        return []
    among = "" if tests < 2 else f" among {tests} tests"
    if units >= needed:
        return [
            f"{units} {unit}s cannot show any difference{among}: a few of them hold most of the text; compare fewer "
            f"systems at once, or more {unit}s"
        ]
    return [
        f"{units} {unit}s cannot show any difference{among}: of two equal systems the same one is ahead on all of them "
        f"in {100 * find_smallest_p(units):.2g}% of cases; {needed} {unit}s or more can"
    ]
