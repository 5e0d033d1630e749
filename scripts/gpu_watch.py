"""What a device does while something runs on it, and how to leave it little memory."""

from __future__ import annotations

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from mt_eval.translate.engines.device import measure_process_peak_mb

_SECONDS = 0.05
"""Between two looks."""


class Watch:
    """The device while a `with` block runs.

    On a GPU `peak_mb` is the most memory of the card in use, by anybody and with what the frameworks keep for later.
    `busy` is the mean share of time in which a kernel ran, as NVML tells it; None where NVML's Python package is
    missing.
    On a CPU `peak_mb` is the process's since it began.
    """

    def __init__(self, device: str) -> None:
        self.peak_mb = 0.0
        self.busy: float | None = None
        self._device = device
        self._shares: list[float] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        if self._shares:
            self.busy = sum(self._shares) / len(self._shares)

    def _look(self) -> None:
        import torch

        card = _open_card() if self._device == "cuda" else None
        while True:
            if self._device == "cuda":
                free, total = torch.cuda.mem_get_info()
                self.peak_mb = max(self.peak_mb, (total - free) / 1e6)
            else:
                self.peak_mb = measure_process_peak_mb()
            if card is not None:
                library, handle = card
                self._shares.append(library.nvmlDeviceGetUtilizationRates(handle).gpu / 100)
            if self._ended.wait(_SECONDS):
                return


def _open_card() -> tuple[Any, Any] | None:
    """NVML and its handle of the first card; None without NVML."""
    try:
        import pynvml  # type: ignore[import-not-found]

        pynvml.nvmlInit()
        return pynvml, pynvml.nvmlDeviceGetHandleByIndex(0)
    except Exception:  # its errors have no base without the package
        return None


@contextmanager
def leave_memory(device: str, bytes_left: int) -> Iterator[None]:
    """Nobody gets more than `bytes_left` bytes of new memory on the device while the block runs.

    On a GPU the rest is taken away; on a CPU the process's address space is limited.
    """
    import torch

    if device == "cuda":
        torch.cuda.empty_cache()
        free, _ = torch.cuda.mem_get_info()
        taken = torch.empty(max(0, free - bytes_left), dtype=torch.uint8, device=device)
        try:
            yield
        finally:
            del taken
            torch.cuda.empty_cache()
        return
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + bytes_left, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
