"""Values to places on an axis: percent of its width, so that a plot fits any screen without scaling its text."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = (1, 2, 2.5, 5, 10)
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    """Percent of the axis."""
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear axis from `low` to `high`."""

    low: float
    high: float

    def place(self, value: float) -> float:
        """Where a value stands, in percent of the axis, to a hundredth.

        >>> Scale(-1.0, 3.0).place(0.0)
        25.0
        """
        return round(100 * (value - self.low) / (self.high - self.low), 2)

    def list_ticks(self, most: int = 6) -> tuple[Tick, ...]:
        """At most so many round values on the axis, with as many decimals as they need.

        >>> [tick.label for tick in Scale(-0.7, 2.3).list_ticks()]
        ['-0.5', '0.0', '0.5', '1.0', '1.5', '2.0']
        """
        rough = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in _STEPS if factor * power >= rough * (1 - 1e-9))
        decimals = next(n for n in range(12) if math.isclose(step * 10**n, round(step * 10**n)))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple(
            Tick(self.place(number * step), f"{number * step:.{decimals}f}") for number in range(first, last + 1)
        )


def fit_scale(values: Iterable[float], *, share: float = 0.04) -> Scale:
    """An axis that holds all values, with that share of its width free on both sides.

    Values that differ by rounding alone stand in its middle.
    """
    known = list(values)
    low, high = min(known), max(known)
    size = max(abs(low), abs(high), 1.0)
    margin = (high - low) * share if high - low > _ROUNDING * size else max(size * share, 0.5)
    return Scale(low - margin, high + margin)
