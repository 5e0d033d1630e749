"""A comparison as Markdown and as LaTeX, for papers and issue trackers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mt_eval.compare.result import Comparisons, MetricFacts, Speed
from mt_eval.report.comparison import (
    ABSENT,
    Row,
    describe_method,
    describe_part,
    explain_columns,
    make_rows,
    rank_rows,
)

_HEADER = ("system", "score", "95%", "delta", "95%", "p", "p adjusted", "shows", "people", "verdict")
_LATEX = {
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "\\": "\\textbackslash{}",
    "<": "$<$",
    ">": "$>$",
    "\N{EN DASH}": "--",
}


def render_markdown(result: Comparisons) -> str:
    """Tables of scores and differences per metric, groups, and where the differences come from."""
    lines = [f"{describe_method(result)}.", ""]
    for metric in result.metrics:
        lines += [f"### {metric.name}", ""]
        if result.groups:
            ranked = [(row.system, row.score, row.interval, letters) for letters, row in rank_rows(result, metric)]
            lines += [*_write_table(("system", "score", "95%", "group"), ranked), ""]
        header, rows = _tabulate(result, metric)
        lines += [*_write_table(header, rows), "", f"`{metric.name}|{metric.signature}`", ""]
    if result.speeds:
        cells = [(system, *describe_speed(speed)) for system, speed in zip(result.systems, result.speeds, strict=True)]
        lines += [*_write_table(("system", "segments/s", "tokens/s", "peak memory"), cells), ""]
    lines += [f"- {line}" for line in (*explain_columns(result), *(f"note: {note}" for note in result.notes))]
    for details in result.details:
        if details.parts:
            lines += ["", f"### {details.candidate} against {details.baseline}, {details.metric}", ""]
            header = ("segments", "", "number", details.baseline, details.candidate, "delta", "share of delta")
            lines += _write_table(header, [(part.kind, *describe_part(part, 1)) for part in details.parts])
    return "\n".join(lines) + "\n"


def render_latex(result: Comparisons) -> str:
    """One `tabular` per metric, in the manner of the booktabs package; notes are comments."""
    lines = [f"% {describe_method(result)}"]
    lines += [f"% {line}" for line in (*explain_columns(result), *result.notes)]
    for metric in result.metrics:
        header, rows = _tabulate(result, metric)
        columns = "".join("l" if name in ("system", "against", "verdict") else "r" for name in header)
        lines += [
            f"% {metric.name}|{metric.signature}",
            f"\\begin{{tabular}}{{{columns}}}",
            "\\toprule",
            f"\\multicolumn{{{len(header)}}}{{l}}{{{_escape_latex(metric.name)}}} \\\\",
            " & ".join(map(_escape_latex, header)) + " \\\\",
            "\\midrule",
            *(" & ".join(map(_escape_latex, row)) + " \\\\" for row in rows),
            "\\bottomrule",
            "\\end{tabular}",
        ]
    return "\n".join(lines) + "\n"


def describe_speed(speed: Speed | None) -> tuple[str, str, str]:
    """Segments and tokens a second, and memory."""
    if speed is None:
        return ABSENT, ABSENT, ABSENT
    return f"{speed.segments_per_second:.1f}", f"{speed.tokens_per_second:.0f}", f"{speed.peak_memory_mb:,.0f} MB"


def _tabulate(result: Comparisons, metric: MetricFacts) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    rows = make_rows(result, metric)
    if result.groups:
        return ("system", "against", *_HEADER[1:]), [(row.system, row.baseline, *_list_cells(row)) for row in rows]
    return _HEADER, [(row.system, *_list_cells(row)) for row in rows]


def _list_cells(row: Row) -> tuple[str, ...]:
    return (
        row.score,
        row.interval,
        row.delta,
        row.delta_interval,
        row.p_value,
        row.p_adjusted,
        row.detectable,
        row.agreement,
        row.verdict,
    )


def _write_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A pipe table, its columns as wide as their cells so that it reads as plain text too."""
    cells = [[_escape_markdown(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(len, column), default=3) for column in zip(*cells, strict=True)]
    written = ["| " + " | ".join(f"{c:{w}}" for c, w in zip(row, widths, strict=True)) + " |" for row in cells]
    return [written[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *written[1:]]


def _escape_markdown(cell: str) -> str:
    return re.sub(r"([\\`*_|<\[\]])", r"\\\1", cell)


def _escape_latex(cell: str) -> str:
    escaped = "".join(_LATEX.get(character, character) for character in cell)
    return re.sub(r"-(?=\d)", "$-$", escaped)
