"""What the process that asks for jobs is told while they are done in it: lines, progress, and runs that are made."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mt_eval.types import Run


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
    made: Callable[[Run], None] | None = None
    """Gets a run that was made in this process, with the folder it was written to."""
    failed: Callable[[Exception], None] | None = None
    """Gets what ended a job, which is a line of the log otherwise."""

    errors: list[tuple[object, Exception]] = field(default_factory=list)
    """Functions that raised, each with what it raised. To tell of work is no part of it: the work goes on, and that
    function is told no more."""

    def say(self, line: str) -> None:
        self._tell(self.log, line)

    def advance(self, progress: Progress) -> None:
        self._tell(self.progress, progress)

    def show(self, run: Run) -> None:
        self._tell(self.made, run)

    @contextmanager
    def listen(self) -> Iterator[None]:
        """What is logged deep below, such as another try of a download, goes where the other lines go, or nowhere."""
        handler = logging.Handler()
        handler.emit = lambda record: self.say(record.getMessage())  # type: ignore[method-assign]
        logger = logging.getLogger("mt_eval")
        logger.addHandler(handler)
        try:
            yield
        finally:
            logger.removeHandler(handler)

    def check(self) -> None:
        """Raise what a function raised, now that the work is done."""
        for _, error in self.errors:
            raise error

    def _tell(self, function: Callable[[Any], None] | None, what: object) -> None:
        if function is None or any(function is other for other, _ in self.errors):
            return
        try:
            function(what)
        except Exception as error:
            self.errors.append((function, error))


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
