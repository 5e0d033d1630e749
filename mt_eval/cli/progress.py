"""Progress of long work: a bar in a terminal, a plain line now and then elsewhere. Both go to standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def show_progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function to be called with what is done and what there is in all, after every step."""
    if sys.stderr.isatty():
        with _show_bar(what) as advance:
            yield advance
    else:
        yield _lines(what)


@contextmanager
def _show_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as progress:
        task = progress.add_task(what, total=None, rate="")
        started = time.monotonic()

        def advance(done: int, total: int) -> None:
            rate = done / max(time.monotonic() - started, 1e-9)
            progress.update(task, completed=done, total=total, rate=f"{rate:.1f} segments/s")

        yield advance


def _lines(what: str) -> Callable[[int, int], None]:
    started = last = time.monotonic()

    def advance(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < SECONDS_BETWEEN_LINES and done < total:
            return
        last = now
        rate = done / max(now - started, 1e-9)
        left = (total - done) / rate if rate else 0.0
        print(f"{what} {done} of {total}, {rate:.1f} segments/s, {left:.0f} s left", file=sys.stderr, flush=True)

    return advance
