"""How often translations look wrong, by kind and system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mt_eval.spool import skim
from mt_eval.types import Run


@dataclass(frozen=True, slots=True)
class FlagRow:
    name: str
    counts: tuple[int, ...]
    """Segments with this flag, per system."""
    widths: tuple[float, ...]
    """The same in percent of the largest count of all."""


@dataclass(frozen=True, slots=True)
class FlagTable:
    rows: tuple[FlagRow, ...]
    """The most frequent first."""
    flagged: tuple[int, ...]
    """Segments with any flag, per system."""
    translations: tuple[int, ...]


def count_flags(runs: Sequence[Run]) -> FlagTable:
    """Segments by flag and system; no rows where nothing is flagged."""
    found = [skim(run.flags, "name") for run in runs]
    counts = [Counter(name for flags in each for name in {flag.name for flag in flags}) for each in found]
    names = sorted({name for each in counts for name in each}, key=lambda n: (-sum(each[n] for each in counts), n))
    largest = max((each[name] for each in counts for name in names), default=1)
    return FlagTable(
        rows=tuple(_make_row(name, [each[name] for each in counts], largest) for name in names),
        flagged=tuple(sum(map(bool, each)) for each in found),
        translations=tuple(sum(each is not None for each in skim(run.translations, "segment_pair_id")) for run in runs),
    )


def _make_row(name: str, counts: Sequence[int], largest: int) -> FlagRow:
    return FlagRow(name, tuple(counts), tuple(round(100 * count / largest, 1) for count in counts))
