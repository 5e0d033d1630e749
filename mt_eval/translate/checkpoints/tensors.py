"""What a file of weights holds: names, shapes, and which are zero. No torch where the file is in safetensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mt_eval.errors import ModelError


@dataclass(frozen=True, slots=True)
class Tensor:
    shape: tuple[int, ...]
    is_zero: bool


def read_tensors(name: str, path: Path) -> Mapping[str, Tensor]:
    """Name to tensor, of all in the adapter called `name`; the file is read whole, as such files are small.

    Raises:
        ModelError: It is damaged, or a pickle that holds more than weights.
    """
    if path.suffix != ".safetensors":
        return {
            key: Tensor(tuple(value.shape), not bool(value.any())) for key, value in load_tensors(name, path).items()
        }
    import safetensors

    try:
        found = safetensors.deserialize(path.read_bytes())  # type: ignore[no-untyped-call]
    except (safetensors.SafetensorError, OSError) as error:
        raise _call_damaged(name, path, error) from error
    return {
        key: Tensor(tuple(value["shape"]), value["data"].count(0) == len(value["data"])) for key, value in sorted(found)
    }


def load_tensors(name: str, path: Path) -> dict[str, Any]:
    """Name to torch's tensor on the CPU; pickles are read by torch's loader for weights alone.

    Raises:
        ModelError: As `read_tensors`.
    """
    import pickle

    import torch
    from safetensors.torch import load_file

    try:
        found = (
            load_file(path)
            if path.suffix == ".safetensors"
            else torch.load(path, map_location="cpu", weights_only=True)
        )
    except pickle.UnpicklingError as error:
        raise ModelError(
            f"model.adapter={name}: {path} is damaged or holds more than plain weights, which could be code, so it is "
            "not loaded; take an adapter with safetensors"
        ) from error
    except Exception as error:  # what the readers of damaged files raise has no common base
        raise _call_damaged(name, path, error) from error
    if not isinstance(found, dict) or not all(isinstance(value, torch.Tensor) for value in found.values()):
        raise _call_damaged(name, path, TypeError("no table of weights"))
    return found


def _call_damaged(name: str, path: Path, error: BaseException) -> ModelError:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    reason = (lines[0] if lines else type(error).__name__).rstrip(".")
    return ModelError(
        f"model.adapter={name}: the weights in {path} cannot be read ({reason}); save or download the adapter again"
    )
