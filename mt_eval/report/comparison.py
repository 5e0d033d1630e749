"""Figures of a comparison in words and digits, the same in every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mt_eval.compare.judgement import CANNOT_TELL
from mt_eval.compare.result import Comparisons, MetricFacts, Part, SystemScore
from mt_eval.metrics import find_metric
from mt_eval.metrics.key import MetricKey
from mt_eval.types import Comparison, Level

ABSENT = "-"
BASELINE = "baseline"
"""Stands where a verdict would: the baseline is held against nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """One system, or one pair of systems, by one metric; every cell as it is read.

    Cells are empty where a system stands alone, held against nothing.
    """

    system: str
    score: str
    interval: str
    baseline: str = ""
    """What the system is held against."""
    delta: str = ""
    delta_interval: str = ""
    p_value: str = ""
    p_adjusted: str = ""
    detectable: str = ""
    agreement: str = ""
    verdict: str = ""


def make_rows(result: Comparisons, metric: MetricFacts) -> list[Row]:
    """One row per system, the baseline's without comparison; after `--all-pairs` one per pair instead."""
    scores = {each.system: each for each in result.scores if each.metric == metric.name}
    digits = choose_digits(result, metric.name)
    compared = [each for each in result.comparisons if each.metric == metric.name]
    first = scores[result.systems[0]]
    rows = [] if result.groups else [replace(_describe_score(first, digits), verdict=BASELINE)]
    return rows + [_describe_pair(each, scores[each.candidate], result.unit, digits) for each in compared]


def rank_rows(result: Comparisons, metric: MetricFacts) -> list[tuple[str, Row]]:
    """Systems from best to worst, each behind the letters of the groups it is in."""
    groups = [group.systems for group in result.groups if group.metric == metric.name]
    scores = [each for each in result.scores if each.metric == metric.name]
    digits = choose_digits(result, metric.name)
    ranked = sorted(scores, key=lambda each: each.value if metric.lower_is_better else -each.value)
    letters = {
        each.system: " ".join(letter(place).lower() for place, group in enumerate(groups) if each.system in group)
        for each in ranked
    }
    return [(letters[each.system], _describe_score(each, digits)) for each in ranked]


def describe_method(result: Comparisons) -> str:
    """What was resampled and how, in one line."""
    of = f" of {count(result.articles, 'article')}" if result.level is Level.SEGMENT else ""
    rows = count(result.segments, "segment" if result.level is Level.SEGMENT else "whole article")
    test = "paired bootstrap" if result.test == "bootstrap" else "approximate randomization, bootstrap intervals"
    return f"{rows}{of}; {test} over {result.unit}s, {result.samples:,} resamples, seed {result.seed}"


def describe_for_paper(result: Comparisons) -> str:
    """How scores and differences were found, in sentences as reviewers want them."""
    names = " and ".join(filter(None, (", ".join(m.name for m in result.metrics[:-1]), result.metrics[-1].name)))
    size = count(result.segments, "segment" if result.level is Level.SEGMENT else "whole article")
    of = f" of {count(result.articles, 'article')}" if result.level is Level.SEGMENT else ""
    found = "a paired bootstrap test" if result.test == "bootstrap" else "approximate randomization"
    pairs = "All pairs of systems" if result.groups else f"Differences to {result.systems[0]}"
    marks = (
        "systems that share a letter cannot be told apart"
        if result.groups
        else "+, - and = mark systems that are better, worse, and within the margin of a tie"
    )
    return (
        f"{names} over {size}{of}, with 95% bootstrap intervals. {pairs} were tested with {found} over {result.unit}s "
        f"({result.samples:,} resamples, two-sided, 5% level, p values adjusted for {count(result.tests, 'test')} by "
        f"the method of Holm): {marks}."
    )


