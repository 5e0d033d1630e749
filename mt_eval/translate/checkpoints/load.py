"""A leg's weights, loaded by transformers with everything that can go wrong said in one sentence."""

from __future__ import annotations

import pickle
from typing import Any

import torch
from transformers import (
    MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING,
    AutoConfig,
    M2M100ForConditionalGeneration,
    MarianMTModel,
    NllbMoeForConditionalGeneration,
)
from transformers.utils import logging

from mt_eval.errors import ModelError, MtEvalError
from mt_eval.translate.checkpoints.experts import route_experts
from mt_eval.translate.checkpoints.framing import count_needed
from mt_eval.translate.checkpoints.hashing import check_unchanged
from mt_eval.translate.checkpoints.lora import put_adapter
from mt_eval.translate.checkpoints.tokenizer import describe_error
from mt_eval.translate.system import Leg

_CLASSES = {"marian": MarianMTModel, "nllb-moe": NllbMoeForConditionalGeneration}
"""Kinds whose model is not M2M-100's, which NLLB's is."""


def load_model(leg: Leg, tokenizer: Any, dtype: torch.dtype) -> Any:
    """The leg's model in `dtype`, whatever type the files hold, in evaluation mode, on the CPU.

    Nothing of the checkpoint is run as code. Only safetensors are read where there are any; pickled weights are read by
    torch's loader for weights alone. An adapter is on it.

    Raises:
        ModelError: A file is damaged, weights are missing, do not fit or are not finite, or tokenizer and weights do
            not belong together, or the files are not those any more that were hashed.
    """
    try:
        model = _load_model(_CLASSES.get(leg.kind, M2M100ForConditionalGeneration), leg, dtype)
    except MtEvalError:
        raise
    except pickle.UnpicklingError as error:
        raise ModelError(
            f"{leg.name}: {leg.folder / leg.weights[0]} is damaged or holds more than plain weights, which could be "
            "code, so it is not loaded; take a checkpoint with safetensors"
        ) from error
    except Exception as error:  # what the readers of damaged files raise has no common base: struct.error, OSError, ...
        raise ModelError(
            f"{leg.name}: the weights in {leg.folder} are damaged or do not fit config.json ({describe_error(error)}); "
            "download them again"
        ) from error
    check_unchanged(leg.name, leg.folder, leg.files)
    _check_start(leg, model)
    _check_vocabulary(leg, tokenizer, model)
    _check_weights(leg, model)
    if leg.kind == "nllb-moe":
        route_experts(leg.name, model)
    return model if leg.adapter is None else put_adapter(leg.adapter, model)


def _load_model(kind: Any, leg: Leg, dtype: torch.dtype) -> Any:
    safetensors = leg.weights[0].startswith("model.safetensors")
    if leg.kind == "seq2seq":
        # The class itself, which tells how it pays attention. No code of the checkpoint's: that was refused before.
        config = AutoConfig.from_pretrained(leg.folder, local_files_only=True)
        kind = MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING[type(config)]
    bar, level = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    # What it has to say about the weights is checked below.
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        model, info = kind.from_pretrained(
            leg.folder,
            dtype=dtype,
            use_safetensors=safetensors,
            weights_only=True,
            local_files_only=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,
            # Said here always: config.json could name a kernel of the hub, which would be fetched and imported.
            attn_implementation="sdpa" if kind._supports_sdpa and leg.kind != "nllb-moe" else "eager",
        )
    finally:
        logging.set_verbosity(level)
        if bar:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
    missing = sorted(info["missing_keys"])
    if missing:
        raise ModelError(
            f"{leg.name}: {len(missing)} of the weights that config.json asks for are not in "
            f"{leg.folder / leg.weights[0]}, the first being {missing[0]}; the files do not belong together, download "
            "them again"
        )
    mismatched = sorted(info["mismatched_keys"], key=str)
    if mismatched:
        name, found, expected = mismatched[0]
        raise ModelError(
            f"{leg.name}: {len(mismatched)} of the weights have another shape than config.json says, the first being "
            f"{name} with {tuple(found)} for {tuple(expected)}; the files do not belong together, download them again"
        )
    return model.eval()


def _check_start(leg: Leg, model: Any) -> None:
    said = leg.generation["decoder_start_token_id"], getattr(model.config, "decoder_start_token_id", None)
    if leg.kind == "seq2seq" and leg.language_by != "start_token" and said == (None, None):
        raise ModelError(
            f"{leg.name}: neither config.json nor generation_config.json says decoder_start_token_id, the token that "
            "the decoder starts from; take it over from the checkpoint that this one was made of"
        )


def _check_vocabulary(leg: Leg, tokenizer: Any, model: Any) -> None:
    rows = model.get_input_embeddings().num_embeddings
    known = largest = max(tokenizer.get_vocab().values())
    if leg.kind == "seq2seq":
        largest = count_needed(tokenizer) - 1
    # Checkpoints pad their vocabularies by a few rows, never by a quarter.
    if largest >= rows or known + 1 < 0.75 * rows:
        only = "only " if largest >= rows else ""
        raise ModelError(
            f"{leg.name}: the tokenizer knows token {largest}, but the model has {only}{rows} tokens; the tokenizer "
            "and the weights do not belong together, download the checkpoint again"
        )


def _check_weights(leg: Leg, model: Any) -> None:
    """No weight is NaN or infinite in the type it is run in; float16 ends at 65504."""
    broken = []
    for name, weight in (*model.named_parameters(), *model.named_buffers()):
        if weight.is_floating_point() and weight.numel():
            low, high = weight.detach().aminmax()  # NaN goes through both
            if not (torch.isfinite(low) and torch.isfinite(high)):
                broken.append(name)
    if broken:
        raise ModelError(
            f"{leg.name}: {len(broken)} of the weights hold NaN or infinite numbers in {leg.dtype}, the first being "
            f"{broken[0]}; download the checkpoint again, or use engine.dtype=float32 if it is not that already"
        )
