"""A comparison as Markdown and as LaTeX, for papers and issue trackers."""

from __future__ import annotations

from mt_eval.compare.judgement import BETTER, TIE, WORSE
from mt_eval.compare.result import Comparisons, Details, MetricFacts, Speed
from mt_eval.report import accuracy, given
from mt_eval.report.comparison import (
    ABSENT,
    choose_digits,
    describe_columns,
    describe_for_paper,
    describe_method,
    describe_part,
    describe_share,
    knows_agreement,
    make_rows,
    rank_rows,
)
from mt_eval.report.context import TITLE, explain, list_cells, list_headers
from mt_eval.report.markup import (
    escape_block,
    escape_latex,
    escape_markdown,
    join_lines,
    render_code,
    render_table,
)

_COLUMNS = {
    "system": "system",
    "baseline": "against",
    "score": "score",
    "interval": "95%",
    "delta": "delta",
    "delta_interval": "95%",
    "p_value": "p",
    "p_adjusted": "p adjusted",
    "detectable": "shows",
    "agreement": "people",
    "verdict": "verdict",
}
"""Fields of a row to the headers of their columns."""
_RANKING = ("system", "score", "95%", "group")


def render_markdown(result: Comparisons) -> str:
    """Tables of scores and differences per metric, groups, and where the differences come from."""
    lines = [f"{describe_method(result)}.", ""]
    for metric in result.metrics:
        lines += [f"### {escape_markdown(metric.name)}", ""]
        if result.groups:
            ranked = [(row.system, row.score, row.interval, letters) for letters, row in rank_rows(result, metric)]
            lines += [*render_table(_RANKING, ranked), ""]
        header, rows = _tabulate(result, metric)
        lines += [*render_table(header, rows), "", render_code(f"{metric.name}|{metric.signature}"), ""]
    if result.speeds:
        cells = [(system, *describe_speed(speed)) for system, speed in zip(result.systems, result.speeds, strict=True)]
        lines += [*render_table(("system", "segments/s", "tokens/s", "peak memory"), cells), ""]
    if result.contexts:
        lines += [f"### {TITLE[0].upper()}{TITLE[1:]}", ""]
        lines += [*render_table(list_headers(result.contexts), list_cells(result.contexts)), ""]
        lines += [f"{explain(result.contexts)}.", ""]
    if result.judged:
        lines += [f"### {given.TITLE[0].upper()}{given.TITLE[1:]}", ""]
        lines += [*render_table(("system", "judge", *given.HEADERS), given.list_judged(result.judged)), ""]
        lines += [f"{given.EXPLANATION[0].upper()}{given.EXPLANATION[1:]}.", ""]
    for each in result.accuracies:
        title = accuracy.describe_sets(each)
        lines += [f"### {escape_markdown(title[0].upper() + title[1:])}", ""]
        lines += [*render_table(accuracy.HEADERS, accuracy.list_several(each)), ""] if each.accuracies else []
        lines += [*(f"{escape_markdown(line[0].upper() + line[1:])}.  " for line in accuracy.explain(each)), ""]
    notes = (
        *describe_columns(result),
        *(f"note: {note}" for note in result.notes),
        f"for a paper: {describe_for_paper(result)}",
    )
    lines += [f"- {escape_block(line)}" for line in notes]
    for details in result.details:
        lines += ["", f"### {escape_markdown(f'{details.candidate} against {details.baseline}, {details.metric}')}"]
        lines += _render_details(details, choose_digits(result, details.metric))
    return "\n".join(lines) + "\n"


