"""Progress of long work: a bar in a terminal, a plain line now and then elsewhere. Both go to standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mt_eval.sweep.watch import Progress

SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def show_progress(work: str = "translating") -> Iterator[Callable[[Progress], None]]:
    """A function to be called after every step of any number of runs, one after the other.

    Args:
        work: What is done.
    """
    if sys.stderr.isatty():
        with _show_bars(work) as show:
            yield show
    else:
        yield _show_lines(work)


@contextmanager
def _show_bars(work: str) -> Iterator[Callable[[Progress], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    from mt_eval.report.visible import open_console

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    bars: dict[str, Bars] = {}

    def close() -> None:
        for bar in bars.values():
            bar.stop()
        bars.clear()

    def show(progress: Progress) -> None:
        if progress.run not in bars:
            close()
            bars[progress.run] = Bars(work, *columns, console=open_console(sys.stderr), transient=True)
            bars[progress.run].start()
            bars[progress.run].add_task("", rate="")
        bar, rate = bars[progress.run], progress.segments_per_second
        shown: dict[str, Any] = {"rate": f"{rate:.1f} segments/s" if rate else ""}
        bar.update(bar.task_ids[0], completed=progress.done, total=progress.total, **shown)
        if progress.done >= progress.total:
            close()

    try:
        yield show
    finally:
        close()


def _show_lines(work: str) -> Callable[[Progress], None]:
    run = ""
    last = time.monotonic()

    def show(progress: Progress) -> None:
        nonlocal run, last
        now = time.monotonic()
        if progress.run != run:
            run, last = progress.run, now
        left, rate = progress.total - progress.done, progress.segments_per_second
        if now - last < SECONDS_BETWEEN_LINES and left > 0:
            return
        last = now
        speed = f", {rate:.1f} segments/s, {left / rate:.0f} s left" if rate else ""
        print(f"{work} {progress.done} of {progress.total}{speed}", file=sys.stderr, flush=True)

    return show
