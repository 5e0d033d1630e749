"""The one picture that a report over several runs opens with: which is better, and is it sure?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mt_eval.compare.judgement import BETTER, CANNOT_TELL, NO_VERDICT, TIE, WORSE
from mt_eval.compare.result import Comparisons, MetricFacts
from mt_eval.report.comparison import count, make_rows, rank_rows
from mt_eval.report.html.scale import Scale, Tick, fit_scale
from mt_eval.report.html.verdict import explain_no_verdict
from mt_eval.types import Comparison

MOST_MARKS = 16
"""Systems in the picture at the most, half of them the best; the tables below it have all."""
_MOST_NAMES = 4
"""Systems that a sentence names; it counts more."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One system; places are percent of the axis."""

    system: str
    value: str
    """Its difference to the baseline, or its score where all pairs are compared."""
    words: str
    """What is said of it, in a few words."""
    style: str
    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Picture:
    metric: str
    sentences: tuple[str, ...]
    marks: tuple[Mark, ...]
    """Best first."""
    hidden: int
    """Systems between the best and the worst that are not drawn."""
    ticks: tuple[Tick, ...]
    zero: float | None
    """Where the baseline stands; None where all pairs are compared, and the axis is that of scores."""
    tie: tuple[float, float] | None
    ends: tuple[str, str]
    """What it means to stand at the left end and at the right end."""
    reading: str
    """How to read it, in one sentence."""


def draw_picture(result: Comparisons) -> Picture:
    """The systems by the metric that decides: differences to the baseline, or scores where all pairs are compared."""
    metric = result.metrics[0]
    picture = _draw_scores(result, metric) if result.groups else _draw_differences(result, metric)
    if result.referenced:
        return picture
    said = f"No human version was there to compare with: better means better by {metric.name}, and no more."
    return replace(picture, sentences=(said, *picture.sentences))


def _draw_differences(result: Comparisons, metric: MetricFacts) -> Picture:
    compared = [each for each in result.comparisons if each.metric == metric.name]
    sign = 1 if metric.lower_is_better else -1
    compared.sort(key=lambda each: sign * each.delta)
    scale = fit_scale(
        [0.0, -metric.margin, metric.margin, *(end for each in compared for end in (each.low, each.high))]
    )
    deltas = {row.system: row.delta for row in make_rows(result, metric)[1:]}
    marks = [
        Mark(
            system=each.candidate,
            value=deltas[each.candidate],
            words=_WORDS[each.verdict],
            style=each.verdict.replace(" ", "-"),
            **_place(scale, each.delta, each.low, each.high),
        )
        for each in compared
    ]
    baseline = result.systems[0]
    tests = "" if result.tests == 1 else f", {result.tests} comparisons counted"
    return Picture(
        metric=metric.name,
        sentences=(*_judge(compared, baseline), *_explain(metric)),
        marks=_keep_ends(marks),
        hidden=max(0, len(marks) - MOST_MARKS),
        ticks=scale.list_ticks(),
        zero=scale.place(0.0),
        tie=(scale.place(-metric.margin), scale.place(metric.margin)) if metric.margin else None,
        ends=_name_ends("worse", "better", metric),
        reading=(
            f"The upright line is {baseline}. A square is the difference in {metric.name}, its bar the 95% interval. "
            f"Sure: chance makes such a difference in fewer than 5 of 100 cases{tests}.{_limit(result)}"
        ),
    )


_WORDS = {
    BETTER: "better, sure",
    WORSE: "worse, sure",
    TIE: "as good, sure",
    CANNOT_TELL: "not sure",
    NO_VERDICT: "no verdict",
}


def _explain(metric: MetricFacts) -> list[str]:
    return [explain_no_verdict(metric)] if metric.favoured else []


