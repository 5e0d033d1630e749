"""Differences with their intervals, metric by metric: the comparison table and its forest plot."""

from __future__ import annotations

from dataclasses import dataclass

from mt_eval.compare.result import Comparisons, MetricFacts
from mt_eval.report.comparison import Row, knows_agreement, make_rows, rank_rows
from mt_eval.report.html.scale import Scale, Tick, fit_scale
from mt_eval.types import Comparison


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a forest plot; places are percent of the axis."""

    row: Row
    style: str
    """`better`, `worse`, `tie`, `cannot-tell`, `no-verdict`, or `baseline` for what all are held against."""
    at: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Forest:
    """One metric's comparison."""

    metric: MetricFacts
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    zero: float
    tie: tuple[float, float] | None
    """The ends of the margin of a tie; None without one."""
    ranking: tuple[tuple[str, Row], ...]
    """Where all pairs are compared: group letters and system, best first."""
    pairwise: bool
    people: bool
    """Whether it is known how people see differences of this metric."""


def draw_forests(result: Comparisons) -> list[Forest]:
    """One forest per metric, in the order of the comparison."""
    return [_draw(result, metric) for metric in result.metrics]


def _draw(result: Comparisons, metric: MetricFacts) -> Forest:
    compared = [each for each in result.comparisons if each.metric == metric.name]
    margin = metric.margin
    scale = fit_scale([0.0, -margin, margin, *(end for each in compared for end in (each.low, each.high))])
    rows = make_rows(result, metric)
    pairwise = bool(result.groups)
    lines = [] if pairwise else [Line(rows.pop(0), "baseline")]
    lines += [_draw_line(row, each, scale) for row, each in zip(rows, compared, strict=True)]
    return Forest(
        metric=metric,
        lines=tuple(lines),
        ticks=scale.list_ticks(),
        zero=scale.place(0.0),
        tie=(scale.place(-margin), scale.place(margin)) if margin else None,
        ranking=tuple(rank_rows(result, metric)) if pairwise else (),
        pairwise=pairwise,
        people=knows_agreement(rows),
    )


def _draw_line(row: Row, comparison: Comparison, scale: Scale) -> Line:
    at, low, high = map(scale.place, (comparison.delta, comparison.low, comparison.high))
    return Line(row, comparison.verdict.replace(" ", "-"), at, low, high)
