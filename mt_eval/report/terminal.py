"""A run as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table

from mt_eval.compare.accuracy import measure_accuracy
from mt_eval.compare.evidence import JudgedSet
from mt_eval.languages.codes import is_right_to_left, name_language
from mt_eval.likelihoods import Given
from mt_eval.metrics import list_metrics
from mt_eval.report.accuracy import render_one
from mt_eval.report.alternatives import place_hypotheses, render_hypotheses
from mt_eval.report.bidi import justify, runs_right_to_left, wrap_isolated
from mt_eval.report.comparison import ABSENT
from mt_eval.report.flags import count_flags
from mt_eval.report.given import render_given
from mt_eval.report.scores import explain_absence, keep_number, tabulate_scores
from mt_eval.report.standing import describe_standing
from mt_eval.report.table import MOST_LINES, add_lines, add_row, cut_lines, indent, make_table, make_text
from mt_eval.report.titles import name_articles
from mt_eval.runs.settings import describe_unit, list_utilities
from mt_eval.spool import skim
from mt_eval.types import Kind, LegWork, Run, Translation

SHOWN_SEGMENTS = 3
"""How many of the worst and of the best segments are shown."""


def render_run(
    run: Run,
    *,
    segments: int = SHOWN_SEGMENTS,
    lines: int = MOST_LINES,
    width: int = 80,
    given: Sequence[Given] = (),
    sets: Sequence[JudgedSet] = (),
) -> RenderableType:
    """What was done, the scores, what they mean, warnings, and the worst and best segments side by side.

    Args:
        segments: How many of the worst and of the best segments are shown; 0 leaves them out.
        lines: How many lines of each text are shown.
        width: Columns of the terminal.
        given: What models said of its texts.
        sets: What models said of contrastive sets.
    """
    parts: list[RenderableType] = [make_text(run.id, "bold"), _render_settings(run), "", _render_scores(run)]
    rows = tabulate_scores(run)
    if standing := describe_standing(rows[0]) if rows else None:
        parts += ["", indent(make_text(standing))]
    for each in given:
        parts += ["", indent(render_given(each))]
    for judged in sets:
        parts += ["", indent(render_one(judged.contrast, measure_accuracy(judged.pairs)))]
    if run.warnings:
        parts += ["", _render_warnings(run.warnings)]
    if segments:
        parts += _render_extremes(run, segments, lines, width)
    return Group(*parts)


def print_run(
    console: Console,
    run: Run,
    *,
    segments: int = SHOWN_SEGMENTS,
    lines: int = MOST_LINES,
    given: Sequence[Given] = (),
    sets: Sequence[JudgedSet] = (),
) -> None:
    console.print(render_run(run, segments=segments, lines=lines, width=console.width, given=given, sets=sets))


def _render_settings(run: Run) -> RenderableType:
    config, head = run.config, run.head
    source, target = run.config["direction"].split("-")
    articles = _count_articles(run)
    aligned = sum(pair.kind is Kind.ALIGNED for pair in skim(run.pairs, "kind"))
    plural = "pair" if articles == 1 else "pairs"
    facts = [
        ("direction", f"{name_language(source)} to {name_language(target)}"),
        (
            "data",
            f"{head.choices.get('data', 'data')}: {articles} article {plural}, {len(run.pairs)} segments, "
            f"{_describe_alignment(aligned, head.alignment)}",
        ),
        *_list_titles(run, articles),
        ("system", _describe_system(run)),
    ]
    if units := head.translation.units:
        facts.append(
            ("unit", f"{describe_unit(config)}: {units} {'text' if units == 1 else 'texts'} given to the model")
        )
    facts += _describe_legs(run)
    if flagged := count_flags([run]).rows:
        facts.append(("flagged", ", ".join(f"{row.name} {row.counts[0]}" for row in flagged) + " segments"))
    times = [
        f"{stage} {head.seconds[stage]:.1f} s" for stage in ("translate", "project", "score") if stage in head.seconds
    ]
    facts.append(("time", ", ".join(times)))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    for name, value in facts:
        add_row(grid, name, value)
    return indent(grid)


def _count_articles(run: Run) -> int:
    return len({pair.article_pair_id for pair in skim(run.pairs, "article_pair_id")})


def _describe_alignment(aligned: int, method: str) -> str:
    return f"{aligned} aligned (alignment: {method})" if aligned else "none with a human version"


def _list_titles(run: Run, articles: int) -> list[tuple[str, str]]:
    """The title of a run's only article, beside its id; of several, each segment says its own."""
    return [("article", f"{name}: {title}") for name, title in name_articles(run).items() if articles == 1]


def _describe_legs(run: Run) -> Iterator[tuple[str, str]]:
    """How the first checkpoint decoded, and every server that was asked."""
    decoded = False
    for made, work in zip(run.head.system.legs, run.head.translation.legs, strict=False):
        if made.get("engine") == "server":
            yield "server", _describe_server(made, work)
        elif not decoded:
            decoded = True
            engine = "" if made.get("engine") == "transformers" else f"{made.get('engine', 'unknown engine')} "
            where = work.device or "all found in the translation store"
            yield "decoding", f"{_describe_search(run)}, {engine}{made.get('dtype', 'unknown type')}, {where}"


