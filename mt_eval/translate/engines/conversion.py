"""Checkpoints converted for CTranslate2, once each, in the user's cache.

`<cache>/<label>-<first 16 hex of the key>/` holds what `ctranslate2` loads. The key is the SHA-256 over the
checkpoint's files, the numeric type and CTranslate2's version. A folder is written beside its place and renamed, so one
that is there is whole; a lock keeps several processes from converting the same checkpoint at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ctranslate2  # type: ignore[import-untyped]
import torch
from ctranslate2.converters import TransformersConverter  # type: ignore[import-untyped]
from platformdirs import user_cache_path

from mt_eval.bundled import expand_home
from mt_eval.disk import make_folder_whole, wait_for_lock
from mt_eval.errors import ModelError
from mt_eval.translate.checkpoints.hashing import hash_json
from mt_eval.translate.checkpoints.load import load_model
from mt_eval.translate.engines.converted import TokenNames, complete_config, complete_spec
from mt_eval.translate.system import Leg

_VERSION = 2
"""Raised whenever the same checkpoint would be converted differently."""


def convert_leg(leg: Leg, tokenizer: Any, cache_dir: str | None) -> Path:
    """The folder of the leg's model as CTranslate2 reads it, made now if it is not there.

    Raises:
        ModelError: The checkpoint cannot be loaded or converted, or the cache cannot be written.
    """
    cache = expand_home(cache_dir) if cache_dir else user_cache_path("mt-eval") / "ctranslate2"
    parts = {"version": _VERSION, "model": leg.model, "dtype": leg.dtype, "ctranslate2": ctranslate2.__version__}
    if leg.kind == "seq2seq":
        # The converted model knows what its decoder starts from, which generation_config.json may say.
        parts["start"] = [leg.language_by == "start_token", leg.generation["decoder_start_token_id"]]
    key = hash_json(parts)
    folder = cache / f"{leg.label}-{key[:16]}"
    if folder.is_dir():
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with wait_for_lock(cache / f".{folder.name}.lock"):
            if not folder.is_dir():
                _convert(leg, tokenizer, folder)
    except OSError as error:
        raise ModelError(
            f"{leg.name}: the converted checkpoint cannot be written to {cache} ({error.strerror or error}); name "
            "another folder with engine.cache_dir=DIR or mend the cause"
        ) from error
    return folder


class _Converter(TransformersConverter):  # type: ignore[misc]
    """Converts a model that was loaded, and checked, as every other engine's is."""

    def __init__(self, leg: Leg, tokenizer: Any) -> None:
        super().__init__(str(leg.folder))
        self._leg = leg
        self._tokenizer = tokenizer

    def load_model(self, model_class: Any, model_name_or_path: str, **kwargs: Any) -> Any:
        self._model = load_model(self._leg, self._tokenizer, torch.float32)
        if self._leg.kind == "seq2seq":
            complete_config(self._model.config)
            if self._leg.generation["decoder_start_token_id"] is not None:
                self._model.config.decoder_start_token_id = self._leg.generation["decoder_start_token_id"]
        return self._model

    def load_tokenizer(self, tokenizer_class: Any, model_name_or_path: str, **kwargs: Any) -> Any:
        if self._leg.kind == "seq2seq":
            self._names = TokenNames(self._tokenizer, self._model.get_output_embeddings().weight.shape[0])
            return self._names
        return self._tokenizer

    def _load(self) -> Any:
        """As the library does, but with the target's own vocabulary where a Marian has one, which ends it."""
        spec = super()._load()
        if self._leg.kind == "seq2seq":
            complete_spec(spec, self._model.config, self._names, starts_anywhere=self._leg.language_by == "start_token")
        if getattr(self._tokenizer, "separate_vocabs", False):
            ids = self._tokenizer.target_encoder
            # Without the padding in the last place, whose weights the library takes out.
            tokens = sorted(ids, key=ids.__getitem__)[: spec.get_target_vocabulary_size()]
            spec._vocabularies["target"] = [tokens]
        return spec


def _convert(leg: Leg, tokenizer: Any, folder: Path) -> None:
    with make_folder_whole(folder) as partial:
        try:
            _Converter(leg, tokenizer).convert(str(partial), quantization=leg.dtype, force=True)
        except ValueError as error:
            raise ModelError(f"{leg.name}: CTranslate2 cannot convert it ({error}); use engine=transformers") from error
