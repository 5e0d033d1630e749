"""Which engine `engine=fast` means on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mt_eval.config import (
    CheckpointModel,
    Ctranslate2Engine,
    Ctranslate2Type,
    Dtype,
    FastEngine,
    MbrDecoding,
    NllbModel,
    PivotModel,
    RunConfig,
    Seq2seqModel,
    TransformersEngine,
)
from mt_eval.config.leg_names import naming_leg, pair_legs
from mt_eval.extras import is_installed, require_extra
from mt_eval.translate.checkpoints.architectures import CONVERTIBLE
from mt_eval.translate.checkpoints.contents import read_model_type
from mt_eval.translate.checkpoints.hub import find_checkpoint
from mt_eval.translate.checkpoints.target_codes import fill_in_languages
from mt_eval.translate.engines.device import choose_device


def choose_engine(config: RunConfig) -> tuple[TransformersEngine | Ctranslate2Engine, tuple[str, ...]]:
    """The engine to use, and what to tell the user of the choice.

    On a CPU that is CTranslate2 in 8-bit integers, on a GPU CTranslate2 in float16. Without CTranslate2, and for what
    it does not know (the mixture of experts, some architectures of `seq2seq`, an adapter beside its base), it is
    transformers in bfloat16 where the device computes in it, else in float32. scripts/bench_translate.py measures the
    CPU's order; the GPU's is taken from CTranslate2's documentation.

    Raises:
        ConfigError: CTranslate2 is asked for and not installed.
    """
    if isinstance(config.engine, Ctranslate2Engine):
        require_extra("ct2", "engine=ctranslate2")
    if not isinstance(config.engine, FastEngine):
        return config.engine, ()
    installed = is_installed("ct2")
    legs = _pair_legs(config)
    experts = isinstance(config.model, NllbModel) and "moe" in config.model.name
    named = zip(pair_legs(config.model), legs, strict=True)
    foreign = any(_is_foreign(name, leg, *languages) for (name, leg), (_, languages) in named)
    beside = any(isinstance(leg, CheckpointModel) and not leg.adapter_merged for leg, _ in legs)
    samples = isinstance(config.decoding, MbrDecoding) and config.decoding.samples
    convertible = installed and not (experts or beside or foreign or samples)
    # Asked is the library that will compute, so that no other one has to be imported.
    gpu = choose_device(config.device.kind, "ctranslate2" if convertible else "transformers") == "cuda"
    chosen: TransformersEngine | Ctranslate2Engine
    if convertible:
        dtype = Ctranslate2Type.float16 if gpu else Ctranslate2Type.int8_float32
        chosen = Ctranslate2Engine(dtype, config.engine.batch_tokens)
        return chosen, (f"engine=fast: CTranslate2 in {dtype.value}",)
    plain = Dtype.bfloat16 if gpu or _multiplies_bfloat16() else Dtype.float32
    unknown = (
        "CTranslate2 draws no samples by a seed of each text" if samples else "CTranslate2 does not know this model"
    )
    if beside:
        unknown = "CTranslate2 runs merged adapters alone"
    why = unknown if installed else "CTranslate2 is not installed: mt-eval[ct2]"
    return TransformersEngine(plain, config.engine.batch_tokens), (
        f"engine=fast: transformers in {plain.value} ({why})",
    )


def _pair_legs(config: RunConfig) -> tuple[tuple[Any, tuple[str, str]], ...]:
    """The model of each leg and the languages it translates between."""
    source, target = config.source_lang, config.target_lang
    if isinstance(config.model, PivotModel):
        return (config.model.first, (source, config.model.via)), (config.model.second, (config.model.via, target))
    return ((config.model, (source, target)),)


def _is_foreign(leg: str | None, model: Any, source: str, target: str) -> bool:
    """Whether CTranslate2 does not know the architecture of a model, which is one of a pivot's legs or no leg."""
    if not isinstance(model, Seq2seqModel):
        return False
    with naming_leg(leg, type(model)):
        checkpoint = find_checkpoint(fill_in_languages(model.name, source, target), model.revision)
        return read_model_type(checkpoint.folder) not in CONVERTIBLE


def _multiplies_bfloat16() -> bool:
    """Whether the processor has matrix units for bfloat16; without them float32 is faster."""
    cpus = Path("/proc/cpuinfo")
    return cpus.is_file() and "amx_bf16" in cpus.read_text(encoding="utf-8", errors="replace")
