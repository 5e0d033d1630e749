"""How the work grows with its size, counted in processor time, on a machine that does other things too."""

from __future__ import annotations

import time
from collections.abc import Callable

MOST_TRIES = 6


def grows_within(work: Callable[[int], object], small: int, large: int, most: float) -> bool:
    """Whether `large` takes at most `most` times as long as `small`.

    `most` stands between the ratio of linear and that of quadratic work.
    The least time of each size is taken. A busy machine can only make it longer, so that both are measured again before
    the answer is no: up to six times.
    """
    work(small)
    least = {small: float("inf"), large: float("inf")}
    for _ in range(MOST_TRIES):
        for size in least:
            started = time.process_time()
            work(size)
            least[size] = min(least[size], time.process_time() - started)
        if least[large] <= most * max(least[small], 1e-3):
            return True
    return False
