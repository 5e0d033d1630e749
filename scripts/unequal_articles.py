"""Articles of unequal length, for `validate_statistics.py`: what intervals, p values and *shows* are worth on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mt_eval.compare.differences import compare_pairs
from mt_eval.compare.evidence import Evidence, Table
from mt_eval.compare.inference import bootstrap_p_values
from mt_eval.compare.result import BOOTSTRAP, MetricFacts
from mt_eval.compare.sizing import find_articles, find_spread
from mt_eval.metrics.key import MetricKey
from mt_eval.metrics.metric import Metric
from mt_eval.score.interval import ALPHA, expanded_intervals
from mt_eval.score.resample import bootstrap_scores, measure_units
from mt_eval.types import Comparison, Level

SHORTEST, LONGEST = 3, 60
"""Segments of an article."""
SHOWN = (6, 7, 8, 10)
"""Articles among which a difference of six points is shown or not."""
_PILOT = 20
"""Articles by which the number of articles is planned."""
COUNTED = 100
"""So many times the resamples say what p is."""

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pool:
    """The segments of two systems in an order in which neighbours favour the same system: the world.

    An article is a stretch of them, so that every segment is as likely as any other and the truth is the world's score.
    """

    metric: Metric
    one: Rows
    """`(N, K)` statistics."""
    other: Rows

    @property
    def truth(self) -> tuple[float, float]:
        one, other = (float(self.metric.score(rows.sum(axis=0))) for rows in (self.one, self.other))
        return one, other

    def draw(self, generator: np.random.Generator, articles: int, *, skewed: bool = False) -> Table:
        """The two systems on so many articles.

        Args:
            skewed: Lengths are log-normal, so that a few articles are far longer than the others.
        """
        lengths = generator.integers(SHORTEST, LONGEST + 1, size=articles)
        if skewed:
            lengths = np.clip(np.exp(generator.normal(2.5, 1, articles)).astype(int), SHORTEST, 300)
        rows = []
        for length in lengths.tolist():
            places = (generator.integers(len(self.one)) + np.arange(length)) % len(self.one)
            rows.append((self.one[places].sum(axis=0), self.other[places].sum(axis=0)))
        return Table(MetricKey(self.metric.name), self.metric, "", np.array(rows).transpose(1, 0, 2))


def measure_unequal(near: Pool, far: Pool, trials: int, samples: int) -> dict[str, float]:
    """How often intervals hold the truth, what *shows 80%* shows, and p beside p counted over far more resamples.

    Intervals and p are those of `near`; how much is shown is measured on `far`, whose systems are so far apart that as
    many articles as `SHOWN` says show it about as often as not.
    """
    figures: dict[str, float] = {}
    for articles in (10, 12):
        held = np.array(list(_cover(near, articles, trials, samples))).mean(axis=0).tolist()
        figures |= {f"coverage_unequal_score_{articles}": held[0], f"coverage_unequal_{articles}": held[1]}
    found = np.array(sorted(_find_power(far, articles, trials // len(SHOWN), samples) for articles in SHOWN))
    figures["power_unequal"] = float(np.interp(1, found[:, 0], found[:, 1]))
    figures["power_planned"] = _plan(near, trials // 5, samples, skewed=False)
    figures["power_planned_unequal"] = _plan(near, trials // 5, samples, skewed=True)
    figures["power_planned_one_run"] = _plan(near, trials // 5, samples, skewed=False, systems=("other",))
    figures["p_to_counted"] = _compare_with_counted(near, max(trials // 20, 5), samples)
    return figures


def _cover(pool: Pool, articles: int, trials: int, samples: int) -> Iterator[tuple[bool, bool]]:
    """Per trial whether the interval of a score, as a run has it, and that of a difference hold the truth."""
    generator = np.random.default_rng(articles)
    truth = pool.truth
    for seed in range(trials):
        table = pool.draw(generator, articles)
        (scores,) = bootstrap_scores([(table.metric, table.rows)], samples=samples, seed=seed)
        units = measure_units(table.rows[0])
        figures, known = (scores[1], scores[1] - scores[0]), (truth[1], truth[1] - truth[0])
        (low, high), (low_delta, high_delta) = (expanded_intervals(each, units) for each in figures)
        yield bool(low <= known[0] <= high), bool(low_delta <= known[1] <= high_delta)


def _find_power(pool: Pool, articles: int, trials: int, samples: int) -> tuple[float, float]:
    """The known difference over the one reported to be shown in 80% of cases, and in how many cases it is shown."""
    generator = np.random.default_rng(1)
    made = [_compare(pool.draw(generator, articles), samples, seed) for seed in range(trials)]
    reported = np.mean([each.detectable for each in made if each.detectable is not None])
    return float((pool.truth[1] - pool.truth[0]) / reported), float(np.mean([each.p_value < ALPHA for each in made]))


def _plan(pool: Pool, trials: int, samples: int, *, skewed: bool, systems: tuple[str, ...] = ("one", "other")) -> float:
    """How often the known difference is found with as many articles as `mt-eval plan` says, by a pilot of 20.

    Every trial has a pilot of its own, of the systems named.
    """
    generator = np.random.default_rng(3)
    difference = pool.truth[1] - pool.truth[0]
    found = []
    for seed in range(trials):
        pilot = pool.draw(generator, _PILOT, skewed=skewed)
        evidence = Evidence(
            systems=systems,
            identities=(None,) * len(systems),
            level=Level.SEGMENT,
            tables=(replace(pilot, rows=pilot.rows[-len(systems) :]),),
            ids=tuple(map(str, range(_PILOT))),
            articles=tuple(map(str, range(_PILOT))),
            sources=(),
            references=(),
            shapes=(),
            flags=(),
            read_texts=lambda system, places: [],
            languages=(None, "ar"),
        )
        articles = find_articles(find_spread(evidence), difference)
        if articles is not None:
            table = pool.draw(generator, max(articles, 10), skewed=skewed)
            found.append(_compare(table, samples, seed).p_value < ALPHA)
    return float(np.mean(found))


def _compare_with_counted(pool: Pool, trials: int, samples: int) -> float:
    """The median of p over p counted, for skewed lengths and differences that fewer than 1% of resamples turn round."""
    generator = np.random.default_rng(2)
    ratios = []
    for seed in range(trials):
        table = pool.draw(generator, int(generator.integers(10, 21)), skewed=True)
        found = _compare(table, samples, seed)
        if found.p_value >= ALPHA:
            continue
        (scores,) = bootstrap_scores([(table.metric, table.rows)], samples=samples * COUNTED, seed=seed + trials)
        counted = bootstrap_p_values((scores[1] - scores[0])[np.newaxis], measure_units(table.rows[0]))
        ratios.append(found.p_value / float(counted[0]))
    return float(np.median(ratios)) if ratios else float("nan")


def _compare(table: Table, samples: int, seed: int) -> Comparison:
    resampled = bootstrap_scores([(table.metric, table.rows)], samples=samples, seed=seed)
    fact = MetricFacts(table.metric.name, "", False, 0.0, True)
    (found,) = compare_pairs(
        ("one", "other"),
        [table],
        [fact],
        [table.metric.score(table.rows.sum(axis=1))],
        resampled,
        [(0, 1)],
        test=BOOTSTRAP,
        samples=samples,
        seed=seed,
    )
    return found
