"""How far the same model's translations move with engine, numeric type and batch size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console, Group, RenderableType

from mt_eval.report.table import add_row, make_table, make_text
from mt_eval.types import Level, Run


def render_numerics(runs: Sequence[Run]) -> RenderableType:
    """A table per direction; every run stands beside the first one of its direction.

    **batch** is the limit in source tokens, **changed** the share of segments whose translation differs in any
    character; scores are the first run's, then the others' distances to it.

    Args:
        runs: Runs of one model on the same data, which differ in nothing but how they were computed.
    """
    parts: list[RenderableType] = []
    for direction in dict.fromkeys(str(run.config["direction"]) for run in runs):
        parts += [
            make_text(f"{direction}: what engine, numeric type and batch size change", "bold"),
            _render_direction([run for run in runs if run.config["direction"] == direction]),
            "",
        ]
    return Group(*parts)


def print_numerics(console: Console, runs: Sequence[Run]) -> None:
    console.print(render_numerics(runs))


def count_changed(run: Run, baseline: Run) -> int:
    """Segments whose translation is not the baseline's, character by character."""
    return sum(
        (one and one.text) != (other and other.text)
        for one, other in zip(run.translations, baseline.translations, strict=True)
    )


def _render_direction(runs: Sequence[Run]) -> RenderableType:
    baseline = runs[0]
    metrics = [score.metric for score in baseline.scores if score.level is Level.SEGMENT]
    table = make_table(("engine and type", "left"), *((name, "right") for name in ("batch", "changed", *metrics)))
    for run in runs:
        leg = run.head.system.legs[0]
        changed = count_changed(run, baseline)
        cells = [f"{leg['engine']} {leg['dtype']}", str(run.config["engine"]["batch_tokens"])]
        cells.append("" if run is baseline else f"{100 * changed / len(run.pairs):.0f}%")
        add_row(table, *cells, *_format_scores(run, baseline, metrics))
    return table


def _format_scores(run: Run, baseline: Run, metrics: Iterable[str]) -> list[str]:
    cells = []
    for metric in metrics:
        value, first = (
            next(score.value for score in each.scores if score.metric == metric and score.level is Level.SEGMENT)
            for each in (run, baseline)
        )
        if value is None or first is None:
            cells.append("")
        else:
            cells.append(f"{value:.2f}" if run is baseline else f"{value - first:+.2f}")
    return cells
