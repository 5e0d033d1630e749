"""Texts as pieces: what stands between white space, each one known by a number.

All metrics take the same texts apart, and all of them leave white space alone. So a text is split once, and whatever a
metric makes of a piece (`words`) it makes once for each number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock

import numpy as np
import numpy.typing as npt

BORDER = "\n"
"""What stands in a piece for the beginning and the end of a text, where there is no white space."""

_MOST_CHARACTERS = 2**20
"""Of the pieces that are kept, each counted with a space: more than half of a text's pieces are among the few thousand
frequent ones, whatever its language."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """N texts as pieces, one behind the other."""

    numbers: npt.NDArray[np.int64]
    """`(P,)`: the number of each piece in the table."""
    lengths: npt.NDArray[np.int64]
    """`(N,)`, which sum to P."""
    table: PieceTable


def split_texts(texts: Sequence[str]) -> Pieces:
    """The pieces of N texts; white space of any kind is between them."""
    table = _open_splitter().open()
    pieces: list[str] = []
    lengths = np.empty(len(texts), dtype=np.int64)
    for place, text in enumerate(texts):
        found = text.split()
        if found:
            if text.startswith(found[0]):
                found[0] = BORDER + found[0]
            # White space at the end of a text is as if it were not there: sacrebleu strips it.
            found[-1] += BORDER
        pieces += found
        lengths[place] = len(found)
    return Pieces(np.fromiter(map(table.__getitem__, pieces), dtype=np.int64, count=len(pieces)), lengths, table)


class PieceTable(dict[str, int]):
    """Pieces to their numbers, from 0 in the order in which they were met first."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        """Those that have a number, in the order of the numbers."""
        self.characters = 0
        self._lock = Lock()

    def __missing__(self, piece: str) -> int:
        with self._lock:
            # Another thread may have met it since.
            if piece not in self:
                self.pieces.append(piece)
                self.characters += len(piece) + 1
                self[piece] = len(self.pieces) - 1
        return self[piece]


class _Splitter:
    """The table that is filled now. A full one is left to those that are reading it."""

    def __init__(self) -> None:
        self._table = PieceTable()

    def open(self) -> PieceTable:
        if self._table.characters > _MOST_CHARACTERS:
            self._table = PieceTable()
        return self._table


@cache
def _open_splitter() -> _Splitter:
    return _Splitter()
