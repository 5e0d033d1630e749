"""How often judges are right about the pairs of a contrastive set, kind by kind, and whether two of them differ.

A judge is right about a pair where it finds the correct text more likely than the wrong one; by chance it is in half of
them. Pairs of one article hang together: articles are resampled where a kind has pairs of 10 or more, else segments.

Where all pairs of a kind are right, or all are wrong, so is every resample. The interval's other end is then the exact
one for as many independent pairs as there are units that count (Clopper and Pearson 1934): with N of them, all right,
the 95% interval begins at `0.025 ** (1 / N)`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mt_eval.compare.differences import compare_pairs, find_twins, list_tests
from mt_eval.compare.evidence import JudgedSet, Table
from mt_eval.compare.inference import adjust_holm
from mt_eval.compare.judgement import BETTER, CANNOT_TELL, WORSE
from mt_eval.compare.result import BOOTSTRAP, Accuracies, Accuracy, MetricFacts
from mt_eval.likelihoods import ALL_KINDS as ALL
from mt_eval.likelihoods import JudgedPair
from mt_eval.metrics.key import MetricKey
from mt_eval.metrics.metric import Metric
from mt_eval.score.interval import ALPHA, expanded_intervals
from mt_eval.score.resample import FEWEST_ARTICLES, bootstrap_scores, measure_units, sum_groups
from mt_eval.types import Comparison

if TYPE_CHECKING:
    from mt_eval.metrics.metric import Scores, Sums

CHANCE = 50.0
"""Percent of pairs that a judge is right about who knows nothing of them."""
_FEWEST_UNITS = 2
"""To resample."""


@dataclass(frozen=True, slots=True)
class _ShareRight(Metric):
    """Percent right: of a pair it counts whether it is, and 1 for the pair."""

    def score(self, sums: Sums) -> Scores:
        scores: Scores = 100.0 * sums[..., 0] / sums[..., 1]
        return scores


_SHARE = _ShareRight("accuracy", columns=2)


@dataclass(frozen=True, slots=True)
class _Counts:
    """How M judges do on the pairs of one kind."""

    kind: str
    unit: str
    """What a row is: `article` or `segment`."""
    rows: npt.NDArray[np.int64]
    """`(M, N, 2)`: pairs that are right, and pairs."""
    per_token: tuple[float, ...]
    """Percent right of each judge by the mean of a token."""


def measure_accuracy(pairs: Sequence[JudgedPair], *, samples: int = 10_000, seed: int = 1) -> tuple[Accuracy, ...]:
    """The accuracy of one judge: of all kinds where there are several, then of each, in the order of the set.

    Pairs that could not be judged are left out.
    """
    known = [pair for pair in pairs if pair.is_right is not None]
    return tuple(each for counts in _count([known]) for each in _measure([""], counts, samples, seed))


def compare_sets(
    judged: Sequence[JudgedSet],
    systems: Sequence[str],
    *,
    all_pairs: bool = False,
    samples: int = 10_000,
    seed: int = 1,
) -> tuple[Accuracies, ...]:
    """What judges find of each contrastive set, by the sets' names.

    Args:
        systems: In their order, the baseline first. A set that the baseline's run has not is held against the first
            system whose run has it.
        all_pairs: Whether every judge is held against every other.
    """
    sets: dict[str, dict[tuple[str, str], JudgedSet]] = {}
    for each in sorted(judged, key=lambda each: (each.contrast.name, systems.index(each.system))):
        # A set that was judged again under another file name is one set.
        sets.setdefault(each.contrast.sha256, {}).setdefault((each.system, each.contrast.judge.identity), each)
    ordered = [sorted(members.values(), key=lambda each: systems.index(each.system)) for members in sets.values()]
    taken = Counter(members[0].contrast.name for members in ordered)
    return tuple(
        _compare(_name_set(members, taken), members, all_pairs=all_pairs, samples=samples, seed=seed)
        for members in ordered
    )


def _name_set(members: Sequence[JudgedSet], taken: Counter[str]) -> str:
    """The set's name; of several sets with one name, with the beginning of its hash: they are not held together."""
    contrast = members[0].contrast
    return contrast.name if taken[contrast.name] == 1 else f"{contrast.name} ({contrast.sha256[:8]})"


def _compare(name: str, members: Sequence[JudgedSet], *, all_pairs: bool, samples: int, seed: int) -> Accuracies:
    names = _name(members)
    known = [{pair.id: pair for pair in each.pairs if pair.is_right is not None} for each in members]
    shared = [pair.id for pair in members[0].pairs if all(pair.id in each for each in known)]
    counts = _count([[each[name] for name in shared] for each in known])
    places = range(len(members))
    pairs = list(combinations(places, 2)) if all_pairs else [(0, place) for place in places[1:]]
    tested = [each for each in counts if pairs and each.rows.shape[1] >= _FEWEST_UNITS]
    comparisons, tests = _adjust(tested, [_hold(names, each, pairs, samples, seed) for each in tested], pairs)
    return Accuracies(
        name=name,
        systems=tuple(names),
        judges=tuple(each.contrast.judge.label for each in members),
        pairs=len(shared),
        left_out=len(members[0].pairs) - len(shared),
        chance=CHANCE,
        accuracies=tuple(each for of_kind in counts for each in _measure(names, of_kind, samples, seed)),
        comparisons=comparisons,
        tests=tests,
    )


def _name(members: Sequence[JudgedSet]) -> list[str]:
    """The systems' names; where several judges were asked about one run, with as much of them as tells them apart."""
    forms = [_list_names(each) for each in members]
    columns = [Counter(column) for column in zip(*forms, strict=True)]
    return [
        next((name for name, taken in zip(names, columns, strict=True) if taken[name] == 1), names[-1])
        for names in forms
    ]


