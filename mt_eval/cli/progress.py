"""Progress of long work: a bar in a terminal, a plain line now and then elsewhere. Both go to standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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
        pace = Pace()

        def advance(done: int, total: int) -> None:
            rate = pace.measure(done, time.monotonic())
            progress.update(task, completed=done, total=total, rate=f"{rate:.1f} segments/s" if rate else "")

        yield advance


@dataclass(slots=True)
class Pace:
    """How fast work goes, not counting what was done before the first report (found in the translation store)."""

    before: int = 0
    started: float | None = None

    def measure(self, done: int, now: float) -> float | None:
        """Segments a second since the first call; None as long as nothing was done since."""
        if self.started is None:
            self.before, self.started = done, now
        if done == self.before or now <= self.started:
            return None
        return (done - self.before) / (now - self.started)


def _lines(what: str) -> Callable[[int, int], None]:
    pace = Pace()
    last = time.monotonic()

    def advance(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        rate = pace.measure(done, now)
        if now - last < SECONDS_BETWEEN_LINES and done < total:
            return
        last = now
        speed = f", {rate:.1f} segments/s, {(total - done) / rate:.0f} s left" if rate else ""
        print(f"{what} {done} of {total}{speed}", file=sys.stderr, flush=True)

    return advance
