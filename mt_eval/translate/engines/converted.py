"""A checkpoint as CTranslate2's converter writes it, and what that has to be told of a `model=seq2seq`.

Importing this imports torch and the model code of transformers, which a model that was converted before does without.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from ctranslate2.converters import TransformersConverter  # type: ignore[import-untyped]
from ctranslate2.specs.model_spec import OPTIONAL  # type: ignore[import-untyped]

from mt_eval.disk import make_folder_whole
from mt_eval.errors import ModelError
from mt_eval.translate.checkpoints.framing import list_vocabulary
from mt_eval.translate.checkpoints.load import load_model
from mt_eval.translate.system import Leg

_NORMALIZED = {"bart": (False, True), "mbart": (True, True), "pegasus": (True, False)}
"""Architecture to whether it normalizes in front of each layer, and its embeddings; transformers knows no other way."""


def convert_checkpoint(leg: Leg, tokenizer: Any, folder: Path) -> None:
    """Write the leg's model into `folder`, which appears whole or not at all.

    Raises:
        ModelError: The checkpoint cannot be loaded or converted.
    """
    with make_folder_whole(folder) as partial:
        try:
            _Converter(leg, tokenizer).convert(str(partial), quantization=leg.dtype, force=True)
        except ValueError as error:
            raise ModelError(f"{leg.name}: CTranslate2 cannot convert it ({error}); use engine=transformers") from error


class _Converter(TransformersConverter):  # type: ignore[misc]
    """Converts a model that was loaded, and checked, as every other engine's is."""

    def __init__(self, leg: Leg, tokenizer: Any) -> None:
        super().__init__(str(leg.folder))
        self._leg = leg
        self._tokenizer = tokenizer

    def load_model(self, model_class: Any, model_name_or_path: str, **kwargs: Any) -> Any:
        self._model = load_model(self._leg, self._tokenizer, torch.float32)
        if self._leg.kind == "seq2seq":
            _complete_config(self._model.config)
            if self._leg.generation["decoder_start_token_id"] is not None:
                self._model.config.decoder_start_token_id = self._leg.generation["decoder_start_token_id"]
        return self._model

    def load_tokenizer(self, tokenizer_class: Any, model_name_or_path: str, **kwargs: Any) -> Any:
        if self._leg.kind == "seq2seq":
            self._names = _TokenNames(self._tokenizer, self._model.get_output_embeddings().weight.shape[0])
            return self._names
        return self._tokenizer

    def _load(self) -> Any:
        """As the library does, but with the target's own vocabulary where a Marian has one, which ends it."""
        spec = super()._load()
        if self._leg.kind == "seq2seq":
            _complete_spec(
                spec, self._model.config, self._names, starts_anywhere=self._leg.language_by == "start_token"
            )
        if getattr(self._tokenizer, "separate_vocabs", False):
            ids = self._tokenizer.target_encoder
            # Without the padding in the last place, whose weights the library takes out.
            tokens = sorted(ids, key=ids.__getitem__)[: spec.get_target_vocabulary_size()]
            spec._vocabularies["target"] = [tokens]
        return spec


class _TokenNames:
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


def _complete_config(config: Any) -> None:
    """Put into a model's configuration what the converter asks it, and files need not say."""
    if config.model_type in _NORMALIZED:
        config.normalize_before, config.normalize_embedding = _NORMALIZED[config.model_type]


def _complete_spec(spec: Any, config: Any, names: _TokenNames, *, starts_anywhere: bool) -> None:
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
