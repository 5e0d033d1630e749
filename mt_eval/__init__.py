"""mt-eval measures how well MarianMT and NLLB models translate whole articles between Vietnamese and Arabic.

In a notebook:

    >>> import mt_eval
    >>> frame = mt_eval.load_runs("runs")  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pandas import DataFrame

__version__ = "0.1.0"


def load_runs(*names: str | Path, segments: bool = False) -> DataFrame:
    """Runs as a pandas frame, one row each: scores with their intervals, how much is flagged, and every setting.

    Args:
        names: Run directories, folders of them, or globs.
        segments: One row per run and segment pair instead, with texts, scores and flags.

    Raises:
        RunError: There is no run at one of the names, or one cannot be read.
    """
    # pandas takes half a second, which no command should pay for.
    from mt_eval.export.frames import frame_runs

    return frame_runs(*names, segments=segments)
