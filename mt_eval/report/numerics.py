"""How far the same model's translations move with engine, numeric type and batch size."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from rich.console import Console, Group, RenderableType

from mt_eval.report.table import add_row, make_table, make_text
from mt_eval.types import Level, Run


def render_numerics(runs: Sequence[Run]) -> RenderableType:
    """A table per direction, system and data; every run stands beside the first one of its table.

    **batch** is the limit in source tokens, **changed** the share of segments whose translation differs in any
    character; scores are the first run's, then the others' distances to it.

    Args:
        runs: Runs that, of one system and on the same data, differ in nothing but how they were computed.
    """
    tables: dict[tuple[Hashable, ...], list[Run]] = {}
    for run in runs:
        texts = tuple(segment.text for pair in run.pairs for segment in pair.source)
        tables.setdefault((str(run.config["direction"]), run.head.system.label, texts), []).append(run)
    parts: list[RenderableType] = []
    for (direction, label, _), group in tables.items():
        what = f"{direction}, {label}, {len(group[0].pairs)} segments"
        parts += [make_text(f"{what}: what engine, numeric type and batch size change", "bold"), _render(group), ""]
    return Group(*parts)


def print_numerics(console: Console, runs: Sequence[Run]) -> None:
    console.print(render_numerics(runs))


def count_changed(run: Run, baseline: Run) -> int:
    """Segments whose translation is not the baseline's, character by character."""
    return sum(
        (one and one.text) != (other and other.text)
        for one, other in zip(run.translations, baseline.translations, strict=True)
    )


def _render(runs: Sequence[Run]) -> RenderableType:
    baseline = runs[0]
    metrics = [score.metric for score in baseline.scores if score.level is Level.SEGMENT]
    table = make_table(("engine and type", "left"), *((name, "right") for name in ("batch", "changed", *metrics)))
    for run in runs:
        legs = run.head.system.legs
        changed = count_changed(run, baseline)
        how = f"{legs[0].get('engine')} {legs[0].get('dtype')}" if legs else "no engine"
        cells = [how, str(run.config.get("engine", {}).get("batch_tokens") or "auto")]
        cells.append("" if run is baseline else f"{100 * changed / len(run.pairs):.0f}%")
        add_row(table, *cells, *_format_scores(run, baseline, metrics))
    return table


def _format_scores(run: Run, baseline: Run, metrics: Iterable[str]) -> list[str]:
    cells = []
    for metric in metrics:
        value, first = (
            next(
                (score.value for score in each.scores if score.metric == metric and score.level is Level.SEGMENT), None
            )
            for each in (run, baseline)
        )
        if value is None or first is None:
            cells.append("")
        else:
            cells.append(f"{value:.2f}" if run is baseline else f"{value - first:+.2f}")
    return cells
