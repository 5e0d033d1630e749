"""Batches on their way to the disk while the next one is decoded."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")


class WriteBehind(Generic[T]):
    """Calls `write` for one batch at a time, in a thread of its own.

    Never more than one batch is on its way, so a kill loses at most that one and those that are being decoded. When the
    block ends, however it ends, what was handed over is written.
    """

    def __init__(self, write: Callable[[T], None]) -> None:
        self._write = write
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._writing: Future[None] | None = None

    def __enter__(self) -> WriteBehind[T]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Wait for the last batch.

        Raises:
            Exception: What `write` raised for it, unless the block ends with an error of its own.
        """
        try:
            if error is None:
                self._wait()
        finally:
            self._thread.shutdown()

    def hand_over(self, batch: T) -> None:
        """Begin to write `batch`, once the one before is written.

        Raises:
            Exception: What `write` raised for the batch before; this one is not written.
        """
        self._wait()
        self._writing = self._thread.submit(self._write, batch)

    def _wait(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()
