"""What the process that asks for jobs is told while they are done in it: lines, progress, and runs that are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one run is."""

    run: str
    """The name of its directory."""
    done: int
    """Segments translated, those found in the translation store included."""
    total: int
    segments_per_second: float | None = None
    """Not counting what was found in the store; None as long as nothing was translated."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Functions that are told; each may be None."""

    log: Callable[[str], None] | None = None
    """Gets a line of text."""
    progress: Callable[[Progress], None] | None = None
    """Called after every batch."""
    made: Callable[[Path], None] | None = None
    """Gets the folder of a run that was made in this process."""
    failed: Callable[[Exception], None] | None = None
    """Gets what ended a job, which is a line of the log otherwise."""

    def say(self, line: str) -> None:
        if self.log is not None:
            self.log(line)


SILENT = Watch()


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