def _describe_search(run: Run) -> str:
    """How translations were found, and how many were kept."""
    decoding = run.config.get("decoding", {})
    beams, kept = decoding.get("num_beams", 1), max((len(each.hypotheses) for each in run.hypotheses), default=1)
    search = f"{beams} beams" if beams > 1 else "greedy"
    if chosen := list_utilities(run.head):
        candidates = "samples" if decoding.get("candidates_from") == "sample" else "hypotheses of a beam"
        search = f"the choice by {' or '.join(chosen)} among {decoding.get('candidates')} {candidates}"
    return f"{search}, {kept} best kept" if kept > 1 else search


def _describe_server(made: Mapping[str, Any], work: LegWork) -> str:
    """Where the texts went, what answered, and what that took."""
    said = [str(made.get("url", "")), f"answered by {', '.join(work.answered_by or ('nobody knows what',))}"]
    if work.device is None:
        said.append("all found in the translation store")
    else:
        said.append(f"{work.decoded_tokens_in or 0:,} tokens in, {work.decoded_tokens_out or 0:,} out")
    if work.cost is not None:
        said.append(f"cost {work.cost:.4g}")
    if work.asked_again:
        said.append(f"{work.answered_otherwise} of {work.asked_again} answered otherwise when asked again")
    return "; ".join(said)


def _describe_system(run: Run) -> str:
    choice, label = run.head.choices.get("model", ""), run.head.label
    return label if choice in ("", label) else f"{label} (model={choice})"


def _render_scores(run: Run) -> RenderableType:
    table = make_table(
        ("metric", "left"), ("score", "right"), ("95% interval", "right"), ("whole articles", "right"), gap=4
    )
    rows = tabulate_scores(run)
    for row in rows:
        label = f"{row.metric}@{row.profile}" if row.profile else row.metric
        interval = f"{row.format(row.low)} to {row.format(row.high)}" if row.low is not None else ABSENT
        cells = (label, row.format(row.segment), interval, row.format(row.article))
        add_row(table, *cells, style="bold" if row is rows[0] else "")
    lines: list[RenderableType] = [table, *(make_text(line) for line in explain_absence(rows))]
    if rows:
        lines.append(make_text(f"{rows[0].metric} {rows[0].signature.replace('|', ' | ')}", "dim"))
    return indent(Group(*lines))


def _render_warnings(warnings: Sequence[str]) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="yellow", no_wrap=True)
    grid.add_column()
    for warning in warnings:
        add_row(grid, "warning:", warning)
    return indent(grid)


def _render_extremes(run: Run, count: int, lines: int, width: int) -> list[RenderableType]:
    metric = next(iter(run.segment_scores), None)
    if metric is None:
        return []
    sign = -1 if list_metrics(run.scores)[metric].lower_is_better else 1
    known = ((keep_number(value), place) for place, value in enumerate(run.segment_scores[metric]))
    scored = sorted((sign * value, place) for value, place in known if value is not None)
    worst = [place for _, place in scored[:count]]
    best = [place for _, place in reversed(scored[-count:]) if place not in worst]
    parts: list[RenderableType] = [""] if worst else []
    for title, indices in (("worst", worst), ("best", best)):
        if indices:
            parts.append(_render_segments(run, f"{title} segments by {metric}", metric, indices, lines, width))
    return parts


def _render_segments(
    run: Run, title: str, metric: str, indices: Iterable[int], most: int, width: int
) -> RenderableType:
    source_lang, target_lang = run.config["direction"].split("-")
    column = max(12, (width - 10) // 3)
    parts: list[RenderableType] = [make_text(title, "bold")]
    kept = place_hypotheses(run)
    titles = name_articles(run) if _count_articles(run) > 1 else {}
    for index in indices:
        pair, translation = run.pairs[index], run.translations[index]
        title_line = f"{pair.id}  {metric} {run.segment_scores[metric][index]:.1f}"
        parts.append(make_text("; ".join([title_line, *map(str, run.flags[index])]), "dim"))
        if article_title := titles.get(pair.article_pair_id):
            parts.append(make_text(f"of: {article_title}", "dim"))
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        cells = (
            ("source", pair.source_text, source_lang),
            ("reference", pair.reference_text, target_lang),
            ("translation", *_read_translation(translation, source_lang, target_lang)),
        )
        for header, _, lang in cells:
            table.add_column(header, width=column, no_wrap=True, justify=justify(lang))
        wrapped = ((cut_lines(wrap_isolated(text, lang, column), most), justify(lang)) for _, text, lang in cells)
        add_lines(table, *wrapped)
        parts.append(table)
        if index in kept:
            parts.append(render_hypotheses(run, kept[index], target_lang, most, width - 4))
        parts.append("")
    return indent(Group(*parts))


def _read_translation(translation: Translation | None, source_lang: str, target_lang: str) -> tuple[str, str]:
    """A translation and the language that it is laid out in: that of the source where it runs the other way."""
    text = translation.text if translation else ""
    found = runs_right_to_left(text)
    other = found is not None and found != is_right_to_left(target_lang) and found == is_right_to_left(source_lang)
    return text, source_lang if other else target_lang
