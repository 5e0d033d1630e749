#!/usr/bin/env python3
"""Measure whether the statistics of `mt-eval compare` keep what they promise, on outputs of real systems.

    python scripts/validate_statistics.py [--quick] [--json]

Everything is computed by the functions `mt-eval compare` itself uses, 1,000 resamples each; sampling errors of the
shares printed are about half a point.

False positives. In an A/A split every segment's two translations, one by either of two real systems, go to A and B by
the toss of a coin, so A and B are equally good by construction. How often is p below 5%?
    false_positive_bootstrap, false_positive_randomization     chrF++ (with _bleu behind it: BLEU-intl)
    false_positive_sacrebleu                                   what `sacrebleu --paired-bs` calls p
Coverage. The outputs of two systems are taken as the whole world, whose difference is known; samples are drawn from it.
How often does the 95% interval of the difference hold the known one?
    coverage                          300 segments a sample
    coverage_article_effects_article  20 articles a sample, each of 10 segments that favour the same system, articles
                                      resampled; with _10 and _50 behind it: so many articles
    coverage_article_effects_segment  the same samples, segments resampled
Unequal articles of 3 to 60 segments that favour the same system (`unequal_articles.py`), 10 or 12 a sample.
    coverage_unequal_10, _12          of intervals of differences
    coverage_unequal_score_10, _12    of intervals of scores, which runs and comparisons take the same way
    power_unequal                     found where the known difference is the one reported to be shown in 80% of cases
    power_planned, power_planned_unequal  found with as many articles as `mt-eval plan` says for 80%, by a pilot of 20
                                      articles, of 3 to 60 segments or log-normal lengths
    power_planned_one_run             the same, planned by the scores of one system, whose spread need not be that of a
                                      difference
    p_to_counted                      the median of p over the p of 100 times the resamples, for skewed lengths
Power. In the same way B takes the better system's translation in a known share of segments, which makes a known
difference. How often is it found, and how often should it be, going by the smallest delta that is reported to be shown
in 80% of cases?
    power_at_detectable               found where the known difference is the one reported
    power_error                       the largest gap between found and foretold
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
from system_outputs import ARCHIVE, Outputs, load_outputs, read_lines
from unequal_articles import Pool, measure_unequal

from mt_eval.compare.evidence import Table
from mt_eval.compare.inference import POWER, bootstrap_p_values, detectable_delta, sacrebleu_p_values
from mt_eval.compare.swaps import randomization_p_values
from mt_eval.metrics import METRICS, count_texts
from mt_eval.metrics.key import MetricKey
from mt_eval.score.interval import ALPHA, expanded_intervals, quantile_of_t
from mt_eval.score.resample import bootstrap_scores, measure_units

MEASURED = {"chrF++": "", "BLEU-intl": "_bleu"}
"""Metric to what its figures end in."""
AT_ONCE = 50
"""Trials that share their resamples."""
SEGMENTS = 300
ARTICLES = {10: "_10", 20: "", 50: "_50"}
"""Articles in a sample, and what its figure ends in."""
ARTICLE_LENGTH = 10
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0)
TARGETS = {
    **{
        f"false_positive_{test}{suffix}": {"min": 0.04, "max": 0.06}
        for test in ("bootstrap", "randomization")
        for suffix in MEASURED.values()
    },
    **{f"coverage{suffix}": {"min": 0.93, "max": 0.97} for suffix in MEASURED.values()},
    **{f"coverage_article_effects_article{suffix}": {"min": 0.93, "max": 0.97} for suffix in ARTICLES.values()},
    "coverage_article_effects_segment": {"max": 0.93},
    "power_at_detectable": {"min": 0.75, "max": 0.85},
    **{f"coverage_unequal{what}_{number}": {"min": 0.93} for what in ("", "_score") for number in (10, 12)},
    "power_unequal": {"min": 0.75},
    **{f"power_planned{what}": {"min": 0.75, "max": 0.85} for what in ("", "_unequal")},
    "p_to_counted": {"min": 0.95, "max": 10.0},  # p is at its most where few resamples reach the tail
}

NOISE = 1.5
"""How much of chance there is in which segments make an article, in standard deviations of their gains."""
SEED = 1
NORMAL = NormalDist()

Rows = npt.NDArray[np.int64]
Places = npt.NDArray[np.int64]
"""`(U, L)` segments: U units of L segments each."""


@dataclass(frozen=True, slots=True)
class World:
    """Two systems' statistics over N segments: `one` and `other` are `(N, K)`, `other` scores higher."""

    metric: str
    name: str
    one: Rows
    other: Rows

    def score(self, sums: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        return METRICS[self.metric].score_resamples(sums)

    def list_gains(self) -> npt.NDArray[np.float64]:
        """By how much `other` is ahead on each segment, in points."""
        return self.score(self.other) - self.score(self.one)

    def keep(self, places: npt.NDArray[np.int64]) -> World:
        return World(self.metric, self.name, self.one[places], self.other[places])

    @property
    def delta(self) -> float:
        return float(self.score(self.other.sum(axis=0)) - self.score(self.one.sum(axis=0)))


Draw = Callable[[np.random.Generator, World], Places]


def main() -> None:
    arguments = parse_arguments()
    trials, samples = (100, 300) if arguments.quick else (arguments.trials, 1000)
    with tempfile.TemporaryDirectory() as folder:
        outputs = load_outputs(arguments.data, Path(folder))
        worlds = {metric: [world for each in outputs for world in make_worlds(each, metric)] for metric in MEASURED}
    figures: dict[str, float] = {}
    print("| measured | metric | found |\n|---|---|---:|")
    for metric, suffix in MEASURED.items():
        figures |= measure_false_positives(worlds[metric], suffix, trials, samples)
    for metric, suffix in MEASURED.items():
        figures[f"coverage{suffix}"] = measure_coverage(worlds[metric], draw_segments, trials, samples)
        print_row(f"coverage of 95% intervals, {SEGMENTS} segments", metric, figures[f"coverage{suffix}"])
    figures |= measure_article_effects(worlds["chrF++"], trials, samples)
    near, far = (make_pool(worlds["chrF++"], delta) for delta in (2, 6))
    unequal = measure_unequal(near, far, trials, samples)
    for name, figure in unequal.items():
        print(f"| {name} | chrF++ | {figure:.3f} |", flush=True)
    figures |= unequal
    figures |= measure_power(choose_world(worlds["chrF++"], 2), trials, samples)
    met = report_targets(figures)
    if arguments.json:
        machine = {"cores": os.cpu_count(), "platform": platform.platform(), "python": platform.python_version()}
        print(json.dumps({"figures": figures, "targets": TARGETS, "met": met, "machine": machine}))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ARCHIVE, help="archive of system outputs (default: %(default)s)")
    parser.add_argument("--trials", type=int, default=2000, help="of each kind (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="100 trials of 300 resamples: too few for the targets")
    parser.add_argument("--json", action="store_true", help="print the figures as a JSON object on the last line")
    return parser.parse_args()


def make_worlds(outputs: Outputs, metric: str) -> Iterator[World]:
    """Every pair of systems of one direction."""
    references = read_lines(outputs.reference)
    rows = {
        path.name: count_texts([metric], read_lines(path), references)[metric].astype(np.int64)
        for path in outputs.hypotheses
    }
    ranked = sorted(rows, key=lambda name: float(METRICS[metric].score(rows[name].sum(axis=0))))
    for one, other in combinations(ranked, 2):
        yield World(metric, f"{other} against {one}", rows[one], rows[other])


def measure_false_positives(worlds: Sequence[World], suffix: str, trials: int, samples: int) -> dict[str, float]:
    def split(generator: np.random.Generator, trial: int) -> tuple[Rows, Rows]:
        world = worlds[trial % len(worlds)]
        swap = generator.integers(2, size=(len(world.one), 1)) == 1
        return np.where(swap, world.one, world.other), np.where(swap, world.other, world.one)

    below = {"bootstrap": 0, "randomization": 0, "sacrebleu": 0}
    for seed, table in draw_blocks(worlds[0].metric, split, trials):
        deltas, observed = resample_pairs(table, samples, seed)
        pairs = [(2 * place, 2 * place + 1) for place in range(len(observed))]
        (swapped,) = randomization_p_values([(table.metric, table.rows)], pairs, samples=samples, seed=seed)
        below["bootstrap"] += count_true(bootstrap_p_values(deltas, table.rows.shape[1]) < ALPHA)
        below["randomization"] += count_true(swapped < ALPHA)
        below["sacrebleu"] += count_true(sacrebleu_p_values(deltas, observed) < ALPHA)
    for test, count in below.items():
        print_row(f"false positives at 5%, {test}, {trials:,} A/A splits", worlds[0].metric, count / trials)
    return {f"false_positive_{test}{suffix}": count / trials for test, count in below.items()}


def measure_coverage(worlds: Sequence[World], draw: Draw, trials: int, samples: int) -> float:
    """How often the interval of the difference in a sample holds the difference in the world it is from."""

    def sample(generator: np.random.Generator, trial: int) -> tuple[Rows, Rows]:
        world = worlds[trial % len(worlds)]
        units = draw(generator, world)
        return world.one[units].sum(axis=1), world.other[units].sum(axis=1)

    truth = np.array([world.delta for world in worlds])
    held = trial = 0
    for seed, table in draw_blocks(worlds[0].metric, sample, trials):
        deltas, observed = resample_pairs(table, samples, seed)
        ends = [expanded_intervals(each, measure_units(table.rows[2 * place])) for place, each in enumerate(deltas)]
        low, high = np.array(ends).T
        known = truth[np.arange(trial, trial + len(observed)) % len(truth)]
        held += count_true((low <= known) & (known <= high))
        trial += len(observed)
    return held / trials


def draw_segments(generator: np.random.Generator, world: World) -> Places:
    return generator.integers(len(world.one), size=(SEGMENTS, 1))


def measure_article_effects(worlds: Sequence[World], trials: int, samples: int) -> dict[str, float]:
    generator = np.random.default_rng(0)
    articles = {world.name: make_articles(generator, world) for world in worlds}
    # What is left over of the segments is in no article, so the world is the articles alone.
    inside = [world.keep(articles[world.name].ravel()) for world in worlds]
    places = {world.name: np.arange(articles[world.name].size).reshape(-1, ARTICLE_LENGTH) for world in worlds}
    correlation = np.mean([correlate_within(world, places[world.name]) for world in inside])
    figures = {"article_effects_correlation": float(correlation)}
    for number, suffix in ARTICLES.items():

        def draw_articles(generator: np.random.Generator, world: World, number: int = number) -> Places:
            of_world = places[world.name]
            return of_world[generator.integers(len(of_world), size=number)]

        def draw_their_segments(generator: np.random.Generator, world: World, draw: Draw = draw_articles) -> Places:
            return draw(generator, world).reshape(-1, 1)

        for unit, draw in (("article", draw_articles), ("segment", draw_their_segments)):
            covered = measure_coverage(inside, draw, trials, samples)
            figures[f"coverage_article_effects_{unit}{suffix}"] = covered
            print_row(f"coverage, {number} articles of {ARTICLE_LENGTH} segments, {unit}s resampled", "chrF++", covered)
    print(f"\nsegments of one article agree in which system they favour by a correlation of {correlation:.2f}\n")
    return figures


def make_articles(generator: np.random.Generator, world: World) -> Places:
    """`(A, 10)` segments, those of an article alike in how much the better system gains on them."""
    order = order_by_gain(generator, world)
    return order[: len(order) // ARTICLE_LENGTH * ARTICLE_LENGTH].reshape(-1, ARTICLE_LENGTH)


def order_by_gain(generator: np.random.Generator, world: World) -> npt.NDArray[np.int64]:
    """All segments, neighbours alike in how much the better system gains on them."""
    gains = world.list_gains()
    return np.argsort(gains + NOISE * gains.std() * generator.normal(size=len(gains)))


def make_pool(worlds: Sequence[World], delta: float) -> Pool:
    """The pair of systems whose difference is nearest to so many points."""
    world = choose_world(worlds, delta)
    order = order_by_gain(np.random.default_rng(0), world)
    return Pool(METRICS[world.metric], world.one[order], world.other[order])


def correlate_within(world: World, articles: Places) -> float:
    """The intraclass correlation of segments' gains (Fisher 1925, from one-way analysis of variance)."""
    gains = world.list_gains()[articles]
    between = ARTICLE_LENGTH * gains.mean(axis=1).var(ddof=1)
    within = gains.var(axis=1, ddof=1).mean()
    return float((between - within) / (between + (ARTICLE_LENGTH - 1) * within))


def choose_world(worlds: Sequence[World], delta: float) -> World:
    """The pair of systems whose difference is nearest to so many points."""
    return min(worlds, key=lambda world: abs(world.delta - delta))


def measure_power(world: World, trials: int, samples: int) -> dict[str, float]:
    critical, power_point = quantile_of_t(ALPHA, SEGMENTS - 1), NORMAL.inv_cdf(POWER)
    ratios, found, gaps = [], [], []
    print(f"chrF++, {world.name}, {SEGMENTS} segments a sample, {trials:,} samples\n")
    print("| share of segments | known delta | reported to be shown in 80% | found | foretold |")
    print("|---:|---:|---:|---:|---:|")
    for share in SHARES:

        def mix(generator: np.random.Generator, _: int, share: float = share) -> tuple[Rows, Rows]:
            drawn = generator.integers(len(world.one), size=SEGMENTS)
            better = generator.random((SEGMENTS, 1)) < share
            return world.one[drawn], np.where(better, world.other[drawn], world.one[drawn])

        shown, detectable = 0, []
        for seed, table in draw_blocks(world.metric, mix, trials):
            deltas, _ = resample_pairs(table, samples, seed)
            shown += count_true(bootstrap_p_values(deltas, SEGMENTS) < ALPHA)
            detectable += [detectable_delta(float(error), SEGMENTS, 1) for error in deltas.std(axis=-1)]
        sums = world.one.sum(axis=0), world.other.sum(axis=0)
        known = float(world.score((1 - share) * sums[0] + share * sums[1]) - world.score(sums[0]))
        reported = float(np.mean(detectable))
        foretold = NORMAL.cdf(known / reported * (critical + power_point) - critical)
        ratios.append(known / reported)
        found.append(shown / trials)
        gaps.append(abs(found[-1] - foretold))
        print(f"| {share:.0%} | {known:.2f} | {reported:.2f} | {found[-1]:.1%} | {foretold:.1%} |", flush=True)
    at_detectable = float(np.interp(1, ratios, found))
    print(f"\nfound where the known delta is the reported one: {at_detectable:.1%}; largest gap {max(gaps):.1%}")
    return {"power_at_detectable": at_detectable, "power_error": max(gaps)}


def draw_blocks(
    metric: str, draw: Callable[[np.random.Generator, int], tuple[Rows, Rows]], trials: int
) -> Iterator[tuple[int, Table]]:
    """Trials in blocks: a seed, and a table of two systems per trial, one behind the other."""
    generator = np.random.default_rng(SEED)
    for seed, start in enumerate(range(0, trials, AT_ONCE)):
        pairs = [draw(generator, trial) for trial in range(start, min(start + AT_ONCE, trials))]
        yield seed, Table(MetricKey(metric), METRICS[metric], "", np.stack([side for pair in pairs for side in pair]))


def resample_pairs(table: Table, samples: int, seed: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The `(P, S)` resampled and `(P,)` real differences of a table's P pairs."""
    (scores,) = bootstrap_scores([(table.metric, table.rows)], samples=samples, seed=seed)
    real = table.metric.score(table.rows.sum(axis=1))
    return scores[1::2] - scores[::2], real[1::2] - real[::2]


def count_true(found: npt.NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(found))


def print_row(measured: str, metric: str, share: float) -> None:
    print(f"| {measured} | {metric} | {share:.1%} |", flush=True)


def report_targets(figures: dict[str, float]) -> bool:
    """Print what is not met, and tell whether all is."""
    missed = [
        f"not met: {name} {figures[name]:.3f}, wanted {bounds}"
        for name, bounds in TARGETS.items()
        if not bounds.get("min", 0) <= figures[name] <= bounds.get("max", 1)
    ]
    print("\n".join(["", *missed]) if missed else "\nall targets are met")
    return not missed


if __name__ == "__main__":
    main()
