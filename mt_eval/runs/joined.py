"""Segment pairs of several runs side by side, whatever order and articles each run has them in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mt_eval.types import Run


def join_segments(runs: Sequence[Run]) -> list[tuple[int | None, ...]]:
    """The places of each segment pair in all M runs, None where a run has it not.

    A segment pair is the same in two runs if its source and reference texts are; equal ones are paired one to one.
    Those of the first run come in its order, then what only later runs have.
    """
    places: list[dict[tuple[str, str, int], int]] = []
    for run in runs:
        seen: Counter[tuple[str, str]] = Counter()
        keys = {}
        for place, pair in enumerate(run.pairs):
            texts = (pair.source_text, pair.reference_text)
            keys[(*texts, seen[texts])] = place
            seen[texts] += 1
        places.append(keys)
    every = dict.fromkeys(key for keys in places for key in keys)
    return [tuple(keys.get(key) for keys in places) for key in every]


@dataclass(frozen=True, slots=True)
class _Places(Sequence[tuple[int, ...]]):
    """Those of a run that stands alone."""

    size: int

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, place: Any) -> Any:
        return (range(self.size)[place],)


def share_segments(runs: Sequence[Run]) -> Sequence[tuple[int, ...]]:
    """The places of each segment pair that all M runs have, in the order of the first."""
    if len(runs) == 1:
        return _Places(len(runs[0].pairs))
    return [row for joined in join_segments(runs) if len(row := tuple(p for p in joined if p is not None)) == len(runs)]
