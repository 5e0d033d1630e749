"""The reference engine: `generate` of transformers, one batch at a time."""

from __future__ import annotations

import platform
import resource
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import GenerationConfig, StoppingCriteria, StoppingCriteriaList

from mt_eval.config import DeviceConfig, DeviceKind
from mt_eval.errors import ConfigError, ModelError
from mt_eval.translate.loading import load_leg
from mt_eval.translate.nouns import Encoded, Leg, Sentence

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


class TransformersTranslator:
    """A leg on torch: Marian and NLLB alike, beam search or greedy."""

    def __init__(self, leg: Leg, device: DeviceConfig) -> None:
        """Load the leg onto the device.

        Raises:
            ModelError: The checkpoint cannot be loaded, or does not know the languages.
            ConfigError: `device=cuda` without one.
        """
        if device.threads is not None:
            torch.set_num_threads(device.threads)
        self._device = _choose_device(device.kind)
        self._leg = leg
        if self._device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self._device)
        loaded = load_leg(leg, _DTYPES[leg.dtype])
        self._tokenizer = loaded.tokenizer
        self._forced = loaded.forced_bos_token_id
        settings = dict(leg.generation)
        if self._forced is not None:
            settings["forced_bos_token_id"] = self._forced
        for name in ("bos_token_id", "decoder_start_token_id", "eos_token_id", "pad_token_id"):
            # A checkpoint that names them nowhere means the defaults of its class.
            if settings[name] is None:
                settings[name] = getattr(loaded.model.config, name, None)
        self._settings = settings
        self._ends = _list_ids(settings["eos_token_id"])
        self._model = loaded.model.to(self._device)
        # Whatever a call leaves open is filled from here: nothing of the checkpoint's that is not in the settings.
        self._model.generation_config = GenerationConfig(**settings)  # type: ignore[no-untyped-call]

    @property
    def facts(self) -> Mapping[str, Any]:
        return {
            "generation": self._settings,
            "device": self._device.type,
            "device_name": _name_device(self._device),
            "dtype": self._leg.dtype,
            "threads": torch.get_num_threads(),
        }

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Token ids with the special tokens; a Marian's target token stands in front.

        What does not fit into the model's positions is cut at the end, before the closing token.
        """
        if self._leg.kind == "marian" and self._leg.target is not None:
            texts = [f"{self._leg.target} {text}" for text in texts]
        rows = self._tokenizer(list(texts), padding=False, truncation=False, verbose=False)["input_ids"]
        positions = self._leg.length.positions
        return [
            Encoded((*row[: positions - 1], row[-1]), True) if len(row) > positions else Encoded(tuple(row))
            for row in rows
        ]

    def translate(self, batch: Sequence[Encoded], max_new_tokens: int) -> list[Sentence]:
        width = max(len(source.ids) for source in batch)
        padding = self._settings["pad_token_id"]
        rows = [[*source.ids, *[padding] * (width - len(source.ids))] for source in batch]
        mask = [[1] * len(source.ids) + [0] * (width - len(source.ids)) for source in batch]
        beams = self._settings["num_beams"] > 1
        try:
            with torch.inference_mode():
                output = self._model.generate(
                    input_ids=torch.tensor(rows, device=self._device),
                    attention_mask=torch.tensor(mask, device=self._device),
                    max_new_tokens=max_new_tokens,
                    return_dict_in_generate=True,
                    output_scores=beams,
                    stopping_criteria=StoppingCriteriaList([_DropStepScores()] if beams else []),
                )
        except torch.OutOfMemoryError as error:
            raise ModelError(
                f"{self._leg.name}: {_name_device(self._device)} ran out of memory on a batch of {len(batch)} x "
                f"{width} source tokens; lower engine.batch_tokens or decoding.num_beams"
            ) from error
        scores = output.sequences_scores.tolist() if beams else [None] * len(batch)
        return [
            self._finish(source, row, score, max_new_tokens)
            for source, row, score in zip(batch, output.sequences.tolist(), scores, strict=True)
        ]

    def measure_peak_memory_mb(self) -> float:
        if self._device.type == "cuda":
            return torch.cuda.max_memory_allocated(self._device) / 1e6
        unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, KiB elsewhere
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6

    def _finish(self, source: Encoded, row: list[int], score: float | None, max_new_tokens: int) -> Sentence:
        generated = row[1:]  # behind the start token, which may be the end token too
        ended = next((index for index, token in enumerate(generated) if token in self._ends), None)
        if ended is not None:
            generated = generated[: ended + 1]
        at_limit = len(generated) >= max_new_tokens
        # At the limit a forced end token says nothing: the model may not have meant to end.
        truncated = at_limit and (ended is None or self._settings["forced_eos_token_id"] is not None)
        return Sentence(
            text=self._tokenizer.decode(
                generated, skip_special_tokens=True, clean_up_tokenization_spaces=False
            ).strip(),
            tokens_in=len(source.ids),
            tokens_out=len(generated) - (1 if self._forced is not None else 0),
            truncated=truncated,
            source_cut=source.cut,
            score=score,
        )


class _DropStepScores(StoppingCriteria):
    """Stops nothing; frees the scores of every step as soon as they come.

    `generate` gives a sequence's score only together with the scores of every step, which are steps * batch * beams *
    vocabulary numbers: gigabytes.
    """

    def __call__(self, input_ids: torch.Tensor, scores: Any, **kwargs: Any) -> torch.Tensor:
        if scores:
            scores[-1].resize_(0)
        return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)


def _choose_device(kind: DeviceKind) -> torch.device:
    available = torch.cuda.is_available()
    if kind is DeviceKind.cuda and not available:
        raise ConfigError(
            "device.kind=cuda, but torch finds no CUDA device on this machine; use device=cpu or install a torch with "
            "CUDA"
        )
    return torch.device("cuda" if available and kind is not DeviceKind.cpu else "cpu")


def _name_device(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    cpus = Path("/proc/cpuinfo")
    if cpus.is_file():
        for line in cpus.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _list_ids(value: Any) -> frozenset[int]:
    return frozenset(value if isinstance(value, list) else [] if value is None else [value])
