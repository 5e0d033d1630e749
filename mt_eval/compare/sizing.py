"""How many articles show a difference: the spread of a pilot, or a typical one, carried to other numbers of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mt_eval.compare.evidence import Evidence, Table
from mt_eval.compare.inference import POWER
from mt_eval.errors import ConfigError, RunError
from mt_eval.metrics import METRICS
from mt_eval.metrics.key import MetricKey
from mt_eval.score.interval import ALPHA, count_degrees, quantile_of_t, shrink_errors
from mt_eval.score.resample import bootstrap_scores, measure_units, sum_groups

TYPICAL_SEGMENTS = 10
"""Of an article, where the metrics' typical spreads were measured."""
DIFFERENCE_TO_SCORE = 0.8
"""The spread of a difference over that of one system's score, on the pairs that `Metric.spread` was measured on."""
FEWEST_ARTICLES = 4
MOST_ARTICLES = 1_000_000
_SAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Spread:
    """How much a difference varies from article to article."""

    metric: str
    of_one: float
    """Points: the standard deviation of the difference on one article."""
    effective: float
    """How many articles of equal length say as much as one of these, on the average: 1 where all are equally long."""
    segments: float
    """Segments of an article, on the average."""
    articles: int
    """How many it was measured on; 0 for a typical spread."""
    systems: int
    """Two, whose difference was measured; one, whose scores were; 0 for a typical spread."""


def find_spread(evidence: Evidence, metric: str = "") -> Spread:
    """The spread of the difference between two systems, or as it is expected from the scores of one.

    Args:
        evidence: One or two systems at level segment, by the metric's name or its first.

    Raises:
        RunError: There are more systems, or too few articles to tell a spread.
        ConfigError: The metric is not there.
    """
    if len(evidence.systems) > 2:
        raise RunError(f"{len(evidence.systems)} runs are named, expected one or two; name a pilot run, or two")
    table = _choose_table(evidence, metric)
    places = {article: place for place, article in enumerate(dict.fromkeys(evidence.articles))}
    count = len(places)
    if count < FEWEST_ARTICLES:
        raise RunError(
            f"the pilot has {count} {'article' if count == 1 else 'articles'}, expected {FEWEST_ARTICLES} or more to "
            "see how they vary; plan without a run, by a typical spread"
        )
    groups = np.array([places[article] for article in evidence.articles], dtype=np.int64)
    rows = np.stack([sum_groups(each, groups, count) for each in table.rows])
    (scores,) = bootstrap_scores([(table.metric, rows)], samples=_SAMPLES, seed=1)
    drawn = scores[1] - scores[0] if len(scores) == 2 else scores[0]
    share = 1.0 if len(scores) == 2 else DIFFERENCE_TO_SCORE
    units = measure_units(rows[0])
    # What few units show of their spread is too small, on the average by both factors (Cochran 1934).
    error = float(drawn.std()) / shrink_errors(units) / (1 - 1 / (4 * count_degrees(units)))
    return Spread(
        metric=str(table.key),
        of_one=share * error * math.sqrt(count),
        effective=units / count,
        segments=len(evidence.articles) / count,
        articles=count,
        systems=len(scores),
    )


def assume_spread(metric: str, segments: float = TYPICAL_SEGMENTS) -> Spread:
    """A typical spread for articles of so many segments, taken as independent of each other.

    Raises:
        ConfigError: None is known for the metric.
    """
    typical = METRICS[metric].spread if metric in METRICS else None
    if typical is None:
        known = ", ".join(name for name, each in METRICS.items() if each.spread is not None)
        raise ConfigError(f"--metric {metric}: no typical spread is known, expected one of {known}; name a pilot run")
    return Spread(metric, typical * math.sqrt(TYPICAL_SEGMENTS / segments), 1.0, segments, 0, 0)


def find_detectable(spread: Spread, articles: int, *, tests: int = 1, power: float = POWER) -> float:
    """The difference, in points, that so many articles show in a share `power` of cases.

    The level is 5% / T, that of the hardest of Holm's steps for T = `tests`.
    """
    degrees = count_degrees(articles * spread.effective)
    quantiles = quantile_of_t(ALPHA / tests, degrees) + quantile_of_t(2 * (1 - power), degrees)
    return quantiles * spread.of_one / math.sqrt(articles)


def find_articles(spread: Spread, difference: float, *, tests: int = 1, power: float = POWER) -> int | None:
    """The fewest articles that show the difference in a share `power` of cases; None for more than a million."""
    low, high = 1, FEWEST_ARTICLES
    while find_detectable(spread, high, tests=tests, power=power) > difference:
        low, high = high, 2 * high
        if high > MOST_ARTICLES:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        if find_detectable(spread, middle, tests=tests, power=power) > difference:
            low = middle
        else:
            high = middle
    return high


def _choose_table(evidence: Evidence, metric: str) -> Table:
    if not metric:
        return evidence.tables[0]
    found = next((table for table in evidence.tables if table.key == MetricKey.parse(metric)), None)
    if found is None:
        known = ", ".join(str(table.key) for table in evidence.tables)
        raise ConfigError(f"--metric {metric}: the runs do not share it, expected one of {known}")
    return found