def render_latex(result: Comparisons) -> str:
    """One table of systems by metrics, in the manner of the booktabs package; notes are comments.

    A score stands with its 95% interval. What was found of it is raised behind it: against a baseline `+`, `-` or `=`
    for better, worse and a tie, after `--all-pairs` the letters of its groups. The best score of a metric is bold,
    unless a system chose its translations by it.
    """
    lines = [f"% {join_lines(line)}" for line in (*describe_columns(result), *result.notes)]
    lines += [f"% {join_lines(f'{metric.name}|{metric.signature}')}" for metric in result.metrics]
    columns = [_list_cells(result, metric) for metric in result.metrics]
    order = [row.system for _, row in rank_rows(result, result.metrics[0])] if result.groups else result.systems
    arrows = ["$\\downarrow$" if metric.lower_is_better else "" for metric in result.metrics]
    heads = [f"{escape_latex(metric.name)}{arrow}" for metric, arrow in zip(result.metrics, arrows, strict=True)]
    return "\n".join(
        [
            *lines,
            "\\begin{table}",
            "\\centering",
            f"\\caption{{{escape_latex(describe_for_paper(result))}}}",
            f"\\begin{{tabular}}{{l{'l' * len(columns)}}}",
            "\\toprule",
            " & ".join(["system", *heads]) + " \\\\",
            "\\midrule",
            *(
                " & ".join([escape_latex(system), *(column[system] for column in columns)]) + " \\\\"
                for system in order
            ),
            "\\bottomrule",
            "\\end{tabular}",
            "\\end{table}",
            "",
        ]
    )


def describe_speed(speed: Speed | None) -> tuple[str, str, str]:
    """Segments and tokens a second, and memory."""
    if speed is None:
        return ABSENT, ABSENT, ABSENT
    return f"{speed.segments_per_second:.1f}", f"{speed.tokens_per_second:.0f}", f"{speed.peak_memory_mb:,.0f} MB"


def _tabulate(result: Comparisons, metric: MetricFacts) -> tuple[list[str], list[list[str]]]:
    """Header and rows; without the columns in which no row has anything to say."""
    rows = make_rows(result, metric)
    kept = [
        (field, name)
        for field, name in _COLUMNS.items()
        if (field != "baseline" or result.groups) and (field != "agreement" or knows_agreement(rows))
    ]
    return [name for _, name in kept], [[getattr(row, field) for field, _ in kept] for row in rows]


def _render_details(details: Details, digits: int) -> list[str]:
    """Where a difference comes from, and the segments that differ most, each under its scores."""
    lines = []
    if details.parts:
        header = ("segments", "", "number", details.baseline, details.candidate, "delta", "share of delta")
        lines += [
            "",
            *render_table(header, [(part.kind, *describe_part(part, digits)) for part in details.parts]),
        ]
        lines += ["", describe_share()]
    for title, segments in (("loses", details.worse), ("gains", details.better)):
        if segments:
            lines += ["", f"Segments on which {escape_markdown(details.candidate)} {title} most:", ""]
        for each in segments:
            before, after = each.scores
            lines.append(f"- {escape_block(each.id)}: {before:.1f} to {after:.1f} ({after - before:+.1f})")
            for name, text in zip(
                ("source", "reference", details.baseline, details.candidate),
                (each.source, each.reference, *each.texts),
                strict=True,
            ):
                if text or name not in ("source", "reference"):
                    lines.append(f"    - {escape_block(name)}: {escape_markdown(text) or '(empty)'}")
    return lines


def _list_cells(result: Comparisons, metric: MetricFacts) -> dict[str, str]:
    """System to its score by one metric, set in LaTeX."""
    marks = _list_marks(result, metric)
    ranked = [row for _, row in rank_rows(result, metric)]
    cells = {}
    for row in ranked:
        is_best = row.score == ranked[0].score and not metric.favoured
        score = f"\\textbf{{{escape_latex(row.score)}}}" if is_best else escape_latex(row.score)
        mark = f"\\textsuperscript{{{marks[row.system]}}}" if marks.get(row.system) else ""
        cells[row.system] = f"{score}{mark} {{\\footnotesize {escape_latex(row.interval)}}}"
    return cells


def _list_marks(result: Comparisons, metric: MetricFacts) -> dict[str, str]:
    if result.groups:
        return {row.system: letters for letters, row in rank_rows(result, metric)}
    signs = {BETTER: "$+$", WORSE: "$-$", TIE: "$=$"}
    compared = (each for each in result.comparisons if each.metric == metric.name)
    return {each.candidate: signs.get(each.verdict, "") for each in compared}
