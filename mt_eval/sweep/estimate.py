"""About how long a job takes: from what former runs in its folder took, and what the translation store lacks."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mt_eval.errors import MtEvalError
from mt_eval.runs.columns import read_columns
from mt_eval.runs.paths import store_folder
from mt_eval.runs.read import read_head
from mt_eval.sweep.jobs import Job
from mt_eval.sweep.settle import read_shard
from mt_eval.translate.store.records import read_store
from mt_eval.translate.system import Leg
from mt_eval.translate.units import make_units
from mt_eval.types import LegWork, RunHead

if TYPE_CHECKING:
    from mt_eval.pipeline import Prepared

_OTHER_SETTINGS = 8.0
"""What another engine or numeric type counts, beside the ratio of beams, when the nearest run is looked for."""


@dataclass(frozen=True, slots=True)
class _Past:
    """What one leg of a former run did."""

    folder: Path
    head: RunHead
    work: LegWork

    def measure_distance(self, leg: Leg) -> float:
        """How far its settings are from those of `leg`: 0 for the same."""
        ours, theirs = (max(1, int(each.generation.get("num_beams", 1))) for each in (leg, self.work))
        engine = "ctranslate2" if self.work.ctranslate2 else "transformers"
        other = (engine, self.work.dtype) != (leg.engine, leg.dtype)
        return max(ours / theirs, theirs / ours) - 1 + _OTHER_SETTINGS * other


class Estimator:
    """Estimates of many jobs; every former run is read once."""

    def __init__(self) -> None:
        self._heads: dict[Path, list[tuple[Path, RunHead]]] = {}
        self._characters: dict[Path, int] = {}

    def estimate_seconds(self, job: Job, prepared: Prepared) -> float | None:
        """Seconds of decoding what the store lacks, as fast as the run here with the nearest settings, and of the rest.

        Time goes with the characters of the sources, as tokens do, and with the beams. None where no former run here
        had the model.
        """
        heads = self._read_heads(job.runs_dir)
        lacking = _count_lacking(job, prepared)
        total = _estimate_rest(job, prepared, heads)
        for leg, characters in zip(prepared.system.legs, lacking, strict=True):
            if not characters:
                continue
            past = [
                _Past(folder, head, work)
                for folder, head in heads
                for work in head.translation.legs
                if work.name == leg.name and work.decode_seconds and work.segments_decoded
            ]
            if not past:
                return None
            newest_first = sorted(past, key=lambda each: each.head.finished, reverse=True)
            nearest = min(newest_first, key=lambda each: each.measure_distance(leg))
            decoded = nearest.work.segments_decoded / (nearest.work.segments_decoded + nearest.work.segments_from_store)
            rate = (nearest.work.decode_seconds or 0.0) / max(1.0, decoded * self._count_characters(nearest.folder))
            ours, theirs = (max(1, int(each.generation.get("num_beams", 1))) for each in (leg, nearest.work))
            total += characters * rate * ours / theirs + (nearest.work.load_seconds or 0.0)
            total += nearest.work.preflight_seconds or 0.0
        return total if heads or any(lacking) else None

    def _read_heads(self, runs_dir: Path) -> list[tuple[Path, RunHead]]:
        if runs_dir not in self._heads:
            self._heads[runs_dir] = []
            for path in sorted(runs_dir.glob("*/run.json")):
                with contextlib.suppress(MtEvalError):  # a damaged run tells nothing
                    self._heads[runs_dir].append((path.parent, read_head(path.parent)))
        return self._heads[runs_dir]

    def _count_characters(self, folder: Path) -> int:
        if folder not in self._characters:
            self._characters[folder] = sum(map(len, set(read_columns(folder).segments.sources)))
        return self._characters[folder]


def _count_lacking(job: Job, prepared: Prepared) -> list[float]:
    """Characters that each leg has to translate; where a later leg's texts are not known, as many as of the first."""
    shard = read_shard(job)
    units = make_units(prepared.pairs, job.config.unit, prepared.paragraphs)
    texts = {unit.text for unit in units if unit.text.strip()}
    unknown, counts = 0, []
    for leg in prepared.system.legs:
        stored = read_store(store_folder(job.runs_dir), leg.identity, texts, touch=False).sentences
        unknown += sum(len(text) for text in texts if text not in stored)
        counts.append(unknown / (shard[1] if shard else 1))
        texts = {sentence.text for sentence in stored.values() if sentence.text.strip()}
    return counts


def _estimate_rest(job: Job, prepared: Prepared, heads: Sequence[tuple[Path, RunHead]]) -> float:
    """Seconds of everything but decoding, by those of the run with the nearest data."""
    if not heads:
        return 0.0
    data = job.config.choices.get("data")
    head = max((head for _, head in heads), key=lambda head: (head.choices.get("data") == data, head.finished))
    rest = sum(seconds for stage, seconds in head.seconds.items() if stage != "translate")
    return rest * len(prepared.pairs) / max(1, head.translation.segments)
