"""Which encoder-decoders `model=seq2seq` runs, by the `model_type` of their config.json. No torch, no transformers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mt_eval.errors import ModelError

ARCHITECTURES = (
    *("bart", "bigbird_pegasus", "blenderbot", "blenderbot-small", "led", "longt5", "m2m_100", "mbart", "mt5", "mvp"),
    *("pegasus", "pegasus_x", "plbart", "t5", "t5gemma", "umt5"),
)
"""Those that transformers has for text, each held against its own `generate` on a tiny checkpoint."""

CONVERTIBLE = frozenset({"bart", "m2m_100", "mbart", "mt5", "pegasus", "t5", "umt5"})
"""Those that CTranslate2 says the same with. It converts T5Gemma, too, which then says something else (4.8.5)."""

_OTHER_KINDS = {"marian": "model=marian", "nllb-moe": "model=nllb"}
M2M100_TOKENIZERS = {"NllbTokenizer": "model=nllb", "M2M100Tokenizer": "model=m2m100", "": "model=m2m100"}
"""Tokenizer class of a checkpoint of M2M-100's architecture to the option that runs it."""
_HEADS = ("CausalLM", "EncoderModel", "EncoderForTokenClassification", "Classification", "QuestionAnswering")
"""How the names of classes end that are no whole encoder-decoder with a head that writes."""

_POSITIONS = 1024
"""What Marian's, NLLB's and M2M-100's config.json mean where they leave `max_position_embeddings` out."""
_OTHER_POSITIONS = ("max_encoder_position_embeddings", "max_decoder_position_embeddings")
"""LED has two of them. T5's `n_positions` limits nothing: its positions are relative."""


def check_architecture(name: str, folder: Path, config: Mapping[str, Any], tokenizer: str) -> str:
    """The checkpoint's `model_type`.

    Args:
        tokenizer: The class of its tokenizer, as its files name it.

    Raises:
        ModelError: It is no encoder-decoder that writes text, or one that another model option runs.
    """
    found = str(config.get("model_type"))
    fits = _OTHER_KINDS.get(found) or (M2M100_TOKENIZERS.get(tokenizer) if found == "m2m_100" else None)
    if fits:
        raise ModelError(f"{name}: config.json says model_type {found}, whose languages {fits} knows; use {fits}")
    if found not in ARCHITECTURES:
        raise ModelError(
            f"{name}: config.json says model_type {found}, which is no encoder-decoder that model=seq2seq runs; it "
            f"runs {', '.join(ARCHITECTURES)}; a model that only continues a text can be asked by model=server"
        )
    classes = config.get("architectures")
    written = str(classes[0]) if isinstance(classes, list) and classes else ""
    if written.endswith(_HEADS):
        raise ModelError(
            f"{name}: config.json says architectures {written}, half of an encoder-decoder or one that does not write; "
            "expected one that ends in ForConditionalGeneration"
        )
    return found


def count_positions(name: str, config: Mapping[str, Any], wanted: int | None) -> int:
    """Tokens a source and a translation may have: those the model has positions for, or `wanted` where it has none or
    more.

    Raises:
        ModelError: The model has fewer than are wanted.
    """
    own = [config.get(key) for key in ("max_position_embeddings", *_OTHER_POSITIONS)]
    known = [count for count in own if isinstance(count, int) and count >= 2]
    if wanted is None:
        # config.json leaves out what equals the class's default.
        return min(known, default=_POSITIONS)
    if known and wanted > min(known):
        raise ModelError(
            f"{name}: model.positions={wanted} is more than the {min(known)} that config.json says the model has; "
            "leave it out"
        )
    return wanted
