"""CTranslate2: the same search in C++, on quantised weights, several batches at a time."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import ctranslate2  # type: ignore[import-untyped]

from mt_eval.config import Ctranslate2Engine, DeviceConfig
from mt_eval.errors import ConfigError, ModelError
from mt_eval.translate.checkpoints.framing import find_start
from mt_eval.translate.checkpoints.tokenizer import decode_ids
from mt_eval.translate.engines.base import LegTranslator
from mt_eval.translate.engines.batching import LARGEST_BATCH, fit_batch_tokens, fit_given_tokens, split_batch
from mt_eval.translate.engines.conversion import convert_leg
from mt_eval.translate.engines.device import (
    choose_device,
    is_out_of_memory,
    measure_free_memory,
    measure_process_peak_mb,
    name_device,
)
from mt_eval.translate.engines.search_options import list_ids, make_search_options
from mt_eval.translate.system import Batch, GivenBatch, Leg, Sentence

_CPU_BATCH_TOKENS = 1536
_CPU_BATCH_SENTENCES = 32
"""A step reads all weights, however few sentences share it: in batches of 768 tokens, 8 sentences of 96 tokens, the
same calls took 9% longer. More than 32 sentences gain nothing, and scores over the vocabulary need memory."""
_CPU_GIVEN_TOKENS = 768
"""Of given texts, all of whose tokens share one step."""
_SMALL_GPU_BATCH_TOKENS = 8192
"""On any GPU, also where nobody tells its memory: with them a card held 7.9 GB, NLLB-600M in float16 included. They
become fewer where that is too much."""
_BYTES_PER_SCORE = 8
"""Of all copies of a score over the vocabulary that CTranslate2 holds at a time; an estimate on the safe side."""


class Ctranslate2Translator(LegTranslator):
    """A model in CTranslate2: Marian, NLLB and M2M-100 alike, beam search or greedy."""

    def __init__(self, leg: Leg, engine: Ctranslate2Engine, device: DeviceConfig) -> None:
        """Convert the leg's checkpoint if that was not done before, and load it.

        Raises:
            ModelError: The checkpoint cannot be loaded or converted, or does not know the languages.
            ConfigError: `device=cuda` without one, or the device does not compute in `engine.dtype`.
        """
        self.device = choose_device(device.kind, leg.engine)
        _check_type(leg.dtype, self.device)
        threads = device.threads or _count_cores()
        self._workers, self._threads = (engine.workers or 1, 1) if self.device == "cuda" else _share(threads, engine)
        self._wanted = engine.batch_tokens
        self._memory_budget: int | None = None
        """The largest budget that fits, known once one did not; it holds for as long as the model is loaded."""
        tokenizer = self._take_tokenizer(leg)
        folder = convert_leg(leg, tokenizer, engine.cache_dir)
        try:
            self._translator = ctranslate2.Translator(
                str(folder),
                self.device,
                compute_type=leg.dtype,
                inter_threads=self._workers,
                intra_threads=self._threads,
            )
        except RuntimeError as error:
            _check_libraries(error)
            if is_out_of_memory(error):
                raise self._refuse_size(leg, error) from error
            raise ModelError(
                f"{leg.name}: the converted checkpoint {folder} cannot be loaded ({error}); delete the folder, and "
                "it is made again"
            ) from error
        self._free = measure_free_memory() if self.device == "cuda" else None
        self._source_tokens = _read_vocabulary(folder, "source")
        self._tokens = _read_vocabulary(folder, "target")
        self._ids = {token: index for index, token in enumerate(self._tokens)}
        _check_ids(leg, tokenizer.get_vocab(), self._source_tokens)
        _check_ids(leg, getattr(tokenizer, "target_encoder", tokenizer.get_vocab()), self._tokens)
        self.set_leg(leg)

    def set_leg(self, leg: Leg) -> None:
        super().set_leg(leg)
        first = self._forced if leg.language_by != "start_token" else find_start(leg, self._tokenizer)
        self._prefix = [] if first is None else [self._tokens[first]]
        # A token that the decoder starts from is not said, other than one that it is forced to begin with.
        self._unsaid = len(self._prefix) if leg.language_by != "start_token" else 0
        self._end = self._tokenizer.eos_token
        self._options = make_search_options(leg.generation, self._name)
        if leg.kind == "seq2seq" and leg.generation["eos_token_id"] is not None:
            self._end = self._tokens[max(list_ids(leg.generation["eos_token_id"]))]
            self._options["end_token"] = self._end
        self._most = _CPU_BATCH_SENTENCES if self.device == "cpu" and self._wanted is None else None
        wanted = self._wanted or self._choose_budget()
        self._budget = wanted if self._memory_budget is None else min(wanted, self._memory_budget)

    @property
    def facts(self) -> Mapping[str, Any]:
        return {
            "device": self.device,
            "device_name": name_device(self.device),
            "dtype": self._translator.compute_type,
            "threads": self._workers * self._threads,
            "workers": self._workers,
            "batch_tokens": self.batch_tokens,
            "ctranslate2": ctranslate2.__version__,
        }

    @property
    def batch_tokens(self) -> int:
        return self._budget

    def decode(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, list[Sentence]]]:
        """As the protocol says; batches are given out in advance, so that no worker waits for another one's."""
        waiting: deque[tuple[Batch, Sequence[Any]]] = deque()
        for batch in batches:
            for part in split_batch(batch, self._budget, self._most):
                waiting.append((part, self._submit(part)))
                if len(waiting) > 2 * self._workers:
                    yield from self._collect(*waiting.popleft())
        while waiting:
            yield from self._collect(*waiting.popleft())

    def measure_peak_memory_mb(self) -> float | None:
        return measure_process_peak_mb() if self.device == "cpu" else None

    def close(self) -> None:
        self._translator.unload_model()

    @property
    def _ahead(self) -> int:  # type: ignore[override]
        return 2 * self._workers

    def _choose_given_budget(self) -> int:
        most = _CPU_GIVEN_TOKENS if self.device == "cpu" else LARGEST_BATCH
        free = None if self._free is None else self._free // self._workers
        return fit_given_tokens(min(most, self._wanted or most), len(self._tokens), free)

    def _submit_given(self, batch: GivenBatch) -> Callable[[], list[tuple[float, ...]]]:
        results = self._translator.score_batch(
            [[self._source_tokens[token] for token in source.ids] for source in batch.sources],
            # The end token is put behind them there.
            [[*self._prefix, *(self._tokens[token] for token in target.ids[:-1])] for target in batch.targets],
            max_input_length=0,
            offset=self._unsaid,
            asynchronous=True,
        )

        def collect() -> list[tuple[float, ...]]:
            try:
                return [tuple(result.result().log_probs) for result in results]
            except (RuntimeError, MemoryError) as error:
                _check_libraries(error)
                raise

        return collect

    def _choose_budget(self) -> int:
        if self.device == "cpu":
            return _CPU_BATCH_TOKENS
        if self._free is None:
            return _SMALL_GPU_BATCH_TOKENS
        from transformers import AutoConfig

        fitting = fit_batch_tokens(
            self._free // self._workers,
            AutoConfig.from_pretrained(self._leg.folder, local_files_only=True),
            bytes_per_number=4 if self._leg.dtype.endswith(("float32", "int16")) else 2,
            beams=self._leg.generation["num_beams"],
            length=self._leg.length,
            source_copies=1,
            bytes_per_score=_BYTES_PER_SCORE,
        )
        return min(LARGEST_BATCH, max(_SMALL_GPU_BATCH_TOKENS, fitting))

    def _submit(self, batch: Batch) -> Sequence[Any]:
        limit = batch.max_new_tokens
        if self._leg.generation["forced_eos_token_id"] is not None:
            limit = max(1, limit - 1)  # the last token is the end, which here needs no place
        sources = [[self._source_tokens[token] for token in source.ids] for source in batch.sources]
        results: Sequence[Any] = self._translator.translate_batch(
            sources,
            [self._prefix] * len(sources) if self._prefix else None,
            max_decoding_length=limit,
            asynchronous=True,
            **self._options,
        )
        return results

    def _collect(self, batch: Batch, results: Sequence[Any]) -> Iterator[tuple[Batch, list[Sentence]]]:
        try:
            found = [result.result() for result in results]
        except (RuntimeError, MemoryError) as error:
            _check_libraries(error)
            if not is_out_of_memory(error):
                raise
            yield from self._decode_smaller(batch, error)
            return
        yield batch, self._finish(batch, found)

    def _decode_smaller(self, batch: Batch, error: Exception) -> Iterator[tuple[Batch, list[Sentence]]]:
        # Batches that were given out before the budget was lowered fail as well, and say nothing of the lower one.
        if len(split_batch(batch, self._budget)) == 1:
            self._budget = min(self._budget, self._lower_budget(batch, self._budget, error))
            self._memory_budget = self._budget
        for part in split_batch(batch, self._budget):
            yield from self._collect(part, self._submit(part))

    def _finish(self, batch: Batch, results: Sequence[Any]) -> list[Sentence]:
        rows = [tokens[self._unsaid :] for result in results for tokens in result.hypotheses]
        texts = iter(decode_ids(self._tokenizer, [[self._ids[token] for token in tokens] for tokens in rows]))
        with_scores = self._options["beam_size"] > 1
        return [
            self._choose(
                [
                    Sentence(
                        text=next(texts),
                        tokens_in=len(source.ids),
                        tokens_out=len(tokens) - self._unsaid,
                        truncated=tokens[-1:] != [self._end],
                        source_cut=source.cut,
                        score=score if with_scores else None,
                    )
                    for tokens, score in zip(result.hypotheses, result.scores, strict=True)
                ]
            )
            for source, result in zip(batch.sources, results, strict=True)
        ]

    def _name(self, token: int) -> str | None:
        return self._tokens[token] if token < len(self._tokens) else None


