"""The reference engine: `generate` of transformers, one batch at a time."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from transformers import DynamicCache, EncoderDecoderCache, GenerationConfig, StoppingCriteria, StoppingCriteriaList

from mt_eval.config import DeviceConfig, TransformersEngine
from mt_eval.translate.checkpoints.framing import find_start
from mt_eval.translate.checkpoints.load import load_model
from mt_eval.translate.checkpoints.tokenizer import decode_ids
from mt_eval.translate.engines.allocator import keep_freed_memory
from mt_eval.translate.engines.base import LegTranslator
from mt_eval.translate.engines.batching import LARGEST_BATCH, fit_batch_tokens, fit_given_tokens, split_batch
from mt_eval.translate.engines.device import (
    choose_device,
    is_out_of_memory,
    measure_free_memory,
    measure_process_peak_mb,
    name_device,
)
from mt_eval.translate.engines.sampling import make_sampler
from mt_eval.translate.engines.search_options import list_ids
from mt_eval.translate.system import Batch, Encoded, GivenBatch, Leg, Sentence

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}

_CPU_BATCH_TOKENS = {"float32": 1024, "bfloat16": 2048, "float16": 1024}
"""Enough for full matrix products on a few cores, little enough for any memory; not measured to be the very best."""


class TransformersTranslator(LegTranslator):
    """A model on torch: Marian, NLLB and M2M-100 alike, beam search or greedy."""

    def __init__(self, leg: Leg, engine: TransformersEngine, device: DeviceConfig) -> None:
        """Load the leg's model onto the device.

        Raises:
            ModelError: The checkpoint cannot be loaded, does not fit into memory, or does not know the languages.
            ConfigError: `device=cuda` without one.
        """
        if device.threads is not None:
            torch.set_num_threads(device.threads)
        self.device = choose_device(device.kind, leg.engine)
        if self.device == "cuda":
            torch.cuda.reset_peak_memory_stats(self.device)
        else:
            keep_freed_memory()
        self._budget = engine.batch_tokens
        self._memory_budget: int | None = None
        """The largest budget that fits, known once one did not; it holds for as long as the model is loaded."""
        model = load_model(leg, self._take_tokenizer(leg), _DTYPES[leg.dtype])
        try:
            self._model = model.to(self.device)
        except torch.OutOfMemoryError as error:
            raise self._refuse_size(leg, error) from error
        # Measured once: later on, the batches of this very model are in the way.
        self._free = measure_free_memory() if self.device == "cuda" else None
        self.set_leg(leg)

    def set_leg(self, leg: Leg) -> None:
        super().set_leg(leg)
        settings = dict(leg.generation)
        if self._forced is not None:
            settings["forced_bos_token_id"] = self._forced
        for name in ("bos_token_id", "decoder_start_token_id", "eos_token_id", "pad_token_id"):
            # A checkpoint that names them nowhere means the defaults of its class.
            if settings[name] is None:
                settings[name] = getattr(self._model.config, name, None)
        if (start := find_start(leg, self._tokenizer)) is not None:
            settings["decoder_start_token_id"] = start
        if settings["num_beams"] == 1:
            settings["early_stopping"] = False  # says nothing of a search without beams, about which the library warns
        self._settings = settings
        self._ends = list_ids(settings["eos_token_id"])
        # Nobody looks at it, but it has to be one of the source's tokens.
        self._padding = (settings["pad_token_id"] or 0) if leg.kind == "seq2seq" else self._tokenizer.pad_token_id
        # Whatever a call leaves open is filled from here: nothing of the checkpoint's that is not in the settings.
        self._model.generation_config = GenerationConfig(**settings)  # type: ignore[no-untyped-call]

    @property
    def facts(self) -> Mapping[str, Any]:
        return {
            "generation": self._settings,
            "device": self.device,
            "device_name": name_device(self.device),
            "dtype": self._leg.dtype,
            "threads": torch.get_num_threads(),
            "batch_tokens": self.batch_tokens,
        }

    @property
    def batch_tokens(self) -> int:
        # What is drawn must not turn on how a sum was rounded in the company of other texts: each is decoded alone.
        alone = 1 if self._settings["do_sample"] else 0
        wanted = self._budget or alone or self._choose_budget()
        return wanted if self._memory_budget is None else min(wanted, self._memory_budget)

    def decode(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, list[Sentence]]]:
        queue = deque(batches)
        while queue:
            batch = queue.popleft()
            parts = [batch] if self._memory_budget is None else split_batch(batch, self._memory_budget)
            if len(parts) > 1:
                queue.extendleft(reversed(parts))
                continue
            try:
                sentences = self._generate(batch)
            except RuntimeError as error:  # torch.OutOfMemoryError is one, too
                if not is_out_of_memory(error):
                    raise
                self._memory_budget = self._lower_budget(batch, self.batch_tokens, error)
            else:
                yield batch, sentences
                continue
            # Behind the except clause, where the error and all the tensors its traceback holds are gone.
            if self.device == "cuda":
                torch.cuda.empty_cache()
            queue.appendleft(batch)

    def close(self) -> None:
        del self._model
        if self.device == "cuda":
            gc.collect()
            torch.cuda.empty_cache()

    def _choose_given_budget(self) -> int:
        most = _CPU_BATCH_TOKENS[self._leg.dtype] if self._free is None else LARGEST_BATCH
        vocabulary = self._model.get_output_embeddings().weight.shape[0]
        return fit_given_tokens(min(most, self._budget or most), vocabulary, self._free)

    def _submit_given(self, batch: GivenBatch) -> Callable[[], list[tuple[float, ...]]]:
        return partial(self._judge_batch, batch)

    def _free_cache(self) -> None:
        if self.device == "cuda":
            torch.cuda.empty_cache()

    def _judge_batch(self, batch: GivenBatch) -> list[tuple[float, ...]]:
        begin = [self._settings["decoder_start_token_id"], *([] if self._forced is None else [self._forced])]
        prompts = [[*begin, *target.ids[:-1]] for target in batch.targets]
        sources = [source.ids for source in batch.sources]
        wanted = self._send(_pad([target.ids for target in batch.targets], 0))
        with torch.inference_mode():
            scores = self._model(
                input_ids=self._send(_pad(sources, self._padding)),
                attention_mask=self._send(_pad([[1] * len(source) for source in sources], 0)),
                # What stands behind a text is not looked at: no token sees those behind it.
                decoder_input_ids=self._send(_pad(prompts, begin[0])),
                use_cache=False,
            ).logits[:, len(begin) - 1 :]
            chosen = scores.gather(-1, wanted.unsqueeze(-1)).squeeze(-1).float()
            rows = (chosen - scores.float().logsumexp(-1)).tolist()
        return [tuple(row[: len(target.ids)]) for row, target in zip(rows, batch.targets, strict=True)]

    def _choose_budget(self) -> int:
        if self._free is None:
            return _CPU_BATCH_TOKENS[self._leg.dtype]
        fitting = fit_batch_tokens(
            self._free,
            self._model.config,
            bytes_per_number=self._model.dtype.itemsize,
            beams=self._settings["num_beams"],
            length=self._leg.length,
        )
        return min(LARGEST_BATCH, fitting)

    def _generate(self, batch: Batch) -> list[Sentence]:
        rows = _pad([source.ids for source in batch.sources], self._padding)
        mask = _pad([[1] * len(source.ids) for source in batch.sources], 0)
        beams, choice = self._settings["num_beams"] > 1, self._leg.choice
        sampler = None
        if choice is not None and choice.seed is not None:
            sampler = make_sampler(batch, self._settings, choice.seed, self.device)
        with torch.inference_mode():
            output = self._model.generate(
                input_ids=self._send(rows),
                attention_mask=self._send(mask),
                max_new_tokens=batch.max_new_tokens,
                past_key_values=_OneCrossAttention(self._model.get_decoder().config),
                return_dict_in_generate=True,
                output_scores=beams,
                logits_processor=sampler,
                stopping_criteria=StoppingCriteriaList([_DropStepScores()] if beams else []),
            )
        # Behind the start token, which may be the end token too.
        rows = [self._cut_at_end(row[1:]) for row in output.sequences.tolist()]
        scores = output.sequences_scores.tolist() if beams else [None] * len(rows)
        texts = decode_ids(self._tokenizer, rows)
        each = len(rows) // len(batch.sources)
        sources = [source for source in batch.sources for _ in range(each)]
        found = [
            self._finish(source, row, text, score, batch.max_new_tokens)
            for source, row, text, score in zip(sources, rows, texts, scores, strict=True)
        ]
        return [self._choose(found[start : start + each]) for start in range(0, len(found), each)]

    def _send(self, rows: list[list[int]]) -> torch.Tensor:
        if self.device == "cuda":
            return torch.tensor(rows).pin_memory().to(self.device, non_blocking=True)
        return torch.tensor(rows)

    def measure_peak_memory_mb(self) -> float | None:
        if self.device == "cuda":
            return torch.cuda.max_memory_allocated(self.device) / 1e6
        return measure_process_peak_mb()

    def _cut_at_end(self, generated: list[int]) -> list[int]:
        """The ids up to the first end token, which stays."""
        ended = next((index for index, token in enumerate(generated) if token in self._ends), len(generated))
        return generated[: ended + 1]

    def _finish(
        self, source: Encoded, generated: list[int], text: str, score: float | None, max_new_tokens: int
    ) -> Sentence:
        at_limit = len(generated) >= max_new_tokens
        ended = bool(generated) and generated[-1] in self._ends
        # At the limit a forced end token says nothing: the model may not have meant to end.
        truncated = at_limit and (not ended or self._settings["forced_eos_token_id"] is not None)
        return Sentence(
            text=text,
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


class _OneCrossAttention(EncoderDecoderCache):
    """The cache of a search whose beams share their source: keys and values of the source never change places.

    transformers copies them at every step although all beams of a sentence have the same, which was measured to take a
    tenth of the time of decoding.
    """

    def __init__(self, config: Any) -> None:
        decoder = config.get_text_config(decoder=True)
        super().__init__(DynamicCache(config=decoder), DynamicCache(config=decoder))

    def reorder_cache(self, beam_idx: torch.LongTensor) -> None:
        self.self_attention_cache.reorder_cache(beam_idx)


def _pad(rows: Sequence[Sequence[int]], padding: int) -> list[list[int]]:
    """The rows, all of the length of the longest."""
    width = max(map(len, rows))
    return [[*row, *[padding] * (width - len(row))] for row in rows]
