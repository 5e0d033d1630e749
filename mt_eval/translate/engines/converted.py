"""What CTranslate2's converter has to be told of a `model=seq2seq`, as transformers 5 runs it."""

from __future__ import annotations

from typing import Any

from ctranslate2.specs.model_spec import OPTIONAL  # type: ignore[import-untyped]

from mt_eval.translate.checkpoints.framing import list_vocabulary


class TokenNames:
    """A tokenizer as far as the converter asks one: a name for every row of the model, and those of special tokens."""

    def __init__(self, tokenizer: Any, rows: int) -> None:
        self._names = list_vocabulary(tokenizer, rows)
        # Each has to have a name; nothing is looked up by one that the tokenizer does not have.
        self.eos_token = tokenizer.eos_token or self._names[0]
        self.pad_token = tokenizer.pad_token or self.eos_token
        self.bos_token = tokenizer.bos_token or self.eos_token
        self.unk_token = tokenizer.unk_token or self.eos_token
        self.unk_token_id = tokenizer.unk_token_id
        self.special_tokens_map: dict[str, Any] = {}

    def get_vocab(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self._names)}

    def convert_ids_to_tokens(self, index: int) -> str:
        return self._names[index]


_NORMALIZED = {"bart": (False, True), "mbart": (True, True), "pegasus": (True, False)}
"""Architecture to whether it normalizes in front of each layer, and its embeddings; transformers knows no other way."""


def complete_config(config: Any) -> None:
    """Put into a model's configuration what the converter asks it, and files need not say."""
    if config.model_type in _NORMALIZED:
        config.normalize_before, config.normalize_embedding = _NORMALIZED[config.model_type]


def complete_spec(spec: Any, config: Any, names: TokenNames, *, starts_anywhere: bool) -> None:
    """Put right in a converted model what the converter takes from settings that transformers 5 does not keep.

    Args:
        config: The model's, as transformers has it.
        starts_anywhere: The decoder starts from the first token that is forced, not from one of the model's own.
    """
    if config.model_type in ("t5", "mt5", "umt5"):
        # The converter asks `tie_word_embeddings`, which transformers 5 sets to true for all of them.
        scaled = {"mt5": False, "umt5": config.tie_word_embeddings}.get(config.model_type)
        scaled = config.scale_decoder_outputs if scaled is None else scaled
        spec.decoder.scale_outputs = config.d_model**-0.5 if scaled else OPTIONAL
    start = getattr(config, "decoder_start_token_id", None)
    spec.config.decoder_start_token = None if starts_anywhere or start is None else names.convert_ids_to_tokens(start)
