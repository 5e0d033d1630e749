"""The question a report answers, and the answer in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mt_eval.compare.judgement import BETTER, CANNOT_TELL, NO_VERDICT, TIE, WORSE
from mt_eval.compare.result import Comparisons, MetricFacts
from mt_eval.languages.codes import name_language
from mt_eval.metrics import are_kin
from mt_eval.metrics.key import MetricKey
from mt_eval.report.comparison import Row, count, make_rows, rank_rows
from mt_eval.report.flags import count_flags
from mt_eval.report.scores import ScoreRow, tabulate_scores
from mt_eval.report.standing import describe_standing
from mt_eval.runs.settings import list_utilities
from mt_eval.spool import skim
from mt_eval.types import Comparison, Kind, Run


@dataclass(frozen=True, slots=True)
class Verdict:
    question: str
    answer: str
    """A few words."""
    style: str
    """`better`, `worse`, `tie`, `cannot-tell`, `no-verdict`, or `score` where nothing is compared."""
    sentences: tuple[str, ...]
    """What the answer rests on."""


def judge_run(run: Run) -> Verdict:
    """What one run says of its system: its scores, and how much looks wrong."""
    source, target = str(run.config["direction"]).split("-")
    question = f"How well does {run.head.label} translate {name_language(source)} to {name_language(target)}?"
    sides = skim(run.pairs, "article_pair_id", "kind")
    counts = Counter(pair.article_pair_id for pair in sides if pair.kind is Kind.ALIGNED)
    aligned, articles = counts.total(), len(counts)
    # A score that translations were chosen by comes behind those that say something.
    chosen = list_utilities(run.head)
    rows = sorted(
        (row for row in tabulate_scores(run) if not row.profile),
        key=lambda row: any(are_kin(MetricKey.parse(row.metric).base, utility) for utility in chosen),
    )
    where = f" over {count(aligned, 'segment')} of {count(articles, 'article')}" if aligned else ""
    sentences = [f"{_describe_score(rows[0])}{where}{_describe_others(rows[1:])}."]
    flags = count_flags([run])
    if flags.rows:
        kinds = ", ".join(f"{row.name} {row.counts[0]:,}" for row in flags.rows)
        share = f"{flags.flagged[0]:,} of {count(flags.translations[0], 'translation')}"
        sentences.append(f"{share} {'looks' if flags.flagged[0] == 1 else 'look'} wrong without a reference: {kinds}.")
    elif flags.translations[0]:
        sentences.append("No translation looks wrong without a reference.")
    if standing := describe_standing(rows[0]):
        sentences.append(standing)
    known = next((row for row in rows if row.segment is not None), None)
    said = "A score" if known else "What looks wrong"
    sentences.append(f"{said} says little by itself: hold it against another system on the same data.")
    answer = "No score" if known is None else f"{known.metric} {known.format(known.segment)}"
    return Verdict(question, answer, "score", tuple(sentences))


def judge_comparison(result: Comparisons) -> Verdict:
    """What a comparison says, by its first metric; the other metrics where they say otherwise."""
    if result.groups:
        verdict = _judge_groups(result)
    else:
        verdict = _judge_pair(result) if len(result.systems) == 2 else _judge_candidates(result)
    if result.referenced:
        return verdict
    return replace(
        verdict,
        question=f"{verdict.question.removesuffix('?')}, as far as that shows without a human version?",
        sentences=("Nothing was compared with a human version.", *verdict.sentences),
    )


def _describe_score(row: ScoreRow) -> str:
    if row.segment is None:
        return f"There is no {row.metric}, since {row.reason}" if row.reason else f"{row.metric} could not be scored"
    interval = ""
    if row.low is not None and row.high is not None:
        interval = f" (95% interval {row.format(row.low)} to {row.format(row.high)})"
    return f"{row.metric} is {row.format(row.segment)}{interval}"


def _describe_others(rows: Sequence[ScoreRow]) -> str:
    said = [f"{row.metric} {row.format(row.segment)}" for row in rows if row.segment is not None]
    return f"; {', '.join(said)}" if said else ""


def _judge_pair(result: Comparisons) -> Verdict:
    metric, (baseline, candidate) = result.metrics[0], result.systems
    comparison = result.comparisons[0]
    before, row = make_rows(result, metric)
    answers = {BETTER: "Yes", WORSE: "No, worse", TIE: "A tie", CANNOT_TELL: "Cannot tell", NO_VERDICT: "No verdict"}
    numbers = (
        f"{candidate} has {metric.name} {row.score} and {baseline} {before.score}: a difference of {row.delta} (95% "
        f"interval {row.delta_interval}, adjusted p {row.p_adjusted})."
    )
    sentences = [numbers, *_qualify(comparison, metric, row, result.unit), *_describe_other_metrics(result)]
    question = f"Does {candidate} translate {_describe_direction(result)} better than {baseline}?"
    return Verdict(question, answers[comparison.verdict], _style(comparison.verdict), tuple(sentences))


def _qualify(comparison: Comparison, metric: MetricFacts, row: Row, unit: str) -> list[str]:
    match comparison.verdict:
        case verdict if verdict == NO_VERDICT:
            return [explain_no_verdict(metric)]
        case verdict if verdict == TIE:
            if not metric.margin:
                return ["There is no difference at all."]
            return [f"The whole interval lies within {metric.margin:g} points, which people would hardly notice."]
        case verdict if verdict == CANNOT_TELL:
            more = f"; about {comparison.units_needed:,} {unit}s would show this one" if comparison.units_needed else ""
            if comparison.detectable is None:
                return [f"It may be chance: so few {unit}s cannot show any difference."]
            return [f"It may be chance: these data show differences from {row.detectable} on{more}."]
    if comparison.agreement is None:
        return []
    return [
        f"People rank systems this far apart the same way in {comparison.agreement:.0f}% of cases, over many languages."
    ]


def explain_no_verdict(metric: MetricFacts) -> str:
    """Why a metric does not decide, in one sentence."""
    have = "has" if len(metric.favoured) == 1 else "have"
    return (
        f"{_join(metric.favoured)} {have} chosen translations by {metric.name} or a metric of its kind, which favours "
        "such a choice: only another metric can decide, such as BLEU."
    )


def _describe_other_metrics(result: Comparisons) -> list[str]:
    """One sentence on the metrics but the first, grouped by what they say of the only candidate."""
    said: dict[str, list[str]] = {}
    for each in result.comparisons[1:]:
        said.setdefault(each.verdict, []).append(each.metric)
    if not said:
        return []
    parts = [f"{verdict} by {_join(metrics)}" for verdict, metrics in said.items()]
    only = len(said) == 1 and result.comparisons[0].verdict in said
    return [f"The other metrics {'agree' if only else 'say'}: {'; '.join(parts)}."]


def _judge_candidates(result: Comparisons) -> Verdict:
    metric, baseline = result.metrics[0], result.systems[0]
    by_verdict: dict[str, list[Comparison]] = {BETTER: [], TIE: [], CANNOT_TELL: [], NO_VERDICT: [], WORSE: []}
    compared = [each for each in result.comparisons if each.metric == metric.name]
    sign = 1 if metric.lower_is_better else -1
    for each in sorted(compared, key=lambda one: sign * one.delta):
        by_verdict[each.verdict].append(each)
    words = {
        BETTER: f"better than {baseline}",
        WORSE: f"worse than {baseline}",
        TIE: f"tied with {baseline}",
        CANNOT_TELL: f"not told apart from {baseline} by these data",
        NO_VERDICT: f"not judged against {baseline}",
    }
    rows = {row.system: row for row in make_rows(result, metric)[1:]}
    sentences = []
    for verdict, found in by_verdict.items():
        if found:
            names = _join([f"{each.candidate} ({rows[each.candidate].delta})" for each in found])
            sentences.append(f"{names} {'is' if len(found) == 1 else 'are'} {words[verdict]}.")
    better = by_verdict[BETTER]
    question = f"Which of {len(compared)} systems translate {_describe_direction(result)} better than {baseline}?"
    sentences[0] = f"By {metric.name}, {sentences[0]}"
    if by_verdict[NO_VERDICT]:
        sentences.append(explain_no_verdict(metric))
    if better:
        answer, style = _join([each.candidate for each in better]), "better"
    elif by_verdict[CANNOT_TELL] or by_verdict[NO_VERDICT]:
        answer, style = "None is shown to be", "cannot-tell"
    else:
        answer, style = "None", "tie"
    return Verdict(question, answer, style, (*sentences, *_describe_disagreements(result)))


def _describe_disagreements(result: Comparisons) -> list[str]:
    """One sentence per candidate that another metric judges otherwise than the first does; no verdict is none."""
    first = {each.candidate: each.verdict for each in result.comparisons if each.metric == result.metrics[0].name}
    sentences = []
    for candidate, verdict in first.items():
        others = [
            f"{each.verdict} by {each.metric}"
            for each in result.comparisons
            if each.candidate == candidate and each.verdict not in (verdict, NO_VERDICT)
        ]
        if others:
            sentences.append(f"Other metrics say otherwise of {candidate}: {', '.join(others)}.")
    return sentences


def _judge_groups(result: Comparisons) -> Verdict:
    metric = result.metrics[0]
    ranked = [row for _, row in rank_rows(result, metric)]
    best = ranked[0]
    alike = [
        name
        for group in result.groups
        if group.metric == metric.name and best.system in group.systems
        for name in group.systems
        if name != best.system
    ]
    question = f"Which of {len(result.systems)} systems translates {_describe_direction(result)} best?"
    if metric.favoured:
        return Verdict(question, "No verdict", _style(NO_VERDICT), (explain_no_verdict(metric),))
    highest = "lowest" if metric.lower_is_better else "highest"
    sentence = f"{best.system} has the {highest} {metric.name}, {best.score} (95% interval {best.interval})"
    if alike:
        names = _join(list(dict.fromkeys(alike)))
        answer, style = f"{best.system}, but not alone", "cannot-tell"
        sentence += f"; these data do not tell it from {names}."
    else:
        answer, style = best.system, "better"
        sentence += " and differs from every other."
    fair = [each for each in result.metrics[1:] if not each.favoured]
    leaders = {each.name: rank_rows(result, each)[0][1].system for each in fair}
    others = [f"{name} puts {system} first" for name, system in leaders.items() if system != best.system]
    return Verdict(question, answer, style, (sentence, *([f"{'; '.join(others)}."] if others else [])))


def _describe_direction(result: Comparisons) -> str:
    source, target = result.languages
    return f"{name_language(source)} to {name_language(target)}" if source else f"into {name_language(target)}"


def _style(verdict: str) -> str:
    return verdict.replace(" ", "-")


def _join(names: Sequence[str]) -> str:
    """The names with commas and an `and`.

    >>> _join(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
