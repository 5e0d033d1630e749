"""Where the difference between two systems comes from: which articles, which kinds of segments, which segments."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from mt_eval.compare.evidence import Evidence, Table
from mt_eval.compare.result import Details, Part, SegmentContrast
from mt_eval.metrics.flagged import Flagged
from mt_eval.types import Level

_LENGTHS = 4
"""Buckets of source length, with about as many segments each."""
_BLOCK_ROWS = 2**13
"""Rows whose scores are computed at once, which takes several times the memory of the rows."""

_Bucket = tuple[str, str, npt.NDArray[np.int64]]
"""Kind, name, and the rows in it."""


def explain_difference(evidence: Evidence, baseline: int, candidate: int, segments: int) -> Details:
    """Where candidate and baseline differ, by the first metric of the evidence.

    Args:
        segments: The most segments to show on which the candidate loses, and on which it gains.
    """
    table = evidence.tables[0]
    parts = tuple(
        replace(part, title=evidence.titles.get(part.name, "")) if part.kind == "article" else part
        for part in _score_buckets(table, baseline, candidate, list(_make_buckets(evidence, baseline, candidate)))
    )
    worse: tuple[SegmentContrast, ...] = ()
    better: tuple[SegmentContrast, ...] = ()
    if evidence.level is Level.SEGMENT and segments > 0:
        worse, better = _contrast_segments(evidence, table, baseline, candidate, segments)
    return Details(str(table.key), evidence.systems[baseline], evidence.systems[candidate], parts, worse, better)


def _score_buckets(table: Table, baseline: int, candidate: int, buckets: Sequence[_Bucket]) -> tuple[Part, ...]:
    if not buckets:
        return ()
    one, other = table.rows[baseline], table.rows[candidate]
    before, after = (np.stack([side[rows].sum(axis=0) for _, _, rows in buckets]) for side in (one, other))
    whole = other.sum(axis=0)
    scores = table.metric.score(np.stack([before, after, whole - after + before]))
    shares = table.metric.score(whole) - scores[2]
    return tuple(
        Part(kind, name, len(rows), first, second, second - first, share)
        for (kind, name, rows), first, second, share in zip(
            buckets, scores[0].tolist(), scores[1].tolist(), shares.tolist(), strict=True
        )
    )


def _make_buckets(evidence: Evidence, baseline: int, candidate: int) -> Iterator[_Bucket]:
    """Every way of dividing the rows in two parts or more, in the order of the report."""
    yield from _divide("article", evidence.articles)
    if evidence.sources:
        yield from _divide_by_length(array("q", map(len, evidence.sources)))
    if evidence.flags and not isinstance(evidence.tables[0].metric, Flagged):
        yield from _divide_by_flags(evidence.flags[baseline], evidence.flags[candidate])
    if evidence.shapes:
        shapes = (f"{source} to {reference}" for source, reference in evidence.shapes)
        yield from sorted(_divide("alignment", shapes), key=lambda bucket: -len(bucket[2]))


def _divide(kind: str, names: Iterable[str]) -> list[_Bucket]:
    """The rows of each name, in the order in which names come up."""
    numbers: dict[str, int] = {}
    of_row = np.array(array("i", (numbers.setdefault(name, len(numbers)) for name in names)))
    if len(numbers) < 2:
        return []
    rows = np.split(np.argsort(of_row, kind="stable"), np.cumsum(np.bincount(of_row))[:-1])
    return [(kind, name, each) for name, each in zip(numbers, rows, strict=True)]


def _divide_by_length(lengths: Sequence[int]) -> list[_Bucket]:
    counts = np.array(lengths)
    bounds = sorted(set(np.quantile(counts, np.arange(1, _LENGTHS) / _LENGTHS, method="lower").tolist()))
    place = np.searchsorted(bounds, counts)
    found = [(index, np.flatnonzero(place == index)) for index in range(len(bounds) + 1)]
    found = [(index, rows) for index, rows in found if len(rows)]
    if len(found) < 2:
        return []
    return [("source length", f"{counts[rows].min()} to {counts[rows].max()} characters", rows) for _, rows in found]


def _divide_by_flags(one: Sequence[Sequence[str]], other: Sequence[Sequence[str]]) -> Iterator[_Bucket]:
    """Segments by whose translation is flagged, then by flag, where that divides them."""
    sides = {
        (False, False): "neither",
        (True, False): "baseline only",
        (False, True): "candidate only",
        (True, True): "both",
    }
    found = _divide("flagged", (sides[bool(a), bool(b)] for a, b in zip(one, other, strict=True)))
    yield from sorted(found, key=lambda bucket: list(sides.values()).index(bucket[1]))
    for name in sorted({flag for side in (one, other) for flags in side for flag in flags}):
        either = (name in a or name in b for a, b in zip(one, other, strict=True))
        rows = np.flatnonzero(np.fromiter(either, dtype=bool, count=len(one)))
        if len(rows) < len(one):
            yield "flag in either", name, rows


def _contrast_segments(
    evidence: Evidence, table: Table, baseline: int, candidate: int, most: int
) -> tuple[tuple[SegmentContrast, ...], tuple[SegmentContrast, ...]]:
    """The segments on which the candidate loses most and gains most; ties in the order of the data."""
    scores = np.stack([_score_rows(table, system) for system in (baseline, candidate)])
    gains = (scores[1] - scores[0]) * (-1 if table.metric.lower_is_better else 1)
    order = np.argsort(gains, kind="stable")
    worse = [int(row) for row in order[:most] if gains[row] < 0]
    better = [int(row) for row in order[::-1][:most] if gains[row] > 0]
    texts = [evidence.read_texts(system, [*worse, *better]) for system in (baseline, candidate)]
    shown = [
        SegmentContrast(
            id=evidence.ids[row],
            source=evidence.sources[row] if evidence.sources else "",
            reference=evidence.references[row],
            texts=(texts[0][index], texts[1][index]),
            scores=(float(scores[0][row]), float(scores[1][row])),
        )
        for index, row in enumerate([*worse, *better])
    ]
    return tuple(shown[: len(worse)]), tuple(shown[len(worse) :])


def _score_rows(table: Table, system: int) -> npt.NDArray[np.float64]:
    """The scores of a system's segments."""
    rows = table.rows[system]
    blocks = [rows[start : start + _BLOCK_ROWS] for start in range(0, len(rows), _BLOCK_ROWS)]
    return np.concatenate([table.metric.score_segments(block) for block in blocks])