def describe_columns(result: Comparisons) -> list[str]:
    """What the columns mean, as far as the comparison uses them."""
    lines = [
        "delta: system minus baseline; every interval is a 95% one by itself; p is two-sided, adjusted for "
        f"{count(result.tests, 'test')} (Holm)",
        "shows: the smallest delta that these data show in 80% of cases",
    ]
    if len(result.metrics) > 1 and result.metrics[0].decides:
        lines.append(f"verdict: {result.metrics[0].name} decides; the other metrics support it or do not")
    if any(each.favoured for each in result.metrics):
        lines.append("no verdict: a system chose its translations by this metric or its kind, which favours it")
    if result.groups:
        lines.append("group: systems with a letter in common cannot be told apart")
    if any(each.agreement is not None for each in result.comparisons):
        lines.append(
            "people: share of system pairs this far apart that people rank the same way (Kocmi et al. 2024, over many "
            "languages together; no difference at all gets less than a half)"
        )
    if margins := {each.name: each.margin for each in result.metrics if each.margin}:
        words = ", ".join(f"{margin:g} for {name}" for name, margin in margins.items())
        lines.append(f"tie: the whole interval lies within a margin ({words})")
    if lower := [each.name for each in result.metrics if each.lower_is_better]:
        lines.append(f"lower is better: {', '.join(lower)}")
    return lines


def describe_share() -> str:
    return "share: by how much the whole delta would shrink if the candidate had done here what the baseline did"


def knows_agreement(rows: Sequence[Row]) -> bool:
    """Whether any row says what people think of its difference."""
    return any(row.agreement not in ("", ABSENT) for row in rows)


def describe_part(part: Part, digits: int) -> tuple[str, str, str, str, str, str]:
    """Name, segments, score of the baseline, score of the candidate, delta, and share of the whole delta."""
    return (
        f"{part.name}: {part.title}" if part.title else part.name,
        f"{part.segments:,}",
        f"{part.baseline:.{digits}f}",
        f"{part.candidate:.{digits}f}",
        f"{part.delta:+.{digits + 1}f}",
        f"{part.share:+.{digits + 1}f}",
    )


def choose_digits(result: Comparisons, metric: str) -> int:
    """Decimals of a metric's scores."""
    fact = next(each for each in result.metrics if each.name == metric)
    largest = max(abs(each.value) for each in result.scores if each.metric == metric)
    return find_metric(MetricKey.parse(metric), fact.signature).choose_decimals(largest)


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "test"), count(1200, "test")
    ('1 test', '1,200 tests')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def letter(place: int) -> str:
    """A, B, ... Z, AA, AB, ...: short names, counted from 0.

    >>> letter(0), letter(25), letter(26), letter(701), letter(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    head, last = divmod(place, 26)
    return (letter(head - 1) if head else "") + chr(ord("A") + last)


def _describe_score(score: SystemScore, digits: int) -> Row:
    interval = f"{score.low:.{digits}f}\N{EN DASH}{score.high:.{digits}f}"
    return Row(score.system, f"{score.value:.{digits}f}", interval)


def _describe_pair(comparison: Comparison, score: SystemScore, unit: str, digits: int) -> Row:
    more = digits + (max(abs(comparison.low), abs(comparison.high)) < 10)
    return replace(
        _describe_score(score, digits),
        baseline=comparison.baseline,
        delta=f"{comparison.delta:+.{more}f}",
        delta_interval=f"{comparison.low:+.{more}f} to {comparison.high:+.{more}f}",
        p_value=describe_p(comparison.p_value),
        p_adjusted=describe_p(comparison.p_adjusted),
        detectable=ABSENT if comparison.detectable is None else f"{comparison.detectable:.{more}f}",
        agreement=_describe_agreement(comparison),
        verdict=_describe_verdict(comparison, unit),
    )


def describe_p(p_value: float) -> str:
    return "<0.001" if p_value < 0.001 else f"{p_value:.3f}"


def _describe_agreement(comparison: Comparison) -> str:
    return ABSENT if comparison.agreement is None else f"{comparison.agreement:.0f}%"


def _describe_verdict(comparison: Comparison, unit: str) -> str:
    if comparison.verdict == CANNOT_TELL and comparison.units_needed:
        return f"{comparison.verdict} (needs about {comparison.units_needed:,} {unit}s)"
    return comparison.verdict
