"""Sampling that depends on nothing but the text and the seed: not on its batch, on other texts or on their order.

`generate` draws from one generator for all rows of a batch. Here every candidate of every text has random numbers of
its own, and each number picks a token by where it falls among the cumulated probabilities. They come from Philox, whose
raw numbers numpy keeps the same in all versions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from transformers import (
    EpsilonLogitsWarper,
    LogitsProcessor,
    LogitsProcessorList,
    TemperatureLogitsWarper,
    TopPLogitsWarper,
)

from mt_eval.translate.system import Batch, Encoded


def make_sampler(batch: Batch, settings: Mapping[str, Any], seed: int, device: str) -> LogitsProcessorList:
    """What leaves each row the one token that is drawn for it.

    Args:
        settings: Of the search, as `transformers.GenerationConfig` names them: `temperature`, `top_p`,
            `epsilon_cutoff`, and `num_return_sequences` for the candidates of each text.
    """
    numbers = [
        draw_numbers(source, seed, candidate, batch.max_new_tokens)
        for source in batch.sources
        for candidate in range(settings["num_return_sequences"])
    ]
    return LogitsProcessorList(
        [*_list_warpers(settings), _PickToken(torch.from_numpy(np.array(numbers).T.copy()).to(device))]
    )


def draw_numbers(source: Encoded, seed: int, candidate: int, count: int) -> npt.NDArray[np.float64]:
    """`(count,)` random numbers from 0 to below 1 of one candidate of a text; more of them begin the same way."""
    text = json.dumps([seed, source.ids]).encode()
    key = int.from_bytes(hashlib.sha256(text).digest()[:16], "little")
    # The last word of the counter parts the candidates: no row is 2^192 numbers long.
    generator = np.random.Philox(key=key, counter=candidate << 192)
    # 32 bits: the product with a sum of probabilities cannot be rounded up to the sum itself.
    return (generator.random_raw(count) >> np.uint64(32)) / 2.0**32


def _list_warpers(settings: Mapping[str, Any]) -> Iterator[LogitsProcessor]:
    """Those that change anything, in the order in which `generate` applies them."""
    if settings["temperature"] != 1:
        yield TemperatureLogitsWarper(settings["temperature"])
    if settings["top_p"] < 1:
        yield TopPLogitsWarper(settings["top_p"])
    if settings["epsilon_cutoff"] > 0:
        yield EpsilonLogitsWarper(settings["epsilon_cutoff"])


class _PickToken(LogitsProcessor):
    """Takes the token in whose share of the cumulated probabilities a row's next number lies."""

    def __init__(self, numbers: torch.Tensor) -> None:
        """Args: `(T, rows)` numbers, one line for each step."""
        self._numbers = numbers

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        step = input_ids.shape[1] - 1  # behind the start token
        reached = scores.double().softmax(dim=-1).cumsum(dim=-1)
        wanted = self._numbers[step] * reached[:, -1]
        picked = torch.searchsorted(reached, wanted[:, None], right=True).clamp_(max=scores.shape[-1] - 1)
        return torch.full_like(scores, -torch.inf).scatter_(1, picked, 0.0)
