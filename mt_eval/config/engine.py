"""What a model is run with: groups `engine` and `device`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mt_eval.config.ranges import require


class Dtype(Enum):
    float32 = "float32"
    bfloat16 = "bfloat16"
    float16 = "float16"


def _check_batches(batch_tokens: int | None, batch_matters: bool) -> None:
    require(batch_tokens is None or batch_tokens >= 1, "engine.batch_tokens", batch_tokens, "at least 1")
    require(
        batch_tokens is not None or not batch_matters,
        "engine.batch_tokens",
        "null",
        "a number where engine.batch_matters=true",
    )


@dataclass
class TransformersEngine:
    dtype: Dtype = Dtype.float32
    """Numeric type of weights and activations."""
    batch_tokens: int | None = None
    """Source tokens a batch may hold, padding included, beams not counted; chosen for the device by default."""
    batch_matters: bool = False
    """Whether translations made in batches of another size are other translations. They differ by rounding only, so
    by default they are used again; an experiment that measures the difference keeps them apart."""

    def __post_init__(self) -> None:
        _check_batches(self.batch_tokens, self.batch_matters)


class Ctranslate2Type(Enum):
    """CTranslate2's compute types; what is not quantised is in the second type."""

    int8_float32 = "int8_float32"
    int8 = "int8_float32"
    int8_float16 = "int8_float16"
    int8_bfloat16 = "int8_bfloat16"
    int16 = "int16"
    float32 = "float32"
    float16 = "float16"
    bfloat16 = "bfloat16"


@dataclass
class Ctranslate2Engine:
    dtype: Ctranslate2Type = Ctranslate2Type.int8_float32
    """Numeric type: of the matrices, then of the rest."""
    batch_tokens: int | None = None
    """As in TransformersEngine."""
    batch_matters: bool = False
    """As in TransformersEngine."""
    workers: int | None = None
    """Batches decoded at the same time, the CPU threads shared among them; chosen for the device by default."""
    cache_dir: str | None = None
    """Where converted checkpoints are kept; `mt-eval/ctranslate2` in the user's cache folder by default."""

    def __post_init__(self) -> None:
        _check_batches(self.batch_tokens, self.batch_matters)
        require(self.workers is None or self.workers >= 1, "engine.workers", self.workers, "1 or more")


@dataclass
class FastEngine:
    """The fastest of the engines for the device; what was picked is said, and recorded as if it had been asked for."""

    batch_tokens: int | None = None
    """As in TransformersEngine."""

    def __post_init__(self) -> None:
        _check_batches(self.batch_tokens, False)


class DeviceKind(Enum):
    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


@dataclass
class DeviceConfig:
    kind: DeviceKind = DeviceKind.auto
    """Where the model runs."""
    threads: int | None = None
    """CPU threads for torch; its own choice (all cores) by default."""

    def __post_init__(self) -> None:
        require(self.threads is None or self.threads >= 1, "device.threads", self.threads, "1 or more")
