"""Which sources share a batch. Pure functions on numbers of tokens."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mt_eval.translate.nouns import LengthRule


def limit_new_tokens(tokens_in: int, rule: LengthRule) -> int:
    """How many tokens may be generated for a source of `tokens_in` tokens, special tokens included."""
    wanted = math.ceil(rule.factor * tokens_in + rule.offset)
    return min(rule.positions, math.ceil(wanted / rule.multiple) * rule.multiple)


def make_batches(tokens_in: Sequence[int], limits: Sequence[int], batch_tokens: int) -> list[tuple[int, ...]]:
    """Indices of all N sources, cut into batches of equal limit, longest sources first.

    A batch of B sources whose longest has L tokens holds B * L tokens with padding: at most `batch_tokens`, but a
    source that is longer alone still gets a batch of its own. Equal lengths keep their order, so the batches depend on
    nothing but the arguments. A source's translation does not depend on the others of its batch: the limit, the one
    setting that belongs to a batch, is the same for all of it.
    """
    order = sorted(range(len(tokens_in)), key=lambda i: (-limits[i], -tokens_in[i], i))
    batches: list[tuple[int, ...]] = []
    batch: list[int] = []
    for index in order:
        if batch:
            full = (len(batch) + 1) * max(tokens_in[batch[0]], tokens_in[index]) > batch_tokens
            if full or limits[index] != limits[batch[0]]:
                batches.append(tuple(batch))
                batch = []
        batch.append(index)
    if batch:
        batches.append(tuple(batch))
    return batches
