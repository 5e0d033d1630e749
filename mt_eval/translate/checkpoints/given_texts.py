"""Texts that were given, as the tokens their model would have written them with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mt_eval.translate.checkpoints.framing import encode_alone
from mt_eval.translate.system import GivenTokens, Leg


def encode_given(leg: Leg, tokenizer: Any, texts: Sequence[str]) -> list[GivenTokens]:
    """The tokens of each text in the target language, the end token behind them; nothing is cut.

    What a text says is text, also where it looks like a token that steers the model. The code of the target language,
    which some models begin every output with, is not among the tokens.
    """
    if not texts:
        return []
    if leg.kind == "seq2seq":
        forced = 1 if leg.language_by == "forced_token" else 0
        return _end(encode_alone(tokenizer, texts), tokenizer, leg.length.positions - forced)
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
    positions = leg.length.positions - (0 if leg.target is None or leg.kind == "marian" else 1)
    return _end(found["input_ids"], tokenizer, positions)


def _end(rows: Iterable[Sequence[int]], tokenizer: Any, positions: int) -> list[GivenTokens]:
    end, unknown = _find_id(tokenizer, tokenizer.eos_token), _find_id(tokenizer, tokenizer.unk_token)
    return [GivenTokens((*row, end), sum(each == unknown for each in row), len(row) + 1 > positions) for row in rows]


def _find_id(tokenizer: Any, token: str) -> int:
    """The id of a special token in the vocabulary of the target, which may be numbered otherwise."""
    vocabulary = getattr(tokenizer, "target_encoder", None) or {}
    return int(vocabulary[token]) if token in vocabulary else int(tokenizer.convert_tokens_to_ids(token))
