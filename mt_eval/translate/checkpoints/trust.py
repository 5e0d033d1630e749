"""What a checkpoint's own files may not say: names of code, and settings that are no settings.

transformers fetches and imports what such files name: a kernel as the way of attention, an adapter's base model, a
module behind `auto_map`. A checkpoint that asks for any of it is refused before anything is loaded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mt_eval.errors import ModelError
from mt_eval.translate.checkpoints.contents import ADAPTER_CONFIG, Contents, read_json

_CODE = frozenset(
    {"auto_map", "custom_pipelines", "custom_pipeline", "trust_remote_code", "quantization_config", "kernel_config"}
    | {"use_kernels", "kernel_mapping", "custom_generate", "assistant_model", "assistant_tokenizer"}
    | {"base_model_name_or_path", "peft_type", "adapter_kwargs"}
)
"""Keys that name code, a repository to fetch it from, or a second model."""
_WAYS = frozenset(
    {"eager", "sdpa", "flex_attention", "flash_attention_2", "flash_attention_3", "grouped_mm", "batched_mm"}
)
"""Values of `..._implementation` that the library brings itself; which one is used, mt-eval says."""

_SIZES = (
    *("vocab_size", "decoder_vocab_size", "d_model", "max_position_embeddings", "encoder_layers", "decoder_layers"),
    *("d_ff", "d_kv", "num_heads", "num_layers", "num_decoder_layers"),
    *("encoder_attention_heads", "decoder_attention_heads", "encoder_ffn_dim", "decoder_ffn_dim", "num_experts"),
)
_LARGEST = 10_000_000


def refuse_code(name: str, folder: Path) -> None:
    """Check that no file of the checkpoint called `name` names code, kernels, repositories or other models.

    Raises:
        ModelError: One does; file and key are named.
    """
    refuse_adapter(name, folder)
    for file in ("config.json", "generation_config.json", "tokenizer_config.json"):
        if (folder / file).exists():
            for key, value in _walk(read_json(name, folder / file)):
                way = key.endswith("_implementation") or key.endswith("_implementation_internal")
                if (key in _CODE and value) or (way and not isinstance(value, dict) and value not in (None, *_WAYS)):
                    raise ModelError(
                        f"{name}: {folder / file} says {key} {_shorten(value)}, which names code that the checkpoint "
                        "does not bring or mt-eval does not run; remove the key, or take another checkpoint"
                    )


def refuse_adapter(name: str, folder: Path) -> None:
    """Check that the folder of the checkpoint called `name` holds no adapter, which would name its base itself.

    Raises:
        ModelError: It does.
    """
    if (folder / ADAPTER_CONFIG).exists():
        base = read_json(name, folder / ADAPTER_CONFIG).get("base_model_name_or_path")
        raise ModelError(
            f"{name}: {folder} holds {ADAPTER_CONFIG}, an adapter to another model"
            f"{f' ({_shorten(base)})' if base else ''}; give that model as model.name and this one as "
            f"model.adapter={name}"
        )


def check_values(name: str, folder: Path, contents: Contents) -> None:
    """Check sizes, vocabularies and settings of the search: numbers where numbers belong, and within the vocabulary.

    Raises:
        ModelError: One is not; file and key are named.
    """

    def require(good: bool, file: str, key: str, value: object, expected: str) -> None:
        if not good:
            raise ModelError(
                f"{name}: {folder / file} says {key} {_shorten(value)}, expected {expected}; correct it or download "
                "the checkpoint again"
            )

    for key in _SIZES:
        value = contents.config.get(key)
        good = value is None or (_is_whole(value) and 1 <= value <= _LARGEST)
        require(good, "config.json", key, value, f"a whole number from 1 to {_LARGEST:,}")
    rows = contents.config.get("decoder_vocab_size") or contents.config.get("vocab_size") or _LARGEST
    for file, settings in (("config.json", contents.config), ("generation_config.json", contents.generation or {})):
        for key, value in settings.items():
            if value is not None and key in _SETTINGS:
                good, expected = _SETTINGS[key]
                require(good(value, rows), file, key, value, expected.format(last=rows - 1))
    for file in ("vocab.json", "target_vocab.json"):
        if (folder / file).exists():
            for token, index in read_json(name, folder / file).items():
                require(_is_whole(index) and index >= 0, file, token, index, "a token's id, a whole number from 0")


def _walk(value: object, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Keys and values of a JSON object and of all objects in it."""
    if depth < 20:
        for key, inner in value.items() if isinstance(value, dict) else ():
            yield key, inner
            yield from _walk(inner, depth + 1)
        for inner in value if isinstance(value, list) else ():
            yield from _walk(inner, depth + 1)


def _shorten(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_token(value: Any, rows: int) -> bool:
    return _is_whole(value) and 0 <= value < rows


def _are_tokens(value: Any, rows: int) -> bool:
    return isinstance(value, list) and all(_is_token(each, rows) for each in value)


def _are_words(value: Any, rows: int) -> bool:
    return isinstance(value, list) and all(_are_tokens(each, rows) and each for each in value)


def _is_count(value: Any, rows: int) -> bool:
    return _is_whole(value) and 0 <= value <= _LARGEST


def _is_positive(value: Any, rows: int) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0 and math.isfinite(value)


def _is_bool(value: Any, rows: int) -> bool:
    return isinstance(value, bool)


Rule = tuple[Callable[[Any, int], bool], str]
_TOKEN: Rule = (_is_token, "a token's id from 0 to {last}")
_TOKENS: Rule = (lambda value, rows: _is_token(value, rows) or _are_tokens(value, rows), "ids from 0 to {last}")
_WORDS: Rule = (_are_words, "a list of lists of ids from 0 to {last}")
_COUNT: Rule = (_is_count, "a whole number from 0")
_POSITIVE: Rule = (_is_positive, "a number above 0")
_BOOL: Rule = (_is_bool, "true or false")

_SETTINGS: Mapping[str, Rule] = {
    "bad_words_ids": _WORDS,
    "begin_suppress_tokens": (_are_tokens, "a list of ids from 0 to {last}"),
    "bos_token_id": _TOKEN,
    "decoder_start_token_id": _TOKEN,
    "early_stopping": (lambda value, rows: isinstance(value, bool) or value == "never", 'true, false or "never"'),
    "encoder_no_repeat_ngram_size": _COUNT,
    "encoder_repetition_penalty": _POSITIVE,
    "eos_token_id": _TOKENS,
    "exponential_decay_length_penalty": (
        lambda value, rows: (
            isinstance(value, list) and len(value) == 2 and _is_count(value[0], rows) and _is_positive(value[1], rows)
        ),
        "a position and a factor above 0",
    ),
    "forced_bos_token_id": _TOKEN,
    "forced_eos_token_id": _TOKENS,
    "min_length": _COUNT,
    "min_new_tokens": _COUNT,
    "pad_token_id": _TOKEN,
    "remove_invalid_values": _BOOL,
    "renormalize_logits": _BOOL,
    "repetition_penalty": _POSITIVE,
    "suppress_tokens": (_are_tokens, "a list of ids from 0 to {last}"),
}
"""What a checkpoint may decide of its search (see `generation.KEPT`), and what it has to be."""
