"""The settings of the search against what the library would take."""

from __future__ import annotations

from transformers import GenerationConfig

from mt_eval.config import DecodingConfig
from mt_eval.translate.checkpoints.generation import KEPT, explain_generation


def test_defaults_are_the_library_s() -> None:
    """Where nobody sets a value, the written-out value is transformers' own."""
    defaults = GenerationConfig._get_default_generation_params()

    assert {name: value for name, value in KEPT.items() if name in defaults} == {
        name: defaults[name] for name in KEPT if name in defaults
    }


def test_checkpoint_keeps_its_tokens_and_decoding_decides_the_search() -> None:
    """OPUS-MT's own generation_config (that of opus-mt-vi-en) loses its beams and length, and keeps the rest."""
    own = {
        "bad_words_ids": [[53684]],
        "bos_token_id": 0,
        "decoder_start_token_id": 53684,
        "eos_token_id": 0,
        "forced_eos_token_id": 0,
        "max_length": 512,
        "num_beams": 6,
        "pad_token_id": 53684,
        "renormalize_logits": True,
        "transformers_version": "4.32.0.dev0",
    }

    settings, ignored = explain_generation(DecodingConfig(num_beams=2, length_penalty=0.5), {}, own)

    kept = ("bad_words_ids", "decoder_start_token_id", "eos_token_id", "forced_eos_token_id", "renormalize_logits")
    assert {name: settings[name] for name in kept} == {name: own[name] for name in kept}
    assert (settings["num_beams"], settings["length_penalty"], settings["do_sample"]) == (2, 0.5, False)
    assert ignored == ()


def test_settings_that_are_not_applied_are_named() -> None:
    """A setting mt-eval has no word for is reported, unless its value says off."""
    own = {"guidance_scale": 1.5, "num_beam_groups": 1, "penalty_alpha": None, "temperature": 0.3}

    assert explain_generation(DecodingConfig(), {}, own)[1] == ("guidance_scale",)
