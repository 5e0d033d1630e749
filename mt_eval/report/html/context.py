"""Scores, and what was omitted and added, by how much a model was given at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mt_eval.compare.result import Comparisons, Context
from mt_eval.report.context import explain, list_cells, list_headers
from mt_eval.report.html.scale import Scale, Tick, fit_scale


@dataclass(frozen=True, slots=True)
class Series:
    """One figure over all units; places are percent of the panel, from the left and from the top."""

    name: str
    points: tuple[tuple[float, float, str], ...]
    """Where each known value stands, and what it is, in words."""
    lines: tuple[tuple[float, float, float, float], ...]
    """From one unit to the next, where both are known: from x, y to x, y."""


@dataclass(frozen=True, slots=True)
class Panel:
    series: tuple[Series, Series]
    ticks: tuple[Tick, ...]
    """From the top."""


@dataclass(frozen=True, slots=True)
class ModelPlot:
    model: str
    units: tuple[Tick, ...]
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class ContextPlot:
    """A table of all systems, and two panels per model that was given more and less: scores, and shares."""

    headers: tuple[str, ...]
    words: int
    """How many of the columns, from the first, are words."""
    rows: tuple[tuple[str, ...], ...]
    explanation: str
    models: tuple[ModelPlot, ...]


def draw_contexts(result: Comparisons) -> ContextPlot | None:
    """The plot; None unless systems differ in how much they were given at once."""
    contexts = result.contexts
    if not contexts:
        return None
    models = {context.model: [each for each in contexts if each.model == context.model] for context in contexts}
    headers = list_headers(contexts)
    return ContextPlot(
        headers=headers,
        words=headers.index("unit") + 1,
        rows=tuple(list_cells(contexts)),
        explanation=explain(contexts),
        models=tuple(_draw(model, each) for model, each in models.items() if len(each) > 1),
    )


def _draw(model: str, contexts: Sequence[Context]) -> ModelPlot:
    across = [round(100 * (place + 0.5) / len(contexts), 2) for place in range(len(contexts))]
    metric = contexts[0].metric
    # Windows are named by their size alone: the axis is short on a telephone.
    names = [context.unit.removeprefix("window of ") for context in contexts]
    return ModelPlot(
        model,
        tuple(Tick(x, name) for x, name in zip(across, names, strict=True)),
        (
            _draw_panel(
                across,
                contexts,
                {metric: [each.segment for each in contexts], f"d-{metric}": [each.article for each in contexts]},
            ),
            _draw_panel(
                across,
                contexts,
                {"omitted": [each.omitted for each in contexts], "added": [each.added for each in contexts]},
                percent=True,
            ),
        ),
    )


def _draw_panel(
    across: Sequence[float],
    contexts: Sequence[Context],
    figures: dict[str, list[float | None]] | dict[str, list[float]],
    *,
    percent: bool = False,
) -> Panel:
    known = [value for values in figures.values() for value in values if value is not None]
    scale = fit_scale([*known, 0.0, *([1.0] if percent else [])], share=0.08)
    one, other = (_draw_series(name, across, contexts, values, scale) for name, values in figures.items())
    sign = "%" if percent else ""
    return Panel((one, other), tuple(Tick(round(100 - tick.at, 2), tick.label + sign) for tick in scale.list_ticks(4)))


def _draw_series(
    name: str, across: Sequence[float], contexts: Sequence[Context], values: Sequence[float | None], scale: Scale
) -> Series:
    places = [
        None if value is None else (x, round(100 - scale.place(value), 2), f"{context.unit}: {name} {value:.1f}")
        for x, context, value in zip(across, contexts, values, strict=True)
    ]
    return Series(
        name,
        tuple(place for place in places if place is not None),
        tuple((*before[:2], *after[:2]) for before, after in pairwise(places) if before and after),
    )
