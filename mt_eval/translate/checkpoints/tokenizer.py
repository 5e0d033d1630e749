"""A leg's tokenizer, and texts as its token ids."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from transformers import M2M100Tokenizer, MarianTokenizer, NllbTokenizer

from mt_eval.errors import ModelError
from mt_eval.translate.checkpoints.target_codes import check_language_code
from mt_eval.translate.system import Encoded, Leg


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


def encode_texts(leg: Leg, tokenizer: Any, texts: Sequence[str]) -> list[Encoded]:
    """Token ids with the special tokens; a Marian's target token stands in front.

    What does not fit into the model's positions is cut at the end, before the closing token.
    """
    if leg.kind == "marian" and leg.target is not None:
        texts = [f"{leg.target} {text}" for text in texts]
    rows = tokenizer(list(texts), padding=False, truncation=False, verbose=False)["input_ids"]
    positions = leg.length.positions
    return [
        Encoded((*row[: positions - 1], row[-1]), True) if len(row) > positions else Encoded(tuple(row)) for row in rows
    ]


def describe_error(error: BaseException) -> str:
    """The first line of what a library said, or the name of the error where it said nothing."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__).rstrip(".")


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
            f"{leg.name}: the tokenizer in {leg.folder} cannot be loaded ({describe_error(error)}); download "
            "its files again"
        ) from error
