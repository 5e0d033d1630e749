"""Counting n-grams of many texts at once.

Every n-gram of every text becomes one integer, made of its unit, its tokens and its side; sorted, equal n-grams of a
unit stand together, those of the translation before those of the reference. No hashing: two n-grams are one integer
only if they are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_INTEGERS = 2**62
"""How many n-grams a signed integer of 64 bits can tell apart, the bit for the side kept free."""


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


def gather_words(texts: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> Texts:
    """The words of `texts`; `vocabulary` grows by those it does not hold yet."""
    tokens = [vocabulary.setdefault(word, len(vocabulary)) for words in texts for word in words]
    return Texts(np.array(tokens, dtype=np.int64), np.array([len(words) for words in texts], dtype=np.int64))


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

    # Symbols are numbered without gaps, so that n-grams are as small integers as can be.
    values, symbols = np.unique(np.concatenate([translations.tokens, references.tokens]), return_inverse=True)
    text = np.repeat(np.arange(2 * units), lengths)
    to_end = np.cumsum(lengths)[text] - np.arange(len(symbols))
    side, unit = np.divmod(text, max(units, 1))
    position = np.arange(len(symbols))
    gram, kinds = symbols, max(len(values), 1)
    for n in range(orders):
        if n:
            going_on = to_end[position] > n
            position, gram = position[going_on], gram[going_on]
            if kinds * len(values) * units > _INTEGERS:
                numbered, gram = np.unique(gram, return_inverse=True)
                kinds = max(len(numbered), 1)
            gram = gram * len(values) + symbols[position + n]
            kinds *= len(values)
        if not len(position):
            break
        keys = (unit[position] * kinds + gram) * 2 + side[position]
        keys.sort()
        grams = keys >> 1
        first = np.flatnonzero(np.concatenate([[True], grams[1:] != grams[:-1]]))
        in_reference = np.add.reduceat(keys & 1, first)
        in_translation = np.diff(first, append=len(keys)) - in_reference
        matching = np.minimum(in_translation, in_reference)
        counts[:, n, 2] = np.bincount(grams[first] // kinds, weights=matching, minlength=units)
    return counts
