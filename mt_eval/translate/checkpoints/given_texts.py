"""Texts that were given, as the tokens their model would have written them with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mt_eval.translate.system import GivenTokens, Leg


def encode_given(leg: Leg, tokenizer: Any, texts: Sequence[str]) -> list[GivenTokens]:
    """The tokens of each text in the target language, the end token behind them; nothing is cut.

    What a text says is text, also where it looks like a token that steers the model. The code of the target language,
    which some models begin every output with, is not among the tokens.
    """
    if not texts:
        return []
    if hasattr(tokenizer, "tgt_lang"):
        tokenizer.tgt_lang = leg.target
    # `text_target` sets the tokenizer to the target language, whose pieces and vocabulary may be others.
    found = tokenizer(
        text_target=list(texts),
        add_special_tokens=False,
        padding=False,
        truncation=False,
        verbose=False,
        split_special_tokens=True,
    )
    end, unknown = _find_id(tokenizer, tokenizer.eos_token), _find_id(tokenizer, tokenizer.unk_token)
    positions = leg.length.positions - (0 if leg.target is None or leg.kind == "marian" else 1)
    return [
        GivenTokens((*row, end), sum(each == unknown for each in row), len(row) + 1 > positions)
        for row in found["input_ids"]
    ]


def _find_id(tokenizer: Any, token: str) -> int:
    """The id of a special token in the vocabulary of the target, which may be numbered otherwise."""
    vocabulary = getattr(tokenizer, "target_encoder", None) or {}
    return int(vocabulary[token]) if token in vocabulary else int(tokenizer.convert_tokens_to_ids(token))
