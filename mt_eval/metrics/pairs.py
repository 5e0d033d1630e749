"""Counting n-grams of texts that are all held against each other: each once, and not once for every other text."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mt_eval.metrics.ngrams import Texts


def count_pairs(texts: Texts, orders: int) -> npt.NDArray[np.int64]:
    """For D texts and n-grams of 1 to `orders` tokens: how many the row's text has, the column's text, and both.

    The result is `(D, D, orders, 3)`. Each text is counted once; what two have in common comes of matrix products.
    """
    number = len(texts.lengths)
    counts = np.zeros((number, number, orders, 3), dtype=np.int64)
    for n in range(orders):
        counts[:, :, n, 0] = np.maximum(texts.lengths - n, 0)[:, np.newaxis]
        counts[:, :, n, 1] = np.maximum(texts.lengths - n, 0)

    values, symbols = np.unique(texts.tokens, return_inverse=True)
    text = np.repeat(np.arange(number), texts.lengths)
    to_end = np.cumsum(texts.lengths)[text] - np.arange(len(symbols))
    position, gram = np.arange(len(symbols)), symbols
    for n in range(orders):
        if n:
            going_on = to_end[position] > n
            position, gram = position[going_on], gram[going_on]
            _, gram = np.unique(gram * len(values) + symbols[position + n], return_inverse=True)
        if not len(position):
            break
        kinds = int(gram.max()) + 1
        table = np.bincount(text[position] * kinds + gram, minlength=number * kinds).reshape(number, kinds)
        counts[:, :, n, 2] = _match(table)
    return counts


def _match(table: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """`(D, D)` sums of the smaller of two texts' counts, from `(D, V)` counts.

    The smaller of two counts is the number of thresholds that both reach. Single precision holds these sums exactly:
    they are integers far below 2^24.
    """
    matching = np.zeros((len(table), len(table)), dtype=np.int64)
    for least in range(1, int(table.max()) + 1):
        table = table[:, table.max(axis=0) >= least]
        reached = (table >= least).astype(np.float32)
        matching += (reached @ reached.T).astype(np.int64)
    return matching
