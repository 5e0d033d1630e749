"""A leg's tokenizer and weights, loaded by transformers with everything that can go wrong said in one sentence."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import torch
from transformers import (
    M2M100ForConditionalGeneration,
    M2M100Tokenizer,
    MarianMTModel,
    MarianTokenizer,
    NllbMoeForConditionalGeneration,
    NllbTokenizer,
)
from transformers.utils import logging

from mt_eval.errors import ModelError, MtEvalError
from mt_eval.translate.checkpoints.target_codes import check_language_code
from mt_eval.translate.system import Leg

_CLASSES = {"marian": MarianMTModel, "nllb-moe": NllbMoeForConditionalGeneration}
"""Kinds whose model is not M2M-100's, which NLLB's is."""


def load_tokenizer(leg: Leg) -> tuple[Any, int | None]:
    """The leg's tokenizer, set to its source language, and the id of NLLB's or M2M-100's target code.

    Raises:
        ModelError: Its files are damaged or it does not know the languages.
    """
    match leg.kind:
        case "marian":
            return _load_marian_tokenizer(leg), None
        case "m2m100":
            return _load_m2m100_tokenizer(leg)
        case _:
            return _load_nllb_tokenizer(leg)


def load_model(leg: Leg, tokenizer: Any, dtype: torch.dtype) -> Any:
    """The leg's model in `dtype`, whatever type the files hold, in evaluation mode, on the CPU.

    Nothing of the checkpoint is run as code. Only safetensors are read where there are any; pickled weights are read by
    torch's loader for weights alone.

    Raises:
        ModelError: A file is damaged, weights are missing, do not fit or are not finite, or tokenizer and weights do
            not belong together.
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
            f"{leg.name}: the weights in {leg.folder} are damaged or do not fit config.json ({_say(error)}); download "
            "them again"
        ) from error
    _check_vocabulary(leg, tokenizer, model)
    _check_special_ids(leg, model)
    _check_weights(leg, model)
    return model


def _load_marian_tokenizer(leg: Leg) -> Any:
    with warnings.catch_warnings():
        # It stands for punctuation normalisation, which MarianTokenizer offers but does not use to tokenise.
        warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses")
        return _load_tokenizer(MarianTokenizer, leg)


def _load_nllb_tokenizer(leg: Leg) -> tuple[Any, int]:
    tokenizer = _load_tokenizer(NllbTokenizer, leg)
    known = [token for token in tokenizer.all_special_tokens if "_" in token]
    check_language_code(leg.name, "model.source_code", str(leg.source), known)
    check_language_code(leg.name, "model.target_code", str(leg.target), known)
    tokenizer.src_lang = leg.source
    return tokenizer, int(tokenizer.convert_tokens_to_ids(leg.target))


def _load_m2m100_tokenizer(leg: Leg) -> tuple[Any, int]:
    tokenizer = _load_tokenizer(M2M100Tokenizer, leg)
    check_language_code(leg.name, "model.source_code", str(leg.source), tokenizer.lang_code_to_id)
    check_language_code(leg.name, "model.target_code", str(leg.target), tokenizer.lang_code_to_id)
    # transformers 5.23 registers no language token as special, and the forced one would stand in front of every output.
    tokens = [tokenizer.get_lang_token(code) for code in tokenizer.lang_code_to_id]
    tokenizer.add_special_tokens({"additional_special_tokens": tokens})
    tokenizer.src_lang = leg.source
    return tokenizer, int(tokenizer.get_lang_id(leg.target))


def _load_tokenizer(kind: Any, leg: Leg) -> Any:
    try:
        return kind.from_pretrained(leg.folder, local_files_only=True)
    except Exception as error:  # sentencepiece and tokenizers raise whatever comes: RuntimeError, Exception itself
        raise ModelError(
            f"{leg.name}: the tokenizer in {leg.folder} cannot be loaded ({_say(error)}); download its files again"
        ) from error


def _load_model(kind: Any, leg: Leg, dtype: torch.dtype) -> Any:
    safetensors = leg.weights[0].startswith("model.safetensors")
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


def _check_vocabulary(leg: Leg, tokenizer: Any, model: Any) -> None:
    rows = model.get_input_embeddings().num_embeddings
    largest = max(tokenizer.get_vocab().values())
    # Checkpoints pad their vocabularies by a few rows, never by a quarter.
    if largest >= rows or largest + 1 < 0.75 * rows:
        only = "only " if largest >= rows else ""
        raise ModelError(
            f"{leg.name}: the tokenizer knows token {largest}, but the model has {only}{rows} tokens; the tokenizer "
            "and the weights do not belong together, download the checkpoint again"
        )


def _check_special_ids(leg: Leg, model: Any) -> None:
    """The search's token ids exist; one beyond the vocabulary would end in an IndexError, or on a GPU in a crash."""
    rows = model.get_input_embeddings().num_embeddings
    for setting, value in leg.generation.items():
        if setting.endswith("_token_id"):
            for token in value if isinstance(value, list) else [value]:
                if token is not None and not 0 <= token < rows:
                    raise ModelError(
                        f"{leg.name}: the checkpoint's {setting} is {token}, but the model has only {rows} tokens; "
                        "its configuration and its weights do not belong together, download them again"
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


def _say(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__).rstrip(".")
