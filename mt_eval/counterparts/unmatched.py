"""Sentences of a source that have nothing in its translation, and of the translation that stand for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mt_eval.counterparts.lessons import find_path, learn, read_both
from mt_eval.counterparts.pieces import Piece
from mt_eval.counterparts.weights import Weights

Texts = tuple[str, str]
"""A source and its translation."""

_MOST_TAUGHT = 300
"""Segments that teach words, those of one sentence only where there are not as many others; evenly chosen."""
_LEAST_CHARACTERS = 10
"""Of a sentence whose absence is told."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """The sentences of one segment that stand alone, in reading order."""

    omitted: tuple[str, ...]
    """Of the source."""
    added: tuple[str, ...]
    """Of the translation."""


def find_unmatched(
    texts: Sequence[Texts],
    source_lang: str,
    target_lang: str,
    *,
    others: Sequence[Texts] = (),
    weights: Weights | None = None,
) -> Iterator[Unmatched]:
    """What stands alone in each of N segments, in their order.

    All segments together teach words, so that one may be judged differently in other company. Time is linear in N.

    Args:
        others: Segments of a single sentence, which teach words too.
    """
    weights = weights or Weights()
    langs = source_lang, target_lang
    known = {place: read_both(*texts[place], langs, weights) for place in _choose(texts, _MOST_TAUGHT)}
    singles = [read_both(*others[place], langs, weights) for place in _choose(others, _MOST_TAUGHT - len(known))]
    lessons = learn([*known.values(), *singles], langs, weights)
    for place, (source, translation) in enumerate(texts):
        both = known.get(place) or read_both(source, translation, langs, weights)
        omitted: list[Piece] = []
        added: list[Piece] = []
        row = column = 0
        for down, right in find_path(both, lessons, weights) or ():
            if not right:
                omitted += both.source[row : row + down]
            elif not down:
                added += both.translation[column : column + right]
            row, column = row + down, column + right
        yield Unmatched(_list_long(omitted), _list_long(added))


def _choose(texts: Sequence[Texts], most: int) -> range:
    """The places of those that teach."""
    return range(0, len(texts), -(-len(texts) // most) or 1) if most else range(0)


def _list_long(pieces: Sequence[Piece]) -> tuple[str, ...]:
    return tuple(piece.text for piece in pieces if piece.characters >= _LEAST_CHARACTERS)
