"""Checkpoints converted for CTranslate2, once each, in the user's cache.

`<cache>/<label>-<first 16 hex of the key>/` holds what `ctranslate2` loads. The key is the SHA-256 over the
checkpoint's files, the numeric type and CTranslate2's version. A folder is written beside its place and renamed, so one
that is there is whole; a lock keeps several processes from converting the same checkpoint at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ctranslate2  # type: ignore[import-untyped]
from platformdirs import user_cache_path

from mt_eval.bundled import expand_home
from mt_eval.disk import wait_for_lock
from mt_eval.errors import ModelError
from mt_eval.translate.checkpoints.hashing import hash_json
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
    from mt_eval.translate.engines.converted import convert_checkpoint  # it imports torch

    try:
        cache.mkdir(parents=True, exist_ok=True)
        with wait_for_lock(cache / f".{folder.name}.lock"):
            if not folder.is_dir():
                convert_checkpoint(leg, tokenizer, folder)
    except OSError as error:
        raise ModelError(
            f"{leg.name}: the converted checkpoint cannot be written to {cache} ({error.strerror or error}); name "
            "another folder with engine.cache_dir=DIR or mend the cause"
        ) from error
    return folder
