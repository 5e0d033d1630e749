"""What every engine does alike: texts become tokens, and batches become smaller where memory runs out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mt_eval.errors import ModelError
from mt_eval.translate.checkpoints.tokenizer import encode_texts, load_tokenizer
from mt_eval.translate.engines.batching import halve_budget
from mt_eval.translate.engines.device import name_device
from mt_eval.translate.system import Batch, Encoded, Leg, Sentence
from mt_eval.types import Hypothesis


def keep_hypotheses(found: Sequence[Sentence]) -> Sentence:
    """The best translation of a text, with all that were found for it, best first, where they are several."""
    best, *others = found
    return replace(best, hypotheses=tuple(Hypothesis(each.text, each.score) for each in found)) if others else best


class LegTranslator:
    """The half of a `Translator` that knows no engine: a leg, its tokenizer, and what went other than planned."""

    device: str
    """`cpu` or `cuda`."""

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

    def _take_tokenizer(self, leg: Leg) -> Any:
        """The leg's tokenizer, loaded unless the leg before had the same one."""
        wanted = (leg.kind, leg.folder, leg.model, leg.source, leg.target)
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