def _list_names(judged: JudgedSet) -> tuple[str, ...]:
    """What one judge of a run may be called, the shortest name first."""
    judge = judged.contrast.judge
    by = f"{judged.system}, judged by {judge.label}"
    exactly = f"{by}, {judge.engine} {judge.dtype}"
    return judged.system, by, exactly, f"{exactly}, {judge.identity[:8]}"


def _count(sides: Sequence[Sequence[JudgedPair]]) -> list[_Counts]:
    """The counts of all kinds where there are several, then of each; the M sides hold the same pairs in one order."""
    kinds = list(dict.fromkeys(pair.kind for pair in sides[0]))
    chosen = [[place for place, pair in enumerate(sides[0]) if pair.kind == kind] for kind in kinds]
    if len(kinds) > 1:
        kinds, chosen = [ALL, *kinds], [list(range(len(sides[0]))), *chosen]
    return [
        _count_kind(kind, [[side[place] for place in places] for side in sides])
        for kind, places in zip(kinds, chosen, strict=True)
    ]


def _count_kind(kind: str, sides: Sequence[Sequence[JudgedPair]]) -> _Counts:
    articles = [pair.article for pair in sides[0]]
    unit = "article" if len(set(articles)) >= FEWEST_ARTICLES else "segment"
    # Ids of segments are unique in an article; a set written by hand may repeat them in others.
    clusters = articles if unit == "article" else [f"{pair.article} {pair.segment}" for pair in sides[0]]
    number = {name: place for place, name in enumerate(dict.fromkeys(clusters))}
    groups = np.array([number[name] for name in clusters], dtype=np.int64)
    rows = [sum_groups(np.array([[pair.is_right is True, 1] for pair in side]), groups, len(number)) for side in sides]
    per_token = [100 * sum(pair.is_right_per_token is True for pair in side) / len(side) for side in sides]
    return _Counts(kind, unit, np.stack(rows), tuple(per_token))


def _measure(names: Sequence[str], counts: _Counts, samples: int, seed: int) -> list[Accuracy]:
    sums = counts.rows.sum(axis=1)
    several = counts.rows.shape[1] >= _FEWEST_UNITS
    ends = _find_ends(counts.rows, samples, seed) if several else [(None, None)] * len(names)
    return [
        Accuracy(name, counts.kind, int(total), int(right), 100 * float(right / total), *interval, counts.unit, mean)
        for name, (right, total), interval, mean in zip(names, sums, ends, counts.per_token, strict=True)
    ]


def _find_ends(rows: npt.NDArray[np.int64], samples: int, seed: int) -> list[tuple[float, float]]:
    """The 95% interval of each judge."""
    (resampled,) = bootstrap_scores([(_SHARE, rows)], samples=samples, seed=seed)
    units = measure_units(rows[0])
    low, high = (np.clip(ends, 0, 100) for ends in expanded_intervals(resampled, units))
    exact = 100 * (ALPHA / 2) ** (1 / units)
    return [
        (exact, 100.0)
        if right == total
        else (0.0, 100 - exact)
        if right == 0
        else (float(low[place]), float(high[place]))
        for place, (right, total) in enumerate(rows.sum(axis=1))
    ]


def _hold(
    names: Sequence[str], counts: _Counts, pairs: Sequence[tuple[int, int]], samples: int, seed: int
) -> tuple[Comparison, ...]:
    """The judges' differences in one kind, p values as they are."""
    table = _make_table(counts)
    (resampled,) = bootstrap_scores([(_SHARE, counts.rows)], samples=samples, seed=seed)
    fact = MetricFacts(counts.kind, "", lower_is_better=False, margin=0.0, decides=counts.kind == ALL)
    real = _SHARE.score(counts.rows.sum(axis=1))
    return compare_pairs(names, [table], [fact], [real], [resampled], pairs, test=BOOTSTRAP, samples=samples, seed=seed)


def _make_table(counts: _Counts) -> Table:
    return Table(MetricKey(_SHARE.name), _SHARE, "", counts.rows)


def _adjust(
    tested: Sequence[_Counts], found: Sequence[Sequence[Comparison]], pairs: Sequence[tuple[int, int]]
) -> tuple[tuple[Comparison, ...], int]:
    """The comparisons with their verdicts, and how many tests the kinds together are.

    That of all kinds is adjusted for the pairs of judges alone, those of the kinds for all pairs and all kinds. Judges
    that are right about the same pairs are not tested.
    """
    p_values = {
        (counts.kind, test): each.p_value
        for counts, comparisons in zip(tested, found, strict=True)
        if counts.kind != ALL
        for test, each in zip(list_tests(pairs, find_twins([_make_table(counts)])), comparisons, strict=True)
        if len(test) > 1
    }
    adjusted = dict(zip(p_values, adjust_holm(list(p_values.values())), strict=True))
    judged = []
    for counts, comparisons in zip(tested, found, strict=True):
        tests = list_tests(pairs, find_twins([_make_table(counts)]))
        for test, each in zip(tests, comparisons, strict=True):
            p_adjusted = each.p_adjusted if counts.kind == ALL else adjusted.get((counts.kind, test), 1.0)
            # No difference of so few pairs is shown to be none: there is no margin, and no tie.
            verdict = CANNOT_TELL if p_adjusted >= ALPHA else BETTER if each.delta > 0 else WORSE
            judged.append(
                replace(
                    each, p_adjusted=p_adjusted, verdict=verdict, detectable=None, units_needed=None, p_sacrebleu=None
                )
            )
    return tuple(judged), len(p_values)
