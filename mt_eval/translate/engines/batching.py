"""Which sources share a batch. Pure functions on numbers of tokens."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mt_eval.translate.system import Batch, Encoded, LengthRule


def plan_batches(encoded: Sequence[Encoded], rule: LengthRule, batch_tokens: int) -> list[Batch]:
    """All N sources in batches, each source with the others of its length limit, longest first."""
    lengths = [len(source.ids) for source in encoded]
    limits = [limit_new_tokens(length, rule) for length in lengths]
    return [
        Batch(indices, tuple(encoded[index] for index in indices), limits[indices[0]])
        for indices in make_batches(lengths, limits, batch_tokens)
    ]


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


def split_batch(batch: Batch, batch_tokens: int) -> list[Batch]:
    """The batch as it is if it holds at most `batch_tokens` tokens with padding, else as smaller ones that do."""
    order = make_batches([len(source.ids) for source in batch.sources], [1] * len(batch.sources), batch_tokens)
    if len(order) == 1:
        return [batch]
    return [
        Batch(
            tuple(batch.indices[place] for place in part),
            tuple(batch.sources[place] for place in part),
            batch.max_new_tokens,
        )
        for part in order
    ]


def halve_budget(batch: Batch, batch_tokens: int) -> int | None:
    """The budget after `batch` did not fit into memory: half of what it held; None where it is a single source."""
    if len(batch.sources) == 1:
        return None
    held = len(batch.sources) * max(len(source.ids) for source in batch.sources)
    return max(1, min(batch_tokens, held) // 2)
