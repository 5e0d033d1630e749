"""Segment pairs of several runs side by side, whatever order and articles each run has them in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

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


def share_segments(runs: Sequence[Run]) -> list[tuple[int, ...]]:
    """The places of each segment pair that all M runs have, in the order of the first."""
    return [row for joined in join_segments(runs) if len(row := tuple(p for p in joined if p is not None)) == len(runs)]
