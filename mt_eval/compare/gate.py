"""Whether a comparison lets a change pass: conditions, one finding per candidate, and the exit status of a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mt_eval.compare.judgement import BETTER, CANNOT_TELL, WORSE
from mt_eval.compare.result import Comparisons, MetricFacts
from mt_eval.errors import ConfigError

FAILED, UNDECIDED = 3, 4
"""Exit statuses: a condition holds; these data cannot tell whether it does, and that was not to pass."""


class State(StrEnum):
    """What became of one condition."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "cannot tell"


@dataclass(frozen=True, slots=True)
class Condition:
    """What must not be: `worse`, `not-better`, or a score below or above a number."""

    written: str
    """As it was typed: `worse`, `not-better`, `below:chrF++=40`, `above:TER=60`."""
    metric: str | None = None
    """None for the metric that decides."""
    bound: float | None = None
    """In points of the metric; None for a condition on the verdict."""
    above: bool = False
    """Whether the score must not be above the bound, instead of below."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition held against one candidate."""

    condition: Condition
    system: str
    state: State
    why: str
    """The figures, in words."""


def read_condition(text: str) -> Condition:
    """The condition that `text` writes.

    >>> read_condition("below:chrF++=40").bound
    40.0

    Raises:
        ConfigError: It is none.
    """
    if text in ("worse", "not-better"):
        return Condition(text)
    kind, _, rest = text.partition(":")
    metric, _, number = rest.rpartition("=")
    try:
        bound = float(number)
    except ValueError:
        bound = float("nan")
    if kind not in ("below", "above") or not metric or not abs(bound) < float("inf"):
        raise ConfigError(
            f"--fail-if {text} is no condition, expected worse, not-better, below:METRIC=NUMBER or "
            "above:METRIC=NUMBER; for example --fail-if 'below:chrF++=40'"
        )
    return Condition(text, metric, bound, above=kind == "above")


def judge_conditions(result: Comparisons, conditions: Sequence[Condition]) -> tuple[Finding, ...]:
    """A finding for each condition and each system but the baseline, conditions in their order.

    `worse` holds where the verdict of the metric that decides is *worse*, `not-better` where it is *worse* or a *tie*.
    A score *below* a number holds where the score is; where only its 95% interval reaches below, the data cannot tell.
    *Above* is the same from the other side, for metrics of which less is better.

    Raises:
        ConfigError: A condition names a metric that is not compared, or rests on one that a system chose its
            translations by.
    """
    return tuple(
        _judge_score(result, condition, system)
        if condition.bound is not None
        else _judge_verdict(result, condition, system)
        for condition in conditions
        for system in result.systems[1:]
    )


def choose_status(findings: Sequence[Finding], *, strict: bool) -> int:
    """The exit status: `FAILED` if a condition holds, `UNDECIDED` if one may and `strict` is set, else 0."""
    states = {finding.state for finding in findings}
    if State.FAILED in states:
        return FAILED
    return UNDECIDED if strict and State.UNDECIDED in states else 0


def _judge_verdict(result: Comparisons, condition: Condition, system: str) -> Finding:
    metric = result.metrics[0]
    _check_fair(metric, condition, [result.systems[0], system])
    pairs = (each for each in result.comparisons if each.metric == metric.name)
    found = next(each for each in pairs if {each.baseline, each.candidate} == {result.systems[0], system})
    turned = found.candidate != system
    verdict = {BETTER: WORSE, WORSE: BETTER}.get(found.verdict, found.verdict) if turned else found.verdict
    delta = -found.delta if turned else found.delta
    if verdict == CANNOT_TELL:
        state = State.UNDECIDED
    else:
        holds = verdict == WORSE if condition.written == "worse" else verdict != BETTER
        state = State.FAILED if holds else State.PASSED
    why = f"{metric.name} {delta:+.2f} against {result.systems[0]}, p {found.p_adjusted:.3f}: {verdict}"
    return Finding(condition, system, state, why)


def _judge_score(result: Comparisons, condition: Condition, system: str) -> Finding:
    assert condition.bound is not None
    metric = _find_metric(result, condition)
    _check_fair(metric, condition, [system])
    score = next(each for each in result.scores if each.metric == metric.name and each.system == system)
    sign = -1 if condition.above else 1
    nearest = score.high if condition.above else score.low
    state = State.PASSED
    if sign * score.value < sign * condition.bound:
        state = State.FAILED
    elif sign * nearest < sign * condition.bound:
        state = State.UNDECIDED
    why = f"{metric.name} {score.value:.2f}, 95% interval {score.low:.2f} to {score.high:.2f}"
    return Finding(condition, system, state, why)


def _check_fair(metric: MetricFacts, condition: Condition, systems: Sequence[str]) -> None:
    """Refuse to let pass or fail by a metric that one of these systems chose its translations by."""
    if favoured := [system for system in systems if system in metric.favoured]:
        raise ConfigError(
            f"--fail-if {condition.written}: {metric.name} cannot decide, because {favoured[0]} chose its translations "
            "by it or by a metric of its kind (decoding=mbr); compare by another one as well, such as --metric "
            "BLEU-intl, or say --trust-utility"
        )


def _find_metric(result: Comparisons, condition: Condition) -> MetricFacts:
    for metric in result.metrics:
        if metric.name == condition.metric:
            return metric
    known = ", ".join(metric.name for metric in result.metrics)
    raise ConfigError(
        f"--fail-if {condition.written}: {condition.metric} is not compared here; expected one of {known}"
    )
