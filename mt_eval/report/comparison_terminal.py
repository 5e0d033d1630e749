"""A comparison as a person reads it in a terminal of 80 columns or more."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from mt_eval.compare.result import Comparisons, Details, MetricFacts, SegmentContrast
from mt_eval.report.accuracy import render_several
from mt_eval.report.bidi import justify, wrap_isolated
from mt_eval.report.comparison import (
    BASELINE,
    Row,
    choose_digits,
    count,
    describe_columns,
    describe_method,
    describe_part,
    describe_share,
    knows_agreement,
    make_rows,
    rank_rows,
)
from mt_eval.report.comparison_names import Names, choose_names
from mt_eval.report.comparison_text import describe_speed
from mt_eval.report.context import render_contexts
from mt_eval.report.given import render_judged
from mt_eval.report.table import INDENT, add_lines, add_row, cut_lines, indent, make_table, make_text
from mt_eval.report.visible import format_name

_NARROWEST = ("95%", "95% interval", "adjusted", "shows", "people", "needs 99,000")
"""What the columns of figures hold at least; a verdict wraps where it is longer."""
_MOST_PAIRS = 28
"""Pairs of systems per metric (8 systems) beyond which only the groups are printed."""
_MOST_PARTS = 6
"""Articles shown at the most: those with the largest share in the difference."""
_STYLES = {"better": "green", "worse": "red", "tie": "", "cannot": "yellow", "no": "yellow", BASELINE: "dim"}


def print_comparisons(console: Console, result: Comparisons) -> None:
    console.print(render_comparisons(result, width=console.width))


def render_comparisons(result: Comparisons, *, width: int = 80) -> RenderableType:
    """Per metric scores, differences and verdicts; then speeds, groups, and where a difference comes from.

    Where it comes from is shown for one pair of systems only: for more it would bury the rest.
    """
    rows = {metric.name: make_rows(result, metric) for metric in result.metrics if not _is_too_long(result)}
    figures = max(map(_measure_figures, rows.values()), default=0)
    names = choose_names(result.systems, max(10, width - figures), 1 if result.groups else 2)
    parts: list[RenderableType] = [make_text(describe_method(result)), ""]
    if names.legend:
        parts += [*_render_legend(names), ""]
    for metric in result.metrics:
        parts += [*_render_metric(result, metric, rows.get(metric.name), names), ""]
    if result.speeds:
        parts += [_render_speeds(result), ""]
    if result.contexts:
        parts += [render_contexts(result.contexts), ""]
    if result.judged:
        parts += [render_judged(result.judged), ""]
    for each in result.accuracies:
        parts += [render_several(each), ""]
    parts += [indent(make_text(line, "dim")) for line in describe_columns(result)]
    parts += [indent(Text.assemble(("note: ", "yellow"), make_text(note))) for note in result.notes]
    if len(result.details) == 1:
        digits = choose_digits(result, result.details[0].metric)
        parts += _render_details(result.details[0], result.languages, width, digits)
    elif len(result.systems) > 2:
        parts += ["", make_text("Name two runs to see where their difference comes from, with segments.", "dim")]
    return Group(*parts)


def _render_legend(names: Names) -> list[RenderableType]:
    table = make_table(("system", "left"), ("", "left"))
    for name, system in names.legend:
        add_row(table, name, system)
    return [indent(table)]


def _is_too_long(result: Comparisons) -> bool:
    return bool(result.groups) and len(result.comparisons) > _MOST_PAIRS * len(result.metrics)


def _render_metric(
    result: Comparisons, metric: MetricFacts, rows: Sequence[Row] | None, names: Names
) -> list[RenderableType]:
    parts: list[RenderableType] = [make_text(metric.name, "bold")]
    if result.groups:
        table = make_table(("group", "left"), ("system", "left"), ("score", "right"), ("95% interval", "right"))
        called = {system: name for name, system in names.legend}
        for letters, row in rank_rows(result, metric):
            name = f"{called[row.system]}  {row.system}" if called else row.system
            add_row(table, letters, name, row.score, row.interval)
        parts += [indent(table)]
    if rows is None:
        pairs = count(len(result.comparisons) // len(result.metrics), "pair")
        parts.append(indent(make_text(f"{pairs}: --format csv or json lists them", "dim")))
    else:
        parts.append(indent(_render_rows(rows, names.short, with_baseline=bool(result.groups))))
    parts.append(indent(make_text(f"{metric.name} {metric.signature.replace('|', ' | ')}", "dim")))
    return parts


def _render_rows(rows: Sequence[Row], names: Mapping[str, str], *, with_baseline: bool) -> Table:
    """Two lines a row: figures, and what qualifies them."""
    people = knows_agreement(rows)
    table = make_table(
        ("system\nagainst" if with_baseline else "system", "left"),
        ("score\n95%", "right"),
        ("delta\n95% interval", "right"),
        ("p\nadjusted", "right"),
        ("shows", "right"),
        *([("people", "right")] if people else []),
        ("verdict", "left"),
        gap=1,
    )
    table.columns[0].no_wrap = True  # names were broken where they may be
    for row in rows:
        verdict, _, needs = row.verdict.partition(" (")
        below = f"\n{needs.removesuffix(')').replace('about ', '')}" if needs else ""
        name = names[row.system]
        add_row(
            table,
            make_text(f"{name}\n{names[row.baseline]}" if with_baseline else name),
            f"{row.score}\n{row.interval}",
            f"{row.delta}\n{row.delta_interval}",
            f"{row.p_value}\n{row.p_adjusted}",
            row.detectable,
            *([row.agreement] if people else []),
            Text.assemble((verdict, _STYLES.get(verdict.split(" ")[0], "")), below),
        )
    return table


def _measure_figures(rows: Sequence[Row]) -> int:
    """Columns of the terminal that these rows take beside the system's name."""
    cells = [(row.interval, row.delta_interval, row.p_adjusted, row.detectable, row.agreement, "") for row in rows]
    return INDENT + sum(max(map(len, column)) + 1 for column in zip(_NARROWEST, *cells, strict=True))


