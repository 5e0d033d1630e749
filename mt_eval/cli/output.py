"""Standard output and standard error that cannot end the work they tell of.

What cannot be encoded is escaped (`\\u0645`). A stream that cannot be written any more, because its reader has gone or
the disk is full, is written no more, and the command goes on; what it was is told at the end.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

TYPE_CHECKING = False  # every command imports this module first: what it imports, all of them pay for
if TYPE_CHECKING:
    from typing import Any


class Outlet:
    """A stream that remembers the first error instead of raising it."""

    def __init__(self, stream: Any, errors: list[OSError]) -> None:
        self._stream = stream
        self._errors = errors

    def write(self, content: Any) -> int:
        self._try(self._stream.write, content)
        return len(content)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        self._try(self._stream.flush)

    @property
    def error(self) -> OSError | None:
        """Why nothing can be written any more."""
        return self._errors[0] if self._errors else None

    @property
    def buffer(self) -> Outlet:
        """The same for bytes."""
        self.flush()
        return Outlet(self._stream.buffer, self._errors)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _try(self, act: Callable[..., Any], *what: Any) -> None:
        if self._errors:
            return
        try:
            act(*what)
        except OSError as error:
            self._errors.append(error)
            # What is still in a buffer goes nowhere, and nothing complains of it when the program ends.
            with contextlib.suppress(OSError, ValueError, AttributeError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


@contextlib.contextmanager
def guard_outputs() -> Iterator[Outlet]:
    """Standard output, guarded like standard error as long as the block lasts."""
    outputs = sys.stdout, sys.stderr
    guarded = [Outlet(_open(stream, number), []) for number, stream in enumerate(outputs, start=1)]
    streams: list[Any] = list(guarded)
    sys.stdout, sys.stderr = streams
    try:
        yield guarded[0]
    finally:
        for each in guarded:
            each.flush()
        sys.stdout, sys.stderr = outputs


def add_output_option(parser: argparse.ArgumentParser) -> None:
    """Add `-o FILE` to a command that prints."""
    parser.add_argument(
        "-o", "--output", dest="printed_to", type=Path, metavar="FILE", help="write to FILE what would be printed"
    )


@contextlib.contextmanager
def divert_output(path: Path | None) -> Iterator[None]:
    """While the block runs, standard output is kept; it is written to `path` at the end, whole or not at all.

    Without a path nothing is kept.

    Raises:
        RunError: The file cannot be written.
    """
    if path is None:
        yield
        return
    from mt_eval.report.visible import guard_streams

    before, kept = sys.stdout, io.BytesIO()
    sys.stdout = io.TextIOWrapper(kept, encoding="utf-8", newline="", write_through=True)
    try:
        with guard_streams():
            yield
        written = kept.getvalue()
    finally:
        sys.stdout = before
    write_file(path, written)


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file that a command was asked for, whole or not at all.

    Raises:
        RunError: It cannot be written.
    """
    with make_output_whole(path) as partial:
        partial.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


@contextlib.contextmanager
def make_output_whole(path: Path) -> Iterator[Path]:
    """Where to write what becomes a file that a command was asked for; after an error `path` is as it was.

    Raises:
        RunError: It cannot be written.
    """
    from mt_eval.disk import make_file_whole
    from mt_eval.errors import RunError

    try:
        with make_file_whole(path) as partial:
            yield partial
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise RunError(f"{path}: cannot be written ({reason}); name another file") from error


def _open(stream: Any, number: int) -> Any:
    if stream is None:
        # Whoever started us closed it. The next file opened would get its number, and what is printed below Python;
        # what is open for reading alone takes the place, and refuses as what is closed does.
        while (descriptor := os.open(os.devnull, os.O_RDONLY)) < number:
            pass
        return os.fdopen(descriptor, "w", encoding="utf-8", closefd=False)
    with contextlib.suppress(AttributeError):
        stream.reconfigure(errors="backslashreplace")
    return stream
