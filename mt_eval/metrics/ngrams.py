"""Counting n-grams of many texts at once.

Every position of every text becomes one integer, made of its unit, the tokens that begin there and its side. Sorted,
equal n-grams of a unit stand together, and so do the shorter ones that they begin with: all orders are counted after
sorting once, as far as so many tokens fit into an integer. No hashing: two n-grams are one number only if they are
equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_BITS = 63
"""Of a signed integer that is not negative."""
_FEW_KINDS = 2**18
"""Tokens that are smaller than this are numbered by a table, which is faster than sorting."""


@dataclass(frozen=True, slots=True)
class Texts:
    """N texts as tokens, one behind the other."""

    tokens: npt.NDArray[np.int64]
    """`(T,)`: any numbers that are equal where the tokens are."""
    lengths: npt.NDArray[np.int64]
    """`(N,)`, which sum to T."""


def gather_characters(texts: Sequence[str]) -> Texts:
    """The characters of `texts`, white space left out."""
    joined = ["".join(text.split()) for text in texts]
    tokens = np.frombuffer("".join(joined).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return Texts(tokens.astype(np.int64), np.array([len(text) for text in joined], dtype=np.int64))


def count_ngrams(translations: Texts, references: Texts, orders: int) -> npt.NDArray[np.int64]:
    """For N units and n-grams of 1 to `orders` tokens: how many the translation has, the reference, and both.

    The result is `(N, orders, 3)`. An n-gram that is several times in either text is in both as often as in the text
    that has it less often.
    """
    units = len(translations.lengths)
    lengths = np.concatenate([translations.lengths, references.lengths])
    counts = np.zeros((units, orders, 3), dtype=np.int64)
    for n in range(orders):
        counts[:, n, 0] = np.maximum(translations.lengths - n, 0)
        counts[:, n, 1] = np.maximum(references.lengths - n, 0)

    symbols, kinds = _number(np.concatenate([translations.tokens, references.tokens]))
    text = np.repeat(np.arange(2 * units), lengths)
    side, unit = np.divmod(text, max(units, 1))
    # Behind each text stand as many zeros as an n-gram can reach beyond its end.
    place = np.arange(len(symbols)) + orders * text
    padded = np.zeros(len(symbols) + orders * (2 * units + 1), dtype=np.int64)
    padded[place] = symbols + 1
    bits = kinds.bit_length()
    gram, gram_bits = np.zeros(len(symbols), dtype=np.int64), 0
    n = 0
    while n < orders and len(place):
        depth = max(1, min(orders - n, (_BITS - 1 - units.bit_length() - gram_bits) // bits))
        window = padded[n : len(padded) - orders]
        for k in range(n + 1, n + depth):
            window = window << bits | padded[k : len(padded) - orders + k - n]
        gram = gram << bits * depth | window[place]
        gram_bits += bits * depth
        _count_prefixes(counts, (unit << gram_bits | gram) << 1 | side, n, depth, bits, gram_bits)
        n += depth
        if n < orders:
            going_on = padded[place + n] > 0
            place, unit, side = place[going_on], unit[going_on], side[going_on]
            numbered, gram = np.unique(gram[going_on], return_inverse=True)
            gram_bits = len(numbered).bit_length()
    return counts


def _count_prefixes(
    counts: npt.NDArray[np.int64], keys: npt.NDArray[np.int64], n: int, depth: int, bits: int, gram_bits: int
) -> None:
    """Fill in how many n-grams both sides have, of the orders `n + 1` to `n + depth`.

    Args:
        keys: Unit, n-gram and side of each position, the last `depth` tokens of the n-gram in so many bits each: once
            sorted, equal n-grams of every one of these orders stand together.
    """
    keys.sort()
    differ = (keys[1:] ^ keys[:-1]) >> 1
    in_reference = np.concatenate([[0], np.cumsum(keys & 1)])
    for k in range(1, depth + 1):
        rest = bits * (depth - k)
        borders = np.concatenate([[0], np.flatnonzero(differ >> rest) + 1, [len(keys)]])
        grams = keys[borders[:-1]] >> rest + 1
        referenced = np.diff(in_reference[borders])
        matching = np.minimum(referenced, np.diff(borders) - referenced)
        # What reaches beyond the end of its text is no n-gram.
        matching[grams & (1 << bits) - 1 == 0] = 0
        counts[:, n + k - 1, 2] = np.bincount(grams >> gram_bits - rest, weights=matching, minlength=len(counts))


def _number(tokens: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], int]:
    """Tokens numbered without gaps, so that n-grams are as small integers as can be; and how many kinds there are.

    One kind at least, where there are no tokens.
    """
    if len(tokens) and tokens.max() < _FEW_KINDS:
        present = np.zeros(int(tokens.max()) + 1, dtype=bool)
        present[tokens] = True
        return (np.cumsum(present) - 1)[tokens], int(np.count_nonzero(present))
    values, numbers = np.unique(tokens, return_inverse=True)
    return numbers, max(len(values), 1)