def _judge(compared: Sequence[Comparison], baseline: str) -> Iterable[str]:
    """A sentence for each verdict that there is, the better ones first."""
    found: dict[str, list[Comparison]] = {verdict: [] for verdict in (BETTER, TIE, CANNOT_TELL, NO_VERDICT, WORSE)}
    for each in compared:
        found[each.verdict].append(each)
    for verdict, those in found.items():
        if not those:
            continue
        names, one = _name([each.candidate for each in those]), len(those) == 1
        is_are = "is" if one else "are"
        match verdict:
            case verdict if verdict == TIE:
                differs = any(each.low or each.high for each in those)
                why = "what difference there can be is too small to notice" if differs else "no difference was found"
                yield f"{names} {is_are} as good as {baseline}: {why}."
            case verdict if verdict == CANNOT_TELL:
                crosses = all(each.low <= 0 <= each.high for each in those)
                bars = "its bar crosses the line" if one else "their bars cross the line"
                why = bars if crosses else "these data are too few for it"
                yield f"Whether {names} {is_are} better or worse than {baseline} is not sure: {why}."
            case verdict if verdict == NO_VERDICT:
                yield f"Whether {names} {is_are} better or worse than {baseline} is not judged here."
            case _:
                yield f"{names} {is_are} {verdict} than {baseline}, and that is sure."


def _draw_scores(result: Comparisons, metric: MetricFacts) -> Picture:
    scores = {each.system: each for each in result.scores if each.metric == metric.name}
    scale = fit_scale(end for each in scores.values() for end in (each.low, each.high))
    groups = [group.systems for group in result.groups if group.metric == metric.name]
    best = rank_rows(result, metric)[0][1].system
    alike = {name for group in groups if best in group for name in group} - {best}
    marks = []
    for letters, row in rank_rows(result, metric):
        score = scores[row.system]
        is_first = row.system == best or row.system in alike
        words = letters
        style = "better" if row.system == best and not alike else "cannot-tell" if is_first else "tie"
        style = "no-verdict" if metric.favoured else style
        marks.append(Mark(row.system, row.score, words, style, **_place(scale, score.value, score.low, score.high)))
    if metric.favoured:
        (sentence,) = _explain(metric)
    elif alike:
        others = [mark.system for mark in marks if mark.system in alike]
        sentence = f"{best} comes first, but it is not sure that it is better than {_name(others)}."
    else:
        sentence = f"{best} is better than every other system, and that is sure."
    return Picture(
        metric=metric.name,
        sentences=(sentence,),
        marks=_keep_ends(marks),
        hidden=max(0, len(marks) - MOST_MARKS),
        ticks=scale.list_ticks(),
        zero=None,
        tie=None,
        ends=_name_ends("worse", "better", metric),
        reading=(
            f"A square is the {metric.name} of a system, its bar the 95% interval. Systems that share a group are not "
            f"told apart by the {count(result.tests, 'comparison')} of pairs; whether bars overlap does not matter."
            f"{_limit(result)}"
        ),
    )


def _limit(result: Comparisons) -> str:
    """What is not sure for all that: how systems do on other articles, where few were compared."""
    if result.unit != "segment":
        return ""
    articles = count(result.articles, "article")
    return f" It holds for sentences like these, which are of {articles}; other articles may differ."


def _place(scale: Scale, at: float, low: float, high: float) -> dict[str, float]:
    return {"at": scale.place(at), "low": scale.place(low), "high": scale.place(high)}


def _name_ends(low: str, high: str, metric: MetricFacts) -> tuple[str, str]:
    return (high, low) if metric.lower_is_better else (low, high)


def _keep_ends(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    if len(marks) <= MOST_MARKS:
        return tuple(marks)
    half = MOST_MARKS // 2
    return (*marks[:half], *marks[-half:])


def _name(systems: Sequence[str]) -> str:
    """Their names, or how many they are.

    >>> _name(["a", "b", "c"]), _name(list("abcdef"))
    ('a, b and c', 'a, b, c and 3 others')
    """
    if len(systems) > _MOST_NAMES:
        kept = _MOST_NAMES - 1
        return f"{', '.join(systems[:kept])} and {len(systems) - kept} others"
    return systems[0] if len(systems) == 1 else f"{', '.join(systems[:-1])} and {systems[-1]}"