def _read_vocabulary(folder: Path, side: str) -> list[str]:
    """The converted model's tokens in the order of their ids; both sides share one file unless they differ."""
    own = folder / f"{side}_vocabulary.json"
    path = own if own.is_file() else folder / "shared_vocabulary.json"
    tokens: list[str] = json.loads(path.read_text(encoding="utf-8"))
    return tokens


def _check_ids(leg: Leg, vocabulary: Mapping[str, int], tokens: Sequence[str]) -> None:
    """The converter numbers tokens by their order; a vocabulary with gaps would be shifted, with no complaint."""
    for token, index in vocabulary.items():
        if index < len(tokens) and tokens[index] != token:
            raise ModelError(
                f"{leg.name}: CTranslate2 numbers its tokens otherwise (token {index} is {tokens[index]}, "
                f"expected {token}); use engine=transformers"
            )


def _check_libraries(error: BaseException) -> None:
    """CTranslate2 loads its CUDA libraries with the first matrix product, and says only then that one is missing."""
    if "is not found or cannot be loaded" in str(error):
        raise ConfigError(
            f"CTranslate2 cannot compute on this GPU: {error}; install it (pip install nvidia-cublas-cu12), name its "
            "folder in LD_LIBRARY_PATH, or use engine=transformers"
        ) from error


def _check_type(dtype: str, device: str) -> None:
    """CTranslate2 takes another type, silently, where the device has no instructions for the one it is asked for."""
    supported = ctranslate2.get_supported_compute_types(device)
    if dtype not in supported:
        raise ConfigError(
            f"engine.dtype={dtype} is not possible: CTranslate2 on this {device} computes in "
            f"{', '.join(sorted(supported - {'int8'}))}"
        )


def _count_cores() -> int:
    """Cores this process may use; macOS tells only how many there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _share(threads: int, engine: Ctranslate2Engine) -> tuple[int, int]:
    """Workers and threads of each: one thread a worker was measured fastest on two cores; beyond eight cores workers
    get more threads, as each of them needs memory of its own."""
    workers = engine.workers or min(threads, 8)
    return workers, max(1, threads // workers)
