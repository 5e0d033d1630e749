"""Texts as the words that a metric counts.

How a metric cuts what stands between white space depends on nothing beyond that white space. So each such piece is cut
once, by sacrebleu, and its words are known from then on: the million-and-first text costs a look at a table for each
piece of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, count

import numpy as np

from mt_eval.metrics.ngrams import Texts

Cut = Callable[[str], Sequence[str]]
"""What turns a line into its words."""

_MOST_KNOWN = 2**17
"""Pieces that are kept: more than half of a text's are among the few thousand frequent ones, whatever its language."""


class WordTable:
    """The words of texts as numbers, the same one for equal words of one call."""

    def __init__(self, cut: Cut, *, ends_differ: bool = False) -> None:
        """A table that is empty.

        Args:
            cut: Gives the words of a line; those of a piece do not depend on what is beyond the white space around it.
            ends_differ: It cuts a piece otherwise where a line begins or ends than beside white space.
        """
        self._cut = cut
        self._ends_differ = ends_differ
        self._known = _Known(cut)

    def gather(self, *sides: Sequence[str]) -> tuple[Texts, ...]:
        """The words of each side's texts, each of them one line."""
        # A full table is left to those that are reading it.
        if len(self._known) > _MOST_KNOWN:
            self._known = _Known(self._cut)
        known = self._known
        list_pieces = _list_pieces if self._ends_differ else _list_padded
        gathered = []
        for texts in sides:
            words = [list(chain.from_iterable(map(known.__getitem__, list_pieces(text)))) for text in texts]
            tokens = np.fromiter(chain.from_iterable(words), dtype=np.int64, count=sum(map(len, words)))
            gathered.append(Texts(tokens, np.fromiter(map(len, words), dtype=np.int64, count=len(words))))
        return tuple(gathered)


class _Known(dict[str, tuple[int, ...]]):
    """Pieces to the numbers of their words."""

    def __init__(self, cut: Cut) -> None:
        super().__init__()
        self._cut = cut
        self._numbers: dict[str, int] = {}
        # Of two threads that meet the same word, one gets its number and the other one's is never used.
        self._next = count()

    def __missing__(self, piece: str) -> tuple[int, ...]:
        numbers = tuple(self._numbers.setdefault(word, next(self._next)) for word in self._cut(piece))
        self[piece] = numbers
        return numbers


def _list_padded(text: str) -> Iterable[str]:
    return text.split()


def _list_pieces(text: str) -> Iterable[str]:
    """The pieces of a text, each with a space where the text has white space before or behind it.

    That behind the text does not count: sacrebleu strips it.
    """
    pieces = text.split()
    if not pieces:
        return pieces
    first = "" if text.startswith(pieces[0]) else " "
    return [
        *(f"{first if place == 0 else ' '}{piece} " for place, piece in enumerate(pieces[:-1])),
        f"{first if len(pieces) == 1 else ' '}{pieces[-1]}",
    ]
