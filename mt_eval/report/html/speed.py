"""Quality against decoding speed, for systems that ran on the same device."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mt_eval.compare.result import Comparisons
from mt_eval.report.html.scale import Scale, Tick, fit_scale

_FEWEST_PERCENT = 7.0
"""Two labels nearer than this, in percent of the plot's height, would overlap."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One system; places are percent of the plot, from the left and from the top."""

    system: str
    x: float
    y: float
    label_y: float
    """Where the label stands so that it covers no other."""
    score: float
    segments_per_second: float
    tokens_per_second: float
    peak_memory_mb: float


@dataclass(frozen=True, slots=True)
class SpeedPlot:
    metric: str
    device: str
    dots: tuple[Dot, ...]
    x_ticks: tuple[Tick, ...]
    """Segments a second, on a logarithmic axis."""
    y_ticks: tuple[Tick, ...]


def draw_speeds(result: Comparisons) -> SpeedPlot | None:
    """The plot by the first metric; None unless two systems or more decoded on the same device."""
    metric = result.metrics[0]
    scores = {each.system: each.value for each in result.scores if each.metric == metric.name}
    known = [(system, speed) for system, speed in zip(result.systems, result.speeds, strict=False) if speed]
    if len(known) < 2:
        return None
    speeds = [math.log10(speed.segments_per_second) for _, speed in known]
    across = fit_scale(speeds, share=0.12)
    down = fit_scale([scores[system] for system, _ in known], share=0.12)
    places = [(across.place(x), 100 - down.place(scores[name])) for x, (name, _) in zip(speeds, known, strict=True)]
    labels = _spread([y for _, y in places])
    dots = [
        Dot(
            system=name,
            x=x,
            y=round(y, 2),
            label_y=label,
            score=scores[name],
            segments_per_second=speed.segments_per_second,
            tokens_per_second=speed.tokens_per_second,
            peak_memory_mb=speed.peak_memory_mb,
        )
        for (name, speed), (x, y), label in zip(known, places, labels, strict=True)
    ]
    y_ticks = tuple(Tick(round(100 - tick.at, 2), tick.label) for tick in down.list_ticks(4))
    return SpeedPlot(metric.name, known[0][1].device, tuple(dots), _list_log_ticks(across), y_ticks)


def _list_log_ticks(scale: Scale) -> tuple[Tick, ...]:
    """1, 2, 5, 10, ... as far as they lie on an axis of decimal logarithms."""
    powers = range(math.floor(scale.low) - 1, math.ceil(scale.high) + 1)
    values = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
    return tuple(
        Tick(scale.place(math.log10(value)), f"{value:g}")
        for value in values
        if scale.low <= math.log10(value) <= scale.high
    )


def _spread(places: Sequence[float]) -> list[float]:
    """The places, moved down as far as needed to stand apart."""
    moved = list(places)
    floor = -math.inf
    for index in sorted(range(len(places)), key=lambda each: places[each]):
        moved[index] = round(max(places[index], floor), 2)
        floor = moved[index] + _FEWEST_PERCENT
    return moved
