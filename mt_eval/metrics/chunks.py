"""Texts beside references, so many at a time that all their n-grams fit into memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mt_eval.metrics.pieces import Pieces

_MOST_CHARACTERS = 2**15
"""Text whose n-grams are in memory at once; what fits into a processor's cache is fastest."""


@dataclass(frozen=True)
class Chunk:
    """N translations and their references."""

    translations: Sequence[str]
    references: Sequence[str]

    @cached_property
    def pieces(self) -> Pieces:
        """Those of the N translations and, behind them, of the N references: split once, whoever counts them."""
        from mt_eval.metrics.pieces import split_texts

        return split_texts([*self.translations, *self.references])


def cut_chunks(translations: Sequence[str], references: Sequence[str]) -> Iterator[Chunk]:
    """Chunks that together hold all N units in their order, each of one unit or of not too many characters."""
    units: list[tuple[str, str]] = []
    characters = 0
    for unit in zip(translations, references, strict=True):
        size = len(unit[0]) + len(unit[1])
        characters += size
        if units and characters > _MOST_CHARACTERS:
            yield _make_chunk(units)
            units, characters = [], size
        units.append(unit)
    if units:
        yield _make_chunk(units)


def _make_chunk(units: Sequence[tuple[str, str]]) -> Chunk:
    one, other = zip(*units, strict=True)
    return Chunk(one, other)