def _render_speeds(result: Comparisons) -> RenderableType:
    device = next(speed.device for speed in result.speeds if speed)
    table = make_table(("system", "left"), ("segments/s", "right"), ("tokens/s", "right"), ("peak memory", "right"))
    for system, speed in zip(result.systems, result.speeds, strict=True):
        add_row(table, system, *describe_speed(speed))
    return Group(make_text(f"decoding on {device}", "bold"), indent(table))


def _render_details(
    details: Details, languages: tuple[str | None, str], width: int, digits: int
) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if details.parts:
        parts += ["", make_text(f"where the difference comes from, by {details.metric}", "bold")]
    for kind, each in groupby(details.parts, key=lambda part: part.kind):
        members = list(each)
        shown = members
        if kind == "article" and len(members) > _MOST_PARTS:
            largest = sorted(members, key=lambda part: -abs(part.share))[:_MOST_PARTS]
            shown = [part for part in members if part in largest]
            kind = f"{len(shown)} of {len(members)} articles"
        table = make_table(
            (kind, "left"),
            ("segments", "right"),
            ("baseline", "right"),
            ("candidate", "right"),
            ("delta", "right"),
            ("share", "right"),
        )
        for part in shown:
            name, *cells = describe_part(part, digits)
            add_row(table, name, *cells)
        parts += [indent(table), ""]
    if details.parts:
        parts.append(indent(make_text(describe_share(), "dim")))
    for title, segments in (("loses most", details.worse), ("gains most", details.better)):
        if segments:
            parts += ["", make_text(f"segments on which {details.candidate} {title}, by {details.metric}", "bold")]
            parts += [_render_segment(segment, details, languages, width) for segment in segments]
    return parts


def _render_segment(
    segment: SegmentContrast, details: Details, languages: tuple[str | None, str], width: int
) -> RenderableType:
    before, after = segment.scores
    title = make_text(f"{segment.id}  {before:.1f} to {after:.1f} ({after - before:+.1f})", "dim")
    source_lang, target_lang = languages
    cells = [
        ("source", segment.source, source_lang or _guess_direction(segment.source)),
        ("reference", segment.reference, target_lang),
        (details.baseline, segment.texts[0], target_lang),
        (details.candidate, segment.texts[1], target_lang),
    ]
    cells = [cell for cell in cells if cell[1] or cell[0] not in ("source", "reference")]
    names = max(len(cell[0]) for cell in cells)
    room = max(20, width - min(names, 20) - 6)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", max_width=20)
    table.add_column(width=room, no_wrap=True)
    for name, text, lang in cells:
        add_lines(table, ([format_name(name)], "left"), (cut_lines(wrap_isolated(text, lang, room)), justify(lang)))
    return indent(Group(title, table, ""))


def _guess_direction(text: str) -> str:
    """A language that runs as the first letter of the text does: Arabic or English."""
    strong = (unicodedata.bidirectional(character) for character in text)
    first = next((kind for kind in strong if kind in ("L", "R", "AL")), "L")
    return "en" if first == "L" else "ar"
