"""What every engine does alike: texts become tokens, and batches become smaller where memory runs out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from mt_eval.errors import ModelError
from mt_eval.translate.checkpoints.given_texts import encode_given
from mt_eval.translate.checkpoints.tokenizer import encode_texts, load_tokenizer
from mt_eval.translate.engines.batching import halve_budget, measure_width, split_given
from mt_eval.translate.engines.device import is_out_of_memory, name_device
from mt_eval.translate.mbr import choose
from mt_eval.translate.system import Batch, Encoded, GivenBatch, GivenTokens, Leg, Sentence
from mt_eval.types import Hypothesis

Judged = tuple[GivenBatch, list[tuple[float, ...]]]
"""A batch, and the log-probabilities of each of its texts."""


class LegTranslator:
    """The half of a `Translator` that knows no engine: a leg, its tokenizer, and what went other than planned."""

    device: str
    """`cpu` or `cuda`."""

    _ahead: int = 0
    """How many batches of given texts are handed to the device before the first one is waited for."""
    _given_budget: int | None = None
    """The most tokens of given texts that fit, known once more did not."""
    _loaded: tuple[Any, ...] | None = None
    """Files and languages of the tokenizer that is loaded."""

    def set_leg(self, leg: Leg) -> None:
        self._leg = leg
        self._take_tokenizer(leg)
        self._warnings: list[str] = []

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(self._warnings)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        return encode_texts(self._leg, self._tokenizer, texts)

    @property
    def given_tokens(self) -> int:
        wanted = self._choose_given_budget()
        return wanted if self._given_budget is None else min(wanted, self._given_budget)

    def _choose(self, found: Sequence[Sentence]) -> Sentence:
        """The translation of a text among all that were found for it, best first, with those that are kept."""
        if self._leg.choice is not None:
            return choose(found, self._leg.choice)
        best, *others = found
        return replace(best, hypotheses=tuple(Hypothesis(each.text, each.score) for each in found)) if others else best

    def encode_given(self, texts: Sequence[str]) -> list[GivenTokens]:
        return encode_given(self._leg, self._tokenizer, texts)

    def judge(self, batches: Iterable[GivenBatch]) -> Iterator[Judged]:
        waiting: deque[tuple[GivenBatch, Callable[[], list[tuple[float, ...]]]]] = deque()
        for batch in batches:
            for part in split_given(batch, self.given_tokens):
                waiting.append((part, self._submit_given(part)))
                if len(waiting) > self._ahead:
                    yield from self._collect_given(*waiting.popleft())
        while waiting:
            yield from self._collect_given(*waiting.popleft())

    def _collect_given(self, batch: GivenBatch, collect: Callable[[], list[tuple[float, ...]]]) -> Iterator[Judged]:
        try:
            rows = collect()
        except (RuntimeError, MemoryError) as error:  # torch.OutOfMemoryError is one, too
            if not is_out_of_memory(error):
                raise
            # Batches that were handed over before the budget was lowered fail too, and say nothing of the lower one.
            if len(split_given(batch, self.given_tokens)) == 1:
                self._given_budget = self._lower_given_budget(batch, error)
        else:
            yield batch, rows
            return
        # Behind the except clause, where the error and all the tensors its traceback holds are gone.
        self._free_cache()
        for part in split_given(batch, self.given_tokens):
            yield from self._collect_given(part, self._submit_given(part))

    def _choose_given_budget(self) -> int:
        """The tokens of given texts that a batch may hold on this device."""
        raise NotImplementedError

    def _submit_given(self, batch: GivenBatch) -> Callable[[], list[tuple[float, ...]]]:
        """What waits for the log-probabilities of the batch's tokens."""
        raise NotImplementedError

    def _free_cache(self) -> None:
        """Give back what the device's allocator keeps for later."""

    def _lower_given_budget(self, batch: GivenBatch, error: BaseException) -> int:
        width = measure_width(batch)
        where = f"{self._leg.name}: {name_device(self.device)} ran out of memory on"
        if len(batch.indices) == 1:
            raise ModelError(
                f"{where} a single text of {width} tokens; use a smaller engine.dtype or free memory"
            ) from error
        budget = max(1, len(batch.indices) * width // 2)
        self._warnings.append(
            f"{where} a batch of {len(batch.indices)} x {width} tokens; went on with batches of {budget} tokens"
        )
        return budget

    def _take_tokenizer(self, leg: Leg) -> Any:
        """The leg's tokenizer, loaded unless the leg before had the same one."""
        wanted = (leg.kind, leg.folder, leg.model, leg.source, leg.target, leg.language_by)
        if self._loaded != wanted:
            self._tokenizer: Any
            self._tokenizer, self._forced = load_tokenizer(leg)
            self._loaded = wanted
        return self._tokenizer

    def _refuse_size(self, leg: Leg, error: BaseException) -> ModelError:
        """What to raise where the model itself does not fit into the device's memory."""
        return ModelError(
            f"{leg.name}: the model does not fit into the free memory of {name_device(self.device)} in {leg.dtype} "
            f"({str(error).partition('.')[0]}); use a smaller engine.dtype, free memory, or take a smaller model"
        )

    def _lower_budget(self, batch: Batch, batch_tokens: int, error: BaseException) -> int:
        """The tokens a batch may hold from now on, as `batch` did not fit into memory; it is warned about.

        Raises:
            ModelError: The batch is a single source.
        """
        budget = halve_budget(batch, batch_tokens)
        width = max(len(source.ids) for source in batch.sources)
        where = f"{self._leg.name}: {name_device(self.device)} ran out of memory on"
        if budget is None:
            raise ModelError(
                f"{where} a single source of {width} tokens; lower decoding.num_beams, use a smaller engine.dtype or "
                "free memory"
            ) from error
        self._warnings.append(
            f"{where} a batch of {len(batch.sources)} x {width} source tokens; went on with batches of {budget} tokens"
        )
        return budget
