"""The settings of the search, each one written out, from the configuration and the checkpoint's own.

`transformers` fills every setting that a call leaves open from the checkpoint's `generation_config.json` (from
`config.json` in older checkpoints), then from defaults of its own. Here all three are put together in the open, without
importing it, so that a run can record what it did and a translation's identity does not depend on hidden values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mt_eval.config import DecodingConfig, MbrDecoding

# What a checkpoint may decide: its special tokens and the rules its scores were made under. The values are those that
# transformers 5.23 takes where nobody sets any (GenerationConfig._get_default_generation_params).
KEPT: dict[str, Any] = {
    "bad_words_ids": None,
    "begin_suppress_tokens": None,
    "bos_token_id": None,
    "decoder_start_token_id": None,
    "early_stopping": False,
    "encoder_no_repeat_ngram_size": 0,
    "encoder_repetition_penalty": 1.0,
    "eos_token_id": None,
    "exponential_decay_length_penalty": None,
    "forced_bos_token_id": None,
    "forced_eos_token_id": None,
    "min_length": 0,
    "min_new_tokens": None,
    "pad_token_id": None,
    "remove_invalid_values": False,
    "renormalize_logits": False,
    "repetition_penalty": 1.0,
    "suppress_tokens": None,
}

# Set by mt-eval (the first six), without effect when nothing is sampled, or no setting of the search at all.
_REPLACED = frozenset(
    {"max_length", "max_new_tokens", "num_beams", "length_penalty", "no_repeat_ngram_size", "do_sample"}
    | {"temperature", "top_k", "top_p", "min_p", "typical_p", "epsilon_cutoff", "eta_cutoff", "num_return_sequences"}
    | {"use_cache", "output_attentions", "output_hidden_states", "output_scores", "return_dict_in_generate"}
    | {"transformers_version", "_from_model_config", "_commit_hash"}
)
# Values that say "off" in files written by older versions of transformers.
_OFF: tuple[Any, ...] = (None, False, 0, 0.0, 1, 1.0, [], {})


def explain_generation(
    decoding: DecodingConfig, config: Mapping[str, Any], generation: Mapping[str, Any] | None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Every setting of the search but the length limit, and the names of settings in the checkpoint that are not
    applied.

    `config` and `generation` are the contents of `config.json` and `generation_config.json`, None where the latter is
    not there.
    """
    own = config if generation is None else generation
    settings = {name: default if own.get(name) is None else own[name] for name, default in KEPT.items()}
    for name in ("bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id"):
        if settings[name] is None:
            settings[name] = config.get(name)
    settings |= {
        "do_sample": False,
        "length_penalty": decoding.length_penalty,
        "no_repeat_ngram_size": decoding.no_repeat_ngram_size,
        "num_beams": decoding.num_beams,
        "num_return_sequences": decoding.n_best,
        "use_cache": True,
    }
    if isinstance(decoding, MbrDecoding):
        settings["num_return_sequences"] = decoding.candidates
        if decoding.samples:
            settings |= {
                "do_sample": True,
                "epsilon_cutoff": decoding.epsilon,
                "temperature": decoding.temperature,
                "top_k": 0,
                "top_p": decoding.top_p,
            }
    ignored: tuple[str, ...] = ()
    if generation is not None:
        ignored = tuple(sorted(name for name, value in generation.items() if not _is_known(name) and value not in _OFF))
    return dict(sorted(settings.items())), ignored


def search_greedily(generation: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, without all that is chosen of the search: its one hypothesis is the likeliest token by token."""
    usual = explain_generation(DecodingConfig(num_beams=1), {}, {})[0]
    chosen = ("do_sample", "length_penalty", "no_repeat_ngram_size", "num_beams", "num_return_sequences")
    return {name: usual[name] if name in chosen else value for name, value in generation.items() if name in usual}


def _is_known(name: str) -> bool:
    return name in KEPT or name in _REPLACED
