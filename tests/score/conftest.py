"""Segment pairs and translations for the tests of scoring, written down as rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from mt_eval.types import Kind, Segment, SegmentPair, Translation

Row = tuple[str, str | None, str | None]
"""Article pair id; translation, None where there is no source; reference, None where there is none."""
Corpus = tuple[list[SegmentPair], list[Translation | None]]


@pytest.fixture(scope="session")
def make_corpus() -> Callable[[Sequence[Row]], Corpus]:
    """Turns rows into segment pairs `p0`, `p1`, ... and their translations."""

    def make(rows: Sequence[Row]) -> Corpus:
        pairs: list[SegmentPair] = []
        translations: list[Translation | None] = []
        for index, (article, translation, reference) in enumerate(rows):
            source_side = () if translation is None else (Segment(f"s{index}", article, 0, 6, "source"),)
            reference_side = () if reference is None else (Segment(f"r{index}", article, 0, len(reference), reference),)
            kind = Kind.ALIGNED
            if translation is None:
                kind = Kind.REFERENCE_ONLY
            elif reference is None:
                kind = Kind.SOURCE_ONLY
            pairs.append(SegmentPair(f"p{index}", article, source_side, reference_side, kind))
            translations.append(None if translation is None else Translation(f"p{index}", translation))
        return pairs, translations

    return make
