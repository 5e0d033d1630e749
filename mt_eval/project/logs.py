"""Logarithms in whole thousandths, the same on every processor."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

UNIT = 1000
"""What stands for 1."""
_BITS = 12


def take_log(values: NDArray[np.float64]) -> Integers:
    """The natural logarithm of positive `values` in `UNIT`s, right to about one of them.

    numpy's own differs by a last digit between processors, and no decision may depend on that.
    """
    mantissa, exponent = np.frexp(values)
    return np.asarray(_tabulate()[(mantissa * 2**_BITS).astype(np.int64)] + exponent * _LOG_OF_TWO)


def take_log_of(value: float) -> int:
    """What `take_log` gives of one positive number, faster."""
    mantissa, exponent = math.frexp(value)
    return _list_logs()[int(mantissa * 2**_BITS)] + exponent * _LOG_OF_TWO


_LOG_OF_TWO = round(UNIT * math.log(2))


@cache
def _list_logs() -> tuple[int, ...]:
    return tuple(_tabulate().tolist())


@cache
def _tabulate() -> Integers:
    """The logarithm of every 4,096th between 0 and 1, taken in the middle of its step."""
    return np.array([round(UNIT * math.log((place + 0.5) / 2**_BITS)) for place in range(2**_BITS)], dtype=np.int64)
