"""The settings of a search as CTranslate2 takes them. Nothing here imports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mt_eval.errors import ConfigError

_WITHOUT_COUNTERPART: dict[str, tuple[Any, ...]] = {
    "begin_suppress_tokens": (None, []),
    "encoder_no_repeat_ngram_size": (0, None),
    "encoder_repetition_penalty": (1.0, 1, None),
    "exponential_decay_length_penalty": (None,),
}
"""Settings that CTranslate2 cannot honour, with the values that ask for nothing."""


def adapt_generation(name: str, kind: str, generation: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the search as CTranslate2 will apply them, in the words of `transformers.GenerationConfig`.

    Two of them are its own and cannot be chosen: a search ends when `num_beams` hypotheses are finished
    (`early_stopping`), and what is forbidden is left out before probabilities are taken (`renormalize_logits`).

    Raises:
        ConfigError: The checkpoint asks for something it does not have, or it does not know the kind of model.
    """
    if kind == "nllb-moe":
        raise ConfigError(f"{name}: CTranslate2 knows no mixtures of experts; use engine=transformers")
    for setting, off in _WITHOUT_COUNTERPART.items():
        if generation[setting] not in off:
            raise _refuse(name, setting, generation[setting])
    if generation["early_stopping"] == "never":
        raise _refuse(name, "early_stopping", "never")
    if isinstance(generation["eos_token_id"], list) and len(generation["eos_token_id"]) > 1:
        raise _refuse(name, "eos_token_id", generation["eos_token_id"])
    return {**generation, "early_stopping": True, "renormalize_logits": True}


def make_search_options(generation: Mapping[str, Any], name_token: Callable[[int], str | None]) -> dict[str, Any]:
    """Arguments of `ctranslate2.Translator.translate_batch` but for the longest output.

    Args:
        generation: What `adapt_generation` gave.
        name_token: The token of an id; None for one that the converted model cannot produce (Marian's padding).
    """
    forbidden = [list(word) for word in generation["bad_words_ids"] or ()]
    forbidden += [[token] for token in generation["suppress_tokens"] or ()]
    sequences = [[name_token(token) for token in word] for word in forbidden]
    return {
        "beam_size": generation["num_beams"],
        "num_hypotheses": generation["num_return_sequences"],
        "length_penalty": generation["length_penalty"],
        "no_repeat_ngram_size": generation["no_repeat_ngram_size"],
        "repetition_penalty": generation["repetition_penalty"],
        # `min_length` counts the start token.
        "min_decoding_length": max(generation["min_new_tokens"] or 0, (generation["min_length"] or 0) - 1, 0),
        "suppress_sequences": [sequence for sequence in sequences if None not in sequence] or None,
        "max_input_length": 0,
        "return_scores": True,
        "return_end_token": True,
    }


def list_ids(value: Any) -> frozenset[int]:
    """The ids of a setting that holds one, several or none."""
    return frozenset(value if isinstance(value, list) else [] if value is None else [value])


def _refuse(name: str, setting: str, value: object) -> ConfigError:
    return ConfigError(
        f"{name}: its generation_config.json sets {setting} to {value}, which CTranslate2 cannot do; use "
        "engine=transformers"
    )
