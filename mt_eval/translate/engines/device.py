"""The device that models run on: whether it is there, what it is called, how much memory was used."""

from __future__ import annotations

import platform
import resource
import sys
from pathlib import Path

from mt_eval.config import DeviceKind
from mt_eval.errors import ConfigError

_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "failed to allocate", "cublas_status_alloc_failed")
"""Torch and CUDA on a GPU; torch on a CPU; CTranslate2 on a CPU; cuBLAS where it makes its handle or work space."""


def choose_device(kind: DeviceKind, engine: str) -> str:
    """`cpu` or `cuda`, as the configuration asks for it and `engine` (`transformers` or `ctranslate2`) finds it.

    Raises:
        ConfigError: A GPU is asked for, and the engine finds none.
    """
    if kind is DeviceKind.cpu:
        return "cpu"
    if engine == "ctranslate2":
        import ctranslate2  # type: ignore[import-untyped]

        found, library, install = ctranslate2.get_cuda_device_count() > 0, "CTranslate2", "CUDA"
    else:
        import torch

        found, library, install = torch.cuda.is_available(), "torch", "a torch with CUDA"
    if kind is DeviceKind.cuda and not found:
        raise ConfigError(
            f"device.kind=cuda, but {library} finds no CUDA device on this machine; use device=cpu or install {install}"
        )
    return "cuda" if found else "cpu"


def name_device(device: str) -> str:
    """What a user calls the device: the name of the GPU or of the processor."""
    if device == "cuda":
        import torch

        # CTranslate2 finds a GPU also beside a torch that was built without CUDA.
        return torch.cuda.get_device_name(device) if torch.cuda.is_available() else "CUDA device"
    cpus = Path("/proc/cpuinfo")
    if cpus.is_file():
        for line in cpus.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an engine says that the device has no memory left: torch's or CTranslate2's own error, or cuBLAS's."""
    said = str(error).lower()
    return isinstance(error, MemoryError) or any(words in said for words in _OUT_OF_MEMORY)


def measure_free_memory() -> int | None:
    """Bytes of the GPU that nothing uses, what torch keeps for later included; None where torch has no CUDA."""
    import torch

    if not torch.cuda.is_available():
        return None
    free, _ = torch.cuda.mem_get_info()
    return free + torch.cuda.memory_reserved() - torch.cuda.memory_allocated()


def measure_process_peak_mb() -> float:
    """The most memory this process has had, in MB of 10^6 bytes."""
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
