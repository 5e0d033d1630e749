"""Which sources share a batch. Pure functions on numbers of tokens."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from mt_eval.translate.system import Batch, Encoded, GivenBatch, GivenTokens, LengthRule

LARGEST_BATCH = 32_768
"""Source tokens of a batch on a GPU, however large it is: on an H100 half as many took 6% longer."""


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


def make_batches(
    tokens_in: Sequence[int], limits: Sequence[int], batch_tokens: int, most: int | None = None
) -> list[tuple[int, ...]]:
    """Indices of all N sources, cut into batches of equal limit, longest sources first.

    A batch of B sources whose longest has L tokens holds B * L tokens with padding: at most `batch_tokens`, but a
    source that is longer alone still gets a batch of its own. Equal lengths keep their order, so the batches depend on
    nothing but the arguments. With `most`, no batch has more sources than that. A source's translation does not depend
    on the others of its batch: the limit, the one setting that belongs to a batch, is the same for all of it.
    """
    order = sorted(range(len(tokens_in)), key=lambda i: (-limits[i], -tokens_in[i], i))
    batches: list[tuple[int, ...]] = []
    batch: list[int] = []
    for index in order:
        if batch:
            full = (len(batch) + 1) * max(tokens_in[batch[0]], tokens_in[index]) > batch_tokens
            if full or len(batch) == most or limits[index] != limits[batch[0]]:
                batches.append(tuple(batch))
                batch = []
        batch.append(index)
    if batch:
        batches.append(tuple(batch))
    return batches


def split_batch(batch: Batch, batch_tokens: int, most: int | None = None) -> list[Batch]:
    """The batch as it is if it holds at most `batch_tokens` tokens with padding, else as smaller ones that do.

    With `most`, no batch has more sources than that.
    """
    order = make_batches([len(source.ids) for source in batch.sources], [1] * len(batch.sources), batch_tokens, most)
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


def plan_given(sources: Sequence[Encoded], targets: Sequence[GivenTokens], tokens: int) -> list[GivenBatch]:
    """All N sources with their given texts in batches of at most `tokens` tokens with padding, longest first."""
    return _cut_given(range(len(sources)), sources, targets, tokens)


def split_given(batch: GivenBatch, tokens: int) -> list[GivenBatch]:
    """The batch as it is if it holds at most `tokens` tokens with padding, else as smaller ones that do."""
    return _cut_given(batch.indices, batch.sources, batch.targets, tokens)


def measure_width(batch: GivenBatch) -> int:
    """Tokens of the longest source or text of a batch."""
    return max(map(_measure_given, batch.sources, batch.targets))


def _measure_given(source: Encoded, target: GivenTokens) -> int:
    return max(len(source.ids), len(target.ids))


def _cut_given(
    indices: Sequence[int], sources: Sequence[Encoded], targets: Sequence[GivenTokens], tokens: int
) -> list[GivenBatch]:
    lengths = list(map(_measure_given, sources, targets))
    return [
        GivenBatch(
            tuple(indices[place] for place in part),
            tuple(sources[place] for place in part),
            tuple(targets[place] for place in part),
        )
        for part in make_batches(lengths, [1] * len(lengths), tokens)
    ]


def fit_given_tokens(most: int, vocabulary: int, free: int | None) -> int:
    """How many tokens of given texts a batch may hold: `most`, or fewer where the scores over the vocabulary are large.

    All of them are held at once, in the model's type, in float32, and as their exponentials: 12 bytes for each. They
    may take half of the `free` bytes of a GPU, or 768 MiB where nobody tells.
    """
    room = 768 * 2**20 if free is None else free // 2
    return max(1, min(most, room // (12 * vocabulary)))


def halve_budget(batch: Batch, batch_tokens: int) -> int | None:
    """The budget after `batch` did not fit into memory: half of what it held; None where it is a single source."""
    if len(batch.sources) == 1:
        return None
    held = len(batch.sources) * max(len(source.ids) for source in batch.sources)
    return max(1, min(batch_tokens, held) // 2)


def fit_batch_tokens(
    free: int,
    config: Any,
    *,
    bytes_per_number: int,
    beams: int,
    length: LengthRule,
    source_copies: int | None = None,
    bytes_per_score: int = 16,
) -> int:
    """How many source tokens a batch may hold in half of `free` bytes of memory.

    Counted per source token and beam: keys and values of all decoder layers for it and for the tokens it may become
    (twice, as they are copied when beams change places), activations of the widest layer; and per sentence, taken as 16
    tokens long so that short ones fit too, the scores over the vocabulary. The other half is for what the allocator
    cannot use again.

    Args:
        config: The model's, as transformers has it.
        source_copies: How often keys and values of the source are held; once a beam by default.
        bytes_per_score: Of all copies of a score; by default four in float32, as transformers holds them.
    """
    layers, width, feed_forward, vocabulary = _measure_decoder(config)
    cached = 2 * layers * width * bytes_per_number
    outputs = length.factor + (length.offset + length.multiple) / 16
    activations = 4 * feed_forward * bytes_per_number
    scores = bytes_per_score * vocabulary / 16
    per_token: float = cached * (beams if source_copies is None else source_copies)
    per_token += beams * (2 * cached * outputs + activations + scores)
    return max(256, int(free / 2 / per_token))


def _measure_decoder(config: Any) -> tuple[int, int, int, int]:
    """Layers, numbers in a key, numbers in the widest layer, and tokens, as each family calls them."""
    if hasattr(config, "d_kv"):  # T5: its heads may be wider together than the model
        return config.num_decoder_layers, config.num_heads * config.d_kv, config.d_ff, config.vocab_size
    if hasattr(config, "decoder"):  # T5Gemma
        inner = config.decoder
        width = inner.num_key_value_heads * inner.head_dim
        return inner.num_hidden_layers, width, inner.intermediate_size, inner.vocab_size
    widest = max(config.encoder_ffn_dim, config.decoder_ffn_dim)
    return config.decoder_layers, config.d_model, widest, config.vocab_size
