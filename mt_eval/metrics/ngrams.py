"""Counting n-grams of many texts at once.

Every position of every text becomes one integer, made of its unit, the tokens that begin there and its side. Sorted,
equal n-grams of a unit stand together, and so do the shorter ones that they begin with: all orders are counted after
sorting once, as far as so many tokens fit into an integer. No hashing: two n-grams are one number only if they are
equal.

Where a text ends before an n-gram does, zeros stand for the rest. Such a thing is no n-gram, and counting it costs less
than leaving it out: both sides have it exactly where the two texts end alike, and that is taken off afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_BITS = 63
"""Of a signed integer that is not negative."""
_FEW_KINDS = 2**18
"""Tokens that are smaller than this are numbered by a table, which is faster than sorting."""

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Texts:
    """N texts as tokens, one behind the other."""

    tokens: npt.NDArray[np.integer]
    """`(T,)`: any numbers that are equal where the tokens are, and not negative."""
    lengths: Integers
    """`(N,)`, which sum to T."""


def count_ngrams(texts: Texts, orders: int) -> Integers:
    """For N units and n-grams of 1 to `orders` tokens: how many the translation has, the reference, and both.

    The result is `(N, orders, 3)`. An n-gram that is several times in either text is in both as often as in the text
    that has it less often.

    Args:
        texts: The N translations and, behind them, the N references.
    """
    lengths = texts.lengths
    units = len(lengths) // 2
    counts = np.zeros((units, orders, 3), dtype=np.int64)
    for n in range(orders):
        counts[:, n, 0] = np.maximum(lengths[:units] - n, 0)
        counts[:, n, 1] = np.maximum(lengths[units:] - n, 0)

    symbols, kinds = _number(texts.tokens)
    ends = np.cumsum(lengths)
    alike = _measure_common_ends(symbols, ends, lengths, orders - 1)
    unit, side = np.tile(np.arange(units), 2), np.repeat([0, 1], units)
    text = np.repeat(np.arange(2 * units), lengths)
    bits = kinds.bit_length()
    place, gram, gram_bits = np.arange(len(symbols)), np.zeros(len(symbols), dtype=np.int64), 0
    n = 0
    while n < orders and len(place):
        depth = max(1, min(orders - n, (_BITS - 1 - units.bit_length() - gram_bits) // bits))
        gram = gram << bits * depth | _join_tokens(symbols, ends, lengths, depth, bits)[place + n]
        gram_bits += bits * depth
        owner = (unit << gram_bits + 1 | side)[text[place]]
        _count_prefixes(counts, owner | gram << 1, alike, n, depth, bits, gram_bits)
        n += depth
        if n < orders:
            going_on = place + n < ends[text[place]]
            place = place[going_on]
            numbered, gram = np.unique(gram[going_on], return_inverse=True)
            gram_bits = len(numbered).bit_length()
    return counts


def _join_tokens(symbols: Integers, ends: Integers, lengths: Integers, depth: int, bits: int) -> Integers:
    """Per position the `depth` tokens from there on as one integer, `bits` for each; zeros where its text has ended."""
    joined = symbols.copy()
    for k in range(1, depth):
        joined <<= bits
        joined[:-k] |= symbols[k:]
    for left in range(1, depth):
        beyond = bits * (depth - left)
        last = ends[lengths >= left] - left
        joined[last] = joined[last] >> beyond << beyond
    return joined


def _count_prefixes(
    counts: Integers, keys: Integers, alike: Integers, n: int, depth: int, bits: int, gram_bits: int
) -> None:
    """Fill in how many n-grams both sides have, of the orders `n + 1` to `n + depth`.

    Args:
        keys: Unit, n-gram and side of each position, the last `depth` tokens of the n-gram in so many bits each: once
            sorted, equal n-grams of every one of these orders stand together.
        alike: Per unit the tokens at the end of its texts that are the same on both sides.
    """
    keys.sort()
    for k in range(1, depth + 1):
        if k == 1:
            differ, in_reference, of_unit = _read_sorted(keys, len(counts), gram_bits)
        borders = np.concatenate([[0], np.flatnonzero(differ >= 1 << bits * (depth - k) + 1) + 1, [len(keys)]])
        sizes, referenced = np.diff(borders), np.diff(in_reference[borders])
        matching = np.minimum(referenced, sizes - referenced)
        by_unit = np.diff(np.concatenate([[0], np.cumsum(matching)])[np.searchsorted(borders, of_unit)])
        # n tokens and more are left at every position; at one for each further token both sides have no n-gram.
        counts[:, n + k - 1, 2] = by_unit - np.maximum(np.minimum(alike, n + k - 1) - n, 0)
        if k == 1 and depth > 1:
            shared = matching > 0
            # Texts in two alphabets have next to nothing in common. What does not begin alike is not alike.
            if 2 * sizes[shared].sum() < len(keys):
                keys = keys[np.repeat(shared, sizes)]
                differ, in_reference, of_unit = _read_sorted(keys, len(counts), gram_bits)


def _read_sorted(keys: Integers, units: int, gram_bits: int) -> tuple[Integers, Integers, Integers]:
    """Of T sorted keys: in which bits neighbours differ, `(T - 1,)`; how many before each are of references,
    `(T + 1,)`; where each unit begins and the last one ends, `(units + 1,)`.
    """
    in_reference = np.zeros(len(keys) + 1, dtype=np.int64)
    np.cumsum(keys & 1, out=in_reference[1:])
    return keys[1:] ^ keys[:-1], in_reference, np.searchsorted(keys, np.arange(units + 1) << gram_bits + 1)


def _measure_common_ends(symbols: Integers, ends: Integers, lengths: Integers, most: int) -> Integers:
    """Per unit how many of its texts' last tokens are the same on both sides, `most` at the most."""
    units = len(lengths) // 2
    common, shorter = np.zeros(units, dtype=np.int64), np.minimum(lengths[:units], lengths[units:])
    going_on = np.arange(units)
    for k in range(1, most + 1):
        going_on = going_on[shorter[going_on] >= k]
        going_on = going_on[symbols[ends[going_on] - k] == symbols[ends[units + going_on] - k]]
        common[going_on] = k
    return common


def _number(tokens: npt.NDArray[np.integer]) -> tuple[Integers, int]:
    """Tokens numbered from 1 without gaps, so that n-grams are as small integers as can be; and how many kinds there
    are.

    One kind at least, where there are no tokens.
    """
    if len(tokens) and tokens.max() < _FEW_KINDS:
        present = np.zeros(int(tokens.max()) + 1, dtype=bool)
        present[tokens] = True
        values = np.flatnonzero(present)
        numbers = np.empty(len(present), dtype=np.int64)
        numbers[values] = np.arange(1, len(values) + 1)
        return numbers[tokens], len(values)
    values, numbers = np.unique(tokens, return_inverse=True)
    return numbers + 1, max(len(values), 1)
