"""Texts as the words, or the characters, that a metric counts.

How a metric cuts what stands between white space depends on nothing beyond that white space. So each such piece is cut
once, by sacrebleu, and its words are known from then on: the million-and-first text costs a look at a table for each
piece of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from mt_eval.metrics.ngrams import Texts
from mt_eval.metrics.pieces import BORDER, Pieces, PieceTable

Cut = Callable[[str], Sequence[str]]
"""What turns a line into its words."""

Kind = TypeVar("Kind", np.int32, np.int64)

_UNKNOWN = -1
_FEWEST = 2**10
"""For so many pieces and words there is room from the beginning."""


class WordTable:
    """The words of texts as numbers, the same one for equal words of one call."""

    def __init__(self, cut: Cut, *, ends_differ: bool = False) -> None:
        """A table that is empty.

        Args:
            cut: Gives the words of a line; those of a piece do not depend on what is beyond the white space around it.
            ends_differ: It cuts a piece otherwise where a line begins or ends than beside white space.
        """
        self._cut = _add_space(cut) if ends_differ else _strip_borders(cut)
        self._known = _Known(PieceTable(), self._cut)
        self._lock = Lock()

    def gather(self, pieces: Pieces) -> Texts:
        """The words of N texts."""
        with self._lock:
            if self._known.table is not pieces.table:
                self._known = _Known(pieces.table, self._cut)
            self._known.learn(pieces.numbers)
            begins, counts, words = self._known.begins, self._known.counts, self._known.words
        sizes = counts[pieces.numbers]
        before = np.concatenate([[0], np.cumsum(sizes)])
        places = np.repeat(begins[pieces.numbers] - before[:-1], sizes)
        places += np.arange(len(places))
        borders = np.concatenate([[0], np.cumsum(pieces.lengths)])
        return Texts(words[places], np.diff(before[borders]))


class _Known:
    """The words of the pieces of a table, those of each when they are asked for first."""

    def __init__(self, table: PieceTable, cut: Cut) -> None:
        self.table = table
        self.begins: npt.NDArray[np.int64] = np.zeros(_FEWEST, dtype=np.int64)
        """Per piece where its words begin among all."""
        self.counts: npt.NDArray[np.int64] = np.full(_FEWEST, _UNKNOWN, dtype=np.int64)
        """Per piece how many words it has; -1 where nobody has asked."""
        self.words: npt.NDArray[np.int32] = np.zeros(_FEWEST, dtype=np.int32)
        """The words of all pieces as numbers, in the order of asking, with room for more behind them."""
        self._used = 0
        self._numbers: dict[str, int] = {}
        self._cut = cut

    def learn(self, numbers: npt.NDArray[np.int64]) -> None:
        """Cut those of these pieces that are not known."""
        size = len(self.table.pieces)
        self.begins, self.counts = _make_room(self.begins, size), _make_room(self.counts, size)
        pieces = np.unique(numbers[self.counts[numbers] == _UNKNOWN]).tolist()
        if not pieces:
            return
        cut = [self._cut(self.table.pieces[piece]) for piece in pieces]
        sizes = np.fromiter(map(len, cut), dtype=np.int64, count=len(cut))
        words = [self._numbers.setdefault(word, len(self._numbers)) for each in cut for word in each]
        self.words = _make_room(self.words, self._used + len(words))
        self.words[self._used : self._used + len(words)] = words
        begin, self._used = self._used, self._used + len(words)
        self.begins[pieces] = begin + np.cumsum(sizes) - sizes
        self.counts[pieces] = sizes  # last: what has a count is taken for known, also after Ctrl-C


def _make_room(numbers: npt.NDArray[Kind], size: int) -> npt.NDArray[Kind]:
    """The numbers, or a copy with at least twice their room where there are to be more of them."""
    if size <= len(numbers):
        return numbers
    larger = np.full(max(size, 2 * len(numbers)), _UNKNOWN, dtype=numbers.dtype)
    larger[: len(numbers)] = numbers
    return larger


def _strip_borders(cut: Cut) -> Cut:
    return lambda piece: cut(piece.strip(BORDER))


def _add_space(cut: Cut) -> Cut:
    """Cut a piece as it stands in its text, with white space where there is some."""

    def cut_in_place(piece: str) -> Sequence[str]:
        before, behind = ("" if end == BORDER else " " for end in (piece[0], piece[-1]))
        return cut(f"{before}{piece.strip(BORDER)}{behind}")

    return cut_in_place
